/// The position of a record in the cluster's metadata log: 0 for the first ever written.
public struct MetadataOffset: TypedNumber {
  /// The position itself.
  public let rawValue: Int64
  /// Wraps a position that is known not to be negative.
  public init(_ rawValue: Int64) { self.rawValue = rawValue }
  /// The first position of every metadata log.
  public static let zero = MetadataOffset(0)
  /// The position `distance` records further on.
  public static func + (lhs: MetadataOffset, distance: Int64) -> MetadataOffset {
    MetadataOffset(lhs.rawValue + distance)
  }
  /// How many records lie between two positions.
  public static func - (lhs: MetadataOffset, rhs: MetadataOffset) -> Int64 { lhs.rawValue - rhs.rawValue }
}

/// Names a coordinator within its cluster. Chosen by the operator, 1 or more.
public struct CoordinatorID: TypedNumber {
  /// The number.
  public let rawValue: Int32
  /// Wraps a number that is known to be positive.
  public init(_ rawValue: Int32) { self.rawValue = rawValue }
}

/// Names a group coordinator within its cluster. Chosen by the operator, 1 or more.
public struct GroupCoordinatorID: TypedNumber {
  /// The number.
  public let rawValue: Int32
  /// Wraps a number that is known to be positive.
  public init(_ rawValue: Int32) { self.rawValue = rawValue }
}

/// Numbers the registrations of one group coordinator: a process that starts again gets a higher one.
public struct GroupCoordinatorEpoch: TypedNumber {
  /// The number: the metadata offset of the registration.
  public let rawValue: Int64
  /// Wraps a number that the coordinator gave out.
  public init(_ rawValue: Int64) { self.rawValue = rawValue }
}

/// Numbers the owners of one shard of groups: each owner has a higher one than all before it.
///
/// It goes into the fence record with which an owner begins; the shard's partition takes no write under a lower one
/// from then on.
public struct ShardEpoch: TypedNumber {
  /// The number; 0 while the shard has never had an owner.
  public let rawValue: Int32
  /// Wraps a number that is known not to be negative.
  public init(_ rawValue: Int32) { self.rawValue = rawValue }
  /// The epoch before the first owner.
  public static let zero = ShardEpoch(0)
  /// The epoch of the next owner.
  public var next: ShardEpoch { ShardEpoch(rawValue + 1) }

  /// The number under which the owner of this epoch writes to the shard's partition after its loading number `load`.
  ///
  /// It grows with each owner, and with each time that one owner loads the shard: what an earlier writer still has under
  /// way is refused once a later one has begun.
  public func writerEpoch(load: UInt32) -> Int64 { Int64(rawValue) << 32 | Int64(load) }
}

/// The level of the formats and rules that the whole cluster uses: raised only when every node understands it.
public struct FeatureLevel: TypedNumber {
  /// The number, from 1 on.
  public let rawValue: Int16
  /// Wraps a number that is known to be positive.
  public init(_ rawValue: Int16) { self.rawValue = rawValue }
  /// The level with which the product began.
  public static let first = FeatureLevel(1)
}

/// Names a request while it is under way: the shell makes it, and finds the waiting call by it.
public struct RequestToken: TypedNumber {
  /// The number.
  public let rawValue: UInt64
  /// Wraps a number that the shell made up.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}
