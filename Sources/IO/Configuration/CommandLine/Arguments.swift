/// What a command was called with: every value has been checked against its kind.
public struct Arguments: Sendable {
  /// The words that name the command: `["newswire", "topics", "create"]`.
  public let commandPath: [String]
  var optionTexts: [String: [String]] = [:]
  var environmentTexts: [String: String] = [:]
  var argumentTexts: [String: [String]] = [:]

  init(commandPath: [String]) {
    self.commandPath = commandPath
  }

  /// The value of an option: as given, else from the environment, else the default; nil without any.
  public subscript<Value>(option: CommandOption<Value>) -> Value? {
    texts(of: option.declaration).last.map { parsed($0, option.kind) }
  }

  /// The value of an option that has a default or is required.
  public func value<Value>(_ option: CommandOption<Value>) -> Value {
    guard let value = self[option] else { preconditionFailure("--\(option.declaration.name) may be absent") }
    return value
  }

  /// All values of a repeatable option, in the order given.
  public func all<Value>(_ option: CommandOption<Value>) -> [Value] {
    texts(of: option.declaration).map { parsed($0, option.kind) }
  }

  /// True if the flag is set, on the line or in the environment.
  public func contains(_ flag: CommandFlag) -> Bool {
    let name = flag.declaration.name
    return optionTexts[name] != nil || environmentTexts[name] == "true"
  }

  /// True if the option stands on the line itself.
  public func isGiven(_ option: any CommandLineOption) -> Bool {
    optionTexts[option.declaration.name] != nil
  }

  /// The value of an argument; nil if an optional one was left out.
  public subscript<Value>(argument: CommandArgument<Value>) -> Value? {
    argumentTexts[argument.position.name]?.first.map { parsed($0, argument.kind) }
  }

  /// The value of an argument that cannot be left out.
  public func value<Value>(_ argument: CommandArgument<Value>) -> Value {
    guard let value = self[argument] else { preconditionFailure("\(argument.position.name) may be absent") }
    return value
  }

  /// All values of an argument that takes several.
  public func all<Value>(_ argument: CommandArgument<Value>) -> [Value] {
    (argumentTexts[argument.position.name] ?? []).map { parsed($0, argument.kind) }
  }

  private func texts(of option: OptionDeclaration) -> [String] {
    if let given = optionTexts[option.name] { return given }
    if let text = environmentTexts[option.name] ?? option.defaultText { return [text] }
    return []
  }

  private func parsed<Value>(_ text: String, _ kind: ValueKind<Value>) -> Value {
    guard let value = kind.parse(text) else { preconditionFailure("a value was not checked") }
    return value
  }
}
