internal import Glibc
public import Model

private func read(_ clock: clockid_t) -> Int64 {
  var time = timespec()
  clock_gettime(clock, &time)
  return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
}

/// The moment now, on the clock that also counts while the machine sleeps (CLOCK_BOOTTIME).
public func monotonicNow() -> Instant { Instant(read(CLOCK_BOOTTIME)) }

/// The time of day, in milliseconds since 1970.
public func wallClock() -> Timestamp { Timestamp(read(CLOCK_REALTIME) / 1_000_000) }

/// Random numbers from the operating system, for identifiers and jitter.
public struct SystemRandom: RandomNumberGenerator, Sendable {
  private var generator = SystemRandomNumberGenerator()
  /// A generator; all of them draw from the same source.
  public init() {}
  /// The next 64 random bits.
  public mutating func next() -> UInt64 { generator.next() }
}
