internal import Bytes
internal import Group
internal import Messages
internal import Model

/// A record of `__consumer_offsets` that this program does not understand.
struct GroupRecordError: Error, Hashable, Sendable, CustomStringConvertible {
  let description: String
}

extension GroupRecordCodec {
  /// The record of this key and value. An unknown type or version is an error: to skip it would be to lose offsets.
  static func decode(key: ByteSlice?, value: ByteSlice?) throws(GroupRecordError) -> GroupRecord {
    guard let key else { throw GroupRecordError(description: "a record without a key") }
    do {
      let (type, keyBody) = try body(of: key)
      let valueBody = try value.map { value in
        let (valueType, body) = try Self.body(of: value)
        guard valueType == type else {
          throw GroupRecordError(description: "key and value are of the types \(type) and \(valueType)")
        }
        return body
      }
      return try record(Wire.GroupRecordType(rawValue: Int32(type)), keyBody, valueBody)
    } catch let error as GroupRecordError {
      throw error
    } catch {
      throw GroupRecordError(description: "a group record cannot be read: \(error)")
    }
  }

  private static func body(of bytes: ByteSlice) throws(GroupRecordError) -> (UInt16, ByteSlice) {
    guard bytes.count >= headerCount else {
      throw GroupRecordError(description: "a group record of \(bytes.count) bytes is too short")
    }
    let header = bytes[0..<headerCount].array
    let version = UInt16(header[2]) << 8 | UInt16(header[3])
    guard version == Self.version else {
      throw GroupRecordError(
        description: "a group record has version \(version), and this program knows only \(Self.version): a newer "
          + "program wrote it; upgrade this one")
    }
    return (UInt16(header[0]) << 8 | UInt16(header[1]), bytes[headerCount..<bytes.count])
  }

  private static func record(
    _ type: Wire.GroupRecordType, _ key: ByteSlice, _ value: ByteSlice?
  ) throws -> GroupRecord {
    switch type {
    case .shardFence:
      guard let value else { throw GroupRecordError(description: "a fence without a value") }
      let message = try Wire.ShardFenceValue(decoding: value)
      return .fenced(
        ShardEpoch(Int32(clamping: message.shardEpoch)), by: GroupCoordinatorID(message.groupCoordinatorID))
    case .groupMetadata:
      let group = try GroupID(Wire.GroupMetadataKey(decoding: key).group)
      guard let value else { return .groupRemoved(group) }
      return .groupChanged(group, try metadata(Wire.GroupMetadataValue(decoding: value)))
    case .memberMetadata:
      let (group, member) = try memberKey(key)
      guard let value else { return .memberRemoved(group, member) }
      return .memberChanged(group, member, try memberMetadata(Wire.MemberMetadataValue(decoding: value)))
    case .targetAssignment:
      let (group, member) = try memberKey(key)
      guard let value else { return .targetRemoved(group, member) }
      return .targetChanged(group, member, try places(Wire.TargetAssignmentValue(decoding: value).partitions))
    case .currentAssignment:
      let (group, member) = try memberKey(key)
      guard let value else { return .assignmentRemoved(group, member) }
      return .assignmentChanged(group, member, try assignment(Wire.CurrentAssignmentValue(decoding: value)))
    case .offsetCommit:
      let message = try Wire.OffsetCommitKey(decoding: key)
      let group = try GroupID(message.group)
      let place = TopicPartition(
        topic: try topicID(message.topicID), partition: PartitionIndex(message.partition))
      guard let value else { return .offsetRemoved(group, place) }
      return .offsetCommitted(group, place, offset(try Wire.OffsetCommitValue(decoding: value)))
    default:
      throw GroupRecordError(
        description: "a group record of the unknown type \(type.rawValue): a newer program wrote it; upgrade this one")
    }
  }

  private static func memberKey(_ key: ByteSlice) throws -> (GroupID, MemberID) {
    let message = try Wire.GroupMemberKey(decoding: key)
    return (try GroupID(message.group), try MemberID(message.memberID))
  }

  private static func metadata(_ message: Wire.GroupMetadataValue) throws -> GroupMetadata {
    GroupMetadata(
      epoch: GroupEpoch(message.groupEpoch), assignor: try assignor(message.assignor) ?? .uniform,
      emptySince: message.emptySinceMs == 0 ? nil : Timestamp(message.emptySinceMs))
  }

  private static func memberMetadata(_ message: Wire.MemberMetadataValue) throws -> MemberMetadata {
    MemberMetadata(
      instanceID: message.instanceID.isEmpty ? nil : try InstanceID(message.instanceID),
      rack: message.rack.isEmpty ? nil : message.rack, clientName: message.clientID,
      clientAddress: message.clientAddress, subscription: try message.topics.map { try TopicName($0) },
      assignor: try assignor(message.assignor), rebalanceTimeout: .milliseconds(message.rebalanceTimeoutMs))
  }

  private static func assignment(_ message: Wire.CurrentAssignmentValue) throws -> MemberAssignment {
    MemberAssignment(
      epoch: MemberEpoch(message.memberEpoch), previousEpoch: MemberEpoch(message.previousMemberEpoch),
      assigned: try places(message.assigned), pendingRevocation: try places(message.pendingRevocation),
      isAway: message.away)
  }

  private static func offset(_ message: Wire.OffsetCommitValue) -> CommittedOffset {
    CommittedOffset(
      offset: Offset(message.offset), leaderEpoch: message.leaderEpoch.map { LeaderEpoch($0) },
      metadata: message.metadata, committedAt: Timestamp(message.commitTimestampMs))
  }

  private static func assignor(_ name: String) throws -> Assignor? {
    guard !name.isEmpty else { return nil }
    guard let assignor = Assignor(rawValue: name) else {
      throw GroupRecordError(description: "there is no assignor \"\(name)\"")
    }
    return assignor
  }

  private static func places(_ list: [Wire.AssignedPartitions]) throws -> Set<TopicPartition> {
    var places: Set<TopicPartition> = []
    for entry in list {
      let topic = try topicID(entry.topicID)
      for partition in entry.partitions {
        places.insert(TopicPartition(topic: topic, partition: PartitionIndex(partition)))
      }
    }
    return places
  }

  private static func topicID(_ bytes: [UInt8]) throws(GroupRecordError) -> TopicID {
    guard let id = TopicID(bytes: bytes) else {
      throw GroupRecordError(description: "a topic's id has \(bytes.count) bytes instead of 16")
    }
    return id
  }
}
