internal import Bytes
internal import ClusterMetadata
internal import DiskIO
internal import Model
internal import Observability
internal import Partition
internal import RecordBatch
internal import Runtime
internal import SegmentedLog

/// What the metadata says about a replica of this broker.
struct ReplicaAssignment: Sendable {
  let place: TopicPartition
  let topic: TopicName
  let configuration: TopicConfiguration
  let state: PartitionState
  /// The registration of this process in the metadata that says so.
  let registration: BrokerEpoch

  var partition: PartitionAssignment {
    PartitionAssignment(
      leader: state.leader, leaderEpoch: state.leaderEpoch, partitionEpoch: state.epoch,
      replicas: isInSyncAll ? state.isr : state.replicas.map(\.broker), isr: state.isr,
      replicationFactor: state.replicationFactor)
  }
}

extension ReplicaAssignment {
  /// True if both lists are the same: then one serves for both, of thousands of partitions.
  fileprivate var isInSyncAll: Bool { state.replicas.lazy.map(\.broker).elementsEqual(state.isr) }
}

/// Validated batches on their way into one partition.
struct BatchesToAppend: Sendable {
  let batches: [ByteSlice]
  /// The batches' headers.
  let headers: [RecordBatchHeader]
  let acks: Acks
  let leaderEpoch: LeaderEpoch?
  /// The number of a group shard's owner.
  var writerEpoch: Int64?
}

/// One replica on the loop that owns it: its log, what it decides, and who waits for it. Belongs to that loop.
///
/// `Partition` decides; this does what it says, and tells it how far the log is.
final class LocalPartition: PartitionLogOwner {
  typealias Completion = (Result<ProduceAcknowledgement, Refusal>) -> Void

  let place: TopicPartition
  let log: PartitionLog
  let folder: UUID128
  private(set) var state: Partition
  /// Whether others are in sync, and the leader epoch, as the metadata said last.
  private var hasOthersInSync = false
  private var assignedEpoch = LeaderEpoch.zero
  private let lane: BrokerLane
  private var effects: [PartitionEffect] = []
  /// Room for the next effects while these are performed.
  private var roomForEffects: [PartitionEffect] = []
  /// Batches that may be appended, and who waits for that; a follower's batches have nobody.
  private struct Request {
    let batches: [ByteSlice]
    let completion: Completion?
  }
  private var requests: [RequestID: Request] = [:]
  private var deletions: [RequestID: (Result<Offset, Refusal>) -> Void] = [:]
  private var lastRequest: UInt64 = 0
  /// The lane's turn in which it is visited next; later than all if time changes nothing for it.
  private(set) var visitTurn = Int.max
  /// The lane's turns in which something last happened, and in which it got its present role.
  private var eventTurn = 0
  private var roleTurn = 0
  /// What the lane has been told would have to be read after a crash.
  private var bytesBehindCheckpoint = 0
  private var early = EarlyWrites()
  /// When it was last read from as a follower.
  private var readAsFollower: Instant?
  private static let readersPatience = Duration.seconds(30)
  /// So many turns after something has happened it is visited in any case.
  private static let restlessTurns = 3
  private var waiting: [Int: () -> Void] = [:]
  private var nextWaiter = 0

  init(
    _ opened: OpenedLog, in folder: UUID128, on lane: BrokerLane, of broker: BrokerID, _ assignment: ReplicaAssignment
  ) {
    place = assignment.place
    self.folder = folder
    self.lane = lane
    log = PartitionLog(opened, on: lane.disk)
    state = Partition(
      id: assignment.place, topic: assignment.topic, broker: broker, configuration: assignment.configuration,
      log: log.ends)
    log.owner = self
    update(assignment)
  }

  /// The loop that owns it.
  var loop: EventLoop { lane.loop }

  /// Counts what readers got.
  func countRead(_ bytes: Int) { lane.metrics.bytesOut.add(bytes) }

