internal import Model
internal import RecordBatch

/// Reads a part of a segment and holds it against all that is known of it: each batch against its own checksum, its
/// offset against the batch before, its leader epoch against the history, and the end against the log's; at the end of
/// the segment its indexes, and all batches together, against the manifest's checksums.
public struct SegmentCheck: Hashable, Sendable {
  /// The segment, up to what was durable when the check was asked for.
  public let segment: SegmentExtent
  /// Where it begins.
  public let start: CheckedPlace
  /// About how much is read.
  public let bytesMax: Int
  let epochs: LeaderEpochHistory
  let version: LogVersion
  /// What a closed segment holds; nil if that is not known, or the segment is still written to.
  let closed: SegmentChecksums?
  /// True if nothing is appended to the segment any more.
  let isClosed: Bool
  /// What its index files are to hold up to the sizes that the extent names; nil if that is not known.
  let indexes: SegmentChecksums?

  /// How far a pass over a log has come. It counts in the very log that was read.
  public struct CheckedPlace: Hashable, Sendable {
    /// Behind the last batch that was read.
    public let position: LogPosition
    /// The sum of the batches before it in its segment.
    let records: UInt32
    let version: LogVersion
  }

  /// What was found where nothing is wrong with the batches.
  public struct Outcome: Hashable, Sendable {
    /// Where to go on.
    public let reached: CheckedPlace
    /// True if the segment's indexes are not what was written to them, or nobody knows what was: they are to be made
    /// anew.
    public let isIndexWrong: Bool
  }

  /// Reads, and answers where to go on; throws `damaged` at the first batch that is wrong.
  public func perform(on storage: some LogStorage) throws(LogFailure) -> Outcome {
    var scanner = SegmentScanner(storage: storage, segment: segment.id, end: segment.end.position)
    var place = start.position
    var sum = start.records
    while true {
      switch try scanner.batch(at: place.position, expected: place.offset) {
      case .end:
        guard place.offset == segment.end.offset else {
          throw damage(place, "its record batches lead to offset \(place.offset), not to \(segment.end.offset)")
        }
        guard closed.map({ $0.records == sum }) ?? true else {
          throw damage(place, "its record batches are not those that the manifest knows by their checksum")
        }
        return outcome(place, sum, isIndexWrong: try isIndexWrong(on: storage))
      case .invalid(let finding): throw damage(place, finding)
      case .batch(let header):
        if let epoch = epochs.epoch(at: place.offset), epoch != header.leaderEpoch {
          throw damage(place, "the batch at offset \(place.offset) names another leader epoch than the log's history")
        }
        guard try scanner.isChecksumRight(header, at: place.position) else {
          throw damage(place, "the checksum of the batch at offset \(place.offset) is wrong")
        }
        SegmentChecksums.add(
          header, at: place.offset.rawValue, leaderEpoch: header.leaderEpoch?.rawValue ?? -1, to: &sum)
        place.pass(header)
        // The end of the segment belongs to its last piece, whatever its size.
        let isEnough = place.position - start.position.position >= bytesMax
        if isEnough, place.position < segment.end.position { return outcome(place, sum, isIndexWrong: false) }
      }
    }
  }

  private func outcome(_ place: LogPosition, _ sum: UInt32, isIndexWrong: Bool) -> Outcome {
    Outcome(
      reached: CheckedPlace(position: place, records: sum, version: version), isIndexWrong: isIndexWrong)
  }

  private func isIndexWrong(on storage: some LogStorage) throws(LogFailure) -> Bool {
    guard let indexes else { return isClosed }
    let offsets = try sum(.offsetIndex(segment.id), segment.offsetIndexBytes, on: storage)
    let times = try sum(.timeIndex(segment.id), segment.timeIndexBytes, on: storage)
    return offsets != indexes.offsetIndex || times != indexes.timeIndex
  }

  /// The checksum of a file's first bytes; nil if there are not so many.
  private func sum(_ file: LogFile, _ count: Int, on storage: some LogStorage) throws(LogFailure) -> UInt32? {
    guard let size = try storage.size(of: file), size >= count else { return nil }
    var sum: UInt32 = 0
    var position = 0
    while position < count {
      let bytes = try storage.bytes(file, at: position, count: min(256 << 10, count - position))
      guard !bytes.isEmpty else { return nil }
      sum = bytes.withUnsafeBytes { CRC32C.checksum(of: $0, continuing: sum) }
      position += bytes.count
    }
    return sum
  }

