import Configuration
import Model
import Testing

@testable import NewswireCommands

@Suite("Reports of measurements")
struct BenchReportTests {
  private static let machine = Machine(
    cores: 2, processor: "Some <fast> CPU", memoryMegabytes: 1000, system: "Linux", load: 0.5)

  private func report(_ results: [BenchResult], _ settings: [JSON.Member] = []) -> BenchReport {
    BenchReport(
      command: "newswire bench produce", moment: 0, machine: Self.machine, settings: settings, results: results)
  }

  private func result(seconds: Double = 1, brokers: Double? = 1, latency: Int64 = 1_000_000) -> BenchResult {
    var timeline = Timeline(began: Instant(0))
    timeline.at(Instant(0)) {
      $0.records = 1000
      $0.latency.add(latency)
    }
    return BenchResult(
      name: "produce", records: 1_000_000, bytes: 1_000_000_000, seconds: seconds,
      cost: .init(client: 1, brokers: brokers), latencyOf: "a record", timeline: timeline, correction: .dueTime)
  }

  private func comparison(_ now: BenchReport, with before: BenchReport) throws -> Comparison {
    let json = before.json()
    guard case .array(let results)? = json["results"] else { throw CommandError("no results") }
    return Comparison(now, json, results)
  }

  // MARK: JSON

  @Test("a report says what was measured, where, with which settings, and how late to four nines")
  func json() throws {
    let json = report([result()], [.init(name: "batch_bytes", value: .integer(131_072))]).json()
    #expect(json["machine"]?["cores"] == .integer(2))
    #expect(json["settings"]?["batch_bytes"] == .integer(131_072))
    #expect(json["version"] == .string(NewswireProgram.version))
    guard case .array(let results)? = json["results"], let first = results.first else {
      Issue.record("no results")
      return
    }
    #expect(first["latency_ms"]?["p99.99"] == .number(1))
    #expect(first["latency_corrected_by"] == "due time")
    #expect(first["broker_cpu_microseconds_per_record"] == .number(1))
    guard case .array(let intervals)? = first["over_time"] else {
      Issue.record("nothing over time")
      return
    }
    #expect(intervals.first?["records_per_second"] == .number(20_000))
  }

  // MARK: Comparison

  @Test("what needs more time, or does less in it, has got worse; the rest has not")
  func worse() throws {
    let found = try comparison(
      report([result(seconds: 2, brokers: 0.5, latency: 1_000_000)]), with: report([result()]))
    #expect(found.worse.map(\.figure.name) == ["records/s", "MB/s"])
    #expect(found.rows.first { $0.figure.name == "records/s" }?.ratio == 0.5)
    #expect(found.rows.first { $0.figure.name == "broker CPU s/GB" }?.verdict == .better)
    #expect(found.rows.first { $0.figure.name == "latency p99 (ms)" }?.verdict == .same)
    #expect(found.text.hasSuffix("Worse: produce, records/s: 0.50 times; produce, MB/s: 0.50 times.\n"))
  }

  @Test("what differs as much as it does from run to run has not changed")
  func noise() throws {
    let found = try comparison(report([result(seconds: 1.03, brokers: 1.04)]), with: report([result()]))
    #expect(found.worse.isEmpty)
    #expect(found.text.hasSuffix("Nothing got worse.\n"))
  }

  @Test("a figure that was not known then, or is not now, is not compared")
  func unknown() throws {
    let found = try comparison(report([result(brokers: nil)]), with: report([result()]))
    #expect(!found.rows.contains { $0.figure.name.hasPrefix("broker") })
  }

  @Test("settings that were others then are named; numbers may be written in two ways")
  func settings() throws {
    let before = report(
      [result()], [.init(name: "batch_bytes", value: .integer(1)), .init(name: "linger_ms", value: .number(5))])
    let now = report(
      [result()], [.init(name: "batch_bytes", value: .integer(2)), .init(name: "linger_ms", value: .integer(5))])
    #expect(try comparison(now, with: before).differences == ["batch_bytes was 1 and is 2"])
  }

  // MARK: Picture

