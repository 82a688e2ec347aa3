internal import Model
internal import Runtime
internal import Synchronization

/// What a measurement has seen, and when: in intervals of equal length, so few that a picture of them stays readable.
struct Timeline: Sendable {
  /// What happened within one interval.
  struct Interval: Hashable, Sendable {
    var latency = LatencyHistogram()
    var records: Int64 = 0
    var bytes: Int64 = 0

    mutating func add(_ other: Interval) {
      latency.add(other.latency)
      records += other.records
      bytes += other.bytes
    }
  }

  /// When there would be more intervals, two of them become one.
  static let intervalsMax = 240

  let began: Instant
  /// How long an interval is, in nanoseconds.
  private(set) var width: Int64 = 50_000_000
  private(set) var intervals: [Interval] = []

  init(began: Instant) { self.began = began }

  /// Lets something happen at a moment; what is said to be before the beginning counts as the first.
  mutating func at(_ moment: Instant, _ body: (inout Interval) -> Void) {
    let elapsed = max(0, (moment - began).nanoseconds)
    while elapsed / width >= Int64(Self.intervalsMax) { halve() }
    let place = Int(elapsed / width)
    while intervals.count <= place { intervals.append(Interval()) }
    body(&intervals[place])
  }

  /// All latencies, whenever they were.
  var latency: LatencyHistogram {
    intervals.reduce(into: LatencyHistogram()) { $0.add($1.latency) }
  }

  /// All records, whenever they were.
  var records: Int64 { intervals.reduce(0) { $0 + $1.records } }

  private mutating func halve() {
    width *= 2
    intervals = stride(from: 0, to: intervals.count, by: 2).map { place in
      var pair = intervals[place]
      if place + 1 < intervals.count { pair.add(intervals[place + 1]) }
      return pair
    }
  }
}

/// What several threads see, taken down as one timeline.
final class Recorder: Sendable {
  private let seen: Mutex<Timeline>

  init() { seen = Mutex(Timeline(began: monotonicNow())) }

  /// Forgets what was before: the measurement begins.
  func begin() { seen.withLock { $0 = Timeline(began: monotonicNow()) } }

  /// Lets something happen at a moment.
  func at(_ moment: Instant, _ body: (inout Timeline.Interval) -> Void) { seen.withLock { $0.at(moment, body) } }

  /// All that has been taken down.
  var timeline: Timeline { seen.withLock { $0 } }
}
