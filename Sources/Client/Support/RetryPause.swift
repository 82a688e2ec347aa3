/// How long to wait before the next try: twice as long each time, up to a bound, and a fifth more or less by chance.
struct RetryPause: Hashable, Sendable {
  var initial: Duration = .milliseconds(50)
  var longest: Duration = .seconds(1)

  /// The wait before try number `attempt`, of which the first repetition is number 1.
  func delay(attempt: Int, using generator: inout some RandomNumberGenerator) -> Duration {
    precondition(attempt >= 1, "the first repetition is number 1")
    let doubled = attempt > 20 ? longest : min(longest, initial * (1 << (attempt - 1)))
    return doubled * Double.random(in: 0.8...1.2, using: &generator)
  }
}
