import Model
import RecordBatch
import Testing

@testable import Compression

private func bytes(_ hex: String) -> [UInt8] {
  var digits = hex[...]
  var result: [UInt8] = []
  while let byte = UInt8(digits.prefix(2), radix: 16) {
    result.append(byte)
    digits = digits.dropFirst(2)
  }
  return result
}

extension CompressionCodec {
  fileprivate func compress(_ bytes: [UInt8], level: Int? = nil) throws -> [UInt8] {
    try bytes.withUnsafeBytes { try compress($0, level: level) }
  }
  fileprivate func decompress(_ bytes: [UInt8], limit: Int) throws -> [UInt8] {
    try bytes.withUnsafeBytes { try decompress($0, limit: limit) }
  }
}

/// Bytes that look like records: some words again and again, some noise.
private func sample(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  var state = seed
  var result: [UInt8] = []
  while result.count < count {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    if state >> 60 < 12 {
      result += "the wire carries ".utf8
    } else {
      withUnsafeBytes(of: state) { result += $0 }
    }
  }
  return Array(result.prefix(count))
}

@Suite("Batches packed by another codec")
struct RecompressionTests {
  private func batch(_ codec: CompressionCodec) throws -> [UInt8] {
    var builder = RecordBatchBuilder()
    for index in 0..<40 {
      builder.append(
        key: Array("key \(index)".utf8), value: sample(300, seed: UInt64(index + 1)),
        timestamp: Timestamp(1000 + Int64(index)))
    }
    let producer = ProducerStamp(id: ProducerID(7), epoch: ProducerEpoch(2), baseSequence: 11)
    return try builder.build(codec: codec, producer: producer, compressor: compressRecords)
  }

  @Test(
    "the records, their numbers and their producer stay the same", arguments: CompressionCodec.allCases,
    CompressionCodec.allCases)
  func pairs(from: CompressionCodec, to: CompressionCodec) throws {
    let before = try batch(from)
    let after = try before.withUnsafeBytes {
      try RecordBatchView($0).recompressed(by: to, decompressor: decompressRecords, compressor: compressRecords)
    }
    // What one codec makes of these records is always the same.
    #expect(after == (try batch(to)))
    try after.withUnsafeBytes { try RecordBatchView($0).validate(decompressor: decompressRecords) }
  }

  @Test("what would grow over the bound is refused")
  func bound() throws {
    let packed = try batch(.zstd)
    #expect(throws: RecordBatchError.self) {
      try packed.withUnsafeBytes {
        try RecordBatchView($0).recompressed(
          by: .none, bytesMax: 5000, decompressor: decompressRecords, compressor: compressRecords)
      }
    }
  }
}

private let realCodecs: [CompressionCodec] = [.gzip, .snappy, .lz4, .zstd]

