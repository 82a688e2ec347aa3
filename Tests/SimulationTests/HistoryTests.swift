import Simulation
import Testing

@Suite("Simulated histories")
struct HistoryTests {
  private func report(_ seed: UInt64, _ change: (inout HistoryPlan) -> Void = { _ in }) -> HistoryReport {
    var plan = HistoryPlan()
    plan.batches = 200
    change(&plan)
    return History(seed: seed, plan: plan).run()
  }

  @Test("the same seed gives the same history, and another one gives another")
  func determinism() {
    let reports = [1, 1, 2].map { report($0) }
    #expect(reports[0].hash == reports[1].hash)
    #expect(reports[0].counts == reports[1].counts)
    #expect(reports[0].faults == reports[1].faults)
    #expect(reports[0].hash != reports[2].hash)
  }

  @Test("without faults nothing is repeated, and everything is acknowledged and read")
  func calm() throws {
    let report = report(3) {
      $0.faults = []
      $0.cleanedPartitions = 0
    }
    #expect(report.violation == nil)
    #expect(report.faults == [])
    let acknowledged = try #require(report.counts[.acknowledged])
    // Some of the 200 requests have several batches.
    #expect(acknowledged > 200 && report.counts[.batchesRead] == acknowledged)
    #expect(report.counts[.truncations] == 0)
  }

  @Test("a fault that is left out leaves everything before it as it was")
  func leavingOut() throws {
    let whole = report(4)
    let last = try #require(whole.faults.last)
    let shorter = report(4) { $0.faultNumbers = Set(whole.faults.map(\.number)).subtracting([last.number]) }
    #expect(shorter.faults == whole.faults.dropLast())
    #expect(shorter.hash != whole.hash)
  }

  @Test("whatever bit of a batch flips, nothing that is acknowledged is lost, and damaged replicas are fetched anew")
  func flippedBits() {
    var totals = HistoryTotals()
    for seed in 60..<66 as Range<UInt64> { totals.add(report(seed) { $0.faults = [.flip, .kill, .restart] }) }
    #expect(totals.violations == 0)
    #expect(totals.counts[.damagesFound, default: 0] > 5 && totals.counts[.replicasMended, default: 0] > 5)
  }

  @Test("only the kinds of faults that were asked for happen")
  func kinds() {
    let report = report(5) { $0.faults = [.kill, .cut] }
    #expect(report.violation == nil)
    #expect(Set(report.faults.map(\.kind)) == [.kill, .cut])
    #expect(report.counts[.unsyncedLosses] == 0)
  }
}
