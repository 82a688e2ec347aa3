import ClusterMetadata
public import Model
import Partition
import SegmentedLog

/// What one simulated run came to.
public struct HistoryReport: Sendable {
  /// The seed that gives this run again.
  public let seed: UInt64
  /// What went wrong; empty if nothing did.
  public let violations: [String]
  /// How often what happened.
  public let counts: [String: Int]
  /// How many steps there were.
  public let steps: UInt64
  /// The same in every run of this seed.
  public let hash: UInt64
}

/// How large a run is, and what may happen in it.
public struct HistoryPlan: Sendable {
  /// How many brokers there are.
  public var brokers = 5
  /// How many partitions.
  public var partitions = 4
  /// How many batches are produced.
  public var operations = 1000
  /// How many faults there are.
  public var faults = 50

  /// A run of the usual size.
  public init() {}
}

/// One run: a cluster at work under faults; then all is healed, and it must get done.
public final class History {
  private let world: World
  private let seed: UInt64
  private let plan: HistoryPlan
  private let coordinatorMachine = CoordinatorProcess.Machine()
  private var machines: [BrokerProcess.Machine] = []
  private var producers: [ProducerClient] = []
  private var consumers: [ConsumerClient] = []
  private let topic = TopicID(high: 7, low: 7)
  private var isHealing = false

  /// The run of `seed`.
  public init(seed: UInt64, plan: HistoryPlan = HistoryPlan(), isTracing: Bool = false) {
    self.seed = seed
    self.plan = plan
    world = World(seed: seed, isTracing: isTracing)
  }

  /// The latest events of each partition, if the run keeps them.
  public var traces: [TopicPartition: [String]] { world.traces }

  /// Runs to the end, or to the first violation.
  public func run() -> HistoryReport {
    begin()
    world.run(until: world.now + .seconds(3))
    createTopic()
    world.run(until: world.now + .seconds(2))
    startClients()
    let length = Duration.seconds(40)
    world.network.loss = 0.002
    world.network.duplication = 0.002
    world.network.lateness = 0.005
    for _ in 0..<plan.faults {
      world.after(world.milliseconds(0...Int(length.milliseconds)), nil) { [self] in fault() }
    }
    world.run(until: world.now + length)
    heal()
    world.run(until: world.now + .seconds(60))
    if world.checker.violations.isEmpty { checkProgress() }
    world.count("acknowledged", world.checker.acknowledged)
    return HistoryReport(
      seed: seed, violations: world.checker.violations, counts: world.counts, steps: world.steps, hash: world.hash)
  }

  private func begin() {
    _ = CoordinatorProcess(coordinatorMachine, in: world)
    machines = (1...plan.brokers).map { BrokerProcess.Machine(BrokerID(Int32($0))) }
    for machine in machines { _ = BrokerProcess(machine, in: world) }
  }

  private var coordinator: CoordinatorProcess? { world.process(at: .coordinator) as? CoordinatorProcess }
  private func broker(_ machine: BrokerProcess.Machine) -> BrokerProcess? {
    world.process(at: .broker(machine.id)) as? BrokerProcess
  }
  private var places: [TopicPartition] {
    (0..<plan.partitions).map { TopicPartition(topic: topic, partition: PartitionIndex(Int32($0))) }
  }

  private func createTopic() {
    coordinator?.request(
      .createTopics(
        CreateTopics(topics: [
          .init(id: topic, name: "news", partitionCount: plan.partitions, replicationFactor: 3)
        ]))
    ) { [world] answer in
      guard case .success(.topicsCreated(let topics)) = answer, case .success? = topics.first else {
        return world.checker.violate("the topic was not created: \(answer)")
      }
    }
  }

  private func startClients() {
    let ids = machines.map(\.id)
    let each = plan.operations / plan.partitions / 2
    for (index, place) in places.enumerated() {
      for half in 0..<2 {
        producers.append(
          ProducerClient(2 * index + half, place: place, operations: each, brokers: ids, in: world))
      }
      consumers.append(ConsumerClient(100 + index, place: place, brokers: ids, in: world))
    }
  }

  // MARK: Faults

  private func fault() {
    guard !isHealing, let machine = world.pick(machines) else { return }
    switch world.pick(0...13) {
    case 0, 1, 2: crash(machine, withPower: false)
    case 3, 4, 5: crash(machine, withPower: true)
    case 6: pause(machine)
    case 7, 8: cut(machine)
    case 9: crashCoordinator()
    case 10:
      guard world.chance(0.3) else { return crash(machine, withPower: true) }
      world.count("power lost everywhere")
      for machine in machines { crash(machine, withPower: true) }
      crashCoordinator()
    case 11: slow(machine)
    case 12: fill(machine)
    default: machine.clockSkew = Int64(world.pick(-3_000_000...3_000_000))
    }
  }

