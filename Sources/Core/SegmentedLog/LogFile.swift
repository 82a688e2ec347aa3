public import Model

/// The files of one partition's folder. Those of a segment are named after its first offset, as Kafka names them.
public enum LogFile: Hashable, Sendable, CustomStringConvertible {
  /// The record batches of the segment that starts at this offset.
  case records(Offset)
  /// Where in the segment which offset is.
  case offsetIndex(Offset)
  /// Which offset of the segment was reached at which time.
  case timeIndex(Offset)
  /// What the log consists of up to its last checkpoint.
  case manifest

  /// The file's name within the folder.
  public var name: String {
    switch self {
    case .records(let base): Self.digits(base) + ".log"
    case .offsetIndex(let base): Self.digits(base) + ".index"
    case .timeIndex(let base): Self.digits(base) + ".timeindex"
    case .manifest: "manifest"
    }
  }

  /// The file that has this name; nil if no file of a log is called so.
  public init?(name: String) {
    if name == "manifest" {
      self = .manifest
      return
    }
    let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 20, parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let base = Int64(parts[0])
    else { return nil }
    switch parts[1] {
    case "log": self = .records(Offset(base))
    case "index": self = .offsetIndex(Offset(base))
    case "timeindex": self = .timeIndex(Offset(base))
    default: return nil
    }
  }

  /// The three files of the segment that starts at `base`.
  public static func segment(_ base: Offset) -> [LogFile] { [.records(base), .offsetIndex(base), .timeIndex(base)] }

  /// The first offset of the segment that the file belongs to; nil for the manifest.
  public var segment: Offset? {
    switch self {
    case .records(let base), .offsetIndex(let base), .timeIndex(let base): base
    case .manifest: nil
    }
  }

  /// The file's name.
  public var description: String { name }

  private static func digits(_ base: Offset) -> String {
    let text = String(base.rawValue)
    return String(repeating: "0", count: 20 - text.utf8.count) + text
  }
}
