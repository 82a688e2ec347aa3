public import Model
internal import SegmentedLog

/// One leadership of a partition: who is in sync, what may be seen, who waits for an answer.
public struct Leadership: Sendable {
  /// A request whose records are in the log and that waits until they are safe.
  struct Waiting: Hashable, Sendable {
    let request: RequestID
    let acks: Acks
    let baseOffset: Offset?
    let nextOffset: Offset
    let maxTimestamp: Timestamp
    /// All of it stood in the log already.
    let isRepeated: Bool
    /// What it is told when it is safe: that it stood in the log already, nobody knows where.
    let refusal: Refusal?
  }

  /// What is known of a follower that has said where it is.
  struct Follower: Sendable {
    /// The process that said it.
    let epoch: BrokerEpoch
    /// It holds everything before: on its disk, or in its memory with `flush=os`.
    var held: Offset
    /// Its log begins here or later, and will do so after a loss of power.
    var logStart: Offset
    /// When it last held all that the log then had.
    var caughtUpAt: Instant
    /// The log's end at the time of an earlier report: who reaches it was caught up then.
    var milestone: (end: Offset, at: Instant)
  }

  /// The leader epoch.
  public let epoch: LeaderEpoch
  /// The end of the log when the leadership began: a follower that has not got so far may lack what was acknowledged.
  public private(set) var startOffset: Offset
  /// Who holds everything acknowledged, this broker included. Only the coordinator changes it.
  public private(set) var inSync: InSyncSet
  /// Who has a replica, this broker included.
  public private(set) var replicas: [BrokerID]
  private var replicationFactor: Int
  /// The first offset not known to be on every in-sync replica. Exclusive.
  ///
  /// `logStartOffset <= highWatermark <= logEndOffset`. Never moves back within a leader epoch.
  public private(set) var highWatermark: Offset

  private let own: InSyncSet.Member
  private let beganAt: Instant
  private var followers: [BrokerID: Follower] = [:]
  /// The ends of logs that followers were told to give up.
  private var givenUp: [BrokerID: (epoch: BrokerEpoch, end: Offset)] = [:]
  /// In the order of their offsets.
  private var waiting: [Waiting] = []
  private var deletions: [WaitingDeletion] = []
  private var proposedAt: Instant?
  private var refusedAt: Instant?

  /// How long the answer to a proposal may take before it is made again.
  static let proposalPatience = Duration.seconds(2)
  /// How long nothing is proposed after a refusal.
  static let proposalRest = Duration.milliseconds(500)

  init(_ assignment: PartitionAssignment, own: InSyncSet.Member, log: LogEnds, highWatermark: Offset, at now: Instant) {
    epoch = assignment.leaderEpoch
    startOffset = log.logEndOffset
    inSync = InSyncSet(assignment)
    replicas = assignment.replicas
    replicationFactor = assignment.replicationFactor
    self.own = own
    self.highWatermark = min(max(highWatermark, log.logStartOffset), log.logEndOffset)
    beganAt = now
  }

  // MARK: Requests

  /// All requests that wait for an answer, in the order of their offsets.
  var requests: [RequestID] { waiting.map(\.request) }

  func requests(beyond end: Offset) -> [RequestID] { waiting.filter { $0.nextOffset > end }.map(\.request) }

  mutating func wait(_ request: Waiting) { waiting.append(request) }

  mutating func wait(_ deletion: WaitingDeletion) { deletions.append(deletion) }

  /// Keeps no memory for requests while there is none.
  mutating func rest() { if waiting.isEmpty { waiting = [] } }

  /// True if time alone can change something: there are others who may fall behind, or come back.
  var watchesTime: Bool { replicas.count > 1 || proposedAt != nil }

  /// Takes over who waits in an earlier leadership of this process: their records still stand in the log.
  mutating func takeOver(_ earlier: Leadership) {
    waiting = earlier.waiting
    deletions = earlier.deletions
  }

  /// True if the request was waiting.
  mutating func forget(_ request: RequestID) -> Bool {
    guard let index = waiting.firstIndex(where: { $0.request == request }) else { return false }
    waiting.remove(at: index)
    return true
  }

  /// The log ends at `end` now: what came from an earlier leader and lay behind it was never written here.
  mutating func cut(to end: Offset) { startOffset = min(startOffset, end) }

  // MARK: Who is in sync

  /// How many replicas must be in sync before anything is acknowledged to everybody.
  func insyncReplicasMin(_ configuration: TopicConfiguration) -> Int {
    configuration.insyncReplicasMin(replicationFactor: replicationFactor)
  }

