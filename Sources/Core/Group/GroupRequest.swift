public import Model

/// What a shard knows of a topic that its groups may read.
public struct GroupTopic: Hashable, Sendable {
  /// Names it for ever.
  public var id: TopicID
  /// How many partitions it has.
  public var partitionCount: Int
  /// The racks in which each partition has replicas; empty where nothing is known of racks.
  public var racks: [[String]]

  /// A topic of `partitionCount` partitions.
  public init(id: TopicID, partitionCount: Int, racks: [[String]] = []) {
    self.id = id
    self.partitionCount = partitionCount
    self.racks = racks
  }
}

/// All topics, as a shard knows them. One value can serve all shards of a node.
public struct GroupTopics: Hashable, Sendable {
  private let byName: [TopicName: GroupTopic]
  private let partitionCounts: [TopicID: Int]

  /// These topics and no others.
  public init(_ topics: [TopicName: GroupTopic] = [:]) {
    byName = topics
    partitionCounts = Dictionary(topics.values.map { ($0.id, $0.partitionCount) }) { $1 }
  }

  /// The topic that is called `name` now.
  public subscript(name: TopicName) -> GroupTopic? { byName[name] }

  /// How many partitions the topic `id` has; nil if there is no such topic.
  public func partitionCount(of id: TopicID) -> Int? { partitionCounts[id] }
}

/// Everything that can be asked of the owner of a shard.
public enum GroupRequest: Hashable, Sendable {
  /// A member joins, stays or leaves.
  case heartbeat(GroupHeartbeat)
  /// Somebody has read so far.
  case commitOffsets(CommitOffsets)
  /// Somebody asks how far was read.
  case fetchOffsets(FetchOffsets)
  /// Which groups there are.
  case listGroups(ListGroups)
  /// What is known of a group.
  case describeGroup(GroupID)
  /// A group is to be gone, with its offsets.
  case deleteGroup(GroupID, validateOnly: Bool)
  /// It is to be forgotten how far a group has read these partitions; nil for all.
  case deleteOffsets(GroupID, [TopicPartition]?, validateOnly: Bool)
  /// A group without members is to go on from these offsets.
  case resetOffsets(GroupID, [OffsetReset], validateOnly: Bool)
}

/// The answer to a `GroupRequest`, in the case of the same name.
public enum GroupReply: Hashable, Sendable {
  /// How the member stands.
  case heartbeat(GroupHeartbeat.Reply)
  /// What became of each offset, in the order of the request: nil if it is committed.
  case offsetsCommitted([Refusal?])
  /// How far each partition was read, in the order of the request or of the partitions; nil if not at all.
  case offsets([FetchedOffset])
  /// The groups, by name.
  case groups([GroupListing])
  /// What is known of the group.
  case group(GroupDescription)
  /// The group is gone.
  case groupDeleted
  /// What became of each partition's offset.
  case offsetsDeleted([DeletedOffset])
  /// The offsets before and after, in the order of the request.
  case offsetsReset([ResetOffset])
}

/// A member joins, stays or leaves.
public struct GroupHeartbeat: Hashable, Sendable {
  /// What the member wants.
  public enum Step: Hashable, Sendable {
    /// To join, or to join again after it has given up everything.
    case join
    /// To stay, as it was told in the answer with this epoch.
    case stay(MemberEpoch)
    /// To leave for good.
    case leave
    /// To leave as a static member that comes back.
    case leaveForNow
  }

  /// The group.
  public var group: GroupID
  /// The member.
  public var member: MemberID
  /// Its name over restarts; nil for a dynamic member.
  public var instanceID: InstanceID?
  /// What it wants.
  public var step: Step
  /// The topics that it reads; nil if they are those of before.
  public var subscription: [TopicName]?
  /// Where it stands.
  public var rack: String?
  /// The assignor that it asks for.
  public var assignor: Assignor?
  /// All partitions that it has been given and has not given up, started or not.
  public var owned: Set<TopicPartition>
  /// How long it may take to give up partitions; nil for the default.
  public var rebalanceTimeout: Duration?
  /// How long the answer may be held until something changes.
  public var wait: Duration
  /// A name for people.
  public var clientName: String
  /// The address that it calls from.
  public var clientAddress: String

  /// A heartbeat of `member`.
  public init(
    group: GroupID, member: MemberID, instanceID: InstanceID? = nil, step: Step, subscription: [TopicName]? = nil,
    rack: String? = nil, assignor: Assignor? = nil, owned: Set<TopicPartition> = [],
    rebalanceTimeout: Duration? = nil, wait: Duration = .zero, clientName: String = "", clientAddress: String = ""
  ) {
    self.group = group
    self.member = member
    self.instanceID = instanceID
    self.step = step
    self.subscription = subscription
    self.rack = rack
    self.assignor = assignor
    self.owned = owned
    self.rebalanceTimeout = rebalanceTimeout
    self.wait = wait
    self.clientName = clientName
    self.clientAddress = clientAddress
  }

  /// How the member stands.
  public struct Reply: Hashable, Sendable {
    /// The member.
    public let member: MemberID
    /// The epoch to send with the next heartbeat and with commits; nil after leaving.
    public let epoch: MemberEpoch?
    /// All partitions that it shall read, in order. What is not here must be given up.
    public let assignment: [TopicPartition]
    /// The group's epoch.
    public let groupEpoch: GroupEpoch
  }
}

