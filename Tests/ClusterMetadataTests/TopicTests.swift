import ClusterMetadata
import Model
import Testing

@Suite("Topics")
struct TopicTests {
  @Test("a topic gets its partitions, and defaults where nothing is said")
  func creation() throws {
    var cluster = try Cluster(brokers: 3)
    let plain = try cluster.create("plain").get()
    #expect(plain.partitionCount == 1)
    #expect(plain.replicationFactor == 3)
    let wide = try cluster.create("wide", partitions: 6, replicas: 2).get()
    #expect(wide.partitionCount == 6)
    #expect(try cluster.partitions("wide").allSatisfy { $0.isr.count == 2 && $0.leader == $0.replicas[0].broker })
    #expect(try cluster.partitions("wide").allSatisfy { $0.replicas.allSatisfy { $0.folder != nil } })
  }

  @Test("without word, there are as many replicas as brokers and the policy allow")
  func defaultReplicationFactor() throws {
    var two = try Cluster(brokers: 2)
    #expect(try two.create("orders").get().replicationFactor == 2)
    var policy = MetadataPolicy()
    policy.replicationFactorMax = 1
    var single = try Cluster(brokers: 3, policy: policy)
    #expect(try single.create("orders").get().replicationFactor == 1)
    #expect(try single.create("more", replicas: 2).refusal?.reason == .invalidReplicationFactor)
  }

  struct Wish: CustomTestStringConvertible {
    var name = "orders"
    var partitions: Int?
    var replicas: Int?
    var assignments: [[Int32]]?
    var overrides: [String: String] = [:]
    let reason: ErrorReason
    var testDescription: String { "\(name.prefix(20)) \(partitions as Any) \(reason.rawValue)" }
  }

  @Test(
    "what cannot be created is refused, naming why",
    arguments: [
      Wish(name: "", reason: .invalidTopicName), Wish(name: "a b", reason: .invalidTopicName),
      Wish(name: "__mine", reason: .invalidTopicName), Wish(name: "taken", reason: .topicAlreadyExists),
      Wish(partitions: 0, reason: .invalidPartitionCount), Wish(partitions: 10_001, reason: .invalidPartitionCount),
      Wish(partitions: .min, reason: .invalidPartitionCount),
      Wish(replicas: 0, reason: .invalidReplicationFactor), Wish(replicas: 3, reason: .invalidReplicationFactor),
      Wish(replicas: 4, reason: .invalidReplicationFactor),
      Wish(assignments: [], reason: .invalidPartitionCount),
      Wish(partitions: 2, assignments: [[1]], reason: .invalidPartitionCount),
      Wish(assignments: [[1, 2], [1]], reason: .invalidReplicationFactor),
      Wish(assignments: [[]], reason: .invalidReplicationFactor),
      Wish(assignments: [[1, 1]], reason: .invalidRequest), Wish(assignments: [[9]], reason: .unknownBroker),
      Wish(overrides: ["retention": "1"], reason: .invalidConfiguration),
      Wish(overrides: ["retention.ms": "week"], reason: .invalidConfiguration),
    ])
  func refusals(wish: Wish) throws {
    var cluster = try Cluster(brokers: 2)
    try cluster.create("taken")
    let length = cluster.log.count
    let result = try cluster.create(
      wish.name, partitions: wish.partitions, replicas: wish.replicas, assignments: wish.assignments,
      overrides: wish.overrides)
    #expect(result.refusal?.reason == wish.reason)
    #expect(cluster.log.count == length)
  }

  @Test("a topic cannot be created while no broker is ready")
  func noBrokers() throws {
    var cluster = Cluster()
    #expect(try cluster.create("orders").refusal?.reason == .brokerNotAvailable)
    _ = try cluster.register(Cluster.registration(broker: 1))
    #expect(try cluster.create("orders", assignments: [[1]]).refusal?.reason == .brokerNotAvailable)
  }

  @Test("a check alone changes nothing")
  func validateOnly() throws {
    var cluster = try Cluster(brokers: 1)
    let length = cluster.log.count
    #expect(try cluster.create("orders", partitions: 4, requestID: "x", validateOnly: true).get().partitionCount == 4)
    #expect(cluster.log.count == length)
  }

