/// Follows the words of a line down the tree of commands, and checks every value on the way.
struct CommandParser {
  let program: Program
  let environment: [String: String]
  /// The commands found so far, by name: what a complaint is addressed to.
  private(set) var path: [String]
  private var command: Command
  private var inherited: [OptionDeclaration] = []
  private var optionTexts: [String: [String]] = [:]

  static let help = CommandFlag("help", short: "h", help: "show this text")
  static let version = CommandFlag("version", help: "show the version")

  init(program: Program, environment: [String: String]) {
    self.program = program
    self.environment = environment
    command = program.command
    path = [program.command.name]
  }

  mutating func parse(_ line: [String]) throws(UsageError) -> Program.Invocation {
    var words = line
    while true {
      let options = inherited + command.options.map(\.declaration)
      let table = options + [Self.help.declaration, Self.version.declaration]
      let isGroup = !command.subcommands.isEmpty
      let result = try OptionTable(table).parse(words, untilFirstWord: isGroup)
      for (index, value) in result.found {
        let option = table[index]
        if let value, let complaint = option.complaint(value) { throw UsageError("--\(option.name): \(complaint)") }
        optionTexts[option.name, default: []].append(value ?? "true")
      }
      if optionTexts["help"] != nil {
        return .show(CommandHelp(command: command, path: path, inherited: inherited).text)
      }
      if optionTexts["version"] != nil { return .show("\(program.command.name) \(program.version)\n") }
      let endsHere = !isGroup || (command.action != nil && result.words.isEmpty)
      guard !endsHere else { return .run(command, try arguments(options: options, words: result.words)) }
      try descend(to: result.words.first)
      inherited = options
      words = Array(result.words.dropFirst())
    }
  }

  private mutating func descend(to name: String?) throws(UsageError) {
    let names = command.subcommands.map(\.name)
    guard let name else { throw UsageError("say which command: \(names.joined(separator: ", "))") }
    guard let next = command.subcommands.first(where: { $0.name == name }) else {
      let near = nearestWord(to: name, among: names)
      throw UsageError(
        "unknown command \(quoted(name)); "
          + (near.map { "did you mean \($0)?" } ?? "there are \(names.joined(separator: ", "))"))
    }
    command = next
    path.append(name)
  }

  private func arguments(options: [OptionDeclaration], words: [String]) throws(UsageError) -> Arguments {
    var arguments = Arguments(commandPath: path)
    arguments.optionTexts = optionTexts
    for option in options where optionTexts[option.name] == nil {
      if let variable = option.environment, let text = environment[variable], !text.isEmpty {
        if let complaint = option.complaint(text) {
          throw UsageError("the environment variable \(variable): \(complaint)")
        }
        arguments.environmentTexts[option.name] = text
      } else if option.isRequired {
        let other = option.environment.map { ", or set \($0)" } ?? ""
        throw UsageError("--\(option.name) \(option.placeholder ?? "") is missing: give it\(other)")
      }
    }
    arguments.argumentTexts = try place(words)
    return arguments
  }

  private func place(_ words: [String]) throws(UsageError) -> [String: [String]] {
    var rest = words[...]
    var placed: [String: [String]] = [:]
    for argument in command.arguments.map(\.position) {
      let taken: ArraySlice<String>
      switch argument.count {
      case .one, .optional: taken = rest.prefix(1)
      case .oneOrMore, .any: taken = rest
      }
      if taken.isEmpty {
        switch argument.count {
        case .one, .oneOrMore: throw UsageError("\(argument.name) is missing: \(argument.help)")
        case .optional, .any: continue
        }
      }
      for word in taken {
        if let complaint = argument.complaint(word) { throw UsageError("\(argument.name): \(complaint)") }
      }
      placed[argument.name] = Array(taken)
      rest = rest.dropFirst(taken.count)
    }
    if let extra = rest.first { throw UsageError("unexpected word \(quoted(extra))") }
    return placed
  }
}
