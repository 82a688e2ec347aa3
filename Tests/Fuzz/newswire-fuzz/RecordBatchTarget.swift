import Compression
import RecordBatch

/// Bytes as a producer's batches: split, checked, read record by record; first as they are, then with a checksum that
/// fits, so that the fuzzer gets behind it.
func fuzzRecordBatch(_ bytes: UnsafeRawBufferPointer) {
  checkBatches(bytes)
  var mended = Array(bytes)
  guard mended.count > 61 else { return }
  mended.withUnsafeMutableBytes { mended in
    let checksum = CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: mended[21...]))
    mended.storeBytes(of: UInt32(truncatingIfNeeded: mended.count - 12).bigEndian, toByteOffset: 8, as: UInt32.self)
    mended[16] = 2
    mended.storeBytes(of: checksum.bigEndian, toByteOffset: 17, as: UInt32.self)
    checkBatches(UnsafeRawBufferPointer(mended))
  }
}

private func checkBatches(_ bytes: UnsafeRawBufferPointer) {
  guard let ranges = try? RecordBatchSequence.split(bytes, countMax: 100) else { return }
  for range in ranges {
    guard let batch = try? RecordBatchView(UnsafeRawBufferPointer(rebasing: bytes[range])) else {
      fatalError("a batch of a sequence is none by itself")
    }
    guard (try? batch.validate(decompressor: decompressRecords, decompressedBytesMax: 1 << 20)) != nil else { continue }
    var count = 0
    do throws(RecordBatchError) {
      try batch.forEachRecord(decompressor: decompressRecords) { record, records in
        count += 1
        _ = record.headers(in: records).count
        _ = record.offset(in: batch.header)
        _ = record.timestamp(in: batch.header)
      }
    } catch {
      fatalError("a batch that was accepted cannot be read: \(error)")
    }
    guard count == Int(batch.header.recordsCount) else {
      fatalError("\(count) of \(batch.header.recordsCount) records")
    }
  }
}
