public import Model

/// Why a log cannot do what it was asked to.
public enum LogFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// A file does not hold what was once written and synced: where, and what was found.
  case damaged(file: String, position: Int, finding: String)
  /// A file of this log was written by a newer version.
  case unsupportedVersion(file: String, version: UInt16)
  /// The folder belongs to something else: what was found.
  case wrongFolder(String)
  /// The disk has no room for the named operation.
  case diskFull(operation: String, file: String)
  /// The process may not open more files at once.
  case outOfDescriptors(operation: String, file: String)
  /// The operating system refused the named operation.
  case disk(operation: String, file: String, code: Int32, message: String)
  /// More is waiting to be written than the disk keeps up with.
  case overloaded(waitingBytes: Int)
  /// What was being looked for has been deleted meanwhile.
  case deleted(Offset)
  /// The log has been closed.
  case closed

  /// What happened, in words.
  public var description: String {
    switch self {
    case .damaged(let file, let position, let finding): "\(file) is damaged at byte \(position): \(finding)"
    case .unsupportedVersion(let file, let version):
      "\(file) has format version \(version), which this program does not know: a newer one wrote it"
    case .wrongFolder(let finding): finding
    case .diskFull(let operation, let file): "\(operation) \(file) failed: no space is left on the disk"
    case .outOfDescriptors(let operation, let file): "\(operation) \(file) failed: too many files are open"
    case .disk(let operation, let file, let code, let message): "\(operation) \(file) failed: \(message) (\(code))"
    case .overloaded(let bytes): "the disk is behind: \(bytes) bytes are waiting to be written"
    case .deleted(let offset): "offset \(offset) has just been deleted"
    case .closed: "the log is closed"
    }
  }

  /// The catalogue's reason.
  public var reason: ErrorReason {
    switch self {
    case .damaged, .wrongFolder: .dataCorrupt
    case .unsupportedVersion: .unsupportedVersion
    case .diskFull: .diskFull
    case .disk: .diskFailed
    case .outOfDescriptors, .overloaded: .resourceExhausted
    case .deleted: .offsetOutOfRange
    case .closed: .shuttingDown
    }
  }

  /// True if nothing is wrong with what the disk holds: the log goes on when there is room again.
  public var isPassing: Bool {
    switch self {
    case .diskFull, .outOfDescriptors, .overloaded, .deleted: true
    case .damaged, .unsupportedVersion, .wrongFolder, .disk, .closed: false
    }
  }

  /// The last generation of whose effects none is performed any more, after one of `generation` has met this: those that
  /// were asked for since count on it too, and after what does not pass nothing can be counted on.
  public func refusedGeneration(of generation: UInt32) -> UInt32 { isPassing ? generation : .max }

  /// The refusal of a call that met this; `place` says which partition, where.
  public func refusal(_ place: String) -> Refusal { Refusal(reason, "\(place): \(self)") }
}
