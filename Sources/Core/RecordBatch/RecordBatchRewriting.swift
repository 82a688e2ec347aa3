public import Model

/// The records of a batch that stay when it is made anew, as places within its uncompressed records block.
public struct KeptRecords: Hashable, Sendable {
  /// Where they are; records that follow one another share a range.
  public private(set) var ranges: [Range<Int>] = []
  /// How many they are.
  public private(set) var count: Int32 = 0
  /// The time of the newest, as the records themselves have it.
  public private(set) var newest = Timestamp(.min)

  /// No records.
  public init() {}

  /// Keeps the record at `place`, behind those before.
  public mutating func add(_ place: Range<Int>, timestamp: Timestamp) {
    if let last = ranges.last, last.upperBound == place.lowerBound {
      ranges[ranges.count - 1] = last.lowerBound..<place.upperBound
    } else {
      ranges.append(place)
    }
    count += 1
    newest = max(newest, timestamp)
  }
}

/// Batches that are made anew because records in them are gone. Their offsets, leader epoch and producer stay as they
/// were: the log keeps its gaps, and whoever replays it learns of the same producers.
extension RecordBatchView {
  /// The batch with the `kept` of its `records` only, compressed as it was.
  ///
  /// With a `deleteHorizon`, that time takes the place of the base timestamp, as Kafka writes it.
  public func keeping(
    _ kept: KeptRecords, of records: UnsafeRawBufferPointer, deleteHorizon: Timestamp?, compressor: Compressor?
  ) throws(RecordBatchError) -> [UInt8] {
    guard let codec = header.attributes.codec else { throw .unknownCodec(Int(header.attributes.rawValue & 0b111)) }
    var block: [UInt8] = []
    block.reserveCapacity(RecordBatchHeader.byteCount + kept.ranges.reduce(0) { $0 + $1.count })
    block.append(contentsOf: repeatElement(0, count: RecordBatchHeader.byteCount))
    for range in kept.ranges {
      if let deleteHorizon {
        try Self.copy(range, of: records, by: header.baseTimestamp.rawValue &- deleteHorizon.rawValue, to: &block)
      } else {
        block.append(contentsOf: records.part(range))
      }
    }
    if codec != .none {
      guard let compressor else { throw .codecUnavailable(codec) }
      let packed = try block.withUnsafeBytes { plain in
        Result { () throws(RecordBatchError) in
          try compressor(codec, plain.part(RecordBatchHeader.byteCount..<plain.count))
        }
      }.get()
      block.replaceSubrange(RecordBatchHeader.byteCount..., with: packed)
    }
    var new = header
    new.recordsCount = kept.count
    if header.attributes.timestampType == .createTime { new.maxTimestamp = kept.newest }
    if let deleteHorizon {
      new.baseTimestamp = deleteHorizon
      new.attributes.hasDeleteHorizon = true
    }
    return try new.sealed(block)
  }

  /// Copies records whose timestamps shall count from another base.
  private static func copy(
    _ range: Range<Int>, of records: UnsafeRawBufferPointer, by shift: Int64, to block: inout [UInt8]
  ) throws(RecordBatchError) {
    var parser = RecordParser(bytes: records, position: range.lowerBound, end: range.upperBound)
    var index = 0
    while parser.position < range.upperBound {
      do throws(RecordFault) {
        let length = Int(try parser.varint())
        let end = parser.position + length
        guard length >= 0, end <= range.upperBound else { throw .cutShort }
        let attributes = try parser.byte()
        let delta = try parser.varlong() &+ shift
        guard parser.position <= end else { throw .cutShort }
        Varint.append(Int64(1 + Varint.byteCount(delta) + end - parser.position), to: &block)
        block.append(attributes)
        Varint.append(delta, to: &block)
        block.append(contentsOf: records.part(parser.position..<end))
        parser.position = end
        index += 1
      } catch { throw .invalidRecord(index: index, error) }
    }
  }

  /// The batch without records: what is left of the last one of a producer.
  public func emptied() throws(RecordBatchError) -> [UInt8] {
    var new = header
    new.recordsCount = 0
    new.attributes = BatchAttributes(timestampType: header.attributes.timestampType)
    new.baseTimestamp = Timestamp(-1)
    return try new.sealed([UInt8](repeating: 0, count: RecordBatchHeader.byteCount))
  }
}

extension RecordBatchHeader {
  /// True for a batch that only says that its offsets have no records any more.
  public var isGap: Bool { recordsCount == 0 && producer == nil && !attributes.isControl }

  /// True for a batch that has been made anew by a cleaning, and not only left as it was.
  public var isCleaned: Bool {
    Int64(recordsCount) != Int64(lastOffsetDelta) + 1 || attributes.hasDeleteHorizon
  }

  /// The time of the newest record; before all times if there is none.
  public var newestTimestamp: Timestamp { recordsCount == 0 ? Timestamp(-1) : maxTimestamp }

  /// A batch that stands for `offsets`, written in `leaderEpoch`, whose records are all gone: without it the next batch
  /// would not follow on the one before, as if something had been lost.
  public static func gap(_ offsets: Range<Offset>, leaderEpoch: LeaderEpoch) -> [UInt8] {
    precondition(!offsets.isEmpty && offsets.upperBound - offsets.lowerBound <= Int64(Int32.max), "no such gap")
    var header = RecordBatchHeader(
      batchLength: Int32(byteCount - uncountedBytes), attributes: BatchAttributes(), baseTimestamp: Timestamp(-1),
      maxTimestamp: Timestamp(-1), producer: nil, recordsCount: 0)
    header.baseOffset = offsets.lowerBound
    header.leaderEpoch = leaderEpoch
    header.lastOffsetDelta = Int32(offsets.upperBound - offsets.lowerBound - 1)
    var bytes = [UInt8](repeating: 0, count: byteCount)
    header.seal(&bytes)
    return bytes
  }

  /// The batch that consists of this header and what stands in `block` behind the room for one.
  func sealed(_ block: [UInt8]) throws(RecordBatchError) -> [UInt8] {
    guard block.count <= Int(Int32.max) else { throw .invalidLength(.max) }
    var new = self
    new.batchLength = Int32(block.count - Self.uncountedBytes)
    var bytes = block
    new.seal(&bytes)
    return bytes
  }

  private mutating func seal(_ bytes: inout [UInt8]) {
    bytes.withUnsafeMutableBytes { bytes in
      encode(into: bytes)
      checksum = CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: bytes[Self.checkedFrom...]))
      bytes.storeBigEndian(checksum, at: 17)
    }
  }
}
