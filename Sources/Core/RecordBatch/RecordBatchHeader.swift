public import Model

/// Who wrote a batch idempotently, and as which of its batches.
public struct ProducerStamp: Hashable, Sendable {
  /// The producer.
  public var id: ProducerID
  /// Its incarnation.
  public var epoch: ProducerEpoch
  /// The number of the batch's first record among all that this producer sent to this partition. Wraps to 0.
  public var baseSequence: Int32

  /// The record number `baseSequence` of that incarnation of that producer.
  public init(id: ProducerID, epoch: ProducerEpoch, baseSequence: Int32) {
    self.id = id
    self.epoch = epoch
    self.baseSequence = baseSequence
  }

  /// The stamp of the batch behind one with so many records.
  public func behind(_ recordsCount: Int32) -> ProducerStamp {
    ProducerStamp(id: id, epoch: epoch, baseSequence: (baseSequence &+ recordsCount) & Int32.max)
  }
}

/// The first 61 bytes of a record batch, in Kafka's format with magic 2.
///
/// The checksum covers everything from `attributes` on, so the leader can stamp `baseOffset` and `leaderEpoch`
/// without touching it.
public struct RecordBatchHeader: Hashable, Sendable {
  /// The bytes of a header.
  public static let byteCount = 61
  /// The bytes at the start of a batch that `batchLength` does not count.
  public static let uncountedBytes = 12
  /// The only format version there is.
  public static let magic: Int8 = 2
  /// Where the checksum's coverage starts.
  static let checkedFrom = 21

  /// The offset of the first record. Whatever the producer wrote, until the leader has stamped it.
  public var baseOffset: Offset
  /// The bytes of the batch behind this field: all but 12.
  public var batchLength: Int32
  /// The epoch of the leader that appended the batch; nil before.
  public var leaderEpoch: LeaderEpoch?
  /// CRC-32C of everything from `attributes` on.
  public var checksum: UInt32
  /// Codec, kind of timestamp and other flags.
  public var attributes: BatchAttributes
  /// How far the last record's offset is from the first one's.
  public var lastOffsetDelta: Int32
  /// What the records' timestamp deltas count from.
  public var baseTimestamp: Timestamp
  /// The time of the newest record; of every record with `logAppendTime`.
  public var maxTimestamp: Timestamp
  /// The idempotent producer; nil if there is none.
  public var producer: ProducerStamp?
  /// How many records there are. Fewer than `lastOffsetDelta + 1` only after compaction.
  public var recordsCount: Int32

  /// Reads the header at the start of `bytes`. The batch itself need not be there in whole.
  ///
  /// Guaranteed afterwards: `sizeInBytes >= 61`, offsets and counts are not negative and `nextOffset` does not overflow.
  public init(decoding bytes: UnsafeRawBufferPointer) throws(RecordBatchError) {
    guard bytes.count >= Self.byteCount else { throw .truncated(have: bytes.count, need: Self.byteCount) }
    let magic = bytes.bigEndian(Int8.self, at: 16)
    guard magic == Self.magic else { throw .unsupportedMagic(magic) }
    batchLength = bytes.bigEndian(Int32.self, at: 8)
    guard batchLength >= Self.byteCount - Self.uncountedBytes, batchLength <= Int32.max - Int32(Self.uncountedBytes)
    else { throw .invalidLength(batchLength) }

    baseOffset = Offset(bytes.bigEndian(Int64.self, at: 0))
    guard baseOffset >= .zero, baseOffset.rawValue < Int64.max - Int64(Int32.max) - 1 else {
      throw .invalidField("baseOffset", baseOffset.rawValue)
    }
    let epoch = bytes.bigEndian(Int32.self, at: 12)
    guard epoch >= -1 else { throw .invalidField("partitionLeaderEpoch", Int64(epoch)) }
    leaderEpoch = epoch < 0 ? nil : LeaderEpoch(epoch)
    checksum = bytes.bigEndian(UInt32.self, at: 17)
    attributes = BatchAttributes(rawValue: bytes.bigEndian(Int16.self, at: 21))
    lastOffsetDelta = bytes.bigEndian(Int32.self, at: 23)
    guard lastOffsetDelta >= 0 else { throw .invalidField("lastOffsetDelta", Int64(lastOffsetDelta)) }
    baseTimestamp = Timestamp(bytes.bigEndian(Int64.self, at: 27))
    maxTimestamp = Timestamp(bytes.bigEndian(Int64.self, at: 35))
    recordsCount = bytes.bigEndian(Int32.self, at: 57)
    guard recordsCount >= 0 else { throw .invalidField("recordsCount", Int64(recordsCount)) }
    producer = try Self.producer(in: bytes)
  }

  private static func producer(in bytes: UnsafeRawBufferPointer) throws(RecordBatchError) -> ProducerStamp? {
    let id = bytes.bigEndian(Int64.self, at: 43)
    guard id != -1 else { return nil }
    let epoch = bytes.bigEndian(Int16.self, at: 51)
    let sequence = bytes.bigEndian(Int32.self, at: 53)
    guard id >= 0 else { throw .invalidField("producerId", id) }
    guard epoch >= 0 else { throw .invalidField("producerEpoch", Int64(epoch)) }
    // Marks of transactions have a producer but no sequence.
    guard sequence >= -1 else { throw .invalidField("baseSequence", Int64(sequence)) }
    return ProducerStamp(id: ProducerID(id), epoch: ProducerEpoch(epoch), baseSequence: sequence)
  }

  /// A header for a batch that is being built.
  init(
    batchLength: Int32, attributes: BatchAttributes, baseTimestamp: Timestamp, maxTimestamp: Timestamp,
    producer: ProducerStamp?, recordsCount: Int32
  ) {
    baseOffset = .zero
    self.batchLength = batchLength
    leaderEpoch = nil
    checksum = 0
    self.attributes = attributes
    lastOffsetDelta = recordsCount - 1
    self.baseTimestamp = baseTimestamp
    self.maxTimestamp = maxTimestamp
    self.producer = producer
    self.recordsCount = recordsCount
  }

  /// Writes the 61 bytes to the start of `bytes`.
  public func encode(into bytes: UnsafeMutableRawBufferPointer) {
    precondition(bytes.count >= Self.byteCount, "no room for a batch header")
    bytes.storeBigEndian(baseOffset.rawValue, at: 0)
    bytes.storeBigEndian(batchLength, at: 8)
    bytes.storeBigEndian(leaderEpoch?.rawValue ?? -1, at: 12)
    bytes.storeBigEndian(Self.magic, at: 16)
    bytes.storeBigEndian(checksum, at: 17)
    bytes.storeBigEndian(attributes.rawValue, at: 21)
    bytes.storeBigEndian(lastOffsetDelta, at: 23)
    bytes.storeBigEndian(baseTimestamp.rawValue, at: 27)
    bytes.storeBigEndian(maxTimestamp.rawValue, at: 35)
    bytes.storeBigEndian(producer?.id.rawValue ?? -1, at: 43)
    bytes.storeBigEndian(producer?.epoch.rawValue ?? -1, at: 51)
    bytes.storeBigEndian(producer?.baseSequence ?? -1, at: 53)
    bytes.storeBigEndian(recordsCount, at: 57)
  }

  /// The bytes of the whole batch.
  public var sizeInBytes: Int { Int(batchLength) + Self.uncountedBytes }
  /// The offset of the last record.
  public var lastOffset: Offset { baseOffset + Int64(lastOffsetDelta) }
  /// The offset behind the last record.
  public var nextOffset: Offset { baseOffset + Int64(lastOffsetDelta) + 1 }
}
