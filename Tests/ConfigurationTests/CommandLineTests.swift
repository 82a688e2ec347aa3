import Testing

@testable import Configuration

private enum Table {
  static let bootstrap = CommandOption(
    "bootstrap", .endpoints(), default: "localhost:9190", environment: "NEWSWIRE_BOOTSTRAP",
    help: "where the cluster is")
  static let output = CommandOption(
    "output", .choice(["text", "json"]), default: "text", help: "the form of the answer")
  static let topic = CommandArgument("NAME", .text, help: "the topic's name")
  static let files = CommandArgument("FILE", .path, count: .any, help: "files to read")
  static let partitions = CommandOption(
    "partitions", short: "p", .integer(1...1000), default: "6", help: "how many partitions")
  static let settings = CommandOption("config", .namedValue, repeatable: true, help: "a setting of the topic")
  static let linger = CommandOption("linger", .duration(), help: "how long to wait for more records")
  static let batch = CommandOption("batch-bytes", .size(1...(1 << 30)), help: "the size of a batch")
  static let dryRun = CommandFlag(
    "dry-run", short: "n", environment: "NEWSWIRE_DRY_RUN", help: "only say what would be done")
  static let key = CommandOption("key", .path, required: true, environment: "NEWSWIRE_KEY", help: "the private key")

  static let program = Program(
    Command(
      "newswire", summary: "an event streaming platform", options: [bootstrap, output],
      subcommands: [
        Command(
          "topics", summary: "work with topics",
          subcommands: [
            Command(
              "create", summary: "create a topic", details: "The topic is there when the command returns.",
              arguments: [topic], options: [partitions, settings, linger, batch, dryRun],
              examples: [.init("a topic of six partitions", "newswire topics create orders --partitions 6")]
            ) { _ in 0 },
            Command("list", summary: "list the topics") { _ in throw UsageError("not both") },
          ]),
        Command("cat", summary: "show files", arguments: [files], options: [key]) { _ in 7 },
        Command(
          "nodes", summary: "list the nodes", options: [dryRun],
          subcommands: [Command("stop", summary: "stop one", arguments: [topic]) { _ in 8 }]
        ) { _ in 9 },
      ]),
    version: "1.2.3")
}

private func parse(_ line: String..., environment: [String: String] = [:]) throws -> Arguments {
  switch Table.program.parse(line, environment: environment) {
  case .run(_, let arguments): return arguments
  case .show(let text), .refuse(let text): throw UsageError(text)
  }
}

private func complaint(_ line: String..., environment: [String: String] = [:]) -> String {
  if case .refuse(let text) = Table.program.parse(line, environment: environment) { text } else { "" }
}

@Suite struct CommandLineTests {
  @Test("a group may do something itself when no command below it is named")
  func groupWithAction() {
    func run(_ words: String...) -> [String] {
      guard case .run(_, let arguments) = Table.program.parse(words, environment: [:]) else { return [] }
      return arguments.commandPath
    }
    #expect(run("nodes") == ["newswire", "nodes"])
    #expect(run("nodes", "--dry-run") == ["newswire", "nodes"])
    #expect(run("nodes", "stop", "n") == ["newswire", "nodes", "stop"])
    #expect(complaint("nodes", "stpo").contains("did you mean stop?"))
    guard case .show(let help) = Table.program.parse(["nodes", "--help"], environment: [:]) else {
      Issue.record("no help")
      return
    }
    #expect(help.contains("newswire nodes [OPTIONS] [COMMAND …]"))
  }

  @Test("options are understood in every form that popt knows, before and behind the arguments")
  func forms() throws {
    for line in [
      ["orders", "--partitions", "12"], ["--partitions=12", "orders"], ["-p12", "orders"], ["-p", "12", "orders"],
      ["-np12", "orders"],
    ] {
      let invocation = Table.program.parse(["topics", "create"] + line, environment: [:])
      guard case .run(let command, let arguments) = invocation else {
        Issue.record("\(line): \(invocation)")
        continue
      }
      #expect(command.name == "create")
      #expect(arguments.commandPath == ["newswire", "topics", "create"])
      #expect(arguments.value(Table.partitions) == 12)
      #expect(arguments.value(Table.topic) == "orders")
    }
  }

  @Test("an option that is absent has its default, or the environment's value")
  func defaults() throws {
    let arguments = try parse(
      "topics", "create", "x", environment: ["NEWSWIRE_BOOTSTRAP": "a:1,[::1]:2", "NEWSWIRE_DRY_RUN": "true"])
    #expect(arguments.value(Table.partitions) == 6)
    #expect(arguments.value(Table.bootstrap) == [Endpoint(host: "a", port: 1), Endpoint(host: "::1", port: 2)])
    #expect(arguments[Table.linger] == nil)
    #expect(arguments.contains(Table.dryRun))
    #expect(!arguments.isGiven(Table.bootstrap))
  }

