internal import Model
internal import RecordBatch

/// Reads what lies behind a log's checkpoint, takes in whole batches, and tells a torn tail from a damaged middle.
struct TailScan {
  private(set) var log: SegmentedLog
  /// Where to begin: at the checkpoint, or at the segment's start if its indexes have to be made anew.
  let start: LogPosition
  /// Everything before this place had been made durable: a fault there is damage.
  let checkpoint: LogPosition
  /// The time of day.
  let openedAt: Timestamp

  /// So many zeros at the end of a sector show that it was written in part: batches seldom have so many in a row.
  private static let tornBytesMin = 16

  /// A scan from `start` on, behind the checkpoint at the end of `log`.
  init(log: SegmentedLog, start: LogPosition, now: Timestamp) {
    self.log = log
    self.start = start
    checkpoint = log.end
    openedAt = now
  }

  /// Scans to the end of the file; answers why the tail has to be cut, if it has to be.
  mutating func run(on storage: some LogStorage, recordsSize: Int) throws(LogFailure) -> String? {
    var scanner = SegmentScanner(
      storage: storage, segment: start.segment, end: recordsSize, windowBytes: 1 << 20)
    var place = start
    while true {
      try refuseOtherOffset(at: place)
      let finding: String
      switch try scanner.batch(at: place.position, expected: place.offset) {
      case .end: return nil
      case .invalid(let words): finding = words
      case .batch(let header):
        if header.nextOffset - start.segment.base > Int64(Int32.max) {
          finding = "a record batch reaches to offset \(header.nextOffset), too far for its segment"
        } else if try scanner.isChecksumRight(header, at: place.position) {
          try refuseOtherEpoch(header, at: place)
          log.takeIn(header, at: place, now: openedAt)
          place.pass(header)
          continue
        } else {
          finding = "the checksum of the record batch with offset \(header.baseOffset) is wrong"
        }
      }
      try refuseDamage(at: place, finding, &scanner)
      return "\(finding); \(recordsSize - place.position) bytes of an unfinished write were cut off"
    }
  }

  /// Throws if the batches up to the checkpoint do not lead to the offset that it names.
  private func refuseOtherOffset(at place: LogPosition) throws(LogFailure) {
    guard place.position >= checkpoint.position, log.end == checkpoint, place != checkpoint else { return }
    throw .damaged(
      file: LogFile.records(place.segment).name, position: place.position,
      finding: "its record batches lead to offset \(place.offset) here, but the checkpoint has offset "
        + "\(checkpoint.offset) at byte \(checkpoint.position)")
  }

  /// Throws if a whole batch names a leader epoch that it cannot have been written in: its checksum does not cover that.
  private func refuseOtherEpoch(_ header: RecordBatchHeader, at place: LogPosition) throws(LogFailure) {
    let isKnown = place.position < checkpoint.position
    let known = isKnown ? log.epochs.epoch(at: place.offset) : log.epochs.latest
    let finding: String
    switch (header.leaderEpoch, known) {
    case (nil, _): finding = "the record batch with offset \(place.offset) has no leader epoch"
    case (let epoch?, let known?) where isKnown && epoch != known:
      finding = "the record batch with offset \(place.offset) names leader epoch \(epoch), but was written in \(known)"
    case (let epoch?, let known?) where epoch < known:
      finding = "the record batch with offset \(place.offset) names leader epoch \(epoch), but follows one of \(known)"
    default: return
    }
    throw .damaged(file: LogFile.records(place.segment).name, position: place.position, finding: finding)
  }

  /// Throws unless the fault at `place` can be what a loss of power leaves of writes that were never synced.
  ///
  /// A torn write leaves the file too short, or sectors that were never written, or not to their ends, which read as
  /// zeros. A batch that is there in full length with wrong bytes in it, or a fault with whole batches behind it, is
  /// neither: it was whole once, and may have been acknowledged.
  private func refuseDamage<Storage>(
    at place: LogPosition, _ finding: String, _ scanner: inout SegmentScanner<Storage>
  ) throws(LogFailure) {
    let file = LogFile.records(place.segment).name
    guard place.position >= checkpoint.position else {
      throw .damaged(file: file, position: place.position, finding: "\(finding), in bytes that had been made durable")
    }
    if let next = try nextWhole(behind: place, &scanner) {
      guard try !hasUnwrittenSector(from: place, to: next.position, &scanner) else { return }
      throw .damaged(
        file: file, position: place.position,
        finding: "\(finding), but whole record batches follow from offset \(next.offset) on; they were not skipped")
    }
    guard try isThereInFullLength(place, &scanner),
      try !hasUnwrittenSector(from: place, to: scanner.end, &scanner)
    else { return }
    throw .damaged(
      file: file, position: place.position,
      finding: "\(finding), although all of its bytes are there; it may have been acknowledged and was not cut off")
  }

