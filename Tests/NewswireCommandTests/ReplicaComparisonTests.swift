import NewswireClient
import Testing

@testable import NewswireCommands

/// A replica as a list of batches: how many records each has, and what it says.
private struct Replica: Sendable {
  var start: Int64 = 0
  var batches: [(count: Int64, content: UInt32)]
  var damagedFrom: Int64?

  func sum(_ offsets: Range<Int64>, _ bytesMax: Int32) -> LogChecksum {
    let from = max(offsets.lowerBound, start)
    var (base, first, end, bytes, crc) = (start, Int64?.none, from, Int64(0), UInt32(0))
    for batch in batches {
      defer { base += batch.count }
      guard base + batch.count > from, base + batch.count <= offsets.upperBound, bytes < Int64(bytesMax) else {
        continue
      }
      if let damagedFrom, base >= damagedFrom {
        let error = NewswireError(.dataCorrupt, "it is not what its checksum says")
        return LogChecksum(offsets: (first ?? end)..<end, sizeBytes: bytes, crc32c: crc, error: error)
      }
      if first == nil { first = base }
      crc = crc &* 31 &+ batch.content
      bytes += 100
      end = base + batch.count
    }
    return LogChecksum(offsets: (first ?? end)..<end, sizeBytes: bytes, crc32c: crc)
  }
}

@Suite("Comparing replicas")
struct ReplicaComparisonTests {
  private static let whole: [(count: Int64, content: UInt32)] = (0..<50).map { (2, UInt32($0)) }

  private func compare(_ replicas: [Int32: Replica], measure: Int32 = 1) async -> ReplicaComparison {
    let brokers = [measure] + replicas.keys.filter { $0 != measure }.sorted()
    let start = replicas.values.map(\.start).max() ?? 0
    var comparison = ReplicaComparison(brokers, offsets: start..<100) { broker, offsets, bytes in
      guard let replica = replicas[broker] else { throw NewswireError(.brokerNotAvailable, "it is gone") }
      return replica.sum(offsets, min(bytes, 1000))
    }
    await comparison.run()
    return comparison
  }

  @Test("replicas with the same batches are equal, and all of their bytes were compared")
  func equal() async {
    let same = Replica(batches: Self.whole)
    let comparison = await compare([1: same, 2: same, 3: same])
    #expect(comparison.findings == [1: .equal, 2: .equal, 3: .equal])
    #expect(comparison.comparedBytes == 5000)
  }

  @Test("the batch where a replica differs is found", arguments: [0, 1, 17, 49])
  func differing(index: Int) async {
    var other = Replica(batches: Self.whole)
    other.batches[index].content = 1_000_000
    let comparison = await compare([1: Replica(batches: Self.whole), 2: other, 3: Replica(batches: Self.whole)])
    #expect(comparison.findings == [1: .equal, 2: .differs(from: Int64(2 * index)), 3: .equal])
  }

  @Test("a replica that ends early is behind, not different")
  func behind() async {
    let short = Replica(batches: Array(Self.whole.prefix(13)))
    let comparison = await compare([1: Replica(batches: Self.whole), 2: short])
    #expect(comparison.findings == [1: .equal, 2: .behind(end: 26)])
  }

  @Test("a damaged batch is told from a different one, on the measure too", arguments: [Int32(1), 2])
  func damaged(broker: Int32) async {
    var replicas: [Int32: Replica] = [:]
    for id in 1...3 as ClosedRange<Int32> {
      replicas[id] = Replica(batches: Self.whole, damagedFrom: id == broker ? 40 : nil)
    }
    let comparison = await compare(replicas)
    #expect(comparison.findings[broker] == .damaged(from: 40, "it is not what its checksum says"))
    #expect(comparison.findings.values.count { $0 == .equal } == 2)
  }

  @Test("what one replica has deleted already is not compared")
  func trimmed() async {
    let trimmed = Replica(start: 20, batches: Array(Self.whole.dropFirst(10)))
    let comparison = await compare([1: Replica(batches: Self.whole), 2: trimmed])
    #expect(comparison.findings == [1: .equal, 2: .equal])
    #expect(comparison.offsets == 20..<100)
  }

  @Test("a replica that cannot be asked is said to be absent, and the others are compared")
  func absent() async {
    let same = Replica(batches: Self.whole)
    var comparison = ReplicaComparison([1, 2, 3], offsets: 0..<100) { broker, offsets, bytes in
      if broker == 2 { throw NewswireError(.brokerNotAvailable, "it is gone") }
      return same.sum(offsets, bytes)
    }
    await comparison.run()
    #expect(comparison.findings == [1: .equal, 2: .absent("it is gone (BROKER_NOT_AVAILABLE)"), 3: .equal])
  }
}
