import Model

/// Which messages get through, and how fast.
struct Network {
  /// The part of all messages that get lost.
  var loss = 0.0
  /// The part that arrive twice.
  var duplication = 0.0
  /// The part that take up to half a second.
  var lateness = 0.0
  /// True if a message may arrive before one that was sent earlier on the same line.
  var reorders = false
  private(set) var late = 0
  private(set) var overtaken = 0
  private var cuts: [Line: Int] = [:]
  /// When the last message on each line arrives.
  private var arrivals: [Line: Instant] = [:]

  private struct Line: Hashable {
    let from: Address
    let to: Address
    var isOrdered = false
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
    reorders = false
  }

  func isCut(from: Address, to: Address) -> Bool { !cuts.isEmpty && cuts[Line(from: from, to: to)] != nil }

  /// The delays of the copies that arrive of what is sent now. What `isOrdered` goes over a connection: seldom does one
  /// overtake another there, as if the connection had been made anew.
  mutating func copies(
    from: Address, to: Address, isOrdered: Bool, at now: Instant, using random: inout Seeded
  ) -> [Duration] {
    guard !isCut(from: from, to: to), !random.chance(loss) else { return [] }
    let line = Line(from: from, to: to, isOrdered: isOrdered)
    let mayOvertake = reorders && (!isOrdered || random.chance(0.01))
    return (0..<(random.chance(duplication) ? 2 : 1)).map { _ in
      let isLate = random.chance(lateness)
      if isLate { late += 1 }
      let arrival = now + .microseconds(Int64.random(in: isLate ? 1000...500_000 : 50...1500, using: &random))
      let last = arrivals[line] ?? now
      guard arrival < last else {
        arrivals[line] = arrival
        return arrival - now
      }
      if mayOvertake { overtaken += 1 }
      return (mayOvertake ? arrival : last) - now
    }
  }
}
