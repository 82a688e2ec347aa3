import ClusterMetadata
import Model
import Partition
import SegmentedLog

/// A broker's process: registers, follows the metadata, and holds replicas on its machine's disk.
final class BrokerProcess: MetadataFollower {
  /// What stays when the process dies.
  final class Machine {
    let id: BrokerID
    let folder: UUID128
    var disks: [TopicPartition: SimulatedDisk] = [:]
    /// How far its clock is off, in milliseconds.
    var clockSkew: Int64 = 0
    /// How much slower its disk is than usual.
    var slowness = 1
    /// How many processes it has had.
    fileprivate var starts: UInt64 = 0

    init(_ id: BrokerID) {
      self.id = id
      folder = UUID128(high: 0xf0, low: UInt64(id.rawValue))
    }

    var sortedDisks: [SimulatedDisk] { disks.sorted { $0.key < $1.key }.map(\.value) }
  }

  let machine: Machine
  let id: BrokerID
  /// Names the process.
  let incarnation: UUID128
  /// The epoch of the registration that holds; nil without one.
  private(set) var epoch: BrokerEpoch?
  private var replicas: [TopicPartition: BrokerReplica] = [:]
  private var known: [TopicPartition: PartitionState] = [:]
  /// The epoch under which the roles in `known` were taken.
  private var rolesEpoch: BrokerEpoch?
  /// Called when a log cannot be used any more: only a new process can open it.
  var onLogFailed: (() -> Void)?
  let logConfiguration = LogConfiguration(segmentBytesMax: 16_384, checkpointBytes: 8_192)

  init(_ machine: Machine, in world: World) {
    self.machine = machine
    id = machine.id
    machine.starts += 1
    incarnation = UUID128(high: UInt64(id.rawValue), low: machine.starts)
    super.init(address: .broker(id), in: world)
    register()
    heartbeat()
    tick()
  }

  /// The time of day on its clock.
  var timestamp: Timestamp {
    Timestamp(1_700_000_000_000 + machine.clockSkew + world.now.rawValue / 1_000_000)
  }

  var sortedReplicas: [BrokerReplica] { replicas.sorted { $0.key < $1.key }.map(\.value) }

  func replica(_ place: TopicPartition) -> BrokerReplica? { replicas[place] }

  /// The process is killed; with the power, what was not synced is lost.
  func kill(withPower: Bool) {
    for replica in sortedReplicas {
      let ends = replica.storage.log.ends
      world.trace(replica.place, "broker \(id) dies, \(withPower ? "without power" : "killed"); its log: \(ends)")
      replica.storage.breakOff()
      let hasLost = withPower && world.withRandom { replica.storage.disk.losePower(using: &$0) }
      if hasLost { world.count(.unsyncedLosses) }
    }
    die()
  }

  // MARK: Membership

  private func register() {
    let registration = BrokerRegistration(
      id: id, epoch: BrokerEpoch(0), incarnation: incarnation,
      listeners: [ListenerAddress(name: "internal", host: "b\(id)", port: 9191)], rack: nil, folders: [machine.folder],
      version: "1")
    ask(.registerBroker(RegisterBroker(registration: registration, clusterID: nil))) { [self] answer in
      guard case .success(.brokerRegistered(let epoch, _))? = answer else {
        return world.after(.milliseconds(200), self) { [self] in register() }
      }
      self.epoch = epoch
      applyRoles()
      sendHeartbeat()
    }
  }

  private func heartbeat() {
    world.after(.seconds(1), self) { [self] in
      sendHeartbeat()
      heartbeat()
    }
  }

  private func sendHeartbeat() {
    guard let epoch else { return }
    let heartbeat = BrokerHeartbeat(id: id, epoch: epoch, appliedEndOffset: image.endOffset)
    ask(.brokerHeartbeat(heartbeat)) { [self] answer in
      guard case .failure(let refusal)? = answer, refusal.reason == .fencedBrokerEpoch, self.epoch == epoch else {
        return
      }
      self.epoch = nil
      world.count(.registrationsLost)
      for replica in sortedReplicas { replica.resign() }
      known = [:]
      register()
    }
  }

  // MARK: Metadata

  override func imageChanged(since end: MetadataOffset) {
    applyRoles()
    // Whoever has caught up with its own registration says so at once.
    if let epoch, epoch.rawValue >= end.rawValue, image.endOffset.rawValue > epoch.rawValue { sendHeartbeat() }
  }

  /// Takes the roles that the metadata names, once it has this process's own registration: before, it may name what an
  /// earlier process was.
  private func applyRoles() {
    guard let epoch = world.wiring.rolesEpoch(of: id, registeredAs: epoch, in: image) else { return }
    dropReplicas()
    if epoch != rolesEpoch { known = [:] }
    rolesEpoch = epoch
    for (place, state) in image.partitions(on: id) where known[place] != state {
      guard let topic = image.topic(place.topic) else { continue }
      known[place] = state
      world.trace(place, "broker \(id) learns \(describe(state))")
      do throws(LogFailure) {
        let replica: BrokerReplica
        if let known = replicas[place] { replica = known } else { replica = try open(place, topic) }
        if let least = image.writerEpochMin(of: place) { replica.handle(.writersFenced(below: least)) }
        replica.assign(state, as: epoch)
      } catch { couldNotOpen(place, error) }
    }
    fenceWriters()
  }

