internal import ClusterMetadata
internal import Group
internal import Messages
internal import Model
internal import Node
internal import Runtime
internal import Transport

extension GroupCalls {
  private static let pageSizeMax: Int32 = 1000

  /// `ListGroups`: one page of all groups, whoever keeps them. Each group coordinator is asked for its own.
  func listGroups(_ request: API.ListGroupsRequest, _ context: CallContext) async throws -> API.ListGroupsResponse {
    guard (0...Self.pageSizeMax).contains(request.pageSize) else {
      throw Refusal(
        .invalidRequest, "page_size is \(request.pageSize); 0 to \(Self.pageSizeMax) are possible", field: "page_size")
    }
    let limit = request.pageSize == 0 ? Int(Self.pageSizeMax) : Int(request.pageSize)
    let question = ListGroups(
      states: Set(try request.states.compactMap(state)), prefix: request.prefix,
      after: request.pageToken.isEmpty ? nil : try GroupID(request.pageToken), limit: limit + 1)
    if context.callingNode?.role == .groupCoordinator {
      return page(try await ownGroups(question, in: view.image), limit)
    }
    return try await routing.route(
      context, responsible: { () throws(Refusal) in .here },
      local: {
        let image = view.image
        return page(try await allGroups(question, request, in: image, context), limit)
      },
      remote: { _, _ in throw Refusal(.internal, "every group coordinator can list groups") })
  }

  private func page(_ groups: [API.GroupListing], _ limit: Int) -> API.ListGroupsResponse {
    let groups = groups.sorted { $0.group < $1.group }
    let page = groups.prefix(limit)
    return API.ListGroupsResponse(
      groups: Array(page), nextPageToken: groups.count > limit ? page.last?.group ?? "" : "")
  }

  /// The first groups of every owner of shards. Refuses while a shard has none: the list would have a gap.
  private func allGroups(
    _ question: ListGroups, _ request: API.ListGroupsRequest, in image: MetadataImage, _ context: CallContext
  ) async throws -> [API.GroupListing] {
    var owners: Set<GroupCoordinatorID> = []
    for (shard, state) in image.groupShards.enumerated() {
      guard let owner = state.owner else {
        throw Refusal(.coordinatorNotAvailable, "no group coordinator owns shard \(shard) at the moment")
      }
      owners.insert(owner)
    }
    var groups = try await ownGroups(question, in: image)
    try await withThrowingTaskGroup(of: [API.GroupListing].self) { tasks in
      for owner in owners where owner.rawValue != name.number {
        tasks.addTask { try await self.groups(of: owner, request, limit: question.limit, in: image, context) }
      }
      for try await part in tasks { groups += part }
    }
    return groups
  }

  /// What another group coordinator says of its own shards; as many pages as `limit` needs.
  private func groups(
    of owner: GroupCoordinatorID, _ request: API.ListGroupsRequest, limit: Int, in image: MetadataImage,
    _ context: CallContext
  ) async throws -> [API.GroupListing] {
    guard let address = image.groupCoordinator(owner)?.registration.listeners.first else {
      throw Refusal(.coordinatorNotAvailable, "group coordinator \(owner) has no address")
    }
    let channel = channels.channel(to: address, on: context.loop)
    let timeout = context.deadline.map { max($0 - monotonicNow(), .milliseconds(1)) } ?? .seconds(10)
    var request = request
    var groups: [API.GroupListing] = []
    repeat {
      let wanted = request
      let response = try await answer {
        try await channel.unary(
          API.GroupCoordinator.listGroups, wanted, options: CallOptions(timeout: timeout))
      }
      groups += response.groups
      request.pageToken = response.nextPageToken
    } while !request.pageToken.isEmpty && groups.count < limit
    return groups
  }

  /// The groups of this node's shards, all of which must have been loaded.
  private func ownGroups(_ question: ListGroups, in image: MetadataImage) async throws -> [API.GroupListing] {
    var groups: [GroupListing] = []
    for (number, state) in image.groupShards.enumerated() where state.owner?.rawValue == name.number {
      guard let shard = shards.shard(PartitionIndex(Int32(number))) else {
        throw Refusal(.notGroupCoordinator, "the owner of shard \(number) is changing")
      }
      guard case .groups(let listed) = try await ask(.listGroups(question), shard) else { preconditionFailure() }
      groups += listed
    }
    return groups.map {
      API.GroupListing(group: $0.id.description, state: wire($0.state), memberCount: Int32($0.memberCount))
    }
  }

  private func state(_ state: API.GroupState) throws(Refusal) -> ConsumerGroup.State? {
    switch state {
    case .unspecified: nil
    case .empty: .empty
    case .reconciling: .reconciling
    case .stable: .stable
    default: throw Refusal(.invalidRequest, "there is no group state \(state.rawValue)", field: "states")
    }
  }
}