@Suite struct CompressionTests {
  @Test(
    "what other libraries write is read",
    arguments: [
      (CompressionCodec.gzip, Vectors.gzip), (.gzip, Vectors.gzipTwoMembers), (.snappy, Vectors.snappyRaw),
      (.snappy, Vectors.snappyFramed), (.snappy, Vectors.snappyTwoStreams), (.lz4, Vectors.lz4),
      (.lz4, Vectors.lz4StatedSize), (.lz4, Vectors.lz4TwoFrames), (.zstd, Vectors.zstd),
      (.zstd, Vectors.zstdUnknownSize), (.zstd, Vectors.zstdChecksum), (.zstd, Vectors.zstdTwoFrames),
    ])
  func foreign(codec: CompressionCodec, hex: String) throws {
    let text = Array(Vectors.text.utf8)
    #expect(try codec.decompress(bytes(hex), limit: text.count) == text)
    #expect(throws: CompressionError(codec: codec, reason: .exceedsLimit(text.count - 1))) {
      try codec.decompress(bytes(hex), limit: text.count - 1)
    }
  }

  @Test(
    "what is written is read again, at every size and level", arguments: CompressionCodec.allCases,
    [0, 1, 100, 32_767, 32_768, 32_769, 65_536, 65_537, 1 << 20])
  func roundTrip(codec: CompressionCodec, count: Int) throws {
    let original = sample(count)
    for level in [nil, codec.levels?.lowerBound, codec.levels?.upperBound, -1000, 1000] {
      let compressed = try codec.compress(original, level: level)
      #expect(try codec.decompress(compressed, limit: count) == original)
      if codec != .none, count > 1000 { #expect(compressed.count < count) }
    }
  }

  @Test("a frame that breaks off does no harm to the next one")
  func brokenFrame() throws {
    // A header that promises 1,000 bytes, and nothing behind it.
    let header: [UInt8] = [0x04, 0x22, 0x4d, 0x18, 0x68, 0x40, 0xe8, 0x03, 0, 0, 0, 0, 0, 0, 0xf1]
    let original = sample(5000)
    let compressed = try CompressionCodec.lz4.compress(original)
    for _ in 0..<100 {
      #expect(throws: CompressionError.self) { try CompressionCodec.lz4.decompress(header, limit: 5000) }
      #expect(try CompressionCodec.lz4.decompress(compressed, limit: 5000) == original)
    }
  }

  @Test("the framings are those that Kafka's clients read")
  func framings() throws {
    let original = sample(100_000)
    #expect(try CompressionCodec.gzip.compress(original).prefix(3) == [0x1f, 0x8b, 8])
    #expect(try CompressionCodec.zstd.compress(original).prefix(4) == [0x28, 0xb5, 0x2f, 0xfd])
    let lz4 = try CompressionCodec.lz4.compress(original)
    #expect(lz4.prefix(4) == [0x04, 0x22, 0x4d, 0x18])
    #expect(lz4[4] == 0b0110_0000, "version 1, independent blocks, no checksums, no size")
    #expect(lz4[5] == 0x40, "blocks of 64 KiB")
    let snappy = try CompressionCodec.snappy.compress(original)
    #expect(snappy.prefix(16) == [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1])
    let first = snappy[16..<20].reduce(0) { $0 << 8 | Int($1) }
    let block = Array(snappy[20..<20 + first])
    #expect(try CompressionCodec.snappy.decompress(block, limit: 1 << 20) == Array(original.prefix(32 << 10)))
  }

  @Test("a bomb is refused", arguments: realCodecs)
  func bomb(codec: CompressionCodec) throws {
    let bomb = try codec.compress([UInt8](repeating: 0, count: 50 << 20))
    #expect(bomb.count < 3 << 20)
    #expect(throws: CompressionError(codec: codec, reason: .exceedsLimit(1 << 20))) {
      try codec.decompress(bomb, limit: 1 << 20)
    }
  }

  @Test("a size that is only claimed takes no memory")
  func claims() throws {
    // A few bytes that ask for a window of 128 MiB.
    #expect(throws: CompressionError.self) {
      try CompressionCodec.zstd.decompress(bytes("28b52ffd0088010000"), limit: 1 << 20)
    }
    let empty = "28b52ffd0068010000"
    #expect(try CompressionCodec.zstd.decompress(bytes(empty), limit: 1 << 20) == [])
    // The same in the format of version 0.7, which knows no bound; alone and behind another frame.
    for old in ["27b52ffd0088010000", empty + "27b52ffd0088010000"] {
      #expect(throws: CompressionError(codec: .zstd, reason: .corrupt("there is no frame"))) {
        try CompressionCodec.zstd.decompress(bytes(old), limit: 1 << 20)
      }
    }
    let zstd = bytes("28b52ffde0") + [UInt8](repeating: 0x7f, count: 8) + bytes("010000")
    #expect(throws: CompressionError(codec: .zstd, reason: .exceedsLimit(1 << 20))) {
      try CompressionCodec.zstd.decompress(zstd, limit: 1 << 20)
    }
    let snappy = bytes("ffffffff0f00")
    #expect(throws: CompressionError(codec: .snappy, reason: .exceedsLimit(1 << 20))) {
      try CompressionCodec.snappy.decompress(snappy, limit: 1 << 20)
    }
  }

  @Test("damaged bytes are refused or come out within the limit, wherever the damage is", arguments: realCodecs)
  func damage(codec: CompressionCodec) throws {
    let original = sample(3000)
    let compressed = try codec.compress(original)
    for index in compressed.indices {
      for flip: UInt8 in [0x01, 0x80, 0xff] {
        var damaged = compressed
        damaged[index] ^= flip
        if let result = try? codec.decompress(damaged, limit: 4096) { #expect(result.count <= 4096) }
      }
    }
    // Cut right behind a header, a framed snappy stream is a valid empty one.
    for count in 0..<compressed.count where codec != .snappy || count != 16 {
      #expect(throws: CompressionError.self, "cut at \(count)") {
        try codec.decompress(Array(compressed.prefix(count)), limit: 4096)
      }
    }
    #expect(throws: CompressionError.self) { try codec.decompress(compressed + [0], limit: 4096) }
    #expect(try codec.decompress(compressed, limit: 4096) == original)
  }

  @Test("many threads compress at once")
  func threads() async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for seed in 0..<16 {
        group.addTask {
          let original = sample(200_000, seed: UInt64(seed))
          return try realCodecs.allSatisfy { try $0.decompress($0.compress(original), limit: 200_000) == original }
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }

  @Test("the records of a batch are opened, and what is wrong with them is said in words")
  func records() throws {
    let compressed = try CompressionCodec.zstd.compress(sample(100))
    let opened = try compressed.withUnsafeBytes { bytes throws(RecordBatchError) in
      try decompressRecords(.zstd, bytes, 100)
    }
    #expect(opened == sample(100))
    #expect(throws: RecordBatchError.decompressionFailed("over 99 bytes come out of zstd")) {
      try compressed.withUnsafeBytes { try decompressRecords(.zstd, $0, 99) }
    }
    #expect(CompressionCodec(name: "lz4") == .lz4)
    #expect(CompressionCodec(name: "zip") == nil)
  }
}
