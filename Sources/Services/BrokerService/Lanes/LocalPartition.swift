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
  /// True if this broker, as the process that it is now, leads.
  let leads: Bool

  var role: PartitionReplica.Role {
    guard leads else { return .follower }
    return .leader(
      PartitionReplica.Leadership(
        epoch: state.leaderEpoch, replicasCount: state.replicas.count, inSyncCount: state.isr.count))
  }
}

/// When a write is answered.
enum Acknowledgement: Sendable {
  case none, leader, all
}

/// Where appended records stand, and how safe they are.
struct AppendOutcome: Sendable {
  let baseOffset: Offset
  let leaderEpoch: LeaderEpoch
  let maxTimestamp: Timestamp
  let logStartOffset: Offset
  let replicas: Int
  let replicasSynced: Int
}

/// One replica on the loop that owns it: its log, its role, and who waits for it to grow. Belongs to that loop.
final class LocalPartition {
  let place: TopicPartition
  let log: PartitionLog
  let folder: UUID128
  private(set) var topic: TopicName
  private(set) var configuration: TopicConfiguration
  private(set) var replica: PartitionReplica
  private let lane: BrokerLane
  private var waiting: [Int: () -> Void] = [:]
  private var nextWaiter = 0

  init(_ opened: OpenedLog, in folder: UUID128, on lane: BrokerLane, _ assignment: ReplicaAssignment) {
    place = assignment.place
    self.folder = folder
    self.lane = lane
    topic = assignment.topic
    configuration = assignment.configuration
    log = PartitionLog(opened, on: lane.disk)
    replica = PartitionReplica(
      name: "partition \(place.partition) of \"\(assignment.topic)\"", syncedEnd: log.syncedEndOffset)
    log.onProgress = { [weak self] _ in self?.progressed() }
    update(assignment)
  }

  /// The loop that owns it.
  var loop: EventLoop { lane.loop }

  /// Counts what readers got.
  func countRead(_ bytes: Int) { lane.metrics.bytesOut.add(bytes) }

  /// The end of what readers may see.
  var highWatermark: Offset { replica.highWatermark }

  /// Takes what the metadata says now.
  func update(_ assignment: ReplicaAssignment) {
    configuration = assignment.configuration
    log.configuration = LogConfiguration(configuration)
    replica.safety = configuration.flush == .disk ? .synced : .written
    replica.inSyncMin = configuration.insyncReplicasMin(replicationFactor: assignment.state.replicas.count)
    if replica.assign(assignment.role, leaderEpoch: assignment.state.leaderEpoch) { wakeAll() }
    progressed()
  }

  /// Serves nobody any more: whoever waits finds that out.
  func resign() {
    _ = replica.assign(.follower, leaderEpoch: replica.leaderEpoch)
    wakeAll()
  }

  // MARK: Appending

  /// Appends validated batches, all or none, and answers as `acks` says. The batches' bytes are kept, not copied.
  func append(
    _ batches: [ByteSlice], acks: Acknowledgement, leaderEpoch: LeaderEpoch?, now: Timestamp,
    completion: @escaping (Result<AppendOutcome, Refusal>) -> Void
  ) {
    do throws(Refusal) {
      let leadership = try replica.leadership(knownAs: leaderEpoch)
      if acks == .all { try replica.checkInSync(leadership) }
      try checkRoom(for: batches)
      try append(batches, acks, leadership, now, completion)
    } catch {
      completion(.failure(error))
    }
  }

  private func checkRoom(for batches: [ByteSlice]) throws(Refusal) {
    let bytes = batches.reduce(0) { $0 + $1.count }
    let waiting = lane.disk.waitingBytes
    guard waiting > 0, waiting + bytes > lane.disk.waitingBytesMax else { return }
    throw Refusal(.resourceExhausted, "the disk is behind: \(waiting) bytes are waiting to be written")
  }

