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
  let progress: FollowerProgress
  /// Asks brokers how far their logs go.
  let logEnds: LogEnds

  func register(on router: inout Router) {
    router.unary(NewswireV1.Coordinator.createTopics) { [self] request, _ in try await createTopics(request) }
    router.unary(NewswireV1.Coordinator.deleteTopics) { [self] request, _ in try await deleteTopics(request) }
    router.unary(NewswireV1.Coordinator.alterTopics) { [self] request, _ in try await alterTopics(request) }
    router.unary(NewswireV1.Coordinator.describeConfigs) { [self] request, _ in try describeConfigs(request) }
    router.unary(NewswireV1.Coordinator.electLeaders) { [self] request, _ in try await electLeaders(request) }
    router.unary(NewswireV1.Coordinator.reassignPartitions) { [self] request, _ in
      try await reassignPartitions(request)
    }
    router.unary(NewswireV1.Coordinator.drainBroker) { [self] request, _ in try await drainBroker(request) }
    router.unary(NewswireV1.Coordinator.removeBroker) { [self] request, _ in try await removeBroker(request) }
  }

  // MARK: Topics

  private func createTopics(_ request: API.CreateTopicsRequest) async throws -> API.CreateTopicsResponse {
    let results = try await each(request.topics, "topics") { topic throws(Refusal) in
      var random = SystemRandom()
      return CreateTopics.NewTopic(
        id: UUID128(random: &random), name: topic.name, partitionCount: count(topic.partitions),
        replicationFactor: count(topic.replicationFactor), assignments: try assignments(topic.assignments, first: 0),
        overrides: topic.configs)
    } ask: { topics in
      try await metadata.createTopics(
        CreateTopics(requestID: id(request.requestID), validateOnly: request.validateOnly, topics: topics))
    }
    await settle(request.validateOnly)
    return API.CreateTopicsResponse(
      topics: zip(request.topics, results).map { created($0.name, $1, request.validateOnly) })
  }

  private func created(
    _ name: String, _ result: Result<CreateTopics.Created, Refusal>, _ validateOnly: Bool
  ) -> API.CreatedTopic {
    switch result {
    case .success(let created):
      API.CreatedTopic(
        topic: created.name.description, topicID: validateOnly ? [] : created.id.bytes,
        partitions: Int32(created.partitionCount), replicationFactor: Int32(created.replicationFactor))
    case .failure(let refusal): API.CreatedTopic(topic: name, error: API.ErrorDetail(refusal))
    }
  }

  private func deleteTopics(_ request: API.DeleteTopicsRequest) async throws -> API.DeleteTopicsResponse {
    let image = view.image
    let results = try await each(request.topics, "topics") { topic throws(Refusal) in
      try reference(topic.topic, topic.topicID, image)
    } ask: { references in
      try await metadata.deleteTopics(
        DeleteTopics(requestID: id(request.requestID), validateOnly: request.validateOnly, topics: references))
    }
    await settle(request.validateOnly)
    return API.DeleteTopicsResponse(topics: zip(request.topics, results).map { deleted($0, $1, image) })
  }

  private func deleted(
    _ topic: API.TopicReference, _ result: Result<TopicID, Refusal>, _ before: MetadataImage
  ) -> API.DeletedTopic {
    switch result {
    case .success(let id):
      API.DeletedTopic(topic: before.topic(id)?.name.description ?? topic.topic, topicID: id.bytes)
    case .failure(let refusal):
      API.DeletedTopic(topic: topic.topic, topicID: topic.topicID, error: API.ErrorDetail(refusal))
    }
  }

  private func alterTopics(_ request: API.AlterTopicsRequest) async throws -> API.AlterTopicsResponse {
    let before = view.image
    let results = try await each(request.topics, "topics") { change throws(Refusal) in
      let present = before.topic(name: change.topic, id: change.topicID)?.partitions.count ?? 0
      return AlterTopics.Change(
        topic: try reference(change.topic, change.topicID, before), set: change.setConfigs, unset: change.resetConfigs,
        partitionCount: count(change.partitions),
        assignments: try assignments(change.assignments, first: Int32(present)),
        replicationFactor: count(change.replicationFactor))
    } ask: { changes in
      try await metadata.alterTopics(
        AlterTopics(requestID: id(request.requestID), validateOnly: request.validateOnly, changes: changes))
    }
    await settle(request.validateOnly)
    let image = view.image
    return API.AlterTopicsResponse(topics: zip(request.topics, results).map { altered($0, $1, image) })
  }

  private func altered(
    _ change: API.TopicAlteration, _ result: Result<TopicID, Refusal>, _ image: MetadataImage
  ) -> API.AlteredTopic {
    switch result {
    case .success(let id):
      let now = image.topic(id)
      return API.AlteredTopic(
        topic: now?.name.description ?? change.topic, topicID: id.bytes, partitions: Int32(now?.partitions.count ?? 0))
    case .failure(let refusal):
      return API.AlteredTopic(topic: change.topic, topicID: change.topicID, error: API.ErrorDetail(refusal))
    }
  }

  /// The answer leaves when the nodes know of the change: what it says can be used at once.
  func settle(_ validateOnly: Bool) async {
    if !validateOnly { await progress.settle(view.image) }
  }

  // MARK: Configuration

  private func describeConfigs(_ request: API.DescribeConfigsRequest) throws -> API.DescribeConfigsResponse {
    let image = view.image
    if !request.topics.isEmpty { try checkCount(request.topics.count, "topics") }
    let wanted = try request.keys.isEmpty ? TopicConfigurationKey.allCases : request.keys.map(key)
    let keys = Set(wanted).sorted { $0.rawValue < $1.rawValue }
    guard !request.topics.isEmpty else {
      return API.DescribeConfigsResponse(topics: [API.TopicConfigs(configs: keys.map { entry($0, overrides: [:]) })])
    }
    return API.DescribeConfigsResponse(
      topics: request.topics.map { reference in
        guard let topic = image.topic(reference) else {
          let refusal = image.unknownTopic(reference)
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

  /// Asks for the items that make sense; every item gets its own answer, in the order of the request.
  func each<Item, Wish, Answer>(
    _ items: [Item], _ field: String, countMax: Int? = nil, wish: (Item) throws(Refusal) -> Wish,
    ask: ([Wish]) async throws -> [Result<Answer, Refusal>]
  ) async throws -> [Result<Answer, Refusal>] {
    try checkCount(items.count, field, countMax: countMax)
    let wishes = items.map { item in Result { () throws(Refusal) in try wish(item) } }
    let answers = try await ask(wishes.compactMap { try? $0.get() })
    var next = answers.makeIterator()
    return wishes.map { wish in
      switch wish {
      case .failure(let refusal): .failure(refusal)
      case .success: next.next() ?? .failure(Refusal(.internal, "the coordinator has not said what became of it"))
      }
    }
  }

  private func checkCount(_ count: Int, _ field: String, countMax: Int? = nil) throws(Refusal) {
    let countMax = countMax ?? metadata.policy.topicsPerRequestMax
    guard (1...countMax).contains(count) else {
      throw Refusal(.invalidRequest, "\(count) \(field) are given; 1 to \(countMax) may be", field: field)
    }
  }

  private func id(_ text: String) -> String? { text.isEmpty ? nil : text }

  /// 0 stands for the default; what is negative is refused with the other numbers that cannot be.
  private func count(_ value: Int32) -> Int? { value == 0 ? nil : Int(value) }

  func reference(_ name: String, _ id: [UInt8], _ image: MetadataImage) throws(Refusal) -> TopicReference {
    guard !id.isEmpty else { return .name(name) }
    guard let topicID = UUID128(bytes: id) else {
      throw Refusal(.invalidRequest, "topic_id has \(id.count) bytes instead of 16", field: "topic_id")
    }
    guard name.isEmpty || image.topic(topicID) == nil || image.topic(name: name, id: id) != nil else {
      throw image.unknownTopic(API.TopicReference(topic: name, topicID: id))
    }
    return .id(topicID)
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
