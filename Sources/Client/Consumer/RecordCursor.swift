internal import Bytes
internal import Compression
internal import Model
internal import RecordBatch

/// A place among the records of a consumed batch. Opens one record batch after the other, each when it comes to it.
struct RecordCursor {
  /// A record batch that is being read, with the memory that its records lie in.
  private struct Opened {
    let block: ByteSlice
    let header: RecordBatchHeader
    var reader: RecordReader
  }

  let batch: ConsumedBatch
  private var position = 0
  private var opened: Opened?
  /// Set until the first record that is wanted.
  private var timestampMin: Int64?

  init(_ batch: ConsumedBatch) {
    self.batch = batch
    timestampMin = batch.timestampMin
  }

  /// The next record; nil behind the last one. It is valid as long as the cursor is kept and not moved on.
  mutating func next() throws(NewswireError) -> LentRecord? {
    do throws(RecordBatchError) {
      while true {
        if opened == nil {
          guard position < batch.bytes.count else { return nil }
          try open()
        }
        // In place: a copy of the reader would be made twice for each record.
        guard let record = try opened!.reader.next() else {
          opened = nil
          continue
        }
        let offset = record.offset(in: opened!.header).rawValue
        guard offset >= batch.firstOffset, !opened!.header.attributes.isControl else { continue }
        let lent = lend(record, offset)
        if let timestampMin {
          guard lent.timestamp >= timestampMin else { continue }
          self.timestampMin = nil
        }
        return lent
      }
    } catch {
      throw NewswireError(
        .corruptRecordBatch,
        "partition \(batch.partition) sent a batch from offset \(batch.firstOffset) on that cannot be read: \(error)")
    }
  }

  private mutating func open() throws(RecordBatchError) {
    let rest = batch.bytes[position..<batch.bytes.count]
    let (opened, size) = try rest.withUnsafeBytes { (bytes) throws(RecordBatchError) -> (Opened, Int) in
      let view = try RecordBatchView(startOf: bytes)
      let block: ByteSlice
      if view.header.attributes.codec == CompressionCodec.none {
        block = rest[RecordBatchHeader.byteCount..<view.header.sizeInBytes]
      } else {
        block = ByteSlice(try view.decompressed(with: decompressRecords))
      }
      let records = block.withUnsafeBytes { $0 }
      let reader = RecordReader(records: records, header: view.header)
      return (Opened(block: block, header: view.header, reader: reader), view.header.sizeInBytes)
    }
    self.opened = opened
    position += size
  }

  private func lend(_ record: RecordView, _ offset: Int64) -> LentRecord {
    let block = opened!.block.withUnsafeBytes { $0 }
    func part(_ range: Range<Int>?) -> UnsafeRawBufferPointer? {
      range.map { UnsafeRawBufferPointer(rebasing: block[$0]) }
    }
    return LentRecord(
      offset: offset, timestamp: record.timestamp(in: opened!.header).rawValue, key: part(record.key),
      value: part(record.value), encodedHeaders: EncodedHeaders(record: record, block: block))
  }
}

/// A record's headers, not decoded before somebody asks.
struct EncodedHeaders {
  fileprivate let record: RecordView
  fileprivate let block: UnsafeRawBufferPointer

  var decoded: [Header] {
    guard record.headersCount > 0 else { return [] }
    return record.headers(in: block).map { header in
      Header(String(decoding: block[header.key], as: UTF8.self), header.value.map { Array(block[$0]) })
    }
  }
}
