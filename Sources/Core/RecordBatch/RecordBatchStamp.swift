public import Model

/// What the leader writes into a batch that it appends: always within the first 61 bytes.
public enum RecordBatchStamp {
  /// Writes where the batch stands and under which leader. The checksum does not cover these fields.
  public static func stamp(
    _ head: UnsafeMutableRawBufferPointer, baseOffset: Offset, leaderEpoch: LeaderEpoch
  ) {
    precondition(head.count >= RecordBatchHeader.byteCount, "no batch header")
    head.storeBigEndian(baseOffset.rawValue, at: 0)
    head.storeBigEndian(leaderEpoch.rawValue, at: 12)
  }

  /// Gives a whole batch another producer, or another number, and the checksum that follows from it.
  public static func stampProducer(_ batch: UnsafeMutableRawBufferPointer, _ producer: ProducerStamp) {
    precondition(batch.count >= RecordBatchHeader.byteCount, "no batch header")
    batch.storeBigEndian(producer.id.rawValue, at: 43)
    batch.storeBigEndian(producer.epoch.rawValue, at: 51)
    batch.storeBigEndian(producer.baseSequence, at: 53)
    let checksum = CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: batch[RecordBatchHeader.checkedFrom...]))
    batch.storeBigEndian(checksum, at: 17)
  }

  /// Gives all records the time `timestamp` of the leader, and the batch the checksum that follows from it.
  ///
  /// `head` is the batch's first 61 bytes, `rest` all that follow.
  public static func stampLogAppendTime(
    _ head: UnsafeMutableRawBufferPointer, rest: UnsafeRawBufferPointer, timestamp: Timestamp
  ) {
    precondition(head.count == RecordBatchHeader.byteCount, "not exactly a batch header")
    var attributes = UnsafeRawBufferPointer(head).bigEndian(Int16.self, at: 21)
    attributes |= Int16(TimestampType.logAppendTime.rawValue) << 3
    head.storeBigEndian(attributes, at: 21)
    head.storeBigEndian(timestamp.rawValue, at: 35)
    var checksum = CRC32C()
    checksum.update(UnsafeRawBufferPointer(rebasing: head[RecordBatchHeader.checkedFrom...]))
    checksum.update(rest)
    head.storeBigEndian(checksum.value, at: 17)
  }
}
