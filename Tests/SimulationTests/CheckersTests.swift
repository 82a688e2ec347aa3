import Model
import Testing

@testable import Simulation

@Suite("The checkers notice broken rules")
struct CheckersTests {
  /// So many histories must be enough to see any rule broken.
  private static let historiesMax: UInt64 = 2000

  @Test("a broken rule is noticed", .timeLimit(.minutes(30)), arguments: BrokenRule.allCases)
  func noticed(rule: BrokenRule) {
    for seed in 1...Self.historiesMax {
      let report = History(seed: seed, plan: HistoryPlan(), wiring: rule.wiring()).run()
      guard let violation = report.violation else { continue }
      print("\(rule.rawValue): noticed in history \(seed): \(violation.invariant)")
      #expect(seed <= Self.historiesMax)
      return
    }
    Issue.record("\(rule.rawValue): not noticed in \(Self.historiesMax) histories")
  }

  @Test("a failure is made shorter, and told by its last events")
  func shortening() throws {
    let rule = BrokenRule.truncatesToWatermark
    let reports = (1...50).lazy.map { History(seed: $0, plan: HistoryPlan(), wiring: rule.wiring()).run() }
    let report = try #require(reports.first { $0.violation != nil })
    let short = ShortenedFailure(report, of: HistoryPlan(), runsMax: 20) { rule.wiring() }
    #expect(short.report.violation?.invariant == report.violation?.invariant)
    #expect(short.report.faults.count <= report.faults.count)
    #expect(short.trace.count <= ShortenedFailure.traceCount)
    #expect(short.trace.last?.contains("VIOLATION") == true)
    #expect(short.runs <= 20)
  }
}
