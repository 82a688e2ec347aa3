internal import ClusterMetadata
internal import Messages
internal import Model
internal import Node
internal import Transport

/// `BrokerLifecycle` and `GroupLifecycle`: nodes begin, live and stop.
struct LifecycleCalls {
  private typealias Wire = NewswireInternalV1
  let metadata: MetadataRequests
  let view: MetadataView
  let progress: FollowerProgress
  /// How many changes, or damaged logs, one request may name.
  private static let partitionsMax = 50_000

  func register(on router: inout Router) {
    router.unary(NewswireInternalV1.BrokerLifecycle.registerBroker) { [self] request, context in
      try await registerBroker(request, context)
    }
    router.unary(NewswireInternalV1.BrokerLifecycle.brokerHeartbeat) { [self] request, context in
      try await brokerHeartbeat(request, context)
    }
    router.unary(NewswireInternalV1.BrokerLifecycle.alterPartitions) { [self] request, context in
      try await alterPartitions(request, context)
    }
    router.unary(NewswireInternalV1.BrokerLifecycle.controlledShutdown) { [self] request, context in
      try await controlledShutdown(request, context)
    }
    router.unary(NewswireInternalV1.BrokerLifecycle.allocateProducerIds) { [self] request, context in
      try context.requireNode(.broker, id: request.brokerID)
      let ids = try await metadata.producerIDs(BrokerID(request.brokerID), BrokerEpoch(request.brokerEpoch))
      return NewswireInternalV1.AllocateProducerIdsResponse(firstProducerID: ids.lowerBound, count: Int32(ids.count))
    }
    router.unary(NewswireInternalV1.GroupLifecycle.registerGroupCoordinator) { [self] request, context in
      try await registerGroupCoordinator(request, context)
    }
    router.unary(NewswireInternalV1.GroupLifecycle.groupCoordinatorHeartbeat) { [self] request, context in
      try context.requireNode(.groupCoordinator, id: request.nodeID)
      let reply = try await metadata.groupCoordinatorHeartbeat(
        GroupCoordinatorHeartbeat(
          id: GroupCoordinatorID(request.nodeID), epoch: GroupCoordinatorEpoch(request.nodeEpoch),
          wantsShutdown: request.wantShutdown))
      progress.note(
        .groupCoordinator(GroupCoordinatorID(request.nodeID)), appliedEnd: MetadataOffset(request.metadataOffset))
      return NewswireInternalV1.GroupCoordinatorHeartbeatResponse(
        mayShutDown: reply.mayShutDown, leaseMs: Int32(reply.lease.milliseconds))
    }
  }

  private func registerBroker(
    _ request: Wire.RegisterBrokerRequest, _ context: CallContext
  ) async throws -> Wire.RegisterBrokerResponse {
    try context.requireNode(.broker, id: request.brokerID)
    let registration = BrokerRegistration(
      id: BrokerID(request.brokerID), epoch: BrokerEpoch(0), incarnation: try id(request.incarnation, "incarnation"),
      listeners: try listeners(request.listeners), rack: request.rack.isEmpty ? nil : request.rack,
      folders: try request.folderIDs.map { try id($0, "folder_ids") }, version: request.softwareVersion)
    let clusterID = try request.clusterID.isEmpty ? nil : id(request.clusterID, "cluster_id")
    let levelMax = FeatureLevel(Int16(clamping: max(request.featureLevelMax, 1)))
    let (epoch, cluster) = try await metadata.registerBroker(
      RegisterBroker(
        registration: registration, clusterID: clusterID, featureLevels: .first...levelMax,
        damaged: try damaged(request.damagedLogs).mapValues(\.end)))
    return Wire.RegisterBrokerResponse(
      brokerEpoch: epoch.rawValue, clusterID: cluster.id.bytes, leaseMs: Int32(metadata.policy.lease.milliseconds),
      heartbeatIntervalMs: Int32(metadata.policy.heartbeatInterval.milliseconds))
  }

  private func brokerHeartbeat(
    _ request: Wire.BrokerHeartbeatRequest, _ context: CallContext
  ) async throws -> Wire.BrokerHeartbeatResponse {
    try context.requireNode(.broker, id: request.brokerID)
    let faults = FolderFaults(
      failed: Set(try folders(request.failedFolderIDs, "failed_folder_ids")),
      full: Set(try folders(request.fullFolderIDs, "full_folder_ids")))
    let reply = try await metadata.brokerHeartbeat(
      BrokerHeartbeat(
        id: BrokerID(request.brokerID), epoch: BrokerEpoch(request.brokerEpoch),
        appliedEndOffset: MetadataOffset(request.metadataOffset), wantsShutdown: request.wantShutdown,
        folderFaults: faults, damaged: try damaged(request.damagedLogs), sizes: try sizes(request.partitionSizes)))
    progress.note(.broker(BrokerID(request.brokerID)), appliedEnd: MetadataOffset(request.metadataOffset))
    // It may stop when the others know who leads instead: they, and whoever asks them, do not come back to it.
    if reply.mayShutDown { await progress.settle(view.image) }
    return Wire.BrokerHeartbeatResponse(
      fenced: reply.availability == .fenced, mayShutDown: reply.mayShutDown, leaseMs: Int32(reply.lease.milliseconds),
      metadataEndOffset: view.image.endOffset.rawValue)
  }

