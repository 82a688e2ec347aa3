import ClusterMetadata
import Model
import Testing

@Suite("Moving partitions")
struct MoveTests {
  private func quiet() -> MetadataPolicy {
    var policy = MetadataPolicy()
    policy.balances = false
    policy.replicationFactorMax = 3
    return policy
  }

  private func state(_ cluster: Cluster, _ index: Int = 0) throws -> PartitionState {
    let states = try cluster.partitions("orders")
    return try #require(states.indices.contains(index) ? states[index] : nil)
  }

  private func ids(_ numbers: Int32...) -> [BrokerID] { numbers.map { BrokerID($0) } }

  private func target(_ index: Int32 = 0) -> ElectLeaders.Target {
    ElectLeaders.Target(topic: .name("orders"), partition: PartitionIndex(index))
  }

  @discardableResult
  private func move(
    _ cluster: inout Cluster, _ index: Int32 = 0, to replicas: [BrokerID], validateOnly: Bool = false
  ) throws -> Result<PartitionState, Refusal> {
    let request = ReassignPartitions(moves: [.init(target(index), to: replicas)], validateOnly: validateOnly)
    guard case .partitionsReassigned(let results) = try cluster.ask(.reassignPartitions(request)) else {
      throw UnexpectedReply()
    }
    return try #require(results.first)
  }

  /// The leader of a partition says who is in sync.
  private func join(_ cluster: inout Cluster, _ index: Int32 = 0, isr: [BrokerID]) throws {
    let state = try state(cluster, Int(index))
    let leader = try #require(state.leader.flatMap { cluster.image.broker($0) })
    let change = AlterPartitions.Change(
      partition: try cluster.place("orders", index), leaderEpoch: state.leaderEpoch, partitionEpoch: state.epoch,
      isr: isr.map { .init(broker: $0, epoch: cluster.image.broker($0)?.epoch ?? BrokerEpoch(0)) })
    guard
      case .partitionsAltered(let results) = try cluster.ask(
        .alterPartitions(AlterPartitions(broker: leader.id, brokerEpoch: leader.epoch, changes: [change])))
    else { throw UnexpectedReply() }
    _ = try #require(results.first).get()
  }

  @Test("replicas are added, catch up, and the old ones go when the new ones are in sync")
  func moves() throws {
    var cluster = try Cluster(brokers: 5, policy: quiet())
    try cluster.create("orders", assignments: [[1, 2, 3]])
    _ = try move(&cluster, to: ids(4, 5, 3)).get()
    let begun = try state(cluster)
    #expect(begun.replicas.map(\.broker) == ids(1, 2, 3, 4, 5))
    #expect(begun.adding == ids(4, 5) && begun.target == ids(4, 5, 3))
    #expect(begun.leader == BrokerID(1) && begun.replicationFactor == 3)
    #expect(begun.replicas.allSatisfy { $0.folder != nil })
    try join(&cluster, isr: ids(1, 2, 3, 4))
    #expect(try state(cluster).replicas.count == 5, "broker 5 is not in sync yet")
    try join(&cluster, isr: ids(1, 2, 3, 4, 5))
    let moved = try state(cluster)
    #expect(moved.replicas.map(\.broker) == ids(4, 5, 3))
    #expect(moved.isr == ids(4, 5, 3) && moved.target.isEmpty && moved.adding.isEmpty)
    #expect(moved.leader == BrokerID(4), "the old leader is gone, the new preferred one leads")
    #expect(moved.leaderEpoch == begun.leaderEpoch.next)
  }

  @Test("replicas that only go, or only change their order, need nobody to catch up")
  func shrinks() throws {
    var cluster = try Cluster(brokers: 3, policy: quiet())
    try cluster.create("orders", assignments: [[1, 2, 3]])
    _ = try move(&cluster, to: ids(2, 1)).get()
    #expect(try state(cluster).replicas.map(\.broker) == ids(2, 1))
    #expect(try state(cluster).leader == BrokerID(1))
    _ = try move(&cluster, to: ids(2, 1)).get()
    #expect(try state(cluster).target.isEmpty)
  }

