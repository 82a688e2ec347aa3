import Model

/// How a partition is moved: its state names a target; when its turn comes, the missing replicas are added; they catch up
/// and join the in-sync set; then what is not in the target goes.
extension Draft {
  /// Decides moves, or ends them, each by itself.
  mutating func reassignPartitions(_ request: ReassignPartitions) -> [Result<PartitionState, Refusal>] {
    request.moves.map { move in
      do throws(Refusal) {
        let (place, state) = try resolve(move.target)
        let target = try checkTarget(move.replicas, of: place, state)
        let moved = try state.moving(to: target, in: circumstances(place.topic, state), name(place))
        if !request.validateOnly { settle(place, moved) }
        return .success(request.validateOnly ? moved : image.partition(place) ?? moved)
      } catch {
        return .failure(error)
      }
    }
  }

  private func checkTarget(
    _ target: [BrokerID], of place: TopicPartition, _ state: PartitionState
  ) throws(Refusal) -> [BrokerID] {
    guard target.count <= policy.replicationFactorMax else {
      throw Refusal(
        .invalidReplicationFactor,
        "\(name(place)) cannot have \(target.count) replicas; this cluster allows 1 to \(policy.replicationFactorMax)",
        metadata: ["replication_factor_max": "\(policy.replicationFactorMax)"], field: "replicas")
    }
    guard Set(target).count == target.count else {
      throw Refusal(.invalidRequest, "the replicas of \(name(place)) name a broker twice", field: "replicas")
    }
    for id in target where !state.hasReplica(on: id) {
      guard let broker = image.broker(id) else {
        throw Refusal(.unknownBroker, "there is no broker \(id)", field: "replicas")
      }
      guard broker.isUsable else {
        throw Refusal(
          .brokerNotAvailable, "broker \(id) is not at work or is being drained, and takes no new replicas",
          field: "replicas")
      }
    }
    return target
  }

  /// Adds the replicas of moves that wait, as long as fewer than `movesAtOnceMax` are under way. One that is under way and
  /// has got another target meanwhile needs no further place among them; one that waits for a broker that is away holds up
  /// nobody.
  mutating func beginMoves() {
    guard !counts.waitingMoves.isEmpty || !counts.redirectedMoves.isEmpty else { return }
    var room =
      policy.movesAtOnceMax
      - counts.runningMoves.count { place in
        image.partition(place)?.adding.allSatisfy { image.broker($0)?.availability == .active } ?? false
      }
    let candidates = counts.redirectedMoves + (room > 0 ? counts.waitingMoves : [])
    guard !candidates.isEmpty else { return }
    let usable = usableBrokers
    var placement: Placement?
    for place in candidates {
      guard let state = image.partition(place), !state.adding.isEmpty || room > 0 else { continue }
      let missing = state.target.filter { !state.hasReplica(on: $0) }
      guard missing.allSatisfy({ id in usable.contains { $0.id == id } }) else { continue }
      var places = placement ?? Placement(brokers: usable.map(counts.load))
      let begun = state.after { next in
        next.replicas += missing.map { places.place(on: $0) }
        next.adding += missing
      }
      placement = places
      if state.adding.isEmpty { room -= 1 }
      put(begun, at: place)
    }
  }

  /// The brokers that take new replicas.
  var usableBrokers: [Broker] { image.brokers.filter(\.isUsable) }

  // MARK: Draining

  /// Gives every replica on the broker another place, where there is a broker that can take it.
  mutating func planDrain(of id: BrokerID) {
    let others = usableBrokers.filter { $0.id != id }
    guard !others.isEmpty else { return }
    plan(image.partitions { $0.targetOrReplicas.contains(id) }) { state, placement in
      placement.replacement(for: id, in: state.targetOrReplicas, besides: state.replicas.map(\.broker))
    }
  }

  /// Chooses again where the place that a drain has chosen cannot be used for long: on `lost`, and without the records.
  mutating func replanDrains(without lost: [BrokerID]) {
    let drained = image.brokers.filter(\.isDraining).map(\.id)
    guard !drained.isEmpty else { return }
    for id in lost {
      let waiting = image.partitions { state in
        state.target.contains(id) && !state.isr.contains(id) && (state.adding.contains(id) || !state.hasReplica(on: id))
          && drained.contains { state.hasReplica(on: $0) && !state.target.contains($0) }
      }
      plan(waiting) { state, placement in
        placement.replacement(for: id, in: state.target, besides: state.replicas.map(\.broker))
      }
    }
  }

  /// Ends the moves that take replicas away from the broker.
  mutating func endDrain(of id: BrokerID) {
    for (place, state) in image.partitions(where: { !$0.target.isEmpty && !$0.target.contains(id) })
    where state.hasReplica(on: id) && !state.adding.contains(id) {
      // One that cannot be ended goes on.
      let circumstances = circumstances(place.topic, state)
      if let ended = try? state.moving(to: [], in: circumstances, name(place)) { settle(place, ended) }
    }
  }

