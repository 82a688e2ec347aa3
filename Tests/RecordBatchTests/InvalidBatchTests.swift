import Model
import RecordBatch
import Testing

@Suite("Invalid record batches")
struct InvalidBatchTests {
  func error(_ batch: [UInt8]) -> RecordBatchError? {
    do {
      try validate(batch)
      return nil
    } catch { return error }
  }

  func changed(_ index: Int, to values: UInt8...) -> [UInt8] {
    var batch = Vectors.three
    batch.replaceSubrange(index..<index + values.count, with: values)
    return batch
  }

  @Test("each fault has its own name")
  func faults() {
    #expect(error([]) == .truncated(have: 0, need: 61))
    #expect(error(Array(Vectors.three.dropLast())) == .truncated(have: 181, need: 182))
    #expect(error(Vectors.three + [0]) == .trailingBytes(1))
    #expect(error(changed(16, to: 3)) == .unsupportedMagic(3))
    #expect(error(changed(8, to: 0x80, 0, 0, 0)) == .invalidLength(.min))
    #expect(error(changed(8, to: 0x7f, 0xff, 0xff, 0xff)) == .invalidLength(.max))
    #expect(error(changed(8, to: 0, 0, 0, 48)) == .invalidLength(48))
    #expect(error(changed(0, to: 0x80)) == .invalidField("baseOffset", .min))
    #expect(error(sealed(changed(22, to: 6))) == .unknownCodec(6))
    #expect(error(sealed(changed(26, to: 5))) == .countMismatch(recordsCount: 3, lastOffsetDelta: 5))
    #expect(error(sealed(changed(23, to: 0xff))) == .invalidField("lastOffsetDelta", Int64(Int32(-16_777_214))))
    #expect(
      error(sealed(changed(42, to: 1)))
        == .maxTimestampMismatch(stated: Timestamp(1_700_000_009_985), found: Timestamp(1_700_000_009_999)))
    if case .checksumMismatch = error(changed(100, to: 0)) {} else { Issue.record("a changed byte was not noticed") }
  }

  @Test("faults of records name the record")
  func recordFaults() {
    // The first record starts at 61 with a length of two bytes, attributes, timestamp delta, offset delta, key length.
    #expect(error(sealed(changed(61, to: 0xff, 0xff))) == .invalidRecord(index: 0, .impossibleLength(-8192)))
    #expect(error(sealed(changed(61, to: 0xfe, 0x7f))) == .invalidRecord(index: 0, .cutShort))
    #expect(
      error(sealed(changed(65, to: 2))) == .invalidRecord(index: 0, .offsetGap(expected: 0, found: 1)))
    #expect(error(sealed(changed(66, to: 3))) == .invalidRecord(index: 0, .impossibleLength(-2)))
    // The second record's headers count is the last of its nine bytes.
    #expect(error(sealed(changed(166, to: 2))) == .invalidRecord(index: 1, .impossibleLength(1)))
    #expect(error(sealed(changed(60, to: 2))) == .countMismatch(recordsCount: 2, lastOffsetDelta: 2))
    var fewer = changed(60, to: 2)
    fewer[26] = 1
    #expect(error(sealed(fewer)) == .invalidRecord(index: 2, .trailingBytes(15)))
  }

  @Test("a batch that nobody has validated can be read, however far it says to reach")
  func unvalidated() throws {
    let batch = sealed(changed(23, to: 0x7f, 0xff, 0xff, 0xff))
    var offsets: [Offset] = []
    try batch.withUnsafeBytes { bytes in
      let view = try RecordBatchView(bytes)
      try view.forEachRecord(decompressor: nil) { record, _ in offsets.append(record.offset(in: view.header)) }
    }
    #expect(offsets == [Offset(0), Offset(1), Offset(2)])
  }

  @Test("a compacted topic takes no record without a key")
  func missingKey() throws {
    try Vectors.one.withUnsafeBytes { try RecordBatchView($0).validate(decompressor: nil, requiresKeys: true) }
    #expect(throws: RecordBatchError.invalidRecord(index: 0, .missingKey)) {
      try Vectors.three.withUnsafeBytes { try RecordBatchView($0).validate(decompressor: nil, requiresKeys: true) }
    }
  }

  @Test("an impossible count takes no memory and no time")
  func hugeCount() {
    let batch = sealed(changed(57, to: 0x7f, 0xff, 0xff, 0xff)).replacing(at: 23, with: [0x7f, 0xff, 0xff, 0xfe])
    #expect(error(sealed(batch)) == .invalidRecord(index: 3, .cutShort))
  }

  @Test("no bytes whatever make the parser trap or take a changed batch for a good one", arguments: 0..<8)
  func mutations(seed: UInt64) throws {
    var random = Seeded(seed)
    for _ in 0..<2000 {
      var batch = [Vectors.one, Vectors.three, Vectors.transactional].randomElement(using: &random)!
      let original = batch
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        batch[Int.random(in: 0..<batch.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if error(batch) == nil { #expect(batch[16...] == original[16...]) }
      // With a checksum that fits, the inside is parsed whatever it is.
      let forged = sealed(batch)
      if error(forged) == nil { #expect(try records(of: forged).count == Int(forged[60])) }
    }
  }

  @Test("random bytes behind a plausible header never trap", arguments: 0..<8)
  func noise(seed: UInt64) {
    var random = Seeded(seed)
    var refused = 0
    for _ in 0..<2000 {
      let count = Int.random(in: 0..<200, using: &random)
      var batch = Array(Vectors.one.prefix(61)) + (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      batch[11] = UInt8(truncatingIfNeeded: 49 + count)
      batch[10] = UInt8((49 + count) >> 8)
      batch[60] = UInt8.random(in: 1...3, using: &random)
      batch[26] = batch[60] - 1
      if error(sealed(batch)) != nil { refused += 1 }
    }
    #expect(refused > 1900)
  }
}

extension [UInt8] {
  func replacing(at index: Int, with values: [UInt8]) -> [UInt8] {
    var copy = self
    copy.replaceSubrange(index..<index + values.count, with: values)
    return copy
  }
}
