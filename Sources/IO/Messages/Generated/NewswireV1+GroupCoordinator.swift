// swift-format-ignore-file
// Generated from newswire/v1/group_coordinator.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CMessages

extension NewswireV1 {
  /// How a group is.
  public struct GroupState: RawRepresentable, Hashable, Sendable {
    /// The number on the wire; one that is not listed here comes from a newer program.
    public var rawValue: Int32
    /// The value with this number.
    public init(rawValue: Int32) { self.rawValue = rawValue }
    /// Not known; in a request: any.
    public static let unspecified = Self(rawValue: 0)
    /// It has no members, perhaps offsets.
    public static let empty = Self(rawValue: 1)
    /// Partitions are being handed over.
    public static let reconciling = Self(rawValue: 2)
    /// Every member has what it shall have.
    public static let stable = Self(rawValue: 3)
  }

  /// A sign of life of a member.
  public struct HeartbeatRequest: Message {
    /// The group's name, 1 to 255 bytes. A group begins to exist when its first member joins.
    public var group: String = ""
    /// The member's id: text of its own choice, 1 to 64 bytes, best a fresh UUID for each start. No two members share one.
    public var memberID: String = ""
    /// Makes the member a static one: a name that stays the same over restarts, 1 to 255 bytes. A static member that
    /// leaves with epoch -2 gets its partitions back if it joins again before the session timeout. Empty: a dynamic
    /// member.
    public var instanceID: String = ""
    /// 0 to join (or to join again), -1 to leave, -2 to leave as a static member that comes back; else the epoch of the
    /// last answer.
    public var memberEpoch: Int32 = 0
    /// The names of the topics to read. Must be given to join; later, empty means as before.
    public var topics: [String] = []
    /// The rack or zone the member is in: partitions with a replica there are preferred. Empty: no matter.
    public var rack: String = ""
    /// How partitions are shared out: "uniform" (the default: as equal as possible, moving as few as possible) or "range"
    /// (neighbouring partitions, the same numbers of each topic together). The member that said it last decides.
    public var assignor: String = ""
    /// The partitions that the member reads at the moment; complete in every heartbeat. A partition that the answer no
    /// longer assigns goes to another member only when it is missing here, or `rebalance_timeout` is over.
    public var owned: [NewswireV1.TopicPartitions] = []
    /// How long the member may take to give up partitions before it is thrown out. Default 5 min, at most 30 min. Taken at
    /// joining.
    public var rebalanceTimeout: GoogleProtobuf.Duration? = nil
    /// Hold the call until the assignment changes, at most so long and at most until the next heartbeat is due. Default 0:
    /// answer at once. A newer heartbeat of the same member ends one that is held.
    public var wait: GoogleProtobuf.Duration? = nil
    /// A name for people that describes the program, up to 255 bytes. Taken at joining.
    public var clientID: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      group: String = "",
      memberID: String = "",
      instanceID: String = "",
      memberEpoch: Int32 = 0,
      topics: [String] = [],
      rack: String = "",
      assignor: String = "",
      owned: [NewswireV1.TopicPartitions] = [],
      rebalanceTimeout: GoogleProtobuf.Duration? = nil,
      wait: GoogleProtobuf.Duration? = nil,
      clientID: String = ""
    ) {
      self.group = group
      self.memberID = memberID
      self.instanceID = instanceID
      self.memberEpoch = memberEpoch
      self.topics = topics
      self.rack = rack
      self.assignor = assignor
      self.owned = owned
      self.rebalanceTimeout = rebalanceTimeout
      self.wait = wait
      self.clientID = clientID
    }
  }

  /// How the member stands.
  public struct HeartbeatResponse: Message {
    /// The member's id.
    public var memberID: String = ""
    /// The epoch to send with the next heartbeat and with commits; -1 or -2 after leaving.
    public var memberEpoch: Int32 = 0
    /// The partitions that the member shall read, complete in every answer. What is not here must be given up at once.
    public var assignment: [NewswireV1.TopicPartitions] = []
    /// When to call again at the latest, from now on. Default 5 s.
    public var heartbeatInterval: GoogleProtobuf.Duration? = nil
    /// How long the member may be silent before its partitions go to others. Default 45 s.
    public var sessionTimeout: GoogleProtobuf.Duration? = nil
    /// Counts the changes of the group's members and subscriptions; for people.
    public var groupEpoch: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      memberID: String = "",
      memberEpoch: Int32 = 0,
      assignment: [NewswireV1.TopicPartitions] = [],
      heartbeatInterval: GoogleProtobuf.Duration? = nil,
      sessionTimeout: GoogleProtobuf.Duration? = nil,
      groupEpoch: Int32 = 0
    ) {
      self.memberID = memberID
      self.memberEpoch = memberEpoch
      self.assignment = assignment
      self.heartbeatInterval = heartbeatInterval
      self.sessionTimeout = sessionTimeout
      self.groupEpoch = groupEpoch
    }
  }

  /// Offsets to be remembered.
  public struct CommitOffsetsRequest: Message {
    /// The group's name.
    public var group: String = ""
    /// The member that commits. Empty: nobody in particular; only for a group without members.
    public var memberID: String = ""
    /// The member's epoch; ignored without a member id.
    public var memberEpoch: Int32 = 0
    /// The offsets; at most 10,000.
    public var offsets: [NewswireV1.OffsetToCommit] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      group: String = "",
      memberID: String = "",
      memberEpoch: Int32 = 0,
      offsets: [NewswireV1.OffsetToCommit] = []
    ) {
      self.group = group
      self.memberID = memberID
      self.memberEpoch = memberEpoch
      self.offsets = offsets
    }
  }

  /// How far one partition has been read.
  public struct OffsetToCommit: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes; may stand instead of the name.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// The **next** offset to read: the last one that was dealt with, plus 1.
    public var offset: Int64 = 0
    /// The leader epoch of the last record that was dealt with.
    ///
    /// Nil if it is not there.
    public var leaderEpoch: Int32? = nil
    /// Text of the caller's choice, up to 4,096 bytes, that comes back with the offset.
    public var metadata: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      offset: Int64 = 0,
      leaderEpoch: Int32? = nil,
      metadata: String = ""
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partition = partition
      self.offset = offset
      self.leaderEpoch = leaderEpoch
      self.metadata = metadata
    }
  }

  /// What became of them.
  public struct CommitOffsetsResponse: Message {
    /// One for each of the request, in its order.
    public var offsets: [NewswireV1.OffsetResult] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      offsets: [NewswireV1.OffsetResult] = []
    ) {
      self.offsets = offsets
    }
  }

  /// What became of one partition's offset.
  public struct OffsetResult: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// Set if it was refused.
    public var error: NewswireV1.ErrorDetail? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      error: NewswireV1.ErrorDetail? = nil
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partition = partition
      self.error = error
    }
  }

  /// Asks how far a group has read.
  public struct FetchOffsetsRequest: Message {
    /// The group's name. A group that does not exist has no offsets.
    public var group: String = ""
    /// Of which topics, and which of their partitions (none: all). Empty: all that have an offset.
    public var topics: [NewswireV1.TopicPartitions] = []
    /// The member that asks; may be empty.
    public var memberID: String = ""
    /// The member's epoch; ignored without a member id.
    public var memberEpoch: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      group: String = "",
      topics: [NewswireV1.TopicPartitions] = [],
      memberID: String = "",
      memberEpoch: Int32 = 0
    ) {
      self.group = group
      self.topics = topics
      self.memberID = memberID
      self.memberEpoch = memberEpoch
    }
  }

  /// How far it has read.
  public struct FetchOffsetsResponse: Message {
    /// Each partition that was asked for, by topic name and number.
    public var offsets: [NewswireV1.CommittedOffset] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      offsets: [NewswireV1.CommittedOffset] = []
    ) {
      self.offsets = offsets
    }
  }

  /// How far one partition has been read.
  public struct CommittedOffset: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// The next offset to read.
    ///
    /// Nil if it is not there.
    public var offset: Int64? = nil
    /// The leader epoch that was committed with it.
    ///
    /// Nil if it is not there.
    public var leaderEpoch: Int32? = nil
    /// The text that was committed with it.
    public var metadata: String = ""
    /// When it was committed; 0 if never.
    public var commitTimestampMs: Int64 = 0
    /// Set if the partition could not be looked up.
    public var error: NewswireV1.ErrorDetail? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      offset: Int64? = nil,
      leaderEpoch: Int32? = nil,
      metadata: String = "",
      commitTimestampMs: Int64 = 0,
      error: NewswireV1.ErrorDetail? = nil
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partition = partition
      self.offset = offset
      self.leaderEpoch = leaderEpoch
      self.metadata = metadata
      self.commitTimestampMs = commitTimestampMs
      self.error = error
    }
  }

  /// Asks for groups.
  public struct ListGroupsRequest: Message {
    /// Only groups in one of these states; none means any.
    public var states: [NewswireV1.GroupState] = []
    /// Only groups whose name begins so.
    public var prefix: String = ""
    /// How many groups the answer may have at most. Default and most: 1,000.
    public var pageSize: Int32 = 0
    /// Where to go on: the last answer's `next_page_token`. Empty: from the start.
    public var pageToken: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      states: [NewswireV1.GroupState] = [],
      prefix: String = "",
      pageSize: Int32 = 0,
      pageToken: String = ""
    ) {
      self.states = states
      self.prefix = prefix
      self.pageSize = pageSize
      self.pageToken = pageToken
    }
  }

  /// The groups.
  public struct ListGroupsResponse: Message {
    /// The groups, by name.
    public var groups: [NewswireV1.GroupListing] = []
    /// What to send as `page_token` for the next page; empty if this was the last.
    public var nextPageToken: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      groups: [NewswireV1.GroupListing] = [],
      nextPageToken: String = ""
    ) {
      self.groups = groups
      self.nextPageToken = nextPageToken
    }
  }

  /// A group in the list.
  public struct GroupListing: Message {
    /// Its name.
    public var group: String = ""
    /// How it is.
    public var state: NewswireV1.GroupState = .init(rawValue: 0)
    /// How many members it has.
    public var memberCount: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      group: String = "",
      state: NewswireV1.GroupState = .init(rawValue: 0),
      memberCount: Int32 = 0
    ) {
      self.group = group
      self.state = state
      self.memberCount = memberCount
    }
  }

  /// Asks for groups in detail.
  public struct DescribeGroupsRequest: Message {
    /// The groups' names; at least one, at most 100.
    public var groups: [String] = []
    /// Whether to look up the partitions' ends and tell the lag, which takes calls to their leaders. Default: no.
    public var includeLag: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      groups: [String] = [],
      includeLag: Bool = false
    ) {
      self.groups = groups
      self.includeLag = includeLag
    }
  }

  /// Groups in detail.
  public struct DescribeGroupsResponse: Message {
    /// One for each of the request, in its order.
    public var groups: [NewswireV1.GroupDescription] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      groups: [NewswireV1.GroupDescription] = []
    ) {
      self.groups = groups
    }
  }

  /// A group in detail.
  public struct GroupDescription: Message {
    /// Its name.
    public var group: String = ""
    /// How it is.
    public var state: NewswireV1.GroupState = .init(rawValue: 0)
    /// Counts the changes of its members and subscriptions.
    public var groupEpoch: Int32 = 0
    /// How its partitions are shared out.
    public var assignor: String = ""
    /// Its members, by id.
    public var members: [NewswireV1.MemberDescription] = []
    /// Its offsets, by topic name and partition; with those assigned but never committed.
    public var offsets: [NewswireV1.PartitionProgress] = []
    /// The partition of `__consumer_offsets` that it is kept in.
    public var shard: Int32 = 0
    /// The id of the group coordinator that owns it.
    public var groupCoordinatorID: Int32 = 0
    /// Set if it could not be described, and then nothing else but its name is.
    public var error: NewswireV1.ErrorDetail? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      group: String = "",
      state: NewswireV1.GroupState = .init(rawValue: 0),
      groupEpoch: Int32 = 0,
      assignor: String = "",
      members: [NewswireV1.MemberDescription] = [],
      offsets: [NewswireV1.PartitionProgress] = [],
      shard: Int32 = 0,
      groupCoordinatorID: Int32 = 0,
      error: NewswireV1.ErrorDetail? = nil
    ) {
      self.group = group
      self.state = state
      self.groupEpoch = groupEpoch
      self.assignor = assignor
      self.members = members
      self.offsets = offsets
      self.shard = shard
      self.groupCoordinatorID = groupCoordinatorID
      self.error = error
    }
  }

  /// A member of a group.
  public struct MemberDescription: Message {
    /// Its id.
    public var memberID: String = ""
    /// Its name as a static member; empty for a dynamic one.
    public var instanceID: String = ""
    /// Its epoch; the group's once it has all that it shall have.
    public var memberEpoch: Int32 = 0
    /// The name it gave itself.
    public var clientID: String = ""
    /// The address it calls from.
    public var clientAddress: String = ""
    /// The rack or zone it is in.
    public var rack: String = ""
    /// The topics it subscribed to.
    public var topics: [String] = []
    /// What it has.
    public var assignment: [NewswireV1.TopicPartitions] = []
    /// What it shall have when the handing over is done.
    public var targetAssignment: [NewswireV1.TopicPartitions] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      memberID: String = "",
      instanceID: String = "",
      memberEpoch: Int32 = 0,
      clientID: String = "",
      clientAddress: String = "",
      rack: String = "",
      topics: [String] = [],
      assignment: [NewswireV1.TopicPartitions] = [],
      targetAssignment: [NewswireV1.TopicPartitions] = []
    ) {
      self.memberID = memberID
      self.instanceID = instanceID
      self.memberEpoch = memberEpoch
      self.clientID = clientID
      self.clientAddress = clientAddress
      self.rack = rack
      self.topics = topics
      self.assignment = assignment
      self.targetAssignment = targetAssignment
    }
  }

  /// How far a group is in one partition.
  public struct PartitionProgress: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// The member that reads it; empty if none does.
    public var memberID: String = ""
    /// The next offset to read.
    ///
    /// Nil if it is not there.
    public var committedOffset: Int64? = nil
    /// The end of what may be seen.
    ///
    /// Nil if it is not there.
    public var logEndOffset: Int64? = nil
    /// How many records lie between the two; counted from the log's start where nothing was committed.
    ///
    /// Nil if it is not there.
    public var lagRecords: Int64? = nil
    /// How long ago the first record was written that has not been read; not set if the lag is 0 or not known.
    public var lagTime: GoogleProtobuf.Duration? = nil
    /// The text that was committed with the offset.
    public var metadata: String = ""
    /// When it was committed; 0 if never.
    public var commitTimestampMs: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      memberID: String = "",
      committedOffset: Int64? = nil,
      logEndOffset: Int64? = nil,
      lagRecords: Int64? = nil,
      lagTime: GoogleProtobuf.Duration? = nil,
      metadata: String = "",
      commitTimestampMs: Int64 = 0
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partition = partition
      self.memberID = memberID
      self.committedOffset = committedOffset
      self.logEndOffset = logEndOffset
      self.lagRecords = lagRecords
      self.lagTime = lagTime
      self.metadata = metadata
      self.commitTimestampMs = commitTimestampMs
    }
  }

  /// Asks for the end of groups.
  public struct DeleteGroupsRequest: Message {
    /// The groups' names; at most 100.
    public var groups: [String] = []
    /// Only check, change nothing.
    public var validateOnly: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      groups: [String] = [],
      validateOnly: Bool = false
    ) {
      self.groups = groups
      self.validateOnly = validateOnly
    }
  }

  /// What became of them.
  public struct DeleteGroupsResponse: Message {
    /// One for each of the request, in its order.
    public var groups: [NewswireV1.DeletedGroup] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      groups: [NewswireV1.DeletedGroup] = []
    ) {
      self.groups = groups
    }
  }

  /// A group that was deleted, or why not.
  public struct DeletedGroup: Message {
    /// Its name.
    public var group: String = ""
    /// Set if it was refused.
    public var error: NewswireV1.ErrorDetail? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      group: String = "",
      error: NewswireV1.ErrorDetail? = nil
    ) {
      self.group = group
      self.error = error
    }
  }

  /// Asks to forget offsets.
  public struct DeleteOffsetsRequest: Message {
    /// The group's name.
    public var group: String = ""
    /// Of which topics, and which of their partitions (none: all). Empty: all that have an offset.
    public var topics: [NewswireV1.TopicPartitions] = []
    /// Only check, change nothing.
    public var validateOnly: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      group: String = "",
      topics: [NewswireV1.TopicPartitions] = [],
      validateOnly: Bool = false
    ) {
      self.group = group
      self.topics = topics
      self.validateOnly = validateOnly
    }
  }

  /// What became of them.
  public struct DeleteOffsetsResponse: Message {
    /// Each partition whose offset was forgotten, or was to be.
    public var offsets: [NewswireV1.OffsetResult] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      offsets: [NewswireV1.OffsetResult] = []
    ) {
      self.offsets = offsets
    }
  }

  /// Asks for other offsets.
  public struct ResetOffsetsRequest: Message {
    /// The group's name. A group that does not exist is made.
    public var group: String = ""
    /// Of which topics, and which of their partitions (none: all). Empty: all that have an offset.
    public var topics: [NewswireV1.TopicPartitions] = []
    /// Where to. Must be given. What lies outside the log is moved to its nearest end.
    public var to: OneOfTo? = nil
    /// Only tell what would be, change nothing.
    public var validateOnly: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      group: String = "",
      topics: [NewswireV1.TopicPartitions] = [],
      to: OneOfTo? = nil,
      validateOnly: Bool = false
    ) {
      self.group = group
      self.topics = topics
      self.to = to
      self.validateOnly = validateOnly
    }

    /// Where to. Must be given. What lies outside the log is moved to its nearest end.
    public enum OneOfTo: Hashable, Sendable {
      /// To the first record that is still there. Must be true.
      case earliest(Bool)
      /// To the end: only what comes from now on. Must be true.
      case latest(Bool)
      /// To the first record with this time or a later one; to the end if there is none.
      case timestampMs(Int64)
      /// To this offset.
      case offset(Int64)
      /// So many records on from the committed offset, or back if negative.
      case shift(Int64)
    }
  }

  /// The offsets of now.
  public struct ResetOffsetsResponse: Message {
    /// Each partition, by topic name and number.
    public var offsets: [NewswireV1.ResetOffset] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      offsets: [NewswireV1.ResetOffset] = []
    ) {
      self.offsets = offsets
    }
  }

  /// One partition's offset before and after.
  public struct ResetOffset: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// The offset before.
    ///
    /// Nil if it is not there.
    public var oldOffset: Int64? = nil
    /// The offset now, or, with `validate_only`, as it would be.
    public var newOffset: Int64 = 0
    /// Set if it was refused.
    public var error: NewswireV1.ErrorDetail? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      oldOffset: Int64? = nil,
      newOffset: Int64 = 0,
      error: NewswireV1.ErrorDetail? = nil
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partition = partition
      self.oldOffset = oldOffset
      self.newOffset = newOffset
      self.error = error
    }
  }

  /// Keeps groups. Any group coordinator takes any call and passes it on to the one that owns the group.
  ///
  /// A member is written in a few lines: choose a member id, call Heartbeat with epoch 0 and the topics, read the
  /// partitions that the answer assigns, call Heartbeat again with the epoch of the answer before the interval is over,
  /// stop reading partitions that the answer no longer has, and say in the next heartbeat what is owned. Commit offsets as
  /// you go.
  ///
  /// Errors of every call: NOT_GROUP_COORDINATOR (the owner is changing; retry), COORDINATOR_NOT_AVAILABLE,
  /// PERMISSION_DENIED, INVALID_REQUEST, RESOURCE_EXHAUSTED. Of a call that names several groups or partitions, each that
  /// was refused says so in its own `error`.
  public enum GroupCoordinator {
    /// The service's full name.
    public static let serviceName = "newswire.v1.GroupCoordinator"
    /// Joins a group, stays in it, or leaves it.
    ///
    /// Errors: UNKNOWN_MEMBER_ID (the group does not have the member, perhaps because it was silent for too long: join
    /// again with epoch 0 after giving up all partitions), FENCED_MEMBER_EPOCH (likewise), FENCED_INSTANCE_ID (the
    /// instance id belongs to another member by now: stop), UNRELEASED_INSTANCE_ID (another member lives under the same
    /// instance id), GROUP_FULL (it has 1,000 members), INVALID_TOPIC_NAME, UNSUPPORTED (no such assignor),
    /// HEARTBEAT_SUPERSEDED (a newer heartbeat of the member took the place of this one, which was held).
    public static let heartbeat = Method<NewswireV1.HeartbeatRequest, NewswireV1.HeartbeatResponse>(
      path: "/newswire.v1.GroupCoordinator/Heartbeat", kind: .unary)
    /// Remembers how far partitions have been read. When the call returns the offsets are safe on the in-sync replicas.
    ///
    /// Errors: UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH (the member is not, or not any more, who it was: its partitions may
    /// belong to others), STALE_MEMBER_EPOCH (take the epoch of the latest heartbeat; also for a partition that the member
    /// does not have any more), UNKNOWN_TOPIC, PARTITION_OUT_OF_RANGE.
    public static let commitOffsets = Method<NewswireV1.CommitOffsetsRequest, NewswireV1.CommitOffsetsResponse>(
      path: "/newswire.v1.GroupCoordinator/CommitOffsets", kind: .unary)
    /// How far partitions have been read.
    ///
    /// Errors: UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH, STALE_MEMBER_EPOCH.
    public static let fetchOffsets = Method<NewswireV1.FetchOffsetsRequest, NewswireV1.FetchOffsetsResponse>(
      path: "/newswire.v1.GroupCoordinator/FetchOffsets", kind: .unary)
    /// All groups, by pages.
    public static let listGroups = Method<NewswireV1.ListGroupsRequest, NewswireV1.ListGroupsResponse>(
      path: "/newswire.v1.GroupCoordinator/ListGroups", kind: .unary)
    /// Groups with their members, who has which partition, and how far behind they are.
    ///
    /// Errors: UNKNOWN_GROUP.
    public static let describeGroups = Method<NewswireV1.DescribeGroupsRequest, NewswireV1.DescribeGroupsResponse>(
      path: "/newswire.v1.GroupCoordinator/DescribeGroups", kind: .unary)
    /// Deletes groups with their offsets.
    ///
    /// Errors: UNKNOWN_GROUP, GROUP_NOT_EMPTY.
    public static let deleteGroups = Method<NewswireV1.DeleteGroupsRequest, NewswireV1.DeleteGroupsResponse>(
      path: "/newswire.v1.GroupCoordinator/DeleteGroups", kind: .unary)
    /// Forgets how far some partitions have been read.
    ///
    /// Errors: UNKNOWN_GROUP, GROUP_NOT_EMPTY (a member is subscribed to the topic).
    public static let deleteOffsets = Method<NewswireV1.DeleteOffsetsRequest, NewswireV1.DeleteOffsetsResponse>(
      path: "/newswire.v1.GroupCoordinator/DeleteOffsets", kind: .unary)
    /// Sets how far partitions count as read: to the first record, the end, a time, an offset, or so many records on or
    /// back. The group must have no members.
    ///
    /// Errors: GROUP_NOT_EMPTY, UNKNOWN_TOPIC, PARTITION_OUT_OF_RANGE.
    public static let resetOffsets = Method<NewswireV1.ResetOffsetsRequest, NewswireV1.ResetOffsetsResponse>(
      path: "/newswire.v1.GroupCoordinator/ResetOffsets", kind: .unary)
    /// All of its methods.
    public static let methods: [(path: String, kind: CallKind)] = [
      ("/newswire.v1.GroupCoordinator/Heartbeat", .unary),
      ("/newswire.v1.GroupCoordinator/CommitOffsets", .unary),
      ("/newswire.v1.GroupCoordinator/FetchOffsets", .unary),
      ("/newswire.v1.GroupCoordinator/ListGroups", .unary),
      ("/newswire.v1.GroupCoordinator/DescribeGroups", .unary),
      ("/newswire.v1.GroupCoordinator/DeleteGroups", .unary),
      ("/newswire.v1.GroupCoordinator/DeleteOffsets", .unary),
      ("/newswire.v1.GroupCoordinator/ResetOffsets", .unary),
    ]
  }
}

