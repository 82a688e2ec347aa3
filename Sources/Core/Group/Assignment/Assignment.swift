import Model

/// Who wants what: the question that an assignor answers.
struct AssignmentProblem {
  /// A member, as far as an assignment depends on it.
  struct Subscriber {
    let id: MemberID
    /// By what the members are ordered: static members keep their place over restarts.
    let order: String
    let rack: String?
    let topics: Set<TopicID>
    /// What it was to have before.
    let previous: Set<TopicPartition>
  }

  /// The members, in order.
  let subscribers: [Subscriber]
  /// The topics that any of them reads, in order.
  let topics: [GroupTopic]

  init(members: [MemberID: Member], topics known: GroupTopics) {
    subscribers = members.map { id, member in
      Subscriber(
        id: id, order: member.metadata.instanceID?.description ?? id.description, rack: member.metadata.rack,
        topics: Set(member.metadata.subscription.compactMap { known[$0]?.id }), previous: member.target)
    }.sorted { lhs, rhs in
      guard lhs.order.utf8.elementsEqual(rhs.order.utf8) else {
        return lhs.order.utf8.lexicographicallyPrecedes(rhs.order.utf8)
      }
      return lhs.id < rhs.id
    }
    let names = Set(members.values.flatMap(\.metadata.subscription))
    topics = names.compactMap { known[$0] }.sorted { $0.id < $1.id }
  }

  /// Every partition of every subscribed topic, given to exactly one of its subscribers.
  func solved(by assignor: Assignor) -> [MemberID: Set<TopicPartition>] {
    switch assignor {
    case .uniform: UniformAssignment(self).solved()
    case .range: rangeAssignment(self)
    }
  }
}

/// Neighbouring partitions of each topic go to the same member; the first members get one more where they do not
/// divide evenly.
func rangeAssignment(_ problem: AssignmentProblem) -> [MemberID: Set<TopicPartition>] {
  var assignment = Dictionary(uniqueKeysWithValues: problem.subscribers.map { ($0.id, Set<TopicPartition>()) })
  for topic in problem.topics {
    let subscribers = problem.subscribers.filter { $0.topics.contains(topic.id) }
    guard !subscribers.isEmpty else { continue }
    let (share, rest) = topic.partitionCount.quotientAndRemainder(dividingBy: subscribers.count)
    var first = 0
    for (rank, subscriber) in subscribers.enumerated() {
      let end = first + share + (rank < rest ? 1 : 0)
      for index in first..<end {
        assignment[subscriber.id]?.insert(
          TopicPartition(topic: topic.id, partition: PartitionIndex(Int32(index))))
      }
      first = end
    }
  }
  return assignment
}
