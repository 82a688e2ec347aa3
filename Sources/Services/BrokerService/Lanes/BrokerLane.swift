internal import ClusterMetadata
internal import DiskIO
internal import Model
internal import Observability
internal import Partition
internal import Runtime
internal import SegmentedLog
internal import Transport

/// What one loop of the broker owns: its replicas, their disk threads, and the metadata as its callers see it.
final class BrokerLane {
  let loop: EventLoop
  let disk: DiskThread
  let metrics: BrokerMetrics
  let logger: Logger
  private let broker: BrokerID
  /// The metadata that calls on this loop go by.
  var image = MetadataImage() {
    didSet {
      latestTopic = nil
      leaders.changed(to: image)
      replication.metadataChanged()
    }
  }
  /// Who reads from other brokers, and follows the leaders.
  let leaders = LeaderWatches()
  /// The topic that was asked for last, as the image has it: most calls ask for the same one as the call before.
  private var latestTopic: CalledTopic?
  /// True once other brokers are to lead what they can lead: nothing new is written to that here.
  private(set) var isHandingOver = false
  /// True once the broker hands its work over: nothing new is begun.
  private(set) var isStopping = false
  /// Partitions for records without a key are taken in turn.
  private var turn = 0
  private var partitions: [TopicPartition: LocalPartition] = [:]
  /// Which of them time has something to do with.
  private var visits = VisitWheel<LocalPartition>()
  /// Those whose size or leader may have changed since that was told.
  private var resized: Set<TopicPartition> = []
  /// Those of compacted topics.
  private var compacted: Set<TopicPartition> = []
  /// Replicas whose logs could not be opened, and why.
  private var failures: [TopicPartition: Refusal] = [:]
  /// Who wants to hear that the broker stops.
  private var ending: [Int: () -> Void] = [:]
  private var nextEnding = 0
  private var awaited = Slots<ProduceOperation>()
  private var drained: (() -> Void)?
  private var deadlineTimer: LoopTimer?
  private static let deadlineCheck = Duration.milliseconds(250)
  /// How the replicas here speak with those on other brokers.
  private(set) lazy var replication = LaneReplication(self, replicationSettings)
  private let replicationSettings: ReplicationSettings
  private(set) lazy var scrubber = Scrubber(self, scrubSettings)
  private let scrubSettings: ScrubSettings
  /// What leaders here ask the coordinator for.
  let proposals: InSyncProposals
  /// How long a turn of visits takes.
  static let visitInterval = Duration.milliseconds(500)
  private static let checkpointPause = Duration.milliseconds(10)
  private var checkpointPace = CheckpointPace(
    bytesMax: 256 << 20, countMax: Int(visitInterval.milliseconds / checkpointPause.milliseconds))
  /// What is wrong with the disks.
  let health: DiskHealth
  /// Until when this broker may take itself for a leader.
  let lease: BrokerLease
  /// Has the coordinator asked before long whether that still holds.
  var wantsHeartbeat: () -> Void = {}
  private static let confirmationPause = Duration.milliseconds(10)
  private static let confirmationMax = Duration.seconds(1)

  init(
    disk: DiskThread, broker: BrokerID, coordinators: Channel, replication: ReplicationSettings, scrub: ScrubSettings,
    health: DiskHealth,
    lease: BrokerLease, metrics: BrokerMetrics, logger: Logger
  ) {
    self.broker = broker
    self.lease = lease
    replicationSettings = replication
    scrubSettings = scrub
    loop = disk.loop
    self.disk = disk
    self.health = health
    self.metrics = metrics
    self.logger = logger
    proposals = InSyncProposals(coordinators: coordinators, loop: disk.loop, logger: logger)
    proposals.onAnswer = { [unowned self] place, leaderEpoch, epoch, isr in
      partitions[place]?.inSyncSetAnswered(leaderEpoch, epoch, isr)
    }
  }

  /// Begins to tell the replicas that time goes by.
  func start() {
    _ = loop.schedule(every: Self.visitInterval) { [weak self] in self?.visitReplicas() }
    scrubber.start()
  }

  // MARK: Visits

  /// The turn of visits that was taken last.
  var visitTurn: Int { visits.turn }

  /// Has a replica visited so many turns ahead, and answers which turn that is.
  func visit(_ partition: LocalPartition, in turns: Int) -> Int { visits.add(partition, in: turns) }

