internal import RecordBatch

/// What a segment's three files hold, in as many numbers: kept in the manifest, held against the files when they are
/// read through.
///
/// Each grows with what is appended, so nothing has to be read for it. A cut makes them unknown until the segment is
/// read through.
public struct SegmentChecksums: Hashable, Sendable {
  /// CRC-32C over what each batch says of itself: offset, size, leader epoch and its own checksum, which covers the
  /// rest. So no byte of the segment is left out, and no batch can take another's place.
  var records: UInt32 = 0
  /// CRC-32C of the offset index.
  var offsetIndex: UInt32 = 0
  /// CRC-32C of the time index.
  var timeIndex: UInt32 = 0

  static let byteCount = 12

  /// Goes on with a batch as it stands in the log.
  mutating func add(_ batch: RecordBatchHeader, at offset: Int64, leaderEpoch: Int32) {
    Self.add(batch, at: offset, leaderEpoch: leaderEpoch, to: &records)
  }

  /// Goes on with a batch, for a sum over records alone.
  static func add(_ batch: RecordBatchHeader, at offset: Int64, leaderEpoch: Int32, to sum: inout UInt32) {
    let place = UInt64(truncatingIfNeeded: batch.sizeInBytes) << 32 | UInt64(UInt32(bitPattern: leaderEpoch))
    let words = (UInt64(bitPattern: offset).bigEndian, place.bigEndian, batch.checksum.bigEndian)
    withUnsafeBytes(of: words) { bytes in
      sum = CRC32C.checksum(of: bytes.part(0..<20), continuing: sum)
    }
  }

  /// Goes on with entries of the indexes.
  mutating func add(offsetEntries: [UInt8], timeEntries: [UInt8]) {
    offsetIndex = offsetEntries.withUnsafeBytes { CRC32C.checksum(of: $0, continuing: offsetIndex) }
    timeIndex = timeEntries.withUnsafeBytes { CRC32C.checksum(of: $0, continuing: timeIndex) }
  }
}
