public import Model

/// Writes one record batch into memory that its caller has set aside: for those who make many, without a copy.
///
/// The memory starts with room for the header, which `finish` fills in. The writer itself is only the numbers that
/// describe what has been written, so the caller hands over the same memory each time.
public struct RecordBatchWriter: Hashable, Sendable {
  /// How many bytes of the memory are in use: those of the batch, were it finished now.
  public private(set) var sizeInBytes = RecordBatchHeader.byteCount
  /// How many records have been written.
  public private(set) var recordsCount: Int32 = 0
  private var baseTimestamp = Timestamp(0)
  private var maxTimestamp = Timestamp(.min)

  /// A writer that has not written anything.
  public init() {}

  /// True as long as there is no record.
  public var isEmpty: Bool { recordsCount == 0 }

  /// Writes a record behind those before; nil is Kafka's null. False, and nothing changed, if it does not fit.
  public mutating func append(
    key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, headers: [RecordHeader] = [], timestamp: Timestamp,
    to memory: UnsafeMutableRawBufferPointer
  ) -> Bool {
    let base = isEmpty ? timestamp : baseTimestamp
    let timestampDelta = timestamp.rawValue &- base.rawValue
    let length =
      1 + Varint.byteCount(timestampDelta) + Varint.byteCount(Int64(recordsCount)) + Self.encodedSize(key?.count)
      + Self.encodedSize(value?.count) + Varint.byteCount(Int64(headers.count))
      + headers.reduce(0) { $0 + Self.encodedSize($1.key.utf8.count) + Self.encodedSize($1.value?.count) }
    let end = sizeInBytes + Varint.byteCount(Int64(length)) + length
    guard end <= memory.count, Int(recordsCount) < RecordBatchBuilder.recordsMax, let start = memory.baseAddress
    else { return false }

    var cursor = RecordCursor(position: start + sizeInBytes)
    cursor.write(Int64(length))
    cursor.write(0 as UInt8)
    cursor.write(timestampDelta)
    cursor.write(Int64(recordsCount))
    cursor.write(run: key)
    cursor.write(run: value)
    cursor.write(Int64(headers.count))
    for header in headers { cursor.write(header) }

    baseTimestamp = base
    maxTimestamp = max(maxTimestamp, timestamp)
    recordsCount += 1
    sizeInBytes = end
    return true
  }

  /// Fills in the header. There must be a record, and `memory` must hold what was written.
  ///
  /// With a `codec`, the records behind the header have been replaced by their compressed form, and the batch now has
  /// `sizeInBytes`.
  public func finish(
    _ memory: UnsafeMutableRawBufferPointer, codec: CompressionCodec = .none, sizeInBytes: Int? = nil,
    producer: ProducerStamp? = nil
  ) {
    precondition(recordsCount > 0, "a batch needs a record")
    let size = sizeInBytes ?? self.sizeInBytes
    precondition(size >= RecordBatchHeader.byteCount && size <= memory.count, "the batch does not fit")
    let batch = UnsafeMutableRawBufferPointer(rebasing: memory[..<size])
    let header = RecordBatchHeader(
      batchLength: Int32(size - RecordBatchHeader.uncountedBytes), attributes: BatchAttributes(codec: codec),
      baseTimestamp: baseTimestamp, maxTimestamp: maxTimestamp, producer: producer, recordsCount: recordsCount)
    header.encode(into: batch)
    let checksum = CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: batch[RecordBatchHeader.checkedFrom...]))
    batch.storeBigEndian(checksum, at: 17)
  }

  private static func encodedSize(_ count: Int?) -> Int {
    if let count { Varint.byteCount(Int64(count)) + count } else { 1 }
  }
}

/// A place in memory that moves on with what is written. The writer has checked that there is room.
private struct RecordCursor {
  var position: UnsafeMutableRawPointer

  @inline(__always)
  mutating func write(_ byte: UInt8) {
    position.storeBytes(of: byte, as: UInt8.self)
    position += 1
  }

  @inline(__always)
  mutating func write(_ value: Int64) {
    var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
    while rest >= 0x80 {
      write(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    write(UInt8(rest))
  }

  @inline(__always)
  mutating func write(run: UnsafeRawBufferPointer?) {
    guard let run else { return write(-1 as Int64) }
    write(Int64(run.count))
    guard let source = run.baseAddress else { return }
    position.copyMemory(from: source, byteCount: run.count)
    position += run.count
  }

  mutating func write(_ header: RecordHeader) {
    var key = header.key
    key.withUTF8 { write(run: UnsafeRawBufferPointer($0)) }
    if let value = header.value { value.withUnsafeBytes { write(run: $0) } } else { write(run: nil) }
  }
}
