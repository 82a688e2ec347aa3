/// A report as a picture: for each result how latency and throughput went over time, with the figures that sum it up.
struct BenchPicture {
  private static let width = 960
  private static let head = 64
  private static let latencyHeight = 300.0
  private static let throughputHeight = 180.0
  private static let left = 76.0
  private static let right = 860.0
  private static let lines: [(name: String, color: String, value: @Sendable (LatencyHistogram) -> Int64?)] = [
    ("p50", "#2b6cb0", { $0.percentile(0.5) }), ("p90", "#2f855a", { $0.percentile(0.9) }),
    ("p99", "#b7791f", { $0.percentile(0.99) }), ("p99.9", "#c53030", { $0.percentile(0.999) }),
    ("max", "#718096", { $0.count > 0 ? $0.greatest : nil }),
  ]

  private let report: BenchReport

  init(_ report: BenchReport) { self.report = report }

  private var drawn: [(result: BenchResult, timeline: Timeline)] {
    report.results.compactMap { result in
      result.timeline.flatMap { $0.intervals.isEmpty ? nil : (result, $0) }
    }
  }

  private func height(of result: BenchResult) -> Double {
    (result.latency == nil ? 0 : Self.latencyHeight + 56) + Self.throughputHeight + 110
  }

  /// The picture, as the text of an SVG file.
  var svg: String {
    let height = Self.head + Int(drawn.reduce(0) { $0 + self.height(of: $1.result) })
    var drawing = SVGDrawing(width: Self.width, height: height)
    drawing.text(report.command, .init(x: 20, y: 26), size: 16, isBold: true)
    let machine = report.machine
    drawing.text(
      "\(TimestampText.text(report.moment)), \(machine.processor), \(machine.cores) cores, \(machine.system)",
      .init(x: 20, y: 44), size: 11, color: "#666")
    let settings = report.settings.filter { $0.value != .null }.map { "\($0.name) \($0.value.word)" }
    drawing.text(settings.joined(separator: ", "), .init(x: 20, y: 60), size: 11, color: "#666")
    var top = Double(Self.head)
    for (result, timeline) in drawn {
      draw(result, timeline, top, on: &drawing)
      top += self.height(of: result)
    }
    return drawing.svg
  }

  private func draw(_ result: BenchResult, _ timeline: Timeline, _ top: Double, on drawing: inout SVGDrawing) {
    drawing.text(summary(of: result), .init(x: 20, y: top + 22), size: 13, isBold: true)
    let seconds = ChartAxis(upTo: Double(timeline.intervals.count) * Double(timeline.width) / 1e9, about: 10)
    var place = top + 40
    if let latency = result.latency {
      drawing.text(latencySummary(of: result, latency), .init(x: 20, y: top + 40), size: 12)
      place += 16
      drawLatency(result, timeline, seconds, Chart(top: place, height: Self.latencyHeight), on: &drawing)
      place += Self.latencyHeight + 40
    }
    drawThroughput(result, timeline, seconds, Chart(top: place, height: Self.throughputHeight), on: &drawing)
  }

  private func summary(of result: BenchResult) -> String {
    var words = "\(result.name): \(grouped(Int64(result.recordsPerSecond))) records/s"
    if result.bytes > 0 { words += ", \(fixed(result.megabytesPerSecond, 1)) MB/s" }
    let gigabytes = Double(result.bytes) / 1e9
    guard gigabytes > 0 else { return words }
    if let client = result.cost.client { words += ", client \(fixed(client / gigabytes, 2)) CPU s/GB" }
    if let brokers = result.cost.brokers { words += ", brokers \(fixed(brokers / gigabytes, 2)) CPU s/GB" }
    return words
  }

  private func latencySummary(of result: BenchResult, _ latency: LatencyHistogram) -> String {
    let shares = BenchResult.shares.map {
      "\($0.name) \(fixed(Double(latency.percentile($0.share) ?? 0) / 1e6, 2)) ms"
    }
    return shares.joined(separator: ", ") + ", max \(fixed(Double(latency.greatest) / 1e6, 2)) ms: \(result.latencyOf)"
  }