  // MARK: How many replicas

  /// Moves every partition of the topic to `factor` replicas; refuses if that cannot be.
  func targets(for topic: Topic, factor: Int) throws(Refusal) -> [(TopicPartition, PartitionState)] {
    let usable = usableBrokers
    let holders = Set(topic.partitions.flatMap { $0.replicas.map(\.broker) })
    guard (1...policy.replicationFactorMax).contains(factor), factor <= holders.union(usable.map(\.id)).count else {
      throw Refusal(
        .invalidReplicationFactor,
        "topic \(topic.name) cannot have \(factor) replicas; this cluster allows 1 to "
          + "\(policy.replicationFactorMax), and \(usable.count) brokers are ready to take them",
        metadata: ["replication_factor_max": "\(policy.replicationFactorMax)", "broker_count": "\(usable.count)"],
        field: "replication_factor")
    }
    var placement = Placement(brokers: usable.map(counts.load), present: topic.partitions)
    var moved: [(TopicPartition, PartitionState)] = []
    for (index, state) in topic.partitions.enumerated() {
      let place = TopicPartition(topic: topic.id, partition: PartitionIndex(Int32(index)))
      guard let target = placement.resized(state, to: factor) else {
        throw Refusal(
          .invalidReplicationFactor,
          "\(name(place)) cannot have \(factor) replicas; \(usable.count) brokers are ready to take them",
          metadata: ["broker_count": "\(usable.count)"], field: "replication_factor")
      }
      moved.append((place, try state.moving(to: target, in: circumstances(topic.id, state), name(place))))
    }
    return moved
  }

  /// The cluster's own topic comes into being with the first broker, and gets its other replicas as brokers come.
  mutating func growConsumerOffsets() {
    guard let topic = image.topic(named: MetadataImage.consumerOffsetsName) else { return }
    let factor = min(policy.defaultReplicationFactor, policy.replicationFactorMax, usableBrokers.count)
    plan(image.partitions(of: topic).filter { $0.state.targetOrReplicas.count < factor }) { state, placement in
      placement.resized(state, to: factor).map { placement.withFairLeader($0) }
    }
  }

  /// Sets the target that `choose` finds for each of the partitions, of one topic after the other.
  private mutating func plan(
    _ partitions: [(place: TopicPartition, state: PartitionState)],
    _ choose: (PartitionState, inout Placement) -> [BrokerID]?
  ) {
    var placement: (topic: TopicID, Placement)?
    for (place, state) in partitions {
      var current =
        if let placement, placement.topic == place.topic { placement.1 } else {
          Placement(
            brokers: usableBrokers.map(counts.load), present: image.topic(place.topic)?.partitions ?? [])
        }
      let target = choose(state, &current)
      placement = (place.topic, current)
      guard let target,
        let moved = try? state.moving(to: target, in: circumstances(place.topic, state), name(place))
      else { continue }
      settle(place, moved)
    }
  }
}

extension PartitionState {
  /// Where it will lie once it has been moved.
  var targetOrReplicas: [BrokerID] { target.isEmpty ? replicas.map(\.broker) : target }

  /// True while a move waits for its turn.
  var awaitsMove: Bool { target.contains { !hasReplica(on: $0) } }

  /// The state once it has been decided that the partition shall lie on `wanted`; empty to end a move. A move that was
  /// under way ends: what it has added and is not wanted goes again. Refused if too few would be left that hold
  /// everything: one of them may have been lost, and the coordinator not know it yet.
  func moving(
    to wanted: [BrokerID], in circumstances: Circumstances, _ name: String
  ) throws(Refusal) -> PartitionState {
    let dropped = adding.filter { !wanted.contains($0) }
    let kept = replicas.filter { !dropped.contains($0.broker) }
    let isNew = !wanted.isEmpty && wanted != kept.map(\.broker)
    let next = after { state in
      state.replicas = kept
      state.isr.removeAll(where: dropped.contains)
      state.eligibleLeaders.removeAll(where: dropped.contains)
      state.damaged.removeAll { dropped.contains($0.broker) }
      state.adding = adding.filter { wanted.contains($0) }
      state.target = isNew || !state.adding.isEmpty ? wanted : []
      if let leader, dropped.contains(leader) { state.leader = nil }
    }
    guard next.isr == isr || next.isr.count >= max(1, min(isr.count, circumstances.insyncReplicasMin)) else {
      throw Refusal(
        .notEnoughReplicas,
        "the move of \(name) cannot be ended: without \(dropped) too few brokers hold all its records: \(next.isr)",
        field: "replicas")
    }
    return next
  }
}
