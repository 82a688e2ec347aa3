internal import Messages

/// How far a replica's log has been compacted by key. Every replica is compacted on its own.
public struct LogCompaction: Hashable, Sendable {
  /// One cleaning of a log.
  public struct Run: Hashable, Sendable {
    /// When it began, in milliseconds since 1970.
    public let startedMs: Int64
    /// When it ended; nil while it is under way.
    public let endedMs: Int64?
    /// How often it has gone through the log to its end.
    public let passes: Int32
    /// Where it cleans to, exclusive.
    public let targetEndOffset: Int64
    /// How many bytes the segments have that one time goes through.
    public let passBytes: Int64
    /// How many bytes it has read so far. What had not been clean is read twice.
    public let readBytes: Int64
    /// How many bytes the segments have that it has made.
    public let writtenBytes: Int64
    /// How many bytes the segments had that they replaced.
    public let replacedBytes: Int64
    /// How many records it has looked at.
    public let recordCount: Int64
    /// How many of them it has removed.
    public let removedCount: Int64
    /// What broke it off, if anything did.
    public let error: NewswireError?
  }

  /// Everything before has been cleaned once: each key stands there at most once.
  public let cleanedEndOffset: Int64
  /// Records before may be gone because of newer ones before it: only from the greatest of these offsets on do all
  /// replicas hold the same bytes.
  public let comparedEndOffset: Int64
  /// How many bytes have not been cleaned yet and may be.
  public let dirtyBytes: Int64
  /// Which part that is of all that may be cleaned, 0 to 1.
  public let dirtyRatio: Double
  /// The cleaning under way, or the last one since the broker was started.
  public let run: Run?

  init(_ message: NewswireV1.LogCompaction) {
    cleanedEndOffset = message.cleanedEndOffset
    comparedEndOffset = message.comparedEndOffset
    dirtyBytes = message.dirtyBytes
    dirtyRatio = message.dirtyRatio
    run = message.run.map { run in
      Run(
        startedMs: run.startedMs, endedMs: run.endedMs == 0 ? nil : run.endedMs, passes: run.passes,
        targetEndOffset: run.targetEndOffset, passBytes: run.passBytes, readBytes: run.readBytes,
        writtenBytes: run.writtenBytes, replacedBytes: run.replacedBytes, recordCount: run.recordCount,
        removedCount: run.removedCount, error: run.error.map { NewswireError($0) })
    }
  }
}
