import Model

extension PartitionState {
  /// What a partition's brokers can do at the moment.
  struct Circumstances {
    /// Whether a broker can lead.
    let availability: (BrokerID) -> BrokerAvailability
    /// Whether a broker can lead, is not to be emptied, and has room.
    let isWilling: (BrokerID) -> Bool
    /// How many in-sync replicas a write needs.
    let insyncReplicasMin: Int
    /// How many it will need once the partition has been moved.
    let insyncReplicasMinOfTarget: Int

    /// The same once the partition has been moved.
    var afterMove: Circumstances {
      Circumstances(
        availability: availability, isWilling: isWilling, insyncReplicasMin: insyncReplicasMinOfTarget,
        insyncReplicasMinOfTarget: insyncReplicasMinOfTarget)
    }
  }

  /// The state that follows from who is available; equal to `self` if nothing changes.
  func settled(in circumstances: Circumstances) -> PartitionState {
    after { $0.settleAll(in: circumstances) }
  }

  /// Chooses members and leader, and ends a move that is done.
  mutating func settleAll(in circumstances: Circumstances) {
    settle(in: circumstances)
    if finishMove(in: circumstances) { settle(in: circumstances.afterMove) }
  }

  /// The replica on `broker` holds less than it had: it goes to `end`.
  mutating func lose(_ broker: BrokerID, _ end: LogPosition) {
    guard members.contains(broker) else { return }
    damaged.removeAll { $0.broker == broker }
    damaged.append(DamagedReplica(broker: broker, end: end))
  }

  /// Every member that is in sync or eligible, in the order of the replicas.
  var members: [BrokerID] { replicas.map(\.broker).filter { isr.contains($0) || eligibleLeaders.contains($0) } }

  /// Chooses members and leader by who is available.
  ///
  /// - The in-sync set keeps its active members; if there are none, those that are shutting down; if there are none
  ///   either, all: they hold what was acknowledged.
  /// - Who leaves it while it is under its least stays eligible to lead.
  /// - Who came back with less than it had is left out while another member can lead. If all are like that and have come
  ///   back, the one that holds most leads; if none of them holds anything, nobody does.
  /// - A leader stays while it can lead; otherwise the first replica that is in sync leads, or one that is eligible.
  private mutating func settle(in circumstances: Circumstances) {
    let before = members
    isr = newISR(circumstances)
    let canLead = isr.contains { circumstances.availability($0) != .fenced && !isDamaged($0) }
    let fullest = canLead ? nil : fullestDamaged(circumstances)
    if let fullest { isr = [fullest] }
    if canLead || fullest != nil {
      let lost = damaged.map(\.broker).filter { !isr.contains($0) }
      damaged = []
      eligibleLeaders = before.filter { !isr.contains($0) && !lost.contains($0) }
    } else {
      eligibleLeaders = before.filter { !isr.contains($0) }
    }
    if isr.count >= circumstances.insyncReplicasMin { eligibleLeaders = [] }
    damaged = damaged.filter { members.contains($0.broker) }
    leader = newLeader(circumstances)
  }

  private func isDamaged(_ broker: BrokerID) -> Bool { damaged.contains { $0.broker == broker } }

  /// Which of the damaged members holds most, if all members are damaged and have come back.
  private func fullestDamaged(_ circumstances: Circumstances) -> BrokerID? {
    guard members.allSatisfy({ isDamaged($0) && circumstances.availability($0) != .fenced }) else { return nil }
    let left = members.compactMap { broker in damaged.first { $0.broker == broker } }
    guard let most = left.map(\.end).max(), most.lastEpoch != nil else { return nil }
    return left.first { $0.end == most }?.broker
  }

  private func newISR(_ circumstances: Circumstances) -> [BrokerID] {
    func sound(_ brokers: [BrokerID], _ wanted: BrokerAvailability) -> [BrokerID] {
      brokers.filter { circumstances.availability($0) == wanted && !isDamaged($0) }
    }
    let active = sound(isr, .active)
    if !active.isEmpty { return active }
    let leaving = sound(isr, .shuttingDown)
    if !leaving.isEmpty { return leaving }
    if let rescuer = sound(eligibleLeaders, .active).first { return [rescuer] }
    return isr
  }

