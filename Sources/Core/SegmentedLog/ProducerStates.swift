public import Model
public import RecordBatch

/// What a log knows of the producers that write to it idempotently: enough to tell a retry from something new.
///
/// It follows from the batches of the log, in their order, and so is the same on every replica. Of each producer the
/// last five batches are remembered, because that many requests may be under way at once.
public struct ProducerStates: Hashable, Sendable {
  /// One batch of a producer.
  struct Batch: Hashable, Sendable {
    let epoch: ProducerEpoch
    let firstSequence: Int32
    let lastSequence: Int32
    let baseOffset: Offset
    let lastOffset: Offset
    let maxTimestamp: Timestamp
  }

  /// One producer.
  struct Producer: Hashable, Sendable {
    /// Its latest batches, oldest first; at least one.
    var batches: [Batch]
    /// True if `batches` is all that it ever wrote here.
    var isWhole: Bool
    /// When this replica last took in a batch of it.
    var lastSeen: Timestamp
  }

  /// What is to be done with a batch.
  public enum Verdict: Hashable, Sendable {
    /// It is the next of its producer, or has none.
    case next
    /// It stands in the log already, here.
    case duplicate(baseOffset: Offset, nextOffset: Offset, maxTimestamp: Timestamp)
    /// It stands in the log already, further back than is remembered: somewhere before `end`.
    case old(before: Offset)
    /// It must not be appended, for this reason.
    case refused(ErrorReason, String)
  }

  /// So many batches of each producer are remembered.
  static let batchesMax = 5
  /// So many producers are remembered; the one whose last batch is the oldest is forgotten first.
  static let producersMax = 65_536
  private static let sequenceCount: Int64 = 1 << 31

  var producers: [ProducerID: Producer] = [:]
  /// Producers whose batches before the log's end have to be read again, since what was remembered has been cut off.
  var unresolved: Set<ProducerID> = []
  /// The highest number of a writer that fences those with lower ones. It stays when the writer's batches are cut off:
  /// whoever has got a number knows that all lower ones are over.
  public internal(set) var writerEpoch: Int64?

  /// No producers.
  public init() {}

  /// How many producers are remembered.
  public var count: Int { producers.count }

  // MARK: Deciding

  /// What is to be done with the batch if it comes behind all batches of the log and of `ahead`.
  public func verdict(on header: RecordBatchHeader, ahead: ArraySlice<RecordBatchHeader> = []) -> Verdict {
    guard let stamp = header.producer else { return .next }
    if let number = stamp.id.writerEpoch { return verdict(onWriter: number) }
    guard stamp.baseSequence >= 0 else { return .next }
    if unresolved.contains(stamp.id) {
      return .refused(.leaderNotAvailable, "what producer \(stamp.id) wrote last is being read from the disk")
    }
    let known = producers[stamp.id]?.batches ?? []
    var last = known.last
    if let before = ahead.last(where: { $0.producer?.id == stamp.id }).flatMap({ Batch($0, at: $0.baseOffset) }),
      last.map({ before.isBehind($0) }) ?? true
    {
      last = before
    }
    guard let last else {
      guard stamp.baseSequence == 0 else {
        return .refused(
          .unknownProducerID,
          "producer \(stamp.id) begins with sequence number \(stamp.baseSequence), but nothing is known of it any more")
      }
      return .next
    }
    guard stamp.epoch >= last.epoch else {
      return .refused(
        .fencedProducerEpoch, "producer \(stamp.id) goes on in epoch \(last.epoch); this is of epoch \(stamp.epoch)")
    }
    guard stamp.epoch == last.epoch else { return begins(stamp, in: stamp.epoch) }
    let lastSequence = Self.sequence(stamp.baseSequence, plus: Int64(header.lastOffsetDelta))
    if let same = known.last(where: {
      $0.epoch == stamp.epoch && $0.firstSequence == stamp.baseSequence && $0.lastSequence == lastSequence
    }) {
      return .duplicate(
        baseOffset: same.baseOffset, nextOffset: same.lastOffset + 1, maxTimestamp: same.maxTimestamp)
    }
    if let latest = known.last, latest.epoch == stamp.epoch, !Self.isBehind(lastSequence, latest.lastSequence) {
      return .old(before: latest.lastOffset + 1)
    }
    return order(of: stamp, behind: last)
  }

  private func verdict(onWriter number: Int64) -> Verdict {
    guard let writerEpoch, number < writerEpoch else { return .next }
    return .refused(.fencedProducerEpoch, "there is a newer writer: number \(writerEpoch), not \(number)")
  }

  private func begins(_ stamp: ProducerStamp, in epoch: ProducerEpoch) -> Verdict {
    guard stamp.baseSequence == 0 else {
      return .refused(
        .outOfOrderSequence,
        "producer \(stamp.id) begins epoch \(epoch) with sequence number \(stamp.baseSequence), not with 0")
    }
    return .next
  }

