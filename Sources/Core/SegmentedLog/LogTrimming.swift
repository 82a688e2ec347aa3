public import Model

extension SegmentedLog {
  /// Gives up the records before `offset`, which is within the log. Whole segments before it leave the disk.
  ///
  /// Durable when a `checkpointed` event comes that has this start or a later one.
  public mutating func deleteRecords(before offset: Offset, into effects: inout [LogEffect]) {
    precondition(state == .open && offset <= end.offset, "a log cannot start behind its end")
    guard offset > checkpoint.logStartOffset else { return }
    logStartOffset = max(logStartOffset, offset)
    removeSegmentsBeforeStart(into: &effects)
  }

  /// Deletes the oldest segments as far as the configuration asks for it: whole segments below `highWatermark`.
  ///
  /// A last segment whose records are all too old is closed first, so that it can go too.
  public mutating func applyRetention(now: Timestamp, highWatermark: Offset, into effects: inout [LogEffect]) {
    guard state == .open else { return }
    if !unremoved.isEmpty {
      // A full disk has put their removal off.
      writeCheckpoint(into: &effects)
      effects.append(.removeSegments(unremoved))
    }
    let closedCount = expiredCount(now: now, highWatermark: highWatermark)
    guard closedCount > 0 else { return }
    if closedCount == segments.count { roll(now: now, into: &effects) }
    logStartOffset = max(logStartOffset, segments[closedCount].base)
    removeSegmentsBeforeStart(into: &effects)
  }

  /// How many of the oldest segments are to go.
  private func expiredCount(now: Timestamp, highWatermark: Offset) -> Int {
    var left = sizeInBytes
    var count = 0
    for index in segments.indices {
      let isActive = index == segments.count - 1
      let segmentEnd = isActive ? end.offset : segments[index + 1].base
      guard segmentEnd <= highWatermark, segments[index].sizeInBytes > 0 || !isActive else { break }
      // A segment without timestamps counts from when it was closed.
      let newest = segments[index].newest?.timestamp ?? Timestamp(-1)
      let age = newest.rawValue >= 0 ? newest : isActive ? now : segments[index + 1].createdAt
      let isTooOld = configuration.retentionAge.map { now.rawValue &- age.rawValue > $0.milliseconds } ?? false
      left -= segments[index].sizeInBytes
      let isTooMuch = configuration.retentionBytes.map { left >= $0 && !isActive } ?? false
      guard isTooOld || isTooMuch else { break }
      count += 1
    }
    return count
  }

  private mutating func removeSegmentsBeforeStart(into effects: inout [LogEffect]) {
    let keptFrom = segments.lastIndex { $0.base <= logStartOffset } ?? 0
    let removed = segments[..<keptFrom].map(\.id)
    segments.removeFirst(keptFrom)
    if !removed.isEmpty { layout += 1 }
    cleaned.removeBefore(logStartOffset)
    epochs.removeBefore(segments[0].base)
    writeCheckpoint(into: &effects)
    remove(removed, into: &effects)
  }

  /// Removes the files of segments that the manifest before does not name. They are remembered until that one is there:
  /// a full disk may put it off.
  mutating func remove(_ removed: [SegmentID], into effects: inout [LogEffect]) {
    guard !removed.isEmpty else { return }
    unremoved += removed
    effects.append(.removeSegments(removed))
  }

  /// Gives up everything from `point` on: a follower's tail that its leader does not have.
  ///
  /// The manifest goes first: if the power fails in between, recovery finds the old tail behind it, whole, or the new
  /// end; never something between.
  public mutating func truncate(to point: CutPoint, into effects: inout [LogEffect]) {
    precondition(state == .open && point.place.offset <= end.offset, "a log cannot be cut behind its end")
    guard point.place.offset < end.offset else { return }
    let dropped = segments.filter { $0.base > point.place.segment.base }.map(\.id)
    cut(to: point)
    logStartOffset = min(logStartOffset, end.offset)
    let isRestart = unwrittenCut?.isRestart ?? false
    begin(UnwrittenCut(point: point, isNewSegment: false, dropped: dropped, isRestart: isRestart), into: &effects)
  }

  private mutating func begin(_ cut: UnwrittenCut, into effects: inout [LogEffect]) {
    unwrittenCut = cut
    checkpointRequested = end
    writeCut(cut, into: &effects)
  }

  /// Gives up everything, to begin again at `offset`: a follower whose leader no longer has what comes behind its end.
  ///
  /// If the power fails before the new manifest is there, the old log is still there; afterwards the new one. Until then
  /// the log's `ends` say that it has written nothing.
  public mutating func restart(at offset: Offset, now: Timestamp, into effects: inout [LogEffect]) {
    precondition(state == .open, "a restart of a log that is not open")
    let reused = segments.first { $0.base == offset }?.id
    let id = reused ?? cleaned.unusedID(offset)
    let dropped = segments.map(\.id).filter { $0 != id }
    unremoved.removeAll { $0 == id }
    segments = [
      Segment(
        id: id, sizeInBytes: 0, offsetIndexBytes: 0, timeIndexBytes: 0, createdAt: now, newest: nil,
        checksums: nil)
    ]
    let point = CutPoint(
      place: LogPosition(offset: offset, segment: id, position: 0), newest: nil, offsetIndexBytes: 0,
      timeIndexBytes: 0)
    cut(to: point)
    epochs = LeaderEpochHistory()
    producers.forgetAll()
    cleaned.restart(at: offset)
    logStartOffset = offset
    writtenEnd = end
    syncedEnd = end
    checkpoint = Checkpoint(
      end: end, isClean: false, logStartOffset: offset, offsetIndexBytes: 0, timeIndexBytes: 0,
      checksums: SegmentChecksums())
    begin(
      UnwrittenCut(point: point, isNewSegment: reused == nil, dropped: dropped, isRestart: true), into: &effects)
  }
}
