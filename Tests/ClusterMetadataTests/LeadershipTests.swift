import ClusterMetadata
import Model
import Testing

@Suite("Leaders and in-sync sets")
struct LeadershipTests {
  private func threeReplicas() throws -> Cluster {
    var cluster = try Cluster(brokers: 3)
    try cluster.create("orders", assignments: [[1, 2, 3]])
    return cluster
  }

  private func ids(_ numbers: Int32...) -> [BrokerID] { numbers.map { BrokerID($0) } }

  @Test("when the leader goes, the first in-sync replica leads in a higher epoch")
  func failOver() throws {
    var cluster = try threeReplicas()
    try cluster.pass(.seconds(5), alive: [2, 3])
    let state = try #require(try cluster.partitions("orders").first)
    #expect(state.leader == BrokerID(2))
    #expect(state.isr == ids(2, 3))
    #expect(state.eligibleLeaders.isEmpty)
    #expect(state.leaderEpoch == LeaderEpoch(1))
    #expect(state.epoch == PartitionEpoch(1))
  }

  @Test("who leaves the in-sync set while it is under its least stays eligible, and may lead when no other can")
  func eligibleLeaders() throws {
    var cluster = try threeReplicas()
    try cluster.pass(.seconds(5), alive: [2, 3])
    try cluster.pass(.seconds(5), alive: [3])
    let shrunk = try #require(try cluster.partitions("orders").first)
    #expect(shrunk.isr == ids(3))
    #expect(shrunk.eligibleLeaders == ids(2))
    try cluster.pass(.seconds(5))
    let down = try #require(try cluster.partitions("orders").first)
    #expect(down.leader == nil)
    #expect(down.isr == ids(3))
    try cluster.heartbeat(1)
    #expect(try cluster.partitions("orders").first?.leader == nil, "broker 1 does not hold everything acknowledged")
    try cluster.heartbeat(2)
    let rescued = try #require(try cluster.partitions("orders").first)
    #expect(rescued.leader == BrokerID(2))
    #expect(rescued.isr == ids(2))
    #expect(rescued.eligibleLeaders == ids(3))
  }

  @Test("the preferred leader leads again when asked to, if it is in sync")
  func preferredLeader() throws {
    var cluster = try threeReplicas()
    try cluster.pass(.seconds(5), alive: [2, 3])
    try cluster.heartbeat(1)
    let target = ElectLeaders.Target(topic: .name("orders"), partition: PartitionIndex(0))
    func elect(_ partitions: [ElectLeaders.Target]?) throws -> [ElectLeaders.Outcome] {
      guard case .leadersElected(let outcomes) = try cluster.ask(.electLeaders(ElectLeaders(partitions: partitions)))
      else { throw UnexpectedReply() }
      return outcomes
    }
    #expect(try elect([target]).first?.leader.refusal?.reason == .leaderNotAvailable)
    try joinISR(&cluster, leader: 2, isr: [1, 2, 3])
    #expect(try elect(nil).map { try $0.leader.get() } == [BrokerID(1)])
    #expect(try elect(nil).isEmpty)
    #expect(try cluster.partitions("orders").first?.leader == BrokerID(1))
    let nowhere = ElectLeaders.Target(topic: .name("orders"), partition: PartitionIndex(9))
    #expect(try elect([nowhere]).first?.leader.refusal?.reason == .partitionOutOfRange)
  }

  private func change(_ cluster: Cluster, isr: [Int32]) throws -> AlterPartitions.Change {
    let state = try #require(try cluster.partitions("orders").first)
    return AlterPartitions.Change(
      partition: try cluster.place("orders", 0), leaderEpoch: state.leaderEpoch, partitionEpoch: state.epoch,
      isr: isr.map { id in
        AlterPartitions.Member(
          broker: BrokerID(id), epoch: cluster.image.broker(BrokerID(id))?.epoch ?? BrokerEpoch(0))
      })
  }

  private func alter(
    _ cluster: inout Cluster, by leader: Int32, _ change: AlterPartitions.Change
  ) throws -> Result<PartitionState, Refusal> {
    let epoch = try #require(cluster.image.broker(BrokerID(leader))).epoch
    let request = AlterPartitions(broker: BrokerID(leader), brokerEpoch: epoch, changes: [change])
    guard case .partitionsAltered(let results) = try cluster.ask(.alterPartitions(request)) else {
      throw UnexpectedReply()
    }
    return try #require(results.first)
  }

  private func joinISR(_ cluster: inout Cluster, leader: Int32, isr: [Int32]) throws {
    _ = try alter(&cluster, by: leader, try change(cluster, isr: isr)).get()
  }

  @Test("a leader shrinks and grows the in-sync set; the partition epoch rises, the leader epoch stays")
  func alterPartition() throws {
    var cluster = try threeReplicas()
    try joinISR(&cluster, leader: 1, isr: [1])
    let shrunk = try #require(try cluster.partitions("orders").first)
    #expect(shrunk.isr == ids(1))
    #expect(shrunk.eligibleLeaders == ids(2, 3))
    #expect(shrunk.epoch == PartitionEpoch(1))
    #expect(shrunk.leaderEpoch == .zero)
    try joinISR(&cluster, leader: 1, isr: [3, 1])
    let grown = try #require(try cluster.partitions("orders").first)
    #expect(grown.isr == ids(1, 3))
    #expect(grown.eligibleLeaders.isEmpty)
  }

  @Test("a proposal on an old state, by another broker, or with an unfit member is refused")
  func staleProposals() throws {
    var cluster = try threeReplicas()
    var old = try change(cluster, isr: [1])
    try joinISR(&cluster, leader: 1, isr: [1, 2])
    #expect(try alter(&cluster, by: 1, old).refusal?.reason == .fencedPartitionEpoch)
    old.leaderEpoch = LeaderEpoch(7)
    #expect(try alter(&cluster, by: 1, old).refusal?.reason == .unknownLeaderEpoch)
    #expect(try alter(&cluster, by: 2, try change(cluster, isr: [2])).refusal?.reason == .fencedLeaderEpoch)
    #expect(try alter(&cluster, by: 1, try change(cluster, isr: [2])).refusal?.reason == .invalidRequest)
    // A leader that has not heard of a move yet may propose who has gone; it must know that nothing came of it.
    #expect(try alter(&cluster, by: 1, try change(cluster, isr: [1, 9])).refusal?.reason == .ineligibleReplica)
    #expect(try alter(&cluster, by: 1, try change(cluster, isr: [1, 1])).refusal?.reason == .invalidRequest)
    var restarted = try change(cluster, isr: [1, 2, 3])
    restarted.isr[2].epoch = BrokerEpoch(0)
    #expect(try alter(&cluster, by: 1, restarted).refusal?.reason == .ineligibleReplica)
    // Who is in sync already may have registered again: it came back with what it had.
    var staying = try change(cluster, isr: [1, 2])
    staying.isr[1].epoch = BrokerEpoch(-1)
    #expect(try alter(&cluster, by: 1, staying).refusal == nil)
    let stranger = AlterPartitions(broker: BrokerID(1), brokerEpoch: BrokerEpoch(0), changes: [])
    #expect(cluster.refusal(.alterPartitions(stranger))?.reason == .fencedBrokerEpoch)
  }
}