extension NewswireV1.HeartbeatRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.HeartbeatRequest"
  package typealias Wire = Newswire__V1__HeartbeatRequest
  package static let schema = MessageSchema(of: Newswire__V1__HeartbeatRequest.self, newswire__v1__heartbeat_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__HeartbeatRequest>) {
    self.group = CValue.string(wire.pointee.group)
    self.memberID = CValue.string(wire.pointee.member_id)
    self.instanceID = CValue.string(wire.pointee.instance_id)
    self.memberEpoch = wire.pointee.member_epoch
    self.topics = CValue.array(wire.pointee.topics, wire.pointee.n_topics) { CValue.string($0) }
    self.rack = CValue.string(wire.pointee.rack)
    self.assignor = CValue.string(wire.pointee.assignor)
    self.owned = CValue.messages(wire.pointee.owned, wire.pointee.n_owned)
    if let message = wire.pointee.rebalance_timeout { self.rebalanceTimeout = .init(wire: message) }
    if let message = wire.pointee.wait { self.wait = .init(wire: message) }
    self.clientID = CValue.string(wire.pointee.client_id)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__HeartbeatRequest>, in arena: Arena) {
    newswire__v1__heartbeat_request__init(wire)
    wire.pointee.group = arena.string(self.group)
    wire.pointee.member_id = arena.string(self.memberID)
    wire.pointee.instance_id = arena.string(self.instanceID)
    wire.pointee.member_epoch = self.memberEpoch
    (wire.pointee.n_topics, wire.pointee.topics) = arena.array(self.topics) { arena.string($0) }
    wire.pointee.rack = arena.string(self.rack)
    wire.pointee.assignor = arena.string(self.assignor)
    (wire.pointee.n_owned, wire.pointee.owned) = arena.messages(self.owned)
    if let message = self.rebalanceTimeout { wire.pointee.rebalance_timeout = arena.message(message) }
    if let message = self.wait { wire.pointee.wait = arena.message(message) }
    wire.pointee.client_id = arena.string(self.clientID)
  }
}

