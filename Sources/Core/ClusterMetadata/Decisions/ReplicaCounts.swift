import Model

/// How much every broker holds: kept beside the image, so that a placement need not look at every partition.
struct ReplicaCounts: Sendable {
  /// How many partitions prefer each broker as their leader.
  private var leaders: [BrokerID: Int] = [:]
  /// How many replicas lie in each folder of each broker.
  private var replicas: [BrokerID: [UUID128?: Int]] = [:]

  init(_ image: MetadataImage) {
    for name in image.topicNames {
      for state in image.topic(named: name)?.partitions ?? [] { count(state, 1) }
    }
  }

  /// What `record`, which is about to be applied to `image`, changes.
  mutating func prepare(for record: MetadataRecord, on image: MetadataImage) {
    switch record {
    case .partitionCreated(_, let state): count(state, 1)
    case .partitionChanged(let place, let state):
      guard let before = image.partition(place), before.replicas != state.replicas else { return }
      count(before, -1)
      count(state, 1)
    case .topicDeleted(let id):
      for state in image.topic(id)?.partitions ?? [] { count(state, -1) }
    case .featureLevelSet, .clusterCreated, .coordinatorActivated, .brokerRegistered, .brokerAvailabilityChanged,
      .brokerDrainChanged, .brokerRemoved, .groupCoordinatorRegistered, .groupCoordinatorLivenessChanged,
      .groupShardOwnerChanged, .topicCreated, .topicConfigurationChanged, .producerIDsAllocated, .requestRemembered:
      break
    }
  }

  /// The broker with what it holds, for a placement.
  func load(of broker: Broker) -> PlacementBroker {
    let held = replicas[broker.id] ?? [:]
    let folders = held.compactMap { folder, count in folder.map { ($0, count) } }
    return PlacementBroker(
      id: broker.id, rack: broker.registration.rack, folders: broker.registration.folders,
      leaderCount: leaders[broker.id] ?? 0, replicaCount: held.values.reduce(0, +),
      replicasPerFolder: Dictionary(uniqueKeysWithValues: folders))
  }

  private mutating func count(_ state: PartitionState, _ change: Int) {
    if let preferred = state.replicas.first { leaders[preferred.broker, default: 0] += change }
    for place in state.replicas { replicas[place.broker, default: [:]][place.folder, default: 0] += change }
  }
}
