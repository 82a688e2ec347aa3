internal import ClusterMetadata
internal import Messages
internal import Model
internal import Node

/// `newswire.v1.Coordinator`: who leads partitions and where they lie.
extension AdminCalls {
  private static let partitionsMax = 10_000

  // MARK: Leaders

  func electLeaders(_ request: API.ElectLeadersRequest) async throws -> API.ElectLeadersResponse {
    let isUnclean = request.kind == .unclean
    guard !request.partitions.isEmpty else {
      guard !isUnclean else {
        throw Refusal(
          .invalidRequest, "an unclean election can lose records: its partitions must be named", field: "partitions")
      }
      let outcomes = try await metadata.electLeaders(
        ElectLeaders(partitions: nil, validateOnly: request.validateOnly))
      await settle(request.validateOnly)
      return API.ElectLeadersResponse(partitions: outcomes.map { elected($0, in: view.image) })
    }
    let image = view.image
    let results = try await each(
      request.partitions, "partitions", countMax: Self.partitionsMax
    ) { item throws(Refusal) in
      try target(item.topic, item.topicID, item.partition, image)
    } ask: { targets in
      let kind: ElectLeaders.Kind =
        isUnclean ? .unclean(await logEnds.ofReplicas(of: places(of: targets, in: image), in: image)) : .preferred
      return try await metadata.electLeaders(
        ElectLeaders(partitions: targets, kind: kind, validateOnly: request.validateOnly)
      ).map { .success($0) }
    }
    await settle(request.validateOnly)
    return API.ElectLeadersResponse(
      partitions: zip(request.partitions, results).map { item, result in
        switch result {
        case .success(let outcome): elected(outcome, in: view.image)
        case .failure(let refusal):
          API.ElectedLeader(
            topic: item.topic, topicID: item.topicID, partition: item.partition, error: API.ErrorDetail(refusal))
        }
      })
  }

  private func target(
    _ name: String, _ id: [UInt8], _ partition: Int32, _ image: MetadataImage
  ) throws(Refusal) -> ElectLeaders.Target {
    ElectLeaders.Target(topic: try reference(name, id, image), partition: PartitionIndex(partition))
  }

  private func places(of targets: [ElectLeaders.Target], in image: MetadataImage) -> [TopicPartition] {
    targets.compactMap { target in
      let topic =
        switch target.topic {
        case .name(let name): image.topic(named: name)
        case .id(let id): image.topic(id)
        }
      return topic.map { TopicPartition(topic: $0.id, partition: target.partition) }
    }
  }

  private func elected(_ outcome: ElectLeaders.Outcome, in image: MetadataImage) -> API.ElectedLeader {
    var answer = API.ElectedLeader(partition: outcome.target.partition.rawValue)
    let topic: Topic?
    switch outcome.target.topic {
    case .name(let name):
      topic = image.topic(named: name)
      answer.topic = name
    case .id(let id):
      topic = image.topic(id)
      answer.topicID = id.bytes
    }
    if let topic { (answer.topic, answer.topicID) = (topic.name.description, topic.id.bytes) }
    switch outcome.leader {
    case .success(let leader):
      answer.leaderID = leader.rawValue
      answer.leaderEpoch = topic?[outcome.target.partition]?.leaderEpoch.rawValue ?? 0
      answer.logEndOffset = outcome.end?.endOffset.rawValue ?? 0
      answer.passedOver = outcome.passedOver.map(\.rawValue)
    case .failure(let refusal): answer.error = API.ErrorDetail(refusal)
    }
    return answer
  }

  // MARK: Places

  func reassignPartitions(_ request: API.ReassignPartitionsRequest) async throws -> API.ReassignPartitionsResponse {
    let image = view.image
    let results = try await each(
      request.partitions, "partitions", countMax: Self.partitionsMax
    ) { item throws(Refusal) in
      ReassignPartitions.Move(
        try target(item.topic, item.topicID, item.partition, image), to: item.replicas.map { BrokerID($0) })
    } ask: { moves in
      try await metadata.reassignPartitions(ReassignPartitions(moves: moves, validateOnly: request.validateOnly))
    }
    await settle(request.validateOnly)
    return API.ReassignPartitionsResponse(
      partitions: zip(request.partitions, results).map { item, result in
        let topic = image.topic(name: item.topic, id: item.topicID)
        var answer = API.ReassignedPartition(
          topic: topic?.name.description ?? item.topic, topicID: topic?.id.bytes ?? item.topicID,
          partition: item.partition)
        switch result {
        case .success(let state):
          answer.replicas = state.replicas.map(\.broker.rawValue)
          answer.targetReplicas = state.target.map(\.rawValue)
        case .failure(let refusal): answer.error = API.ErrorDetail(refusal)
        }
        return answer
      })
  }

  // MARK: Brokers that leave

  func drainBroker(_ request: API.DrainBrokerRequest) async throws -> API.DrainBrokerResponse {
    let load = try await metadata.drainBroker(
      BrokerID(request.brokerID), isDraining: !request.cancel, validateOnly: request.validateOnly)
    await settle(request.validateOnly)
    return API.DrainBrokerResponse(leadersLeft: Int32(load.leaderCount), replicasLeft: Int32(load.replicaCount))
  }

  func removeBroker(_ request: API.RemoveBrokerRequest) async throws -> API.RemoveBrokerResponse {
    try await metadata.removeBroker(BrokerID(request.brokerID), validateOnly: request.validateOnly)
    return API.RemoveBrokerResponse()
  }
}
