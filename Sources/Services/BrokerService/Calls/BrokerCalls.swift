internal import ClusterMetadata
internal import Messages
internal import Model
internal import Node
internal import Runtime
internal import Transport

/// `newswire.v1.Broker`: the calls of producers and consumers, for callers of one listener.
final class BrokerCalls: Sendable {
  typealias API = NewswireV1
  let id: BrokerID
  let listener: String
  let view: MetadataView
  let lanes: BrokerLanes
  let channels: NodeChannels
  let folders: BrokerFolders
  let health: DiskHealth
  let producerIDs: ProducerIDs
  let metrics: BrokerMetrics
  let routing: CallRouting
  /// How answers name this node.
  let nodeName: String
  /// The trailing metadata of what this node answers itself.
  let trailers: Metadata

  init(
    name: NodeName, listener: String, view: MetadataView, lanes: BrokerLanes, channels: NodeChannels,
    folders: BrokerFolders, health: DiskHealth, producerIDs: ProducerIDs, metrics: BrokerMetrics
  ) {
    id = BrokerID(name.number ?? 0)
    self.listener = listener
    self.view = view
    self.lanes = lanes
    self.channels = channels
    self.folders = folders
    self.health = health
    self.producerIDs = producerIDs
    self.metrics = metrics
    nodeName = "\(name.role.rawValue)/\(name.id)"
    routing = CallRouting(name: nodeName, view: view, channels: channels)
    var trailers = Metadata()
    trailers.add(CallRouting.nodeKey, nodeName)
    self.trailers = trailers
  }

  func register(on router: inout Router) {
    router.unary(API.Broker.produce) { [self] request, call in produce(request, call) }
    router.stream(API.Broker.produceStream) { [self] call in ProduceStream(call, self) }
    router.stream(API.Broker.consume) { [self] call in ConsumeStream(call, self) }
    router.unary(API.Broker.fetch) { [self] request, call in FetchOperation(request, call, self).start() }
    router.unary(API.Broker.listOffsets) { [self] request, context in try await listOffsets(request, context) }
    router.unary(API.Broker.deleteRecords) { [self] request, context in try await deleteRecords(request, context) }
    router.unary(API.Broker.describeLogs) { [self] request, _ in try await describeLogs(request) }
    router.unary(API.Broker.allocateProducer) { [self] request, context in
      guard request.transactionalID.isEmpty else {
        throw Refusal(.unsupported, "transactions do not exist yet", field: "transactional_id")
      }
      let id = try await producerIDs.next()
      context.answer?.trailers = trailers
      return API.AllocateProducerResponse(producerID: id.rawValue, producerEpoch: 0)
    }
  }
}

// MARK: - Who is responsible

extension MetadataImage {
  /// An in-sync follower in this rack; nil if the leader stands there, or nobody does.
  func replica(of state: PartitionState, in rack: String, preferably own: BrokerID) -> BrokerID? {
    func isNear(_ broker: BrokerID) -> Bool {
      self.broker(broker).map { $0.registration.rack == rack && $0.availability == .active } ?? false
    }
    guard !rack.isEmpty, let leader = state.leader, !isNear(leader) else { return nil }
    return state.isr.contains(own) && isNear(own) ? own : state.isr.first(where: isNear)
  }

  /// The topic that a caller names, by name or by id; refuses if there is none.
  func topic(called name: String, id bytes: [UInt8]) throws(Refusal) -> Topic {
    guard cluster != nil else {
      throw Refusal(.coordinatorNotAvailable, "this broker has not heard from a coordinator yet")
    }
    guard !name.isEmpty || !bytes.isEmpty else {
      throw Refusal(.invalidRequest, "neither topic nor topic_id is given", field: "topic")
    }
    guard bytes.isEmpty || bytes.count == 16 else {
      throw Refusal(.invalidRequest, "topic_id has \(bytes.count) bytes instead of 16", field: "topic_id")
    }
    guard let topic = topic(name: name, id: bytes) else {
      throw unknownTopic(NewswireV1.TopicReference(topic: name, topicID: bytes))
    }
    return topic
  }
}

extension Topic {
  /// The state of a partition that a caller names; refuses if there is none.
  func state(of index: Int32) throws(Refusal) -> PartitionState {
    guard index >= 0, let state = self[PartitionIndex(index)] else {
      throw Refusal(
        .partitionOutOfRange, "topic \"\(name)\" has the partitions 0 to \(partitions.count - 1), and no \(index)",
        metadata: ["partition_count": "\(partitions.count)"], field: "partition")
    }
    return state
  }

  func place(_ index: Int32) -> TopicPartition { TopicPartition(topic: id, partition: PartitionIndex(index)) }
}

extension BrokerCalls {
  /// Who leads a partition, as the metadata has it.
  func responsible(for state: PartitionState, _ name: String, in image: MetadataImage) -> Responsible {
    guard let leader = state.leader else {
      return .nobody(Refusal(.leaderNotAvailable, "\(name) has no leader at the moment"))
    }
    guard leader != id else { return .here }
    guard let listeners = image.broker(leader)?.registration.listeners, let own = listeners.first,
      let address = listeners.at(listener)
    else {
      return .nobody(Refusal(.leaderNotAvailable, "broker \(leader), which leads \(name), is not known"))
    }
    let refusal = Refusal(
      .notLeader, "broker \(leader) leads \(name), not broker \(id)",
      metadata: [
        "leader_id": "\(leader)", "leader_address": "\(address.host):\(address.port)",
        "leader_epoch": "\(state.leaderEpoch)",
      ])
    return .elsewhere(node: "broker/\(leader)", address: own, refusal: refusal)
  }

  /// Who leads the partition now; or, for readers in a rack, who holds all of it there.
  func responsible(for place: TopicPartition, rack: String = "") throws(Refusal) -> Responsible {
    let image = view.image
    guard let topic = image.topic(place.topic) else {
      throw Refusal(.unknownTopic, "the topic with the id \(place.topic) has been deleted")
    }
    let state = try topic.state(of: place.partition.rawValue)
    let name = "partition \(place.partition) of \"\(topic.name)\""
    guard let near = image.replica(of: state, in: rack, preferably: id),
      let listeners = image.broker(near)?.registration.listeners, let own = listeners.first,
      let address = listeners.at(listener)
    else { return responsible(for: state, name, in: image) }
    guard near != id else { return .here }
    let refusal = Refusal(
      .notLeader, "broker \(near) holds \(name) in rack \"\(rack)\", not broker \(id)",
      metadata: ["replica_id": "\(near)", "replica_address": "\(address.host):\(address.port)"])
    return .elsewhere(node: "broker/\(near)", address: own, refusal: refusal)
  }
}

extension Refusal {
  /// What a caller is told of an error of any kind.
  init(_ error: any Error) {
    switch error {
    case let refusal as Refusal: self = refusal
    case let status as Status: self = status.refusal ?? Refusal(status)
    case is CancellationError: self.init(.deadlineExceeded, "nobody waits for the answer any more")
    default: self.init(.internal, "\(error)")
    }
  }

  private init(_ status: Status) {
    switch status.code {
    case .deadlineExceeded: self.init(.deadlineExceeded, status.message)
    case .unavailable: self.init(.leaderNotAvailable, status.message)
    case .resourceExhausted: self.init(.resourceExhausted, status.message)
    default: self.init(.internal, "\(status)")
    }
  }
}