  /// Takes what the metadata says now.
  func update(_ assignment: ReplicaAssignment) {
    hasOthersInSync = assignment.state.isr.count > 1
    assignedEpoch = assignment.state.leaderEpoch
    log.configuration = LogConfiguration(assignment.configuration)
    handle(.configurationChanged(assignment.configuration))
    change(to: assignment.partition, as: assignment.registration)
  }

  /// Serves nobody any more: whoever waits finds that out.
  func resign() {
    guard let epoch = state.knownEpoch else { return }
    defer {
      lane.replication.forget(place)
      wakeAll()
    }
    change(
      to: PartitionAssignment(
        leader: nil, leaderEpoch: epoch, partitionEpoch: state.partitionEpoch ?? .zero, replicas: [], isr: []),
      as: state.own.epoch)
  }

  private func change(to assignment: PartitionAssignment, as registration: BrokerEpoch) {
    let old = state.leaderEpoch
    let now = wallClock()
    take(.roleAssigned(assignment, as: registration), at: now)
    let isOther = state.leaderEpoch != old
    // What belonged to the role before goes, and then comes what belongs to the new one.
    if isOther { lane.replication.forget(place) }
    performEffects(at: now)
    guard isOther else { return }
    roleTurn = lane.visitTurn
    for write in early.takeAll() { tryAgain(write) }
    if old != nil { wakeAll() }
  }

  // MARK: Appending

  /// Appends the batches, all or none, and answers as the acks say. The batches' bytes are kept, not copied.
  func append(_ write: BatchesToAppend, at now: Timestamp, completion: @escaping Completion) {
    guard let producer = write.headers.first?.producer, producer.baseSequence >= 0 else {
      return add(write, at: now, completion: completion)
    }
    add(write, of: producer, until: loop.now + EarlyWrites.patience, at: now, completion: completion)
  }

  /// Appends what a producer has numbered, maybe a little later: when those before it have come.
  private func add(
    _ write: BatchesToAppend, of producer: ProducerStamp, until: Instant, at now: Timestamp,
    completion: @escaping Completion
  ) {
    let end = state.log.logEndOffset
    add(write, at: now) { [weak self] outcome in
      guard let self, case .failure(let refusal) = outcome, refusal.isForWantOfEarlierWrites else {
        return completion(outcome)
      }
      let early = EarlyWrites.Write(
        batches: write, producer: producer, refusal: refusal, until: until, completion: completion)
      if loop.now >= until || !self.early.add(early) { refuse(early) }
    }
    guard !early.isEmpty, state.log.logEndOffset > end else { return }
    for write in early.take(of: producer.id) { tryAgain(write) }
  }

  /// Tells a producer that earlier writes are missing, once it is certain that no other broker leads by now: that one
  /// may have them.
  private func refuse(_ write: EarlyWrites.Write) {
    lane.whenUpToDate { [self] isUpToDate in
      guard isUpToDate, isToldToLead else {
        return write.completion(
          .failure(
            Refusal(.leaderNotAvailable, "\(write.refusal.message) here, but another broker may lead by now")))
      }
      write.completion(.failure(write.refusal))
    }
  }

  /// True if the metadata that this lane knows say that this broker leads as it does.
  private var isToldToLead: Bool {
    guard case .leader(let leadership) = state.role, let told = lane.image.partition(place) else { return false }
    return told.leaderEpoch == leadership.epoch && told.leader == state.broker
  }

  private func tryAgain(_ write: EarlyWrites.Write) {
    add(write.batches, of: write.producer, until: write.until, at: wallClock(), completion: write.completion)
  }

  private func add(_ write: BatchesToAppend, at now: Timestamp, completion: @escaping Completion) {
    if let refusal = objection(to: write) { return completion(.failure(refusal)) }
    if write.writerEpoch != nil, let least = lane.image.writerEpochMin(of: place) {
      handle(.writersFenced(below: least))
    }
    lastRequest += 1
    let id = RequestID(lastRequest)
    requests[id] = Request(batches: write.batches, completion: completion)
    handle(
      .produceReceived(
        ProduceBatches(
          request: id, batches: write.headers, acks: write.acks, leaderEpoch: write.leaderEpoch,
          writerEpoch: write.writerEpoch)),
      at: now)
  }

