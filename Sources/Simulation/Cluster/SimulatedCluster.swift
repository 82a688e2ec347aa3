import ClusterMetadata
import Model
import Partition
import SegmentedLog

/// The machines of a run, and the processes on them.
final class SimulatedCluster {
  let world: World
  private let coordinatorMachine = CoordinatorProcess.Machine()
  private(set) var machines: [BrokerProcess.Machine] = []
  private var groupMachines: [GroupCoordinatorProcess.Machine] = []

  init(brokers: Int, groupCoordinators: Int, in world: World) {
    self.world = world
    machines = (1...brokers).map { BrokerProcess.Machine(BrokerID(Int32($0))) }
    groupMachines = (0..<groupCoordinators).map { GroupCoordinatorProcess.Machine(GroupCoordinatorID(Int32($0 + 1))) }
  }

  /// Starts whatever does not run.
  func start() {
    startCoordinator()
    for machine in machines { start(machine) }
    for machine in groupMachines { start(machine) }
  }

  /// Adds a broker, and starts it.
  func addBroker() {
    let machine = BrokerProcess.Machine(BrokerID(Int32(machines.count + 1)))
    machines.append(machine)
    start(machine)
  }

  // MARK: Who runs

  var coordinator: CoordinatorProcess? { world.process(at: .coordinator) as? CoordinatorProcess }

  func broker(_ machine: BrokerProcess.Machine) -> BrokerProcess? {
    world.process(at: .broker(machine.id)) as? BrokerProcess
  }

  var groupCoordinators: [GroupCoordinatorProcess] {
    groupMachines.compactMap { world.process(at: .groupCoordinator($0.id)) as? GroupCoordinatorProcess }
  }

  /// Everybody's addresses but the clients'.
  var addresses: [Address] {
    [.coordinator] + machines.map { .broker($0.id) } + groupMachines.map { .groupCoordinator($0.id) }
  }

  // MARK: Starting and dying

  func startCoordinator() {
    if coordinator == nil { _ = CoordinatorProcess(coordinatorMachine, in: world) }
  }

  func start(_ machine: BrokerProcess.Machine) {
    guard broker(machine) == nil else { return }
    let process = BrokerProcess(machine, in: world)
    process.onLogFailed = { [unowned self, unowned process] in
      process.onLogFailed = nil
      // The operating system has thrown away what it could not write.
      world.after(world.milliseconds(50...2000), process) { [unowned self] in
        crash(machine, withPower: true, startAfter: world.milliseconds(50...1000))
      }
    }
  }

  func start(_ machine: GroupCoordinatorProcess.Machine) {
    guard world.process(at: .groupCoordinator(machine.id)) == nil else { return }
    _ = GroupCoordinatorProcess(machine, in: world)
  }

  /// A broker dies, and starts again later.
  func crash(
    _ machine: BrokerProcess.Machine, withPower: Bool, noticedAfter: Duration? = nil, startAfter: Duration
  ) {
    guard let process = broker(machine) else { return }
    process.kill(withPower: withPower)
    if let noticedAfter {
      // The coordinator's connection to it ends.
      world.after(noticedAfter, nil) { [unowned self] in coordinator?.lost(.broker(machine.id)) }
    }
    world.after(startAfter, nil) { [unowned self] in start(machine) }
  }

  /// A broker stops in order, and starts again later.
  func restart(_ machine: BrokerProcess.Machine, startAfter: Duration) {
    guard let process = broker(machine) else { return }
    process.stop { [unowned self] in
      world.after(startAfter, nil) { [unowned self] in start(machine) }
    }
  }

  /// True if a broker's replica may be lost: all other members of its partition hold what is acknowledged. One that does
  /// not might be lost already without the coordinator's knowledge, and must not be what is left.
  func mayLose(_ place: TopicPartition, on broker: BrokerID) -> Bool {
    guard let state = coordinator?.image.partition(place) else { return false }
    let others = (state.isr + state.eligibleLeaders).filter { $0 != broker }
    let outside = state.replicas.map(\.broker).filter { $0 != broker && !others.contains($0) }
    return !others.isEmpty && state.damaged.isEmpty && others.allSatisfy { holdsAll(place, $0) }
      && outside.allSatisfy { hasSoundDisk(place, $0) }
  }

  /// A replica that is no member may become one before anybody has found what its disk has lost.
  private func hasSoundDisk(_ place: TopicPartition, _ broker: BrokerID) -> Bool {
    guard let process = world.process(at: .broker(broker)) as? BrokerProcess, let replica = process.replica(place)
    else { return false }
    return !replica.storage.disk.isSpoiled
  }

  private func holdsAll(_ place: TopicPartition, _ broker: BrokerID) -> Bool {
    guard let process = world.process(at: .broker(broker)) as? BrokerProcess, !process.hasDamage(of: place),
      let storage = process.replica(place)?.storage
    else { return false }
    return !storage.disk.isSpoiled && storage.log.state == .open
      && storage.log.ends.syncedEndOffset >= world.checker.committedEnd(place)
  }

  func crashCoordinator(withPower: Bool, startAfter: Duration) {
    guard let coordinator else { return }
    coordinator.kill(withPower: withPower)
    world.after(startAfter, nil) { [unowned self] in startCoordinator() }
  }

  func crashGroupCoordinator(_ process: GroupCoordinatorProcess, startAfter: Duration) {
    guard process.isAlive, let machine = groupMachines.first(where: { $0.id == process.id }) else { return }
    process.die()
    world.after(startAfter, nil) { [unowned self] in start(machine) }
  }

  /// Everything works from now on, and everybody is awake.
  func heal() {
    world.network.mendAll()
    for machine in machines {
      for disk in machine.sortedDisks {
        disk.bytesMax = .max
        disk.failingSync = nil
      }
      machine.slowness = 1
      broker(machine)?.setSlowness(1)
      if let process = broker(machine) { world.wake(process) }
    }
    for process in groupCoordinators { world.wake(process) }
    if let coordinator { world.wake(coordinator) }
    start()
  }
}
