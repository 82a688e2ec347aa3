import Model
import Partition
import SegmentedLog
import Testing

@Suite("Deleting records")
struct DeletionTests {
  /// Broker 1 leads with brokers 2 and 3 in sync, and all have ten records.
  private func leader(_ overrides: [String: String] = [:]) throws -> Bench {
    var bench = try Bench(overrides)
    _ = bench.lead(isr: [1, 2, 3], replicas: 3)
    _ = try bench.produce(1, [10])
    _ = bench.sync()
    for broker in [2, 3] as [Int32] { _ = bench.holds(broker, 10) }
    #expect(bench.partition.highWatermark == Offset(10))
    return bench
  }

  @Test("records are deleted when every in-sync replica has that on its disk")
  func everywhere() throws {
    var bench = try leader()
    #expect(bench.delete(7, before: 4) == [.moveLogStart(to: Offset(4))])
    #expect(bench.begin(at: 4, settled: 0) == [])
    #expect(bench.begin(at: 4, settled: 4) == [])
    #expect(bench.holds(2, 10, from: 4) == [])
    #expect(bench.holds(3, 10, from: 3) == [])
    #expect(bench.holds(3, 10, from: 4).deleted == [[7, 4]])
  }

  @Test("the leader's own disk is waited for, too")
  func ownDisk() throws {
    var bench = try leader()
    _ = bench.delete(7, before: 4)
    for broker in [2, 3] as [Int32] { #expect(bench.holds(broker, 10, from: 6) == []) }
    #expect(bench.begin(at: 4, settled: 0) == [])
    #expect(bench.begin(at: 5, settled: 5).deleted == [[7, 5]])
  }

  @Test("nothing is to be done for what is deleted already")
  func again() throws {
    var bench = try leader()
    _ = bench.begin(at: 4, settled: 4)
    for broker in [2, 3] as [Int32] { _ = bench.holds(broker, 10, from: 4) }
    #expect(bench.delete(7, before: 3) == [.recordsDeleted(RequestID(7), logStartOffset: Offset(4))])
  }

  @Test("what the disk has not noted yet is asked for again")
  func notSettled() throws {
    var bench = try leader()
    _ = bench.begin(at: 4, settled: 0)
    #expect(bench.delete(7, before: 4) == [.moveLogStart(to: Offset(4))])
  }

  @Test("without an offset all that is acknowledged goes, and no more than that can")
  func bounds() throws {
    var bench = try leader()
    _ = try bench.produce(2, [5])
    #expect(bench.delete(7, before: nil) == [.moveLogStart(to: Offset(10))])
    #expect(bench.delete(8, before: 11).refusals == [.offsetOutOfRange])
    #expect(bench.delete(9, before: -1).refusals == [.offsetOutOfRange])
  }

  @Test("a replica that leaves the in-sync set is not waited for; with too few there is no answer")
  func inSyncSet() throws {
    var bench = try leader(["min.insync.replicas": "2"])
    _ = bench.delete(7, before: 4)
    _ = bench.begin(at: 4, settled: 4)
    #expect(bench.holds(2, 10, from: 4) == [])
    #expect(bench.assign(leader: 1, 5, isr: [1]).deleted == [])
    #expect(bench.assign(leader: 1, 5, isr: [1, 2]).deleted == [[7, 4]])
  }

  @Test("whoever comes in sync later has given up what was deleted")
  func joining() throws {
    var bench = try leader(["min.insync.replicas": "2"])
    _ = try bench.produce(2, [5])
    _ = bench.sync()
    _ = bench.holds(2, 15)
    _ = bench.assign(leader: 1, 5, isr: [1, 2])
    _ = bench.delete(7, before: 4)
    _ = bench.begin(at: 4, settled: 4)
    #expect(bench.holds(2, 15, from: 4).deleted == [[7, 4]])
    #expect(bench.holds(3, 15, from: 3).proposed == [])
    #expect(bench.holds(3, 15, from: 4).proposed == [[1, 2, 3]])
  }

  @Test("with flush=os only the leader is asked")
  func flushOS() throws {
    var bench = try leader(["flush": "os"])
    _ = bench.delete(7, before: 4)
    #expect(bench.begin(at: 4, settled: 4).deleted == [[7, 4]])
  }

  @Test("whoever waits is told when the leadership ends, the log fails, its disk is full, or the time is over")
  func refusals() throws {
    var bench = try leader()
    _ = bench.delete(7, before: 4)
    #expect(bench.assign(leader: 2, 6, isr: [2, 3]).refusals == [.leaderNotAvailable])

    bench = try leader()
    _ = bench.delete(7, before: 4)
    #expect(bench.handle(.logFailed(Refusal(.diskFailed, "broken"))).refusals == [.diskFailed])

    bench = try leader()
    _ = bench.delete(7, before: 4)
    #expect(bench.handle(.appendsGivenUp(Refusal(.diskFull, "full"), bench.partition.log)).refusals == [.diskFull])

    bench = try leader()
    _ = bench.delete(7, before: 4)
    bench.instant = bench.instant + .seconds(20)
    #expect(bench.handle(.timeElapsed).refusals == [])
    bench.instant = bench.instant + .milliseconds(1)
    #expect(bench.handle(.timeElapsed).refusals == [.deadlineExceeded])
  }

  @Test("only the leader deletes")
  func follower() throws {
    var bench = try Bench()
    _ = bench.assign(leader: 2, 5, isr: [1, 2])
    #expect(bench.delete(7, before: 0).refusals == [.notLeader])
  }

  @Test("what a full disk has kept from noting where the log begins is asked for again")
  func settling() throws {
    var bench = try leader()
    _ = bench.begin(at: 4, settled: 0)
    #expect(bench.partition.watchesTime)
    #expect(bench.handle(.timeElapsed).contains(.moveLogStart(to: Offset(4))))
    _ = bench.begin(at: 4, settled: 4)
    #expect(!bench.handle(.timeElapsed).contains(.moveLogStart(to: Offset(4))))
  }

  @Test("a log that begins within a batch is copied from where its first batch does")
  func withinBatch() throws {
    var bench = try leader()
    var ends = bench.partition.log
    (ends.logStartOffset, ends.keptStartOffset) = (Offset(4), Offset(2))
    _ = bench.handle(.logAdvanced(ends))
    #expect(bench.asks(2, end: 1, lastEpoch: nil).followerAnswers == [.beginAt(Offset(2))])
    #expect(
      bench.asks(2, end: 2, lastEpoch: nil).followerAnswers
        == [.agreed(highWatermark: Offset(10), logStartOffset: Offset(4))])
  }

  @Test("a follower tells where its log begins, once its disk has that")
  func tells() throws {
    var bench = try Bench()
    _ = try bench.receiveAsFollower(10, watermark: 8)
    #expect(try bench.receive([], epoch: 5, watermark: 8, start: 4) == [.moveLogStart(to: Offset(4))])
    #expect(bench.begin(at: 4, settled: 0).toldStarts == [])
    #expect(bench.begin(at: 4, settled: 4).toldStarts == [4])
    #expect(bench.begin(at: 4, settled: 4).toldStarts == [])
    #expect(bench.handle(.leaderConnected(BrokerID(2))).asked.map(\.logStartOffset) == [Offset(4)])
  }
}
