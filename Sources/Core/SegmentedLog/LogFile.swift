public import Model

/// Which file of a log holds a segment: its first offset, and how often it has been made anew by cleaning.
///
/// A cleaned segment is a file of its own beside the old ones: the manifest says which of them count, so that one
/// replacement of the manifest swaps them all.
public struct SegmentID: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The first offset.
  public let base: Offset
  /// The number of the cleaning that made it, 0 for one that was appended to. No number is used twice in a log.
  public let cleaning: UInt32

  /// The segment that starts at `base`, made by the cleaning with this number.
  public init(_ base: Offset, cleaning: UInt32 = 0) {
    self.base = base
    self.cleaning = cleaning
  }

  /// By offset.
  public static func < (left: SegmentID, right: SegmentID) -> Bool {
    (left.base, left.cleaning) < (right.base, right.cleaning)
  }

  /// The name of the segment's files, without what follows the dot.
  public var description: String {
    let text = String(base.rawValue)
    let digits = String(repeating: "0", count: 20 - text.utf8.count) + text
    return cleaning == 0 ? digits : "\(digits)-\(cleaning)"
  }

  /// The segment whose files are called so; nil if none is.
  init?(name: Substring) {
    let parts = name.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts[0].utf8.count == 20, parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let base = Int64(parts[0])
    else { return nil }
    self.base = Offset(base)
    guard parts.count == 2 else {
      cleaning = 0
      return
    }
    guard let cleaning = UInt32(parts[1]), cleaning > 0, String(cleaning) == parts[1] else { return nil }
    self.cleaning = cleaning
  }
}

/// The files of one partition's folder. Those of a segment are named after its first offset, as Kafka names them.
public enum LogFile: Hashable, Sendable, CustomStringConvertible {
  /// The record batches of the segment.
  case records(SegmentID)
  /// Where in the segment which offset is.
  case offsetIndex(SegmentID)
  /// Which offset of the segment was reached at which time.
  case timeIndex(SegmentID)
  /// What the log consists of up to its last checkpoint.
  case manifest

  /// The file's name within the folder.
  public var name: String {
    switch self {
    case .records(let segment): "\(segment).log"
    case .offsetIndex(let segment): "\(segment).index"
    case .timeIndex(let segment): "\(segment).timeindex"
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
    guard parts.count == 2, let segment = SegmentID(name: parts[0]) else { return nil }
    switch parts[1] {
    case "log": self = .records(segment)
    case "index": self = .offsetIndex(segment)
    case "timeindex": self = .timeIndex(segment)
    default: return nil
    }
  }

  /// The three files of a segment.
  public static func segment(_ id: SegmentID) -> [LogFile] { [.records(id), .offsetIndex(id), .timeIndex(id)] }

  /// The segment that the file belongs to; nil for the manifest.
  public var segment: SegmentID? {
    switch self {
    case .records(let id), .offsetIndex(let id), .timeIndex(let id): id
    case .manifest: nil
    }
  }

  /// The file's name.
  public var description: String { name }
}