  mutating func change(to assignment: PartitionAssignment) {
    replicas = assignment.replicas
    replicationFactor = assignment.replicationFactor
    followers = followers.filter { assignment.replicas.contains($0.key) }
    givenUp = givenUp.filter { assignment.replicas.contains($0.key) }
    inSync.decided(assignment.isr, in: assignment.partitionEpoch)
  }

  mutating func decided(_ isr: [BrokerID], in epoch: PartitionEpoch) { inSync.decided(isr, in: epoch) }

  mutating func refused(on epoch: PartitionEpoch, at now: Instant) {
    inSync.refused(on: epoch)
    refusedAt = now
  }

  /// Notes that the process `member` holds everything from `logStart` on before `held`; what an earlier process of it
  /// said is forgotten.
  mutating func note(
    _ member: InSyncSet.Member, holds held: Offset, from logStart: Offset, logEnd: Offset, at now: Instant
  ) {
    if let known = followers[member.broker], known.epoch > member.epoch { return }
    var follower =
      followers[member.broker].flatMap { $0.epoch == member.epoch ? $0 : nil }
      ?? Follower(epoch: member.epoch, held: held, logStart: logStart, caughtUpAt: beganAt, milestone: (logEnd, now))
    // What a process holds in a leader epoch it never loses; a lower number was said earlier and came later.
    follower.held = max(follower.held, held)
    follower.logStart = max(follower.logStart, logStart)
    if held >= logEnd {
      follower.caughtUpAt = now
      follower.milestone = (logEnd, now)
    } else if held >= follower.milestone.end {
      follower.caughtUpAt = max(follower.caughtUpAt, follower.milestone.at)
      follower.milestone = (logEnd, now)
    }
    followers[member.broker] = follower
  }

  /// The least that the replicas hold that have said where they are; nil if none has.
  var leastHeld: Offset? { followers.values.map(\.held).min() }

  /// True if the replica at `position` has been heard of in this leadership, and lost nothing since.
  ///
  /// After a start it may have a log again that it had given up: begun anew in memory, but not yet on its disk.
  func knows(_ position: ReplicaPosition) -> Bool {
    followers[position.replica.broker].map {
      $0.epoch == position.replica.epoch && $0.held <= position.logEndOffset
    } ?? false
  }

  /// The replica at `position` is told to give up its log, and to begin anew.
  mutating func tellToBeginAnew(_ position: ReplicaPosition) {
    let (replica, end) = (position.replica, position.logEndOffset)
    let before = givenUp[replica.broker].flatMap { $0.epoch < replica.epoch ? nil : $0 }
    guard before.map({ $0.epoch == replica.epoch && $0.end < end }) ?? true else { return }
    givenUp[replica.broker] = (replica.epoch, end)
  }

  /// What a follower holds that says to be at `position`. A question about a log that it was told to give up may come
  /// after the first one about its new log: until it has got further, only what it tells while it copies raises it.
  func heldForSure(at position: ReplicaPosition) -> Offset {
    let (replica, held) = (position.replica, position.heldOffset)
    guard let old = givenUp[replica.broker], old.epoch == replica.epoch, position.logEndOffset <= old.end,
      let known = followers[replica.broker], known.epoch == replica.epoch
    else { return held }
    return min(known.held, held)
  }

  /// Proposes to take in the followers that hold everything that may have been acknowledged, and nothing that was given
  /// up: what is deleted on all in-sync replicas must not come back with one more.
  mutating func growInSyncSet(_ log: LogEnds, at now: Instant, into effects: inout [PartitionEffect]) {
    guard mayPropose(at: now) else { return }
    let fit = replicas.filter { broker in
      guard let follower = followers[broker], !inSync.committed.contains(broker) else { return false }
      return follower.held >= max(highWatermark, startOffset) && follower.logStart >= log.logStartOffset
    }
    guard !fit.isEmpty else { return }
    propose(inSync.committed + fit, at: now, into: &effects)
  }

  /// Proposes to leave out the followers that have not been caught up for too long.
  mutating func shrinkInSyncSet(
    lagMax: Duration, logEnd: Offset, at now: Instant, into effects: inout [PartitionEffect]
  ) {
    guard mayPropose(at: now) else { return }
    let kept = inSync.committed.filter { broker in
      guard broker != own.broker else { return true }
      guard let follower = followers[broker] else { return now - beganAt <= lagMax }
      return follower.held >= logEnd || now - follower.caughtUpAt <= lagMax
    }
    guard kept.count < inSync.committed.count else { return }
    propose(kept, at: now, into: &effects)
  }

