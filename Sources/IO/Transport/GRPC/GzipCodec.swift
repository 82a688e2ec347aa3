import Bytes
import CZlib
import Model

/// `grpc-encoding: gzip`: each message compressed on its own.
enum GzipCodec {
  /// The name on the wire.
  static let name = "gzip"
  /// What we can read: `grpc-accept-encoding`.
  static let accepted = "identity,gzip"

  private static let windowBits: Int32 = 15 + 16

  /// The parts, one after the other, as one gzip member.
  static func compress(_ parts: [ByteSlice]) throws(Status) -> ByteSlice {
    var stream = z_stream()
    guard
      deflateInit2_(
        &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw Status(.internal, "gzip could not be started") }
    defer { deflateEnd(&stream) }
    let output = ByteStorage(capacity: Int(deflateBound(&stream, UInt(parts.reduce(0) { $0 + $1.count }))))
    stream.next_out = output.base.assumingMemoryBound(to: Bytef.self)
    stream.avail_out = UInt32(output.capacity)
    for part in parts where !part.isEmpty {
      let result = part.withUnsafeBytes { input in
        feed(&stream, input)
        return deflate(&stream, Z_NO_FLUSH)
      }
      guard result == Z_OK else { throw Status(.internal, "gzip failed with \(result)") }
    }
    guard deflate(&stream, Z_FINISH) == Z_STREAM_END else { throw Status(.internal, "gzip did not finish") }
    return ByteSlice(output, count: output.capacity - Int(stream.avail_out))
  }

  /// What `bytes` holds, if that is at most `bytesMax`: never takes more memory than twice that, whatever it claims.
  static func decompress(_ bytes: ByteSlice, bytesMax: Int) throws(Status) -> ByteSlice {
    var stream = z_stream()
    guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw Status(.internal, "gzip could not be started")
    }
    defer { inflateEnd(&stream) }
    return try bytes.withUnsafeBytes { (input) throws(Status) in
      feed(&stream, input)
      return try inflateAll(&stream, output: min(max(bytes.count * 4, 256), bytesMax + 1), bytesMax: bytesMax)
    }
  }

  /// Inflates into memory that grows as the contents really do; `bytesMax + 1` bytes are enough to see it is too much.
  private static func inflateAll(
    _ stream: inout z_stream, output capacity: Int, bytesMax: Int
  ) throws(Status) -> ByteSlice {
    var output = ByteStorage(capacity: capacity)
    var filled = 0
    while true {
      stream.next_out = output.base.assumingMemoryBound(to: Bytef.self) + filled
      stream.avail_out = UInt32(output.capacity - filled)
      let result = inflate(&stream, Z_NO_FLUSH)
      filled = output.capacity - Int(stream.avail_out)
      guard filled <= bytesMax else {
        throw Status(.resourceExhausted, "a message has more than \(bytesMax) bytes once decompressed: over the limit")
      }
      if result == Z_STREAM_END, stream.avail_in == 0 { return ByteSlice(output, count: filled) }
      if result == Z_STREAM_END, inflateReset(&stream) == Z_OK { continue }
      guard result == Z_OK, stream.avail_out == 0 else { throw Status(.internal, "a compressed message is not gzip") }
      let larger = ByteStorage(capacity: min(output.capacity * 2, bytesMax + 1))
      larger.base.copyMemory(from: output.base, byteCount: filled)
      output = larger
    }
  }

  private static func feed(_ stream: inout z_stream, _ input: UnsafeRawBufferPointer) {
    stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: Bytef.self))
    stream.avail_in = UInt32(input.count)
  }
}
