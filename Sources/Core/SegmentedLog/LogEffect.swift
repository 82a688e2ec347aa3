public import Model

/// A place between two batches: the offset of the next one, and where in which segment it lies.
public struct LogPosition: Hashable, Sendable {
  /// The offset of what comes next.
  public var offset: Offset
  /// The segment.
  public var segment: SegmentID
  /// The bytes of the segment before this place.
  public var position: Int

  /// The place of `offset`, at `position` in `segment`.
  public init(offset: Offset, segment: SegmentID, position: Int) {
    self.offset = offset
    self.segment = segment
    self.position = position
  }
}

/// What a log asks of its disk.
///
/// The effects of one log are performed in the order in which they were asked for. If one fails, none behind it is
/// performed until the log has answered the failure (its `generation` grows then), and none at all if the failure does
/// not pass. `sync` may be put off as long as only writes follow it: that is how one sync serves many appends.
public enum LogEffect: Hashable, Sendable {
  /// Writes the batch of the append that returned `at`; `end` is the place behind it. Completes as `written`.
  case write(at: LogPosition, sizeInBytes: Int, end: LogPosition)
  /// Writes `bytes` to an index file.
  case writeIndex(LogFile, position: Int, bytes: [UInt8])
  /// Makes durable all writes to the segment's batches so far, and with `indexes` those to its indexes, before
  /// anything behind it is performed. Completes as `synced`.
  case sync(through: LogPosition, indexes: Bool)
  /// Makes three empty files. A manifest that names them follows, before anything is written to them.
  case createSegment(SegmentID)
  /// Replaces the manifest: write beside, sync, rename, sync the folder. Completes as `checkpointed`.
  case replaceManifest(Checkpoint, bytes: [UInt8])
  /// Replaces an index by a whole new one, in the same way.
  case replaceIndex(LogFile, bytes: [UInt8])
  /// Cuts a file to this size and syncs it.
  case truncate(LogFile, sizeInBytes: Int)
  /// Removes the files of segments that no manifest names any more. Readers that hold them open go on.
  case removeSegments([SegmentID])
}

/// A manifest on its way to the disk, and what may be relied on when it is there.
public struct Checkpoint: Hashable, Sendable {
  /// Everything before is durable.
  public let end: LogPosition
  /// True if the log was closed with it.
  public let isClean: Bool
  /// The log's start as the manifest has it.
  public let logStartOffset: Offset
  /// The last segment's index files as the manifest has them.
  public let offsetIndexBytes: Int
  /// The last segment's index files as the manifest has them.
  public let timeIndexBytes: Int
  /// What the last segment's files hold, if that is known.
  let checksums: SegmentChecksums?
}

/// What has become of a log's effects. Each carries the `generation` that was current when the effect was asked for.
public enum LogEvent: Hashable, Sendable {
  /// All batches before this place have been handed to the operating system.
  case written(LogPosition)
  /// All batches before this place are on the disk.
  case synced(LogPosition)
  /// The manifest is in place.
  case checkpointed(Checkpoint)
  /// An effect failed, and nothing asked for behind it was performed.
  case failed(LogFailure)
}
