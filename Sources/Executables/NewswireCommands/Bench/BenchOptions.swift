internal import Configuration
internal import NewswireClient
internal import Runtime

/// What all measurements against a cluster can be told.
struct BenchOptions: Sendable {
  private static let topicOption = CommandOption(
    "topic", short: "t", .nonEmptyText, help: "the topic, made if it is not there; without, one that is deleted again")
  private static let partitionsOption = CommandOption<Int32>(
    "partitions", short: "p", .number(1...100_000), default: "6", help: "how many partitions a new topic gets")
  private static let replicationOption = CommandOption<Int32>(
    "replication-factor", .number(1...100),
    help: "how many replicas a new topic gets; the cluster's default if not given")
  private static let producersOption = CommandOption(
    "producers", .integer(1...1000), default: "1", help: "how many producers")
  private static let clientsOption = CommandOption(
    "clients", .integer(1...1000),
    help: "how many clients the producers share, each with connections of its own; one for each if not given")
  private static let warmUpOption = CommandOption(
    "warm-up", .integer(0...1_000_000_000), help: "records before the measurement; a tenth of the others if not given")
  private static let secondsOption = CommandOption(
    "seconds", .integer(1...86_400), help: "end after so long, although not all records have been sent")
  private static let brokerOption = CommandOption<Int32>(
    "broker-pid", .number(1...Int32.max), repeatable: true,
    help: "a broker's process on this machine, to measure its cost")
  private static let oneAtATimeFlag = CommandFlag(
    "one-at-a-time", help: "each producer waits for the acknowledgement of a record before it sends the next one")
  static let data = CommandOption(
    "data", short: "d", .path.named("DIR"), environment: "NEWSWIRE_DATA",
    help: "the folder of 'newswire dev', where the servers' process ids are; guessed from --ca if not given")

  private static let common: [any CommandLineOption] =
    [
      topicOption, partitionsOption, replicationOption, warmUpOption, secondsOption, MemoryWarmer.option, brokerOption,
      data,
    ]
    + BenchReport.options

  let topic: String?
  let partitions: Int32
  let replicationFactor: Int32?
  let records: Int64
  let recordBytes: Int
  let producers: Int
  /// How many clients the producers share; nil: each has its own.
  let clients: Int?
  let load: LoadKind
  let warmUp: Int64
  /// After how long the measurement ends; nil: when all records have been sent.
  let timeLimit: Duration?
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
        help: "records per second in all, whether those before are acknowledged or not; 0: as fast as possible")
      self.linger = CommandOption(
        "linger", .duration(.zero ... .seconds(60)), default: linger, help: "how long a record waits for others")
      self.recordBytes = CommandOption(
        "record-bytes", .size(8...(1 << 20)), default: recordBytes, help: "how large each record's value is")
    }

    var all: [any CommandLineOption] {
      [
        records, recordBytes, rate, oneAtATimeFlag, linger, ProducerChoices.acks, ProducerChoices.compression,
        ProducerChoices.batchBytes, ProducerChoices.idempotence, producersOption, clientsOption,
      ] + common
    }

    /// Without what only producers of the client library can do.
    var ofCalls: [any CommandLineOption] { [records, recordBytes, rate, ProducerChoices.acks] + common }
  }

  init(_ arguments: Arguments, _ table: Table) throws {
    topic = arguments[Self.topicOption]
    partitions = arguments.value(Self.partitionsOption)
    replicationFactor = arguments[Self.replicationOption]
    records = Int64(arguments.value(table.records))
    recordBytes = arguments.value(table.recordBytes)
    producers = arguments.value(Self.producersOption)
    clients = arguments[Self.clientsOption]
    load = try Self.load(arguments, rate: arguments.value(table.rate))
    warmUp = arguments[Self.warmUpOption].map { Int64($0) } ?? records / 10
    timeLimit = arguments[Self.secondsOption].map { .seconds($0) }
    warmMemory = arguments.value(MemoryWarmer.option)
    var options = ProducerChoices.options(arguments)
    options.linger = arguments.value(table.linger)
    producing = options
    let given = arguments.all(Self.brokerOption)
    costs = ProcessCosts(
      servers: given.isEmpty
        ? Self.folder(arguments).map(ProcessCosts.servers(in:)) ?? []
        : given.map { .init(name: "broker \($0)", process: $0, isBroker: true) })
  }

  private static func load(_ arguments: Arguments, rate: Int) throws -> LoadKind {
    guard arguments.contains(oneAtATimeFlag) else { return rate == 0 ? .unpaced : .paced(Double(rate)) }
    guard rate == 0 else {
      throw UsageError(
        "--one-at-a-time goes as fast as the acknowledgements come: it cannot keep a rate; leave one out")
    }
    return .oneAtATime
  }

  /// Records per second in all; nil: as fast as possible.
  var rate: Double? { if case .paced(let rate) = load { rate } else { nil } }

  /// What was measured, for whoever compares.
  var settings: [JSON.Member] {
    let acks =
      switch producing.acks {
      case .none: "0"
      case .leader: "1"
      case .all: "all"
      }
    return [
      .init(name: "topic", value: JSON(topic)), .init(name: "partitions", value: JSON(partitions)),
      .init(name: "replication_factor", value: JSON(replicationFactor)), .init(name: "records", value: JSON(records)),
      .init(name: "record_bytes", value: JSON(recordBytes)), .init(name: "rate", value: JSON(rate)),
      .init(name: "one_at_a_time", value: .bool(load == .oneAtATime)), .init(name: "producers", value: JSON(producers)),
      .init(name: "clients", value: JSON(min(clients ?? producers, producers))),
      .init(name: "acks", value: .string(acks)), .init(name: "batch_bytes", value: JSON(producing.batchBytes)),
      .init(name: "linger_ms", value: JSON(producing.linger.seconds * 1e3)),
      .init(name: "compression", value: .string(producing.compression.rawValue)),
      .init(name: "idempotence", value: .bool(producing.isIdempotent)), .init(name: "warm_up", value: JSON(warmUp)),
      .init(name: "time_limit_seconds", value: JSON(timeLimit?.seconds)),
    ]
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
  func withTopic(
    _ client: NewswireClient, _ body: (BenchTopic) async throws -> [BenchResult]
  ) async throws -> [BenchResult] {
    if let topic {
      do {
        try await client.admin.createTopic(topic, partitions: partitions, replicationFactor: replicationFactor)
      } catch let error as NewswireError where error.reason == .topicAlreadyExists {}
      return try await body(BenchTopic(topic, client))
    }
    var random = SystemRandom()
    let name = "bench-\(String(random.next(), radix: 36))"
    try await client.admin.createTopic(name, partitions: partitions, replicationFactor: replicationFactor)
    do {
      let results = try await body(BenchTopic(name, client))
      try await client.admin.deleteTopic(name)
      return results
    } catch {
      try? await client.admin.deleteTopic(name)
      throw error
    }
  }
}

/// The topic that a measurement works with.
struct BenchTopic: Sendable {
  let name: String
  let partitions: Int32

  init(_ name: String, _ client: NewswireClient) async throws {
    self.name = name
    partitions = Int32(try await client.admin.describeTopics([name]).first?.partitions.count ?? 1)
  }
}

/// Where the reading of each partition begins.
typealias StartPositions = [TopicPartition: StartPosition]
