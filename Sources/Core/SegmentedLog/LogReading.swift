public import Model

/// Whole batches of one segment that hold the asked-for offset and what follows it.
public struct FoundBatches: Hashable, Sendable {
  /// Where the first batch starts; its offset may be less than the one that was asked for.
  public let start: LogPosition
  /// How many bytes the batches have.
  public let sizeInBytes: Int
  /// The offset behind the last of them.
  public let nextOffset: Offset
  let version: LogVersion

  /// Where the first batch starts, to be read from again.
  public var first: BatchPlace { BatchPlace(position: start, version: version) }

  /// Where the batch behind these starts: handed to the next read, it saves the search.
  public var next: BatchPlace {
    let end = LogPosition(offset: nextOffset, segment: start.segment, position: start.position + sizeInBytes)
    return BatchPlace(position: end, version: version)
  }
}

/// Where a batch starts, as a read has found it. It counts in the log that was read, until that is cut.
public struct BatchPlace: Hashable, Sendable {
  /// The place.
  public let position: LogPosition
  let version: LogVersion
}

/// How to read from a log.
public enum ReadPlan: Sendable {
  /// There is nothing to be read yet.
  case nothing
  /// These bytes.
  case found(FoundBatches)
  /// The place is not known in memory: someone has to look, beside the loop.
  case lookUp(BatchLookUp)
  /// The offset is not in the log; the range says which are.
  case outOfRange(Range<Offset>)
}

extension SegmentedLog {
  /// How to read whole batches from `offset` on: at most `bytesMax`, but one batch at least, and none that reaches to
  /// `limit` or beyond. `hint` is the `next` of an earlier read.
  ///
  /// `limit` is the high watermark, or the written end for a follower; followers read what is `deleted`, too, as long as it
  /// is there. With `checked` the disk is looked at in any case.
  public func read(
    from offset: Offset, bytesMax: Int, below limit: Offset, hint: BatchPlace? = nil, deleted: Bool = false,
    checked: Bool = false
  ) -> ReadPlan {
    let limit = min(limit, writtenEnd.offset)
    guard offset >= (deleted ? segments[0].base : logStartOffset), offset <= max(limit, end.offset) else {
      return .outOfRange(logStartOffset..<max(logStartOffset, limit))
    }
    guard offset < limit else { return .nothing }
    let index = segmentIndex(containing: offset)
    let segment = segments[index]
    let segmentEnd = readableEnd(ofSegmentAt: index)

    var start = recent.position(containing: offset, logEndOffset: end.offset)
    if start == nil, let hint, hint.version == version, hint.position.offset == offset,
      hint.position.segment == segment.id, hint.position.position < segmentEnd.position
    {
      start = (offset, hint.position.position)
    }
    if let start, !checked, start.offset >= seenFrom,
      let stop = stop(from: start, bytesMax: bytesMax, below: limit, segmentEnd: segmentEnd)
    {
      return .found(
        FoundBatches(
          start: LogPosition(offset: start.offset, segment: segment.id, position: start.position),
          sizeInBytes: stop.position - start.position, nextOffset: stop.offset, version: version))
    }
    return .lookUp(
      BatchLookUp(
        segment: SegmentExtent(
          id: segment.id, end: segmentEnd, offsetIndexBytes: segment.offsetIndexBytes,
          timeIndexBytes: segment.timeIndexBytes),
        offset: offset, limit: limit, bytesMax: bytesMax,
        start: start.map { LogPosition(offset: $0.offset, segment: segment.id, position: $0.position) },
        epochs: epochs, version: version))
  }

  /// True if what was read before this place is still what the log holds, but for what it has deleted or cleaned.
  public func knows(_ place: BatchPlace) -> Bool { place.version == version }

  /// What is there may not lie in the operating system's memory: whoever reads it looks on the disk, beside the loop.
  public mutating func lookUpWhatIsThere() { seenFrom = end.offset }

  /// The place behind the last batch of a segment that may be read.
  func readableEnd(ofSegmentAt index: Int) -> LogPosition {
    let segment = segments[index]
    if segment.id == writtenEnd.segment { return writtenEnd }
    let next = index + 1 < segments.count ? segments[index + 1].base : end.offset
    return LogPosition(offset: next, segment: segment.id, position: segment.sizeInBytes)
  }

  func segmentIndex(containing offset: Offset) -> Int {
    max(0, segments.partitioningIndex { $0.base > offset } - 1)
  }

  /// The end of the batches from `start` on that may be answered, if memory knows enough of them.
  private func stop(
    from start: (offset: Offset, position: Int), bytesMax: Int, below limit: Offset, segmentEnd: LogPosition
  ) -> (offset: Offset, position: Int)? {
    let (positionMax, overflow) = start.position.addingReportingOverflow(max(0, bytesMax))
    if segmentEnd.offset <= limit, overflow || segmentEnd.position <= positionMax {
      return (segmentEnd.offset, segmentEnd.position)
    }
    let offsetMax = segmentEnd.offset <= limit ? segmentEnd.offset - 1 : limit
    if let last = recent.lastStart(from: start.offset, offsetMax: offsetMax, positionMax: positionMax),
      last.position > start.position
    {
      return last
    }
    // The first batch is larger than asked for, or memory has a gap behind it.
    guard let next = recent.start(after: start.offset) else {
      let isLast = recent.isLast(start.offset) && segmentEnd.offset == end.offset && end.offset <= limit
      return isLast ? (segmentEnd.offset, segmentEnd.position) : nil
    }
    if next.position > start.position { return next.offset <= limit ? next : nil }
    return segmentEnd.offset <= limit ? (segmentEnd.offset, segmentEnd.position) : nil
  }

  /// A search for the first record at or after a time; nil if no record is that new.
  ///
  /// It looks only below `limit`, and from the log's start on.
  public func timeLookUp(_ timestamp: Timestamp, below limit: Offset) -> TimeLookUp? {
    let limit = min(limit, writtenEnd.offset)
    let extents = segments.indices.compactMap { index -> SegmentExtent? in
      let segment = segments[index]
      let segmentEnd = readableEnd(ofSegmentAt: index)
      guard let newest = segment.newest, newest.timestamp >= timestamp, segment.base < limit,
        segmentEnd.offset > logStartOffset
      else { return nil }
      return SegmentExtent(
        id: segment.id, end: segmentEnd, offsetIndexBytes: segment.offsetIndexBytes,
        timeIndexBytes: segment.timeIndexBytes)
    }
    guard !extents.isEmpty else { return nil }
    return TimeLookUp(segments: extents, timestamp: timestamp, from: logStartOffset, limit: limit)
  }

  /// True if records before `offset` may be gone because of newer ones from there on: a log that is cut there does not
  /// hold what it should, and has to be copied anew.
  public func isHollow(cutAt offset: Offset) -> Bool { offset < cleaned.comparedEnd && offset > logStartOffset }

  /// A search for the place where the log would be cut to end at `offset` or before it.
  public func cutLookUp(to offset: Offset) -> CutLookUp {
    let index = segmentIndex(containing: offset)
    let segment = segments[index]
    return CutLookUp(
      segment: SegmentExtent(
        id: segment.id, end: readableEnd(ofSegmentAt: index), offsetIndexBytes: segment.offsetIndexBytes,
        timeIndexBytes: segment.timeIndexBytes), offset: offset)
  }
}
