internal import Model
internal import RecordBatch

/// Reads a part of a segment and holds it against all that is known of it: each batch against its own checksum, its
/// offset against the batch before, its leader epoch against the history, and the end against the log's.
///
/// Together that leaves no byte out: what a batch's checksum does not cover is what the others fix.
public struct SegmentCheck: Hashable, Sendable {
  /// The segment, up to what was durable when the check was asked for.
  public let segment: SegmentExtent
  /// Where the first batch stands.
  public let start: LogPosition
  /// About how much is read.
  public let bytesMax: Int
  let epochs: LeaderEpochHistory
  let generation: UInt32

  /// Reads, and answers where to go on; throws `damaged` at the first thing that is wrong.
  public func perform(on storage: some LogStorage) throws(LogFailure) -> LogPosition {
    var scanner = SegmentScanner(storage: storage, segment: segment.id, end: segment.end.position)
    var place = start
    while place.position - start.position < bytesMax {
      switch try scanner.batch(at: place.position, expected: place.offset) {
      case .end:
        guard place.offset == segment.end.offset else {
          throw damage(place, "its record batches lead to offset \(place.offset), not to \(segment.end.offset)")
        }
        return place
      case .invalid(let finding): throw damage(place, finding)
      case .batch(let header):
        if let epoch = epochs.epoch(at: place.offset), epoch != header.leaderEpoch {
          throw damage(place, "the batch at offset \(place.offset) names another leader epoch than the log's history")
        }
        guard try scanner.isChecksumRight(header, at: place.position) else {
          throw damage(place, "the checksum of the batch at offset \(place.offset) is wrong")
        }
        place.pass(header)
      }
    }
    return place
  }

  private func damage(_ place: LogPosition, _ finding: String) -> LogFailure {
    .damaged(file: LogFile.records(segment.id).name, position: place.position, finding: finding)
  }
}

extension SegmentedLog {
  /// The next part of the log to be read through, behind `position` or from the start; nil if there is no more that is
  /// durable.
  public func check(behind position: LogPosition?, bytesMax: Int) -> SegmentCheck? {
    var index = position.map { segmentIndex(containing: $0.offset) } ?? 0
    var from = 0
    // A segment that is gone is a part of another one, or deleted.
    if let position, let same = segments.firstIndex(where: { $0.id == position.segment }) {
      let isOver = position.position >= segments[same].sizeInBytes && same < segments.count - 1
      index = isOver ? same + 1 : same
      from = isOver ? 0 : position.position
    }
    let id = segments[index].id
    let start = from == 0 ? LogPosition(offset: id.base, segment: id, position: 0) : position ?? end
    let stop = id == syncedEnd.segment ? syncedEnd : readableEnd(ofSegmentAt: index)
    guard start.position < stop.position, stop.offset <= syncedEnd.offset else { return nil }
    return SegmentCheck(
      segment: SegmentExtent(
        id: id, end: stop, offsetIndexBytes: segments[index].offsetIndexBytes,
        timeIndexBytes: segments[index].timeIndexBytes),
      start: start, bytesMax: bytesMax, epochs: epochs, generation: generation)
  }

  /// True if what `check` has read is still what the log consists of: nothing of it was cut off, deleted or replaced.
  public func stillHolds(_ check: SegmentCheck) -> Bool {
    guard check.generation == generation, let index = segments.firstIndex(where: { $0.id == check.segment.id })
    else { return false }
    return segments[index].sizeInBytes >= check.segment.end.position
      && (index == segments.count - 1 || readableEnd(ofSegmentAt: index).offset >= check.segment.end.offset)
  }
}
