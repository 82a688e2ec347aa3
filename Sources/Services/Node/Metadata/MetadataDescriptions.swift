public import ClusterMetadata
public import Messages
public import Model

// The image's values as the public interface describes them.

extension MetadataImage {
  /// The topic that a caller names by name or by id.
  public func topic(_ reference: NewswireV1.TopicReference) -> Topic? {
    topic(name: reference.topic, id: reference.topicID)
  }

  /// The topic of this id if one is given, else of this name. If both are, they must belong together.
  public func topic(name: String, id: [UInt8]) -> Topic? {
    guard !id.isEmpty else { return topic(named: name) }
    let found = UUID128(bytes: id).flatMap { topic($0) }
    return name.isEmpty || found?.name.description == name ? found : nil
  }

  /// Says that what a caller names does not exist.
  public func unknownTopic(_ reference: NewswireV1.TopicReference) -> Refusal {
    let id = UUID128(bytes: reference.topicID).map { "\($0)" } ?? "of \(reference.topicID.count) bytes"
    let name = "\"\(reference.topic.prefix(TopicName.lengthMax))\""
    let what =
      switch (reference.topic.isEmpty, reference.topicID.isEmpty) {
      case (true, false): "no topic with the id \(id)"
      case (false, false): "no topic \(name) with the id \(id)"
      case (_, true): "no topic \(name)"
      }
    return Refusal(.unknownTopic, "there is \(what)")
  }

  func topicDescription(_ reference: NewswireV1.TopicReference) -> NewswireV1.TopicDescription {
    if let topic = topic(reference) { return description(of: topic) }
    return NewswireV1.TopicDescription(
      topic: reference.topic, topicID: reference.topicID, error: NewswireV1.ErrorDetail(unknownTopic(reference)))
  }

  func clusterDescription(listener: String) -> NewswireV1.DescribeClusterResponse {
    NewswireV1.DescribeClusterResponse(
      clusterID: cluster?.id.description ?? "", nodes: nodeDescriptions(listener: listener),
      activeCoordinatorID: activeCoordinator?.rawValue,
      metadataOffset: endOffset.rawValue)
  }

  func nodeDescriptions(listener: String) -> [NewswireV1.Node] {
    coordinators.map { node in
      description(
        .coordinator, node.id.rawValue, node.listeners, listener, node.rack, node.version,
        state: node.id == activeCoordinator ? .active : .fenced)
    }
      + brokers.map { broker in
        description(
          .broker, broker.id.rawValue, broker.registration.listeners, listener, broker.registration.rack,
          broker.registration.version, state: state(of: broker))
      }
      + groupCoordinators.map { node in
        description(
          .groupCoordinator, node.id.rawValue, node.registration.listeners, listener, node.registration.rack,
          node.registration.version, state: node.isLive ? .active : .fenced)
      }
  }

  private func state(of broker: Broker) -> NewswireV1.NodeState {
    switch broker.availability {
    case .fenced: .fenced
    case .active: broker.isDraining ? .draining : .active
    case .shuttingDown: .shuttingDown
    }
  }

  private func description(
    _ role: NewswireV1.NodeRole, _ id: Int32, _ listeners: [ListenerAddress], _ name: String, _ rack: String?,
    _ version: String, state: NewswireV1.NodeState
  ) -> NewswireV1.Node {
    let listener = listeners.at(name)
    return NewswireV1.Node(
      role: role, id: id, host: listener?.host ?? "", port: Int32(listener?.port ?? 0), rack: rack ?? "", state: state,
      version: version)
  }
}

extension [ListenerAddress] {
  /// The address for callers of the listener `name`; the first one where a node has none of that name.
  public func at(_ name: String) -> ListenerAddress? {
    first { $0.name == name } ?? first
  }
}

extension MetadataImage {
  /// A topic as the public interface describes it.
  func description(of topic: Topic) -> NewswireV1.TopicDescription {
    NewswireV1.TopicDescription(
      topic: topic.name.description, topicID: topic.id.bytes, internal: topic.name.isInternal,
      partitions: topic.partitions.enumerated().map { description(of: $1, at: Int32($0)) },
      replicationFactor: Int32(topic.partitions.first?.replicationFactor ?? 0), configs: topic.overrides)
  }

  private func description(of state: PartitionState, at index: Int32) -> NewswireV1.PartitionDescription {
    let replicas = state.replicas.map(\.broker)
    let offline = state.replicas.filter { [nil, .fenced].contains(broker($0.broker)?.availability(of: $0.folder)) }
    return NewswireV1.PartitionDescription(
      partition: index, leaderID: state.leader?.rawValue,
      leaderEpoch: state.leaderEpoch.rawValue, partitionEpoch: state.epoch.rawValue,
      replicas: replicas.map(\.rawValue), inSyncReplicas: state.isr.map(\.rawValue),
      eligibleLeaders: state.eligibleLeaders.map(\.rawValue), offlineReplicas: offline.map(\.broker.rawValue),
      targetReplicas: state.target.map(\.rawValue))
  }
}

extension NewswireV1.ErrorDetail {
  /// A refusal of one item among several, where the call as a whole succeeds.
  public init(_ refusal: Refusal) {
    let entry = refusal.reason.entry
    self.init(
      code: Int32(entry.code.rawValue), reason: refusal.reason.rawValue,
      message: "\(refusal.message): \(entry.advice)", retriable: entry.isRetriable, metadata: refusal.metadata)
  }
}
