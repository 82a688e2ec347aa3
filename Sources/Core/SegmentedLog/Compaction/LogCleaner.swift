internal import Model
internal import RecordBatch

/// One pass of a cleaning, step by step: finds where each key stands last, and makes the segments anew without what is
/// older.
///
/// It reads and writes beside the log's loop, and decides nothing that the log has not planned. Between two steps
/// whoever drives it may rest, so that others come to the disk. It never takes more memory than one batch, one piece of
/// a segment and the table of keys.
public struct LogCleaner<Storage: CompactionStorage> {
  /// What a step has led to.
  public enum Step: Sendable {
    /// Something has been done.
    case working
    /// A segment is ready: the log puts it in its place before the next step, or the pass is over.
    case swap(CleanedSegment)
    /// The pass is done.
    case finished(CleanedPass)
  }

  private enum Phase {
    case mapping(SegmentScanner<Storage>?, part: Int, LogPosition)
    case cleaning(GroupCleaning<Storage>?, group: Int)
    case finished
  }

  private let plan: CompactionPlan
  private let storage: Storage
  private let codecs: RecordCodecs
  private let keys: KeyMap
  private var lasts = LastBatches()
  /// Keys have been looked for up to here.
  private var comparedEnd: Offset
  /// The end of the last batch that may be made anew.
  private var touchedEnd: Offset
  private var phase: Phase
  private var groups: [ArraySlice<CompactionPlan.Part>] = []
  private var cleaning: BatchCleaning?
  private var pass: CleanedPass

  /// How many bytes a step looks at.
  private static var stepBytes: Int { 1 << 20 }

  /// The pass that `plan` describes, over the log in `storage`; the table of keys takes at most `keyBytesMax`.
  public init(
    _ plan: CompactionPlan, on storage: Storage, keyBytesMax: Int, secret: KeySecret, codecs: RecordCodecs
  ) {
    self.plan = plan
    self.storage = storage
    self.codecs = codecs
    keys = KeyMap(start: plan.dirtyStart, keysMax: plan.keysMax, bytesMax: keyBytesMax, secret: secret)
    comparedEnd = plan.dirtyEnd
    touchedEnd = plan.dirtyEnd
    let first = plan.parts.firstIndex { $0.extent.end.offset > plan.dirtyStart } ?? plan.parts.count
    phase = .mapping(nil, part: first, LogPosition(offset: .zero, segment: SegmentID(.zero), position: 0))
    pass = CleanedPass(end: plan.dirtyEnd, version: plan.version)
  }

  /// What has been done so far.
  public var progress: CleanedPass { pass }

  /// The bytes of the table of keys.
  public var keyBytes: Int { keys.sizeInBytes }

  /// Does a little more. Throws `damaged` if a segment is not what was once written.
  public mutating func step() throws(LogFailure) -> Step {
    // What a phase holds is moved, not copied: it has large pieces of memory.
    var current = Phase.finished
    swap(&current, &phase)
    switch consume current {
    case .mapping(let scanner, let part, let place): return try map(consume scanner, part, place)
    case .cleaning(let work, let group): return try clean(consume work, group)
    case .finished: return .finished(pass)
    }
  }

  // MARK: Where each key stands last

  private mutating func map(
    _ scanner: consuming SegmentScanner<Storage>?, _ part: Int, _ place: LogPosition
  ) throws(LogFailure) -> Step {
    guard part < plan.parts.count, plan.parts[part].extent.base < plan.dirtyEnd else { return beginCleaning() }
    let extent = plan.parts[part].extent
    var place = place
    var scanner =
      (consume scanner)
      ?? SegmentScanner(storage: storage, segment: extent.id, end: extent.end.position, windowBytes: 1 << 20)
    if place.segment != extent.id || place.position == 0 {
      var search = IndexSearch(storage: storage, segment: extent)
      place = try search.start(for: max(plan.dirtyStart, extent.base), scanner: &scanner)
    }
    let stepEnd = place.position + Self.stepBytes
    while place.position < stepEnd {
      guard let header = try scanner.checked(place, extent, plan.epochs), header.baseOffset < plan.dirtyEnd else {
        phase = .mapping(
          nil, part: part + 1, LogPosition(offset: .zero, segment: SegmentID(.zero), position: 0))
        return .working
      }
      pass.readBytes += header.sizeInBytes
      if header.nextOffset > plan.dirtyStart {
        if let full = try note(header, at: place, &scanner) {
          comparedEnd = full
          touchedEnd = header.nextOffset
          return beginCleaning()
        }
        lasts.note(header, rememberedBy: plan.producers)
      }
      place.pass(header)
    }
    phase = .mapping(scanner, part: part, place)
    return .working
  }

