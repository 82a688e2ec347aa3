import Model
import Partition
import SegmentedLog
import Testing

/// A mark of a deleted key tells a replica that older records of that key are to go. Who comes too late for it must not
/// keep them.
@Suite("A leader that has removed marks of deleted keys")
struct RemovedMarksTests {
  /// Broker 1 leads with twenty records, and marks before `marksRemovedEnd` are gone.
  private func bench(marksRemovedEnd: Int64) throws -> Bench {
    var bench = try Bench(["cleanup.policy": "compact"])
    _ = bench.lead(isr: [1], replicas: 3)
    _ = try bench.produce(1, [20], acks: .leader)
    _ = bench.sync()
    bench.history.marksRemovedEnd = Offset(marksRemovedEnd)
    return bench
  }

  private func isAgreed(_ effects: [PartitionEffect]) -> Bool {
    if case .agreed? = effects.followerAnswers.first { true } else { false }
  }

  @Test("a follower that has older records and was away meanwhile begins anew")
  func away() throws {
    var bench = try bench(marksRemovedEnd: 12)
    #expect(bench.asks(2, end: 11, lastEpoch: 5).followerAnswers == [.beginAt(.zero)])
  }

  @Test("one that had got so far goes on, and so does one that has nothing yet")
  func fits() throws {
    var bench = try bench(marksRemovedEnd: 12)
    #expect(isAgreed(bench.asks(2, end: 12, lastEpoch: 5)))
    #expect(isAgreed(bench.asks(3, end: 0, lastEpoch: nil)))
  }

  @Test("one that began anew goes on where it was interrupted, as the same process in the same leadership only")
  func goesOn() throws {
    var bench = try bench(marksRemovedEnd: 12)
    #expect(isAgreed(bench.asks(2, end: 0, lastEpoch: nil)))
    _ = bench.holds(2, 7)
    #expect(isAgreed(bench.asks(2, end: 7, lastEpoch: 5, held: 7)))
    // It has lost what it held.
    #expect(bench.asks(2, end: 5, lastEpoch: 5, held: 5).followerAnswers == [.beginAt(.zero)])
    _ = bench.assign(leader: 1, 6, isr: [1])
    #expect(bench.asks(2, end: 9, lastEpoch: 5, held: 9, epoch: 6).followerAnswers == [.beginAt(.zero)])
  }

  @Test("one that began anew and failed before that was durable has its older records again, and begins anew again")
  func olderLogIsBack() throws {
    var bench = try bench(marksRemovedEnd: 12)
    #expect(bench.asks(2, end: 7, lastEpoch: 5, held: 7).followerAnswers == [.beginAt(.zero)])
    #expect(isAgreed(bench.asks(2, end: 0, lastEpoch: nil)))
    #expect(bench.asks(2, end: 7, lastEpoch: 5, held: 7, process: 201).followerAnswers == [.beginAt(.zero)])
    #expect(isAgreed(bench.asks(2, end: 0, lastEpoch: nil, process: 201)))
    #expect(isAgreed(bench.asks(2, end: 7, lastEpoch: 5, held: 7, process: 201)))
  }

  /// A question of the follower that has begun anew, and up to where marks may go then.
  private static let questions: [(end: Int64, process: Int64, bound: Int64)] = [
    // As it was before it began anew, when it held more or less.
    (9, 200, 3), (7, 200, 3),
    // Interrupted as it copied: behind its old end, and at its new one.
    (10, 200, 10), (3, 200, 3),
    // Another process of it begins anew once more.
    (9, 201, 3),
  ]

  @Test("what a follower said before it began anew, and comes late, does not raise what it holds", arguments: questions)
  func lateQuestions(_ question: (end: Int64, process: Int64, bound: Int64)) throws {
    var bench = try bench(marksRemovedEnd: 12)
    for end in [9, 7] as [Int64] {
      #expect(bench.asks(2, end: end, lastEpoch: 5, held: end).followerAnswers == [.beginAt(.zero)])
    }
    #expect(isAgreed(bench.asks(2, end: 0, lastEpoch: nil)))
    _ = bench.holds(2, 3)
    let effects = bench.asks(2, end: question.end, lastEpoch: 5, held: question.end, process: question.process)
    #expect(isAgreed(effects) == (question.process == 200))
    #expect(bench.partition.marksEnd == Offset(question.bound))
    // What it tells as it copies is said of its new log.
    _ = bench.holds(2, 8)
    #expect(bench.partition.marksEnd == Offset(max(question.bound, 8)))
  }

  @Test("marks stay from the least on that any known replica holds, and anywhere if none is known")
  func bound() throws {
    var bench = try bench(marksRemovedEnd: 0)
    #expect(bench.partition.marksEnd == nil)
    _ = bench.asks(2, end: 15, lastEpoch: 5, held: 15)
    _ = bench.asks(3, end: 4, lastEpoch: 5, held: 4)
    #expect(bench.partition.marksEnd == Offset(4))
    _ = bench.holds(3, 20)
    #expect(bench.partition.marksEnd == Offset(15))
  }
}
