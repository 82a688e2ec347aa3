import Model

extension TopicReference {
  /// True if this names the topic of a remembered outcome.
  func means(_ outcome: RememberedRequest.TopicOutcome) -> Bool {
    switch self {
    case .name(let name): name == outcome.name
    case .id(let id): id == outcome.id
    }
  }
}

extension Draft {
  /// The calls whose outcome is remembered.
  enum RememberedCall: String {
    case createTopics, deleteTopics, alterTopics
  }

  /// The topics for which the same request succeeded before.
  func succeeded(_ call: RememberedCall, _ requestID: String?) -> [RememberedRequest.TopicOutcome] {
    requestID.flatMap { image.remembered("\(call.rawValue)/\($0)") }?.topics ?? []
  }

  /// Remembers the topics for which a request has succeeded, if it brought about anything.
  mutating func remember(
    _ call: RememberedCall, _ requestID: String?, _ outcomes: [RememberedRequest.TopicOutcome]
  ) {
    guard let requestID, !records.isEmpty else { return }
    emit(.requestRemembered(RememberedRequest(id: "\(call.rawValue)/\(requestID)", topics: outcomes)))
  }

  /// Refuses a request that names too many topics, or whose own id is too long.
  func checkSize(_ requestID: String?, _ topicCount: Int) throws(Refusal) {
    guard topicCount <= policy.topicsPerRequestMax else {
      throw Refusal(
        .invalidRequest, "the request names \(topicCount) topics; at most \(policy.topicsPerRequestMax) are allowed",
        field: "topics")
    }
    guard let requestID, requestID.isEmpty || requestID.utf8.count > 64 else { return }
    throw Refusal(
      .invalidRequest, "the request id has \(requestID.utf8.count) bytes; 1 to 64 are allowed", field: "request_id")
  }

  /// What an earlier attempt of the same request created; nil if it has been deleted since.
  func created(_ id: TopicID) -> CreateTopics.Created? {
    image.topic(id).map { topic in
      CreateTopics.Created(
        id: id, name: topic.name, partitionCount: topic.partitions.count,
        replicationFactor: topic.partitions.first?.replicas.count ?? 0)
    }
  }

  /// A name under which a user may create a topic.
  func checkNew(_ text: String) throws(Refusal) -> TopicName {
    let name: TopicName
    do throws(InvalidName) {
      name = try TopicName(text)
    } catch {
      throw Refusal(.invalidTopicName, error.reason, field: "name")
    }
    guard !name.isInternal else {
      throw Refusal(.invalidTopicName, "names that start with \"__\", as \(name), belong to the cluster", field: "name")
    }
    guard let known = image.topic(named: name) else { return name }
    throw Refusal(
      .topicAlreadyExists, "the topic \(name) exists", metadata: ["topic_id": "\(known.id)"], field: "name")
  }

  /// The topic that `reference` names, if it is a user's.
  func checkUsers(_ reference: TopicReference) throws(Refusal) -> Topic {
    let topic = try resolve(reference)
    guard !topic.name.isInternal else {
      throw Refusal(.permissionDenied, "the topic \(topic.name) belongs to the cluster itself", field: "topic")
    }
    return topic
  }

  /// Refuses a number of partitions that is out of range, for the topic or for the whole cluster.
  func checkPartitionCount(_ count: Int, added: Int, of name: TopicName) throws(Refusal) {
    guard (1...policy.partitionsPerTopicMax).contains(count) else {
      throw Refusal(
        .invalidPartitionCount,
        "topic \(name) cannot have \(count) partitions; 1 to \(policy.partitionsPerTopicMax) are allowed",
        metadata: ["partition_count_max": "\(policy.partitionsPerTopicMax)"], field: "partitions")
    }
    guard added <= policy.partitionsMax - image.partitionCount else {
      throw Refusal(
        .resourceExhausted,
        "the cluster has \(image.partitionCount) partitions; with \(added) more it would pass \(policy.partitionsMax)",
        field: "partitions")
    }
  }
}