  /// Why the log cannot take the batches at the moment.
  private func objection(to write: BatchesToAppend) -> Refusal? {
    if isBeingHandedOver {
      return Refusal(.leaderNotAvailable, "\(state.name) is being handed over to another broker")
    }
    if case .failed(let failure) = log.state { return refusal(failure) }
    let bytes = write.batches.reduce(0) { $0 + $1.count }
    let waiting = log.waitingBytes
    guard waiting > 0, waiting + bytes > log.waitingBytesMax else { return nil }
    return Refusal(.resourceExhausted, "the disk is behind: \(waiting) bytes are waiting to be written")
  }

  /// True if another broker will lead it in a moment: nothing new is begun, so that nothing is left half done.
  private var isBeingHandedOver: Bool { lane.isHandingOver && state.leaderEpoch != nil && hasOthersInSync }

  /// True if somebody who wrote to a partition that is being handed over waits for an answer.
  var hasUnfinishedWrites: Bool { isBeingHandedOver && requests.contains { $0.value.completion != nil } }

  private func handle(_ event: PartitionEvent, at now: Timestamp = wallClock()) {
    take(event, at: now)
    performEffects(at: now)
  }

  private func take(_ event: PartitionEvent, at now: Timestamp) {
    eventTurn = lane.visitTurn
    if visitTurn > eventTurn + 1 { visitTurn = lane.visit(self, in: 1) }
    decide(event, at: now)
  }

  private func decide(_ event: PartitionEvent, at now: Timestamp) {
    // The moment must not outlive the call: it holds parts of the log, which an append would have to copy.
    state.handle(
      event, at: Moment(timestamp: now, instant: loop.now, history: log.history), into: &effects)
  }

  private func performEffects(at now: Timestamp) {
    while !effects.isEmpty {
      // Answers can lead to further events.
      var todo: [PartitionEffect] = []
      swap(&todo, &roomForEffects)
      swap(&todo, &effects)
      for effect in todo { perform(effect, at: now) }
      todo.removeAll(keepingCapacity: true)
      swap(&todo, &roomForEffects)
    }
  }

  private func perform(_ effect: PartitionEffect, at now: Timestamp) {
    switch effect {
    case .append(let batch): append(batch, at: now)
    case .acknowledge(let id, let acknowledgement):
      requests.removeValue(forKey: id)?.completion?(.success(acknowledgement))
    case .recordsDeleted(let id, let start): deletions.removeValue(forKey: id)?(.success(start))
    case .refuse(let id, let refusal):
      requests.removeValue(forKey: id)?.completion?(.failure(refusal))
      deletions.removeValue(forKey: id)?(.failure(refusal))
    case .highWatermarkMoved:
      lane.replication.logGrew(self)
      wakeAll()
    case .proposeInSyncSet(let proposal): lane.proposals.add(proposal, for: place, of: state.own)
    case .answerFollower(let position, let answer): lane.replication.answer(position, answer, for: self)
    case .askLeader(let leader, let position): lane.replication.ask(leader, position, for: self)
    case .tellLeader(let leader, let epoch, let held, let logStart):
      lane.replication.tell(leader, leaderEpoch: epoch, held: held, logStart: logStart, for: self)
    case .cutLog(let end): log.truncate(to: end) { [weak self] in self?.logCut($0.map { _ in () }) }
    case .emptyLog(let start): log.restart(at: start, now: now) { [weak self] in self?.logCut($0) }
    case .moveLogStart(let start): log.deleteRecords(before: start) { _ in }
    case .reportDamage(let refusal): contradicted(refusal)
    }
  }

