import Model

extension Draft {
  /// The topic that `reference` names.
  func resolve(_ reference: TopicReference) throws(Refusal) -> Topic {
    let topic =
      switch reference {
      case .name(let name): image.topic(named: name)
      case .id(let id): image.topic(id)
      }
    guard let topic else { throw Refusal(.unknownTopic, "there is no topic \(reference)", field: "topic") }
    return topic
  }

  /// Creates each topic, or says why not.
  mutating func createTopics(_ request: CreateTopics) throws(Refusal) -> [Result<CreateTopics.Created, Refusal>] {
    try checkSize(request.requestID, request.topics.count)
    let done = succeeded(.createTopics, request.requestID)
    let names = Dictionary(grouping: request.topics, by: \.name)
    var outcomes: [RememberedRequest.TopicOutcome] = []
    let results = request.topics.map { topic -> Result<CreateTopics.Created, Refusal> in
      do throws(Refusal) {
        guard names[topic.name]?.count == 1 else {
          throw Refusal(
            .invalidRequest, "the request names the topic \"\(topic.name.prefix(249))\" twice", field: "name")
        }
        if let known = done.first(where: { $0.name == topic.name }), let answer = created(known.id) {
          return .success(answer)
        }
        let answer = try createTopic(topic, validateOnly: request.validateOnly)
        outcomes.append(.init(name: topic.name, id: answer.id))
        return .success(answer)
      } catch {
        return .failure(error)
      }
    }
    if !request.validateOnly { remember(.createTopics, request.requestID, done + outcomes) }
    return results
  }

  private mutating func createTopic(
    _ wish: CreateTopics.NewTopic, validateOnly: Bool
  ) throws(Refusal) -> CreateTopics.Created {
    let name = try checkNew(wish.name)
    _ = try TopicConfiguration(overrides: wish.overrides)
    let count = wish.partitionCount ?? wish.assignments?.count ?? policy.defaultPartitionCount
    try checkPartitionCount(count, added: count, of: name)
    let partitions = try placed(
      PlacementWish(
        topic: name, partitionCount: count, replicationFactor: wish.replicationFactor, assignments: wish.assignments,
        present: []))
    if !validateOnly { emitTopic(wish.id, name, wish.overrides, partitions) }
    return CreateTopics.Created(
      id: wish.id, name: name, partitionCount: count, replicationFactor: partitions.first?.replicas.count ?? 0)
  }

  private mutating func emitTopic(
    _ id: TopicID, _ name: TopicName, _ overrides: [String: String], _ partitions: [PartitionState]
  ) {
    emit(.topicCreated(id, name, overrides: overrides))
    emitPartitions(partitions, of: id, from: 0)
  }

  private mutating func emitPartitions(_ partitions: [PartitionState], of topic: TopicID, from first: Int) {
    for (index, state) in partitions.enumerated() {
      let place = TopicPartition(topic: topic, partition: PartitionIndex(Int32(first + index)))
      emit(.partitionCreated(place, state))
    }
  }

  /// Creates `__consumer_offsets` unless it exists, and gives its shards owners.
  mutating func ensureConsumerOffsets(_ id: TopicID) throws(Refusal) -> TopicID {
    if let known = image.topic(named: MetadataImage.consumerOffsetsName) { return known.id }
    guard let name = try? TopicName(MetadataImage.consumerOffsetsName), image.topic(id) == nil else {
      throw Refusal(.internal, "\(id) is the id of another topic")
    }
    let partitions = try placed(
      PlacementWish(
        topic: name, partitionCount: policy.consumerOffsetsPartitionCount, replicationFactor: nil, assignments: nil,
        present: []))
    let overrides: [TopicConfigurationKey: String] = [
      .cleanupPolicy: "compact", .segmentBytes: "104857600", .compressionType: "producer",
    ]
    let named = Dictionary(uniqueKeysWithValues: overrides.map { ($0.key.rawValue, $0.value) })
    emitTopic(id, name, named, partitions)
    assignGroupShards()
    return id
  }

