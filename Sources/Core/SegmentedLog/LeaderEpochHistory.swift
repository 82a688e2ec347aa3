public import Model

/// Which leader epoch began at which offset of a log: what followers truncate by.
///
/// Epochs and offsets both grow from entry to entry. A batch's epoch is the one of the last entry at or before it.
public struct LeaderEpochHistory: Hashable, Sendable {
  /// One epoch and the offset of its first record.
  public struct Entry: Hashable, Sendable {
    /// The epoch.
    public let epoch: LeaderEpoch
    /// The first offset that was written in it.
    public let startOffset: Offset

    /// The epoch `epoch` began at `startOffset`.
    public init(epoch: LeaderEpoch, startOffset: Offset) {
      self.epoch = epoch
      self.startOffset = startOffset
    }
  }

  /// All entries, oldest first.
  public private(set) var entries: [Entry]

  /// The history of a log without records.
  public init() { entries = [] }

  /// The history with these entries; nil if they do not grow.
  public init?(entries: [Entry]) {
    for (earlier, later) in zip(entries, entries.dropFirst()) {
      guard earlier.epoch < later.epoch, earlier.startOffset < later.startOffset else { return nil }
    }
    self.entries = entries
  }

  /// The newest epoch; nil before the first record.
  public var latest: LeaderEpoch? { entries.last?.epoch }

  /// Notes that `offset` was written in `epoch`, which is not older than the newest.
  public mutating func append(_ epoch: LeaderEpoch, at offset: Offset) {
    guard let last = entries.last else {
      entries.append(Entry(epoch: epoch, startOffset: offset))
      return
    }
    precondition(epoch >= last.epoch, "a batch of leader epoch \(epoch) behind one of \(last.epoch)")
    if epoch > last.epoch { entries.append(Entry(epoch: epoch, startOffset: offset)) }
  }

  /// Forgets everything from `endOffset` on.
  public mutating func truncate(to endOffset: Offset) {
    while let last = entries.last, last.startOffset >= endOffset { entries.removeLast() }
  }

  /// Forgets the epochs that lie wholly before `startOffset`.
  public mutating func removeBefore(_ startOffset: Offset) {
    let kept = entries.lastIndex { $0.startOffset <= startOffset } ?? 0
    guard kept > 0 else { return }
    entries.removeFirst(kept)
  }

  /// Where the newest epoch that is not above `epoch` ends in a log that ends at `logEndOffset`.
  ///
  /// nil for an epoch that this log has not reached, and for one before all that it remembers.
  public func end(of epoch: LeaderEpoch, logEndOffset: Offset) -> (epoch: LeaderEpoch, endOffset: Offset)? {
    guard let latest, epoch <= latest, let index = entries.lastIndex(where: { $0.epoch <= epoch }) else { return nil }
    let next = entries.index(after: index)
    return (entries[index].epoch, next < entries.endIndex ? entries[next].startOffset : logEndOffset)
  }

  /// The epoch in which `offset` was written; nil for one before all that this log remembers.
  public func epoch(at offset: Offset) -> LeaderEpoch? {
    entries.last { $0.startOffset <= offset }?.epoch
  }
}

/// What a log knows of its past: who led when, who wrote, and what is gone.
public struct LogHistory: Hashable, Sendable {
  /// Which leader epoch began where.
  public var epochs: LeaderEpochHistory
  /// Who wrote idempotently.
  public var producers: ProducerStates
  /// Marks of deleted keys may be gone before this offset.
  public var marksRemovedEnd: Offset

  /// This past.
  public init(
    epochs: LeaderEpochHistory = LeaderEpochHistory(), producers: ProducerStates = ProducerStates(),
    marksRemovedEnd: Offset = .zero
  ) {
    self.epochs = epochs
    self.producers = producers
    self.marksRemovedEnd = marksRemovedEnd
  }
}

extension SegmentedLog {
  /// What the log knows of its past.
  public var history: LogHistory {
    LogHistory(epochs: epochs, producers: producers, marksRemovedEnd: cleaned.marksRemovedEnd)
  }
}
