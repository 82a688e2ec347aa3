internal import Configuration

/// How a command shows data.
enum OutputFormat: String, CaseIterable, Sendable {
  /// For people.
  case table
  /// For programs.
  case json
}

/// Options that many commands share.
enum CommonOptions {
  static let output = CommandOption<OutputFormat>(
    "output", short: "o", .choice, default: "table", help: "how to print data: for people or for programs")
}
