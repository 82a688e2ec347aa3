public import Bytes
public import Model
internal import RecordBatch
internal import Runtime
public import SegmentedLog

/// Whole batches of a log, in memory or as a range of the open segment file: they go to the socket without being
/// decoded.
public struct LogRead: Sendable {
  /// The bytes: one or more whole batches, the first of which holds the offset that was asked for.
  public let batches: Payload
  /// The offset of the first record in the range; it may lie before the one that was asked for.
  public let baseOffset: Offset
  /// The offset behind the last record in the range: where to read on.
  public let nextOffset: Offset
  /// Handed to the next read, it saves the search.
  public let next: BatchPlace
  /// Where the first batch starts in its segment.
  public var position: Int { next.position.position - batches.count }
}

extension Payload {
  /// The bytes themselves, of batches. Blocks if they lie in a file and the operating system does not have them in
  /// memory.
  public func contents() throws(LogFailure) -> ByteSlice {
    switch self {
    case .bytes(let slice): slice
    case .file(let range): try range.contents()
    }
  }
}

extension FileRange {
  fileprivate func contents() throws(LogFailure) -> ByteSlice {
    let storage = ByteStorage(capacity: count)
    let target = UnsafeMutableRawBufferPointer(start: storage.base, count: count)
    let read = try SystemCalls.read(file, at: offset, into: target, name: "a segment")
    guard read == count else {
      throw .damaged(file: "a segment", position: offset + read, finding: "it ends too early")
    }
    return ByteSlice(storage, count: count)
  }
}

/// What a read can be answered with at once.
public enum LogReadAnswer: Sendable {
  /// There is nothing yet below the limit.
  case nothing
  /// These batches.
  case read(LogRead)
  /// Someone has to look on the disk: hand this to `PartitionLog.look(up:)`.
  case lookUp(BatchLookUp)
  /// The offset is not in the log; the range says which are.
  case outOfRange(Range<Offset>)
}

extension PartitionLog {
  /// Reads whole batches from `offset` on, as far as memory knows where they are: at most `bytesMax`, but at least one
  /// batch, and nothing at or beyond `limit`. With `checked` the batches' checksums are looked at in any case; what is
  /// `deleted` is read, too, as long as it is there. Without `tail` the bytes come from the file, also those that are in
  /// memory.
  public func read(
    from offset: Offset, bytesMax: Int, below limit: Offset, hint: BatchPlace? = nil, deleted: Bool = false,
    checked: Bool = false, tail usesTail: Bool = true
  ) throws(LogFailure) -> LogReadAnswer {
    switch log.read(
      from: offset, bytesMax: bytesMax, below: limit, hint: hint, deleted: deleted, checked: checked)
    {
    case .nothing:
      tail.want()
      return .nothing
    case .outOfRange(let range): return .outOfRange(range)
    case .lookUp(let search): return .lookUp(search)
    case .found(let batches):
      if usesTail, let read = readTail(batches, from: offset, below: limit) { return .read(read) }
      return .read(try Self.read(batches, files))
    }
  }

  /// The batches found, or the first of them, if they are in memory.
  private func readTail(_ found: FoundBatches, from offset: Offset, below limit: Offset) -> LogRead? {
    guard let count = tail.count(from: found.start, layout: log.layout) else { return nil }
    var batches = found
    if found.sizeInBytes > count {
      guard case .found(let first) = log.read(from: offset, bytesMax: count, below: limit, hint: found.first) else {
        return nil
      }
      batches = first
    }
    guard let bytes = tail.bytes(of: batches, layout: log.layout) else { return nil }
    return LogRead(
      batches: .bytes(bytes), baseOffset: batches.start.offset, nextOffset: batches.nextOffset, next: batches.next)
  }

  /// Looks on the disk, beside the loop. nil if there is nothing below the limit after all.
  ///
  /// The batches have been checked against their checksums, and are in the operating system's memory afterwards.
  public func look(
    up search: BatchLookUp, completion: @escaping (Result<LogRead?, LogFailure>) -> Void
  ) {
    let (files, layout) = (files, log.layout)
    look { (storage) throws(LogFailure) -> (read: LogRead?, isIndexWrong: Bool) in
      let answer = try search.perform(on: storage)
      guard let batches = answer.batches else { return (nil, answer.isIndexWrong) }
      return (try Self.read(batches, files), answer.isIndexWrong)
    } completion: { [weak self] result in
      if case .success(let answer) = result, answer.isIndexWrong { self?.mendIndexes(of: search.segment.id) }
      if case .failure = result, let self, layout != log.layout {
        // The segment may have been removed meanwhile, or replaced by a cleaned one.
        return lookAgain(search, completion: completion)
      }
      completion(result.map(\.read))
    }
  }

  private func lookAgain(
    _ search: BatchLookUp, completion: @escaping (Result<LogRead?, LogFailure>) -> Void
  ) {
    do throws(LogFailure) {
      switch try read(from: search.offset, bytesMax: search.bytesMax, below: search.limit, checked: true) {
      case .nothing: completion(.success(nil))
      case .outOfRange: completion(.failure(.deleted(search.offset)))
      case .read(let read): completion(.success(read))
      case .lookUp(let search): look(up: search, completion: completion)
      }
    } catch { completion(.failure(error)) }
  }

