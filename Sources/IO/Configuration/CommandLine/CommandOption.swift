/// An option of a command, as one row of the command's table.
public protocol CommandLineOption: Sendable {
  /// The row, without the type of its value.
  var declaration: OptionDeclaration { get }
}

/// One row of a command's table of options.
public struct OptionDeclaration: Sendable {
  /// The name behind `--`.
  public let name: String
  let short: Character?
  /// The word for its value in help texts; nil for an option that takes none.
  let placeholder: String?
  let defaultText: String?
  let isRequired: Bool
  let isRepeatable: Bool
  let environment: String?
  let help: String
  let complaint: @Sendable (String) -> String?
}

/// An option that takes a value: `--partitions 6`, `--partitions=6`, `-p6`.
public struct CommandOption<Value: Sendable>: CommandLineOption {
  /// The row of the table.
  public let declaration: OptionDeclaration
  let kind: ValueKind<Value>

  /// Declares `--name`; the default is text as a user would write it, and the last of several values counts.
  ///
  /// A repeatable option keeps them all. A required one has to be given, by the line or by the environment.
  public init(
    _ name: String, short: Character? = nil, _ kind: ValueKind<Value>, default defaultText: String? = nil,
    required: Bool = false, repeatable: Bool = false, environment: String? = nil, help: String
  ) {
    precondition(defaultText.map { kind.parse($0) != nil } ?? true, "the default of --\(name) is wrong")
    self.kind = kind
    declaration = OptionDeclaration(
      name: name, short: short, placeholder: kind.placeholder, defaultText: defaultText, isRequired: required,
      isRepeatable: repeatable, environment: environment, help: help, complaint: kind.complaint(about:))
  }
}

/// An option without a value: there or not.
public struct CommandFlag: CommandLineOption {
  /// The row of the table.
  public let declaration: OptionDeclaration

  /// Declares `--name`; in the environment it is set by `true`.
  public init(_ name: String, short: Character? = nil, environment: String? = nil, help: String) {
    declaration = OptionDeclaration(
      name: name, short: short, placeholder: nil, defaultText: nil, isRequired: false, isRepeatable: false,
      environment: environment, help: help, complaint: ValueKind.boolean.complaint(about:))
  }
}

/// A word of a command that is not an option, by its place.
public protocol CommandLineArgument: Sendable {
  /// The place, without the type of its value.
  var position: ArgumentDeclaration { get }
}

/// How many words an argument takes.
public enum ArgumentCount: Sendable {
  /// Exactly one.
  case one
  /// One or none.
  case optional
  /// One or more; only for the last argument.
  case oneOrMore
  /// Any number; only for the last argument.
  case any
}

/// One row of a command's table of arguments.
public struct ArgumentDeclaration: Sendable {
  /// The word for it in help texts, in capitals.
  public let name: String
  let count: ArgumentCount
  let help: String
  let complaint: @Sendable (String) -> String?
}

/// A word of a command by its place: the NAME in `topics create NAME`.
public struct CommandArgument<Value: Sendable>: CommandLineArgument {
  /// The row of the table.
  public let position: ArgumentDeclaration
  let kind: ValueKind<Value>

  /// Declares the argument called `name`, in capitals as help texts show it.
  public init(_ name: String, _ kind: ValueKind<Value>, count: ArgumentCount = .one, help: String) {
    self.kind = kind
    position = ArgumentDeclaration(name: name, count: count, help: help, complaint: kind.complaint(about:))
  }
}
