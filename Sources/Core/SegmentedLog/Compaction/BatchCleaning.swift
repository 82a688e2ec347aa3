internal import Model
public import RecordBatch

/// What opens and compresses records blocks. Codecs are libraries of the outer world, so whoever has them hands them in.
public struct RecordCodecs: Sendable {
  /// Opens a records block.
  public let decompress: @Sendable (CompressionCodec, UnsafeRawBufferPointer, Int) throws(RecordBatchError) -> [UInt8]
  /// Compresses one.
  public let compress: @Sendable (CompressionCodec, UnsafeRawBufferPointer) throws(RecordBatchError) -> [UInt8]

  /// These two.
  public init(
    decompress:
      @escaping @Sendable (CompressionCodec, UnsafeRawBufferPointer, Int) throws(RecordBatchError) -> [UInt8],
    compress: @escaping @Sendable (CompressionCodec, UnsafeRawBufferPointer) throws(RecordBatchError) -> [UInt8]
  ) {
    self.decompress = decompress
    self.compress = compress
  }
}

/// What becomes of one batch.
enum CleanedBatch {
  /// It stays as it is.
  case same
  /// These bytes take its place.
  case changed([UInt8])
  /// Nothing of it stays.
  case gone
}

/// Decides for each batch of a pass which of its records stay.
struct BatchCleaning {
  let plan: CompactionPlan
  let keys: KeyMap
  /// Where the keys were looked for ends; nothing from here on is touched.
  let comparedEnd: Offset
  /// The end of the last batch that may be made anew: in it, keys may have been looked for only in part.
  let touchedEnd: Offset
  /// Where in the newly compared part which producer wrote last, and the newest owner of a shard.
  let lasts: LastBatches
  let codecs: RecordCodecs
  /// What has been found so far.
  var counts = Counts()
  private(set) var deleteHorizon: Timestamp?
  /// Behind the last mark of a deleted key that has been removed because of its age.
  private(set) var marksRemovedEnd: Offset?

  /// Records that were looked at to be kept or not, and those of them that were not.
  struct Counts {
    var records = 0
    var removed = 0
  }

  init(
    _ plan: CompactionPlan, keys: KeyMap, comparedEnd: Offset, touchedEnd: Offset, lasts: LastBatches,
    codecs: RecordCodecs
  ) {
    self.plan = plan
    self.keys = keys
    self.comparedEnd = comparedEnd
    self.touchedEnd = touchedEnd
    self.lasts = lasts
    self.codecs = codecs
  }

  /// True for a batch whose records have no say in what stays, and stay themselves.
  static func isLeftAlone(_ header: RecordBatchHeader) -> Bool {
    header.attributes.isControl || header.attributes.isTransactional
  }

  /// What becomes of `batch`, whose checksum is right.
  mutating func clean(_ batch: RecordBatchView) throws(RecordBatchError) -> CleanedBatch {
    let header = batch.header
    guard header.baseOffset < comparedEnd, !Self.isLeftAlone(header) else { return .same }
    if header.recordsCount == 0 { return mustStay(header) ? .same : .gone }
    let opened: [UInt8]?
    if header.attributes.codec == CompressionCodec.none {
      opened = nil
    } else {
      // What cannot be opened is left as it is; its keys did not count either.
      guard let bytes = try? batch.decompressed(with: codecs.decompress) else { return .same }
      opened = bytes
    }
    guard let opened else { return try clean(batch, batch.storedRecords) }
    return try opened.withUnsafeBytes { records in
      Result { () throws(RecordBatchError) in try clean(batch, records) }
    }.get()
  }