  @Test("the line goes before the environment, and the last value counts")
  func precedence() throws {
    let arguments = try parse(
      "--bootstrap", "a:1", "topics", "create", "x", "--bootstrap", "b:2", "--output=json",
      environment: ["NEWSWIRE_BOOTSTRAP": "c:3"])
    #expect(arguments.value(Table.bootstrap) == [Endpoint(host: "b", port: 2)])
    #expect(arguments.value(Table.output) == "json")
    #expect(arguments.isGiven(Table.bootstrap))
  }

  @Test("a repeatable option keeps all its values in order")
  func repeatable() throws {
    let arguments = try parse("topics", "create", "x", "--config", "a=1", "--config", "b=c=d", "--config=e=")
    #expect(
      arguments.all(Table.settings) == [
        NamedValue(name: "a", value: "1"), NamedValue(name: "b", value: "c=d"), NamedValue(name: "e", value: ""),
      ])
  }

  @Test("durations and sizes are read with their units")
  func quantities() throws {
    let arguments = try parse("topics", "create", "x", "--linger", "5ms", "--batch-bytes", "128KiB")
    #expect(arguments[Table.linger] == .milliseconds(5))
    #expect(arguments[Table.batch] == 131_072)
  }

  @Test("words behind -- are arguments even if they look like options, and so is a lone -")
  func dashes() throws {
    let arguments = try parse("cat", "--key", "k", "-", "--", "--not-an-option", "-x")
    #expect(arguments.all(Table.files) == ["-", "--not-an-option", "-x"])
  }

  @Test("an option's value may start with a dash")
  func negative() {
    #expect(
      complaint("topics", "create", "x", "--partitions", "-5").contains(
        #"--partitions: "-5" is not a whole number from 1 to 1000"#))
  }

  @Test("an unknown option is named, with the nearest known one")
  func unknownOption() {
    #expect(
      complaint("topics", "create", "x", "--partitons=6")
        == """
        newswire topics create: unknown option --partitons; did you mean --partitions?
        Try 'newswire topics create --help'.

        """)
    #expect(complaint("topics", "create", "-Z").contains("unknown option -Z\n"))
  }

  @Test("an unknown command is named, with the nearest known one or all there are")
  func unknownCommand() {
    #expect(complaint("topic", "create").hasPrefix(#"newswire: unknown command "topic"; did you mean topics?"#))
    #expect(complaint("topics", "frobnicate").contains("there are create, list"))
    #expect(complaint("topics").contains("say which command: create, list"))
  }

  @Test("missing and superfluous words and values are named")
  func missing() {
    #expect(complaint("topics", "create").contains("NAME is missing: the topic's name"))
    #expect(complaint("topics", "create", "a", "b").contains(#"unexpected word "b""#))
    #expect(complaint("topics", "create", "x", "--partitions").contains("--partitions needs a value: --partitions N"))
    #expect(complaint("topics", "create", "x", "--dry-run=yes").contains("--dry-run does not take a value"))
    #expect(complaint("cat").contains("--key PATH is missing: give it, or set NEWSWIRE_KEY"))
    #expect(
      complaint("topics", "list", environment: ["NEWSWIRE_BOOTSTRAP": "a:b:c"]).contains(
        #"the environment variable NEWSWIRE_BOOTSTRAP: "a:b:c" is not a list of addresses"#))
  }

  @Test("help shows synopsis, arguments, options with defaults and environment, and examples")
  func help() {
    guard case .show(let text) = Table.program.parse(["topics", "create", "--help"], environment: [:]) else {
      Issue.record("no help")
      return
    }
    #expect(
      text == """
        newswire topics create - create a topic

        SYNOPSIS
          newswire topics create [OPTIONS] NAME

        DESCRIPTION
          The topic is there when the command returns.

        ARGUMENTS
          NAME  the topic's name

        OPTIONS
          -p, --partitions N      how many partitions (default: 6)
              --config K=V        a setting of the topic (may be given several times)
              --linger DURATION   how long to wait for more records
              --batch-bytes SIZE  the size of a batch
          -n, --dry-run           only say what would be done (environment: NEWSWIRE_DRY_RUN)

        COMMON OPTIONS
              --bootstrap HOST:PORT[,…]
                                        where the cluster is (default: localhost:9190; environment:
                                        NEWSWIRE_BOOTSTRAP)
              --output text|json        the form of the answer (default: text)
          -h, --help                    show this text
              --version                 show the version

        EXAMPLES
          # a topic of six partitions
          newswire topics create orders --partitions 6

        EXIT STATUS
          0  it is done
          1  it failed; standard error says why
          2  the command line was not understood

        """)
  }

  @Test("the version is shown wherever it is asked for")
  func version() {
    for line in [["--version"], ["topics", "--version"], ["topics", "list", "--version"]] {
      guard case .show(let text) = Table.program.parse(line, environment: [:]) else {
        Issue.record("no version for \(line)")
        continue
      }
      #expect(text == "newswire 1.2.3\n")
    }
  }

  @Test("the exit status is the command's own, or 2 for a line that is not understood")
  func status() async {
    #expect(await Table.program.run(["cat", "--key", "k"], environment: [:]) == 7)
    #expect(await Table.program.run(["topics", "list"], environment: [:]) == 2)
    #expect(await Table.program.run(["nonsense"], environment: [:]) == 2)
  }
}
