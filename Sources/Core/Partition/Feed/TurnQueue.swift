internal import Model

/// Partitions in the order of their turns.
struct TurnQueue: Sendable {
  private var places: [TopicPartition] = []
  private var head = 0

  var isEmpty: Bool { head == places.count }

  mutating func append(_ place: TopicPartition) { places.append(place) }

  mutating func popFirst() -> TopicPartition? {
    guard head < places.count else { return nil }
    defer { head += 1 }
    let first = places[head]
    if head >= 64, head * 2 >= places.count {
      places.removeFirst(head)
      head = 0
    }
    return first
  }
}
