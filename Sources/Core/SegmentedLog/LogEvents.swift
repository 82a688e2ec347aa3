internal import Model

extension SegmentedLog {
  /// Takes in what has become of effects that were asked for in `generation`.
  public mutating func handle(_ event: LogEvent, generation: UInt32, into effects: inout [LogEffect]) {
    guard generation == self.generation else { return }
    switch event {
    case .written(let place):
      if place.offset > writtenEnd.offset { writtenEnd = place }
    case .synced(let place):
      if place.offset > writtenEnd.offset { writtenEnd = place }
      if place.offset > syncedEnd.offset { syncedEnd = place }
    case .checkpointed(let checkpoint):
      self.checkpoint = checkpoint
      // The checkpoint may stand at the start of a new segment, and no write may be cut off before it.
      if checkpoint.end.offset >= writtenEnd.offset { writtenEnd = checkpoint.end }
      if checkpoint.end.offset >= syncedEnd.offset { syncedEnd = checkpoint.end }
    case .failed(let failure):
      effectFailed(failure, into: &effects)
    }
  }

  /// A full disk costs what had not been written; any other failure leaves unknown what the disk holds, for good.
  private mutating func effectFailed(_ failure: LogFailure, into effects: inout [LogEffect]) {
    guard state == .open else { return }
    guard failure.isPassing else {
      state = .failed(failure)
      return
    }
    // Index entries since the last checkpoint are given up: it is not known which of them were written.
    let newest = segments.last { $0.base == writtenEnd.segment }?.newest
    cut(
      to: CutPoint(
        place: writtenEnd, newest: newest, offsetIndexBytes: checkpoint.offsetIndexBytes,
        timeIndexBytes: checkpoint.timeIndexBytes))
    appendCuts(into: &effects)
  }

  /// Gives up everything from the point on. What was asked for before has no say any more.
  mutating func cut(to point: CutPoint) {
    generation += 1
    segments.removeAll { $0.base > point.place.segment }
    end = point.place
    if writtenEnd.offset >= end.offset { writtenEnd = end }
    if syncedEnd.offset >= end.offset { syncedEnd = end }
    checkpointRequested = checkpoint.end
    recent.truncate(to: end.offset)
    seenFrom = min(seenFrom, end.offset)
    epochs.truncate(to: end.offset)
    producers.truncate(to: end.offset)
    let newest = end.position == 0 ? nil : point.newest
    index = IndexBuilder(
      base: end.segment, intervalBytes: configuration.indexIntervalBytes, offsetBytes: point.offsetIndexBytes,
      timeBytes: point.timeIndexBytes,
      newest: newest.map { TimestampedOffset(timestamp: $0.timestamp, offset: min($0.offset, end.offset - 1)) })
    noteActive()
  }

  /// Cuts the active segment's files to what the log holds of it.
  func appendCuts(into effects: inout [LogEffect]) {
    effects.append(.truncate(.records(end.segment), sizeInBytes: end.position))
    effects.append(.truncate(.offsetIndex(end.segment), sizeInBytes: index.offsetBytes))
    effects.append(.truncate(.timeIndex(end.segment), sizeInBytes: index.timeBytes))
  }
}

/// Where a log is cut: between two batches, with what is left of the segment's indexes.
public struct CutPoint: Hashable, Sendable {
  /// The new end of the log.
  public let place: LogPosition
  /// The newest record before it in its segment.
  public let newest: TimestampedOffset?
  /// The bytes of the offset index that belong to batches before it.
  public let offsetIndexBytes: Int
  /// The bytes of the time index that belong to batches before it.
  public let timeIndexBytes: Int
}
