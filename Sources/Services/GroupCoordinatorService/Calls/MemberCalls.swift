internal import ClusterMetadata
internal import Group
internal import Messages
internal import Model
internal import Node
internal import Runtime
internal import Transport

// What members do: heartbeats and offsets.

extension GroupCalls {
  func heartbeat(
    _ request: API.HeartbeatRequest, _ context: CallContext, _ shard: LoopBound<ShardNode>
  ) async throws -> API.HeartbeatResponse {
    let step: GroupHeartbeat.Step =
      switch request.memberEpoch {
      case 0: .join
      case -1: .leave
      case -2: .leaveForNow
      case 1...: .stay(MemberEpoch(request.memberEpoch))
      default: throw Refusal(.invalidRequest, "member_epoch is \(request.memberEpoch)", field: "member_epoch")
      }
    let heartbeat = GroupHeartbeat(
      group: try GroupID(request.group), member: try MemberID(request.memberID),
      instanceID: request.instanceID.isEmpty ? nil : try InstanceID(request.instanceID), step: step,
      subscription: request.topics.isEmpty ? nil : try request.topics.map(subscribed),
      rack: request.rack.isEmpty ? nil : request.rack, assignor: try assignor(request.assignor),
      owned: Set(try owned(request.owned)), rebalanceTimeout: request.rebalanceTimeout?.duration,
      wait: min(max(request.wait?.duration ?? .zero, .zero), policy.heartbeatInterval),
      clientName: try short(request.clientID, "client_id"), clientAddress: context.remoteAddress)
    guard case .heartbeat(let reply) = try await ask(.heartbeat(heartbeat), shard) else { preconditionFailure() }
    let departure: Int32 = step == .leaveForNow ? -2 : -1
    return API.HeartbeatResponse(
      memberID: reply.member.description, memberEpoch: reply.epoch?.rawValue ?? departure,
      assignment: wire(reply.assignment), heartbeatInterval: GoogleProtobuf.Duration(policy.heartbeatInterval),
      sessionTimeout: GoogleProtobuf.Duration(policy.sessionTimeout), groupEpoch: reply.groupEpoch.rawValue)
  }

  func commitOffsets(
    _ request: API.CommitOffsetsRequest, _ shard: LoopBound<ShardNode>
  ) async throws -> API.CommitOffsetsResponse {
    guard request.offsets.count <= policy.partitionsPerRequestMax else {
      throw Refusal(.invalidRequest, "more than \(policy.partitionsPerRequestMax) offsets at once", field: "offsets")
    }
    var results = request.offsets.map {
      API.OffsetResult(topic: $0.topic, topicID: $0.topicID, partition: $0.partition)
    }
    var commits: [CommitOffsets.Commit] = []
    var indexes: [Int] = []
    for (index, entry) in request.offsets.enumerated() {
      do throws(Refusal) {
        commits.append(try commit(entry))
        indexes.append(index)
      } catch {
        results[index].error = API.ErrorDetail(error)
      }
    }
    guard !commits.isEmpty else { return API.CommitOffsetsResponse(offsets: results) }
    let question = CommitOffsets(
      group: try GroupID(request.group), member: try committer(request.memberID, request.memberEpoch), offsets: commits)
    guard case .offsetsCommitted(let refusals) = try await ask(.commitOffsets(question), shard) else {
      preconditionFailure()
    }
    for (index, refusal) in zip(indexes, refusals) {
      results[index].error = refusal.map { API.ErrorDetail($0) }
    }
    return API.CommitOffsetsResponse(offsets: results)
  }

  func fetchOffsets(
    _ request: API.FetchOffsetsRequest, _ shard: LoopBound<ShardNode>
  ) async throws -> API.FetchOffsetsResponse {
    let question = FetchOffsets(
      group: try GroupID(request.group), member: try committer(request.memberID, request.memberEpoch),
      places: request.topics.isEmpty ? nil : try places(request.topics))
    guard case .offsets(let offsets) = try await ask(.fetchOffsets(question), shard) else { preconditionFailure() }
    let entries = offsets.map { entry in
      API.CommittedOffset(
        topic: topicName(entry.place.topic), topicID: entry.place.topic.bytes,
        partition: entry.place.partition.rawValue, offset: entry.committed?.offset.rawValue,
        leaderEpoch: entry.committed?.leaderEpoch?.rawValue, metadata: entry.committed?.metadata ?? "",
        commitTimestampMs: entry.committed?.committedAt.rawValue ?? 0)
    }
    return API.FetchOffsetsResponse(offsets: entries.sorted { ($0.topic, $0.partition) < ($1.topic, $1.partition) })
  }

  private func commit(_ entry: API.OffsetToCommit) throws(Refusal) -> CommitOffsets.Commit {
    let place = try place(entry.topic, entry.topicID, entry.partition)
    guard entry.offset >= 0 else {
      throw Refusal(.invalidRequest, "the offset \(entry.offset) is negative", field: "offset")
    }
    return CommitOffsets.Commit(
      place: place, offset: Offset(entry.offset), leaderEpoch: entry.leaderEpoch.map { LeaderEpoch($0) },
      metadata: entry.metadata)
  }

  private func committer(_ id: String, _ epoch: Int32) throws(Refusal) -> CommitOffsets.Committer? {
    guard !id.isEmpty else { return nil }
    return CommitOffsets.Committer(id: try MemberID(id), epoch: MemberEpoch(epoch))
  }

  private func subscribed(_ text: String) throws(Refusal) -> TopicName {
    do {
      return try TopicName(text)
    } catch {
      throw Refusal(.invalidTopicName, error.reason, field: "topics")
    }
  }

  private func assignor(_ name: String) throws(Refusal) -> Assignor? {
    guard !name.isEmpty else { return nil }
    guard let assignor = Assignor(rawValue: name) else {
      let known = Assignor.allCases.map(\.rawValue).joined(separator: ", ")
      throw Refusal(.unsupported, "there is no assignor \"\(name.prefix(64))\"; there are: \(known)", field: "assignor")
    }
    return assignor
  }

  /// What a member says it owns; a topic or partition that is gone meanwhile is owned by nobody.
  private func owned(_ topics: [API.TopicPartitions]) throws(Refusal) -> [TopicPartition] {
    guard topics.reduce(0, { $0 + $1.partitions.count }) <= policy.partitionsPerRequestMax else {
      throw Refusal(.invalidRequest, "more than \(policy.partitionsPerRequestMax) partitions are named", field: "owned")
    }
    return topics.flatMap { entry in
      entry.partitions.compactMap { partition in try? place(entry.topic, entry.topicID, partition) }
    }
  }

  private func short(_ text: String, _ field: String) throws(Refusal) -> String {
    guard text.utf8.count <= 255 else { throw Refusal(.invalidRequest, "\(field) has over 255 bytes", field: field) }
    return text
  }
}
