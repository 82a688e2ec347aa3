public import Model
public import SegmentedLog

/// What a reader of a partition may see at the moment.
public struct ReadBounds: Hashable, Sendable {
  /// Read from here on.
  public let offset: Offset
  /// Nothing at or beyond this offset: the high watermark.
  public let limit: Offset
  /// The first offset that may be read.
  public let logStartOffset: Offset
  /// The leader epoch in which this holds.
  public let leaderEpoch: LeaderEpoch
}

extension Partition {
  /// Everything before has been acknowledged by all in-sync replicas; nil unless this replica leads.
  public var highWatermark: Offset? {
    if case .leader(let leadership) = role { leadership.highWatermark } else { nil }
  }

  /// The epoch in which this replica leads; nil if it does not.
  @inline(never)  // Inlined into a comparison it ends the optimizer of Swift 6.3.1 with an error.
  public var leaderEpoch: LeaderEpoch? {
    if case .leader(let leadership) = role { leadership.epoch } else { nil }
  }

  /// Up to where this replica can be read, and in which leader epoch it knows that; nil if it neither leads nor follows.
  public var visible: (end: Offset, epoch: LeaderEpoch)? {
    switch role {
    case .leader(let leadership): (leadership.highWatermark, leadership.epoch)
    case .follower(let following): (following.highWatermark, following.epoch)
    case .leaderless, .failed: nil
    }
  }

  /// What may be read from `offset` on by someone who believes in `leaderEpoch`; `mayFollow`: also from a follower.
  ///
  /// An offset between the high watermark and the log's end is valid: there is nothing to see yet. A follower that has
  /// not got so far cannot tell whether the offset is.
  public func bounds(
    from offset: Offset, leaderEpoch: LeaderEpoch? = nil, mayFollow: Bool = false
  ) throws(Refusal) -> ReadBounds {
    let bounds = try offsets(leaderEpoch: leaderEpoch, mayFollow: mayFollow)
    if offset > log.logEndOffset, let refusal = notLeader() { throw refusal }
    guard offset >= log.logStartOffset, offset <= log.logEndOffset else {
      throw Refusal(
        .offsetOutOfRange,
        "offset \(offset) is not in \(name), which has \(log.logStartOffset) up to \(bounds.limit)",
        metadata: ["log_start_offset": "\(log.logStartOffset)", "log_end_offset": "\(bounds.limit)"])
    }
    return ReadBounds(
      offset: offset, limit: bounds.limit, logStartOffset: log.logStartOffset, leaderEpoch: bounds.leaderEpoch)
  }

  /// The whole of what may be read, from its start on; `mayFollow`: also from a follower, as far as that has heard.
  public func offsets(leaderEpoch: LeaderEpoch? = nil, mayFollow: Bool = false) throws(Refusal) -> ReadBounds {
    if mayFollow, case .follower(let following) = role, leaderEpoch ?? following.epoch == following.epoch {
      return ReadBounds(
        offset: log.logStartOffset, limit: max(following.highWatermark, log.logStartOffset),
        logStartOffset: log.logStartOffset, leaderEpoch: following.epoch)
    }
    if let refusal = notLeader() ?? epochMismatch(leaderEpoch) { throw refusal }
    guard case .leader(let leadership) = role else { throw unknownOutcome("it has no leader") }
    return ReadBounds(
      offset: log.logStartOffset, limit: leadership.highWatermark, logStartOffset: log.logStartOffset,
      leaderEpoch: leadership.epoch)
  }

  /// Why a reader whose last record before `offset` was written in `epoch` cannot go on: the log went another way.
  public func divergence(
    of epoch: LeaderEpoch?, before offset: Offset, in epochs: LeaderEpochHistory
  ) -> Refusal? {
    guard let epoch, let present = leaderEpoch else { return nil }
    guard epoch <= present else { return epochMismatch(epoch) }
    guard let (_, end) = epochs.end(of: epoch, logEndOffset: log.logEndOffset), end < offset else { return nil }
    return Refusal(
      .fencedLeaderEpoch, "epoch \(epoch) of \(name) ended at offset \(end), before offset \(offset)",
      metadata: ["end_offset": "\(end)", "leader_epoch": "\(present)"])
  }
}
