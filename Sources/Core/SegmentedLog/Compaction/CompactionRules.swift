public import Model
internal import RecordBatch

/// How a log is compacted: of each key only the newest record stays, below the high watermark and the active segment.
public struct CompactionRules: Hashable, Sendable {
  /// How long the mark of a deleted key stays after everything older of that key is gone (`delete.retention.ms`).
  public var deleteRetention: Duration
  /// So long a record stays as it is (`min.compaction.lag.ms`).
  public var lagMin: Duration
  /// No record stays longer than that before the log is cleaned (`max.compaction.lag.ms`); nil for no bound.
  public var lagMax: Duration?
  /// The log is cleaned when this part of it is not clean (`min.cleanable.dirty.ratio`).
  public var dirtyRatioMin: Double

  /// Kafka's defaults, unless said otherwise.
  public init(
    deleteRetention: Duration = .seconds(86_400), lagMin: Duration = .zero, lagMax: Duration? = nil,
    dirtyRatioMin: Double = 0.5
  ) {
    self.deleteRetention = deleteRetention
    self.lagMin = lagMin
    self.lagMax = lagMax
    self.dirtyRatioMin = dirtyRatioMin
  }

  /// What a topic's configuration says.
  init(_ topic: TopicConfiguration) {
    self.init(
      deleteRetention: topic.deleteRetention, lagMin: topic.compactionLagMin, lagMax: topic.compactionLagMax,
      dirtyRatioMin: topic.cleanableDirtyRatioMin)
  }
}

/// How far a log has been cleaned, as its manifest keeps it.
///
/// `cleanedEnd <= comparedEnd`, `marksRemovedEnd <= comparedEnd`
public struct CleanedState: Hashable, Sendable {
  /// Everything before has been cleaned once: each key stands there at most once.
  public internal(set) var cleanedEnd: Offset
  /// Records before this offset may be gone because of newer ones before it: a log that is cut below does not hold what
  /// it should. It is ahead of `cleanedEnd` while a pass is under way, and where batches were copied from a log that
  /// had been cleaned.
  public internal(set) var comparedEnd: Offset
  /// From then on all marks of deleted keys that have been seen may go; nil if there is none.
  public internal(set) var deleteHorizon: Timestamp?
  /// Marks of deleted keys may be gone before this offset, and none from here on: whoever has not got so far, and has
  /// older records, may hold what was deleted without ever hearing of it.
  public internal(set) var marksRemovedEnd = Offset.zero
  /// The highest number of a cleaning that made a segment.
  public internal(set) var lastCleaning: UInt32 = 0

  /// A log that starts at `start` and has never been cleaned.
  init(start: Offset) {
    cleanedEnd = start
    comparedEnd = start
  }

  mutating func truncate(to end: Offset) {
    cleanedEnd = min(cleanedEnd, end)
    comparedEnd = min(comparedEnd, end)
    marksRemovedEnd = min(marksRemovedEnd, end)
  }

  /// A batch that another log has cleaned was copied: nobody can tell what is gone from it.
  mutating func copiedCleaned(upTo end: Offset) {
    comparedEnd = max(comparedEnd, end)
    marksRemovedEnd = max(marksRemovedEnd, end)
  }

  mutating func removeBefore(_ start: Offset) {
    cleanedEnd = max(cleanedEnd, start)
    comparedEnd = max(comparedEnd, start)
  }

  mutating func restart(at start: Offset) {
    cleanedEnd = start
    comparedEnd = start
    marksRemovedEnd = .zero
    deleteHorizon = nil
  }

  /// A segment at `base` whose files no manifest can name.
  mutating func unusedID(_ base: Offset) -> SegmentID {
    if lastCleaning > 0 { lastCleaning += 1 }
    return SegmentID(base, cleaning: lastCleaning)
  }
}

/// In a log's manifest: the offsets i64, the horizon i64 with -1 for none, the last cleaning u32; from version 5 on the
/// end of the removed marks i64.
extension CleanedState {
  func append(to body: inout [UInt8]) {
    body.appendBigEndian(cleanedEnd.rawValue)
    body.appendBigEndian(comparedEnd.rawValue)
    body.appendBigEndian(deleteHorizon?.rawValue ?? -1)
    body.appendBigEndian(lastCleaning)
    body.appendBigEndian(marksRemovedEnd.rawValue)
  }

  init(from reader: inout BodyReader, version: UInt16) throws(LogFailure) {
    cleanedEnd = Offset(try reader.number(Int64.self))
    comparedEnd = Offset(try reader.number(Int64.self))
    let horizon = try reader.number(Int64.self)
    deleteHorizon = horizon < 0 ? nil : Timestamp(horizon)
    lastCleaning = try reader.number(UInt32.self)
    marksRemovedEnd = version >= 5 ? Offset(try reader.number(Int64.self)) : comparedEnd
  }
}