  private func mayPropose(at now: Instant) -> Bool {
    inSync.proposal == nil && (refusedAt.map { now - $0 > Self.proposalRest } ?? true)
  }

  /// A member of whom nothing is known gets an epoch that no process has: it can stay, but not come in.
  private mutating func propose(_ brokers: [BrokerID], at now: Instant, into effects: inout [PartitionEffect]) {
    let members = brokers.map { broker in
      broker == own.broker
        ? own : InSyncSet.Member(broker: broker, epoch: followers[broker]?.epoch ?? BrokerEpoch(-1))
    }
    proposedAt = now
    effects.append(.proposeInSyncSet(inSync.propose(members, leaderEpoch: epoch)))
  }

  /// Makes a proposal again whose answer has not come.
  mutating func repeatProposal(at now: Instant, into effects: inout [PartitionEffect]) {
    guard let proposal = inSync.proposal, let proposedAt, now - proposedAt > Self.proposalPatience else { return }
    self.proposedAt = now
    effects.append(.proposeInSyncSet(proposal))
  }

  // MARK: What may be seen

  /// Moves the high watermark to the smallest position in the maximal in-sync set, if the committed one has enough
  /// members.
  mutating func advanceWatermark(
    log: LogEnds, configuration: TopicConfiguration, into effects: inout [PartitionEffect]
  ) {
    guard inSync.committed.count >= insyncReplicasMin(configuration) else { return }
    var safe = configuration.flush == .os ? log.writtenEndOffset : log.syncedEndOffset
    for replica in inSync.maximal where replica != own.broker {
      guard let follower = followers[replica] else { return }
      safe = min(safe, follower.held)
    }
    let moved = max(highWatermark, safe, log.logStartOffset)
    if moved > highWatermark {
      highWatermark = moved
      effects.append(.highWatermarkMoved(moved))
    }
    answer(log, configuration, into: &effects) { $0.nextOffset <= moved }
  }

  mutating func answerWritten(
    _ log: LogEnds, configuration: TopicConfiguration, into effects: inout [PartitionEffect]
  ) {
    answer(log, configuration, into: &effects) { $0.acks == .leader && $0.nextOffset <= log.writtenEndOffset }
  }

  private mutating func answer(
    _ log: LogEnds, _ configuration: TopicConfiguration, into effects: inout [PartitionEffect],
    where isDone: (Waiting) -> Bool
  ) {
    guard waiting.contains(where: isDone) else { return }
    for request in waiting where isDone(request) {
      if let refusal = request.refusal {
        effects.append(.refuse(request.request, refusal))
      } else {
        effects.append(.acknowledge(request.request, acknowledgement(of: request, log, configuration)))
      }
    }
    waiting.removeAll(where: isDone)
  }

  private func acknowledgement(
    of request: Waiting, _ log: LogEnds, _ configuration: TopicConfiguration
  ) -> ProduceAcknowledgement {
    let others = followers.values.count { $0.held >= request.nextOffset }
    let othersSynced = configuration.flush == .os ? 0 : others
    return ProduceAcknowledgement(
      baseOffset: request.baseOffset, nextOffset: request.nextOffset, leaderEpoch: epoch,
      maxTimestamp: request.maxTimestamp, replicas: others + 1,
      replicasSynced: othersSynced + (log.syncedEndOffset >= request.nextOffset ? 1 : 0),
      logStartOffset: log.logStartOffset, isRepeated: request.isRepeated)
  }

  // MARK: What is deleted

  /// Answers those who wait, as far as no in-sync replica has the records any more.
  mutating func answerDeletions(
    _ log: LogEnds, _ configuration: TopicConfiguration, into effects: inout [PartitionEffect]
  ) {
    guard !deletions.isEmpty, inSync.committed.count >= insyncReplicasMin(configuration) else { return }
    var gone = log.settledStartOffset
    if configuration.flush != .os {
      for replica in inSync.maximal where replica != own.broker {
        guard let follower = followers[replica] else { return }
        gone = min(gone, follower.logStart)
      }
    }
    for deletion in deletions where deletion.before <= gone {
      effects.append(.recordsDeleted(deletion.request, logStartOffset: gone))
    }
    deletions.removeAll { $0.before <= gone }
  }

  mutating func refuseDeletions(
    _ refusal: Refusal, into effects: inout [PartitionEffect], where isLost: (WaitingDeletion) -> Bool
  ) {
    for deletion in deletions where isLost(deletion) { effects.append(.refuse(deletion.request, refusal)) }
    deletions.removeAll(where: isLost)
  }
}
