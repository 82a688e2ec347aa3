internal import ClusterMetadata
internal import Group
internal import Messages
internal import Model
internal import Node
internal import Runtime
internal import Transport

// What administrators ask about groups: descriptions, deletions.

extension GroupCalls {
  private static let groupsPerRequestMax = 100

  func describeGroups(
    _ request: API.DescribeGroupsRequest, _ context: CallContext
  ) async throws -> API.DescribeGroupsResponse {
    try checkGroups(request.groups)
    var descriptions: [API.GroupDescription] = []
    for group in request.groups {
      do {
        let single = API.DescribeGroupsRequest(groups: [group], includeLag: request.includeLag)
        let response = try await onOwner(of: group, API.GroupCoordinator.describeGroups, single, context) { shard in
          API.DescribeGroupsResponse(groups: [try await describe(group, shard, single.includeLag, context)])
        }
        descriptions += response.groups
      } catch let refusal as Refusal {
        descriptions.append(API.GroupDescription(group: group, error: API.ErrorDetail(refusal)))
      }
    }
    return API.DescribeGroupsResponse(groups: descriptions)
  }

  func deleteGroups(_ request: API.DeleteGroupsRequest, _ context: CallContext) async throws -> API.DeleteGroupsResponse
  {
    try checkGroups(request.groups)
    var deleted: [API.DeletedGroup] = []
    for group in request.groups {
      do {
        let single = API.DeleteGroupsRequest(groups: [group], validateOnly: request.validateOnly)
        let response = try await onOwner(of: group, API.GroupCoordinator.deleteGroups, single, context) { shard in
          _ = try await ask(.deleteGroup(try GroupID(group), validateOnly: single.validateOnly), shard)
          return API.DeleteGroupsResponse(groups: [API.DeletedGroup(group: group)])
        }
        deleted += response.groups
      } catch let refusal as Refusal {
        deleted.append(API.DeletedGroup(group: group, error: API.ErrorDetail(refusal)))
      }
    }
    return API.DeleteGroupsResponse(groups: deleted)
  }

  func deleteOffsets(
    _ request: API.DeleteOffsetsRequest, _ shard: LoopBound<ShardNode>
  ) async throws -> API.DeleteOffsetsResponse {
    let places = request.topics.isEmpty ? nil : try places(request.topics)
    let question = GroupRequest.deleteOffsets(try GroupID(request.group), places, validateOnly: request.validateOnly)
    guard case .offsetsDeleted(let results) = try await ask(question, shard) else { preconditionFailure() }
    return API.DeleteOffsetsResponse(
      offsets: results.map {
        API.OffsetResult(
          topic: topicName($0.place.topic), topicID: $0.place.topic.bytes, partition: $0.place.partition.rawValue,
          error: $0.refusal.map { API.ErrorDetail($0) })
      })
  }

  // MARK: Parts

  private func describe(
    _ group: String, _ shard: LoopBound<ShardNode>, _ includeLag: Bool, _ context: CallContext
  ) async throws -> API.GroupDescription {
    guard case .group(let description) = try await ask(.describeGroup(try GroupID(group)), shard) else {
      preconditionFailure()
    }
    var offsets = description.offsets.map { entry in
      API.PartitionProgress(
        topic: topicName(entry.place.topic), topicID: entry.place.topic.bytes,
        partition: entry.place.partition.rawValue, memberID: entry.owner?.description ?? "",
        committedOffset: entry.committed?.offset.rawValue, metadata: entry.committed?.metadata ?? "",
        commitTimestampMs: entry.committed?.committedAt.rawValue ?? 0)
    }
    if includeLag { await addLag(to: &offsets, description.offsets, context.loop) }
    let shardOwner = view.image.groupShard(of: group)
    return API.GroupDescription(
      group: group, state: wire(description.state), groupEpoch: description.metadata.epoch.rawValue,
      assignor: description.metadata.assignor.rawValue, members: description.members.map(member),
      offsets: offsets.sorted { ($0.topic, $0.partition) < ($1.topic, $1.partition) },
      shard: shardOwner?.shard.rawValue ?? 0, groupCoordinatorID: shardOwner?.owner.owner?.rawValue ?? 0)
  }

  private func member(_ described: GroupDescription.DescribedMember) -> API.MemberDescription {
    let member = described.member
    return API.MemberDescription(
      memberID: described.id.description, instanceID: member.metadata.instanceID?.description ?? "",
      memberEpoch: member.assignment.epoch.rawValue, clientID: member.metadata.clientName,
      clientAddress: member.metadata.clientAddress, rack: member.metadata.rack ?? "",
      topics: member.metadata.subscription.map(\.description), assignment: wire(member.assignment.held),
      targetAssignment: wire(member.target))
  }

  /// How far the group is behind each partition's end, in records and in time. What cannot be asked stays unknown.
  private func addLag(
    to offsets: inout [API.PartitionProgress], _ described: [GroupDescription.DescribedOffset], _ loop: EventLoop
  ) async {
    let places = described.map(\.place)
    let latest = await ends.offsets(of: places, .latest, on: loop)
    let uncommitted = described.filter { $0.committed == nil }.map(\.place)
    let earliest = uncommitted.isEmpty ? [:] : await ends.offsets(of: uncommitted, .earliest, on: loop)
    for (index, entry) in described.enumerated() {
      guard case .success(.some(let end))? = latest[entry.place] else { continue }
      offsets[index].logEndOffset = end.rawValue
      var start = entry.committed?.offset
      if start == nil, case .success(let first)? = earliest[entry.place] { start = first }
      guard let start else { continue }
      let lag = max(end - start, 0)
      offsets[index].lagRecords = lag
      guard lag > 0, let written = await ends.timestamp(of: entry.place, at: start, on: loop) else { continue }
      let behind = max(wallClock().rawValue - written.rawValue, 0)
      offsets[index].lagTime = GoogleProtobuf.Duration(.milliseconds(behind))
    }
  }

  private func checkGroups(_ groups: [String]) throws(Refusal) {
    guard (1...Self.groupsPerRequestMax).contains(groups.count) else {
      throw Refusal(
        .invalidRequest, "\(groups.count) groups are named; 1 to \(Self.groupsPerRequestMax) are possible",
        field: "groups")
    }
  }

  func wire(_ state: ConsumerGroup.State) -> API.GroupState {
    switch state {
    case .empty: .empty
    case .reconciling: .reconciling
    case .stable: .stable
    }
  }
}
