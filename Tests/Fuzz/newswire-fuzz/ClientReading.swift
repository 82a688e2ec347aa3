import Bytes

@testable import NewswireClient

/// Reads batches as the client does for whoever consumes them, record by record.
func readAsClient(_ content: [UInt8], from start: Int64) {
  let batch = ConsumedBatch(
    partition: TopicPartition("t", 0), firstOffset: start, nextOffset: start + 100,
    highWatermark: start + 100, leaderEpoch: 0, timestampMin: nil, bytes: ByteSlice(content), progress: nil)
  var count = 0
  var size = 0
  do {
    try batch.forEachRecord { record in
      guard record.offset >= start else { fatalError("offset \(record.offset) is before \(start)") }
      count += 1
      size += (record.key?.count ?? 0) + (record.value?.count ?? 0) + record.headers.count
    }
  } catch {
    guard let error = error as? NewswireError, !error.message.isEmpty else { fatalError("another error: \(error)") }
    return
  }
  guard let copies = try? batch.records, copies.count == count else { fatalError("\(count) records, and then others") }
}
