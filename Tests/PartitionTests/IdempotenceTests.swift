import Model
import Partition
import RecordBatch
import SegmentedLog
import Testing

@Suite("Idempotence")
struct IdempotenceTests {
  private func batch(_ sequence: Int32, _ count: Int = 1, id: Int64 = 7, epoch: Int16 = 0) throws -> RecordBatchHeader {
    try header(
      count, producer: ProducerStamp(id: ProducerID(id), epoch: ProducerEpoch(epoch), baseSequence: sequence))
  }

  @Test("a retry is answered with the first answer, and stands in the log once")
  func retry() throws {
    var bench = try Bench()
    _ = bench.lead()
    _ = try bench.produce(1, [try batch(0, 3)])
    _ = bench.sync()
    let effects = try bench.produce(2, [try batch(0, 3)])
    #expect(effects.appends == [])
    #expect(effects.answers.map(\.baseOffset) == [Offset(0)])
    #expect(effects.answers.map(\.nextOffset) == [Offset(3)])
  }

  @Test("a retry of what is not safe yet waits for it")
  func retryBeforeSafe() throws {
    var bench = try Bench()
    _ = bench.lead()
    _ = try bench.produce(1, [try batch(0, 3)])
    #expect(try bench.produce(2, [try batch(0, 3)]) == [])
    #expect(bench.sync().acknowledged == [1, 2])
  }

  @Test("five batches under way can be repeated in any order; what is older is known to be a duplicate")
  func window() throws {
    var bench = try Bench()
    _ = bench.lead()
    for number in 0..<6 as Range<Int32> { _ = try bench.produce(UInt64(number), [try batch(number)]) }
    _ = bench.sync()
    for number in [3, 1, 5, 2, 4] as [Int32] {
      let answers = try bench.produce(100, [try batch(number)]).answers
      #expect(answers.map(\.baseOffset) == [Offset(Int64(number))])
    }
    #expect(try bench.produce(101, [try batch(0)]).refusals == [.duplicateSequence])
    #expect(try bench.produce(102, [try batch(7)]).refusals == [.outOfOrderSequence])
    #expect(try bench.produce(103, [try batch(6)]).appends.count == 1)
  }

  @Test("behind the greatest sequence number comes 0")
  func wrap() throws {
    var bench = try Bench()
    _ = bench.lead()
    var producers = ProducerStates()
    producers.note(try batch(.max - 1), at: .zero, now: Bench.now)
    bench.history.producers = producers
    _ = bench.handle(.logAdvanced(ends(1, 1, 1)))
    #expect(try bench.produce(1, [try batch(.max, 3)]).appends.count == 1)
    #expect(try bench.produce(2, [try batch(2)]).appends.count == 1)
    #expect(try bench.produce(3, [try batch(.max - 1)]).refusals == [])
    _ = bench.sync()
    #expect(try bench.produce(4, [try batch(.max - 2)]).refusals == [.duplicateSequence])
  }

  @Test("a newer epoch begins with 0 and fences the older one")
  func epochs() throws {
    var bench = try Bench()
    _ = bench.lead()
    _ = try bench.produce(1, [try batch(0)])
    #expect(try bench.produce(2, [try batch(1, epoch: 1)]).refusals == [.outOfOrderSequence])
    #expect(try bench.produce(3, [try batch(0, epoch: 1)]).appends.count == 1)
    #expect(try bench.produce(4, [try batch(1)]).refusals == [.fencedProducerEpoch])
  }

  @Test("a producer of which nothing is known has to begin with 0")
  func unknown() throws {
    var bench = try Bench()
    _ = bench.lead()
    #expect(try bench.produce(1, [try batch(5)]).refusals == [.unknownProducerID])
    #expect(try bench.produce(2, [try batch(0, id: 8)]).appends.count == 1)
  }

  @Test("of a request that was stored in part, a retry stores the rest")
  func partly() throws {
    var bench = try Bench()
    _ = bench.lead()
    _ = try bench.produce(1, [try batch(0, 2)])
    let effects = try bench.produce(2, [try batch(0, 2), try batch(2, 3)])
    #expect(effects.appends.map(\.index) == [1])
    #expect(effects.appends.map(\.baseOffset) == [Offset(2)])
    #expect(bench.sync().answers.last?.baseOffset == Offset(0))
    #expect(try bench.produce(3, [try batch(5), try batch(7)]).refusals == [.outOfOrderSequence])
    #expect(bench.partition.log.logEndOffset == Offset(5))
  }

  @Test("of a request whose beginning is no longer remembered, a retry stores the rest too")
  func partlyForgotten() throws {
    var bench = try Bench()
    _ = bench.lead()
    let batches = try (0..<16 as Range<Int32>).map { try batch($0) }
    for (number, batch) in batches.prefix(9).enumerated() { _ = try bench.produce(UInt64(number), [batch]) }
    _ = bench.sync()
    let effects = try bench.produce(100, batches)
    #expect(effects.refusals == [] && effects.answers == [])
    #expect(effects.appends.map(\.index) == Array(9..<16))
    #expect(effects.appends.map(\.baseOffset) == (9..<16).map { Offset($0) })
    let answers = bench.sync().answers
    #expect(answers.map(\.baseOffset) == [nil] && answers.map(\.isRepeated) == [false])
    #expect(try bench.produce(101, [try batch(16)]).appends.count == 1)
  }

