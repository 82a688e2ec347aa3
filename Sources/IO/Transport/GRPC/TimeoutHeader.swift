import Model

/// The header `grpc-timeout`: at most eight digits and a unit, how long the caller will wait.
enum TimeoutHeader {
  private static let valueMax: Int64 = 99_999_999

  /// The units, finest first, with their length in nanoseconds.
  private static let units: [(letter: Character, nanoseconds: Int64)] = [
    ("n", 1), ("u", 1_000), ("m", 1_000_000), ("S", 1_000_000_000), ("M", 60_000_000_000), ("H", 3_600_000_000_000),
  ]

  /// What the header says; nil if it is not of its form.
  static func parse(_ text: some BidirectionalCollection<UInt8>) -> Duration? {
    guard (2...9).contains(text.count) else { return nil }
    var value: Int64 = 0
    for byte in text.dropLast() {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    switch text.last {
    case UInt8(ascii: "n"): return .nanoseconds(value)
    case UInt8(ascii: "u"): return .microseconds(value)
    case UInt8(ascii: "m"): return .milliseconds(value)
    case UInt8(ascii: "S"): return .seconds(value)
    case UInt8(ascii: "M"): return .seconds(value * 60)
    case UInt8(ascii: "H"): return .seconds(value * 3600)
    default: return nil
    }
  }

  /// The header for `duration`, in the finest unit that eight digits allow, rounded up; at least a nanosecond.
  static func format(_ duration: Duration) -> String {
    let nanoseconds = max(duration.nanoseconds, 1)
    for unit in units {
      let value = nanoseconds / unit.nanoseconds + (nanoseconds % unit.nanoseconds == 0 ? 0 : 1)
      if value <= valueMax { return "\(value)\(unit.letter)" }
    }
    return "\(valueMax)H"
  }
}
