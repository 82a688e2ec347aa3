import Model
import Partition
import RecordBatch
import SegmentedLog
import Testing

@Suite("Partition")
struct PartitionTests {
  @Test("only the leader takes records, and the refusal names it")
  func notLeader() throws {
    var bench = try Bench()
    #expect(try bench.produce(1, [1]).refusals == [.leaderNotAvailable])
    _ = bench.handle(
      .roleAssigned(
        assignment(leader: 2, epoch: 4, partitionEpoch: 1, isr: [2], replicas: 2), as: BrokerEpoch(100)))
    guard case .refuse(_, let refusal)? = try bench.produce(2, [1]).first else {
      Issue.record("a follower took records")
      return
    }
    #expect(refusal.reason == .notLeader)
    #expect(refusal.metadata == ["leader_id": "2", "leader_epoch": "4"])
    #expect(throws: Refusal.self) { try bench.partition.bounds(from: .zero) }
  }

  @Test("nothing follows on a log that names a later epoch than the one in which it is led")
  func laterEpoch() throws {
    var bench = try Bench()
    _ = bench.lead(5)
    bench.history.epochs.append(LeaderEpoch(6), at: Offset(0))
    let effects = try bench.produce(1, [1])
    #expect(effects.appends.isEmpty && effects.refusals == [.dataCorrupt])
    #expect(effects.contains { if case .reportDamage = $0 { true } else { false } })
  }

  @Test("batches get dense offsets and the leader's epoch")
  func offsets() throws {
    var bench = try Bench()
    _ = bench.lead()
    let effects = try bench.produce(1, [3, 2])
    #expect(effects.appends.map(\.baseOffset) == [Offset(0), Offset(3)])
    #expect(effects.appends.map(\.leaderEpoch) == [LeaderEpoch(5), LeaderEpoch(5)])
    #expect(effects.appends.map(\.index) == [0, 1])
    #expect(effects.acknowledged == [])
    #expect(try bench.produce(2, [1]).appends.map(\.baseOffset) == [Offset(5)])
  }

  @Test("acks=all is answered when the log has synced it, acks=1 when it is written, acks=0 at once")
  func acknowledgements() throws {
    var bench = try Bench()
    _ = bench.lead()
    #expect(try bench.produce(1, [1], acks: .all).appends.map(\.sync) == [.immediately])
    #expect(try bench.produce(2, [1], acks: .leader).appends.map(\.sync) == [.soon])
    #expect(try bench.produce(3, [1], acks: .none).acknowledged == [3])
    #expect(bench.handle(.logAdvanced(ends(3, 3, 0))).acknowledged == [2])
    let effects = bench.handle(.logAdvanced(ends(3, 3, 3)))
    #expect(effects.acknowledged == [1])
    #expect(effects.watermarks == [3])
    guard case .acknowledge(_, let answer)? = effects.last else { return }
    #expect(answer.baseOffset == Offset(0) && answer.nextOffset == Offset(1))
    #expect(answer.replicas == 1 && answer.replicasSynced == 1)
    #expect(answer.maxTimestamp == Timestamp(1000))
  }

  @Test("with flush=os written is enough, and the answer says that nothing is synced")
  func flushByTheSystem() throws {
    var bench = try Bench(["flush": "os"])
    _ = bench.lead()
    #expect(try bench.produce(1, [1]).appends.map(\.sync) == [.never])
    let effects = bench.handle(.logAdvanced(ends(1, 1, 0)))
    #expect(effects.acknowledged == [1])
    guard case .acknowledge(_, let answer)? = effects.last else { return }
    #expect(answer.replicas == 1 && answer.replicasSynced == 0)
  }