  /// Deletes each topic, or says why not.
  mutating func deleteTopics(_ request: DeleteTopics) throws(Refusal) -> [Result<TopicID, Refusal>] {
    try checkSize(request.requestID, request.topics.count)
    let done = succeeded(.deleteTopics, request.requestID)
    var outcomes: [RememberedRequest.TopicOutcome] = []
    let results = request.topics.map { reference -> Result<TopicID, Refusal> in
      if let known = done.first(where: { reference.means($0) }) { return .success(known.id) }
      do throws(Refusal) {
        let topic = try checkUsers(reference)
        if !request.validateOnly { emit(.topicDeleted(topic.id)) }
        outcomes.append(.init(name: topic.name.description, id: topic.id))
        return .success(topic.id)
      } catch {
        return .failure(error)
      }
    }
    if !request.validateOnly { remember(.deleteTopics, request.requestID, done + outcomes) }
    return results
  }

  /// Changes each topic, or says why not.
  mutating func alterTopics(_ request: AlterTopics) throws(Refusal) -> [Result<TopicID, Refusal>] {
    try checkSize(request.requestID, request.changes.count)
    let done = succeeded(.alterTopics, request.requestID)
    var outcomes: [RememberedRequest.TopicOutcome] = []
    let results = request.changes.map { change -> Result<TopicID, Refusal> in
      if let known = done.first(where: { change.topic.means($0) }) { return .success(known.id) }
      do throws(Refusal) {
        let topic = try alterTopic(change, validateOnly: request.validateOnly)
        outcomes.append(.init(name: topic.name.description, id: topic.id))
        return .success(topic.id)
      } catch {
        return .failure(error)
      }
    }
    if !request.validateOnly { remember(.alterTopics, request.requestID, done + outcomes) }
    return results
  }

  private mutating func alterTopic(_ change: AlterTopics.Change, validateOnly: Bool) throws(Refusal) -> Topic {
    let topic = try checkUsers(change.topic)
    let overrides = try checkOverrides(change, of: topic)
    let added = try checkAdded(change, to: topic)
    let moved = try change.replicationFactor.map { factor throws(Refusal) in try targets(for: topic, factor: factor) }
    guard !validateOnly else { return topic }
    if overrides != topic.overrides { emit(.topicConfigurationChanged(topic.id, overrides: overrides)) }
    for (place, state) in moved ?? [] { settle(place, state) }
    emitPartitions(added, of: topic.id, from: topic.partitions.count)
    return topic
  }

  private func checkOverrides(_ change: AlterTopics.Change, of topic: Topic) throws(Refusal) -> [String: String] {
    var overrides = topic.overrides
    for key in change.unset {
      guard TopicConfigurationKey(rawValue: key) != nil, change.set[key] == nil else {
        throw Refusal(
          .invalidConfiguration, "\"\(key.prefix(100))\" is no topic configuration, or is both set and unset",
          field: key)
      }
      overrides[key] = nil
    }
    overrides.merge(change.set) { $1 }
    _ = try TopicConfiguration(overrides: overrides)
    return overrides
  }

  private func checkAdded(_ change: AlterTopics.Change, to topic: Topic) throws(Refusal) -> [PartitionState] {
    let present = topic.partitions.count
    guard let count = change.partitionCount, count != present else {
      guard change.assignments?.isEmpty ?? true else {
        throw Refusal(
          .invalidRequest, "there are assignments but no partitions to add to \(topic.name)", field: "assignments")
      }
      return []
    }
    guard count > present else {
      throw Refusal(
        .invalidPartitionCount, "topic \(topic.name) has \(present) partitions and cannot shrink to \(count)",
        metadata: ["partition_count": "\(present)"], field: "partitions")
    }
    try checkPartitionCount(count, added: count - present, of: topic.name)
    return try placed(
      PlacementWish(
        topic: topic.name, partitionCount: count - present,
        replicationFactor: change.replicationFactor ?? topic.partitions.first?.targetOrReplicas.count,
        assignments: change.assignments, present: topic.partitions))
  }
}
