/// A topic's configuration, checked and in the types that a broker works with: the defaults of the table with the
/// topic's own settings over them.
public struct TopicConfiguration: Hashable, Sendable {
  /// What happens to old records.
  public enum CleanupPolicy: Hashable, Sendable {
    /// Segments are deleted by age and size.
    case delete
    /// Only the latest record of each key is kept.
    case compact
    /// Both of the above.
    case compactAndDelete

    /// True if segments are deleted by age and size.
    public var deletes: Bool { self != .compact }
    /// True if older records of a key are removed.
    public var compacts: Bool { self != .delete }
  }

  /// How the broker compresses the batches that it builds itself.
  public enum Compression: String, Hashable, Sendable {
    case producer, uncompressed, gzip, snappy, lz4, zstd
  }

  /// Whose clock stamps the records.
  public enum TimestampType: String, Hashable, Sendable {
    /// The producer's.
    case createTime = "CreateTime"
    /// The broker's, when it appends.
    case logAppendTime = "LogAppendTime"
  }

  /// When a record counts as written.
  public enum Flush: String, Hashable, Sendable {
    /// After fdatasync.
    case disk
    /// As soon as the operating system has it.
    case os
  }

  /// All values. Every partition of a topic has them, so they lie in one place in memory.
  private struct Values: Hashable, Sendable {
    let cleanupPolicy: CleanupPolicy
    let compression: Compression
    let deleteRetention: Duration
    let flush: Flush
    let indexIntervalBytes: Int
    let compactionLagMax: Duration?
    let compactionLagMin: Duration
    let messageBytesMax: Int
    let timestampType: TimestampType
    let cleanableDirtyRatioMin: Double
    let insyncReplicasMin: Int?
    let retentionBytes: Int64?
    let retention: Duration?
    let segmentBytesMax: Int
    let segmentAgeMax: Duration

    init(checked: [TopicConfigurationKey: String]) {
      func text(_ key: TopicConfigurationKey) -> String { checked[key] ?? key.entry.defaultValue }
      func number(_ key: TopicConfigurationKey) -> Int64? { Int64(text(key)).flatMap { $0 < 0 ? nil : $0 } }
      func bytes(_ key: TopicConfigurationKey) -> Int { Int(number(key) ?? .max) }
      func duration(_ key: TopicConfigurationKey) -> Duration? { number(key).map { .milliseconds($0) } }

      cleanupPolicy =
        switch Set(words(text(.cleanupPolicy))) {
        case ["compact"]: .compact
        case ["delete"]: .delete
        default: .compactAndDelete
        }
      compression = Compression(rawValue: text(.compressionType)) ?? .producer
      deleteRetention = duration(.deleteRetention) ?? .zero
      flush = Flush(rawValue: text(.flush)) ?? .disk
      indexIntervalBytes = bytes(.indexIntervalBytes)
      compactionLagMax = duration(.maxCompactionLag)
      compactionLagMin = duration(.minCompactionLag) ?? .zero
      messageBytesMax = bytes(.maxMessageBytes)
      timestampType = TimestampType(rawValue: text(.messageTimestampType)) ?? .createTime
      cleanableDirtyRatioMin = Double(text(.minCleanableDirtyRatio)) ?? 0.5
      insyncReplicasMin = number(.minInsyncReplicas).map { Int($0) }
      retentionBytes = number(.retentionBytes)
      retention = duration(.retention)
      segmentBytesMax = bytes(.segmentBytes)
      segmentAgeMax = duration(.segmentAge) ?? .zero
    }
  }

  private final class Settings: Sendable {
    let values: Values
    init(_ values: Values) { self.values = values }
  }

  private let settings: Settings

