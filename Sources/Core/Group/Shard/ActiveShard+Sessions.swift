import Model

extension ActiveShard {
  /// How the member stands now.
  func standing(of key: MemberKey) -> GroupHeartbeat.Reply {
    let group = table.groups[key.group]
    let assignment = group?.members[key.member]?.assignment ?? MemberAssignment()
    return GroupHeartbeat.Reply(
      member: key.member, epoch: assignment.epoch, assignment: assignment.assigned.sorted(),
      groupEpoch: group?.metadata.epoch ?? .zero)
  }

  /// The member counts as alive for another session timeout.
  mutating func renewSession(of key: MemberKey) {
    deadlines.set(.session(key), to: instant + policy.sessionTimeout)
  }

  // MARK: - Held heartbeats

  /// The answer waits until the member's standing changes, or long enough.
  mutating func hold(
    _ key: MemberKey, _ token: RequestToken, _ heartbeat: GroupHeartbeat, _ reply: GroupHeartbeat.Reply
  ) {
    let isSettled = heartbeat.owned == Set(reply.assignment)
    let longest = min(heartbeat.wait, policy.heartbeatInterval)
    sessions[key, default: Session()].isHeld = true
    held[token] = key
    deadlines.set(.hold(key), to: instant + (isSettled ? longest : min(longest, policy.unsettledHoldMax)))
  }

  /// `token` is the member's heartbeat from now on. An earlier one whose answer has not left gets none that counts.
  mutating func supersede(_ key: MemberKey, by token: RequestToken?) {
    if let earlier = sessions[key]?.heartbeat {
      let refusal = Refusal(
        .heartbeatSuperseded, "a newer heartbeat of member \(key.member) of group \(key.group) has arrived")
      if sessions[key]?.isHeld == true {
        endHold(key)
        answer(earlier, .failure(refusal))
      } else {
        outbox.replace(earlier, with: .failure(refusal))
      }
    }
    sessions[key, default: Session()].heartbeat = token
  }

  /// Answers the member's held heartbeat with its standing.
  mutating func release(_ key: MemberKey) {
    guard let session = sessions[key], session.isHeld, let token = session.heartbeat else { return }
    let reply = standing(of: key)
    endHold(key)
    sessions[key]?.told = reply
    answer(token, .success(.heartbeat(reply)))
  }

  private mutating func endHold(_ key: MemberKey) {
    if let token = sessions[key]?.heartbeat { held[token] = nil }
    sessions[key]?.isHeld = false
    deadlines.clear(.hold(key))
  }

  /// Lets the members whose heartbeats are held go as far as they now can, and tells those for whom something changed.
  mutating func settleHeld(_ id: GroupID, except member: MemberID? = nil) {
    guard !records.isEmpty else { return }
    for other in table.groups[id]?.memberIDs ?? [] where other != member {
      let key = MemberKey(group: id, member: other)
      guard sessions[key]?.isHeld == true else { continue }
      reconcile(key, owned: nil)
      if standing(of: key) != sessions[key]?.told { release(key) }
    }
  }

  // MARK: - Assignments

  /// The member goes one step towards what it shall have. `owned`: what it says it holds; nil if it has said nothing.
  mutating func reconcile(_ key: MemberKey, owned: Set<TopicPartition>?) {
    guard let next = reconciled(key, owned: owned) else { return }
    setAssignment(of: key, to: next)
  }

  private func reconciled(_ key: MemberKey, owned: Set<TopicPartition>?) -> MemberAssignment? {
    guard let group = table.groups[key.group], let member = group.members[key.member] else { return nil }
    return member.assignment.reconciled(
      toward: member.target, epoch: group.metadata.epoch, owned: owned, isFree: { group.owners[$0] == nil })
  }

  /// The member has `assignment` from now on, and its time for giving up partitions runs if there are new ones to.
  mutating func setAssignment(of key: MemberKey, to assignment: MemberAssignment) {
    guard let before = table.groups[key.group]?.members[key.member]?.assignment, before != assignment else { return }
    emit(.assignmentChanged(key.group, key.member, assignment))
    if before.pendingRevocation != assignment.pendingRevocation { watchRevocation(of: key) }
  }

  /// Starts the member's time for giving up partitions, or stops it if there are none to.
  mutating func watchRevocation(of key: MemberKey) {
    guard let member = table.groups[key.group]?.members[key.member], !member.assignment.pendingRevocation.isEmpty
    else {
      deadlines.clear(.rebalance(key))
      return
    }
    deadlines.set(.rebalance(key), to: instant + member.metadata.rebalanceTimeout)
  }

  // MARK: - Members and targets

  /// The members are gone, and their partitions go to others.
  mutating func expel(_ members: [MemberID], from id: GroupID) {
    let known = members.filter { table.groups[id]?.members[$0] != nil }
    guard !known.isEmpty else { return }
    for member in known { remove(member, from: id) }
    rebalance(id)
    settleHeld(id)
  }

  /// The member is gone. Its partitions are free.
  mutating func remove(_ member: MemberID, from id: GroupID) {
    let key = MemberKey(group: id, member: member)
    if let session = sessions[key], session.isHeld, let token = session.heartbeat {
      endHold(key)
      answer(token, .failure(unknownMember(member, of: id)))
    }
    emit(.assignmentRemoved(id, member))
    emit(.targetRemoved(id, member))
    emit(.memberRemoved(id, member))
    sessions[key] = nil
    deadlines.clear(.session(key))
    deadlines.clear(.rebalance(key))
    deadlines.clear(.hold(key))
  }

  /// A new epoch with new targets, if what the member wants is not what it wanted before (nil: it is new).
  mutating func rebalance(_ id: GroupID, since before: MemberMetadata?, to after: MemberMetadata) {
    let assignor = after.assignor != before?.assignor ? after.assignor : nil
    let wantsOther = before?.subscription != after.subscription || before?.rack != after.rack
    guard wantsOther || assignor.map({ $0 != table.groups[id]?.metadata.assignor }) == true else { return }
    rebalance(id, assignor: assignor)
  }

  /// A new epoch with new targets. Members go there with their heartbeats.
  mutating func rebalance(_ id: GroupID, assignor: Assignor? = nil) {
    guard let group = table.groups[id] else { return }
    var metadata = group.metadata
    metadata.epoch = metadata.epoch.next
    metadata.assignor = assignor ?? metadata.assignor
    metadata.emptySince = group.members.isEmpty ? time : nil
    emit(.groupChanged(id, metadata))
    let targets = AssignmentProblem(members: group.members, topics: topics).solved(by: metadata.assignor)
    for member in group.memberIDs {
      let target = targets[member] ?? []
      guard let before = group.members[member], before.target != target else { continue }
      emit(.targetChanged(id, member, target))
      if before.assignment.isAway {
        var assignment = before.assignment
        assignment.assigned.formIntersection(target)
        setAssignment(of: MemberKey(group: id, member: member), to: assignment)
      }
    }
  }

  /// A new epoch with new targets, if the topics that the group reads are not those that its targets are made of.
  mutating func rebalanceIfTopicsChanged(_ id: GroupID) {
    guard let group = table.groups[id], !group.members.isEmpty else { return }
    var covered: [TopicID: Int] = [:]
    for member in group.members.values {
      for place in member.target { covered[place.topic, default: 0] += 1 }
    }
    var wanted: [TopicID: Int] = [:]
    for name in Set(group.members.values.flatMap(\.metadata.subscription)) {
      if let topic = topics[name], topic.partitionCount > 0 { wanted[topic.id] = topic.partitionCount }
    }
    guard covered != wanted else { return }
    rebalance(id)
    settleHeld(id)
  }
}
