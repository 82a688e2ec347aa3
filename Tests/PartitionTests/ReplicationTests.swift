import Model
import Partition
import RecordBatch
import SegmentedLog
import Testing

@Suite("Replication: the leader")
struct LeaderTests {
  /// Broker 1 leads in epoch 5 a log of ten records of epoch 5, of three replicas.
  private func bench(isr: [Int32] = [1, 2, 3], _ overrides: [String: String] = [:]) throws -> Bench {
    var bench = try Bench(overrides)
    _ = bench.lead(isr: isr, replicas: 3)
    _ = try bench.produce(1, [10], acks: .leader)
    _ = bench.sync()
    return bench
  }

  @Test("a follower whose log is a beginning of the leader's gets what comes behind")
  func agreed() throws {
    var bench = try bench()
    let agreed = FollowerAnswer.agreed(highWatermark: .zero, logStartOffset: .zero)
    #expect(bench.asks(2, end: 0, lastEpoch: nil).followerAnswers == [agreed])
    #expect(bench.asks(2, end: 10, lastEpoch: 5).followerAnswers == [agreed])
  }

  @Test("a follower that diverges is told the end of the last epoch that both may have")
  func diverged() throws {
    var bench = try Bench()
    bench.history.epochs = try #require(
      LeaderEpochHistory(entries: [
        .init(epoch: LeaderEpoch(1), startOffset: .zero), .init(epoch: LeaderEpoch(3), startOffset: Offset(4)),
      ]))
    _ = bench.handle(.logAdvanced(ends(10, 10, 10)))
    _ = bench.lead(isr: [1, 2, 3], replicas: 3)
    let cases: [(end: Int64, lastEpoch: Int32, epoch: Int32, cut: Int64)] = [
      (12, 3, 3, 10), (6, 2, 1, 4), (7, 1, 1, 4), (11, 4, 3, 10),
    ]
    for (end, lastEpoch, epoch, cut) in cases {
      #expect(
        bench.asks(2, end: end, lastEpoch: lastEpoch).followerAnswers
          == [.diverged(epoch: LeaderEpoch(epoch), endOffset: Offset(cut))], "end \(end), epoch \(lastEpoch)")
    }
    #expect(bench.asks(2, end: 3, lastEpoch: 0).followerAnswers == [.beginAt(.zero)])
  }

  @Test("only a follower that is in sync is told how far it has to agree")
  func tellsAcknowledged() throws {
    for (isr, acknowledged) in [([1, 2], 10), ([1], 0)] as [([Int32], Int64)] {
      var bench = try Bench(["min.insync.replicas": "1"])
      _ = bench.lead(isr: isr, replicas: 2)
      _ = try bench.produce(1, [10])
      _ = bench.holds(2, 10)
      _ = bench.sync()
      #expect(
        bench.asks(2, end: 12, lastEpoch: 5).followerAnswers
          == [.diverged(epoch: LeaderEpoch(5), endOffset: Offset(10), acknowledged: Offset(acknowledged))])
    }
  }

  @Test("a log with a leader epoch that nobody has led in is damaged, whatever its role would be", arguments: [1, 2])
  func epochFromNowhere(leader: Int32) throws {
    var bench = try Bench()
    bench.history.epochs.append(LeaderEpoch(6), at: .zero)
    _ = bench.handle(.logAdvanced(ends(10, 10, 10)))
    let effects = bench.assign(leader: leader, 5, isr: [1, 2, 3])
    guard case .failed(let refusal) = bench.partition.role else {
      Issue.record("it was given a role")
      return
    }
    #expect(refusal.reason == .dataCorrupt)
    #expect(effects == [.reportDamage(refusal)])
    #expect(throws: refusal) { try bench.partition.bounds(from: .zero, mayFollow: true) }
  }

  @Test("a follower that ends before the leader's log begins has to begin anew")
  func beginAnew() throws {
    var bench = try bench()
    _ = bench.handle(.logAdvanced(ends(10, 10, 10, start: 6)))
    #expect(bench.asks(2, end: 5, lastEpoch: 5).followerAnswers == [.beginAt(Offset(6))])
  }

  @Test("who has no replica, or another epoch, is not served")
  func notServed() throws {
    var bench = try bench()
    func reason(_ effects: [PartitionEffect]) -> ErrorReason? {
      guard case .refused(let refusal)? = effects.followerAnswers.first else { return nil }
      return refusal.reason
    }
    #expect(reason(bench.asks(4, end: 0, lastEpoch: nil)) == .ineligibleReplica)
    #expect(reason(bench.asks(2, end: 0, lastEpoch: nil, epoch: 4)) == .fencedLeaderEpoch)
    #expect(reason(bench.asks(2, end: 0, lastEpoch: nil, epoch: 6)) == .unknownLeaderEpoch)
    #expect(bench.holds(2, 10, epoch: 4) == [])
    #expect(bench.holds(2, 11) == [])
  }

  @Test("a follower comes in sync only behind the high watermark and the epoch's start")
  func growth() throws {
    var bench = try Bench(["min.insync.replicas": "1"])
    _ = try bench.receiveAsFollower(10)
    _ = bench.lead(6, isr: [1], replicas: 3)
    // Alone, the leader has acknowledged everything of its log, and more.
    #expect(bench.partition.highWatermark == Offset(10))
    _ = try bench.produce(1, [5])
    #expect(bench.sync().watermarks == [15])
    #expect(bench.holds(2, 14, epoch: 6).proposed == [])
    #expect(bench.holds(2, 15, epoch: 6).proposed == [[1, 2]])

    var other = try Bench(["min.insync.replicas": "2"])
    _ = try other.receiveAsFollower(10)
    _ = other.lead(6, isr: [1], replicas: 3)
    // The high watermark stays, for want of replicas; the epoch's start counts.
    #expect(other.partition.highWatermark == Offset(0))
    #expect(other.holds(2, 9, epoch: 6).proposed == [])
    let proposal = try #require(other.holds(2, 10, epoch: 6).proposals.first)
    #expect(proposal.leaderEpoch == LeaderEpoch(6))
    #expect(proposal.members.map(\.epoch) == [BrokerEpoch(100), BrokerEpoch(200)])
    #expect(other.partition.highWatermark == Offset(0))
    #expect(other.lead(6, isr: [1, 2], replicas: 3).watermarks == [10])
  }

  @Test("until a proposal is answered, the members of both sets hold the high watermark")
  func maximalSet() throws {
    var bench = try bench(isr: [1, 2], ["min.insync.replicas": "1"])
    #expect(bench.holds(2, 10).watermarks == [10])
    #expect(bench.holds(3, 10).proposed == [[1, 2, 3]])
    _ = try bench.produce(2, [1])
    #expect(bench.sync().watermarks == [])
    #expect(bench.holds(2, 11).watermarks == [])
    #expect(bench.holds(3, 11).acknowledged == [2])

    _ = try bench.produce(3, [1])
    _ = bench.sync()
    #expect(bench.holds(2, 12).watermarks == [])
    // Refused for certain: the follower that was to come in does not count any more, and is not in.
    let effects = bench.handle(.inSyncSetRefused(leaderEpoch: LeaderEpoch(5), PartitionEpoch(1)))
    #expect(effects.acknowledged == [3])
    #expect(effects.proposed == [])
  }

  @Test("a shrunken set counts only when the coordinator has said so")
  func shrinking() throws {
    var bench = try bench(["min.insync.replicas": "1"])
    _ = bench.holds(2, 10)
    _ = bench.holds(3, 4)
    bench.instant = bench.instant + .seconds(10)
    _ = bench.holds(2, 10)
    #expect(bench.handle(.timeElapsed).proposed == [])
    bench.instant = bench.instant + .milliseconds(1)
    #expect(bench.handle(.timeElapsed).proposed == [[1, 2]])
    #expect(bench.partition.highWatermark == Offset(4))
    #expect(bench.handle(.timeElapsed).proposed == [])
    let answer = PartitionEvent.inSyncSetDecided(
      leaderEpoch: LeaderEpoch(5), PartitionEpoch(2), [BrokerID(1), BrokerID(2)])
    #expect(bench.handle(answer).watermarks == [10])
    // Metadata that is older than the answer changes nothing.
    _ = bench.handle(
      .roleAssigned(
        assignment(leader: 1, epoch: 5, partitionEpoch: 1, isr: [1, 2, 3], replicas: 3), as: BrokerEpoch(100)))
    _ = try bench.produce(2, [1])
    _ = bench.sync()
    #expect(bench.holds(2, 11).acknowledged == [2])
  }

  @Test("a follower that is always a little behind a growing log stays in sync")
  func movingTarget() throws {
    var bench = try bench(isr: [1, 2], ["min.insync.replicas": "1"])
    for step in 0..<30 as Range<Int64> {
      _ = try bench.produce(UInt64(step) + 10, [10])
      _ = bench.sync()
      _ = bench.holds(2, 10 + step * 10)
      bench.instant = bench.instant + .seconds(1)
      #expect(bench.handle(.timeElapsed).proposed == [])
    }
  }

  @Test("after a refusal it is proposed again when some time has gone by, without another report")
  func proposedAfterRefusal() throws {
    var bench = try bench(isr: [1, 2], ["min.insync.replicas": "1"])
    _ = bench.holds(2, 10)
    #expect(bench.holds(3, 10).proposed == [[1, 2, 3]])
    #expect(bench.handle(.inSyncSetRefused(leaderEpoch: LeaderEpoch(5), PartitionEpoch(1))).proposed == [])
    #expect(bench.holds(3, 10).proposed == [])
    bench.instant = bench.instant + .milliseconds(501)
    #expect(bench.handle(.timeElapsed).proposed == [[1, 2, 3]])
  }

  @Test("a proposal without an answer is made again, the same")
  func repeated() throws {
    var bench = try bench(isr: [1, 2], ["min.insync.replicas": "1"])
    _ = bench.holds(2, 10)
    let first = bench.holds(3, 10).proposals
    #expect(bench.handle(.timeElapsed).proposals == [])
    bench.instant = bench.instant + .seconds(3)
    #expect(bench.handle(.timeElapsed).proposals == first)
  }

  @Test("what an earlier process of a follower said counts no more")
  func earlierProcess() throws {
    var bench = try bench(isr: [1, 2], ["min.insync.replicas": "1"])
    #expect(bench.holds(2, 3, process: 300).watermarks == [3])
    #expect(bench.holds(2, 10, process: 200).watermarks == [])
    #expect(bench.holds(2, 10, process: 300).watermarks == [10])
  }

  @Test("with too few in sync nothing is acknowledged, whoever else holds it")
  func tooFew() throws {
    var bench = try bench(["min.insync.replicas": "2"])
    _ = bench.holds(2, 10)
    _ = bench.holds(3, 10)
    _ = try bench.produce(2, [1])
    _ = bench.sync()
    _ = bench.lead(isr: [1], replicas: 3)
    #expect(bench.holds(2, 11).watermarks == [])
    #expect(bench.lead(isr: [1, 2], replicas: 3).acknowledged == [2])
  }

  @Test("an answer says how many replicas hold the records and how many have them on disk")
  func replicasInAnswer() throws {
    for (flush, synced) in [("disk", 3), ("os", 1)] {
      var bench = try bench(["flush": flush])
      _ = bench.holds(2, 10)
      _ = bench.holds(3, 10)
      _ = try bench.produce(2, [1])
      _ = bench.sync()
      _ = bench.holds(2, 11)
      let answer = try #require(bench.holds(3, 11).answers.first)
      #expect(answer.replicas == 3 && answer.replicasSynced == synced, "flush=\(flush)")
    }
  }
}

