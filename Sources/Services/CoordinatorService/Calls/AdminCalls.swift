internal import ClusterMetadata
internal import Messages
internal import Model
internal import Node
internal import Runtime
internal import Transport

/// `newswire.v1.Coordinator`: what administrators ask for.
struct AdminCalls {
  typealias API = NewswireV1
  let metadata: MetadataRequests
  let view: MetadataView

  func register(on router: inout Router) {
    router.unary(NewswireV1.Coordinator.createTopics) { [self] request, _ in try await createTopics(request) }
    router.unary(NewswireV1.Coordinator.deleteTopics) { [self] request, _ in try await deleteTopics(request) }
    router.unary(NewswireV1.Coordinator.alterTopics) { [self] request, _ in try await alterTopics(request) }
    router.unary(NewswireV1.Coordinator.describeConfigs) { [self] request, _ in try describeConfigs(request) }
    router.unary(NewswireV1.Coordinator.electLeaders) { [self] request, _ in try await electLeaders(request) }
    router.unary(NewswireV1.Coordinator.reassignPartitions) { _, _ in
      throw Refusal(.unsupported, "partitions cannot be reassigned yet: a partition has one replica so far")
    }
    router.unary(NewswireV1.Coordinator.drainBroker) { [self] request, _ in try await drainBroker(request) }
    router.unary(NewswireV1.Coordinator.removeBroker) { [self] request, _ in try await removeBroker(request) }
  }

  // MARK: Topics

  private func createTopics(_ request: API.CreateTopicsRequest) async throws -> API.CreateTopicsResponse {
    try refuseEmpty(request.topics.isEmpty, "topics")
    var random = SystemRandom()
    let topics = try request.topics.map { topic in
      CreateTopics.NewTopic(
        id: UUID128(random: &random), name: topic.name, partitionCount: try count(topic.partitions, "partitions"),
        replicationFactor: try count(topic.replicationFactor, "replication_factor"),
        assignments: try assignments(topic.assignments, first: 0), overrides: topic.configs)
    }
    let results = try await metadata.createTopics(
      CreateTopics(requestID: id(request.requestID), validateOnly: request.validateOnly, topics: topics))
    return API.CreateTopicsResponse(topics: zip(topics, results).map { created($0.name, $1) })
  }

  private func created(_ name: String, _ result: Result<CreateTopics.Created, Refusal>) -> API.CreatedTopic {
    switch result {
    case .success(let created):
      API.CreatedTopic(
        topic: created.name.description, topicID: created.id.bytes, partitions: Int32(created.partitionCount),
        replicationFactor: Int32(created.replicationFactor))
    case .failure(let refusal): API.CreatedTopic(topic: name, error: API.ErrorDetail(refusal))
    }
  }

  private func deleteTopics(_ request: API.DeleteTopicsRequest) async throws -> API.DeleteTopicsResponse {
    try refuseEmpty(request.topics.isEmpty, "topics")
    let references = try request.topics.map { try reference($0.topic, $0.topicID) }
    let results = try await metadata.deleteTopics(
      DeleteTopics(requestID: id(request.requestID), validateOnly: request.validateOnly, topics: references))
    return API.DeleteTopicsResponse(topics: zip(request.topics, results).map { deleted($0, $1) })
  }

  private func deleted(_ topic: API.TopicReference, _ result: Result<TopicID, Refusal>) -> API.DeletedTopic {
    switch result {
    case .success(let id): API.DeletedTopic(topic: topic.topic, topicID: id.bytes)
    case .failure(let refusal):
      API.DeletedTopic(topic: topic.topic, topicID: topic.topicID, error: API.ErrorDetail(refusal))
    }
  }

  private func alterTopics(_ request: API.AlterTopicsRequest) async throws -> API.AlterTopicsResponse {
    try refuseEmpty(request.topics.isEmpty, "topics")
    let changes = try request.topics.map { change in
      let reference = try reference(change.topic, change.topicID)
      let present = view.image.topic(name: change.topic, id: change.topicID)?.partitions.count ?? 0
      return AlterTopics.Change(
        topic: reference, set: change.setConfigs, unset: change.resetConfigs,
        partitionCount: try count(change.partitions, "partitions"),
        assignments: try assignments(change.assignments, first: Int32(present)))
    }
    let results = try await metadata.alterTopics(
      AlterTopics(requestID: id(request.requestID), validateOnly: request.validateOnly, changes: changes))
    let image = view.image
    return API.AlterTopicsResponse(
      topics: zip(request.topics, results).map { change, result in
        switch result {
        case .success(let id):
          let now = image.topic(id)
          return API.AlteredTopic(
            topic: now?.name.description ?? change.topic, topicID: id.bytes,
            partitions: Int32(now?.partitions.count ?? 0))
        case .failure(let refusal):
          return API.AlteredTopic(topic: change.topic, topicID: change.topicID, error: API.ErrorDetail(refusal))
        }
      })
  }

  // MARK: Leaders and brokers

