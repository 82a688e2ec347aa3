public import Model
internal import RecordBatch

/// A search for the place where a log has to be cut to end at an offset: at the batch that holds it.
public struct CutLookUp: Hashable, Sendable {
  /// The segment that holds the offset.
  public let segment: SegmentExtent
  /// The end that is wanted.
  public let offset: Offset

  /// Looks. Throws `damaged` if what stands before the offset is not what was once written: it must not be cut off.
  public func perform(on storage: some LogStorage) throws(LogFailure) -> CutPoint {
    var scanner = SegmentScanner(storage: storage, segment: segment.id, end: segment.end.position)
    var search = IndexSearch(storage: storage, segment: segment)
    let known = try search.newest(below: offset)
    var newest = known?.entry
    // From the last time entry on every batch counts; before it none is newer.
    let from = try search.start(for: min(newest?.offset ?? segment.base, offset), scanner: &scanner)
    var place = from
    scanning: while true {
      switch try scanner.batch(at: place.position, expected: place.offset) {
      case .end where place.offset < min(offset, segment.end.offset):
        throw damaged(place, "it ends with offset \(place.offset) where \(segment.end.offset) is due")
      case .end: break scanning
      case .invalid(let finding): throw damaged(place, finding)
      case .batch where place.offset == offset: break scanning
      case .batch(let header) where header.nextOffset > offset:
        guard try scanner.isChecksumRight(header, at: place.position) else {
          throw damaged(place, "the checksum of the record batch with offset \(place.offset) is wrong")
        }
        break scanning
      case .batch(let header):
        if newest.map({ header.newestTimestamp > $0.timestamp }) ?? true {
          newest = TimestampedOffset(timestamp: header.newestTimestamp, offset: header.lastOffset)
        }
        place.pass(header)
      }
    }
    // An index that was found wrong is given up; it is only a hint.
    let offsetEntries = search.foundFault ? 0 : try search.entriesCount(below: place.offset)
    let timeEntries = search.foundFault ? 0 : try search.newest(below: place.offset)?.count ?? 0
    return CutPoint(
      place: place, newest: newest, offsetIndexBytes: offsetEntries * IndexLayout.offsetEntryBytes,
      timeIndexBytes: timeEntries * IndexLayout.timeEntryBytes)
  }

  private func damaged(_ place: LogPosition, _ finding: String) -> LogFailure {
    .damaged(file: LogFile.records(segment.id).name, position: place.position, finding: finding)
  }
}

/// Makes the indexes of a closed segment anew from its batches.
public struct IndexRebuild: Hashable, Sendable {
  /// The segment.
  public let segment: SegmentExtent
  /// About how many bytes lie between two entries.
  public let intervalBytes: Int

  /// Reads the whole segment and answers the effects that put the new indexes in place.
  public func perform(on storage: some LogStorage) throws(LogFailure) -> [LogEffect] {
    var scanner = SegmentScanner(storage: storage, segment: segment.id, end: segment.end.position)
    var builder = IndexBuilder(base: segment.base, intervalBytes: intervalBytes)
    var place = segment.start
    while case .batch(let header) = try scanner.batch(at: place.position, expected: place.offset) {
      builder.add(
        lastOffset: header.lastOffset, maxTimestamp: header.newestTimestamp, position: place.position,
        sizeInBytes: header.sizeInBytes)
      place.pass(header)
    }
    builder.addTimeEntry()
    let (offsets, times) = builder.drain()
    return [
      .replaceIndex(.offsetIndex(segment.id), bytes: offsets.bytes),
      .replaceIndex(.timeIndex(segment.id), bytes: times.bytes),
    ]
  }
}

extension SegmentedLog {
  /// The work that makes the indexes of a segment anew; nil for the active one, which is still growing,
  /// and for one that is gone.
  public func indexRebuild(ofSegment id: SegmentID) -> IndexRebuild? {
    guard let index = segments.firstIndex(where: { $0.id == id }), index < segments.count - 1 else { return nil }
    let segment = segments[index]
    return IndexRebuild(
      segment: SegmentExtent(
        id: id, end: readableEnd(ofSegmentAt: index), offsetIndexBytes: segment.offsetIndexBytes,
        timeIndexBytes: segment.timeIndexBytes), intervalBytes: configuration.indexIntervalBytes)
  }

  /// Takes over the indexes that a rebuild made, and asks for them to be put in place.
  public mutating func installIndexes(_ rebuilt: [LogEffect], into effects: inout [LogEffect]) {
    for effect in rebuilt {
      guard case .replaceIndex(let file, let bytes) = effect, let id = file.segment,
        let index = segments.firstIndex(where: { $0.id == id }), index < segments.count - 1
      else { continue }
      if case .offsetIndex = file { segments[index].offsetIndexBytes = bytes.count }
      if case .timeIndex = file { segments[index].timeIndexBytes = bytes.count }
      effects.append(effect)
    }
    if !rebuilt.isEmpty { writeCheckpoint(into: &effects) }
  }
}
