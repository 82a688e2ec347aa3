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