  private func newLeader(_ circumstances: Circumstances) -> BrokerID? {
    let candidates = replicas.map(\.broker).filter { isr.contains($0) && !isDamaged($0) }
    let willing = candidates.filter(circumstances.isWilling)
    let able = candidates.filter { circumstances.availability($0) != .fenced }
    if let leader, willing.contains(leader) { return leader }
    if let first = willing.first { return first }
    if let leader, able.contains(leader) { return leader }
    return able.first
  }

  /// The brokers that hold everything acknowledged are only these from here on, as their leader has asked.
  func with(isr newISR: [BrokerID], in circumstances: Circumstances) -> PartitionState {
    after { state in
      let before = state.members
      state.isr = newISR
      state.eligibleLeaders =
        newISR.count >= circumstances.insyncReplicasMin ? [] : before.filter { !newISR.contains($0) }
      if state.finishMove(in: circumstances) { state.settle(in: circumstances.afterMove) }
    }
  }

  /// Ends a move whose new replicas are in sync, and enough of them: what is not in the target goes. True if it did.
  private mutating func finishMove(in circumstances: Circumstances) -> Bool {
    guard !target.isEmpty, target.allSatisfy(hasReplica), adding.allSatisfy(isr.contains) else { return false }
    let staying = isr.filter { target.contains($0) && circumstances.availability($0) == .active && !isDamaged($0) }
    guard staying.count >= circumstances.insyncReplicasMinOfTarget else { return false }
    replicas = target.compactMap { broker in replicas.first { $0.broker == broker } }
    isr = target.filter(isr.contains)
    eligibleLeaders = target.filter(eligibleLeaders.contains)
    damaged = damaged.filter { target.contains($0.broker) }
    if let leader, !target.contains(leader) { self.leader = nil }
    (target, adding) = ([], [])
    return true
  }
}

extension Draft {
  /// What the brokers can do, as seen by a partition of `topic`.
  func circumstances(_ topic: TopicID, _ state: PartitionState) -> PartitionState.Circumstances {
    let configuration = image.topic(topic)?.configuration ?? .default
    return PartitionState.Circumstances(
      availability: { image.broker($0)?.availability(of: state.folder(on: $0)) ?? .fenced },
      isWilling: { image.broker($0)?.isWilling(state.folder(on: $0)) ?? false },
      insyncReplicasMin: configuration.insyncReplicasMin(replicationFactor: state.replicationFactor),
      insyncReplicasMinOfTarget: configuration.insyncReplicasMin(replicationFactor: max(state.target.count, 1)))
  }

  /// Gives every partition that has a replica on one of the brokers the leader and in-sync set that follow from who is
  /// available.
  mutating func settlePartitions(on brokers: [BrokerID]) {
    let concerned = image.partitions { state in brokers.contains(where: state.hasReplica) }
    for (place, state) in concerned { settle(place, state) }
  }

  /// Makes `state`, with the leader and in-sync set that follow from it, the partition's.
  mutating func settle(_ place: TopicPartition, _ state: PartitionState) {
    put(state.settled(in: circumstances(place.topic, state)), at: place)
  }

  /// The partition is in this state from here on.
  mutating func put(_ state: PartitionState, at place: TopicPartition) {
    guard let known = image.partition(place), known != state else { return }
    emit(.partitionChanged(place, state))
  }

  /// The broker becomes able or unable to lead, and its partitions follow.
  mutating func changeAvailability(of broker: BrokerID, to availability: BrokerAvailability) {
    changeAvailability(of: [broker], to: availability)
  }

  /// The same for several brokers at once: who is away together leaves no in-sync set before another.
  mutating func changeAvailability(of brokers: [BrokerID], to availability: BrokerAvailability) {
    let changed = brokers.filter { image.broker($0).map { $0.availability != availability } ?? false }
    guard !changed.isEmpty else { return }
    for id in changed { emit(.brokerAvailabilityChanged(id, availability)) }
    settlePartitions(on: changed)
    guard availability == .active else { return }
    growConsumerOffsets()
    for known in image.brokers where known.isDraining { planDrain(of: known.id) }
  }
}
