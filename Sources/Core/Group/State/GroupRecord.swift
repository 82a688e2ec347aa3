public import Model

/// One fact about the groups of a shard, as `__consumer_offsets` keeps it.
///
/// Each has a key; the latest record of a key is what counts, and removals are tombstones. Applying the records of a
/// shard in order, compacted or not, gives its state.
public enum GroupRecord: Hashable, Sendable {
  /// An owner of the shard begins: what earlier ones still append is refused from here on.
  case fenced(ShardEpoch, by: GroupCoordinatorID)
  /// A group is in this epoch.
  case groupChanged(GroupID, GroupMetadata)
  /// A group is gone.
  case groupRemoved(GroupID)
  /// A member says this of itself.
  case memberChanged(GroupID, MemberID, MemberMetadata)
  /// A member is gone.
  case memberRemoved(GroupID, MemberID)
  /// A member shall have these partitions in the end.
  case targetChanged(GroupID, MemberID, Set<TopicPartition>)
  /// A member shall have nothing any more.
  case targetRemoved(GroupID, MemberID)
  /// A member has this.
  case assignmentChanged(GroupID, MemberID, MemberAssignment)
  /// A member has nothing any more.
  case assignmentRemoved(GroupID, MemberID)
  /// A group has read a partition up to here.
  case offsetCommitted(GroupID, TopicPartition, CommittedOffset)
  /// It is forgotten how far a group has read a partition.
  case offsetRemoved(GroupID, TopicPartition)
}

/// A group as a whole.
public struct GroupMetadata: Hashable, Sendable {
  /// Counts the changes of members and of what they want.
  public var epoch: GroupEpoch
  /// How partitions are shared out.
  public var assignor: Assignor
  /// Since when it has no members; nil while it has some, or if it has never had any.
  public var emptySince: Timestamp?

  /// A group in exactly this state.
  public init(epoch: GroupEpoch = .zero, assignor: Assignor = .uniform, emptySince: Timestamp? = nil) {
    self.epoch = epoch
    self.assignor = assignor
    self.emptySince = emptySince
  }
}

/// How far a group has read a partition.
public struct CommittedOffset: Hashable, Sendable {
  /// The next offset to read.
  public var offset: Offset
  /// The leader epoch of the last record that was dealt with, if the committer knew it.
  public var leaderEpoch: LeaderEpoch?
  /// Text of the committer's choice.
  public var metadata: String
  /// When it was committed.
  public var committedAt: Timestamp

  /// The next offset to read is `offset`.
  public init(offset: Offset, leaderEpoch: LeaderEpoch? = nil, metadata: String = "", committedAt: Timestamp) {
    self.offset = offset
    self.leaderEpoch = leaderEpoch
    self.metadata = metadata
    self.committedAt = committedAt
  }
}

extension GroupRecord {
  /// What a record is about: of two records with one key only the later counts.
  public enum Key: Hashable, Sendable {
    /// The shard's fence.
    case fence
    /// A group as a whole.
    case group(GroupID)
    /// What a member said.
    case member(GroupID, MemberID)
    /// What a member shall have.
    case target(GroupID, MemberID)
    /// What a member has.
    case assignment(GroupID, MemberID)
    /// How far a group has read a partition.
    case offset(GroupID, TopicPartition)
  }

  /// What the record is about.
  public var key: Key {
    switch self {
    case .fenced: .fence
    case .groupChanged(let group, _), .groupRemoved(let group): .group(group)
    case .memberChanged(let group, let member, _), .memberRemoved(let group, let member): .member(group, member)
    case .targetChanged(let group, let member, _), .targetRemoved(let group, let member): .target(group, member)
    case .assignmentChanged(let group, let member, _), .assignmentRemoved(let group, let member):
      .assignment(group, member)
    case .offsetCommitted(let group, let place, _), .offsetRemoved(let group, let place): .offset(group, place)
    }
  }

  /// True if the record says that what its key names is no more.
  public var isTombstone: Bool {
    switch self {
    case .groupRemoved, .memberRemoved, .targetRemoved, .assignmentRemoved, .offsetRemoved: true
    case .fenced, .groupChanged, .memberChanged, .targetChanged, .assignmentChanged, .offsetCommitted: false
    }
  }
}
