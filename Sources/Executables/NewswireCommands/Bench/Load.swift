internal import Model
internal import NewswireClient
internal import Runtime

/// Values for records: pieces of one block of letters that compresses about as well as text does.
struct Values: @unchecked Sendable {
  private let block: UnsafeMutableRawBufferPointer
  private let count: Int

  /// Values of `count` bytes. The block is never given back: it lives as long as the process.
  init(count: Int) {
    self.count = count
    block = .allocate(byteCount: count + (1 << 20), alignment: 16)
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15
    for index in block.indices {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      block[index] = UInt8(ascii: "a") + UInt8((state >> 20) & 15)
    }
  }

  /// The value of the record with this number.
  subscript(_ number: Int64) -> UnsafeRawBufferPointer {
    let start = Int(UInt64(bitPattern: number) &* 4099 & ((1 << 20) - 1))
    return UnsafeRawBufferPointer(rebasing: block[start..<start + count])
  }
}

/// When each of a number of events is due at a steady rate.
struct Pace: Sendable {
  private let began = monotonicNow()
  private let interval: Double?

  /// So many a second; nil: all at once.
  init(rate: Double?) { interval = rate.map { 1e9 / $0 } }

  /// When the event with this number is due.
  func due(_ number: Int64) -> Instant { began + .nanoseconds(Int64(Double(number) * (interval ?? 0))) }

  /// Waits until the event with this number is due.
  func wait(for number: Int64) async throws {
    guard interval != nil else { return }
    while true {
      let left = due(number) - monotonicNow()
      if left <= .zero { return }
      try await Task.sleep(for: max(left, .microseconds(100)))
    }
  }
}

/// Several producers at work, each with a client of its own.
struct Load: Sendable {
  let configuration: ClientConfiguration
  let options: BenchOptions
  let topic: String

  /// Writes `records` records and waits until all are acknowledged; how long each request took, and how long it all took.
  func produce(_ records: Int64) async throws -> (latency: LatencyHistogram, seconds: Double) {
    let latency = LatencyRecorder()
    let values = Values(count: options.recordBytes)
    var producing = options.producing
    producing.onAcknowledgement = { answer in
      latency.add(answer.latency)
    }
    let began = try await withThrowingTaskGroup(of: Instant.self) { group in
      for number in 0..<options.producers {
        let share = records / Int64(options.producers) + (Int64(number) < records % Int64(options.producers) ? 1 : 0)
        group.addTask { [producing] in try await produce(share, values, producing) }
      }
      var first = Instant(.max)
      for try await began in group { first = min(first, began) }
      return first
    }
    return (latency.histogram, (monotonicNow() - began).seconds)
  }

  /// One producer's share; when it began.
  private func produce(_ records: Int64, _ values: Values, _ producing: ProducerOptions) async throws -> Instant {
    let client = try NewswireClient(configuration)
    let producer = client.producer(producing)
    let began = monotonicNow()
    do {
      let pace = Pace(rate: options.rate.map { $0 / Double(options.producers) })
      for number in 0..<records {
        try await pace.wait(for: number)
        let value = values[number]
        if try producer.tryEnqueue(topic: topic, value: value) { continue }
        try await producer.enqueue(ProducerRecord(topic: topic, key: [UInt8]?.none, value: Array(value)))
      }
      try await producer.close()
      await client.close()
    } catch {
      await client.close()
      throw error
    }
    return began
  }
}