  @Test("a move that is ended leaves the replicas of before; what was added goes")
  func cancelled() throws {
    var cluster = try Cluster(brokers: 4, policy: quiet())
    try cluster.create("orders", assignments: [[1, 2]])
    _ = try move(&cluster, to: ids(3, 4)).get()
    try join(&cluster, isr: ids(1, 2, 3))
    _ = try move(&cluster, to: []).get()
    let ended = try state(cluster)
    #expect(ended.replicas.map(\.broker) == ids(1, 2) && ended.isr == ids(1, 2))
    #expect(ended.target.isEmpty && ended.adding.isEmpty && ended.leader == BrokerID(1))
    #expect(try move(&cluster, to: []).get() == ended, "nothing is under way")
  }

  @Test("another target in the midst of a move keeps what both want")
  func redirected() throws {
    var cluster = try Cluster(brokers: 4, policy: quiet())
    try cluster.create("orders", assignments: [[1]])
    _ = try move(&cluster, to: ids(2, 3)).get()
    try join(&cluster, isr: ids(1, 2))
    _ = try move(&cluster, to: ids(2, 4)).get()
    #expect(try state(cluster).replicas.map(\.broker) == ids(1, 2, 4))
    try join(&cluster, isr: ids(1, 2, 4))
    #expect(try state(cluster).replicas.map(\.broker) == ids(2, 4))
  }

  @Test("a move is not ended if only what would go holds the records")
  func lastHolder() throws {
    var cluster = try Cluster(brokers: 2, policy: quiet())
    try cluster.create("orders", assignments: [[1]], overrides: ["min.insync.replicas": "1"])
    try cluster.create("other", assignments: [[2]])
    _ = try move(&cluster, to: ids(1, 2)).get()
    #expect(try state(cluster).adding == ids(2))
    // Broker 2 never joins; its record of being in sync alone cannot come about while broker 1 leads.
    #expect(try move(&cluster, to: []).get().replicas.map(\.broker) == ids(1))
  }

  @Test("a move is not ended while too few of those who stay hold the records")
  func fewHolders() throws {
    var cluster = try Cluster(brokers: 5, policy: quiet())
    try cluster.create("orders", assignments: [[1, 2, 3]])
    _ = try move(&cluster, to: ids(4, 5, 3)).get()
    try join(&cluster, isr: ids(1, 4))
    let before = try state(cluster)
    guard case .failure(let refusal) = try move(&cluster, to: []) else {
      Issue.record("broker 1 was left alone with the records")
      return
    }
    #expect(refusal.reason == .notEnoughReplicas)
    #expect(try state(cluster) == before)
    try join(&cluster, isr: ids(1, 2, 4))
    #expect(try move(&cluster, to: []).get().isr == ids(1, 2))
  }

  @Test("only so many partitions move at a time; the next begins when one is done")
  func throttled() throws {
    var policy = quiet()
    policy.movesAtOnceMax = 2
    var cluster = try Cluster(brokers: 2, policy: policy)
    try cluster.create("orders", assignments: [[1], [1], [1], [1]])
    for index in Int32(0)..<4 { _ = try move(&cluster, index, to: ids(2)).get() }
    #expect(try cluster.partitions("orders").map { $0.adding.count } == [1, 1, 0, 0])
    #expect(try cluster.partitions("orders").allSatisfy { $0.target == ids(2) })
    try join(&cluster, 1, isr: ids(1, 2))
    #expect(try cluster.partitions("orders").map { $0.adding.count } == [1, 0, 1, 0])
    _ = try move(&cluster, 0, to: []).get()
    #expect(try cluster.partitions("orders").map { $0.adding.count } == [0, 0, 1, 1])
  }