@Suite("Replication: a follower")
struct FollowerTests {
  @Test("it says where it is, and takes nothing before the leader has agreed")
  func asking() throws {
    var bench = try Bench()
    let asked = bench.assign(leader: 2, 5, isr: [1, 2]).asked
    #expect(asked.map(\.logEndOffset) == [.zero])
    #expect(asked.map(\.lastEpoch) == [nil])
    #expect(asked.map(\.replica.epoch) == [BrokerEpoch(100)])
    #expect(try bench.receive([(0, 2, 5)], epoch: 5) == [])
    bench.instant = bench.instant + .milliseconds(501)
    #expect(bench.handle(.timeElapsed).asked == asked)
    #expect(bench.handle(.leaderConnected(BrokerID(3))) == [])
    #expect(bench.handle(.leaderConnected(BrokerID(2))).asked == asked)
  }

  @Test("it appends what follows, tells what is on its disk, and learns the high watermark")
  func copying() throws {
    var bench = try Bench()
    _ = bench.assign(leader: 2, 5, isr: [1, 2])
    _ = bench.agree()
    let effects = try bench.receive([(0, 2, 3), (2, 3, 5)], epoch: 5, watermark: 4)
    #expect(effects.appends.map(\.baseOffset) == [Offset(0), Offset(2)])
    #expect(effects.appends.map(\.leaderEpoch) == [LeaderEpoch(3), LeaderEpoch(5)])
    #expect(effects.appends.map(\.sync) == [.immediately, .immediately])
    #expect(effects.watermarks == [4])
    #expect(effects.told == [])
    #expect(bench.handle(.logAdvanced(ends(5, 5, 2))).told == [2])
    #expect(bench.handle(.logAdvanced(ends(5, 5, 5))).told == [5])
    #expect(bench.handle(.logAdvanced(ends(5, 5, 5))).told == [])
    #expect(try bench.receive([], epoch: 5, watermark: 9).watermarks == [5])
    #expect(try bench.produce(1, [1]).refusals == [.notLeader])
  }

