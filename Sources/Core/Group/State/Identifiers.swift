public import Model

/// A name that clients choose. Two are the same only if their bytes are: no letter stands for another.
public protocol ClientChosenName: Hashable, Comparable, Sendable, CustomStringConvertible {}

extension ClientChosenName {
  /// True if the bytes are the same.
  public static func == (lhs: Self, rhs: Self) -> Bool { lhs.description.utf8.elementsEqual(rhs.description.utf8) }

  /// The order of the bytes.
  public static func < (lhs: Self, rhs: Self) -> Bool {
    lhs.description.utf8.lexicographicallyPrecedes(rhs.description.utf8)
  }

  /// Feeds the bytes.
  public func hash(into hasher: inout Hasher) {
    for byte in description.utf8 { hasher.combine(byte) }
    hasher.combine(UInt8(0xff))
  }

  static func check(_ text: String, _ field: String, bytesMax: Int) throws(Refusal) {
    guard !text.isEmpty, text.utf8.count <= bytesMax, !text.utf8.contains(0) else {
      throw Refusal(
        .invalidRequest, "\(field) has \(text.utf8.count) bytes; 1 to \(bytesMax) are allowed, none of them 0",
        field: field)
    }
  }
}

/// Names a consumer group: 1 to 255 bytes.
public struct GroupID: ClientChosenName {
  /// The characters.
  public let description: String

  /// Checks `text`.
  public init(_ text: String) throws(Refusal) {
    try Self.check(text, "group", bytesMax: 255)
    description = text
  }
}

/// Names a member of a group, made by the member itself: 1 to 64 bytes.
public struct MemberID: ClientChosenName {
  /// The characters.
  public let description: String

  /// Checks `text`.
  public init(_ text: String) throws(Refusal) {
    try Self.check(text, "member_id", bytesMax: 64)
    description = text
  }
}

/// Names a static member: the same over restarts of its process. 1 to 255 bytes.
public struct InstanceID: ClientChosenName {
  /// The characters.
  public let description: String

  /// Checks `text`.
  public init(_ text: String) throws(Refusal) {
    try Self.check(text, "instance_id", bytesMax: 255)
    description = text
  }
}

/// Numbers the changes of a group's members and of what they want: each asks for a new assignment.
public struct GroupEpoch: TypedNumber {
  /// The number; 0 before the first member.
  public let rawValue: Int32
  /// Wraps a number that is known not to be negative.
  public init(_ rawValue: Int32) { self.rawValue = rawValue }
  /// The epoch of a group that has never had a member.
  public static let zero = GroupEpoch(0)
  /// The epoch after one more change.
  public var next: GroupEpoch { GroupEpoch(rawValue + 1) }
}

/// The group epoch in which a member has arrived: it has given up all that the assignment of that epoch takes from it.
public struct MemberEpoch: TypedNumber {
  /// The number; 0 for a member that has not arrived anywhere.
  public let rawValue: Int32
  /// Wraps a number that is known not to be negative.
  public init(_ rawValue: Int32) { self.rawValue = rawValue }
  /// The epoch of a member that joins.
  public static let zero = MemberEpoch(0)
}

/// Numbers the writes of one shard's owner, in the order in which they go to the log.
public struct WriteID: TypedNumber {
  /// The number; 1 for the first write.
  public let rawValue: UInt64
  /// Wraps a number that the shard gave out.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}
