import Model

/// What a figure is called and means: one static value for each, beside the code that counts.
public struct MetricDescription: Sendable {
  let name: String
  let help: String
  let labels: [String]

  init(_ name: String, _ help: String, labels: [String]) {
    precondition(isMetricName(name), "\(name) is no name for a metric")
    precondition(labels.allSatisfy(isMetricName), "\(name) has a label that is no name")
    precondition(Set(labels).count == labels.count && !labels.contains("le"), "\(name) has a wrong label")
    self.name = name
    self.help = help
    self.labels = labels
  }
}

/// A figure that only grows, such as the records that were appended. Its name ends in `_total`.
public struct CounterDescription: Sendable {
  let base: MetricDescription

  /// Describes a counter; series of it differ by the values of `labels`.
  public init(_ name: String, _ help: String, labels: [String] = []) {
    precondition(name.hasSuffix("_total"), "a counter's name ends in _total, unlike \(name)")
    base = MetricDescription(name, help, labels: labels)
  }
}

/// A figure that goes up and down, such as the connections that are open.
public struct GaugeDescription: Sendable {
  let base: MetricDescription

  /// Describes a gauge; series of it differ by the values of `labels`.
  public init(_ name: String, _ help: String, labels: [String] = []) {
    base = MetricDescription(name, help, labels: labels)
  }
}

/// How often values fell below each of a few bounds, such as how long calls took.
public struct HistogramDescription: Sendable {
  let base: MetricDescription
  let bounds: [Int64]
  /// What an observed value is divided by where it is shown.
  let unit: Double

  /// Describes a histogram over whole numbers, with rising bounds, each inclusive.
  public init(_ name: String, _ help: String, bounds: [Int64], labels: [String] = []) {
    self.init(name, help, bounds: bounds, unit: 1, labels: labels)
  }

  /// Describes a histogram over durations, shown in seconds; its name ends in `_seconds`.
  public init(_ name: String, _ help: String, bounds: [Duration] = Self.latencies, labels: [String] = []) {
    precondition(name.hasSuffix("_seconds"), "a histogram of durations ends in _seconds, unlike \(name)")
    self.init(name, help, bounds: bounds.map(\.nanoseconds), unit: 1e9, labels: labels)
  }

  private init(_ name: String, _ help: String, bounds: [Int64], unit: Double, labels: [String]) {
    precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "the bounds of \(name) do not rise")
    base = MetricDescription(name, help, labels: labels)
    self.bounds = bounds
    self.unit = unit
  }

  /// Bounds from 50 microseconds to 10 seconds, for what a caller waits for.
  public static let latencies: [Duration] = [
    .microseconds(50), .microseconds(100), .microseconds(250), .microseconds(500), .milliseconds(1),
    .microseconds(2500),
    .milliseconds(5), .milliseconds(10), .milliseconds(25), .milliseconds(50), .milliseconds(100), .milliseconds(250),
    .milliseconds(500), .seconds(1), .milliseconds(2500), .seconds(10),
  ]
}

private func isMetricName(_ name: String) -> Bool {
  guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
  return name.utf8.allSatisfy { byte in
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || byte == UInt8(ascii: "_")
  }
}
