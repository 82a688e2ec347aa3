import ClusterMetadata
import Model
import Partition
import RecordBatch
import SegmentedLog

/// One replica on a broker: the decisions of `Partition` over a simulated log, and the messages that they lead to.
final class BrokerReplica {
  /// Who waits for an answer to a produce, and its batches.
  private struct Request {
    let batches: [[UInt8]]
    let completion: ((Result<ProduceAcknowledgement, Refusal>) -> Void)?
  }

  /// A writer that fences those with lower numbers.
  struct Writer {
    let number: Int64
    /// The leader epoch in which it began; nil as it begins.
    var leaderEpoch: LeaderEpoch?
  }

  let place: TopicPartition
  let storage: SimulatedLog
  private(set) var partition: Partition
  private unowned let broker: BrokerProcess
  private let world: World
  private var effects: [PartitionEffect] = []
  private var requests: [RequestID: Request] = [:]
  private var deletions: [RequestID: (Result<Offset, Refusal>) -> Void] = [:]
  private var nextRequest: UInt64 = 0
  private var intake = ReplicaIntake()
  private lazy var cleaning = SimulatedCleaning(of: self, on: broker, in: world)
  private var lastHeard: Instant
  /// Everything before has been compared with what is known to be acknowledged.
  private var comparedTo: Offset
  /// Below which number writers are fenced, as this replica has been told.
  var knownFence: Int64?

  init(_ place: TopicPartition, topic: Topic, on broker: BrokerProcess, storage: SimulatedLog, in world: World) {
    self.place = place
    self.broker = broker
    self.world = world
    self.storage = storage
    partition = Partition(
      id: place, topic: topic.name, broker: broker.id, configuration: topic.configuration, log: storage.log.ends)
    world.cleaningChecker.watch(place, topic.configuration)
    lastHeard = world.now
    comparedTo = storage.log.logStartOffset
    storage.onGivenUp = { [unowned self] in self.world.checker.gaveUp(self.place, $0) }
    storage.onDamage = { [unowned self] in found($0) }
    storage.onProgress = { [unowned self] in logProgressed($0) }
  }

  // MARK: What happens to it

  func assign(_ state: PartitionState, as epoch: BrokerEpoch) {
    let wasLeader = partition.leaderEpoch
    handle(
      .roleAssigned(
        PartitionAssignment(
          leader: state.leader, leaderEpoch: state.leaderEpoch, partitionEpoch: state.epoch,
          replicas: state.replicas.map(\.broker), isr: state.isr,
          replicationFactor: state.replicationFactor), as: epoch))
    guard partition.leaderEpoch != wasLeader else { return }
    broker.drop(place)
    if let epoch = partition.leaderEpoch {
      world.count(.leaderChanges)
      world.checker.led(place, epoch, by: broker.id, storage)
    }
  }

  /// Serves nobody any more.
  func resign() {
    guard let epoch = partition.leaderEpoch else { return }
    handle(
      .roleAssigned(
        PartitionAssignment(
          leader: nil, leaderEpoch: epoch, partitionEpoch: partition.partitionEpoch ?? .zero, replicas: [], isr: []),
        as: BrokerEpoch(-1)))
  }

  func produce(
    _ batches: [[UInt8]], acks: Acks, by writer: Writer? = nil,
    completion: @escaping (Result<ProduceAcknowledgement, Refusal>) -> Void
  ) {
    guard storage.log.state == .open else {
      return completion(.failure(Refusal(.diskFailed, "the log does not work")))
    }
    nextRequest += 1
    let id = RequestID(nextRequest)
    let headers = batches.compactMap { bytes in bytes.withUnsafeBytes { try? RecordBatchHeader(decoding: $0) } }
    requests[id] = Request(batches: batches, completion: completion)
    handle(
      .produceReceived(
        ProduceBatches(
          request: id, batches: headers, acks: acks, leaderEpoch: writer?.leaderEpoch, writerEpoch: writer?.number)))
    world.after(.seconds(5), broker) { [weak self] in self?.handle(.produceTimedOut(id)) }
  }

  /// Deletes what is before `offset`; nil stands for all that is acknowledged.
  func deleteRecords(before offset: Offset?, completion: @escaping (Result<Offset, Refusal>) -> Void) {
    nextRequest += 1
    let id = RequestID(nextRequest)
    deletions[id] = completion
    handle(.deletionReceived(id, before: offset))
  }

