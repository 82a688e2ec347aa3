import Configuration
import NewswireClient
import Testing

@testable import NewswireCommands

@Suite("The command line")
struct CommandLineTests {
  private func commands(_ command: Command, _ path: [String] = []) -> [(path: [String], command: Command)] {
    let own = path + [command.name]
    return [(own, command)] + command.subcommands.flatMap { commands($0, own) }
  }

  @Test("every command has a summary and examples")
  func help() {
    for (path, command) in commands(NewswireProgram.program.command) {
      #expect(!command.summary.isEmpty && !command.examples.isEmpty, "\(path.joined(separator: " "))")
      guard case .show(let text) = NewswireProgram.program.parse(path.dropFirst() + ["--help"], environment: [:]) else {
        Issue.record("\(path) shows no help")
        continue
      }
      #expect(text.contains("EXAMPLES"))
    }
  }

  @Test(
    "the names that scripts rely on are understood",
    arguments: [
      "dev --brokers 1 --coordinators 1 --group-coordinators 1 --data d --port-base 9190 --no-restart",
      "topics create news --partitions 6 --replication-factor 1 --config retention.ms=1 --config cleanup.policy=delete",
      "topics list --output json", "topics describe news", "topics alter news --config a=b", "topics delete news",
      "produce news --key-separator : --partition 0 --acks all --compression zstd",
      "consume news --group g --from beginning --max-records 1 --until-end --format json", "consume news --from 7",
      "consume news --from 2026-07-01T12:00:00Z", "groups list", "groups describe g",
      "groups reset-offsets g --topic news:0,1 --to earliest", "groups delete g", "cluster describe", "brokers",
      "brokers drain 3 --wait", "brokers drain 3 --cancel", "brokers remove 3 --dry-run", "brokers --disks",
      "partitions reassign news:0=1,2,3 news:1=2 --output json", "partitions reassign --cancel news:0",
      "partitions elect", "partitions elect --unclean --accept-loss news:3 other:0,1",
      "topics alter news --replication-factor 3",
      "partitions list news", "partitions describe news", "certs init --cluster c --dir d",
      "certs issue broker 3 --host h --dir d", "certs show f",
      "bench produce --topic t --records 1 --record-bytes 1000 --batch-bytes 131072 --linger 5ms --producers 1 "
        + "--rate 0 --compression none --acks all",
      "bench consume", "bench latency", "bench end-to-end", "bench limit",
      "brokers --bootstrap localhost:1,localhost:2 --ca a --cert b --key c",
    ])
  func names(line: String) {
    let words = line.split(separator: " ").map(String.init)
    guard case .run = NewswireProgram.program.parse(words, environment: [:]) else {
      Issue.record("\(NewswireProgram.program.parse(words, environment: [:]))")
      return
    }
  }

  @Test(
    "what cannot be a move, or a broker, is refused before anybody is asked",
    arguments: [
      "partitions reassign", "partitions reassign news", "partitions reassign news:x=1", "partitions reassign news:0=a",
      "partitions reassign news:0=1,,2", "partitions reassign news:-1=1", "partitions reassign news:0=0",
      "partitions reassign :0=1", "partitions elect news:x", "brokers drain", "brokers drain 0", "brokers drain x",
      "brokers drian 3", "brokers remove -1",
    ])
  func refused(line: String) {
    let words = line.split(separator: " ").map(String.init)
    guard case .refuse = NewswireProgram.program.parse(words, environment: [:]) else {
      Issue.record("\(line) was understood")
      return
    }
  }

  @Test("a command that has to reach a cluster says what is missing, and where to get it")
  func missingConnection() async throws {
    guard case .run(let command, let arguments) = NewswireProgram.program.parse(["brokers"], environment: [:]) else {
      Issue.record("not understood")
      return
    }
    #expect(command.name == "brokers")
    let error = #expect(throws: UsageError.self) { try ConnectionOptions.configuration(arguments) }
    #expect(error?.message.contains("--ca is missing: give it, or set NEWSWIRE_CA") == true)
    #expect(error?.message.contains("client.env") == true)
  }

  @Test("the environment says how to reach a cluster, and the line goes before it")
  func environment() throws {
    let environment = [
      "NEWSWIRE_BOOTSTRAP": "a:1", "NEWSWIRE_CA": "ca", "NEWSWIRE_CERT": "cert", "NEWSWIRE_KEY": "key",
    ]
    let invocation = NewswireProgram.program.parse(["brokers", "--bootstrap", "b:2"], environment: environment)
    guard case .run(_, let arguments) = invocation else {
      Issue.record("not understood")
      return
    }
    let configuration = try ConnectionOptions.configuration(arguments)
    #expect(configuration.bootstrap == "b:2")
    #expect(configuration.security == .tls(authority: "ca", certificate: "cert", key: "key"))
  }

  @Test("a topic may be followed by some of its partitions")
  func topicChoice() {
    #expect(ValueKind.topicChoice.parse("news") == TopicChoice(topic: "news", partitions: []))
    #expect(ValueKind.topicChoice.parse("news:0,3") == TopicChoice(topic: "news", partitions: [0, 3]))
    for wrong in ["", ":1", "news:", "news:x", "news:-1"] { #expect(ValueKind.topicChoice.parse(wrong) == nil) }
  }
}
