/// A service's configuration: what file, environment and defaults come to. Every value has been checked.
public struct Configuration: Sendable {
  var settings: [String: (value: SettingValue, origin: Origin)] = [:]

  /// Where a value was set.
  enum Origin: Sendable {
    case file(path: String, line: Int)
    case environment(String)
  }

  /// The value of a key: from the environment, else from the file, else its default; nil without any.
  public subscript<Value>(key: ConfigurationKey<Value>) -> Value? {
    guard case .scalar(let text) = value(of: key.declaration) else { return nil }
    return parsed(text, key.kind)
  }

  /// The value of a key that has a default or is required.
  public func value<Value>(_ key: ConfigurationKey<Value>) -> Value {
    guard let value = self[key] else { preconditionFailure("\(key.declaration.name) may be absent") }
    return value
  }

  /// The values of a list; none if it was left out.
  public subscript<Value>(key: ConfigurationList<Value>) -> [Value] {
    guard case .list(let texts) = value(of: key.declaration) else { return [] }
    return texts.map { parsed($0, key.kind) }
  }

  /// The entries of a map, in the order in which they were set; none if it was left out.
  public subscript<Value>(key: ConfigurationMap<Value>) -> [(name: String, value: Value)] {
    guard case .map(let entries) = value(of: key.declaration) else { return [] }
    return entries.map { ($0.name, parsed($0.value, key.kind)) }
  }

  /// The records of a list of them; none if it was left out.
  public subscript(key: ConfigurationRecords) -> [ConfigurationRecord] {
    guard case .records(let records) = value(of: key.declaration) else { return [] }
    return records.map { ConfigurationRecord(texts: $0) }
  }

  /// True if the key was set by file or environment.
  public func isSet(_ key: any ConfigurationSetting) -> Bool {
    settings[key.declaration.name] != nil
  }

  /// A complaint about a value that is wrong for a reason which only the service can see; says where it was set.
  public func complaint(about key: any ConfigurationSetting, _ message: String) -> ConfigurationError {
    let name = key.declaration.name
    return switch settings[name]?.origin {
    case .file(let path, let line): ConfigurationError(source: path, line: line, "\(name): \(message)")
    case .environment(let variable): ConfigurationError("the environment variable \(variable): \(message)")
    case nil: ConfigurationError("\(name): \(message)")
    }
  }

  private func value(of declaration: SettingDeclaration) -> SettingValue? {
    settings[declaration.name]?.value ?? declaration.defaultValue
  }
}

/// One record of a list of records.
public struct ConfigurationRecord: Sendable {
  let texts: [String: String]

  /// The value of one of the record's keys: as set, else its default; nil without any.
  public subscript<Value>(key: ConfigurationKey<Value>) -> Value? {
    if let text = texts[key.declaration.name] { return parsed(text, key.kind) }
    guard case .scalar(let text) = key.declaration.defaultValue else { return nil }
    return parsed(text, key.kind)
  }

  /// The value of a key that has a default or is required.
  public func value<Value>(_ key: ConfigurationKey<Value>) -> Value {
    guard let value = self[key] else { preconditionFailure("\(key.declaration.name) may be absent") }
    return value
  }
}

private func parsed<Value>(_ text: String, _ kind: ValueKind<Value>) -> Value {
  guard let value = kind.parse(text) else { preconditionFailure("a value was not checked") }
  return value
}

/// Everything that is wrong with a configuration, one line each.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One thing that is wrong.
  public struct Problem: Hashable, Sendable, CustomStringConvertible {
    /// The file, if it is about one.
    public let source: String?
    /// The line of the file, from 1 on.
    public let line: Int?
    /// What is wrong, in words for the operator.
    public let message: String

    /// `file:line: message`.
    public var description: String {
      [source, line.map(String.init)].compactMap(\.self).map { "\($0):" }.joined() + (source == nil ? "" : " ")
        + message
    }
  }

  /// The problems, in the order of the file; at least one.
  public internal(set) var problems: [Problem]

  init(source: String? = nil, line: Int? = nil, _ message: String) {
    problems = [Problem(source: source, line: line, message: message)]
  }

  init(problems: [Problem]) {
    self.problems = problems
  }

  /// The first problems, one a line.
  public var description: String {
    let shown = problems.prefix(20).map(\.description)
    let more = problems.count > shown.count ? ["and \(problems.count - shown.count) more"] : []
    return (shown + more).joined(separator: "\n")
  }
}
