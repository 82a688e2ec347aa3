import Glibc
import RecordBatch

/// Memory for bytes whose number is not known beforehand. Grows as they come, never beyond the limit and one more.
struct OutputBuffer: ~Copyable {
  private let codec: CompressionCodec
  private let limit: Int
  private var base: UnsafeMutableRawPointer
  private var capacity: Int
  private(set) var count = 0

  /// Room for `expected` bytes at first.
  init(_ codec: CompressionCodec, expected: Int, limit: Int) throws(CompressionError) {
    self.codec = codec
    self.limit = limit
    capacity = min(max(expected, 512), limit + 1)
    guard let base = malloc(capacity) else { throw codec.outOfMemory }
    self.base = base
  }

  deinit { free(base) }

  /// The room behind what has come so far; at least one byte, unless there is more than the limit already.
  mutating func spare() throws(CompressionError) -> UnsafeMutableRawBufferPointer {
    if count == capacity {
      guard count <= limit else { throw codec.exceeded(limit) }
      let larger = min(capacity * 2, limit + 1)
      guard let moved = realloc(base, larger) else { throw codec.outOfMemory }
      base = moved
      capacity = larger
    }
    return UnsafeMutableRawBufferPointer(start: base + count, count: capacity - count)
  }

  /// Counts bytes that were written to the start of `spare()`.
  mutating func advance(by written: Int) throws(CompressionError) {
    count += written
    guard count <= limit else { throw codec.exceeded(limit) }
  }

  /// A copy of what has come.
  var array: [UInt8] { Array(UnsafeRawBufferPointer(start: base, count: count)) }
}

extension Array where Element == UInt8 {
  /// An array of at most `capacity` bytes, which `body` writes and counts.
  static func filled(
    capacity: Int, _ body: (UnsafeMutableRawBufferPointer) throws(CompressionError) -> Int
  ) throws(CompressionError) -> [UInt8] {
    var failure: CompressionError?
    let array = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      do throws(CompressionError) {
        count = try body(UnsafeMutableRawBufferPointer(buffer))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return array
  }
}
