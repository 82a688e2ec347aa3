public import Model

/// The decisions about the cluster's metadata: what a coordinator does, without its clock, disk and network.
///
/// Every coordinator folds committed records into `committed`. The active one also decides: it validates requests
/// against the image as it will be once all it has proposed is committed, proposes records, and answers when they are
/// committed. All that a request saw is committed before its answer leaves, even a refusal. Raft comes under the same
/// doorway: it turns `append` into a replicated entry, and `recordsCommitted` comes when a quorum has it.
public struct ClusterMetadata: Sendable {
  /// What has happened.
  public enum Event: Sendable {
    /// This coordinator is the active one, and `committed` holds every committed record. The identity is used if the
    /// cluster does not exist yet.
    case activated(CoordinatorRegistration, newCluster: ClusterIdentity)
    /// This coordinator is no longer the active one.
    case deactivated
    /// Somebody asks.
    case requestReceived(MetadataRequest, RequestToken)
    /// These records are committed, the first at this offset. They come in order and once, proposed here or not.
    case recordsCommitted([MetadataRecord], at: MetadataOffset)
    /// The records from this offset on could not be written, and never will be: as if they had not been proposed.
    case recordsGivenUp(Refusal, from: MetadataOffset)
    /// The connection over which a node follows the metadata has ended.
    case connectionLost(LostNode)
    /// A process has been looked for at its address.
    case processProbed(RegisteredProcess, ProbeFinding)
    /// A broker that was registered under this epoch is gone: its address refuses connections.
    case brokerFoundDead(BrokerID, BrokerEpoch)
    /// The moment `nextDeadline` has come, or any other.
    case timeElapsed
  }

  /// What is to be done, in this order.
  public enum Effect: Hashable, Sendable {
    /// Write these records behind all before them, the first at this offset: all of them or none.
    case append([MetadataRecord], at: MetadataOffset)
    /// Answer the request.
    case reply(RequestToken, Result<MetadataReply, Refusal>)
    /// Look for the process at one of its addresses, the first one best, and say what was found within a second.
    case probe(RegisteredProcess, at: [ListenerAddress])
  }

  /// The metadata as it is committed: what reads are answered from and the feed sends.
  public private(set) var committed: MetadataImage
  private let policy: MetadataPolicy
  /// What only the active coordinator has; nil on the others.
  private var active: ActiveMetadata?

  /// A coordinator that has restored `image` from its disk, and is not active.
  public init(image: MetadataImage = MetadataImage(), policy: MetadataPolicy = MetadataPolicy()) {
    committed = image
    self.policy = policy
  }

  /// True if this coordinator decides.
  public var isActive: Bool { active != nil }

  /// When the next lease runs out: `timeElapsed` is due then.
  public var nextDeadline: Instant? { active?.nextDeadline }

  /// The one doorway: what `event` leads to is added to `effects`.
  public mutating func handle(_ event: Event, at now: Instant, into effects: inout [Effect]) {
    switch event {
    case .activated(let registration, let newCluster):
      active = ActiveMetadata(image: committed, policy: policy, at: now)
      active?.begin(registration, newCluster: newCluster, into: &effects)
    case .deactivated:
      active?.abandon(into: &effects)
      active = nil
    case .requestReceived(let request, let token):
      guard active != nil else {
        let refusal = Refusal(.coordinatorNotAvailable, "this coordinator is not the active one")
        effects.append(.reply(token, .failure(refusal)))
        return
      }
      active?.decide(request, token, committedEnd: committed.endOffset, at: now, into: &effects)
    case .recordsCommitted(let records, let offset):
      precondition(offset == committed.endOffset, "committed records must come in order")
      for (index, record) in records.enumerated() { committed.apply(record, at: offset + Int64(index)) }
      active?.committed(records.count, upTo: committed.endOffset, into: &effects)
    case .recordsGivenUp(let refusal, let offset):
      precondition(offset >= committed.endOffset, "what is committed cannot be given up")
      active?.takeBack(from: offset, refusal, committed: committed, at: now, into: &effects)
    case .connectionLost(let node): active?.suspect(node, into: &effects)
    case .processProbed(let process, let finding): active?.probed(process, finding, at: now, into: &effects)
    case .brokerFoundDead(let id, let epoch): active?.fence([.broker(id, epoch)], into: &effects)
    case .timeElapsed: active?.expire(at: now, into: &effects)
    }
  }
}
