public import Model
public import RecordBatch

/// A search for the first record at or after a time.
public struct TimeLookUp: Hashable, Sendable {
  /// The segments that have a record as new, oldest first.
  public let segments: [SegmentExtent]
  /// The time.
  public let timestamp: Timestamp
  /// Records before are not looked at.
  public let from: Offset
  /// Records from here on are not looked at.
  public let limit: Offset

  /// The largest batch that is opened to find the record within it; of a larger one, the first record is answered.
  static let batchBytesMax = 128 << 20

  /// Looks. nil if there is no such record. Compressed batches need the decompressor, or the answer is only as exact
  /// as the batch.
  public func perform(
    on storage: some LogStorage, decompressor: Decompressor?
  ) throws(LogFailure) -> TimestampedOffset? {
    for segment in segments {
      if let found = try look(in: segment, on: storage, decompressor: decompressor) { return found }
    }
    return nil
  }

  private func look(
    in segment: SegmentExtent, on storage: some LogStorage, decompressor: Decompressor?
  ) throws(LogFailure) -> TimestampedOffset? {
    var scanner = SegmentScanner(storage: storage, segment: segment.id, end: segment.end.position)
    var search = IndexSearch(storage: storage, segment: segment)
    var place = try search.start(for: from, scanner: &scanner)
    if let near = try search.start(for: timestamp, scanner: &scanner), near.offset > place.offset { place = near }
    while true {
      switch try scanner.batch(at: place.position, expected: place.offset) {
      case .end: return nil
      case .invalid(let finding):
        throw .damaged(file: LogFile.records(segment.id).name, position: place.position, finding: finding)
      case .batch(let header):
        guard header.baseOffset < limit else { return nil }
        // A time that has rotted would have the batch passed over, or taken for the one.
        guard try scanner.isChecksumRight(header, at: place.position) else {
          throw .damaged(
            file: LogFile.records(segment.id).name, position: place.position,
            finding: "the checksum of the record batch with offset \(header.baseOffset) is wrong")
        }
        if header.recordsCount > 0, header.maxTimestamp >= timestamp, header.nextOffset > from,
          let found = try look(in: header, at: place, scanner: &scanner, decompressor: decompressor)
        {
          return found
        }
        place.pass(header)
      }
    }
  }

  private func look<Storage>(
    in header: RecordBatchHeader, at place: LogPosition, scanner: inout SegmentScanner<Storage>,
    decompressor: Decompressor?
  ) throws(LogFailure) -> TimestampedOffset? {
    let whole = TimestampedOffset(timestamp: header.maxTimestamp, offset: max(header.baseOffset, from))
    let isPlain = header.attributes.codec == CompressionCodec.none
    guard header.attributes.timestampType == .createTime, header.sizeInBytes <= Self.batchBytesMax,
      isPlain || decompressor != nil
    else { return whole }
    let found = try scanner.withBytes(at: place.position, count: header.sizeInBytes) { bytes in
      Result { () throws(RecordBatchError) -> TimestampedOffset? in
        let batch = try RecordBatchView(bytes)
        return try batch.withRecords(decompressor: decompressor) { (records) throws(RecordBatchError) in
          var reader = RecordReader(records: records, header: header)
          while let record = try reader.next() {
            let found = TimestampedOffset(
              timestamp: record.timestamp(in: header), offset: record.offset(in: header))
            if found.timestamp >= timestamp, found.offset >= from, found.offset < limit { return found }
          }
          return nil
        }
      }
    }
    do { return try found.get() } catch {
      throw .damaged(
        file: LogFile.records(place.segment).name, position: place.position, finding: "\(error)")
    }
  }
}