  /// Nothing in the log can be believed: the coordinator hears of it, and whoever waits here finds it out.
  private func contradicted(_ refusal: Refusal) {
    lane.replication.forget(place)
    lane.health.damaged(
      place,
      DiskHealth.Damage(
        lastEpoch: nil, endOffset: .zero, leaderEpoch: assignedEpoch, registration: state.own.epoch,
        refusal: refusal))
    wakeAll()
  }

  private func append(_ batch: AppendBatch, at now: Timestamp) {
    guard let bytes = requests[batch.request]?.batches[batch.index] else { return }
    do throws(LogFailure) {
      let appended = try log.append(
        bytes, leaderEpoch: batch.leaderEpoch, sync: batch.sync, now: now, logAppendTime: batch.logAppendTime)
      precondition(appended.baseOffset == batch.baseOffset, "the log and the partition disagree on its end")
      lane.metrics.bytesIn.add(bytes.count)
    } catch {
      logProgressed(error)
    }
  }

  // MARK: Time

  /// What the clock has to do with it, in a turn of the lane that it has asked for.
  func visit() {
    visitTurn = .max
    log.mend()
    chooseCaching()
    for write in early.takeLate(at: loop.now) { refuse(write) }
    let now = wallClock()
    decide(.timeElapsed, at: now)
    performEffects(at: now)
    noteBehindCheckpoint(log.bytesSinceCheckpoint)
    let turns = turnsToVisit
    if turns != 1 { rest() }
    // What was done just now may have asked for a visit already.
    if let turns, visitTurn == .max { visitTurn = lane.visit(self, in: turns) }
  }

  /// How many turns ahead time may change something; nil if it does not, unless something happens.
  ///
  /// Whatever a leader decides by the clock it decides within the lag of its followers after the last thing that happened.
  /// As long as all of them have all that there is, it has nothing to decide.
  private var turnsToVisit: Int? {
    let quiet = lane.visitTurn - eventTurn
    if quiet < Self.restlessTurns || !early.isEmpty || log.wantsMending { return 1 }
    if !deletions.isEmpty || state.hasUnsettledStart { return 1 }
    switch state.role {
    case .leader(let leadership):
      if leadership.inSync.proposal != nil { return 1 }
      guard leadership.replicas.count > 1, quiet <= lagTurns else { return nil }
      return leadership.highWatermark < log.logEndOffset || lane.visitTurn - roleTurn <= lagTurns ? 1 : nil
    case .follower:
      if state.watchesTime { return 1 }
      guard !log.passesCache, let readAsFollower else { return nil }
      return Int((readAsFollower + Self.readersPatience - loop.now) / BrokerLane.visitInterval) + 1
    case .leaderless, .failed: return nil
    }
  }

  /// In how many turns a follower is certain to be found behind.
  private var lagTurns: Int { Int(state.policy.replicaLagMax / BrokerLane.visitInterval) + Self.restlessTurns }

  /// The page cache is for those who read: a follower that nobody reads from writes past it.
  private func chooseCaching() {
    guard case .follower = state.role else { return log.passesCache = false }
    log.passesCache = readAsFollower.map { loop.now - $0 > Self.readersPatience } ?? true
  }

  /// Gives back the memory that only those need who have something to do.
  private func rest() {
    if requests.isEmpty { requests = [:] }
    if effects.isEmpty { effects = [] }
    roomForEffects = []
    if waiting.isEmpty { waiting = [:] }
    if deletions.isEmpty { deletions = [:] }
    log.rest()
  }

  /// Makes what lies behind the last checkpoint durable to be believed.
  func takeCheckpoint() {
    log.takeCheckpoint()
    noteBehindCheckpoint(log.bytesSinceCheckpoint)
  }

  /// It is here no more: nobody would read it after a crash.
  func leave() { noteBehindCheckpoint(0) }

  private func noteBehindCheckpoint(_ bytes: Int) {
    lane.noteBehindCheckpoint(place, bytes, before: bytesBehindCheckpoint)
    bytesBehindCheckpoint = bytes
  }

