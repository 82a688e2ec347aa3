import Model
import Testing

@testable import BrokerService

@Suite("Which logs take a checkpoint")
struct CheckpointPaceTests {
  private func pace(_ logs: [Int]) -> CheckpointPace {
    var pace = CheckpointPace(bytesMax: 100 << 20, countMax: 4)
    for (index, bytes) in logs.enumerated() { pace.note(place(index), bytes, before: 0) }
    return pace
  }

  private func place(_ index: Int) -> TopicPartition {
    TopicPartition(topic: UUID128(high: 1, low: 1), partition: PartitionIndex(Int32(index)))
  }

  private func chosen(_ megabytes: [Int]) -> [Int32] {
    pace(megabytes.map { $0 << 20 }).chosen().map(\.partition.rawValue)
  }

  @Test("none as long as little is left to be read")
  func little() {
    #expect(chosen([]).isEmpty)
    #expect(chosen([60, 40, 0]).isEmpty)
  }

  @Test("those with the most, until half of what is allowed is left")
  func most() {
    #expect(chosen([10, 60, 0, 35]) == [1])
    #expect(chosen([20, 50, 20, 60]) == [3, 1])
    #expect(chosen([40, 40, 40]) == [0, 1])
  }

  @Test("not too many at once, and none that is not worth it")
  func bounds() {
    #expect(chosen([Int](repeating: 50, count: 10)) == [0, 1, 2, 3])
    let small = pace([Int](repeating: CheckpointPace.bytesWorthIt - 1, count: 1000))
    #expect(small.bytes > small.bytesMax)
    #expect(small.chosen().isEmpty)
  }

  @Test("as the logs are now, not as they were")
  func changes() {
    var pace = pace([60 << 20, 50 << 20])
    #expect(pace.chosen() == [place(0)])
    pace.note(place(0), 0, before: 60 << 20)
    #expect(pace.chosen().isEmpty)
    pace.note(place(1), 120 << 20, before: 50 << 20)
    #expect(pace.chosen() == [place(1)])
    pace.note(place(1), 1, before: 120 << 20)
    #expect(pace.bytes == 1)
    #expect(pace.chosen().isEmpty)
  }
}
