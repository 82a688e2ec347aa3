import Model

extension PartitionState {
  /// What a partition's brokers can do at the moment.
  struct Circumstances {
    /// Whether a broker can lead.
    let availability: (BrokerID) -> BrokerAvailability
    /// Whether an operator wants a broker empty.
    let isDraining: (BrokerID) -> Bool
    /// How many in-sync replicas a write needs.
    let insyncReplicasMin: Int
  }

  /// The state that follows from who is available; equal to `self` if nothing changes.
  ///
  /// - The in-sync set keeps its active members; if there are none, those that are shutting down; if there are none
  ///   either, all: they hold what was acknowledged.
  /// - Who leaves it while it is under its least stays eligible to lead.
  /// - A leader stays while it can lead; otherwise the first replica that is in sync leads, or one that is eligible.
  func settled(in circumstances: Circumstances) -> PartitionState {
    func among(_ brokers: [BrokerID], _ wanted: BrokerAvailability) -> [BrokerID] {
      brokers.filter { circumstances.availability($0) == wanted }
    }
    var newISR = among(isr, .active)
    if newISR.isEmpty { newISR = among(isr, .shuttingDown) }
    if newISR.isEmpty, let rescuer = among(eligibleLeaders, .active).first { newISR = [rescuer] }
    if newISR.isEmpty { newISR = isr }

    let newEligible =
      newISR.count >= circumstances.insyncReplicasMin
      ? [] : replicas.map(\.broker).filter { (isr + eligibleLeaders).contains($0) && !newISR.contains($0) }
    return with(isr: newISR, eligibleLeaders: newEligible, leader: newLeader(among: newISR, circumstances))
  }

  private func newLeader(among isr: [BrokerID], _ circumstances: Circumstances) -> BrokerID? {
    let candidates = replicas.map(\.broker).filter(isr.contains)
    let willing = candidates.filter { circumstances.availability($0) == .active && !circumstances.isDraining($0) }
    let able = candidates.filter { circumstances.availability($0) != .fenced }
    if let leader, willing.contains(leader) { return leader }
    if let first = willing.first { return first }
    if let leader, able.contains(leader) { return leader }
    return able.first
  }

  /// The state with these members and this leader: epochs rise where something differs.
  func with(isr: [BrokerID], eligibleLeaders: [BrokerID], leader: BrokerID?) -> PartitionState {
    guard isr != self.isr || eligibleLeaders != self.eligibleLeaders || leader != self.leader else { return self }
    return PartitionState(
      replicas: replicas, isr: isr, eligibleLeaders: eligibleLeaders, leader: leader,
      leaderEpoch: leader == self.leader ? leaderEpoch : leaderEpoch.next, epoch: epoch.next)
  }
}

extension Draft {
  /// What the brokers can do, as seen by a partition of `topic` with this many replicas.
  func circumstances(topic: TopicID, replicationFactor: Int) -> PartitionState.Circumstances {
    let configuration = image.topic(topic)?.configuration ?? .default
    return PartitionState.Circumstances(
      availability: { image.broker($0)?.availability ?? .fenced },
      isDraining: { image.broker($0)?.isDraining ?? false },
      insyncReplicasMin: configuration.insyncReplicasMin(replicationFactor: replicationFactor))
  }

  /// Gives every partition that has a replica on `broker` the leader and in-sync set that follow from who is available.
  mutating func settlePartitions(on broker: BrokerID) {
    for (place, state) in image.partitions(on: broker) {
      let settled = state.settled(
        in: circumstances(topic: place.topic, replicationFactor: state.replicas.count))
      if settled != state { emit(.partitionChanged(place, settled)) }
    }
  }

  /// The broker becomes able or unable to lead, and its partitions follow.
  mutating func changeAvailability(of broker: BrokerID, to availability: BrokerAvailability) {
    guard let known = image.broker(broker), known.availability != availability else { return }
    emit(.brokerAvailabilityChanged(broker, availability))
    settlePartitions(on: broker)
  }

  /// Makes the preferred replicas lead, where they are in sync and active.
  mutating func electLeaders(_ request: ElectLeaders) -> [ElectLeaders.Outcome] {
    let targets =
      request.partitions
      ?? image.partitions { $0.leader != $0.replicas.first?.broker }
      .map { .init(topic: .id($0.place.topic), partition: $0.place.partition) }
    return targets.map { target in
      do throws(Refusal) {
        return ElectLeaders.Outcome(
          target: target, leader: .success(try electPreferredLeader(target, validateOnly: request.validateOnly)))
      } catch {
        return ElectLeaders.Outcome(target: target, leader: .failure(error))
      }
    }
  }

  private mutating func electPreferredLeader(
    _ target: ElectLeaders.Target, validateOnly: Bool
  ) throws(Refusal) -> BrokerID {
    let topic = try resolve(target.topic)
    guard let state = topic[target.partition], let preferred = state.replicas.first?.broker else {
      throw Refusal(
        .partitionOutOfRange, "topic \(topic.name) has \(topic.partitions.count) partitions, not a \(target.partition)",
        metadata: ["partition_count": "\(topic.partitions.count)"], field: "partition")
    }
    guard state.leader != preferred else { return preferred }
    guard image.broker(preferred)?.availability == .active, state.isr.contains(preferred) else {
      throw Refusal(
        .leaderNotAvailable,
        "broker \(preferred), the preferred leader of \(topic.name)-\(target.partition), is not active and in sync")
    }
    guard !validateOnly else { return preferred }
    let place = TopicPartition(topic: topic.id, partition: target.partition)
    emit(
      .partitionChanged(
        place, state.with(isr: state.isr, eligibleLeaders: state.eligibleLeaders, leader: preferred)))
    return preferred
  }
}