  // MARK: Deleting

  /// Deletes the records before `offset`; nil stands for all that is acknowledged. Answers with the first offset that is
  /// left, when no in-sync replica has them any more.
  func deleteRecords(before offset: Offset?, completion: @escaping (Result<Offset, Refusal>) -> Void) {
    lastRequest += 1
    let id = RequestID(lastRequest)
    deletions[id] = completion
    handle(.deletionReceived(id, before: offset))
  }

  // MARK: Followers and their leader

  /// A follower says where it is; what it is told comes by way of the lane's replication.
  func followerAsked(_ position: ReplicaPosition) { handle(.followerAsked(position)) }

  /// A follower holds everything from `logStart` on before `held`.
  func followerHolds(_ replica: InSyncSet.Member, _ epoch: LeaderEpoch, _ held: Offset, from logStart: Offset) {
    handle(.followerHolds(replica, leaderEpoch: epoch, held: held, logStart: logStart))
  }

  /// The coordinator has changed the in-sync set; nil if it has refused the proposal made on `epoch`.
  func inSyncSetAnswered(_ leaderEpoch: LeaderEpoch, _ epoch: PartitionEpoch, _ isr: [BrokerID]?) {
    if let isr {
      handle(.inSyncSetDecided(leaderEpoch: leaderEpoch, epoch, isr))
    } else {
      handle(.inSyncSetRefused(leaderEpoch: leaderEpoch, epoch))
    }
  }

  /// The leader has answered to where this replica said that it is.
  func leaderAnswered(_ position: ReplicaPosition, _ answer: FollowerAnswer) {
    handle(.leaderAnswered(to: position, answer))
  }

  /// The leader has sent batches of its log, checked as bytes, or told how far they may be seen.
  func leaderDelivered(
    leaderEpoch: LeaderEpoch, baseOffset: Offset, batches: [ByteSlice], headers: [RecordBatchHeader],
    highWatermark: Offset, logStartOffset: Offset
  ) {
    lastRequest += 1
    let id = RequestID(lastRequest)
    requests[id] = Request(batches: batches, completion: nil)
    handle(
      .batchesReceived(
        ReplicaBatches(
          request: id, leaderEpoch: leaderEpoch, baseOffset: baseOffset, batches: headers,
          highWatermark: highWatermark, logStartOffset: logStartOffset)))
    requests[id] = nil
  }

  /// The connection to the leader has been made anew.
  func leaderConnected(_ leader: BrokerID) { handle(.leaderConnected(leader)) }

  // MARK: The log

  func logProgressed(_ failure: LogFailure?) {
    guard let failure else {
      handle(.logAdvanced(log.ends))
      return lane.replication.logGrew(self)
    }
    let refusal = refusal(failure)
    handle(log.state.isLasting ? .appendsGivenUp(refusal, log.ends) : .logFailed(refusal))
  }

  /// A cleaning that finds no room costs nothing but room; it is tried again.
  func compactionFailed(_ failure: LogFailure) {
    guard failure.isPassing else {
      _ = refusal(failure)
      return
    }
    lane.logger.once(
      key: "compaction \(place) \(failure)", .warning, "log not compacted",
      ["partition": "\(place)", "cause": "\(failure)"])
  }

  /// How far everybody who copies the log has got.
  var marksEnd: Offset? { state.marksEnd }

  private func logCut(_ result: Result<Void, LogFailure>) {
    switch result {
    case .success: handle(.logCut(log.ends))
    case .failure(let failure) where failure.isPassing:
      _ = refusal(failure)
      handle(.cutPutOff(log.ends))
    case .failure(let failure): handle(.logFailed(refusal(failure)))
    }
  }

