internal import Glibc

/// How many files and connections a process may have open.
public enum FileLimit {
  private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

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
