internal import Configuration
internal import NewswireClient
internal import Runtime

/// What all measurements against a cluster can be told.
struct BenchOptions: Sendable {
  private static let topicOption = CommandOption(
    "topic", short: "t", .nonEmptyText, help: "the topic, made if it is not there; without, one that is deleted again")
  private static let partitionsOption = CommandOption<Int32>(
    "partitions", short: "p", .number(1...10_000), default: "6", help: "how many partitions a new topic gets")
  private static let producersOption = CommandOption(
    "producers", .integer(1...1000), default: "1", help: "how many producers, each with connections of its own")
  private static let warmUpOption = CommandOption(
    "warm-up", .integer(0...1_000_000_000), help: "records before the measurement; a tenth of the others if not given")
  private static let brokerOption = CommandOption<Int32>(
    "broker-pid", .number(1...Int32.max), repeatable: true,
    help: "a broker's process on this machine, to measure its cost")
  static let data = CommandOption(
    "data", short: "d", .path.named("DIR"), environment: "NEWSWIRE_DATA",
    help: "the folder of 'newswire dev', where the brokers' process ids are; guessed from --ca if not given")

  private static let common: [any CommandLineOption] = [
    topicOption, partitionsOption, producersOption, warmUpOption, MemoryWarmer.option, brokerOption, data,
    CommonOptions.output,
  ]

  let topic: String?
  let partitions: Int32
  let records: Int64
  let recordBytes: Int
  let producers: Int
  /// Records per second in all; nil: as fast as possible.
  let rate: Double?
  let warmUp: Int64
  /// How much memory is warmed before the measurement.
  let warmMemory: Int
  let producing: ProducerOptions
  let costs: ProcessCosts

  /// The options of one measurement, with its own defaults.
  struct Table: Sendable {
    let records: CommandOption<Int>
    let rate: CommandOption<Int>
    let linger: CommandOption<Duration>
    let recordBytes: CommandOption<Int>

    init(records: String, rate: String = "0", linger: String = "5ms", recordBytes: String = "1000") {
      self.records = CommandOption(
        "records", short: "n", .integer(1...1_000_000_000_000), default: records, help: "how many records are measured")
      self.rate = CommandOption(
        "rate", .integer(0...1_000_000_000), default: rate,
        help: "records per second in all; 0: as fast as possible")
      self.linger = CommandOption(
        "linger", .duration(.zero ... .seconds(60)), default: linger, help: "how long a record waits for others")
      self.recordBytes = CommandOption(
        "record-bytes", .size(8...(1 << 20)), default: recordBytes, help: "how large each record's value is")
    }

    var all: [any CommandLineOption] {
      [
        records, recordBytes, rate, linger, ProducerChoices.acks, ProducerChoices.compression,
        ProducerChoices.batchBytes, ProducerChoices.idempotence,
      ] + common
    }
  }

  init(_ arguments: Arguments, _ table: Table) {
    topic = arguments[Self.topicOption]
    partitions = arguments.value(Self.partitionsOption)
    records = Int64(arguments.value(table.records))
    recordBytes = arguments.value(table.recordBytes)
    producers = arguments.value(Self.producersOption)
    let rate = arguments.value(table.rate)
    self.rate = rate == 0 ? nil : Double(rate)
    warmUp = arguments[Self.warmUpOption].map { Int64($0) } ?? records / 10
    warmMemory = arguments.value(MemoryWarmer.option)
    var options = ProducerChoices.options(arguments)
    options.linger = arguments.value(table.linger)
    producing = options
    let given = arguments.all(Self.brokerOption)
    costs = ProcessCosts(
      brokers: given.isEmpty ? Self.folder(arguments).map(ProcessCosts.brokers(in:)) ?? [] : given)
  }

  /// The folder of the cluster: the one given, else the one that the certificates lie in.
  static func folder(_ arguments: Arguments) -> String? {
    if let folder = arguments[data] { return folder }
    guard case .tls(let authority, _, _)? = (try? ConnectionOptions.configuration(arguments))?.security else {
      return nil
    }
    let parts = authority.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count >= 3 && parts[parts.count - 2] == "tls" ? parts.dropLast(2).joined(separator: "/") : nil
  }

  /// Runs a measurement on the topic, which is made before and, if it has no name of the user's, deleted behind it.
  func withTopic(_ client: NewswireClient, _ body: (String) async throws -> [BenchResult]) async throws -> [BenchResult]
  {
    if let topic {
      do {
        try await client.admin.createTopic(topic, partitions: partitions)
      } catch let error as NewswireError where error.reason == .topicAlreadyExists {}
      return try await body(topic)
    }
    var random = SystemRandom()
    let name = "bench-\(String(random.next(), radix: 36))"
    try await client.admin.createTopic(name, partitions: partitions)
    do {
      let results = try await body(name)
      try await client.admin.deleteTopic(name)
      return results
    } catch {
      try? await client.admin.deleteTopic(name)
      throw error
    }
  }
}

/// Where the reading of each partition begins.
typealias StartPositions = [TopicPartition: StartPosition]
