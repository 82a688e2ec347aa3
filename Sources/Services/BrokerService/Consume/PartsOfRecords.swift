internal import Messages
internal import Model
internal import RecordBatch

/// Gathers the records of batches into parts that fit into one answer each.
struct PartsOfRecords {
  /// What a record takes on the wire beside its bytes, at most: offset, time, tags and lengths.
  private static let recordOverhead = 40
  private static let headerOverhead = 12

  let from: Offset
  private let bytesMax: Int
  private var parts: [StructuredRecords] = []
  private var records: [NewswireV1.Record] = []
  private var bytes = 0

  init(from: Offset, bytesMax: Int) {
    self.from = from
    self.bytesMax = bytesMax
  }

  /// Adds the records of a batch, opened by `decompressor`.
  mutating func add(_ batch: RecordBatchView, _ decompressor: @escaping Decompressor) throws(RecordBatchError) {
    guard !batch.header.attributes.isControl, batch.header.nextOffset > from else { return }
    let header = batch.header
    var parts = self
    try batch.forEachRecord(decompressor: decompressor) { record, block in
      let offset = record.offset(in: header)
      guard offset >= parts.from else { return }
      parts.add(record, at: offset, time: record.timestamp(in: header), in: block)
    }
    self = parts
  }

  private mutating func add(
    _ record: RecordView, at offset: Offset, time: Timestamp, in block: UnsafeRawBufferPointer
  ) {
    func bytes(_ range: Range<Int>?) -> [UInt8]? { range.map { Array(block[$0]) } }
    let headers = record.headers(in: block).map { header in
      NewswireV1.Header(key: String(decoding: block[header.key], as: UTF8.self), value: bytes(header.value))
    }
    let size =
      Self.recordOverhead + (record.key?.count ?? 0) + (record.value?.count ?? 0) + record.headers.count
      + headers.count * Self.headerOverhead
    if !records.isEmpty, self.bytes + size > bytesMax { close(at: offset) }
    self.bytes += size
    records.append(
      NewswireV1.Record(
        offset: offset.rawValue, timestampMs: time.rawValue, key: bytes(record.key), value: bytes(record.value),
        headers: headers))
  }

  private mutating func close(at offset: Offset) {
    parts.append(StructuredRecords(records: records, nextOffset: offset))
    records = []
    bytes = 0
  }

  /// The parts; the last ends at `end`.
  mutating func finish(at end: Offset) -> [StructuredRecords] {
    if !records.isEmpty { close(at: end) }
    return parts
  }
}
