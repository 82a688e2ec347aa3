public import Model
public import RecordBatch
public import SegmentedLog

/// Names a request for as long as it is not answered. The caller's choice, unique per partition.
public struct RequestID: TypedNumber {
  /// The number.
  public let rawValue: UInt64
  /// Wraps a number that no other open request has.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// What the coordinator has decided about a partition.
public struct PartitionAssignment: Hashable, Sendable {
  /// Who leads; nil while nobody can.
  public var leader: BrokerID?
  /// In which epoch.
  public var leaderEpoch: LeaderEpoch
  /// Rises with each change of anything here.
  public var partitionEpoch: PartitionEpoch
  /// Who has a replica; the first is the preferred leader.
  public var replicas: [BrokerID]
  /// Who holds everything that is acknowledged, the leader included.
  public var isr: [BrokerID]
  /// On how many brokers each record lies when all is well: replicas that are being added do not count yet.
  public var replicationFactor: Int

  /// An assignment as it stands in the metadata.
  public init(
    leader: BrokerID?, leaderEpoch: LeaderEpoch, partitionEpoch: PartitionEpoch, replicas: [BrokerID],
    isr: [BrokerID], replicationFactor: Int? = nil
  ) {
    self.replicationFactor = replicationFactor ?? replicas.count
    self.leader = leader
    self.leaderEpoch = leaderEpoch
    self.partitionEpoch = partitionEpoch
    self.replicas = replicas
    self.isr = isr
  }
}

/// When a produce is answered.
public enum Acks: Hashable, Sendable {
  /// At once.
  case none
  /// When the leader has written it.
  case leader
  /// When every in-sync replica holds it, on disk unless the topic says `flush=os`.
  case all
}

/// Record batches that a producer wants appended, already validated as bytes.
public struct ProduceBatches: Hashable, Sendable {
  /// Names the request.
  public var request: RequestID
  /// The batches' headers, in order; at least one.
  public var batches: [RecordBatchHeader]
  /// When to answer.
  public var acks: Acks
  /// The leader epoch that the caller believes in, if it says.
  public var leaderEpoch: LeaderEpoch?
  /// The number of a writer that fences those with lower ones; between the services only. Its batches carry it as their
  /// producer's id, so that the log knows it.
  public var writerEpoch: Int64?

  /// A request to append `batches`.
  public init(
    request: RequestID, batches: [RecordBatchHeader], acks: Acks, leaderEpoch: LeaderEpoch? = nil,
    writerEpoch: Int64? = nil
  ) {
    self.request = request
    self.batches = batches
    self.acks = acks
    self.leaderEpoch = leaderEpoch
    self.writerEpoch = writerEpoch
  }
}

/// What has happened to a partition.
public enum PartitionEvent: Hashable, Sendable {
  /// The metadata names a leader, an epoch, an in-sync set. The process is registered under this broker epoch.
  case roleAssigned(PartitionAssignment, as: BrokerEpoch)
  /// The metadata knows a newer writer: whoever has a lower number than this one is fenced.
  case writersFenced(below: Int64)
  /// The topic has been configured anew.
  case configurationChanged(TopicConfiguration)
  /// A producer sent batches.
  case produceReceived(ProduceBatches)
  /// A request has waited long enough.
  case produceTimedOut(RequestID)
  /// The log has written or synced more, or starts later.
  case logAdvanced(LogEnds)
  /// Somebody wants the records before an offset deleted; nil stands for all that is acknowledged.
  case deletionReceived(RequestID, before: Offset?)
  /// The log has given up what was beyond its end, for this reason, and goes on.
  case appendsGivenUp(Refusal, LogEnds)
  /// The log has been cut, as was asked for, and ends here now.
  case logCut(LogEnds)
  /// The log could not be cut as was asked for, since its disk is full, and ends here still.
  case cutPutOff(LogEnds)
  /// The log cannot be written any more.
  case logFailed(Refusal)
  /// A follower says where it is, and waits to hear whether the logs agree.
  case followerAsked(ReplicaPosition)
  /// A follower with which the logs agree says that it holds everything before this offset.
  /// Its log begins at `logStart` or later, and will do so after a loss of power.
  case followerHolds(InSyncSet.Member, leaderEpoch: LeaderEpoch, held: Offset, logStart: Offset = .zero)
  /// The coordinator has changed the in-sync set.
  case inSyncSetDecided(leaderEpoch: LeaderEpoch, PartitionEpoch, [BrokerID])
  /// The coordinator has refused a proposal, and no copy of it was carried out.
  case inSyncSetRefused(leaderEpoch: LeaderEpoch, PartitionEpoch)
  /// The leader has answered to where this follower said that it is.
  case leaderAnswered(to: ReplicaPosition, FollowerAnswer)
  /// The leader has sent batches, or told how far they may be seen.
  case batchesReceived(ReplicaBatches)
  /// The connection to the leader has been made anew: what was said before may have got lost.
  case leaderConnected(BrokerID)
  /// Some time has gone by. To be told a few times a second.
  case timeElapsed
}

/// Where a follower is.
public struct ReplicaPosition: Hashable, Sendable {
  /// The follower, and the epoch of its process.
  public var replica: InSyncSet.Member
  /// The leader epoch that it knows.
  public var leaderEpoch: LeaderEpoch
  /// The end of its log: the next offset that it wants.
  public var logEndOffset: Offset
  /// The epoch of its last batch; nil if it has none.
  public var lastEpoch: LeaderEpoch?
  /// It holds everything before: on its disk, or in its memory with `flush=os`.
  public var heldOffset: Offset
  /// Its log begins here or later, and will do so after a loss of power.
  public var logStartOffset: Offset

