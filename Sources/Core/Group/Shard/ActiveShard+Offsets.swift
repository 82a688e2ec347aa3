import Model

extension ActiveShard {
  /// Remembers how far partitions have been read; each is taken or refused by itself.
  mutating func commitOffsets(_ request: CommitOffsets) throws(Refusal) -> [Refusal?] {
    try checkSize(request.offsets.count)
    let fence = try commitFence(request)
    return request.offsets.map { commit in
      do throws(Refusal) {
        try fence.check(commit.place)
        try checkPlace(commit.place, commit.offset)
        guard commit.metadata.utf8.count <= policy.offsetMetadataBytesMax else {
          throw Refusal(
            .invalidRequest,
            "the metadata has \(commit.metadata.utf8.count) bytes; at most \(policy.offsetMetadataBytesMax) are allowed",
            field: "metadata")
        }
        let offset = CommittedOffset(
          offset: commit.offset, leaderEpoch: commit.leaderEpoch, metadata: commit.metadata, committedAt: time)
        emit(.offsetCommitted(request.group, commit.place, offset))
        return nil
      } catch {
        return error
      }
    }
  }

  /// Which partitions a commit may be for.
  private struct CommitFence {
    /// Those that the committer holds; nil for all.
    let held: Set<TopicPartition>?
    let refusal: Refusal

    func check(_ place: TopicPartition) throws(Refusal) {
      if let held, !held.contains(place) { throw refusal }
    }
  }

  /// Who is not, or no longer, a member cannot commit; nor can one commit for partitions that others may have by now.
  private func commitFence(_ request: CommitOffsets) throws(Refusal) -> CommitFence {
    let group = table.groups[request.group]
    guard let committer = request.member else {
      guard group?.members.isEmpty ?? true else {
        throw Refusal(
          .unknownMemberID, "group \(request.group) has members; only they can commit its offsets", field: "member_id")
      }
      guard group != nil || table.groups.count < policy.groupsPerShardMax else {
        throw Refusal(.resourceExhausted, "the shard has \(table.groups.count) groups, as many as are allowed")
      }
      return CommitFence(held: nil, refusal: Refusal(.internal, "everybody may commit"))
    }
    let assignment = try checkMember(committer, of: request.group).assignment
    return CommitFence(
      held: assignment.held,
      refusal: Refusal(
        .staleMemberEpoch, "the partition does not belong to member \(committer.id) in epoch \(assignment.epoch)",
        metadata: ["member_epoch": "\(assignment.epoch)"]))
  }

  /// The member, if `committer` has its present epoch, or the one before, whose successor it may not have heard of.
  private func checkMember(
    _ committer: CommitOffsets.Committer, of group: GroupID
  ) throws(Refusal) -> Member {
    guard let member = table.groups[group]?.members[committer.id] else {
      throw unknownMember(committer.id, of: group)
    }
    let assignment = member.assignment
    guard !assignment.isAway, committer.epoch <= assignment.epoch else {
      throw Refusal(
        .fencedMemberEpoch,
        "member \(committer.id) of group \(group) is in epoch \(assignment.epoch), not \(committer.epoch)")
    }
    guard committer.epoch == assignment.epoch || committer.epoch == assignment.previousEpoch else {
      throw Refusal(
        .staleMemberEpoch,
        "member \(committer.id) of group \(group) is in epoch \(assignment.epoch), no longer in \(committer.epoch)",
        metadata: ["member_epoch": "\(assignment.epoch)"])
    }
    return member
  }

  /// How far partitions have been read.
  func fetchOffsets(_ request: FetchOffsets) throws(Refusal) -> [FetchedOffset] {
    try checkSize(request.places?.count ?? 0)
    if let committer = request.member { _ = try checkMember(committer, of: request.group) }
    let offsets = table.groups[request.group]?.offsets ?? [:]
    return (request.places ?? offsets.keys.sorted()).map { FetchedOffset(place: $0, committed: offsets[$0]) }
  }

