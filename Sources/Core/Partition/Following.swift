public import Model
internal import RecordBatch
internal import SegmentedLog

/// One time of following: whose log this replica copies, and how far both are known to agree.
public struct Following: Hashable, Sendable {
  /// What the replica is about.
  enum Stage: Hashable, Sendable {
    /// It waits to hear whether the logs agree: it has told the leader where it is, or will do so, since this moment.
    case asking(ReplicaPosition?, since: Instant)
    /// It is cutting its log, to ask again afterwards.
    case cutting
    /// The logs agree up to this replica's end: it takes what comes.
    case copying
  }

  /// The broker that leads.
  public let leader: BrokerID
  /// The leader epoch.
  public let epoch: LeaderEpoch
  /// Everything before has been acknowledged by all in-sync replicas, as far as this one has heard.
  ///
  /// `highWatermark <= logEndOffset`
  public internal(set) var highWatermark: Offset
  var stage: Stage
  /// What the leader was told last.
  var toldHeld: Offset?
  /// From where on, as it was told then.
  var toldLogStart = Offset.zero
  /// The log's start that was asked for last.
  var askedLogStart = Offset.zero

  /// How long the leader's answer may take before it is asked again.
  static let askingPatience = Duration.milliseconds(500)
}

extension Partition {
  mutating func follow(
    _ leader: BrokerID, _ epoch: LeaderEpoch, _ moment: Moment, into effects: inout [PartitionEffect]
  ) {
    role = .follower(
      Following(leader: leader, epoch: epoch, highWatermark: knownWatermark, stage: .asking(nil, since: moment.instant))
    )
    askLeader(moment, into: &effects)
  }

  /// Says where this replica is; nothing is taken until the leader has answered.
  mutating func askLeader(_ moment: Moment, into effects: inout [PartitionEffect]) {
    guard case .follower(var following) = role, following.stage != .cutting else { return }
    let position = ReplicaPosition(
      replica: own, leaderEpoch: following.epoch, logEndOffset: log.logEndOffset,
      lastEpoch: moment.history.epochs.latest, heldOffset: held, logStartOffset: log.settledStartOffset)
    following.stage = .asking(position, since: moment.instant)
    following.toldHeld = held
    following.toldLogStart = log.settledStartOffset
    role = .follower(following)
    effects.append(.askLeader(following.leader, position))
  }

  /// Up to where this replica's log is safe, in the sense of its topic.
  var held: Offset { configuration.flush == .os ? log.writtenEndOffset : log.syncedEndOffset }

  /// An answer counts only to the question that was asked last: one that comes late may be about a log that has been
  /// cut since, and what stands there now may have been acknowledged.
  mutating func leaderAnswered(
    _ position: ReplicaPosition, _ answer: FollowerAnswer, _ moment: Moment, into effects: inout [PartitionEffect]
  ) {
    guard case .follower(var following) = role, case .asking(position, _) = following.stage else { return }
    switch answer {
    case .agreed(let highWatermark, let logStart):
      following.stage = .copying
      role = .follower(following)
      learn(highWatermark, logStart, into: &effects)
      tellHeld(into: &effects)
    case .diverged(let epoch, let endOffset, let acknowledged):
      let ownEnd = moment.history.epochs.end(of: epoch, logEndOffset: log.logEndOffset)?.endOffset
      // Whoever has no epoch so low has nothing in common with the leader.
      let end = max(min(ownEnd ?? log.logStartOffset, endOffset), log.logStartOffset)
      guard end >= min(acknowledged, log.logEndOffset) else {
        return logContradicted(lostAgreement(end, acknowledged), into: &effects)
      }
      cut(to: end, following, into: &effects)
    case .beginAt(let offset):
      following.stage = .cutting
      following.highWatermark = offset
      role = .follower(following)
      isCutting = true
      effects.append(.emptyLog(beginAt: offset))
    case .refused:
      // The metadata tells what has become of the leader; until then it is asked again now and then.
      break
    }
  }

  /// A replica that is in sync agrees with its leader about everything acknowledged; else what one of the two has of
  /// leader epochs has changed since it was written. To cut the log would leave nobody but the leader with the records.
  private func lostAgreement(_ end: Offset, _ acknowledged: Offset) -> Refusal {
    Refusal(
      .dataCorrupt,
      "the log of \(name) agrees with its leader's only up to offset \(end), but it had everything before "
        + "\(acknowledged) in sync with it")
  }

