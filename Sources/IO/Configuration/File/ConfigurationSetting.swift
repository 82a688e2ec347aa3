/// A key of a service's configuration, as one row of the service's table.
public protocol ConfigurationSetting: Sendable {
  /// The row, without the type of its value.
  var declaration: SettingDeclaration { get }
}

/// One row of a service's table of keys.
public struct SettingDeclaration: Sendable {
  /// The key; within a section `section.key`.
  public let name: String
  /// The environment variable that goes before the file.
  public let environment: String
  let shape: Shape
  let isRequired: Bool
  let defaultValue: SettingValue?
  let example: SettingValue?
  let meaning: String

  /// What a value looks like in the file.
  enum Shape: Sendable {
    case scalar(ScalarKind)
    case list(ScalarKind)
    case map(ScalarKind)
    case records([SettingDeclaration])
  }

  init(
    name: String, environment: String? = nil, shape: Shape, isRequired: Bool, defaultValue: SettingValue?,
    example: SettingValue?, meaning: String
  ) {
    self.name = name
    self.environment =
      environment
      ?? "NEWSWIRE_"
      + String(name.map { $0 == "." || $0 == "-" ? "_" : Character($0.uppercased()) })
    self.shape = shape
    self.isRequired = isRequired
    self.defaultValue = defaultValue
    self.example = example
    self.meaning = meaning
    precondition(!isRequired || defaultValue == nil, "\(name) is required and has a default")
    precondition(!isRequired || example != nil, "\(name) is required: the default file needs an example")
    for value in [defaultValue, example].compactMap(\.self) {
      precondition(shape.complaint(about: value) == nil, "the default or example of \(name) is wrong")
    }
  }
}

/// A kind without the type of its value.
struct ScalarKind: Sendable {
  let expectation: String
  let complaint: @Sendable (String) -> String?

  init<Value>(_ kind: ValueKind<Value>) {
    expectation = kind.expectation
    complaint = kind.complaint(about:)
  }
}

/// The text of a value, wherever it comes from.
enum SettingValue: Sendable, Hashable {
  case scalar(String)
  case list([String])
  case map([NamedValue])
  case records([[String: String]])
}

extension SettingDeclaration.Shape {
  /// What is wrong with a value that has the right shape; nil if nothing is.
  func complaint(about value: SettingValue) -> String? {
    switch (self, value) {
    case (.scalar(let kind), .scalar(let text)): kind.complaint(text)
    case (.list(let kind), .list(let texts)): texts.lazy.compactMap(kind.complaint).first
    case (.map(let kind), .map(let entries)): entries.lazy.compactMap { kind.complaint($0.value) }.first
    case (.records(let fields), .records(let records)):
      records.lazy.compactMap { record in recordComplaint(fields, record) }.first
    default: "a value of another shape"
    }
  }

  private func recordComplaint(_ fields: [SettingDeclaration], _ record: [String: String]) -> String? {
    for name in record.keys.sorted() where !fields.contains(where: { $0.name == name }) {
      return "unknown key \(quoted(name))" + suggestion(for: name, among: fields.map(\.name))
    }
    for field in fields {
      if let text = record[field.name] {
        if let complaint = field.shape.complaint(about: .scalar(text)) { return "\(field.name): \(complaint)" }
      } else if field.isRequired {
        return "\(field.name) is missing"
      }
    }
    return nil
  }
}

/// "; did you mean …?", or nothing.
func suggestion(for name: String, among names: [String]) -> String {
  nearestWord(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
}

/// A key with one value.
public struct ConfigurationKey<Value: Sendable>: ConfigurationSetting {
  /// The row of the table.
  public let declaration: SettingDeclaration
  let kind: ValueKind<Value>

  /// Declares `name`, or `section.name`; default and example are text as a user would write it.
  ///
  /// A key without a default is optional, or required and then needs an example for the default file.
  public init(
    _ name: String, _ kind: ValueKind<Value>, default defaultText: String? = nil, required: Bool = false,
    example: String? = nil, environment: String? = nil, meaning: String
  ) {
    self.kind = kind
    declaration = SettingDeclaration(
      name: name, environment: environment, shape: .scalar(ScalarKind(kind)), isRequired: required,
      defaultValue: defaultText.map { .scalar($0) }, example: example.map { .scalar($0) }, meaning: meaning)
  }
}

/// A key with a list of values; in the environment with commas between them.
public struct ConfigurationList<Value: Sendable>: ConfigurationSetting {
  /// The row of the table.
  public let declaration: SettingDeclaration
  let kind: ValueKind<Value>

  /// Declares a list called `name`. A required one has at least one value.
  public init(
    _ name: String, _ kind: ValueKind<Value>, default defaultTexts: [String]? = nil, required: Bool = false,
    example: [String]? = nil, environment: String? = nil, meaning: String
  ) {
    self.kind = kind
    declaration = SettingDeclaration(
      name: name, environment: environment, shape: .list(ScalarKind(kind)), isRequired: required,
      defaultValue: defaultTexts.map { .list($0) }, example: example.map { .list($0) }, meaning: meaning)
  }
}

/// A key with names of the operator's own below it: `1: coordinator-1:9190`. In the environment `1=…,2=…`.
public struct ConfigurationMap<Value: Sendable>: ConfigurationSetting {
  /// The row of the table.
  public let declaration: SettingDeclaration
  let kind: ValueKind<Value>

  /// Declares a map called `name`. A required one has at least one entry.
  public init(
    _ name: String, _ kind: ValueKind<Value>, default defaultEntries: [NamedValue]? = nil, required: Bool = false,
    example: [NamedValue]? = nil, environment: String? = nil, meaning: String
  ) {
    self.kind = kind
    declaration = SettingDeclaration(
      name: name, environment: environment, shape: .map(ScalarKind(kind)), isRequired: required,
      defaultValue: defaultEntries.map { .map($0) }, example: example.map { .map($0) }, meaning: meaning)
  }
}

/// A key with a list of records that have keys of their own. In the environment `name=…,bind=…;name=…`.
public struct ConfigurationRecords: ConfigurationSetting {
  /// The row of the table.
  public let declaration: SettingDeclaration

  /// Declares a list called `name` of records with these fields, each a `ConfigurationKey`.
  public init(
    _ name: String, fields: [any ConfigurationSetting], default defaultRecords: [[String: String]]? = nil,
    required: Bool = false, example: [[String: String]]? = nil, environment: String? = nil, meaning: String
  ) {
    let fields = fields.map(\.declaration)
    for field in fields {
      guard case .scalar = field.shape else { preconditionFailure("\(name).\(field.name) is not a single value") }
    }
    declaration = SettingDeclaration(
      name: name, environment: environment, shape: .records(fields), isRequired: required,
      defaultValue: defaultRecords.map { .records($0) }, example: example.map { .records($0) }, meaning: meaning)
  }
}
