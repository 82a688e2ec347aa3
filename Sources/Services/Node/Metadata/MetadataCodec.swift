internal import Bytes
public import ClusterMetadata
public import Messages
internal import Model

/// Metadata records as bytes: `type u16, version u16` (big-endian), then the protobuf message of the type.
///
/// The same bytes stand in the coordinator's log and travel in the feed.
public enum MetadataCodec {
  typealias Wire = NewswireInternalV1
  /// The only version there is so far, of every type.
  static let version: UInt16 = 1
  static let headerCount = 4

  /// The bytes of `record`.
  public static func encode(_ record: MetadataRecord) -> [UInt8] {
    let (type, message) = wire(record)
    let encoded = message.encoded()
    let kind = UInt16(truncatingIfNeeded: type.rawValue)
    return [UInt8(kind >> 8), UInt8(kind & 0xff), UInt8(version >> 8), UInt8(version & 0xff)] + encoded.head.array
  }

  private static func wire(_ record: MetadataRecord) -> (Wire.MetadataRecordType, any Message) {
    switch record {
    case .featureLevelSet(let level):
      (.featureLevel, Wire.FeatureLevelRecord(level: Int32(level.rawValue)))
    case .clusterCreated(let cluster):
      (.clusterCreated, Wire.ClusterCreatedRecord(clusterID: cluster.id.bytes, name: cluster.name))
    case .coordinatorActivated(let node): (.coordinatorActivated, message(node))
    case .brokerRegistered(let broker): (.brokerRegistered, message(broker))
    case .brokerAvailabilityChanged(let id, let availability):
      (.brokerAvailability, Wire.BrokerAvailabilityRecord(brokerID: id.rawValue, availability: wire(availability)))
    case .brokerDrainChanged(let id, let isDraining):
      (.brokerDrain, Wire.BrokerDrainRecord(brokerID: id.rawValue, draining: isDraining))
    case .brokerFoldersChanged(let id, let faults):
      (
        .brokerFolders,
        Wire.BrokerFoldersRecord(
          brokerID: id.rawValue, failedFolderIDs: faults.failed.sorted().map(\.bytes),
          fullFolderIDs: faults.full.sorted().map(\.bytes))
      )
    case .brokerRemoved(let id): (.brokerRemoved, Wire.BrokerRemovedRecord(brokerID: id.rawValue))
    case .groupCoordinatorRegistered(let node): (.groupCoordinatorRegistered, message(node))
    case .groupCoordinatorLivenessChanged(let id, let isLive):
      (.groupCoordinatorLiveness, Wire.GroupCoordinatorLivenessRecord(nodeID: id.rawValue, live: isLive))
    case .groupShardOwnerChanged(let shard, let owner): (.groupShardOwner, message(shard, owner))
    case .topicCreated(let id, let name, let overrides):
      (
        .topicCreated,
        Wire.TopicCreatedRecord(topicID: id.bytes, name: name.description, overrides: wire(overrides))
      )
    case .topicDeleted(let id): (.topicDeleted, Wire.TopicDeletedRecord(topicID: id.bytes))
    case .topicConfigurationChanged(let id, let overrides):
      (.topicConfiguration, Wire.TopicConfigurationRecord(topicID: id.bytes, overrides: wire(overrides)))
    case .partitionCreated(let place, let state): (.partitionCreated, message(place, state))
    case .partitionChanged(let place, let state): (.partitionChanged, message(place, state))
    case .producerIDsAllocated(let end):
      (.producerIDsAllocated, Wire.ProducerIdsAllocatedRecord(nextProducerID: end.rawValue))
    case .requestRemembered(let request):
      (
        .requestRemembered,
        Wire.RequestRememberedRecord(
          requestID: request.id,
          topics: request.topics.map { Wire.RememberedTopic(name: $0.name, topicID: $0.id.bytes) })
      )
    }
  }

  private static func message(_ node: CoordinatorRegistration) -> Wire.NodeRegisteredRecord {
    Wire.NodeRegisteredRecord(
      nodeID: node.id.rawValue, listeners: wire(node.listeners), rack: node.rack ?? "",
      softwareVersion: node.version)
  }

  private static func message(_ node: GroupCoordinatorRegistration) -> Wire.NodeRegisteredRecord {
    Wire.NodeRegisteredRecord(
      nodeID: node.id.rawValue, nodeEpoch: node.epoch.rawValue, incarnation: node.incarnation.bytes,
      listeners: wire(node.listeners), rack: node.rack ?? "", softwareVersion: node.version)
  }

  private static func message(_ broker: BrokerRegistration) -> Wire.BrokerRegisteredRecord {
    Wire.BrokerRegisteredRecord(
      brokerID: broker.id.rawValue, brokerEpoch: broker.epoch.rawValue, incarnation: broker.incarnation.bytes,
      listeners: wire(broker.listeners), rack: broker.rack ?? "", folderIDs: broker.folders.map(\.bytes),
      softwareVersion: broker.version)
  }

  private static func message(_ shard: PartitionIndex, _ owner: GroupShardOwner) -> Wire.GroupShardOwnerRecord {
    Wire.GroupShardOwnerRecord(
      shard: shard.rawValue, groupCoordinatorID: owner.owner?.rawValue,
      nodeEpoch: owner.ownerEpoch?.rawValue ?? 0, shardEpoch: owner.epoch.rawValue)
  }

  private static func message(_ place: TopicPartition, _ state: PartitionState) -> Wire.PartitionRecord {
    Wire.PartitionRecord(
      topicID: place.topic.bytes, partition: place.partition.rawValue,
      leaderID: state.leader?.rawValue, leaderEpoch: state.leaderEpoch.rawValue,
      partitionEpoch: state.epoch.rawValue,
      replicas: state.replicas.map {
        Wire.ReplicaPlacement(brokerID: $0.broker.rawValue, folderID: $0.folder?.bytes ?? [])
      },
      inSyncReplicas: state.isr.map(\.rawValue), eligibleLeaders: state.eligibleLeaders.map(\.rawValue),
      targetReplicas: state.target.map(\.rawValue), addingReplicas: state.adding.map(\.rawValue),
      damagedReplicas: state.damaged.map {
        Wire.DamagedReplica(
          brokerID: $0.broker.rawValue, lastEpoch: $0.end.lastEpoch?.rawValue ?? -1,
          endOffset: $0.end.endOffset.rawValue)
      })
  }

  private static func wire(_ availability: BrokerAvailability) -> Wire.BrokerAvailabilityState {
    switch availability {
    case .fenced: .fenced
    case .active: .active
    case .shuttingDown: .shuttingDown
    }
  }

  private static func wire(_ overrides: [String: String]) -> [Wire.ConfigurationOverride] {
    overrides.sorted { $0.key < $1.key }.map { Wire.ConfigurationOverride(key: $0.key, value: $0.value) }
  }

  /// Listeners as every internal message carries them.
  public static func wire(_ listeners: [ListenerAddress]) -> [NewswireInternalV1.ListenerAddress] {
    listeners.map { Wire.ListenerAddress(name: $0.name, host: $0.host, port: Int32($0.port)) }
  }
}
