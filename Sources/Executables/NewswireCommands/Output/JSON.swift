/// A value as JSON, with members in the order in which they were given.
enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([Member])

  /// A named value in an object.
  struct Member: Hashable, Sendable {
    let name: String
    let value: JSON
  }

  /// Compact, in one line.
  var text: String {
    var text = ""
    write(into: &text, indent: nil)
    return text
  }

  /// In lines for people, ended by a newline.
  var pretty: String {
    var text = ""
    write(into: &text, indent: 0)
    return text + "\n"
  }

  private func write(into text: inout String, indent: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += "\(value)"
    case .number(let value): text += value.isFinite ? "\(value)" : "null"
    case .string(let value): text += jsonQuoted(value)
    case .array(let elements):
      Self.write(elements, "[", "]", into: &text, indent) { $0.write(into: &$1, indent: $2) }
    case .object(let members):
      Self.write(members, "{", "}", into: &text, indent) { member, text, indent in
        text += jsonQuoted(member.name)
        text += indent == nil ? ":" : ": "
        member.value.write(into: &text, indent: indent)
      }
    }
  }

  private static func write<Part>(
    _ parts: [Part], _ begin: String, _ end: String, into text: inout String, _ indent: Int?,
    _ writePart: (Part, inout String, Int?) -> Void
  ) {
    text += begin
    for (index, part) in parts.enumerated() {
      if index > 0 { text += "," }
      if let indent { text += "\n" + String(repeating: " ", count: indent + 2) }
      writePart(part, &text, indent.map { $0 + 2 })
    }
    if let indent, !parts.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
    text += end
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  init(stringLiteral value: String) { self = .string(value) }
  init(arrayLiteral elements: JSON...) { self = .array(elements) }
  init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(elements.map { Member(name: $0.0, value: $0.1) })
  }

  init(_ value: String?) { self = value.map { .string($0) } ?? .null }
  init(_ value: (some BinaryInteger)?) { self = value.map { .integer(Int64(clamping: $0)) } ?? .null }
  init(_ value: Double?) { self = value.map { .number($0) } ?? .null }
}

/// A text as JSON writes it, with quotation marks.
func jsonQuoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case "\u{2028}", "\u{2029}", ..<" ", "\u{7f}":
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
