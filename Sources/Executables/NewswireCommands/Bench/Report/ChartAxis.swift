internal import Glibc

/// An axis of a chart: which values it shows, where they stand on it, and which of them are written beside it.
struct ChartAxis: Hashable {
  /// A value that is written beside the axis.
  struct Tick: Hashable {
    let value: Double
    let label: String
  }

  let ticks: [Tick]
  let low: Double
  let high: Double
  private let isLogarithmic: Bool

  /// From 0 on to at least `greatest`, in about `count` steps of 1, 2 or 5 times a power of ten.
  init(upTo greatest: Double, about count: Int = 5) {
    let greatest = greatest.isFinite && greatest > 0 ? greatest : 1
    let raw = greatest / Double(count)
    let power = pow(10, floor(log10(raw)))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw * 0.999 } ?? 10 * power
    let steps = Int((greatest / step).rounded(.up))
    let digits = max(0, Int(-floor(log10(step) + 1e-9)))
    low = 0
    high = Double(steps) * step
    isLogarithmic = false
    ticks = (0...steps).map { Tick(value: Double($0) * step, label: fixed(Double($0) * step, digits)) }
  }

  /// Each power of ten as far from the next one as from the one before, with all from `least` to `greatest` on it; over
  /// few powers of ten their double and their fivefold are written as well.
  init(logarithmicFrom least: Double, to greatest: Double) {
    let least = least.isFinite && least > 0 ? least : 1e-3
    let first = Int(floor(log10(least) + 1e-9))
    let last = max(first + 1, Int((log10(max(greatest, least)) - 1e-9).rounded(.up)))
    low = pow(10, Double(first))
    high = pow(10, Double(last))
    isLogarithmic = true
    let factors: [Double] = last - first <= 3 ? [1, 2, 5] : [1]
    ticks = (first...last).flatMap { power in
      factors.filter { power < last || $0 == 1 }.map { factor in
        let value = factor * pow(10, Double(power))
        return Tick(value: value, label: fixed(value, max(0, -power)))
      }
    }
  }

  /// How far along the axis a value stands, from 0 to 1; what lies beyond its ends stands at them.
  func place(of value: Double) -> Double {
    let share = isLogarithmic ? (log10(max(value, low)) - log10(low)) / (log10(high) - log10(low)) : value / high
    return min(1, max(0, share))
  }
}
