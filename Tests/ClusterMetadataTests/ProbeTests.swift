import ClusterMetadata
import Model
import Testing

@Suite("Dead processes are found at once")
struct ProbeTests {
  private func leader(_ cluster: Cluster) throws -> BrokerID? { try cluster.partitions("orders").first?.leader }

  private func threeReplicas() throws -> (Cluster, RegisteredProcess) {
    var cluster = try Cluster(brokers: 3)
    try cluster.create("orders", assignments: [[1, 2, 3]])
    let epoch = try #require(cluster.image.broker(BrokerID(1))).epoch
    return (cluster, .broker(BrokerID(1), epoch))
  }

  @Test("a lost connection alone moves nothing: the process is looked for at its address")
  func looksFirst() throws {
    var (cluster, process) = try threeReplicas()
    let effects = cluster.handle(.connectionLost(.broker(BrokerID(1))))
    let listeners = Cluster.registration(broker: 1).listeners
    #expect(effects == [.probe(process, at: listeners)])
    #expect(try leader(cluster) == BrokerID(1))
  }

  @Test(
    "what is found decides: nobody there, or another process, is a dead broker; the same process is not",
    arguments: [
      (ProbeFinding.refused, BrokerID(2)), (.answered(incarnation: UUID128(high: 9, low: 9)), BrokerID(2)),
      (.answered(incarnation: UUID128(high: 1, low: 1)), BrokerID(1)), (.unclear, BrokerID(1)),
    ])
  func finding(_ finding: ProbeFinding, _ expected: BrokerID) throws {
    var (cluster, process) = try threeReplicas()
    cluster.handle(.connectionLost(.broker(BrokerID(1))))
    cluster.handle(.processProbed(process, finding))
    #expect(try leader(cluster) == expected)
    #expect(cluster.image.broker(BrokerID(1))?.availability == (expected == BrokerID(1) ? .active : .fenced))
  }

  @Test(
    "a process that is refused because its id is in use lets the other one be looked for, and takes its place if it is gone",
    arguments: [true, false])
  func inUse(isGone: Bool) throws {
    var (cluster, process) = try threeReplicas()
    let another = Cluster.registration(broker: 1, incarnation: 2, folders: [UUID128(high: 1, low: 1)])
    let request = MetadataRequest.registerBroker(RegisterBroker(registration: another, clusterID: nil))
    let looks = cluster.probes.count
    #expect(cluster.refusal(request)?.reason == .idInUse)
    #expect(cluster.refusal(request)?.reason == .idInUse)
    #expect(cluster.probes.count == looks + 1)
    let found: ProbeFinding =
      isGone ? .answered(incarnation: another.incarnation) : .answered(incarnation: .init(high: 1, low: 1))
    cluster.handle(.processProbed(process, found))
    #expect(try leader(cluster) == BrokerID(isGone ? 2 : 1))
    if isGone {
      _ = try cluster.register(another)
    } else {
      #expect(cluster.refusal(request)?.reason == .idInUse)
    }
  }

  @Test("what is unclear is looked at again soon, some times, and then left to the lease")
  func triesAgain() throws {
    var (cluster, process) = try threeReplicas()
    cluster.handle(.connectionLost(.broker(BrokerID(1))))
    var looks = cluster.probes.count
    for _ in 0..<20 {
      cluster.handle(.processProbed(process, .unclear))
      guard let next = cluster.metadata.nextDeadline, next - cluster.now < .milliseconds(500) else { break }
      cluster.now = next
      cluster.handle(.timeElapsed)
      looks += 1
    }
    #expect(cluster.probes.count == looks)
    #expect((3...10).contains(looks))
    #expect(try leader(cluster) == BrokerID(1))
    try cluster.pass(.seconds(5), alive: [2, 3])
    #expect(try leader(cluster) == BrokerID(2))
  }

