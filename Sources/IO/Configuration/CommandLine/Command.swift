/// A command as one table: what it is called, takes and does. It has an action, subcommands, or both.
public struct Command: Sendable {
  /// What a command does; returns the exit status. Throws `UsageError` for what only the command itself can see.
  public typealias Action = @Sendable (Arguments) async throws -> Int32

  /// One line to learn from.
  public struct Example: Sendable {
    let purpose: String
    let line: String

    /// `line` as it is typed, and what it is good for.
    public init(_ purpose: String, _ line: String) {
      self.purpose = purpose
      self.line = line
    }
  }

  /// What an exit status means, beside those that every command has.
  public struct ExitStatus: Sendable {
    let number: Int32
    let meaning: String

    /// The status `number`, and when a command ends with it.
    public init(_ number: Int32, _ meaning: String) {
      self.number = number
      self.meaning = meaning
    }
  }

  /// One word.
  public let name: String
  /// One line without a full stop: "create a topic".
  public let summary: String
  /// Paragraphs behind the summary, with empty lines between them.
  public let details: String
  /// The arguments by place.
  public let arguments: [any CommandLineArgument]
  /// The options; those of a command with subcommands hold for each of these too.
  public let options: [any CommandLineOption]
  /// Lines to learn from.
  public let examples: [Example]
  /// Exit statuses beside 0, 1 and 2, which every command has.
  public let exitStatuses: [ExitStatus]
  /// The commands below this one.
  public let subcommands: [Command]
  let action: Action?

  /// A command that does something.
  public init(
    _ name: String, summary: String, details: String = "", arguments: [any CommandLineArgument] = [],
    options: [any CommandLineOption] = [], examples: [Example] = [], exitStatuses: [ExitStatus] = [],
    action: @escaping Action
  ) {
    self.name = name
    self.summary = summary
    self.details = details
    self.arguments = arguments
    self.options = options
    self.examples = examples
    self.exitStatuses = exitStatuses
    subcommands = []
    self.action = action
  }

  /// A command that groups others; its options hold for all of them. With an action it does something when none of them
  /// is named.
  public init(
    _ name: String, summary: String, details: String = "", options: [any CommandLineOption] = [],
    examples: [Example] = [], subcommands: [Command], action: Action? = nil
  ) {
    precondition(!subcommands.isEmpty, "a group of commands without a command")
    self.name = name
    self.summary = summary
    self.details = details
    arguments = []
    self.options = options
    self.examples = examples
    exitStatuses = []
    self.subcommands = subcommands
    self.action = action
  }
}

/// A command line that cannot be understood. The exit status for it is 2.
public struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, in words for the user.
  public let message: String
  /// The same as `message`.
  public var description: String { message }

  /// A complaint for the user.
  public init(_ message: String) {
    self.message = message
  }
}
