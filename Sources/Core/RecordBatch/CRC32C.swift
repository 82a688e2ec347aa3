internal import CISAL

/// The checksum of record batches and of every file that is Newswire's own: CRC-32C (Castagnoli).
public struct CRC32C: Sendable {
  private var state: UInt32 = ~0

  /// The checksum of no bytes.
  public init() {}

  /// The checksum of `bytes`.
  @inline(__always)
  public static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt32 {
    var checksum = CRC32C()
    checksum.update(bytes)
    return checksum.value
  }

  /// The checksum of what has the checksum `before`, with `bytes` behind it.
  public static func checksum(of bytes: UnsafeRawBufferPointer, continuing before: UInt32) -> UInt32 {
    var checksum = CRC32C()
    checksum.state = ~before
    checksum.update(bytes)
    return checksum.value
  }

  /// Goes on with `bytes`.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    // The library counts in 32 bits and only reads, although its parameter is not declared so.
    var rest = bytes
    while let base = rest.baseAddress, !rest.isEmpty {
      let count = min(rest.count, 1 << 30)
      let start = UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: UInt8.self))
      state = crc32_iscsi(start, Int32(count), state)
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// The checksum of all bytes so far.
  public var value: UInt32 { ~state }
}
