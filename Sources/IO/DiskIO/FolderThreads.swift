internal import Model
internal import Runtime
internal import SegmentedLog

/// What one loop has done on one disk folder: a thread that writes and syncs, and one that reads.
final class FolderThreads: Sendable {
  /// What one log asked for during one tick.
  struct Handover: Sendable {
    let log: LoopBound<PartitionLog>
    let writer: LogWriter
    let operations: [DiskOperation]
    /// True if the log wants to hear of its writes before they are synced.
    let tellsWritten: Bool
    /// True if large writes need not lie in the page cache.
    let passesCache: Bool
  }

  /// What is under way. The loop's own.
  final class Gathering {
    /// Logs that have asked for something in this tick.
    var logs: [PartitionLog] = []
    /// Bytes of batches that the disk has not confirmed yet.
    var waitingBytes = 0
    /// Logs with batches that nobody waits for, to be synced together.
    var unsynced: [PartitionLog] = []
    /// How long the thread's syncs took of late.
    var syncTime = Duration.zero
  }

  /// How long batches that nobody waits for may go without a sync: such syncs take a tenth of the disk's time at most.
  private static let syncDelays = Duration.milliseconds(5)...Duration.milliseconds(50)

  let gathering: LoopBound<Gathering>
  private let queue = WorkQueue<Handover>()
  private let lookUps = WorkQueue<@Sendable () -> Void>()
  private let threads: [NamedThread]

  init(_ loop: EventLoop) {
    gathering = LoopBound(Gathering(), on: loop)
    let (queue, lookUps, gathering) = (queue, lookUps, gathering)
    threads = [
      NamedThread("\(loop.name)-disk") {
        let memory = AlignedMemory()
        let sync = GroupSync()
        while let group = queue.takeAll() { Self.commit(group, memory, sync, gathering) }
      },
      NamedThread("\(loop.name)-read") { while let jobs = lookUps.takeAll() { for job in jobs { job() } } },
    ]
  }

  /// Finishes what has been handed over and ends the threads.
  func stop() {
    queue.close()
    lookUps.close()
    for thread in threads { thread.join() }
  }

  // MARK: The loop's side

  /// Has `log` synced before long, together with others.
  func syncSoon(_ log: PartitionLog) {
    let gathering = gathering.value
    gathering.unsynced.append(log)
    guard gathering.unsynced.count == 1 else { return }
    let delay = min(max(gathering.syncTime * 10, Self.syncDelays.lowerBound), Self.syncDelays.upperBound)
    _ = self.gathering.loop.schedule(after: delay) {
      let logs = gathering.unsynced
      gathering.unsynced = []
      for log in logs { log.syncNow() }
    }
  }

  /// Runs `work`, which may block, on the reading thread, and then `completion` on the loop. Call it on the loop.
  func besideLoop<Answer: Sendable>(
    _ work: @escaping @Sendable () throws(LogFailure) -> Answer,
    completion: @escaping (Result<Answer, LogFailure>) -> Void
  ) {
    let answer = LoopBound(completion, on: gathering.loop)
    lookUps.append([
      {
        let result = Result { () throws(LogFailure) in try work() }
        answer.loop.execute { answer.value(result) }
      }
    ])
  }

  func handOver() {
    let gathering = gathering.value
    queue.append(gathering.logs.map { $0.takeOperations() })
    gathering.logs.removeAll(keepingCapacity: true)
  }

  // MARK: The writing thread's side

  private static func commit(
    _ group: [Handover], _ memory: AlignedMemory, _ sync: GroupSync, _ gathering: LoopBound<Gathering>
  ) {
    var writers: [LogWriter] = []
    for handover in group {
      sync.watch(handover.writer.files)
      handover.writer.passing = handover.passesCache ? memory : nil
      handover.writer.perform(handover.operations)
      if !handover.writer.isInGroup { writers.append(handover.writer) }
      handover.writer.isInGroup = true
    }
    while case let stopped = writers.filter({ $0.stop != nil }), !stopped.isEmpty { sync.passStops(stopped) }
    for writer in writers { writer.finishWrites() }
    tellWritten(group, gathering)
    let began = writers.contains(where: \.wantsSync) ? monotonicNow() : nil
    sync.finish(writers)
    for writer in writers { writer.isInGroup = false }
    let syncTime = began.map { monotonicNow() - $0 }
    var finished: [(log: LoopBound<PartitionLog>, bytes: Int, outcomes: [DiskOutcome])] = []
    finished.reserveCapacity(group.count)
    for handover in group {
      let bytes = handover.operations.reduce(0) { $0 + $1.sizeInBytes }
      finished.append((handover.log, bytes, handover.writer.takeOutcomes()))
    }
    gathering.loop.execute { [finished] in
      if let syncTime { gathering.value.syncTime = (gathering.value.syncTime * 3 + syncTime) / 4 }
      for (log, bytes, outcomes) in finished { log.value.finished(outcomes, bytes: bytes) }
    }
  }

  /// Tells the logs that want it what is written, if it is only now about to be synced.
  private static func tellWritten(_ group: [Handover], _ gathering: LoopBound<Gathering>) {
    var written: [(log: LoopBound<PartitionLog>, outcomes: [DiskOutcome])] = []
    for handover in group where handover.tellsWritten && handover.writer.wantsSync {
      let outcomes = handover.writer.takeOutcomes()
      if !outcomes.isEmpty { written.append((handover.log, outcomes)) }
    }
    guard !written.isEmpty else { return }
    gathering.loop.execute { [written] in
      for (log, outcomes) in written { log.value.performed(outcomes, bytes: 0) }
    }
  }
}
