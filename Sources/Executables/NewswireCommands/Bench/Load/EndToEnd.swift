internal import Model
internal import NewswireClient
internal import Runtime

/// Measures the way of records from a producer to a consumer of the same process: each carries the moment it was due.
struct EndToEnd: Sendable {
  private let client: NewswireClient
  private let options: BenchOptions
  private let topic: BenchTopic
  private let rate: Double
  private let recorder = Recorder()

  init(_ client: NewswireClient, _ options: BenchOptions, _ topic: BenchTopic, rate: Double) {
    self.client = client
    self.options = options
    self.topic = topic
    self.rate = rate
  }

  func measure() async throws -> BenchResult {
    let total = options.warmUp + options.records
    // The positions are fixed before the first record is written.
    let ends = try await client.admin.listOffsets(topic: topic.name, .latest)
    let starts = ends.mapValues { StartPosition.offset($0.offset ?? 0) }
    let before = options.costs.read()
    let began = monotonicNow()
    async let received: Void = receive(total, starts)
    try await send(total)
    try await received
    let cost = options.costs.since(before)
    return BenchResult(
      name: "end-to-end", records: total, bytes: total * Int64(options.recordBytes),
      seconds: (monotonicNow() - began).seconds, cost: cost,
      latencyOf: "a record, from when it was due until it is read",
      timeline: recorder.timeline, correction: .dueTime)
  }

  private func send(_ total: Int64) async throws {
    let producer = client.producer(options.producing)
    let values = Values(count: options.recordBytes)
    let thread = try EventLoop(name: "pace")
    thread.start()
    defer { thread.stop() }
    let pace = Pace(rate: rate)
    let stamped = { @Sendable [options] (number: Int64) in
      var value = Array(values[number])
      let mark = number < options.warmUp ? 0 : pace.due(number).rawValue
      withUnsafeBytes(of: mark) { value.replaceSubrange(0..<8, with: $0) }
      return value
    }
    try await PacedThread(thread: thread, pace: pace, perStep: max(1, Int64(rate / 5))).run(total) { [topic] number in
      if number == options.warmUp { recorder.begin() }
      return try stamped(number).withUnsafeBytes { try producer.tryEnqueue(topic: topic.name, value: $0) }
    } otherwise: { [topic] number in
      try await producer.enqueue(ProducerRecord(topic: topic.name, key: [UInt8]?.none, value: stamped(number)))
    }
    try await producer.close()
  }

  private func receive(_ total: Int64, _ starts: StartPositions) async throws {
    var count: Int64 = 0
    for try await batch in client.consumer().batches(starts) {
      let now = monotonicNow()
      var latencies: [Int64] = []
      try batch.forEachRecord { record in
        count += 1
        guard let value = record.value, value.count >= 8 else { return }
        let due = value.loadUnaligned(as: Int64.self)
        if due != 0 { latencies.append(now.rawValue - due) }
      }
      recorder.at(now) { $0.addAcknowledged(Int64(latencies.count), Int64(options.recordBytes), latencies) }
      if count >= total { break }
    }
  }
}