  @Test("the high watermark is the smallest position in the in-sync set and never moves back")
  func watermark() throws {
    var bench = try Bench()
    _ = bench.lead(isr: [1, 2, 3], replicas: 3)
    _ = try bench.produce(1, [10])
    #expect(bench.handle(.logAdvanced(ends(10, 10, 10))).watermarks == [])
    #expect(bench.holds(2, 10).watermarks == [])
    #expect(bench.holds(3, 4).watermarks == [4])
    #expect(bench.holds(3, 2).watermarks == [])
    #expect(bench.partition.highWatermark == Offset(4))
    let effects = bench.lead(isr: [1, 2], replicas: 3)
    #expect(effects.watermarks == [10])
    #expect(effects.acknowledged == [1])
  }

  @Test("with too few replicas in sync acks=all is refused, and nothing moves")
  func tooFewReplicas() throws {
    var bench = try Bench()
    _ = bench.lead(isr: [1], replicas: 3)
    #expect(try bench.produce(1, [1]).refusals == [.notEnoughReplicas])
    #expect(try bench.produce(2, [1], acks: .leader).appends.count == 1)
    let effects = bench.handle(.logAdvanced(ends(1, 1, 1)))
    #expect(effects.acknowledged == [2])
    #expect(effects.watermarks == [])
  }

  @Test("a caller with another epoch is told which side is behind")
  func epochs() throws {
    var bench = try Bench()
    _ = bench.lead(5)
    #expect(try bench.produce(1, [1], epoch: 4).refusals == [.fencedLeaderEpoch])
    #expect(try bench.produce(2, [1], epoch: 6).refusals == [.unknownLeaderEpoch])
    #expect(try bench.produce(3, [1], epoch: 5).refusals == [])
    #expect(throws: Refusal.self) { try bench.partition.bounds(from: .zero, leaderEpoch: LeaderEpoch(4)) }
  }

  @Test("an older assignment changes nothing")
  func staleAssignment() throws {
    var bench = try Bench()
    _ = bench.lead(5)
    _ = bench.handle(
      .roleAssigned(
        assignment(leader: 2, epoch: 4, partitionEpoch: 9, isr: [2], replicas: 2), as: BrokerEpoch(100)))
    #expect(bench.partition.leaderEpoch == LeaderEpoch(5))
  }

  @Test("who waits when the leadership ends, or too long, learns that the outcome is unknown")
  func outcomeUnknown() throws {
    var bench = try Bench()
    _ = bench.lead(5)
    _ = try bench.produce(1, [1])
    _ = try bench.produce(2, [1])
    #expect(bench.handle(.produceTimedOut(RequestID(1))).refusals == [.outcomeUnknown])
    #expect(bench.handle(.produceTimedOut(RequestID(1))) == [])
    let effects = bench.handle(
      .roleAssigned(
        assignment(leader: nil, epoch: 6, partitionEpoch: 9, isr: [1], replicas: 1), as: BrokerEpoch(100)))
    #expect(effects.refusals == [.outcomeUnknown])
    #expect(bench.handle(.logAdvanced(ends(2, 2, 2))) == [])
  }

  @Test("who waits when a leader leads on in a higher epoch is answered as if nothing had happened")
  func leadsOn() throws {
    var bench = try Bench()
    _ = bench.lead(5)
    _ = try bench.produce(1, [1])
    #expect(bench.lead(6) == [])
    #expect(bench.handle(.logAdvanced(ends(1, 1, 1))).acknowledged == [1])
  }

  @Test("a full disk refuses what was given up, and the next record gets its offset")
  func givenUp() throws {
    var bench = try Bench()
    _ = bench.lead()
    _ = try bench.produce(1, [1])
    _ = try bench.produce(2, [1])
    _ = try bench.produce(3, [1])
    let effects = bench.handle(.appendsGivenUp(Refusal(.diskFull, "full"), ends(1, 1, 1)))
    #expect(effects.refusals == [.diskFull, .diskFull])
    #expect(effects.acknowledged == [1])
    #expect(try bench.produce(4, [1]).appends.map(\.baseOffset) == [Offset(1)])
  }

