extension ConfigurationTable {
  /// The default file: every key explained, the required ones set to their examples, the others commented out.
  public var defaultFile: String {
    var blocks = [comment(summary)]
    var written: Set<String> = []
    for declaration in declarations {
      guard let dot = declaration.name.firstIndex(of: ".") else {
        blocks.append(block(for: declaration, key: declaration.name, indent: ""))
        continue
      }
      let section = declaration.name[..<dot]
      guard written.insert(String(section)).inserted else { continue }
      let members = declarations.filter { $0.name.hasPrefix("\(section).") }
      let bodies = members.map {
        block(for: $0, key: String($0.name.dropFirst(section.count + 1)), indent: "  ")
      }
      blocks.append("\(section):\n" + bodies.joined(separator: "\n\n"))
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private func comment(_ text: String, indent: String = "") -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph in
      let lines = wrapped(paragraph.split(separator: " "), width: 98 - indent.count)
      return lines.isEmpty ? ["\(indent)#"] : lines.map { "\(indent)# \($0)" }
    }.joined(separator: "\n")
  }

  private func block(for declaration: SettingDeclaration, key: String, indent: String) -> String {
    let value = declaration.isRequired ? declaration.example : declaration.defaultValue ?? declaration.example
    let lines = (value ?? .scalar("")).lines(key: key).map { line in
      declaration.isRequired ? indent + line : "#\(indent)\(line)"
    }
    return ([comment(explanation(of: declaration), indent: indent)] + lines).joined(separator: "\n")
  }

  private func explanation(of declaration: SettingDeclaration) -> String {
    let facts = [
      declaration.shape.expectation,
      declaration.isRequired ? "required" : declaration.defaultValue == nil ? "not set by default" : "default as below",
      "environment \(declaration.environment)",
    ]
    var text = "\(declaration.meaning)\nValue: \(facts.joined(separator: "; "))."
    if case .records(let fields) = declaration.shape {
      for field in fields {
        let remark =
          switch field.defaultValue {
          case .scalar(let text): "default \(text)"
          default: field.isRequired ? "required" : "may be absent"
          }
        text += "\n- \(field.name): \(field.meaning) (\(field.shape.expectation); \(remark))"
      }
    }
    return text
  }
}

extension SettingDeclaration.Shape {
  fileprivate var expectation: String {
    switch self {
    case .scalar(let kind): kind.expectation
    case .list(let kind): "a list, each \(kind.expectation)"
    case .map(let kind): "names of your own, each with \(kind.expectation)"
    case .records(let fields): "a list of maps with \(fields.map(\.name).joined(separator: ", "))"
    }
  }
}

extension SettingValue {
  /// The value below its key, as lines of YAML.
  fileprivate func lines(key: String) -> [String] {
    switch self {
    case .scalar(let text): ["\(key): \(yaml(text))"]
    case .list(let texts): ["\(key):"] + texts.map { "  - \(yaml($0))" }
    case .map(let entries): ["\(key):"] + entries.map { "  \(yaml($0.name)): \(yaml($0.value))" }
    case .records(let records):
      ["\(key):"]
        + records.flatMap { record in
          record.keys.sorted().enumerated().map { "  \($0 == 0 ? "-" : " ") \($1): \(yaml(record[$1] ?? ""))" }
        }
    }
  }
}

/// A text as a YAML scalar that is read back as the same text.
private func yaml(_ text: String) -> String {
  let plain = text.utf8.allSatisfy { byte in
    let character = Character(UnicodeScalar(byte))
    return byte < 128 && (character.isLetter || character.isNumber || "._/:+,-=%".contains(character))
  }
  let first = text.first.map { $0.isLetter || $0.isNumber || $0 == "/" } ?? false
  if plain, first, text.last != ":", !["null", "Null", "NULL"].contains(text) { return text }
  let escaped = text.unicodeScalars.map { scalar in
    switch scalar {
    case "\"": "\\\""
    case "\\": "\\\\"
    case "\n": "\\n"
    case "\t": "\\t"
    default: String(scalar)
    }
  }
  return "\"\(escaped.joined())\""
}
