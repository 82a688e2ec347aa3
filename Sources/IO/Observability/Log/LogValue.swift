/// The value of a log line's key.
public enum LogValue: Hashable, Sendable {
  /// Words, cut to a bounded length when they are written.
  case text(String)
  /// A whole number.
  case number(Int64)
  /// Yes or no.
  case boolean(Bool)

  /// A whole number of any width.
  public init(_ number: some BinaryInteger) {
    self = .number(Int64(clamping: number))
  }

  /// Whatever a value says of itself.
  public init(_ value: some CustomStringConvertible) {
    self = .text(value.description)
  }
}

extension LogValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  /// Words; also `"\(value)"`.
  public init(stringLiteral value: String) { self = .text(value) }
  /// A number.
  public init(integerLiteral value: Int64) { self = .number(value) }
  /// Yes or no.
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
}

/// How much a log line matters; the raw value is syslog's priority.
public enum LogLevel: Int, Comparable, CaseIterable, Sendable {
  /// Somebody has to come now.
  case critical = 2
  /// Something failed that should not.
  case error
  /// Something is not as it should be, and goes on.
  case warning
  /// Something an operator wants to know happened.
  case notice
  /// The ordinary course of things.
  case info
  /// Only for those who look for a fault.
  case debug

  /// The word in a line, and in configuration.
  public var name: String { "\(self)" }

  /// The level of this name.
  public init?(name: String) {
    guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = level
  }

  /// Less important comes first.
  public static func < (lhs: LogLevel, rhs: LogLevel) -> Bool { lhs.rawValue > rhs.rawValue }
}
