import Glibc
import Testing

@testable import NewswireCommands

@Suite("Measurements")
struct BenchTests {
  @Test("percentiles are within a sixty-fourth of the true ones, at any magnitude")
  func percentiles() throws {
    var histogram = LatencyHistogram()
    for value in Int64(1)...100_000 { histogram.add(value * 1000) }
    #expect(histogram.count == 100_000)
    #expect(histogram.least == 1000)
    #expect(histogram.greatest == 100_000_000)
    for (share, exact) in [(0.5, 50_000_000.0), (0.9, 90_000_000), (0.99, 99_000_000), (0.999, 99_900_000)] {
      let found = Double(try #require(histogram.percentile(share)))
      #expect(found >= exact && found <= exact * (1 + 1 / 64.0))
    }
    #expect(histogram.percentile(1) == 100_000_000)
    #expect(histogram.mean == 50_000_500)
  }

  @Test("a histogram takes every latency there can be")
  func extremes() {
    var histogram = LatencyHistogram()
    #expect(histogram.percentile(0.5) == nil)
    for value in [Int64.max, 0, -5, 63, 64, 65] { histogram.add(value) }
    #expect(histogram.percentile(0) == 0)
    #expect(histogram.percentile(0.5) == 63)
    #expect(histogram.percentile(1) == .max)
  }

  @Test("a table of results shows costs for each GB, and nothing where a cost is not known")
  func results() {
    let result = BenchResult(
      name: "produce", records: 1000, bytes: 1_000_000, seconds: 0.5, cost: .init(client: 0.002))
    let lines = BenchResult.table([result]).text.split(separator: "\n")
    #expect(
      lines[1].split(separator: " ", omittingEmptySubsequences: true)
        == ["produce", "1", "000", "0.500", "2", "000", "2.00", "2.00", "-", "2.00", "-"])
    #expect(BenchResult.latencyTable([result]) == nil)
    #expect(result.json.text.contains(#""broker_cpu_seconds_per_gb":null"#))
  }

  @Test("the processor time of a process can be read, and that of none cannot")
  func processorTimes() {
    #expect(ProcessCosts.seconds(of: getpid()) != nil)
    #expect(ProcessCosts.seconds(of: Int32.max) == nil)
  }

  @Test("values differ from record to record, and are the same in every run")
  func values() {
    let values = Values(count: 16)
    let again = Values(count: 16)
    #expect((0..<100).allSatisfy { Array(values[$0]) == Array(again[$0]) })
    #expect(Set((0..<100).map { Array(values[$0]) }).count == 100)
  }
}
