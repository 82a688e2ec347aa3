internal import Messages
internal import Model
internal import Transport

extension NewswireError {
  /// What a failed call says: by the catalogue if it was a node of the cluster that refused, else by its gRPC status.
  init(_ status: Status) {
    if let refusal = status.refusal {
      self.init(refusal)
      return
    }
    let (reason, isRetriable): (Reason, Bool) =
      switch status.code {
      case .unavailable: (.unavailable, true)
      case .deadlineExceeded: (.deadlineExceeded, true)
      case .cancelled: (.cancelled, false)
      case .unauthenticated: (.unauthenticated, false)
      case .permissionDenied: (.permissionDenied, false)
      case .resourceExhausted: (.resourceExhausted, true)
      case .unimplemented: (.unsupported, false)
      case .invalidArgument: (.invalidRequest, false)
      default: (Reason(rawValue: ErrorReason.internal.rawValue), false)
      }
    self.init(
      reason, status.message.isEmpty ? "the call failed (\(status.code))" : status.message, isRetriable: isRetriable)
  }

  /// Why one item of a call was refused.
  init(_ detail: NewswireV1.ErrorDetail) {
    self.init(
      Reason(rawValue: detail.reason), detail.message, isRetriable: detail.retriable, metadata: detail.metadata)
  }

  /// No node of that role is known: what a call says that fell to another one instead.
  static func nobody(_ role: MetadataCache.Role) -> NewswireError {
    let name =
      switch role {
      case .coordinator: "coordinator"
      case .broker: "broker"
      case .groupCoordinator: "group coordinator"
      }
    return NewswireError(
      role == .broker ? .brokerNotAvailable : .coordinatorNotAvailable,
      "the cluster has no \(name) at the moment; start one", isRetriable: true)
  }

  /// The leader that a refusal names instead, if it does.
  var namedLeader: (id: Int32, epoch: Int32)? {
    guard let id = metadata["leader_id"].flatMap({ Int32($0) }),
      let epoch = metadata["leader_epoch"].flatMap({ Int32($0) })
    else { return nil }
    return (id, epoch)
  }
}

extension MetadataCache.Topic {
  init?(_ topic: NewswireV1.TopicDescription) {
    guard topic.error == nil, let id = TopicID(bytes: topic.topicID) else { return nil }
    self.init(
      name: topic.topic, id: id,
      partitions: topic.partitions.sorted { $0.partition < $1.partition }.map {
        MetadataCache.Partition(leader: $0.leaderID, leaderEpoch: $0.leaderEpoch, inSync: $0.inSyncReplicas)
      })
  }
}

extension MetadataCache.Node {
  init?(_ node: NewswireV1.Node) {
    guard let role = MetadataCache.Role(rawValue: node.role.rawValue), !node.host.isEmpty, node.port > 0 else {
      return nil
    }
    self.init(
      role: role, id: node.id, address: NodeAddress(host: node.host, port: Int(node.port)), rack: node.rack,
      isActive: node.state == .active || node.state == .draining)
  }
}

extension MetadataCache.Update {
  init(_ answer: NewswireV1.WatchTopicsResponse) {
    self.init(
      topics: answer.topics.compactMap { MetadataCache.Topic($0) },
      deleted: answer.deletedTopics.compactMap { TopicID(bytes: $0.topicID) },
      nodes: answer.nodes.compactMap { MetadataCache.Node($0) }, offset: answer.metadataOffset)
  }

  init(_ answer: NewswireV1.DescribeClusterResponse) {
    self.init(nodes: answer.nodes.compactMap { MetadataCache.Node($0) }, offset: answer.metadataOffset)
  }

  init(_ answer: NewswireV1.DescribeTopicsResponse) {
    self.init(topics: answer.topics.compactMap { MetadataCache.Topic($0) })
  }
}

extension NewswireV1.TopicPartitions {
  /// Partitions grouped by topic, in order.
  static func grouped(_ partitions: some Sequence<TopicPartition>) -> [NewswireV1.TopicPartitions] {
    var groups: [NewswireV1.TopicPartitions] = []
    for partition in partitions.sorted() {
      if groups.last?.topic == partition.topic {
        groups[groups.count - 1].partitions.append(partition.partition)
      } else {
        groups.append(.init(topic: partition.topic, partitions: [partition.partition]))
      }
    }
    return groups
  }
}
