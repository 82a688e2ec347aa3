internal import Configuration
internal import Glibc
internal import Model
internal import Runtime
internal import Simulation

/// `newswire simulate`: whole clusters in this process, with everything that can go wrong.
enum SimulateCommand {
  private static let seed = CommandOption(
    "seed", .integer(0...Int.max), help: "the first history's seed, the others follow; a new one each time if not given"
  )
  private static let runs = CommandOption(
    "runs", short: "n", .integer(1...1_000_000_000), help: "how many histories; 100 if --minutes is not given either")
  private static let minutes = CommandOption(
    "minutes", short: "m", .number(0.001...1_000_000), help: "go on for so long, or until --runs are done")
  private static let nodes = CommandOption(
    "nodes", .integer(1...100), default: "5", help: "how many brokers there are at the beginning")
  private static let partitions = CommandOption(
    "partitions", short: "p", .integer(1...1000), default: "4", help: "how many partitions are written and read")
  private static let faults = CommandOption(
    "faults", FaultList.kind, default: "all", help: "what may go wrong: all, none, or kinds with commas between them")
  private static let jobs = CommandOption(
    "jobs", short: "j", .integer(1...256), default: "1", help: "how many histories run at once")

  static let command = Command(
    "simulate", summary: "run clusters in simulation, with faults, and check that nothing is lost",
    details: """
      Each history is a cluster of brokers, a coordinator, group coordinators and clients, all in this process, over \
      simulated time, network and disks. First everything may go wrong; then all is healed, and the cluster must get done \
      within a bound. What the design promises is checked after every step. The same seed gives the same history, to the \
      byte: it has the same hash.

      At the first violation the history is made as short as can be found, and its faults and the last events of the \
      partition concerned are shown.

      The kinds of faults:
      \(FaultList.explanation)
      """,
    options: [seed, runs, minutes, nodes, partitions, faults, jobs, CommonOptions.output],
    examples: [
      .init("500 histories that nobody has seen", "newswire simulate --runs 500"),
      .init("one of them again", "newswire simulate --seed 4711 --runs 1"),
      .init("an hour on both cores", "newswire simulate --minutes 60 --jobs 2"),
      .init("only crashes and cut networks, for a program", "newswire simulate --faults kill,power,cut --output json"),
    ]
  ) { arguments in
    var plan = HistoryPlan()
    plan.brokers = arguments.value(nodes)
    plan.partitions = arguments.value(partitions)
    plan.faults = arguments.value(faults).kinds
    let first = arguments[seed].map { UInt64($0) } ?? newSeed()
    let time = arguments[minutes].map { Duration.nanoseconds(Int64($0 * 60e9)) }
    let runs = arguments[runs] ?? (time == nil ? 100 : Int.max)
    if arguments.value(CommonOptions.output) == .table { StandardStreams.say("first seed \(first)") }
    let series = SimulationSeries(first: first, runs: runs, time: time, plan: plan)
    let outcome = await series.run(jobs: arguments.value(jobs))
    let report = SimulationReport(first: first, outcome: outcome, plan: plan)
    try arguments.show(text: report.text, json: report.json)
    return outcome.failure == nil ? 0 : 1
  }

  /// A seed that no earlier run had, short enough to be told on.
  private static func newSeed() -> UInt64 {
    var random = SystemRandom()
    return random.next() % 1_000_000_000_000
  }
}

/// The value of `--faults`.
struct FaultList: Sendable {
  let kinds: Set<FaultKind>

  static let kind = ValueKind<FaultList>(
    placeholder: "LIST",
    expectation: "all, none, or a list with commas of "
      + FaultKind.allCases.map(\.rawValue).joined(separator: ", ")
  ) { text in
    if text == "all" { return FaultList(kinds: Set(FaultKind.allCases)) }
    if text == "none" { return FaultList(kinds: []) }
    let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let kinds = words.compactMap { FaultKind(rawValue: $0) }
    return kinds.count == words.count ? FaultList(kinds: Set(kinds)) : nil
  }

  /// All kinds, each in a line.
  static var explanation: String {
    let width = FaultKind.allCases.map(\.rawValue.count).max() ?? 0
    return FaultKind.allCases.map { kind in
      "  \(kind.rawValue)\(String(repeating: " ", count: width - kind.rawValue.count))  \(kind.summary)"
    }.joined(separator: "\n")
  }
}