  private func order(of stamp: ProducerStamp, behind last: Batch) -> Verdict {
    let expected = Self.sequence(last.lastSequence, plus: 1)
    guard stamp.baseSequence != expected else { return .next }
    return .refused(
      .outOfOrderSequence,
      "producer \(stamp.id) sent sequence number \(stamp.baseSequence); \(expected) is next")
  }

  /// The sequence number so many records later; behind the greatest comes 0.
  static func sequence(_ sequence: Int32, plus distance: Int64) -> Int32 {
    Int32((Int64(sequence) + distance) % sequenceCount)
  }

  /// True if `sequence` comes after `other`, by the shorter way around.
  static func isBehind(_ sequence: Int32, _ other: Int32) -> Bool {
    let distance = (Int64(sequence) - Int64(other) + sequenceCount) % sequenceCount
    return distance > 0 && distance < sequenceCount / 2
  }

  // MARK: Following the log

  /// Takes in a batch that has been appended at `baseOffset`.
  public mutating func note(_ header: RecordBatchHeader, at baseOffset: Offset, now: Timestamp) {
    guard let stamp = header.producer else { return }
    if let number = stamp.id.writerEpoch {
      writerEpoch = max(writerEpoch ?? number, number)
      return
    }
    guard let batch = Batch(header, at: baseOffset) else { return }
    var producer = producers[stamp.id] ?? Producer(batches: [], isWhole: batch.firstSequence == 0, lastSeen: now)
    if producer.batches.count == Self.batchesMax {
      producer.batches.removeFirst()
      producer.isWhole = false
    }
    producer.batches.append(batch)
    producer.lastSeen = now
    producers[stamp.id] = producer
    if producers.count > Self.producersMax { forgetOldest() }
  }

  private mutating func forgetOldest() {
    let ends = producers.values.compactMap(\.batches.last?.lastOffset).sorted()
    let bound = ends[ends.count / 16]
    producers = producers.filter { ($0.value.batches.last?.lastOffset ?? .zero) > bound }
  }

  /// Forgets what was appended at `offset` or behind it. Who has nothing left, but wrote more before, is `unresolved`.
  public mutating func truncate(to offset: Offset) {
    for (id, var producer) in producers where producer.batches.contains(where: { $0.lastOffset >= offset }) {
      producer.batches.removeAll { $0.lastOffset >= offset }
      if producer.batches.isEmpty {
        producers[id] = nil
        if !producer.isWhole { unresolved.insert(id) }
      } else {
        producers[id] = producer
      }
    }
  }

  /// Takes in what the log held of those that were looked for, before what came since then. Whoever was not found is
  /// known by that alone.
  mutating func resolve(_ wanted: Set<ProducerID>, _ found: [ProducerID: Producer]) {
    for id in wanted where unresolved.remove(id) != nil {
      guard var producer = found[id] else { continue }
      let last = producer.batches.last?.lastOffset
      let newer = producers[id]?.batches.filter { batch in last.map { batch.baseOffset > $0 } ?? true } ?? []
      producer.batches += newer
      let surplus = max(0, producer.batches.count - Self.batchesMax)
      producer.batches.removeFirst(surplus)
      producer.isWhole = producer.isWhole && surplus == 0
      producers[id] = producer
    }
  }

  /// Forgets all producers, since the log is empty now.
  mutating func forgetAll() {
    producers = [:]
    unresolved = []
  }

  /// Forgets producers that this replica has not heard of since `time`.
  public mutating func forget(before time: Timestamp) {
    guard producers.values.contains(where: { $0.lastSeen < time }) else { return }
    producers = producers.filter { $0.value.lastSeen >= time }
  }
}

extension ProducerStates.Batch {
  /// True if it comes after `other`, which is of the same producer.
  func isBehind(_ other: Self) -> Bool {
    guard epoch == other.epoch else { return epoch > other.epoch }
    return ProducerStates.isBehind(lastSequence, other.lastSequence)
  }

  /// The batch as it stands at `baseOffset`; nil if it has no sequence number.
  init?(_ header: RecordBatchHeader, at baseOffset: Offset) {
    guard let stamp = header.producer, stamp.baseSequence >= 0 else { return nil }
    self.init(
      epoch: stamp.epoch, firstSequence: stamp.baseSequence,
      lastSequence: ProducerStates.sequence(stamp.baseSequence, plus: Int64(header.lastOffsetDelta)),
      baseOffset: baseOffset, lastOffset: baseOffset + Int64(header.lastOffsetDelta),
      maxTimestamp: header.maxTimestamp)
  }
}