/// Somebody has read so far.
public struct CommitOffsets: Hashable, Sendable {
  /// The group.
  public var group: GroupID
  /// The member that commits; nil for nobody in particular, which only a group without members allows.
  public var member: Committer?
  /// The offsets.
  public var offsets: [Commit]

  /// The member that commits or asks.
  public struct Committer: Hashable, Sendable {
    /// The member.
    public var id: MemberID
    /// Its epoch.
    public var epoch: MemberEpoch

    /// Member `id` in `epoch`.
    public init(id: MemberID, epoch: MemberEpoch) {
      self.id = id
      self.epoch = epoch
    }
  }

  /// How far one partition has been read.
  public struct Commit: Hashable, Sendable {
    /// The partition.
    public var place: TopicPartition
    /// The next offset to read.
    public var offset: Offset
    /// The leader epoch of the last record that was dealt with.
    public var leaderEpoch: LeaderEpoch?
    /// Text of the committer's choice.
    public var metadata: String

    /// The next offset of `place` to read is `offset`.
    public init(place: TopicPartition, offset: Offset, leaderEpoch: LeaderEpoch? = nil, metadata: String = "") {
      self.place = place
      self.offset = offset
      self.leaderEpoch = leaderEpoch
      self.metadata = metadata
    }
  }

  /// `member` has read so far.
  public init(group: GroupID, member: Committer? = nil, offsets: [Commit]) {
    self.group = group
    self.member = member
    self.offsets = offsets
  }
}

/// Somebody asks how far was read.
public struct FetchOffsets: Hashable, Sendable {
  /// The group; one that does not exist has no offsets.
  public var group: GroupID
  /// The member that asks; nil for nobody in particular.
  public var member: CommitOffsets.Committer?
  /// The partitions; nil for all that have an offset.
  public var places: [TopicPartition]?

  /// How far has `group` read `places`?
  public init(group: GroupID, member: CommitOffsets.Committer? = nil, places: [TopicPartition]? = nil) {
    self.group = group
    self.member = member
    self.places = places
  }
}

/// How far one partition was read.
public struct FetchedOffset: Hashable, Sendable {
  /// The partition.
  public let place: TopicPartition
  /// How far; nil if not at all.
  public let committed: CommittedOffset?
}

/// Which groups there are.
public struct ListGroups: Hashable, Sendable {
  /// Only groups in one of these states; empty for any.
  public var states: Set<ConsumerGroup.State>
  /// Only groups whose name begins so.
  public var prefix: String
  /// Only groups behind this one; nil for all.
  public var after: GroupID?
  /// How many at most.
  public var limit: Int

  /// One page of groups.
  public init(states: Set<ConsumerGroup.State> = [], prefix: String = "", after: GroupID? = nil, limit: Int = 1_000) {
    self.states = states
    self.prefix = prefix
    self.after = after
    self.limit = limit
  }
}

/// A group in the list.
public struct GroupListing: Hashable, Sendable {
  /// The group.
  public let id: GroupID
  /// How it is.
  public let state: ConsumerGroup.State
  /// How many members it has.
  public let memberCount: Int
}

/// All that is known of a group.
public struct GroupDescription: Hashable, Sendable {
  /// The group.
  public let id: GroupID
  /// How it is.
  public let state: ConsumerGroup.State
  /// The group as a whole.
  public let metadata: GroupMetadata
  /// Its members, by id.
  public let members: [DescribedMember]
  /// How far it has read, by partition; with a nil offset where a member has a partition nobody has committed.
  public let offsets: [DescribedOffset]

  /// A member with its id.
  public struct DescribedMember: Hashable, Sendable {
    /// The member.
    public let id: MemberID
    /// Everything about it.
    public let member: Member
  }

  /// A partition of the group.
  public struct DescribedOffset: Hashable, Sendable {
    /// The partition.
    public let place: TopicPartition
    /// Who reads it.
    public let owner: MemberID?
    /// How far it was read.
    public let committed: CommittedOffset?
  }
}

/// What became of one partition's offset.
public struct DeletedOffset: Hashable, Sendable {
  /// The partition.
  public let place: TopicPartition
  /// Why it is still there; nil if it is forgotten.
  public let refusal: Refusal?
}

/// Where a group is to go on.
public struct OffsetReset: Hashable, Sendable {
  /// The partition.
  public var place: TopicPartition
  /// The next offset to read.
  public var offset: Offset
  /// The leader epoch of the record before it, if known.
  public var leaderEpoch: LeaderEpoch?

  /// The next offset of `place` to read is to be `offset`.
  public init(place: TopicPartition, offset: Offset, leaderEpoch: LeaderEpoch? = nil) {
    self.place = place
    self.offset = offset
    self.leaderEpoch = leaderEpoch
  }
}

/// One partition's offset before and after.
public struct ResetOffset: Hashable, Sendable {
  /// The partition.
  public let place: TopicPartition
  /// The offset before; nil if there was none.
  public let old: Offset?
  /// The offset now; or why it is as before.
  public let new: Result<Offset, Refusal>
}
