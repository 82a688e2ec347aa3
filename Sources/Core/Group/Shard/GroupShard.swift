public import Model

/// The decisions about the groups of one shard, as its owner makes them: without its clock, log and network.
///
/// A request is validated against the groups as they will be once everything under way is written; what it changes goes
/// to the log, and the answer leaves when that is there. If a write fails, nobody knows what the log holds: the owner
/// begins anew with another `GroupShard`.
public struct GroupShard: Sendable {
  /// What has happened.
  public enum Event: Sendable {
    /// The shard is this node's. Comes first.
    case opened
    /// The next records of the shard's partition, from its beginning on.
    case recordsReplayed([GroupRecord])
    /// Everything up to this write is on the in-sync replicas.
    case written(upTo: WriteID)
    /// A write failed or its outcome is unknown, or the shard is no longer this node's.
    case lost(Refusal)
    /// Somebody asks.
    case requestReceived(GroupRequest, RequestToken)
    /// Nobody waits for the answer any more.
    case requestCancelled(RequestToken)
    /// The topics are these from now on; those whose id is in `deleted` are gone for ever.
    case topicsChanged(GroupTopics, deleted: [TopicID])
    /// The moment `nextDeadline` has come, or any other.
    case timeElapsed
  }

  /// What is to be done, in this order.
  public enum Effect: Hashable, Sendable {
    /// Write these records to the shard's partition behind all before them: all of them or none.
    case append([GroupRecord], WriteID)
    /// Answer the request.
    case reply(RequestToken, Result<GroupReply, Refusal>)
    /// Another owner has begun: give the shard up.
    case resign(Refusal)
  }

  private enum Phase {
    /// Nothing has happened, or an event is being handled.
    case closed(Refusal)
    /// The fence is being written, or records are being read up to it. Nothing is answered.
    case loading(GroupTable, GroupTopics)
    /// Requests are decided and answered.
    case active(ActiveShard)
  }

  /// Which partition of `__consumer_offsets` this is.
  public let index: PartitionIndex
  /// The epoch of this ownership.
  public let epoch: ShardEpoch
  private let owner: GroupCoordinatorID
  private let policy: GroupPolicy
  private let initialTopics: GroupTopics
  private var phase: Phase

  /// Shard `index`, which is `owner`'s from `epoch` on. `topics` are at least as new as that.
  public init(
    index: PartitionIndex, epoch: ShardEpoch, owner: GroupCoordinatorID, topics: GroupTopics,
    policy: GroupPolicy = GroupPolicy()
  ) {
    self.index = index
    self.epoch = epoch
    self.owner = owner
    self.policy = policy
    initialTopics = topics
    phase = .closed(Refusal(.notGroupCoordinator, "shard \(index) has not been opened"))
  }

  /// True if requests are answered.
  public var isActive: Bool {
    if case .active = phase { true } else { false }
  }

  /// The groups as they will be once everything under way is written.
  public var table: GroupTable {
    switch phase {
    case .closed: GroupTable()
    case .loading(let table, _): table
    case .active(let shard): shard.table
    }
  }

  /// When `timeElapsed` is due at the latest.
  public var nextDeadline: Instant? {
    if case .active(let shard) = phase { shard.nextDeadline } else { nil }
  }

  /// The one doorway: what `event` leads to is added to `effects`. `time` is the time of day at `now`.
  public mutating func handle(_ event: Event, at now: Instant, time: Timestamp, into effects: inout [Effect]) {
    switch event {
    case .opened:
      phase = .loading(GroupTable(), initialTopics)
      effects.append(.append([.fenced(epoch, by: owner)], WriteID(1)))
    case .recordsReplayed(let records): replay(records, at: now, time: time, into: &effects)
    case .written(let id): withActive { $0.written(upTo: id, into: &effects) }
    case .lost(let refusal):
      withActive { $0.abandon(refusal, into: &effects) }
      phase = .closed(refusal)
    case .requestReceived(let request, let token):
      let isActive = withActive { $0.decide(request, token, at: now, time: time, into: &effects) }
      if !isActive { effects.append(.reply(token, .failure(refusalWhileInactive))) }
    case .requestCancelled(let token): withActive { $0.cancel(token) }
    case .topicsChanged(let topics, let deleted):
      if case .loading(let table, _) = phase {
        phase = .loading(table, topics)
      } else {
        withActive { $0.changeTopics(topics, deleted: deleted, at: now, time: time, into: &effects) }
      }
    case .timeElapsed: withActive { $0.timeElapsed(at: now, time: time, into: &effects) }
    }
  }

  private var refusalWhileInactive: Refusal {
    if case .closed(let refusal) = phase { return refusal }
    return Refusal(.coordinatorNotAvailable, "shard \(index) of the groups is being loaded")
  }

  /// Folds records until this ownership's own fence has been read: all that earlier owners wrote lies before it.
  private mutating func replay(
    _ records: [GroupRecord], at now: Instant, time: Timestamp, into effects: inout [Effect]
  ) {
    guard case .loading(var table, let topics) = phase else { return }
    phase = .loading(GroupTable(), topics)
    for record in records {
      table.apply(record)
      guard case .fenced(let fence, _) = record, fence >= epoch else { continue }
      guard fence == epoch else {
        let refusal = Refusal(.notGroupCoordinator, "shard \(index) belongs to another owner since epoch \(fence)")
        phase = .closed(refusal)
        effects.append(.resign(refusal))
        return
      }
      var shard = ActiveShard(table: table, topics: topics, policy: policy, at: now, time: time)
      shard.begin(into: &effects)
      phase = .active(shard)
      return
    }
    phase = .loading(table, topics)
  }

  /// True if the shard is active, and `body` has been run on it in place.
  @discardableResult
  private mutating func withActive(_ body: (inout ActiveShard) -> Void) -> Bool {
    guard case .active(var shard) = phase else { return false }
    phase = .closed(Refusal(.internal, "shard \(index) is handling an event"))
    body(&shard)
    phase = .active(shard)
    return true
  }
}
