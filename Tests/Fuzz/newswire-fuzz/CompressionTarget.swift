import Compression
import RecordBatch

/// The first byte chooses the codec; what comes out is at most what was allowed.
func fuzzCompression(_ bytes: UnsafeRawBufferPointer) {
  guard let (number, rest) = choice(bytes) else { return }
  let codecs = CompressionCodec.allCases
  let codec = codecs[number % codecs.count]
  let limit = 1 << 16
  if let opened = try? codec.decompress(rest, limit: limit), opened.count > limit {
    fatalError("\(codec) gave \(opened.count) bytes")
  }
  guard let packed = try? codec.compress(rest) else { fatalError("\(codec) cannot compress \(rest.count) bytes") }
  let back = packed.withUnsafeBytes { try? codec.decompress($0, limit: rest.count) }
  guard back == Array(rest) else { fatalError("\(codec) loses what it compresses") }
}

func compressionSeeds() throws -> [[UInt8]] {
  let texts = [[], Array("newswire".utf8), Array(repeating: 0x61, count: 3000)] as [[UInt8]]
  return try CompressionCodec.allCases.enumerated().flatMap { index, codec in
    try texts.map { text in [UInt8(index)] + (try text.withUnsafeBytes { try codec.compress($0) }) }
  }
}
