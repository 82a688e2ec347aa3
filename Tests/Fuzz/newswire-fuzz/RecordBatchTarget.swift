import Compression
import Model

@testable import RecordBatch

/// Bytes as a producer's batches: split, checked, read record by record; first as they are, then with a length and a
/// checksum that fit, so that the fuzzer gets behind them.
func fuzzRecordBatch(_ bytes: UnsafeRawBufferPointer) {
  checkBatches(bytes)
  var mended = Array(bytes)
  guard mended.count >= RecordBatchHeader.byteCount else { return }
  mend(&mended)
  mended.withUnsafeBytes { checkBatches($0) }
}

/// Makes one batch with a right checksum of bytes that are long enough for one.
private func mend(_ bytes: inout [UInt8]) {
  bytes.withUnsafeMutableBytes { bytes in
    bytes.storeBigEndian(Int32(bytes.count - RecordBatchHeader.uncountedBytes), at: 8)
    bytes.storeBigEndian(RecordBatchHeader.magic, at: 16)
    bytes.storeBigEndian(CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: bytes[21...])), at: 17)
  }
}

private func checkBatches(_ bytes: UnsafeRawBufferPointer) {
  guard let ranges = try? RecordBatchSequence.split(bytes, countMax: 100) else { return }
  for range in ranges {
    guard let batch = try? RecordBatchView(bytes.part(range)) else {
      fatalError("a batch of a sequence is none by itself")
    }
    checkHeader(batch)
    let isValid = (try? batch.validate(decompressor: decompressRecords, decompressedBytesMax: 1 << 20)) != nil
    checkRecords(batch, isValid: isValid)
  }
}

/// A header says the same after it was written.
private func checkHeader(_ batch: RecordBatchView) {
  var head = [UInt8](repeating: 0, count: RecordBatchHeader.byteCount)
  head.withUnsafeMutableBytes { batch.header.encode(into: $0) }
  let again = try? head.withUnsafeBytes { try RecordBatchHeader(decoding: $0) }
  guard again == batch.header, batch.header.lastOffset < batch.header.nextOffset else {
    fatalError("a header changes when it is written: \(batch.header)")
  }
}

/// Consumers and searches read batches that nobody has validated; those that somebody has can be read to their ends.
private func checkRecords(_ batch: RecordBatchView, isValid: Bool) {
  var count = 0
  do throws(RecordBatchError) {
    try batch.withRecords(decompressor: decompressRecords, bytesMax: 1 << 20) {
      (records) throws(RecordBatchError) in
      var reader = RecordReader(records: records, header: batch.header)
      while let record = try reader.next() {
        count += 1
        guard record.headers(in: records).count == record.headersCount else { fatalError("headers are lost") }
        _ = record.timestamp(in: batch.header)
        let offset = record.offset(in: batch.header)
        guard !isValid || offset < batch.header.nextOffset else { fatalError("offset \(offset) is beyond the batch") }
      }
    }
  } catch {
    guard !isValid else { fatalError("a batch that was accepted cannot be read: \(error)") }
  }
  guard !isValid || count == Int(batch.header.recordsCount) else {
    fatalError("\(count) of \(batch.header.recordsCount) records")
  }
}

/// A batch of `count` records, some with keys, headers and nulls.
func sampleBatch(_ count: Int, codec: CompressionCodec = .none) throws -> [UInt8] {
  var builder = RecordBatchBuilder()
  for index in 0..<count {
    let number = UInt8(truncatingIfNeeded: index)
    builder.append(
      key: index % 2 == 0 ? [0x6b, number] : nil, value: index % 3 == 2 ? nil : Array(repeating: number, count: index),
      headers: index % 4 == 0 ? [RecordHeader(key: "h", value: nil), RecordHeader(key: "", value: [number])] : [],
      timestamp: Timestamp(1_700_000_000_000 + Int64(index)))
  }
  return try builder.build(
    codec: codec, producer: ProducerStamp(id: ProducerID(7), epoch: ProducerEpoch(0), baseSequence: 3)
  ) { (codec, bytes) throws(RecordBatchError) in
    do { return try codec.compress(bytes) } catch { throw .decompressionFailed("\(error)") }
  }
}

func recordBatchSeeds() throws -> [[UInt8]] {
  let plain = try sampleBatch(5)
  return try CompressionCodec.allCases.map { try sampleBatch(20, codec: $0) } + [plain, plain + plain]
}