  /// Takes in the keys of a batch; answers the first offset for whose key there was no room.
  private func note(
    _ header: RecordBatchHeader, at place: LogPosition, _ scanner: inout SegmentScanner<Storage>
  ) throws(LogFailure) -> Offset? {
    guard !BatchCleaning.isLeftAlone(header), header.recordsCount > 0 else { return nil }
    return try scanner.withBytes(at: place.position, count: header.sizeInBytes) { note(batch: $0) }
  }

  private func note(batch bytes: UnsafeRawBufferPointer) -> Offset? {
    guard let batch = try? RecordBatchView(bytes) else { return nil }
    guard batch.header.attributes.codec != CompressionCodec.none else {
      return note(batch.storedRecords, of: batch.header)
    }
    // What cannot be opened is left as it is later on.
    guard let opened = try? batch.decompressed(with: codecs.decompress) else { return nil }
    return opened.withUnsafeBytes { note($0, of: batch.header) }
  }

  private func note(_ records: UnsafeRawBufferPointer, of header: RecordBatchHeader) -> Offset? {
    var reader = RecordReader(records: records, header: header)
    while let record = try? reader.next() {
      let offset = record.offset(in: header)
      guard offset >= plan.dirtyStart, offset < plan.dirtyEnd, let key = record.key else { continue }
      guard keys.put(UnsafeRawBufferPointer(rebasing: records[key]), at: offset) else { return offset }
    }
    return nil
  }

  private mutating func beginCleaning() -> Step {
    let end = plan.parts.partitioningIndex { $0.extent.base >= comparedEnd }
    groups = CompactionPlan.groups(
      plan.parts[..<end], bytesMax: plan.segmentBytesMax, indexBytesMax: plan.indexBytesMax)
    cleaning = BatchCleaning(
      plan, keys: keys, comparedEnd: comparedEnd, touchedEnd: touchedEnd, lasts: lasts, codecs: codecs)
    pass.end = comparedEnd
    pass.keysCount = keys.count
    phase = .cleaning(nil, group: 0)
    return .working
  }

  // MARK: The segments made anew

  private mutating func clean(_ work: consuming GroupCleaning<Storage>?, _ index: Int) throws(LogFailure) -> Step {
    guard index < groups.count, var cleaning else {
      pass.deleteHorizon = cleaning?.deleteHorizon
      return .finished(pass)
    }
    let id = SegmentID(
      groups[index].first?.extent.base ?? .zero, cleaning: plan.lastCleaning + UInt32(truncatingIfNeeded: index) + 1)
    var group: GroupCleaning<Storage>
    if let begun = consume work {
      group = begun
    } else {
      group = try GroupCleaning(groups[index], as: id, plan, on: storage, counts: cleaning.counts)
    }
    self.cleaning = nil
    let outcome = try group.step(&cleaning, bytesMax: Self.stepBytes)
    self.cleaning = cleaning
    pass.recordsCount = cleaning.counts.records
    pass.removedCount = cleaning.counts.removed
    pass.readBytes += group.takeReadBytes()
    switch outcome {
    case .working:
      phase = .cleaning(group, group: index)
      return .working
    case .unchanged:
      phase = .cleaning(nil, group: index + 1)
      return .working
    case .made(let segment):
      pass.writtenBytes += segment.sizeInBytes
      pass.replacedBytes += segment.replaced.reduce(0) { $0 + $1.extent.end.position }
      phase = .cleaning(nil, group: index + 1)
      return .swap(segment)
    }
  }
}

extension SegmentScanner {
  /// The batch at `place`, checked as everything is that a reader gets; nil at the segment's end.
  mutating func checked(
    _ place: LogPosition, _ extent: SegmentExtent, _ epochs: LeaderEpochHistory
  ) throws(LogFailure) -> RecordBatchHeader? {
    let finding: String
    switch try batch(at: place.position, expected: place.offset) {
    case .end:
      guard place.offset != extent.end.offset else { return nil }
      finding = "it ends with offset \(place.offset) where \(extent.end.offset) is due"
    case .invalid(let words): finding = words
    case .batch(let header):
      let isKnown = place.offset >= epochs.entries.first?.startOffset ?? .zero
      if isKnown, header.leaderEpoch != epochs.epoch(at: header.baseOffset) {
        finding = "the record batch with offset \(place.offset) states a leader epoch that it was not written in"
      } else if try isChecksumRight(header, at: place.position) {
        return header
      } else {
        finding = "the checksum of the record batch with offset \(place.offset) is wrong"
      }
    }
    throw .damaged(file: LogFile.records(extent.id).name, position: place.position, finding: finding)
  }
}
