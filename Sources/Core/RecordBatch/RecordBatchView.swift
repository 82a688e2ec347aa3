internal import Model

/// Opens a compressed records block: codec, bytes, and the most bytes that may come out.
///
/// Codecs are libraries of the outer world, so whoever has them hands this in. It throws what went wrong in words.
public typealias Decompressor =
  (CompressionCodec, UnsafeRawBufferPointer, Int) throws(RecordBatchError) -> [UInt8]

/// One record batch in borrowed memory, checked as far as its caller asks.
public struct RecordBatchView {
  /// All bytes of the batch, and no others.
  public let bytes: UnsafeRawBufferPointer
  /// The first 61 of them.
  public let header: RecordBatchHeader

  /// The most bytes that one batch's records may take when they are decompressed.
  public static let decompressedBytesMax = 64 << 20

  /// The batch at the start of `bytes`: version and length are checked, nothing else.
  public init(startOf bytes: UnsafeRawBufferPointer) throws(RecordBatchError) {
    header = try RecordBatchHeader(decoding: bytes)
    guard bytes.count >= header.sizeInBytes else { throw .truncated(have: bytes.count, need: header.sizeInBytes) }
    self.bytes = bytes.part(0..<header.sizeInBytes)
  }

  /// The batch that `bytes` are, from the first to the last.
  public init(_ bytes: UnsafeRawBufferPointer) throws(RecordBatchError) {
    try self.init(startOf: bytes)
    guard bytes.count == header.sizeInBytes else { throw .trailingBytes(bytes.count - header.sizeInBytes) }
  }

  /// The records as they are stored: compressed if the header says so.
  public var storedRecords: UnsafeRawBufferPointer { bytes.part(RecordBatchHeader.byteCount..<bytes.count) }

  /// Checks the bytes against the checksum.
  public func validateChecksum() throws(RecordBatchError) {
    let computed = CRC32C.checksum(of: bytes.part(RecordBatchHeader.checkedFrom..<bytes.count))
    guard computed == header.checksum else {
      throw .checksumMismatch(stated: header.checksum, computed: computed)
    }
  }

  /// Checks everything that must hold before a batch from a producer is stored, decompressing it if it has to.
  ///
  /// A batch with a right checksum and a wrong inside is never stored. `requiresKeys` is for compacted topics.
  public func validate(
    decompressor: Decompressor?, decompressedBytesMax: Int = decompressedBytesMax, requiresKeys: Bool = false
  ) throws(RecordBatchError) {
    guard let codec = header.attributes.codec else { throw .unknownCodec(Int(header.attributes.rawValue & 0b111)) }
    guard header.recordsCount > 0, header.recordsCount - 1 == header.lastOffsetDelta else {
      throw .countMismatch(recordsCount: header.recordsCount, lastOffsetDelta: header.lastOffsetDelta)
    }
    try validateChecksum()
    if codec == .none {
      try validateRecords(storedRecords, requiresKeys)
    } else {
      let opened = try decompressed(with: decompressor, bytesMax: decompressedBytesMax)
      let outcome = opened.withUnsafeBytes { records in
        Result { () throws(RecordBatchError) in try validateRecords(records, requiresKeys) }
      }
      try outcome.get()
    }
  }

  private func validateRecords(
    _ records: UnsafeRawBufferPointer, _ requiresKeys: Bool
  ) throws(RecordBatchError) {
    var reader = RecordReader(records: records, header: header)
    var newest = Int64.min
    var index = 0
    while let record = try reader.next() {
      let (time, overflow) = header.baseTimestamp.rawValue.addingReportingOverflow(record.timestampDelta)
      guard !overflow else { throw .invalidRecord(index: index, .timestampOverflow) }
      guard record.key != nil || !requiresKeys else { throw .invalidRecord(index: index, .missingKey) }
      newest = max(newest, time)
      index += 1
    }
    guard header.attributes.timestampType == .logAppendTime || newest == header.maxTimestamp.rawValue else {
      throw .maxTimestampMismatch(stated: header.maxTimestamp, found: Timestamp(newest))
    }
  }

  /// The uncompressed records block, copied only if it is compressed, for the duration of `body`.
  public func withRecords<R>(
    decompressor: Decompressor?, bytesMax: Int = decompressedBytesMax,
    _ body: (UnsafeRawBufferPointer) throws(RecordBatchError) -> R
  ) throws(RecordBatchError) -> R {
    guard header.attributes.codec != CompressionCodec.none else { return try body(storedRecords) }
    let opened = try decompressed(with: decompressor, bytesMax: bytesMax)
    return try opened.withUnsafeBytes { records in
      Result { () throws(RecordBatchError) in try body(records) }
    }.get()
  }

  /// The records block of a compressed batch, opened.
  public func decompressed(
    with decompressor: Decompressor?, bytesMax: Int = decompressedBytesMax
  ) throws(RecordBatchError) -> [UInt8] {
    guard let codec = header.attributes.codec else { throw .unknownCodec(Int(header.attributes.rawValue & 0b111)) }
    guard codec != .none else { return Array(storedRecords) }
    guard let decompressor else { throw .codecUnavailable(codec) }
    return try decompressor(codec, storedRecords, bytesMax)
  }

  /// Calls `body` for each record; the second argument is the block that the record's ranges count in.
  public func forEachRecord(
    decompressor: Decompressor?,
    _ body: (RecordView, UnsafeRawBufferPointer) throws(RecordBatchError) -> Void
  ) throws(RecordBatchError) {
    try withRecords(decompressor: decompressor) { (records) throws(RecordBatchError) in
      var reader = RecordReader(records: records, header: header)
      while let record = try reader.next() { try body(record, records) }
    }
  }
}

/// Cuts a run of bytes into the batches that it consists of.
public struct RecordBatchSequence {
  private let bytes: UnsafeRawBufferPointer
  /// Where the next batch starts.
  public private(set) var position = 0

  /// The batches that follow one another in `bytes`.
  public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The next batch, its version and length checked; nil at the end.
  public mutating func next() throws(RecordBatchError) -> RecordBatchView? {
    guard position < bytes.count else { return nil }
    let batch = try RecordBatchView(startOf: bytes.part(position..<bytes.count))
    position += batch.bytes.count
    return batch
  }

  /// Where each batch lies within `bytes`: at least one, at most `countMax`, with nothing between or behind them.
  public static func split(_ bytes: UnsafeRawBufferPointer, countMax: Int) throws(RecordBatchError) -> [Range<Int>] {
    var batches = RecordBatchSequence(bytes)
    var ranges: [Range<Int>] = []
    while let batch = try batches.next() {
      guard ranges.count < countMax else { throw .tooManyBatches(countMax) }
      ranges.append(batches.position - batch.bytes.count..<batches.position)
    }
    guard !ranges.isEmpty else { throw .empty }
    return ranges
  }
}
