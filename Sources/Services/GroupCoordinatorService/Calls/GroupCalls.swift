internal import ClusterMetadata
internal import Group
internal import Messages
internal import Model
internal import Node
internal import Runtime
internal import Transport

/// `newswire.v1.GroupCoordinator`: members and administrators of groups. Calls go to the shard's owner.
struct GroupCalls: Sendable {
  typealias API = NewswireV1
  let shards: ShardDirectory
  let view: MetadataView
  let channels: NodeChannels
  let policy: GroupPolicy
  let name: NodeName
  let listener: String
  let routing: CallRouting
  let ends: PartitionEnds

  init(
    shards: ShardDirectory, view: MetadataView, channels: NodeChannels, policy: GroupPolicy, self name: NodeName,
    listener: String
  ) {
    self.shards = shards
    self.view = view
    self.channels = channels
    self.policy = policy
    self.name = name
    self.listener = listener
    routing = CallRouting(name: "\(name.role)/\(name.id)", view: view, channels: channels)
    ends = PartitionEnds(view: view, channels: channels)
  }

  func register(on router: inout Router) {
    router.unary(API.GroupCoordinator.heartbeat) { [self] request, context in
      try await onOwner(of: request.group, API.GroupCoordinator.heartbeat, request, context) { shard in
        try await heartbeat(request, context, shard)
      }
    }
    router.unary(API.GroupCoordinator.commitOffsets) { [self] request, context in
      try await onOwner(of: request.group, API.GroupCoordinator.commitOffsets, request, context) { shard in
        try await commitOffsets(request, shard)
      }
    }
    router.unary(API.GroupCoordinator.fetchOffsets) { [self] request, context in
      try await onOwner(of: request.group, API.GroupCoordinator.fetchOffsets, request, context) { shard in
        try await fetchOffsets(request, shard)
      }
    }
    router.unary(API.GroupCoordinator.deleteOffsets) { [self] request, context in
      try await onOwner(of: request.group, API.GroupCoordinator.deleteOffsets, request, context) { shard in
        try await deleteOffsets(request, shard)
      }
    }
    router.unary(API.GroupCoordinator.resetOffsets) { [self] request, context in
      try await onOwner(of: request.group, API.GroupCoordinator.resetOffsets, request, context) { shard in
        try await resetOffsets(request, context, shard)
      }
    }
    router.unary(API.GroupCoordinator.listGroups) { [self] request, context in
      try await listGroups(request, context)
    }
    router.unary(API.GroupCoordinator.describeGroups) { [self] request, context in
      try await describeGroups(request, context)
    }
    router.unary(API.GroupCoordinator.deleteGroups) { [self] request, context in
      try await deleteGroups(request, context)
    }
  }

  // MARK: Owners

  /// Runs `local` with the group's shard, or passes the call on to the shard's owner.
  func onOwner<Q: Message, R: Message>(
    of group: String, _ method: Method<Q, R>, _ request: Q, _ context: CallContext,
    _ local: @escaping @Sendable (LoopBound<ShardNode>) async throws -> R
  ) async throws -> R {
    _ = try GroupID(group)
    return try await routing.route(
      context, responsible: { () throws(Refusal) in try owner(of: group) },
      local: {
        guard let shard = view.image.groupShard(of: group)?.shard, let node = shards.shard(shard) else {
          throw Refusal(.notGroupCoordinator, "the owner of group \"\(group)\" is changing")
        }
        return try await local(node)
      },
      remote: { channel, options in try await channel.respond(method, request, options: options) })
  }

  func owner(of group: String) throws(Refusal) -> Responsible {
    let image = view.image
    guard let (shard, owner) = image.groupShard(of: group) else {
      return .nobody(
        Refusal(
          .coordinatorNotAvailable, "the cluster has no \(MetadataImage.consumerOffsetsName) yet; is a broker up?"))
    }
    guard let id = owner.owner, let node = image.groupCoordinator(id) else {
      return .nobody(Refusal(.coordinatorNotAvailable, "no group coordinator owns shard \(shard) at the moment"))
    }
    if id.rawValue == name.number { return .here }
    guard let internalAddress = node.registration.listeners.first,
      let address = node.registration.listeners.at(listener)
    else { return .nobody(Refusal(.coordinatorNotAvailable, "group coordinator \(id) has no address")) }
    let refusal = Refusal(
      .notGroupCoordinator, "group \"\(group)\" is kept by group coordinator \(id)",
      metadata: ["group_coordinator_id": "\(id)", "address": "\(address.host):\(address.port)"])
    return .elsewhere(node: "group-coordinator/\(id)", address: internalAddress, refusal: refusal)
  }

  /// Asks a shard; the question is taken back when nobody waits any more.
  func ask(_ request: GroupRequest, _ shard: LoopBound<ShardNode>) async throws -> GroupReply {
    let pending = PendingQuestion()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        shard.execute { node in
          let token = node.submit(request) { continuation.resume(with: $0.mapError { $0 as any Error }) }
          if pending.asked(token) { node.cancel(token) }
        }
      }
    } onCancel: {
      guard let token = pending.cancelled() else { return }
      shard.execute { $0.cancel(token) }
    }
  }

  // MARK: Names

  /// The partition that a caller names; it must exist.
  func place(_ topic: String, _ id: [UInt8], _ partition: Int32) throws(Refusal) -> TopicPartition {
    guard let known = view.image.topic(name: topic, id: id) else {
      throw view.image.unknownTopic(API.TopicReference(topic: topic, topicID: id))
    }
    guard known[PartitionIndex(partition)] != nil else {
      throw Refusal(
        .partitionOutOfRange,
        "topic \"\(known.name)\" has partitions 0 to \(known.partitions.count - 1), not \(partition)")
    }
    return TopicPartition(topic: known.id, partition: PartitionIndex(partition))
  }

  /// The partitions that a caller names; a topic without partitions stands for all that it has.
  func places(_ topics: [API.TopicPartitions]) throws(Refusal) -> [TopicPartition] {
    var places: [TopicPartition] = []
    for entry in topics {
      guard let topic = view.image.topic(name: entry.topic, id: entry.topicID) else {
        throw view.image.unknownTopic(API.TopicReference(topic: entry.topic, topicID: entry.topicID))
      }
      let partitions = entry.partitions.isEmpty ? Array(0..<Int32(topic.partitions.count)) : entry.partitions
      guard places.count + partitions.count <= policy.partitionsPerRequestMax else {
        throw Refusal(
          .invalidRequest, "more than \(policy.partitionsPerRequestMax) partitions are named", field: "topics")
      }
      for partition in partitions { places.append(try place(entry.topic, entry.topicID, partition)) }
    }
    return places
  }

  func topicName(_ id: TopicID) -> String { view.image.topic(id)?.name.description ?? "" }

  func wire(_ places: some Collection<TopicPartition>) -> [API.TopicPartitions] {
    byTopic(places).map {
      API.TopicPartitions(topic: topicName($0.topic), topicID: $0.topic.bytes, partitions: $0.partitions)
    }
  }
}
