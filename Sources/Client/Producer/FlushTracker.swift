/// Who waits until which records are acknowledged.
///
/// Records of a partition are answered in the order of their numbers, those of different partitions in any.
struct FlushTracker {
  /// One who waits; whoever holds the tracker knows who it is.
  typealias Ticket = Int

  private var waiting: [(ticket: Ticket, ends: [Slot: Int64])] = []
  private var nextTicket = 0

  var isEmpty: Bool { waiting.isEmpty }

  /// Waits for the records before `ends` of each partition; nil if there is nothing to wait for.
  mutating func wait(for ends: [Slot: Int64]) -> Ticket? {
    guard !ends.isEmpty else { return nil }
    nextTicket += 1
    waiting.append((nextTicket, ends))
    return nextTicket
  }

  /// Every record of `slot` before `endNumber` is answered. Returns who has nothing more to wait for.
  mutating func answered(_ slot: Slot, endNumber: Int64) -> [Ticket] {
    guard !waiting.isEmpty else { return [] }
    var done: [Ticket] = []
    for index in waiting.indices {
      guard let end = waiting[index].ends[slot], end <= endNumber else { continue }
      waiting[index].ends[slot] = nil
      if waiting[index].ends.isEmpty { done.append(waiting[index].ticket) }
    }
    waiting.removeAll { $0.ends.isEmpty }
    return done
  }
}
