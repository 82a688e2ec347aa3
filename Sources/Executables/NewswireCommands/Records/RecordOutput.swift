internal import Glibc
internal import NewswireClient
internal import Synchronization

/// Writes records to standard output as they come, up to a number of them.
final class RecordOutput: Sendable {
  private struct State {
    var text: RecordText
    var progress = Progress("read", beside: STDOUT_FILENO)
    var records: Int64 = 0
    var bytes: Int64 = 0
    /// Of each partition the offset behind the last record written.
    var positions: [TopicPartition: Int64] = [:]
  }

  private let recordsMax: Int64
  private let state: Mutex<State>

  init(_ format: RecordFormat, keySeparator: String?, recordsMax: Int?) {
    self.recordsMax = recordsMax.map { Int64($0) } ?? .max
    state = Mutex(State(text: RecordText(format, keySeparator: keySeparator)))
  }

  /// Of each partition the offset behind the last record written.
  var positions: [TopicPartition: Int64] { state.withLock { $0.positions } }

  /// Writes all records of the batches, or as many as are wanted.
  func drain(_ batches: ConsumedBatches) async throws {
    for try await batch in batches {
      guard try write(batch) else { return }
    }
  }

  /// Writes all records, or as many as are wanted; then tells the last of them.
  func drain(_ records: ConsumedRecords) async throws -> ConsumedRecord? {
    for try await record in records {
      let isLast = try write(record)
      if isLast { return record }
    }
    return nil
  }

  /// Removes the line that says how far it is.
  func finish() { state.withLock { $0.progress.clear() } }

  private struct Enough: Error {}

  /// False if no more records are wanted.
  private func write(_ batch: ConsumedBatch) throws -> Bool {
    try state.withLock { state in
      do {
        try batch.forEachRecord { record in
          guard state.records < recordsMax else { throw Enough() }
          state.records += 1
          state.text.add(
            batch.partition, offset: record.offset, timestamp: record.timestamp, key: record.key, value: record.value,
            headers: record.headers)
        }
      } catch is Enough {}
      try flush(&state)
      state.positions[batch.partition] = batch.nextOffset
      return state.records < recordsMax
    }
  }

  /// True if it was the last one wanted.
  private func write(_ record: ConsumedRecord) throws -> Bool {
    try state.withLock { state in
      state.records += 1
      let partition = TopicPartition(record.topic, record.partition)
      lend(record.key) { key in
        lend(record.value) { value in
          state.text.add(
            partition, offset: record.offset, timestamp: record.timestamp, key: key, value: value,
            headers: record.headers)
        }
      }
      try flush(&state)
      state.positions[partition] = record.offset + 1
      return state.records >= recordsMax
    }
  }

  private func lend(_ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) -> Void) {
    if let bytes { bytes.withUnsafeBytes { body($0) } } else { body(nil) }
  }

  private func flush(_ state: inout State) throws {
    state.bytes += Int64(state.text.bytes.count)
    try state.text.bytes.withUnsafeBytes { try StandardStreams.write($0, to: STDOUT_FILENO) }
    state.text.removeAll()
    state.progress.update(records: state.records, bytes: state.bytes)
  }
}