  @Test("an axis from zero has steps of one, two or five times a power of ten")
  func steps() {
    #expect(ChartAxis(upTo: 730).ticks.map(\.label) == ["0", "200", "400", "600", "800"])
    #expect(ChartAxis(upTo: 0.9).ticks.map(\.label) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(ChartAxis(upTo: 0).ticks.last?.value == 1)
    #expect(ChartAxis(upTo: 1000).place(of: 500) == 0.5)
  }

  @Test("a logarithmic axis goes from power to power of ten, with steps between over few of them")
  func powers() {
    let wide = ChartAxis(logarithmicFrom: 0.02, to: 2000)
    #expect(wide.ticks.map(\.label) == ["0.01", "0.1", "1", "10", "100", "1000", "10000"])
    let narrow = ChartAxis(logarithmicFrom: 1, to: 10)
    #expect(narrow.ticks.map(\.label) == ["1", "2", "5", "10"])
    #expect(narrow.place(of: 1) == 0 && narrow.place(of: 10) == 1 && narrow.place(of: 0.1) == 0)
    #expect(ChartAxis(logarithmicFrom: 0, to: 0).ticks.first?.label == "0.001")
  }

  @Test("a drawing is the same text for the same calls, to the byte")
  func drawing() {
    var drawing = SVGDrawing(width: 20, height: 10)
    drawing.text("a < b & c", .init(x: 1.25, y: 2), anchor: .end, isBold: true)
    drawing.line(.init(x: 0, y: 0), .init(x: 5, y: 5.05), color: "#fff")
    drawing.polyline([.init(x: 0, y: 1), .init(x: 2, y: 3)], color: "red")
    drawing.polyline([.init(x: 4, y: 4)], color: "red")
    drawing.polyline([], color: "red")
    drawing.frame(.init(x: 1, y: 1), .init(x: 3, y: 4), color: "blue")
    #expect(
      drawing.svg == """
        <svg xmlns="http://www.w3.org/2000/svg" width="20" height="10" viewBox="0 0 20 10" font-family="sans-serif">
        <rect width="20" height="10" fill="#fff"/>
        <text x="1.3" y="2" font-size="12" text-anchor="end" fill="#333" font-weight="bold">a &lt; b &amp; c</text>
        <line x1="0" y1="0" x2="5" y2="5.1" stroke="#fff" stroke-width="1"/>
        <polyline points="0,1 2,3" fill="none" stroke="red" stroke-width="1.5" stroke-linejoin="round"/>
        <circle cx="4" cy="4" r="2" fill="red"/>
        <rect x="1" y="1" width="2" height="3" fill="none" stroke="blue"/>
        </svg>

        """)
  }

  @Test(
    "a picture names its axes with their units, the lines, the machine and the figures; without latencies, only throughput"
  )
  func picture() {
    let full = BenchPicture(report([result()])).svg
    for words in [
      ">seconds<", ">latency, milliseconds<", ">throughput, MB/s<", ">p50<", ">p99.9<", ">max<",
      "Some &lt;fast&gt; CPU, 2 cores", "1 000 000 records/s, 1000.0 MB/s, client 1.00 CPU s/GB, brokers 1.00 CPU s/GB",
      "p99.99 1.00 ms",
    ] { #expect(full.contains(words), "\(words)") }
    var timeline = Timeline(began: Instant(0))
    timeline.at(Instant(0)) { $0.bytes = 1 }
    let plain = BenchResult(name: "consume", records: 1, bytes: 1, seconds: 1, timeline: timeline)
    let half = BenchPicture(report([plain])).svg
    #expect(!half.contains("latency") && half.contains(">throughput, MB/s<"))
  }

  @Test("a line is broken where nothing was answered")
  func gap() {
    var timeline = Timeline(began: Instant(0))
    for place in [0, 1, 4, 5] { timeline.at(Instant(0) + .milliseconds(place * 50)) { $0.latency.add(1_000_000) } }
    let result = BenchResult(name: "call", records: 4, bytes: 0, seconds: 1, latencyOf: "a call", timeline: timeline)
    let lines = BenchPicture(report([result])).svg.split(separator: "\n").filter { $0.hasPrefix("<polyline") }
    #expect(lines.filter { $0.contains("#2b6cb0") }.count == 2)
  }
}
