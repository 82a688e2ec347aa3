import ClusterMetadata
import Model
import SegmentedLog

/// Brings about the planned faults.
final class FaultInjector {
  private unowned let cluster: SimulatedCluster
  private let world: World
  private var members: [GroupMemberClient] = []
  private let brokersMax: Int
  /// What has happened, in words, in the order of its time.
  private(set) var happened: [InjectedFault] = []
  private var isOver = false

  init(_ cluster: SimulatedCluster, members: [GroupMemberClient]) {
    self.cluster = cluster
    self.members = members
    world = cluster.world
    brokersMax = cluster.machines.count + 2
  }

  func schedule(_ faults: [PlannedFault]) {
    for fault in faults {
      world.after(fault.at, nil) { [unowned self] in
        guard !isOver else { return }
        var chance = Seeded(fault.seed)
        guard let words = inject(fault.kind, &chance) else { return }
        let injected = InjectedFault(number: fault.number, kind: fault.kind, at: world.now, words: words)
        happened.append(injected)
        world.traceAll("FAULT \(fault.number) \(words)")
      }
    }
  }

  /// No more faults.
  func end() { isOver = true }

  /// Nil if it could not be brought about.
  private func inject(_ kind: FaultKind, _ chance: inout Seeded) -> String? {
    guard let machine = cluster.machines.randomElement(using: &chance) else { return nil }
    let name = "broker \(machine.id)"
    switch kind {
    case .restart:
      guard let process = cluster.broker(machine), !process.isPaused else { return nil }
      cluster.restart(machine, startAfter: chance.milliseconds(20...1500))
      return "\(name) is stopped in order"
    case .kill, .power: return crash(machine, withPower: kind == .power, &chance)
    case .blackout: return blackOut(&chance)
    case .coordinator: return stopCoordinator(&chance)
    case .group: return stopGroupCoordinator(&chance)
    case .member:
      guard let member = members.randomElement(using: &chance) else { return nil }
      member.startAgain()
      return "group member \(member.address.number) killed"
    case .pause:
      guard let process = cluster.broker(machine), !process.isPaused else { return nil }
      return "\(name) stands still for \(pause(process, chance.milliseconds(100...9000)))"
    case .cut, .oneway: return cut(machine, isOneWay: kind == .oneway, &chance)
    case .slow: return slow(machine, &chance)
    case .full: return fill(machine, &chance)
    case .sync:
      guard let disk = machine.sortedDisks.randomElement(using: &chance) else { return nil }
      disk.failingSync = Int.random(in: 0...3, using: &chance)
      return "a sync of \(name) will fail"
    case .flip: return flip(machine, &chance)
    case .disk: return replaceDisk(machine, &chance)
    case .swap: return crashAtSwap(machine, &chance)
    case .skew:
      world.haveClocksGoneWrong = true
      machine.clockSkew = Int64.random(in: -3_000_000...3_000_000, using: &chance)
      return "the clock of \(name) is off by \(machine.clockSkew) ms"
    case .drain: return drain(machine, &chance)
    case .reassign: return reassign(&chance)
    case .add:
      guard cluster.machines.count < brokersMax else { return nil }
      cluster.addBroker()
      return "broker \(cluster.machines.count) added"
    case .loss, .duplicate, .delay, .reorder: return nil
    }
  }

  private func crash(_ machine: BrokerProcess.Machine, withPower: Bool, _ chance: inout Seeded) -> String? {
    guard let process = cluster.broker(machine) else { return nil }
    let noticedAfter = chance.chance(0.7) ? chance.milliseconds(1...100) : nil
    let startAfter = chance.milliseconds(20...(chance.chance(0.3) ? 9000 : 1500))
    // Often the disk has been behind just then.
    let slowness = withPower && chance.chance(0.5) ? Int.random(in: 20...200, using: &chance) : 1
    if slowness > 1 { process.setSlowness(slowness) }
    world.after(slowness > 1 ? chance.milliseconds(20...200) : .zero, process) { [unowned cluster] in
      cluster.crash(machine, withPower: withPower, noticedAfter: noticedAfter, startAfter: startAfter)
    }
    let noticed = noticedAfter.map { "noticed after \($0)" } ?? "not noticed"
    return "broker \(machine.id) \(withPower ? "without power" : "killed") for \(startAfter), \(noticed)"
  }

