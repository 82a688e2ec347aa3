import Model
import RecordBatch
import SegmentedLog

/// Watches over what is deleted and cleaned, record by record: what has to stay, and what must never come back.
///
/// It knows every record that was ever committed.
final class CleaningChecker {
  /// What was committed of one partition.
  fileprivate struct Past {
    let configuration: TopicConfiguration
    /// Every record, by its offset, and when it was committed.
    var records: [(record: SimulatedLog.Record, at: Instant)] = []
    /// Records before were deleted, and whoever asked for that was told so by the leader of the epoch.
    var deletions: [(epoch: LeaderEpoch, end: Offset)] = []

    /// Before which offset the leader of `epoch` has nothing; earlier leaders may not have heard of that.
    func deletedEnd(in epoch: LeaderEpoch) -> Offset {
      deletions.lazy.filter { $0.epoch <= epoch }.map(\.end).max() ?? .zero
    }
  }

  private unowned let world: World
  private var pasts: [TopicPartition: Past] = [:]

  init(_ world: World) { self.world = world }

  /// The partition is cleaned as its topic says. Others are not looked at.
  func watch(_ place: TopicPartition, _ configuration: TopicConfiguration) {
    guard pasts[place] == nil, configuration.isCleanedInHistories else { return }
    pasts[place] = Past(configuration: configuration)
  }

  // MARK: What is committed

  /// A high watermark has passed a batch for the first time.
  func passed(_ place: TopicPartition, _ batch: SimulatedLog.Stored) {
    guard let past = pasts[place] else { return }
    guard !batch.header.isCleaned, batch.header.baseOffset.rawValue == past.records.count else {
      return world.violate(
        "WatermarkCleaned", place,
        "the batch at \(batch.header.baseOffset) of \(place) was cleaned before it was acknowledged")
    }
    for record in SimulatedLog.records(of: batch) { pasts[place]?.records.append((record, world.now)) }
  }

  /// True if all records of the batch are known to be acknowledged just so: then it may be what a cleaning has left.
  func isLeftOver(_ batch: SimulatedLog.Stored, of place: TopicPartition) -> Bool {
    guard let past = pasts[place], past.configuration.cleanupPolicy.compacts, batch.header.isCleaned else {
      return false
    }
    return SimulatedLog.records(of: batch).allSatisfy { past.has($0) }
  }

  // MARK: What goes

  /// Retention has taken `gone` away: only what is acknowledged, and too old or too much.
  func retained(
    _ place: TopicPartition, _ log: SegmentedLog, _ gone: [SimulatedLog.Stored], at now: Timestamp,
    below highWatermark: Offset
  ) {
    guard let past = pasts[place] else { return }
    let configuration = past.configuration
    if log.logStartOffset > highWatermark {
      world.violate(
        "WatermarkCleaned", place,
        "retention moved the start of \(place) to \(log.logStartOffset), above the high watermark \(highWatermark)")
    }
    let isTooMuch = configuration.retentionBytes.map { Int64(log.sizeInBytes) >= $0 } ?? false
    for batch in gone where !isTooMuch {
      let age = now.rawValue - batch.header.newestTimestamp.rawValue
      if let longest = configuration.retention, batch.header.recordsCount == 0 || age > longest.milliseconds {
        continue
      }
      return world.violate(
        "NewestIsKept", place,
        "retention took the batch at \(batch.header.baseOffset) of \(place) away, \(age) ms old, with \(log.sizeInBytes) "
          + "bytes left")
    }
  }

  /// A cleaning has put `new` in the place of `old`: a mark that is the last word on its key stays for its time, if it
  /// does not stand before the log's start, where nothing can be read any more.
  func cleaned(
    _ place: TopicPartition, _ log: SegmentedLog, from old: [SimulatedLog.Stored], to new: [SimulatedLog.Stored],
    by broker: BrokerID
  ) {
    guard let past = pasts[place] else { return }
    let kept = Set(new.flatMap { SimulatedLog.records(of: $0).map(\.offset) })
    for record in old.flatMap(SimulatedLog.records(of:)) where record.value == nil && !kept.contains(record.offset) {
      guard record.offset >= log.logStartOffset, past.isLastWord(record) else { continue }
      world.count(.marksRemoved)
      let age = world.now - past.records[Int(record.offset.rawValue)].at
      guard age < past.configuration.deleteRetention, !world.haveClocksGoneWrong else { continue }
      return world.violate(
        "MarksStay", place,
        "broker \(broker) removed the mark at \(record.offset) of \(place) \(age) after it was acknowledged")
    }
  }

