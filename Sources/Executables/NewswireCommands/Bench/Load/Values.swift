/// Values for records: pieces of one block of letters that compresses about as well as text does.
struct Values: @unchecked Sendable {
  private let block: UnsafeMutableRawBufferPointer
  private let count: Int

  /// Values of `count` bytes. The block is never given back: it lives as long as the process.
  init(count: Int) {
    self.count = count
    block = .allocate(byteCount: count + (1 << 20), alignment: 16)
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15
    for index in block.indices {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      block[index] = UInt8(ascii: "a") + UInt8((state >> 20) & 15)
    }
  }

  /// The value of the record with this number.
  subscript(_ number: Int64) -> UnsafeRawBufferPointer {
    let start = Int(UInt64(bitPattern: number) &* 4099 & ((1 << 20) - 1))
    return UnsafeRawBufferPointer(rebasing: block[start..<start + count])
  }
}
