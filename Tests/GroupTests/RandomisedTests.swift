import Group
import Model
import Testing

@Suite("Groups under chance")
struct RandomisedTests {
  /// A process that reads: what it holds is what others must not. It gives up partitions when it likes.
  struct Process {
    var client: Client
    /// What the last answer told it to read.
    var told: Set<TopicPartition> = []
    var isAlive = true
    var pending: RequestToken?

    /// Takes up what it was told; gives up what it no longer shall, now or later.
    mutating func take(_ reply: GroupHeartbeat.Reply) {
      client.hasJoined = reply.epoch != nil
      client.epoch = reply.epoch ?? .zero
      told = Set(reply.assignment)
      client.owned.formUnion(told)
    }

    mutating func reset() {
      client.hasJoined = false
      client.owned = []
      told = []
    }
  }

  private struct World {
    var harness: Harness
    var processes: [Process] = []
    var random: Seeded
    var spawned = 0
    let topics = ["orders": Harness.orders, "payments": Harness.payments]

    init(seed: UInt64) throws {
      harness = try Harness()
      harness.writesAtOnce = false
      random = Seeded(seed)
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func step() throws {
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<6 where processes.count(where: \.isAlive) < 8: spawn()
      case 6..<8: try leave()
      case 8..<10: kill()
      case 10..<70: try beat()
      case 70..<85: giveUp()
      case 85..<95: harness.write()
      default: harness.pass(.milliseconds(Int.random(in: 1..<4000, using: &random)))
      }
      collect()
      forgetExpired()
      checkOneOwner()
    }

    private mutating func spawn() {
      spawned += 1
      let all = [["orders"], ["payments"], ["orders", "payments"]]
      let isStatic = chance(30)
      let instance = isStatic ? "i\(Int.random(in: 0..<3, using: &random))" : nil
      processes.append(
        Process(client: Client("m\(spawned)", instance: instance, topics: all.randomElement(using: &random) ?? [])))
    }

    private mutating func anyAlive() -> Int? {
      processes.indices.filter { processes[$0].isAlive }.randomElement(using: &random)
    }

    private mutating func leave() throws {
      guard let index = anyAlive(), processes[index].client.hasJoined else { return }
      let forNow = processes[index].client.instance != nil && chance(50)
      let heartbeat = try processes[index].client.heartbeat(forNow ? .leaveForNow : .leave)
      processes[index].isAlive = false
      processes[index].reset()
      _ = harness.send(.heartbeat(heartbeat))
    }

    /// A killed process holds nothing any more, but nobody knows.
    private mutating func kill() {
      guard let index = anyAlive() else { return }
      processes[index].isAlive = false
      processes[index].reset()
    }

    private mutating func beat() throws {
      guard let index = anyAlive(), processes[index].pending == nil || chance(10) else { return }
      let wait: Duration = chance(50) ? .seconds(5) : .zero
      let token = harness.send(.heartbeat(try processes[index].client.heartbeat(wait: wait)))
      processes[index].pending = token
    }

    private mutating func giveUp() {
      guard let index = anyAlive() else { return }
      processes[index].client.owned.formIntersection(processes[index].told)
    }

    mutating func collect() {
      for index in processes.indices {
        guard let token = processes[index].pending, let answer = harness.answers[token] else { continue }
        processes[index].pending = nil
        guard processes[index].isAlive else { continue }
        switch answer {
        case .success(.heartbeat(let reply)): processes[index].take(reply)
        case .success: Issue.record("an answer of another kind")
        case .failure(let refusal):
          if refusal.reason == .heartbeatSuperseded { continue }
          if refusal.reason == .fencedInstanceID { processes[index].isAlive = false }
          processes[index].reset()
        }
      }
    }

    /// A process notices by its own clock that its session is over: here, as soon as the shard has thrown it out.
    private mutating func forgetExpired() {
      guard let id = try? GroupID("g") else { return }
      for index in processes.indices where processes[index].client.hasJoined {
        guard let member = try? MemberID(processes[index].client.id) else { continue }
        if harness.shard.table.groups[id]?.members[member] == nil { processes[index].reset() }
      }
    }

    func checkOneOwner() {
      var holders: [TopicPartition: String] = [:]
      for process in processes where process.isAlive {
        for place in process.client.owned {
          if let other = holders.updateValue(process.client.id, forKey: place) {
            Issue.record("\(place) is held by \(other) and \(process.client.id)")
          }
        }
      }
      guard let id = try? GroupID("g"), let group = harness.shard.table.groups[id] else { return }
      let held = group.members.values.flatMap { Array($0.assignment.held) }
      #expect(Set(held).count == held.count)
    }

    /// Everybody alive behaves from here on; the dead ones' sessions run out.
    mutating func heal() throws -> Int {
      for _ in 0..<12 {
        try round()
        harness.pass(.seconds(5))
        collect()
      }
      var rounds = 0
      while try harness.group().state == .reconciling, rounds < 20 {
        try round()
        rounds += 1
      }
      return rounds
    }

    private mutating func round() throws {
      for index in processes.indices where processes[index].isAlive {
        processes[index].client.owned.formIntersection(processes[index].told)
        processes[index].pending = harness.send(.heartbeat(try processes[index].client.heartbeat()))
        harness.write()
        collect()
        forgetExpired()
        checkOneOwner()
      }
    }
  }

  @Test("no partition ever has two holders, and a group that is left alone settles, balanced", arguments: 1...60)
  func chaos(seed: Int) throws {
    var world = try World(seed: UInt64(seed))
    for _ in 0..<400 { try world.step() }
    world.processes.append(RandomisedTests.Process(client: Client("last", topics: ["orders", "payments"])))
    let rounds = try world.heal()
    #expect(rounds <= 4, "seed \(seed)")

    let group = try world.harness.group()
    #expect(group.state == .stable, "seed \(seed)")
    let alive = world.processes.filter { $0.isAlive && $0.client.hasJoined }
    let held = alive.flatMap { Array($0.client.owned) }
    let read = Set(alive.flatMap(\.client.topics))
    let readable = read.reduce(into: Set<TopicPartition>()) { $0.formUnion(places(world.topics[$1]!)) }
    #expect(held.count == Set(held).count, "seed \(seed)")
    #expect(Set(held) == readable, "seed \(seed)")
    checkBalance(group, seed)
  }

  /// No member could hand a partition to another that has at least two fewer.
  private func checkBalance(_ group: ConsumerGroup, _ seed: Int) {
    let topicOf = ["orders": Harness.orders.id, "payments": Harness.payments.id]
    for (id, member) in group.members {
      for (otherID, other) in group.members where other.target.count + 2 <= member.target.count {
        let readable = Set(other.metadata.subscription.compactMap { topicOf[$0.description] })
        #expect(
          !member.target.contains { readable.contains($0.topic) },
          "seed \(seed): \(id) has \(member.target.count), \(otherID) \(other.target.count)")
      }
    }
  }
}