  /// Forgets how far partitions have been read; each by itself.
  mutating func deleteOffsets(
    of id: GroupID, _ places: [TopicPartition]?, validateOnly: Bool
  ) throws(Refusal) -> [DeletedOffset] {
    try checkSize(places?.count ?? 0)
    let group = try known(id)
    let subscribed = Set(group.members.values.flatMap(\.metadata.subscription)).compactMap { topics[$0]?.id }
    return (places ?? group.offsets.keys.sorted()).map { place in
      guard !subscribed.contains(place.topic) else {
        let refusal = Refusal(.groupNotEmpty, "a member of group \(id) reads the topic of \(place)")
        return DeletedOffset(place: place, refusal: refusal)
      }
      if !validateOnly, group.offsets[place] != nil { emit(.offsetRemoved(id, place)) }
      return DeletedOffset(place: place, refusal: nil)
    }
  }

  /// Lets a group without members go on from other offsets.
  mutating func resetOffsets(
    of id: GroupID, _ resets: [OffsetReset], validateOnly: Bool
  ) throws(Refusal) -> [ResetOffset] {
    try checkSize(resets.count)
    let group = table.groups[id] ?? ConsumerGroup()
    guard group.members.isEmpty else { throw notEmpty(id, group) }
    guard table.groups[id] != nil || table.groups.count < policy.groupsPerShardMax else {
      throw Refusal(.resourceExhausted, "the shard has \(table.groups.count) groups, as many as are allowed")
    }
    return resets.map { reset in
      let old = group.offsets[reset.place]?.offset
      do throws(Refusal) {
        try checkPlace(reset.place, reset.offset)
        let offset = CommittedOffset(offset: reset.offset, leaderEpoch: reset.leaderEpoch, committedAt: time)
        if !validateOnly { emit(.offsetCommitted(id, reset.place, offset)) }
        return ResetOffset(place: reset.place, old: old, new: .success(reset.offset))
      } catch {
        return ResetOffset(place: reset.place, old: old, new: .failure(error))
      }
    }
  }

  /// Forgets the offsets that nobody has needed for long enough, and groups that have neither members nor offsets.
  mutating func expireOffsets() {
    for id in table.groupIDs {
      guard let group = table.groups[id] else { continue }
      for (place, committed) in group.offsets.sorted(by: { $0.key < $1.key }) {
        let isNeeded = !group.members.isEmpty && topics.partitionCount(of: place.topic) != nil
        let since = max(
          committed.committedAt, group.members.isEmpty ? group.metadata.emptySince ?? Timestamp(0) : Timestamp(0))
        if !isNeeded, hasExpired(since: since) { emit(.offsetRemoved(id, place)) }
      }
      guard group.members.isEmpty, table.groups[id]?.offsets.isEmpty == true else { continue }
      emit(.groupRemoved(id))
    }
  }

  private func hasExpired(since: Timestamp) -> Bool {
    let (end, overflow) = since.rawValue.addingReportingOverflow(policy.offsetsRetention.milliseconds)
    return !overflow && time.rawValue >= end
  }

  /// Refuses a place or an offset that cannot exist.
  private func checkPlace(_ place: TopicPartition, _ offset: Offset) throws(Refusal) {
    guard offset >= .zero else {
      throw Refusal(.invalidRequest, "an offset is 0 or more, not \(offset)", field: "offset")
    }
    guard let partitionCount = topics.partitionCount(of: place.topic) else {
      throw Refusal(.unknownTopic, "there is no topic \(place.topic)", field: "topic")
    }
    guard (0..<partitionCount).contains(Int(place.partition.rawValue)) else {
      throw Refusal(
        .partitionOutOfRange, "the topic has \(partitionCount) partitions, not a \(place.partition)",
        metadata: ["partition_count": "\(partitionCount)"], field: "partition")
    }
  }

  private func checkSize(_ count: Int) throws(Refusal) {
    guard count > policy.partitionsPerRequestMax else { return }
    throw Refusal(
      .invalidRequest, "the request names \(count) partitions; at most \(policy.partitionsPerRequestMax) are allowed")
  }
}
