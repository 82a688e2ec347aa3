import Model

/// A failure made as short as can be found: the fewest faults with which the same invariant still breaks.
public struct ShortenedFailure: Sendable {
  /// The plan that gives it again, with the same seed.
  public let plan: HistoryPlan
  /// The run.
  public let report: HistoryReport
  /// How many runs it took to find.
  public let runs: Int
  /// The last events of the partition concerned, or of all if it is none.
  public let trace: [String]

  /// How many events are shown.
  public static let traceCount = 100
}

extension ShortenedFailure {
  /// Shortens the failure `report`, which came of `plan`, in at most `runsMax` runs.
  ///
  /// First the shortest prefix of the faults is sought behind which the run, healed, still fails; then each of those
  /// faults is left out that is not needed.
  public init(_ report: HistoryReport, of plan: HistoryPlan, runsMax: Int = 80) {
    self.init(report, of: plan, runsMax: runsMax) { Wiring() }
  }

  package init(_ report: HistoryReport, of plan: HistoryPlan, runsMax: Int, wiring: @escaping () -> Wiring) {
    var search = Search(seed: report.seed, plan: plan, best: report, runsLeft: runsMax, wiring: wiring)
    search.shortenPrefix()
    search.leaveOut()
    self.plan = search.plan
    self.report = search.best
    runs = runsMax - search.runsLeft
    let history = History(seed: report.seed, plan: search.plan, wiring: wiring(), isTracing: true)
    _ = history.run()
    let place = search.best.violation?.partition
    let traces = history.traces
    trace = Array(
      (place.flatMap { traces[$0] } ?? traces.keys.sorted().flatMap { traces[$0] ?? [] }.sorted())
        .suffix(Self.traceCount))
  }
}

/// The search for a shorter run with the same seed.
private struct Search {
  let seed: UInt64
  var plan: HistoryPlan
  var best: HistoryReport
  var runsLeft: Int
  let wiring: () -> Wiring

  private var numbers: [Int] { best.faults.map(\.number) }

  /// True, and taken over, if the run fails with these faults alone.
  private mutating func fails(with numbers: some Sequence<Int>) -> Bool {
    guard runsLeft > 0 else { return false }
    runsLeft -= 1
    var candidate = plan
    candidate.faultNumbers = Set(numbers)
    let report = History(seed: seed, plan: candidate, wiring: wiring()).run()
    guard report.violation?.invariant == best.violation?.invariant else { return false }
    plan = candidate
    best = report
    return true
  }

  mutating func shortenPrefix() {
    let all = numbers
    var low = 0
    var high = all.count
    while low < high {
      let middle = (low + high) / 2
      if fails(with: all.prefix(middle)) { high = middle } else { low = middle + 1 }
    }
  }

  /// Leaves out halves, quarters, and so on to single faults, the latest first.
  mutating func leaveOut() {
    var size = max(1, numbers.count / 2)
    while runsLeft > 0 {
      var end = numbers.count
      while end > 0, runsLeft > 0 {
        let present = numbers
        let range = max(0, end - size)..<min(end, present.count)
        if !range.isEmpty { _ = fails(with: present[..<range.lowerBound] + present[range.upperBound...]) }
        end -= size
      }
      guard size > 1 else { return }
      size /= 2
    }
  }
}
