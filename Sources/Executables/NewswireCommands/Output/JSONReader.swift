/// What is wrong with a text that should be JSON, and where: the place counts bytes, from 1 on.
struct JSONError: Error, Hashable, CustomStringConvertible {
  let place: Int
  let problem: String

  var description: String { "\(problem) at byte \(place)" }
}

extension JSON {
  /// Reads one value that fills the text, apart from blanks around it.
  init(_ text: UnsafeRawBufferPointer) throws(JSONError) {
    var reader = JSONReader(text)
    self = try reader.readAll()
  }

  /// The value of a member; the last one if there are several of the name.
  subscript(name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }
}

/// Reads JSON as RFC 8259 has it, values inside each other up to a bound.
private struct JSONReader {
  private static let depthMax = 64

  private let text: UnsafeRawBufferPointer
  private var place = 0

  init(_ text: UnsafeRawBufferPointer) { self.text = text }

  mutating func readAll() throws(JSONError) -> JSON {
    let value = try readValue(depth: 0)
    skipBlanks()
    guard place == text.count else { throw error("something stands behind the value") }
    return value
  }

  // MARK: Bytes

  private var next: UInt8? { place < text.count ? text[place] : nil }

  private func error(_ problem: String) -> JSONError { JSONError(place: place + 1, problem: problem) }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d { place += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    place += 1
    return true
  }

  private mutating func takeWord(_ word: String) -> Bool {
    guard text[place...].starts(with: word.utf8) else { return false }
    place += word.utf8.count
    return true
  }

  // MARK: Values

  private mutating func readValue(depth: Int) throws(JSONError) -> JSON {
    guard depth < Self.depthMax else { throw error("there are more than \(Self.depthMax) values inside each other") }
    skipBlanks()
    switch next {
    case UInt8(ascii: "{"): return try readObject(depth: depth)
    case UInt8(ascii: "["): return try readArray(depth: depth)
    case UInt8(ascii: "\""): return .string(try readString())
    case let byte? where isOfNumber(byte): return try readNumber()
    case nil: throw error("the text ends where a value should stand")
    default:
      if takeWord("null") { return .null }
      if takeWord("true") { return .bool(true) }
      if takeWord("false") { return .bool(false) }
      throw error("no JSON value stands")
    }
  }

  private mutating func readObject(depth: Int) throws(JSONError) -> JSON {
    var members: [JSON.Member] = []
    place += 1
    skipBlanks()
    if take(UInt8(ascii: "}")) { return .object([]) }
    while true {
      skipBlanks()
      guard next == UInt8(ascii: "\"") else { throw error("no member's name in quotation marks stands") }
      let name = try readString()
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { throw error("no colon stands") }
      members.append(JSON.Member(name: name, value: try readValue(depth: depth + 1)))
      skipBlanks()
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { throw error("neither a comma nor the end of the object stands") }
    }
  }

  private mutating func readArray(depth: Int) throws(JSONError) -> JSON {
    var elements: [JSON] = []
    place += 1
    skipBlanks()
    if take(UInt8(ascii: "]")) { return .array([]) }
    while true {
      elements.append(try readValue(depth: depth + 1))
      skipBlanks()
      if take(UInt8(ascii: "]")) { return .array(elements) }
      guard take(UInt8(ascii: ",")) else { throw error("neither a comma nor the end of the array stands") }
    }
  }

  private mutating func readNumber() throws(JSONError) -> JSON {
    let start = place
    while let byte = next, isOfNumber(byte) { place += 1 }
    let word = String(decoding: text[start..<place], as: UTF8.self)
    let digits = word.drop { $0 == "-" }
    let isPlain = !(digits.first == "0" && digits.dropFirst().first?.isNumber == true) && digits.first?.isNumber == true
    if isPlain, let number = Int64(word) { return .integer(number) }
    guard isPlain, word.last?.isNumber == true, let number = Double(word), number.isFinite else {
      place = start
      throw error("no JSON number stands")
    }
    return .number(number)
  }

  private func isOfNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
      UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  // MARK: Strings

  private mutating func readString() throws(JSONError) -> String {
    place += 1
    var bytes: [UInt8] = []
    while true {
      let start = place
      while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { place += 1 }
      bytes += text[start..<place]
      switch next {
      case UInt8(ascii: "\"")?:
        place += 1
        guard let string = String(validating: bytes, as: UTF8.self) else { throw error("a text before is not UTF-8") }
        return string
      case UInt8(ascii: "\\")?:
        place += 1
        bytes += String(try readEscape()).utf8
      case nil: throw error("the text ends within quotation marks")
      default: throw error("a control character stands in a text; write it as \\u00…")
      }
    }
  }

  private mutating func readEscape() throws(JSONError) -> Character {
    guard let byte = next else { throw error("the text ends within quotation marks") }
    place += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return Character(try readScalar())
    default:
      place -= 1
      throw error("no escape that JSON knows stands")
    }
  }

  private mutating func readScalar() throws(JSONError) -> Unicode.Scalar {
    let unit = try readUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    // A character beyond the first 65536 comes as two halves.
    guard (0xd800..<0xdc00).contains(unit), takeWord("\\u") else { throw error("half a character stands alone") }
    let low = try readUnit()
    guard (0xdc00..<0xe000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
    else { throw error("half a character stands alone") }
    return scalar
  }

  private mutating func readUnit() throws(JSONError) -> UInt32 {
    let digits = text[place..<min(place + 4, text.count)]
    let isHexadecimal = digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    guard digits.count == 4, isHexadecimal, let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16) else {
      throw error("no four hexadecimal digits stand")
    }
    place += 4
    return unit
  }
}
