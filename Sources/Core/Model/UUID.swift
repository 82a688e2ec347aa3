/// 128 random bits that name a topic, a cluster or a disk folder for ever.
///
/// The random bits are an input (`init(random:)`): a core never makes its own.
public struct UUID128: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The first eight bytes, big-endian.
  public let high: UInt64
  /// The last eight bytes, big-endian.
  public let low: UInt64

  /// The UUID with exactly these bits.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// A version-4 UUID made from random bits that the caller supplies.
  public init(random generator: inout some RandomNumberGenerator) {
    high = (generator.next() & ~0xf000) | 0x4000
    low = (generator.next() & ~(0b11 << 62)) | (0b10 << 62)
  }

  /// The 16 bytes as they go on the wire and the disk; nil if there are not exactly 16.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The usual form of 36 characters, in either case; nil for anything else.
  public init?(_ text: String) {
    let groups = text.split(separator: "-", omittingEmptySubsequences: false)
    guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12] else { return nil }
    let digits = groups.joined()
    guard digits.allSatisfy(\.isHexDigit),
      let high = UInt64(digits.prefix(16), radix: 16), let low = UInt64(digits.suffix(16), radix: 16)
    else { return nil }
    self.init(high: high, low: low)
  }

  /// The 16 bytes, big-endian.
  public var bytes: [UInt8] {
    [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
  }

  /// The usual lower-case form, `8-4-4-4-12`.
  public var description: String {
    func hex(_ value: UInt64, _ digits: Int) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: digits - text.count) + text
    }
    return [
      hex(high >> 32, 8), hex(high >> 16 & 0xffff, 4), hex(high & 0xffff, 4), hex(low >> 48, 4),
      hex(low & 0xffff_ffff_ffff, 12),
    ].joined(separator: "-")
  }

  /// The order of the bytes.
  public static func < (lhs: UUID128, rhs: UUID128) -> Bool {
    (lhs.high, lhs.low) < (rhs.high, rhs.low)
  }
}

/// Names a topic for ever: one created again under its old name gets another.
public typealias TopicID = UUID128

/// One partition of one topic, whatever the topic is called now.
public struct TopicPartition: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The topic.
  public let topic: TopicID
  /// The partition's place within it.
  public let partition: PartitionIndex

  /// Names partition `partition` of `topic`.
  public init(topic: TopicID, partition: PartitionIndex) {
    self.topic = topic
    self.partition = partition
  }

  /// `<uuid>-<partition>`: also the name of the folder that holds a replica.
  public var description: String { "\(topic)-\(partition)" }

  /// By topic, then by partition.
  public static func < (lhs: TopicPartition, rhs: TopicPartition) -> Bool {
    (lhs.topic, lhs.partition) < (rhs.topic, rhs.partition)
  }
}