  private func crashAtSwap(_ machine: BrokerProcess.Machine, _ chance: inout Seeded) -> String? {
    guard let process = cluster.broker(machine) else { return nil }
    let withPower = chance.chance(0.6)
    let (after, startAfter) = (chance.microseconds(0...3000), chance.milliseconds(20...1500))
    process.onSwap = { [unowned self, unowned process] in
      process.onSwap = nil
      guard !isOver else { return }
      world.after(after, process) { [unowned cluster] in
        cluster.crash(machine, withPower: withPower, startAfter: startAfter)
      }
    }
    return "broker \(machine.id) will \(withPower ? "lose power" : "be killed") at its next swap of segments"
  }

  private func blackOut(_ chance: inout Seeded) -> String? {
    for machine in cluster.machines { _ = crash(machine, withPower: true, &chance) }
    cluster.crashCoordinator(withPower: true, startAfter: chance.milliseconds(20...3000))
    return "all without power"
  }

  private func stopCoordinator(_ chance: inout Seeded) -> String? {
    guard let coordinator = cluster.coordinator, !coordinator.isPaused else { return nil }
    let duration = chance.milliseconds(20...3000)
    switch Int.random(in: 0..<4, using: &chance) {
    case 0: return "the coordinator stands still for \(pause(coordinator, duration))"
    case 1: cluster.crashCoordinator(withPower: false, startAfter: duration)
    default:
      coordinator.setSlowness(Int.random(in: 1...300, using: &chance))
      world.after(chance.milliseconds(1...300), coordinator) { [unowned cluster] in
        cluster.crashCoordinator(withPower: true, startAfter: duration)
      }
    }
    return "the coordinator is dead for \(duration)"
  }

  private func stopGroupCoordinator(_ chance: inout Seeded) -> String? {
    guard let process = cluster.groupCoordinators.randomElement(using: &chance), !process.isPaused else { return nil }
    let duration = chance.milliseconds(100...9000)
    if chance.chance(0.5) { return "group coordinator \(process.id) stands still for \(pause(process, duration))" }
    cluster.crashGroupCoordinator(process, startAfter: duration)
    return "group coordinator \(process.id) killed for \(duration)"
  }

  private func pause(_ process: Process, _ duration: Duration) -> Duration {
    process.pause()
    world.after(duration, nil) { [world] in world.wake(process) }
    return duration
  }

  private func cut(_ machine: BrokerProcess.Machine, isOneWay: Bool, _ chance: inout Seeded) -> String? {
    let own = Address.broker(machine.id)
    let others = cluster.addresses.filter { $0 != own }
    guard let single = others.randomElement(using: &chance) else { return nil }
    let chosen = chance.chance(0.4) ? others : [single]
    let direction = isOneWay ? Int.random(in: 1...2, using: &chance) : 0
    let lines = chosen.flatMap { other in
      (direction == 1 ? [] : [(own, other)]) + (direction == 2 ? [] : [(other, own)])
    }
    for (from, to) in lines { world.network.cut(from: from, to: to) }
    let duration = chance.milliseconds(100...8000)
    world.after(duration, nil) { [unowned self] in
      guard !isOver else { return }
      for (from, to) in lines { world.network.mend(from: from, to: to) }
    }
    let way = ["in both directions", "towards it", "from it"][direction]
    return
      "broker \(machine.id) cut off from \(chosen.count == 1 ? "node \(single.number)" : "all") \(way) for \(duration)"
  }

  private func slow(_ machine: BrokerProcess.Machine, _ chance: inout Seeded) -> String? {
    machine.slowness = Int.random(in: 5...100, using: &chance)
    cluster.broker(machine)?.setSlowness(machine.slowness)
    let duration = chance.milliseconds(500...5000)
    world.after(duration, nil) { [unowned cluster] in
      machine.slowness = 1
      cluster.broker(machine)?.setSlowness(1)
    }
    return "the disk of broker \(machine.id) is \(machine.slowness) times as slow for \(duration)"
  }

  private func fill(_ machine: BrokerProcess.Machine, _ chance: inout Seeded) -> String? {
    for disk in machine.sortedDisks { disk.bytesMax = disk.usedBytes + Int.random(in: 0...2000, using: &chance) }
    let duration = chance.milliseconds(500...5000)
    world.after(duration, nil) {
      for disk in machine.sortedDisks { disk.bytesMax = .max }
    }
    return "the disk of broker \(machine.id) is full for \(duration)"
  }