  /// Tells the replicas that time goes by, but not those that it changes nothing for.
  private func visitReplicas() {
    for partition in visits.takeTurn() where partition.visitTurn == visits.turn {
      guard partitions[partition.place] === partition else { continue }
      metrics.replicaVisits.add()
      partition.visit()
      resized.insert(partition.place)
    }
    takeCheckpoints()
  }

  /// A replica would have so much to be read after a crash, and had `before` when it said so last.
  func noteBehindCheckpoint(_ place: TopicPartition, _ bytes: Int, before: Int) {
    checkpointPace.note(place, bytes, before: before)
  }

  /// One after the other, so that what is written meanwhile does not wait for all of them.
  private func takeCheckpoints() {
    for (index, place) in checkpointPace.chosen().enumerated() {
      _ = loop.schedule(after: Self.checkpointPause * index) { [weak self] in self?.partitions[place]?.takeCheckpoint()
      }
    }
  }

  /// Which replicas are on this loop.
  var places: Dictionary<TopicPartition, LocalPartition>.Keys { partitions.keys }

  /// The replicas on this loop, in the order of their names.
  var replicas: [LocalPartition] { partitions.values.sorted { $0.place < $1.place } }

  /// How large the partitions are now that may have changed since this was asked; nil for one that is not led here.
  func takeLedSizes() -> [TopicPartition: Int?] {
    var sizes: [TopicPartition: Int?] = [:]
    for place in resized {
      let led = partitions[place].flatMap { $0.state.leaderEpoch == nil ? nil : $0 }
      sizes.updateValue(led?.log.sizeInBytes, forKey: place)
    }
    resized = []
    return sizes
  }

