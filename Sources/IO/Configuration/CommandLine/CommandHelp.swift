/// The text behind `--help`, made from a command's table.
struct CommandHelp {
  let command: Command
  let path: [String]
  let inherited: [OptionDeclaration]

  private static let width = 100
  private static let exitStatuses: [Command.ExitStatus] = [
    .init(0, "it is done"), .init(1, "it failed; standard error says why"),
    .init(2, "the command line was not understood"),
  ]

  var text: String {
    var sections = ["\(path.joined(separator: " ")) - \(command.summary)", "SYNOPSIS\n  \(synopsis)"]
    if !command.details.isEmpty {
      let paragraphs = command.details.split(separator: "\n\n").map { paragraph in
        wrapped(paragraph.split(whereSeparator: \.isWhitespace), width: Self.width - 2)
          .map { "  \($0)" }.joined(separator: "\n")
      }
      sections.append("DESCRIPTION\n" + paragraphs.joined(separator: "\n\n"))
    }
    section("COMMANDS", command.subcommands.map { ($0.name, $0.summary) }, &sections)
    section("ARGUMENTS", command.arguments.map { ($0.position.name, $0.position.help) }, &sections)
    let standard = [CommandParser.help.declaration, CommandParser.version.declaration]
    section("OPTIONS", command.options.map(\.declaration).map(row), &sections)
    section("COMMON OPTIONS", (inherited + standard).map(row), &sections)
    if !command.examples.isEmpty {
      let examples = command.examples.map { "  # \($0.purpose)\n  \($0.line)" }
      sections.append("EXAMPLES\n" + examples.joined(separator: "\n\n"))
    }
    let statuses = Self.exitStatuses + command.exitStatuses
    section("EXIT STATUS", statuses.map { ("\($0.number)", $0.meaning) }, &sections)
    return sections.joined(separator: "\n\n") + "\n"
  }

  private var synopsis: String {
    var words = [path.joined(separator: " ")]
    words += command.options.map(\.declaration).filter(\.isRequired).map { "--\($0.name) \($0.placeholder ?? "")" }
    words.append("[OPTIONS]")
    if !command.subcommands.isEmpty { words.append(command.action == nil ? "COMMAND …" : "[COMMAND …]") }
    words += command.arguments.map(\.position).map {
      switch $0.count {
      case .one: $0.name
      case .optional: "[\($0.name)]"
      case .oneOrMore: "\($0.name)…"
      case .any: "[\($0.name)…]"
      }
    }
    return words.joined(separator: " ")
  }

  private func row(_ option: OptionDeclaration) -> (String, String) {
    let short = option.short.map { "-\($0), " } ?? "    "
    let value = option.placeholder.map { " \($0)" } ?? ""
    var remarks: [String] = []
    if option.isRequired { remarks.append("required") }
    if option.isRepeatable { remarks.append("may be given several times") }
    if let text = option.defaultText { remarks.append("default: \(text.isEmpty ? "none" : text)") }
    if let variable = option.environment { remarks.append("environment: \(variable)") }
    let remark = remarks.isEmpty ? "" : " (\(remarks.joined(separator: "; ")))"
    return ("\(short)--\(option.name)\(value)", option.help + remark)
  }

  private func section(_ title: String, _ rows: [(head: String, help: String)], _ sections: inout [String]) {
    guard !rows.isEmpty else { return }
    let column = min(30, (rows.map(\.head.count).max() ?? 0) + 2)
    let lines = rows.flatMap { row -> [String] in
      let help = wrapped(row.help.split(whereSeparator: \.isWhitespace), width: Self.width - column - 2)
      let indent = String(repeating: " ", count: column + 2)
      guard row.head.count + 2 <= column else { return ["  \(row.head)"] + help.map { indent + $0 } }
      let head = "  " + row.head + String(repeating: " ", count: column - row.head.count)
      return [head + (help.first ?? "")] + help.dropFirst().map { indent + $0 }
    }
    sections.append(([title] + lines).joined(separator: "\n"))
  }
}

/// Words as lines of at most `width` characters, where a single word fits.
func wrapped(_ words: [Substring], width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in words {
    if !line.isEmpty, line.count + 1 + word.count > width {
      lines.append(line)
      line = ""
    }
    line += (line.isEmpty ? "" : " ") + word
  }
  return line.isEmpty ? lines : lines + [line]
}
