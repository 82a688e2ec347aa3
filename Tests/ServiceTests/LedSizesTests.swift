import Model
import Testing

@testable import BrokerService

@Suite("What a broker tells of its partitions' sizes")
struct LedSizesTests {
  private func place(_ index: Int32) -> TopicPartition {
    TopicPartition(topic: UUID128(high: 1, low: 1), partition: PartitionIndex(index))
  }

  @Test("is what has changed much since it was told, of all lanes, and everything now and then")
  func news() {
    let sizes = LedSizes(laneCount: 2)
    #expect(sizes.takeNews().isEmpty)
    let megabyte = 1 << 20
    sizes.note(0, [place(0): 100 * megabyte, place(2): 10])
    sizes.note(1, [place(1): 2 * megabyte])
    #expect(sizes.takeNews() == [place(0): 100 * megabyte, place(1): 2 * megabyte])
    #expect(sizes.takeNews().isEmpty)
    sizes.note(0, [place(0): 105 * megabyte])
    #expect(sizes.takeNews().isEmpty)
    sizes.note(0, [place(0): 50 * megabyte])
    #expect(sizes.takeNews() == [place(0): 50 * megabyte])
    var again: [TopicPartition: Int] = [:]
    for _ in 0..<70 { again.merge(sizes.takeNews()) { $1 } }
    #expect(again == [place(0): 50 * megabyte, place(1): 2 * megabyte])
  }
}
