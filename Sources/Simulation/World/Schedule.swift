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

  func die() {
    isAlive = false
    postponed = []
  }

  func pause() { isPaused = true }

  /// Answers what came while it was paused, in order.
  func wake() -> [() -> Void] {
    isPaused = false
    defer { postponed = [] }
    return postponed
  }
}

/// Who a message is for. A node keeps its address when its process is another.
struct Address: Hashable, Comparable {
  let number: Int

  static let coordinator = Address(number: 0)
  static func broker(_ id: BrokerID) -> Address { Address(number: Int(id.rawValue)) }
  static func groupCoordinator(_ id: GroupCoordinatorID) -> Address { Address(number: 500 + Int(id.rawValue)) }
  static func client(_ index: Int) -> Address { Address(number: 1000 + index) }

  static func < (lhs: Self, rhs: Self) -> Bool { lhs.number < rhs.number }
}

/// What is to happen when: a heap by time, and by order of entry where times are equal.
///
/// The heap holds numbers alone; what they stand for waits in places that are used again.
struct Schedule {
  private struct Key {
    let at: Int64
    let number: UInt64
    let place: Int

    func isBefore(_ other: Key) -> Bool { at != other.at ? at < other.at : number < other.number }
  }

  private struct Entry {
    let process: Process?
    let action: () -> Void
  }

  private(set) var now = Instant(0)
  private(set) var steps: UInt64 = 0
  private var heap: [Key] = []
  private var entries: [Entry?] = []
  private var free: [Int] = []
  private var nextNumber: UInt64 = 0

  mutating func add(after delay: Duration, _ process: Process?, _ action: @escaping () -> Void) {
    let entry = Entry(process: process, action: action)
    let place: Int
    if let last = free.popLast() {
      place = last
      entries[place] = entry
    } else {
      place = entries.count
      entries.append(entry)
    }
    heap.append(Key(at: now.rawValue + delay.nanoseconds, number: nextNumber, place: place))
    nextNumber += 1
    rise(heap.count - 1)
  }

  /// The next thing to do; nil if nothing is left before `end`.
  mutating func next(before end: Instant) -> (() -> Void)? {
    while let first = heap.first, first.at < end.rawValue {
      heap[0] = heap[heap.count - 1]
      heap.removeLast()
      if !heap.isEmpty { sink(0) }
      now = Instant(first.at)
      guard let entry = entries[first.place].take() else { continue }
      free.append(first.place)
      if let process = entry.process {
        guard process.isAlive else { continue }
        if process.isPaused {
          process.postponed.append(entry.action)
          continue
        }
      }
      steps += 1
      return entry.action
    }
    now = end
    return nil
  }

  private mutating func rise(_ start: Int) {
    var index = start
    let key = heap[index]
    while index > 0 {
      let parent = (index - 1) / 2
      guard key.isBefore(heap[parent]) else { break }
      heap[index] = heap[parent]
      index = parent
    }
    heap[index] = key
  }

  private mutating func sink(_ start: Int) {
    var index = start
    let key = heap[index]
    while true {
      var child = 2 * index + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
      guard heap[child].isBefore(key) else { break }
      heap[index] = heap[child]
      index = child
    }
    heap[index] = key
  }
}
