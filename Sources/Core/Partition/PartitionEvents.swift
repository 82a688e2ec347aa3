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
  /// Who holds everything that is acknowledged, the leader included.
  public var isr: [BrokerID]
  /// How many replicas the partition has.
  public var replicasCount: Int

  /// An assignment as it stands in the metadata.
  public init(leader: BrokerID?, leaderEpoch: LeaderEpoch, isr: [BrokerID], replicasCount: Int) {
    self.leader = leader
    self.leaderEpoch = leaderEpoch
    self.isr = isr
    self.replicasCount = replicasCount
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
  /// The number of a writer that fences those with lower ones; between the services only.
  ///
  /// The fence holds within a leader epoch: such a writer names the leader epoch in which it began, and begins anew in
  /// another one.
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
  /// The metadata names a leader, an epoch, an in-sync set.
  case roleAssigned(PartitionAssignment)
  /// The metadata knows a newer writer: whoever has a lower number than this one is fenced.
  case writersFenced(below: Int64)
  /// The topic has been configured anew.
  case configurationChanged(TopicConfiguration)
  /// A producer sent batches.
  case produceReceived(ProduceBatches)
  /// The log has written or synced more, or starts later.
  case logAdvanced(LogEnds)
  /// The log has given up what was beyond its end, for this reason, and goes on.
  case appendsGivenUp(Refusal, LogEnds)
  /// The log cannot be written any more.
  case logFailed(Refusal)
  /// A follower says how far it is: on its disk, or in its memory with `flush=os`.
  case replicaReported(BrokerID, end: Offset)
  /// A request has waited long enough.
  case produceTimedOut(RequestID)
}

/// What is to be done for a partition, in this order.
public enum PartitionEffect: Hashable, Sendable {
  /// Append the request's batch with this index; it gets `baseOffset` and `leaderEpoch`.
  case append(AppendBatch)
  /// The request's records are as safe as it asked for.
  case acknowledge(RequestID, ProduceAcknowledgement)
  /// The request is refused.
  case refuse(RequestID, Refusal)
  /// Readers may see everything before this offset.
  case highWatermarkMoved(Offset)
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
  /// The offset of the first record.
  public let baseOffset: Offset
  /// The offset behind the last record.
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
}