  /// A follower that is so far.
  public init(
    replica: InSyncSet.Member, leaderEpoch: LeaderEpoch, logEndOffset: Offset, lastEpoch: LeaderEpoch?,
    heldOffset: Offset, logStartOffset: Offset = .zero
  ) {
    self.replica = replica
    self.leaderEpoch = leaderEpoch
    self.logEndOffset = logEndOffset
    self.lastEpoch = lastEpoch
    self.heldOffset = heldOffset
    self.logStartOffset = logStartOffset
  }
}

/// What a leader says to where a follower is.
public enum FollowerAnswer: Hashable, Sendable {
  /// The logs agree up to the follower's end: batches come from there on.
  case agreed(highWatermark: Offset, logStartOffset: Offset)
  /// The logs diverge: the leader's last epoch at or below the follower's ended here. A follower that is in sync has
  /// everything before `acknowledged`; zero if it is not.
  case diverged(epoch: LeaderEpoch, endOffset: Offset, acknowledged: Offset = .zero)
  /// The logs have nothing in common: the follower empties its own and begins here.
  case beginAt(Offset)
  /// The follower is not served, for this reason.
  case refused(Refusal)
}

/// Batches of the leader's log for a follower, validated as bytes.
public struct ReplicaBatches: Hashable, Sendable {
  /// Names the delivery among those that this process has under way.
  public var request: RequestID
  /// The leader's epoch.
  public var leaderEpoch: LeaderEpoch
  /// Where in the leader's log the batches begin, or would begin.
  public var baseOffset: Offset
  /// The batches' headers, in order, as they stand in the leader's log; may be none.
  public var batches: [RecordBatchHeader]
  /// How far the leader's log may be seen.
  public var highWatermark: Offset
  /// The first offset of the leader's log.
  public var logStartOffset: Offset

  /// The delivery of `batches`.
  public init(
    request: RequestID, leaderEpoch: LeaderEpoch, baseOffset: Offset, batches: [RecordBatchHeader],
    highWatermark: Offset, logStartOffset: Offset
  ) {
    self.request = request
    self.leaderEpoch = leaderEpoch
    self.baseOffset = baseOffset
    self.batches = batches
    self.highWatermark = highWatermark
    self.logStartOffset = logStartOffset
  }
}

/// What is to be done for a partition, in this order.
public enum PartitionEffect: Hashable, Sendable {
  /// Append the request's batch with this index; it gets `baseOffset` and `leaderEpoch`.
  case append(AppendBatch)
  /// The request's records are as safe as it asked for.
  case acknowledge(RequestID, ProduceAcknowledgement)
  /// The records are deleted: no in-sync replica has anything before this offset any more.
  case recordsDeleted(RequestID, logStartOffset: Offset)
  /// The request is refused.
  case refuse(RequestID, Refusal)
  /// Readers may see everything before this offset.
  case highWatermarkMoved(Offset)
  /// Ask the coordinator for this in-sync set.
  case proposeInSyncSet(InSyncSet.Proposal)
  /// Tell the follower that said where it is. If the logs agree, batches go to it from its end on.
  case answerFollower(ReplicaPosition, FollowerAnswer)
  /// Tell the leader where this replica is; it answers.
  case askLeader(BrokerID, ReplicaPosition)
  /// Tell the leader that this replica holds everything before the offset, in a log that begins at `logStart`.
  case tellLeader(BrokerID, leaderEpoch: LeaderEpoch, held: Offset, logStart: Offset = .zero)
  /// Cut the log so that it ends at this offset, or at the start of the batch that holds it.
  case cutLog(to: Offset)
  /// Empty the log; it begins at this offset then.
  case emptyLog(beginAt: Offset)
  /// Give up the records before this offset; `logAdvanced` tells when that is on the disk.
  case moveLogStart(to: Offset)
  /// Tell the coordinator that nothing in this log can be believed, because it contradicts what is known of it: another
  /// replica is to lead, and this one to begin anew.
  case reportDamage(Refusal)
}

/// One batch on its way to the log.
public struct AppendBatch: Hashable, Sendable {
  /// The request that it came with.
  public let request: RequestID
  /// Its place among the request's batches.
  public let index: Int
  /// The offset that it gets.
  public let baseOffset: Offset
  /// The epoch that it gets.
  public let leaderEpoch: LeaderEpoch
  /// The time that its records get, if the topic goes by the leader's clock.
  public let logAppendTime: Timestamp?
  /// How soon it has to be on the disk.
  public let sync: SyncDemand
}

/// Where a request's records are, and how safe.
public struct ProduceAcknowledgement: Hashable, Sendable {
  /// The offset of the first record, which the others follow one by one; nil if they came in parts, or so long ago that
  /// nobody remembers where they are.
  public let baseOffset: Offset?
  /// No record is at or behind this offset.
  public let nextOffset: Offset
  /// The epoch of the leader that appended them.
  public let leaderEpoch: LeaderEpoch
  /// The newest time among them, as it stands in the log.
  public let maxTimestamp: Timestamp
  /// How many replicas are known to hold them.
  public let replicas: Int
  /// How many of those are known to have them on disk.
  public let replicasSynced: Int
  /// The first offset that may be read.
  public let logStartOffset: Offset
  /// True if all of it stood in the log already, from an earlier try.
  public let isRepeated: Bool
}
