internal import Model
internal import Synchronization

/// How often each latency occurred, in buckets whose width is at most 1/64 of their value.
struct LatencyHistogram: Sendable {
  private static let subBits = 6
  private static let subCount = 1 << subBits

  private var counts = [Int64](repeating: 0, count: (64 - subBits + 1) * subCount)
  /// How many there are.
  private(set) var count: Int64 = 0
  private(set) var least: Int64 = .max
  private(set) var greatest: Int64 = 0
  private var sum = 0.0

  /// Takes in one latency, in nanoseconds.
  mutating func add(_ nanoseconds: Int64) {
    let value = max(0, nanoseconds)
    counts[Self.bucket(of: value)] += 1
    count += 1
    least = min(least, value)
    greatest = max(greatest, value)
    sum += Double(value)
  }

  /// The mean, in nanoseconds; nil if there is none.
  var mean: Double? { count == 0 ? nil : sum / Double(count) }

  /// The latency in nanoseconds that the share `share` (0 to 1) of all does not exceed; nil if there is none.
  func percentile(_ share: Double) -> Int64? {
    guard count > 0 else { return nil }
    let rank = max(1, Int64((share * Double(count)).rounded(.up)))
    var seen: Int64 = 0
    for (bucket, number) in counts.enumerated() where number > 0 {
      seen += number
      if seen >= rank { return min(greatest, max(least, Self.upperBound(of: bucket))) }
    }
    return greatest
  }

  private static func bucket(of value: Int64) -> Int {
    guard value >= subCount else { return Int(value) }
    let shift = 63 - value.leadingZeroBitCount - subBits
    return (shift + 1) * subCount + Int(value >> shift) - subCount
  }

  /// The greatest value in a bucket.
  private static func upperBound(of bucket: Int) -> Int64 {
    guard bucket >= subCount else { return Int64(bucket) }
    let shift = bucket / subCount - 1
    return (Int64(bucket % subCount + subCount) << shift) + ((Int64(1) << shift) - 1)
  }
}

/// Latencies that several tasks and threads take down.
final class LatencyRecorder: Sendable {
  private let latencies = Mutex(LatencyHistogram())

  /// Takes in one latency.
  func add(_ latency: Duration) { latencies.withLock { $0.add(latency.nanoseconds) } }

  /// All that have been taken down.
  var histogram: LatencyHistogram { latencies.withLock { $0 } }
}
