/// One thing about a topic that its users may set: the rows of the table below.
public enum TopicConfigurationKey: String, CaseIterable, Sendable, CustomStringConvertible {
  case cleanupPolicy = "cleanup.policy"
  case compressionType = "compression.type"
  case deleteRetention = "delete.retention.ms"
  case flush = "flush"
  case indexIntervalBytes = "index.interval.bytes"
  case maxCompactionLag = "max.compaction.lag.ms"
  case maxMessageBytes = "max.message.bytes"
  case messageTimestampType = "message.timestamp.type"
  case minCleanableDirtyRatio = "min.cleanable.dirty.ratio"
  case minCompactionLag = "min.compaction.lag.ms"
  case minInsyncReplicas = "min.insync.replicas"
  case retentionBytes = "retention.bytes"
  case retention = "retention.ms"
  case segmentBytes = "segment.bytes"
  case segmentAge = "segment.ms"

  /// The name as users write it.
  public var description: String { rawValue }
}

extension TopicConfigurationKey {
  /// Which values a key takes.
  public enum Kind: Hashable, Sendable {
    /// A whole number; with `unlimited`, `-1` stands for no limit.
    case integer(ClosedRange<Int64>, unlimited: Bool = false)
    /// A number with a fraction.
    case decimal(ClosedRange<Double>)
    /// One of these words.
    case choice([String])
    /// One or more of these words, separated by commas.
    case choices([String])
    /// A whole number, or this word.
    case integerOrWord(ClosedRange<Int64>, String)

    /// The allowed values in words, for an error or a manual.
    public var description: String {
      switch self {
      case .integer(let range, unlimited: false): "\(range.lowerBound) to \(range.upperBound)"
      case .integer(let range, unlimited: true): "\(range.lowerBound) to \(range.upperBound), or -1 for no limit"
      case .decimal(let range): "\(range.lowerBound) to \(range.upperBound)"
      case .choice(let words): "one of \(words.joined(separator: ", "))"
      case .choices(let words): "one or more of \(words.joined(separator: ", ")), separated by commas"
      case .integerOrWord(let range, let word): "\(range.lowerBound) to \(range.upperBound), or \(word)"
      }
    }
  }

  /// What stands in the table for a key.
  public struct Entry: Hashable, Sendable {
    /// Which values it takes.
    public let kind: Kind
    /// What it measures ("bytes", "milliseconds"), or nil where that has no sense.
    public let unit: String?
    /// The value of a topic that does not set it.
    public let defaultValue: String
    /// What it does, in words for the user.
    public let meaning: String
  }

  private static let milliseconds = 0...Int64.max / 1_000_000
  private static let bytes = 0...Int64.max

  /// The table itself: the row of this key.
  public var entry: Entry {
    switch self {
    case .cleanupPolicy:
      Entry(
        kind: .choices(["delete", "compact"]), unit: nil, defaultValue: "delete",
        meaning: "what happens to old records: deleted by age and size, or compacted to the latest of each key")
    case .compressionType:
      Entry(
        kind: .choice(["producer", "uncompressed", "gzip", "snappy", "lz4", "zstd"]), unit: nil,
        defaultValue: "producer",
        meaning: "how the broker compresses the records that it batches itself; producer: as they came")
    case .deleteRetention:
      Entry(
        kind: .integer(Self.milliseconds), unit: "milliseconds", defaultValue: "86400000",
        meaning: "how long a compacted topic keeps the mark of a deleted key, so that slow readers see it")
    case .flush:
      Entry(
        kind: .choice(["disk", "os"]), unit: nil, defaultValue: "disk",
        meaning: "disk: a record is synced to the disk before acks=all is answered; os: the system writes when it likes"
      )
    case .indexIntervalBytes:
      Entry(
        kind: .integer(128...Int64(Int32.max)), unit: "bytes", defaultValue: "4096",
        meaning: "how many bytes of log lie between two entries of the offset index")
    case .maxCompactionLag:
      Entry(
        kind: .integer(1...Int64.max / 1_000_000, unlimited: true), unit: "milliseconds", defaultValue: "-1",
        meaning: "the longest that a record may wait to be compacted")
    case .maxMessageBytes:
      Entry(
        kind: .integer(1024...104_857_600), unit: "bytes", defaultValue: "1048588",
        meaning: "the largest record batch that the topic takes")
    case .messageTimestampType:
      Entry(
        kind: .choice(["CreateTime", "LogAppendTime"]), unit: nil, defaultValue: "CreateTime",
        meaning: "whose clock stamps the records: the producer's, or the broker's when it appends them")
    case .minCleanableDirtyRatio:
      Entry(
        kind: .decimal(0...1), unit: nil, defaultValue: "0.5",
        meaning: "compaction starts when this part of the log has not been compacted yet")
    case .minCompactionLag:
      Entry(
        kind: .integer(Self.milliseconds), unit: "milliseconds", defaultValue: "0",
        meaning: "the shortest that a record stays as it is before it may be compacted")
    case .minInsyncReplicas:
      Entry(
        kind: .integerOrWord(1...Int64(Int16.max), "majority"), unit: "replicas", defaultValue: "majority",
        meaning: "how many replicas must hold a record before acks=all is answered")
    case .retentionBytes:
      Entry(
        kind: .integer(Self.bytes, unlimited: true), unit: "bytes", defaultValue: "-1",
        meaning: "how large a partition may grow before its oldest segments are deleted")
    case .retention:
      Entry(
        kind: .integer(Self.milliseconds, unlimited: true), unit: "milliseconds", defaultValue: "604800000",
        meaning: "how long records are kept before their segment is deleted")
    case .segmentBytes:
      Entry(
        kind: .integer(1024...Int64(Int32.max)), unit: "bytes", defaultValue: "1073741824",
        meaning: "the size at which a log goes on in a new segment file")
    case .segmentAge:
      Entry(
        kind: .integer(1...Int64.max / 1_000_000), unit: "milliseconds", defaultValue: "604800000",
        meaning: "the age at which a log goes on in a new segment file")
    }
  }
}