  /// True if what stands at `place` looks like the batch that is due there, from its first byte to its last.
  private func isThereInFullLength<Storage>(
    _ place: LogPosition, _ scanner: inout SegmentScanner<Storage>
  ) throws(LogFailure) -> Bool {
    let room = scanner.end - place.position
    if try isWholeButForItsLength(place, &scanner) { return true }
    return try scanner.withBytes(at: place.position, count: RecordBatchHeader.byteCount) { head in
      guard head.count == RecordBatchHeader.byteCount else { return false }
      let isOffsetRight = head.bigEndian(Int64.self, at: 0) == place.offset.rawValue
      let isMagicRight = head.bigEndian(Int8.self, at: 16) == RecordBatchHeader.magic
      let size = Int(head.bigEndian(Int32.self, at: 8)) + RecordBatchHeader.uncountedBytes
      guard size >= RecordBatchHeader.byteCount else { return isOffsetRight && isMagicRight }
      return size <= room && (isOffsetRight || isMagicRight)
    }
  }

  /// True if the checksum fits to all that is left of the file: then only what the batch states of its length is wrong.
  private func isWholeButForItsLength<Storage>(
    _ place: LogPosition, _ scanner: inout SegmentScanner<Storage>
  ) throws(LogFailure) -> Bool {
    let stated = try scanner.withBytes(at: place.position, count: RecordBatchHeader.byteCount) { head in
      head.count == RecordBatchHeader.byteCount ? head.bigEndian(UInt32.self, at: 17) : nil
    }
    guard let stated else { return false }
    return try scanner.checksum(from: place.position + 21, to: scanner.end) == stated
  }

  /// The first whole batch behind `place` that could belong to this log.
  private func nextWhole<Storage>(
    behind place: LogPosition, _ scanner: inout SegmentScanner<Storage>
  ) throws(LogFailure) -> LogPosition? {
    let stepBytes = 64 << 10
    var from = place.position + 1
    while from + RecordBatchHeader.byteCount <= scanner.end {
      // The magic number is the 17th byte of a batch.
      let candidates = try scanner.withBytes(at: from, count: stepBytes + 16) { bytes in
        bytes.indices.dropFirst(16).filter { bytes[$0] == 2 }.map { from + $0 - 16 }
      }
      for position in candidates {
        guard case .batch(let header) = try scanner.batch(at: position, expected: nil),
          header.baseOffset > place.offset, header.baseOffset - place.offset <= Int64(scanner.end),
          try scanner.isChecksumRight(header, at: position)
        else { continue }
        return LogPosition(offset: header.baseOffset, segment: place.segment, position: position)
      }
      from += stepBytes
    }
    return nil
  }

  /// True if a sector between the two places was never written: a whole one, what `place` leaves of the first one, the
  /// beginning of the last one, or the end of any.
  private func hasUnwrittenSector<Storage>(
    from place: LogPosition, to end: Int, _ scanner: inout SegmentScanner<Storage>
  ) throws(LogFailure) -> Bool {
    let sector = 512
    var position = place.position
    while position < end {
      let sectorEnd = min((position / sector + 1) * sector, scanner.end)
      let zeros = try scanner.withBytes(at: position, count: sectorEnd - position) { bytes in
        bytes.reversed().prefix { $0 == 0 }.count
      }
      let isZero = zeros == sectorEnd - position
      let isWhole = sectorEnd - position == sector
      let isFirst = position == place.position && hadToBeWritten(place, sectorEnd)
      // The last byte of a batch without headers is a zero anyway.
      let isLast = sectorEnd == scanner.end && sectorEnd - position >= 2
      if zeros >= Self.tornBytesMin || isZero && (isWhole || isFirst || isLast) { return true }
      position = sectorEnd
    }
    return false
  }

  /// True if the first bytes of the batch at `place`, up to `end`, cannot all be zeros.
  private func hadToBeWritten(_ place: LogPosition, _ end: Int) -> Bool {
    let count = end - place.position
    let offsetBytes = withUnsafeBytes(of: place.offset.rawValue.bigEndian) { Array($0) }
    // Behind the offset comes a length, which is never zero.
    return count >= 12 || offsetBytes.prefix(count).contains { $0 != 0 }
  }
}

extension SegmentedLog {
  /// Begins the active segment's indexes anew, as if it had no batch yet.
  mutating func restartIndex() {
    seenFrom = end.segment.base
    index = IndexBuilder(base: end.segment.base, intervalBytes: configuration.indexIntervalBytes)
    segments[segments.count - 1].checksums?.offsetIndex = 0
    segments[segments.count - 1].checksums?.timeIndex = 0
  }

  /// Takes in a batch that recovery found to be whole.
  mutating func takeIn(_ header: RecordBatchHeader, at place: LogPosition, now: Timestamp) {
    index.add(
      lastOffset: header.lastOffset, maxTimestamp: header.newestTimestamp, position: place.position,
      sizeInBytes: header.sizeInBytes)
    recent.append(offset: place.offset, position: place.position)
    if place.position >= end.position {
      if let epoch = header.leaderEpoch {
        epochs.append(epoch, at: place.offset)
        segments[segments.count - 1].checksums?.add(
          header, at: place.offset.rawValue, leaderEpoch: epoch.rawValue)
      }
      producers.note(header, at: place.offset, now: now)
      end.pass(header)
      if header.isCleaned { cleaned.copiedCleaned(upTo: end.offset) }
      writtenEnd = end
      syncedEnd = end
    }
    noteActive()
  }
}
