internal import Configuration
internal import NewswireClient

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
  static let dryRun = CommandFlag("dry-run", help: "only check whether it could be done, and change nothing")
  static let topic = CommandArgument("TOPIC", .text, help: "the topic's name")
  static let topics = CommandArgument("TOPIC", .text, count: .oneOrMore, help: "the topics' names")
}

extension Arguments {
  /// Prints data in the form that was asked for.
  func show(table: @autoclosure () -> Table, json: @autoclosure () -> JSON) throws {
    try show(text: table().text, json: json())
  }

  /// Prints data in the form that was asked for.
  func show(text: @autoclosure () -> String, json: @autoclosure () -> JSON) throws {
    switch value(CommonOptions.output) {
    case .table: try StandardStreams.print(text())
    case .json: try StandardStreams.print(json().pretty)
    }
  }
}

extension Arguments {
  /// Says which items are deleted, or could be; throws what became of the others.
  func showDeleted(_ items: [ItemResult<Void>], _ what: String) throws {
    let isDryRun = contains(CommonOptions.dryRun)
    let names = items.filter { (try? $0.get()) != nil }.map(\.name)
    if !names.isEmpty {
      try show(
        text: names.map {
          "\(what.prefix(1).uppercased())\(what.dropFirst()) \($0) "
            + (isDryRun ? "could be deleted" : "deleted") + "\n"
        }.joined(),
        json: .array(
          names.map { [.init(name: what, value: .string($0)), .init(name: "deleted", value: .bool(!isDryRun))] }.map {
            .object($0)
          }))
    }
    try throwFailures(items)
  }
}

extension ValueKind where Value == Int32 {
  /// A number that fits a partition, a node's id or a count.
  static func number(_ range: ClosedRange<Int32>) -> ValueKind {
    let kind = ValueKind<Int>.integer(Int(range.lowerBound)...Int(range.upperBound))
    return ValueKind(placeholder: kind.placeholder, expectation: kind.expectation) { kind.parse($0).map { Int32($0) } }
  }
}