  @Test("a failed log refuses everything from then on")
  func failed() throws {
    var bench = try Bench()
    _ = bench.lead()
    _ = try bench.produce(1, [1])
    #expect(bench.handle(.logFailed(Refusal(.diskFailed, "broken"))).refusals == [.diskFailed])
    #expect(try bench.produce(2, [1]).refusals == [.diskFailed])
    _ = bench.lead(6)
    #expect(try bench.produce(3, [1]).refusals == [.diskFailed])
  }

  @Test("batches that may not be stored are refused, and nothing of the request is appended")
  func objections() throws {
    var bench = try Bench(["max.message.bytes": "1024"])
    _ = bench.lead()
    func refusals(_ batches: [RecordBatchHeader]) -> [ErrorReason] {
      bench.handle(.produceReceived(ProduceBatches(request: RequestID(1), batches: batches, acks: .all))).refusals
    }
    #expect(refusals([]) == [.invalidRequest])
    #expect(refusals([try header(), try header(1, bytes: 1500)]) == [.messageTooLarge])
    #expect(refusals([try header(1, isControl: true)]) == [.invalidRequest])
    #expect(refusals([try header(1, timestamp: Bench.now.rawValue + 3_600_001)]) == [.invalidRequest])
    #expect(refusals([try header(1, timestamp: Bench.now.rawValue + 3_600_000)]) == [])
    #expect(bench.partition.log.logEndOffset == Offset(1))
  }

  @Test("with log append time the leader's clock counts")
  func logAppendTime() throws {
    var bench = try Bench(["message.timestamp.type": "LogAppendTime"])
    _ = bench.lead()
    #expect(try bench.produce(1, [1]).appends.map(\.logAppendTime) == [Bench.now])
    guard case .acknowledge(_, let answer)? = bench.handle(.logAdvanced(ends(1, 1, 1))).last else {
      Issue.record("not acknowledged")
      return
    }
    #expect(answer.maxTimestamp == Bench.now)
  }

  @Test("a writer with a lower number is fenced by one with a higher")
  func writerFence() throws {
    var bench = try Bench()
    _ = bench.lead()
    #expect(try bench.produce(1, [1], writer: 7).refusals == [])
    #expect(try bench.produce(2, [1], writer: 6).refusals == [.fencedProducerEpoch])
    #expect(try bench.produce(3, [1], writer: 8).refusals == [])
  }

  @Test("a writer whose successor the metadata knows is fenced, also by a later leadership")
  func writerFenceByMetadata() throws {
    var bench = try Bench()
    _ = bench.lead(5)
    #expect(try bench.produce(1, [1], epoch: 5, writer: 6).refusals == [])
    _ = bench.lead(6)
    // The records of a writer name the epoch in which it began.
    #expect(try bench.produce(2, [1], epoch: 5, writer: 6).refusals == [.fencedLeaderEpoch])
    _ = bench.handle(.writersFenced(below: 7))
    #expect(try bench.produce(3, [1], writer: 6).refusals == [.fencedProducerEpoch])
    #expect(try bench.produce(4, [1], writer: 7).refusals == [])
    _ = bench.handle(.writersFenced(below: 3))
    #expect(try bench.produce(5, [1], writer: 6).refusals == [.fencedProducerEpoch])
  }

  @Test("reads end at the high watermark, and an offset outside is answered with the range")
  func bounds() throws {
    var bench = try Bench()
    _ = bench.lead()
    _ = try bench.produce(1, [10])
    _ = bench.handle(.logAdvanced(ends(10, 10, 6, start: 2)))
    let bounds = try bench.partition.bounds(from: Offset(4))
    #expect(bounds.limit == Offset(6) && bounds.logStartOffset == Offset(2))
    #expect(try bench.partition.bounds(from: Offset(9)).limit == Offset(6))
    #expect(try bench.partition.offsets().limit == Offset(6))
    for outside in [1, 11] as [Int64] {
      do {
        _ = try bench.partition.bounds(from: Offset(outside))
        Issue.record("offset \(outside) is readable")
      } catch {
        #expect(error.reason == .offsetOutOfRange)
        #expect(error.metadata == ["log_start_offset": "2", "log_end_offset": "6"])
      }
    }
  }
}
