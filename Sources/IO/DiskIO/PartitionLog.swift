public import Bytes
public import Model
internal import RecordBatch
internal import Runtime
public import SegmentedLog

/// Who has a log, and hears from it on its loop.
public protocol PartitionLogOwner: AnyObject {
  /// The written end, the synced end or the start has moved; comes before any completion. With a failure, batches were
  /// given up: those beyond `logEndOffset`, which has moved back, or all that were not synced if the log is not open any
  /// more.
  func logProgressed(_ failure: LogFailure?)
  /// A cleaning has met something that it cannot go on with.
  func compactionFailed(_ failure: LogFailure)
  /// Marks of deleted keys may go before this offset; nil for everywhere.
  var marksEnd: Offset? { get }
}

/// The log of one replica on a real disk: the decisions of `SegmentedLog`, performed by a `DiskThread`.
///
/// Belongs to the thread's loop; every method is called there, and every completion comes there.
public final class PartitionLog {
  /// Where an appended batch stands.
  public struct Appended: Hashable, Sendable {
    /// The offset of its first record.
    public let baseOffset: Offset
    /// The offset behind its last record.
    public let nextOffset: Offset
    /// The time of its newest record: the leader's, if the topic says so.
    public let maxTimestamp: Timestamp
  }

  private struct Waiter {
    let offset: Offset
    let completion: (Result<Void, LogFailure>) -> Void
  }

  /// The replica that the log belongs to.
  public var partition: TopicPartition { log.partition }
  /// Whom it tells how far it is.
  public weak var owner: (any PartitionLogOwner)?
  /// True if the owner shall hear that batches are written before they are synced: somebody can use them so.
  public var tellsWritten = false
  /// True if large writes shall go past the operating system's page cache, because nobody is about to read them here.
  public var passesCache = false {
    didSet { if oldValue, !passesCache { log.lookUpWhatIsThere() } }
  }
  /// What opening the folder found.
  public let report: RecoveryReport

  private let decisions: LogDecisions
  var log: SegmentedLog {
    get { decisions.log }
    _modify { yield &decisions.log }
  }
  let files: PartitionFiles
  let thread: DiskThread
  /// Those of the folder that the log lies in.
  let threads: FolderThreads
  let decompressor: LogDecompressor?
  /// Made when there is something to be written.
  private var writer: LogWriter?
  private var operations: [DiskOperation] = []
  /// How many the last handover had.
  private var lastOperationsCount = 0
  var effects: [LogEffect] = []
  var compaction = CompactionTrack()
  private var syncedWaiters: [Waiter] = []
  private var writtenWaiters: [Waiter] = []
  private var startWaiters: [Waiter] = []
  private var closeWaiter: ((Result<Void, LogFailure>) -> Void)?
  private var isLookingUpProducers = false
  /// True once the log is to be closed: nothing is asked of it any more, and its folder may become another one's.
  private(set) var isClosing = false
  /// How many handovers the writing thread has not finished.
  private var handoversCount = 0
  /// Called when there is none any more.
  private var whenIdle: (() -> Void)?
  /// True while the thread knows that a sync is wanted soon.
  private var isSyncComing = false
  var tail: LogTail

  /// Puts an opened log on the loop of `thread`. Call it there.
  public init(_ opened: OpenedLog, on thread: DiskThread) {
    precondition(thread.loop.isCurrent, "not on the log's loop")
    decisions = opened.decisions
    files = opened.files
    report = opened.report
    decompressor = opened.decompressor
    self.thread = thread
    threads = thread.threads(for: opened.files)
    tail = LogTail(thread.tailMemory)
    // The process before may not have lived to read again what it had to.
    lookUpProducers()
  }

