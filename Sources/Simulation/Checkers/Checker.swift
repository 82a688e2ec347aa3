import ClusterMetadata
import Model
import RecordBatch
import SegmentedLog

/// Watches over the invariants of partitions, apart from the code that has to keep them.
///
/// It sees everything that is appended, passed by a high watermark, answered or read, at the moment when it happens.
final class Checker {
  /// What a record batch is known by.
  struct Content: Hashable {
    let nextOffset: Offset
    let epoch: LeaderEpoch?
    let checksum: UInt32

    init(_ header: RecordBatchHeader) {
      nextOffset = header.nextOffset
      epoch = header.leaderEpoch
      checksum = header.checksum
    }
  }

  private struct EpochPlace: Hashable {
    let place: TopicPartition
    let epoch: LeaderEpoch
    let offset: Offset
  }

  private struct EpochOwner: Hashable {
    let place: TopicPartition
    let epoch: LeaderEpoch
  }

  /// What is known to be acknowledged of one partition, from its first offset without a gap.
  private struct Committed {
    var end = Offset.zero
    /// Where the acknowledged records end that each leader epoch has added to, in their order.
    var ends: [(epoch: LeaderEpoch, end: Offset)] = []
    var batches: [Offset: Content] = [:]
    /// What each producer wrote.
    var producers: [ProducerID: Written] = [:]
  }

  private struct Written {
    /// The next sequence number.
    var next: Int32 = 0
    /// The highest number that was ever next.
    var highest: Int32 = 0
    /// Where its last batch ends.
    var end = Offset.zero
    /// True if it began again at 0, where nobody could know it any more.
    var isBegunAgain = false
  }

  private struct Replica: Hashable {
    let place: TopicPartition
    let broker: BrokerID
  }

  private unowned let world: World
  private(set) var acknowledged = 0
  private var owners: [EpochOwner: BrokerID] = [:]
  private var contents: [EpochPlace: UInt32] = [:]
  private var committed: [TopicPartition: Committed] = [:]
  private var watermarks: [EpochOwner: Offset] = [:]
  /// Where replicas have emptied their logs: they know no producer by what comes before.
  private var emptied: [Replica: Offset] = [:]
  private var metadata: [MetadataRecord] = []

  init(_ world: World) { self.world = world }

  /// Up to where everything is known to be acknowledged.
  func committedEnd(_ place: TopicPartition) -> Offset { committed[place]?.end ?? .zero }

  // MARK: Leaders

  /// *OneLeaderPerEpoch*, and that whoever comes to lead has everything acknowledged (*AckedIsDurable*).
  func led(_ place: TopicPartition, _ epoch: LeaderEpoch, by broker: BrokerID, _ storage: SimulatedLog) {
    let owner = EpochOwner(place: place, epoch: epoch)
    if let other = owners[owner], other != broker {
      world.violate("OneLeaderPerEpoch", place, "brokers \(other) and \(broker) lead \(place) in epoch \(epoch)")
    }
    owners[owner] = broker
    // One that has slept through its time may begin late, and lack what its successors have acknowledged.
    guard let known = committed[place], let end = known.ends.last(where: { $0.epoch < epoch })?.end else { return }
    guard storage.log.logEndOffset >= end else {
      return world.violate(
        "AckedIsDurable", place,
        "broker \(broker) leads \(place) in epoch \(epoch) with a log that ends at \(storage.log.logEndOffset); "
          + "everything before \(end) was acknowledged before")
    }
    compare(place, storage.batches(from: storage.log.logStartOffset, below: end, max: .max), at: broker)
    world.cleaningChecker.led(place, in: epoch, by: broker, storage, below: end)
  }

  /// *OffsetsAreDense*, and one content for each offset of an epoch.
  func appended(_ place: TopicPartition, _ header: RecordBatchHeader, expected: Offset, by broker: BrokerID) {
    guard header.baseOffset == expected, let epoch = header.leaderEpoch else {
      return world.violate(
        "OffsetsAreDense", place, "broker \(broker) put \(expected) of \(place) at \(header.baseOffset)")
    }
    // What a leader has cleaned differs from what it appended.
    guard !header.isCleaned else { return }
    let key = EpochPlace(place: place, epoch: epoch, offset: header.baseOffset)
    if let other = contents.updateValue(header.checksum, forKey: key), other != header.checksum {
      world.violate(
        "OneLeaderPerEpoch", place, "offset \(header.baseOffset) of \(place) has two contents in epoch \(epoch)")
    }
  }