extension NewswireV1.HeartbeatResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.HeartbeatResponse"
  package typealias Wire = Newswire__V1__HeartbeatResponse
  package static let schema = MessageSchema(of: Newswire__V1__HeartbeatResponse.self, newswire__v1__heartbeat_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__HeartbeatResponse>) {
    self.memberID = CValue.string(wire.pointee.member_id)
    self.memberEpoch = wire.pointee.member_epoch
    self.assignment = CValue.messages(wire.pointee.assignment, wire.pointee.n_assignment)
    if let message = wire.pointee.heartbeat_interval { self.heartbeatInterval = .init(wire: message) }
    if let message = wire.pointee.session_timeout { self.sessionTimeout = .init(wire: message) }
    self.groupEpoch = wire.pointee.group_epoch
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__HeartbeatResponse>, in arena: Arena) {
    newswire__v1__heartbeat_response__init(wire)
    wire.pointee.member_id = arena.string(self.memberID)
    wire.pointee.member_epoch = self.memberEpoch
    (wire.pointee.n_assignment, wire.pointee.assignment) = arena.messages(self.assignment)
    if let message = self.heartbeatInterval { wire.pointee.heartbeat_interval = arena.message(message) }
    if let message = self.sessionTimeout { wire.pointee.session_timeout = arena.message(message) }
    wire.pointee.group_epoch = self.groupEpoch
  }
}

