import ClusterMetadata
import Model
import Testing

@Suite("Brokers and their leases")
struct BrokerTests {
  @Test("a broker's epoch is the offset of its registration, and it begins fenced")
  func registration() throws {
    var cluster = Cluster()
    let epoch = try cluster.register(Cluster.registration(broker: 1))
    #expect(epoch == BrokerEpoch(3))
    #expect(cluster.image.broker(BrokerID(1))?.availability == .fenced)
  }

  @Test("a broker is unfenced once it has applied its own registration")
  func catchingUp() throws {
    var cluster = Cluster()
    let epoch = try cluster.register(Cluster.registration(broker: 1))
    func heartbeat(_ end: Int64) -> MetadataRequest {
      .brokerHeartbeat(BrokerHeartbeat(id: BrokerID(1), epoch: epoch, appliedEndOffset: MetadataOffset(end)))
    }
    try cluster.ask(heartbeat(epoch.rawValue))
    #expect(cluster.image.broker(BrokerID(1))?.availability == .fenced)
    try cluster.ask(heartbeat(epoch.rawValue + 1))
    #expect(cluster.image.broker(BrokerID(1))?.availability == .active)
  }

  @Test("a node of another cluster is refused")
  func otherCluster() {
    var cluster = Cluster()
    let request = RegisterBroker(
      registration: Cluster.registration(broker: 1), clusterID: UUID128(high: 8, low: 8))
    #expect(cluster.refusal(.registerBroker(request))?.reason == .clusterMismatch)
  }

  @Test("a node that does not understand the feature level is refused")
  func featureLevel() {
    var cluster = Cluster()
    let request = RegisterBroker(
      registration: Cluster.registration(broker: 1), clusterID: nil,
      featureLevels: FeatureLevel(2)...FeatureLevel(3))
    #expect(cluster.refusal(.registerBroker(request))?.reason == .unsupportedVersion)
  }

  @Test("a node that says too much of itself, or has no id, is refused")
  func bounds() {
    var cluster = Cluster()
    let long = Cluster.registration(broker: 1, rack: String(repeating: "r", count: 256))
    let nameless = Cluster.registration(broker: 0)
    for wrong in [long, nameless] {
      let request = RegisterBroker(registration: wrong, clusterID: nil)
      #expect(cluster.refusal(.registerBroker(request))?.reason == .invalidRequest)
    }
  }

  @Test("asked again by the same process, a registration is answered and not repeated")
  func retriedRegistration() throws {
    var cluster = Cluster()
    let first = try cluster.register(Cluster.registration(broker: 1))
    let length = cluster.log.count
    #expect(try cluster.register(Cluster.registration(broker: 1)) == first)
    #expect(cluster.log.count == length)
  }

  @Test("another process with a live broker's id is refused until the lease has run out")
  func idInUse() throws {
    var cluster = try Cluster(brokers: 1)
    let impostor = Cluster.registration(broker: 1, incarnation: 2, folders: [UUID128(high: 1, low: 1)])
    let request = MetadataRequest.registerBroker(RegisterBroker(registration: impostor, clusterID: nil))
    #expect(cluster.refusal(request)?.reason == .idInUse)
    try cluster.pass(.seconds(5))
    #expect(try cluster.register(impostor) == cluster.image.broker(BrokerID(1))?.epoch)
  }

  @Test("a process on the same disk folders takes over at once")
  func restart() throws {
    var cluster = try Cluster(brokers: 1)
    let before = try #require(cluster.image.broker(BrokerID(1))).epoch
    let after = try cluster.start(broker: 1, incarnation: 2)
    #expect(after > before)
    let old = BrokerHeartbeat(id: BrokerID(1), epoch: before, appliedEndOffset: cluster.image.endOffset)
    #expect(cluster.refusal(.brokerHeartbeat(old))?.reason == .fencedBrokerEpoch)
  }

  @Test("a new broker epoch bumps the leader epoch of every partition that the broker leads")
  func leaderEpochs() throws {
    var cluster = try Cluster(brokers: 1)
    try cluster.create("orders", partitions: 2)
    let before = try cluster.partitions("orders").map(\.leaderEpoch)
    _ = try cluster.register(Cluster.registration(broker: 1, incarnation: 2))
    #expect(try cluster.partitions("orders").allSatisfy { $0.leader == nil })
    try cluster.heartbeat(1)
    let after = try cluster.partitions("orders")
    #expect(after.allSatisfy { $0.leader == BrokerID(1) && $0.isr == [BrokerID(1)] })
    #expect(zip(before, after).allSatisfy { $0 < $1.leaderEpoch })
  }

