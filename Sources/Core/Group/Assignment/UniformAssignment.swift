import Model

/// Shares partitions out as equally as subscriptions allow, moving as few as that takes.
///
/// Members keep what they had. What is free goes to the least loaded subscriber, in the partition's rack if there is
/// one. Then partitions move along chains of members (each to the next, which reads the same topic) from one to another
/// that has at least two fewer, until there is no such chain: then no assignment is more equal.
struct UniformAssignment {
  private let problem: AssignmentProblem
  /// The subscribers of each topic, by index, in order.
  private let subscribersOf: [[Int]]
  /// The owner of each partition, by topic and partition.
  private var owner: [[Int?]]
  /// Which partitions are where they were before.
  private var isKept: [[Bool]]
  /// The partitions of each topic that each member has: `has[member][topic]`.
  private var has: [[[Int]]]
  private var load: [Int]

  init(_ problem: AssignmentProblem) {
    self.problem = problem
    subscribersOf = problem.topics.map { topic in
      problem.subscribers.indices.filter { problem.subscribers[$0].topics.contains(topic.id) }
    }
    owner = problem.topics.map { Array(repeating: nil, count: $0.partitionCount) }
    isKept = problem.topics.map { Array(repeating: false, count: $0.partitionCount) }
    has = Array(
      repeating: Array(repeating: [], count: problem.topics.count), count: problem.subscribers.count)
    load = Array(repeating: 0, count: problem.subscribers.count)
  }

  /// The assignment.
  consuming func solved() -> [MemberID: Set<TopicPartition>] {
    keep()
    fill(inRackOnly: true)
    fill(inRackOnly: false)
    balance()
    return Dictionary(
      uniqueKeysWithValues: problem.subscribers.indices.map { member in
        let places = problem.topics.indices.flatMap { topic in
          has[member][topic].map {
            TopicPartition(topic: problem.topics[topic].id, partition: PartitionIndex(Int32($0)))
          }
        }
        return (problem.subscribers[member].id, Set(places))
      })
  }

  private mutating func keep() {
    let indexOf = Dictionary(uniqueKeysWithValues: problem.topics.indices.map { (problem.topics[$0].id, $0) })
    for (member, subscriber) in problem.subscribers.enumerated() {
      for place in subscriber.previous.sorted() where subscriber.topics.contains(place.topic) {
        let index = Int(place.partition.rawValue)
        guard let topic = indexOf[place.topic], owner[topic].indices.contains(index), owner[topic][index] == nil
        else { continue }
        give(topic, index, to: member)
        isKept[topic][index] = true
      }
    }
  }

  private mutating func fill(inRackOnly: Bool) {
    let partitionCount = owner.reduce(0) { $0 + $1.count }
    let fairShare = partitionCount / max(problem.subscribers.count, 1)
    let scarceFirst = problem.topics.indices.sorted { (subscribersOf[$0].count, $0) < (subscribersOf[$1].count, $1) }
    for topic in scarceFirst {
      if inRackOnly, problem.topics[topic].racks.isEmpty { continue }
      for index in owner[topic].indices where owner[topic][index] == nil {
        let candidates =
          inRackOnly
          ? subscribersOf[topic].filter { isInRack($0, topic, index) && load[$0] < fairShare } : subscribersOf[topic]
        guard let member = candidates.min(by: { load[$0] < load[$1] }) else { continue }
        give(topic, index, to: member)
      }
    }
  }

  private mutating func balance() {
    while let chain = chainToLessLoaded() {
      for step in chain { move(step) }
    }
  }

  /// One partition of `topic` goes from one member to another.
  private struct Move {
    let topic: Int
    let from: Int
    let to: Int
  }

  /// The shortest chain of moves from the most loaded member possible to one with at least two fewer.
  private func chainToLessLoaded() -> [Move]? {
    let least = load.min() ?? 0
    let heaviestFirst = load.indices.filter { load[$0] > least + 1 }.sorted { (load[$1], $0) < (load[$0], $1) }
    for start in heaviestFirst {
      if let chain = chain(from: start) { return chain }
    }
    return nil
  }

  private func chain(from start: Int) -> [Move]? {
    var cameBy: [Int: Move] = [:]
    var seenTopics: Set<Int> = []
    var queue = [start]
    var next = 0
    while next < queue.count {
      let member = queue[next]
      next += 1
      for topic in has[member].indices where !has[member][topic].isEmpty && seenTopics.insert(topic).inserted {
        let reached = subscribersOf[topic].filter { $0 != start && cameBy[$0] == nil }
        for other in reached { cameBy[other] = Move(topic: topic, from: member, to: other) }
        if let end = reached.min(by: { load[$0] < load[$1] }), load[end] <= load[start] - 2 {
          return path(to: end, from: start, cameBy)
        }
        queue += reached
      }
    }
    return nil
  }

  private func path(to end: Int, from start: Int, _ cameBy: [Int: Move]) -> [Move] {
    var moves: [Move] = []
    var member = end
    while member != start, let move = cameBy[member] {
      moves.append(move)
      member = move.from
    }
    return moves
  }

  /// Moves the partition that it costs least to move.
  private mutating func move(_ step: Move) {
    func cost(_ index: Int) -> Int {
      let place = TopicPartition(topic: problem.topics[step.topic].id, partition: PartitionIndex(Int32(index)))
      if problem.subscribers[step.to].previous.contains(place) { return 0 }
      return (isKept[step.topic][index] ? 2 : 0) + (isInRack(step.to, step.topic, index) ? 1 : 2)
    }
    guard let index = has[step.from][step.topic].min(by: { (cost($0), $1) < (cost($1), $0) }) else { return }
    has[step.from][step.topic].removeAll { $0 == index }
    load[step.from] -= 1
    isKept[step.topic][index] = false
    give(step.topic, index, to: step.to)
  }

  private mutating func give(_ topic: Int, _ index: Int, to member: Int) {
    owner[topic][index] = member
    has[member][topic].append(index)
    load[member] += 1
  }

  private func isInRack(_ member: Int, _ topic: Int, _ index: Int) -> Bool {
    guard let rack = problem.subscribers[member].rack, problem.topics[topic].racks.indices.contains(index) else {
      return false
    }
    return problem.topics[topic].racks[index].contains(rack)
  }
}
