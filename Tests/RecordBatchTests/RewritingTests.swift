import Model
import RecordBatch
import Testing

@Suite("Batches made anew without some of their records")
struct RewritingTests {
  private func batch() throws -> [UInt8] {
    var builder = RecordBatchBuilder()
    for (index, key) in ["a", "b", "c"].enumerated() {
      builder.append(
        key: Array(key.utf8), value: index == 1 ? nil : [UInt8(index)], timestamp: Timestamp(1000 + Int64(index) * 10))
    }
    var batch = try builder.build(
      producer: ProducerStamp(id: ProducerID(7), epoch: ProducerEpoch(2), baseSequence: 40))
    batch.withUnsafeMutableBytes {
      RecordBatchStamp.stamp($0, baseOffset: Offset(500), leaderEpoch: LeaderEpoch(3))
    }
    return batch
  }

  /// Keeps the records with these indexes.
  private func keep(_ indexes: Set<Int>, of batch: [UInt8], deleteHorizon: Timestamp? = nil) throws -> [UInt8] {
    try batch.withUnsafeBytes { bytes in
      let view = try RecordBatchView(bytes)
      var kept = KeptRecords()
      var reader = RecordReader(records: view.storedRecords, header: view.header)
      var index = 0
      var start = reader.position
      while let record = try reader.next() {
        if indexes.contains(index) {
          kept.add(start..<reader.position, timestamp: record.timestamp(in: view.header))
        }
        index += 1
        start = reader.position
      }
      return try view.keeping(kept, of: view.storedRecords, deleteHorizon: deleteHorizon, compressor: nil)
    }
  }

  @Test("a batch without its last record keeps its place, its last offset and its producer, byte for byte")
  func bytes() throws {
    let made = try keep([0, 1], of: try batch())
    let head: [UInt8] = [
      0, 0, 0, 0, 0, 0, 1, 0xf4,  // base offset 500
      0, 0, 0, 49 + 9 + 8,  // length
      0, 0, 0, 3, 2,  // leader epoch, magic
    ]
    let rest: [UInt8] = [
      0, 0, 0, 0, 0, 2,  // attributes, last offset delta
      0, 0, 0, 0, 0, 0, 0x03, 0xe8,  // base timestamp 1000
      0, 0, 0, 0, 0, 0, 0x03, 0xf2,  // newest timestamp 1010
      0, 0, 0, 0, 0, 0, 0, 7, 0, 2, 0, 0, 0, 40,  // producer
      0, 0, 0, 2,  // records
      16, 0, 0, 0, 2, 0x61, 2, 0, 0,  // a = 0
      14, 0, 20, 2, 2, 0x62, 1, 0,  // b = null
    ]
    #expect(Array(made[..<17]) == head)
    #expect(Array(made[21...]) == rest)
    try made.withUnsafeBytes { try RecordBatchView($0).validateChecksum() }
  }

  @Test("with a delete horizon the records' times count from it, and stay what they were")
  func horizon() throws {
    let made = try keep([1, 2], of: try batch(), deleteHorizon: Timestamp(90_000))
    try made.withUnsafeBytes { bytes in
      let view = try RecordBatchView(bytes)
      try view.validateChecksum()
      #expect(view.header.attributes.hasDeleteHorizon && view.header.baseTimestamp == Timestamp(90_000))
      #expect(view.header.maxTimestamp == Timestamp(1020) && view.header.lastOffsetDelta == 2)
      var reader = RecordReader(records: view.storedRecords, header: view.header)
      var found: [(Int64, Int64)] = []
      while let record = try reader.next() {
        found.append((record.offset(in: view.header).rawValue, record.timestamp(in: view.header).rawValue))
      }
      #expect(found.map(\.0) == [501, 502] && found.map(\.1) == [1010, 1020])
    }
  }

  @Test("a batch without records still names its producer; one that stands for a gap names nobody")
  func empty() throws {
    let emptied = try batch().withUnsafeBytes { try RecordBatchView($0).emptied() }
    try emptied.withUnsafeBytes { bytes in
      let view = try RecordBatchView(bytes)
      try view.validateChecksum()
      #expect(view.header.recordsCount == 0 && view.header.nextOffset == Offset(503) && !view.header.isGap)
      #expect(view.header.producer?.baseSequence == 40 && view.header.leaderEpoch == LeaderEpoch(3))
      var reader = RecordReader(records: view.storedRecords, header: view.header)
      #expect(try reader.next() == nil)
    }
    let gap = RecordBatchHeader.gap(Offset(10)..<Offset(1010), leaderEpoch: LeaderEpoch(4))
    try gap.withUnsafeBytes { bytes in
      let view = try RecordBatchView(bytes)
      try view.validateChecksum()
      #expect(view.header.isGap && view.header.baseOffset == Offset(10) && view.header.nextOffset == Offset(1010))
      #expect(view.header.leaderEpoch == LeaderEpoch(4))
    }
  }
}
