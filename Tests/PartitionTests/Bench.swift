import Model
import Partition
import RecordBatch
import SegmentedLog
import Testing

/// A partition on broker 1, registered under epoch 100, whose effects a test compares as plain values.
///
/// Appends are taken in at once, as the log takes them in.
struct Bench {
  var partition: Partition
  var history = LogHistory()
  var instant = Instant(0)
  private(set) var lastAsked: ReplicaPosition?
  private var partitionEpoch: Int32 = 0
  static let now = Timestamp(1_700_000_000_000)

  init(_ overrides: [String: String] = [:]) throws {
    partition = Partition(
      id: TopicPartition(topic: UUID128(high: 1, low: 2), partition: PartitionIndex(0)), topic: try TopicName("news"),
      broker: BrokerID(1), configuration: try TopicConfiguration(overrides: overrides), log: ends(0, 0, 0))
  }

  mutating func handle(_ event: PartitionEvent) -> [PartitionEffect] {
    var effects: [PartitionEffect] = []
    let moment = Moment(timestamp: Self.now, instant: instant, history: history)
    partition.handle(event, at: moment, into: &effects)
    lastAsked = effects.asked.last ?? lastAsked
    let batches: [RecordBatchHeader] =
      switch event {
      case .produceReceived(let request): request.batches
      case .batchesReceived(let delivery): delivery.batches
      default: []
      }
    for append in effects.appends {
      history.epochs.append(append.leaderEpoch, at: append.baseOffset)
      history.producers.note(batches[append.index], at: append.baseOffset, now: Self.now)
    }
    return effects
  }

  /// Broker 1 leads; each call is a newer partition epoch.
  mutating func lead(_ epoch: Int32 = 5, isr: [Int32] = [1], replicas: Int32 = 1) -> [PartitionEffect] {
    assign(leader: 1, epoch, isr: isr, replicas: replicas)
  }

  mutating func assign(
    leader: Int32?, _ epoch: Int32, isr: [Int32], replicas: Int32 = 3
  ) -> [PartitionEffect] {
    partitionEpoch += 1
    return handle(
      .roleAssigned(
        assignment(leader: leader, epoch: epoch, partitionEpoch: partitionEpoch, isr: isr, replicas: replicas),
        as: BrokerEpoch(100)))
  }

  mutating func holds(
    _ broker: Int32, _ held: Int64, from start: Int64 = 0, process: Int64 = 200, epoch: Int32 = 5
  ) -> [PartitionEffect] {
    handle(
      .followerHolds(
        InSyncSet.Member(broker: BrokerID(broker), epoch: BrokerEpoch(process)), leaderEpoch: LeaderEpoch(epoch),
        held: Offset(held), logStart: Offset(start)))
  }

  mutating func asks(
    _ broker: Int32, end: Int64, lastEpoch: Int32?, held: Int64 = 0, epoch: Int32 = 5, process: Int64 = 200
  ) -> [PartitionEffect] {
    handle(
      .followerAsked(
        ReplicaPosition(
          replica: InSyncSet.Member(broker: BrokerID(broker), epoch: BrokerEpoch(process)),
          leaderEpoch: LeaderEpoch(epoch), logEndOffset: Offset(end), lastEpoch: lastEpoch.map { LeaderEpoch($0) },
          heldOffset: Offset(held))))
  }

  mutating func produce(
    _ id: UInt64, _ counts: [Int], acks: Acks = .all, epoch: Int32? = nil, writer: Int64? = nil
  ) throws -> [PartitionEffect] {
    let stamp = writer.map { ProducerStamp(id: ProducerID(ofWriter: $0), epoch: ProducerEpoch(0), baseSequence: -1) }
    return try produce(id, counts.map { try header($0, producer: stamp) }, acks: acks, epoch: epoch, writer: writer)
  }

  mutating func produce(
    _ id: UInt64, _ batches: [RecordBatchHeader], acks: Acks = .all, epoch: Int32? = nil, writer: Int64? = nil
  ) throws -> [PartitionEffect] {
    handle(
      .produceReceived(
        ProduceBatches(
          request: RequestID(id), batches: batches, acks: acks, leaderEpoch: epoch.map { LeaderEpoch($0) },
          writerEpoch: writer)))
  }

  mutating func delete(_ id: UInt64, before offset: Int64?) -> [PartitionEffect] {
    handle(.deletionReceived(RequestID(id), before: offset.map { Offset($0) }))
  }

  /// The log begins at `start`, and has that on the disk as far as `settled`.
  mutating func begin(at start: Int64, settled: Int64) -> [PartitionEffect] {
    var ends = partition.log
    ends.logStartOffset = Offset(start)
    ends.settledStartOffset = Offset(settled)
    return handle(.logAdvanced(ends))
  }

  /// The leader answers the question that was asked last.
  mutating func answer(_ answer: FollowerAnswer) -> [PartitionEffect] {
    guard let asked = lastAsked else { return [] }
    return handle(.leaderAnswered(to: asked, answer))
  }

