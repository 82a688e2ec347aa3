public import Model
internal import RecordBatch

/// A search for whole batches from an offset on, for when memory does not know where they are.
///
/// Every batch that it answers has been checked against its checksum, so damage is never served.
public struct BatchLookUp: Hashable, Sendable {
  /// Where to look.
  public let segment: SegmentExtent
  /// The offset that must be in the first batch.
  public let offset: Offset
  /// No batch may reach to here or beyond.
  public let limit: Offset
  /// The most bytes to answer, but for the first batch.
  public let bytesMax: Int
  /// Where the first batch starts, if that is known.
  public let start: LogPosition?
  /// The epochs in which the batches were written: the checksum does not cover what a batch says of that.
  public let epochs: LeaderEpochHistory
  let version: LogVersion

  /// What a search found.
  public struct Answer: Hashable, Sendable {
    /// The batches; nil if there is none below the limit.
    public let batches: FoundBatches?
    /// True if an index of the segment is wrong and should be made anew.
    public let isIndexWrong: Bool
  }

  /// Looks. Throws `damaged` if the batch with the offset is not what was once written.
  public func perform(on storage: some LogStorage) throws(LogFailure) -> Answer {
    var scanner = SegmentScanner(storage: storage, segment: segment.id, end: segment.end.position)
    var search = IndexSearch(storage: storage, segment: segment)
    var place: LogPosition
    if let start { place = start } else { place = try search.start(for: offset, scanner: &scanner) }

    // Skip the batches before the one with the offset.
    var first: RecordBatchHeader?
    skipping: while offset < segment.end.offset {
      switch try scanner.batch(at: place.position, expected: place.offset) {
      case .batch(let header) where header.nextOffset > offset:
        first = header
        break skipping
      case .batch(let header): place.pass(header)
      case .end: throw damaged(place, "it ends with offset \(place.offset) where \(segment.end.offset) is due")
      case .invalid(let finding): throw damaged(place, finding)
      }
    }
    guard let first else { return Answer(batches: nil, isIndexWrong: search.foundFault) }

    let start = place
    guard first.leaderEpoch == epochs.epoch(at: first.baseOffset) else {
      throw damaged(
        place, "the record batch with offset \(place.offset) states a leader epoch that it was not written in")
    }
    guard try scanner.isChecksumRight(first, at: place.position) else {
      throw damaged(place, "the checksum of the record batch with offset \(place.offset) is wrong")
    }
    guard first.nextOffset <= limit else { return Answer(batches: nil, isIndexWrong: search.foundFault) }
    place.pass(first)
    // What comes behind is answered as far as it is whole; the next read meets what is not.
    while case .batch(let header) = try scanner.batch(at: place.position, expected: place.offset),
      header.nextOffset <= limit, header.leaderEpoch == epochs.epoch(at: header.baseOffset),
      place.position + header.sizeInBytes - start.position <= bytesMax,
      try scanner.isChecksumRight(header, at: place.position)
    {
      place.pass(header)
    }
    let found = FoundBatches(
      start: start, sizeInBytes: place.position - start.position, nextOffset: place.offset, version: version)
    return Answer(batches: found, isIndexWrong: search.foundFault)
  }

  private func damaged(_ place: LogPosition, _ finding: String) -> LogFailure {
    .damaged(file: LogFile.records(segment.id).name, position: place.position, finding: finding)
  }
}

extension LogPosition {
  /// Moves behind the batch that starts here.
  mutating func pass(_ header: RecordBatchHeader) {
    offset = header.nextOffset
    position += header.sizeInBytes
  }
}
