public import Model

/// What a follower lets come of one partition: which answers and deliveries count, and how much more may come.
public struct ReplicaIntake: Sendable {
  /// So many bytes may be under way to this replica's disk.
  public static let creditBytes = 4 << 20

  /// The question that has not been answered.
  private var question: ReplicaPosition?
  /// True once the leader has agreed with the position that was said last.
  private var isOpen = false
  /// What was taken and is not on the disk yet, in the order of its offsets.
  private var taken: [(nextOffset: Offset, bytes: Int)] = []

  /// Nothing has been asked.
  public init() {}

  /// The leader is asked anew: nothing that it sends before it answers counts.
  public mutating func asked(_ position: ReplicaPosition) {
    question = position
    isOpen = false
    taken = []
  }

  /// True if this answer is about the last question, so that it counts. A refusal does not end the question.
  public mutating func answered(_ position: ReplicaPosition, _ answer: FollowerAnswer) -> Bool {
    guard question == position else { return false }
    switch answer {
    case .agreed:
      question = nil
      isOpen = true
    case .diverged, .beginAt: question = nil
    case .refused: break
    }
    return true
  }

  /// True if a delivery counts that brings so many bytes up to `nextOffset`.
  public mutating func delivered(_ bytes: Int, nextOffset: Offset) -> Bool {
    guard isOpen else { return false }
    if bytes > 0 { taken.append((nextOffset, bytes)) }
    return true
  }

  /// The replica holds everything before `offset`; the answer is how many bytes more may come.
  public mutating func holds(_ offset: Offset) -> Int {
    let count = taken.firstIndex { $0.nextOffset > offset } ?? taken.count
    let bytes = taken[..<count].reduce(0) { $0 + $1.bytes }
    taken.removeFirst(count)
    return bytes
  }
}
