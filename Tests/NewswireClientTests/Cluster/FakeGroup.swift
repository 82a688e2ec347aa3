import Messages
import Model
import Runtime
import Synchronization
import Transport

import struct NewswireClient.TopicPartition

/// A group that shares out partitions in turn, and gives away only what its owner has let go.
struct FakeGroup: Sendable {
  struct Member: Sendable {
    var epoch: Int32
    var topics: [String]
    var owned: Set<TopicPartition> = []
    var latest = 0
  }

  var members: [String: Member] = [:]
  var epoch: Int32 = 0
  var committed: [TopicPartition: Int64] = [:]
  /// Every commit, in the order in which they came.
  var commits: [(member: String, offsets: [TopicPartition: Int64])] = []
  /// Partitions that two members owned at once; there must be none.
  var conflicts: [TopicPartition] = []
  var heartbeats = 0

  func assignment(of id: String, _ partitions: [TopicPartition]) -> Set<TopicPartition> {
    let ids = members.keys.sorted()
    guard let place = ids.firstIndex(of: id) else { return [] }
    let taken = members.filter { $0.key != id }.values.reduce(into: Set<TopicPartition>()) { $0.formUnion($1.owned) }
    let mine = partitions.indices.filter { $0 % ids.count == place }.map { partitions[$0] }
    return Set(mine).subtracting(taken)
  }
}

extension FakeCluster {
  func addGroups(_ router: inout Router) {
    router.unary(NewswireV1.GroupCoordinator.heartbeat) { [self] request, _ in
      try await heartbeat(request)
    }
    router.unary(NewswireV1.GroupCoordinator.commitOffsets) { [self] request, _ in
      try state.withLock { state in
        guard let member = state.groups[request.group]?.members[request.memberID] else {
          throw refusal(.unknownMemberID)
        }
        guard member.epoch == request.memberEpoch else { throw refusal(.fencedMemberEpoch) }
        var offsets: [TopicPartition: Int64] = [:]
        for offset in request.offsets { offsets[TopicPartition(offset.topic, offset.partition)] = offset.offset }
        state.groups[request.group]!.committed.merge(offsets) { $1 }
        state.groups[request.group]!.commits.append((request.memberID, offsets))
      }
      return .init(offsets: request.offsets.map { .init(topic: $0.topic, partition: $0.partition) })
    }
    router.unary(NewswireV1.GroupCoordinator.fetchOffsets) { [self] request, _ in
      let committed = state.withLock { $0.groups[request.group]?.committed ?? [:] }
      return .init(
        offsets: request.topics.flatMap { topic in
          topic.partitions.map { partition in
            .init(topic: topic.topic, partition: partition, offset: committed[TopicPartition(topic.topic, partition)])
          }
        })
    }
  }

  /// Forgets a member, as if its session were over.
  func expel(_ member: String, from group: String) {
    state.withLock { state in
      state.groups[group]!.members[member] = nil
      state.groups[group]!.epoch += 1
    }
  }

  private func heartbeat(_ request: NewswireV1.HeartbeatRequest) async throws -> NewswireV1.HeartbeatResponse {
    let number = try state.withLock { try enter(request, &$0) }
    if request.memberEpoch < 0 { return .init(memberID: request.memberID, memberEpoch: request.memberEpoch) }
    let first = state.withLock { answer(request, $0) }
    let deadline = ContinuousClock.now + (request.wait?.duration ?? .zero)
    var latest = first
    let owned = Set(request.owned.flatMap { group in group.partitions.map { TopicPartition(group.topic, $0) } })
    while .now < deadline, partitions(latest) == owned {
      try await Task.sleep(for: .milliseconds(2))
      latest = try state.withLock { state in
        guard let member = state.groups[request.group]?.members[request.memberID] else {
          throw refusal(.unknownMemberID)
        }
        guard member.latest == number else { throw Status(.aborted, "a newer heartbeat came") }
        return answer(request, state)
      }
      if latest.memberEpoch != first.memberEpoch { break }
    }
    state.withLock { $0.groups[request.group]?.members[request.memberID]?.epoch = latest.memberEpoch }
    return latest
  }

  /// Takes in what the member says; returns the heartbeat's number.
  private func enter(_ request: NewswireV1.HeartbeatRequest, _ state: inout State) throws -> Int {
    var group = state.groups[request.group] ?? FakeGroup()
    defer { state.groups[request.group] = group }
    group.heartbeats += 1
    if request.memberEpoch < 0 {
      group.members[request.memberID] = nil
      group.epoch += 1
      return 0
    }
    if request.memberEpoch == 0 {
      group.epoch += 1
      group.members[request.memberID] = .init(epoch: group.epoch, topics: request.topics)
    }
    guard var member = group.members[request.memberID] else { throw refusal(.unknownMemberID) }
    member.owned = Set(request.owned.flatMap { group in group.partitions.map { TopicPartition(group.topic, $0) } })
    member.latest += 1
    group.members[request.memberID] = member
    for (id, other) in group.members where id != request.memberID {
      group.conflicts += other.owned.intersection(member.owned)
    }
    return member.latest
  }

  private func answer(_ request: NewswireV1.HeartbeatRequest, _ state: State) -> NewswireV1.HeartbeatResponse {
    let group = state.groups[request.group]!
    let topics = group.members[request.memberID]?.topics ?? []
    let all = topics.sorted().flatMap { name in
      (state.topics[name]?.leaders.indices ?? 0..<0).map { TopicPartition(name, Int32($0)) }
    }
    let mine = group.assignment(of: request.memberID, all).sorted()
    var grouped: [NewswireV1.TopicPartitions] = []
    for partition in mine { grouped.append(.init(topic: partition.topic, partitions: [partition.partition])) }
    return .init(
      memberID: request.memberID, memberEpoch: group.epoch, assignment: grouped, heartbeatInterval: .init(.seconds(1)),
      sessionTimeout: .init(.seconds(10)), groupEpoch: group.epoch)
  }

  private func partitions(_ answer: NewswireV1.HeartbeatResponse) -> Set<TopicPartition> {
    Set(answer.assignment.flatMap { group in group.partitions.map { TopicPartition(group.topic, $0) } })
  }
}
