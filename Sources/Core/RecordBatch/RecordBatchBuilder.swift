public import Model

/// Compresses a records block with the given codec; throws what went wrong in words.
public typealias Compressor = (CompressionCodec, UnsafeRawBufferPointer) throws(RecordBatchError) -> [UInt8]

/// One header of a record that is being written.
public struct RecordHeader: Hashable, Sendable {
  /// The name, UTF-8.
  public var key: String
  /// The value; nil for null.
  public var value: [UInt8]?

  /// A header called `key`.
  public init(key: String, value: [UInt8]?) {
    self.key = key
    self.value = value
  }
}

/// Makes one record batch out of records.
///
/// The records are encoded as they come; `build` adds the header and, if asked to, compresses.
public struct RecordBatchBuilder {
  private var bytes: [UInt8]
  private var baseTimestamp = Timestamp(0)
  private var maxTimestamp = Timestamp(.min)
  /// How many records have been added.
  public private(set) var recordsCount: Int32 = 0

  /// The most records that go into one batch.
  public static let recordsMax = 1 << 24

  /// A builder without records; `capacity` is how many bytes will probably be needed.
  public init(capacity: Int = 512) {
    bytes = []
    bytes.reserveCapacity(max(capacity, RecordBatchHeader.byteCount))
    bytes.append(contentsOf: repeatElement(0, count: RecordBatchHeader.byteCount))
  }

  /// True as long as there is no record.
  public var isEmpty: Bool { recordsCount == 0 }

  /// The size of the batch if it were built now without compression.
  public var sizeInBytes: Int { bytes.count }

  /// The most bytes by which a record of this size lets a batch grow.
  public static func sizeMax(keyBytes: Int, valueBytes: Int, headers: [RecordHeader] = []) -> Int {
    // Length, attributes, timestamp delta, offset delta, key length, value length, headers count.
    headers.reduce(5 + 1 + 10 + 5 + 5 + keyBytes + 5 + valueBytes + 5) {
      $0 + 5 + $1.key.utf8.count + 5 + ($1.value?.count ?? 0)
    }
  }

  /// Adds a record with these bytes; nil is Kafka's null.
  public mutating func append(
    key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, headers: [RecordHeader] = [], timestamp: Timestamp
  ) {
    precondition(Int(recordsCount) < Self.recordsMax, "too many records for one batch")
    if isEmpty { baseTimestamp = timestamp }
    let timestampDelta = timestamp.rawValue &- baseTimestamp.rawValue
    maxTimestamp = max(maxTimestamp, timestamp)

    let length =
      1 + Varint.byteCount(timestampDelta) + Varint.byteCount(Int64(recordsCount)) + Self.encodedSize(key?.count)
      + Self.encodedSize(value?.count) + Varint.byteCount(Int64(headers.count))
      + headers.reduce(0) { $0 + Self.encodedSize($1.key.utf8.count) + Self.encodedSize($1.value?.count) }
    Varint.append(Int64(length), to: &bytes)
    bytes.append(0)
    Varint.append(timestampDelta, to: &bytes)
    Varint.append(Int64(recordsCount), to: &bytes)
    appendRun(key)
    appendRun(value)
    Varint.append(Int64(headers.count), to: &bytes)
    for header in headers {
      Varint.append(Int64(header.key.utf8.count), to: &bytes)
      bytes.append(contentsOf: header.key.utf8)
      if let value = header.value { value.withUnsafeBytes { appendRun($0) } } else { appendRun(nil) }
    }
    recordsCount += 1
  }

  /// Adds a record with these bytes; nil is Kafka's null.
  public mutating func append(
    key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader] = [], timestamp: Timestamp
  ) {
    func lend<R>(_ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) -> R) -> R {
      if let bytes { bytes.withUnsafeBytes { body($0) } } else { body(nil) }
    }
    lend(key) { key in
      lend(value) { value in append(key: key, value: value, headers: headers, timestamp: timestamp) }
    }
  }

  private static func encodedSize(_ count: Int?) -> Int {
    if let count { Varint.byteCount(Int64(count)) + count } else { 1 }
  }

  private mutating func appendRun(_ run: UnsafeRawBufferPointer?) {
    guard let run else { return Varint.append(-1, to: &bytes) }
    Varint.append(Int64(run.count), to: &bytes)
    bytes.append(contentsOf: run)
  }

  /// The finished batch, with base offset 0 and without a leader epoch. There must be a record.
  public consuming func build(
    codec: CompressionCodec = .none, producer: ProducerStamp? = nil, isTransactional: Bool = false,
    isControl: Bool = false, compressor: Compressor? = nil
  ) throws(RecordBatchError) -> [UInt8] {
    guard recordsCount > 0 else { throw .empty }
    var batch = bytes
    bytes = []
    if codec != .none {
      guard let compressor else { throw .codecUnavailable(codec) }
      let block = try batch.withUnsafeBytes { plain in
        Result { () throws(RecordBatchError) in
          try compressor(codec, plain.part(RecordBatchHeader.byteCount..<plain.count))
        }
      }.get()
      batch.replaceSubrange(RecordBatchHeader.byteCount..., with: block)
    }
    guard batch.count <= Int(Int32.max) else { throw .invalidLength(.max) }
    let header = RecordBatchHeader(
      batchLength: Int32(batch.count - RecordBatchHeader.uncountedBytes),
      attributes: BatchAttributes(codec: codec, isTransactional: isTransactional, isControl: isControl),
      baseTimestamp: baseTimestamp, maxTimestamp: maxTimestamp, producer: producer, recordsCount: recordsCount)
    batch.withUnsafeMutableBytes { bytes in
      header.encode(into: bytes)
      let checksum = CRC32C.checksum(
        of: UnsafeRawBufferPointer(rebasing: bytes[RecordBatchHeader.checkedFrom...]))
      bytes.storeBigEndian(checksum, at: 17)
    }
    return batch
  }
}
