internal import Messages

/// Where a group's offsets are set to.
public enum OffsetReset: Hashable, Sendable {
  /// The first record that is still there.
  case earliest
  /// The end: only what comes from now on.
  case latest
  /// The first record with this time (milliseconds since 1970) or a later one.
  case timestamp(Int64)
  /// This offset.
  case offset(Int64)
  /// So many records on, or back if negative.
  case shift(Int64)

  var message: NewswireV1.ResetOffsetsRequest.OneOfTo {
    switch self {
    case .earliest: .earliest(true)
    case .latest: .latest(true)
    case .timestamp(let time): .timestampMs(time)
    case .offset(let offset): .offset(offset)
    case .shift(let count): .shift(count)
    }
  }
}

/// Which partitions of which topics are meant: of a topic without numbers, all.
public typealias TopicSelection = [String: [Int32]]

extension Admin {
  /// All groups, by name.
  public func listGroups(prefix: String = "", states: [GroupState] = []) async throws -> [GroupListing] {
    var groups: [GroupListing] = []
    var token = ""
    repeat {
      let request = NewswireV1.ListGroupsRequest(
        states: states.map { .init(rawValue: $0.number) }, prefix: prefix, pageToken: token)
      let answer = try await cluster.call(.groupCoordinator, NewswireV1.GroupCoordinator.listGroups, request)
      groups += answer.groups.map { GroupListing($0) }
      token = answer.nextPageToken
    } while !token.isEmpty
    return groups
  }

  /// A group with its members, who reads which partition, and, unless not wanted, how far behind they are.
  public func describeGroup(_ name: String, includeLag: Bool = true) async throws -> GroupDescription {
    try await only(describeGroups([name], includeLag: includeLag)).get()
  }

  /// Groups with their members, who reads which partition, and, unless not wanted, how far behind they are.
  public func describeGroups(
    _ names: [String], includeLag: Bool = true
  ) async throws -> [ItemResult<GroupDescription>] {
    let request = NewswireV1.DescribeGroupsRequest(groups: names, includeLag: includeLag)
    let answer = try await cluster.call(.groupCoordinator, NewswireV1.GroupCoordinator.describeGroups, request)
    return answer.groups.map { ItemResult($0.group, $0.error, GroupDescription($0)) }
  }

  /// Deletes a group with its offsets. It must have no members.
  public func deleteGroup(_ name: String) async throws {
    try await only(deleteGroups([name])).get()
  }

  /// Deletes groups with their offsets. They must have no members.
  public func deleteGroups(_ names: [String], validateOnly: Bool = false) async throws -> [ItemResult<Void>] {
    let request = NewswireV1.DeleteGroupsRequest(groups: names, validateOnly: validateOnly)
    let answer = try await cluster.call(.groupCoordinator, NewswireV1.GroupCoordinator.deleteGroups, request)
    return answer.groups.map { ItemResult($0.group, $0.error, ()) }
  }

  /// The next offset to read of each partition for which a group has committed one.
  public func committedOffsets(
    group: String, topics: TopicSelection = [:]
  ) async throws -> [TopicPartition: Int64] {
    let request = NewswireV1.FetchOffsetsRequest(group: group, topics: selection(topics))
    let answer = try await cluster.call(.groupCoordinator, NewswireV1.GroupCoordinator.fetchOffsets, request)
    var offsets: [TopicPartition: Int64] = [:]
    for found in answer.offsets {
      if let error = found.error { throw NewswireError(error) }
      if let offset = found.offset { offsets[TopicPartition(found.topic, found.partition)] = offset }
    }
    return offsets
  }

  /// Sets how far partitions count as read. The group must have no members. Without topics: all that have an offset.
  public func resetOffsets(
    group: String, topics: TopicSelection = [:], to position: OffsetReset, validateOnly: Bool = false
  ) async throws -> [ItemResult<OffsetChange>] {
    let request = NewswireV1.ResetOffsetsRequest(
      group: group, topics: selection(topics), to: position.message, validateOnly: validateOnly)
    let answer = try await cluster.call(.groupCoordinator, NewswireV1.GroupCoordinator.resetOffsets, request)
    return answer.offsets.map { change in
      let partition = TopicPartition(change.topic, change.partition)
      return ItemResult(
        partition.description, change.error,
        OffsetChange(partition: partition, oldOffset: change.oldOffset, newOffset: change.newOffset))
    }
  }

  /// Forgets how far partitions have been read.
  public func deleteOffsets(
    group: String, topics: TopicSelection, validateOnly: Bool = false
  ) async throws -> [ItemResult<Void>] {
    let request = NewswireV1.DeleteOffsetsRequest(
      group: group, topics: selection(topics), validateOnly: validateOnly)
    let answer = try await cluster.call(.groupCoordinator, NewswireV1.GroupCoordinator.deleteOffsets, request)
    return answer.offsets.map { ItemResult(TopicPartition($0.topic, $0.partition).description, $0.error, ()) }
  }

  private func selection(_ topics: TopicSelection) -> [NewswireV1.TopicPartitions] {
    topics.sorted { $0.key < $1.key }.map { .init(topic: $0.key, partitions: $0.value.sorted()) }
  }
}
