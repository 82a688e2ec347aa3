internal import CShims
internal import Glibc
internal import Model
internal import RecordBatch
internal import Runtime
public import SegmentedLog
internal import Synchronization

/// The thread of a broker that cleans compacted logs, one after another and no faster than it may.
///
/// It reads and writes files that nobody else writes to; what it has made comes into a log only by the log's own loop
/// and disk thread. When live traffic needs the processor or the disk, it waits.
public final class Compactor: Sendable {
  /// How much it may take.
  public struct Settings: Hashable, Sendable {
    /// Bytes read and written a second.
    public var bytesPerSecond: Int
    /// The bytes of the table of keys.
    public var keyBytesMax: Int

    /// These limits.
    public init(bytesPerSecond: Int, keyBytesMax: Int) {
      self.bytesPerSecond = bytesPerSecond
      self.keyBytesMax = keyBytesMax
    }
  }

  /// A log to be cleaned, below a high watermark.
  struct Request: Sendable {
    let log: LoopBound<PartitionLog>
    let highWatermark: Offset
  }

  private let settings: Settings
  private let codecs: RecordCodecs
  private let requests = WorkQueue<Request>()
  private let isStopping = Atomic<Bool>(false)
  /// Ends the wait for a loop's answer.
  private let giveUp = Mutex<(@Sendable () -> Void)?>(nil)
  private let thread = Mutex<NamedThread?>(nil)
  private static let progressEvery = Duration.milliseconds(200)

  /// A compactor, started.
  public init(_ settings: Settings, codecs: RecordCodecs) {
    self.settings = settings
    self.codecs = codecs
    let started = NamedThread("compaction") { [weak self, requests] in
      newswire_yield_to_others()
      while let all = requests.takeAll() { for request in all { self?.clean(request) } }
    }
    thread.withLock { $0 = started }
  }

  deinit { requests.close() }

  /// Breaks off what is under way, and ends the thread. The loops must still run.
  public func stop() {
    isStopping.store(true, ordering: .sequentiallyConsistent)
    requests.close()
    giveUp.withLock { $0 }?()
    thread.withLock { $0.take() }?.join()
  }

  func submit(_ request: Request) -> Bool { requests.append([request]) }

  // MARK: The thread's side

  private func clean(_ request: Request) {
    var run = CompactionRun(startedAt: wallClock())
    var failure: LogFailure?
    do throws(LogFailure) {
      var target: Offset?
      while let work = ask(
        request.log,
        { [run, target] in
          $0.beginPass(run, below: request.highWatermark, upTo: target)
        }) ?? nil
      {
        target = target ?? work.plan.dirtyEnd
        guard try pass(work, request.log, &run) else { break }
      }
    } catch { failure = error }
    run.endedAt = wallClock()
    request.log.execute { [run, failure] log in log.compactionEnded(run, failure) }
  }

  /// Cleans once through the log. False if the log has changed meanwhile, or the compactor stops.
  private func pass(
    _ work: CompactionWork, _ log: LoopBound<PartitionLog>, _ run: inout CompactionRun
  ) throws(LogFailure) -> Bool {
    let files = CleaningFiles(work.files)
    defer { files.removeUnfinished() }
    var random = SystemRandom()
    var cleaner = LogCleaner(
      work.plan, on: files, keyBytesMax: settings.keyBytesMax,
      secret: KeySecret(low: random.next(), high: random.next()), codecs: codecs)
    var pace = Pace(bytesPerSecond: settings.bytesPerSecond)
    let before = run
    var told = monotonicNow()
    while !isStopping.load(ordering: .relaxed), !work.isBrokenOff.load(ordering: .relaxed) {
      let step = try cleaner.step()
      run = before.with(cleaner.progress)
      switch step {
      case .working: break
      case .swap(let segment):
        guard ask(log, { [run] in $0.takeIn(segment, run) }) == true else {
          files.remove(LogFile.segment(segment.id))
          return false
        }
      case .finished(let pass):
        run.passes += 1
        return ask(log, { [run] in $0.finish(pass, run) }) == true
      }
      if monotonicNow() - told > Self.progressEvery {
        told = monotonicNow()
        log.execute { [run] log in log.compactionGoesOn(run) }
      }
      rest(pace.rest(after: cleaner.progress.readBytes + cleaner.progress.writtenBytes))
    }
    return false
  }

  /// Asks the log on its loop, and waits for the answer; nil if the compactor stops.
  private func ask<Answer: Sendable>(
    _ log: LoopBound<PartitionLog>, _ question: @escaping @Sendable (PartitionLog) -> Answer
  ) -> Answer? {
    let answers = WorkQueue<Answer>()
    giveUp.withLock { $0 = { answers.close() } }
    defer { giveUp.withLock { $0 = nil } }
    guard !isStopping.load(ordering: .sequentiallyConsistent) else { return nil }
    log.loop.execute { answers.append([question(log.value)]) }
    return answers.takeAll()?.first
  }

  private func rest(_ duration: Duration) {
    let piece = Duration.milliseconds(10)
    var left = duration
    while left > .zero, !isStopping.load(ordering: .relaxed) {
      usleep(UInt32(min(left, piece).nanoseconds / 1000))
      left -= piece
    }
  }
}

/// Says how long to rest so that no more than so many bytes a second go by.
struct Pace {
  private let bytesPerSecond: Int
  private var start = monotonicNow()
  private var counted = 0
  /// What was not used for so long is not made up for.
  private static let lag = Duration.milliseconds(100)

  init(bytesPerSecond: Int) { self.bytesPerSecond = max(bytesPerSecond, 1) }

  /// The rest that is due when `bytes` have gone by in all.
  mutating func rest(after bytes: Int) -> Duration {
    let due = start + Duration.nanoseconds(Int64(Double(bytes - counted) / Double(bytesPerSecond) * 1e9))
    let now = monotonicNow()
    if now - due > Self.lag {
      start = now
      counted = bytes
    }
    return max(due - now, .zero)
  }
}
