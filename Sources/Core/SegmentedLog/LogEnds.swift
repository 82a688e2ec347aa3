public import Model

/// How far a replica's log is.
///
/// `settledStartOffset <= logStartOffset`, `keptStartOffset <= logStartOffset`, and
/// `logStartOffset <= syncedEndOffset <= writtenEndOffset <= logEndOffset`, but for a log that begins again: as long as the
/// one before may come back, neither what it begins behind nor anything else is settled, written or synced, and all are
/// zero.
public struct LogEnds: Hashable, Sendable {
  /// The first offset that may be read.
  public var logStartOffset: Offset
  /// The log begins here or later after a loss of power, too.
  public var settledStartOffset: Offset
  /// Batches are still there from here on: what is before the start goes when its whole segment can.
  public var keptStartOffset: Offset
  /// The offset that the next record gets.
  public var logEndOffset: Offset
  /// Everything before is in the operating system's hands.
  public var writtenEndOffset: Offset
  /// Everything before survives a loss of power.
  public var syncedEndOffset: Offset

  /// A log that is so far.
  public init(
    logStartOffset: Offset, settledStartOffset: Offset? = nil, keptStartOffset: Offset? = nil, logEndOffset: Offset,
    writtenEndOffset: Offset, syncedEndOffset: Offset
  ) {
    self.logStartOffset = logStartOffset
    self.settledStartOffset = settledStartOffset ?? logStartOffset
    self.keptStartOffset = keptStartOffset ?? logStartOffset
    self.logEndOffset = logEndOffset
    self.writtenEndOffset = writtenEndOffset
    self.syncedEndOffset = syncedEndOffset
  }
}

/// How soon an appended batch has to be on the disk itself, and not only in the operating system's memory.
public enum SyncDemand: Hashable, Sendable {
  /// As soon as the disk can: someone waits for it.
  case immediately
  /// Within a few milliseconds: nobody waits, but readers see only what is synced.
  case soon
  /// Whenever the operating system does it (`flush=os`).
  case never
}

extension SegmentedLog {
  /// How far the log is.
  public var ends: LogEnds {
    let isThere = unwrittenCut?.isRestart != true
    return LogEnds(
      logStartOffset: logStartOffset,
      settledStartOffset: isThere ? min(checkpoint.logStartOffset, logStartOffset) : .zero,
      keptStartOffset: segments[0].base, logEndOffset: end.offset,
      writtenEndOffset: isThere ? writtenEnd.offset : .zero,
      syncedEndOffset: isThere ? syncedEnd.offset : .zero)
  }
}