  @Test("a retried request is answered as before and not repeated")
  func idempotence() throws {
    var cluster = try Cluster(brokers: 1)
    let first = try cluster.create("orders", partitions: 2, requestID: "r").get()
    let length = cluster.log.count
    #expect(try cluster.create("orders", partitions: 2, requestID: "r").get() == first)
    #expect(try cluster.create("orders", requestID: "other").refusal?.reason == .topicAlreadyExists)
    #expect(cluster.log.count == length)
    let delete = MetadataRequest.deleteTopics(DeleteTopics(requestID: "d", topics: [.name("orders")]))
    #expect(try cluster.ask(delete) == .topicsDeleted([.success(first.id)]))
    let afterDelete = cluster.log.count
    #expect(try cluster.ask(delete) == .topicsDeleted([.success(first.id)]))
    #expect(cluster.log.count == afterDelete)
  }

  @Test("of a request that named several topics, a retry does only what failed")
  func partialRetry() throws {
    var cluster = try Cluster(brokers: 1)
    func wish(_ second: String) -> MetadataRequest {
      .createTopics(
        CreateTopics(
          requestID: "r",
          topics: [
            .init(id: UUID128(high: 1, low: 1), name: "one"), .init(id: UUID128(high: 1, low: 2), name: second),
          ]))
    }
    guard case .topicsCreated(let first) = try cluster.ask(wish("no good")) else { throw UnexpectedReply() }
    #expect(first.map { $0.refusal?.reason } == [nil, .invalidTopicName])
    guard case .topicsCreated(let second) = try cluster.ask(wish("two")) else { throw UnexpectedReply() }
    #expect(second.map { $0.refusal?.reason } == [nil, nil])
    #expect(cluster.image.topicNames.map(\.description) == ["one", "two"])
  }

  @Test("only the latest requests are remembered")
  func boundedMemory() throws {
    var image = MetadataImage()
    for number in 0...Int64(MetadataImage.rememberedRequestsMax) {
      image.apply(.requestRemembered(RememberedRequest(id: "\(number)", topics: [])), at: MetadataOffset(number))
    }
    let kept = image.records().compactMap { record -> String? in
      if case .requestRemembered(let request) = record { request.id } else { nil }
    }
    #expect(kept.count == MetadataImage.rememberedRequestsMax)
    #expect(kept.first == "1")
  }

  @Test("a request that names a topic twice creates neither; one with too many topics or a long id is refused")
  func requestBounds() throws {
    var cluster = try Cluster(brokers: 1)
    let twice = CreateTopics(topics: [
      .init(id: UUID128(high: 1, low: 1), name: "a"), .init(id: UUID128(high: 1, low: 2), name: "a"),
    ])
    guard case .topicsCreated(let results) = try cluster.ask(.createTopics(twice)) else { throw UnexpectedReply() }
    #expect(results.map { $0.refusal?.reason } == [.invalidRequest, .invalidRequest])
    let many = DeleteTopics(topics: Array(repeating: .name("a"), count: 1001))
    #expect(cluster.refusal(.deleteTopics(many))?.reason == .invalidRequest)
    let long = DeleteTopics(requestID: String(repeating: "x", count: 65), topics: [])
    #expect(cluster.refusal(.deleteTopics(long))?.reason == .invalidRequest)
  }

  @Test("a deleted topic is gone with its partitions, and its name is free for another topic")
  func deletion() throws {
    var cluster = try Cluster(brokers: 1)
    let first = try cluster.create("orders", partitions: 3).get()
    try cluster.ask(.deleteTopics(DeleteTopics(topics: [.id(first.id)])))
    #expect(cluster.image.topic(first.id) == nil)
    #expect(cluster.image.partitionCount == 0)
    let second = try cluster.create("orders").get()
    #expect(second.id != first.id)
    guard case .topicsDeleted(let results) = try cluster.ask(.deleteTopics(DeleteTopics(topics: [.name("none")])))
    else { throw UnexpectedReply() }
    #expect(results.first?.refusal?.reason == .unknownTopic)
  }

  private func alter(_ cluster: inout Cluster, _ change: AlterTopics.Change) throws -> Result<TopicID, Refusal> {
    guard case .topicsAltered(let results) = try cluster.ask(.alterTopics(AlterTopics(changes: [change]))) else {
      throw UnexpectedReply()
    }
    return try #require(results.first)
  }

