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