  @Test("with flush=os it tells what the operating system has")
  func flushByTheSystem() throws {
    var bench = try Bench(["flush": "os"])
    _ = bench.assign(leader: 2, 5, isr: [1, 2])
    _ = bench.agree()
    #expect(try bench.receive([(0, 2, 5)], epoch: 5).appends.map(\.sync) == [.never])
    #expect(bench.handle(.logAdvanced(ends(2, 2, 0))).told == [2])
  }

  @Test("batches that do not follow are not taken, and the leader is asked again")
  func gap() throws {
    for wrong in [[(1, 1, 5)], [(0, 1, 5), (2, 1, 5)], [(0, 1, 6)], [(0, 1, 5), (1, 1, 4)]] as [[(Int64, Int, Int32)]] {
      var bench = try Bench()
      _ = bench.assign(leader: 2, 5, isr: [1, 2])
      _ = bench.agree()
      let effects = try bench.receive(wrong.map { (base: $0.0, count: $0.1, epoch: $0.2) }, epoch: 5)
      #expect(effects.appends == [] && effects.asked.map(\.logEndOffset) == [.zero])
    }
    var bench = try Bench()
    _ = bench.assign(leader: 2, 5, isr: [1, 2])
    _ = bench.agree()
    #expect(try bench.receive([(0, 1, 4)], epoch: 4) == [])
  }

