/// Numbers of variable length with the sign in the lowest bit, as records hold them.
enum Varint {
  static func append(_ value: Int64, to bytes: inout [UInt8]) {
    var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  static func byteCount(_ value: Int64) -> Int {
    let bits = 64 - UInt64(bitPattern: (value << 1) ^ (value >> 63)).leadingZeroBitCount
    return max(1, (bits + 6) / 7)
  }
}

/// Walks over the parts of a record; every step checks that the bytes are there.
struct RecordParser {
  let bytes: UnsafeRawBufferPointer
  var position: Int
  /// The parser reads nothing from here on.
  var end: Int

  /// A number of at most 32 bits (up to 5 bytes).
  mutating func varint() throws(RecordFault) -> Int32 {
    let value = try unsigned(bytesMax: 5)
    guard value <= UInt64(UInt32.max) else { throw .overlongNumber }
    return Int32(truncatingIfNeeded: Int64(value >> 1) ^ -Int64(value & 1))
  }

  /// A number of at most 64 bits (up to 10 bytes).
  mutating func varlong() throws(RecordFault) -> Int64 {
    let value = try unsigned(bytesMax: 10)
    return Int64(bitPattern: value >> 1) ^ -Int64(value & 1)
  }

  private mutating func unsigned(bytesMax: Int) throws(RecordFault) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<bytesMax {
      guard position < end else { throw .cutShort }
      let byte = bytes[position]
      position += 1
      // The tenth byte has room for one bit only.
      guard index < 9 || byte <= 1 else { throw .overlongNumber }
      value |= UInt64(byte & 0x7f) << UInt64(7 * index)
      if byte < 0x80 { return value }
    }
    throw .overlongNumber
  }

  mutating func byte() throws(RecordFault) -> UInt8 {
    guard position < end else { throw .cutShort }
    defer { position += 1 }
    return bytes[position]
  }

  /// The place of a run of bytes behind its length; nil for null (length -1).
  mutating func run() throws(RecordFault) -> Range<Int>? {
    let length = try varint()
    guard length != -1 else { return nil }
    guard length >= 0 else { throw .impossibleLength(Int64(length)) }
    guard Int(length) <= end - position else { throw .cutShort }
    defer { position += Int(length) }
    return position..<position + Int(length)
  }
}

extension RecordFault: Error {}
