public import Model

/// Who holds everything acknowledged, as the coordinator has decided it, and as it may have decided meanwhile.
///
/// Until the coordinator's answer to a proposal is known, both sets may be the valid one. So whatever is acknowledged
/// must be held by the members of both: the maximal set.
public struct InSyncSet: Hashable, Sendable {
  /// A member, and the epoch of the process that was seen in sync.
  public struct Member: Hashable, Sendable {
    /// The broker.
    public let broker: BrokerID
    /// The epoch of its registration.
    public let epoch: BrokerEpoch

    /// The process that is registered as `broker` under `epoch`.
    public init(broker: BrokerID, epoch: BrokerEpoch) {
      self.broker = broker
      self.epoch = epoch
    }
  }

  /// What the leader has asked the coordinator for.
  public struct Proposal: Hashable, Sendable {
    /// The leader epoch in which it asks.
    public let leaderEpoch: LeaderEpoch
    /// The partition epoch that the change starts from.
    public let partitionEpoch: PartitionEpoch
    /// The set that shall be.
    public let members: [Member]
  }

  /// The set of the newest partition epoch that is known.
  public private(set) var committed: [BrokerID]
  /// That partition epoch.
  public private(set) var partitionEpoch: PartitionEpoch
  /// What has been asked for and not been answered for certain.
  public private(set) var proposal: Proposal?

  init(_ assignment: PartitionAssignment) {
    committed = assignment.isr
    partitionEpoch = assignment.partitionEpoch
  }

  /// Everybody who may be in sync.
  public var maximal: [BrokerID] {
    guard let proposal else { return committed }
    return committed + proposal.members.map(\.broker).filter { !committed.contains($0) }
  }

  mutating func propose(_ members: [Member], leaderEpoch: LeaderEpoch) -> Proposal {
    let proposal = Proposal(leaderEpoch: leaderEpoch, partitionEpoch: partitionEpoch, members: members)
    self.proposal = proposal
    return proposal
  }

  /// The coordinator has decided: nothing that was proposed on an older partition epoch can come true any more.
  mutating func decided(_ isr: [BrokerID], in epoch: PartitionEpoch) {
    guard epoch > partitionEpoch else { return }
    committed = isr
    partitionEpoch = epoch
    proposal = nil
  }

  /// The coordinator has refused the proposal on this partition epoch, and did not carry out an earlier copy of it.
  mutating func refused(on epoch: PartitionEpoch) {
    if proposal?.partitionEpoch == epoch { proposal = nil }
  }
}
