/// Which partition records without a key go to: all to one, until it has had a batch's worth, then to another by chance.
///
/// So batches are full although records come one by one, and every partition gets as much as the others.
struct StickyPartitioner {
  /// Those that have a leader, in rising order; if none has, all.
  private(set) var available: [Int32] = []
  private var current: Int32?
  private var bytesLeft = 0

  /// The partitions that can be written have changed.
  mutating func update(available: [Int32]) {
    self.available = available
    if let current, !available.contains(current) { self.current = nil }
  }

  /// The partition for a record of `bytes`; nil if there is none at all.
  mutating func partition(
    forBytes bytes: Int, batchBytes: Int, using generator: inout some RandomNumberGenerator
  ) -> Int32? {
    if let current, bytesLeft > 0 {
      bytesLeft -= bytes
      return current
    }
    guard let chosen = another(using: &generator) else { return nil }
    current = chosen
    bytesLeft = batchBytes - bytes
    return chosen
  }

  /// One by chance; another than the current one, if there is another.
  private func another(using generator: inout some RandomNumberGenerator) -> Int32? {
    guard let current, available.count > 1 else { return available.randomElement(using: &generator) }
    // The current one is among them: the others are one fewer.
    let place = Int.random(in: 0..<available.count - 1, using: &generator)
    return available[place] < current ? available[place] : available[place + 1]
  }
}
