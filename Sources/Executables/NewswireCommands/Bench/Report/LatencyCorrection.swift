/// What has been done about the calls that a measurement left out because calls before them were late.
enum LatencyCorrection: Hashable, Sendable {
  /// Nothing: there is no moment at which a call should have been made.
  case none
  /// Each latency counts from the moment at which its record was due, whenever it could be sent.
  case dueTime
  /// So many callers waited for their answers; what they left out is filled in, as if each had called every `interval`
  /// nanoseconds.
  case interval(Int64)

  /// Callers that wait for their answers: on the average each calls once in a round.
  static func closedLoop(callers: Int, calls: Int64, seconds: Double) -> LatencyCorrection {
    calls > 0 ? .interval(max(1, Int64(seconds * 1e9 * Double(callers) / Double(calls)))) : .none
  }

  /// The latencies with what was left out.
  func applied(to latency: LatencyHistogram) -> LatencyHistogram {
    switch self {
    case .none, .dueTime: latency
    case .interval(let interval): latency.corrected(interval: interval)
    }
  }

  /// For programs.
  var json: JSON {
    switch self {
    case .none: .null
    case .dueTime: "due time"
    case .interval(let interval): .string("expected interval of \(fixed(Double(interval) / 1e6, 3)) ms")
    }
  }
}
