import Model

extension Draft {
  /// Registers a group coordinator's process. Its epoch is the offset of the registration.
  ///
  /// Another process with the same id is in the way while its lease holds (`isLive`), unless both answer at the same
  /// addresses: only one process can.
  mutating func registerGroupCoordinator(
    _ request: RegisterGroupCoordinator, isLive: Bool
  ) throws(Refusal) -> (GroupCoordinatorEpoch, ClusterIdentity) {
    let cluster = try checkCluster(request.clusterID)
    try checkFeatureLevel(request.featureLevels)
    let asked = request.registration
    guard asked.id >= GroupCoordinatorID(1) else {
      throw Refusal(
        .invalidRequest, "a group coordinator's id is 1 or more, not \(asked.id)", field: "group_coordinator_id")
    }
    try checkBounds(listeners: asked.listeners, rack: asked.rack, version: asked.version)
    if let known = image.groupCoordinator(asked.id) {
      if known.isLive, known.registration == asked.with(epoch: known.epoch) { return (known.epoch, cluster) }
      guard
        known.registration.incarnation == asked.incarnation || known.registration.listeners == asked.listeners
          || !isLive
      else {
        throw Refusal(
          .idInUse,
          "another live process is registered as group coordinator \(asked.id); this one takes its place when that is "
            + "found dead or its lease is over",
          metadata: Self.address(known.registration.listeners), field: "group_coordinator_id")
      }
    }
    let registration = asked.with(epoch: GroupCoordinatorEpoch(image.endOffset.rawValue))
    emit(.groupCoordinatorRegistered(registration))
    assignGroupShards()
    return (registration.epoch, cluster)
  }

  /// Keeps a group coordinator's lease, and moves its shards when it wants to stop.
  mutating func groupCoordinatorHeartbeat(
    _ heartbeat: GroupCoordinatorHeartbeat
  ) throws(Refusal) -> GroupCoordinatorHeartbeat.Reply {
    guard let known = image.groupCoordinator(heartbeat.id), known.epoch == heartbeat.epoch else {
      throw Refusal(
        .fencedBrokerEpoch, "group coordinator \(heartbeat.id) is not registered under epoch \(heartbeat.epoch)")
    }
    changeLiveness(of: heartbeat.id, to: !heartbeat.wantsShutdown)
    return GroupCoordinatorHeartbeat.Reply(mayShutDown: heartbeat.wantsShutdown, lease: policy.lease)
  }

  /// The group coordinator lives or does not, and the shards follow.
  mutating func changeLiveness(of id: GroupCoordinatorID, to isLive: Bool) {
    guard let known = image.groupCoordinator(id), known.isLive != isLive else { return }
    emit(.groupCoordinatorLivenessChanged(id, isLive: isLive))
    assignGroupShards()
  }

  /// Gives every shard of groups an owner that lives. A shard changes its epoch together with its owner.
  mutating func assignGroupShards() {
    let live = image.groupCoordinators.filter(\.isLive)
    let epochs = Dictionary(uniqueKeysWithValues: live.map { ($0.id, $0.epoch) })
    let owners = balancedOwners(of: image.groupShards.map(\.owner), among: live.map(\.id))
    for (index, owner) in owners.enumerated() {
      let present = image.groupShards[index]
      let ownerEpoch = owner.flatMap { epochs[$0] }
      guard present.owner != owner || present.ownerEpoch != ownerEpoch else { continue }
      emit(
        .groupShardOwnerChanged(
          shard: PartitionIndex(Int32(index)),
          GroupShardOwner(owner: owner, ownerEpoch: ownerEpoch, epoch: present.epoch.next)))
    }
  }
}

/// An owner for each shard: no owner has over one more than another, and as few shards move as that allows.
func balancedOwners<Owner: Hashable & Comparable>(of present: [Owner?], among live: [Owner]) -> [Owner?] {
  guard !live.isEmpty else { return present.map { _ in nil } }
  var held: [Owner: Int] = [:]
  for owner in present.compactMap({ $0 }) { held[owner, default: 0] += 1 }
  // Who holds most now keeps the shards that do not divide evenly.
  let ranked = live.sorted { (held[$1] ?? 0, $0) < (held[$0] ?? 0, $1) }
  let (share, rest) = present.count.quotientAndRemainder(dividingBy: live.count)
  var room: [Owner: Int] = [:]
  for (rank, owner) in ranked.enumerated() { room[owner] = share + (rank < rest ? 1 : 0) }

  var owners = present.map { owner -> Owner? in
    guard let owner, let left = room[owner], left > 0 else { return nil }
    room[owner] = left - 1
    return owner
  }
  var takers = ranked.flatMap { owner in repeatElement(owner, count: room[owner] ?? 0) }[...]
  for index in owners.indices where owners[index] == nil { owners[index] = takers.popFirst() }
  return owners
}

extension GroupCoordinatorRegistration {
  func with(epoch: GroupCoordinatorEpoch) -> GroupCoordinatorRegistration {
    GroupCoordinatorRegistration(
      id: id, epoch: epoch, incarnation: incarnation, listeners: listeners, rack: rack, version: version)
  }
}
