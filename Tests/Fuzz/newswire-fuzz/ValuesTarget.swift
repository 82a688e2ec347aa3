import Model

@testable import Configuration

/// Bytes as the text of a value: quantities, addresses, names, settings of a topic, lines of words. The first byte says
/// which. What was understood is written and understood again.
func fuzzValues(_ bytes: UnsafeRawBufferPointer) {
  guard let (number, rest) = choice(bytes) else { return }
  let text = String(decoding: rest, as: UTF8.self)
  switch number % 7 {
  case 0: checkSame("size", text, parse: sizeValue, write: sizeText)
  case 1: checkSame("duration", text, parse: durationValue, write: durationText)
  case 2:
    checkSame("endpoint", text, parse: { Endpoint($0) }, write: \.description)
    _ = ValueKind.endpoints(defaultPort: 1).parse(text)
    _ = ValueKind.namedValue.parse(text)
  case 3: checkSame("node name", text, parse: { try? NodeName($0) }, write: \.description)
  case 4:
    checkSame("uuid", text, parse: { UUID128($0) }, write: \.description)
    _ = (try? TopicName(text))?.isInternal
  case 5: checkTopicConfiguration(text)
  default: checkCommandLine(text)
  }
}

private func checkSame<Value: Equatable>(
  _ what: String, _ text: String, parse: (String) -> Value?, write: (Value) -> String
) {
  guard let value = parse(text) else { return }
  let written = write(value)
  guard parse(written) == value else { fatalError("\(what) \(value) is written as \(written), which is another one") }
}

/// Lines of `key=value`.
private func checkTopicConfiguration(_ text: String) {
  let pairs = text.split(separator: "\n").compactMap { ValueKind.namedValue.parse(String($0)) }
  let overrides = Dictionary(pairs.map { ($0.name, $0.value) }) { _, last in last }
  do throws(Refusal) {
    let configuration = try TopicConfiguration(overrides: overrides)
    guard configuration.messageBytesMax >= 0, configuration.segmentBytesMax > 0,
      configuration.insyncReplicasMin(replicationFactor: 3) >= 1
    else { fatalError("\(overrides) gives \(configuration)") }
  } catch {
    guard !error.message.isEmpty else { fatalError("a refusal without a reason") }
  }
}

private let partitions = CommandOption("partitions", short: "p", .integer(1...100), default: "1", help: "A number.")
private let linger = CommandOption("linger", .duration(), required: true, environment: "LINGER", help: "A duration.")
private let settings = CommandOption("config", .namedValue, repeatable: true, help: "Settings.")
private let isQuiet = CommandFlag("quiet", short: "q", help: "A flag.")
private let topic = CommandArgument("TOPIC", .text, help: "A word.")
private let sizes = CommandArgument("SIZE", .size(), count: .any, help: "More words.")

private let program = Program(
  Command(
    "fuzz", summary: "a group", options: [isQuiet],
    subcommands: [
      Command(
        "create", summary: "a command", arguments: [topic, sizes], options: [partitions, linger, settings]
      ) { _ in 0 }
    ]), version: "1")

/// One word a line.
private func checkCommandLine(_ text: String) {
  switch program.parse(text.split(separator: "\n").map(String.init), environment: [:]) {
  case .run(_, let arguments):
    _ = arguments.value(partitions) + arguments.all(settings).count + arguments.all(sizes).count
    _ = (arguments.value(linger), arguments.value(topic), arguments.contains(isQuiet))
  case .show(let text), .refuse(let text):
    guard text.hasPrefix("fuzz") else { fatalError("not from whom it was expected: \(text)") }
  }
}

func valueSeeds() -> [[UInt8]] {
  let texts: [(UInt8, [String])] = [
    (0, ["128KiB", "3", "5TB"]), (1, ["5ms", "90d", "2w", "0", "7ns"]),
    (2, ["[::1]:1", "a-b.c:65535", "a:1,b:2", "k=v"]),
    (3, ["newswire://c/broker/3", "newswire://c/client/me@x"]),
    (4, ["0000000a-000b-000c-000d-00000000000e", "orders"]),
    (
      5,
      ["retention.ms=-1\ncleanup.policy=compact, delete\nmin.insync.replicas=majority\nmin.cleanable.dirty.ratio=0.5"]
    ),
    (6, ["-q\ncreate\n--linger=5ms\n-p6\n--config\na=b\norders\n1KiB", "create\n--help", "--version", "craete"]),
  ]
  return texts.flatMap { kind, texts in texts.map { [kind] + Array($0.utf8) } }
}
