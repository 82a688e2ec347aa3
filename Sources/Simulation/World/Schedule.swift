import Model

/// Something that lives on simulated time: a node's process or a client.
///
/// What is due for a dead process never comes; what is due for a paused one comes when it wakes up.
class Process {
  let address: Address
  private(set) var isAlive = true
  private(set) var isPaused = false
  fileprivate var postponed: [() -> Void] = []

  init(address: Address) { self.address = address }

  func die() { isAlive = false }
  func pause() { isPaused = true }

  /// Answers what came while it was paused, in order.
  func wake() -> [() -> Void] {
    isPaused = false
    defer { postponed = [] }
    return postponed
  }
}

/// Who a message is for: the coordinator, a broker or a client. A node keeps its address when its process is another.
struct Address: Hashable, Comparable {
  let number: Int

  static let coordinator = Address(number: 0)
  static func broker(_ id: BrokerID) -> Address { Address(number: Int(id.rawValue)) }
  static func client(_ index: Int) -> Address { Address(number: 1000 + index) }

  static func < (lhs: Self, rhs: Self) -> Bool { lhs.number < rhs.number }
}

/// What is to happen when: a heap by time, and by order of entry where times are equal.
struct Schedule {
  private struct Entry {
    let at: Int64
    let number: UInt64
    let process: Process?
    let action: () -> Void

    func isBefore(_ other: Entry) -> Bool { at != other.at ? at < other.at : number < other.number }
  }

  private(set) var now = Instant(0)
  private(set) var steps: UInt64 = 0
  private var heap: [Entry] = []
  private var nextNumber: UInt64 = 0

  mutating func add(after delay: Duration, _ process: Process?, _ action: @escaping () -> Void) {
    heap.append(
      Entry(at: now.rawValue + delay.nanoseconds, number: nextNumber, process: process, action: action))
    nextNumber += 1
    rise(heap.count - 1)
  }

  /// The next thing to do; nil if nothing is left before `end`.
  mutating func next(before end: Instant) -> (() -> Void)? {
    while let first = heap.first, first.at < end.rawValue {
      heap.swapAt(0, heap.count - 1)
      heap.removeLast()
      sink(0)
      now = Instant(first.at)
      guard let process = first.process else {
        steps += 1
        return first.action
      }
      guard process.isAlive else { continue }
      if process.isPaused {
        process.postponed.append(first.action)
        continue
      }
      steps += 1
      return first.action
    }
    now = end
    return nil
  }

  private mutating func rise(_ index: Int) {
    var index = index
    while index > 0, heap[index].isBefore(heap[(index - 1) / 2]) {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  private mutating func sink(_ index: Int) {
    var index = index
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2] where child < heap.count && heap[child].isBefore(heap[least]) {
        least = child
      }
      guard least != index else { return }
      heap.swapAt(index, least)
      index = least
    }
  }
}
