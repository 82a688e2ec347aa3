public import Model

/// What a topic's configuration says about how its logs are cut and kept.
public struct LogConfiguration: Hashable, Sendable {
  /// A segment is closed before it would grow over this (`segment.bytes`).
  public var segmentBytesMax: Int
  /// A segment is closed when it is this old (`segment.ms`).
  public var segmentAgeMax: Duration
  /// An index entry is made about every so many bytes (`index.interval.bytes`).
  public var indexIntervalBytes: Int
  /// A segment is closed when one of its indexes would grow over this (`segment.index.bytes`).
  public var indexBytesMax: Int
  /// After so many bytes the manifest is written anew: what recovery reads after a crash is about this much.
  public var checkpointBytes: Int
  /// Segments whose newest record is older are deleted (`retention.ms`); nil keeps them.
  public var retentionAge: Duration?
  /// The oldest segments are deleted as long as the others hold this much (`retention.bytes`); nil keeps them.
  public var retentionBytes: Int?
  /// How older records of a key are removed (`cleanup.policy=compact`); nil keeps them.
  public var compaction: CompactionRules?

  /// Kafka's defaults, unless said otherwise.
  public init(
    segmentBytesMax: Int = 1 << 30, segmentAgeMax: Duration = .seconds(7 * 86_400), indexIntervalBytes: Int = 4096,
    indexBytesMax: Int = 10 << 20, checkpointBytes: Int = 64 << 20, retentionAge: Duration? = .seconds(7 * 86_400),
    retentionBytes: Int? = nil, compaction: CompactionRules? = nil
  ) {
    self.segmentBytesMax = min(max(segmentBytesMax, 1), Int(Int32.max))
    self.segmentAgeMax = segmentAgeMax
    self.indexIntervalBytes = max(indexIntervalBytes, 0)
    self.indexBytesMax = max(indexBytesMax, IndexLayout.timeEntryBytes)
    self.checkpointBytes = max(checkpointBytes, 1)
    self.retentionAge = retentionAge
    self.retentionBytes = retentionBytes
    self.compaction = compaction
  }

  /// A segment is closed when it is this old, so that no record waits too long to be compacted.
  var rollAge: Duration { compaction?.lagMax.map { min($0, segmentAgeMax) } ?? segmentAgeMax }
}

extension LogConfiguration {
  /// What a topic's configuration says about its logs. What is compacted only is never deleted by age or size.
  public init(_ topic: TopicConfiguration) {
    self.init(
      segmentBytesMax: topic.segmentBytesMax, segmentAgeMax: topic.segmentAgeMax,
      indexIntervalBytes: topic.indexIntervalBytes,
      retentionAge: topic.cleanupPolicy.deletes ? topic.retention : nil,
      retentionBytes: topic.cleanupPolicy.deletes ? topic.retentionBytes.map { Int(clamping: $0) } : nil,
      compaction: topic.cleanupPolicy.compacts ? CompactionRules(topic) : nil)
  }
}
