internal import Bytes
internal import Model
internal import RecordBatch

/// The place of a partition in the accumulator's table.
typealias Slot = Int

/// A batch to which nothing is added any more, still without its header.
struct SealedBatch {
  /// The memory it lies in, with other batches of the same partition.
  let storage: ByteStorage
  /// Where in the memory it starts.
  let start: Int
  /// What has been written.
  let writer: RecordBatchWriter
  /// The number of its first record among all that this producer was given for the partition, from 0 on.
  let firstNumber: Int64
  /// The number of its first record among all that this producer was given.
  let ordinal: Int64
  /// When its first record came.
  let openedAt: Instant

  var end: Int { start + writer.sizeInBytes }
}

/// Batches of one partition that lie one behind the other in memory: what one request carries.
struct ProduceRun {
  let slot: Slot
  /// At least one, in order, without a gap between them.
  let batches: [SealedBatch]

  var firstNumber: Int64 { batches[0].firstNumber }
  var ordinal: Int64 { batches[0].ordinal }
  /// The number behind the last record's.
  var endNumber: Int64 { firstNumber + Int64(recordsCount) }
  var recordsCount: Int { batches.reduce(0) { $0 + Int($1.writer.recordsCount) } }
  /// When the oldest of its records came.
  var openedAt: Instant { batches[0].openedAt }

  /// Compresses the batches if asked to, gives them their headers and closes the gaps that compression left.
  ///
  /// A batch that compression would not make smaller stays as it is. The first batch gets the stamp `producer`, the
  /// others those that follow. To be called once, by whoever took the run.
  func finished(codec: CompressionCodec, compressor: Compressor, producer: ProducerStamp? = nil) -> ByteSlice {
    let start = batches[0].start
    let storage = batches[0].storage
    var end = start
    var stamp = producer
    for batch in batches {
      let source = UnsafeMutableRawBufferPointer(start: storage.base + batch.start, count: batch.writer.sizeInBytes)
      let packed = codec == .none ? nil : Self.packed(source, codec, compressor)
      let size = packed.map { RecordBatchHeader.byteCount + $0.count } ?? source.count
      let target = UnsafeMutableRawBufferPointer(start: storage.base + end, count: size)
      let records = target.baseAddress! + RecordBatchHeader.byteCount
      if let packed {
        packed.withUnsafeBytes { records.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
      } else if end != batch.start {
        // The ranges may overlap: a move, not a copy.
        target.baseAddress!.copyMemory(from: source.baseAddress!, byteCount: size)
      }
      batch.writer.finish(target, codec: packed == nil ? .none : codec, sizeInBytes: size, producer: stamp)
      stamp = stamp?.behind(batch.writer.recordsCount)
      end += size
    }
    return ByteSlice(storage, offset: start, count: end - start)
  }

  private static func packed(
    _ batch: UnsafeMutableRawBufferPointer, _ codec: CompressionCodec, _ compressor: Compressor
  ) -> [UInt8]? {
    let records = UnsafeRawBufferPointer(rebasing: batch[RecordBatchHeader.byteCount...])
    guard let packed = try? compressor(codec, records), packed.count < records.count else { return nil }
    return packed
  }
}
