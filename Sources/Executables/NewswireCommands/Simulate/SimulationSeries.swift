internal import Glibc
internal import Model
internal import Runtime
internal import Simulation
internal import Synchronization

/// Histories with seeds one after another, up to the first that breaks an invariant.
final class SimulationSeries: Sendable {
  /// What they came to.
  struct Outcome: Sendable {
    var totals = HistoryTotals()
    /// The history with the lowest seed that broke an invariant.
    var failure: HistoryReport?
    var seconds = 0.0
    fileprivate var begun = 0
    fileprivate var nextLine: Instant
  }

  private let first: UInt64
  private let runs: Int
  private let plan: HistoryPlan
  private let began = monotonicNow()
  private let end: Instant?
  private let outcome: Mutex<Outcome>

  /// At most `runs` histories from the seed `first` on, for at most `time`.
  init(first: UInt64, runs: Int, time: Duration?, plan: HistoryPlan) {
    self.first = first
    self.runs = runs
    self.plan = plan
    end = time.map { [began] in began + $0 }
    outcome = Mutex(Outcome(nextLine: began))
  }

  /// Runs them, so many at once.
  func run(jobs: Int) async -> Outcome {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<jobs { group.addTask { self.work() } }
    }
    if isTerminal { try? StandardStreams.write("\r\u{1b}[K", to: STDERR_FILENO) }
    var result = outcome.withLock { $0 }
    result.seconds = (monotonicNow() - began).seconds
    return result
  }

  private func work() {
    while let seed = nextSeed() {
      let report = History(seed: seed, plan: plan).run()
      outcome.withLock { outcome in
        outcome.totals.add(report)
        if report.violation != nil, outcome.failure.map({ report.seed < $0.seed }) ?? true { outcome.failure = report }
        showProgress(&outcome)
      }
    }
  }

  private func nextSeed() -> UInt64? {
    outcome.withLock { outcome in
      guard outcome.failure == nil, outcome.begun < runs, end.map({ monotonicNow() < $0 }) ?? true else { return nil }
      defer { outcome.begun += 1 }
      return first &+ UInt64(outcome.begun)
    }
  }

  private var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  private func showProgress(_ outcome: inout Outcome) {
    let now = monotonicNow()
    guard isTerminal, now >= outcome.nextLine else { return }
    outcome.nextLine = now + .milliseconds(200)
    let count = Int64(outcome.totals.histories)
    let aim = runs < .max ? " of \(grouped(Int64(runs)))" : ""
    let pace = Int64(Double(count) * 60 / max((now - began).seconds, 1e-9))
    try? StandardStreams.write(
      "\r\(grouped(count))\(aim) histories, \(grouped(pace)) a minute\u{1b}[K", to: STDERR_FILENO)
  }
}
