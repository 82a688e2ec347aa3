import Model
import Testing

@Suite("Topic configuration")
struct TopicConfigurationTests {
  @Test("every default of the table is a value that its own row allows", arguments: TopicConfigurationKey.allCases)
  func defaults(key: TopicConfigurationKey) {
    #expect(throws: Never.self) { try key.check(key.entry.defaultValue) }
    #expect(!key.entry.meaning.isEmpty)
  }

  @Test("a topic that sets nothing has the table's defaults, in the broker's types")
  func typedDefaults() throws {
    let configuration = try TopicConfiguration(overrides: [:])
    #expect(configuration == .default)
    #expect(configuration.cleanupPolicy == .delete)
    #expect(configuration.retention == .seconds(7 * 86_400))
    #expect(configuration.retentionBytes == nil)
    #expect(configuration.segmentBytesMax == 1 << 30)
    #expect(configuration.messageBytesMax == 1_048_588)
    #expect(configuration.indexIntervalBytes == 4096)
    #expect(configuration.flush == .disk)
    #expect(configuration.compactionLagMax == nil)
  }

  @Test("a topic's own settings count before the defaults")
  func overrides() throws {
    let configuration = try TopicConfiguration(overrides: [
      "cleanup.policy": "compact, delete", "retention.ms": "-1", "retention.bytes": "5", "flush": "os",
      "min.cleanable.dirty.ratio": "0.25", "message.timestamp.type": "LogAppendTime", "min.insync.replicas": "2",
      "compression.type": "zstd", "segment.ms": "60000",
    ])
    #expect(configuration.cleanupPolicy == .compactAndDelete)
    #expect(configuration.retention == nil)
    #expect(configuration.retentionBytes == 5)
    #expect(configuration.flush == .os)
    #expect(configuration.cleanableDirtyRatioMin == 0.25)
    #expect(configuration.timestampType == .logAppendTime)
    #expect(configuration.insyncReplicasMin == 2)
    #expect(configuration.compression == .zstd)
    #expect(configuration.segmentAgeMax == .seconds(60))
  }

  @Test("a majority of the replicas must hold a record unless the topic says otherwise, and never more than there are")
  func insyncReplicas() throws {
    #expect((1...5).map { TopicConfiguration.default.insyncReplicasMin(replicationFactor: $0) } == [1, 2, 2, 3, 3])
    let two = try TopicConfiguration(overrides: ["min.insync.replicas": "2"])
    #expect((1...3).map { two.insyncReplicasMin(replicationFactor: $0) } == [1, 2, 2])
  }

  @Test(
    "a value out of range is refused, naming the key, the value and what is allowed",
    arguments: [
      ("segment.bytes", "12"), ("segment.bytes", "-1"), ("segment.bytes", "1e6"), ("segment.bytes", ""),
      ("retention.ms", "-2"), ("retention.ms", "9223372036854775807"), ("retention.ms", "1 day"),
      ("cleanup.policy", "shred"), ("cleanup.policy", ""), ("cleanup.policy", "delete,delete"),
      ("min.cleanable.dirty.ratio", "1.5"), ("min.cleanable.dirty.ratio", "nan"), ("flush", "Disk"),
      ("min.insync.replicas", "0"), ("min.insync.replicas", "most"), ("max.message.bytes", "99999999999999999999"),
    ])
  func outOfRange(key: String, value: String) throws {
    let refusal = #expect(throws: Refusal.self) { try TopicConfiguration(overrides: [key: value]) }
    #expect(refusal?.reason == .invalidConfiguration)
    #expect(refusal?.field == key)
    #expect(refusal?.message.contains(key) == true)
    #expect(refusal?.message.contains("\"\(value)\"") == true)
    #expect(refusal?.metadata["allowed"]?.isEmpty == false)
  }

  @Test("an unknown key is refused, and so are two lags that contradict each other")
  func unknownKey() {
    #expect(throws: Refusal.self) { try TopicConfiguration(overrides: ["retention": "1"]) }
    #expect(throws: Refusal.self) {
      try TopicConfiguration(overrides: ["min.compaction.lag.ms": "10", "max.compaction.lag.ms": "5"])
    }
  }
}