extension NewswireV1.CommitOffsetsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.CommitOffsetsRequest"
  package typealias Wire = Newswire__V1__CommitOffsetsRequest
  package static let schema = MessageSchema(of: Newswire__V1__CommitOffsetsRequest.self, newswire__v1__commit_offsets_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__CommitOffsetsRequest>) {
    self.group = CValue.string(wire.pointee.group)
    self.memberID = CValue.string(wire.pointee.member_id)
    self.memberEpoch = wire.pointee.member_epoch
    self.offsets = CValue.messages(wire.pointee.offsets, wire.pointee.n_offsets)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__CommitOffsetsRequest>, in arena: Arena) {
    newswire__v1__commit_offsets_request__init(wire)
    wire.pointee.group = arena.string(self.group)
    wire.pointee.member_id = arena.string(self.memberID)
    wire.pointee.member_epoch = self.memberEpoch
    (wire.pointee.n_offsets, wire.pointee.offsets) = arena.messages(self.offsets)
  }
}

extension NewswireV1.OffsetToCommit: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.OffsetToCommit"
  package typealias Wire = Newswire__V1__OffsetToCommit
  package static let schema = MessageSchema(of: Newswire__V1__OffsetToCommit.self, newswire__v1__offset_to_commit__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__OffsetToCommit>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    self.offset = wire.pointee.offset
    if wire.pointee.leader_epoch_presence_case.rawValue == 5 { self.leaderEpoch = wire.pointee.leader_epoch }
    self.metadata = CValue.string(wire.pointee.metadata)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__OffsetToCommit>, in arena: Arena) {
    newswire__v1__offset_to_commit__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    wire.pointee.offset = self.offset
    if let value = self.leaderEpoch {
      wire.pointee.leader_epoch_presence_case = .init(5)
      wire.pointee.leader_epoch = value
    }
    wire.pointee.metadata = arena.string(self.metadata)
  }
}

