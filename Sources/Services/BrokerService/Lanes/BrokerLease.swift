internal import Model
internal import Runtime
internal import Synchronization

/// How long this broker may take itself for a leader: a lease that each heartbeat renews, counted from its sending.
///
/// Epochs protect writes. The lease alone keeps a broker that was cut off or paused from telling readers that what a
/// new leader has given them does not exist.
final class BrokerLease: Sendable {
  private let end = Mutex<Instant?>(nil)

  /// The coordinator has answered the heartbeat that was sent at this time.
  func renew(sentAt sent: Instant, for duration: Duration) { end.withLock { $0 = sent + duration } }

  /// The coordinator has said that this broker leads nothing.
  func giveUp() { end.withLock { $0 = nil } }

  /// True if the coordinator has promised that nobody else leads what this broker leads.
  var holds: Bool {
    guard let end = end.withLock({ $0 }) else { return false }
    return monotonicNow() < end
  }
}
