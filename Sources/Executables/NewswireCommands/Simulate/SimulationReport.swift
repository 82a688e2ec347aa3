internal import Model
internal import Simulation

/// What a series of histories came to, for people and for programs.
struct SimulationReport {
  let first: UInt64
  let outcome: SimulationSeries.Outcome
  let plan: HistoryPlan
  /// The failure, made as short as can be found.
  private let failure: ShortenedFailure?

  init(first: UInt64, outcome: SimulationSeries.Outcome, plan: HistoryPlan) {
    self.first = first
    self.outcome = outcome
    self.plan = plan
    failure = outcome.failure.map { ShortenedFailure($0, of: plan) }
  }

  private var totals: HistoryTotals { outcome.totals }
  private var perMinute: Double { Double(totals.histories) * 60 / max(outcome.seconds, 1e-9) }

  // MARK: For people

  var text: String {
    var table = Table([("WHAT HAPPENED", .left), ("TIMES", .right), ("A HISTORY", .right)])
    func add(_ name: String, _ number: Int) {
      let each = Double(number) / Double(max(totals.histories, 1))
      table.add(name, grouped(Int64(number)), fixed(each, 1))
    }
    for happening in Happening.allCases { add(happening.rawValue, totals.counts[happening] ?? 0) }
    add("faults", totals.faults.values.reduce(0, +))
    for kind in FaultKind.allCases where !kind.isLasting { add("faults: \(kind.rawValue)", totals.faults[kind] ?? 0) }
    let summary =
      "\(grouped(Int64(totals.histories))) histories from seed \(first) on, \(grouped(Int64(totals.steps))) steps in "
      + "\(fixed(outcome.seconds, 1)) s, \(grouped(Int64(perMinute))) histories a minute, hash \(hexadecimal(totals.hash))"
    return table.text + "\n\(summary)\n" + failureText
  }

  private var failureText: String {
    guard let original = outcome.failure, let failure, let violation = failure.report.violation else {
      return "no violation\n"
    }
    var lines = [
      "", "VIOLATION of \(violation.invariant) with seed \(original.seed): \(violation.words)", "",
      "The shortest history that was found, in \(failure.runs) runs, has \(failure.report.faults.count) of "
        + "\(original.faults.count) faults and \(failure.report.steps) of \(original.steps) steps:",
    ]
    lines += failure.report.faults.map { "  \($0.line)" }
    lines += ["", "The last events of \(violation.partition.map { "partition \($0)" } ?? "all partitions"):"]
    lines += failure.trace.map { "  \($0)" }
    lines += ["", "It happens again with: newswire simulate --seed \(original.seed) --runs 1\(planText)"]
    return lines.joined(separator: "\n") + "\n"
  }

  /// The options that make the plan what it is.
  private var planText: String {
    let usual = HistoryPlan()
    var text = ""
    if plan.brokers != usual.brokers { text += " --nodes \(plan.brokers)" }
    if plan.partitions != usual.partitions { text += " --partitions \(plan.partitions)" }
    if plan.faults != usual.faults {
      let kinds = plan.faults.map(\.rawValue).sorted().joined(separator: ",")
      text += " --faults \(kinds.isEmpty ? "none" : kinds)"
    }
    return text
  }

  // MARK: For programs

  var json: JSON {
    [
      "first_seed": .integer(Int64(clamping: first)), "histories": JSON(totals.histories),
      "steps": .integer(Int64(clamping: totals.steps)), "seconds": .number(outcome.seconds),
      "histories_per_minute": .number(perMinute), "hash": .string(hexadecimal(totals.hash)),
      "acknowledged": JSON(totals.counts[.acknowledged] ?? 0),
      "counts": .object(
        Happening.allCases.map { .init(name: $0.key, value: JSON(totals.counts[$0] ?? 0)) }),
      "faults": .object(
        FaultKind.allCases.filter { !$0.isLasting }.map {
          .init(name: $0.rawValue, value: JSON(totals.faults[$0] ?? 0))
        }),
      "violations": .array(failureJSON.map { [$0] } ?? []),
    ]
  }

  private var failureJSON: JSON? {
    guard let original = outcome.failure, let failure, let violation = failure.report.violation else { return nil }
    return [
      "seed": .integer(Int64(clamping: original.seed)), "invariant": .string(violation.invariant),
      "partition": JSON(violation.partition.map { "\($0)" }), "message": .string(violation.words),
      "faults": .array(failure.report.faults.map { .string($0.line) }),
      "steps": .integer(Int64(clamping: failure.report.steps)), "trace": .array(failure.trace.map { .string($0) }),
    ]
  }
}

/// Sixteen digits.
private func hexadecimal(_ number: UInt64) -> String {
  let digits = String(number, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