  @Test("what came twice is not taken twice, and a gap is noticed even if nothing is behind it")
  func twice() throws {
    var bench = try Bench()
    _ = try bench.receiveAsFollower(10)
    #expect(try bench.receive([(0, 10, 5)], epoch: 5) == [])
    #expect(try bench.receive([], epoch: 5, from: 12).asked.map(\.logEndOffset) == [Offset(10)])
  }

  @Test("it cuts its log to where the leader's last common epoch ends in both, and asks again")
  func divergence() throws {
    var bench = try Bench()
    _ = try bench.receiveAsFollower(10)
    _ = bench.assign(leader: 3, 7, isr: [1, 3])
    let answer = FollowerAnswer.diverged(epoch: LeaderEpoch(5), endOffset: Offset(6))
    let effects = bench.answer(answer)
    #expect(effects == [.cutLog(to: Offset(6))])
    #expect(try bench.receive([(10, 1, 7)], epoch: 7) == [])
    let first = try #require(bench.lastAsked)
    #expect(bench.cut(effects).asked.map(\.logEndOffset) == [Offset(6)])
    // The same answer once more, come late, is not about what the log is now.
    #expect(bench.handle(.leaderAnswered(to: first, answer)) == [])
  }

  @Test("one in sync never cuts off what is acknowledged: its log is damaged, or its leader's")
  func inSyncAndDiverged() throws {
    var bench = try Bench()
    _ = try bench.receiveAsFollower(10)
    _ = bench.assign(leader: 3, 7, isr: [1, 3])
    let effects = bench.answer(.diverged(epoch: LeaderEpoch(5), endOffset: Offset(6), acknowledged: Offset(7)))
    guard case .failed(let refusal) = bench.partition.role else {
      Issue.record("it goes on")
      return
    }
    #expect(refusal.reason == .dataCorrupt)
    #expect(effects == [.reportDamage(refusal)])
  }

