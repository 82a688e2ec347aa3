import ClusterMetadata
import Model
import Testing

@Suite("The doorway of the cluster's metadata")
struct DoorwayTests {
  @Test("the first active coordinator creates the cluster")
  func creation() {
    let cluster = Cluster()
    #expect(
      cluster.log == [
        .featureLevelSet(.first), .clusterCreated(Cluster.identity), .coordinatorActivated(Cluster.coordinator(1)),
      ])
    #expect(cluster.image.activeCoordinator == CoordinatorID(1))
  }

  @Test("a later active coordinator only says that it is the one")
  func laterActivation() {
    var cluster = Cluster()
    cluster.handle(.deactivated)
    let other = ClusterIdentity(id: UUID128(high: 9, low: 9), name: "other")
    let effects = cluster.handle(.activated(Cluster.coordinator(2), newCluster: other))
    #expect(effects == [.append([.coordinatorActivated(Cluster.coordinator(2))], at: MetadataOffset(3))])
    #expect(cluster.image.cluster == Cluster.identity)
    #expect(cluster.image.coordinators.map(\.id) == [CoordinatorID(1), CoordinatorID(2)])
  }

  @Test("an answer waits until its records are committed")
  func parkedUntilCommitted() throws {
    var cluster = Cluster()
    cluster.commitsAtOnce = false
    let token = cluster.send(
      .registerBroker(RegisterBroker(registration: Cluster.registration(broker: 1), clusterID: nil)))
    #expect(cluster.answer(to: token) == nil)
    #expect(cluster.uncommitted.count == 1)
    cluster.commit()
    #expect(try cluster.answer(to: token)?.get() == .brokerRegistered(BrokerEpoch(3), Cluster.identity))
  }

  @Test("a refusal that rests on uncommitted records waits for them too")
  func refusalsWait() throws {
    var cluster = try Cluster(brokers: 1)
    cluster.commitsAtOnce = false
    func wish(_ id: UInt64) -> MetadataRequest {
      .createTopics(CreateTopics(topics: [.init(id: UUID128(high: 7, low: id), name: "orders")]))
    }
    let first = cluster.send(wish(1))
    let second = cluster.send(wish(2))
    #expect(cluster.answer(to: first) == nil)
    #expect(cluster.answer(to: second) == nil)
    cluster.commit()
    #expect(cluster.replies.suffix(2).map(\.token) == [first, second])
    guard case .success(.topicsCreated(let results)) = cluster.answer(to: second) else {
      Issue.record("no answer")
      return
    }
    #expect(results.first?.refusal?.reason == .topicAlreadyExists)
  }

  @Test("requests are decided one on another before any is committed")
  func pipelining() throws {
    var cluster = Cluster()
    cluster.commitsAtOnce = false
    for id in 1...3 {
      _ = cluster.send(
        .registerBroker(RegisterBroker(registration: Cluster.registration(broker: Int32(id)), clusterID: nil)))
    }
    cluster.commit()
    #expect(cluster.image.brokers.map(\.epoch) == [BrokerEpoch(3), BrokerEpoch(4), BrokerEpoch(5)])
  }

  @Test("a coordinator that is not active refuses")
  func standby() {
    var cluster = Cluster(activated: false)
    #expect(cluster.refusal(.removeBroker(BrokerID(1), validateOnly: false))?.reason == .coordinatorNotAvailable)
    #expect(cluster.metadata.nextDeadline == nil)
  }

  @Test("who loses the leadership answers what waits, and forgets what was not committed")
  func deactivation() throws {
    var cluster = try Cluster(brokers: 1)
    cluster.commitsAtOnce = false
    let token = cluster.send(.createTopics(CreateTopics(topics: [.init(id: UUID128(high: 7, low: 7), name: "lost")])))
    cluster.handle(.deactivated)
    #expect(cluster.answer(to: token)?.refusal?.reason == .coordinatorNotAvailable)
    cluster.uncommitted = []
    cluster.commitsAtOnce = true
    cluster.handle(.activated(Cluster.coordinator(1), newCluster: Cluster.identity))
    #expect(cluster.image.topic(named: "lost") == nil)
    #expect(try cluster.create("lost").get().partitionCount == 1)
  }

  @Test("records that could not be written are as if they had never been proposed")
  func givenUp() throws {
    var cluster = try Cluster(brokers: 1)
    cluster.commitsAtOnce = false
    func wish(_ name: String) -> MetadataRequest {
      .createTopics(CreateTopics(topics: [.init(id: UUID128(high: 7, low: UInt64(name.utf8.count)), name: name)]))
    }
    let written = cluster.send(wish("written"))
    let recordsWritten = cluster.uncommitted
    let lost = cluster.send(wish("lost"))
    let later = cluster.send(wish("lost"))
    let full = Refusal(.diskFull, "no room")
    let end = MetadataOffset(Int64(cluster.log.count + recordsWritten.count))
    cluster.handle(.recordsGivenUp(full, from: end))
    cluster.uncommitted = recordsWritten
    #expect(cluster.answer(to: written) == nil)
    #expect(cluster.answer(to: lost)?.refusal == full)
    #expect(cluster.answer(to: later)?.refusal == full)
    cluster.commit()
    #expect(try cluster.answer(to: written)?.get() != nil)
    cluster.commitsAtOnce = true
    try cluster.create("lost")
    #expect(cluster.image.topicNames.map(\.description) == ["lost", "written"])
  }

  @Test("a broker that could not be fenced for want of room is fenced when another lease is over")
  func fencingGivenUp() throws {
    var cluster = try Cluster(brokers: 1)
    cluster.commitsAtOnce = false
    cluster.now = try #require(cluster.metadata.nextDeadline)
    cluster.handle(.timeElapsed)
    #expect(!cluster.uncommitted.isEmpty)
    cluster.uncommitted = []
    cluster.handle(.recordsGivenUp(Refusal(.diskFull, "no room"), from: cluster.image.endOffset))
    #expect(cluster.image.broker(BrokerID(1))?.availability == .active)
    cluster.commitsAtOnce = true
    cluster.now = try #require(cluster.metadata.nextDeadline)
    cluster.handle(.timeElapsed)
    #expect(cluster.image.broker(BrokerID(1))?.availability == .fenced)
  }

  @Test("a follower that applies the same records holds the same image")
  func followers() throws {
    var cluster = try Cluster(brokers: 3)
    try cluster.start(groupCoordinator: 1)
    try cluster.create("orders", partitions: 6, replicas: 3, requestID: "r1")
    try cluster.ask(.ensureConsumerOffsets(UUID128(high: 5, low: 5)))
    try cluster.ask(.deleteTopics(DeleteTopics(topics: [.name("orders")])))
    var follower = MetadataImage()
    for (offset, record) in cluster.log.enumerated() { follower.apply(record, at: MetadataOffset(Int64(offset))) }
    #expect(follower == cluster.image)
    #expect(follower.partitionCount == 50)
  }

  @Test("topics are listed by name, page by page")
  func pages() throws {
    var cluster = try Cluster(brokers: 1)
    for name in ["c", "a", "d", "b"] { try cluster.create(name) }
    #expect(cluster.image.topicNames.map(\.description) == ["a", "b", "c", "d"])
    #expect(cluster.image.topics(limit: 2).map(\.name.description) == ["a", "b"])
    #expect(cluster.image.topics(after: try TopicName("b"), limit: 5).map(\.name.description) == ["c", "d"])
    #expect(cluster.image.topics(after: try TopicName("bb"), limit: 1).map(\.name.description) == ["c"])
    #expect(cluster.image.topics(limit: -1).isEmpty)
  }
}
