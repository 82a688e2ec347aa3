internal import ClusterMetadata
internal import Messages
internal import Model
internal import Observability
internal import Partition
internal import Runtime
internal import Transport

/// What the leaders of one lane ask the coordinator for: one call at a time, with all that has gathered meanwhile.
///
/// Belongs to the lane's loop. A call that fails is not repeated here: each leader asks again after a while.
final class InSyncProposals {
  private struct Proposal: Sendable {
    let place: TopicPartition
    let proposal: InSyncSet.Proposal
  }

  private static let timeout = Duration.seconds(2)
  private static let proposalsMax = 5_000

  /// Tells a leader what has become of its proposal: the new set, or nil if it was refused.
  var onAnswer: (TopicPartition, LeaderEpoch, PartitionEpoch, [BrokerID]?) -> Void = { _, _, _, _ in }
  private let coordinators: Channel
  private let loop: EventLoop
  private let logger: Logger
  private var gathered: [Proposal] = []
  private var own: InSyncSet.Member?
  private var isAsking = false

  init(coordinators: Channel, loop: EventLoop, logger: Logger) {
    self.coordinators = coordinators
    self.loop = loop
    self.logger = logger
  }

  /// Asks as soon as the last call is answered. `own` is this process.
  func add(_ proposal: InSyncSet.Proposal, for place: TopicPartition, of own: InSyncSet.Member) {
    if self.own != own { gathered = [] }
    self.own = own
    gathered.removeAll { $0.place == place }
    gathered.append(Proposal(place: place, proposal: proposal))
    guard !isAsking else { return }
    isAsking = true
    let me = LoopBound(self, on: loop)
    // What else the present events lead to comes along.
    loop.execute { me.value.ask() }
  }

  private func ask() {
    guard let own, !gathered.isEmpty else {
      isAsking = false
      return
    }
    let asked = Array(gathered.prefix(Self.proposalsMax))
    gathered.removeFirst(asked.count)
    let request = NewswireInternalV1.AlterPartitionsRequest(
      brokerID: own.broker.rawValue, brokerEpoch: own.epoch.rawValue, partitions: asked.map(Self.alteration))
    let (me, coordinators) = (LoopBound(self, on: loop), coordinators)
    Task { @Sendable in
      let outcome = await Self.call(coordinators, request)
      me.execute { $0.answered(asked, outcome) }
    }
  }

  private static func call(
    _ coordinators: Channel, _ request: NewswireInternalV1.AlterPartitionsRequest
  ) async -> Result<NewswireInternalV1.AlterPartitionsResponse, any Error> {
    do {
      return .success(
        try await coordinators.unary(
          NewswireInternalV1.BrokerLifecycle.alterPartitions, request, options: CallOptions(timeout: timeout)))
    } catch {
      return .failure(error)
    }
  }

  private static func alteration(_ asked: Proposal) -> NewswireInternalV1.PartitionAlteration {
    NewswireInternalV1.PartitionAlteration(
      topicID: asked.place.topic.bytes, partition: asked.place.partition.rawValue,
      leaderEpoch: asked.proposal.leaderEpoch.rawValue, partitionEpoch: asked.proposal.partitionEpoch.rawValue,
      inSyncReplicas: asked.proposal.members.map {
        NewswireInternalV1.InSyncReplica(brokerID: $0.broker.rawValue, brokerEpoch: $0.epoch.rawValue)
      })
  }

  private func answered(_ asked: [Proposal], _ outcome: Result<NewswireInternalV1.AlterPartitionsResponse, any Error>) {
    switch outcome {
    case .success(let response) where response.partitions.count == asked.count:
      for (asked, result) in zip(asked, response.partitions) { answered(asked, result) }
    case .success:
      logger.error("the coordinator answered to other in-sync sets than it was asked for")
    case .failure(let error):
      logger.once(key: "in-sync sets", .warning, "in-sync sets not changed", ["cause": "\(error)"])
    }
    ask()
  }

  private func answered(_ asked: Proposal, _ result: NewswireInternalV1.PartitionAlterationResult) {
    let proposal = asked.proposal
    if result.reason.isEmpty {
      let isr = result.inSyncReplicas.map { BrokerID($0) }
      onAnswer(asked.place, proposal.leaderEpoch, PartitionEpoch(result.partitionEpoch), isr)
    } else if result.reason == ErrorReason.ineligibleReplica.rawValue {
      onAnswer(asked.place, proposal.leaderEpoch, proposal.partitionEpoch, nil)
    }
    // Any other refusal says that the metadata has moved on; it tells what holds now.
  }
}
