internal import Messages

/// How a group is.
public enum GroupState: String, Hashable, Sendable {
  /// It has no members, perhaps offsets.
  case empty
  /// Partitions are being handed over.
  case reconciling
  /// Every member has what it shall have.
  case stable
  /// Not known.
  case unknown

  init(_ message: NewswireV1.GroupState) {
    self =
      switch message {
      case .empty: .empty
      case .reconciling: .reconciling
      case .stable: .stable
      default: .unknown
      }
  }

  var number: Int32 {
    switch self {
    case .unknown: NewswireV1.GroupState.unspecified.rawValue
    case .empty: NewswireV1.GroupState.empty.rawValue
    case .reconciling: NewswireV1.GroupState.reconciling.rawValue
    case .stable: NewswireV1.GroupState.stable.rawValue
    }
  }
}

/// A group in a list.
public struct GroupListing: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// How it is.
  public let state: GroupState
  /// How many members it has.
  public let memberCount: Int32

  init(_ message: NewswireV1.GroupListing) {
    name = message.group
    state = GroupState(message.state)
    memberCount = message.memberCount
  }
}

/// A group in detail.
public struct GroupDescription: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// How it is.
  public let state: GroupState
  /// Counts the changes of its members and subscriptions.
  public let epoch: Int32
  /// How its partitions are shared out.
  public let assignor: String
  /// Its members, by id.
  public let members: [MemberDescription]
  /// How far it is, by topic and partition.
  public let progress: [GroupProgress]
  /// The partition of `__consumer_offsets` that it is kept in.
  public let shard: Int32
  /// The group coordinator that owns it.
  public let coordinatorID: Int32

  /// How many records it is behind in all; nil if that is not known of any partition.
  public var lag: Int64? {
    let known = progress.compactMap(\.lagRecords)
    return known.isEmpty ? nil : known.reduce(0, +)
  }

  init(_ message: NewswireV1.GroupDescription) {
    name = message.group
    state = GroupState(message.state)
    epoch = message.groupEpoch
    assignor = message.assignor
    members = message.members.map { MemberDescription($0) }
    progress = message.offsets.map { GroupProgress($0) }
    shard = message.shard
    coordinatorID = message.groupCoordinatorID
  }
}

/// A member of a group.
public struct MemberDescription: Hashable, Sendable {
  /// Its id.
  public let id: String
  /// Its name as a static member; nil for a dynamic one.
  public let instanceID: String?
  /// Its epoch; the group's once it has all that it shall have.
  public let epoch: Int32
  /// The name it gave itself.
  public let clientID: String
  /// The address it calls from.
  public let clientAddress: String
  /// The rack or zone it is in.
  public let rack: String
  /// The topics it reads.
  public let topics: [String]
  /// What it has.
  public let assignment: [TopicPartition]
  /// What it shall have when the handing over is done.
  public let targetAssignment: [TopicPartition]

  init(_ message: NewswireV1.MemberDescription) {
    id = message.memberID
    instanceID = message.instanceID.isEmpty ? nil : message.instanceID
    epoch = message.memberEpoch
    clientID = message.clientID
    clientAddress = message.clientAddress
    rack = message.rack
    topics = message.topics
    assignment = Self.partitions(message.assignment)
    targetAssignment = Self.partitions(message.targetAssignment)
  }

  private static func partitions(_ groups: [NewswireV1.TopicPartitions]) -> [TopicPartition] {
    groups.flatMap { group in group.partitions.map { TopicPartition(group.topic, $0) } }
  }
}

/// How far a group is in one partition.
public struct GroupProgress: Hashable, Sendable {
  /// The partition.
  public let partition: TopicPartition
  /// The member that reads it; nil if none does.
  public let memberID: String?
  /// The next offset to read; nil if none was committed.
  public let committedOffset: Int64?
  /// The end of what may be seen; nil if not known.
  public let logEndOffset: Int64?
  /// How many records lie between the two; nil if not known.
  public let lagRecords: Int64?
  /// How long ago the first record was written that has not been read; nil if there is none, or it is not known.
  public let lagTime: Duration?
  /// When the offset was committed, in milliseconds since 1970; nil if never.
  public let commitTimestamp: Int64?

  init(_ message: NewswireV1.PartitionProgress) {
    partition = TopicPartition(message.topic, message.partition)
    memberID = message.memberID.isEmpty ? nil : message.memberID
    committedOffset = message.committedOffset
    logEndOffset = message.logEndOffset
    lagRecords = message.lagRecords
    lagTime = message.lagTime?.duration
    commitTimestamp = message.commitTimestampMs == 0 ? nil : message.commitTimestampMs
  }
}

/// A partition's committed offset, before and after a reset.
public struct OffsetChange: Hashable, Sendable {
  /// The partition.
  public let partition: TopicPartition
  /// The offset before; nil if there was none.
  public let oldOffset: Int64?
  /// The offset now, or as it would be.
  public let newOffset: Int64
}
