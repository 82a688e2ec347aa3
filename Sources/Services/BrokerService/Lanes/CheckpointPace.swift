internal import Model

/// Which logs take a checkpoint so that all of a lane's logs together leave little to be read after a crash.
///
/// Each log takes one by itself after some bytes; with thousands of them that would still be more than can be read in
/// the time that a start may take. Who has changed says so: nobody goes through all of them.
struct CheckpointPace {
  /// Logs that would have less to be read are left alone: a checkpoint costs more than that.
  static let bytesWorthIt = 256 << 10
  /// So much may be left to be read in all.
  let bytesMax: Int
  /// How many checkpoints may be asked for at once.
  let countMax: Int
  /// What all logs would have to read.
  private(set) var bytes = 0
  /// Those that are worth it.
  private var large: [TopicPartition: Int] = [:]

  init(bytesMax: Int, countMax: Int) {
    self.bytesMax = bytesMax
    self.countMax = countMax
  }

  /// The log of `place` would have `bytes` to be read, and had `before` when that was last said.
  mutating func note(_ place: TopicPartition, _ bytes: Int, before: Int) {
    guard bytes != before else { return }
    self.bytes += bytes - before
    if bytes >= Self.bytesWorthIt {
      large[place] = bytes
    } else if before >= Self.bytesWorthIt {
      large[place] = nil
    }
  }

  /// Chooses those with the most bytes until the others are within half of what is allowed.
  func chosen() -> [TopicPartition] {
    guard bytes > bytesMax else { return [] }
    var rest = bytes
    var chosen: [TopicPartition] = []
    for (place, bytes) in large.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      guard rest > bytesMax / 2, chosen.count < countMax else { break }
      chosen.append(place)
      rest -= bytes
    }
    return chosen
  }
}