  /// A full disk has not taken the batch, and nobody else has seen it: its offset may get another content.
  func gaveUp(_ place: TopicPartition, _ header: RecordBatchHeader) {
    guard let epoch = header.leaderEpoch else { return }
    let key = EpochPlace(place: place, epoch: epoch, offset: header.baseOffset)
    if contents[key] == header.checksum { contents[key] = nil }
  }

  /// The replica has given up all that it had, as its leader has nothing before `start` any more.
  func emptied(_ place: TopicPartition, at start: Offset, by broker: BrokerID) {
    emptied[Replica(place: place, broker: broker)] = start
  }

  // MARK: The high watermark

  /// *WatermarkMonotonic*, *LogsAgree* and *IdempotentOnce*: `batches` are those that the watermark has passed.
  func watermark(
    _ place: TopicPartition, _ offset: Offset, leaderEpoch: LeaderEpoch?, at broker: BrokerID,
    _ batches: ArraySlice<SimulatedLog.Stored>
  ) {
    if let leaderEpoch {
      let owner = EpochOwner(place: place, epoch: leaderEpoch)
      if let before = watermarks.updateValue(offset, forKey: owner), before > offset {
        world.violate(
          "WatermarkMonotonic", place, "it went from \(before) to \(offset) in epoch \(leaderEpoch) of \(place)")
      }
    }
    compare(place, batches, at: broker)
    var known = committed.removeValue(forKey: place) ?? Committed()
    defer { committed[place] = known }
    for batch in batches where batch.header.baseOffset >= known.end {
      guard batch.header.baseOffset == known.end else {
        return world.violate(
          "OffsetsAreDense", place, "\(place) goes on at \(batch.header.baseOffset) behind \(known.end)")
      }
      note(place, batch, in: &known)
    }
    if let leaderEpoch, known.end > (known.ends.last?.end ?? .zero) {
      if known.ends.last?.epoch == leaderEpoch { known.ends.removeLast() }
      known.ends.append((leaderEpoch, known.end))
    }
  }

  private func note(_ place: TopicPartition, _ batch: SimulatedLog.Stored, in known: inout Committed) {
    let header = batch.header
    known.batches[header.baseOffset] = Content(header)
    known.end = header.nextOffset
    world.groupChecker.passed(place, batch)
    world.cleaningChecker.passed(place, batch)
    guard let stamp = header.producer, stamp.baseSequence >= 0 else { return }
    var producer = known.producers[stamp.id] ?? Written()
    if stamp.baseSequence == 0, producer.next > 0, isForgotten(producer, in: place, by: header.leaderEpoch) {
      world.count(.producersBegunAgain)
      producer.isBegunAgain = true
    } else if stamp.baseSequence != producer.next {
      world.violate(
        "IdempotentOnce", place,
        "producer \(stamp.id) wrote number \(stamp.baseSequence) to \(place) at \(header.baseOffset), where "
          + "\(producer.next) is next")
    }
    producer.next = stamp.baseSequence + header.lastOffsetDelta + 1
    producer.highest = max(producer.highest, producer.next)
    producer.end = header.nextOffset
    known.producers[stamp.id] = producer
  }

  /// True if all that the producer wrote had been deleted before the leader of `epoch` got its log: it knows producers
  /// by the batches that it was sent. Whoever sends number 0 then is taken for a new one.
  private func isForgotten(_ producer: Written, in place: TopicPartition, by epoch: LeaderEpoch?) -> Bool {
    guard let epoch, let leader = owners[EpochOwner(place: place, epoch: epoch)],
      let start = emptied[Replica(place: place, broker: leader)]
    else { return false }
    return producer.end <= start
  }

  private func compare(_ place: TopicPartition, _ batches: ArraySlice<SimulatedLog.Stored>, at broker: BrokerID) {
    guard let known = committed[place] else { return }
    for batch in batches where batch.header.baseOffset < known.end {
      guard isKnown(batch, of: place, in: known) else {
        return world.violate(
          "LogsAgree", place,
          "broker \(broker) has another batch at \(batch.header.baseOffset) of \(place) than the one that was "
            + "acknowledged")
      }
    }
  }

  /// True if the batch is one that was acknowledged, or what a cleaning has left of such.
  private func isKnown(_ batch: SimulatedLog.Stored, of place: TopicPartition, in known: Committed) -> Bool {
    known.batches[batch.header.baseOffset] == Content(batch.header)
      || batch.header.nextOffset <= known.end && world.cleaningChecker.isLeftOver(batch, of: place)
  }

  // MARK: Clients

