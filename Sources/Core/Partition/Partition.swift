public import Model
public import SegmentedLog

/// What the operator has settled for all partitions.
public struct PartitionPolicy: Hashable, Sendable {
  /// A replica that has not caught up with its leader for so long leaves the in-sync set.
  public var replicaLagMax: Duration = .seconds(10)

  /// The defaults.
  public init() {}
}

/// When and over which log an event is handled.
public struct Moment: Sendable {
  /// The time of day.
  public var timestamp: Timestamp
  /// The time since the machine's start.
  public var instant: Instant
  /// What the log knows of its past.
  public var history: LogHistory

  /// This moment, over a log with this history.
  public init(timestamp: Timestamp, instant: Instant, history: LogHistory) {
    self.timestamp = timestamp
    self.instant = instant
    self.history = history
  }
}

/// One replica of a partition on this broker: what it may be asked and what it answers, as a value that does no work.
///
/// The log's shell does the work and reports how far it is. Whoever owns the partition hands events in, and does what
/// comes out, in order.
public struct Partition: Sendable {
  /// What this replica is at the moment.
  public enum Role: Sendable {
    /// It takes writes and reads, in this leadership.
    case leader(Leadership)
    /// Another broker leads, and this replica copies its log.
    case follower(Following)
    /// Nobody leads, or this replica has not heard of its role yet.
    case leaderless(epoch: LeaderEpoch?)
    /// Its log cannot be used, for this reason, until the broker starts again.
    case failed(Refusal)
  }

  /// The replica's place in the world.
  public let id: TopicPartition
  /// The topic's name, for messages.
  public let topic: TopicName
  /// This broker, and the epoch of this process; below all others before it has registered.
  public internal(set) var own: InSyncSet.Member
  /// What it is at the moment.
  public internal(set) var role = Role.leaderless(epoch: nil)
  /// How far its log is.
  public internal(set) var log: LogEnds
  /// The topic's configuration.
  public internal(set) var configuration: TopicConfiguration
  /// What the operator has settled.
  public let policy: PartitionPolicy
  /// Writers with lower numbers are fenced: so the metadata says, beside what the log knows itself.
  var writerEpochMin: Int64?
  /// The newest partition epoch that has been heard of.
  public internal(set) var partitionEpoch: PartitionEpoch?
  /// True while the log is being cut: nothing may be appended.
  public var isCutting = false
  /// The newest assignment that came meanwhile.
  var lateAssignment: (assignment: PartitionAssignment, broker: BrokerEpoch)?
  private var watermarkBefore = Offset.zero

  /// A replica whose log has been opened, and that has not heard of its role yet.
  public init(
    id: TopicPartition, topic: TopicName, broker: BrokerID, configuration: TopicConfiguration, log: LogEnds,
    policy: PartitionPolicy = PartitionPolicy()
  ) {
    self.id = id
    self.topic = topic
    own = InSyncSet.Member(broker: broker, epoch: BrokerEpoch(-1))
    self.configuration = configuration
    self.log = log
    self.policy = policy
  }

  /// The partition in words.
  public var name: String { "\(topic)-\(id.partition)" }

  /// This broker.
  public var broker: BrokerID { own.broker }

  /// Takes in what has happened at `moment`, and puts what follows from it behind `effects`.
  public mutating func handle(_ event: PartitionEvent, at moment: Moment, into effects: inout [PartitionEffect]) {
    switch event {
    case .roleAssigned(let assignment, let broker): assign(assignment, broker, moment, into: &effects)
    case .writersFenced(let least): writerEpochMin = max(writerEpochMin ?? least, least)
    case .configurationChanged(let configuration): self.configuration = configuration
    case .produceReceived(let request): produce(request, at: moment, into: &effects)
    case .produceTimedOut(let request): giveUp([request], unknownOutcome("the time for its answer is over"), &effects)
    case .logAdvanced(let ends): logAdvanced(ends, into: &effects)
    case .appendsGivenUp(let refusal, let ends): appendsGivenUp(refusal, ends, moment, into: &effects)
    case .deletionReceived(let request, let offset): delete(request, before: offset, moment, into: &effects)
    case .logCut(let ends): logCut(ends, moment, into: &effects)
    case .cutPutOff(let ends): cutPutOff(ends, moment, into: &effects)
    case .logFailed(let refusal): logFailed(refusal, into: &effects)
    case .followerAsked(let position): followerAsked(position, moment, into: &effects)
    case .followerHolds(let replica, let epoch, let held, let start):
      followerHolds(replica, epoch, held, from: start, moment, into: &effects)
    case .inSyncSetDecided(let leaderEpoch, let epoch, let isr):
      inSyncSetAnswered(leaderEpoch, epoch, isr, moment, into: &effects)
    case .inSyncSetRefused(let leaderEpoch, let epoch):
      inSyncSetAnswered(leaderEpoch, epoch, nil, moment, into: &effects)
    case .leaderAnswered(let position, let answer): leaderAnswered(position, answer, moment, into: &effects)
    case .batchesReceived(let delivery): take(delivery, moment, into: &effects)
    case .leaderConnected(let leader):
      if case .follower(let following) = role, following.leader == leader { askLeader(moment, into: &effects) }
    case .timeElapsed:
      settleLogStart(into: &effects)
      watchFollowers(moment, into: &effects)
      askAgain(moment, into: &effects)
    }
  }