  /// What a caller is told of a failure of the log. The coordinator hears of what does not pass.
  func refusal(_ failure: LogFailure) -> Refusal {
    if case .deleted = failure { return failure.refusal(state.name) }
    if case .closed = failure { return failure.refusal(state.name) }
    lane.metrics.logErrors.add()
    lane.logger.once(
      key: "log \(place) \(failure)", .error, "log failed", ["partition": "\(place)", "cause": "\(failure)"])
    let refusal = failure.refusal(state.name)
    switch failure {
    case .disk: lane.health.failed(folder, failure)
    case .diskFull: lane.health.full(folder, failure)
    case .damaged:
      lane.health.damaged(
        place,
        DiskHealth.Damage(
          lastEpoch: log.epochs.latest, endOffset: log.logEndOffset, leaderEpoch: assignedEpoch,
          registration: state.own.epoch, refusal: refusal))
    case .unsupportedVersion, .wrongFolder, .outOfDescriptors, .overloaded, .deleted, .closed: break
    }
    return refusal
  }

  /// What may be read from `offset` on.
  ///
  /// What lies behind the end of the log does not exist if this broker leads; but if its lease is over another one may
  /// lead, and have more.
  func bounds(from offset: Offset, mayFollow: Bool) throws(Refusal) -> ReadBounds {
    if mayFollow, case .follower = state.role {
      readAsFollower = loop.now
      log.passesCache = false
      if visitTurn == .max { visitTurn = lane.visit(self, in: turnsToVisit ?? 1) }
    }
    do { return try state.bounds(from: offset, mayFollow: mayFollow) } catch {
      guard isBehindEnd(offset, error), !lane.lease.holds else { throw error }
      throw anotherMayLead(offset)
    }
  }

  /// The same for somebody who comes from elsewhere: another leader may have given him what lies before `offset` while
  /// this broker has not heard of it yet. That it does not exist is said only by metadata newer than the question.
  func bounds(
    from offset: Offset, mayFollow: Bool, completion: @escaping (Result<ReadBounds, Refusal>) -> Void
  ) {
    let bounds = Result { () throws(Refusal) in try self.bounds(from: offset, mayFollow: mayFollow) }
    guard case .failure(let refusal) = bounds, isBehindEnd(offset, refusal) else { return completion(bounds) }
    lane.whenUpToDate { [self] isUpToDate in
      guard isUpToDate, isToldToLead else {
        return completion(.failure(anotherMayLead(offset)))
      }
      completion(Result { () throws(Refusal) in try self.bounds(from: offset, mayFollow: mayFollow) })
    }
  }

  private func isBehindEnd(_ offset: Offset, _ refusal: Refusal) -> Bool {
    refusal.reason == .offsetOutOfRange && offset > log.logEndOffset
  }

  private func anotherMayLead(_ offset: Offset) -> Refusal {
    Refusal(
      .leaderNotAvailable,
      "offset \(offset) lies behind the end of \(state.name) here, but another broker may lead by now")
  }

  /// Why the replica is not at work; nil if it is.
  var problem: Refusal? {
    if let damage = lane.health.damage(of: place) { return damage.refusal }
    if let failure = lane.health.failure(of: folder) { return failure }
    guard case .failed(let failure) = log.state else { return nil }
    return failure.refusal(state.name)
  }

  /// The disk folder has failed: nothing in it can be used any more.
  func folderFailed(_ refusal: Refusal) {
    if case .failed = state.role { return }
    handle(.logFailed(refusal))
    wakeAll()
  }

  // MARK: Waiting

  /// Calls `body` once, when more can be seen or the replica's role has changed; the answer takes it back.
  func whenChanged(_ body: @escaping () -> Void) -> Int {
    nextWaiter += 1
    waiting[nextWaiter] = body
    return nextWaiter
  }

  func stopWaiting(_ waiter: Int) { waiting[waiter] = nil }

  private func wakeAll() {
    guard !waiting.isEmpty else { return }
    let woken = waiting.sorted { $0.key < $1.key }
    waiting.removeAll(keepingCapacity: true)
    for (_, body) in woken { body() }
  }
}
