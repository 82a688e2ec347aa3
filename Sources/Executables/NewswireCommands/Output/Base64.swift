private let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

/// Bytes in base64, with padding.
func base64(_ bytes: UnsafeRawBufferPointer) -> String {
  var text: [UInt8] = []
  text.reserveCapacity((bytes.count + 2) / 3 * 4)
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let rest = min(3, bytes.count - start)
    var word = UInt32(bytes[start]) << 16
    if rest > 1 { word |= UInt32(bytes[start + 1]) << 8 }
    if rest > 2 { word |= UInt32(bytes[start + 2]) }
    for place in 0..<4 {
      text.append(place <= rest ? alphabet[Int(word >> (18 - 6 * UInt32(place))) & 63] : UInt8(ascii: "="))
    }
  }
  return String(decoding: text, as: UTF8.self)
}

/// The bytes that a text in base64 stands for, with padding or without; nil if it is none.
func bytes(base64 text: String) -> [UInt8]? {
  var digits = Array(text.utf8)
  if digits.count % 4 == 0 {
    for _ in 0..<2 where digits.last == UInt8(ascii: "=") { digits.removeLast() }
  }
  guard digits.count % 4 != 1 else { return nil }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(digits.count / 4 * 3 + 2)
  var word: UInt32 = 0
  var bits = 0
  for digit in digits {
    guard let value = value(ofDigit: digit) else { return nil }
    word = word << 6 | value
    bits += 6
    if bits >= 8 {
      bits -= 8
      bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
    }
  }
  return bytes
}

private func value(ofDigit digit: UInt8) -> UInt32? {
  switch digit {
  case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
  case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
  case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
  case UInt8(ascii: "+"): 62
  case UInt8(ascii: "/"): 63
  default: nil
  }
}
