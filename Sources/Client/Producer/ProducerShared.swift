internal import Model
internal import RecordBatch
internal import Runtime
internal import Synchronization

/// The producer's lock, with what it guards.
final class ProducerShared: Sendable {
  let gate = RoomGate()
  let pool: BufferPool
  private let intake: Mutex<ProducerIntake>

  init(options: ProducerOptions) {
    pool = BufferPool(bytesMax: max(options.bufferBytes, 1 << 20)) { [gate] in gate.open() }
    intake = Mutex(ProducerIntake(accumulator: RecordAccumulator(limits: options.limits, pool: pool)))
  }

  var isClosed: Bool { intake.withLock { $0.isClosed } }

  /// Adds a record, and with it one who waits for its acknowledgement.
  func append(
    topic: String, partition: Int32?, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
    headers: [RecordHeader], timestamp: Int64?, _ answer: PendingAnswer<RecordMetadata>?
  ) -> RecordAccumulator.Outcome {
    intake.withLock { intake in
      if intake.isClosed { return .unknownTopic }
      let outcome = intake.append(
        topic: topic, partition: partition, key: key, value: value, headers: headers, timestamp: timestamp)
      if let answer, case .appended(let slot, let number, _) = outcome { intake.wait(slot, number, answer) }
      return outcome
    }
  }

  /// Waits for all records that there are now; true if the sender has something to do for it.
  func flush(_ answer: PendingAnswer<Void>) -> Bool {
    let (waits, error) = intake.withLock { $0.flush(answer) }
    guard !waits else { return true }
    answer.give(error.map { .failure($0) } ?? .success(()))
    return false
  }

  /// The next flush throws this, if nothing came before it.
  func fail(_ error: NewswireError) { intake.withLock { $0.fail(error) } }

  func close() {
    intake.withLock { $0.close() }
    gate.close()
  }

  // MARK: The sender's side

  func update(topic: String, partitionCount: Int, available: [Int32]) {
    intake.withLock { $0.accumulator.update(topic: topic, partitionCount: partitionCount, available: available) }
  }

  func knows(_ topic: String) -> Bool { intake.withLock { $0.accumulator.partitionCount(of: topic) != nil } }

  func collect(now: Instant, isIdle: Bool) -> RecordAccumulator.Collected {
    intake.withLock { $0.accumulator.collect(now: now, isFlushing: $0.isFlushing || $0.isClosed, isIdle: isIdle) }
  }

  func take(_ slot: Slot) -> ProduceRun? { intake.withLock { $0.accumulator.take(slot) } }

  func isReady(_ slot: Slot) -> Bool { intake.withLock { $0.accumulator.isReady(slot) } }

  func partition(of slot: Slot) -> TopicPartition {
    intake.withLock { TopicPartition($0.accumulator.queues[slot].topic, $0.accumulator.queues[slot].partition) }
  }

  /// When the oldest record came that waits for this partition.
  func oldest(_ slot: Slot) -> Instant? { intake.withLock { $0.accumulator.queues[slot].oldest } }

  /// The records of a run have their answer: tells those who waited.
  func settle(_ run: ProduceRun, _ result: Result<RecordMetadata, NewswireError>) {
    var error: NewswireError?
    if case .failure(let failure) = result { error = failure }
    let (waiters, flushers, flushError) = intake.withLock { $0.settle(run, error: error) }
    for waiter in waiters {
      switch result {
      case .success(var metadata):
        metadata.offset = metadata.offset.map { $0 + (waiter.number - run.firstNumber) }
        waiter.answer.give(.success(metadata))
      case .failure(let error): waiter.answer.give(.failure(error))
      }
    }
    for flusher in flushers { flusher.give(flushError.map { .failure($0) } ?? .success(())) }
  }
}