  private func flip(_ machine: BrokerProcess.Machine, _ chance: inout Seeded) -> String? {
    guard let process = cluster.broker(machine), let replica = process.sortedReplicas.randomElement(using: &chance)
    else { return nil }
    let disk = replica.storage.disk
    if chance.chance(0.2) {
      let indexes = disk.fileNames().compactMap { LogFile(name: $0) }.filter(\.isIndex)
      guard let file = indexes.randomElement(using: &chance), disk.flip(file, using: &chance) else { return nil }
      return "a bit flips in \(file) of broker \(machine.id)"
    }
    guard cluster.mayLose(replica.place, on: machine.id) else { return nil }
    if chance.chance(0.4) {
      // What was written before the process began is read from the disk, and not from memory.
      guard let batch = replica.storage.coldBatches.randomElement(using: &chance),
        disk.spoil(batch.bytes, at: batch.place, using: &chance)
      else { return nil }
      return "a bit flips in a batch of \(replica.place) at \(batch.place.offset) of broker \(machine.id)"
    }
    // Whatever is in memory is read from the disk when the broker has started again.
    let batch = replica.storage.batches.randomElement(using: &chance)
    let startAfter = chance.milliseconds(20...1500)
    cluster.crash(machine, withPower: false, noticedAfter: nil, startAfter: startAfter)
    if chance.chance(0.2) {
      guard disk.flip(.manifest, using: &chance) else { return nil }
      return "a bit flips in the manifest of \(replica.place) of broker \(machine.id), killed for \(startAfter)"
    }
    guard let batch, disk.spoil(batch.bytes, at: batch.place, using: &chance) else { return nil }
    return "a bit flips in a batch of \(replica.place) at \(batch.place.offset) of broker \(machine.id), killed for "
      + "\(startAfter)"
  }

  private func replaceDisk(_ machine: BrokerProcess.Machine, _ chance: inout Seeded) -> String? {
    guard machine.disks.keys.sorted().allSatisfy({ cluster.mayLose($0, on: machine.id) }) else { return nil }
    let startAfter = chance.milliseconds(20...1500)
    let noticedAfter = chance.chance(0.7) ? chance.milliseconds(1...100) : nil
    cluster.crash(machine, withPower: false, noticedAfter: noticedAfter, startAfter: startAfter)
    machine.replaceDisk()
    return "the disk of broker \(machine.id) is replaced, it is down for \(startAfter)"
  }

  private func drain(_ machine: BrokerProcess.Machine, _ chance: inout Seeded) -> String? {
    guard let coordinator = cluster.coordinator, coordinator.image.broker(machine.id) != nil else { return nil }
    coordinator.request(.drainBroker(machine.id, isDraining: true, validateOnly: false)) { _ in }
    let duration = chance.milliseconds(500...10_000)
    world.after(duration, nil) { [unowned self] in endDrain(of: machine) }
    return "broker \(machine.id) is drained for \(duration)"
  }

  /// Moves a partition to other brokers, or ends its move.
  private func reassign(_ chance: inout Seeded) -> String? {
    guard let coordinator = cluster.coordinator,
      let (place, state) = coordinator.image.partitions(where: { _ in true }).randomElement(using: &chance)
    else { return nil }
    let isEnding = chance.chance(0.2)
    let brokers = cluster.machines.map(\.id).shuffled(using: &chance).prefix(state.replicas.count)
    let target = ElectLeaders.Target(topic: .id(place.topic), partition: place.partition)
    let move = ReassignPartitions.Move(target, to: isEnding ? [] : Array(brokers))
    coordinator.request(.reassignPartitions(ReassignPartitions(moves: [move]))) { _ in }
    return isEnding ? "the move of \(place) is ended" : "\(place) is moved to \(Array(brokers))"
  }

  private func endDrain(of machine: BrokerProcess.Machine) {
    cluster.coordinator?.request(.drainBroker(machine.id, isDraining: false, validateOnly: false)) { _ in }
  }
}

extension LogFile {
  fileprivate var isIndex: Bool {
    switch self {
    case .offsetIndex, .timeIndex: true
    case .records, .manifest: false
    }
  }
}