  /// What happens to old records.
  public var cleanupPolicy: CleanupPolicy { settings.values.cleanupPolicy }
  /// How the broker compresses the batches that it builds itself.
  public var compression: Compression { settings.values.compression }
  /// How long a compacted topic keeps the mark of a deleted key.
  public var deleteRetention: Duration { settings.values.deleteRetention }
  /// When a record counts as written.
  public var flush: Flush { settings.values.flush }
  /// How many bytes of log lie between two entries of the offset index.
  public var indexIntervalBytes: Int { settings.values.indexIntervalBytes }
  /// The longest that a record waits to be compacted; nil for no bound.
  public var compactionLagMax: Duration? { settings.values.compactionLagMax }
  /// The shortest that a record stays before it may be compacted.
  public var compactionLagMin: Duration { settings.values.compactionLagMin }
  /// The largest record batch that is taken.
  public var messageBytesMax: Int { settings.values.messageBytesMax }
  /// Whose clock stamps the records.
  public var timestampType: TimestampType { settings.values.timestampType }
  /// Compaction starts when this part of the log is not compacted.
  public var cleanableDirtyRatioMin: Double { settings.values.cleanableDirtyRatioMin }
  /// How many replicas must hold a record before acks=all is answered; nil for a majority of them.
  public var insyncReplicasMin: Int? { settings.values.insyncReplicasMin }
  /// How large a partition may grow; nil for no bound.
  public var retentionBytes: Int64? { settings.values.retentionBytes }
  /// How long records are kept; nil for ever.
  public var retention: Duration? { settings.values.retention }
  /// The size at which a segment is closed.
  public var segmentBytesMax: Int { settings.values.segmentBytesMax }
  /// The age at which a segment is closed.
  public var segmentAgeMax: Duration { settings.values.segmentAgeMax }

  /// The configuration of a topic that sets nothing.
  public static let `default` = TopicConfiguration(checked: [:])

  /// Checks the topic's own settings; refuses the first (in the order of the keys) that is unknown or out of range.
  public init(overrides: [String: String]) throws(Refusal) {
    var checked: [TopicConfigurationKey: String] = [:]
    for (name, value) in overrides.sorted(by: { $0.key < $1.key }) {
      guard let key = TopicConfigurationKey(rawValue: name) else {
        throw Refusal(
          .invalidConfiguration, "there is no topic configuration \"\(name.prefix(100))\"", field: name)
      }
      try key.check(value)
      checked[key] = value
    }
    self.init(checked: checked)
    if let longest = compactionLagMax, longest < compactionLagMin {
      throw Refusal(
        .invalidConfiguration,
        """
        \(TopicConfigurationKey.minCompactionLag) = \(compactionLagMin.milliseconds) is more than \
        \(TopicConfigurationKey.maxCompactionLag) = \(longest.milliseconds)
        """, field: TopicConfigurationKey.minCompactionLag.rawValue)
    }
  }

  private init(checked: [TopicConfigurationKey: String]) { settings = Settings(Values(checked: checked)) }

  /// Equal settings, wherever they lie.
  public static func == (left: TopicConfiguration, right: TopicConfiguration) -> Bool {
    left.settings === right.settings || left.settings.values == right.settings.values
  }

  /// The same for equal settings.
  public func hash(into hasher: inout Hasher) { settings.values.hash(into: &hasher) }

  /// How many in-sync replicas a write with acks=all needs where each partition has `replicationFactor`.
  ///
  /// Never more than there are replicas, so that a topic can always be written when all of them live.
  public func insyncReplicasMin(replicationFactor: Int) -> Int {
    min(insyncReplicasMin ?? replicationFactor / 2 + 1, max(replicationFactor, 1))
  }
}

extension TopicConfigurationKey {
  /// Refuses `value` if this key does not take it, naming the key, the value and what is allowed.
  public func check(_ value: String) throws(Refusal) {
    guard entry.kind.takes(value) else {
      throw Refusal(
        .invalidConfiguration, "\(self) = \"\(value.prefix(100))\" is not allowed; it takes \(entry.kind.description)",
        metadata: ["key": rawValue, "allowed": entry.kind.description], field: rawValue)
    }
  }
}

extension TopicConfigurationKey.Kind {
  fileprivate func takes(_ value: String) -> Bool {
    switch self {
    case .integer(let range, let unlimited):
      guard let number = Int64(value) else { return false }
      return range.contains(number) || unlimited && number == -1
    case .decimal(let range):
      guard let number = Double(value) else { return false }
      return range.contains(number)
    case .choice(let allowed): return allowed.contains(value)
    case .choices(let allowed):
      let chosen = words(value)
      return chosen.allSatisfy(allowed.contains) && Set(chosen).count == chosen.count
    case .integerOrWord(let range, let word):
      return value == word || Int64(value).map(range.contains) == true
    }
  }
}

private func words(_ list: String) -> [String] {
  list.split(separator: ",", omittingEmptySubsequences: false).map { part in
    String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