  /// The first offset that may be read.
  public var logStartOffset: Offset { log.logStartOffset }
  /// The offset that the next batch gets.
  public var logEndOffset: Offset { log.logEndOffset }
  /// Everything before has been handed to the operating system, and can be read.
  public var writtenEndOffset: Offset { log.writtenEnd.offset }
  /// Everything before survives a loss of power.
  public var syncedEndOffset: Offset { log.ends.syncedEndOffset }
  /// All four of them.
  public var ends: LogEnds { log.ends }
  /// The leader epochs of the log's batches.
  public var epochs: LeaderEpochHistory { log.epochs }
  /// What the log knows of its past.
  public var history: LogHistory { log.history }
  /// Open, failed or closed.
  public var state: SegmentedLog.State { log.state }
  /// Bytes of batches, of this log and others in its folder, that the disk has not confirmed yet.
  public var waitingBytes: Int { threads.gathering.value.waitingBytes }
  /// The most of them; appends beyond are refused.
  public var waitingBytesMax: Int { thread.waitingBytesMax }
  /// The bytes of all batches.
  public var sizeInBytes: Int { log.sizeInBytes }
  /// How many segments there are.
  public var segmentsCount: Int { log.segmentsCount }
  /// What is known of one segment.
  public struct SegmentFacts: Hashable, Sendable {
    /// From its first offset to the one behind its last.
    public let offsets: Range<Offset>
    /// The bytes of its batches.
    public let sizeInBytes: Int
    /// The time of its newest record; nil without any.
    public let newest: Timestamp?
    /// True for the last one, which is still written to.
    public let isActive: Bool
  }

  /// The segments, oldest first.
  public var segments: [SegmentFacts] {
    log.segmentFacts.map {
      SegmentFacts(offsets: $0.offsets, sizeInBytes: $0.sizeInBytes, newest: $0.newest, isActive: $0.isActive)
    }
  }

  /// How segments are cut and kept; may be changed at any time.
  public var configuration: LogConfiguration {
    get { log.configuration }
    set { log.configuration = newValue }
  }

  // MARK: Appending

  /// Puts one batch behind the last one, with the next offset and `leaderEpoch` in it, and says where it stands.
  ///
  /// The batch has been validated. It is neither copied nor changed: its first 61 bytes are stamped in a copy. With
  /// `logAppendTime` all its records get that time. `completion` comes when the batch is written, or synced if `sync`
  /// is not `never`; or when it has been given up, which takes its offsets back.
  @discardableResult
  public func append(
    _ batch: ByteSlice, leaderEpoch: LeaderEpoch, sync: SyncDemand, now: Timestamp,
    logAppendTime: Timestamp? = nil, completion: ((Result<Void, LogFailure>) -> Void)? = nil
  ) throws(LogFailure) -> Appended {
    try checkOpen()
    guard waitingBytes <= waitingBytesMax else {
      throw .overloaded(waitingBytes: waitingBytes)
    }
    let (head, bytes) = thread.copyHead(batch, count: RecordBatchHeader.byteCount)
    let body = batch[RecordBatchHeader.byteCount..<batch.count]
    if let logAppendTime {
      body.withUnsafeBytes { RecordBatchStamp.stampLogAppendTime(bytes, rest: $0, timestamp: logAppendTime) }
    }
    let header: RecordBatchHeader
    do { header = try RecordBatchHeader(decoding: UnsafeRawBufferPointer(bytes)) } catch {
      preconditionFailure("an append of a batch that was not validated: \(error)")
    }
    precondition(header.sizeInBytes == batch.count, "an append of something that is not one batch")
    let place = log.append(header, leaderEpoch: leaderEpoch, now: now, sync: sync == .immediately, into: &effects)
    RecordBatchStamp.stamp(bytes, baseOffset: place.offset, leaderEpoch: leaderEpoch)
    tail.append(UnsafeRawBufferPointer(bytes), body, at: place, layout: log.layout)
    threads.gathering.value.waitingBytes += batch.count
    ask(head: head, body: body)
    if sync == .soon, !isSyncComing {
      isSyncComing = true
      threads.syncSoon(self)
    }
    let appended = Appended(
      baseOffset: place.offset, nextOffset: log.logEndOffset, maxTimestamp: header.maxTimestamp)
    if let completion {
      let waiter = Waiter(offset: appended.nextOffset, completion: completion)
      if sync == .never { writtenWaiters.append(waiter) } else { syncedWaiters.append(waiter) }
    }
    return appended
  }

