private let sizeUnits: [(suffix: String, factor: Int)] = [
  ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
  ("kB", 1_000), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1), ("", 1),
]

private let durationUnits: [(suffix: String, length: Duration)] = [
  ("ns", .nanoseconds(1)), ("us", .microseconds(1)), ("ms", .milliseconds(1)), ("s", .seconds(1)),
  ("m", .seconds(60)), ("h", .seconds(3_600)), ("d", .seconds(86_400)), ("w", .seconds(604_800)),
]

/// The most whole units that a duration may have; keeps every product far from the ends of `Duration`.
private let durationUnitsMax: Int64 = 1 << 40

/// The digits at the start of `text` as a number, and what follows them; nil without a digit or beyond `Int`.
private func numberAndUnit(_ text: String) -> (number: Int, unit: Substring)? {
  let digits = text.prefix { $0.isASCII && $0.isWholeNumber }
  guard let number = Int(digits) else { return nil }
  return (number, text.dropFirst(digits.count))
}

/// The number of bytes that a text such as `128KiB` stands for.
func sizeValue(_ text: String) -> Int? {
  guard let (number, unit) = numberAndUnit(text),
    let factor = sizeUnits.first(where: { $0.suffix == unit })?.factor
  else { return nil }
  let (product, overflow) = number.multipliedReportingOverflow(by: factor)
  return overflow ? nil : product
}

/// The shortest exact way to write a number of bytes.
func sizeText(_ bytes: Int) -> String {
  let unit = sizeUnits.prefix(4).last { bytes > 0 && bytes % $0.factor == 0 }
  return unit.map { "\(bytes / $0.factor)\($0.suffix)" } ?? "\(bytes)"
}

/// The time span that a text such as `5ms` stands for.
func durationValue(_ text: String) -> Duration? {
  guard let (number, unit) = numberAndUnit(text) else { return nil }
  if number == 0, unit.isEmpty { return .zero }
  guard let length = durationUnits.first(where: { $0.suffix == unit })?.length,
    Int64(number) <= durationUnitsMax
  else { return nil }
  return length * number
}

/// The shortest exact way to write a time span of whole nanoseconds.
func durationText(_ duration: Duration) -> String {
  guard duration > .zero else { return "0s" }
  let unit = durationUnits.dropLast().last { duration % $0.length == .zero } ?? durationUnits[0]
  return "\(Int64(duration / unit.length))\(unit.suffix)"
}

extension Duration {
  /// What is left of `duration` after as many whole `unit`s as fit. Exact: both are whole nanoseconds.
  fileprivate static func % (duration: Duration, unit: Duration) -> Duration {
    let seconds = unit.components.seconds
    if seconds > 0 {
      return Duration(
        secondsComponent: duration.components.seconds % seconds, attosecondsComponent: duration.components.attoseconds)
    }
    return Duration(
      secondsComponent: 0, attosecondsComponent: duration.components.attoseconds % unit.components.attoseconds)
  }
}
