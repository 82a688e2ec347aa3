import Model
import SegmentedLog
import Testing

@Suite("When a log is cleaned")
struct CompactionPlanTests {
  /// A log with segments of about equal size, made a minute apart, the first `clean` of them cleaned.
  private func log(_ configuration: LogConfiguration, segments: Int, clean: Int = 0) throws -> SimulatedHost {
    let host = try SimulatedHost(configuration)
    func fill(_ count: Int) throws {
      for index in 0..<count {
        host.now = Timestamp(host.now.rawValue + 60_000)
        for part in 0..<4 { try host.append(keyed([("k\(index)-\(part)", "v")])) }
      }
      try host.perform()
    }
    if clean > 0 {
      try fill(clean + 1)
      let ratio = host.log.configuration.compaction?.dirtyRatioMin ?? 0
      host.log.configuration.compaction?.dirtyRatioMin = 0
      try host.clean()
      host.log.configuration.compaction?.dirtyRatioMin = ratio
    }
    try fill(segments - clean)
    return host
  }

  private func isDue(_ host: SimulatedHost, after: Duration = .zero, highWatermark: Offset? = nil) -> Bool {
    host.log.compactionPlan(
      now: Timestamp(host.now.rawValue + after.milliseconds), highWatermark: highWatermark ?? host.log.logEndOffset)
      != nil
  }

  private static func rules(
    lagMin: Duration = .zero, lagMax: Duration? = nil, ratio: Double = 0.5
  ) -> LogConfiguration {
    CompactionTests.configuration(segmentBytes: 300, lagMin: lagMin, lagMax: lagMax, ratio: ratio)
  }

  @Test("a log whose policy is to delete is never cleaned")
  func notCompacted() throws {
    let host = try log(Self.rules(), segments: 6)
    #expect(isDue(host))
    host.log.configuration.compaction = nil
    #expect(!isDue(host))
  }

  @Test(
    "the dirty ratio is the bytes not cleaned against all that may be",
    arguments: [(0.1, true), (0.3, true), (0.6, false)])
  func ratio(least: Double, expected: Bool) throws {
    let host = try log(Self.rules(ratio: least), segments: 10, clean: 6)
    let debt = try #require(host.log.compactionDebt(now: host.now, highWatermark: host.log.logEndOffset))
    #expect(debt.dirtyBytes > 0 && debt.cleanBytes > debt.dirtyBytes)
    #expect(isDue(host) == expected)
    #expect(debt.isDue == expected)
  }

  @Test("the active segment alone is nothing to clean, and nothing above the high watermark is")
  func limits() throws {
    #expect(!isDue(try log(Self.rules(ratio: 0), segments: 1)))
    let host = try log(Self.rules(ratio: 0), segments: 6)
    #expect(!isDue(host, highWatermark: Offset(1)))
    #expect(isDue(host, highWatermark: host.log.segmentFacts[1].offsets.lowerBound))
  }

  @Test("a segment waits until everything in it is as old as the least lag")
  func lagMin() throws {
    let host = try log(Self.rules(lagMin: .seconds(3600), ratio: 0), segments: 6)
    #expect(!isDue(host))
    #expect(!isDue(host, after: .seconds(3000)))
    #expect(isDue(host, after: .seconds(3600)))
  }

  @Test("after the longest lag a log is cleaned whatever the ratio, and its active segment is closed")
  func lagMax() throws {
    let host = try log(Self.rules(lagMax: .seconds(7200), ratio: 1), segments: 10, clean: 6)
    #expect(!isDue(host))
    #expect(isDue(host, after: .seconds(7200)))
    let segments = host.log.segmentsCount
    host.ask { log, effects in log.rollForCompaction(now: host.now, into: &effects) }
    #expect(host.log.segmentsCount == segments)
    host.now = Timestamp(host.now.rawValue + 7_200_000)
    host.ask { log, effects in log.rollForCompaction(now: host.now, into: &effects) }
    try host.perform()
    #expect(host.log.segmentsCount == segments + 1)
  }
}
