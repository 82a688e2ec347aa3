internal import Configuration
internal import Messages
internal import Model
internal import NewswireClient
internal import Runtime
internal import Transport

/// `newswire bench calls`: what one small call costs.
enum CallsCommand {
  private enum Kind: String, CaseIterable, Sendable {
    case empty
    case produce
  }

  private static let table = BenchOptions.Table(records: "500000", recordBytes: "100")
  private static let kind = CommandOption<Kind>(
    "call", .choice, default: "produce",
    help: "empty: a health check, which asks and answers next to nothing; produce: one record in structured form")
  private static let underWay = CommandOption(
    "under-way", .integer(1...10_000), default: "256", help: "how many calls are under way at any moment")

  static let command = Command(
    "calls", summary: "measure small calls, many at a time over one connection",
    details:
      "Calls the broker that the description of the cluster names first. --records says how many calls are made.",
    options: table.ofCalls + [kind, underWay],
    examples: [
      .init("one record a call", "newswire bench calls --acks 1"),
      .init("calls that do nothing", "newswire bench calls --call empty"),
      .init("at a steady rate", "newswire bench calls --rate 20000 --under-way 1000"),
    ],
    action: inCluster { client, arguments in
      let options = try BenchOptions(arguments, table)
      let machine = Machine.current()
      let loop = try EventLoop(name: "calls")
      loop.start()
      defer { loop.stop() }
      let channel = try await channel(client, try ConnectionOptions.configuration(arguments), loop)
      defer { channel.close() }
      let underWay = arguments.value(underWay)
      let results: [BenchResult]
      switch arguments.value(kind) {
      case .empty:
        results = [
          try await measure("empty call", options, underWay, recordBytes: 0) { plan in
            try await CallLoad.run(channel, GrpcHealthV1.Health.check, plan) { _ in GrpcHealthV1.HealthCheckRequest() }
          }
        ]
      case .produce:
        results = try await options.withTopic(client) { topic in
          let request = produceRequest(topic, options)
          return [
            try await measure("produce call", options, underWay, recordBytes: options.recordBytes) { plan in
              try await CallLoad.run(channel, NewswireV1.Broker.produce, plan, request: request)
            }
          ]
        }
      }
      let settings =
        options.settings + [
          .init(name: "call", value: .string(arguments.value(kind).rawValue)),
          .init(name: "under_way", value: JSON(underWay)),
        ]
      try BenchReport(results, settings, on: machine, arguments).show(arguments)
    })

  private static func measure(
    _ name: String, _ options: BenchOptions, _ underWay: Int, recordBytes: Int, _ run: (CallPlan) async throws -> Void
  ) async throws -> BenchResult {
    let recorder = Recorder()
    func plan(_ calls: Int64, until end: Instant = Instant(.max)) -> CallPlan {
      CallPlan(
        calls: calls, end: end, underWay: underWay, rate: options.rate, recordBytes: Int64(recordBytes),
        recorder: recorder)
    }
    if options.warmUp > 0 { try await run(plan(options.warmUp)) }
    recorder.begin()
    let before = options.costs.read()
    let began = monotonicNow()
    try await run(plan(options.records, until: options.end))
    let seconds = (monotonicNow() - began).seconds
    let timeline = recorder.timeline
    let calls = timeline.records
    return BenchResult(
      name: name, records: calls, bytes: calls * Int64(recordBytes), seconds: seconds,
      cost: options.costs.since(before),
      latencyOf: options.rate == nil ? "a call" : "a call, from when it was due until it is answered",
      timeline: timeline,
      correction: options.rate == nil ? .closedLoop(callers: underWay, calls: calls, seconds: seconds) : .dueTime)
  }

  /// One record a call, to the partitions in turn.
  private static func produceRequest(
    _ topic: BenchTopic, _ options: BenchOptions
  ) -> @Sendable (Int64) -> NewswireV1.ProduceRequest {
    let values = Values(count: options.recordBytes)
    let acks: NewswireV1.Acks =
      switch options.producing.acks {
      case .none: .none
      case .leader: .leader
      case .all: .all
      }
    return { number in
      NewswireV1.ProduceRequest(
        topic: topic.name, partition: Int32(number % Int64(topic.partitions)), acks: acks,
        records: [NewswireV1.Record(value: Array(values[number]))])
    }
  }

  private static func channel(
    _ client: NewswireClient, _ configuration: ClientConfiguration, _ loop: EventLoop
  ) async throws -> Channel {
    let nodes = try await client.admin.describeCluster().nodes
    guard let broker = nodes.first(where: { $0.role == .broker && $0.state == .active }),
      let colon = broker.address.lastIndex(of: ":"),
      let port = Int(broker.address[broker.address.index(after: colon)...])
    else { throw CommandError("the cluster has no active broker") }
    let host = broker.address[..<colon].trimming("[", "]")
    var tls: TLSContext?
    if case .tls(let authority, let certificate, let key) = configuration.security {
      tls = try TLSContext(
        .client, TLSConfiguration(certificatePath: certificate, keyPath: key, nodeAuthorityPath: authority))
    }
    return Channel(host: host, port: port, tls: tls, loop: loop)
  }
}

extension Substring {
  /// Without one leading and one trailing mark, if it has both: an IPv6 address in brackets.
  fileprivate func trimming(_ first: Character, _ last: Character) -> String {
    hasPrefix(String(first)) && hasSuffix(String(last)) ? String(dropFirst().dropLast()) : String(self)
  }
}
