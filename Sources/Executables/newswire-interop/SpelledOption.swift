import Configuration

/// An option under both spellings that testers use: `--server-port` and `--server_port`.
struct SpelledOption<Value: Sendable> {
  private let dashed: CommandOption<Value>
  private let underscored: CommandOption<Value>

  /// Declares `--name`, given with dashes, and its twin.
  init(_ name: String, _ kind: ValueKind<Value>, default defaultText: String? = nil, help: String) {
    dashed = CommandOption(name, kind, default: defaultText, help: help)
    underscored = CommandOption(
      String(name.map { $0 == "-" ? "_" : $0 }), kind, help: "the same as --\(name)")
  }

  /// What goes into a command's table.
  var options: [any CommandLineOption] {
    dashed.declaration.name == underscored.declaration.name ? [dashed] : [dashed, underscored]
  }

  /// The value as given in either spelling, else the default.
  func value(in arguments: Arguments) -> Value? {
    options.count > 1 ? arguments[underscored] ?? arguments[dashed] : arguments[dashed]
  }
}

extension ValueKind where Value == Bool {
  /// `true` or `false`, as every language writes them.
  static var flexibleBoolean: ValueKind {
    ValueKind(placeholder: "true|false", expectation: "true or false") { text in
      switch text.lowercased() {
      case "true", "1", "yes": true
      case "false", "0", "no": false
      default: nil
      }
    }
  }
}
