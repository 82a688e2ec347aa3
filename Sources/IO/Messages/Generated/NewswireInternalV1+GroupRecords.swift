// swift-format-ignore-file
// Generated from newswire/internal/v1/group_records.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CMessages

extension NewswireInternalV1 {
  /// The types of group records, as they stand before each key and value.
  public struct GroupRecordType: RawRepresentable, Hashable, Sendable {
    /// The number on the wire; one that is not listed here comes from a newer program.
    public var rawValue: Int32
    /// The value with this number.
    public init(rawValue: Int32) { self.rawValue = rawValue }
    /// Never written.
    public static let unspecified = Self(rawValue: 0)
    /// GroupMetadataKey and GroupMetadataValue.
    public static let groupMetadata = Self(rawValue: 1)
    /// GroupMemberKey and MemberMetadataValue.
    public static let memberMetadata = Self(rawValue: 2)
    /// GroupMemberKey and TargetAssignmentValue.
    public static let targetAssignment = Self(rawValue: 3)
    /// GroupMemberKey and CurrentAssignmentValue.
    public static let currentAssignment = Self(rawValue: 4)
    /// OffsetCommitKey and OffsetCommitValue.
    public static let offsetCommit = Self(rawValue: 5)
    /// ShardFenceKey and ShardFenceValue.
    public static let shardFence = Self(rawValue: 6)
  }