  private func damage(_ place: LogPosition, _ finding: String) -> LogFailure {
    .damaged(file: LogFile.records(segment.id).name, position: place.position, finding: finding)
  }
}

extension SegmentedLog {
  /// The next part of the log to be read through, behind `place` or from the start; nil if there is no more that is
  /// durable. What was found damaged, `suspect`, is read again first, if the log still consists of it.
  ///
  /// A place in another log, also one that had the same name, says nothing about this one: it is read from its start.
  public func check(
    behind place: SegmentCheck.CheckedPlace?, suspect: SegmentCheck? = nil, bytesMax: Int
  ) -> SegmentCheck? {
    if let suspect, stillHolds(suspect) { return suspect }
    let place = place.flatMap { $0.version.isOfSameLog(as: version) ? $0 : nil }
    var index = place.map { segmentIndex(containing: $0.position.offset) } ?? 0
    var from: SegmentCheck.CheckedPlace?
    // A segment that is gone is a part of another one, or deleted; after a cut the sum so far is of no use.
    if let place, place.version == version,
      let same = segments.firstIndex(where: { $0.id == place.position.segment })
    {
      let isOver = place.position.position >= segments[same].sizeInBytes && same < segments.count - 1
      index = isOver ? same + 1 : same
      from = isOver ? nil : place
    }
    let segment = segments[index]
    let beginning = LogPosition(offset: segment.base, segment: segment.id, position: 0)
    let start = from ?? SegmentCheck.CheckedPlace(position: beginning, records: 0, version: version)
    let stop = segment.id == syncedEnd.segment ? syncedEnd : readableEnd(ofSegmentAt: index)
    guard start.position.position < stop.position, stop.offset <= syncedEnd.offset else { return nil }
    let isClosed =
      index < segments.count - 1 && stop.position == segment.sizeInBytes && stop.offset == segments[index + 1].base
    let isCheckpointed = checkpoint.end.segment == segment.id
    let offsetIndexBytes = isClosed ? segment.offsetIndexBytes : isCheckpointed ? checkpoint.offsetIndexBytes : 0
    let timeIndexBytes = isClosed ? segment.timeIndexBytes : isCheckpointed ? checkpoint.timeIndexBytes : 0
    return SegmentCheck(
      segment: SegmentExtent(
        id: segment.id, end: stop, offsetIndexBytes: offsetIndexBytes, timeIndexBytes: timeIndexBytes),
      start: start, bytesMax: bytesMax, epochs: epochs, version: version,
      closed: isClosed ? segment.checksums : nil, isClosed: isClosed,
      indexes: isClosed ? segment.checksums : isCheckpointed ? checkpoint.checksums : nil)
  }

  /// True if what `check` has read is still what the log consists of: nothing of it was cut off, deleted or replaced.
  public func stillHolds(_ check: SegmentCheck) -> Bool {
    guard check.version == version, let index = segments.firstIndex(where: { $0.id == check.segment.id })
    else { return false }
    return segments[index].sizeInBytes >= check.segment.end.position
      && (index == segments.count - 1 || readableEnd(ofSegmentAt: index).offset >= check.segment.end.offset)
  }
}

/// Reads the manifest's file.
public struct ManifestCheck: Hashable, Sendable {
  let partition: TopicPartition

  /// True if it is what was written last or shortly before; false if it has rotted, and has to be written anew.
  public func perform(on storage: some LogStorage) throws(LogFailure) -> Bool {
    guard let size = try storage.size(of: .manifest), size <= Manifest.bytesMax else { return false }
    do {
      return try Manifest(decoding: try storage.bytes(.manifest, at: 0, count: size)).partition == partition
    } catch {
      guard case .damaged = error else {
        if case .unsupportedVersion = error { return false }
        throw error
      }
      return false
    }
  }
}

extension SegmentedLog {
  /// The work that looks whether the manifest is still what was written.
  public var manifestCheck: ManifestCheck { ManifestCheck(partition: partition) }

  /// Writes the manifest anew: memory has all that it had.
  public mutating func rewriteManifest(into effects: inout [LogEffect]) {
    guard state == .open else { return }
    writeCheckpoint(into: &effects)
  }
}