  private mutating func cut(to end: Offset, _ following: Following, into effects: inout [PartitionEffect]) {
    guard end < log.logEndOffset else { return }
    var following = following
    following.stage = .cutting
    following.highWatermark = min(following.highWatermark, end)
    role = .follower(following)
    isCutting = true
    effects.append(.cutLog(to: end))
  }

  mutating func logCut(_ ends: LogEnds, _ moment: Moment, into effects: inout [PartitionEffect]) {
    if endCutting(ends, moment, into: &effects) { askLeader(moment, into: &effects) }
  }

  /// The leader is asked again, but not at once: the disk is full.
  mutating func cutPutOff(_ ends: LogEnds, _ moment: Moment, into effects: inout [PartitionEffect]) {
    _ = endCutting(ends, moment, into: &effects)
  }

  /// True if this replica still follows, and has to ask where it stands now.
  private mutating func endCutting(
    _ ends: LogEnds, _ moment: Moment, into effects: inout [PartitionEffect]
  ) -> Bool {
    log = ends
    isCutting = false
    if let late = lateAssignment.take() {
      assign(late.assignment, late.broker, moment, into: &effects)
      return false
    }
    guard case .follower(var following) = role, following.stage == .cutting else { return false }
    following.highWatermark = min(max(following.highWatermark, ends.logStartOffset), ends.logEndOffset)
    following.stage = .asking(nil, since: moment.instant)
    role = .follower(following)
    return true
  }

  /// Appends what follows on this replica's end; anything else shows that something got lost, and is asked for again.
  mutating func take(_ delivery: ReplicaBatches, _ moment: Moment, into effects: inout [PartitionEffect]) {
    guard case .follower(let following) = role, following.stage == .copying, following.epoch == delivery.leaderEpoch
    else { return }
    // What came twice is known already; behind a gap nothing can be taken.
    guard delivery.baseOffset >= log.logEndOffset else { return }
    guard isContinuation(delivery, moment.history.epochs.latest) else { return askLeader(moment, into: &effects) }
    for (index, batch) in delivery.batches.enumerated() {
      guard let epoch = batch.leaderEpoch else { return }
      effects.append(
        .append(
          AppendBatch(
            request: delivery.request, index: index, baseOffset: batch.baseOffset, leaderEpoch: epoch,
            logAppendTime: nil, sync: configuration.flush == .os ? .never : .immediately)))
      log.logEndOffset = batch.nextOffset
    }
    learn(delivery.highWatermark, delivery.logStartOffset, into: &effects)
  }

  private func isContinuation(_ delivery: ReplicaBatches, _ latest: LeaderEpoch?) -> Bool {
    guard delivery.baseOffset == log.logEndOffset else { return false }
    var end = delivery.baseOffset
    var latest = latest ?? .zero
    for batch in delivery.batches {
      guard let epoch = batch.leaderEpoch, batch.baseOffset == end, epoch >= latest, epoch <= delivery.leaderEpoch
      else { return false }
      end = batch.nextOffset
      latest = epoch
    }
    return true
  }

  private mutating func learn(_ highWatermark: Offset, _ logStart: Offset, into effects: inout [PartitionEffect]) {
    guard case .follower(var following) = role else { return }
    let moved = min(highWatermark, log.logEndOffset)
    if moved > following.highWatermark {
      following.highWatermark = moved
      role = .follower(following)
      effects.append(.highWatermarkMoved(moved))
    }
    let start = min(logStart, following.highWatermark)
    guard start > max(log.logStartOffset, following.askedLogStart) else { return }
    following.askedLogStart = start
    role = .follower(following)
    effects.append(.moveLogStart(to: start))
  }

  /// Tells the leader how much is safe here, if that is more than it knows.
  mutating func tellHeld(into effects: inout [PartitionEffect]) {
    guard case .follower(var following) = role, following.stage == .copying,
      following.toldHeld != held || following.toldLogStart != log.settledStartOffset
    else { return }
    following.toldHeld = held
    following.toldLogStart = log.settledStartOffset
    role = .follower(following)
    effects.append(
      .tellLeader(following.leader, leaderEpoch: following.epoch, held: held, logStart: log.settledStartOffset))
  }

  mutating func askAgain(_ moment: Moment, into effects: inout [PartitionEffect]) {
    guard case .follower(let following) = role, case .asking(_, let since) = following.stage,
      moment.instant - since > Following.askingPatience
    else { return }
    askLeader(moment, into: &effects)
  }
}
