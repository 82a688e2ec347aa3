internal import Model
internal import RecordBatch

/// The writes of one stream that are under way to other brokers: several of a producer that numbers them, in their order;
/// of others one at a time. Belongs to the stream's loop.
///
/// Each goes in a call of its own, so nothing but the numbers keeps their order. The oldest one that is not answered is
/// never further behind the newest than a leader remembers: it can be sent again at any time.
final class ForwardWindow {
  /// A write under way.
  struct Ticket {
    fileprivate let place: TopicPartition
    fileprivate let number: Int
  }

  private struct Way {
    let producer: ProducerStamp
    /// Of the writes from this number on, which are under way.
    var first = 0
    var areUnderWay: [Bool] = []
  }

  /// So many batches a leader remembers of each producer.
  static let countMax = 5
  private var ways: [TopicPartition: Way] = [:]
  /// What comes next, and where it is to go.
  private var next: (writes: [TopicPartition: ProducerStamp?], body: () -> Void)?

  /// Calls `body` as soon as writes to these places, of a producer if they are numbered, do not overtake others. There is
  /// one at a time who waits for that: the next request of the stream.
  func whenFree(for writes: [TopicPartition: ProducerStamp?], _ body: @escaping () -> Void) {
    next = (writes, body)
    letNextGo()
  }

  /// A numbered write is on its way to another broker.
  func enter(_ place: TopicPartition, _ producer: ProducerStamp) -> Ticket {
    var way = ways[place] ?? Way(producer: producer)
    defer { ways[place] = way }
    way.areUnderWay.append(true)
    return Ticket(place: place, number: way.first + way.areUnderWay.count - 1)
  }

  /// It has been answered.
  func leave(_ ticket: Ticket) {
    guard var way = ways[ticket.place] else { return }
    way.areUnderWay[ticket.number - way.first] = false
    let answered = way.areUnderWay.prefix { !$0 }.count
    way.areUnderWay.removeFirst(answered)
    way.first += answered
    ways[ticket.place] = way.areUnderWay.isEmpty ? nil : way
    letNextGo()
  }

  private func letNextGo() {
    guard let (writes, body) = next, writes.allSatisfy({ mayGo($0.key, $0.value) }) else { return }
    next = nil
    body()
  }

  private func mayGo(_ place: TopicPartition, _ producer: ProducerStamp?) -> Bool {
    guard let way = ways[place] else { return true }
    return producer.map { $0.id == way.producer.id && $0.epoch == way.producer.epoch } ?? false
      && way.areUnderWay.count < Self.countMax
  }
}
