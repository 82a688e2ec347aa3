/// One partition of one topic, by the topic's name.
public struct TopicPartition: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The topic's name.
  public var topic: String
  /// The partition's number, from 0 on.
  public var partition: Int32

  /// Names partition `partition` of `topic`.
  public init(_ topic: String, _ partition: Int32) {
    self.topic = topic
    self.partition = partition
  }

  /// `topic-partition`, as messages and logs name it.
  public var description: String { "\(topic)-\(partition)" }

  /// By topic, then by number.
  public static func < (lhs: TopicPartition, rhs: TopicPartition) -> Bool {
    (lhs.topic, lhs.partition) < (rhs.topic, rhs.partition)
  }
}

/// A note beside a record's value, such as a trace id or a content type.
public struct Header: Hashable, Sendable {
  /// Its name; a record may have several headers of one name.
  public var key: String
  /// Its value; nil where there is none at all.
  public var value: [UInt8]?

  /// A note called `key`.
  public init(_ key: String, _ value: [UInt8]?) {
    self.key = key
    self.value = value
  }

  /// A note called `key` with a text.
  public init(_ key: String, _ value: String) {
    self.init(key, Array(value.utf8))
  }
}
