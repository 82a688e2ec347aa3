import ClusterMetadata
import Model
import Testing

@Suite("The cluster's metadata under chance")
struct RandomisedTests {
  private struct World {
    var cluster: Cluster
    var random: Seeded
    var incarnations: [Int32: UInt64] = [:]
    /// Who has led each partition in each leader epoch.
    var leaders: [TopicPartition: [LeaderEpoch: BrokerID]] = [:]
    var lastEpochs: [TopicPartition: (leader: LeaderEpoch, partition: PartitionEpoch)] = [:]
    var shardEpochs: [ShardEpoch] = []
    var topics = 0

    init(seed: UInt64) throws {
      random = Seeded(seed)
      cluster = try Cluster(brokers: 4)
      try cluster.start(groupCoordinator: 1)
      try cluster.ask(.ensureConsumerOffsets(UUID128(high: 5, low: 5)))
    }

    mutating func anyBroker() -> Int32 { Int32.random(in: 1...4, using: &random) }

    mutating func step() throws {
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<40: try beat()
      case 40..<50: try restart()
      case 50..<60: try cluster.pass(.milliseconds(Int.random(in: 1..<3000, using: &random)))
      case 60..<65: stop()
      case 65..<70: try createOrDelete()
      case 70..<75: try move()
      case 75..<85: try shrinkOrGrow()
      case 85..<90:
        try cluster.ask(.electLeaders(ElectLeaders(partitions: nil)))
      case 90..<95:
        let isDraining = Bool.random(using: &random)
        try cluster.ask(.drainBroker(BrokerID(anyBroker()), isDraining: isDraining, validateOnly: false))
      default:
        let id = Int32.random(in: 1...3, using: &random)
        try cluster.start(groupCoordinator: id, incarnation: random.next())
      }
      check()
    }

    private mutating func beat() throws {
      try cluster.heartbeat(anyBroker(), wantsShutdown: Int.random(in: 0..<20, using: &random) == 0)
    }

    private mutating func restart() throws {
      let id = anyBroker()
      incarnations[id, default: 1] += 1
      let registration = Cluster.registration(broker: id, incarnation: incarnations[id] ?? 1)
      var damaged: [TopicPartition: LogPosition] = [:]
      for (place, _) in cluster.image.partitions(on: BrokerID(id)) where Int.random(in: 0..<4, using: &random) == 0 {
        let end = Offset(Int64.random(in: 1...100, using: &random))
        damaged[place] = LogPosition(lastEpoch: LeaderEpoch(1), endOffset: end)
      }
      try cluster.ask(
        .registerBroker(RegisterBroker(registration: registration, clusterID: nil, damaged: damaged)))
    }

    private mutating func move() throws {
      let all = cluster.image.partitions { _ in true }
      guard let (place, _) = all.randomElement(using: &random) else { return }
      let brokers = (Int32(1)...4).shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random))
      let target = ElectLeaders.Target(topic: .id(place.topic), partition: place.partition)
      try cluster.ask(
        .reassignPartitions(ReassignPartitions(moves: [.init(target, to: brokers.map { BrokerID($0) })])))
    }

    private mutating func stop() {
      let id = BrokerID(anyBroker())
      guard let broker = cluster.image.broker(id) else { return }
      cluster.handle(.brokerFoundDead(id, broker.epoch))
    }

    private mutating func createOrDelete() throws {
      topics += 1
      let users = cluster.image.topics(limit: 100).filter { !$0.name.isInternal }
      if users.count > 5, let victim = users.randomElement(using: &random) {
        try cluster.ask(.deleteTopics(DeleteTopics(requestID: "d\(topics)", topics: [.id(victim.id)])))
      } else {
        let partitions = Int.random(in: 1...4, using: &random)
        let replicas = Int.random(in: 1...3, using: &random)
        _ = try cluster.create("t\(topics)", partitions: partitions, replicas: replicas, requestID: "c\(topics)")
      }
    }

    private mutating func shrinkOrGrow() throws {
      let led = cluster.image.partitions { $0.leader != nil && $0.replicas.count > 1 }
      guard let (place, state) = led.randomElement(using: &random), let leader = state.leader,
        let leading = cluster.image.broker(leader)
      else { return }
      let others = state.replicas.map(\.broker).filter { $0 != leader && Bool.random(using: &random) }
      let members = ([leader] + others).compactMap { cluster.image.broker($0) }
      let change = AlterPartitions.Change(
        partition: place, leaderEpoch: state.leaderEpoch, partitionEpoch: state.epoch,
        isr: members.map { AlterPartitions.Member(broker: $0.id, epoch: $0.epoch) })
      try cluster.ask(
        .alterPartitions(AlterPartitions(broker: leader, brokerEpoch: leading.epoch, changes: [change])))
    }

    mutating func check() {
      for (place, state) in cluster.image.partitions(where: { _ in true }) {
        let replicas = Set(state.replicas.map(\.broker))
        #expect(!state.isr.isEmpty)
        #expect(replicas.isSuperset(of: state.isr) && replicas.isSuperset(of: state.eligibleLeaders))
        #expect(Set(state.isr).isDisjoint(with: state.eligibleLeaders))
        #expect(Set(state.isr + state.eligibleLeaders).isSuperset(of: state.damaged.map(\.broker)))
        #expect(replicas.isSuperset(of: state.adding) && Set(state.target).isSuperset(of: state.adding))
        #expect(state.replicationFactor > 0 && replicas.count == state.replicas.count)
        if let leader = state.leader {
          #expect(state.isr.contains(leader) && !state.damaged.contains { $0.broker == leader })
          #expect(cluster.image.broker(leader)?.availability != .fenced)
          let known = leaders[place, default: [:]].updateValue(leader, forKey: state.leaderEpoch)
          #expect(known == nil || known == leader, "two leaders in one epoch of \(place)")
        } else {
          #expect(
            state.isr.allSatisfy { id in
              cluster.image.broker(id)?.availability == .fenced || state.damaged.contains { $0.broker == id }
            })
        }
        if let last = lastEpochs[place] {
          #expect(last.leader <= state.leaderEpoch && last.partition <= state.epoch)
        }
        lastEpochs[place] = (state.leaderEpoch, state.epoch)
      }
      let epochs = cluster.image.groupShards.map(\.epoch)
      #expect(zip(shardEpochs, epochs).allSatisfy { $0 <= $1 })
      shardEpochs = epochs
      let live = cluster.image.groupCoordinators.filter(\.isLive).map(\.id)
      let owned = live.map { id in cluster.image.groupShards.count { $0.owner == id } }
      #expect(owned.reduce(0, +) == (live.isEmpty ? 0 : 50))
      #expect((owned.max() ?? 0) - (owned.min() ?? 0) <= 1)
    }
  }

  @Test("leaders are alive and in sync, one for each epoch, and epochs never fall", arguments: 1...12)
  func chaos(seed: Int) throws {
    var world = try World(seed: UInt64(seed))
    for _ in 0..<200 { try world.step() }
    for id in Int32(1)...4 {
      try world.cluster.ask(.drainBroker(BrokerID(id), isDraining: false, validateOnly: false))
      _ = try world.cluster.register(Cluster.registration(broker: id, incarnation: 1_000_000))
      try world.cluster.heartbeat(id)
    }
    world.check()
    let leaderless = world.cluster.image.partitions { $0.leader == nil }
    #expect(leaderless.isEmpty, "seed \(seed)")
    var follower = MetadataImage()
    for (offset, record) in world.cluster.log.enumerated() {
      follower.apply(record, at: MetadataOffset(Int64(offset)))
    }
    #expect(follower == world.cluster.image)
  }
}
