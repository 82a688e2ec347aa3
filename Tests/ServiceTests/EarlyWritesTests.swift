import Model
import Partition
import RecordBatch
import Runtime
import Testing

@testable import BrokerService

@Suite("Writes that come before others of their producer")
struct EarlyWritesTests {
  private func write(_ producer: Int64, _ sequence: Int32, until: Int64 = 100) -> EarlyWrites.Write {
    EarlyWrites.Write(
      batches: BatchesToAppend(batches: [], headers: [], acks: .all, leaderEpoch: nil),
      producer: ProducerStamp(id: ProducerID(producer), epoch: ProducerEpoch(0), baseSequence: sequence),
      refusal: Refusal(.outOfOrderSequence, "a test says so"), until: Instant(until), completion: { _ in })
  }

  @Test("those of one producer come out in the order of their numbers, and the others stay")
  func order() {
    var early = EarlyWrites()
    for (producer, sequence) in [(1, 7), (2, 5), (1, 3), (1, 5)] as [(Int64, Int32)] {
      _ = early.add(write(producer, sequence))
    }
    let first = early.take(of: ProducerID(1))
    #expect(first.map(\.producer.baseSequence) == [3, 5, 7])
    let again = early.take(of: ProducerID(1))
    #expect(again.isEmpty && !early.isEmpty)
    let others = early.takeAll()
    #expect(others.map(\.producer.id) == [ProducerID(2)])
    #expect(early.isEmpty)
  }

  @Test("none waits longer than it may")
  func patience() {
    var early = EarlyWrites()
    for until in [30, 10, 20] as [Int64] { _ = early.add(write(1, Int32(until), until: until)) }
    let late = early.takeLate(at: Instant(20))
    #expect(late.map(\.until) == [Instant(10), Instant(20)])
    let rest = early.takeAll()
    #expect(rest.map(\.until) == [Instant(30)])
  }

  @Test("no more wait than there is room for")
  func bound() {
    var early = EarlyWrites()
    let added = (0..<100).filter { early.add(write(1, Int32($0))) }
    #expect(added.count == 64)
    let all = early.takeAll()
    #expect(all.count == 64)
  }

  @Test("only what is missing before them is waited for")
  func reasons() {
    let waiting = ErrorReason.allCases.filter { Refusal($0, "").isForWantOfEarlierWrites }
    #expect(Set(waiting) == [.outOfOrderSequence, .unknownProducerID])
  }
}
