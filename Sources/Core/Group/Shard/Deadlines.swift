import Model

/// When each of many things is due. Putting a deadline off, which every heartbeat does, costs next to nothing.
struct Deadlines<Key: Hashable & Sendable>: Sendable {
  private struct Entry {
    let due: Instant
    let order: UInt64
    let key: Key

    func isBefore(_ other: Entry) -> Bool { (due, order) < (other.due, other.order) }
  }

  private var due: [Key: Instant] = [:]
  /// A heap with at least one entry for each key of `due`, never later than it is due.
  private var heap: [Entry] = []
  /// The moment of the entry that counts for a key; any others are left behind.
  private var queued: [Key: Instant] = [:]
  private var entriesMade: UInt64 = 0

  /// `key` is due at `instant`, and not when it was before.
  mutating func set(_ key: Key, to instant: Instant) {
    due[key] = instant
    if let entry = queued[key], entry <= instant { return }
    push(key, instant)
  }

  /// `key` is not due any more.
  mutating func clear(_ key: Key) { due[key] = nil }

  /// When `key` is due.
  subscript(key: Key) -> Instant? { due[key] }

  /// When to look again: at the next deadline, or before.
  var next: Instant? { due.isEmpty ? nil : heap.first?.due }

  /// Takes out the next key that is due.
  mutating func takeDue(at now: Instant) -> Key? {
    while let entry = heap.first, entry.due <= now {
      pop()
      guard queued[entry.key] == entry.due else { continue }
      queued[entry.key] = nil
      guard let instant = due[entry.key] else { continue }
      if instant > now {
        push(entry.key, instant)
      } else {
        due[entry.key] = nil
        return entry.key
      }
    }
    return nil
  }

  private mutating func push(_ key: Key, _ instant: Instant) {
    queued[key] = instant
    entriesMade += 1
    heap.append(Entry(due: instant, order: entriesMade, key: key))
    var child = heap.count - 1
    while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func pop() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
      guard let least = children.min(by: { heap[$0].isBefore(heap[$1]) }), heap[least].isBefore(heap[parent]) else {
        return
      }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
