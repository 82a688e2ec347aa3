import Testing

@testable import NewswireClient

@Suite("The partition of records without a key")
struct StickyPartitionerTests {
  /// The same numbers in every run.
  private struct Numbers: RandomNumberGenerator {
    var state: UInt64 = 1
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state
    }
  }

  @Test("a partition gets a batch's worth of records, then another one does")
  func sticky() throws {
    var partitioner = StickyPartitioner()
    var numbers = Numbers()
    partitioner.update(available: [2, 5, 7])
    var before: Int32?
    for _ in 0..<100 {
      let chosen = try #require(partitioner.partition(forBytes: 40, batchBytes: 100, using: &numbers))
      #expect(chosen != before)
      for _ in 0..<2 { #expect(partitioner.partition(forBytes: 40, batchBytes: 100, using: &numbers) == chosen) }
      before = chosen
    }
  }

  @Test("all partitions get about as much")
  func even() throws {
    var partitioner = StickyPartitioner()
    var numbers = Numbers()
    partitioner.update(available: Array(0..<10))
    var counts = [Int](repeating: 0, count: 10)
    for _ in 0..<10_000 {
      counts[Int(try #require(partitioner.partition(forBytes: 1, batchBytes: 1, using: &numbers)))] += 1
    }
    #expect(counts.allSatisfy { (850...1150).contains($0) }, "\(counts)")
  }

  @Test("the only partition gets everything, and none is chosen where there is none")
  func few() {
    var partitioner = StickyPartitioner()
    var numbers = Numbers()
    #expect(partitioner.partition(forBytes: 1, batchBytes: 1, using: &numbers) == nil)
    partitioner.update(available: [3])
    for _ in 0..<3 { #expect(partitioner.partition(forBytes: 1, batchBytes: 1, using: &numbers) == 3) }
    partitioner.update(available: [4])
    #expect(partitioner.partition(forBytes: 1, batchBytes: 1, using: &numbers) == 4)
  }
}
