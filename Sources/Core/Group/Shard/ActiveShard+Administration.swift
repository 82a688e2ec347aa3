import Model

extension ActiveShard {
  /// One page of groups, by name.
  func listGroups(_ request: ListGroups) -> [GroupListing] {
    var page: [GroupListing] = []
    for id in table.groupIDs where page.count < request.limit {
      guard let group = table.groups[id], request.after.map({ $0 < id }) ?? true,
        id.description.utf8.starts(with: request.prefix.utf8),
        request.states.isEmpty || request.states.contains(group.state)
      else { continue }
      page.append(GroupListing(id: id, state: group.state, memberCount: group.members.count))
    }
    return page
  }

  /// All that is known of a group.
  func describeGroup(_ id: GroupID) throws(Refusal) -> GroupDescription {
    let group = try known(id)
    let places = Set(group.offsets.keys).union(group.owners.keys).sorted()
    return GroupDescription(
      id: id, state: group.state, metadata: group.metadata,
      members: group.memberIDs.compactMap { member in group.members[member].map { .init(id: member, member: $0) } },
      offsets: places.map { .init(place: $0, owner: group.owners[$0], committed: group.offsets[$0]) })
  }

  /// The group is gone with its offsets, if it has no members.
  mutating func deleteGroup(_ id: GroupID, validateOnly: Bool) throws(Refusal) -> GroupReply {
    let group = try known(id)
    guard group.members.isEmpty else { throw notEmpty(id, group) }
    guard !validateOnly else { return .groupDeleted }
    for place in group.offsets.keys.sorted() { emit(.offsetRemoved(id, place)) }
    emit(.groupRemoved(id))
    return .groupDeleted
  }

  func known(_ id: GroupID) throws(Refusal) -> ConsumerGroup {
    guard let group = table.groups[id] else { throw Refusal(.unknownGroup, "there is no group \(id)", field: "group") }
    return group
  }

  func notEmpty(_ id: GroupID, _ group: ConsumerGroup) -> Refusal {
    Refusal(
      .groupNotEmpty, "group \(id) has \(group.members.count) members",
      metadata: ["member_count": "\(group.members.count)"], field: "group")
  }
}
