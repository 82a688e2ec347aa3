import Model
import Synchronization

/// One series of a figure that only grows. Any thread may add to it, at the cost of one atomic addition.
public final class Counter: Sendable {
  private let count = Atomic<Int>(0)

  init() {}

  /// Adds `amount`, which is not negative.
  public func add(_ amount: Int = 1) {
    count.wrappingAdd(amount, ordering: .relaxed)
  }

  /// The sum of everything that was added.
  public var value: Int { count.load(ordering: .relaxed) }
}

/// One series of a figure that goes up and down. Any thread may change it.
public final class Gauge: Sendable {
  private let level = Atomic<Int>(0)

  init() {}

  /// Makes it `value`.
  public func set(_ value: Int) { level.store(value, ordering: .relaxed) }
  /// Adds `amount`, which may be negative.
  public func add(_ amount: Int) { level.wrappingAdd(amount, ordering: .relaxed) }
  /// What it is now.
  public var value: Int { level.load(ordering: .relaxed) }
}

/// One series of counts below bounds. Any thread may add to it, at the cost of two atomic additions.
public final class Histogram: @unchecked Sendable {
  let bounds: [Int64]
  let unit: Double
  /// One count for each bound, not cumulative, and one for what is above the last.
  private let counts: UnsafeMutablePointer<Atomic<Int>>
  private let total = Atomic<Int>(0)

  init(bounds: [Int64], unit: Double) {
    self.bounds = bounds
    self.unit = unit
    counts = .allocate(capacity: bounds.count + 1)
    for index in 0...bounds.count { (counts + index).initialize(to: Atomic(0)) }
  }

  deinit {
    counts.deinitialize(count: bounds.count + 1)
    counts.deallocate()
  }

  /// Counts a value.
  public func observe(_ value: Int64) {
    var low = 0
    var high = bounds.count
    while low < high {
      let middle = (low + high) / 2
      if value <= bounds[middle] { high = middle } else { low = middle + 1 }
    }
    counts[low].wrappingAdd(1, ordering: .relaxed)
    total.wrappingAdd(Int(value), ordering: .relaxed)
  }

  /// Counts a duration, in a histogram of durations.
  public func observe(_ duration: Duration) {
    observe(duration.nanoseconds)
  }

  /// The cumulative counts for each bound and for everything, and the sum of the values.
  var snapshot: (cumulative: [Int], sum: Int) {
    var running = 0
    let cumulative = (0...bounds.count).map { index in
      running += counts[index].load(ordering: .relaxed)
      return running
    }
    return (cumulative, total.load(ordering: .relaxed))
  }
}
