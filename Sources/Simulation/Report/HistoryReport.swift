public import Model

/// A broken invariant.
public struct Violation: Hashable, Sendable {
  /// Its name in the design; or `Progress`, if the cluster has not got done after all was healed.
  public let invariant: String
  /// The partition concerned, if it is one.
  public let partition: TopicPartition?
  /// What was found.
  public let words: String
}

/// A fault that has happened.
public struct InjectedFault: Hashable, Sendable {
  /// Its place in the plan of the run.
  public let number: Int
  /// What kind it is of.
  public let kind: FaultKind
  /// When it happened.
  public let at: Instant
  /// What happened to whom.
  public let words: String

  /// The fault in one line.
  public var line: String { "\(secondsText(at)) s  fault \(number): \(words)" }
}

/// What one simulated run came to.
public struct HistoryReport: Sendable {
  /// The seed that gives this run again.
  public let seed: UInt64
  /// What went wrong first; nil if nothing did.
  public let violation: Violation?
  /// How often what happened.
  public let counts: [Happening: Int]
  /// The faults that happened.
  public let faults: [InjectedFault]
  /// How many steps there were.
  public let steps: UInt64
  /// How long it took, in simulated time.
  public let length: Instant
  /// The same in every run of this seed.
  public let hash: UInt64

  /// The hash in hexadecimal digits.
  public var hashText: String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// What many runs came to together.
public struct HistoryTotals: Sendable {
  /// How many runs there were.
  public private(set) var histories = 0
  /// How many steps they had.
  public private(set) var steps: UInt64 = 0
  /// How often what happened.
  public private(set) var counts: [Happening: Int] = [:]
  /// How many faults of each kind there were.
  public private(set) var faults: [FaultKind: Int] = [:]
  /// How many runs broke an invariant.
  public private(set) var violations = 0
  /// Folds the hashes of all runs, whatever their order.
  public private(set) var hash: UInt64 = 0

  /// No runs.
  public init() {}

  /// Takes in one run.
  public mutating func add(_ report: HistoryReport) {
    histories += 1
    steps += report.steps
    counts.merge(report.counts) { $0 + $1 }
    for fault in report.faults { faults[fault.kind, default: 0] += 1 }
    if report.violation != nil { violations += 1 }
    hash ^= report.hash
  }
}