  @Test("a move to a broker that is away holds up no other one, and goes on when that is back")
  func targetAway() throws {
    var policy = quiet()
    policy.movesAtOnceMax = 1
    var cluster = try Cluster(brokers: 3, policy: policy)
    try cluster.create("orders", assignments: [[1], [1]])
    _ = try move(&cluster, 0, to: ids(3)).get()
    _ = try move(&cluster, 1, to: ids(2)).get()
    #expect(try cluster.partitions("orders").map(\.adding) == [ids(3), []])
    try cluster.pass(.seconds(5), alive: [1, 2])
    try cluster.heartbeat(1)
    #expect(try cluster.partitions("orders").map(\.adding) == [ids(3), ids(2)])
    try cluster.heartbeat(3)
    try join(&cluster, 0, isr: ids(1, 3))
    #expect(try state(cluster).replicas.map(\.broker) == ids(3))
  }

  @Test("moves that get another target while all places are taken go on")
  func redirectedWhenFull() throws {
    var policy = quiet()
    policy.movesAtOnceMax = 2
    var cluster = try Cluster(brokers: 3, policy: policy)
    try cluster.create("orders", assignments: [[1], [1], [1]])
    for index in Int32(0)..<3 { _ = try move(&cluster, index, to: ids(1, 2)).get() }
    for index in Int32(0)..<3 { _ = try move(&cluster, index, to: ids(1, 2, 3)).get() }
    #expect(try cluster.partitions("orders").map { $0.adding.count } == [2, 2, 0])
    for index in Int32(0)..<3 { try join(&cluster, index, isr: ids(1, 2, 3)) }
    #expect(try cluster.partitions("orders").allSatisfy { $0.replicationFactor == 3 && $0.target.isEmpty })
  }

  @Test(
    "what makes no sense is refused, and named",
    arguments: [
      ([1, 1], ErrorReason.invalidRequest), ([9], .unknownBroker), ([1, 2, 3, 4], .invalidReplicationFactor),
      ([3], .brokerNotAvailable),
    ] as [([Int32], ErrorReason)])
  func refused(_ replicas: [Int32], _ reason: ErrorReason) throws {
    var cluster = try Cluster(brokers: 4, policy: quiet())
    try cluster.create("orders", assignments: [[1]])
    try cluster.pass(.seconds(5), alive: [1, 2, 4])
    let before = cluster.log.count
    #expect(try move(&cluster, to: replicas.map { BrokerID($0) }).refusal?.reason == reason)
    #expect(try move(&cluster, 7, to: ids(1)).refusal?.reason == .partitionOutOfRange)
    #expect(try move(&cluster, to: ids(2), validateOnly: true).refusal == nil)
    #expect(cluster.log.count == before)
  }

  @Test("a drained broker's replicas move to others; then it can be removed")
  func drains() throws {
    var cluster = try Cluster(brokers: 4, policy: quiet())
    try cluster.create("orders", assignments: [[1, 2, 3], [2, 3, 1], [2, 3, 4]])
    guard
      case .brokerDrained(let load) = try cluster.ask(
        .drainBroker(BrokerID(1), isDraining: true, validateOnly: false))
    else { throw UnexpectedReply() }
    #expect(load.replicaCount == 2 && load.leaderCount == 0)
    #expect(try state(cluster).target == ids(4, 2, 3) && state(cluster, 1).target == ids(2, 3, 4))
    #expect(cluster.refusal(.removeBroker(BrokerID(1), validateOnly: false))?.reason == .brokerInUse)
    try join(&cluster, 0, isr: ids(1, 2, 3, 4))
    try join(&cluster, 1, isr: ids(1, 2, 3, 4))
    #expect(cluster.image.partitions(on: BrokerID(1)).isEmpty)
    try cluster.pass(.seconds(5), alive: [2, 3, 4])
    try cluster.ask(.removeBroker(BrokerID(1), validateOnly: false))
    #expect(cluster.image.broker(BrokerID(1)) == nil)
  }

