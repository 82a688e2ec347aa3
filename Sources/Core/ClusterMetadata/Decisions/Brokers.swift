import Model

extension Draft {
  /// Registers a broker's process. Its broker epoch is the offset of the registration.
  ///
  /// Another process with the same id is in the way while its lease holds (`isLive`), unless both have the same disk
  /// folders: a process locks its folders, so the earlier one must be gone.
  mutating func registerBroker(
    _ request: RegisterBroker, isLive: Bool
  ) throws(Refusal) -> (BrokerEpoch, ClusterIdentity) {
    let cluster = try checkCluster(request.clusterID)
    try checkFeatureLevel(request.featureLevels)
    let asked = request.registration
    guard asked.id >= BrokerID(1) else {
      throw Refusal(.invalidRequest, "a broker's id is 1 or more, not \(asked.id)", field: "broker_id")
    }
    try checkBounds(
      listeners: asked.listeners, rack: asked.rack, version: asked.version, folders: asked.folders)
    if let known = image.broker(asked.id)?.registration {
      if known.incarnation == asked.incarnation, known == asked.with(epoch: known.epoch) {
        return (known.epoch, cluster)
      }
      let sameFolders = !asked.folders.isEmpty && asked.folders.sorted() == known.folders.sorted()
      guard known.incarnation == asked.incarnation || sameFolders || !isLive else {
        throw Refusal(
          .idInUse,
          "another live process is registered as broker \(asked.id); this one takes its place when that is found dead or "
            + "its lease is over", metadata: Self.address(known.listeners),
          field: "broker_id")
      }
    }
    let registration = asked.with(epoch: BrokerEpoch(image.endOffset.rawValue))
    emit(.brokerRegistered(registration))
    for (place, state) in image.partitions(on: asked.id) {
      noteLoss(place, state, of: registration, request.damaged[place])
    }
    return (registration.epoch, cluster)
  }

  /// Settles a partition of a broker that has registered. The replica there may hold less than before: because the broker
  /// says so, or because the folder in which it lay is not there any more. Then it gets another one.
  private mutating func noteLoss(
    _ place: TopicPartition, _ state: PartitionState, of broker: BrokerRegistration, _ damage: LogPosition?
  ) {
    let isGone = state.folder(on: broker.id).map { !broker.folders.contains($0) } ?? false
    let circumstances = circumstances(place.topic, state)
    put(
      state.after { next in
        if isGone, let index = state.replicas.firstIndex(where: { $0.broker == broker.id }) {
          var placement = Placement(brokers: image.broker(broker.id).map { [counts.load(of: $0)] } ?? [])
          next.replicas[index] = placement.place(on: broker.id)
        }
        if let end = isGone ? .nothing : damage { next.lose(broker.id, end) }
        next.settleAll(in: circumstances)
      }, at: place)
  }

  /// A replica has been found to hold less than it had, by a process that goes on. Nobody must count on it any more when
  /// it begins anew, not even a leader that has just seen it in sync: the leader epoch rises.
  private mutating func noteDamage(_ place: TopicPartition, on broker: BrokerID, _ damage: FoundDamage) {
    guard let state = image.partition(place), state.hasReplica(on: broker),
      state.members.contains(broker) || state.leaderEpoch <= damage.leaderEpoch
    else { return }
    let circumstances = circumstances(place.topic, state)
    put(
      state.after { next in
        next.lose(broker, damage.end)
        next.settleAll(in: circumstances)
        if next.leader != nil, !next.members.contains(broker) { next.leaderEpoch = state.leaderEpoch.next }
      }, at: place)
  }

