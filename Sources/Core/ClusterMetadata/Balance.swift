import Model

/// When the cluster may be balanced a little more.
struct Balance: Sendable {
  /// When the next step is due; nil if there is never one.
  private(set) var nextStep: Instant?

  /// The first step is due after a pause.
  init(at now: Instant, _ policy: MetadataPolicy) {
    nextStep = policy.balances ? now + policy.balancePause : nil
  }

  /// True if it is time for another step; then the next one is due a pause later.
  mutating func takeStep(at now: Instant, _ policy: MetadataPolicy) -> Bool {
    guard let due = nextStep, due <= now else { return false }
    nextStep = now + policy.balancePause
    return true
  }
}

extension Draft {
  /// One small step to where leaders and replicas lie evenly: a few preferred leaders lead again; if all do, a few replicas
  /// move from the broker that has most to the one that has least.
  ///
  /// Nothing moves while a broker is away: it may come back, and what it holds would be copied for nothing.
  mutating func balance() {
    guard !electSomePreferredLeaders(), counts.runningMoves.isEmpty, counts.waitingMoves.isEmpty,
      image.brokers.allSatisfy({ $0.availability == .active })
    else { return }
    moveSomeReplicas()
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

  private mutating func moveSomeReplicas() {
    let usable = usableBrokers
    guard usable.count > 1 else { return }
    for _ in 0..<policy.movesPerBalance {
      let loads = usable.map(counts.load).sorted { ($0.replicaCount, $0.id) < ($1.replicaCount, $1.id) }
      guard let least = loads.first, let most = loads.last,
        most.replicaCount - least.replicaCount > max(policy.imbalanceMax, most.replicaCount / 5)
      else { return }
      let movable = image.partitions { state in
        let brokers = state.targetOrReplicas
        return brokers.contains(most.id) && !brokers.contains(least.id) && state.target.isEmpty
          && fits(least, state, most)
      }
      // Who leads moves last: the others cost nobody a new leader.
      guard let (place, state) = movable.first(where: { $0.state.leader != most.id }) ?? movable.first,
        let moved = try? state.moving(
          to: state.targetOrReplicas.map { $0 == most.id ? least.id : $0 }, name(place))
      else { return }
      settle(place, moved)
    }
  }

  /// True if the replicas stand in no fewer racks when `taker` holds one instead of `giver`.
  private func fits(_ taker: PlacementBroker, _ state: PartitionState, _ giver: PlacementBroker) -> Bool {
    let others = state.targetOrReplicas.filter { $0 != giver.id }.compactMap { image.broker($0)?.registration.rack }
    guard let rack = taker.rack, others.contains(rack) else { return true }
    return giver.rack.map(others.contains) ?? true
  }
}