  private func alterPartitions(
    _ request: Wire.AlterPartitionsRequest, _ context: CallContext
  ) async throws -> Wire.AlterPartitionsResponse {
    try context.requireNode(.broker, id: request.brokerID)
    try checkCount(request.partitions.count, "partitions")
    let changes = try request.partitions.map { change throws(Refusal) in
      AlterPartitions.Change(
        partition: TopicPartition(
          topic: try id(change.topicID, "topic_id"), partition: PartitionIndex(change.partition)),
        leaderEpoch: LeaderEpoch(change.leaderEpoch), partitionEpoch: PartitionEpoch(change.partitionEpoch),
        isr: change.inSyncReplicas.map {
          AlterPartitions.Member(broker: BrokerID($0.brokerID), epoch: BrokerEpoch($0.brokerEpoch))
        })
    }
    let results = try await metadata.alterPartitions(
      AlterPartitions(
        broker: BrokerID(request.brokerID), brokerEpoch: BrokerEpoch(request.brokerEpoch), changes: changes))
    let image = view.image
    return Wire.AlterPartitionsResponse(
      partitions: zip(changes, results).map { change, result in altered(change.partition, result, image) })
  }

  /// What became of a change; a refusal too says how the partition stands.
  private func altered(
    _ place: TopicPartition, _ result: Result<PartitionState, Refusal>, _ image: MetadataImage
  ) -> Wire.PartitionAlterationResult {
    var answer = Wire.PartitionAlterationResult(topicID: place.topic.bytes, partition: place.partition.rawValue)
    let state: PartitionState?
    switch result {
    case .success(let altered): state = altered
    case .failure(let refusal):
      state = image.partition(place)
      (answer.reason, answer.message) = (refusal.reason.rawValue, refusal.message)
    }
    guard let state else { return answer }
    answer.leaderID = state.leader?.rawValue ?? -1
    answer.leaderEpoch = state.leaderEpoch.rawValue
    answer.partitionEpoch = state.epoch.rawValue
    answer.inSyncReplicas = state.isr.map(\.rawValue)
    return answer
  }

  private func controlledShutdown(
    _ request: Wire.ControlledShutdownRequest, _ context: CallContext
  ) async throws -> Wire.ControlledShutdownResponse {
    try context.requireNode(.broker, id: request.brokerID)
    let id = BrokerID(request.brokerID)
    _ = try await metadata.brokerHeartbeat(
      BrokerHeartbeat(
        id: id, epoch: BrokerEpoch(request.brokerEpoch), appliedEndOffset: .zero, wantsShutdown: true,
        folderFaults: view.image.broker(id)?.folderFaults ?? FolderFaults()))
    let image = view.image
    await progress.settle(image)
    let left = image.partitions { $0.leader == id && $0.isr.contains { $0 != id } }
    return Wire.ControlledShutdownResponse(leadersLeft: Int32(left.count))
  }

  private func registerGroupCoordinator(
    _ request: Wire.RegisterGroupCoordinatorRequest, _ context: CallContext
  ) async throws -> Wire.RegisterGroupCoordinatorResponse {
    try context.requireNode(.groupCoordinator, id: request.nodeID)
    let registration = GroupCoordinatorRegistration(
      id: GroupCoordinatorID(request.nodeID), epoch: GroupCoordinatorEpoch(0),
      incarnation: try id(request.incarnation, "incarnation"), listeners: try listeners(request.listeners),
      rack: request.rack.isEmpty ? nil : request.rack, version: request.softwareVersion)
    let (epoch, cluster) = try await metadata.registerGroupCoordinator(
      RegisterGroupCoordinator(registration: registration))
    return Wire.RegisterGroupCoordinatorResponse(
      nodeEpoch: epoch.rawValue, clusterID: cluster.id.bytes, leaseMs: Int32(metadata.policy.lease.milliseconds),
      heartbeatIntervalMs: Int32(metadata.policy.heartbeatInterval.milliseconds))
  }

  private func id(_ bytes: [UInt8], _ field: String) throws(Refusal) -> UUID128 {
    guard let id = UUID128(bytes: bytes) else {
      throw Refusal(.invalidRequest, "\(field) has \(bytes.count) bytes instead of 16", field: field)
    }
    return id
  }

  private func folders(_ list: [[UInt8]], _ field: String) throws(Refusal) -> [UUID128] {
    try checkCount(list.count, field)
    return try list.map { folder throws(Refusal) in try id(folder, field) }
  }

  private func damaged(_ logs: [Wire.DamagedLog]) throws(Refusal) -> [TopicPartition: FoundDamage] {
    try checkCount(logs.count, "damaged_logs")
    var damaged: [TopicPartition: FoundDamage] = [:]
    for log in logs {
      let place = TopicPartition(topic: try id(log.topicID, "topic_id"), partition: PartitionIndex(log.partition))
      damaged[place] = FoundDamage(
        end: MetadataCodec.position(lastEpoch: log.lastEpoch, endOffset: log.endOffset),
        leaderEpoch: LeaderEpoch(log.leaderEpoch))
    }
    return damaged
  }

  private func sizes(_ said: [Wire.PartitionSize]) throws(Refusal) -> [TopicPartition: Int] {
    try checkCount(said.count, "partition_sizes")
    var sizes: [TopicPartition: Int] = [:]
    for one in said {
      let place = TopicPartition(topic: try id(one.topicID, "topic_id"), partition: PartitionIndex(one.partition))
      // A sum of them must not overflow.
      sizes[place] = Int(min(max(one.sizeBytes, 0), 1 << 44))
    }
    return sizes
  }

  private func checkCount(_ count: Int, _ field: String) throws(Refusal) {
    guard count <= Self.partitionsMax else {
      throw Refusal(
        .invalidRequest, "\(count) \(field) are given; at most \(Self.partitionsMax) may be", field: field)
    }
  }

  private func listeners(_ list: [Wire.ListenerAddress]) throws(Refusal) -> [ListenerAddress] {
    do {
      return try MetadataCodec.listeners(list)
    } catch {
      throw Refusal(.invalidRequest, "\(error)", field: "listeners")
    }
  }
}
