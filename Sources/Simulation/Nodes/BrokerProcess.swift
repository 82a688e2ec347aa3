import ClusterMetadata
import Model
import Partition
import SegmentedLog

/// A broker's process: registers, follows the metadata, and holds replicas on its machine's disk.
final class BrokerProcess: MetadataFollower {
  /// What stays when the process dies.
  final class Machine {
    let id: BrokerID
    /// Names the disk that it has.
    private(set) var folder: UUID128
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

    /// Another disk is in its place, with nothing on it.
    func replaceDisk() {
      folder = UUID128(high: folder.high + 1, low: folder.low)
      disks = [:]
    }
  }

  let machine: Machine
  let id: BrokerID
  /// Names the process.
  let incarnation: UUID128
  /// The epoch of the registration that holds; nil without one.
  private(set) var epoch: BrokerEpoch?
  private var replicas: [TopicPartition: BrokerReplica] = [:]
  private var known: [TopicPartition: PartitionState] = [:]
  /// Logs that lay on the disk when the process began, and that no metadata has placed yet.
  private var found: [TopicPartition: Result<SimulatedLog, LogFailure>] = [:]
  /// Replicas that hold less than they had.
  private var damages: [TopicPartition: Damage] = [:]
  /// Those that are being put aside.
  private var mending: Set<TopicPartition> = []
  /// The image that the replicas followed last under the present registration.
  private var applied: MetadataImage?
  /// Called when it has stopped in order; nil unless it was asked to.
  private var onStopped: (() -> Void)?
  private var outlets: [InSyncSet.Member: FollowerOutlet] = [:]
  /// What followers that catch up may get at the moment, all together.
  lazy var catchUpQuota = ByteQuota(bytesPerSecond: 200_000, at: world.now)
  /// The epoch under which the roles in `known` were taken.
  private var rolesEpoch: BrokerEpoch?
  /// Called when a log cannot be used any more: only a new process can open it.
  var onLogFailed: (() -> Void)?
  /// Called when a cleaned segment is about to be put in its place.
  var onSwap: (() -> Void)?
  private lazy var scrubbing = SimulatedScrubbing(on: self, in: world)
  private static let logConfiguration = LogConfiguration(segmentBytesMax: 16_384, checkpointBytes: 8_192)