  /// The replicas whose logs could not be opened, in the order of their names.
  var failedReplicas: [(place: TopicPartition, failure: Refusal)] {
    failures.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The topic that a caller names, by name or by id; refuses if there is none.
  func topic(called name: String, id: [UInt8]) throws(Refusal) -> CalledTopic {
    if let latestTopic, id.isEmpty, latestTopic.name == name { return latestTopic }
    let topic = CalledTopic(try image.topic(called: name, id: id))
    if id.isEmpty { latestTopic = topic }
    return topic
  }

  /// The replica of `place`; refuses if it is not here, or not yet.
  func partition(_ place: TopicPartition) throws(Refusal) -> LocalPartition {
    if isStopping { throw Refusal(.shuttingDown, "this broker is stopping") }
    if let partition = partitions[place] { return partition }
    if let failure = failures[place] { throw failure }
    throw Refusal(.leaderNotAvailable, "partition \(place.partition) is not ready on this broker")
  }

  /// The replica of `place`, also while the broker stops: its followers go on until others lead.
  func replica(of place: TopicPartition) -> LocalPartition? { partitions[place] }

  /// Calls back with true as soon as this lane knows all the metadata that there is now; with false if that takes long.
  func whenUpToDate(_ completion: @escaping (Bool) -> Void) {
    wantsHeartbeat()
    awaitMetadata(of: monotonicNow(), until: loop.now + Self.confirmationMax, completion)
  }

  private func awaitMetadata(of moment: Instant, until end: Instant, _ completion: @escaping (Bool) -> Void) {
    if lease.isKnown(at: moment, by: image.endOffset) { return completion(true) }
    guard loop.now < end else { return completion(false) }
    _ = loop.schedule(after: Self.confirmationPause) { [weak self] in
      guard let self else { return completion(false) }
      awaitMetadata(of: moment, until: end, completion)
    }
  }

  /// A number that is another one each time.
  func nextTurn() -> Int {
    turn = (turn + 1) & Int(Int32.max)
    return turn
  }

  // MARK: Produces that are not answered yet

  /// Watches over the operation's deadline; the answer takes it back.
  func await(_ operation: ProduceOperation) -> Int {
    let number = awaited.insert(operation)
    if deadlineTimer == nil {
      deadlineTimer = loop.schedule(every: Self.deadlineCheck) { [weak self] in self?.expire() }
    }
    return number
  }

  func stopAwaiting(_ number: Int) {
    awaited.remove(number)
    if drained != nil { tellDrained() }
  }

  private func expire() {
    let now = loop.now
    for operation in awaited.all where operation.deadline <= now { operation.expire() }
    guard awaited.isEmpty else { return }
    awaited = Slots()
    deadlineTimer?.cancel()
    deadlineTimer = nil
  }

  // MARK: Replicas come and go

  func add(_ opened: OpenedLog, in folder: UUID128, _ assignment: ReplicaAssignment) {
    failures[assignment.place] = nil
    partitions[assignment.place] = LocalPartition(opened, in: folder, on: self, of: broker, assignment)
    noteCompaction(of: assignment.place)
  }

  private func noteCompaction(of place: TopicPartition) {
    if partitions[place]?.log.configuration.compaction == nil {
      compacted.remove(place)
    } else {
      compacted.insert(place)
    }
  }

  func add(_ failure: Refusal, for place: TopicPartition) { failures[place] = failure }

  func update(_ assignment: ReplicaAssignment) {
    partitions[assignment.place]?.update(assignment)
    noteCompaction(of: assignment.place)
  }

  /// Takes the replica away; `completion` comes when its log does nothing any more.
  func remove(_ place: TopicPartition, completion: @escaping () -> Void) {
    failures[place] = nil
    guard let partition = partitions.removeValue(forKey: place) else { return completion() }
    partition.resign()
    partition.leave()
    noteCompaction(of: place)
    resized.insert(place)
    replication.forget(place)
    partition.log.close { _ in completion() }
  }

  /// Gives up the replicas in folders that have failed.
  func leaveFailedFolders() {
    for partition in partitions.values {
      if let refusal = health.failure(of: partition.folder) { partition.folderFailed(refusal) }
    }
  }

  /// Leads nothing any more, because the registration does not hold.
  func resignAll() {
    for partition in replicas { partition.resign() }
  }

  /// Deletes what the topics no longer keep.
  func applyRetention(now: Timestamp) {
    for partition in partitions.values where partition.log.state == .open {
      guard let highWatermark = partition.state.highWatermark else { continue }
      partition.log.applyRetention(now: now, highWatermark: highWatermark)
    }
  }

  /// Has cleaned what the topics want to have compacted.
  func compact(by compactor: Compactor, now: Timestamp) {
    for partition in compacted.sorted().compactMap({ partitions[$0] }) where partition.log.state == .open {
      partition.log.compactIfDue(by: compactor, now: now, highWatermark: partition.state.knownWatermark)
    }
  }

  /// Forgets producers that have written nothing since `time`.
  func forgetProducers(before time: Timestamp) {
    for partition in partitions.values { partition.log.forgetProducers(before: time) }
  }

  // MARK: The end

  /// Calls `body` once when the broker begins to stop; the answer takes it back.
  func whenStopping(_ body: @escaping () -> Void) -> Int {
    nextEnding += 1
    ending[nextEnding] = body
    return nextEnding
  }

  func stopWaitingForEnd(_ waiter: Int) { ending[waiter] = nil }

  /// Takes nothing more for what others can lead; `completion` comes when what had begun there is answered.
  func beginHandingOver(completion: @escaping () -> Void) {
    isHandingOver = true
    waitForWrites(completion)
  }

  private func waitForWrites(_ completion: @escaping () -> Void) {
    guard partitions.values.contains(where: \.hasUnfinishedWrites) else { return completion() }
    _ = loop.schedule(after: .milliseconds(2)) { [weak self] in self?.waitForWrites(completion) }
  }

  /// Begins nothing new, and ends what would go on for ever; `completion` comes when what had begun is answered.
  func stopServing(completion: @escaping () -> Void) {
    isStopping = true
    let told = ending.sorted { $0.key < $1.key }
    ending = [:]
    for (_, body) in told { body() }
    drained = completion
    tellDrained()
  }

  private func tellDrained() {
    guard awaited.isEmpty, let drained = drained.take() else { return }
    drained()
  }

  /// Closes all logs in order; `completion` comes when that is done.
  func closeAll(completion: @escaping () -> Void) {
    isStopping = true
    scrubber.stop()
    replication.close()
    let closing = replicas
    partitions = [:]
    var left = closing.count
    guard left > 0 else { return completion() }
    for partition in closing {
      partition.resign()
      partition.log.close { [self] result in
        if case .failure(let failure) = result {
          logger.error("log not closed", ["partition": "\(partition.place)", "cause": "\(failure)"])
        }
        left -= 1
        guard left == 0 else { return }
        visits = VisitWheel()
        completion()
      }
    }
  }
}
