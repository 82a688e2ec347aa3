internal import Bytes
internal import Group
internal import Messages
internal import Model

/// Group records as the keys and values of `__consumer_offsets`: each `type u16, version u16` (big-endian), then a
/// protobuf message. A removal has no value.
enum GroupRecordCodec {
  typealias Wire = NewswireInternalV1
  static let version: UInt16 = 1
  static let headerCount = 4

  /// The key and the value of `record`.
  static func encode(_ record: GroupRecord) -> (key: [UInt8], value: [UInt8]?) {
    let type = type(of: record.key)
    let key = bytes(type, keyMessage(record.key))
    return (key, value(of: record).map { bytes(type, $0) })
  }

  private static func bytes(_ type: Wire.GroupRecordType, _ message: any Message) -> [UInt8] {
    let kind = UInt16(truncatingIfNeeded: type.rawValue)
    return [UInt8(kind >> 8), UInt8(kind & 0xff), UInt8(version >> 8), UInt8(version & 0xff)] + message.serialized
  }

  private static func type(of key: GroupRecord.Key) -> Wire.GroupRecordType {
    switch key {
    case .fence: .shardFence
    case .group: .groupMetadata
    case .member: .memberMetadata
    case .target: .targetAssignment
    case .assignment: .currentAssignment
    case .offset: .offsetCommit
    }
  }

  private static func keyMessage(_ key: GroupRecord.Key) -> any Message {
    switch key {
    case .fence: Wire.ShardFenceKey()
    case .group(let group): Wire.GroupMetadataKey(group: group.description)
    case .member(let group, let member), .target(let group, let member), .assignment(let group, let member):
      Wire.GroupMemberKey(group: group.description, memberID: member.description)
    case .offset(let group, let place):
      Wire.OffsetCommitKey(
        group: group.description, topicID: place.topic.bytes, partition: place.partition.rawValue)
    }
  }

  private static func value(of record: GroupRecord) -> (any Message)? {
    switch record {
    case .fenced(let epoch, let owner):
      Wire.ShardFenceValue(shardEpoch: Int64(epoch.rawValue), groupCoordinatorID: owner.rawValue)
    case .groupChanged(_, let metadata):
      Wire.GroupMetadataValue(
        groupEpoch: metadata.epoch.rawValue, assignmentEpoch: metadata.epoch.rawValue,
        assignor: metadata.assignor.rawValue, emptySinceMs: metadata.emptySince?.rawValue ?? 0)
    case .memberChanged(_, _, let member):
      Wire.MemberMetadataValue(
        instanceID: member.instanceID?.description ?? "", rack: member.rack ?? "", clientID: member.clientName,
        clientAddress: member.clientAddress, topics: member.subscription.map(\.description),
        assignor: member.assignor?.rawValue ?? "", rebalanceTimeoutMs: member.rebalanceTimeout.milliseconds)
    case .targetChanged(_, _, let places): Wire.TargetAssignmentValue(partitions: wire(places))
    case .assignmentChanged(_, _, let assignment):
      Wire.CurrentAssignmentValue(
        memberEpoch: assignment.epoch.rawValue, previousMemberEpoch: assignment.previousEpoch.rawValue,
        assigned: wire(assignment.assigned), pendingRevocation: wire(assignment.pendingRevocation),
        away: assignment.isAway)
    case .offsetCommitted(_, _, let offset):
      Wire.OffsetCommitValue(
        offset: offset.offset.rawValue, leaderEpoch: offset.leaderEpoch?.rawValue, metadata: offset.metadata,
        commitTimestampMs: offset.committedAt.rawValue)
    case .groupRemoved, .memberRemoved, .targetRemoved, .assignmentRemoved, .offsetRemoved: nil
    }
  }

  private static func wire(_ places: Set<TopicPartition>) -> [Wire.AssignedPartitions] {
    byTopic(places).map { Wire.AssignedPartitions(topicID: $0.topic.bytes, partitions: $0.partitions) }
  }
}

/// Partitions gathered by topic, all in order.
func byTopic(_ places: some Collection<TopicPartition>) -> [(topic: TopicID, partitions: [Int32])] {
  var topics: [(topic: TopicID, partitions: [Int32])] = []
  for place in places.sorted() {
    if topics.last?.topic != place.topic { topics.append((place.topic, [])) }
    topics[topics.count - 1].partitions.append(place.partition.rawValue)
  }
  return topics
}