  init(_ machine: Machine, in world: World) {
    self.machine = machine
    id = machine.id
    machine.starts += 1
    incarnation = UUID128(high: UInt64(id.rawValue), low: machine.starts)
    super.init(address: .broker(id), in: world)
    findLogs()
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
      if withPower { losePower(replica.storage.disk) }
    }
    die()
  }

  private func losePower(_ disk: SimulatedDisk) {
    let torn = disk.sectorsTorn
    if world.withRandom({ disk.losePower(using: &$0) }) { world.count(.unsyncedLosses) }
    world.count(.sectorsTorn, disk.sectorsTorn - torn)
  }

  /// Stops in order: hands over what it leads, closes its logs, and ends.
  func stop(completion: @escaping () -> Void) {
    onStopped = completion
    sendHeartbeat()
  }

  private func end() {
    for replica in sortedReplicas { replica.storage.close() }
    die()
    onStopped?()
  }

  // MARK: Membership

  private func register() {
    let registration = BrokerRegistration(
      id: id, epoch: BrokerEpoch(0), incarnation: incarnation,
      listeners: [ListenerAddress(name: "internal", host: "b\(id)", port: 9191)], rack: nil, folders: [machine.folder],
      version: "1")
    let request = RegisterBroker(registration: registration, clusterID: nil, damaged: damages.mapValues(\.end))
    ask(.registerBroker(request)) { [self] answer in
      guard case .success(.brokerRegistered(let epoch, _))? = answer else {
        return world.after(.milliseconds(200), self) { [self] in register() }
      }
      self.epoch = epoch
      applied = nil
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
    let heartbeat = BrokerHeartbeat(
      id: id, epoch: epoch, appliedEndOffset: image.endOffset, wantsShutdown: onStopped != nil,
      damaged: damages.mapValues(\.found))
    ask(.brokerHeartbeat(heartbeat)) { [self] answer in
      if case .success(.brokerHeartbeat(let reply))? = answer, reply.mayShutDown, self.epoch == epoch {
        return end()
      }
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
    guard let epoch, image.broker(id)?.epoch == epoch else { return }
    dropReplicas()
    if epoch != rolesEpoch { known = [:] }
    rolesEpoch = epoch
    for (place, state) in image.partitions(on: id) where known[place] != state {
      guard let topic = image.topic(place.topic) else { continue }
      known[place] = state
      world.trace(place, "broker \(id) learns \(describe(state))")
      if damages[place]?.isOver(on: id, registeredAs: epoch, in: state) == true { mend(place) }
      guard !mending.contains(place) else { continue }
      do throws(LogFailure) {
        guard let replica = try replica(place, topic) else { continue }
        if let least = image.writerEpochMin(of: place) { replica.handle(.writersFenced(below: least)) }
        replica.assign(state, as: epoch)
      } catch { couldNotOpen(place, error) }
    }
    applied = image
    fenceWriters()
  }

  /// What has been moved to other brokers is deleted.
  private func dropReplicas() {
    for place in Set(known.keys).union(found.keys).sorted() where image.partition(place)?.hasReplica(on: id) != true {
      world.trace(place, "broker \(id) gives its replica up")
      known[place] = nil
      found[place] = nil
      damages[place] = nil
      replicas[place]?.resign()
      replicas[place]?.storage.abandon()
      replicas[place] = nil
      machine.disks[place] = nil
    }
  }

  private func couldNotOpen(_ place: TopicPartition, _ failure: LogFailure) {
    switch failure {
    case .damaged where machine.disks[place]?.isSpoiled ?? true: noteDamage(of: place)
    case .disk:
      world.count(.logsFailed)
      onLogFailed?()
    default: world.violate("LogsOpen", place, "broker \(id) cannot open its log: \(failure)")
    }
  }

  /// Tells the shards of groups how far their writers are fenced.
  private func fenceWriters() {
    for replica in sortedReplicas {
      guard let least = image.writerEpochMin(of: replica.place), replica.knownFence != least else { continue }
      replica.knownFence = least
      replica.handle(.writersFenced(below: least))
    }
  }

  /// Opens what lies on the disk, before the metadata says what it is for.
  private func findLogs() {
    for (place, disk) in machine.disks.sorted(by: { $0.key < $1.key }) {
      found[place] = Result { () throws(LogFailure) in try openLog(place, disk) }
      if case .failure(.damaged)? = found[place], disk.isSpoiled { noteDamage(of: place) }
    }
  }

  private func openLog(_ place: TopicPartition, _ disk: SimulatedDisk) throws(LogFailure) -> SimulatedLog {
    let log = try SimulatedLog(place, Self.logConfiguration, on: disk, of: self, in: world, now: timestamp)
    log.slowness = machine.slowness
    let epochs = log.log.epochs.entries.map { "\($0.epoch)@\($0.startOffset)" }.joined(separator: " ")
    world.trace(place, "broker \(id) opens its log: \(log.log.ends), epochs \(epochs)")
    return log
  }

  /// The replica, opened if it is not yet; nil if it is damaged.
  private func replica(_ place: TopicPartition, _ topic: Topic) throws(LogFailure) -> BrokerReplica? {
    if let known = replicas[place] { return known }
    let storage: SimulatedLog
    if let found = found.removeValue(forKey: place) {
      storage = try found.get()
    } else if damages[place] != nil {
      return nil
    } else if let disk = machine.disks[place] {
      storage = try openLog(place, disk)
    } else if isMissing(place) {
      throw .damaged(file: "\(place)", position: 0, finding: "the replica is missing")
    } else {
      let disk = SimulatedDisk()
      machine.disks[place] = disk
      storage = try openLog(place, disk)
    }
    storage.configure(configuration(of: topic))
    let replica = BrokerReplica(place, topic: topic, on: self, storage: storage, in: world)
    replicas[place] = replica
    return replica
  }

  /// As the topic says, but in small; the shards of groups are never cleaned, as their records here have no keys.
  private func configuration(of topic: Topic) -> LogConfiguration {
    var configuration = LogConfiguration(topic.configuration)
    let isCleaned = configuration.compaction != nil || configuration.retentionBytes != nil
    configuration.checkpointBytes = Self.logConfiguration.checkpointBytes
    configuration.segmentBytesMax = isCleaned ? 1024 : Self.logConfiguration.segmentBytesMax
    configuration.compaction = topic.name.isInternal ? nil : configuration.compaction.map(world.wiring.rules)
    return configuration
  }

  /// True if a log that is not here should be: others count on it, and it was not assigned to this process just now.
  private func isMissing(_ place: TopicPartition) -> Bool {
    if let applied, applied.partition(place)?.hasReplica(on: id) != true { return false }
    guard let state = known[place] else { return false }
    let members = state.isr + state.eligibleLeaders
    return members.contains(id) && members.contains { $0 != id }
  }

  // MARK: Damage

  func hasDamage(of place: TopicPartition) -> Bool { damages[place] != nil || mending.contains(place) }

  /// The replica has been found to hold less than it had. The coordinator is told.
  func noteDamage(of place: TopicPartition) {
    guard damages[place] == nil, !mending.contains(place) else { return }
    world.count(.damagesFound)
    world.trace(place, "broker \(id) finds its replica damaged")
    let leaderEpoch = known[place]?.leaderEpoch ?? .zero
    let log = replicas[place]?.storage.log
    let lastEpoch = log?.epochs.latest.flatMap { $0 > leaderEpoch ? nil : $0 }
    damages[place] = Damage(
      lastEpoch: lastEpoch, endOffset: lastEpoch == nil ? .zero : log?.logEndOffset ?? .zero, leaderEpoch: leaderEpoch,
      registration: epoch)
    sendHeartbeat()
  }

  /// Puts aside what is here, and begins with an empty log.
  private func mend(_ place: TopicPartition) {
    guard mending.insert(place).inserted else { return }
    found[place] = nil
    replicas.removeValue(forKey: place)?.storage.abandon()
    world.after(world.milliseconds(1...30), self) { [self] in
      mending.remove(place)
      guard damages.removeValue(forKey: place) != nil else { return }
      world.count(.replicasMended)
      machine.disks[place] = SimulatedDisk()
      known[place] = nil
      applyRoles()
    }
  }

  func setSlowness(_ slowness: Int) {
    for replica in sortedReplicas { replica.storage.slowness = slowness }
  }

  private func tick() {
    world.after(.milliseconds(200), self) { [self] in
      for replica in sortedReplicas { replica.tick() }
      scrubbing.timeElapsed()
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
    world.send(from: address, to: .broker(broker), isOrdered: true, onLoss: reconnect) { process in
      (process as? BrokerProcess)?.replicas[place]?.receive(message)
    }
  }

  // MARK: Followers

  /// The way to a follower's process. An earlier process of it is fed no more.
  func outlet(to member: InSyncSet.Member) -> FollowerOutlet {
    if let known = outlets[member] { return known }
    outlets = outlets.filter { $0.key.broker != member.broker }
    let outlet = FollowerOutlet(to: member, from: self)
    outlets[member] = outlet
    return outlet
  }

  /// Nobody gets anything of the partition any more without asking again.
  func drop(_ place: TopicPartition) {
    for outlet in sortedOutlets { outlet.drop(place) }
  }

  /// A log has grown, or more of it may be seen.
  func logGrew(_ replica: BrokerReplica) {
    for outlet in sortedOutlets { outlet.grown(replica) }
  }

  private var sortedOutlets: [FollowerOutlet] {
    outlets.sorted { $0.key.broker < $1.key.broker }.map(\.value)
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
