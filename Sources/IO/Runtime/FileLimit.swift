internal import Glibc

/// How many files and connections a process may have open.
public enum FileLimit {
  private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  /// What connections leave for files at least, and for the runtime: its scheduler looks at its threads by way of
  /// /proc every second, and ends the process when it cannot.
  private static let reserveMin: UInt64 = 48

  /// How many the process may have open now; nil if the system does not say.
  public static var current: UInt64? {
    var limit = rlimit()
    return getrlimit(Self.resource, &limit) == 0 ? UInt64(limit.rlim_cur) : nil
  }

  /// The lowest descriptor that is too high for a connection that a peer has opened.
  ///
  /// A new descriptor is the lowest that is free, so its number tells how many are taken.
  public static func connectionsEnd() -> Int32 {
    guard let all = current else { return .max }
    let reserve = max(Self.reserveMin, all / 16)
    return Int32(clamping: all > reserve ? all - reserve : all)
  }

  /// Raises the soft limit to the hard one; the soft limit before and after.
  ///
  /// A soft limit is low for the sake of programs that use `select`, which none of ours does.
  public static func raise() throws(RuntimeError) -> (before: UInt64, after: UInt64) {
    var limit = rlimit()
    try check(getrlimit(Self.resource, &limit) == 0 ? 0 : -errno, "read the limit of open files")
    let before = limit.rlim_cur
    guard before < limit.rlim_max else { return (UInt64(before), UInt64(before)) }
    limit.rlim_cur = limit.rlim_max
    try check(setrlimit(Self.resource, &limit) == 0 ? 0 : -errno, "raise the limit of open files")
    return (UInt64(before), UInt64(limit.rlim_max))
  }
}