  /// An acks=all answer went out: the batches must be known to be on all in-sync replicas, from `offset` on if that is
  /// told, else somewhere.
  func acknowledged(_ place: TopicPartition, at offset: Offset?, _ batches: [RecordBatchHeader]) {
    acknowledged += 1
    var next = offset
    for batch in batches {
      world.fold(UInt64(batch.checksum))
      let content = next.flatMap { committed[place]?.batches[$0] }
      next = content?.nextOffset
      let isThere = offset == nil ? hasCommitted(place, batch) : content?.checksum == batch.checksum
      guard isThere else {
        return world.violate(
          "AckedIsDurable", place,
          "an answer for \(offset.map { "\($0)" } ?? "a duplicate") of \(place) went out before all of it was on all "
            + "in-sync replicas")
      }
    }
  }

  /// True if the producer began again at 0, where nobody could know it any more: its further numbers do not follow.
  func isBegunAgain(_ place: TopicPartition, _ producer: ProducerID) -> Bool {
    committed[place]?.producers[producer]?.isBegunAgain ?? false
  }

  /// True if the producer's records up to the batch's last one are acknowledged: they are in their order.
  private func hasCommitted(_ place: TopicPartition, _ batch: RecordBatchHeader) -> Bool {
    guard let stamp = batch.producer, let producer = committed[place]?.producers[stamp.id] else { return false }
    return producer.highest > stamp.baseSequence + batch.lastOffsetDelta
  }

  /// *ReadsAreCommitted*.
  func read(_ place: TopicPartition, _ batches: [SimulatedLog.Stored]) {
    let known = committed[place] ?? Committed()
    for batch in batches where !isKnown(batch, of: place, in: known) {
      return world.violate(
        "ReadsAreCommitted", place, "offset \(batch.header.baseOffset) of \(place) was read, but never acknowledged")
    }
  }

  /// At the end, when all is healed: every replica has all of it.
  func settled(_ place: TopicPartition, in epoch: LeaderEpoch, at broker: BrokerID, _ storage: SimulatedLog) {
    guard let known = committed[place] else { return }
    compare(place, storage.batches(from: storage.log.logStartOffset, below: known.end, max: .max), at: broker)
    world.cleaningChecker.led(place, in: epoch, by: broker, storage, below: known.end)
  }
}

// MARK: - Metadata

extension Checker {
  /// A coordinator has started again: all that was ever committed is in its log.
  func restored(_ image: MetadataImage, _ records: [MetadataRecord]) {
    guard records.count >= metadata.count, records.prefix(metadata.count).elementsEqual(metadata) else {
      return world.violate(
        "AckedIsDurable", nil,
        "the coordinator started with \(records.count) records of the metadata, where \(metadata.count) were committed")
    }
    // What had not been answered yet has survived, and counts from here on.
    metadata = records
    guard MetadataImage(snapshot: image.records(), endOffset: image.endOffset) == image else {
      return world.violate("LogsAgree", nil, "a snapshot of the metadata gives another image than its records")
    }
  }

  /// Records of the metadata are committed, on top of `image`.
  func committed(_ records: [MetadataRecord], at offset: MetadataOffset, since image: MetadataImage) {
    var changed: [TopicPartition: PartitionState] = [:]
    for record in records {
      switch record {
      case .partitionChanged(let place, let state):
        if let before = changed[place] ?? image.partition(place) { check(place, from: before, to: state) }
        changed[place] = state
      case .brokerAvailabilityChanged(_, .fenced): world.count(.fencings)
      default: break
      }
    }
    metadata += records
    world.fold(UInt64(metadata.count))
  }

  private func check(_ place: TopicPartition, from old: PartitionState, to new: PartitionState) {
    world.trace(place, "the coordinator decides: \(describe(new))")
    if let leader = new.leader, leader != old.leader, old.eligibleLeaders.contains(leader), !old.isr.contains(leader) {
      world.count(.eligibleElections)
    }
    let replicas = new.replicas.map(\.broker)
    let isSound =
      new.leader.map(new.isr.contains) ?? true && !new.isr.isEmpty && new.isr.allSatisfy(replicas.contains)
      && new.eligibleLeaders.allSatisfy { replicas.contains($0) && !new.isr.contains($0) }
    if !isSound { world.violate("OneLeaderPerEpoch", place, "the metadata contradicts itself: \(describe(new))") }
    let isNewer =
      new.epoch > old.epoch && new.leaderEpoch >= old.leaderEpoch
      && (new.leaderEpoch > old.leaderEpoch || new.leader == old.leader)
    if !isNewer {
      world.violate("OneLeaderPerEpoch", place, "from \(describe(old)) the metadata went to \(describe(new))")
    }
  }
}
