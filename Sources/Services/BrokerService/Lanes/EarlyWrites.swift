internal import Model
internal import RecordBatch
internal import Runtime

/// Writes that came before others of their producer: they wait a moment for those.
///
/// A producer may have several requests under way, and they may come by different ways: one by another broker, one over
/// a connection that had to be made anew. Its numbers tell the order; who has numbered wrongly is told so a little later.
struct EarlyWrites {
  /// A write that is too early, and why it is refused if nothing comes before it.
  struct Write {
    let batches: BatchesToAppend
    let producer: ProducerStamp
    let refusal: Refusal
    let until: Instant
    let completion: LocalPartition.Completion
  }

  /// How long a write waits; checked a few times a second.
  static let patience = Duration.seconds(1)
  /// So many wait in one partition.
  private static let countMax = 64

  private var waiting: [Write] = []

  var isEmpty: Bool { waiting.isEmpty }

  /// False if there is no room.
  mutating func add(_ write: Write) -> Bool {
    guard waiting.count < Self.countMax else { return false }
    waiting.append(write)
    return true
  }

  /// Takes out the writes of a producer, in their order.
  mutating func take(of producer: ProducerID) -> [Write] { take { $0.producer.id == producer } }

  /// Takes out those that have waited long enough.
  mutating func takeLate(at now: Instant) -> [Write] { take { $0.until <= now } }

  /// Takes out all.
  mutating func takeAll() -> [Write] { take { _ in true } }

  private mutating func take(where isWanted: (Write) -> Bool) -> [Write] {
    guard waiting.contains(where: isWanted) else { return [] }
    let taken = waiting.filter(isWanted)
    waiting.removeAll(where: isWanted)
    return taken.sorted { $0.producer.baseSequence < $1.producer.baseSequence }
  }
}

extension Refusal {
  /// True if a write was refused for want of those before it.
  var isForWantOfEarlierWrites: Bool { reason == .outOfOrderSequence || reason == .unknownProducerID }
}
