public import Model

/// A segment that a cleaning has made of others: its files are on the disk, durable, but no manifest names it yet.
public struct CleanedSegment: Hashable, Sendable {
  /// The segment.
  public let id: SegmentID
  let sizeInBytes: Int
  let offsetIndexBytes: Int
  let timeIndexBytes: Int
  let createdAt: Timestamp
  let newest: TimestampedOffset?
  let checksums: SegmentChecksums
  /// What it takes the place of, as it was read.
  let replaced: [CompactionPlan.Part]
  /// Records may be gone because of newer ones before this offset.
  let comparedEnd: Offset
  /// Marks of deleted keys may be gone because of their age before this offset; nil if none is.
  let marksRemovedEnd: Offset?
  let version: LogVersion
}

/// What one pass has done.
public struct CleanedPass: Hashable, Sendable {
  /// Everything before is clean now.
  public var end: Offset
  /// When all marks of deleted keys may go; nil if there is none.
  public var deleteHorizon: Timestamp?
  /// The log's, when the pass was planned.
  let version: LogVersion
  /// What was read and what was written, in bytes.
  public var readBytes = 0
  /// The bytes of the segments that were made.
  public var writtenBytes = 0
  /// The bytes of the segments that they replace.
  public var replacedBytes = 0
  /// Records that were looked at to be kept or not.
  public var recordsCount = 0
  /// Records that were removed.
  public var removedCount = 0
  /// Different keys in what had not been clean.
  public var keysCount = 0
}

extension SegmentedLog {
  /// Puts a cleaned segment in the place of those that it was made of. False if the log has changed: then its files are
  /// of no use. So they are if marks are gone from `marksEnd` on: another replica copies this log since it was planned.
  ///
  /// The manifest is what decides: until it is replaced the old files count, and they are removed only behind it.
  public mutating func swap(
    in cleanedSegment: CleanedSegment, marksEnd: Offset? = nil, into effects: inout [LogEffect]
  ) -> Bool {
    if let marksEnd, let removed = cleanedSegment.marksRemovedEnd, removed > marksEnd { return false }
    guard state == .open, cleanedSegment.version == version, let first = cleanedSegment.replaced.first,
      let start = segments.firstIndex(where: { $0.id == first.extent.id }),
      start + cleanedSegment.replaced.count < segments.count
    else { return false }
    let range = start..<start + cleanedSegment.replaced.count
    let isSame = zip(segments[range], cleanedSegment.replaced).allSatisfy {
      $0.id == $1.extent.id && $0.sizeInBytes == $1.extent.end.position
    }
    guard isSame else { return false }
    let removed = segments[range].map(\.id)
    segments.replaceSubrange(
      range,
      with: [
        Segment(
          id: cleanedSegment.id, sizeInBytes: cleanedSegment.sizeInBytes,
          offsetIndexBytes: cleanedSegment.offsetIndexBytes, timeIndexBytes: cleanedSegment.timeIndexBytes,
          createdAt: cleanedSegment.createdAt, newest: cleanedSegment.newest,
          checksums: cleanedSegment.checksums)
      ])
    layout += 1
    recent.removeBefore(segments[start + 1].base)
    cleaned.comparedEnd = max(cleaned.comparedEnd, cleanedSegment.comparedEnd)
    if let removed = cleanedSegment.marksRemovedEnd {
      cleaned.marksRemovedEnd = max(cleaned.marksRemovedEnd, removed)
    }
    cleaned.lastCleaning = max(cleaned.lastCleaning, cleanedSegment.id.cleaning)
    writeCheckpoint(into: &effects)
    remove(removed, into: &effects)
    return true
  }

  /// Notes that a pass has come to its end, with all its segments in place. False if the log has changed.
  public mutating func finish(_ pass: CleanedPass, into effects: inout [LogEffect]) -> Bool {
    guard state == .open, pass.version == version, pass.end >= cleaned.cleanedEnd else { return false }
    cleaned.cleanedEnd = pass.end
    cleaned.comparedEnd = max(cleaned.comparedEnd, pass.end)
    cleaned.deleteHorizon = pass.deleteHorizon
    writeCheckpoint(into: &effects)
    return true
  }
}
