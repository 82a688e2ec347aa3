internal import Configuration
internal import Model
internal import Runtime

/// What a run of `newswire bench` says: its results, how it was asked for, and where it ran.
struct BenchReport: Sendable {
  let command: String
  let moment: Int64
  let machine: Machine
  let settings: [JSON.Member]
  let results: [BenchResult]

  static let compareOption = CommandOption(
    "compare", .path.named("FILE"),
    help: "what this command wrote before with --output json: says what has become better and worse since")
  static let pictureOption = CommandOption(
    "picture", .path.named("FILE"), help: "write a picture (SVG) of latency and throughput over time there")
  static let options: [any CommandLineOption] = [CommonOptions.output, compareOption, pictureOption]

  /// For programs; what was measured before beside it, if it is given.
  func json(_ comparison: Comparison? = nil) -> JSON {
    var members: [JSON.Member] = [
      .init(name: "command", value: .string(command)),
      .init(name: "version", value: .string(NewswireProgram.version)),
      .init(name: "time", value: .string(TimestampText.text(moment))), .init(name: "machine", value: machine.json),
      .init(name: "settings", value: .object(settings)),
      .init(name: "results", value: .array(results.map(\.json))),
    ]
    if let comparison { members.append(.init(name: "compared", value: comparison.json)) }
    return .object(members)
  }

  /// Prints the report in the form that was asked for, and draws its picture.
  func show(_ arguments: Arguments) throws {
    let comparison = try arguments[Self.compareOption].map { try Comparison(self, beforeIn: $0) }
    if let path = arguments[Self.pictureOption] { try SystemText.write(BenchPicture(self).svg, to: path) }
    let latencies = BenchResult.latencyTable(results).map { "\n\($0.text)" } ?? ""
    try arguments.show(
      text: BenchResult.table(results).text + latencies + (comparison.map { "\n\($0.text)" } ?? ""),
      json: json(comparison))
  }
}

extension BenchReport {
  /// The report of what has just been measured.
  init(_ results: [BenchResult], _ settings: [JSON.Member], on machine: Machine, _ arguments: Arguments) {
    self.init(
      command: arguments.commandPath.joined(separator: " "), moment: wallClock().rawValue, machine: machine,
      settings: settings, results: results)
  }
}