  /// Names a group.
  public struct GroupMetadataKey: Message {
    /// The group's name.
    public var group: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      group: String = ""
    ) {
      self.group = group
    }
  }

  /// A group as a whole. A tombstone ends the group.
  public struct GroupMetadataValue: Message {
    /// Counts the changes of members and subscriptions.
    public var groupEpoch: Int32 = 0
    /// The group epoch for which the target assignments were made.
    public var assignmentEpoch: Int32 = 0
    /// How partitions are shared out.
    public var assignor: String = ""
    /// Since when the group has no members, in milliseconds since 1970; 0 while it has some.
    public var emptySinceMs: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      groupEpoch: Int32 = 0,
      assignmentEpoch: Int32 = 0,
      assignor: String = "",
      emptySinceMs: Int64 = 0
    ) {
      self.groupEpoch = groupEpoch
      self.assignmentEpoch = assignmentEpoch
      self.assignor = assignor
      self.emptySinceMs = emptySinceMs
    }
  }

  /// Names a member of a group.
  public struct GroupMemberKey: Message {
    /// The group's name.
    public var group: String = ""
    /// The member's id.
    public var memberID: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      group: String = "",
      memberID: String = ""
    ) {
      self.group = group
      self.memberID = memberID
    }
  }

  /// What a member said of itself. A tombstone removes it.
  public struct MemberMetadataValue: Message {
    /// Its name as a static member; empty for a dynamic one.
    public var instanceID: String = ""
    /// The rack or zone it is in.
    public var rack: String = ""
    /// The name it gave itself.
    public var clientID: String = ""
    /// The address it joined from.
    public var clientAddress: String = ""
    /// The names of the topics it reads.
    public var topics: [String] = []
    /// The assignor it asked for; may be empty.
    public var assignor: String = ""
    /// How long it may take to give up partitions, in milliseconds.
    public var rebalanceTimeoutMs: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      instanceID: String = "",
      rack: String = "",
      clientID: String = "",
      clientAddress: String = "",
      topics: [String] = [],
      assignor: String = "",
      rebalanceTimeoutMs: Int64 = 0
    ) {
      self.instanceID = instanceID
      self.rack = rack
      self.clientID = clientID
      self.clientAddress = clientAddress
      self.topics = topics
      self.assignor = assignor
      self.rebalanceTimeoutMs = rebalanceTimeoutMs
    }
  }

  /// Partitions of one topic.
  public struct AssignedPartitions: Message {
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partitions, rising.
    public var partitions: [Int32] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topicID: [UInt8] = [],
      partitions: [Int32] = []
    ) {
      self.topicID = topicID
      self.partitions = partitions
    }
  }

  /// What a member shall have in the end.
  public struct TargetAssignmentValue: Message {
    /// The partitions.
    public var partitions: [NewswireInternalV1.AssignedPartitions] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      partitions: [NewswireInternalV1.AssignedPartitions] = []
    ) {
      self.partitions = partitions
    }
  }

  /// What a member has.
  public struct CurrentAssignmentValue: Message {
    /// Its epoch.
    public var memberEpoch: Int32 = 0
    /// Its epoch before that; a heartbeat whose answer was lost may still carry it.
    public var previousMemberEpoch: Int32 = 0
    /// What it has been told to read.
    public var assigned: [NewswireInternalV1.AssignedPartitions] = []
    /// What it has been told to give up, and may still read.
    public var pendingRevocation: [NewswireInternalV1.AssignedPartitions] = []
    /// True if it left as a static member that comes back.
    public var away: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      memberEpoch: Int32 = 0,
      previousMemberEpoch: Int32 = 0,
      assigned: [NewswireInternalV1.AssignedPartitions] = [],
      pendingRevocation: [NewswireInternalV1.AssignedPartitions] = [],
      away: Bool = false
    ) {
      self.memberEpoch = memberEpoch
      self.previousMemberEpoch = previousMemberEpoch
      self.assigned = assigned
      self.pendingRevocation = pendingRevocation
      self.away = away
    }
  }

  /// Names a group's place in a partition.
  public struct OffsetCommitKey: Message {
    /// The group's name.
    public var group: String = ""
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      group: String = "",
      topicID: [UInt8] = [],
      partition: Int32 = 0
    ) {
      self.group = group
      self.topicID = topicID
      self.partition = partition
    }
  }

  /// How far it has read. A tombstone forgets it.
  public struct OffsetCommitValue: Message {
    /// The next offset to read.
    public var offset: Int64 = 0
    /// The leader epoch of the last record that was dealt with.
    ///
    /// Nil if it is not there.
    public var leaderEpoch: Int32? = nil
    /// The text that was committed with it.
    public var metadata: String = ""
    /// When it was committed, in milliseconds since 1970.
    public var commitTimestampMs: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      offset: Int64 = 0,
      leaderEpoch: Int32? = nil,
      metadata: String = "",
      commitTimestampMs: Int64 = 0
    ) {
      self.offset = offset
      self.leaderEpoch = leaderEpoch
      self.metadata = metadata
      self.commitTimestampMs = commitTimestampMs
    }
  }

  /// Names the fence; there is one in each shard.
  public struct ShardFenceKey: Message {
    /// The message with every field at its default.
    public init() {}
  }

  /// A new owner begins: what an earlier one still appends is refused by the partition's leader.
  public struct ShardFenceValue: Message {
    /// The owner's shard epoch.
    public var shardEpoch: Int64 = 0
    /// The owner's id.
    public var groupCoordinatorID: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      shardEpoch: Int64 = 0,
      groupCoordinatorID: Int32 = 0
    ) {
      self.shardEpoch = shardEpoch
      self.groupCoordinatorID = groupCoordinatorID
    }
  }
}

extension NewswireInternalV1.GroupMetadataKey: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.GroupMetadataKey"
  package typealias Wire = Newswire__Internal__V1__GroupMetadataKey
  package static let schema = MessageSchema(of: Newswire__Internal__V1__GroupMetadataKey.self, newswire__internal__v1__group_metadata_key__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__GroupMetadataKey>) {
    self.group = CValue.string(wire.pointee.group)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__GroupMetadataKey>, in arena: Arena) {
    newswire__internal__v1__group_metadata_key__init(wire)
    wire.pointee.group = arena.string(self.group)
  }
}

extension NewswireInternalV1.GroupMetadataValue: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.GroupMetadataValue"
  package typealias Wire = Newswire__Internal__V1__GroupMetadataValue
  package static let schema = MessageSchema(of: Newswire__Internal__V1__GroupMetadataValue.self, newswire__internal__v1__group_metadata_value__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__GroupMetadataValue>) {
    self.groupEpoch = wire.pointee.group_epoch
    self.assignmentEpoch = wire.pointee.assignment_epoch
    self.assignor = CValue.string(wire.pointee.assignor)
    self.emptySinceMs = wire.pointee.empty_since_ms
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__GroupMetadataValue>, in arena: Arena) {
    newswire__internal__v1__group_metadata_value__init(wire)
    wire.pointee.group_epoch = self.groupEpoch
    wire.pointee.assignment_epoch = self.assignmentEpoch
    wire.pointee.assignor = arena.string(self.assignor)
    wire.pointee.empty_since_ms = self.emptySinceMs
  }
}

