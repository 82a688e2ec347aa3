import Model
import Testing

@testable import NewswireCommands

@Suite("Latencies, and what would have been late")
struct LatencyTests {
  private func histogram(_ latencies: [Int64]) -> LatencyHistogram {
    latencies.reduce(into: LatencyHistogram()) { $0.add($1) }
  }

  @Test("a call of ten intervals stands for nine that were not made, each an interval shorter than the one before")
  func correction() {
    // Up to 63 every latency has a bucket of its own.
    let corrected = histogram([50]).corrected(interval: 5)
    #expect(corrected == histogram([50, 45, 40, 35, 30, 25, 20, 15, 10, 5]))
  }

  @Test("calls that were in time stand for nothing but themselves")
  func inTime() {
    let seen = histogram([1, 5, 7, 9])
    #expect(seen.corrected(interval: 5) == seen)
    #expect(seen.corrected(interval: 0) == seen)
    #expect(LatencyHistogram().corrected(interval: 5).count == 0)
  }

  @Test("a pause of one second in calls of a millisecond shows in the median's tail as it would to others")
  func pause() throws {
    var seen = LatencyHistogram()
    for _ in 0..<10_000 { seen.add(1_000_000) }
    seen.add(1_000_000_000)
    #expect(try #require(seen.percentile(0.99)) < 2_000_000)
    let corrected = seen.corrected(interval: 1_000_000)
    #expect(corrected.count == 10_001 + 999)
    // 110 of 11,000 calls were later than 890 ms.
    let tail = Double(try #require(corrected.percentile(0.99)))
    #expect(tail > 870e6 && tail < 910e6)
  }

  @Test("latencies that occur often are corrected as often")
  func repeated() {
    var seen = LatencyHistogram()
    seen.add(30, times: 4)
    var expected = LatencyHistogram()
    for latency in [Int64(30), 20, 10] { expected.add(latency, times: 4) }
    #expect(seen.corrected(interval: 10) == expected)
  }

  @Test("histograms add up to the histogram of all latencies")
  func sum() {
    var sum = LatencyHistogram()
    sum.add(LatencyHistogram())
    for part in [[1, 2, 3], [], [1_000_000, 2], [77]] as [[Int64]] { sum.add(histogram(part)) }
    #expect(sum == histogram([1, 2, 3, 1_000_000, 2, 77]))
  }

  @Test("callers that wait each call once in a round")
  func closedLoop() {
    #expect(LatencyCorrection.closedLoop(callers: 64, calls: 64_000, seconds: 2) == .interval(2_000_000))
    #expect(LatencyCorrection.closedLoop(callers: 64, calls: 0, seconds: 2) == .none)
  }

  @Test("a steady pace is due at equal distances, whatever happened meanwhile")
  func pace() {
    let pace = Pace(rate: 1000, began: Instant(5_000_000))
    #expect(pace.due(0) == Instant(5_000_000))
    #expect(pace.due(1) == Instant(6_000_000))
    #expect(pace.due(1_000_000) == Instant(1_000_005_000_000))
  }

  @Test("what is acknowledged of a partition is what was handed over for it first")
  func underWay() {
    var open = UnderWay()
    for number in Int64(0)..<4 { open.add(number, to: 0) }
    for number in Int64(4)..<6 { open.add(number, to: 1) }
    for number in Int64(6)..<8 { open.add(number, to: 0) }
    #expect(open.remove(5, from: 0) == [0..<4, 6..<7])
    #expect(open.remove(2, from: 1) == [4..<6])
    #expect(open.remove(5, from: 0) == [7..<8])
    #expect(open.remove(1, from: 0) == [])
  }
}

@Suite("What was seen when")
struct TimelineTests {
  @Test("what happens within an interval is added up, and nothing is lost between intervals")
  func intervals() {
    var timeline = Timeline(began: Instant(1000))
    for second in [0, 0, 2] {
      timeline.at(Instant(1000) + .milliseconds(second * 50)) {
        $0.records += 10
        $0.bytes += 100
        $0.latency.add(7)
      }
    }
    #expect(timeline.intervals.map(\.records) == [20, 0, 10])
    #expect(timeline.intervals.map(\.bytes) == [200, 0, 100])
    #expect(timeline.latency.count == 3)
  }

  @Test("a long measurement has no more intervals than a short one, only longer ones")
  func halving() {
    var timeline = Timeline(began: Instant(0))
    for second in 0..<100 { timeline.at(Instant(0) + .seconds(second)) { $0.records += 1 } }
    #expect(timeline.width == 800_000_000)
    #expect(timeline.intervals.count <= Timeline.intervalsMax)
    #expect(timeline.intervals.reduce(0) { $0 + $1.records } == 100)
    #expect(timeline.intervals[0].records == 1)
  }

  @Test("what is said to be before the beginning counts as the first")
  func early() {
    var timeline = Timeline(began: Instant(1000))
    timeline.at(Instant(0)) { $0.records += 1 }
    #expect(timeline.intervals.map(\.records) == [1])
  }
}
