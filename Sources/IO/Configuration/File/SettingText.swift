/// Why a value does not have the shape that its key asks for.
struct ShapeError: Error {
  let line: Int?
  let message: String
}

/// The value in a part of the document, if it has the right shape.
func value(_ shape: SettingDeclaration.Shape, node: YAMLNode) throws(ShapeError) -> SettingValue {
  switch (shape, node.content) {
  case (.scalar, .scalar(let text)): return .scalar(text)
  case (.list, .list(let elements)): return .list(try nonempty(elements, node).map(scalar))
  case (.map, .map(let entries)): return .map(try unique(nonempty(entries, node)).map(namedValue))
  case (.records, .list(let elements)): return .records(try nonempty(elements, node).map(record))
  default: throw ShapeError(line: node.line, message: "expected \(shape.name), not \(node.shapeName)")
  }
}

/// The value that a text in the environment stands for.
func value(_ shape: SettingDeclaration.Shape, text: String) throws(ShapeError) -> SettingValue {
  switch shape {
  case .scalar: .scalar(text)
  case .list: .list(parts(text, ","))
  case .map: .map(try parts(text, ",").map(namedValue))
  case .records: .records(try parts(text, ";").map(record))
  }
}

extension SettingDeclaration.Shape {
  /// What it is, in words for the operator.
  fileprivate var name: String {
    switch self {
    case .scalar: "a single value"
    case .list: "a list of values"
    case .map: "a map of names and values"
    case .records: "a list of maps"
    }
  }
}

private func nonempty<Element>(_ elements: [Element], _ node: YAMLNode) throws(ShapeError) -> [Element] {
  guard !elements.isEmpty else { throw ShapeError(line: node.line, message: "is empty; remove it for the default") }
  return elements
}

private func unique(_ entries: [YAMLEntry]) throws(ShapeError) -> [YAMLEntry] {
  var lines: [String: Int] = [:]
  for entry in entries {
    if let first = lines.updateValue(entry.line, forKey: entry.key) {
      throw ShapeError(line: entry.line, message: "\(quoted(entry.key)) is set twice, first on line \(first)")
    }
  }
  return entries
}

private func scalar(_ node: YAMLNode) throws(ShapeError) -> String {
  guard case .scalar(let text) = node.content else {
    throw ShapeError(line: node.line, message: "expected a single value here, not \(node.shapeName)")
  }
  return text
}

private func record(_ node: YAMLNode) throws(ShapeError) -> [String: String] {
  guard case .map(let entries) = node.content else {
    throw ShapeError(line: node.line, message: "expected keys and values here, not \(node.shapeName)")
  }
  var fields: [String: String] = [:]
  for entry in try unique(entries) { fields[entry.key] = try scalar(entry.value) }
  return fields
}

private func namedValue(_ entry: YAMLEntry) throws(ShapeError) -> NamedValue {
  NamedValue(name: entry.key, value: try scalar(entry.value))
}

private func record(_ text: String) throws(ShapeError) -> [String: String] {
  var fields: [String: String] = [:]
  for part in parts(text, ",") {
    let field = try namedValue(part)
    guard fields.updateValue(field.value, forKey: field.name) == nil else {
      throw ShapeError(line: nil, message: "\(field.name) is set twice")
    }
  }
  return fields
}

private func parts(_ text: String, _ separator: Character) -> [String] {
  text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
}

private func namedValue(_ text: String) throws(ShapeError) -> NamedValue {
  guard let pair = ValueKind.namedValue.parse(text) else {
    throw ShapeError(line: nil, message: "\(quoted(text)) is not NAME=VALUE")
  }
  return pair
}
