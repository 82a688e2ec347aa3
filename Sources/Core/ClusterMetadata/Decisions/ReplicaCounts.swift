import Model

/// How much every broker holds: kept beside the image, so that a placement need not look at every partition.
struct ReplicaCounts: Sendable {
  /// How many partitions prefer each broker as their leader.
  private var leaders: [BrokerID: Int] = [:]
  /// How many replicas lie in each folder of each broker.
  private var replicas: [BrokerID: [UUID128?: Int]] = [:]
  /// The moves that wait for their turn, in order.
  private(set) var waitingMoves: [TopicPartition] = []
  /// The moves that are under way and have got another target, for which more replicas are to be added.
  private(set) var redirectedMoves: [TopicPartition] = []
  /// The moves that are under way, in order.
  private(set) var runningMoves: [TopicPartition] = []

  init(_ image: MetadataImage) {
    for (place, state) in image.partitions(where: { _ in true }) { count(state, 1, at: place) }
  }

  /// What `record`, which is about to be applied to `image`, changes.
  mutating func prepare(for record: MetadataRecord, on image: MetadataImage) {
    switch record {
    case .partitionCreated(let place, let state): count(state, 1, at: place)
    case .partitionChanged(let place, let state):
      guard let before = image.partition(place), !before.liesLike(state) else { return }
      count(before, -1, at: place)
      count(state, 1, at: place)
    case .topicDeleted(let id):
      guard let topic = image.topic(id) else { return }
      for (place, state) in image.partitions(of: topic) { count(state, -1, at: place) }
    case .featureLevelSet, .clusterCreated, .coordinatorActivated, .brokerRegistered, .brokerAvailabilityChanged,
      .brokerDrainChanged, .brokerFoldersChanged, .brokerRemoved, .groupCoordinatorRegistered,
      .groupCoordinatorLivenessChanged,
      .groupShardOwnerChanged, .topicCreated, .topicConfigurationChanged, .producerIDsAllocated, .requestRemembered:
      break
    }
  }

  /// The broker with what it holds, for a placement.
  func load(of broker: Broker) -> PlacementBroker {
    let held = replicas[broker.id] ?? [:]
    let folders = held.compactMap { folder, count in folder.map { ($0, count) } }
    return PlacementBroker(
      id: broker.id, rack: broker.registration.rack, folders: broker.usableFolders,
      leaderCount: leaders[broker.id] ?? 0, replicaCount: held.values.reduce(0, +),
      replicasPerFolder: Dictionary(uniqueKeysWithValues: folders))
  }

  /// Counts a partition in (`change` 1) or out (-1). Who shall hold it in the end counts as holding it.
  private mutating func count(_ state: PartitionState, _ change: Int, at place: TopicPartition) {
    if let preferred = state.targetOrReplicas.first { leaders[preferred, default: 0] += change }
    for replica in state.replicas { replicas[replica.broker, default: [:]][replica.folder, default: 0] += change }
    for broker in state.target where !state.hasReplica(on: broker) {
      replicas[broker, default: [:]][UUID128?.none, default: 0] += change
    }
    if !state.adding.isEmpty { Self.list(place, change, in: &runningMoves) }
    guard state.awaitsMove else { return }
    if state.adding.isEmpty {
      Self.list(place, change, in: &waitingMoves)
    } else {
      Self.list(place, change, in: &redirectedMoves)
    }
  }

  private static func list(_ place: TopicPartition, _ change: Int, in list: inout [TopicPartition]) {
    let index = list.partitioningIndex { $0 >= place }
    if change > 0 { list.insert(place, at: index) } else { list.remove(at: index) }
  }
}

extension PartitionState {
  fileprivate func liesLike(_ other: PartitionState) -> Bool {
    replicas == other.replicas && target == other.target && adding == other.adding
  }
}
