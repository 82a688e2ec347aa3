public import Model

/// So many bytes a second and no more, but for a burst of a tenth of a second.
///
/// What is taken may overdraw it once; nothing more is given then until that has been made up for.
public struct ByteQuota: Hashable, Sendable {
  private let bytesPerSecond: Int
  private var available: Int
  private var countedAt: Instant

  /// A quota that nothing has been taken of.
  public init(bytesPerSecond: Int, at now: Instant) {
    self.bytesPerSecond = max(10, min(bytesPerSecond, 1 << 40))
    available = self.bytesPerSecond / 10
    countedAt = now
  }

  /// True if something may be taken at `now`.
  mutating func isOpen(at now: Instant) -> Bool {
    count(at: now)
    return available > 0
  }

  mutating func take(_ bytes: Int) { available -= bytes }

  mutating func giveBack(_ bytes: Int) { available += bytes }

  /// When something may be taken again.
  var opensAt: Instant {
    guard available <= 0 else { return countedAt }
    let missing = Double(1 - available) / Double(bytesPerSecond)
    return countedAt + .nanoseconds(Int64(missing * 1e9) + 1)
  }

  private mutating func count(at now: Instant) {
    let passed = now - countedAt
    guard passed > .zero else { return }
    let earned = passed >= .seconds(1) ? bytesPerSecond : Int(passed.nanoseconds) * bytesPerSecond / 1_000_000_000
    // Too short a time to earn a byte goes on counting.
    guard earned > 0 else { return }
    available = min(available + earned, bytesPerSecond / 10)
    countedAt = now
  }
}
