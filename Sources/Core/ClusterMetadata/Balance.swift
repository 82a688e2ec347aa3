import Model

/// When it is time to look how replicas lie, and what has been seen of it. Known to the active coordinator alone.
struct Balance: Sendable {
  /// When the next step is due.
  private(set) var nextStep: Instant
  /// Who could take no replicas at the last step.
  private var unusable: Set<BrokerID> = []
  /// How large partitions are, as their leaders last said.
  private(set) var sizes: [TopicPartition: Int] = [:]

  /// The first step is due after a pause.
  init(at now: Instant, _ policy: MetadataPolicy) { nextStep = now + policy.balancePause }

  /// True if it is time for another step; then the next one is due a pause later.
  mutating func takeStep(at now: Instant, _ policy: MetadataPolicy) -> Bool {
    guard nextStep <= now else { return false }
    nextStep = now + policy.balancePause
    return true
  }

  /// The leader `broker` says how large partitions are.
  mutating func note(_ said: [TopicPartition: Int], by broker: BrokerID, _ image: MetadataImage) {
    for (place, size) in said where image.partition(place)?.leader == broker { sizes[place] = max(0, size) }
  }

  /// Forgets partitions that are gone; answers which brokers can take no replicas, now and at the step before.
  mutating func look(at image: MetadataImage) -> [BrokerID] {
    sizes = sizes.filter { image.partition($0.key) != nil }
    let now = image.brokers.filter { !$0.isUsable }.map(\.id)
    defer { unusable = Set(now) }
    return now.filter(unusable.contains)
  }
}

extension Draft {
  /// One small step to where leaders and replicas lie evenly: a few preferred leaders lead again; if all do, a few replicas
  /// move from the broker that has most to the one that has least, by their number first and then by their bytes.
  ///
  /// Nothing moves while a broker is away: it may come back, and what it holds would be copied for nothing.
  mutating func balance(_ sizes: [TopicPartition: Int]) {
    guard !electSomePreferredLeaders(), counts.runningMoves.isEmpty, counts.waitingMoves.isEmpty,
      image.brokers.allSatisfy({ $0.availability == .active })
    else { return }
    for _ in 0..<policy.movesPerBalance {
      guard moveByNumber(sizes) || moveByBytes(sizes) else { return }
    }
  }

  /// True if there was anything to do.
  private mutating func electSomePreferredLeaders() -> Bool {
    let led = image.partitions { state in
      guard let preferred = state.replicas.first?.broker, state.leader != preferred, state.target.isEmpty else {
        return false
      }
      return canLead(preferred, state)
    }
    for (place, state) in led.prefix(policy.leadersPerBalance) {
      put(state.after { $0.leader = state.replicas.first?.broker }, at: place)
    }
    return !led.isEmpty
  }

  /// How many replicas more than another a broker with so many may hold.
  private func imbalanceMax(_ count: Int) -> Int { max(policy.imbalanceMax, count / 5) }

  /// Moves a small replica from the broker with most of them to the one with fewest; false if they lie evenly.
  private mutating func moveByNumber(_ sizes: [TopicPartition: Int]) -> Bool {
    let loads = usableBrokers.map(counts.load).sorted { ($0.replicaCount, $0.id) < ($1.replicaCount, $1.id) }
    guard let least = loads.first, let most = loads.last,
      most.replicaCount - least.replicaCount > imbalanceMax(most.replicaCount)
    else { return false }
    // Who leads moves last: the others cost nobody a new leader.
    let chosen = movable(from: most, to: least).min { one, other in
      (one.state.leader == most.id ? 1 : 0, sizes[one.place] ?? 0, one.place)
        < (other.state.leader == most.id ? 1 : 0, sizes[other.place] ?? 0, other.place)
    }
    return move(chosen, from: most, to: least)
  }

  /// Moves a large replica from the broker with most bytes to the one with fewest, unless that upsets their numbers: so
  /// neither way of balancing undoes what the other has done.
  private mutating func moveByBytes(_ sizes: [TopicPartition: Int]) -> Bool {
    guard !sizes.isEmpty else { return false }
    var bytes: [BrokerID: Int] = [:]
    for (place, size) in sizes {
      for broker in image.partition(place)?.targetOrReplicas ?? [] { bytes[broker, default: 0] += size }
    }
    func held(_ broker: PlacementBroker) -> Int { bytes[broker.id] ?? 0 }
    let loads = usableBrokers.map(counts.load).sorted { (held($0), $0.id) < (held($1), $1.id) }
    guard let least = loads.first, let most = loads.last, let fewest = loads.map(\.replicaCount).min() else {
      return false
    }
    let gap = held(most) - held(least)
    guard gap > max(policy.imbalanceBytesMax, held(most) / 5),
      least.replicaCount + 1 - min(fewest, most.replicaCount - 1) <= imbalanceMax(least.replicaCount + 1)
    else { return false }
    let chosen = movable(from: most, to: least).filter { (1...gap / 2).contains(sizes[$0.place] ?? 0) }.max {
      one, other in
      (sizes[one.place] ?? 0, one.state.leader == most.id ? 0 : 1, other.place)
        < (sizes[other.place] ?? 0, other.state.leader == most.id ? 0 : 1, one.place)
    }
    return move(chosen, from: most, to: least)
  }

  /// The partitions at rest of which a replica can move so, in order.
  private func movable(
    from most: PlacementBroker, to least: PlacementBroker
  ) -> [(place: TopicPartition, state: PartitionState)] {
    image.partitions { state in
      let brokers = state.targetOrReplicas
      return brokers.contains(most.id) && !brokers.contains(least.id) && state.target.isEmpty
        && fits(least, state, most)
    }
  }

  private mutating func move(
    _ chosen: (place: TopicPartition, state: PartitionState)?, from most: PlacementBroker, to least: PlacementBroker
  ) -> Bool {
    guard let (place, state) = chosen,
      let moved = try? state.moving(
        to: state.targetOrReplicas.map { $0 == most.id ? least.id : $0 }, in: circumstances(place.topic, state),
        name(place))
    else { return false }
    settle(place, moved)
    return true
  }

  /// True if the replicas stand in no fewer racks when `taker` holds one instead of `giver`.
  private func fits(_ taker: PlacementBroker, _ state: PartitionState, _ giver: PlacementBroker) -> Bool {
    let others = state.targetOrReplicas.filter { $0 != giver.id }.compactMap { image.broker($0)?.registration.rack }
    guard let rack = taker.rack, others.contains(rack) else { return true }
    return giver.rack.map(others.contains) ?? true
  }
}