  @Test("where records are is told only if they stand one behind another")
  func inParts() throws {
    var bench = try Bench()
    _ = bench.lead()
    _ = try bench.produce(1, [try batch(0, 2)])
    _ = try bench.produce(2, [try batch(0, 5, id: 8)])
    #expect(try bench.produce(3, [try batch(0, 2), try batch(2, 3)]).appends.map(\.baseOffset) == [Offset(7)])
    #expect(bench.sync().answers.map(\.baseOffset) == [Offset(0), Offset(2), nil])
    #expect(try bench.produce(4, [try batch(0, 2), try batch(2, 3)]).answers.map(\.baseOffset) == [nil])
    #expect(try bench.produce(5, [try batch(2, 3)]).answers.map(\.baseOffset) == [Offset(7)])
  }

  @Test("what is no longer remembered is called a duplicate when it is safe, not before")
  func forgottenBeforeSafe() throws {
    var bench = try Bench()
    _ = bench.lead()
    for number in 0..<6 as Range<Int32> { _ = try bench.produce(UInt64(number), [try batch(number)]) }
    #expect(try bench.produce(100, [try batch(0)]) == [])
    #expect(bench.sync().refusals == [.duplicateSequence])
  }

  @Test("a batch that is in the log in part is no duplicate")
  func straddling() throws {
    var bench = try Bench()
    _ = bench.lead()
    _ = try bench.produce(1, [try batch(0, 3)])
    _ = bench.sync()
    #expect(try bench.produce(2, [try batch(1, 5)]).refusals == [.outOfOrderSequence])
    #expect(try bench.produce(3, [try batch(0, 2)]).refusals == [.duplicateSequence])
  }

  @Test("a follower knows the producers, and goes on with them when it leads")
  func carriedOver() throws {
    var bench = try Bench(["min.insync.replicas": "1"])
    _ = bench.assign(leader: 2, 5, isr: [1, 2])
    _ = bench.agree()
    var sent = try batch(0, 2)
    sent.leaderEpoch = LeaderEpoch(5)
    _ = bench.handle(
      .batchesReceived(
        ReplicaBatches(
          request: RequestID(1), leaderEpoch: LeaderEpoch(5), baseOffset: .zero, batches: [sent], highWatermark: .zero,
          logStartOffset: .zero)))
    _ = bench.sync()
    _ = bench.lead(6, isr: [1], replicas: 3)
    #expect(try bench.produce(1, [try batch(0, 2)]).answers.map(\.baseOffset) == [Offset(0)])
    #expect(try bench.produce(2, [try batch(2)]).appends.map(\.baseOffset) == [Offset(2)])
  }
}

@Suite("Producer states")
struct ProducerStatesTests {
  private func batch(_ sequence: Int32, id: Int64 = 7) throws -> RecordBatchHeader {
    try header(1, producer: ProducerStamp(id: ProducerID(id), epoch: ProducerEpoch(0), baseSequence: sequence))
  }

  @Test("what is cut off is forgotten, and the next sequence number is that of what is left")
  func truncation() throws {
    var producers = ProducerStates()
    for number in 0..<4 as Range<Int32> {
      producers.note(try batch(number), at: Offset(Int64(number)), now: Bench.now)
    }
    producers.note(try batch(0, id: 8), at: Offset(4), now: Bench.now)
    producers.truncate(to: Offset(2))
    #expect(producers.verdict(on: try batch(2)) == .next)
    #expect(producers.verdict(on: try batch(0, id: 8)) == .next)
    #expect(producers.count == 1)
    producers.truncate(to: .zero)
    #expect(producers.verdict(on: try batch(0)) == .next)
  }

  @Test("who has nothing left but wrote more before is refused until it has been looked up")
  func unresolved() throws {
    var producers = ProducerStates()
    for number in 0..<7 as Range<Int32> {
      producers.note(try batch(number), at: Offset(Int64(number)), now: Bench.now)
    }
    producers.truncate(to: Offset(1))
    guard case .refused(.leaderNotAvailable, _) = producers.verdict(on: try batch(1)) else {
      Issue.record("a producer of unknown past was answered")
      return
    }
  }

  @Test("producers that have been silent for long are forgotten")
  func expiry() throws {
    var producers = ProducerStates()
    producers.note(try batch(0), at: .zero, now: Timestamp(1000))
    producers.note(try batch(0, id: 8), at: Offset(1), now: Timestamp(2000))
    producers.forget(before: Timestamp(1500))
    #expect(producers.count == 1)
    #expect(producers.verdict(on: try batch(1, id: 8)) == .next)
  }
}
