public import Model
internal import RecordBatch

/// The layout of Kafka's index files.
///
/// `.index`: relative offset i32 of a batch's *last* record, position i32 of the batch in the segment.
/// `.timeindex`: timestamp i64, relative offset i32 of the last record of the batch that first reached that time.
enum IndexLayout {
  static let offsetEntryBytes = 8
  static let timeEntryBytes = 12
}

/// Makes a segment's index entries as its batches go by, by the same rule as Kafka.
///
/// Entries wait in memory until they are drained to the files. They are hints: everything can be found without them.
struct IndexBuilder: Hashable, Sendable {
  let base: Offset
  let intervalBytes: Int
  /// Entries that are not in the files yet.
  private(set) var offsetPending: [UInt8] = []
  private(set) var timePending: [UInt8] = []
  /// Bytes of the files with all entries so far, pending ones included.
  private(set) var offsetBytes: Int
  private(set) var timeBytes: Int
  /// The newest time in the segment and the last offset of the batch that brought it.
  private(set) var newest: TimestampedOffset?
  private var lastTimeEntry: Timestamp?
  private var bytesSinceEntry = 0

  /// Goes on behind index files of these sizes, whose last time entry is `newest`.
  init(base: Offset, intervalBytes: Int, offsetBytes: Int = 0, timeBytes: Int = 0, newest: TimestampedOffset? = nil) {
    self.base = base
    self.intervalBytes = intervalBytes
    self.offsetBytes = offsetBytes
    self.timeBytes = timeBytes
    self.newest = newest
    lastTimeEntry = newest?.timestamp
  }

  /// Notes the batch that ends with `lastOffset` and lies at `position`.
  mutating func add(lastOffset: Offset, maxTimestamp: Timestamp, position: Int, sizeInBytes: Int) {
    if newest.map({ maxTimestamp > $0.timestamp }) ?? true {
      newest = TimestampedOffset(timestamp: maxTimestamp, offset: lastOffset)
    }
    if bytesSinceEntry > intervalBytes, let relative = Int32(exactly: lastOffset - base) {
      offsetPending.appendBigEndian(relative)
      offsetPending.appendBigEndian(Int32(position))
      offsetBytes += IndexLayout.offsetEntryBytes
      addTimeEntry()
      bytesSinceEntry = 0
    }
    bytesSinceEntry += sizeInBytes
  }

  /// Adds a time entry for the newest record, if there is none yet: at a checkpoint and when the segment is closed.
  mutating func addTimeEntry() {
    guard let newest, lastTimeEntry.map({ newest.timestamp > $0 }) ?? true,
      let relative = Int32(exactly: newest.offset - base)
    else { return }
    timePending.appendBigEndian(newest.timestamp.rawValue)
    timePending.appendBigEndian(relative)
    timeBytes += IndexLayout.timeEntryBytes
    lastTimeEntry = newest.timestamp
  }

  /// Takes the pending entries, each with its place in its file.
  mutating func drain() -> (offsets: (position: Int, bytes: [UInt8]), times: (position: Int, bytes: [UInt8])) {
    defer {
      offsetPending = []
      timePending = []
    }
    return (
      (offsetBytes - offsetPending.count, offsetPending), (timeBytes - timePending.count, timePending)
    )
  }
}

/// A time and the offset that belongs to it.
public struct TimestampedOffset: Hashable, Sendable {
  /// The time.
  public let timestamp: Timestamp
  /// The offset.
  public let offset: Offset

  /// The offset `offset` at the time `timestamp`.
  public init(timestamp: Timestamp, offset: Offset) {
    self.timestamp = timestamp
    self.offset = offset
  }
}
