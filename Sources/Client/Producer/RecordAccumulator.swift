internal import Bytes
internal import Model
internal import RecordBatch

/// Collects records into batches, and says when which partition has something to send.
///
/// A value that decides and does nothing else: records go in, runs of batches come out, ready by size, by age or by
/// flush. Whoever holds it brings the time and the memory.
struct RecordAccumulator {
  /// Bounds and habits.
  struct Limits: Hashable, Sendable {
    /// How large a batch gets, its header included. A record that is larger gets a batch of its own.
    var batchBytes = 128 << 10
    /// How much one request carries, unless a single batch is larger.
    var requestBytes = 1 << 20
    /// The largest record.
    var recordBytesMax = 1 << 20
    /// How long a batch waits for more records.
    var linger: Duration = .milliseconds(5)

    var chunkBytesMax: Int { max(batchBytes, requestBytes) }
  }

  /// What became of a record.
  enum Outcome: Equatable {
    /// It is the partition's record `number`. `wakesSender`: call `collect` soon.
    case appended(slot: Slot, number: Int64, wakesSender: Bool)
    /// There is no room until memory comes back to the pool. `wakesSender` as above.
    case full(wakesSender: Bool)
    /// The topic's partitions are not known (yet).
    case unknownTopic
    /// The topic has only `count` partitions.
    case partitionOutOfRange(count: Int)
    /// The record takes `bytes`, more than one may.
    case tooLarge(bytes: Int)
  }

  /// What is ready to be taken, and when to ask again.
  struct Collected: Equatable {
    /// Partitions that have become ready since the last time, in the order in which they did.
    var ready: [Slot] = []
    /// When the next open batch has waited long enough; nil if there is none.
    var next: Instant?
  }

  private struct Topic {
    let name: String
    var slots: [Slot]
    var sticky = StickyPartitioner()
  }

  let limits: Limits
  private let pool: BufferPool
  private var topics: [Topic] = []
  private var topicsByName: [String: Int] = [:]
  private var latestTopic = 0
  private(set) var queues: [PartitionQueue] = []
  /// How many records have been taken.
  private var recordsCount: Int64 = 0
  private var ready: [Slot] = []
  private var lingering = Queue<(slot: Slot, firstNumber: Int64, openedAt: Instant)>()
  /// True from the moment the sender was asked to come until it has.
  private var isSenderAwake = false
  /// True if a record found no memory since open batches were last sealed for that.
  private var hasRefused = false

  init(limits: Limits, pool: BufferPool) {
    self.limits = limits
    self.pool = pool
  }

  // MARK: Topics

  /// How many partitions `name` has; nil if it is not known here.
  func partitionCount(of name: String) -> Int? { topicsByName[name].map { topics[$0].slots.count } }

  /// The topic has `partitionCount` partitions, of which `available` have a leader. Partitions never get fewer.
  mutating func update(topic name: String, partitionCount: Int, available: [Int32]) {
    let index = topicsByName[name] ?? topics.count
    if index == topics.count {
      topics.append(Topic(name: name, slots: []))
      topicsByName[name] = index
    }
    while topics[index].slots.count < partitionCount {
      topics[index].slots.append(queues.count)
      queues.append(PartitionQueue(topic: name, partition: Int32(topics[index].slots.count - 1)))
    }
    let all = topics[index].slots.indices.map { Int32($0) }
    topics[index].sticky.update(available: available.isEmpty ? all : available)
  }

  // MARK: Records