extension NewswireV1.CommitOffsetsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.CommitOffsetsResponse"
  package typealias Wire = Newswire__V1__CommitOffsetsResponse
  package static let schema = MessageSchema(of: Newswire__V1__CommitOffsetsResponse.self, newswire__v1__commit_offsets_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__CommitOffsetsResponse>) {
    self.offsets = CValue.messages(wire.pointee.offsets, wire.pointee.n_offsets)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__CommitOffsetsResponse>, in arena: Arena) {
    newswire__v1__commit_offsets_response__init(wire)
    (wire.pointee.n_offsets, wire.pointee.offsets) = arena.messages(self.offsets)
  }
}

extension NewswireV1.OffsetResult: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.OffsetResult"
  package typealias Wire = Newswire__V1__OffsetResult
  package static let schema = MessageSchema(of: Newswire__V1__OffsetResult.self, newswire__v1__offset_result__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__OffsetResult>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    if let message = wire.pointee.error { self.error = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__OffsetResult>, in arena: Arena) {
    newswire__v1__offset_result__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    if let message = self.error { wire.pointee.error = arena.message(message) }
  }
}

extension NewswireV1.FetchOffsetsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.FetchOffsetsRequest"
  package typealias Wire = Newswire__V1__FetchOffsetsRequest
  package static let schema = MessageSchema(of: Newswire__V1__FetchOffsetsRequest.self, newswire__v1__fetch_offsets_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__FetchOffsetsRequest>) {
    self.group = CValue.string(wire.pointee.group)
    self.topics = CValue.messages(wire.pointee.topics, wire.pointee.n_topics)
    self.memberID = CValue.string(wire.pointee.member_id)
    self.memberEpoch = wire.pointee.member_epoch
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__FetchOffsetsRequest>, in arena: Arena) {
    newswire__v1__fetch_offsets_request__init(wire)
    wire.pointee.group = arena.string(self.group)
    (wire.pointee.n_topics, wire.pointee.topics) = arena.messages(self.topics)
    wire.pointee.member_id = arena.string(self.memberID)
    wire.pointee.member_epoch = self.memberEpoch
  }
}