  @Test("what no other broker can take waits until one comes; an ended drain ends its moves")
  func drainWaits() throws {
    var cluster = try Cluster(brokers: 3, policy: quiet())
    try cluster.create("orders", assignments: [[1, 2, 3]])
    try cluster.ask(.drainBroker(BrokerID(1), isDraining: true, validateOnly: false))
    #expect(try state(cluster).target.isEmpty)
    try cluster.start(broker: 4)
    #expect(try state(cluster).adding == ids(4))
    try cluster.ask(.drainBroker(BrokerID(1), isDraining: false, validateOnly: false))
    #expect(try state(cluster).replicas.map(\.broker) == ids(1, 2, 3))
    #expect(try state(cluster).target.isEmpty)
  }

  @Test("a drain chooses another broker when its choice goes and stays away, and not when that is back soon")
  func drainChoosesAgain() throws {
    var cluster = try Cluster(brokers: 5, policy: quiet())
    try cluster.create("orders", assignments: [[1, 2, 3]])
    try cluster.ask(.drainBroker(BrokerID(1), isDraining: true, validateOnly: false))
    #expect(try state(cluster).adding == ids(4))
    try cluster.pass(.seconds(4), alive: [1, 2, 3, 5])
    try cluster.pass(.seconds(4), alive: [1, 2, 3, 5])
    #expect(cluster.image.broker(BrokerID(4))?.availability == .fenced)
    try cluster.pass(.seconds(4), alive: [1, 2, 3, 5])
    try cluster.heartbeat(4)
    for _ in 0..<10 { try cluster.pass(.seconds(4), alive: [1, 2, 3, 4, 5]) }
    #expect(try state(cluster).adding == ids(4))
    for _ in 0..<10 { try cluster.pass(.seconds(4), alive: [1, 2, 3, 5]) }
    #expect(try state(cluster).target == ids(5, 2, 3) && state(cluster).adding == ids(5))
    #expect(try state(cluster).replicas.map(\.broker) == ids(1, 2, 3, 5))
    try join(&cluster, isr: ids(1, 2, 3, 5))
    #expect(cluster.image.partitions(on: BrokerID(1)).isEmpty)
  }

  @Test("a topic's replication factor rises and falls")
  func replicationFactor() throws {
    var cluster = try Cluster(brokers: 3, policy: quiet())
    try cluster.create("orders", assignments: [[1], [2], [3]])
    func alter(_ factor: Int) throws -> Result<TopicID, Refusal> {
      let request = AlterTopics(changes: [.init(topic: .name("orders"), replicationFactor: factor)])
      guard case .topicsAltered(let results) = try cluster.ask(.alterTopics(request)) else { throw UnexpectedReply() }
      return try #require(results.first)
    }
    #expect(try alter(4).refusal?.reason == .invalidReplicationFactor)
    #expect(try alter(0).refusal?.reason == .invalidReplicationFactor)
    _ = try alter(2).get()
    for index in 0..<3 {
      let target = try state(cluster, index).target
      #expect(target.count == 2 && target.first == BrokerID(Int32(index) + 1))
      try join(&cluster, Int32(index), isr: target)
    }
    #expect(try cluster.partitions("orders").allSatisfy { $0.replicationFactor == 2 && $0.target.isEmpty })
    _ = try alter(1).get()
    #expect(try cluster.partitions("orders").map { $0.replicas.map(\.broker) } == [ids(1), ids(2), ids(3)])
  }