  // MARK: What stays

  /// A replica leads, or has to have all: it holds the last word on each key, and nothing older where that is gone.
  func led(
    _ place: TopicPartition, in epoch: LeaderEpoch, by broker: BrokerID, _ storage: SimulatedLog, below end: Offset
  ) {
    guard let past = pasts[place] else { return }
    let start = storage.log.logStartOffset
    if start < past.deletedEnd(in: epoch) {
      world.violate(
        "DeletedStaysDeleted", place,
        "broker \(broker) has \(place) from \(start) on, where everything before \(past.deletedEnd(in: epoch)) was "
          + "deleted")
    }
    guard past.configuration.cleanupPolicy.compacts else { return }
    var view = KeyedView()
    for batch in storage.batches(from: start, below: end, max: .max) { view.take(batch, from: start) }
    check(place, view, start..<max(start, end), isStrict: true, "broker \(broker)")
  }

  /// What a consumer has come to know of each key, reading all of `range`. `isStrict` if it read one log that did not
  /// change: a mark that was removed meanwhile, or on another replica, it may have missed.
  func check(_ place: TopicPartition, _ view: KeyedView, _ range: Range<Offset>, isStrict: Bool, _ who: String) {
    guard let past = pasts[place], past.configuration.cleanupPolicy.compacts else { return }
    for (key, last) in past.lastWords(in: range).sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let found = view.lasts[key]
      if last.value != nil, found != last.offset {
        return world.violate(
          "LastValueStays", place,
          "\(who) found key \(key) of \(place) at \(text(found)), not at \(last.offset), where it was written last")
      }
      if last.value == nil, let found, found != last.offset, isStrict {
        return world.violate(
          "DeletedStaysDeleted", place,
          "\(who) found key \(key) of \(place) at \(found), and not its deletion at \(last.offset)")
      }
    }
  }

  private func text(_ offset: Offset?) -> String { offset.map { "\($0)" } ?? "no offset" }

  // MARK: What is deleted on demand

  /// The leader of `epoch` says that everything before `offset` is deleted.
  func deleted(_ place: TopicPartition, before offset: Offset, in epoch: LeaderEpoch) {
    world.count(.recordsDeleted)
    pasts[place]?.deletions.append((epoch, offset))
  }

  /// The leader of `epoch` lets somebody read from `offset` on.
  func served(_ place: TopicPartition, from offset: Offset, by broker: BrokerID, in epoch: LeaderEpoch) {
    guard let past = pasts[place], offset < past.deletedEnd(in: epoch) else { return }
    world.violate(
      "DeletedStaysDeleted", place,
      "broker \(broker) served offset \(offset) of \(place), where everything before \(past.deletedEnd(in: epoch)) was "
        + "deleted")
  }
}

/// Where each key was found last.
struct KeyedView {
  private(set) var lasts: [[UInt8]: Offset] = [:]

  /// Takes in the records of a batch from `start` on; batches come in their order.
  mutating func take(_ batch: SimulatedLog.Stored, from start: Offset) {
    guard batch.header.recordsCount > 0 else { return }
    for record in SimulatedLog.records(of: batch) where record.offset >= start {
      if let key = record.key { lasts[key] = record.offset }
    }
  }
}

extension CleaningChecker.Past {
  fileprivate func has(_ record: SimulatedLog.Record) -> Bool {
    let index = Int(record.offset.rawValue)
    return records.indices.contains(index) && records[index].record == record
  }

  /// True if nothing of the same key has been acknowledged since.
  fileprivate func isLastWord(_ record: SimulatedLog.Record) -> Bool {
    !records.dropFirst(Int(record.offset.rawValue) + 1).contains { $0.record.key == record.key }
  }

  /// The last record of each key in a part of the partition.
  fileprivate func lastWords(in range: Range<Offset>) -> [[UInt8]: SimulatedLog.Record] {
    var lasts: [[UInt8]: SimulatedLog.Record] = [:]
    for (record, _) in records[Int(range.lowerBound.rawValue)..<min(records.count, Int(range.upperBound.rawValue))] {
      if let key = record.key { lasts[key] = record }
    }
    return lasts
  }
}

extension TopicConfiguration {
  /// True if a history cleans the topic's partitions: the usual retention is longer than any.
  var isCleanedInHistories: Bool {
    cleanupPolicy.compacts || retentionBytes != nil || (retention.map { $0 < .seconds(600) } ?? false)
  }
}