  /// The sync that was wanted soon.
  func syncNow() {
    isSyncComing = false
    log.sync(into: &effects)
    ask()
  }

  private func checkOpen() throws(LogFailure) {
    switch log.state {
    case .open: return
    case .failed(let failure), .stalled(let failure): throw failure
    case .closed: throw .closed
    }
  }

  // MARK: Trimming and closing

  /// Gives up the records before `offset`, at most the log's end. `completion` comes when that is durable; before that
  /// the records behind them are.
  public func deleteRecords(before offset: Offset, completion: @escaping (Result<Void, LogFailure>) -> Void) {
    do { try checkOpen() } catch { return completion(.failure(error)) }
    let offset = min(offset, log.end.offset)
    guard offset <= log.syncedEnd.offset else {
      syncedWaiters.append(
        Waiter(offset: offset) { [weak self] result in
          guard let self, case .success = result else { return completion(result) }
          deleteRecords(before: offset, completion: completion)
        })
      return syncNow()
    }
    guard offset > log.ends.settledStartOffset else { return completion(.success(())) }
    log.deleteRecords(before: offset, into: &effects)
    startWaiters.append(Waiter(offset: offset, completion: completion))
    ask()
    owner?.logProgressed(nil)
  }

  /// Deletes what the configuration no longer keeps, below `highWatermark`, and takes a checkpoint if much has come
  /// since the last one. To be called now and then.
  public func applyRetention(now: Timestamp, highWatermark: Offset) {
    let start = log.logStartOffset
    log.applyRetention(now: now, highWatermark: min(highWatermark, log.syncedEnd.offset), into: &effects)
    log.takeCheckpoint(into: &effects)
    tail.rest()
    ask()
    if log.logStartOffset > start { owner?.logProgressed(nil) }
  }

  /// About how much of the log would be read after a crash.
  public var bytesSinceCheckpoint: Int { log.state == .open ? log.bytesSinceCheckpoint : 0 }

  /// Takes a checkpoint, if there is something worth it.
  public func takeCheckpoint() {
    log.takeCheckpoint(into: &effects)
    ask()
  }

  /// Forgets producers that have written nothing since `time`.
  public func forgetProducers(before time: Timestamp) { log.forgetProducers(before: time) }

  /// Gives up everything from `offset` on, or from the start of the batch that holds it. Nothing may be appended until
  /// `completion` says where the log ends now.
  public func truncate(to offset: Offset, completion: @escaping (Result<Offset, LogFailure>) -> Void) {
    do { try checkOpen() } catch { return completion(.failure(error)) }
    guard offset < log.logEndOffset else { return completion(.success(log.logEndOffset)) }
    afterWrites { [weak self] result in
      if case .failure(let failure) = result { return completion(.failure(failure)) }
      guard let self else { return completion(.failure(.closed)) }
      lookForCut(to: offset, completion: completion)
    }
  }

  private func lookForCut(to offset: Offset, completion: @escaping (Result<Offset, LogFailure>) -> Void) {
    // Records below may have been removed because of some that are cut off now: what is left would not be the log.
    guard !log.isHollow(cutAt: offset) else {
      return restart(at: log.ends.keptStartOffset, now: wallClock()) { [weak self] result in
        guard let self else { return }
        completion(result.map { self.log.logEndOffset })
      }
    }
    let (search, layout) = (log.cutLookUp(to: offset), log.layout)
    look(search.perform) { [weak self] result in
      guard let self else { return }
      // What was looked at may have been replaced meanwhile.
      guard layout == log.layout || !log.state.isLasting else { return lookForCut(to: offset, completion: completion) }
      completion(result.flatMap { self.cut(to: $0) })
    }
  }