  private func deleted(_ request: RequestID, from start: Offset) {
    guard let completion = deletions.removeValue(forKey: request), let epoch = partition.leaderEpoch else { return }
    world.cleaningChecker.deleted(place, before: start, in: epoch)
    completion(.success(start))
  }

  /// The batches from `offset` on that may be seen.
  func read(from offset: Offset) -> Result<(batches: [SimulatedLog.Stored], bounds: ReadBounds), Refusal> {
    do throws(Refusal) {
      let bounds = try partition.bounds(from: offset)
      let limit = world.wiring.readLimit(bounds, of: partition)
      let batches = Array(try look(from: offset, below: limit))
      world.checker.read(place, batches)
      world.cleaningChecker.served(place, from: offset, by: broker.id, in: bounds.leaderEpoch)
      return .success((batches, bounds))
    } catch { return .failure(error) }
  }

  private func look(from offset: Offset, below limit: Offset) throws(Refusal) -> ArraySlice<SimulatedLog.Stored> {
    do throws(LogFailure) {
      return try storage.read(from: offset, below: limit, bytesMax: 4 << 10)
    } catch {
      found(error)
      throw error.refusal(partition.name)
    }
  }

  /// Reading the log has failed: the coordinator hears of damage.
  func found(_ failure: LogFailure) {
    guard case .damaged = failure, storage.disk.isSpoiled else {
      return world.violate("LogsAgree", place, "broker \(broker.id) cannot read its log: \(failure)")
    }
    broker.noteDamage(of: place)
  }

  func tick() {
    storage.mend()
    handle(.timeElapsed)
    cleaning.timeElapsed()
    if case .follower(let following) = partition.role, world.now - lastHeard > .seconds(1) {
      // A connection on which nothing comes is made anew.
      lastHeard = world.now
      handle(.leaderConnected(following.leader))
    }
  }

  func receive(_ message: ReplicationMessage) {
    lastHeard = world.now
    switch message {
    case .position(let position, let creditBytes):
      broker.outlet(to: position.replica).asked(place, creditBytes: creditBytes)
      handle(.followerAsked(position))
    case .answer(let position, let answer):
      if intake.answered(position, answer) { handle(.leaderAnswered(to: position, answer)) }
    case .holds(let member, let epoch, let held, let logStart, let creditBytes):
      handle(.followerHolds(member, leaderEpoch: epoch, held: held, logStart: logStart))
      broker.outlet(to: member).creditGiven(place, creditBytes)
    case .batches(let epoch, let base, let stored, let highWatermark, let logStart):
      let (base, stored) = following(base, stored)
      let bytes = stored.reduce(0) { $0 + $1.bytes.count }
      guard intake.delivered(bytes, nextOffset: stored.last?.header.nextOffset ?? base) else { return }
      nextRequest += 1
      let id = RequestID(nextRequest)
      requests[id] = Request(batches: stored.map(\.bytes), completion: nil)
      handle(
        .batchesReceived(
          ReplicaBatches(
            request: id, leaderEpoch: epoch, baseOffset: base, batches: stored.map(\.header),
            highWatermark: highWatermark, logStartOffset: logStart)))
      requests[id] = nil
    }
  }

  /// In a leader's log that has been cleaned one batch without records may stand for some that this log still has, and
  /// for more.
  private func following(
    _ base: Offset, _ stored: [SimulatedLog.Stored]
  ) -> (Offset, [SimulatedLog.Stored]) {
    let end = partition.log.logEndOffset
    guard let first = stored.first, first.header.isGap, base < end, end < first.header.nextOffset,
      let epoch = first.header.leaderEpoch
    else { return (base, stored) }
    let gap = RecordBatchHeader.gap(end..<first.header.nextOffset, leaderEpoch: epoch)
    let place = LogPosition(offset: end, segment: first.place.segment, position: 0)
    guard let shorter = SimulatedLog.stored(gap, at: place) else { return (base, stored) }
    return (end, [shorter] + stored.dropFirst())
  }

  func handle(_ event: PartitionEvent) {
    let history = world.wiring.history(storage.log.history)
    let moment = Moment(timestamp: broker.timestamp, instant: world.now, history: history)
    if case .timeElapsed = event {} else { world.trace(place, "broker \(broker.id) <- \(describe(event))") }
    for event in world.wiring.events(event, to: partition) {
      partition.handle(event, at: moment, into: &effects)
    }
    while !effects.isEmpty {
      let todo = effects
      effects = []
      for effect in todo {
        perform(effect)
        for event in world.wiring.events(behind: effect, of: partition) { handle(event) }
      }
    }
  }

