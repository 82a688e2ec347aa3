public import Model
internal import RecordBatch

/// What one pass over a log is to clean, as the log was when it was planned.
public struct CompactionPlan: Sendable {
  /// One segment that the pass looks at.
  struct Part: Hashable, Sendable {
    let extent: SegmentExtent
    let createdAt: Timestamp
  }

  /// The segments from the log's start on, oldest first: closed, old enough and wholly below the high watermark.
  let parts: [Part]
  /// Records before are given up.
  let logStartOffset: Offset
  /// Keys are looked for from here on: everything before has been cleaned.
  let dirtyStart: Offset
  /// Nothing from here on is touched, or counts.
  public let dirtyEnd: Offset
  /// Marks of deleted keys stay from here on, however old: a replica that copies this log has not got so far. Nil if
  /// none is known to.
  let marksEnd: Offset?
  let epochs: LeaderEpochHistory
  let producers: ProducerStates
  let rules: CompactionRules
  let segmentBytesMax: Int
  let indexBytesMax: Int
  let indexIntervalBytes: Int
  /// The number of the last cleaning that made a segment.
  let lastCleaning: UInt32
  /// The log's, when this was planned: after a cut it counts for nothing.
  let version: LogVersion
  /// The time of day.
  let plannedAt: Timestamp

  /// The bytes that the pass looks at.
  public var sizeInBytes: Int { parts.reduce(0) { $0 + $1.extent.end.position } }
  /// At most so many different keys can be new.
  var keysMax: Int { Int(clamping: dirtyEnd - dirtyStart) }

  /// Runs of segments that may become one each: together not larger than a segment may be.
  static func groups(_ parts: ArraySlice<Part>, bytesMax: Int, indexBytesMax: Int) -> [ArraySlice<Part>] {
    var groups: [ArraySlice<Part>] = []
    var start = parts.startIndex
    var size = 0
    var indexSize = 0
    for index in parts.indices {
      let extent = parts[index].extent
      let indexBytes = max(extent.offsetIndexBytes, extent.timeIndexBytes)
      let isFull =
        size + extent.end.position > bytesMax || indexSize + indexBytes > indexBytesMax
        || extent.end.offset - parts[start].extent.base > Int64(Int32.max)
      if isFull, index > start {
        groups.append(parts[start..<index])
        start = index
        size = 0
        indexSize = 0
      }
      size += extent.end.position
      indexSize += indexBytes
    }
    if start < parts.endIndex { groups.append(parts[start...]) }
    return groups
  }
}

/// How much of a log waits to be cleaned.
public struct CompactionDebt: Hashable, Sendable {
  /// The bytes that have not been cleaned yet and may be.
  public var dirtyBytes = 0
  /// The bytes that have been cleaned.
  public var cleanBytes = 0
  /// Which part is not clean.
  public var dirtyRatio: Double {
    dirtyBytes == 0 ? 0 : Double(dirtyBytes) / Double(dirtyBytes + cleanBytes)
  }
  /// What the log's rules ask for now.
  public var isDue = false
  /// Nothing from here on may be cleaned yet.
  public var dirtyEnd = Offset.zero
}

extension SegmentedLog {
  /// How much waits to be cleaned below `highWatermark`; nil if the log is not compacted.
  public func compactionDebt(now: Timestamp, highWatermark: Offset) -> CompactionDebt? {
    guard let rules = configuration.compaction else { return nil }
    let limit = min(highWatermark, syncedEnd.offset)
    var debt = CompactionDebt(dirtyEnd: cleaned.cleanedEnd)
    var oldest: Timestamp?
    for index in segments.indices.dropLast() {
      let segment = segments[index]
      let next = segments[index + 1]
      // A segment whose successor is not written yet becomes the last one again if that fails.
      guard next.base <= limit, next.base <= writtenEnd.segment.base else { break }
      let clean = min(max(cleaned.cleanedEnd, segment.base), next.base)
      if clean < next.base {
        // Everything in the segment was there when the next one was begun.
        guard now.rawValue &- next.createdAt.rawValue >= rules.lagMin.milliseconds else { break }
        oldest = oldest ?? segment.createdAt
      }
      let part = Double(next.base - clean) / Double(next.base - segment.base)
      let dirty = Int(Double(segment.sizeInBytes) * part)
      debt.dirtyBytes += dirty
      debt.cleanBytes += segment.sizeInBytes - dirty
      debt.dirtyEnd = max(debt.dirtyEnd, next.base)
    }
    let isDirty = debt.dirtyEnd > cleaned.cleanedEnd && debt.dirtyBytes > 0
    let isTooOld = oldest.flatMap { oldest in
      rules.lagMax.map { now.rawValue &- oldest.rawValue >= $0.milliseconds }
    }
    let hasMarksToRemove = cleaned.deleteHorizon.map { $0 < now } ?? false
    debt.isDue =
      isDirty && (debt.dirtyRatio >= rules.dirtyRatioMin || isTooOld == true)
      || hasMarksToRemove && debt.dirtyEnd > logStartOffset
    return debt
  }

  /// The next pass, if there is something to clean: because the rules ask for it, or, further passes of a run, as far
  /// as `target`. Marks of deleted keys go only before `marksEnd`, if that is given.
  public func compactionPlan(
    now: Timestamp, highWatermark: Offset, upTo target: Offset? = nil, marksEnd: Offset? = nil
  ) -> CompactionPlan? {
    guard state == .open, let rules = configuration.compaction,
      let debt = compactionDebt(now: now, highWatermark: highWatermark)
    else { return nil }
    let end = target.map { min($0, debt.dirtyEnd) } ?? debt.dirtyEnd
    guard target == nil ? debt.isDue : end > cleaned.cleanedEnd else { return nil }
    let parts = segments.indices.dropLast().filter { segments[$0].base < end }.map { index in
      CompactionPlan.Part(
        extent: SegmentExtent(
          id: segments[index].id, end: readableEnd(ofSegmentAt: index),
          offsetIndexBytes: segments[index].offsetIndexBytes, timeIndexBytes: segments[index].timeIndexBytes),
        createdAt: segments[index].createdAt)
    }
    return CompactionPlan(
      parts: parts, logStartOffset: logStartOffset, dirtyStart: cleaned.cleanedEnd, dirtyEnd: end,
      marksEnd: marksEnd, epochs: epochs, producers: producers, rules: rules,
      segmentBytesMax: configuration.segmentBytesMax,
      indexBytesMax: configuration.indexBytesMax, indexIntervalBytes: configuration.indexIntervalBytes,
      lastCleaning: cleaned.lastCleaning, version: version, plannedAt: now)
  }

  /// Closes the last segment of a compacted log when it is old enough, although nothing is appended.
  public mutating func rollForCompaction(now: Timestamp, into effects: inout [LogEffect]) {
    guard state == .open, configuration.compaction != nil, end.position > 0,
      now.rawValue &- segments[segments.count - 1].createdAt.rawValue >= configuration.rollAge.milliseconds
    else { return }
    roll(now: now, into: &effects)
  }
}
