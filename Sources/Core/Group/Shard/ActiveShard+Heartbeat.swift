import Model

extension ActiveShard {
  /// A member joins, stays or leaves. nil if the answer is held until something changes.
  mutating func heartbeat(
    _ heartbeat: GroupHeartbeat, _ token: RequestToken
  ) throws(Refusal) -> GroupHeartbeat.Reply? {
    let key = MemberKey(group: heartbeat.group, member: heartbeat.member)
    switch heartbeat.step {
    case .leave: return try leave(heartbeat)
    case .leaveForNow: return try leaveForNow(heartbeat)
    case .join: try join(heartbeat)
    case .stay(let epoch): try stay(heartbeat, epoch)
    }
    supersede(key, by: token)
    renewSession(of: key)
    reconcile(key, owned: heartbeat.step == .join ? [] : heartbeat.owned)
    settleHeld(heartbeat.group, except: key.member)

    let reply = standing(of: key)
    if heartbeat.wait > .zero, sessions[key]?.told == reply, reply.epoch.map({ heartbeat.step == .stay($0) }) == true {
      hold(key, token, heartbeat, reply)
      return nil
    }
    sessions[key, default: Session()].told = reply
    return reply
  }

  // MARK: - Joining

  private mutating func join(_ heartbeat: GroupHeartbeat) throws(Refusal) {
    let metadata = try checkJoin(heartbeat)
    let key = MemberKey(group: heartbeat.group, member: heartbeat.member)
    let (known, predecessor) = earlierSelf(heartbeat)
    if let predecessor { remove(predecessor, from: heartbeat.group) }
    emit(.memberChanged(heartbeat.group, heartbeat.member, metadata))
    if predecessor != nil { emit(.targetChanged(heartbeat.group, heartbeat.member, known?.target ?? [])) }
    setAssignment(of: key, to: MemberAssignment())
    rebalance(heartbeat.group, since: known?.metadata, to: metadata)
  }

  /// What is known of the member from before: under its own id, or under another one with the same instance id.
  private func earlierSelf(_ heartbeat: GroupHeartbeat) -> (Member?, predecessor: MemberID?) {
    guard let group = table.groups[heartbeat.group] else { return (nil, nil) }
    if let known = group.members[heartbeat.member] { return (known, nil) }
    guard let predecessor = heartbeat.instanceID.flatMap({ group.member(instance: $0) }) else { return (nil, nil) }
    return (group.members[predecessor], predecessor)
  }

  /// What the member says of itself, if it may join.
  private func checkJoin(_ heartbeat: GroupHeartbeat) throws(Refusal) -> MemberMetadata {
    try checkTexts(heartbeat)
    guard let subscription = heartbeat.subscription else {
      throw Refusal(.invalidRequest, "a member that joins must say which topics it reads", field: "topics")
    }
    guard let group = table.groups[heartbeat.group] else {
      guard table.groups.count < policy.groupsPerShardMax else {
        throw Refusal(.resourceExhausted, "the shard has \(table.groups.count) groups, as many as are allowed")
      }
      return metadata(of: heartbeat, subscription)
    }
    if let known = group.members[heartbeat.member] {
      guard known.metadata.instanceID == heartbeat.instanceID else { throw fencedInstance(heartbeat) }
    } else if let instance = heartbeat.instanceID, let other = group.member(instance: instance) {
      guard group.members[other]?.assignment.isAway == true else {
        throw Refusal(
          .unreleasedInstanceID, "member \(other) of group \(heartbeat.group) still has the instance id \(instance)",
          metadata: ["member_id": "\(other)"])
      }
    } else if group.members.count >= policy.membersPerGroupMax {
      throw Refusal(
        .groupFull, "group \(heartbeat.group) has \(group.members.count) members, as many as are allowed")
    }
    return metadata(of: heartbeat, subscription)
  }

  private func metadata(of heartbeat: GroupHeartbeat, _ subscription: [TopicName]) -> MemberMetadata {
    let timeout = heartbeat.rebalanceTimeout ?? policy.defaultRebalanceTimeout
    return MemberMetadata(
      instanceID: heartbeat.instanceID, rack: heartbeat.rack, clientName: heartbeat.clientName,
      clientAddress: heartbeat.clientAddress, subscription: Set(subscription).sorted(), assignor: heartbeat.assignor,
      rebalanceTimeout: min(max(timeout, .seconds(1)), policy.rebalanceTimeoutMax))
  }