  private func logProgressed(_ failure: LogFailure?) {
    guard let failure else {
      handle(.logAdvanced(storage.log.ends))
      return broker.logGrew(self)
    }
    let refusal = failure.refusal(partition.name)
    if storage.log.state.isLasting {
      handle(.appendsGivenUp(refusal, storage.log.ends))
    } else {
      world.count(.logsFailed)
      handle(.logFailed(refusal))
      broker.onLogFailed?()
    }
  }

  // MARK: What it does

  private func perform(_ effect: PartitionEffect) {
    world.trace(place, "broker \(broker.id) -> \(describe(effect))")
    switch effect {
    case .append(let batch): append(batch)
    case .acknowledge(let id, let acknowledgement):
      requests.removeValue(forKey: id)?.completion?(.success(acknowledgement))
    case .recordsDeleted(let id, let start): deleted(id, from: start)
    case .refuse(let id, let refusal):
      requests.removeValue(forKey: id)?.completion?(.failure(refusal))
      deletions.removeValue(forKey: id)?(.failure(refusal))
    case .highWatermarkMoved(let offset):
      watermarkMoved(to: offset)
      broker.logGrew(self)
    case .proposeInSyncSet(let proposal): broker.propose(proposal, for: self)
    case .answerFollower(let position, let answer):
      broker.outlet(to: position.replica).answer(position, answer, of: self)
    case .askLeader(let leader, let position):
      intake.asked(position)
      broker.send(.position(position, creditBytes: FollowerOutlet.creditBytes), of: place, to: leader)
    case .tellLeader(let leader, let epoch, let held, let logStart):
      let creditBytes = intake.holds(held)
      broker.send(.holds(partition.own, epoch, held, logStart, creditBytes: creditBytes), of: place, to: leader)
    case .cutLog(let end):
      world.count(.truncations)
      storage.truncate(to: end, now: broker.timestamp) { [self] in
        // Where nothing is left before the cut, all is given up.
        if storage.log.logEndOffset == storage.log.logStartOffset {
          world.checker.emptied(place, at: storage.log.logStartOffset, by: broker.id)
        }
        logCut($0)
      }
      comparedTo = min(comparedTo, end)
    case .emptyLog(let start):
      world.count(.logsEmptied)
      world.checker.emptied(place, at: start, by: broker.id)
      storage.restart(at: start, now: broker.timestamp) { [self] in logCut($0) }
      comparedTo = min(comparedTo, start)
    case .moveLogStart(let start): storage.deleteRecords(before: start)
    case .reportDamage(let refusal): found(.damaged(file: "\(place)", position: 0, finding: refusal.message))
    }
  }

  private func logCut(_ result: Result<Void, LogFailure>) {
    switch result {
    case .success: handle(.logCut(storage.log.ends))
    case .failure(let failure) where failure.isPassing: handle(.cutPutOff(storage.log.ends))
    case .failure(let failure):
      if case .damaged = failure { found(failure) }
      handle(.logFailed(failure.refusal(partition.name)))
    }
  }

  private func append(_ batch: AppendBatch) {
    guard let bytes = requests[batch.request]?.batches[batch.index] else { return }
    if case .stalled(let failure) = storage.log.state { return logProgressed(failure) }
    guard storage.log.state == .open else { return }
    do {
      let stored = try storage.append(
        bytes, leaderEpoch: batch.leaderEpoch, sync: batch.sync, now: broker.timestamp)
      world.checker.appended(place, stored.header, expected: batch.baseOffset, by: broker.id)
      world.fold(UInt64(stored.header.checksum) << 32 | UInt64(truncatingIfNeeded: batch.baseOffset.rawValue))
    } catch { world.violate("OffsetsAreDense", place, "broker \(broker.id) could not append: \(error)") }
  }

  private func watermarkMoved(to offset: Offset) {
    let epoch = partition.leaderEpoch
    world.checker.watermark(
      place, offset, leaderEpoch: epoch, at: broker.id, storage.batches(from: comparedTo, below: offset, max: .max))
    comparedTo = max(comparedTo, offset)
  }
}

/// What brokers say to each other about one partition.
enum ReplicationMessage {
  case position(ReplicaPosition, creditBytes: Int)
  case answer(ReplicaPosition, FollowerAnswer)
  case holds(InSyncSet.Member, LeaderEpoch, Offset, Offset, creditBytes: Int)
  case batches(LeaderEpoch, Offset, [SimulatedLog.Stored], Offset, Offset)
}