  @Test("a lease that runs out fences the broker; a heartbeat brings it back")
  func leaseExpiry() throws {
    var cluster = try Cluster(brokers: 1)
    try cluster.create("orders")
    #expect(cluster.metadata.nextDeadline == cluster.now + .seconds(5))
    try cluster.pass(.milliseconds(4999))
    #expect(cluster.image.broker(BrokerID(1))?.availability == .active)
    try cluster.pass(.milliseconds(1))
    #expect(cluster.image.broker(BrokerID(1))?.availability == .fenced)
    #expect(try cluster.partitions("orders").first?.leader == nil)
    #expect(try cluster.partitions("orders").first?.isr == [BrokerID(1)])
    try cluster.heartbeat(1)
    #expect(try cluster.partitions("orders").first?.leader == BrokerID(1))
    #expect(try cluster.partitions("orders").first?.leaderEpoch == LeaderEpoch(2))
  }

  @Test("a broker whose address refuses connections is fenced at once, but not its successor")
  func foundDead() throws {
    var cluster = try Cluster(brokers: 1)
    let epoch = try #require(cluster.image.broker(BrokerID(1))).epoch
    cluster.handle(.brokerFoundDead(BrokerID(1), BrokerEpoch(epoch.rawValue - 1)))
    #expect(cluster.image.broker(BrokerID(1))?.availability == .active)
    cluster.handle(.brokerFoundDead(BrokerID(1), epoch))
    #expect(cluster.image.broker(BrokerID(1))?.availability == .fenced)
  }

  @Test("a new active coordinator gives everybody a new lease")
  func leasesOfANewCoordinator() throws {
    var cluster = try Cluster(brokers: 1)
    cluster.now = cluster.now + .seconds(60)
    cluster.handle(.deactivated)
    cluster.handle(.activated(Cluster.coordinator(1), newCluster: Cluster.identity))
    cluster.handle(.timeElapsed)
    #expect(cluster.image.broker(BrokerID(1))?.availability == .active)
    try cluster.pass(.seconds(5))
    #expect(cluster.image.broker(BrokerID(1))?.availability == .fenced)
  }

  @Test("a broker that wants to stop hands over what others can lead, and keeps the rest")
  func controlledShutdown() throws {
    var cluster = try Cluster(brokers: 2)
    try cluster.create("shared", assignments: [[1, 2]])
    try cluster.create("alone", assignments: [[1]])
    let reply = try cluster.heartbeat(1, wantsShutdown: true)
    #expect(reply.mayShutDown)
    #expect(reply.availability == .shuttingDown)
    #expect(try cluster.partitions("shared").first?.leader == BrokerID(2))
    #expect(try cluster.partitions("alone").first?.leader == BrokerID(1))
    _ = try cluster.create("new", partitions: 4)
    #expect(try cluster.partitions("new").allSatisfy { $0.leader == BrokerID(2) })
  }

  @Test("a draining broker gets nothing new and leads only what nobody else can")
  func draining() throws {
    var cluster = try Cluster(brokers: 2)
    try cluster.create("shared", assignments: [[1, 2]])
    try cluster.create("alone", assignments: [[1]])
    guard
      case .brokerDrained(let load) = try cluster.ask(.drainBroker(BrokerID(1), isDraining: true, validateOnly: false))
    else {
      throw UnexpectedReply()
    }
    #expect(load.replicaCount == 2)
    #expect(load.leaderCount == 1)
    #expect(try cluster.partitions("shared").first?.leader == BrokerID(2))
    #expect(try cluster.partitions("shared").first?.isr == [BrokerID(1), BrokerID(2)])
    try cluster.create("new", partitions: 3)
    #expect(try cluster.partitions("new").allSatisfy { $0.replicas.map(\.broker) == [BrokerID(2)] })
    try cluster.start(broker: 1, incarnation: 2)
    #expect(cluster.image.broker(BrokerID(1))?.isDraining == true)
  }

  @Test("only a broker that is down and empty can be removed")
  func removal() throws {
    var cluster = try Cluster(brokers: 2)
    #expect(cluster.refusal(.removeBroker(BrokerID(3), validateOnly: false))?.reason == .unknownBroker)
    #expect(cluster.refusal(.removeBroker(BrokerID(2), validateOnly: false))?.reason == .brokerInUse)
    try cluster.create("alone", assignments: [[2]])
    try cluster.pass(.seconds(5), alive: [1])
    #expect(cluster.refusal(.removeBroker(BrokerID(2), validateOnly: false))?.reason == .brokerInUse)
    try cluster.ask(.deleteTopics(DeleteTopics(topics: [.name("alone")])))
    #expect(try cluster.ask(.removeBroker(BrokerID(2), validateOnly: false)) == .brokerRemoved)
    #expect(cluster.image.brokers.map(\.id) == [BrokerID(1)])
  }

  @Test("producer ids are handed out in blocks that never meet")
  func producerIDs() throws {
    var cluster = try Cluster(brokers: 1)
    let epoch = try #require(cluster.image.broker(BrokerID(1))).epoch
    #expect(try cluster.ask(.allocateProducerIDs(BrokerID(1), epoch)) == .producerIDsAllocated(0..<1000))
    #expect(try cluster.ask(.allocateProducerIDs(BrokerID(1), epoch)) == .producerIDsAllocated(1000..<2000))
    #expect(cluster.refusal(.allocateProducerIDs(BrokerID(1), BrokerEpoch(0)))?.reason == .fencedBrokerEpoch)
  }
}
