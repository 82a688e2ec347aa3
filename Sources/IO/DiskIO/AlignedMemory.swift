internal import Glibc

/// Memory for whole blocks of a file on the straight way to the disk or from it. Belongs to one thread.
///
/// What nobody is about to read need not lie in the page cache: there it costs a copy, the memory of what others do
/// read, and on a virtual machine, where memory is got page by page from the host, more time than all the rest.
final class AlignedMemory {
  /// How many bytes are put together at most.
  let byteCount = 1 << 20
  private static let blockBytes = 4096
  /// Fewer bytes are not worth a way of their own.
  private static let bytesMin = 64 << 10
  /// Got when it is first used.
  private var memory: UnsafeMutableRawBufferPointer?

  deinit { memory?.deallocate() }

  /// The whole blocks between two places in a file; nil if they are few.
  static func blocks(from start: Int, to end: Int) -> Range<Int>? {
    let first = (start + blockBytes - 1) / blockBytes * blockBytes
    let last = end / blockBytes * blockBytes
    return last - first >= bytesMin ? first..<last : nil
  }

  /// The whole blocks, as many as there is room for, in which the bytes from `position` on lie.
  static func blocks(around position: Int, count: Int, bytesMax: Int) -> Range<Int> {
    let first = position / blockBytes * blockBytes
    let last = (position + count + blockBytes - 1) / blockBytes * blockBytes
    return first..<min(last, first + bytesMax)
  }

  /// Room for `count` bytes.
  func room(_ count: Int) -> UnsafeMutableRawBufferPointer {
    let memory = memory ?? .allocate(byteCount: byteCount, alignment: Self.blockBytes)
    self.memory = memory
    return UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
  }

  /// The next `count` bytes of `parts`, put together.
  func fill(_ count: Int, from parts: inout WriteParts) -> UnsafeMutableRawBufferPointer {
    let target = room(count)
    var done = 0
    while let bytes = parts.take(count - done) {
      UnsafeMutableRawBufferPointer(rebasing: target[done...]).copyMemory(from: bytes)
      done += bytes.count
    }
    return target
  }
}
