internal import Bytes
internal import Model
internal import RecordBatch

/// Holds what a broker has sent against all that fixes it: each batch's checksum, and what that leaves out against the
/// batches beside it.
enum ReceivedBatches {
  /// What is wrong; nil if nothing is. The batches hold the offset `start`, if that is known, and lead to `end`.
  static func fault(in bytes: ByteSlice, from start: Int64?, until end: Int64) -> String? {
    guard !bytes.isEmpty else { return nil }
    return bytes.withUnsafeBytes { bytes in
      do throws(RecordBatchError) {
        var batches = RecordBatchSequence(bytes)
        var expected: Int64?
        while let batch = try batches.next() {
          try batch.validateChecksum()
          let (first, next) = (batch.header.baseOffset.rawValue, batch.header.nextOffset.rawValue)
          let isInPlace = expected.map { first == $0 } ?? start.map { first <= $0 && $0 < next } ?? true
          guard isInPlace else { return "a record batch states offset \(first)" }
          expected = next
        }
        return expected == end ? nil : "the record batches end at offset \(expected ?? 0), not at \(end)"
      } catch {
        return "\(error)"
      }
    }
  }
}
