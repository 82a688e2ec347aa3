import Model

/// How much of what costs us more than it costs the peer is let through: so many at once, so many a second.
struct AbuseLimits: Sendable {
  /// Tokens that are there at the start and at most, and how many come back each second.
  struct Rate: Sendable {
    var burst: Double
    var perSecond: Double
  }

  /// Streams opened and reset ("rapid reset"), and resets that the peer's mistakes force on us.
  var resets = Rate(burst: 1000, perSecond: 200)
  /// PING frames.
  var pings = Rate(burst: 100, perSecond: 20)
  /// SETTINGS frames.
  var settings = Rate(burst: 50, perSecond: 5)
  /// Frames that say nothing: empty DATA, PRIORITY, extra headers.
  var empty = Rate(burst: 1000, perSecond: 100)
}

/// Counts what a peer does against the limits.
struct AbuseGuard {
  /// What is counted.
  enum Kind: Int, CaseIterable {
    case reset, ping, settings, empty
  }

  private var tokens: [Double]
  private var last: [Instant]
  private let rates: [AbuseLimits.Rate]

  /// Full buckets.
  init(_ limits: AbuseLimits) {
    rates = [limits.resets, limits.pings, limits.settings, limits.empty]
    tokens = rates.map(\.burst)
    last = rates.map { _ in Instant(0) }
  }

  /// Counts one; false if that was one too many.
  mutating func allows(_ kind: Kind, at now: Instant) -> Bool {
    let index = kind.rawValue
    let seconds = Double(max(0, now.rawValue - last[index].rawValue)) / 1e9
    last[index] = now
    tokens[index] = min(rates[index].burst, tokens[index] + seconds * rates[index].perSecond) - 1
    return tokens[index] >= 0
  }
}
