internal import Configuration
internal import Model
internal import NewswireClient
internal import Runtime

/// `newswire bench`: what a cluster can do, measured from outside.
enum BenchCommands {
  static let command = Command(
    "bench", summary: "measure throughput, latency and processor time",
    details: """
      The cost of brokers on this machine is measured too: their processes are known from the folder of `newswire dev`, or
      by --broker-pid. A GB is 10^9 bytes of records' values.
      """,
    options: ConnectionOptions.all,
    examples: [
      .init("writing in batches", "newswire bench produce --records 2000000"),
      .init("what the machine could do at best", "newswire bench limit"),
    ],
    subcommands: [produce, consume, latency, endToEnd, CallsCommand.command, LimitCommand.command])

  private static func action(
    _ table: BenchOptions.Table,
    _ body: @escaping @Sendable (NewswireClient, ClientConfiguration, BenchOptions) async throws -> [BenchResult]
  ) -> Command.Action {
    inCluster { client, arguments in
      let options = BenchOptions(arguments, table)
      let configuration = try ConnectionOptions.configuration(arguments)
      try report(try await body(client, configuration, options), arguments)
    }
  }

  /// Prints results in the form that was asked for.
  static func report(_ results: [BenchResult], _ arguments: Arguments) throws {
    let latencies = BenchResult.latencyTable(results).map { "\n\($0.text)" } ?? ""
    try arguments.show(text: BenchResult.table(results).text + latencies, json: .array(results.map(\.json)))
  }

  // MARK: produce

  private static let produceTable = BenchOptions.Table(records: "1000000")
  private static let produce = Command(
    "produce", summary: "measure writing", options: produceTable.all,
    examples: [
      .init("batches of 1 MiB", "newswire bench produce --batch-bytes 1MiB"),
      .init("small records, one at a time", "newswire bench produce --record-bytes 100 --batch-bytes 1KiB --acks 1"),
    ],
    action: action(produceTable) { client, configuration, options in
      try await options.withTopic(client) { topic in
        let load = Load(configuration: configuration, options: options, topic: topic)
        return [try await measureProduce(load, options)]
      }
    })

  private static func measureProduce(_ load: Load, _ options: BenchOptions) async throws -> BenchResult {
    if options.warmUp > 0 { _ = try await load.produce(options.warmUp) }
    try MemoryWarmer.warm(options.warmMemory)
    let before = options.costs.read()
    let (latency, seconds) = try await load.produce(options.records)
    let cost = options.costs.read() - before
    return BenchResult(
      name: "produce", records: options.records, bytes: options.records * Int64(options.recordBytes), seconds: seconds,
      clientCPU: cost.client, brokerCPU: options.costs.brokers.isEmpty ? nil : cost.brokers,
      latencyOf: "a request, from its first record on", latency: latency)
  }

  // MARK: consume

  private static let consumeTable = BenchOptions.Table(records: "1000000")
  private static let consume = Command(
    "consume", summary: "measure reading",
    details: "Reads --records records from the beginning of the topic; those that it lacks are written before.",
    options: consumeTable.all, examples: [.init("two million records", "newswire bench consume --records 2000000")],
    action: action(consumeTable) { client, configuration, options in
      try await options.withTopic(client) { topic in
        let first = try await client.admin.listOffsets(topic: topic, .earliest).values.reduce(0) {
          $0 + ($1.offset ?? 0)
        }
        let end = try await client.admin.listOffsets(topic: topic, .latest).values.reduce(0) { $0 + ($1.offset ?? 0) }
        let missing = options.records - (end - first)
        let load = Load(configuration: configuration, options: options, topic: topic)
        if missing > 0 { _ = try await load.produce(missing) }
        if options.warmUp > 0 { _ = try await read(client, topic, records: options.warmUp) }
        let before = options.costs.read()
        let began = monotonicNow()
        let (records, bytes) = try await read(client, topic, records: options.records)
        let seconds = (monotonicNow() - began).seconds
        let cost = options.costs.read() - before
        return [
          BenchResult(
            name: "consume", records: records, bytes: bytes, seconds: seconds, clientCPU: cost.client,
            brokerCPU: options.costs.brokers.isEmpty ? nil : cost.brokers)
        ]
      }
    })

  /// Reads about so many records from the beginning.
  private static func read(
    _ client: NewswireClient, _ topic: String, records wanted: Int64
  ) async throws -> (records: Int64, bytes: Int64) {
    var records: Int64 = 0
    var bytes: Int64 = 0
    for try await batch in client.consumer().batches(topic, from: .beginning, untilEnd: true) {
      try batch.forEachRecord { record in
        records += 1
        bytes += Int64(record.value?.count ?? 0)
      }
      if records >= wanted { break }
    }
    return (records, bytes)
  }

  // MARK: latency

  private static let latencyTable = BenchOptions.Table(records: "10000", rate: "1000", linger: "0ms")
  private static let latency = Command(
    "latency", summary: "measure how long a record takes to be acknowledged",
    details: "Records are sent at a steady rate; each latency counts from the moment at which its record was due.",
    options: latencyTable.all,
    examples: [.init("at 1,000 records a second", "newswire bench latency --record-bytes 100")],
    action: action(latencyTable) { client, _, options in
      guard let rate = options.rate else { throw UsageError("a latency needs a rate: give --rate R above 0") }
      return try await options.withTopic(client) { topic in
        let producer = client.producer(options.producing)
        let values = Values(count: options.recordBytes)
        if options.warmUp > 0 { _ = try await send(options.warmUp, topic, producer, values, rate) }
        let before = options.costs.read()
        let began = monotonicNow()
        let latency = try await send(options.records, topic, producer, values, rate)
        let seconds = (monotonicNow() - began).seconds
        let cost = options.costs.read() - before
        try await producer.close()
        return [
          BenchResult(
            name: "latency", records: options.records, bytes: options.records * Int64(options.recordBytes),
            seconds: seconds, clientCPU: cost.client, brokerCPU: options.costs.brokers.isEmpty ? nil : cost.brokers,
            latencyOf: "a record, until it is acknowledged", latency: latency)
        ]
      }
    })

  private static func send(
    _ records: Int64, _ topic: String, _ producer: Producer, _ values: Values, _ rate: Double
  ) async throws -> LatencyHistogram {
    let latency = LatencyRecorder()
    let pace = Pace(rate: rate)
    try await withThrowingTaskGroup(of: Void.self) { group in
      var open = 0
      for number in 0..<records {
        try await pace.wait(for: number)
        let value = Array(values[number])
        group.addTask {
          try await producer.send(ProducerRecord(topic: topic, key: [UInt8]?.none, value: value))
          latency.add(monotonicNow() - pace.due(number))
        }
        open += 1
        if open > 10_000 {
          try await group.next()
          open -= 1
        }
      }
      try await group.waitForAll()
    }
    return latency.histogram
  }

  // MARK: end-to-end

  private static let endToEndTable = BenchOptions.Table(records: "10000", rate: "1000", linger: "0ms")
  private static let endToEnd = Command(
    "end-to-end", summary: "measure how long a record takes from a producer to a consumer",
    details: "A consumer in the same process reads what the producer sends at a steady rate.",
    options: endToEndTable.all, examples: [.init("at 1,000 records a second", "newswire bench end-to-end")],
    action: action(endToEndTable) { client, _, options in
      guard options.rate != nil else { throw UsageError("a latency needs a rate: give --rate R above 0") }
      return try await options.withTopic(client) { topic in [try await EndToEnd(client, options, topic).measure()] }
    })
}
