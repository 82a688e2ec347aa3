internal import Model

extension SegmentedLog {
  /// Takes in what has become of effects that were asked for in `generation`.
  public mutating func handle(_ event: LogEvent, generation: UInt32, into effects: inout [LogEffect]) {
    guard generation == self.generation else {
      // A sync that fails behind a cut is no less a failure: the next one would succeed, and bring nothing back.
      if case .failed(let failure) = event, !failure.isPassing { effectFailed(failure, into: &effects) }
      return
    }
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
      unwrittenCut = nil
      if checkpoint.end == checkpointRequested { unremoved = [] }
      if case .stalled = state { state = .open }
    case .failed(let failure):
      effectFailed(failure, into: &effects)
    }
  }

  /// A full disk costs what had not been written; any other failure leaves unknown what the disk holds, for good.
  private mutating func effectFailed(_ failure: LogFailure, into effects: inout [LogEffect]) {
    guard state.isLasting else { return }
    guard failure.isPassing else {
      state = .failed(failure)
      return
    }
    if let unwrittenCut {
      // The manifest on the disk still names what has been cut off: that must not go before the manifest does.
      cut(to: unwrittenCut.point)
      state = .stalled(failure)
      return
    }
    if let first = segments.first, first.base > writtenEnd.segment.base {
      // All that was written has been given up, but its manifest does not say so yet: the log begins behind it.
      let place = LogPosition(offset: first.base, segment: first.id, position: 0)
      let point = CutPoint(place: place, newest: nil, offsetIndexBytes: 0, timeIndexBytes: 0)
      cut(to: point)
      unwrittenCut = UnwrittenCut(point: point, isNewSegment: true, dropped: unremoved, isRestart: false)
      state = .stalled(failure)
      return
    }
    // Index entries since the last checkpoint are given up: it is not known which of them were written.
    let newest = segments.last { $0.id == writtenEnd.segment }?.newest
    cut(
      to: CutPoint(
        place: writtenEnd, newest: newest, offsetIndexBytes: checkpoint.offsetIndexBytes,
        timeIndexBytes: checkpoint.timeIndexBytes))
    appendCuts(into: &effects)
  }

  /// Tries again to write down where the log was cut.
  public mutating func mend(into effects: inout [LogEffect]) {
    guard case .stalled = state, let unwrittenCut else { return }
    writeCut(unwrittenCut, into: &effects)
  }

  /// Says in the manifest where the log ends now, and only then cuts its files.
  func writeCut(_ cut: UnwrittenCut, into effects: inout [LogEffect]) {
    if cut.isNewSegment {
      effects.append(.createSegment(cut.point.place.segment))
    } else {
      effects.append(.sync(through: cut.point.place, indexes: true))
    }
    effects.append(manifestEffect(isClean: false))
    if !cut.dropped.isEmpty { effects.append(.removeSegments(cut.dropped)) }
    if !cut.isNewSegment { appendCuts(into: &effects) }
  }

  /// Gives up everything from the point on. What was asked for before has no say any more.
  mutating func cut(to point: CutPoint) {
    generation += 1
    layout += 1
    // The files are cut with it.
    mayHaveRemains = false
    cleaned.truncate(to: point.place.offset)
    segments.removeAll { $0.base > point.place.segment.base }
    end = point.place
    if writtenEnd.offset >= end.offset { writtenEnd = end }
    if syncedEnd.offset >= end.offset { syncedEnd = end }
    checkpointRequested = checkpoint.end
    recent.truncate(to: end.offset)
    seenFrom = min(seenFrom, end.offset)
    epochs.truncate(to: end.offset)
    producers.truncate(to: end.offset)
    let newest = end.position == 0 ? nil : point.newest
    segments[segments.count - 1].checksums = end.position == 0 ? SegmentChecksums() : nil
    index = IndexBuilder(
      base: end.segment.base, intervalBytes: configuration.indexIntervalBytes, offsetBytes: point.offsetIndexBytes,
      timeBytes: point.timeIndexBytes,
      newest: newest.map { TimestampedOffset(timestamp: $0.timestamp, offset: min($0.offset, end.offset - 1)) })
    noteActive()
  }

  /// Cuts what may be left behind the log's end, before anything comes there: or a loss of power would bring it back,
  /// behind what has been synced since, or behind the end that a manifest knows of a closed segment.
  mutating func cutRemains(into effects: inout [LogEffect]) {
    guard mayHaveRemains else { return }
    mayHaveRemains = false
    effects.append(.truncate(.records(end.segment), sizeInBytes: end.position))
  }

  /// Cuts the active segment's files to what the log holds of it.
  func appendCuts(into effects: inout [LogEffect]) {
    effects.append(.truncate(.records(end.segment), sizeInBytes: end.position))
    effects.append(.truncate(.offsetIndex(end.segment), sizeInBytes: index.offsetBytes))
    effects.append(.truncate(.timeIndex(end.segment), sizeInBytes: index.timeBytes))
  }
}

/// A cut that the manifest on the disk does not know yet.
struct UnwrittenCut: Hashable, Sendable {
  let point: CutPoint
  /// True if the log begins again, in a segment that is not there yet.
  let isNewSegment: Bool
  /// The segments that are in it no more.
  let dropped: [SegmentID]
  /// True if nothing is left of what the log had: whoever opens it before the manifest is there finds the old one.
  let isRestart: Bool
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
