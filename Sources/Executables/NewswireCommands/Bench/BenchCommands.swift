internal import Configuration
internal import Model
internal import NewswireClient
internal import Runtime

/// `newswire bench`: what a cluster can do, measured from outside.
enum BenchCommands {
  static let command = Command(
    "bench", summary: "measure throughput, latency and processor time",
    details: """
      The cost of servers on this machine is measured too: their processes are known from the folder of `newswire dev`, or
      by --broker-pid. A GB is 10^9 bytes of records' values.

      Latencies are free of coordinated omission: at a steady rate (--rate) each counts from the moment at which its record
      was due, so that a record which cannot be sent in time is late as well; where callers wait for answers, the calls
      that they left out meanwhile are filled in. Only writing as fast as possible has no such moment.
      """,
    options: ConnectionOptions.all,
    examples: [
      .init("writing in batches", "newswire bench produce --records 2000000"),
      .init("a picture of latency over time", "newswire bench latency --rate 5000 --picture latency.svg"),
      .init("for later", "newswire bench produce --output json > before.json"),
      .init("what has become of it", "newswire bench produce --compare before.json"),
      .init("what the machine could do at best", "newswire bench limit"),
    ],
    subcommands: [produce, consume, latency, endToEnd, CallsCommand.command, LimitCommand.command])

  private static func action(
    _ table: BenchOptions.Table,
    _ body: @escaping @Sendable (NewswireClient, ClientConfiguration, BenchOptions) async throws -> [BenchResult]
  ) -> Command.Action {
    inCluster { client, arguments in
      let options = try BenchOptions(arguments, table)
      let configuration = try ConnectionOptions.configuration(arguments)
      let machine = Machine.current()
      let results = try await body(client, configuration, options)
      try BenchReport(results, options.settings, on: machine, arguments).show(arguments)
    }
  }

  // MARK: produce, latency

  private static let produceTable = BenchOptions.Table(records: "1000000")
  private static let produce = Command(
    "produce", summary: "measure writing",
    details: """
      As fast as possible; or at a steady rate, with the latency of each record; or with producers that wait for each
      record's acknowledgement.
      """,
    options: produceTable.all,
    examples: [
      .init("batches of 1 MiB", "newswire bench produce --batch-bytes 1MiB"),
      .init("at a steady rate", "newswire bench produce --rate 100000"),
      .init("records one at a time", "newswire bench produce --one-at-a-time --producers 64 --linger 0ms -n 200000"),
    ],
    action: action(produceTable) { client, configuration, options in
      try await options.withTopic(client) { topic in
        [try await measureProduce("produce", configuration, options, topic)]
      }
    })

  private static let latencyTable = BenchOptions.Table(records: "10000", rate: "1000", linger: "0ms")
  private static let latency = Command(
    "latency", summary: "measure how long a record takes to be acknowledged",
    details: "Records are sent at a steady rate; each latency counts from the moment at which its record was due.",
    options: latencyTable.all,
    examples: [.init("at 1,000 records a second", "newswire bench latency --record-bytes 100")],
    action: action(latencyTable) { client, configuration, options in
      guard options.load != .unpaced else { throw UsageError("a latency needs a rate: give --rate R above 0") }
      return try await options.withTopic(client) { topic in
        [try await measureProduce("latency", configuration, options, topic)]
      }
    })

  private static func measureProduce(
    _ name: String, _ configuration: ClientConfiguration, _ options: BenchOptions, _ topic: BenchTopic
  ) async throws -> BenchResult {
    let recorder = Recorder()
    let load = try Load(configuration, options, topic, recorder)
    do {
      if options.warmUp > 0 { try await load.run(options.warmUp) }
      try MemoryWarmer.warm(options.warmMemory)
      recorder.begin()
      let before = options.costs.read()
      let began = monotonicNow()
      try await load.run(options.records, until: options.end)
      let seconds = (monotonicNow() - began).seconds
      let cost = options.costs.since(before)
      await load.close()
      let timeline = recorder.timeline
      let records = timeline.records
      return BenchResult(
        name: name, records: records, bytes: records * Int64(options.recordBytes), seconds: seconds, cost: cost,
        latencyOf: load.latencyOf, timeline: timeline, correction: load.correction(records, seconds))
    } catch {
      await load.close()
      throw error
    }
  }

  // MARK: consume

  private static let consumeTable = BenchOptions.Table(records: "1000000")
  private static let consume = Command(
    "consume", summary: "measure reading",
    details: "Reads --records records from the beginning of the topic; those that it lacks are written before.",
    options: consumeTable.all, examples: [.init("two million records", "newswire bench consume --records 2000000")],
    action: action(consumeTable) { client, configuration, options in
      try await options.withTopic(client) { topic in
        [try await measureConsume(client, configuration, options, topic)]
      }
    })

  private static func measureConsume(
    _ client: NewswireClient, _ configuration: ClientConfiguration, _ options: BenchOptions, _ topic: BenchTopic
  ) async throws -> BenchResult {
    let recorder = Recorder()
    try await fill(client, configuration, options, topic)
    if options.warmUp > 0 { _ = try await read(client, topic, records: options.warmUp, recorder) }
    recorder.begin()
    let before = options.costs.read()
    let began = monotonicNow()
    let (records, bytes) = try await read(client, topic, records: options.records, recorder)
    let seconds = (monotonicNow() - began).seconds
    return BenchResult(
      name: "consume", records: records, bytes: bytes, seconds: seconds, cost: options.costs.since(before),
      timeline: recorder.timeline)
  }

  /// Writes what the topic lacks of the records that are to be read.
  private static func fill(
    _ client: NewswireClient, _ configuration: ClientConfiguration, _ options: BenchOptions, _ topic: BenchTopic
  ) async throws {
    func sum(_ query: OffsetQuery) async throws -> Int64 {
      try await client.admin.listOffsets(topic: topic.name, query).values.reduce(0) { $0 + ($1.offset ?? 0) }
    }
    let missing = options.records - (try await sum(.latest) - sum(.earliest))
    guard missing > 0 else { return }
    let load = try Load(configuration, options, topic, Recorder())
    do {
      try await load.run(missing)
    } catch {
      await load.close()
      throw error
    }
    await load.close()
  }

  /// Reads about so many records from the beginning.
  private static func read(
    _ client: NewswireClient, _ topic: BenchTopic, records wanted: Int64, _ recorder: Recorder
  ) async throws -> (records: Int64, bytes: Int64) {
    var records: Int64 = 0
    var bytes: Int64 = 0
    for try await batch in client.consumer().batches(topic.name, from: .beginning, untilEnd: true) {
      var read = Timeline.Interval()
      try batch.forEachRecord { record in
        read.records += 1
        read.bytes += Int64(record.value?.count ?? 0)
      }
      recorder.at(monotonicNow()) { $0.add(read) }
      records += read.records
      bytes += read.bytes
      if records >= wanted { break }
    }
    return (records, bytes)
  }

  // MARK: end-to-end

  private static let endToEndTable = BenchOptions.Table(records: "10000", rate: "1000", linger: "0ms")
  private static let endToEnd = Command(
    "end-to-end", summary: "measure how long a record takes from a producer to a consumer",
    details: "A consumer in the same process reads what the producer sends at a steady rate.",
    options: endToEndTable.all, examples: [.init("at 1,000 records a second", "newswire bench end-to-end")],
    action: action(endToEndTable) { client, _, options in
      guard let rate = options.rate else { throw UsageError("a latency needs a rate: give --rate R above 0") }
      return try await options.withTopic(client) { topic in
        [try await EndToEnd(client, options, topic, rate: rate).measure()]
      }
    })
}
