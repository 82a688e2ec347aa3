internal import Model
internal import SegmentedLog

/// A request to delete records that waits until no in-sync replica has them any more.
struct WaitingDeletion: Hashable, Sendable {
  let request: RequestID
  let before: Offset
  let since: Instant
}

/// Records are deleted when every in-sync replica has noted that on its disk, and there are enough of them: whoever
/// leads next begins no sooner. With `flush=os` nothing waits for disks, and this replica's word is enough.
extension Partition {
  /// How long the in-sync replicas may take.
  static let deletionPatience = Duration.seconds(20)

  mutating func delete(
    _ request: RequestID, before offset: Offset?, _ moment: Moment, into effects: inout [PartitionEffect]
  ) {
    let before: Offset
    do { before = try deletion(before: offset) } catch { return effects.append(.refuse(request, error)) }
    guard var leadership = takeLeadership() else { return }
    leadership.wait(WaitingDeletion(request: request, before: before, since: moment.instant))
    role = .leader(leadership)
    if before > log.settledStartOffset { effects.append(.moveLogStart(to: before)) }
    answerDeletions(into: &effects)
  }

  /// Has it noted again where the log begins, if a full disk has kept that from the disk.
  mutating func settleLogStart(into effects: inout [PartitionEffect]) {
    guard hasUnsettledStart, !isCutting else { return }
    switch role {
    case .leader, .follower: effects.append(.moveLogStart(to: log.logStartOffset))
    case .leaderless, .failed: break
    }
  }

  mutating func answerDeletions(into effects: inout [PartitionEffect]) {
    guard var leadership = takeLeadership() else { return }
    leadership.answerDeletions(log, configuration, into: &effects)
    role = .leader(leadership)
  }

  mutating func giveUpLateDeletions(at now: Instant, into effects: inout [PartitionEffect]) {
    let refusal = Refusal(
      .deadlineExceeded,
      "the records of \(name) are deleted here, but not all in-sync replicas have confirmed that; try again")
    refuseDeletions(refusal, into: &effects) { now - $0.since > Self.deletionPatience }
  }

  mutating func refuseDeletions(
    _ refusal: Refusal, into effects: inout [PartitionEffect], where isLost: (WaitingDeletion) -> Bool = { _ in true }
  ) {
    guard var leadership = takeLeadership() else { return }
    leadership.refuseDeletions(refusal, into: &effects, where: isLost)
    role = .leader(leadership)
  }

  /// Checks that the records before `offset` may be deleted; nil stands for everything that is acknowledged.
  private func deletion(before offset: Offset?) throws(Refusal) -> Offset {
    let bounds = try offsets()
    let wanted = offset ?? bounds.limit
    guard wanted <= bounds.limit, wanted >= .zero else {
      throw Refusal(
        .offsetOutOfRange,
        "the records of \(name) before \(wanted) cannot be deleted: only those before \(bounds.limit) can",
        metadata: ["log_start_offset": "\(log.logStartOffset)", "log_end_offset": "\(bounds.limit)"])
    }
    return wanted
  }
}