  // MARK: Charts

  /// Where a chart stands.
  private struct Chart {
    let top: Double
    let height: Double
    var bottom: Double { top + height }

    func point(_ x: Double, _ y: Double) -> SVGDrawing.Point {
      .init(x: BenchPicture.left + x * (BenchPicture.right - BenchPicture.left), y: bottom - y * height)
    }
  }

  private func drawAxes(
    _ chart: Chart, _ across: ChartAxis, _ upward: ChartAxis, unit: String, on drawing: inout SVGDrawing
  ) {
    for tick in upward.ticks {
      let y = upward.place(of: tick.value)
      drawing.line(chart.point(0, y), chart.point(1, y), color: "#e2e8f0")
      let point = chart.point(0, y)
      drawing.text(tick.label, .init(x: point.x - 6, y: point.y + 4), size: 11, anchor: .end)
    }
    for tick in across.ticks {
      let x = across.place(of: tick.value)
      drawing.line(chart.point(x, 0), chart.point(x, 1), color: "#edf2f7")
      let point = chart.point(x, 0)
      drawing.text(tick.label, .init(x: point.x, y: point.y + 15), size: 11, anchor: .middle)
    }
    drawing.frame(chart.point(0, 1), chart.point(1, 0), color: "#a0aec0")
    drawing.text("seconds", .init(x: Self.right + 8, y: chart.bottom + 15), size: 11)
    drawing.text(unit, .init(x: 24, y: chart.top + chart.height / 2), size: 11, anchor: .middle, isUpward: true)
  }

  private func drawLatency(
    _ result: BenchResult, _ timeline: Timeline, _ seconds: ChartAxis, _ chart: Chart, on drawing: inout SVGDrawing
  ) {
    let histograms = timeline.intervals.map { result.correction.applied(to: $0.latency) }
    let values = Self.lines.map { line in histograms.map { line.value($0).map { Double($0) / 1e6 } } }
    let all = values.flatMap { $0.compactMap { $0 } }
    let axis = ChartAxis(logarithmicFrom: all.min() ?? 1, to: all.max() ?? 1)
    drawAxes(chart, seconds, axis, unit: "latency, milliseconds", on: &drawing)
    for (number, line) in Self.lines.enumerated() {
      // Where nothing was answered the line is broken.
      for part in values[number].enumerated().split(whereSeparator: { $0.element == nil }) {
        let points = part.map { place, value in
          chart.point(middle(of: place, timeline, seconds), axis.place(of: value ?? 0))
        }
        drawing.polyline(points, color: line.color)
      }
      let y = chart.top + 14 + Double(number) * 16
      drawing.line(
        .init(x: Self.right + 10, y: y - 4), .init(x: Self.right + 28, y: y - 4), color: line.color, width: 2)
      drawing.text(line.name, .init(x: Self.right + 34, y: y), size: 11)
    }
  }

  private func drawThroughput(
    _ result: BenchResult, _ timeline: Timeline, _ seconds: ChartAxis, _ chart: Chart, on drawing: inout SVGDrawing
  ) {
    let width = Double(timeline.width) / 1e9
    let isInBytes = result.bytes > 0
    let values = timeline.intervals.map { isInBytes ? Double($0.bytes) / 1e6 / width : Double($0.records) / width }
    let axis = ChartAxis(upTo: values.max() ?? 1)
    drawAxes(chart, seconds, axis, unit: isInBytes ? "throughput, MB/s" : "calls/s", on: &drawing)
    let points = values.enumerated().map {
      chart.point(middle(of: $0.offset, timeline, seconds), axis.place(of: $0.element))
    }
    drawing.polyline(points, color: "#553c9a")
  }

  private func middle(of place: Int, _ timeline: Timeline, _ seconds: ChartAxis) -> Double {
    seconds.place(of: (Double(place) + 0.5) * Double(timeline.width) / 1e9)
  }
}

extension JSON {
  /// A value within a sentence: a text without quotation marks.
  fileprivate var word: String {
    if case .string(let text) = self { text } else { text }
  }
}
