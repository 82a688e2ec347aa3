import ClusterMetadata
import Group
import Model
import Partition
import RecordBatch
import SegmentedLog

/// An event of a partition in one line.
func describe(_ event: PartitionEvent) -> String {
  switch event {
  case .roleAssigned(let assignment, let epoch):
    let leader = assignment.leader.map { "broker \($0)" } ?? "nobody"
    return "assigned: \(leader) leads in epoch \(assignment.leaderEpoch), in sync \(assignment.isr), partition epoch "
      + "\(assignment.partitionEpoch), as process \(epoch)"
  case .writersFenced(let least): return "writers below \(least) are fenced"
  case .configurationChanged: return "configured anew"
  case .produceReceived(let request): return "produce \(request.request): \(request.batches.map(describe))"
  case .produceTimedOut(let request): return "produce \(request) has waited long enough"
  case .logAdvanced(let ends): return "the log advanced: \(describe(ends))"
  case .appendsGivenUp(let refusal, let ends): return "appends given up: \(describe(ends)), \(refusal.message)"
  case .logCut(let ends): return "the log was cut: \(describe(ends))"
  case .cutPutOff(let ends): return "the cut was put off: \(describe(ends))"
  case .logFailed(let refusal): return "the log failed: \(refusal.message)"
  case .followerAsked(let position): return "asked by \(describe(position))"
  case .deletionReceived(let request, let offset): return "delete \(request): before \(offset.map { "\($0)" } ?? "all")"
  case .followerHolds(let member, let epoch, let held, let start):
    return "follower \(member.broker) (process \(member.epoch)) holds \(start)..<\(held) in epoch \(epoch)"
  case .inSyncSetDecided(let epoch, let partitionEpoch, let isr):
    return "in sync are \(isr), partition epoch \(partitionEpoch), leader epoch \(epoch)"
  case .inSyncSetRefused(_, let epoch): return "the in-sync set proposed on partition epoch \(epoch) was refused"
  case .leaderAnswered(let position, let answer): return "answer to \(describe(position)): \(describe(answer))"
  case .batchesReceived(let delivery):
    return "received \(delivery.batches.map(describe)) from \(delivery.baseOffset) on, watermark "
      + "\(delivery.highWatermark), epoch \(delivery.leaderEpoch)"
  case .leaderConnected(let leader): return "connected to \(leader)"
  case .timeElapsed: return "time elapsed"
  }
}

/// What a partition asks for in one line.
func describe(_ effect: PartitionEffect) -> String {
  switch effect {
  case .append(let batch): "append at \(batch.baseOffset) in epoch \(batch.leaderEpoch)"
  case .acknowledge(let request, let acknowledgement):
    "acknowledge \(request): \(acknowledgement.baseOffset.map { "\($0)" } ?? "?")..<\(acknowledgement.nextOffset)"
  case .refuse(let request, let refusal): "refuse \(request): \(refusal.message)"
  case .highWatermarkMoved(let offset): "watermark \(offset)"
  case .proposeInSyncSet(let proposal):
    "propose in sync \(proposal.members.map { "\($0.broker)(\($0.epoch))" }) on partition epoch \(proposal.partitionEpoch)"
  case .answerFollower(let position, let answer): "answer \(describe(position)): \(describe(answer))"
  case .askLeader(let leader, let position): "ask \(leader): \(describe(position))"
  case .recordsDeleted(let request, let start): "deleted \(request): the log starts at \(start)"
  case .tellLeader(let leader, let epoch, let held, let start):
    "tell \(leader) in epoch \(epoch): holds \(start)..<\(held)"
  case .cutLog(let end): "cut the log to \(end)"
  case .emptyLog(let start): "empty the log, it begins at \(start)"
  case .moveLogStart(let start): "the log starts at \(start)"
  case .reportDamage(let refusal): "reports damage: \(refusal.message)"
  }
}

private func describe(_ batch: RecordBatchHeader) -> String {
  let stamp = batch.producer.map { ", producer \($0.id) number \($0.baseSequence)" } ?? ""
  let epoch = batch.leaderEpoch.map { " epoch \($0)" } ?? ""
  return "\(batch.baseOffset)..<\(batch.nextOffset)\(epoch)\(stamp)"
}

private func describe(_ ends: LogEnds) -> String {
  "start \(ends.logStartOffset), end \(ends.logEndOffset), written \(ends.writtenEndOffset), synced \(ends.syncedEndOffset)"
}

private func describe(_ position: ReplicaPosition) -> String {
  "replica \(position.replica.broker) (process \(position.replica.epoch)) at \(position.logEndOffset), last epoch "
    + "\(position.lastEpoch.map { "\($0)" } ?? "none"), holds \(position.heldOffset), in epoch \(position.leaderEpoch)"
}

private func describe(_ answer: FollowerAnswer) -> String {
  switch answer {
  case .agreed(let watermark, let start): "agreed, watermark \(watermark), start \(start)"
  case .diverged(let epoch, let end, let acknowledged):
    "diverged, epoch \(epoch) ends at \(end), \(acknowledged) acknowledged"
  case .beginAt(let offset): "begin at \(offset)"
  case .refused(let refusal): "refused, \(refusal.message)"
  }
}

/// A record of a shard in a few words.
func describe(_ record: GroupRecord) -> String {
  switch record {
  case .fenced(let epoch, let owner): "fence of epoch \(epoch) by \(owner)"
  case .groupChanged(_, let metadata): "group epoch \(metadata.epoch)"
  case .groupRemoved(let group): "group \(group) removed"
  case .memberChanged(_, let member, _): "\(member) joins"
  case .memberRemoved(_, let member): "\(member) removed"
  case .targetChanged(_, let member, let places): "\(member) shall have \(places.sorted().map(\.partition))"
  case .targetRemoved(_, let member): "\(member) shall have nothing"
  case .assignmentChanged(_, let member, let assignment):
    "\(member) has \(assignment.assigned.sorted().map(\.partition)), gives up "
      + "\(assignment.pendingRevocation.sorted().map(\.partition)), epoch \(assignment.epoch)"
  case .assignmentRemoved(_, let member): "\(member) has nothing"
  case .offsetCommitted(_, let place, let committed): "\(place.partition) read to \(committed.offset)"
  case .offsetRemoved(_, let place): "\(place.partition) forgotten"
  }
}
