import Model
import RecordBatch
import SegmentedLog

/// Watches over the invariants of the design, apart from the code that has to keep them.
final class Checker {
  /// What a record batch is known by.
  struct Content: Hashable {
    let nextOffset: Offset
    let epoch: LeaderEpoch?
    let checksum: UInt32
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
    /// The next sequence number of each producer.
    var sequences: [ProducerID: Int32] = [:]
  }

  private(set) var violations: [String] = []
  private(set) var acknowledged = 0
  private var owners: [EpochOwner: BrokerID] = [:]
  private var contents: [EpochPlace: UInt32] = [:]
  private var committed: [TopicPartition: Committed] = [:]
  private var watermarks: [EpochOwner: Offset] = [:]

  func violate(_ words: String) { violations.append(words) }

  /// Up to where everything is known to be acknowledged.
  func committedEnd(_ place: TopicPartition) -> Offset { committed[place]?.end ?? .zero }

  /// *OneLeaderPerEpoch*, and that whoever comes to lead has everything acknowledged (*AckedIsDurable*).
  func led(
    _ place: TopicPartition, _ epoch: LeaderEpoch, by broker: BrokerID, _ storage: SimulatedLog, isFromDisk: Bool
  ) {
    let owner = EpochOwner(place: place, epoch: epoch)
    if let other = owners[owner], other != broker {
      violate("OneLeaderPerEpoch: brokers \(other) and \(broker) lead \(place) in epoch \(epoch)")
    }
    owners[owner] = broker
    // One that has slept through its time may begin late, and lack what its successors have acknowledged.
    guard isFromDisk, let known = committed[place], let end = known.ends.last(where: { $0.epoch < epoch })?.end
    else { return }
    guard storage.log.logEndOffset >= end else {
      return violate(
        "AckedIsDurable: broker \(broker) leads \(place) in epoch \(epoch) with a log that ends at "
          + "\(storage.log.logEndOffset); everything before \(end) was acknowledged before")
    }
    compare(place, storage.batches(from: storage.log.logStartOffset, below: end, max: .max), at: broker)
  }

  /// *OffsetsAreDense*, and one content for each offset of an epoch.
  func appended(_ place: TopicPartition, _ header: RecordBatchHeader, expected: Offset, by broker: BrokerID) {
    guard header.baseOffset == expected, let epoch = header.leaderEpoch else {
      return violate("OffsetsAreDense: broker \(broker) put \(expected) of \(place) at \(header.baseOffset)")
    }
    let key = EpochPlace(place: place, epoch: epoch, offset: header.baseOffset)
    if let other = contents.updateValue(header.checksum, forKey: key), other != header.checksum {
      violate("OneLeaderPerEpoch: offset \(header.baseOffset) of \(place) has two contents in epoch \(epoch)")
    }
  }

  /// A full disk has not taken the batch, and nobody else has seen it: its offset may get another content.
  func gaveUp(_ place: TopicPartition, _ header: RecordBatchHeader) {
    guard let epoch = header.leaderEpoch else { return }
    let key = EpochPlace(place: place, epoch: epoch, offset: header.baseOffset)
    if contents[key] == header.checksum { contents[key] = nil }
  }

  /// *WatermarkMonotonic*, *LogsAgree* and *IdempotentOnce*: `batches` are those that the watermark has passed.
  func watermark(
    _ place: TopicPartition, _ offset: Offset, leaderEpoch: LeaderEpoch?, at broker: BrokerID,
    _ batches: ArraySlice<SimulatedLog.Stored>
  ) {
    if let leaderEpoch {
      let owner = EpochOwner(place: place, epoch: leaderEpoch)
      if let before = watermarks.updateValue(offset, forKey: owner), before > offset {
        violate("WatermarkMonotonic: it went from \(before) to \(offset) in epoch \(leaderEpoch) of \(place)")
      }
    }
    compare(place, batches, at: broker)
    var known = committed[place] ?? Committed()
    for batch in batches where batch.header.baseOffset >= known.end {
      guard batch.header.baseOffset == known.end else {
        return violate("OffsetsAreDense: \(place) goes on at \(batch.header.baseOffset) behind \(known.end)")
      }
      note(place, batch.header, in: &known)
    }
    if let leaderEpoch, known.end > (known.ends.last?.end ?? .zero) {
      if known.ends.last?.epoch == leaderEpoch { known.ends.removeLast() }
      known.ends.append((leaderEpoch, known.end))
    }
    committed[place] = known
  }

  private func note(_ place: TopicPartition, _ header: RecordBatchHeader, in known: inout Committed) {
    known.batches[header.baseOffset] = Content(header)
    known.end = header.nextOffset
    guard let stamp = header.producer else { return }
    let next = known.sequences[stamp.id] ?? 0
    if stamp.baseSequence != next {
      violate(
        "IdempotentOnce: producer \(stamp.id) wrote number \(stamp.baseSequence) to \(place) at \(header.baseOffset), "
          + "where \(next) is next")
    }
    known.sequences[stamp.id] = stamp.baseSequence + header.lastOffsetDelta + 1
  }

  private func compare(_ place: TopicPartition, _ batches: ArraySlice<SimulatedLog.Stored>, at broker: BrokerID) {
    guard let known = committed[place] else { return }
    for batch in batches where batch.header.baseOffset < known.end {
      guard known.batches[batch.header.baseOffset] == Content(batch.header) else {
        return violate(
          "LogsAgree: broker \(broker) has another batch at \(batch.header.baseOffset) of \(place) than the one that "
            + "was acknowledged")
      }
    }
  }

  /// An acks=all answer went out: everything before `ack.nextOffset` must be known to be on all in-sync replicas.
  func acknowledged(_ place: TopicPartition, base: Offset, next: Offset, checksum: UInt32) {
    acknowledged += 1
    guard let content = committed[place]?.batches[base], content.nextOffset == next, content.checksum == checksum else {
      return violate("AckedIsDurable: an answer for \(base) of \(place) went out before it was on all in-sync replicas")
    }
  }

  /// *ReadsAreCommitted*.
  func read(_ place: TopicPartition, _ batches: [SimulatedLog.Stored]) {
    for batch in batches where committed[place]?.batches[batch.header.baseOffset] != Content(batch.header) {
      return violate("ReadsAreCommitted: offset \(batch.header.baseOffset) of \(place) was read, but never acknowledged")
    }
  }

  /// At the end, when all is healed: every replica has all of it.
  func settled(_ place: TopicPartition, at broker: BrokerID, _ storage: SimulatedLog) {
    guard let known = committed[place] else { return }
    guard storage.log.logEndOffset >= known.end else {
      return violate("after all was healed, \(place) on broker \(broker) ends at \(storage.log.logEndOffset), not \(known.end)")
    }
    compare(place, storage.batches(from: storage.log.logStartOffset, below: known.end, max: .max), at: broker)
  }
}

extension Checker.Content {
  init(_ header: RecordBatchHeader) {
    self.init(nextOffset: header.nextOffset, epoch: header.leaderEpoch, checksum: header.checksum)
  }
}