  @Test("the shards of groups get their replicas as brokers come, and leaders on all of them")
  func consumerOffsets() throws {
    var cluster = try Cluster(brokers: 1)
    try cluster.start(groupCoordinator: 1)
    try cluster.ask(.ensureConsumerOffsets(UUID128(high: 5, low: 5)))
    try cluster.start(broker: 2)
    try cluster.start(broker: 3)
    let targets = try cluster.partitions("__consumer_offsets").map(\.target)
    #expect(targets.allSatisfy { $0.count == 3 })
    for id in Int32(1)...3 { #expect((15...18).contains(targets.count { $0.first == BrokerID(id) })) }
  }

  @Test("an unclean election takes the fullest replica that lives, names what may be lost, and only where nobody leads")
  func unclean() throws {
    var cluster = try Cluster(brokers: 3, policy: quiet())
    try cluster.create("orders", assignments: [[1, 2, 3]])
    let place = try cluster.place("orders", 0)
    func elect(_ ends: [BrokerID: LogPosition], validateOnly: Bool = false) throws -> ElectLeaders.Outcome {
      let request = ElectLeaders(partitions: [target()], kind: .unclean([place: ends]), validateOnly: validateOnly)
      guard case .leadersElected(let outcomes) = try cluster.ask(.electLeaders(request)) else {
        throw UnexpectedReply()
      }
      return try #require(outcomes.first)
    }
    #expect(try elect([:]).leader.get() == BrokerID(1), "there is a leader")
    try join(&cluster, isr: ids(1))
    try join(&cluster, isr: ids(1, 2, 3))
    try join(&cluster, isr: ids(1, 2))
    try cluster.pass(.seconds(5), alive: [3])
    #expect(try state(cluster).leader == nil)
    #expect(try elect([:]).leader.refusal?.reason == .leaderNotAvailable)
    let (short, long) = (
      LogPosition(lastEpoch: .zero, endOffset: Offset(7)), LogPosition(lastEpoch: .zero, endOffset: Offset(9))
    )
    let before = cluster.log.count
    #expect(try elect([BrokerID(3): short, BrokerID(1): long], validateOnly: true).leader.get() == BrokerID(3))
    #expect(cluster.log.count == before)
    let outcome = try elect([BrokerID(3): short, BrokerID(1): long])
    #expect(try outcome.leader.get() == BrokerID(3))
    #expect(outcome.end == short && outcome.passedOver == ids(1, 2))
    #expect(try state(cluster).isr == ids(3) && state(cluster).eligibleLeaders.isEmpty)
    try cluster.heartbeat(1)
    #expect(try state(cluster).leader == BrokerID(3), "who comes back later follows")
  }

  @Test("preferred leaders lead again by and by, and not when that is turned off", arguments: [true, false])
  func balancesLeaders(_ isOn: Bool) throws {
    var policy = MetadataPolicy()
    policy.balances = isOn
    policy.leadersPerBalance = 1
    var cluster = try Cluster(brokers: 2, policy: policy)
    try cluster.create("orders", assignments: [[1, 2], [1, 2]])
    try cluster.pass(.seconds(5), alive: [2])
    try cluster.heartbeat(1)
    for index in Int32(0)..<2 { try join(&cluster, index, isr: ids(1, 2)) }
    var led: [Int] = []
    for _ in 0..<9 {
      try cluster.pass(.seconds(4), alive: [1, 2])
      led.append(try cluster.partitions("orders").count { $0.leader == BrokerID(1) })
    }
    #expect(isOn ? led.contains(1) && led.last == 2 : led.allSatisfy { $0 == 0 })
  }

  @Test("the next step of balancing comes even if nothing else ever happens")
  func balancesAlone() throws {
    let cluster = try Cluster(brokers: 1)
    let next = try #require(cluster.metadata.nextDeadline)
    #expect(next - cluster.now <= .seconds(10))
    var (alone, effects) = (ClusterMetadata(), [ClusterMetadata.Effect]())
    alone.handle(.activated(Cluster.coordinator(1), newCluster: Cluster.identity), at: cluster.now, into: &effects)
    #expect(alone.nextDeadline == cluster.now + .seconds(10))
  }

  @Test("a new broker gets replicas by and by, a few at a time; nothing moves while a broker is away")
  func balancesReplicas() throws {
    var cluster = try Cluster(brokers: 2)
    try cluster.create("orders", assignments: Array(repeating: [1], count: 10) + Array(repeating: [2], count: 10))
    try cluster.start(broker: 3)
    try cluster.start(broker: 4)
    try cluster.pass(.seconds(5), alive: [1, 2, 3])
    for _ in 0..<5 { try cluster.pass(.seconds(4), alive: [1, 2, 3]) }
    #expect(try cluster.partitions("orders").allSatisfy { $0.target.isEmpty }, "broker 4 is away")
    try cluster.heartbeat(4)
    for _ in 0..<60 {
      try cluster.pass(.seconds(4), alive: [1, 2, 3, 4])
      let moving = try cluster.partitions("orders").enumerated().filter { !$0.element.adding.isEmpty }
      #expect(moving.count <= 4)
      for (index, state) in moving { try join(&cluster, Int32(index), isr: state.replicas.map(\.broker)) }
    }
    let held = (1...4).map { id in cluster.image.partitions(on: BrokerID(id)).count }
    #expect(held.reduce(0, +) == 20)
    #expect((held.max() ?? 0) - (held.min() ?? 0) <= 5, "\(held)")
  }

  @Test("replicas move to where fewer bytes lie, as long as their numbers stay even, and then it is quiet")
  func balancesBytes() throws {
    var policy = MetadataPolicy()
    policy.imbalanceBytesMax = 100
    var cluster = try Cluster(brokers: 3, policy: policy)
    try cluster.create("orders", assignments: (0..<12).map { [Int32($0 % 3) + 1] })
    // All that broker 1 leads is large.
    var sizes: [TopicPartition: Int] = [:]
    for index in Int32(0)..<12 { sizes[try cluster.place("orders", index)] = index % 3 == 0 ? 1000 : 10 }
    func held(_ id: Int32) -> [Int] {
      cluster.image.partitions(on: BrokerID(id)).map { sizes[$0.place] ?? 0 }
    }
    var changedAt = 0
    for step in 0..<60 {
      for id in Int32(1)...3 {
        let led = cluster.image.partitions { $0.leader == BrokerID(id) }.map(\.place)
        try cluster.heartbeat(id, sizes: sizes.filter { led.contains($0.key) })
      }
      let before = cluster.log.count
      try cluster.pass(.seconds(4), alive: [1, 2, 3])
      for (index, state) in try cluster.partitions("orders").enumerated() where !state.adding.isEmpty {
        try join(&cluster, Int32(index), isr: state.replicas.map(\.broker))
      }
      if cluster.log.count > before { changedAt = step }
    }
    let bytes = (Int32(1)...3).map { held($0).reduce(0, +) }
    #expect((bytes.max() ?? 0) - (bytes.min() ?? 0) <= 1010, "\(bytes)")
    let counts = (Int32(1)...3).map { held($0).count }
    #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= policy.imbalanceMax, "\(counts)")
    #expect(changedAt < 40, "it never comes to rest")
    // What a broker says of a partition that it does not lead does not count.
    let before = cluster.log.count
    try cluster.heartbeat(2, sizes: Dictionary(uniqueKeysWithValues: sizes.keys.map { ($0, 1 << 40) }))
    try cluster.heartbeat(3, sizes: [:])
    #expect(cluster.log.count == before)
  }

  @Test("a third of a thousand partitions gets other leaders in one batch of records")
  func failOverAtOnce() throws {
    var cluster = try Cluster(brokers: 3)
    try cluster.create("orders", partitions: 1000, replicas: 3)
    let led = try cluster.partitions("orders").count { $0.leader == BrokerID(1) }
    #expect((300...360).contains(led))
    cluster.commitsAtOnce = false
    let epoch = try #require(cluster.image.broker(BrokerID(1))).epoch
    let effects = cluster.handle(.processProbed(.broker(BrokerID(1), epoch), .refused))
    guard case .append(let records, _)? = effects.first, effects.count == 1 else { throw UnexpectedReply() }
    #expect(records.count == 1001, "the broker's own, and one for each of its replicas")
    cluster.commitsAtOnce = true
    cluster.commit()
    #expect(try cluster.partitions("orders").allSatisfy { $0.leader != nil && $0.leader != BrokerID(1) })
  }
}
