internal import Bytes

/// Records of one partition that came together, as they lie in memory: nothing is copied or decoded before it is asked
/// for.
///
/// ```swift
/// for try await batch in consumer.batches("lines", from: .beginning) {
///   try batch.forEachRecord { record in total += record.value?.count ?? 0 }
/// }
/// ```
public struct ConsumedBatch: Sendable {
  /// The partition.
  public let partition: TopicPartition
  /// The offset from which on records are wanted: what lies before it in the bytes is skipped.
  public internal(set) var firstOffset: Int64
  /// The offset behind these records.
  public let nextOffset: Int64
  /// The end of what could be seen of the partition when this was sent.
  public let highWatermark: Int64
  /// The epoch of the leader that served it.
  public let leaderEpoch: Int32
  /// The records before the first with this time are not wanted either.
  let timestampMin: Int64?
  let bytes: ByteSlice
  let progress: PartitionProgress?

  /// How many bytes they take, as they were sent.
  public var byteCount: Int { bytes.count }

  /// Calls `body` for each record, in order. What it is lent must not be kept.
  ///
  /// Throws `CORRUPT_RECORD_BATCH` if the bytes are not what the broker stored.
  public func forEachRecord(_ body: (borrowing LentRecord) throws -> Void) throws {
    var cursor = RecordCursor(self)
    while let record = try cursor.next() { try body(record) }
  }

  /// All records, copied.
  public var records: [ConsumedRecord] {
    get throws {
      var cursor = RecordCursor(self)
      var records: [ConsumedRecord] = []
      while let record = try cursor.next() { records.append(ConsumedRecord(record, partition)) }
      return records
    }
  }

  /// Lends the bytes: record batches in Kafka's format, one behind the other. The first may begin before `firstOffset`.
  public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try bytes.withUnsafeBytes(body)
  }
}

extension ConsumedRecord {
  init(_ record: borrowing LentRecord, _ partition: TopicPartition) {
    self.init(
      topic: partition.topic, partition: partition.partition, offset: record.offset, timestamp: record.timestamp,
      key: record.key.map { Array($0) }, value: record.value.map { Array($0) }, headers: record.headers)
  }
}
