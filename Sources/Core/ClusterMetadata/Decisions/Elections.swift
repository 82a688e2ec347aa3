import Model

extension Draft {
  /// Makes the preferred replicas lead, where they are in sync and active; or, if so asked, any replica that lives, where
  /// nobody leads.
  mutating func electLeaders(_ request: ElectLeaders) -> [ElectLeaders.Outcome] {
    let targets =
      request.partitions
      ?? image.partitions { $0.leader != $0.replicas.first?.broker }
      .map { .init(topic: .id($0.place.topic), partition: $0.place.partition) }
    return targets.map { target in
      do throws(Refusal) {
        let (place, state) = try resolve(target)
        switch request.kind {
        case .preferred:
          let leader = try electPreferredLeader(place, state, validateOnly: request.validateOnly)
          return ElectLeaders.Outcome(target: target, leader: .success(leader))
        case .unclean(let ends):
          return try electUncleanLeader(target, state, ends[place] ?? [:], validateOnly: request.validateOnly)
        }
      } catch {
        return ElectLeaders.Outcome(target: target, leader: .failure(error))
      }
    }
  }

  /// The partition that `target` names, and its state.
  func resolve(_ target: ElectLeaders.Target) throws(Refusal) -> (TopicPartition, PartitionState) {
    let topic = try resolve(target.topic)
    guard let state = topic[target.partition] else {
      throw Refusal(
        .partitionOutOfRange, "topic \(topic.name) has \(topic.partitions.count) partitions, not a \(target.partition)",
        metadata: ["partition_count": "\(topic.partitions.count)"], field: "partition")
    }
    return (TopicPartition(topic: topic.id, partition: target.partition), state)
  }

  private mutating func electPreferredLeader(
    _ place: TopicPartition, _ state: PartitionState, validateOnly: Bool
  ) throws(Refusal) -> BrokerID {
    guard let preferred = state.replicas.first?.broker, state.leader != preferred else {
      return state.leader ?? BrokerID(0)
    }
    guard canLead(preferred, state) else {
      throw Refusal(
        .leaderNotAvailable,
        "broker \(preferred), the preferred leader of \(name(place)), is not active and in sync")
    }
    if !validateOnly { put(state.after { $0.leader = preferred }, at: place) }
    return preferred
  }

  /// Lets the fullest replica that lives lead. What others hold beyond it is given up.
  private mutating func electUncleanLeader(
    _ target: ElectLeaders.Target, _ state: PartitionState, _ ends: [BrokerID: LogPosition], validateOnly: Bool
  ) throws(Refusal) -> ElectLeaders.Outcome {
    if let leader = state.leader { return ElectLeaders.Outcome(target: target, leader: .success(leader)) }
    let (place, _) = try resolve(target)
    let living = state.replicas.map(\.broker).filter { id in
      image.broker(id)?.availability(of: state.folder(on: id)) == .active && ends[id] != nil
    }
    // The first of those that hold most.
    guard let fullest = living.compactMap({ ends[$0] }).max(), let winner = living.first(where: { ends[$0] == fullest })
    else {
      throw Refusal(
        .leaderNotAvailable, "no replica of \(name(place)) is alive: its brokers are \(state.replicas.map(\.broker))")
    }
    let passedOver = state.members.filter { $0 != winner }
    if !validateOnly {
      let elected = state.after { next in
        (next.isr, next.eligibleLeaders, next.damaged, next.leader) = ([winner], [], [], winner)
      }
      put(elected, at: place)
    }
    return ElectLeaders.Outcome(target: target, leader: .success(winner), end: fullest, passedOver: passedOver)
  }

  /// True if the broker holds everything acknowledged, can lead, and nothing speaks against it.
  func canLead(_ id: BrokerID, _ state: PartitionState) -> Bool {
    state.isr.contains(id) && !state.damaged.contains { $0.broker == id }
      && image.broker(id)?.isWilling(state.folder(on: id)) ?? false
  }

  /// How messages name a partition.
  func name(_ place: TopicPartition) -> String {
    "\(image.topic(place.topic)?.name.description ?? "\(place.topic)")-\(place.partition)"
  }
}