  /// True if time alone can make it do something; else `timeElapsed` changes nothing.
  public var watchesTime: Bool {
    if hasUnsettledStart { return true }
    return switch role {
    case .leader(let leadership): leadership.watchesTime
    case .follower(let following): if case .asking = following.stage { true } else { false }
    case .leaderless, .failed: false
    }
  }

  /// True if the log would begin sooner after a loss of power.
  public var hasUnsettledStart: Bool { log.settledStartOffset < log.logStartOffset }

  // MARK: Roles

  mutating func assign(
    _ assignment: PartitionAssignment, _ epoch: BrokerEpoch, _ moment: Moment, into effects: inout [PartitionEffect]
  ) {
    if case .failed = role { return }
    if let known = knownEpoch, assignment.leaderEpoch < known { return }
    if let known = partitionEpoch, assignment.partitionEpoch < known { return }
    partitionEpoch = assignment.partitionEpoch
    own = InSyncSet.Member(broker: broker, epoch: epoch)
    if let contradiction = epochFromNowhere(moment.history.epochs, assignment.leaderEpoch) {
      return logContradicted(contradiction, into: &effects)
    }
    var earlier: Leadership?
    if case .leader(var leadership) = role {
      if assignment.leader == broker, assignment.leaderEpoch == leadership.epoch {
        leadership.change(to: assignment)
        role = .leader(leadership)
        return inSyncSetChanged(moment, into: &effects)
      }
      if assignment.leader == broker {
        earlier = leadership
      } else {
        giveUp(leadership.requests, unknownOutcome("the leadership has ended"), &effects)
        refuseDeletions(
          Refusal(.leaderNotAvailable, "broker \(broker) does not lead \(name) any more"), into: &effects)
      }
    }
    if case .follower(let following) = role, assignment.leader == following.leader,
      assignment.leaderEpoch == following.epoch
    {
      return
    }
    watermarkBefore = knownWatermark
    if isCutting {
      lateAssignment = (assignment, epoch)
      role = .leaderless(epoch: assignment.leaderEpoch)
      return
    }
    switch assignment.leader {
    case broker:
      var leadership = Leadership(assignment, own: own, log: log, highWatermark: watermarkBefore, at: moment.instant)
      if let earlier { leadership.takeOver(earlier) }
      role = .leader(leadership)
      advanceWatermark(into: &effects)
    case let leader?: follow(leader, assignment.leaderEpoch, moment, into: &effects)
    case nil: role = .leaderless(epoch: assignment.leaderEpoch)
    }
  }

  /// Everything before has been acknowledged by all in-sync replicas, as far as this replica has heard.
  public var knownWatermark: Offset {
    let known: Offset =
      switch role {
      case .leader(let leadership): leadership.highWatermark
      case .follower(let following): following.highWatermark
      case .leaderless, .failed: watermarkBefore
      }
    return min(max(known, log.logStartOffset), log.logEndOffset)
  }

  /// The newest leader epoch that this replica has heard of; nil also if it cannot be used.
  public var knownEpoch: LeaderEpoch? {
    switch role {
    case .leader(let leadership): leadership.epoch
    case .follower(let following): following.epoch
    case .leaderless(let epoch): epoch
    case .failed: nil
    }
  }

  /// The refusal of whoever needs the leader, if this replica is not.
  func notLeader() -> Refusal? {
    switch role {
    case .leader: return nil
    case .failed(let refusal): return refusal
    case .follower(let following):
      return Refusal(
        .notLeader, "broker \(broker) does not lead \(name); broker \(following.leader) does",
        metadata: ["leader_id": "\(following.leader)", "leader_epoch": "\(following.epoch)"])
    case .leaderless(let epoch):
      let metadata = epoch.map { ["leader_epoch": "\($0)"] } ?? [:]
      return Refusal(.leaderNotAvailable, "\(name) has no leader at the moment", metadata: metadata)
    }
  }

