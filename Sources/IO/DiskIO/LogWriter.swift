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

/// Performs the effects of one log, in order, up to the first failure. Belongs to one thread at a time.
///
/// Writes to the end of a segment are gathered and go to the disk together; a plain sync waits until the group ends.
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

  init(files: PartitionFiles) { self.files = files }

  func takeOutcomes() -> [DiskOutcome] {
    defer { outcomes = [] }
    return outcomes
  }

  /// Performs `operation`, or puts it off until `finishWrites` and `finishSync`.
  func perform(_ operation: DiskOperation) {
    guard !isRefused(operation.generation) else { return }
    switch operation.effect {
    case .write(let at, _, let end):
      if let run, !run.isFollowed(by: at, generation: operation.generation) { finishWrites() }
      guard !isRefused(operation.generation) else { return }
      if run == nil { run = WriteRun(start: at, generation: operation.generation) }
      run?.append(operation, end: end)
    case .sync(let through, indexes: false):
      wantedSync = (through, operation.generation)
    default:
      finishWrites()
      finishSync()
      guard !isRefused(operation.generation) else { return }
      attempt(operation.generation) { () throws(LogFailure) in try self.performNow(operation) }
    }
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

  private func performNow(_ operation: DiskOperation) throws(LogFailure) -> LogEvent? {
    switch operation.effect {
    case .write, .sync(_, indexes: false):
      preconditionFailure("writes and plain syncs are put off")
    case .writeIndex(let file, let position, let bytes):
      let name = files.path(file)
      try files.open(file).withDescriptor { (descriptor) throws(LogFailure) in
        try SystemCalls.write(descriptor, bytes, at: position, file: name)
      }
    case .sync(let through, indexes: true):
      try syncRecords(of: through.segment)
      for file in [LogFile.offsetIndex(through.segment), .timeIndex(through.segment)] {
        try SystemCalls.syncData(try files.open(file), name: files.path(file))
      }
      return .synced(through)
    case .createSegment(let segment):
      for file in LogFile.segment(segment) {
        files.forget(file)
        _ = try files.create(file)
      }
    case .replaceManifest(let checkpoint, let bytes):
      try SystemCalls.replace(LogFile.manifest.name, in: files.path, with: bytes)
      return .checkpointed(checkpoint)
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