  private func checkTexts(_ heartbeat: GroupHeartbeat) throws(Refusal) {
    let texts = [("rack", heartbeat.rack ?? ""), ("client_id", heartbeat.clientName)]
    for (field, text) in texts where text.utf8.count > 255 {
      throw Refusal(.invalidRequest, "\(field) has \(text.utf8.count) bytes; at most 255 are allowed", field: field)
    }
    let topicCount = heartbeat.subscription?.count ?? 0
    guard topicCount <= policy.subscriptionMax else {
      throw Refusal(
        .invalidRequest, "the member names \(topicCount) topics; at most \(policy.subscriptionMax) are allowed",
        field: "topics")
    }
  }

  private func fencedInstance(_ heartbeat: GroupHeartbeat) -> Refusal {
    Refusal(
      .fencedInstanceID,
      "the instance id \(heartbeat.instanceID?.description ?? "") of group \(heartbeat.group) belongs to another member "
        + "than \(heartbeat.member)")
  }

  // MARK: - Staying

  private mutating func stay(_ heartbeat: GroupHeartbeat, _ epoch: MemberEpoch) throws(Refusal) {
    try checkTexts(heartbeat)
    let member = try checkKnown(heartbeat)
    let assignment = member.assignment
    let lostAnswer = epoch == assignment.previousEpoch && heartbeat.owned.isSubset(of: assignment.held)
    guard !assignment.isAway, epoch == assignment.epoch || lostAnswer else {
      throw Refusal(
        .fencedMemberEpoch,
        "member \(heartbeat.member) of group \(heartbeat.group) is in epoch \(assignment.epoch), not \(epoch)",
        metadata: ["member_epoch": "\(assignment.epoch)"])
    }
    var metadata = member.metadata
    if let subscription = heartbeat.subscription { metadata.subscription = Set(subscription).sorted() }
    metadata.rack = heartbeat.rack ?? metadata.rack
    metadata.assignor = heartbeat.assignor ?? metadata.assignor
    guard metadata != member.metadata else { return }
    emit(.memberChanged(heartbeat.group, heartbeat.member, metadata))
    rebalance(heartbeat.group, since: member.metadata, to: metadata)
  }

  /// The member that the heartbeat is of.
  private func checkKnown(_ heartbeat: GroupHeartbeat) throws(Refusal) -> Member {
    let group = table.groups[heartbeat.group]
    if let instance = heartbeat.instanceID, let holder = group?.member(instance: instance),
      holder != heartbeat.member
    {
      throw fencedInstance(heartbeat)
    }
    guard let member = group?.members[heartbeat.member] else {
      throw unknownMember(heartbeat.member, of: heartbeat.group)
    }
    guard heartbeat.instanceID == nil || member.metadata.instanceID == heartbeat.instanceID else {
      throw fencedInstance(heartbeat)
    }
    return member
  }

  // MARK: - Leaving

  private mutating func leave(_ heartbeat: GroupHeartbeat) throws(Refusal) -> GroupHeartbeat.Reply {
    _ = try checkKnown(heartbeat)
    supersede(MemberKey(group: heartbeat.group, member: heartbeat.member), by: nil)
    expel([heartbeat.member], from: heartbeat.group)
    return farewell(heartbeat)
  }

  private mutating func leaveForNow(_ heartbeat: GroupHeartbeat) throws(Refusal) -> GroupHeartbeat.Reply {
    let key = MemberKey(group: heartbeat.group, member: heartbeat.member)
    let member = try checkKnown(heartbeat)
    guard heartbeat.instanceID != nil, member.metadata.instanceID == heartbeat.instanceID else {
      throw Refusal(
        .invalidRequest,
        "only a static member can leave for a while; \(heartbeat.member) names no instance id of its own",
        field: "instance_id")
    }
    supersede(key, by: nil)
    var assignment = member.assignment
    assignment.isAway = true
    assignment.assigned.formIntersection(member.target)
    assignment.pendingRevocation = []
    setAssignment(of: key, to: assignment)
    renewSession(of: key)
    settleHeld(heartbeat.group, except: heartbeat.member)
    return farewell(heartbeat)
  }

  private func farewell(_ heartbeat: GroupHeartbeat) -> GroupHeartbeat.Reply {
    GroupHeartbeat.Reply(
      member: heartbeat.member, epoch: nil, assignment: [],
      groupEpoch: table.groups[heartbeat.group]?.metadata.epoch ?? .zero)
  }

  func unknownMember(_ member: MemberID, of group: GroupID) -> Refusal {
    Refusal(.unknownMemberID, "group \(group) has no member \(member)")
  }
}