  /// The disk may have failed, or given up what was to be cut, while the point was looked for.
  private func cut(to point: CutPoint) -> Result<Offset, LogFailure> {
    do { try checkOpen() } catch { return .failure(error) }
    guard point.place.offset < log.logEndOffset else { return .success(log.logEndOffset) }
    log.truncate(to: point, into: &effects)
    ask()
    finishWaiters(failure: .closed)
    lookUpProducers()
    return .success(log.logEndOffset)
  }

  /// Gives up everything, to begin again at `offset`. Nothing may be appended until `completion` comes.
  public func restart(at offset: Offset, now: Timestamp, completion: @escaping (Result<Void, LogFailure>) -> Void) {
    do { try checkOpen() } catch { return completion(.failure(error)) }
    afterWrites { [weak self] result in
      guard let self, case .success = result else { return completion(result) }
      do throws(LogFailure) { try checkOpen() } catch { return completion(.failure(error)) }
      log.restart(at: offset, now: now, into: &effects)
      ask()
      finishWaiters(failure: .closed)
      completion(.success(()))
    }
  }

  /// Tries again what a full disk has kept the log from, and what could not be read. To be called now and then.
  public func mend() {
    log.mend(into: &effects)
    ask()
    lookUpProducers()
  }

  /// True if `mend` has something to do, now or after another failure.
  public var wantsMending: Bool {
    if case .stalled = log.state { return true }
    return log.state.isLasting && log.producerLookUp(now: Timestamp(0)) != nil
  }

  /// Reads again what producers wrote last, if a cut has left it unknown. They are refused meanwhile.
  private func lookUpProducers() {
    guard !isLookingUpProducers, !isClosing, log.state.isLasting, log.producerLookUp(now: wallClock()) != nil
    else { return }
    isLookingUpProducers = true
    afterWrites { [weak self] _ in
      guard let self else { return }
      guard let search = log.producerLookUp(now: wallClock()) else { return isLookingUpProducers = false }
      let layout = log.layout
      look(search.perform) { [weak self] result in
        guard let self else { return }
        isLookingUpProducers = false
        switch result {
        case .success(let found):
          log.resolveProducers(found)
          // Another cut meanwhile has made it worthless.
          lookUpProducers()
        // A segment may have been removed meanwhile, or replaced by a cleaned one.
        case .failure where layout != log.layout || isClosing: lookUpProducers()
        // What is damaged stays so: the owner must hear of it, or these producers would be refused for ever.
        case .failure(let failure): owner?.logProgressed(failure)
        }
      }
    }
  }

  /// Calls back when everything appended so far has been written.
  func afterWrites(_ completion: @escaping (Result<Void, LogFailure>) -> Void) {
    guard log.writtenEnd.offset < log.logEndOffset else { return completion(.success(())) }
    writtenWaiters.append(Waiter(offset: log.logEndOffset, completion: completion))
  }

  /// Makes everything durable and marks the log as closed in order. `completion` comes when that is done.
  public func close(completion: @escaping (Result<Void, LogFailure>) -> Void) {
    isClosing = true
    if case .stalled = log.state, handoversCount > 0 || !operations.isEmpty {
      // What is under way must not meet the files of a log that is begun where this one lies.
      whenIdle = { [self] in close(completion: completion) }
      return
    }
    guard case .open = log.state else { return afterCompaction { completion(.success(())) } }
    log.close(into: &effects)
    closeWaiter = { [self] result in afterCompaction { completion(result) } }
    ask()
  }

  // MARK: The disk's answers

  /// Puts indexes in place that have been made anew.
  func install(_ rebuilt: IndexRebuild.Rebuilt) {
    log.installIndexes(rebuilt, into: &effects)
    ask()
  }

  /// Queues the gathered effects; the bytes belong to the one `write` among them.
  func ask(head: ByteSlice = .empty, body: ByteSlice = .empty) {
    guard !effects.isEmpty else { return }
    if operations.isEmpty {
      thread.gather(self)
      operations.reserveCapacity(min(lastOperationsCount, 256))
    }
    for effect in effects {
      var operation = DiskOperation(effect: effect, generation: log.generation)
      if case .write = effect {
        operation.head = head
        operation.body = body
      }
      operations.append(operation)
    }
    effects.removeAll(keepingCapacity: true)
  }

