import CZlib
import RecordBatch

/// zlib counts in 32 bits: no more than this is handed over at once.
private let stepMax = 1 << 30
/// A window of 32 KiB, and gzip's header and trailer.
private let gzipWindowBits: Int32 = 15 + 16

/// Writes gzip streams.
final class Deflater: @unchecked Sendable {
  private let stream: UnsafeMutablePointer<z_stream>
  private let level: Int32

  private static let pool = ContextPool<Deflater>()

  private init?(level: Int32) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    self.level = level
    let size = Int32(MemoryLayout<z_stream>.size)
    guard deflateInit2_(stream, level, Z_DEFLATED, gzipWindowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
    else {
      stream.deallocate()
      return nil
    }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  static func compress(_ bytes: UnsafeRawBufferPointer, level: Int?) throws(CompressionError) -> [UInt8] {
    let level = Int32(level ?? Int(Z_DEFAULT_COMPRESSION))
    var taken = pool.take { Deflater(level: level) }
    if taken?.level != level { taken = Deflater(level: level) }
    guard let deflater = taken else { throw CompressionCodec.gzip.outOfMemory }
    defer { pool.give(deflater) }
    return try deflater.compress(bytes)
  }

  private func compress(_ bytes: UnsafeRawBufferPointer) throws(CompressionError) -> [UInt8] {
    deflateReset(stream)
    let bound = Int(deflateBound(stream, UInt(bytes.count)))
    return try .filled(capacity: bound) { output throws(CompressionError) in
      var read = 0
      var written = 0
      while true {
        let input = UnsafeRawBufferPointer(rebasing: bytes[read..<min(bytes.count, read + stepMax)])
        let room = UnsafeMutableRawBufferPointer(rebasing: output[written..<min(bound, written + stepMax)])
        stream.pointee.next_in = UnsafeMutablePointer(
          mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(room.count)
        let isLast = read + input.count == bytes.count
        let code = deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
        read += input.count - Int(stream.pointee.avail_in)
        written += room.count - Int(stream.pointee.avail_out)
        if code == Z_STREAM_END { return written }
        guard code == Z_OK, !room.isEmpty else { throw CompressionCodec.gzip.outOfMemory }
      }
    }
  }
}

/// Reads gzip streams, also several behind one another.
final class Inflater: @unchecked Sendable {
  private let stream: UnsafeMutablePointer<z_stream>

  private static let pool = ContextPool<Inflater>()

  private init?() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard inflateInit2_(stream, gzipWindowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      stream.deallocate()
      return nil
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  static func decompress(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(CompressionError) -> [UInt8] {
    guard let inflater = pool.take(Inflater.init) else { throw CompressionCodec.gzip.outOfMemory }
    defer { pool.give(inflater) }
    return try inflater.decompress(bytes, limit: limit)
  }

  private func decompress(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(CompressionError) -> [UInt8] {
    inflateReset(stream)
    var output = try OutputBuffer(.gzip, expected: bytes.count * 4, limit: limit)
    var read = 0
    while true {
      let input = UnsafeRawBufferPointer(rebasing: bytes[read..<min(bytes.count, read + stepMax)])
      let room = UnsafeMutableRawBufferPointer(rebasing: try output.spare().prefix(stepMax))
      stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
      stream.pointee.avail_in = UInt32(input.count)
      stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(room.count)
      let code = inflate(stream, Z_NO_FLUSH)
      let consumed = input.count - Int(stream.pointee.avail_in)
      let produced = room.count - Int(stream.pointee.avail_out)
      read += consumed
      try output.advance(by: produced)
      switch code {
      case Z_STREAM_END:
        if read == bytes.count { return output.array }
        inflateReset(stream)
      case Z_OK, Z_BUF_ERROR:
        if consumed == 0, produced == 0 { throw CompressionCodec.gzip.corrupt("the stream ends too early") }
      default:
        throw CompressionCodec.gzip.corrupt(stream.pointee.msg.map { String(cString: $0) } ?? "error \(code)")
      }
    }
  }
}