  /// What has been moved to other brokers is deleted.
  private func dropReplicas() {
    for place in known.keys.sorted() where image.partition(place)?.hasReplica(on: id) != true {
      world.trace(place, "broker \(id) gives its replica up")
      known[place] = nil
      replicas[place]?.resign()
      replicas[place]?.storage.abandon()
      replicas[place] = nil
      machine.disks[place] = nil
    }
  }

  private func couldNotOpen(_ place: TopicPartition, _ failure: LogFailure) {
    guard case .disk = failure else {
      return world.violate("LogsOpen", place, "broker \(id) cannot open its log: \(failure)")
    }
    world.count(.logsFailed)
    onLogFailed?()
  }

  /// Tells the shards of groups how far their writers are fenced.
  private func fenceWriters() {
    for replica in sortedReplicas {
      guard let least = image.writerEpochMin(of: replica.place), replica.knownFence != least else { continue }
      replica.knownFence = least
      replica.handle(.writersFenced(below: least))
    }
  }

  private func open(_ place: TopicPartition, _ topic: Topic) throws(LogFailure) -> BrokerReplica {
    let disk = machine.disks[place] ?? SimulatedDisk()
    machine.disks[place] = disk
    let replica = try BrokerReplica(place, topic: topic, on: self, disk: disk, in: world)
    replica.storage.slowness = machine.slowness
    replicas[place] = replica
    let epochs = replica.storage.log.epochs.entries.map { "\($0.epoch)@\($0.startOffset)" }.joined(separator: " ")
    world.trace(place, "broker \(id) opens its log: \(replica.storage.log.ends), epochs \(epochs)")
    return replica
  }

  func setSlowness(_ slowness: Int) {
    for replica in sortedReplicas { replica.storage.slowness = slowness }
  }

  private func tick() {
    world.after(.milliseconds(200), self) { [self] in
      for replica in sortedReplicas { replica.tick() }
      tick()
    }
  }

  // MARK: What its replicas ask for

  /// Brokers speak over connections: if a message does not get through, the connection ends, and a new one is made.
  func send(_ message: ReplicationMessage, of place: TopicPartition, to broker: BrokerID) {
    let (world, own) = (world, id)
    let connection = Connection(ends: [min(own, broker), max(own, broker)], place: place)
    func reconnect() {
      guard world.broken.insert(connection).inserted else { return }
      world.after(world.milliseconds(50...500), nil) { [unowned world] in
        world.broken.remove(connection)
        for (end, other) in [(own, broker), (broker, own)] {
          (world.process(at: .broker(end)) as? BrokerProcess)?.connected(to: other, place)
        }
      }
    }
    world.send(from: address, to: .broker(broker), onLoss: reconnect) { process in
      (process as? BrokerProcess)?.replicas[place]?.receive(message)
    }
  }

  private func connected(to broker: BrokerID, _ place: TopicPartition) {
    world.after(.zero, self) { [self] in replicas[place]?.handle(.leaderConnected(broker)) }
  }

  func propose(_ proposal: InSyncSet.Proposal, for replica: BrokerReplica) {
    guard let epoch else { return }
    let change = AlterPartitions.Change(
      partition: replica.place, leaderEpoch: proposal.leaderEpoch, partitionEpoch: proposal.partitionEpoch,
      isr: proposal.members.map { AlterPartitions.Member(broker: $0.broker, epoch: $0.epoch) })
    ask(.alterPartitions(AlterPartitions(broker: id, brokerEpoch: epoch, changes: [change]))) {
      [unowned world] answer in
      guard case .success(.partitionsAltered(let results))? = answer, let result = results.first else { return }
      switch result {
      case .success(let state):
        world.count(.inSyncSetsChanged)
        replica.handle(.inSyncSetDecided(leaderEpoch: proposal.leaderEpoch, state.epoch, state.isr))
      case .failure(let refusal) where refusal.reason == .ineligibleReplica:
        replica.handle(.inSyncSetRefused(leaderEpoch: proposal.leaderEpoch, proposal.partitionEpoch))
      case .failure: break
      }
    }
  }
}

/// A connection of two brokers, as far as one partition is concerned.
struct Connection: Hashable {
  let ends: [BrokerID]
  let place: TopicPartition
}

/// A partition's state in one line.
func describe(_ state: PartitionState) -> String {
  let leader = state.leader.map { "\($0)" } ?? "nobody"
  return "leader \(leader) in epoch \(state.leaderEpoch), in sync \(state.isr), eligible \(state.eligibleLeaders), "
    + "partition epoch \(state.epoch)"
}
