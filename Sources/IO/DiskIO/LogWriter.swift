internal import Bytes
internal import Glibc
internal import Model
internal import SegmentedLog

/// One effect on its way to the disk.
struct DiskOperation: Sendable {
  let effect: LogEffect
  let generation: UInt32
  /// The batch of a `write`: its stamped first bytes, and the rest as it was received.
  var head = ByteSlice.empty
  var body = ByteSlice.empty

  var sizeInBytes: Int { head.count + body.count }
}

/// What became of an effect, with the generation that it was asked for in.
struct DiskOutcome: Sendable {
  let event: LogEvent
  let generation: UInt32
}

/// What a writer has stopped at, because others may do the same and be made durable with it.
struct WriterStop {
  enum Matter {
    /// All files of the segment that this place lies in are to be made durable.
    case files(LogPosition)
    /// A manifest is to be put in the place of the old one.
    case manifest(Checkpoint, [UInt8])
  }

  let matter: Matter
  let generation: UInt32

  /// True if it is about a manifest.
  var replaces: Bool { if case .manifest = matter { true } else { false } }

  /// How many files and folders would have to be made durable one by one.
  var syncsCount: Int {
    switch matter {
    case .files: 3
    case .manifest: 2
    }
  }
}

/// Performs the effects of one log, in order, up to the first failure. Belongs to one thread at a time.
///
/// Writes to the end of a segment are gathered and go to the disk together; a plain sync waits until the group ends. Before
/// a checkpoint the writer stops, so that those of many logs are made durable together.
final class LogWriter: @unchecked Sendable {
  let files: PartitionFiles
  /// Where large writes are put together that go past the page cache; nil if they shall stay in it.
  var passing: AlignedMemory?
  /// True while the thread works on a group that the log is a part of.
  var isInGroup = false
  /// What the log should hear of. Taken by whoever drives the writer.
  private(set) var outcomes: [DiskOutcome] = []
  private var refusedGeneration: UInt32?
  /// The segment with writes that are not synced: kept open, so that the next sync hears of their failure.
  private var unsynced: (segment: SegmentID, file: FileReference)?
  private var run: WriteRun?
  private var wantedSync: (through: LogPosition, generation: UInt32)?
  /// What comes behind the stop.
  private var ahead: [DiskOperation] = []
  /// The operation that it has stopped at.
  private(set) var stop: WriterStop?

  init(files: PartitionFiles) { self.files = files }

  func takeOutcomes() -> [DiskOutcome] {
    defer { outcomes = [] }
    return outcomes
  }

  /// True if nothing is left to be done, and nothing has to be known for what may come.
  var isAtRest: Bool {
    unsynced == nil && refusedGeneration == nil && run == nil && wantedSync == nil && ahead.isEmpty && stop == nil
      && outcomes.isEmpty
  }

  /// Performs `operation` at once, durably.
  func performAlone(_ operation: DiskOperation) {
    perform([operation])
    while stop != nil { passStop() }
    finishWrites()
    finishSync()
  }

  /// Performs the operations up to a stop, or puts them off until `finishWrites` and `finishSync`.
  func perform(_ operations: [DiskOperation]) {
    for operation in operations {
      if stop == nil { perform(operation, of: operations.count) } else { ahead.append(operation) }
    }
  }

  private func goOn() {
    let operations = ahead
    ahead = []
    perform(operations)
  }

  private func perform(_ operation: DiskOperation, of count: Int) {
    guard !isRefused(operation.generation) else { return }
    switch operation.effect {
    case .write(let at, _, let end):
      if let run, !run.isFollowed(by: at, generation: operation.generation) { finishWrites() }
      guard !isRefused(operation.generation) else { return }
      if run == nil { run = WriteRun(start: at, generation: operation.generation, count: count) }
      run?.append(operation, end: end)
    case .sync(let through, indexes: false):
      wantedSync = (through, operation.generation)
    case .sync(let through, indexes: true):
      finishWrites()
      stopBefore(.files(through), operation.generation)
    case .replaceManifest(let checkpoint, let bytes):
      finishWrites()
      finishSync()
      stopBefore(.manifest(checkpoint, bytes), operation.generation)
    default:
      finishWrites()
      finishSync()
      guard !isRefused(operation.generation) else { return }
      attempt(operation.generation) { () throws(LogFailure) in try self.performNow(operation) }
    }
  }

  private func stopBefore(_ matter: WriterStop.Matter, _ generation: UInt32) {
    if !isRefused(generation) { stop = WriterStop(matter: matter, generation: generation) }
  }

  /// Does alone what the writer has stopped at, durably, and goes on.
  func passStop() {
    guard let passed = stop.take() else { return }
    switch passed.matter {
    case .files(let through):
      finishSync()
      guard !isRefused(passed.generation) else { break }
      attempt(passed.generation) { () throws(LogFailure) in
        try self.syncFiles(of: through.segment)
        return .synced(through)
      }
    case .manifest(let checkpoint, let bytes):
      attempt(passed.generation) { () throws(LogFailure) in
        try SystemCalls.replace(LogFile.manifest.name, in: self.files.path, with: bytes)
        return .checkpointed(checkpoint)
      }
    }
    goOn()
  }

  /// Writes the manifest that it has stopped at beside the old one; false after a failure, which ends the stop.
  func writeManifest() -> Bool {
    guard case .manifest(_, let bytes) = stop?.matter else { return false }
    return attemptStep { () throws(LogFailure) in
      try SystemCalls.writeBeside(LogFile.manifest.name, in: self.files.path, bytes)
    }
  }

