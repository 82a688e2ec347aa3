internal import Model
internal import RecordBatch
internal import Runtime
internal import Synchronization

/// Writes records, in batches, to the leaders of their partitions.
///
/// Three ways to hand over a record, from the most comfortable to the fastest:
/// - `send` waits until the record is written and tells where it is. Call it from many tasks at once, else each record
///   waits for the one before.
/// - `enqueue` waits only when the memory is full. What became of the records is told by `onAcknowledgement`, by
///   `acknowledgements` and by `flush`, which throws if one of them failed.
/// - `tryEnqueue` does not wait at all.
///
/// Records of one partition are written in the order in which they were handed over.
///
/// ```swift
/// let producer = client.producer()
/// for line in lines {
///   try await producer.enqueue(ProducerRecord(topic: "lines", value: line))
/// }
/// try await producer.close()
/// ```
public final class Producer: Sendable {
  let options: ProducerOptions
  private let cluster: Cluster
  private let shared: ProducerShared
  private let sender: LoopBound<ProduceSender>

  init(cluster: Cluster, options: ProducerOptions) {
    self.cluster = cluster
    self.options = options
    shared = ProducerShared(options: options)
    let sender = LoopBound(
      ProduceSender(link: cluster.link, loop: cluster.loop, shared: shared, options: options), on: cluster.loop)
    self.sender = sender
    sender.execute { $0.start() }
  }

  deinit {
    let cluster = cluster
    sender.execute { sender in
      // The last records go out before the client may go too.
      sender.whenIdle { _ = cluster }
    }
  }

  // MARK: Sending

  /// Writes a record and tells where it is.
  ///
  /// Waits for memory, for the batch to go out and for its acknowledgement, over changes of leaders and repetitions, up to
  /// the delivery timeout. Cancelling the task ends the waiting, not the writing: a record that was taken is still written.
  @discardableResult
  public nonisolated(nonsending) func send(_ record: ProducerRecord) async throws -> RecordMetadata {
    while true {
      let generation = shared.gate.generation
      let answer = PendingAnswer<RecordMetadata>()
      let outcome = add(record, answer)
      if case .appended = outcome { return try await answer.wait() }
      try await makeRoom(for: record.topic, outcome, generation)
    }
  }

  /// Hands over a record; waits only as long as there is no memory for it, or its topic is not known yet.
  public nonisolated(nonsending) func enqueue(_ record: ProducerRecord) async throws {
    while true {
      let generation = shared.gate.generation
      let outcome = add(record, nil)
      if case .appended = outcome { return }
      try await makeRoom(for: record.topic, outcome, generation)
    }
  }

  /// Hands over a record if that can be done at once; false if `enqueue` would have to wait.
  public func tryEnqueue(_ record: ProducerRecord) throws -> Bool {
    try isAdded(add(record, nil), topic: record.topic)
  }

  /// The same for bytes that lie in memory already: they are copied into the batch, and nowhere else.
  public func tryEnqueue(
    topic: String, partition: Int32? = nil, key: UnsafeRawBufferPointer? = nil, value: UnsafeRawBufferPointer?,
    timestamp: Int64? = nil
  ) throws -> Bool {
    try isAdded(
      append(topic: topic, partition: partition, key: key, value: value, headers: [], timestamp: timestamp, nil),
      topic: topic)
  }

  /// What becomes of the records from now on: one element for each request that is answered or given up.
  ///
  /// Elements are kept until they are read, so read them. It ends when the producer is closed.
  public func acknowledgements() -> AsyncStream<Acknowledged> {
    AsyncStream { continuation in
      sender.execute { $0.listen(continuation) }
    }
  }

  /// Sends what waits, and waits until all that was handed over before is written.
  ///
  /// Throws if records have failed, since the last time, for which nobody waited by `send`.
  public func flush() async throws {
    try cluster.checkOpen()
    let answer = PendingAnswer<Void>()
    if shared.flush(answer) { sender.execute { $0.pump() } }
    try await answer.wait()
  }

  /// Takes no more records, and waits until all are written; throws as `flush`.
  ///
  /// Cancelling the task ends the waiting, not the writing.
  public func close() async throws {
    shared.close()
    do {
      try await flush()
    } catch {
      sender.execute { $0.whenIdle {} }
      throw error
    }
    sender.execute { $0.stop() }
  }

  // MARK: -

  private func append(
    topic: String, partition: Int32?, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
    headers: [RecordHeader], timestamp: Int64?, _ answer: PendingAnswer<RecordMetadata>?
  ) -> RecordAccumulator.Outcome {
    let outcome = shared.append(
      topic: topic, partition: partition, key: key, value: value, headers: headers, timestamp: timestamp, answer)
    switch outcome {
    case .appended(_, _, wakesSender: true), .full(wakesSender: true): sender.execute { $0.pump() }
    case .appended, .full, .unknownTopic, .partitionOutOfRange, .tooLarge: break
    }
    return outcome
  }

  private func add(
    _ record: ProducerRecord, _ answer: PendingAnswer<RecordMetadata>?
  ) -> RecordAccumulator.Outcome {
    let headers = record.headers.isEmpty ? [] : record.headers.map { RecordHeader(key: $0.key, value: $0.value) }
    func lend(_ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) -> RecordAccumulator.Outcome)
      -> RecordAccumulator.Outcome
    {
      if let bytes { bytes.withUnsafeBytes { body($0) } } else { body(nil) }
    }
    return lend(record.key) { key in
      lend(record.value) { value in
        append(
          topic: record.topic, partition: record.partition, key: key, value: value, headers: headers,
          timestamp: record.timestamp, answer)
      }
    }
  }

  private func isAdded(_ outcome: RecordAccumulator.Outcome, topic: String) throws -> Bool {
    switch outcome {
    case .appended: return true
    case .full: return false
    case .unknownTopic:
      if shared.isClosed { throw NewswireError.closed("the producer") }
      return false
    case .partitionOutOfRange, .tooLarge: throw refusal(outcome, topic)
    }
  }

  /// Does what it takes for the record to be taken next time, or throws why it never will be.
  private func makeRoom(for topic: String, _ outcome: RecordAccumulator.Outcome, _ generation: Int) async throws {
    switch outcome {
    case .appended: return
    case .full: try await shared.gate.wait(after: generation)
    case .unknownTopic:
      if shared.isClosed { throw NewswireError.closed("the producer") }
      let known = try await cluster.resolve(topic)
      try await cluster.run(sender) { $0.updated(known) }
    case .partitionOutOfRange, .tooLarge: throw refusal(outcome, topic)
    }
    try cluster.checkOpen()
    if shared.isClosed { throw NewswireError.closed("the producer") }
  }

  private func refusal(_ outcome: RecordAccumulator.Outcome, _ topic: String) -> NewswireError {
    switch outcome {
    case .partitionOutOfRange(let count):
      NewswireError(
        .partitionOutOfRange, "topic \(topic) has \(count) partitions, numbered from 0; choose one of them",
        metadata: ["partition_count": "\(count)"])
    case .tooLarge(let bytes):
      NewswireError(
        .messageTooLarge,
        "a record for topic \(topic) takes \(bytes) bytes, more than the producer's \(options.recordBytesMax); "
          + "split it, or raise recordBytesMax and the topic's max.message.bytes")
    case .appended, .full, .unknownTopic: .closed("the producer")
    }
  }
}
