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
    let sizes = LedSizes()
    #expect(sizes.takeNews().isEmpty)
    let megabyte = 1 << 20
    sizes.note([place(0): 100 * megabyte, place(2): 10])
    sizes.note([place(1): 2 * megabyte])
    #expect(sizes.takeNews() == [place(0): 100 * megabyte, place(1): 2 * megabyte])
    #expect(sizes.takeNews().isEmpty)
    sizes.note([place(0): 105 * megabyte])
    #expect(sizes.takeNews().isEmpty)
    sizes.note([place(0): 50 * megabyte])
    #expect(sizes.takeNews() == [place(0): 50 * megabyte])
    var again: [TopicPartition: Int] = [:]
    for _ in 0..<70 { again.merge(sizes.takeNews()) { $1 } }
    #expect(again == [place(0): 50 * megabyte, place(1): 2 * megabyte])
  }

  @Test("is told also of what has become small, and not of what is not led here any more")
  func less() {
    let sizes = LedSizes()
    sizes.note([place(0): 50 << 20, place(1): 50 << 20])
    #expect(sizes.takeNews().count == 2)
    sizes.note([place(0): 1000])
    #expect(sizes.takeNews() == [place(0): 1000])
    sizes.note([place(1): nil as Int?])
    for _ in 0..<70 { #expect(sizes.takeNews().isEmpty) }
  }

  @Test("is too much for one heartbeat with thousands, and comes with the next ones")
  func many() {
    let sizes = LedSizes()
    for index in 0..<5000 { sizes.note([place(Int32(index)): 2 << 20]) }
    #expect([2000, 2000, 1000, 0].allSatisfy { sizes.takeNews().count == $0 })
  }
}
