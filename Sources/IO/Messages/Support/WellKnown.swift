extension GoogleProtobuf.Duration {
  /// What the message can say: 10,000 years.
  private static let secondsRange: ClosedRange<Int64> = -315_576_000_000...315_576_000_000

  /// The same span in whole nanoseconds; the longest that the message can say if it is longer.
  public init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let isInRange = Self.secondsRange.contains(seconds)
    self.init(
      seconds: min(max(seconds, Self.secondsRange.lowerBound), Self.secondsRange.upperBound),
      nanos: isInRange ? Int32(attoseconds / 1_000_000_000) : 0)
  }

  /// The same span; the longest that the message may say if its fields say more.
  public var duration: Duration {
    .seconds(min(max(seconds, Self.secondsRange.lowerBound), Self.secondsRange.upperBound)) + .nanoseconds(Int64(nanos))
  }
}

extension GoogleProtobuf.AnyMessage {
  /// Holds `message`, named by the usual type URL.
  public init(packing message: some Message) {
    self.init(typeURL: "type.googleapis.com/" + type(of: message).messageName, value: message.serialized)
  }

  /// The message inside; nil if it is of another type.
  public func unpacked<M: Message>(as type: M.Type) throws(MessageError) -> M? {
    guard typeURL.utf8.last != UInt8(ascii: "/"), typeURL.split(separator: "/").last.map(String.init) == M.messageName
    else { return nil }
    return try M(decoding: value)
  }
}
