internal import Model
internal import RecordBatch
internal import Runtime

/// What tasks that send and the loop that writes share, under one lock: the records that wait, and who waits for them.
///
/// Adding a record costs no more than the lock and a copy into the batch; nothing is posted anywhere for it.
struct ProducerIntake {
  /// One who waits for a record.
  struct Waiter {
    let number: Int64
    let answer: PendingAnswer<RecordMetadata>
  }

  var accumulator: RecordAccumulator
  private var random = SystemRandom()
  /// Those who wait for records of a partition, in the order of the records' numbers.
  private var waiters: [Queue<Waiter>] = []
  /// Why records failed for which nobody waited, first of all; told by the next flush.
  private var failure: NewswireError?
  private(set) var isClosed = false
  private(set) var flushes = FlushTracker()
  private var flushers: [FlushTracker.Ticket: PendingAnswer<Void>] = [:]
  /// Up to which number each partition's records are answered.
  private var answered: [Int64] = []

  init(accumulator: RecordAccumulator) { self.accumulator = accumulator }

  var isFlushing: Bool { !flushes.isEmpty }

  mutating func append(
    topic: String, partition: Int32?, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
    headers: [RecordHeader], timestamp: Int64?
  ) -> RecordAccumulator.Outcome {
    accumulator.append(
      topic: topic, partition: partition, key: key, value: value, headers: headers,
      timestamp: timestamp.map { Timestamp($0) } ?? wallClock(), now: monotonicNow, using: &random)
  }

  /// Somebody waits for the record that was added just now.
  mutating func wait(_ slot: Slot, _ number: Int64, _ answer: PendingAnswer<RecordMetadata>) {
    while waiters.count <= slot { waiters.append(Queue()) }
    waiters[slot].append(Waiter(number: number, answer: answer))
  }

  /// Every record of the partition before `endNumber` has an answer. Returns who waited for them, and for flushes.
  mutating func settle(
    _ run: ProduceRun, error: NewswireError?
  ) -> (waiters: [Waiter], flushers: [PendingAnswer<Void>], flushError: NewswireError?) {
    let slot = run.slot
    while answered.count <= slot { answered.append(0) }
    answered[slot] = run.endNumber
    var done: [Waiter] = []
    while waiters.count > slot, let first = waiters[slot].first, first.number < run.endNumber {
      done.append(first)
      _ = waiters[slot].popFirst()
    }
    if let error, done.count < run.recordsCount, failure == nil { failure = error }
    let tickets = flushes.answered(slot, endNumber: run.endNumber)
    guard !tickets.isEmpty else { return (done, [], nil) }
    defer { failure = nil }
    return (done, tickets.compactMap { flushers.removeValue(forKey: $0) }, failure)
  }

  /// Waits for all records that there are now; false if there is nothing to wait for, and then `failure` is told at once.
  mutating func flush(_ answer: PendingAnswer<Void>) -> (waits: Bool, error: NewswireError?) {
    var ends: [Slot: Int64] = [:]
    for (slot, queue) in accumulator.queues.enumerated() where queue.nextNumber > 0 {
      if queue.nextNumber > (slot < answered.count ? answered[slot] : 0) { ends[slot] = queue.nextNumber }
    }
    guard let ticket = flushes.wait(for: ends) else {
      defer { failure = nil }
      return (false, failure)
    }
    flushers[ticket] = answer
    return (true, nil)
  }

  /// Something is wrong that no record's answer tells.
  mutating func fail(_ error: NewswireError) { failure = failure ?? error }

  /// Takes no records from now on.
  mutating func close() { isClosed = true }
}
