public import Bytes
public import ClusterMetadata
public import Messages
internal import Model

/// Bytes that are no metadata record of this version.
public struct MetadataRecordError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, and where it can lead.
  public let description: String
}

extension MetadataCodec {
  /// The record that `bytes` hold. An unknown type or version is an error: to skip it would be to know a wrong cluster.
  public static func decode(_ bytes: ByteSlice) throws(MetadataRecordError) -> MetadataRecord {
    guard bytes.count >= headerCount else {
      throw MetadataRecordError(description: "a metadata record of \(bytes.count) bytes is too short")
    }
    let header = bytes[0..<headerCount].array
    let type = UInt16(header[0]) << 8 | UInt16(header[1])
    let version = UInt16(header[2]) << 8 | UInt16(header[3])
    guard version == Self.version else {
      throw MetadataRecordError(
        description: "metadata record of type \(type) has version \(version), and this program knows only "
          + "\(Self.version): a newer program wrote it; upgrade this one")
    }
    do {
      return try record(Wire.MetadataRecordType(rawValue: Int32(type)), bytes[headerCount..<bytes.count])
    } catch let error as MessageError {
      throw MetadataRecordError(description: "metadata record of type \(type): \(error.message)")
    } catch let error as MetadataRecordError {
      throw error
    } catch {
      throw MetadataRecordError(description: "metadata record of type \(type): \(error)")
    }
  }

  private static func record(_ type: Wire.MetadataRecordType, _ body: ByteSlice) throws -> MetadataRecord {
    switch type {
    case .featureLevel:
      return .featureLevelSet(FeatureLevel(try narrow(try Wire.FeatureLevelRecord(decoding: body).level)))
    case .clusterCreated:
      let message = try Wire.ClusterCreatedRecord(decoding: body)
      return .clusterCreated(ClusterIdentity(id: try uuid(message.clusterID), name: message.name))
    case .coordinatorActivated: return .coordinatorActivated(try coordinator(Wire.NodeRegisteredRecord(decoding: body)))
    case .brokerRegistered: return .brokerRegistered(try broker(Wire.BrokerRegisteredRecord(decoding: body)))
    case .brokerAvailability:
      let message = try Wire.BrokerAvailabilityRecord(decoding: body)
      return .brokerAvailabilityChanged(BrokerID(message.brokerID), try availability(message.availability))
    case .brokerDrain:
      let message = try Wire.BrokerDrainRecord(decoding: body)
      return .brokerDrainChanged(BrokerID(message.brokerID), isDraining: message.draining)
    case .brokerFolders:
      let message = try Wire.BrokerFoldersRecord(decoding: body)
      return .brokerFoldersChanged(
        BrokerID(message.brokerID),
        FolderFaults(
          failed: Set(try message.failedFolderIDs.map(uuid)), full: Set(try message.fullFolderIDs.map(uuid))))
    case .brokerRemoved: return .brokerRemoved(BrokerID(try Wire.BrokerRemovedRecord(decoding: body).brokerID))
    case .groupCoordinatorRegistered:
      return .groupCoordinatorRegistered(try groupCoordinator(Wire.NodeRegisteredRecord(decoding: body)))
    case .groupCoordinatorLiveness:
      let message = try Wire.GroupCoordinatorLivenessRecord(decoding: body)
      return .groupCoordinatorLivenessChanged(GroupCoordinatorID(message.nodeID), isLive: message.live)
    case .groupShardOwner: return shardOwner(try Wire.GroupShardOwnerRecord(decoding: body))
    case .producerIDsAllocated:
      return .producerIDsAllocated(end: ProducerID(try Wire.ProducerIdsAllocatedRecord(decoding: body).nextProducerID))
    case .requestRemembered:
      let message = try Wire.RequestRememberedRecord(decoding: body)
      let topics = try message.topics.map { RememberedRequest.TopicOutcome(name: $0.name, id: try uuid($0.topicID)) }
      return .requestRemembered(RememberedRequest(id: message.requestID, topics: topics))
    default: return try topicRecord(type, body)
    }
  }

  private static func topicRecord(_ type: Wire.MetadataRecordType, _ body: ByteSlice) throws -> MetadataRecord {
    switch type {
    case .topicCreated:
      let message = try Wire.TopicCreatedRecord(decoding: body)
      return .topicCreated(
        try uuid(message.topicID), try TopicName(message.name), overrides: overrides(message.overrides))
    case .topicDeleted: return .topicDeleted(try uuid(Wire.TopicDeletedRecord(decoding: body).topicID))
    case .topicConfiguration:
      let message = try Wire.TopicConfigurationRecord(decoding: body)
      return .topicConfigurationChanged(try uuid(message.topicID), overrides: overrides(message.overrides))
    case .partitionCreated:
      let (place, state) = try partition(Wire.PartitionRecord(decoding: body))
      return .partitionCreated(place, state)
    case .partitionChanged:
      let (place, state) = try partition(Wire.PartitionRecord(decoding: body))
      return .partitionChanged(place, state)
    default:
      throw MetadataRecordError(
        description: "metadata record of the unknown type \(type.rawValue): a newer program wrote it; upgrade this one")
    }
  }

