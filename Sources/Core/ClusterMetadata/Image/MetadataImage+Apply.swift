public import Model

extension MetadataImage {
  /// The name of the topic whose partitions are the shards of groups.
  public static let consumerOffsetsName = "__consumer_offsets"

  /// Folds the record at `offset` into the image.
  ///
  /// Cannot fail: a record was checked when it was decided. One that names something unknown changes nothing, which
  /// happens only where the image is older than the log it is fed from.
  public mutating func apply(_ record: MetadataRecord, at offset: MetadataOffset) {
    endOffset = offset + 1
    switch record {
    case .featureLevelSet(let level): featureLevel = level
    case .clusterCreated(let identity): cluster = identity
    case .coordinatorActivated(let registration):
      coordinatorsByID[registration.id] = registration
      activeCoordinator = registration.id
    case .brokerRegistered(let registration): apply(registration)
    case .brokerAvailabilityChanged(let id, let availability): brokersByID[id]?.availability = availability
    case .brokerDrainChanged(let id, let isDraining): brokersByID[id]?.isDraining = isDraining
    case .brokerFoldersChanged(let id, let faults): brokersByID[id]?.folderFaults = faults
    case .brokerRemoved(let id): brokersByID[id] = nil
    case .groupCoordinatorRegistered(let registration):
      groupCoordinatorsByID[registration.id] = GroupCoordinator(registration: registration, isLive: true)
    case .groupCoordinatorLivenessChanged(let id, let isLive): groupCoordinatorsByID[id]?.isLive = isLive
    case .groupShardOwnerChanged(let shard, let owner): apply(owner, of: shard)
    case .topicCreated(let id, let name, let overrides): createTopic(id, name, overrides)
    case .topicDeleted(let id): deleteTopic(id)
    case .topicConfigurationChanged(let id, let overrides):
      topicsByID[id]?.overrides = overrides
      topicsByID[id]?.configuration = Self.configuration(overrides)
    case .partitionCreated(let place, let state): createPartition(place, state)
    case .partitionChanged(let place, let state):
      guard partition(place) != nil else { return }
      topicsByID[place.topic]?.partitions[Int(place.partition.rawValue)] = state
    case .producerIDsAllocated(let end): nextProducerID = end
    case .requestRemembered(let request): remember(request)
    }
  }

  private mutating func apply(_ registration: BrokerRegistration) {
    let isDraining = brokersByID[registration.id]?.isDraining ?? false
    brokersByID[registration.id] = Broker(registration: registration, availability: .fenced, isDraining: isDraining)
  }

  private mutating func apply(_ owner: GroupShardOwner, of shard: PartitionIndex) {
    guard groupShards.indices.contains(Int(shard.rawValue)) else { return }
    groupShards[Int(shard.rawValue)] = owner
  }

  private mutating func createTopic(_ id: TopicID, _ name: TopicName, _ overrides: [String: String]) {
    topicsByID[id] = Topic(
      id: id, name: name, overrides: overrides, configuration: Self.configuration(overrides), partitions: [])
    topicIDs[name] = id
    topicNames.insert(name, at: topicNames.partitioningIndex { $0 > name })
  }

  private mutating func deleteTopic(_ id: TopicID) {
    guard let topic = topicsByID.removeValue(forKey: id) else { return }
    topicIDs[topic.name] = nil
    partitionCount -= topic.partitions.count
    topicNames.remove(at: topicNames.partitioningIndex { $0 >= topic.name })
  }

  private mutating func createPartition(_ place: TopicPartition, _ state: PartitionState) {
    guard let topic = topicsByID[place.topic], Int(place.partition.rawValue) == topic.partitions.count else { return }
    topicsByID[place.topic]?.partitions.append(state)
    partitionCount += 1
    if topic.name.description == Self.consumerOffsetsName {
      groupShards.append(GroupShardOwner(owner: nil, ownerEpoch: nil, epoch: .zero))
    }
  }

  /// A configuration that this version does not know in full counts with its defaults: the decision to accept it was
  /// another version's.
  private static func configuration(_ overrides: [String: String]) -> TopicConfiguration {
    (try? TopicConfiguration(overrides: overrides)) ?? .default
  }

  private mutating func remember(_ request: RememberedRequest) {
    if rememberedByID.updateValue(request, forKey: request.id) == nil {
      rememberedOrder.append(request.id)
    }
    if rememberedOrder.count > Self.rememberedRequestsMax {
      rememberedByID[rememberedOrder.removeFirst()] = nil
    }
  }
}
