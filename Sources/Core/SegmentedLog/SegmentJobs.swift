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
        guard try scanner.isChecksumRight(header, at: place.position) else { throw wrongChecksum(place) }
        break scanning
      case .batch(let header):
        // What is left of the log is named by the newest time in it: that must be one that was written.
        guard try scanner.isChecksumRight(header, at: place.position) else { throw wrongChecksum(place) }
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

  private func wrongChecksum(_ place: LogPosition) -> LogFailure {
    damaged(place, "the checksum of the record batch with offset \(place.offset) is wrong")
  }

  private func damaged(_ place: LogPosition, _ finding: String) -> LogFailure {
    .damaged(file: LogFile.records(segment.id).name, position: place.position, finding: finding)
  }
}
