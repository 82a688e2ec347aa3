import Model
import RecordBatch
import Testing

/// A record copied out of a batch.
struct PlainRecord: Equatable {
  var key: [UInt8]?
  var value: [UInt8]?
  var headers: [RecordHeader] = []
  var timestamp: Int64
}

func records(of batch: [UInt8], decompressor: Decompressor? = nil) throws -> [PlainRecord] {
  try batch.withUnsafeBytes { bytes in
    let view = try RecordBatchView(bytes)
    var found: [PlainRecord] = []
    try view.forEachRecord(decompressor: decompressor) { record, block in
      found.append(
        PlainRecord(
          key: record.key.map { Array(block[$0]) }, value: record.value.map { Array(block[$0]) },
          headers: record.headers(in: block).map {
            RecordHeader(key: String(decoding: block[$0.key], as: UTF8.self), value: $0.value.map { Array(block[$0]) })
          },
          timestamp: record.timestamp(in: view.header).rawValue))
    }
    return found
  }
}

func validate(_ batch: [UInt8], decompressor: Decompressor? = nil) throws(RecordBatchError) {
  try batch.withUnsafeBytes { bytes in
    Result { () throws(RecordBatchError) in try RecordBatchView(bytes).validate(decompressor: decompressor) }
  }.get()
}

/// Gives changed bytes the checksum that belongs to them.
func sealed(_ batch: [UInt8]) -> [UInt8] {
  var batch = batch
  let checksum = batch.withUnsafeBytes { CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: $0[21...])) }
  for index in 0..<4 { batch[17 + index] = UInt8(truncatingIfNeeded: checksum >> (24 - 8 * index)) }
  return batch
}

let threeRecords = [
  PlainRecord(
    value: Array(repeating: 0x61, count: 70),
    headers: [
      RecordHeader(key: "h1", value: [0x78]), RecordHeader(key: "empty", value: []),
      RecordHeader(key: "null", value: nil),
    ], timestamp: 1_700_000_000_123),
  PlainRecord(key: Array("k2".utf8), timestamp: 1_700_000_000_120),
  PlainRecord(
    key: [], value: [], headers: [RecordHeader(key: "\u{e9}", value: [0, 0xff])], timestamp: 1_700_000_009_999),
]

@Suite("Record batches")
struct RecordBatchTests {
  @Test("CRC-32C of the usual example")
  func checksum() {
    #expect(Array("123456789".utf8).withUnsafeBytes { CRC32C.checksum(of: $0) } == 0xe306_9283)
    #expect([UInt8]().withUnsafeBytes { CRC32C.checksum(of: $0) } == 0)
  }

  @Test("a built batch is the same, to the byte, as another implementation's")
  func builtBytes() throws {
    var one = RecordBatchBuilder()
    one.append(key: Array("key".utf8), value: Array("value".utf8), timestamp: Timestamp(1_700_000_000_000))
    #expect(one.sizeInBytes == Vectors.one.count)
    #expect(try one.build() == Vectors.withoutEpoch(Vectors.one))

    var three = RecordBatchBuilder()
    for record in threeRecords {
      three.append(
        key: record.key, value: record.value, headers: record.headers, timestamp: Timestamp(record.timestamp))
    }
    let producer = ProducerStamp(id: ProducerID(4711), epoch: ProducerEpoch(3), baseSequence: 12)
    #expect(try three.build(producer: producer) == Vectors.withoutEpoch(Vectors.three))

    var transactional = RecordBatchBuilder()
    transactional.append(key: Array("k".utf8), value: Array("v".utf8), timestamp: Timestamp(5))
    let first = ProducerStamp(id: ProducerID(1), epoch: ProducerEpoch(0), baseSequence: 0)
    let built = try transactional.build(producer: first, isTransactional: true)
    #expect(built == Vectors.withoutEpoch(Vectors.transactional))
  }

  @Test("another implementation's batches are valid and say what was put in")
  func foreignBatches() throws {
    try validate(Vectors.one)
    try validate(Vectors.three)
    #expect(try records(of: Vectors.three) == threeRecords)
    let header = try Vectors.three.withUnsafeBytes { try RecordBatchHeader(decoding: $0) }
    #expect(header.producer == ProducerStamp(id: ProducerID(4711), epoch: ProducerEpoch(3), baseSequence: 12))
    #expect(header.recordsCount == 3)
    #expect(header.sizeInBytes == Vectors.three.count)
    #expect(header.maxTimestamp == Timestamp(1_700_000_009_999))
    let transactional = try Vectors.transactional.withUnsafeBytes { try RecordBatchHeader(decoding: $0) }
    #expect(transactional.attributes.isTransactional)
    #expect(!transactional.attributes.isControl)
  }

