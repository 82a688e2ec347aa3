import ClusterMetadata
import Model
import Testing

@Suite("Replicas that came back with less, and disks that fail")
struct DamageTests {
  private func threeReplicas() throws -> Cluster {
    var cluster = try Cluster(brokers: 3)
    try cluster.create("orders", assignments: [[1, 2, 3]])
    return cluster
  }

  private func state(_ cluster: Cluster) throws -> PartitionState {
    try #require(try cluster.partitions("orders").first)
  }

  private func ids(_ numbers: Int32...) -> [BrokerID] { numbers.map { BrokerID($0) } }

  private func restart(
    _ cluster: inout Cluster, _ id: Int32, left: LogPosition? = nil, folders: [UUID128]? = nil
  ) throws {
    let registration = Cluster.registration(broker: id, incarnation: 2, folders: folders)
    let damaged = try left.map { [try cluster.place("orders", 0): $0] } ?? [:]
    try cluster.ask(
      .registerBroker(RegisterBroker(registration: registration, clusterID: nil, damaged: damaged)))
    try cluster.heartbeat(id)
  }

  private func position(_ epoch: Int32, _ offset: Int64) -> LogPosition {
    LogPosition(lastEpoch: LeaderEpoch(epoch), endOffset: Offset(offset))
  }

  @Test("who lost something leaves the in-sync and eligible replicas while another can lead")
  func leaves() throws {
    var cluster = try threeReplicas()
    try restart(&cluster, 2, left: position(0, 10))
    #expect(try state(cluster).isr == ids(1, 3))
    #expect(try state(cluster).damaged.isEmpty)
    try cluster.pass(.seconds(5), alive: [1])
    // Broker 3 is eligible now; it comes back with less and is so no more.
    #expect(try state(cluster).isr == ids(1) && state(cluster).eligibleLeaders == ids(3))
    try restart(&cluster, 3, left: .nothing)
    #expect(try state(cluster).isr == ids(1))
    #expect(try state(cluster).eligibleLeaders.isEmpty)
  }

  @Test("while no other lives it waits for those that may hold everything")
  func waitsForSound() throws {
    var cluster = try threeReplicas()
    try cluster.pass(.seconds(5))
    #expect(try state(cluster).isr == ids(1, 2, 3))
    try restart(&cluster, 1, left: position(3, 100))
    #expect(try state(cluster).leader == nil)
    try restart(&cluster, 2)
    #expect(try state(cluster).leader == BrokerID(2))
    #expect(try state(cluster).isr == ids(2))
    #expect(try state(cluster).damaged.isEmpty)
    #expect(!(try state(cluster).eligibleLeaders.contains(BrokerID(1))))
  }

  @Test(
    "when all have come back with less, the greatest last epoch and end leads",
    arguments: [
      ([(3, 100), (4, 50), (3, 900)], Int32(2)), ([(3, 100), (3, 99), (3, 101)], 3), ([(1, 5), (1, 5), (1, 5)], 1),
    ] as [([(Int32, Int64)], Int32)])
  func allDamaged(_ left: [(Int32, Int64)], _ winner: Int32) throws {
    var cluster = try threeReplicas()
    try cluster.pass(.seconds(5))
    for (id, end) in zip(Int32(1)..., left) {
      #expect(try state(cluster).leader == nil)
      try restart(&cluster, id, left: position(end.0, end.1))
    }
    #expect(try state(cluster).leader == BrokerID(winner))
    #expect(try state(cluster).isr == ids(winner))
    #expect(try state(cluster).eligibleLeaders.isEmpty && state(cluster).damaged.isEmpty)
  }

  @Test("nobody leads by itself when nothing is left anywhere")
  func nothingLeft() throws {
    var cluster = try threeReplicas()
    try cluster.pass(.seconds(5))
    for id in Int32(1)...3 { try restart(&cluster, id, left: .nothing) }
    #expect(try state(cluster).leader == nil)
  }