  private mutating func clean(
    _ batch: RecordBatchView, _ records: UnsafeRawBufferPointer
  ) throws(RecordBatchError) -> CleanedBatch {
    let header = batch.header
    var kept = KeptRecords()
    var hasMarks = false
    let marksMayGo = header.attributes.hasDeleteHorizon && header.baseTimestamp < plan.plannedAt
    var reader = RecordReader(records: records, header: header)
    while true {
      let start = reader.position
      guard let record = try? reader.next() else { break }
      let offset = record.offset(in: header)
      if offset < comparedEnd {
        guard isNewest(record, at: offset, in: records) else { continue }
        if record.value == nil {
          if marksMayGo, plan.marksEnd.map({ offset < $0 }) ?? true {
            marksRemovedEnd = max(marksRemovedEnd ?? .zero, offset + 1)
            continue
          }
          hasMarks = true
        }
      }
      kept.add(start..<reader.position, timestamp: Timestamp(header.baseTimestamp.rawValue &+ record.timestampDelta))
    }
    // What is not made of records is left alone, whatever its checksum says.
    guard reader.position == records.count else { return .same }
    counts.records += Int(header.recordsCount)
    counts.removed += Int(header.recordsCount - kept.count)
    let horizon = hasMarks && header.nextOffset <= comparedEnd ? noteMarks(header, areLate: marksMayGo) : nil
    if kept.count == 0 { return mustStay(header) ? .changed(try batch.emptied()) : .gone }
    guard kept.count < header.recordsCount || horizon != nil else { return .same }
    return .changed(
      try batch.keeping(kept, of: records, deleteHorizon: horizon, compressor: codecs.compress))
  }

  private func isNewest(_ record: RecordView, at offset: Offset, in records: UnsafeRawBufferPointer) -> Bool {
    guard offset >= plan.logStartOffset, let key = record.key else { return false }
    guard let newest = keys.offset(of: UnsafeRawBufferPointer(rebasing: records[key])) else { return true }
    return newest <= offset
  }

  /// Marks of deleted keys stay in the batch: answers the time from which on they may go, if the batch does not have it.
  ///
  /// For those that stay only because of another replica it is looked again after a while.
  private mutating func noteMarks(_ header: RecordBatchHeader, areLate: Bool) -> Timestamp? {
    let known = header.attributes.hasDeleteHorizon ? header.baseTimestamp : nil
    let rest = areLate ? Self.lateMarksRest : plan.rules.deleteRetention
    let horizon = areLate ? nil : known
    let due = horizon ?? Timestamp(plan.plannedAt.rawValue &+ rest.milliseconds)
    deleteHorizon = max(deleteHorizon ?? due, due)
    return known == nil ? due : nil
  }

  private static var lateMarksRest: Duration { .seconds(10) }

  /// True for the last batch of its producer in what has been compared: without it a replica that copies this log would
  /// not know the producer.
  private func mustStay(_ header: RecordBatchHeader) -> Bool {
    guard let stamp = header.producer else { return false }
    if let number = stamp.id.writerEpoch { return !lasts.hasWriter(from: number, behind: header.baseOffset) }
    guard stamp.baseSequence >= 0, plan.producers.remembers(stamp.id) else { return false }
    return !lasts.hasBatch(of: stamp.id, behind: header.baseOffset)
      && !plan.producers.hasBatch(of: stamp.id, behind: header.baseOffset, below: comparedEnd)
  }
}

/// Who wrote last in a part of a log.
struct LastBatches {
  private var producers: [ProducerID: Offset] = [:]
  private var writer: (number: Int64, offset: Offset)?

  /// Takes in a batch; they come in the order of the log.
  mutating func note(_ header: RecordBatchHeader, rememberedBy states: ProducerStates) {
    guard let stamp = header.producer else { return }
    if let number = stamp.id.writerEpoch {
      if writer.map({ number >= $0.number }) ?? true { writer = (number, header.baseOffset) }
    } else if stamp.baseSequence >= 0, states.remembers(stamp.id) {
      producers[stamp.id] = header.baseOffset
    }
  }

  func hasBatch(of producer: ProducerID, behind offset: Offset) -> Bool {
    producers[producer].map { $0 > offset } ?? false
  }

  func hasWriter(from number: Int64, behind offset: Offset) -> Bool {
    writer.map { $0.number >= number && $0.offset > offset } ?? false
  }
}

extension ProducerStates {
  /// False for a producer that has been forgotten, or never wrote.
  func remembers(_ id: ProducerID) -> Bool { producers[id] != nil || unresolved.contains(id) }

  func hasBatch(of id: ProducerID, behind offset: Offset, below end: Offset) -> Bool {
    producers[id]?.batches.contains { $0.baseOffset > offset && $0.lastOffset < end } ?? false
  }
}