  @Test("configurations are set and unset, and the topic's typed configuration follows")
  func configuration() throws {
    var cluster = try Cluster(brokers: 1)
    try cluster.create("orders", overrides: ["retention.ms": "1000", "flush": "os"])
    #expect(cluster.image.topic(named: "orders")?.configuration.retention == .seconds(1))
    _ = try alter(
      &cluster, .init(topic: .name("orders"), set: ["segment.bytes": "2048"], unset: ["retention.ms"])
    ).get()
    let topic = try #require(cluster.image.topic(named: "orders"))
    #expect(topic.overrides == ["segment.bytes": "2048", "flush": "os"])
    #expect(topic.configuration.segmentBytesMax == 2048)
    #expect(topic.configuration.retention == TopicConfiguration.default.retention)
    let both = AlterTopics.Change(topic: .name("orders"), set: ["flush": "os"], unset: ["flush"])
    #expect(try alter(&cluster, both).refusal?.reason == .invalidConfiguration)
    let unknown = AlterTopics.Change(topic: .name("orders"), unset: ["colour"])
    #expect(try alter(&cluster, unknown).refusal?.reason == .invalidConfiguration)
  }

  @Test("topics of one partition each are spread over the brokers, also after some have been deleted")
  func spreadOfSmallTopics() throws {
    var cluster = try Cluster(brokers: 3)
    func leaders() throws -> [Int] {
      let led = cluster.image.topicNames.compactMap { cluster.image.topic(named: $0)?.partitions.first?.leader }
      return (1...3).map { id in led.count { $0 == BrokerID(id) } }
    }
    for number in 0..<9 { try cluster.create("t\(number)", replicas: 1) }
    #expect(try leaders() == [3, 3, 3])
    let emptied = cluster.image.topics(limit: 9).filter { $0.partitions.first?.leader == BrokerID(2) }
    try cluster.ask(.deleteTopics(DeleteTopics(topics: emptied.map { .id($0.id) })))
    #expect(try leaders() == [3, 0, 3])
    for number in 10..<13 { try cluster.create("t\(number)", replicas: 1) }
    #expect(try leaders() == [3, 3, 3])
  }

  @Test("a topic gets more partitions, never fewer, and they spread as the first ones did")
  func morePartitions() throws {
    var cluster = try Cluster(brokers: 3)
    try cluster.create("orders", partitions: 2, replicas: 1)
    let before = try cluster.partitions("orders")
    _ = try alter(&cluster, .init(topic: .name("orders"), partitionCount: 3)).get()
    let after = try cluster.partitions("orders")
    #expect(Array(after.prefix(2)) == before)
    #expect(Set(after.compactMap(\.leader)).count == 3)
    let fewer = try alter(&cluster, .init(topic: .name("orders"), partitionCount: 1))
    #expect(fewer.refusal?.reason == .invalidPartitionCount)
    let same = try alter(&cluster, .init(topic: .name("orders"), partitionCount: 3))
    #expect(same.refusal == nil)
  }

  @Test("the cluster's own topics are not for users to change")
  func internalTopics() throws {
    var cluster = try Cluster(brokers: 1)
    try cluster.ask(.ensureConsumerOffsets(UUID128(high: 5, low: 5)))
    let name = MetadataImage.consumerOffsetsName
    #expect(try alter(&cluster, .init(topic: .name(name), partitionCount: 60)).refusal?.reason == .permissionDenied)
    guard case .topicsDeleted(let results) = try cluster.ask(.deleteTopics(DeleteTopics(topics: [.name(name)]))) else {
      throw UnexpectedReply()
    }
    #expect(results.first?.refusal?.reason == .permissionDenied)
  }

  @Test("the cluster has a bound on its partitions")
  func partitionBound() throws {
    var policy = MetadataPolicy()
    policy.partitionsMax = 5
    var cluster = try Cluster(brokers: 1, policy: policy)
    try cluster.create("a", partitions: 3)
    #expect(try cluster.create("b", partitions: 3).refusal?.reason == .resourceExhausted)
    #expect(try cluster.create("b", partitions: 2).get().partitionCount == 2)
  }
}
