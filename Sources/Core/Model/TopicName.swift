/// A topic's name, checked: 1 to 249 of `a-z A-Z 0-9 . _ -`, but not `.` or `..`.
///
/// Names that start with `__` belong to the cluster itself.
public struct TopicName: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The characters.
  public let description: String

  /// The most characters that a name may have, as in Kafka.
  public static let lengthMax = 249

  /// Checks `text`; throws what is wrong with it in words for the user.
  public init(_ text: String) throws(InvalidName) {
    guard !text.isEmpty else { throw InvalidName(reason: "the topic name is empty") }
    guard text.utf8.count <= Self.lengthMax else {
      throw InvalidName(reason: "the topic name has \(text.utf8.count) bytes; at most \(Self.lengthMax) are allowed")
    }
    guard text != ".", text != ".." else { throw InvalidName(reason: "a topic cannot be called \"\(text)\"") }
    guard text.utf8.allSatisfy(isNameByte) else {
      throw InvalidName(
        reason: "the topic name contains a character other than a-z, A-Z, 0-9, '.', '_' and '-'")
    }
    description = text
  }

  /// True for the topics that the cluster keeps for itself, such as `__consumer_offsets`.
  public var isInternal: Bool { description.utf8.starts(with: "__".utf8) }

  /// The order of the characters' bytes.
  public static func < (lhs: TopicName, rhs: TopicName) -> Bool {
    lhs.description.utf8.lexicographicallyPrecedes(rhs.description.utf8)
  }
}

/// A name that is not allowed, and why.
public struct InvalidName: Error, Hashable, Sendable {
  /// What is wrong, in words for the user.
  public let reason: String
  /// A refusal for `reason`.
  public init(reason: String) { self.reason = reason }
}

private func isNameByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
    return true
  default: return false
  }
}
