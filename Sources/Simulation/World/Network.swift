import Model

/// Which messages get through, and how fast.
struct Network {
  /// The part of all messages that get lost.
  var loss = 0.0
  /// The part that arrive twice.
  var duplication = 0.0
  /// The part that take up to half a second.
  var lateness = 0.0
  private var cuts: [Line: Int] = [:]

  private struct Line: Hashable {
    let from: Address
    let to: Address
  }

  /// Nothing gets from one to the other until as many cuts are mended as there were.
  mutating func cut(from: Address, to: Address) { cuts[Line(from: from, to: to), default: 0] += 1 }

  mutating func mend(from: Address, to: Address) {
    let line = Line(from: from, to: to)
    guard let count = cuts[line] else { return }
    cuts[line] = count > 1 ? count - 1 : nil
  }

  mutating func mendAll() {
    cuts = [:]
    loss = 0
    duplication = 0
    lateness = 0
  }

  func isCut(from: Address, to: Address) -> Bool { !cuts.isEmpty && cuts[Line(from: from, to: to)] != nil }

  /// The delays of the copies that arrive.
  func copies(from: Address, to: Address, using random: inout Seeded) -> [Duration] {
    guard !isCut(from: from, to: to), Double.random(in: 0..<1, using: &random) >= loss else { return [] }
    let isDoubled = Double.random(in: 0..<1, using: &random) < duplication
    return (0..<(isDoubled ? 2 : 1)).map { _ in
      let isLate = Double.random(in: 0..<1, using: &random) < lateness
      return .microseconds(Int64.random(in: isLate ? 1000...500_000 : 50...1500, using: &random))
    }
  }
}
