internal import Model
internal import NewswireClient
internal import Runtime
internal import Synchronization

/// How producers hand over their records.
enum LoadKind: Hashable, Sendable {
  /// As fast as they are taken.
  case unpaced
  /// So many a second in all, whether those before are acknowledged or not.
  case paced(Double)
  /// Each producer waits for the acknowledgement of a record before it sends the next one.
  case oneAtATime
}

/// Several producers at work on one topic. They stay connected from the warm-up to the measurement.
final class Load: Sendable {
  private let clients: [NewswireClient]
  private let workers: [ProducerAtWork]
  private let kind: LoadKind

  /// Connects producers to a topic of so many partitions; what they see is taken down by `recorder`.
  init(
    _ configuration: ClientConfiguration, _ options: BenchOptions, _ topic: BenchTopic, _ recorder: Recorder
  ) throws {
    kind = options.load
    let clients = try (0..<min(options.clients ?? options.producers, options.producers)).map { _ in
      try NewswireClient(configuration)
    }
    self.clients = clients
    let values = Values(count: options.recordBytes)
    workers = try (0..<options.producers).map { number in
      try ProducerAtWork(clients[number % clients.count], options, topic, values, number: number, recorder)
    }
  }

  /// What the recorded latencies are the latencies of.
  var latencyOf: String {
    switch kind {
    case .unpaced: "a request, from its first record on"
    case .paced: "a record, from when it was due until it is acknowledged"
    case .oneAtATime: "a record, until it is acknowledged"
    }
  }

  /// What has to be done about calls that were not made because others were late.
  func correction(_ records: Int64, _ seconds: Double) -> LatencyCorrection {
    switch kind {
    case .unpaced: .none
    case .paced: .dueTime
    case .oneAtATime: .closedLoop(callers: workers.count, calls: records, seconds: seconds)
    }
  }

  /// Writes `records` records, or as many as there is time for, and waits until all are acknowledged.
  func run(_ records: Int64, until end: Instant = Instant(.max)) async throws {
    try await withThrowingTaskGroup(of: Void.self) { [kind] group in
      let count = Int64(workers.count)
      for (place, worker) in workers.enumerated() {
        let share = records / count + (Int64(place) < records % count ? 1 : 0)
        group.addTask {
          switch kind {
          case .unpaced: try await worker.run(share, until: end)
          case .paced(let rate): try await worker.run(share, rate: rate / Double(count), until: end)
          case .oneAtATime: try await worker.runOneAtATime(share, until: end)
          }
        }
      }
      try await group.waitForAll()
    }
  }

  func close() async {
    for worker in workers { await worker.close() }
    for client in clients { await client.close() }
  }
}

/// One producer of a load.
private final class ProducerAtWork: Sendable {
  private let producer: Producer
  private let topic: BenchTopic
  private let values: Values
  private let batchBytes: Int
  private let number: Int
  private let recorder: Recorder
  private let paced: PacedRecords
  /// The thread that hands over records when they are due.
  private let thread: EventLoop?

  init(
    _ client: NewswireClient, _ options: BenchOptions, _ topic: BenchTopic, _ values: Values, number: Int,
    _ recorder: Recorder
  ) throws {
    self.topic = topic
    self.values = values
    batchBytes = options.producing.batchBytes
    self.number = number
    self.recorder = recorder
    let paced = PacedRecords()
    self.paced = paced
    var producing = options.producing
    let recordBytes = Int64(options.recordBytes)
    switch options.load {
    case .unpaced:
      thread = nil
      producing.onAcknowledgement = { answer in
        let records = Int64(answer.recordCount)
        recorder.at(monotonicNow()) { $0.addAcknowledged(records, recordBytes, [answer.latency.nanoseconds]) }
      }
    case .paced:
      thread = try EventLoop(name: "pace-\(number)")
      producing.onAcknowledgement = { answer in
        let now = monotonicNow()
        let latencies = paced.acknowledged(answer.recordCount, answer.first.partition, at: now)
        recorder.at(now) { $0.addAcknowledged(Int64(answer.recordCount), recordBytes, latencies) }
      }
    case .oneAtATime: thread = nil
    }
    producer = client.producer(producing)
    thread?.start()
  }

  /// Hands over records as fast as they are taken.
  func run(_ records: Int64, until end: Instant) async throws {
    for number in 0..<records {
      if number % 256 == 0, monotonicNow() > end { break }
      let value = values[number]
      if try producer.tryEnqueue(topic: topic.name, value: value) { continue }
      try await producer.enqueue(ProducerRecord(topic: topic.name, key: [UInt8]?.none, value: Array(value)))
    }
    try await producer.flush()
  }

  /// Sends one record after the other.
  func runOneAtATime(_ records: Int64, until end: Instant) async throws {
    for number in 0..<records {
      let value = Array(values[number])
      let began = monotonicNow()
      if began > end { break }
      try await producer.send(ProducerRecord(topic: topic.name, key: [UInt8]?.none, value: value))
      let now = monotonicNow()
      recorder.at(now) { $0.addAcknowledged(1, Int64(value.count), [(now - began).nanoseconds]) }
    }
  }

  /// Hands over records when they are due.
  func run(_ records: Int64, rate: Double, until end: Instant) async throws {
    guard let thread else { return }
    let pace = Pace(rate: rate)
    paced.begin(pace)
    let steps = PacedThread(thread: thread, pace: pace, end: end, perStep: max(1, Int64(rate / 5)))
    try await steps.run(records) { [self] number in
      let partition = partition(of: number)
      paced.add(number, to: partition)
      return try producer.tryEnqueue(topic: topic.name, partition: partition, value: values[number])
    } otherwise: { [self] number in
      try await producer.enqueue(
        ProducerRecord(
          topic: topic.name, partition: partition(of: number), key: [UInt8]?.none, value: Array(values[number])))
    }
    try await producer.flush()
  }

  /// As a producer chooses it: a batch's worth of records to one, then to the next.
  private func partition(of number: Int64) -> Int32 {
    let size = Int64(max(1, values[0].count))
    return Int32((number * size / Int64(batchBytes) + Int64(self.number)) % Int64(topic.partitions))
  }

  func close() async {
    try? await producer.close()
    thread?.stop()
  }
}

/// When the records of a steady load were due that are under way.
private final class PacedRecords: Sendable {
  private let state = Mutex((pace: Pace(rate: 1), open: UnderWay()))

  func begin(_ pace: Pace) { state.withLock { $0 = (pace, UnderWay()) } }

  func add(_ number: Int64, to partition: Int32) { state.withLock { $0.open.add(number, to: partition) } }

  /// How long the partition's next records have taken.
  func acknowledged(_ count: Int, _ partition: Int32, at now: Instant) -> [Int64] {
    state.withLock { state in
      state.open.remove(count, from: partition).flatMap { $0.map { (now - state.pace.due($0)).nanoseconds } }
    }
  }
}

extension Timeline.Interval {
  /// Records have been acknowledged, with these latencies.
  mutating func addAcknowledged(_ records: Int64, _ recordBytes: Int64, _ latencies: [Int64]) {
    self.records += records
    bytes += records * recordBytes
    for latency in latencies { self.latency.add(latency) }
  }
}