  private static func coordinator(_ message: Wire.NodeRegisteredRecord) throws -> CoordinatorRegistration {
    CoordinatorRegistration(
      id: CoordinatorID(message.nodeID), listeners: try listeners(message.listeners),
      rack: message.rack.isEmpty ? nil : message.rack, version: message.softwareVersion)
  }

  private static func groupCoordinator(_ message: Wire.NodeRegisteredRecord) throws -> GroupCoordinatorRegistration {
    GroupCoordinatorRegistration(
      id: GroupCoordinatorID(message.nodeID), epoch: GroupCoordinatorEpoch(message.nodeEpoch),
      incarnation: try uuid(message.incarnation), listeners: try listeners(message.listeners),
      rack: message.rack.isEmpty ? nil : message.rack, version: message.softwareVersion)
  }

  private static func broker(_ message: Wire.BrokerRegisteredRecord) throws -> BrokerRegistration {
    BrokerRegistration(
      id: BrokerID(message.brokerID), epoch: BrokerEpoch(message.brokerEpoch),
      incarnation: try uuid(message.incarnation), listeners: try listeners(message.listeners),
      rack: message.rack.isEmpty ? nil : message.rack, folders: try message.folderIDs.map(uuid),
      version: message.softwareVersion)
  }

  private static func availability(_ state: Wire.BrokerAvailabilityState) throws -> BrokerAvailability {
    switch state {
    case .fenced: .fenced
    case .active: .active
    case .shuttingDown: .shuttingDown
    default: throw MetadataRecordError(description: "a broker's availability has the unknown value \(state.rawValue)")
    }
  }

  private static func shardOwner(_ message: Wire.GroupShardOwnerRecord) -> MetadataRecord {
    let owner = message.groupCoordinatorID.map { GroupCoordinatorID($0) }
    return .groupShardOwnerChanged(
      shard: PartitionIndex(message.shard),
      GroupShardOwner(
        owner: owner, ownerEpoch: owner == nil ? nil : GroupCoordinatorEpoch(message.nodeEpoch),
        epoch: ShardEpoch(message.shardEpoch)))
  }

  private static func partition(_ message: Wire.PartitionRecord) throws -> (TopicPartition, PartitionState) {
    let place = TopicPartition(topic: try uuid(message.topicID), partition: PartitionIndex(message.partition))
    let replicas = try message.replicas.map {
      ReplicaPlace(broker: BrokerID($0.brokerID), folder: $0.folderID.isEmpty ? nil : try uuid($0.folderID))
    }
    let state = PartitionState(
      replicas: SharedLists.places.shared(replicas),
      isr: SharedLists.brokers.shared(message.inSyncReplicas.map { BrokerID($0) }),
      eligibleLeaders: message.eligibleLeaders.map { BrokerID($0) },
      damaged: message.damagedReplicas.map {
        DamagedReplica(
          broker: BrokerID($0.brokerID), end: position(lastEpoch: $0.lastEpoch, endOffset: $0.endOffset))
      },
      target: message.targetReplicas.map { BrokerID($0) }, adding: message.addingReplicas.map { BrokerID($0) },
      leader: message.leaderID.map { BrokerID($0) },
      leaderEpoch: LeaderEpoch(message.leaderEpoch), epoch: PartitionEpoch(message.partitionEpoch))
    return (place, state)
  }

  private static func overrides(_ list: [Wire.ConfigurationOverride]) -> [String: String] {
    Dictionary(list.map { ($0.key, $0.value) }) { _, last in last }
  }

  private static func narrow(_ value: Int32) throws -> Int16 {
    guard let narrow = Int16(exactly: value) else {
      throw MetadataRecordError(description: "\(value) is out of range")
    }
    return narrow
  }

  private static func uuid(_ bytes: [UInt8]) throws -> UUID128 {
    guard let id = UUID128(bytes: bytes) else {
      throw MetadataRecordError(description: "an id has \(bytes.count) bytes instead of 16")
    }
    return id
  }

  /// How far a log goes, as internal messages say it: an epoch below 0 for none.
  public static func position(lastEpoch: Int32, endOffset: Int64) -> LogPosition {
    LogPosition(lastEpoch: lastEpoch < 0 ? nil : LeaderEpoch(lastEpoch), endOffset: Offset(max(endOffset, 0)))
  }

  /// Listeners as every internal message carries them.
  public static func listeners(_ list: [NewswireInternalV1.ListenerAddress]) throws -> [ListenerAddress] {
    try list.map { listener in
      guard let port = UInt16(exactly: listener.port) else {
        throw MetadataRecordError(description: "\(listener.port) is no port")
      }
      return ListenerAddress(name: listener.name, host: listener.host, port: port)
    }
  }
}
