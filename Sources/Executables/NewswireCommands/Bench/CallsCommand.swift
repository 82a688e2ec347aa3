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
    options: table.all + [kind, underWay],
    examples: [
      .init("one record a call", "newswire bench calls --acks 1"),
      .init("calls that do nothing", "newswire bench calls --call empty"),
    ],
    action: inCluster { client, arguments in
      let options = BenchOptions(arguments, table)
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
          try await measure("empty call", options, bytes: 0) { calls in
            try await CallLoad.run(channel, GrpcHealthV1.Health.check, calls: calls, underWay: underWay) { _ in
              GrpcHealthV1.HealthCheckRequest()
            }
          }
        ]
      case .produce:
        results = try await options.withTopic(client) { topic in
          let request = produceRequest(topic, options)
          return [
            try await measure("produce call", options, bytes: options.records * Int64(options.recordBytes)) { calls in
              try await CallLoad.run(
                channel, NewswireV1.Broker.produce, calls: calls, underWay: underWay, request: request)
            }
          ]
        }
      }
      try BenchCommands.report(results, arguments)
    })

  private static func measure(
    _ name: String, _ options: BenchOptions, bytes: Int64, _ run: (Int64) async throws -> LatencyHistogram
  ) async throws -> BenchResult {
    if options.warmUp > 0 { _ = try await run(options.warmUp) }
    let before = options.costs.read()
    let began = monotonicNow()
    let latency = try await run(options.records)
    let seconds = (monotonicNow() - began).seconds
    let cost = options.costs.read() - before
    return BenchResult(
      name: name, records: options.records, bytes: bytes, seconds: seconds, clientCPU: cost.client,
      brokerCPU: options.costs.brokers.isEmpty ? nil : cost.brokers, latencyOf: "a call", latency: latency)
  }

  /// One record a call, to the partitions in turn.
  private static func produceRequest(
    _ topic: String, _ options: BenchOptions
  ) -> @Sendable (Int64) -> NewswireV1.ProduceRequest {
    let values = Values(count: options.recordBytes)
    let acks: NewswireV1.Acks =
      switch options.producing.acks {
      case .none: .none
      case .leader: .leader
      case .all: .all
      }
    return { [partitions = Int64(options.partitions)] number in
      NewswireV1.ProduceRequest(
        topic: topic, partition: Int32(number % partitions), acks: acks,
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
