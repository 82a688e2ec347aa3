public import Model
internal import Runtime
public import SegmentedLog
internal import Synchronization

/// What a cleaning of a log has done, or is doing.
public struct CompactionRun: Hashable, Sendable {
  /// When it began.
  public let startedAt: Timestamp
  /// When it ended; nil while it is under way.
  public var endedAt: Timestamp?
  /// How often it has gone through the log to its end.
  public var passes = 0
  /// Where it will have cleaned to.
  public var targetEnd = Offset.zero
  /// The bytes of the segments that the present pass goes through.
  public var passBytes = 0
  /// The bytes that it has read and written so far: the dirty part is read twice.
  public var readBytes = 0
  /// The bytes of the segments that it has made.
  public var writtenBytes = 0
  /// The bytes of the segments that they replaced.
  public var replacedBytes = 0
  /// Records that were looked at to be kept or not.
  public var recordsCount = 0
  /// Records that were removed.
  public var removedCount = 0
  /// What broke it off; nil for none.
  public var failure: LogFailure?

  init(startedAt: Timestamp) { self.startedAt = startedAt }

  /// The run with what a further pass has done so far.
  func with(_ pass: CleanedPass) -> CompactionRun {
    var run = self
    run.readBytes += pass.readBytes
    run.writtenBytes += pass.writtenBytes
    run.replacedBytes += pass.replacedBytes
    run.recordsCount += pass.recordsCount
    run.removedCount += pass.removedCount
    return run
  }
}

/// One pass for the compactor's thread.
struct CompactionWork: Sendable {
  let plan: CompactionPlan
  let files: PartitionFiles
  let isBrokenOff: BreakOff
}

/// Tells a pass that nobody wants it any more.
final class BreakOff: Sendable {
  private let flag = Atomic<Bool>(false)
  func set() { flag.store(true, ordering: .sequentiallyConsistent) }
  func load(ordering: AtomicLoadOrdering) -> Bool { flag.load(ordering: .sequentiallyConsistent) }
}

/// What a log knows of its cleanings.
struct CompactionTrack {
  /// True from the request on.
  var isAskedFor = false
  /// Breaks off the run that is under way; nil if there is none.
  var breakOff: BreakOff?
  /// The log's layout as the run has left it: if it is another one, what the run reads may be gone.
  var layout: UInt32 = 0
  /// The run under way, or the last one.
  var run: CompactionRun? {
    get { kept?.run }
    set { kept = newValue.map { Kept($0) } }
  }
  /// Most logs are never cleaned, and a run is large.
  private var kept: Kept?

  private final class Kept {
    let run: CompactionRun
    init(_ run: CompactionRun) { self.run = run }
  }

  /// Called when a run has ended.
  var onEnd: (() -> Void)?
}

extension PartitionLog {
  /// The cleaning under way, or the last one since the process began; nil if there was none.
  public var compactionRun: CompactionRun? { compaction.run }

  /// How far the log has been cleaned.
  public var cleaned: CleanedState { log.cleaned }

  /// How much waits to be cleaned; nil if the log is not compacted.
  public func compactionDebt(now: Timestamp, highWatermark: Offset) -> CompactionDebt? {
    log.compactionDebt(now: now, highWatermark: highWatermark)
  }

  /// Has the log cleaned if that is due. To be called now and then.
  public func compactIfDue(by compactor: Compactor, now: Timestamp, highWatermark: Offset) {
    guard case .open = log.state, log.configuration.compaction != nil else { return }
    log.rollForCompaction(now: now, into: &effects)
    ask()
    guard !compaction.isAskedFor, log.compactionDebt(now: now, highWatermark: highWatermark)?.isDue == true
    else { return }
    compaction.isAskedFor = compactor.submit(
      Compactor.Request(log: LoopBound(self, on: thread.loop), highWatermark: highWatermark))
  }

  /// What a run does next; nil if there is nothing left to be done.
  func beginPass(_ run: CompactionRun, below highWatermark: Offset, upTo target: Offset?) -> CompactionWork? {
    guard
      let plan = log.compactionPlan(
        now: wallClock(), highWatermark: highWatermark, upTo: target, marksEnd: owner?.marksEnd)
    else { return nil }
    var run = run
    run.targetEnd = target ?? plan.dirtyEnd
    run.passBytes = plan.sizeInBytes
    compaction.run = run
    let breakOff = compaction.breakOff ?? BreakOff()
    compaction.breakOff = breakOff
    compaction.layout = log.layout
    return CompactionWork(plan: plan, files: files, isBrokenOff: breakOff)
  }

  /// Puts a segment in its place; false if it is of no use.
  func takeIn(_ segment: CleanedSegment, _ run: CompactionRun) -> Bool {
    guard compaction.layout == log.layout, log.swap(in: segment, marksEnd: owner?.marksEnd, into: &effects)
    else { return false }
    compaction.layout = log.layout
    compactionGoesOn(run)
    ask()
    return true
  }

  func finish(_ pass: CleanedPass, _ run: CompactionRun) -> Bool {
    guard log.finish(pass, into: &effects) else { return false }
    compactionGoesOn(run)
    ask()
    return true
  }

  func compactionGoesOn(_ run: CompactionRun) {
    guard var known = compaction.run, known.startedAt == run.startedAt, known.endedAt == nil else { return }
    let (target, bytes) = (known.targetEnd, known.passBytes)
    known = run
    known.targetEnd = target
    known.passBytes = bytes
    compaction.run = known
  }

  func compactionEnded(_ run: CompactionRun, _ failure: LogFailure?) {
    compactionGoesOn(run)
    compaction.isAskedFor = false
    let wasUnderWay = compaction.breakOff.take() != nil
    if wasUnderWay, compaction.layout == log.layout, case .open = log.state {
      compaction.run?.failure = failure
      if let failure { owner?.compactionFailed(failure) }
    }
    compaction.onEnd.take()?()
  }

  /// Calls back when no cleaning is at work in the log's folder any more.
  func afterCompaction(_ completion: @escaping () -> Void) {
    guard let breakOff = compaction.breakOff else { return completion() }
    breakOff.set()
    compaction.onEnd = completion
  }
}