extension NewswireV1.FetchOffsetsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.FetchOffsetsResponse"
  package typealias Wire = Newswire__V1__FetchOffsetsResponse
  package static let schema = MessageSchema(of: Newswire__V1__FetchOffsetsResponse.self, newswire__v1__fetch_offsets_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__FetchOffsetsResponse>) {
    self.offsets = CValue.messages(wire.pointee.offsets, wire.pointee.n_offsets)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__FetchOffsetsResponse>, in arena: Arena) {
    newswire__v1__fetch_offsets_response__init(wire)
    (wire.pointee.n_offsets, wire.pointee.offsets) = arena.messages(self.offsets)
  }
}

extension NewswireV1.CommittedOffset: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.CommittedOffset"
  package typealias Wire = Newswire__V1__CommittedOffset
  package static let schema = MessageSchema(of: Newswire__V1__CommittedOffset.self, newswire__v1__committed_offset__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__CommittedOffset>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    if wire.pointee.offset_presence_case.rawValue == 4 { self.offset = wire.pointee.offset }
    if wire.pointee.leader_epoch_presence_case.rawValue == 5 { self.leaderEpoch = wire.pointee.leader_epoch }
    self.metadata = CValue.string(wire.pointee.metadata)
    self.commitTimestampMs = wire.pointee.commit_timestamp_ms
    if let message = wire.pointee.error { self.error = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__CommittedOffset>, in arena: Arena) {
    newswire__v1__committed_offset__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    if let value = self.offset {
      wire.pointee.offset_presence_case = .init(4)
      wire.pointee.offset = value
    }
    if let value = self.leaderEpoch {
      wire.pointee.leader_epoch_presence_case = .init(5)
      wire.pointee.leader_epoch = value
    }
    wire.pointee.metadata = arena.string(self.metadata)
    wire.pointee.commit_timestamp_ms = self.commitTimestampMs
    if let message = self.error { wire.pointee.error = arena.message(message) }
  }
}

extension NewswireV1.ListGroupsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ListGroupsRequest"
  package typealias Wire = Newswire__V1__ListGroupsRequest
  package static let schema = MessageSchema(of: Newswire__V1__ListGroupsRequest.self, newswire__v1__list_groups_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ListGroupsRequest>) {
    self.states = CValue.array(wire.pointee.states, wire.pointee.n_states) { .init(rawValue: Int32(bitPattern: $0.rawValue)) }
    self.prefix = CValue.string(wire.pointee.prefix)
    self.pageSize = wire.pointee.page_size
    self.pageToken = CValue.string(wire.pointee.page_token)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ListGroupsRequest>, in arena: Arena) {
    newswire__v1__list_groups_request__init(wire)
    (wire.pointee.n_states, wire.pointee.states) = arena.array(self.states) { .init(UInt32(bitPattern: $0.rawValue)) }
    wire.pointee.prefix = arena.string(self.prefix)
    wire.pointee.page_size = self.pageSize
    wire.pointee.page_token = arena.string(self.pageToken)
  }
}

extension NewswireV1.ListGroupsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ListGroupsResponse"
  package typealias Wire = Newswire__V1__ListGroupsResponse
  package static let schema = MessageSchema(of: Newswire__V1__ListGroupsResponse.self, newswire__v1__list_groups_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ListGroupsResponse>) {
    self.groups = CValue.messages(wire.pointee.groups, wire.pointee.n_groups)
    self.nextPageToken = CValue.string(wire.pointee.next_page_token)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ListGroupsResponse>, in arena: Arena) {
    newswire__v1__list_groups_response__init(wire)
    (wire.pointee.n_groups, wire.pointee.groups) = arena.messages(self.groups)
    wire.pointee.next_page_token = arena.string(self.nextPageToken)
  }
}

extension NewswireV1.GroupListing: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.GroupListing"
  package typealias Wire = Newswire__V1__GroupListing
  package static let schema = MessageSchema(of: Newswire__V1__GroupListing.self, newswire__v1__group_listing__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__GroupListing>) {
    self.group = CValue.string(wire.pointee.group)
    self.state = .init(rawValue: Int32(bitPattern: wire.pointee.state.rawValue))
    self.memberCount = wire.pointee.member_count
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__GroupListing>, in arena: Arena) {
    newswire__v1__group_listing__init(wire)
    wire.pointee.group = arena.string(self.group)
    wire.pointee.state = .init(UInt32(bitPattern: self.state.rawValue))
    wire.pointee.member_count = self.memberCount
  }
}

extension NewswireV1.DescribeGroupsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DescribeGroupsRequest"
  package typealias Wire = Newswire__V1__DescribeGroupsRequest
  package static let schema = MessageSchema(of: Newswire__V1__DescribeGroupsRequest.self, newswire__v1__describe_groups_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DescribeGroupsRequest>) {
    self.groups = CValue.array(wire.pointee.groups, wire.pointee.n_groups) { CValue.string($0) }
    self.includeLag = wire.pointee.include_lag != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DescribeGroupsRequest>, in arena: Arena) {
    newswire__v1__describe_groups_request__init(wire)
    (wire.pointee.n_groups, wire.pointee.groups) = arena.array(self.groups) { arena.string($0) }
    wire.pointee.include_lag = self.includeLag ? 1 : 0
  }
}

