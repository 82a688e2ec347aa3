/// A record that is to be written.
public struct ProducerRecord: Hashable, Sendable {
  /// The topic.
  public var topic: String
  /// The partition; nil: by the key, as Kafka's Java client does it, or, without one, by the producer's choice.
  public var partition: Int32?
  /// What the record is about: records with equal keys keep their order, and compaction keeps the latest of each.
  public var key: [UInt8]?
  /// What it says; nil deletes its key from a compacted topic.
  public var value: [UInt8]?
  /// Notes beside the value.
  public var headers: [Header]
  /// When it happened, in milliseconds since 1970; nil: now.
  public var timestamp: Int64?

  /// A record of bytes.
  public init(
    topic: String, partition: Int32? = nil, key: [UInt8]? = nil, value: [UInt8]?, headers: [Header] = [],
    timestamp: Int64? = nil
  ) {
    self.topic = topic
    self.partition = partition
    self.key = key
    self.value = value
    self.headers = headers
    self.timestamp = timestamp
  }

  /// A record of text.
  public init(
    topic: String, partition: Int32? = nil, key: String? = nil, value: String, headers: [Header] = [],
    timestamp: Int64? = nil
  ) {
    self.init(
      topic: topic, partition: partition, key: key.map { Array($0.utf8) }, value: Array(value.utf8), headers: headers,
      timestamp: timestamp)
  }
}

/// Where a record is, and how safe.
public struct RecordMetadata: Hashable, Sendable {
  /// The topic.
  public var topic: String
  /// The partition.
  public var partition: Int32
  /// Its position; nil with `acks` `none`, where nobody waits to know, and if answers were lost so that the broker knows
  /// only that the record is there.
  public var offset: Int64?
  /// The epoch of the leader that wrote it.
  public var leaderEpoch: Int32
  /// How many replicas, the leader included, are known to have it.
  public var replicas: Int32
  /// How many of them are known to have it on disk, safe from a loss of power.
  public var replicasSynced: Int32
}

/// What became of records that went out together.
public struct Acknowledged: Sendable {
  /// Where the first of them is; the others follow one by one. Only topic and partition are meant if there is an error.
  public var first: RecordMetadata
  /// How many they are.
  public var recordCount: Int
  /// How many records the producer had been given, for all partitions, before the first of them.
  public var ordinal: Int64
  /// How many bytes the request carried.
  public var byteCount: Int
  /// How long it took from the first record's arrival.
  public var latency: Duration
  /// Why they were given up; nil if they are written.
  public var error: NewswireError?
}