  private func crash(_ machine: BrokerProcess.Machine, withPower: Bool) {
    guard let process = broker(machine) else { return }
    world.count(withPower ? "power lost" : "processes killed")
    let epoch = process.epoch
    process.kill(withPower: withPower)
    if world.chance(0.7), let epoch {
      // The coordinator tries the address, and nobody answers.
      world.after(world.milliseconds(200...500), nil) { [self] in
        if broker(machine)?.epoch != epoch { coordinator?.foundDead(machine.id, epoch) }
      }
    }
    world.after(world.milliseconds(20...(world.chance(0.3) ? 9000 : 1500)), nil) { [self] in start(machine) }
  }

  private func start(_ machine: BrokerProcess.Machine) {
    guard broker(machine) == nil else { return }
    _ = BrokerProcess(machine, in: world)
  }

  private func crashCoordinator() {
    guard let coordinator else { return }
    world.count("coordinators killed")
    coordinator.losePower()
    world.after(world.milliseconds(20...3000), nil) { [self] in
      if self.coordinator == nil { _ = CoordinatorProcess(coordinatorMachine, in: world) }
    }
  }

  private func pause(_ machine: BrokerProcess.Machine) {
    guard let process = broker(machine) else { return }
    world.count("processes paused")
    world.pause(process)
    world.after(world.milliseconds(100...9000), nil) { [world] in world.wake(process) }
  }

  private func cut(_ machine: BrokerProcess.Machine) {
    world.count("networks cut")
    let own = Address.broker(machine.id)
    let others = [Address.coordinator] + machines.map { .broker($0.id) }.filter { $0 != own }
    let chosen = world.chance(0.4) ? others : world.pick(others).map { [$0] } ?? []
    let kind = world.pick(0...2)
    for other in chosen {
      if kind != 1 { world.network.cut(from: own, to: other) }
      if kind != 2 { world.network.cut(from: other, to: own) }
    }
    world.after(world.milliseconds(100...8000), nil) { [world] in
      for other in chosen {
        world.network.mend(from: own, to: other)
        world.network.mend(from: other, to: own)
      }
    }
  }

  private func slow(_ machine: BrokerProcess.Machine) {
    world.count("disks slowed")
    broker(machine)?.setSlowness(world.pick(5...100))
    machine.slowness = 20
    world.after(world.milliseconds(500...5000), nil) { [self] in
      machine.slowness = 1
      broker(machine)?.setSlowness(1)
    }
  }

  private func fill(_ machine: BrokerProcess.Machine) {
    world.count("disks filled")
    for disk in machine.disks.sorted(by: { $0.key < $1.key }).map(\.value) {
      disk.bytesMax = disk.files.values.reduce(0) { $0 + $1.current.count } + world.pick(0...2000)
    }
    world.after(world.milliseconds(500...5000), nil) {
      for disk in machine.disks.values { disk.bytesMax = .max }
    }
  }

  // MARK: The end

  private func heal() {
    isHealing = true
    world.network.mendAll()
    world.network.loss = 0
    world.network.duplication = 0
    world.network.lateness = 0
    if coordinator == nil { _ = CoordinatorProcess(coordinatorMachine, in: world) }
    for machine in machines {
      for disk in machine.disks.values { disk.bytesMax = .max }
      machine.slowness = 1
      broker(machine)?.setSlowness(1)
      start(machine)
      if let process = broker(machine) { world.wake(process) }
    }
  }

  private func checkProgress() {
    for producer in producers where !producer.isDone {
      world.checker.violate("after all was healed, producer \(producer.address.number) has not got done: \(producer.lastRefusal)")
    }
    for (index, place) in places.enumerated() {
      let end = world.checker.committedEnd(place)
      if consumers[index].offset < end {
        world.checker.violate("after all was healed, the consumer of \(place) is at \(consumers[index].offset), not \(end)")
      }
      guard let state = coordinator?.image.partition(place) else { continue }
      if state.isr.count != state.replicas.count {
        world.checker.violate("after all was healed, \(place) has only \(state.isr) of \(state.replicas.map(\.broker)) in sync")
      }
      for machine in machines {
        if let replica = broker(machine)?.replica(place), state.hasReplica(on: machine.id) {
          world.checker.settled(place, at: machine.id, replica.storage)
        }
      }
    }
  }
}
