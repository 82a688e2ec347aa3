public import Model

/// One record of a batch, as places within the uncompressed records block: nothing is copied.
public struct RecordView: Sendable {
  /// The distance of its offset from the batch's base offset.
  public let offsetDelta: Int32
  /// The distance of its time from the batch's base timestamp.
  public let timestampDelta: Int64
  /// Where the key is; nil for a record without one.
  public let key: Range<Int>?
  /// Where the value is; nil for a tombstone.
  public let value: Range<Int>?
  /// How many headers it has.
  public let headersCount: Int
  /// Where the headers are, in their encoded form.
  public let headers: Range<Int>
}

/// One header of a record, as places within the uncompressed records block.
public struct RecordHeaderView: Sendable {
  /// Where the name is; UTF-8 by agreement, not checked.
  public let key: Range<Int>
  /// Where the value is; nil for null.
  public let value: Range<Int>?
}

/// Reads the records of an uncompressed records block one after another.
///
/// It checks lengths, counts and offsets as it goes and takes no memory, so no bytes can make it do harm.
public struct RecordReader {
  private var parser: RecordParser
  private let recordsCount: Int32
  private let isCompacted: Bool
  private var index: Int32 = 0
  private var offsetDeltaMin: Int32 = 0

  /// A reader of `records`, the uncompressed block behind `header`.
  public init(records: UnsafeRawBufferPointer, header: RecordBatchHeader) {
    parser = RecordParser(bytes: records, position: 0, end: records.count)
    recordsCount = header.recordsCount
    isCompacted = Int64(header.recordsCount) != Int64(header.lastOffsetDelta) + 1
  }

  /// Where the next record starts.
  public var position: Int { parser.position }

  /// The next record; nil when all have been read and no byte is left over.
  public mutating func next() throws(RecordBatchError) -> RecordView? {
    guard index < recordsCount else {
      let left = parser.end - parser.position
      guard left == 0 else { throw .invalidRecord(index: Int(index), .trailingBytes(left)) }
      return nil
    }
    do {
      let record = try parse()
      index += 1
      return record
    } catch {
      throw .invalidRecord(index: Int(index), error)
    }
  }

  private mutating func parse() throws(RecordFault) -> RecordView {
    let length = try parser.varint()
    guard length >= 0 else { throw .impossibleLength(Int64(length)) }
    guard Int(length) <= parser.end - parser.position else { throw .cutShort }
    var body = RecordParser(bytes: parser.bytes, position: parser.position, end: parser.position + Int(length))
    parser.position = body.end

    _ = try body.byte()
    let timestampDelta = try body.varlong()
    let offsetDelta = try body.varint()
    guard isCompacted ? offsetDelta >= offsetDeltaMin : offsetDelta == index else {
      throw .offsetGap(expected: isCompacted ? offsetDeltaMin : index, found: offsetDelta)
    }
    guard offsetDelta < Int32.max else { throw .impossibleLength(Int64(offsetDelta)) }
    let key = try body.run()
    let value = try body.run()
    let headersCount = try body.varint()
    // Each header takes two bytes at least.
    guard headersCount >= 0, Int(headersCount) <= (body.end - body.position) / 2 else {
      throw .impossibleLength(Int64(headersCount))
    }
    let headersStart = body.position
    for _ in 0..<headersCount {
      guard try body.run() != nil else { throw .headerWithoutKey }
      _ = try body.run()
    }
    guard body.position == body.end else {
      throw .lengthMismatch(stated: Int(length), used: Int(length) - (body.end - body.position))
    }
    offsetDeltaMin = offsetDelta + 1
    return RecordView(
      offsetDelta: offsetDelta, timestampDelta: timestampDelta, key: key, value: value,
      headersCount: Int(headersCount), headers: headersStart..<body.end)
  }
}

extension RecordView {
  /// The headers in order; `records` is the block that the record was read from.
  public func headers(in records: UnsafeRawBufferPointer) -> [RecordHeaderView] {
    var parser = RecordParser(bytes: records, position: headers.lowerBound, end: headers.upperBound)
    var found: [RecordHeaderView] = []
    found.reserveCapacity(headersCount)
    for _ in 0..<headersCount {
      // The reader has been over these bytes already.
      guard let key = try? parser.run(), let value = try? parser.run() as Range<Int>?? else { break }
      found.append(RecordHeaderView(key: key, value: value))
    }
    return found
  }

  /// The record's offset in a batch that the leader has stamped.
  public func offset(in header: RecordBatchHeader) -> Offset { header.baseOffset + Int64(offsetDelta) }

  /// The record's time, whosever clock the batch goes by.
  public func timestamp(in header: RecordBatchHeader) -> Timestamp {
    switch header.attributes.timestampType {
    case .logAppendTime: header.maxTimestamp
    case .createTime: Timestamp(header.baseTimestamp.rawValue &+ timestampDelta)
    }
  }
}
