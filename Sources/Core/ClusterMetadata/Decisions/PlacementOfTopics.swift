import Model

extension Draft {
  /// How a new topic or new partitions are wanted.
  struct PlacementWish {
    let topic: TopicName
    let partitionCount: Int
    let replicationFactor: Int?
    let assignments: [[BrokerID]]?
    let present: [PartitionState]
  }

  /// The first states of the wished-for partitions, or why they cannot be.
  func placed(_ wish: PlacementWish) throws(Refusal) -> [PartitionState] {
    if let assignments = wish.assignments { return try placed(assignments, wish) }
    let usable = usableBrokers
    guard !usable.isEmpty else {
      throw Refusal(.brokerNotAvailable, "no broker is ready to take partitions of topic \(wish.topic)")
    }
    let factor =
      wish.replicationFactor ?? min(policy.defaultReplicationFactor, policy.replicationFactorMax, usable.count)
    guard factor >= 1, factor <= policy.replicationFactorMax else {
      throw Refusal(
        .invalidReplicationFactor,
        "topic \(wish.topic) cannot have \(factor) replicas; this cluster allows 1 to \(policy.replicationFactorMax)",
        metadata: ["replication_factor_max": "\(policy.replicationFactorMax)"], field: "replication_factor")
    }
    guard factor <= usable.count else {
      throw Refusal(
        .invalidReplicationFactor,
        "topic \(wish.topic) cannot have \(factor) replicas; \(usable.count) brokers are ready to take them",
        metadata: ["broker_count": "\(usable.count)"], field: "replication_factor")
    }
    var placement = Placement(brokers: usable.map(counts.load), present: wish.present)
    return (0..<wish.partitionCount).map { _ in newPartition(placement.place(replicationFactor: factor)) }
  }

  private func placed(_ assignments: [[BrokerID]], _ wish: PlacementWish) throws(Refusal) -> [PartitionState] {
    func refusal(_ reason: ErrorReason, _ problem: String) -> Refusal {
      Refusal(reason, "the assignment of topic \(wish.topic) \(problem)", field: "assignments")
    }
    guard assignments.count == wish.partitionCount else {
      throw refusal(.invalidPartitionCount, "is for \(assignments.count) partitions, not for \(wish.partitionCount)")
    }
    let factor = wish.replicationFactor ?? assignments.first?.count ?? 0
    guard factor >= 1, factor <= policy.replicationFactorMax, assignments.allSatisfy({ $0.count == factor }) else {
      throw refusal(
        .invalidReplicationFactor,
        "does not give every partition the same number of replicas, 1 to \(policy.replicationFactorMax)")
    }
    for replicas in assignments {
      guard Set(replicas).count == replicas.count else { throw refusal(.invalidRequest, "names a broker twice") }
      if let unknown = replicas.first(where: { image.broker($0) == nil }) {
        throw refusal(.unknownBroker, "names broker \(unknown), which is not registered")
      }
      guard replicas.contains(where: { image.broker($0)?.availability == .active }) else {
        throw refusal(.brokerNotAvailable, "puts a partition on \(replicas) alone, and none of these is active")
      }
    }
    var placement = Placement(brokers: image.brokers.map(counts.load), present: wish.present)
    return assignments.map { replicas in newPartition(replicas.map { placement.place(on: $0) }) }
  }

  /// A partition whose active replicas are in sync, since there is nothing in it, and whose first one leads.
  private func newPartition(_ replicas: [ReplicaPlace]) -> PartitionState {
    let isr = replicas.map(\.broker).filter { image.broker($0)?.availability == .active }
    return PartitionState(replicas: replicas, isr: isr, leader: isr.first, leaderEpoch: .zero, epoch: .zero)
  }
}
