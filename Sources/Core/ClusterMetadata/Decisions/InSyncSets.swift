import Model

extension Draft {
  /// Changes in-sync sets as their leader asks, each by itself.
  mutating func alterPartitions(_ request: AlterPartitions) throws(Refusal) -> [Result<PartitionState, Refusal>] {
    try checkBroker(request.broker, epoch: request.brokerEpoch)
    return request.changes.map { change in
      do throws(Refusal) {
        return .success(try alterPartition(change, askedBy: request.broker))
      } catch {
        return .failure(error)
      }
    }
  }

  private mutating func alterPartition(
    _ change: AlterPartitions.Change, askedBy leader: BrokerID
  ) throws(Refusal) -> PartitionState {
    let state = try checkLeadership(change, of: leader)
    let proposed = change.isr.map(\.broker)
    let newISR = state.replicas.map(\.broker).filter(proposed.contains)
    if let stranger = proposed.first(where: { !state.hasReplica(on: $0) }) {
      // Its leader may not have heard yet that the partition has been moved.
      throw Refusal(
        .ineligibleReplica, "broker \(stranger) has no replica of \(change.partition)",
        metadata: ["broker": "\(stranger)"])
    }
    guard newISR.count == proposed.count, newISR.contains(leader) else {
      throw Refusal(
        .invalidRequest,
        "the in-sync set \(proposed.prefix(100)) of \(change.partition) lacks its leader, or names one twice",
        field: "isr")
    }
    // Who is in sync stays so even if it has registered again: it came back with what it had.
    for member in change.isr where !state.isr.contains(member.broker) {
      try checkEligible(member, for: change.partition, state)
    }
    let changed = state.with(isr: newISR, in: circumstances(change.partition.topic, state))
    put(changed, at: change.partition)
    return changed
  }

  /// The partition's state, if `leader` leads it in the epoch on which it builds.
  private func checkLeadership(
    _ change: AlterPartitions.Change, of leader: BrokerID
  ) throws(Refusal) -> PartitionState {
    guard let state = image.partition(change.partition) else {
      throw Refusal(.unknownTopic, "there is no partition \(change.partition)", field: "partition")
    }
    guard change.leaderEpoch <= state.leaderEpoch else {
      throw Refusal(
        .unknownLeaderEpoch,
        "\(change.partition) is in leader epoch \(state.leaderEpoch), not yet \(change.leaderEpoch)")
    }
    guard change.leaderEpoch == state.leaderEpoch, state.leader == leader else {
      throw Refusal(
        .fencedLeaderEpoch,
        "broker \(leader) no longer leads \(change.partition); its leader epoch is \(state.leaderEpoch)",
        metadata: ["leader_epoch": "\(state.leaderEpoch)"])
    }
    guard change.partitionEpoch == state.epoch else {
      throw Refusal(
        .fencedPartitionEpoch, "\(change.partition) is in partition epoch \(state.epoch), not \(change.partitionEpoch)",
        metadata: ["partition_epoch": "\(state.epoch)"])
    }
    return state
  }

  /// Refuses a member that is not active, or that has registered again since the leader saw it in sync.
  private func checkEligible(
    _ member: AlterPartitions.Member, for place: TopicPartition, _ state: PartitionState
  ) throws(Refusal) {
    guard let broker = image.broker(member.broker), broker.epoch == member.epoch,
      broker.availability(of: state.folder(on: member.broker)) == .active
    else {
      throw Refusal(
        .ineligibleReplica,
        "broker \(member.broker) of \(place) is not active there, or has registered again since epoch \(member.epoch)",
        metadata: ["broker": "\(member.broker)"])
    }
  }
}