  /// Closes all files of the log, until one is wanted again: somebody has gone through all of it.
  public func letGoOfFiles() {
    for segment in log.segmentFacts { for file in LogFile.segment(segment.id) { files.forget(file) } }
  }

  /// Gives back the memory that is kept for what comes next: nothing has come for a while.
  public func rest() {
    if effects.isEmpty { effects = [] }
    if writtenWaiters.isEmpty { writtenWaiters = [] }
    if syncedWaiters.isEmpty { syncedWaiters = [] }
    tail.letGo()
    // What the disk may still tell of a failure has to be heard.
    guard handoversCount == 0, operations.isEmpty, writer?.isAtRest ?? true else { return }
    writer = nil
    for file in LogFile.segment(log.end.segment) { files.forget(file) }
  }

  func takeOperations() -> FolderThreads.Handover {
    defer { operations = [] }
    lastOperationsCount = operations.count
    handoversCount += 1
    let writer = self.writer ?? LogWriter(files: files)
    self.writer = writer
    return FolderThreads.Handover(
      log: LoopBound(self, on: thread.loop), writer: writer, operations: operations, tellsWritten: tellsWritten,
      passesCache: passesCache)
  }

  /// All of a handover has been performed, or refused.
  func finished(_ outcomes: [DiskOutcome], bytes: Int) {
    handoversCount -= 1
    performed(outcomes, bytes: bytes)
    if handoversCount == 0, operations.isEmpty, let idle = whenIdle.take() { idle() }
  }

  func performed(_ outcomes: [DiskOutcome], bytes: Int) {
    threads.gathering.value.waitingBytes -= bytes
    guard !outcomes.isEmpty else { return }
    var failure: LogFailure?
    for outcome in outcomes {
      log.handle(outcome.event, generation: outcome.generation, into: &effects)
      if case .failed(let found) = outcome.event { failure = found }
    }
    // A sync that a full disk has swallowed is asked for again.
    if failure != nil {
      log.sync(into: &effects)
      lookUpProducers()
    }
    ask()
    owner?.logProgressed(failure)
    for case .checkpointed(let checkpoint) in outcomes.map(\.event) { finishStartWaiters(checkpoint) }
    finishWaiters(failure: failure)
  }

  private func finishStartWaiters(_ checkpoint: Checkpoint) {
    if checkpoint.isClean, let closed = closeWaiter.take() { closed(.success(())) }
    let done = startWaiters.prefix { $0.offset <= checkpoint.logStartOffset }
    guard !done.isEmpty else { return }
    startWaiters.removeFirst(done.count)
    for waiter in done { waiter.completion(.success(())) }
  }

  /// Answers whoever waited for what is there now, and after a failure whoever waits for what will never be.
  private func finishWaiters(failure: LogFailure?) {
    // Whoever is answered may append at once: nothing of this log may be in use meanwhile.
    let done =
      Self.takeDone(&writtenWaiters, through: log.writtenEnd.offset)
      + Self.takeDone(&syncedWaiters, through: log.syncedEnd.offset)
    for waiter in done { waiter.completion(.success(())) }
    guard let failure else { return }
    let isOver = !log.state.isLasting
    let isGivenUp = { [end = log.logEndOffset] (waiter: Waiter) in isOver || waiter.offset > end }
    let given = writtenWaiters.filter(isGivenUp) + syncedWaiters.filter(isGivenUp) + startWaiters
    writtenWaiters.removeAll(where: isGivenUp)
    syncedWaiters.removeAll(where: isGivenUp)
    startWaiters = []
    for waiter in given { waiter.completion(.failure(failure)) }
    if let closed = closeWaiter.take() { closed(.failure(failure)) }
  }

  private static func takeDone(_ waiters: inout [Waiter], through offset: Offset) -> ArraySlice<Waiter> {
    let count = waiters.firstIndex { $0.offset > offset } ?? waiters.count
    defer { waiters.removeFirst(count) }
    return waiters[..<count]
  }
}
