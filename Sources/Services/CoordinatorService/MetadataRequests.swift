internal import ClusterMetadata
internal import Model
internal import Runtime

/// The requests of the metadata node as calls that wait for their answer, each with its own type of answer.
struct MetadataRequests: Sendable {
  let node: LoopBound<MetadataNode>
  let policy: MetadataPolicy

  func registerBroker(_ request: RegisterBroker) async throws -> (BrokerEpoch, ClusterIdentity) {
    try await ask(.registerBroker(request)) {
      if case .brokerRegistered(let epoch, let id) = $0 { (epoch, id) } else { nil }
    }
  }

  func brokerHeartbeat(_ heartbeat: BrokerHeartbeat) async throws -> BrokerHeartbeat.Reply {
    try await ask(.brokerHeartbeat(heartbeat)) { if case .brokerHeartbeat(let reply) = $0 { reply } else { nil } }
  }

  func producerIDs(_ broker: BrokerID, _ epoch: BrokerEpoch) async throws -> Range<Int64> {
    try await ask(.allocateProducerIDs(broker, epoch)) {
      if case .producerIDsAllocated(let ids) = $0 { ids } else { nil }
    }
  }

  func alterPartitions(_ request: AlterPartitions) async throws -> [Result<PartitionState, Refusal>] {
    try await ask(.alterPartitions(request)) { if case .partitionsAltered(let results) = $0 { results } else { nil } }
  }

  func registerGroupCoordinator(
    _ request: RegisterGroupCoordinator
  ) async throws -> (GroupCoordinatorEpoch, ClusterIdentity) {
    try await ask(.registerGroupCoordinator(request)) {
      if case .groupCoordinatorRegistered(let epoch, let id) = $0 { (epoch, id) } else { nil }
    }
  }

  func groupCoordinatorHeartbeat(
    _ heartbeat: GroupCoordinatorHeartbeat
  ) async throws -> GroupCoordinatorHeartbeat.Reply {
    try await ask(.groupCoordinatorHeartbeat(heartbeat)) {
      if case .groupCoordinatorHeartbeat(let reply) = $0 { reply } else { nil }
    }
  }

  func createTopics(_ request: CreateTopics) async throws -> [Result<CreateTopics.Created, Refusal>] {
    try await ask(.createTopics(request)) { if case .topicsCreated(let results) = $0 { results } else { nil } }
  }

  func deleteTopics(_ request: DeleteTopics) async throws -> [Result<TopicID, Refusal>] {
    try await ask(.deleteTopics(request)) { if case .topicsDeleted(let results) = $0 { results } else { nil } }
  }

  func alterTopics(_ request: AlterTopics) async throws -> [Result<TopicID, Refusal>] {
    try await ask(.alterTopics(request)) { if case .topicsAltered(let results) = $0 { results } else { nil } }
  }

  func electLeaders(_ request: ElectLeaders) async throws -> [ElectLeaders.Outcome] {
    try await ask(.electLeaders(request)) { if case .leadersElected(let outcomes) = $0 { outcomes } else { nil } }
  }

  func reassignPartitions(_ request: ReassignPartitions) async throws -> [Result<PartitionState, Refusal>] {
    try await ask(.reassignPartitions(request)) {
      if case .partitionsReassigned(let results) = $0 { results } else { nil }
    }
  }

  func drainBroker(_ broker: BrokerID, isDraining: Bool, validateOnly: Bool) async throws -> BrokerLoad {
    try await ask(.drainBroker(broker, isDraining: isDraining, validateOnly: validateOnly)) {
      if case .brokerDrained(let load) = $0 { load } else { nil }
    }
  }

  func removeBroker(_ broker: BrokerID, validateOnly: Bool) async throws {
    try await ask(.removeBroker(broker, validateOnly: validateOnly)) { if case .brokerRemoved = $0 { () } else { nil } }
  }

  private func ask<Answer: Sendable>(
    _ request: MetadataRequest, _ answer: @escaping @Sendable (MetadataReply) -> Answer?
  ) async throws -> Answer {
    let reply = try await withCheckedThrowingContinuation { continuation in
      node.execute { node in
        node.submit(request) { continuation.resume(with: $0.mapError { $0 as any Error }) }
      }
    }
    guard let answer = answer(reply) else { preconditionFailure("a reply of another request: \(reply)") }
    return answer
  }
}