  /// Reads from `offset` on, in memory or on the disk, and calls back, at once if nothing has to be looked up.
  public func read(
    from offset: Offset, bytesMax: Int, below limit: Offset, hint: BatchPlace? = nil, tail: Bool = true,
    completion: @escaping (Result<LogReadAnswer, LogFailure>) -> Void
  ) {
    do {
      let answer = try read(from: offset, bytesMax: bytesMax, below: limit, hint: hint, tail: tail)
      guard case .lookUp(let search) = answer else { return completion(.success(answer)) }
      look(up: search) { completion($0.map { $0.map(LogReadAnswer.read) ?? .nothing }) }
    } catch { completion(.failure(error)) }
  }

  private static func read(_ batches: FoundBatches, _ files: PartitionFiles) throws(LogFailure) -> LogRead {
    let file = try files.open(.records(batches.start.segment))
    return LogRead(
      batches: .file(FileRange(file: file, offset: batches.start.position, count: batches.sizeInBytes)),
      baseOffset: batches.start.offset, nextOffset: batches.nextOffset, next: batches.next)
  }

  /// The first record at or after `timestamp`, below `limit`; nil if there is none.
  public func offset(
    atOrAfter timestamp: Timestamp, below limit: Offset,
    completion: @escaping (Result<TimestampedOffset?, LogFailure>) -> Void
  ) {
    guard let search = log.timeLookUp(timestamp, below: limit) else { return completion(.success(nil)) }
    let (decompressor, layout) = (decompressor, log.layout)
    look { (storage) throws(LogFailure) in
      try search.perform(on: storage, decompressor: decompressor)
    } completion: { [weak self] result in
      if case .failure = result, let self, layout != log.layout {
        return offset(atOrAfter: timestamp, below: limit, completion: completion)
      }
      completion(result)
    }
  }

  /// The newest record below `limit`; nil if the log is empty.
  public func newest(
    below limit: Offset, completion: @escaping (Result<TimestampedOffset?, LogFailure>) -> Void
  ) {
    guard let newest = log.newest else { return completion(.success(nil)) }
    offset(atOrAfter: newest.timestamp, below: limit, completion: completion)
  }

  /// The next part of the log to be read through, behind `place` or from the start; nil if all of it was. What was found
  /// damaged, `suspect`, comes first, if it is still a part of this log.
  public func check(
    behind place: SegmentCheck.CheckedPlace?, suspect: SegmentCheck? = nil, bytesMax: Int
  ) -> SegmentCheck? {
    log.check(behind: place, suspect: suspect, bytesMax: bytesMax)
  }

  /// Reads a part of the log as the disk has it, beside the loop, and says where to go on. Nothing is answered but
  /// `closed` if what was read is not a part of the log any more. Indexes that are wrong are made anew.
  public func perform(
    _ check: SegmentCheck, completion: @escaping (Result<SegmentCheck.Outcome, LogFailure>) -> Void
  ) {
    look { (files) throws(LogFailure) in
      try check.perform(on: DiskReading(files: files, memory: AlignedMemory()))
    } completion: { [weak self] result in
      if case .success(let outcome) = result {
        if outcome.isIndexWrong, let self, log.stillHolds(check) { mendIndexes(of: check.segment.id) }
        return completion(result)
      }
      guard let self, log.state.isLasting, log.stillHolds(check) else { return completion(.failure(.closed)) }
      completion(result)
    }
  }

  /// Looks whether the manifest is still what was written, and writes it anew if it is not: memory has all of it. The
  /// answer is true if nothing was wrong.
  public func checkManifest(completion: @escaping (Result<Bool, LogFailure>) -> Void) {
    let check = log.manifestCheck
    look { (files) throws(LogFailure) in
      // Each manifest is a file of its own: one that is open may be an old one.
      files.forget(.manifest)
      defer { files.forget(.manifest) }
      return try check.perform(on: DiskReading(files: files, memory: AlignedMemory()))
    } completion: { [weak self] result in
      if case .success(false) = result, let self {
        log.rewriteManifest(into: &effects)
        ask()
      }
      completion(result)
    }
  }

  /// Makes indexes anew; the segment that is written to is closed for that.
  private func mendIndexes(of segment: SegmentID) {
    log.closeSegment(segment, now: wallClock(), into: &effects)
    ask()
    afterWrites { [weak self] result in
      if case .success = result { self?.rebuildIndexes(of: segment) }
    }
  }

  private func rebuildIndexes(of segment: SegmentID) {
    guard let work = log.indexRebuild(ofSegment: segment) else { return }
    look { (storage) throws(LogFailure) in
      try work.perform(on: storage)
    } completion: { [weak self] result in
      guard let self, case .open = log.state, case .success(let rebuilt) = result else { return }
      install(rebuilt)
    }
  }

  /// True if what was read before this place is still what the log holds, but for what it has deleted or cleaned.
  public func knows(_ place: BatchPlace) -> Bool { !isClosing && log.knows(place) }

  /// Runs `work` on the reading thread and `completion` on the loop. Whatever goes wrong with a log that has been closed
  /// says nothing: where it lay there may be nothing any more, or another log.
  func look<Answer: Sendable>(
    _ work: @escaping @Sendable (PartitionFiles) throws(LogFailure) -> Answer,
    completion: @escaping (Result<Answer, LogFailure>) -> Void
  ) {
    let files = files
    threads.besideLoop {
      () throws(LogFailure) in
      try work(files)
    } completion: { [weak self] result in
      if case .failure = result, self?.isClosing ?? true { return completion(.failure(.closed)) }
      completion(result)
    }
  }
}
