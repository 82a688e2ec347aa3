internal import Model
internal import NewswireClient
internal import Runtime

/// Measures the way of records from a producer to a consumer of the same process: each carries the moment it was due.
struct EndToEnd: Sendable {
  private let client: NewswireClient
  private let options: BenchOptions
  private let topic: String

  init(_ client: NewswireClient, _ options: BenchOptions, _ topic: String) {
    self.client = client
    self.options = options
    self.topic = topic
  }

  func measure() async throws -> BenchResult {
    let total = options.warmUp + options.records
    // The positions are fixed before the first record is written.
    let ends = try await client.admin.listOffsets(topic: topic, .latest)
    let starts = ends.mapValues { StartPosition.offset($0.offset ?? 0) }
    let before = options.costs.read()
    let began = monotonicNow()
    async let received = receive(total, starts)
    try await send(total)
    let latency = try await received
    let cost = options.costs.read() - before
    return BenchResult(
      name: "end-to-end", records: total, bytes: total * Int64(options.recordBytes),
      seconds: (monotonicNow() - began).seconds, clientCPU: cost.client,
      brokerCPU: options.costs.brokers.isEmpty ? nil : cost.brokers, latencyOf: "a record, until it has been read",
      latency: latency)
  }

  private func send(_ total: Int64) async throws {
    let producer = client.producer(options.producing)
    let values = Values(count: options.recordBytes)
    let pace = Pace(rate: options.rate)
    for number in 0..<total {
      try await pace.wait(for: number)
      var value = Array(values[number])
      let mark = number < options.warmUp ? 0 : pace.due(number).rawValue
      withUnsafeBytes(of: mark) { value.replaceSubrange(0..<8, with: $0) }
      try await producer.enqueue(ProducerRecord(topic: topic, key: [UInt8]?.none, value: value))
    }
    try await producer.close()
  }

  private func receive(_ total: Int64, _ starts: StartPositions) async throws
    -> LatencyHistogram
  {
    var latency = LatencyHistogram()
    var count: Int64 = 0
    for try await batch in client.consumer().batches(starts) {
      let now = monotonicNow().rawValue
      try batch.forEachRecord { record in
        count += 1
        guard let value = record.value, value.count >= 8 else { return }
        let due = value.loadUnaligned(as: Int64.self)
        if due != 0 { latency.add(now - due) }
      }
      if count >= total { break }
    }
    return latency
  }
}