  private func electLeaders(_ request: API.ElectLeadersRequest) async throws -> API.ElectLeadersResponse {
    guard request.kind != .unclean else {
      throw Refusal(
        .unsupported, "unclean elections are not possible yet: a partition has one replica so far", field: "kind")
    }
    let targets = try request.partitions.map {
      ElectLeaders.Target(topic: try reference($0.topic, $0.topicID), partition: PartitionIndex($0.partition))
    }
    let outcomes = try await metadata.electLeaders(
      ElectLeaders(partitions: targets.isEmpty ? nil : targets, validateOnly: request.validateOnly))
    let image = view.image
    return API.ElectLeadersResponse(partitions: outcomes.map { elected($0, in: image) })
  }

  private func elected(_ outcome: ElectLeaders.Outcome, in image: MetadataImage) -> API.ElectedLeader {
    let topic: Topic? =
      switch outcome.target.topic {
      case .name(let name): image.topic(named: name)
      case .id(let id): image.topic(id)
      }
    var answer = API.ElectedLeader(
      topic: topic?.name.description ?? "", topicID: topic?.id.bytes ?? [],
      partition: outcome.target.partition.rawValue)
    switch outcome.leader {
    case .success(let leader):
      answer.leaderID = leader.rawValue
      answer.leaderEpoch = topic?[outcome.target.partition]?.leaderEpoch.rawValue ?? 0
    case .failure(let refusal): answer.error = API.ErrorDetail(refusal)
    }
    return answer
  }

  private func drainBroker(_ request: API.DrainBrokerRequest) async throws -> API.DrainBrokerResponse {
    let load = try await metadata.drainBroker(
      BrokerID(request.brokerID), isDraining: !request.cancel, validateOnly: request.validateOnly)
    return API.DrainBrokerResponse(leadersLeft: Int32(load.leaderCount), replicasLeft: Int32(load.replicaCount))
  }

  private func removeBroker(_ request: API.RemoveBrokerRequest) async throws -> API.RemoveBrokerResponse {
    try await metadata.removeBroker(BrokerID(request.brokerID), validateOnly: request.validateOnly)
    return API.RemoveBrokerResponse()
  }

  // MARK: Configuration

  private func describeConfigs(_ request: API.DescribeConfigsRequest) throws -> API.DescribeConfigsResponse {
    let image = view.image
    let keys = request.keys.isEmpty ? TopicConfigurationKey.allCases : try request.keys.map(key)
    guard !request.topics.isEmpty else {
      return API.DescribeConfigsResponse(topics: [API.TopicConfigs(configs: keys.map { entry($0, overrides: [:]) })])
    }
    return API.DescribeConfigsResponse(
      topics: request.topics.map { reference in
        guard let topic = image.topic(reference) else {
          let refusal = Refusal(.unknownTopic, "there is no topic \"\(reference.topic)\"")
          return API.TopicConfigs(
            topic: reference.topic, topicID: reference.topicID, error: API.ErrorDetail(refusal))
        }
        return API.TopicConfigs(
          topic: topic.name.description, topicID: topic.id.bytes,
          configs: keys.map { entry($0, overrides: topic.overrides) })
      })
  }

  private func key(_ name: String) throws(Refusal) -> TopicConfigurationKey {
    guard let key = TopicConfigurationKey(rawValue: name) else {
      throw Refusal(.invalidConfiguration, "there is no topic configuration \"\(name)\"", field: "keys")
    }
    return key
  }

  private func entry(_ key: TopicConfigurationKey, overrides: [String: String]) -> API.ConfigEntry {
    let row = key.entry
    let type = [row.kind.description, row.unit].compactMap(\.self).joined(separator: " ")
    return API.ConfigEntry(
      name: key.rawValue, value: overrides[key.rawValue] ?? row.defaultValue, defaultValue: row.defaultValue,
      source: overrides[key.rawValue] == nil ? .default : .topic, type: type, meaning: row.meaning)
  }

  // MARK: Checks

  private func refuseEmpty(_ isEmpty: Bool, _ field: String) throws(Refusal) {
    if isEmpty { throw Refusal(.invalidRequest, "\(field) is empty", field: field) }
  }

  private func id(_ text: String) -> String? { text.isEmpty ? nil : text }

  private func count(_ value: Int32, _ field: String) throws(Refusal) -> Int? {
    guard value >= 0 else { throw Refusal(.invalidRequest, "\(field) is \(value)", field: field) }
    return value == 0 ? nil : Int(value)
  }

  private func reference(_ name: String, _ id: [UInt8]) throws(Refusal) -> TopicReference {
    guard !id.isEmpty else { return .name(name) }
    guard let id = UUID128(bytes: id) else {
      throw Refusal(.invalidRequest, "topic_id has \(id.count) bytes instead of 16", field: "topic_id")
    }
    return .id(id)
  }

  /// The brokers of partitions `first`, `first` + 1, …: every one given once, or none at all.
  private func assignments(_ list: [API.ReplicaAssignment], first: Int32) throws(Refusal) -> [[BrokerID]]? {
    guard !list.isEmpty else { return nil }
    let sorted = list.sorted { $0.partition < $1.partition }
    guard sorted.enumerated().allSatisfy({ $1.partition == first + Int32($0) }) else {
      throw Refusal(
        .invalidRequest, "assignments must name each partition from \(first) on exactly once", field: "assignments")
    }
    return sorted.map { $0.replicas.map { BrokerID($0) } }
  }
}
