/// How the records of a batch are compressed, by the numbers of Kafka's format.
public enum CompressionCodec: Int, CaseIterable, Sendable, CustomStringConvertible {
  case none = 0
  case gzip, snappy, lz4, zstd

  /// The name that configurations and messages use.
  public var description: String {
    switch self {
    case .none: "none"
    case .gzip: "gzip"
    case .snappy: "snappy"
    case .lz4: "lz4"
    case .zstd: "zstd"
    }
  }
}

/// Whose clock a batch's timestamps come from.
public enum TimestampType: Int, Sendable {
  /// Each record carries the time its producer gave it.
  case createTime = 0
  /// All records have the time at which the leader appended them: the batch's `maxTimestamp`.
  case logAppendTime = 1
}

/// The flags of a batch: two bytes, of which seven bits have a meaning.
public struct BatchAttributes: RawRepresentable, Hashable, Sendable {
  /// The bits as they stand in the header.
  public var rawValue: Int16
  /// Takes the bits as they are.
  public init(rawValue: Int16) { self.rawValue = rawValue }

  /// Attributes of a batch with these properties.
  public init(
    codec: CompressionCodec = .none, timestampType: TimestampType = .createTime, isTransactional: Bool = false,
    isControl: Bool = false
  ) {
    rawValue =
      Int16(codec.rawValue) | Int16(timestampType.rawValue) << 3 | (isTransactional ? 1 << 4 : 0)
      | (isControl ? 1 << 5 : 0)
  }

  /// The codec; nil for a number without a meaning.
  public var codec: CompressionCodec? { CompressionCodec(rawValue: Int(rawValue & 0b111)) }
  /// The same flags for a batch that another codec packs.
  func with(_ codec: CompressionCodec) -> BatchAttributes {
    BatchAttributes(rawValue: rawValue & ~0b111 | Int16(codec.rawValue))
  }
  /// Whose clock the timestamps come from.
  public var timestampType: TimestampType { rawValue & 1 << 3 == 0 ? .createTime : .logAppendTime }
  /// True if the records belong to a transaction.
  public var isTransactional: Bool { rawValue & 1 << 4 != 0 }
  /// True if the batch is a mark of the system, not data of a user.
  public var isControl: Bool { rawValue & 1 << 5 != 0 }
  /// True if `baseTimestamp` is the time from which on tombstones may be removed.
  public var hasDeleteHorizon: Bool {
    get { rawValue & 1 << 6 != 0 }
    set { rawValue = newValue ? rawValue | 1 << 6 : rawValue & ~(1 << 6) }
  }
}