extension NewswireInternalV1.GroupMemberKey: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.GroupMemberKey"
  package typealias Wire = Newswire__Internal__V1__GroupMemberKey
  package static let schema = MessageSchema(of: Newswire__Internal__V1__GroupMemberKey.self, newswire__internal__v1__group_member_key__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__GroupMemberKey>) {
    self.group = CValue.string(wire.pointee.group)
    self.memberID = CValue.string(wire.pointee.member_id)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__GroupMemberKey>, in arena: Arena) {
    newswire__internal__v1__group_member_key__init(wire)
    wire.pointee.group = arena.string(self.group)
    wire.pointee.member_id = arena.string(self.memberID)
  }
}

extension NewswireInternalV1.MemberMetadataValue: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.MemberMetadataValue"
  package typealias Wire = Newswire__Internal__V1__MemberMetadataValue
  package static let schema = MessageSchema(of: Newswire__Internal__V1__MemberMetadataValue.self, newswire__internal__v1__member_metadata_value__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__MemberMetadataValue>) {
    self.instanceID = CValue.string(wire.pointee.instance_id)
    self.rack = CValue.string(wire.pointee.rack)
    self.clientID = CValue.string(wire.pointee.client_id)
    self.clientAddress = CValue.string(wire.pointee.client_address)
    self.topics = CValue.array(wire.pointee.topics, wire.pointee.n_topics) { CValue.string($0) }
    self.assignor = CValue.string(wire.pointee.assignor)
    self.rebalanceTimeoutMs = wire.pointee.rebalance_timeout_ms
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__MemberMetadataValue>, in arena: Arena) {
    newswire__internal__v1__member_metadata_value__init(wire)
    wire.pointee.instance_id = arena.string(self.instanceID)
    wire.pointee.rack = arena.string(self.rack)
    wire.pointee.client_id = arena.string(self.clientID)
    wire.pointee.client_address = arena.string(self.clientAddress)
    (wire.pointee.n_topics, wire.pointee.topics) = arena.array(self.topics) { arena.string($0) }
    wire.pointee.assignor = arena.string(self.assignor)
    wire.pointee.rebalance_timeout_ms = self.rebalanceTimeoutMs
  }
}

extension NewswireInternalV1.AssignedPartitions: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.AssignedPartitions"
  package typealias Wire = Newswire__Internal__V1__AssignedPartitions
  package static let schema = MessageSchema(of: Newswire__Internal__V1__AssignedPartitions.self, newswire__internal__v1__assigned_partitions__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__AssignedPartitions>) {
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partitions = CValue.numbers(wire.pointee.partitions, wire.pointee.n_partitions)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__AssignedPartitions>, in arena: Arena) {
    newswire__internal__v1__assigned_partitions__init(wire)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    (wire.pointee.n_partitions, wire.pointee.partitions) = arena.numbers(self.partitions)
  }
}

extension NewswireInternalV1.TargetAssignmentValue: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.TargetAssignmentValue"
  package typealias Wire = Newswire__Internal__V1__TargetAssignmentValue
  package static let schema = MessageSchema(of: Newswire__Internal__V1__TargetAssignmentValue.self, newswire__internal__v1__target_assignment_value__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__TargetAssignmentValue>) {
    self.partitions = CValue.messages(wire.pointee.partitions, wire.pointee.n_partitions)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__TargetAssignmentValue>, in arena: Arena) {
    newswire__internal__v1__target_assignment_value__init(wire)
    (wire.pointee.n_partitions, wire.pointee.partitions) = arena.messages(self.partitions)
  }
}