  @Test("a finding about an earlier process, or one that has sent a heartbeat since, does no harm")
  func stale() throws {
    var (cluster, process) = try threeReplicas()
    cluster.handle(.connectionLost(.broker(BrokerID(1))))
    let incarnation = try cluster.start(broker: 1, incarnation: 2)
    cluster.handle(.processProbed(process, .refused))
    #expect(cluster.image.broker(BrokerID(1))?.epoch == incarnation)
    #expect(cluster.image.broker(BrokerID(1))?.availability == .active)
    cluster.handle(.connectionLost(.broker(BrokerID(7))))
    cluster.handle(.connectionLost(.groupCoordinator(GroupCoordinatorID(7))))
    #expect(cluster.probes.count == 1)
  }

  @Test("a coordinator that becomes active looks for everybody, and fences those together who are not there")
  func rollCall() throws {
    var (cluster, process) = try threeReplicas()
    try cluster.start(groupCoordinator: 1)
    let group = RegisteredProcess.groupCoordinator(
      GroupCoordinatorID(1), try #require(cluster.image.groupCoordinator(GroupCoordinatorID(1))).epoch)
    let others = try (2...3).map { id in
      RegisteredProcess.broker(BrokerID(id), try #require(cluster.image.broker(BrokerID(id))).epoch)
    }
    cluster.handle(.deactivated)
    cluster.probes = []
    cluster.handle(.activated(Cluster.coordinator(1), newCluster: Cluster.identity))
    #expect(cluster.probes == [process] + others + [group])
    cluster.handle(.processProbed(process, .refused))
    cluster.handle(.processProbed(group, .refused))
    cluster.handle(.processProbed(others[0], .refused))
    #expect(try leader(cluster) == BrokerID(1), "the others may have died with it")
    try cluster.heartbeat(3)
    #expect(try leader(cluster) == BrokerID(3))
    #expect(try cluster.partitions("orders").first?.isr == [BrokerID(3)])
    #expect(cluster.image.groupCoordinator(GroupCoordinatorID(1))?.isLive == false)
    cluster.handle(.processProbed(others[1], .refused))
    #expect(cluster.image.broker(BrokerID(3))?.availability == .fenced, "what is found later counts at once")
  }

  @Test("if all are dead when a coordinator becomes active, each of them still holds all that was acknowledged")
  func allDead() throws {
    var (cluster, process) = try threeReplicas()
    let others = try (2...3).map { id in
      RegisteredProcess.broker(BrokerID(id), try #require(cluster.image.broker(BrokerID(id))).epoch)
    }
    cluster.handle(.deactivated)
    cluster.handle(.activated(Cluster.coordinator(1), newCluster: Cluster.identity))
    for process in [process] + others { cluster.handle(.processProbed(process, .refused)) }
    #expect(try leader(cluster) == nil)
    #expect(try cluster.partitions("orders").first?.isr.count == 3)
    try cluster.start(broker: 2, incarnation: 9)
    #expect(try leader(cluster) == BrokerID(2))
  }

  @Test("a broker that is fenced already is not looked for")
  func fenced() throws {
    var (cluster, _) = try threeReplicas()
    try cluster.pass(.seconds(5), alive: [2, 3])
    #expect(cluster.handle(.connectionLost(.broker(BrokerID(1)))).isEmpty)
  }

  @Test("the shards of a group coordinator that is found dead go to another one")
  func groupCoordinator() throws {
    var cluster = try Cluster(brokers: 1)
    let epoch = try cluster.start(groupCoordinator: 1)
    try cluster.ask(.ensureConsumerOffsets(UUID128(high: 5, low: 5)))
    try cluster.start(groupCoordinator: 2)
    cluster.handle(.connectionLost(.groupCoordinator(GroupCoordinatorID(1))))
    cluster.handle(.processProbed(.groupCoordinator(GroupCoordinatorID(1), epoch), .refused))
    #expect(cluster.image.groupShards.allSatisfy { $0.owner == GroupCoordinatorID(2) })
  }
}
