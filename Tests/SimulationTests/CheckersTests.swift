import Model
import Partition
import SegmentedLog
import Simulation
import Testing

/// `Tests/BrokenRules` shows of each rule that the checkers notice when it is broken.
@Suite("What is told of a broken rule")
struct CheckersTests {
  /// Consumers read beyond the high watermark.
  private final class ReadsToTheEnd: Wiring {
    override func readLimit(_ bounds: ReadBounds, of partition: Partition) -> Offset { partition.log.writtenEndOffset }
  }

  @Test("a failure is made shorter, and told by its last events")
  func shortening() throws {
    var plan = HistoryPlan()
    plan.batches = 200
    let reports = (1...50).lazy.map { History(seed: $0, plan: plan, wiring: ReadsToTheEnd()).run() }
    let report = try #require(reports.first { $0.violation != nil })
    let short = ShortenedFailure(report, of: plan, runsMax: 20) { ReadsToTheEnd() }
    #expect(short.report.violation?.invariant == report.violation?.invariant)
    #expect(short.report.faults.count <= report.faults.count)
    #expect(short.trace.count <= ShortenedFailure.traceCount)
    #expect(short.trace.last?.contains("VIOLATION") == true)
    #expect(short.runs <= 20)
  }
}