  @Test("a leader whose log begins later makes it begin anew")
  func beginAnew() throws {
    var bench = try Bench()
    _ = bench.assign(leader: 2, 5, isr: [2])
    let effects = bench.answer(.beginAt(Offset(100)))
    #expect(effects == [.emptyLog(beginAt: Offset(100))])
    #expect(
      bench.handle(.logCut(ends(100, 100, 100, start: 100))).asked.map(\.logEndOffset) == [Offset(100)])
  }

  @Test("one that begins anew holds nothing, where the new log begins or before, until that is on its disk")
  func beginsAnewUnwritten() throws {
    for flush in ["disk", "os"] {
      var bench = try Bench(["flush": flush])
      _ = bench.assign(leader: 2, 5, isr: [2])
      _ = bench.answer(.beginAt(Offset(100)))
      let asked = bench.handle(.logCut(ends(100, 0, 0, start: 100, settled: 0))).asked
      #expect(asked.map(\.logEndOffset) == [Offset(100)] && asked.map(\.heldOffset) == [.zero])
      #expect(bench.answer(.agreed(highWatermark: Offset(100), logStartOffset: Offset(100))) == [])
      // The disk is full.
      #expect(bench.handle(.appendsGivenUp(Refusal(.diskFull, "full"), ends(100, 0, 0, start: 100, settled: 0))) == [])
      bench.instant = bench.instant + .milliseconds(501)
      #expect(bench.handle(.timeElapsed).asked.map(\.heldOffset) == [.zero])
      #expect(bench.answer(.agreed(highWatermark: Offset(100), logStartOffset: Offset(100))) == [])
      #expect(
        bench.handle(.logAdvanced(ends(100, 100, 100, start: 100)))
          == [.tellLeader(BrokerID(2), leaderEpoch: LeaderEpoch(5), held: Offset(100), logStart: Offset(100))])
    }
  }

  @Test("a role that is assigned while the log is being cut waits for it")
  func assignedWhileCutting() throws {
    var bench = try Bench(["min.insync.replicas": "1"])
    _ = try bench.receiveAsFollower(10)
    _ = bench.assign(leader: 3, 7, isr: [1, 3])
    let effects = bench.answer(.diverged(epoch: LeaderEpoch(5), endOffset: Offset(6)))
    #expect(bench.assign(leader: 1, 8, isr: [1]) == [])
    #expect(try bench.produce(1, [1]).refusals == [.leaderNotAvailable])
    _ = bench.cut(effects)
    #expect(bench.partition.leaderEpoch == LeaderEpoch(8))
    #expect(try bench.produce(2, [1]).appends.map(\.baseOffset) == [Offset(6)])
  }

  @Test("it gives up records as the leader does, never above the high watermark")
  func logStart() throws {
    var bench = try Bench()
    _ = try bench.receiveAsFollower(10, watermark: 8)
    #expect(try bench.receive([], epoch: 5, watermark: 8, start: 9) == [.moveLogStart(to: Offset(8))])
    #expect(try bench.receive([], epoch: 5, watermark: 8, start: 9) == [])
  }

  @Test("one that comes to lead goes on from the high watermark that it knows")
  func comesToLead() throws {
    var bench = try Bench()
    _ = try bench.receiveAsFollower(10, watermark: 8)
    _ = bench.lead(6, isr: [1, 2, 3], replicas: 3)
    #expect(bench.partition.highWatermark == Offset(8))
    // What lies behind is not lost, only not yet known to be everywhere.
    #expect(try bench.partition.bounds(from: Offset(10)).limit == Offset(8))
  }

  @Test("a full disk is given time before the leader is asked again")
  func fullDisk() throws {
    var bench = try Bench()
    _ = try bench.receiveAsFollower(10)
    #expect(bench.handle(.appendsGivenUp(Refusal(.diskFull, "full"), ends(8, 8, 8))).asked == [])
    bench.instant = bench.instant + .milliseconds(501)
    #expect(bench.handle(.timeElapsed).asked.map(\.logEndOffset) == [Offset(8)])
  }

  @Test("a cut that a full disk has put off is asked for again, and not at once")
  func cutPutOff() throws {
    var bench = try Bench()
    _ = try bench.receiveAsFollower(10)
    _ = bench.handle(.leaderConnected(BrokerID(2)))
    let diverged = FollowerAnswer.diverged(epoch: LeaderEpoch(5), endOffset: Offset(6))
    #expect(bench.answer(diverged) == [.cutLog(to: Offset(6))])
    #expect(bench.handle(.cutPutOff(ends(10, 10, 10))) == [])
    bench.instant = bench.instant + .milliseconds(501)
    #expect(bench.handle(.timeElapsed).asked.map(\.logEndOffset) == [Offset(10)])
    #expect(bench.answer(diverged) == [.cutLog(to: Offset(6))])
  }

  @Test("a new leader says nothing of what it has from its predecessor and has not written yet: it may be given up")
  func unwrittenTail() throws {
    var bench = try Bench()
    _ = bench.assign(leader: 2, 5, isr: [1, 2, 3])
    _ = bench.agree()
    _ = try bench.receive([(0, 6, 5)], epoch: 5)
    _ = bench.sync()
    _ = try bench.receive([(6, 4, 5)], epoch: 5)
    _ = bench.lead(6, isr: [1, 3], replicas: 3)
    func answer(_ effects: [PartitionEffect]) -> FollowerAnswer? {
      effects.compactMap { if case .answerFollower(_, let answer) = $0 { answer } else { nil } }.first
    }
    guard case .refused(let refusal)? = answer(bench.asks(3, end: 10, lastEpoch: 5, held: 10, epoch: 6)) else {
      Issue.record("the follower was told more than is certain")
      return
    }
    #expect(refusal.reason == .leaderNotAvailable)
    #expect(answer(bench.asks(3, end: 6, lastEpoch: 5, held: 6, epoch: 6)) != nil)
    _ = bench.handle(.appendsGivenUp(Refusal(.diskFull, "full"), ends(6, 6, 6)))
    bench.history.epochs.truncate(to: Offset(6))
    #expect(
      answer(bench.asks(3, end: 10, lastEpoch: 5, held: 10, epoch: 6))
        == .diverged(epoch: LeaderEpoch(5), endOffset: Offset(6), acknowledged: Offset(6)))
  }
}

extension Bench {
  /// Follows broker 2 in epoch 5 up to `end`, with everything on disk.
  mutating func receiveAsFollower(_ end: Int, watermark: Int64 = 0) throws -> [PartitionEffect] {
    _ = assign(leader: 2, 5, isr: [1, 2])
    _ = agree()
    _ = try receive([(0, end, 5)], epoch: 5, watermark: watermark)
    return sync()
  }
}
