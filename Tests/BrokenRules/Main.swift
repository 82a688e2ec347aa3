import Glibc
import Simulation

/// Shows that the simulator's checkers bite: clusters in which one rule is broken on purpose must be noticed.
///
/// A program and not a test, because it takes a build with optimisation to be done in seconds.
@main
enum Main {
  /// So many histories must be enough to see any rule broken.
  private static let historiesMax: UInt64 = 2000

  static func main() {
    let unnoticed = BrokenRule.allCases.filter { !isNoticed($0) }
    guard unnoticed.isEmpty else { exit(1) }
    print("all \(BrokenRule.allCases.count) broken rules are noticed")
  }

  private static func isNoticed(_ rule: BrokenRule) -> Bool {
    for seed in 1...historiesMax {
      let report = History(seed: seed, plan: rule.plan, wiring: rule.wiring()).run()
      guard let violation = report.violation else { continue }
      print("noticed in history \(seed): \(rule.rawValue) (\(violation.invariant))")
      fflush(nil)
      return true
    }
    print("NOT noticed in \(historiesMax) histories: \(rule.rawValue)")
    return false
  }
}