  /// Adds a record to the partition that it is meant for, that its key means, or that is written at the moment.
  mutating func append(
    topic: String, partition: Int32?, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
    headers: [RecordHeader] = [], timestamp: Timestamp, now: () -> Instant,
    using generator: inout some RandomNumberGenerator
  ) -> Outcome {
    guard let index = index(of: topic) else { return .unknownTopic }
    let sizeMax = RecordBatchBuilder.sizeMax(keyBytes: key?.count ?? 0, valueBytes: value?.count ?? 0, headers: headers)
    guard sizeMax <= min(limits.recordBytesMax, pool.bytesMax / 2) else { return .tooLarge(bytes: sizeMax) }
    let count = topics[index].slots.count
    guard let chosen = choose(partition, key, sizeMax, topic: index, using: &generator), Int(chosen) < count,
      chosen >= 0
    else { return count == 0 ? .unknownTopic : .partitionOutOfRange(count: count) }

    let slot = topics[index].slots[Int(chosen)]
    let appended = queues[slot].append(
      key: key, value: value, headers: headers, timestamp: timestamp, ordinal: recordsCount, sizeMax: sizeMax,
      limits: limits, pool: pool, now: now)
    if appended != .noMemory { recordsCount += 1 }
    switch appended {
    case .added:
      return .appended(slot: slot, number: queues[slot].nextNumber - 1, wakesSender: false)
    case .opened, .addedAndSealed:
      let wakes = listenTo(slot, isReady: appended == .addedAndSealed || limits.linger == .zero)
      return .appended(slot: slot, number: queues[slot].nextNumber - 1, wakesSender: wakes)
    case .noMemory:
      if queues[slot].isReady { list(slot) }
      hasRefused = true
      return .full(wakesSender: wake())
    }
  }

  private mutating func index(of topic: String) -> Int? {
    if latestTopic < topics.count, topics[latestTopic].name == topic { return latestTopic }
    guard let index = topicsByName[topic] else { return nil }
    latestTopic = index
    return index
  }

  private mutating func choose(
    _ partition: Int32?, _ key: UnsafeRawBufferPointer?, _ bytes: Int, topic: Int,
    using generator: inout some RandomNumberGenerator
  ) -> Int32? {
    if let partition { return partition }
    let count = topics[topic].slots.count
    if let key, count > 0 { return Model.partition(forKey: key, partitionCount: Int32(count)).rawValue }
    return topics[topic].sticky.partition(forBytes: bytes, batchBytes: limits.batchBytes, using: &generator)
  }

  /// Notes that a batch was opened or sealed; true if the sender has to be woken for it.
  private mutating func listenTo(_ slot: Slot, isReady: Bool) -> Bool {
    var news = false
    if let open = queues[slot].open {
      news = lingering.isEmpty
      lingering.append((slot, open.firstNumber, open.openedAt))
    }
    if isReady, !queues[slot].isListed {
      list(slot)
      news = true
    }
    return news && wake()
  }

  private mutating func list(_ slot: Slot) {
    guard !queues[slot].isListed else { return }
    queues[slot].isListed = true
    ready.append(slot)
  }

  private mutating func wake() -> Bool {
    defer { isSenderAwake = true }
    return !isSenderAwake
  }

  // MARK: Sending

  /// Looks what has waited long enough and tells what can be taken.
  ///
  /// `isFlushing`: nothing waits for more records. So it is too when a record found no memory and nobody else will give
  /// any back: the sender `isIdle`, and nothing is ready, so open batches hold it all.
  mutating func collect(now: Instant, isFlushing: Bool = false, isIdle: Bool = false) -> Collected {
    isSenderAwake = false
    let isStarved = hasRefused && isIdle && ready.isEmpty
    if isFlushing || isStarved {
      hasRefused = false
      for slot in queues.indices where queues[slot].open != nil { openBecameDue(slot) }
    }
    while let oldest = lingering.first {
      if queues[oldest.slot].open?.firstNumber == oldest.firstNumber {
        guard oldest.openedAt + limits.linger <= now else { break }
        openBecameDue(oldest.slot)
      }
      _ = lingering.popFirst()
    }
    defer { ready.removeAll(keepingCapacity: true) }
    return Collected(ready: ready, next: lingering.first.map { $0.openedAt + limits.linger })
  }

  private mutating func openBecameDue(_ slot: Slot) {
    queues[slot].openBecameDue()
    list(slot)
  }

  /// Takes the next batches of a partition that is ready; nil if there is nothing (any more).
  mutating func take(_ slot: Slot) -> ProduceRun? {
    let run = queues[slot].take(slot: slot, bytesMax: limits.requestBytes)
    queues[slot].isListed = queues[slot].isReady
    return run
  }

  /// True if there is something to take.
  func isReady(_ slot: Slot) -> Bool { queues[slot].isReady }

  /// Every record that has not been taken: for those who wait for all of them.
  var pending: [(slot: Slot, endNumber: Int64)] {
    queues.indices.filter { !queues[$0].isEmpty }.map { ($0, queues[$0].nextNumber) }
  }
}
