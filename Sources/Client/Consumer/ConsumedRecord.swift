/// A record that was read.
public struct ConsumedRecord: Hashable, Sendable {
  /// The topic.
  public let topic: String
  /// The partition.
  public let partition: Int32
  /// Its position in the partition.
  public let offset: Int64
  /// When it happened, in milliseconds since 1970.
  public let timestamp: Int64
  /// What it is about; nil for a record without a key.
  public let key: [UInt8]?
  /// What it says; nil for a record that deletes its key.
  public let value: [UInt8]?
  /// Notes beside the value, in order.
  public let headers: [Header]

  /// The value as text; what is not UTF-8 is replaced.
  public var text: String? { value.map { String(decoding: $0, as: UTF8.self) } }
  /// The key as text; what is not UTF-8 is replaced.
  public var keyText: String? { key.map { String(decoding: $0, as: UTF8.self) } }
}

/// A record that was read, as it lies in memory: for those who read much. Its bytes are lent, not given.
public struct LentRecord {
  /// Its position in the partition.
  public let offset: Int64
  /// When it happened, in milliseconds since 1970.
  public let timestamp: Int64
  /// What it is about; nil for a record without a key.
  public let key: UnsafeRawBufferPointer?
  /// What it says; nil for a record that deletes its key.
  public let value: UnsafeRawBufferPointer?
  let encodedHeaders: EncodedHeaders

  /// Notes beside the value, in order.
  public var headers: [Header] { encodedHeaders.decoded }
}
