internal import Model
internal import RecordBatch

/// Makes one segment of a run of segments, without the records that are no longer needed.
///
/// A single segment is first only looked at: as long as nothing in it changes, nothing is written.
struct GroupCleaning<Storage: CompactionStorage> {
  enum Outcome {
    case working
    /// Everything stays as it is.
    case unchanged
    case made(CleanedSegment)
  }

  /// Offsets whose records are gone, and no batch yet that stands for them.
  private struct Gap {
    var offsets: Range<Offset>
    let epoch: LeaderEpoch
    /// True as long as it is one batch that stood for just these offsets before.
    var isAsBefore: Bool

    static var countMax: Int64 { 1 << 30 }
  }

  private let plan: CompactionPlan
  private let parts: ArraySlice<CompactionPlan.Part>
  private let id: SegmentID
  private let storage: Storage
  private var output: SegmentOutput?
  private var part: Int
  private var scanner: SegmentScanner<Storage>
  private var place: LogPosition
  private var gap: Gap?
  private var readBytes = 0
  private let countsBefore: BatchCleaning.Counts

  init(
    _ parts: ArraySlice<CompactionPlan.Part>, as id: SegmentID, _ plan: CompactionPlan, on storage: Storage,
    counts: BatchCleaning.Counts
  ) throws(LogFailure) {
    self.plan = plan
    self.parts = parts
    self.id = id
    self.storage = storage
    countsBefore = counts
    part = parts.startIndex
    scanner = Self.scanner(of: parts[part], on: storage)
    place = parts[part].extent.start
    if parts.count > 1 { try beginOutput() }
  }

  private static func scanner(of part: CompactionPlan.Part, on storage: Storage) -> SegmentScanner<Storage> {
    SegmentScanner(storage: storage, segment: part.extent.id, end: part.extent.end.position, windowBytes: 1 << 20)
  }

  private mutating func beginOutput() throws(LogFailure) {
    output = try SegmentOutput(id, indexIntervalBytes: plan.indexIntervalBytes, on: storage)
  }

  mutating func takeReadBytes() -> Int {
    defer { readBytes = 0 }
    return readBytes
  }

  mutating func step(_ cleaning: inout BatchCleaning, bytesMax: Int) throws(LogFailure) -> Outcome {
    while readBytes < bytesMax {
      let extent = parts[part].extent
      guard let header = try scanner.checked(place, extent, plan.epochs) else {
        guard part + 1 < parts.endIndex else { return try finish(&cleaning) }
        part += 1
        scanner = Self.scanner(of: parts[part], on: storage)
        place = parts[part].extent.start
        continue
      }
      readBytes += header.sizeInBytes
      guard try take(header, &cleaning) else {
        try beginAgain(&cleaning)
        continue
      }
      place.pass(header)
    }
    return .working
  }

  /// Takes in the batch at the present place. False if something changes and nothing has been written yet.
  private mutating func take(_ header: RecordBatchHeader, _ cleaning: inout BatchCleaning) throws(LogFailure) -> Bool {
    var own: [UInt8]?
    var isGone = false
    var new = header
    let outcome = try scanner.withBytes(at: place.position, count: header.sizeInBytes) { bytes in
      Result { () throws(RecordBatchError) in try cleaning.clean(try RecordBatchView(bytes)) }
    }
    switch outcome {
    case .success(.same): break
    case .success(.gone): isGone = true
    case .success(.changed(let bytes)):
      own = bytes
      guard let header = try? bytes.withUnsafeBytes({ try RecordBatchHeader(decoding: $0) }) else {
        preconditionFailure("a batch that was made anew cannot be read")
      }
      new = header
    case .failure(let error):
      throw .disk(operation: "cleaning", file: LogFile.records(id).name, code: 0, message: "\(error)")
    }
    if isGone { return try widenGap(by: header) }
    guard try closeGap() else { return false }
    guard output != nil else { return own == nil }
    if let own {
      try own.withUnsafeBytes { bytes in Result { () throws(LogFailure) in try write(bytes, new) } }.get()
    } else {
      try copy(header)
    }
    return true
  }

  private mutating func write(_ batch: UnsafeRawBufferPointer, _ header: RecordBatchHeader) throws(LogFailure) {
    let storage = storage
    try output?.append(batch, header, on: storage)
  }

  /// Writes the batch at the present place as it is.
  private mutating func copy(_ header: RecordBatchHeader) throws(LogFailure) {
    var output = self.output.take()
    let storage = storage
    let result = try scanner.withBytes(at: place.position, count: header.sizeInBytes) { bytes in
      Result { () throws(LogFailure) in try output?.append(bytes, header, on: storage) }
    }
    self.output = output
    try result.get()
  }

  /// False if a gap grows that nothing is written for.
  private mutating func widenGap(by header: RecordBatchHeader) throws(LogFailure) -> Bool {
    guard let epoch = header.leaderEpoch else { return true }
    let offsets = header.baseOffset..<header.nextOffset
    if let known = gap {
      if known.epoch == epoch, header.nextOffset - known.offsets.lowerBound <= Gap.countMax {
        gap = Gap(offsets: known.offsets.lowerBound..<header.nextOffset, epoch: epoch, isAsBefore: false)
        return output != nil
      }
      guard try closeGap() else { return false }
    }
    gap = Gap(offsets: offsets, epoch: epoch, isAsBefore: header.isGap)
    return output != nil || header.isGap
  }

  /// Writes the batch that stands for the gap, if there is one. False if that is new and nothing is written yet.
  private mutating func closeGap() throws(LogFailure) -> Bool {
    guard let gap = gap.take() else { return true }
    guard output != nil else { return gap.isAsBefore }
    let bytes = RecordBatchHeader.gap(gap.offsets, leaderEpoch: gap.epoch)
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(LogFailure) in
        guard let header = try? RecordBatchHeader(decoding: bytes) else { return }
        try write(bytes, header)
      }
    }
    try result.get()
    return true
  }

  /// Something changes after all: the segment is written from its start.
  private mutating func beginAgain(_ cleaning: inout BatchCleaning) throws(LogFailure) {
    try beginOutput()
    gap = nil
    scanner = Self.scanner(of: parts[part], on: storage)
    place = parts[part].extent.start
    cleaning.counts = countsBefore
  }

  private mutating func finish(_ cleaning: inout BatchCleaning) throws(LogFailure) -> Outcome {
    guard try closeGap() else {
      try beginAgain(&cleaning)
      return .working
    }
    guard var output = output.take() else { return .unchanged }
    try output.finish(on: storage)
    return .made(
      CleanedSegment(
        id: id, sizeInBytes: output.sizeInBytes, offsetIndexBytes: output.index.offsetBytes,
        timeIndexBytes: output.index.timeBytes, createdAt: parts[parts.startIndex].createdAt,
        newest: output.index.newest, checksums: output.checksums, replaced: Array(parts),
        comparedEnd: cleaning.touchedEnd, marksRemovedEnd: cleaning.marksRemovedEnd, version: plan.version))
  }
}