  private func append(
    _ batches: [ByteSlice], _ acks: Acknowledgement, _ leadership: PartitionReplica.Leadership, _ now: Timestamp,
    _ completion: @escaping (Result<AppendOutcome, Refusal>) -> Void
  ) throws(Refusal) {
    let sync: SyncDemand = configuration.flush == .os ? .never : acks == .all ? .now : .soon
    let appendTime = configuration.timestampType == .logAppendTime ? now : nil
    let pending = PendingAppend(leadership: leadership, completion: completion)
    let lane = lane
    for index in batches.indices {
      let isLast = index == batches.count - 1
      do {
        let appended = try log.append(
          batches[index], leaderEpoch: leadership.epoch, sync: isLast ? sync : .never, now: now,
          logAppendTime: appendTime,
          completion: isLast && acks != .none ? { [self] result in finish(pending, result) } : nil)
        pending.add(appended)
      } catch {
        throw index == 0 ? refusal(error) : outcomeUnknown(error)
      }
    }
    lane.metrics.bytesIn.add(batches.reduce(0) { $0 + $1.count })
    if acks == .none { completion(.success(outcome(pending))) }
  }

  private func finish(_ pending: PendingAppend, _ result: Result<Void, LogFailure>) {
    progressed()
    switch result {
    case .success: pending.completion(.success(outcome(pending)))
    case .failure(let failure):
      pending.completion(.failure(failure.isPassing ? refusal(failure) : outcomeUnknown(failure)))
    }
  }

  private func outcome(_ pending: PendingAppend) -> AppendOutcome {
    AppendOutcome(
      baseOffset: pending.base ?? log.logEndOffset, leaderEpoch: pending.leadership.epoch,
      maxTimestamp: pending.newest, logStartOffset: log.logStartOffset, replicas: 1,
      replicasSynced: log.syncedEndOffset >= pending.end ? 1 : 0)
  }

  /// What a caller is told of a failure of the log that left everything as it was.
  func refusal(_ failure: LogFailure) -> Refusal {
    lane.metrics.logErrors.add()
    lane.logger.once(
      key: "log \(place) \(failure)", .error, "log failed", ["partition": "\(place)", "cause": "\(failure)"])
    return failure.refusal(replica.name)
  }

  private func outcomeUnknown(_ failure: LogFailure) -> Refusal {
    let refusal = refusal(failure)
    return Refusal(.outcomeUnknown, refusal.message, metadata: refusal.metadata)
  }

  // MARK: Waiting

  /// Calls `body` once, when more can be seen or the replica's role has changed; the answer takes it back.
  func whenChanged(_ body: @escaping () -> Void) -> Int {
    nextWaiter += 1
    waiting[nextWaiter] = body
    return nextWaiter
  }

  func stopWaiting(_ waiter: Int) { waiting[waiter] = nil }

  private func progressed() {
    if replica.logAdvanced(written: log.writtenEndOffset, synced: log.syncedEndOffset) { wakeAll() }
  }

  private func wakeAll() {
    guard !waiting.isEmpty else { return }
    let woken = waiting.sorted { $0.key < $1.key }
    waiting.removeAll(keepingCapacity: true)
    for (_, body) in woken { body() }
  }
}

/// An append that is not answered yet.
private final class PendingAppend {
  let leadership: PartitionReplica.Leadership
  let completion: (Result<AppendOutcome, Refusal>) -> Void
  private(set) var base: Offset?
  private(set) var end = Offset.zero
  private(set) var newest = Timestamp(.min)

  init(
    leadership: PartitionReplica.Leadership, completion: @escaping (Result<AppendOutcome, Refusal>) -> Void
  ) {
    self.leadership = leadership
    self.completion = completion
  }

  func add(_ appended: PartitionLog.Appended) {
    base = base ?? appended.baseOffset
    end = appended.nextOffset
    newest = max(newest, appended.maxTimestamp)
  }
}

extension LogConfiguration {
  /// How a topic's logs are cut and kept.
  init(_ topic: TopicConfiguration) {
    let deletes = topic.cleanupPolicy.deletes
    self.init(
      segmentBytesMax: topic.segmentBytesMax, segmentAgeMax: topic.segmentAgeMax,
      indexIntervalBytes: topic.indexIntervalBytes, retentionAge: deletes ? topic.retention : nil,
      retentionBytes: deletes ? topic.retentionBytes.map { Int($0) } : nil)
  }
}
