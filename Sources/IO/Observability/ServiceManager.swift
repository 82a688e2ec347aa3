import CSystemd

/// What started this service and watches over it: systemd, or nobody, and then everything here does nothing.
public enum ServiceManager {
  /// Says that the service does its work from now on.
  public static func ready(status: String = "") {
    notify("READY=1" + (status.isEmpty ? "" : "\nSTATUS=\(oneLine(status))"))
  }

  /// Says that the service is on its way out.
  public static func stopping(status: String = "") {
    notify("STOPPING=1" + (status.isEmpty ? "" : "\nSTATUS=\(oneLine(status))"))
  }

  /// Says in a few words what the service is at, for `systemctl status`.
  public static func status(_ text: String) {
    notify("STATUS=\(oneLine(text))")
  }

  /// Asks for more time to start or stop, counted from now.
  public static func extendTimeout(by duration: Duration) {
    notify("EXTEND_TIMEOUT_USEC=\(duration.components.seconds * 1_000_000)")
  }

  /// Says that the service is alive. To be called from a loop whose standstill would be a fault.
  public static func keepAlive() {
    notify("WATCHDOG=1")
  }

  /// How often `keepAlive` is to be called: half of what the unit allows; nil if nobody watches.
  public static var keepAliveInterval: Duration? {
    var microseconds: UInt64 = 0
    guard sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
    return .microseconds(Int64(clamping: microseconds / 2))
  }

  private static func notify(_ state: String) {
    _ = sd_notify(0, state)
  }

  private static func oneLine(_ text: String) -> String {
    String(text.prefix(500).map { $0.isNewline ? " " : $0 })
  }
}