  @Test("a decoded header encodes to the same bytes")
  func headerRoundTrip() throws {
    for vector in [Vectors.one, Vectors.three, Vectors.transactional, Vectors.gzip] {
      let header = try vector.withUnsafeBytes { try RecordBatchHeader(decoding: $0) }
      var bytes = [UInt8](repeating: 0xee, count: 61)
      bytes.withUnsafeMutableBytes { header.encode(into: $0) }
      #expect(bytes == Array(vector.prefix(61)))
    }
  }

  @Test("a compressed batch is opened by the codec that is handed in, and refused without one")
  func compressed() throws {
    var plain = RecordBatchBuilder()
    for index in 0..<5 {
      plain.append(
        key: Array("k\(index)".utf8), value: Array(String(repeating: "value ", count: 20).utf8),
        timestamp: Timestamp(1_700_000_000_000 + Int64(index)))
    }
    let block = try Array(plain.build()[61...])
    let open: Decompressor = { (codec, bytes, bytesMax) throws(RecordBatchError) in
      guard codec == .gzip, bytes.count == Vectors.gzip.count - 61 else { throw .decompressionFailed("unexpected") }
      return block
    }
    try validate(Vectors.gzip, decompressor: open)
    #expect(try records(of: Vectors.gzip, decompressor: open).count == 5)
    #expect(throws: RecordBatchError.codecUnavailable(.gzip)) { try validate(Vectors.gzip) }

    let built = try plain.build(codec: .gzip) { (_, bytes) throws(RecordBatchError) in
      guard Array(bytes) == block else { throw .decompressionFailed("not the block") }
      return Array(Vectors.gzip[61...])
    }
    #expect(built == Vectors.withoutEpoch(Vectors.gzip))
  }

  @Test("the leader's stamp leaves the checksum right")
  func stamp() throws {
    var batch = Vectors.three
    batch.withUnsafeMutableBytes {
      RecordBatchStamp.stamp($0, baseOffset: Offset(1_000_000_007), leaderEpoch: LeaderEpoch(9))
    }
    try validate(batch)
    let header = try batch.withUnsafeBytes { try RecordBatchHeader(decoding: $0) }
    #expect(header.baseOffset == Offset(1_000_000_007))
    #expect(header.lastOffset == Offset(1_000_000_009))
    #expect(header.nextOffset == Offset(1_000_000_010))
    #expect(header.leaderEpoch == LeaderEpoch(9))
  }

  @Test("with log append time every record has the leader's time")
  func logAppendTime() throws {
    var batch = Vectors.three
    let rest = Array(batch[61...])
    batch.withUnsafeMutableBytes { bytes in
      rest.withUnsafeBytes { rest in
        RecordBatchStamp.stampLogAppendTime(
          UnsafeMutableRawBufferPointer(rebasing: bytes[..<61]), rest: rest, timestamp: Timestamp(42))
      }
    }
    try validate(batch)
    #expect(try records(of: batch).map(\.timestamp) == [42, 42, 42])
  }

  @Test("a run of batches is cut where each ends")
  func split() throws {
    let run = Vectors.one + Vectors.three + Vectors.one
    let ranges = try run.withUnsafeBytes { try RecordBatchSequence.split($0, countMax: 3) }
    #expect(ranges == [0..<76, 76..<258, 258..<334])
    #expect(throws: RecordBatchError.tooManyBatches(2)) {
      try run.withUnsafeBytes { try RecordBatchSequence.split($0, countMax: 2) }
    }
    #expect(throws: RecordBatchError.empty) {
      try [UInt8]().withUnsafeBytes { try RecordBatchSequence.split($0, countMax: 2) }
    }
    #expect(throws: RecordBatchError.truncated(have: 75, need: 76)) {
      try run.dropLast().withUnsafeBytes { try RecordBatchSequence.split($0, countMax: 3) }
    }
  }
}
