/// A number with a meaning of its own, so that an offset is never handed over where an epoch is due.
public protocol TypedNumber: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible
where RawValue: FixedWidthInteger & Sendable {
  /// Wraps a value that has been checked already.
  init(_ rawValue: RawValue)
}

extension TypedNumber {
  /// Same as `init(_:)`, for `RawRepresentable`.
  public init?(rawValue: RawValue) { self.init(rawValue) }
  /// The order of the numbers.
  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
  /// The bare number.
  public var description: String { "\(rawValue)" }
}

/// The position of a record in its partition: 0 for the first ever appended. Never negative.
public struct Offset: TypedNumber {
  /// The position itself.
  public let rawValue: Int64
  /// Wraps a position that is known not to be negative.
  public init(_ rawValue: Int64) { self.rawValue = rawValue }
  /// The first position of every log.
  public static let zero = Offset(0)
  /// The position `distance` records further on.
  public static func + (lhs: Offset, distance: Int64) -> Offset { Offset(lhs.rawValue + distance) }
  /// The position `distance` records before.
  public static func - (lhs: Offset, distance: Int64) -> Offset { Offset(lhs.rawValue - distance) }
  /// How many records lie between two positions.
  public static func - (lhs: Offset, rhs: Offset) -> Int64 { lhs.rawValue - rhs.rawValue }
}

/// Numbers the leaderships of one partition: each leader has a higher one than all before it.
public struct LeaderEpoch: TypedNumber {
  /// The number; 0 for the first leader.
  public let rawValue: Int32
  /// Wraps a number that is known not to be negative.
  public init(_ rawValue: Int32) { self.rawValue = rawValue }
  /// The epoch of the first leader.
  public static let zero = LeaderEpoch(0)
  /// The epoch of the next leader.
  public var next: LeaderEpoch { LeaderEpoch(rawValue + 1) }
}

/// Numbers the changes of one partition's leader, replicas and in-sync set, as the coordinator made them.
public struct PartitionEpoch: TypedNumber {
  /// The number; 0 when the partition is created.
  public let rawValue: Int32
  /// Wraps a number that is known not to be negative.
  public init(_ rawValue: Int32) { self.rawValue = rawValue }
  /// The epoch of a new partition.
  public static let zero = PartitionEpoch(0)
  /// The epoch after one more change.
  public var next: PartitionEpoch { PartitionEpoch(rawValue + 1) }
}

/// Numbers the registrations of one broker: a process that starts again gets a higher one.
public struct BrokerEpoch: TypedNumber {
  /// The number: the metadata offset of the registration.
  public let rawValue: Int64
  /// Wraps a number that the coordinator gave out.
  public init(_ rawValue: Int64) { self.rawValue = rawValue }
}

/// Names a broker within its cluster. Chosen by the operator, 1 or more.
public struct BrokerID: TypedNumber {
  /// The number.
  public let rawValue: Int32
  /// Wraps a number that is known to be positive.
  public init(_ rawValue: Int32) { self.rawValue = rawValue }
}

/// The place of a partition within its topic, from 0 on.
public struct PartitionIndex: TypedNumber {
  /// The number.
  public let rawValue: Int32
  /// Wraps a number that is known not to be negative.
  public init(_ rawValue: Int32) { self.rawValue = rawValue }
}

/// Names an idempotent producer, cluster-wide.
public struct ProducerID: TypedNumber {
  /// The number.
  public let rawValue: Int64
  /// Wraps a number that the coordinator gave out.
  public init(_ rawValue: Int64) { self.rawValue = rawValue }

  /// From here on ids are the cluster's own: the coordinator gives out none of them.
  public static let reservedMin = ProducerID(1 << 62)

  /// The id in the batches of a numbered writer, of whom the one with the highest number fences all others.
  public init(ofWriter epoch: Int64) { self.init(Self.reservedMin.rawValue | epoch) }

  /// The number of the writer that writes under this id; nil if it is a producer's.
  public var writerEpoch: Int64? { self >= Self.reservedMin ? rawValue & ~Self.reservedMin.rawValue : nil }
}

/// Fences the earlier incarnations of one producer id.
public struct ProducerEpoch: TypedNumber {
  /// The number.
  public let rawValue: Int16
  /// Wraps a number that is known not to be negative.
  public init(_ rawValue: Int16) { self.rawValue = rawValue }
}

/// A time of day in milliseconds since 1970, as records carry it.
public struct Timestamp: TypedNumber {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  public let rawValue: Int64
  /// Wraps milliseconds since 1970.
  public init(_ rawValue: Int64) { self.rawValue = rawValue }
}

/// A moment on a clock that only moves forward, in nanoseconds since an origin of no meaning.
///
/// Cores are handed moments; they never look at a clock.
public struct Instant: TypedNumber {
  /// Nanoseconds since the clock's origin.
  public let rawValue: Int64
  /// Wraps nanoseconds since the clock's origin.
  public init(_ rawValue: Int64) { self.rawValue = rawValue }
  /// The moment `duration` later; the last representable one if that lies beyond it.
  public static func + (lhs: Instant, duration: Duration) -> Instant {
    let (sum, overflow) = lhs.rawValue.addingReportingOverflow(duration.nanoseconds)
    return Instant(overflow ? .max : sum)
  }
  /// How long after `rhs` the moment `lhs` is.
  public static func - (lhs: Instant, rhs: Instant) -> Duration { .nanoseconds(lhs.rawValue - rhs.rawValue) }
}

extension Duration {
  /// The whole duration in nanoseconds, saturated to what an `Int64` holds (292 years).
  public var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? (seconds < 0 ? .min : .max) : whole &+ attoseconds / 1_000_000_000
  }
  /// The whole duration in milliseconds, rounded down.
  public var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    return overflow ? (seconds < 0 ? .min : .max) : whole &+ attoseconds / 1_000_000_000_000_000
  }
}
