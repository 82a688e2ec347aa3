internal import Messages
internal import Model
internal import Runtime

/// Administers a cluster: topics, configuration, brokers, groups, offsets.
///
/// Calls about several items succeed as a whole and tell for each item how it went. Changes may be repeated safely: the
/// client does so by itself when an answer is lost, and nothing is made twice.
public struct Admin: Sendable {
  let cluster: Cluster

  /// Text that makes a change safe to repeat.
  func requestID() -> String {
    var random = SystemRandom()
    return UUID128(random: &random).description
  }
}

/// How one item of a call went.
public struct ItemResult<Value: Sendable>: Sendable {
  /// The item: a topic's, a group's or a partition's name.
  public let name: String
  /// What became of it.
  public let result: Result<Value, NewswireError>

  /// The value; throws why there is none.
  public func get() throws -> Value { try result.get() }

  init(_ name: String, _ error: NewswireV1.ErrorDetail?, _ value: @autoclosure () -> Value) {
    self.name = name
    result = if let error { .failure(NewswireError(error)) } else { .success(value()) }
  }
}

/// A topic that is to be made.
public struct NewTopic: Hashable, Sendable {
  /// Its name: 1 to 249 of the characters a-z, A-Z, 0-9, '.', '_' and '-'.
  public var name: String
  /// How many partitions; nil: the cluster's default.
  public var partitions: Int32?
  /// On how many brokers each record lies; nil: the cluster's default, 3 where there are as many brokers.
  public var replicationFactor: Int32?
  /// On which brokers each partition lies, the preferred leader first; empty: spread over brokers and racks.
  public var assignments: [[Int32]]
  /// Configuration that differs from the defaults.
  public var configs: [String: String]

  /// A topic called `name`.
  public init(
    _ name: String, partitions: Int32? = nil, replicationFactor: Int32? = nil, assignments: [[Int32]] = [],
    configs: [String: String] = [:]
  ) {
    self.name = name
    self.partitions = partitions
    self.replicationFactor = replicationFactor
    self.assignments = assignments
    self.configs = configs
  }
}

/// A topic that was made.
public struct CreatedTopic: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// How many partitions it has.
  public let partitions: Int32
  /// On how many brokers each record lies.
  public let replicationFactor: Int32
}

extension Admin {
  /// Makes a topic.
  @discardableResult
  public func createTopic(
    _ name: String, partitions: Int32? = nil, replicationFactor: Int32? = nil, configs: [String: String] = [:],
    validateOnly: Bool = false
  ) async throws -> CreatedTopic {
    let topic = NewTopic(name, partitions: partitions, replicationFactor: replicationFactor, configs: configs)
    return try await only(createTopics([topic], validateOnly: validateOnly)).get()
  }

  /// Makes topics.
  public func createTopics(
    _ topics: [NewTopic], validateOnly: Bool = false
  ) async throws -> [ItemResult<CreatedTopic>] {
    let request = NewswireV1.CreateTopicsRequest(
      topics: topics.map { topic in
        .init(
          name: topic.name, partitions: topic.partitions ?? 0, replicationFactor: topic.replicationFactor ?? 0,
          assignments: topic.assignments.enumerated().map { .init(partition: Int32($0), replicas: $1) },
          configs: topic.configs)
      }, validateOnly: validateOnly, requestID: requestID())
    let answer = try await cluster.call(.coordinator, NewswireV1.Coordinator.createTopics, request)
    return answer.topics.map { topic in
      ItemResult(
        topic.topic, topic.error,
        CreatedTopic(name: topic.topic, partitions: topic.partitions, replicationFactor: topic.replicationFactor))
    }
  }

  /// Deletes a topic with all its records. There is no way back.
  public func deleteTopic(_ name: String) async throws {
    try await only(deleteTopics([name])).get()
  }

  /// Deletes topics with all their records. There is no way back.
  public func deleteTopics(_ names: [String], validateOnly: Bool = false) async throws -> [ItemResult<Void>] {
    let request = NewswireV1.DeleteTopicsRequest(
      topics: names.map { .init(topic: $0) }, validateOnly: validateOnly, requestID: requestID())
    let answer = try await cluster.call(.coordinator, NewswireV1.Coordinator.deleteTopics, request)
    return answer.topics.map { ItemResult($0.topic, $0.error, ()) }
  }

  /// Changes a topic's configuration or its number of replicas, or adds partitions: all of it, or nothing. Returns how
  /// many partitions it has then.
  @discardableResult
  public func alterTopic(
    _ name: String, set: [String: String] = [:], reset: [String] = [], partitions: Int32? = nil,
    replicationFactor: Int32? = nil, validateOnly: Bool = false
  ) async throws -> Int32 {
    let change = NewswireV1.TopicAlteration(
      topic: name, setConfigs: set, resetConfigs: reset, partitions: partitions ?? 0,
      replicationFactor: replicationFactor ?? 0)
    let request = NewswireV1.AlterTopicsRequest(topics: [change], validateOnly: validateOnly, requestID: requestID())
    let answer = try await cluster.call(.coordinator, NewswireV1.Coordinator.alterTopics, request)
    return try only(answer.topics.map { ItemResult($0.topic, $0.error, $0.partitions) }).get()
  }

  /// Topics with all their partitions, by name; throws if one of them does not exist.
  public func describeTopics(_ names: [String]) async throws -> [TopicDescription] {
    let request = NewswireV1.DescribeTopicsRequest(topics: names.map { .init(topic: $0) })
    let answer = try await cluster.call(nil, NewswireV1.Metadata.describeTopics, request)
    return try answer.topics.map { topic in
      if let error = topic.error { throw NewswireError(error) }
      return TopicDescription(topic)
    }
  }

  /// All topics, in the order of their names.
  public func listTopics(includeInternal: Bool = false) async throws -> [TopicDescription] {
    var topics: [TopicDescription] = []
    var token = ""
    repeat {
      let request = NewswireV1.DescribeTopicsRequest(includeInternal: includeInternal, pageToken: token)
      let answer = try await cluster.call(nil, NewswireV1.Metadata.describeTopics, request)
      topics += answer.topics.filter { $0.error == nil }.map { TopicDescription($0) }
      token = answer.nextPageToken
    } while !token.isEmpty
    return topics
  }

  /// What is configured for a topic, or, without one, what a new topic would have.
  public func describeConfigs(topic: String? = nil, keys: [String] = []) async throws -> [ConfigEntry] {
    let request = NewswireV1.DescribeConfigsRequest(topics: topic.map { [.init(topic: $0)] } ?? [], keys: keys)
    let answer = try await cluster.call(.coordinator, NewswireV1.Coordinator.describeConfigs, request)
    let topic = try only(answer.topics)
    if let error = topic.error { throw NewswireError(error) }
    return topic.configs.map { ConfigEntry($0) }
  }

  /// The one item of an answer to a call about one item.
  func only<Item>(_ items: [Item]) throws -> Item {
    guard items.count == 1 else {
      throw NewswireError(
        .init(rawValue: "INTERNAL"), "the cluster answered with \(items.count) items where one was asked for")
    }
    return items[0]
  }
}
