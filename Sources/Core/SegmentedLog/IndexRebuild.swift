public import Model
internal import RecordBatch

/// Makes the indexes of a closed segment anew from its batches.
public struct IndexRebuild: Hashable, Sendable {
  /// The segment.
  public let segment: SegmentExtent
  /// About how many bytes lie between two entries.
  public let intervalBytes: Int
  let version: LogVersion

  /// Indexes that are to take the place of a segment's.
  public struct Rebuilt: Hashable, Sendable {
    let segment: SegmentID
    let offsets: [UInt8]
    let times: [UInt8]
    let checksums: SegmentChecksums
    let version: LogVersion
  }

  /// Reads the whole segment. Throws `damaged` if a batch is not what was once written.
  public func perform(on storage: some LogStorage) throws(LogFailure) -> Rebuilt {
    var scanner = SegmentScanner(storage: storage, segment: segment.id, end: segment.end.position)
    var builder = IndexBuilder(base: segment.base, intervalBytes: intervalBytes)
    var checksums = SegmentChecksums()
    var place = segment.start
    while true {
      switch try scanner.batch(at: place.position, expected: place.offset) {
      case .end:
        guard place.offset == segment.end.offset else {
          throw damaged(place, "it ends with offset \(place.offset) where \(segment.end.offset) is due")
        }
        builder.addTimeEntry()
        let (offsets, times) = builder.drain()
        checksums.add(offsetEntries: offsets.bytes, timeEntries: times.bytes)
        return Rebuilt(
          segment: segment.id, offsets: offsets.bytes, times: times.bytes, checksums: checksums, version: version)
      case .invalid(let finding): throw damaged(place, finding)
      case .batch(let header):
        guard try scanner.isChecksumRight(header, at: place.position) else {
          throw damaged(place, "the checksum of the record batch with offset \(place.offset) is wrong")
        }
        builder.add(
          lastOffset: header.lastOffset, maxTimestamp: header.newestTimestamp, position: place.position,
          sizeInBytes: header.sizeInBytes)
        checksums.add(header, at: place.offset.rawValue, leaderEpoch: header.leaderEpoch?.rawValue ?? -1)
        place.pass(header)
      }
    }
  }

  private func damaged(_ place: LogPosition, _ finding: String) -> LogFailure {
    .damaged(file: LogFile.records(segment.id).name, position: place.position, finding: finding)
  }
}

extension SegmentedLog {
  /// The work that makes the indexes of a segment anew; nil for one that is still written to, or gone.
  public func indexRebuild(ofSegment id: SegmentID) -> IndexRebuild? {
    guard let index = segments.firstIndex(where: { $0.id == id }), index < segments.count - 1,
      writtenEnd.offset >= segments[index + 1].base
    else { return nil }
    let segment = segments[index]
    let end = LogPosition(offset: segments[index + 1].base, segment: id, position: segment.sizeInBytes)
    return IndexRebuild(
      segment: SegmentExtent(
        id: id, end: end, offsetIndexBytes: segment.offsetIndexBytes, timeIndexBytes: segment.timeIndexBytes),
      intervalBytes: configuration.indexIntervalBytes, version: version)
  }

  /// Takes over the indexes that a rebuild made, and asks for them to be put in place. False if the log has changed.
  @discardableResult
  public mutating func installIndexes(_ rebuilt: IndexRebuild.Rebuilt, into effects: inout [LogEffect]) -> Bool {
    guard state == .open, rebuilt.version == version,
      let index = segments.firstIndex(where: { $0.id == rebuilt.segment }), index < segments.count - 1
    else { return false }
    segments[index].offsetIndexBytes = rebuilt.offsets.count
    segments[index].timeIndexBytes = rebuilt.times.count
    segments[index].checksums = rebuilt.checksums
    effects.append(.replaceIndex(.offsetIndex(rebuilt.segment), bytes: rebuilt.offsets))
    effects.append(.replaceIndex(.timeIndex(rebuilt.segment), bytes: rebuilt.times))
    writeCheckpoint(into: &effects)
    return true
  }

  /// Closes the segment if it is the one that is written to: what is wrong with its indexes can be mended then.
  public mutating func closeSegment(_ id: SegmentID, now: Timestamp, into effects: inout [LogEffect]) {
    guard state == .open, end.segment == id, end.position > 0 else { return }
    roll(now: now, into: &effects)
  }
}
