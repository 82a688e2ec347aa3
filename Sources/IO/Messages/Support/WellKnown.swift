extension GoogleProtobuf.Duration {
  /// The same span, rounded down to whole nanoseconds and to what the message can say (10,000 years).
  public init(_ duration: Duration) {
    let secondsMax: Int64 = 315_576_000_000
    let (seconds, attoseconds) = duration.components
    self.init(
      seconds: min(max(seconds, -secondsMax), secondsMax),
      nanos: abs(seconds) < secondsMax ? Int32(attoseconds / 1_000_000_000) : 0)
  }

  /// The same span.
  public var duration: Duration { .seconds(seconds) + .nanoseconds(Int64(nanos)) }
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