extension NewswireV1.DescribeGroupsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DescribeGroupsResponse"
  package typealias Wire = Newswire__V1__DescribeGroupsResponse
  package static let schema = MessageSchema(of: Newswire__V1__DescribeGroupsResponse.self, newswire__v1__describe_groups_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DescribeGroupsResponse>) {
    self.groups = CValue.messages(wire.pointee.groups, wire.pointee.n_groups)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DescribeGroupsResponse>, in arena: Arena) {
    newswire__v1__describe_groups_response__init(wire)
    (wire.pointee.n_groups, wire.pointee.groups) = arena.messages(self.groups)
  }
}

extension NewswireV1.GroupDescription: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.GroupDescription"
  package typealias Wire = Newswire__V1__GroupDescription
  package static let schema = MessageSchema(of: Newswire__V1__GroupDescription.self, newswire__v1__group_description__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__GroupDescription>) {
    self.group = CValue.string(wire.pointee.group)
    self.state = .init(rawValue: Int32(bitPattern: wire.pointee.state.rawValue))
    self.groupEpoch = wire.pointee.group_epoch
    self.assignor = CValue.string(wire.pointee.assignor)
    self.members = CValue.messages(wire.pointee.members, wire.pointee.n_members)
    self.offsets = CValue.messages(wire.pointee.offsets, wire.pointee.n_offsets)
    self.shard = wire.pointee.shard
    self.groupCoordinatorID = wire.pointee.group_coordinator_id
    if let message = wire.pointee.error { self.error = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__GroupDescription>, in arena: Arena) {
    newswire__v1__group_description__init(wire)
    wire.pointee.group = arena.string(self.group)
    wire.pointee.state = .init(UInt32(bitPattern: self.state.rawValue))
    wire.pointee.group_epoch = self.groupEpoch
    wire.pointee.assignor = arena.string(self.assignor)
    (wire.pointee.n_members, wire.pointee.members) = arena.messages(self.members)
    (wire.pointee.n_offsets, wire.pointee.offsets) = arena.messages(self.offsets)
    wire.pointee.shard = self.shard
    wire.pointee.group_coordinator_id = self.groupCoordinatorID
    if let message = self.error { wire.pointee.error = arena.message(message) }
  }
}

extension NewswireV1.MemberDescription: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.MemberDescription"
  package typealias Wire = Newswire__V1__MemberDescription
  package static let schema = MessageSchema(of: Newswire__V1__MemberDescription.self, newswire__v1__member_description__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__MemberDescription>) {
    self.memberID = CValue.string(wire.pointee.member_id)
    self.instanceID = CValue.string(wire.pointee.instance_id)
    self.memberEpoch = wire.pointee.member_epoch
    self.clientID = CValue.string(wire.pointee.client_id)
    self.clientAddress = CValue.string(wire.pointee.client_address)
    self.rack = CValue.string(wire.pointee.rack)
    self.topics = CValue.array(wire.pointee.topics, wire.pointee.n_topics) { CValue.string($0) }
    self.assignment = CValue.messages(wire.pointee.assignment, wire.pointee.n_assignment)
    self.targetAssignment = CValue.messages(wire.pointee.target_assignment, wire.pointee.n_target_assignment)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__MemberDescription>, in arena: Arena) {
    newswire__v1__member_description__init(wire)
    wire.pointee.member_id = arena.string(self.memberID)
    wire.pointee.instance_id = arena.string(self.instanceID)
    wire.pointee.member_epoch = self.memberEpoch
    wire.pointee.client_id = arena.string(self.clientID)
    wire.pointee.client_address = arena.string(self.clientAddress)
    wire.pointee.rack = arena.string(self.rack)
    (wire.pointee.n_topics, wire.pointee.topics) = arena.array(self.topics) { arena.string($0) }
    (wire.pointee.n_assignment, wire.pointee.assignment) = arena.messages(self.assignment)
    (wire.pointee.n_target_assignment, wire.pointee.target_assignment) = arena.messages(self.targetAssignment)
  }
}

extension NewswireV1.PartitionProgress: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.PartitionProgress"
  package typealias Wire = Newswire__V1__PartitionProgress
  package static let schema = MessageSchema(of: Newswire__V1__PartitionProgress.self, newswire__v1__partition_progress__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__PartitionProgress>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    self.memberID = CValue.string(wire.pointee.member_id)
    if wire.pointee.committed_offset_presence_case.rawValue == 5 { self.committedOffset = wire.pointee.committed_offset }
    if wire.pointee.log_end_offset_presence_case.rawValue == 6 { self.logEndOffset = wire.pointee.log_end_offset }
    if wire.pointee.lag_presence_case.rawValue == 7 { self.lagRecords = wire.pointee.lag_records }
    if let message = wire.pointee.lag_time { self.lagTime = .init(wire: message) }
    self.metadata = CValue.string(wire.pointee.metadata)
    self.commitTimestampMs = wire.pointee.commit_timestamp_ms
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__PartitionProgress>, in arena: Arena) {
    newswire__v1__partition_progress__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    wire.pointee.member_id = arena.string(self.memberID)
    if let value = self.committedOffset {
      wire.pointee.committed_offset_presence_case = .init(5)
      wire.pointee.committed_offset = value
    }
    if let value = self.logEndOffset {
      wire.pointee.log_end_offset_presence_case = .init(6)
      wire.pointee.log_end_offset = value
    }
    if let value = self.lagRecords {
      wire.pointee.lag_presence_case = .init(7)
      wire.pointee.lag_records = value
    }
    if let message = self.lagTime { wire.pointee.lag_time = arena.message(message) }
    wire.pointee.metadata = arena.string(self.metadata)
    wire.pointee.commit_timestamp_ms = self.commitTimestampMs
  }
}

extension NewswireV1.DeleteGroupsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DeleteGroupsRequest"
  package typealias Wire = Newswire__V1__DeleteGroupsRequest
  package static let schema = MessageSchema(of: Newswire__V1__DeleteGroupsRequest.self, newswire__v1__delete_groups_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DeleteGroupsRequest>) {
    self.groups = CValue.array(wire.pointee.groups, wire.pointee.n_groups) { CValue.string($0) }
    self.validateOnly = wire.pointee.validate_only != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DeleteGroupsRequest>, in arena: Arena) {
    newswire__v1__delete_groups_request__init(wire)
    (wire.pointee.n_groups, wire.pointee.groups) = arena.array(self.groups) { arena.string($0) }
    wire.pointee.validate_only = self.validateOnly ? 1 : 0
  }
}