  /// Keeps a broker's lease, unfences it once it has caught up, and lets it stop in order.
  mutating func brokerHeartbeat(_ heartbeat: BrokerHeartbeat) throws(Refusal) -> BrokerHeartbeat.Reply {
    let broker = try checkBroker(heartbeat.id, epoch: heartbeat.epoch)
    if broker.folderFaults != heartbeat.folderFaults {
      emit(.brokerFoldersChanged(broker.id, heartbeat.folderFaults))
      settlePartitions(on: [broker.id])
    }
    for (place, damage) in heartbeat.damaged.sorted(by: { $0.key < $1.key }) {
      noteDamage(place, on: broker.id, damage)
    }
    switch (broker.availability, heartbeat.wantsShutdown) {
    case (.fenced, false):
      if heartbeat.appliedEndOffset.rawValue > broker.epoch.rawValue {
        changeAvailability(of: broker.id, to: .active)
      }
    case (.active, true): changeAvailability(of: broker.id, to: .shuttingDown)
    case (.fenced, true), (.active, false), (.shuttingDown, _): break
    }
    let availability = image.broker(broker.id)?.availability ?? .fenced
    return BrokerHeartbeat.Reply(
      availability: availability, mayShutDown: heartbeat.wantsShutdown, lease: policy.lease)
  }

  /// Marks a broker to be emptied, or takes that back. Leaderships move where another in-sync replica can lead.
  mutating func drainBroker(_ id: BrokerID, isDraining: Bool, validateOnly: Bool) throws(Refusal) -> BrokerLoad {
    let broker = try checkKnown(id)
    if !validateOnly {
      if broker.isDraining != isDraining { emit(.brokerDrainChanged(id, isDraining: isDraining)) }
      settlePartitions(on: [id])
      if isDraining { planDrain(of: id) } else if broker.isDraining { endDrain(of: id) }
    }
    return load(of: id)
  }

  /// Forgets a broker that is down and holds nothing.
  mutating func removeBroker(_ id: BrokerID, isLive: Bool, validateOnly: Bool) throws(Refusal) {
    _ = try checkKnown(id)
    guard !isLive else {
      throw Refusal(.brokerInUse, "broker \(id) is alive and would register again", field: "broker_id")
    }
    let load = load(of: id)
    guard load.replicaCount == 0 else {
      throw Refusal(
        .brokerInUse, "broker \(id) holds replicas of \(load.replicaCount) partitions",
        metadata: ["replica_count": "\(load.replicaCount)"], field: "broker_id")
    }
    if !validateOnly { emit(.brokerRemoved(id)) }
  }

  /// Hands a block of producer ids to a broker.
  mutating func allocateProducerIDs(_ id: BrokerID, _ epoch: BrokerEpoch) throws(Refusal) -> Range<Int64> {
    try checkBroker(id, epoch: epoch)
    let start = image.nextProducerID.rawValue
    let (end, overflow) = start.addingReportingOverflow(policy.producerIDBlock)
    guard !overflow else { throw Refusal(.resourceExhausted, "all producer ids have been given out") }
    emit(.producerIDsAllocated(end: ProducerID(end)))
    return start..<end
  }

  /// The broker `id`, if `epoch` is that of its present registration.
  @discardableResult
  func checkBroker(_ id: BrokerID, epoch: BrokerEpoch) throws(Refusal) -> Broker {
    guard let broker = image.broker(id), broker.epoch == epoch else {
      throw Refusal(.fencedBrokerEpoch, "broker \(id) is not registered under epoch \(epoch)")
    }
    return broker
  }

  private func checkKnown(_ id: BrokerID) throws(Refusal) -> Broker {
    guard let broker = image.broker(id) else {
      throw Refusal(.unknownBroker, "there is no broker \(id)", field: "broker_id")
    }
    return broker
  }

  private func load(of id: BrokerID) -> BrokerLoad {
    let held = image.partitions { $0.concerns(id) }
    return BrokerLoad(replicaCount: held.count, leaderCount: held.count { $0.state.leader == id })
  }

  static func address(_ listeners: [ListenerAddress]) -> [String: String] {
    listeners.first.map { ["address": "\($0.host):\($0.port)"] } ?? [:]
  }
}

extension BrokerRegistration {
  func with(epoch: BrokerEpoch) -> BrokerRegistration {
    BrokerRegistration(
      id: id, epoch: epoch, incarnation: incarnation, listeners: listeners, rack: rack, folders: folders,
      version: version)
  }
}