  @Test("a replica whose disk folder is gone has lost everything, and gets another folder")
  func newDisk() throws {
    var cluster = try threeReplicas()
    try cluster.pass(.seconds(5))
    let folder = UUID128(high: 0xf1, low: 7)
    try restart(&cluster, 2, folders: [folder])
    #expect(try state(cluster).leader == nil)
    #expect(try state(cluster).damaged == [DamagedReplica(broker: BrokerID(2), end: .nothing)])
    try restart(&cluster, 3)
    #expect(try state(cluster).isr == ids(3))
    #expect(try state(cluster).folder(on: BrokerID(2)) == folder)
  }

  @Test("damage found by a process that goes on ends its membership in a higher leader epoch; told twice, once")
  func foundLater() throws {
    var cluster = try threeReplicas()
    let before = try state(cluster).leaderEpoch
    try tellDamage(&cluster, of: 3, foundIn: before)
    #expect(try state(cluster).isr == ids(1, 2))
    #expect(try state(cluster).leader == BrokerID(1))
    #expect(try state(cluster).leaderEpoch == before.next)
    let records = cluster.log.count
    try tellDamage(&cluster, of: 3, foundIn: before)
    #expect(cluster.log.count == records)
    // It is no member now; found damaged once more, it can begin anew in a later leader epoch only.
    try tellDamage(&cluster, of: 3, foundIn: before.next)
    #expect(try state(cluster).isr == ids(1, 2))
    #expect(try state(cluster).leaderEpoch == before.next.next)
  }

  private func tellDamage(_ cluster: inout Cluster, of id: Int32, foundIn epoch: LeaderEpoch) throws {
    let broker = try #require(cluster.image.broker(BrokerID(id)))
    try cluster.ask(
      .brokerHeartbeat(
        BrokerHeartbeat(
          id: broker.id, epoch: broker.epoch, appliedEndOffset: cluster.image.endOffset,
          damaged: [try cluster.place("orders", 0): FoundDamage(end: .nothing, leaderEpoch: epoch)])))
  }

  @Test("a failed folder's replicas are as those of a dead broker; a full one's lead only if no other can")
  func folders() throws {
    var cluster = try threeReplicas()
    func beat(_ id: Int32, _ faults: FolderFaults) throws {
      let broker = try #require(cluster.image.broker(BrokerID(id)))
      try cluster.ask(
        .brokerHeartbeat(
          BrokerHeartbeat(
            id: broker.id, epoch: broker.epoch, appliedEndOffset: cluster.image.endOffset, folderFaults: faults)))
    }
    let folder = UUID128(high: 0xf0, low: 1)
    try beat(1, FolderFaults(full: [folder]))
    #expect(try state(cluster).leader == BrokerID(2))
    #expect(try state(cluster).isr == ids(2, 3))
    try beat(1, FolderFaults(failed: [folder]))
    #expect(try state(cluster).isr == ids(2, 3))
    #expect(cluster.image.broker(BrokerID(1))?.availability == .active)
    #expect(try cluster.create("elsewhere", partitions: 3, replicas: 2).get().partitionCount == 3)
    #expect(try cluster.partitions("elsewhere").allSatisfy { !$0.hasReplica(on: BrokerID(1)) })
    let member = AlterPartitions.Member(
      broker: BrokerID(1), epoch: try #require(cluster.image.broker(BrokerID(1))).epoch)
    let leader = try #require(cluster.image.broker(BrokerID(2)))
    let change = AlterPartitions.Change(
      partition: try cluster.place("orders", 0), leaderEpoch: try state(cluster).leaderEpoch,
      partitionEpoch: try state(cluster).epoch,
      isr: [member, .init(broker: leader.id, epoch: leader.epoch)])
    guard
      case .partitionsAltered(let results) = try cluster.ask(
        .alterPartitions(AlterPartitions(broker: leader.id, brokerEpoch: leader.epoch, changes: [change])))
    else { throw UnexpectedReply() }
    #expect(results.first?.refusal?.reason == .ineligibleReplica)
    try beat(1, FolderFaults())
    #expect(cluster.image.broker(BrokerID(1))?.folderFaults == FolderFaults())
  }
}