  /// The refusal of a caller that knows another leader epoch than the present one.
  func epochMismatch(_ epoch: LeaderEpoch?) -> Refusal? {
    guard let epoch, case .leader(let leadership) = role, epoch != leadership.epoch else { return nil }
    let metadata = ["leader_epoch": "\(leadership.epoch)"]
    guard epoch < leadership.epoch else {
      return Refusal(
        .unknownLeaderEpoch, "broker \(broker) leads \(name) in epoch \(leadership.epoch) and knows of no \(epoch)",
        metadata: metadata)
    }
    return Refusal(
      .fencedLeaderEpoch, "\(name) is led in epoch \(leadership.epoch) now, not in \(epoch)", metadata: metadata)
  }

  func unknownOutcome(_ cause: String) -> Refusal {
    Refusal(.outcomeUnknown, "the records may or may not be in \(name): \(cause)")
  }

  // MARK: The log's answers

  private mutating func logAdvanced(_ ends: LogEnds, into effects: inout [PartitionEffect]) {
    log = ends
    if var leadership = takeLeadership() {
      leadership.answerWritten(ends, configuration: configuration, into: &effects)
      leadership.advanceWatermark(log: log, configuration: configuration, into: &effects)
      leadership.answerDeletions(log, configuration, into: &effects)
      role = .leader(leadership)
    }
    tellHeld(into: &effects)
  }

  /// Moves the leadership out of the role, so that its lists are changed in place and not copied. The caller puts it back.
  mutating func takeLeadership() -> Leadership? {
    guard case .leader(let leadership) = role else { return nil }
    role = .leaderless(epoch: leadership.epoch)
    return leadership
  }

  private mutating func appendsGivenUp(
    _ refusal: Refusal, _ ends: LogEnds, _ moment: Moment, into effects: inout [PartitionEffect]
  ) {
    log = ends
    if case .leader(let leadership) = role {
      giveUp(leadership.requests(beyond: ends.logEndOffset), refusal, &effects)
    }
    if var leadership = takeLeadership() {
      leadership.cut(to: ends.logEndOffset)
      role = .leader(leadership)
    }
    refuseDeletions(refusal, into: &effects) { $0.before > ends.settledStartOffset }
    logAdvanced(ends, into: &effects)
    // What was given up has to come again, but not at once: the disk is full.
    if case .follower(var following) = role, following.stage == .copying {
      following.stage = .asking(nil, since: moment.instant)
      role = .follower(following)
    }
  }

  private mutating func logFailed(_ refusal: Refusal, into effects: inout [PartitionEffect]) {
    if case .leader(let leadership) = role { giveUp(leadership.requests, refusal, &effects) }
    refuseDeletions(refusal, into: &effects)
    role = .failed(refusal)
  }

  /// The log cannot be what was once written: it serves nobody, and is fetched anew from the others.
  mutating func logContradicted(_ refusal: Refusal, into effects: inout [PartitionEffect]) {
    logFailed(refusal, into: &effects)
    effects.append(.reportDamage(refusal))
  }

  /// What is wrong with a log that names a later epoch than the one in which its partition is led: nobody can have
  /// written that. A batch's checksum does not cover what it says of its epoch.
  func epochFromNowhere(_ epochs: LeaderEpochHistory, _ present: LeaderEpoch) -> Refusal? {
    guard let latest = epochs.latest, latest > present else { return nil }
    return Refusal(
      .dataCorrupt, "the log of \(name) has records of leader epoch \(latest), where \(present) is the newest")
  }

  /// Moves the high watermark as far as every in-sync replica allows, and answers who waited for it.
  mutating func advanceWatermark(into effects: inout [PartitionEffect]) {
    guard var leadership = takeLeadership() else { return }
    leadership.advanceWatermark(log: log, configuration: configuration, into: &effects)
    role = .leader(leadership)
  }

  private mutating func giveUp(_ requests: [RequestID], _ refusal: Refusal, _ effects: inout [PartitionEffect]) {
    guard case .leader(var leadership) = role else { return }
    for request in requests where leadership.forget(request) {
      effects.append(.refuse(request, refusal))
    }
    role = .leader(leadership)
  }
}
