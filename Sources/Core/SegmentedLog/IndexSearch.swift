internal import Model
internal import RecordBatch

/// Finds a place to start from by a segment's index files, which are believed only as far as the batches agree.
struct IndexSearch<Storage: LogStorage> {
  let storage: Storage
  let segment: SegmentExtent
  /// True if an entry was found that does not fit the batch it points at.
  private(set) var foundFault = false

  init(storage: Storage, segment: SegmentExtent) {
    self.storage = storage
    self.segment = segment
  }

  /// The start of a batch that `offset` lies in or behind: the nearest that the index knows, else the segment's start.
  mutating func start(for offset: Offset, scanner: inout SegmentScanner<Storage>) throws(LogFailure) -> LogPosition {
    let beginning = segment.start
    let count = segment.offsetIndexBytes / IndexLayout.offsetEntryBytes
    let relative = offset - segment.base
    var low = 0
    var high = count
    var best: (relative: Int32, position: Int32)?
    while low < high {
      let middle = low + (high - low) / 2
      guard let entry = try offsetEntry(middle) else { break }
      if Int64(entry.relative) <= relative {
        best = entry
        low = middle + 1
      } else {
        high = middle
      }
    }
    guard let best else { return beginning }
    guard case .batch(let header) = try scanner.batch(at: Int(best.position), expected: nil),
      header.lastOffset == segment.base + Int64(best.relative), header.baseOffset >= segment.base
    else {
      foundFault = true
      return beginning
    }
    return LogPosition(offset: header.baseOffset, segment: segment.id, position: Int(best.position))
  }

  /// A batch before which no record is as new as `timestamp`: the last at which the index names an older time.
  ///
  /// nil if the index knows of none, or names one that does not have that time.
  mutating func start(
    for timestamp: Timestamp, scanner: inout SegmentScanner<Storage>
  ) throws(LogFailure) -> LogPosition? {
    guard let entry = try lastEntry(before: timestamp) else { return nil }
    var place = try start(for: entry.offset, scanner: &scanner)
    while case .batch(let header) = try scanner.batch(at: place.position, expected: place.offset) {
      if header.nextOffset > entry.offset {
        if header.lastOffset == entry.offset, header.newestTimestamp == entry.timestamp { return place }
        break
      }
      place.pass(header)
    }
    foundFault = true
    return nil
  }

  private mutating func lastEntry(before timestamp: Timestamp) throws(LogFailure) -> TimestampedOffset? {
    var low = 0
    var high = segment.timeIndexBytes / IndexLayout.timeEntryBytes
    var best: TimestampedOffset?
    while low < high {
      let middle = low + (high - low) / 2
      guard let entry = try timeEntry(middle) else { break }
      if entry.timestamp < timestamp {
        best = entry
        low = middle + 1
      } else {
        high = middle
      }
    }
    return best
  }

  /// The last time entry whose offset is below `offset`, and how many entries there are up to it.
  mutating func newest(below offset: Offset) throws(LogFailure) -> (entry: TimestampedOffset, count: Int)? {
    var count = segment.timeIndexBytes / IndexLayout.timeEntryBytes
    while count > 0, let entry = try timeEntry(count - 1) {
      if entry.offset < offset { return (entry, count) }
      count -= 1
    }
    return nil
  }

  /// How many entries of the offset index point at batches that end before `offset`.
  mutating func entriesCount(below offset: Offset) throws(LogFailure) -> Int {
    var low = 0
    var high = segment.offsetIndexBytes / IndexLayout.offsetEntryBytes
    while low < high {
      let middle = low + (high - low) / 2
      guard let entry = try offsetEntry(middle) else { return 0 }
      if segment.base + Int64(entry.relative) < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func offsetEntry(_ index: Int) throws(LogFailure) -> (relative: Int32, position: Int32)? {
    let bytes = try storage.bytes(
      .offsetIndex(segment.id), at: index * IndexLayout.offsetEntryBytes, count: IndexLayout.offsetEntryBytes)
    let entry = bytes.withUnsafeBytes { bytes -> (relative: Int32, position: Int32)? in
      guard bytes.count == IndexLayout.offsetEntryBytes else { return nil }
      return (bytes.bigEndian(Int32.self, at: 0), bytes.bigEndian(Int32.self, at: 4))
    }
    guard let entry, entry.relative >= 0, entry.position >= 0, Int(entry.position) < segment.end.position,
      Int64(entry.relative) < segment.end.offset - segment.base
    else {
      foundFault = true
      return nil
    }
    return entry
  }

  private mutating func timeEntry(_ index: Int) throws(LogFailure) -> TimestampedOffset? {
    let bytes = try storage.bytes(
      .timeIndex(segment.id), at: index * IndexLayout.timeEntryBytes, count: IndexLayout.timeEntryBytes)
    guard bytes.count == IndexLayout.timeEntryBytes else {
      foundFault = true
      return nil
    }
    let (timestamp, relative) = bytes.withUnsafeBytes {
      ($0.bigEndian(Int64.self, at: 0), $0.bigEndian(Int32.self, at: 8))
    }
    let offset = segment.base + Int64(relative)
    guard offset >= segment.base, offset < segment.end.offset else {
      foundFault = true
      return nil
    }
    return TimestampedOffset(timestamp: Timestamp(timestamp), offset: offset)
  }
}
