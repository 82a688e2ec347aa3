internal import Model

/// Which logs take a checkpoint so that all of a lane's logs together leave little to be read after a crash.
///
/// Each log takes one by itself after some bytes; with thousands of them that would still be more than can be read in
/// the time that a start may take.
struct CheckpointPace {
  /// Logs that would have less to be read are left alone: a checkpoint costs more than that.
  static let bytesWorthIt = 256 << 10
  /// So much may be left to be read in all.
  let bytesMax: Int
  /// How many checkpoints may be asked for at once.
  let countMax: Int

  /// Chooses those with the most bytes until the others are within half of what is allowed.
  func chosen(_ logs: [(place: TopicPartition, bytes: Int)]) -> [TopicPartition] {
    var rest = logs.reduce(0) { $0 + $1.bytes }
    guard rest > bytesMax else { return [] }
    var chosen: [TopicPartition] = []
    for log in logs.sorted(by: { ($1.bytes, $0.place) < ($0.bytes, $1.place) }) {
      guard rest > bytesMax / 2, chosen.count < countMax, log.bytes >= Self.bytesWorthIt else { break }
      chosen.append(log.place)
      rest -= log.bytes
    }
    return chosen
  }
}