  mutating func agree() -> [PartitionEffect] { answer(.agreed(highWatermark: .zero, logStartOffset: .zero)) }

  /// The log has everything on disk.
  mutating func sync() -> [PartitionEffect] {
    let end = partition.log.logEndOffset.rawValue
    return handle(.logAdvanced(ends(end, end, end, start: partition.log.logStartOffset.rawValue)))
  }

  /// The log has been cut as the last effect of `effects` asked.
  mutating func cut(_ effects: [PartitionEffect]) -> [PartitionEffect] {
    guard case .cutLog(let end)? = effects.last else { return [] }
    history.epochs.truncate(to: end)
    history.producers.truncate(to: end)
    return handle(.logCut(ends(end.rawValue, end.rawValue, end.rawValue)))
  }

  /// The leader sends batches: each by its first offset, its count and its epoch.
  mutating func receive(
    _ batches: [(base: Int64, count: Int, epoch: Int32)], epoch: Int32, from base: Int64? = nil, watermark: Int64 = 0,
    start: Int64 = 0
  ) throws -> [PartitionEffect] {
    let headers = try batches.map { batch in
      var stamped = try header(batch.count)
      stamped.baseOffset = Offset(batch.base)
      stamped.leaderEpoch = LeaderEpoch(batch.epoch)
      return stamped
    }
    return handle(
      .batchesReceived(
        ReplicaBatches(
          request: RequestID(1), leaderEpoch: LeaderEpoch(epoch),
          baseOffset: base.map { Offset($0) } ?? headers.first?.baseOffset ?? partition.log.logEndOffset,
          batches: headers, highWatermark: Offset(watermark), logStartOffset: Offset(start))))
  }
}

func assignment(
  leader: Int32?, epoch: Int32, partitionEpoch: Int32, isr: [Int32], replicas: Int32
) -> PartitionAssignment {
  PartitionAssignment(
    leader: leader.map { BrokerID($0) }, leaderEpoch: LeaderEpoch(epoch),
    partitionEpoch: PartitionEpoch(partitionEpoch), replicas: (1...replicas).map { BrokerID($0) },
    isr: isr.map { BrokerID($0) })
}

func ends(
  _ end: Int64, _ written: Int64, _ synced: Int64, start: Int64 = 0, settled: Int64? = nil
) -> LogEnds {
  LogEnds(
    logStartOffset: Offset(start), settledStartOffset: settled.map { Offset($0) }, logEndOffset: Offset(end),
    writtenEndOffset: Offset(written), syncedEndOffset: Offset(synced))
}

func header(
  _ count: Int = 1, bytes: Int = 10, timestamp: Int64 = 1000, isControl: Bool = false, producer: ProducerStamp? = nil
) throws -> RecordBatchHeader {
  var builder = RecordBatchBuilder()
  for _ in 0..<count {
    builder.append(key: nil, value: Array(repeating: 0, count: bytes), timestamp: Timestamp(timestamp))
  }
  var header = try builder.build(isControl: isControl).withUnsafeBytes { try RecordBatchHeader(decoding: $0) }
  header.producer = producer
  return header
}

extension [PartitionEffect] {
  var refusals: [ErrorReason] { compactMap { if case .refuse(_, let refusal) = $0 { refusal.reason } else { nil } } }
  var acknowledged: [UInt64] {
    compactMap { if case .acknowledge(let request, _) = $0 { request.rawValue } else { nil } }
  }
  var answers: [ProduceAcknowledgement] {
    compactMap { if case .acknowledge(_, let answer) = $0 { answer } else { nil } }
  }
  var appends: [AppendBatch] { compactMap { if case .append(let batch) = $0 { batch } else { nil } } }
  var watermarks: [Int64] {
    compactMap { if case .highWatermarkMoved(let offset) = $0 { offset.rawValue } else { nil } }
  }
  var proposals: [InSyncSet.Proposal] {
    compactMap { if case .proposeInSyncSet(let proposal) = $0 { proposal } else { nil } }
  }
  var proposed: [[Int32]] { proposals.map { $0.members.map(\.broker.rawValue) } }
  var told: [Int64] { compactMap { if case .tellLeader(_, _, let held, _) = $0 { held.rawValue } else { nil } } }
  /// What was told of where the log begins.
  var toldStarts: [Int64] {
    compactMap { if case .tellLeader(_, _, _, let start) = $0 { start.rawValue } else { nil } }
  }
  /// The requests whose records are deleted, and where the log begins then.
  var deleted: [[Int64]] {
    compactMap {
      if case .recordsDeleted(let request, let start) = $0 { [Int64(request.rawValue), start.rawValue] } else { nil }
    }
  }
  var asked: [ReplicaPosition] {
    compactMap { if case .askLeader(_, let position) = $0 { position } else { nil } }
  }
  var followerAnswers: [FollowerAnswer] {
    compactMap { if case .answerFollower(_, let answer) = $0 { answer } else { nil } }
  }
}
