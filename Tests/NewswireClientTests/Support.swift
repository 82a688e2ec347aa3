import Bytes
import Model
import RecordBatch

@testable import NewswireClient

/// The same numbers in every run.
struct FixedRandom: RandomNumberGenerator {
  var state: UInt64 = 42
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}

extension Instant {
  static func ms(_ milliseconds: Int64) -> Instant { Instant(milliseconds * 1_000_000) }
}

nonisolated(unsafe) let noCompressor: Compressor = { (_, bytes) throws(RecordBatchError) in Array(bytes) }

/// A record as a test compares it.
struct PlainRecord: Hashable {
  var key: String?
  var value: String?
  var offsetDelta: Int32
}

/// Every record of the batches that lie one behind the other in `bytes`, with all checks of a broker.
func records(of bytes: ByteSlice, decompressor: Decompressor? = nil) throws -> [[PlainRecord]] {
  try bytes.withUnsafeBytes { bytes in
    var batches = RecordBatchSequence(bytes)
    var found: [[PlainRecord]] = []
    while let batch = try batches.next() {
      try batch.validate(decompressor: decompressor)
      var records: [PlainRecord] = []
      try batch.forEachRecord(decompressor: decompressor) { (record, block) throws(RecordBatchError) in
        func text(_ range: Range<Int>?) -> String? { range.map { String(decoding: block[$0], as: UTF8.self) } }
        records.append(
          PlainRecord(key: text(record.key), value: text(record.value), offsetDelta: record.offsetDelta))
      }
      found.append(records)
    }
    return found
  }
}

func error(_ reason: NewswireError.Reason, isRetriable: Bool = false) -> NewswireError {
  NewswireError(reason, "a test says so", isRetriable: isRetriable)
}
