import ClusterMetadata
import Model
import Testing

@Suite("Group coordinators and their shards")
struct GroupShardTests {
  private func withShards(groupCoordinators: Int32) throws -> Cluster {
    var cluster = try Cluster(brokers: 1)
    for id in stride(from: 1, through: groupCoordinators, by: 1) { try cluster.start(groupCoordinator: id) }
    try cluster.ask(.ensureConsumerOffsets(UUID128(high: 5, low: 5)))
    return cluster
  }

  private func counts(_ cluster: Cluster) -> [Int32: Int] {
    Dictionary(grouping: cluster.image.groupShards.compactMap(\.owner?.rawValue)) { $0 }.mapValues(\.count)
  }

  @Test("the topic of the shards is created once, compacted, with 50 partitions, each with an owner")
  func creation() throws {
    var cluster = try withShards(groupCoordinators: 1)
    let topic = try #require(cluster.image.topic(named: MetadataImage.consumerOffsetsName))
    #expect(topic.partitions.count == 50)
    #expect(topic.configuration.cleanupPolicy == .compact)
    #expect(counts(cluster) == [1: 50])
    #expect(cluster.image.groupShards.allSatisfy { $0.epoch == ShardEpoch(1) })
    #expect(try cluster.ask(.ensureConsumerOffsets(UUID128(high: 6, low: 6))) == .consumerOffsets(topic.id))
  }

  @Test("a group's shard is found by the hash of its name")
  func lookup() throws {
    let cluster = try withShards(groupCoordinators: 1)
    #expect(cluster.image.groupShard(of: "hello")?.shard == PartitionIndex(22))
    #expect(cluster.image.groupShard(of: "hello")?.owner.owner == GroupCoordinatorID(1))
    #expect(MetadataImage().groupShard(of: "hello") == nil)
  }

  @Test("a group coordinator that joins takes its share, and no other shard moves")
  func joining() throws {
    var cluster = try withShards(groupCoordinators: 2)
    let before = cluster.image.groupShards
    #expect(counts(cluster) == [1: 25, 2: 25])
    try cluster.start(groupCoordinator: 3)
    #expect(counts(cluster) == [1: 17, 2: 17, 3: 16])
    for (old, new) in zip(before, cluster.image.groupShards) {
      if new.owner == GroupCoordinatorID(3) {
        #expect(new.epoch == old.epoch.next)
      } else {
        #expect(new == old)
      }
    }
  }

  @Test("the shards of a group coordinator whose lease ran out go to the others")
  func leaseExpiry() throws {
    var cluster = try withShards(groupCoordinators: 2)
    let epoch = try #require(cluster.image.groupCoordinator(GroupCoordinatorID(1))).epoch
    cluster.now = cluster.now + .seconds(5)
    try cluster.ask(.groupCoordinatorHeartbeat(.init(id: GroupCoordinatorID(1), epoch: epoch)))
    cluster.handle(.timeElapsed)
    #expect(counts(cluster) == [1: 50])
    try cluster.pass(.seconds(5))
    #expect(counts(cluster) == [:])
    let orphaned = cluster.image.groupShards.map(\.epoch)
    try cluster.ask(.groupCoordinatorHeartbeat(.init(id: GroupCoordinatorID(1), epoch: epoch)))
    #expect(counts(cluster) == [1: 50])
    #expect(zip(orphaned, cluster.image.groupShards).allSatisfy { $0 < $1.epoch })
  }

  @Test("a process that starts again is another owner: the epochs of its shards rise")
  func restart() throws {
    var cluster = try withShards(groupCoordinators: 1)
    let epoch = try cluster.start(groupCoordinator: 1, incarnation: 2)
    #expect(cluster.image.groupShards.allSatisfy { $0.epoch == ShardEpoch(2) && $0.ownerEpoch == epoch })
    #expect(try cluster.start(groupCoordinator: 1, incarnation: 2) == epoch, "a retry changes nothing")
  }

  @Test("another process with a live group coordinator's id is refused, unless it has its address")
  func idInUse() throws {
    var cluster = try withShards(groupCoordinators: 1)
    let impostor = Cluster.registration(groupCoordinator: 1, incarnation: 2, host: "elsewhere")
    let request = MetadataRequest.registerGroupCoordinator(RegisterGroupCoordinator(registration: impostor))
    #expect(cluster.refusal(request)?.reason == .idInUse)
    try cluster.pass(.seconds(5))
    #expect(cluster.refusal(request) == nil)
    let old = GroupCoordinatorHeartbeat(id: GroupCoordinatorID(1), epoch: GroupCoordinatorEpoch(0))
    #expect(cluster.refusal(.groupCoordinatorHeartbeat(old))?.reason == .fencedBrokerEpoch)
  }

  @Test("a group coordinator that wants to stop hands its shards over first")
  func stopping() throws {
    var cluster = try withShards(groupCoordinators: 2)
    let epoch = try #require(cluster.image.groupCoordinator(GroupCoordinatorID(2))).epoch
    let reply = try cluster.ask(
      .groupCoordinatorHeartbeat(.init(id: GroupCoordinatorID(2), epoch: epoch, wantsShutdown: true)))
    guard case .groupCoordinatorHeartbeat(let heartbeat) = reply else { throw UnexpectedReply() }
    #expect(heartbeat.mayShutDown)
    #expect(counts(cluster) == [1: 50])
  }
}