extension NewswireInternalV1.CurrentAssignmentValue: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.CurrentAssignmentValue"
  package typealias Wire = Newswire__Internal__V1__CurrentAssignmentValue
  package static let schema = MessageSchema(of: Newswire__Internal__V1__CurrentAssignmentValue.self, newswire__internal__v1__current_assignment_value__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__CurrentAssignmentValue>) {
    self.memberEpoch = wire.pointee.member_epoch
    self.previousMemberEpoch = wire.pointee.previous_member_epoch
    self.assigned = CValue.messages(wire.pointee.assigned, wire.pointee.n_assigned)
    self.pendingRevocation = CValue.messages(wire.pointee.pending_revocation, wire.pointee.n_pending_revocation)
    self.away = wire.pointee.away != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__CurrentAssignmentValue>, in arena: Arena) {
    newswire__internal__v1__current_assignment_value__init(wire)
    wire.pointee.member_epoch = self.memberEpoch
    wire.pointee.previous_member_epoch = self.previousMemberEpoch
    (wire.pointee.n_assigned, wire.pointee.assigned) = arena.messages(self.assigned)
    (wire.pointee.n_pending_revocation, wire.pointee.pending_revocation) = arena.messages(self.pendingRevocation)
    wire.pointee.away = self.away ? 1 : 0
  }
}

extension NewswireInternalV1.OffsetCommitKey: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.OffsetCommitKey"
  package typealias Wire = Newswire__Internal__V1__OffsetCommitKey
  package static let schema = MessageSchema(of: Newswire__Internal__V1__OffsetCommitKey.self, newswire__internal__v1__offset_commit_key__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__OffsetCommitKey>) {
    self.group = CValue.string(wire.pointee.group)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__OffsetCommitKey>, in arena: Arena) {
    newswire__internal__v1__offset_commit_key__init(wire)
    wire.pointee.group = arena.string(self.group)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
  }
}

extension NewswireInternalV1.OffsetCommitValue: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.OffsetCommitValue"
  package typealias Wire = Newswire__Internal__V1__OffsetCommitValue
  package static let schema = MessageSchema(of: Newswire__Internal__V1__OffsetCommitValue.self, newswire__internal__v1__offset_commit_value__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__OffsetCommitValue>) {
    self.offset = wire.pointee.offset
    if wire.pointee.leader_epoch_presence_case.rawValue == 2 { self.leaderEpoch = wire.pointee.leader_epoch }
    self.metadata = CValue.string(wire.pointee.metadata)
    self.commitTimestampMs = wire.pointee.commit_timestamp_ms
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__OffsetCommitValue>, in arena: Arena) {
    newswire__internal__v1__offset_commit_value__init(wire)
    wire.pointee.offset = self.offset
    if let value = self.leaderEpoch {
      wire.pointee.leader_epoch_presence_case = .init(2)
      wire.pointee.leader_epoch = value
    }
    wire.pointee.metadata = arena.string(self.metadata)
    wire.pointee.commit_timestamp_ms = self.commitTimestampMs
  }
}

extension NewswireInternalV1.ShardFenceKey: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.ShardFenceKey"
  package typealias Wire = Newswire__Internal__V1__ShardFenceKey
  package static let schema = MessageSchema(of: Newswire__Internal__V1__ShardFenceKey.self, newswire__internal__v1__shard_fence_key__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__ShardFenceKey>) {
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__ShardFenceKey>, in arena: Arena) {
    newswire__internal__v1__shard_fence_key__init(wire)
  }
}

extension NewswireInternalV1.ShardFenceValue: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.ShardFenceValue"
  package typealias Wire = Newswire__Internal__V1__ShardFenceValue
  package static let schema = MessageSchema(of: Newswire__Internal__V1__ShardFenceValue.self, newswire__internal__v1__shard_fence_value__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__ShardFenceValue>) {
    self.shardEpoch = wire.pointee.shard_epoch
    self.groupCoordinatorID = wire.pointee.group_coordinator_id
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__ShardFenceValue>, in arena: Arena) {
    newswire__internal__v1__shard_fence_value__init(wire)
    wire.pointee.shard_epoch = self.shardEpoch
    wire.pointee.group_coordinator_id = self.groupCoordinatorID
  }
}
