import Model
import Testing

@testable import BrokerService

@Suite("Which logs take a checkpoint")
struct CheckpointPaceTests {
  private let pace = CheckpointPace(bytesMax: 100 << 20, countMax: 4)

  private func place(_ index: Int) -> TopicPartition {
    TopicPartition(topic: UUID128(high: 1, low: 1), partition: PartitionIndex(Int32(index)))
  }

  private func chosen(_ megabytes: [Int]) -> [Int32] {
    pace.chosen(megabytes.enumerated().map { (place($0.offset), $0.element << 20) }).map(\.partition.rawValue)
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
    let small = (0..<1000).map { (place($0), CheckpointPace.bytesWorthIt - 1) }
    #expect(pace.chosen(small).isEmpty)
  }
}
