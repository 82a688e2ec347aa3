public import Model

/// How far a replica's log is.
///
/// `logStartOffset <= syncedEndOffset <= writtenEndOffset <= logEndOffset`, but for a log that begins again: as long as the
/// one before may come back, neither what it begins behind nor anything else is written or synced, and both are zero.
public struct LogEnds: Hashable, Sendable {
  /// The first offset that may be read.
  public var logStartOffset: Offset
  /// The offset that the next record gets.
  public var logEndOffset: Offset
  /// Everything before is in the operating system's hands.
  public var writtenEndOffset: Offset
  /// Everything before survives a loss of power.
  public var syncedEndOffset: Offset

  /// A log that is so far.
  public init(
    logStartOffset: Offset, logEndOffset: Offset, writtenEndOffset: Offset, syncedEndOffset: Offset
  ) {
    self.logStartOffset = logStartOffset
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
      logStartOffset: logStartOffset, logEndOffset: end.offset, writtenEndOffset: isThere ? writtenEnd.offset : .zero,
      syncedEndOffset: isThere ? syncedEnd.offset : .zero)
  }
}
