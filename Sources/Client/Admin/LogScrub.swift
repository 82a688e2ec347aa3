internal import Messages

/// How a replica's log is read through, in search of what has rotted on the disk.
public struct LogScrub: Hashable, Sendable {
  /// When the present or the last pass began, in milliseconds since 1970.
  public let startedMs: Int64
  /// When the last pass that came to its end did so; nil if none has since the broker was started.
  public let endedMs: Int64?
  /// How many bytes the pass under way has read; 0 if none is.
  public let readBytes: Int64
  /// How often indexes or the manifest were found rotten and made anew, since the broker was started.
  public let mendedCount: Int64

  init(_ message: NewswireV1.LogScrub) {
    startedMs = message.startedMs
    endedMs = message.endedMs == 0 ? nil : message.endedMs
    readBytes = message.readBytes
    mendedCount = message.mendedCount
  }
}
