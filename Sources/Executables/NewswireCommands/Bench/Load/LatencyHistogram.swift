/// How often each latency occurred, in buckets whose width is at most 1/64 of their value.
struct LatencyHistogram: Hashable, Sendable {
  private static let subBits = 6
  private static let subCount = 1 << subBits
  private static let bucketCount = (64 - subBits + 1) * subCount

  /// Empty until the first latency comes.
  private var counts: [Int64] = []
  /// How many there are.
  private(set) var count: Int64 = 0
  private(set) var least: Int64 = .max
  private(set) var greatest: Int64 = 0
  private var sum = 0.0

  /// Takes in one latency, in nanoseconds, as if it had occurred `times` times.
  mutating func add(_ nanoseconds: Int64, times: Int64 = 1) {
    if counts.isEmpty { counts = Array(repeating: 0, count: Self.bucketCount) }
    let value = max(0, nanoseconds)
    counts[Self.bucket(of: value)] += times
    count += times
    least = min(least, value)
    greatest = max(greatest, value)
    sum += Double(value) * Double(times)
  }

  /// Takes in all of another one's.
  mutating func add(_ other: LatencyHistogram) {
    guard other.count > 0 else { return }
    guard count > 0 else {
      self = other
      return
    }
    for (bucket, number) in other.counts.enumerated() where number > 0 { counts[bucket] += number }
    count += other.count
    least = min(least, other.least)
    greatest = max(greatest, other.greatest)
    sum += other.sum
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

  /// The latencies that somebody had seen who calls every `interval` nanoseconds, whether the call before has been
  /// answered or not.
  ///
  /// Whoever waits for an answer before the next call leaves out calls while an answer is late, and just those would
  /// have been late too (coordinated omission). So a latency L beyond the interval I stands for others of L - I, L - 2 I,
  /// and so on, down to I.
  func corrected(interval: Int64) -> LatencyHistogram {
    guard interval > 0, greatest > interval else { return self }
    var result = self
    for (bucket, number) in counts.enumerated() where number > 0 {
      let latency = min(greatest, Self.upperBound(of: bucket))
      guard latency - interval >= interval else { continue }
      for target in Self.bucket(of: interval)...Self.bucket(of: latency - interval) {
        let low = max(interval, Self.lowerBound(of: target))
        let high = min(latency - interval, Self.upperBound(of: target))
        // How many multiples of the interval lead from the latency into what the bucket covers.
        let omitted = (latency - low) / interval - (latency - high - 1) / interval
        if omitted > 0 { result.add(high, times: omitted * number) }
      }
    }
    return result
  }

  private static func bucket(of value: Int64) -> Int {
    guard value >= subCount else { return Int(value) }
    let shift = 63 - value.leadingZeroBitCount - subBits
    return (shift + 1) * subCount + Int(value >> shift) - subCount
  }

  /// The least value in a bucket.
  private static func lowerBound(of bucket: Int) -> Int64 {
    guard bucket >= subCount else { return Int64(bucket) }
    return Int64(bucket % subCount + subCount) << (bucket / subCount - 1)
  }

  /// The greatest value in a bucket.
  private static func upperBound(of bucket: Int) -> Int64 {
    guard bucket >= subCount else { return Int64(bucket) }
    return lowerBound(of: bucket) + ((Int64(1) << (bucket / subCount - 1)) - 1)
  }
}
