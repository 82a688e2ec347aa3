/// Reads the parts of protobuf's wire format from memory, never beyond its end. Nil means malformed.
struct WireReader {
  /// The next byte.
  private(set) var position: UnsafePointer<UInt8>
  let end: UnsafePointer<UInt8>

  init(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
    position = start
    self.end = end
  }

  var isAtEnd: Bool { position == end }
  var remaining: Int { end - position }

  /// A number of up to 64 bits, in at most `bytesMax` bytes.
  mutating func varint(bytesMax: Int = 10) -> UInt64? {
    guard position < end else { return nil }
    let first = position.pointee
    if first < 0x80 {
      position += 1
      return UInt64(first)
    }
    return longVarint(bytesMax: bytesMax)
  }

  private mutating func longVarint(bytesMax: Int) -> UInt64? {
    var value: UInt64 = 0
    for index in 0..<min(bytesMax, remaining) {
      let byte = position[index]
      if index == 9 && byte > 1 { return nil }
      value |= UInt64(byte & 0x7f) << (7 * UInt64(index))
      if byte < 0x80 {
        position += index + 1
        return value
      }
    }
    return nil
  }

  /// Number and wire type of a field.
  mutating func tag() -> (field: UInt32, wireType: UInt8)? {
    guard let tag = varint(bytesMax: 5), tag <= UInt64(UInt32.max), tag >> 3 != 0 else { return nil }
    return (UInt32(tag >> 3), UInt8(tag & 7))
  }

  /// The bytes of a field that says its length first.
  mutating func lengthPrefixed() -> UnsafeBufferPointer<UInt8>? {
    guard let length = varint(bytesMax: 5), length <= UInt64(remaining) else { return nil }
    defer { position += Int(length) }
    return UnsafeBufferPointer(start: position, count: Int(length))
  }

  /// Moves on by `count` bytes; false if there are fewer.
  mutating func skip(_ count: Int) -> Bool {
    guard remaining >= count else { return false }
    position += count
    return true
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// True if these bytes are UTF-8 without a NUL: what may stand in a string.
  var isText: Bool {
    var index = 0
    while index < count {
      let byte = self[index]
      if byte &- 1 < 0x7f {
        index += 1
        continue
      }
      let length = sequenceLength(at: index, lead: byte)
      guard length > 0 else { return false }
      index += length
    }
    return true
  }

  /// How many bytes the character of several bytes at `index` has; 0 if it is none.
  private func sequenceLength(at index: Int, lead: UInt8) -> Int {
    let (length, second): (Int, ClosedRange<UInt8>) =
      switch lead {
      case 0xC2...0xDF: (2, 0x80...0xBF)
      case 0xE0: (3, 0xA0...0xBF)
      case 0xED: (3, 0x80...0x9F)
      case 0xE1...0xEF: (3, 0x80...0xBF)
      case 0xF0: (4, 0x90...0xBF)
      case 0xF1...0xF3: (4, 0x80...0xBF)
      case 0xF4: (4, 0x80...0x8F)
      default: (0, 0x80...0xBF)
      }
    guard length > 0, count - index >= length, second.contains(self[index + 1]) else { return 0 }
    for offset in 2..<Swift.max(length, 2) where self[index + offset] & 0xC0 != 0x80 { return 0 }
    return length
  }
}