extension NewswireV1.DeleteGroupsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DeleteGroupsResponse"
  package typealias Wire = Newswire__V1__DeleteGroupsResponse
  package static let schema = MessageSchema(of: Newswire__V1__DeleteGroupsResponse.self, newswire__v1__delete_groups_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DeleteGroupsResponse>) {
    self.groups = CValue.messages(wire.pointee.groups, wire.pointee.n_groups)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DeleteGroupsResponse>, in arena: Arena) {
    newswire__v1__delete_groups_response__init(wire)
    (wire.pointee.n_groups, wire.pointee.groups) = arena.messages(self.groups)
  }
}

extension NewswireV1.DeletedGroup: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DeletedGroup"
  package typealias Wire = Newswire__V1__DeletedGroup
  package static let schema = MessageSchema(of: Newswire__V1__DeletedGroup.self, newswire__v1__deleted_group__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DeletedGroup>) {
    self.group = CValue.string(wire.pointee.group)
    if let message = wire.pointee.error { self.error = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DeletedGroup>, in arena: Arena) {
    newswire__v1__deleted_group__init(wire)
    wire.pointee.group = arena.string(self.group)
    if let message = self.error { wire.pointee.error = arena.message(message) }
  }
}

extension NewswireV1.DeleteOffsetsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DeleteOffsetsRequest"
  package typealias Wire = Newswire__V1__DeleteOffsetsRequest
  package static let schema = MessageSchema(of: Newswire__V1__DeleteOffsetsRequest.self, newswire__v1__delete_offsets_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DeleteOffsetsRequest>) {
    self.group = CValue.string(wire.pointee.group)
    self.topics = CValue.messages(wire.pointee.topics, wire.pointee.n_topics)
    self.validateOnly = wire.pointee.validate_only != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DeleteOffsetsRequest>, in arena: Arena) {
    newswire__v1__delete_offsets_request__init(wire)
    wire.pointee.group = arena.string(self.group)
    (wire.pointee.n_topics, wire.pointee.topics) = arena.messages(self.topics)
    wire.pointee.validate_only = self.validateOnly ? 1 : 0
  }
}

extension NewswireV1.DeleteOffsetsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DeleteOffsetsResponse"
  package typealias Wire = Newswire__V1__DeleteOffsetsResponse
  package static let schema = MessageSchema(of: Newswire__V1__DeleteOffsetsResponse.self, newswire__v1__delete_offsets_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DeleteOffsetsResponse>) {
    self.offsets = CValue.messages(wire.pointee.offsets, wire.pointee.n_offsets)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DeleteOffsetsResponse>, in arena: Arena) {
    newswire__v1__delete_offsets_response__init(wire)
    (wire.pointee.n_offsets, wire.pointee.offsets) = arena.messages(self.offsets)
  }
}

extension NewswireV1.ResetOffsetsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ResetOffsetsRequest"
  package typealias Wire = Newswire__V1__ResetOffsetsRequest
  package static let schema = MessageSchema(of: Newswire__V1__ResetOffsetsRequest.self, newswire__v1__reset_offsets_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ResetOffsetsRequest>) {
    self.group = CValue.string(wire.pointee.group)
    self.topics = CValue.messages(wire.pointee.topics, wire.pointee.n_topics)
    switch wire.pointee.to_case.rawValue {
    case 3: self.to = .earliest(wire.pointee.earliest != 0)
    case 4: self.to = .latest(wire.pointee.latest != 0)
    case 5: self.to = .timestampMs(wire.pointee.timestamp_ms)
    case 6: self.to = .offset(wire.pointee.offset)
    case 7: self.to = .shift(wire.pointee.shift)
    default: break
    }
    self.validateOnly = wire.pointee.validate_only != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ResetOffsetsRequest>, in arena: Arena) {
    newswire__v1__reset_offsets_request__init(wire)
    wire.pointee.group = arena.string(self.group)
    (wire.pointee.n_topics, wire.pointee.topics) = arena.messages(self.topics)
    switch self.to {
    case .earliest(let value)?:
      wire.pointee.to_case = .init(3)
      wire.pointee.earliest = value ? 1 : 0
    case .latest(let value)?:
      wire.pointee.to_case = .init(4)
      wire.pointee.latest = value ? 1 : 0
    case .timestampMs(let value)?:
      wire.pointee.to_case = .init(5)
      wire.pointee.timestamp_ms = value
    case .offset(let value)?:
      wire.pointee.to_case = .init(6)
      wire.pointee.offset = value
    case .shift(let value)?:
      wire.pointee.to_case = .init(7)
      wire.pointee.shift = value
    case nil: break
    }
    wire.pointee.validate_only = self.validateOnly ? 1 : 0
  }
}

extension NewswireV1.ResetOffsetsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ResetOffsetsResponse"
  package typealias Wire = Newswire__V1__ResetOffsetsResponse
  package static let schema = MessageSchema(of: Newswire__V1__ResetOffsetsResponse.self, newswire__v1__reset_offsets_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ResetOffsetsResponse>) {
    self.offsets = CValue.messages(wire.pointee.offsets, wire.pointee.n_offsets)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ResetOffsetsResponse>, in arena: Arena) {
    newswire__v1__reset_offsets_response__init(wire)
    (wire.pointee.n_offsets, wire.pointee.offsets) = arena.messages(self.offsets)
  }
}

extension NewswireV1.ResetOffset: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ResetOffset"
  package typealias Wire = Newswire__V1__ResetOffset
  package static let schema = MessageSchema(of: Newswire__V1__ResetOffset.self, newswire__v1__reset_offset__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ResetOffset>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    if wire.pointee.old_offset_presence_case.rawValue == 4 { self.oldOffset = wire.pointee.old_offset }
    self.newOffset = wire.pointee.new_offset
    if let message = wire.pointee.error { self.error = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ResetOffset>, in arena: Arena) {
    newswire__v1__reset_offset__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    if let value = self.oldOffset {
      wire.pointee.old_offset_presence_case = .init(4)
      wire.pointee.old_offset = value
    }
    wire.pointee.new_offset = self.newOffset
    if let message = self.error { wire.pointee.error = arena.message(message) }
  }
}