  /// Puts that manifest in the place of the old one, after a sync of the whole disk; false after a failure.
  func replaceManifest(_ whole: Result<Void, LogFailure>) -> Bool {
    attemptStep { () throws(LogFailure) in
      try whole.get()
      try SystemCalls.replaceByBeside(LogFile.manifest.name, in: self.files.path)
    }
  }

  private func attemptStep(_ body: () throws(LogFailure) -> Void) -> Bool {
    guard let passed = stop else { return false }
    do { try body() } catch {
      stop = nil
      fail(error, passed.generation)
      goOn()
      return false
    }
    return true
  }

  /// Goes on behind its stop: a sync of the whole disk has made durable what it was about.
  func passStop(_ whole: Result<Void, LogFailure>) {
    guard let passed = stop.take() else { return }
    switch passed.matter {
    case .files(let through):
      finishSync(whole)
      guard !isRefused(passed.generation) else { break }
      attempt(passed.generation) { () throws(LogFailure) in
        try whole.get()
        if self.unsynced?.segment == through.segment { self.unsynced = nil }
        return .synced(through)
      }
    case .manifest(let checkpoint, _):
      attempt(passed.generation) { () throws(LogFailure) in
        try whole.get()
        return .checkpointed(checkpoint)
      }
    }
    goOn()
  }

  /// Hands all gathered writes to the operating system.
  func finishWrites() {
    guard let run = run.take() else { return }
    var written = 0
    do {
      let file = try records(of: run.start.segment)
      unsynced = (run.start.segment, file)
      try run.write(to: file, past: passing, of: files) { written += $0 }
    } catch {
      if let end = run.end(within: written) { outcomes.append(.init(event: .written(end), generation: run.generation)) }
      fail(error, run.generation)
      return
    }
    outcomes.append(.init(event: .written(run.end), generation: run.generation))
  }

  /// True if a sync has been put off.
  var wantsSync: Bool { wantedSync != nil }

  /// Makes everything durable that was written before the last sync that was put off; `whole` says what became of a
  /// sync of the whole disk that has just done that.
  func finishSync(_ whole: Result<Void, LogFailure>? = nil) {
    guard let (through, generation) = wantedSync.take(), !isRefused(generation) else { return }
    attempt(generation) { () throws(LogFailure) in
      if let whole {
        try whole.get()
        if self.unsynced?.segment == through.segment { self.unsynced = nil }
      } else {
        try self.syncRecords(of: through.segment)
      }
      return .synced(through)
    }
  }

  private func isRefused(_ generation: UInt32) -> Bool { refusedGeneration.map { generation <= $0 } ?? false }

  private func attempt(_ generation: UInt32, _ body: () throws(LogFailure) -> LogEvent?) {
    do {
      if let event = try body() { outcomes.append(.init(event: event, generation: generation)) }
    } catch { fail(error, generation) }
  }

  private func fail(_ failure: LogFailure, _ generation: UInt32) {
    refusedGeneration = failure.refusedGeneration(of: generation)
    run = nil
    wantedSync = nil
    outcomes.append(.init(event: .failed(failure), generation: generation))
  }

  private func records(of segment: SegmentID) throws(LogFailure) -> FileReference {
    if let unsynced, unsynced.segment == segment { return unsynced.file }
    return try files.open(.records(segment))
  }

  private func syncRecords(of segment: SegmentID) throws(LogFailure) {
    let file = try records(of: segment)
    try SystemCalls.syncData(file, name: files.path(.records(segment)))
    if unsynced?.segment == segment { unsynced = nil }
  }

  private func syncFiles(of segment: SegmentID) throws(LogFailure) {
    try syncRecords(of: segment)
    for file in [LogFile.offsetIndex(segment), .timeIndex(segment)] {
      try SystemCalls.syncData(try files.open(file), name: files.path(file))
    }
  }

  private func performNow(_ operation: DiskOperation) throws(LogFailure) -> LogEvent? {
    switch operation.effect {
    case .write, .sync, .replaceManifest:
      preconditionFailure("writes and syncs are put off, and checkpoints stopped at")
    case .writeIndex(let file, let position, let bytes):
      let name = files.path(file)
      try files.open(file).withDescriptor { (descriptor) throws(LogFailure) in
        try SystemCalls.write(descriptor, bytes, at: position, file: name)
      }
    case .createSegment(let segment):
      for file in LogFile.segment(segment) {
        files.forget(file)
        _ = try files.create(file)
      }
    case .replaceIndex(let file, let bytes):
      try SystemCalls.replace(file.name, in: files.path, with: bytes)
      files.forget(file)
    case .truncate(let file, let size):
      try truncate(file, size)
    case .removeSegments(let segments):
      try remove(segments)
    }
    return nil
  }

  private func truncate(_ file: LogFile, _ size: Int) throws(LogFailure) {
    let path = files.path(file)
    let reference = try SystemCalls.size(path) == nil ? files.create(file) : files.open(file)
    try reference.withDescriptor { (descriptor) throws(LogFailure) in
      guard ftruncate(descriptor, off_t(size)) == 0 else { throw SystemCalls.failure("truncating", path) }
      try SystemCalls.syncData(descriptor, file: path)
    }
  }

  private func remove(_ segments: [SegmentID]) throws(LogFailure) {
    for segment in segments {
      if unsynced?.segment == segment { unsynced = nil }
      for file in LogFile.segment(segment) {
        guard unlink(files.path(file)) == 0 || errno == ENOENT else {
          throw SystemCalls.failure("removing", files.path(file))
        }
        // Whoever opens it from now on finds that it is gone.
        files.forget(file)
      }
    }
    try SystemCalls.syncFolder(files.path)
  }
}
