public import Model

extension MetadataImage {
  /// The image as a list of records: what a snapshot holds.
  ///
  /// Applying them to an empty image gives an equal one, but for `endOffset`, which a snapshot carries beside them.
  public func records() -> [MetadataRecord] {
    var records: [MetadataRecord] = []
    if let featureLevel { records.append(.featureLevelSet(featureLevel)) }
    if let cluster { records.append(.clusterCreated(cluster)) }
    let activeLast =
      coordinators.filter { $0.id != activeCoordinator } + coordinators.filter { $0.id == activeCoordinator }
    records += activeLast.map { .coordinatorActivated($0) }
    records += brokers.flatMap(Self.records)
    records += groupCoordinators.flatMap(Self.records)
    records += topicNames.compactMap { topic(named: $0) }.flatMap(Self.records)
    records += groupShards.enumerated().filter { $0.element.epoch != .zero || $0.element.owner != nil }
      .map { .groupShardOwnerChanged(shard: PartitionIndex(Int32($0.offset)), $0.element) }
    if nextProducerID != ProducerID(0) { records.append(.producerIDsAllocated(end: nextProducerID)) }
    records += rememberedOrder.compactMap { rememberedByID[$0] }.map { .requestRemembered($0) }
    return records
  }

  /// The image that a snapshot holds, as it stood before the record at `endOffset`.
  public init(snapshot records: some Sequence<MetadataRecord>, endOffset: MetadataOffset) {
    self.init()
    for record in records { apply(record, at: .zero) }
    self.endOffset = endOffset
  }

  private static func records(_ broker: Broker) -> [MetadataRecord] {
    var records: [MetadataRecord] = [.brokerRegistered(broker.registration)]
    if broker.availability != .fenced { records.append(.brokerAvailabilityChanged(broker.id, broker.availability)) }
    if broker.folderFaults != FolderFaults() { records.append(.brokerFoldersChanged(broker.id, broker.folderFaults)) }
    if broker.isDraining { records.append(.brokerDrainChanged(broker.id, isDraining: true)) }
    return records
  }

  private static func records(_ coordinator: GroupCoordinator) -> [MetadataRecord] {
    var records: [MetadataRecord] = [.groupCoordinatorRegistered(coordinator.registration)]
    if !coordinator.isLive { records.append(.groupCoordinatorLivenessChanged(coordinator.id, isLive: false)) }
    return records
  }

  private static func records(_ topic: Topic) -> [MetadataRecord] {
    [.topicCreated(topic.id, topic.name, overrides: topic.overrides)]
      + topic.partitions.enumerated().map { index, state in
        .partitionCreated(TopicPartition(topic: topic.id, partition: PartitionIndex(Int32(index))), state)
      }
  }
}
