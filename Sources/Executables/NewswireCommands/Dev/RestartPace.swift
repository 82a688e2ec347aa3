/// When a node that died is started again: soon, and ever later if it dies young.
struct RestartPace: Hashable, Sendable {
  /// Who lives so long has proved that it can.
  static let provedAfter = Duration.seconds(10)
  private static let first = Duration.milliseconds(100)
  private static let longest = Duration.seconds(5)

  /// How often it died young since it last proved itself.
  private(set) var youngDeaths = 0

  /// The pause before the next start, for a node that died at this age.
  mutating func pause(afterLiving age: Duration) -> Duration {
    youngDeaths = age < Self.provedAfter ? youngDeaths + 1 : 1
    return min(Self.longest, Self.first * (1 << min(youngDeaths - 1, 10)))
  }
}
