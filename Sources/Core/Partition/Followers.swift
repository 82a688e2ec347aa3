public import Model
internal import SegmentedLog

/// What a leader does for those who copy its log.
extension Partition {
  /// Compares the follower's log with this one, by the epoch of its last batch.
  mutating func followerAsked(
    _ position: ReplicaPosition, _ moment: Moment, into effects: inout [PartitionEffect]
  ) {
    let answer = answer(to: position, moment.history)
    effects.append(.answerFollower(position, answer))
    guard case .leader(var leadership) = role else { return }
    switch answer {
    case .agreed:
      followerHolds(
        position.replica, leadership.epoch, leadership.heldForSure(at: position), from: position.logStartOffset, moment,
        into: &effects)
    case .beginAt:
      leadership.tellToBeginAnew(position)
      role = .leader(leadership)
    case .diverged, .refused: break
    }
  }

  /// Marks of deleted keys go only before this offset: every replica that copies this log has got so far. Nil if none is
  /// known to copy it.
  ///
  /// Who has not been heard of in this leadership, as it is dead or cut off, keeps no marks here; it begins anew when it
  /// comes back behind what has gone meanwhile.
  public var marksEnd: Offset? {
    if case .leader(let leadership) = role { leadership.leastHeld } else { nil }
  }

  private func answer(to position: ReplicaPosition, _ history: LogHistory) -> FollowerAnswer {
    let epochs = history.epochs
    if let refusal = notLeader() ?? epochMismatch(position.leaderEpoch) { return .refused(refusal) }
    guard case .leader(let leadership) = role, leadership.replicas.contains(position.replica.broker) else {
      return .refused(
        Refusal(.ineligibleReplica, "broker \(position.replica.broker) has no replica of \(name)"))
    }
    // A copy begins where a batch does: records before the start come along, and are given up again.
    guard position.logEndOffset >= log.keptStartOffset else { return .beginAt(log.keptStartOffset) }
    // Among its older records may be some that were deleted, by marks that are gone here.
    let mayHoldDeleted =
      position.logEndOffset > log.logStartOffset && position.logEndOffset < history.marksRemovedEnd
    guard !mayHoldDeleted || leadership.knows(position) else { return .beginAt(log.keptStartOffset) }
    // What came from an earlier leader and is not written yet may still be given up: nobody may build on it.
    guard position.logEndOffset <= log.writtenEndOffset || log.writtenEndOffset == log.logEndOffset else {
      return .refused(
        Refusal(
          .leaderNotAvailable,
          "broker \(broker) has written \(name) up to \(log.writtenEndOffset) so far, not to \(position.logEndOffset)"))
    }
    let agreed = FollowerAnswer.agreed(
      highWatermark: leadership.highWatermark, logStartOffset: log.logStartOffset)
    guard let lastEpoch = position.lastEpoch else {
      // Without a batch there is nothing to disagree about; but a log cannot begin behind the leader's end.
      return position.logEndOffset <= log.logEndOffset ? agreed : .beginAt(log.keptStartOffset)
    }
    let acknowledged = leadership.inSync.committed.contains(position.replica.broker) ? leadership.highWatermark : .zero
    guard let own = epochs.end(of: lastEpoch, logEndOffset: log.logEndOffset) else {
      // The epoch is before all that this log remembers, or above all that it has.
      guard let latest = epochs.latest, lastEpoch > latest else { return .beginAt(log.keptStartOffset) }
      return .diverged(epoch: latest, endOffset: log.logEndOffset, acknowledged: acknowledged)
    }
    guard own.epoch == lastEpoch, position.logEndOffset <= own.endOffset else {
      return .diverged(epoch: own.epoch, endOffset: own.endOffset, acknowledged: acknowledged)
    }
    return agreed
  }

  mutating func followerHolds(
    _ replica: InSyncSet.Member, _ epoch: LeaderEpoch, _ held: Offset, from logStart: Offset, _ moment: Moment,
    into effects: inout [PartitionEffect]
  ) {
    guard case .leader(var leadership) = role, leadership.epoch == epoch, held <= log.logEndOffset,
      leadership.replicas.contains(replica.broker)
    else { return }
    leadership.note(replica, holds: held, from: logStart, logEnd: log.logEndOffset, at: moment.instant)
    role = .leader(leadership)
    inSyncSetChanged(moment, into: &effects)
  }

  mutating func watchFollowers(_ moment: Moment, into effects: inout [PartitionEffect]) {
    guard case .leader(var leadership) = role else { return }
    leadership.rest()
    leadership.repeatProposal(at: moment.instant, into: &effects)
    leadership.growInSyncSet(log, at: moment.instant, into: &effects)
    leadership.shrinkInSyncSet(
      lagMax: policy.replicaLagMax, logEnd: log.logEndOffset, at: moment.instant, into: &effects)
    role = .leader(leadership)
    giveUpLateDeletions(at: moment.instant, into: &effects)
  }

  /// The coordinator's word on the in-sync set; nil if it refused the proposal on that partition epoch.
  mutating func inSyncSetAnswered(
    _ leaderEpoch: LeaderEpoch, _ epoch: PartitionEpoch, _ isr: [BrokerID]?, _ moment: Moment,
    into effects: inout [PartitionEffect]
  ) {
    guard case .leader(var leadership) = role, leadership.epoch == leaderEpoch else { return }
    if let isr { leadership.decided(isr, in: epoch) } else { leadership.refused(on: epoch, at: moment.instant) }
    role = .leader(leadership)
    inSyncSetChanged(moment, into: &effects)
  }

  /// First what may be seen moves, and then come in those who hold all of it.
  mutating func inSyncSetChanged(_ moment: Moment, into effects: inout [PartitionEffect]) {
    advanceWatermark(into: &effects)
    answerDeletions(into: &effects)
    guard case .leader(var leadership) = role else { return }
    leadership.growInSyncSet(log, at: moment.instant, into: &effects)
    role = .leader(leadership)
  }
}
