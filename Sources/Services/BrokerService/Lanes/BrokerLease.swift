internal import Model
internal import Runtime
internal import Synchronization

/// How long this broker may take itself for a leader: a lease that each heartbeat renews, counted from its sending.
///
/// Epochs protect writes. The lease alone keeps a broker that was cut off or paused from telling readers that what a
/// new leader has given them does not exist.
final class BrokerLease: Sendable {
  private struct State {
    var end: Instant?
    /// When the last answered heartbeat was sent, and what the coordinator knew when it answered.
    var answered: (sentAt: Instant, metadataEnd: MetadataOffset)?
  }

  private let state = Mutex(State())

  /// The coordinator, whose metadata ends here, has answered the heartbeat that was sent at this time.
  func renew(sentAt sent: Instant, for duration: Duration, metadataEnd: MetadataOffset) {
    state.withLock { $0 = State(end: sent + duration, answered: (sent, metadataEnd)) }
  }

  /// The coordinator has said that this broker leads nothing.
  func giveUp() { state.withLock { $0 = State() } }

  /// True if the coordinator has promised that nobody else leads what this broker leads.
  var holds: Bool {
    guard let end = state.withLock({ $0.end }) else { return false }
    return monotonicNow() < end
  }

  /// True if metadata up to `end` has everything that had been decided at `moment`.
  func isKnown(at moment: Instant, by end: MetadataOffset) -> Bool {
    guard holds, let answered = state.withLock({ $0.answered }) else { return false }
    return answered.sentAt >= moment && answered.metadataEnd <= end
  }
}
