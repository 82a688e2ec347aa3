internal import Glibc
internal import Model
internal import Runtime

/// When each of a number of events is due at a steady rate.
struct Pace: Sendable {
  /// When the first one is due.
  let began: Instant
  private let interval: Double

  /// So many a second, from `began` on.
  init(rate: Double, began: Instant = monotonicNow()) {
    self.began = began
    interval = 1e9 / rate
  }

  /// When the event with this number is due.
  func due(_ number: Int64) -> Instant { began + .nanoseconds(Int64(Double(number) * interval)) }

  /// Blocks the thread until the event with this number is due.
  func wait(for number: Int64) {
    let due = due(number)
    while true {
      let left = (due - monotonicNow()).nanoseconds
      if left <= 0 { return }
      // What is due within so short a time goes out together: a sleep costs more than it brings.
      let pause = max(left, 20_000)
      var time = timespec(tv_sec: Int(pause / 1_000_000_000), tv_nsec: Int(pause % 1_000_000_000))
      nanosleep(&time, nil)
    }
  }

  /// Lets this thread wake when it wants to, not up to 50 us later as Linux has it without being asked.
  static func sharpenThread() {
    var link = [CChar](repeating: 0, count: 64)
    let count = readlink("/proc/thread-self", &link, link.count)
    let words = String(decoding: link.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard let thread = words.split(separator: "/").last else {
      return
    }
    let file = open("/proc/\(thread)/timerslack_ns", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    try? StandardStreams.write("1", to: file)
    close(file)
  }
}

/// Which records of a steady load are under way, so that what is acknowledged can be counted from when it was due.
///
/// Records of one partition are acknowledged in the order in which they were handed over, so their numbers suffice.
struct UnderWay {
  private var open: [Int32: [Range<Int64>]] = [:]

  /// A record has been handed over for a partition. Numbers rise.
  mutating func add(_ number: Int64, to partition: Int32) {
    var ranges = open.removeValue(forKey: partition) ?? []
    if let last = ranges.indices.last, ranges[last].upperBound == number {
      ranges[last] = ranges[last].lowerBound..<number + 1
    } else {
      ranges.append(number..<number + 1)
    }
    open[partition] = ranges
  }

  /// The partition's next `count` records have been acknowledged: their numbers.
  mutating func remove(_ count: Int, from partition: Int32) -> [Range<Int64>] {
    var ranges = open.removeValue(forKey: partition) ?? []
    var left = Int64(count)
    var removed: [Range<Int64>] = []
    while left > 0, let first = ranges.first {
      let end = min(first.upperBound, first.lowerBound + left)
      removed.append(first.lowerBound..<end)
      left -= end - first.lowerBound
      if end == first.upperBound { ranges.removeFirst() } else { ranges[0] = end..<first.upperBound }
    }
    if !ranges.isEmpty { open[partition] = ranges }
    return removed
  }
}

extension BenchOptions {
  /// When a measurement that begins now ends at the latest.
  var end: Instant { timeLimit.map { monotonicNow() + $0 } ?? Instant(.max) }
}
