/// One figure with all its series.
struct MetricFamily {
  enum Series: Sendable {
    case counter(Counter)
    case gauge(Gauge)
    case histogram(Histogram)
    case reader(@Sendable () -> Double)
  }

  let description: MetricDescription
  private let kind: String
  private var series: [[String]: Series] = [:]

  init(_ description: MetricDescription, kind: String) {
    self.description = description
    self.kind = kind
  }

  mutating func series(
    for labelValues: [String], of asked: MetricDescription, kind askedKind: String, make: () -> Series
  ) -> Series {
    let key = key(for: labelValues, of: asked, kind: askedKind)
    if let known = series[key] { return known }
    let new = make()
    series[key] = new
    return new
  }

  mutating func replace(
    _ labelValues: [String], of asked: MetricDescription, kind askedKind: String, with new: Series
  ) {
    series[key(for: labelValues, of: asked, kind: askedKind)] = new
  }

  mutating func removeSeries(firstLabel value: String) {
    series = series.filter { $0.key.first != value }
  }

  private func key(for labelValues: [String], of asked: MetricDescription, kind askedKind: String) -> [String] {
    precondition(
      asked.labels == description.labels && askedKind == kind, "\(description.name) is registered as something else")
    precondition(labelValues.count == description.labels.count, "\(description.name) has other labels")
    guard series.count >= Metrics.seriesMax, series[labelValues] == nil else { return labelValues }
    return labelValues.map { _ in "other" }
  }

  /// The lines of Prometheus's text format.
  var exposition: String {
    var text = "# HELP \(description.name) \(escaped(description.help, quote: false))\n"
    text += "# TYPE \(description.name) \(kind)\n"
    for (values, series) in series.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let labels = zip(description.labels, values).map { "\($0)=\"\(escaped($1, quote: true))\"" }
      switch series {
      case .counter(let counter): append(&text, "", labels, "\(counter.value)")
      case .gauge(let gauge): append(&text, "", labels, "\(gauge.value)")
      case .reader(let read): append(&text, "", labels, number(read()))
      case .histogram(let histogram): append(&text, labels, histogram)
      }
    }
    return text
  }

  private func append(_ text: inout String, _ suffix: String, _ labels: [String], _ value: String) {
    let braces = labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
    text += "\(description.name)\(suffix)\(braces) \(value)\n"
  }

  private func append(_ text: inout String, _ labels: [String], _ histogram: Histogram) {
    let (cumulative, sum) = histogram.snapshot
    for (bound, count) in zip(histogram.bounds, cumulative) {
      append(&text, "_bucket", labels + ["le=\"\(number(Double(bound) / histogram.unit))\""], "\(count)")
    }
    let count = "\(cumulative[histogram.bounds.count])"
    append(&text, "_bucket", labels + ["le=\"+Inf\""], count)
    append(&text, "_sum", labels, number(Double(sum) / histogram.unit))
    append(&text, "_count", labels, count)
  }
}

private func number(_ value: Double) -> String {
  if value.isNaN { return "NaN" }
  if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
  return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
}

private func escaped(_ text: String, quote: Bool) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\"" where quote: result += "\\\""
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
