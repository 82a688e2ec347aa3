import Synchronization

/// All figures of a process. Register once, keep the counter, and count without coming back here.
public final class Metrics: Sendable {
  private let families = Mutex<[String: MetricFamily]>([:])

  /// The most series that a figure may have; what comes on top shares one, with "other" for every label.
  public static let seriesMax = 20_000

  /// No figures yet.
  public init() {}

  /// The counter for these label values, the same for every asker.
  public func counter(_ description: CounterDescription, _ labelValues: String...) -> Counter {
    register(description.base, kind: "counter", labelValues) {
      if case .counter(let counter) = $0 { counter } else { nil }
    } make: {
      .counter(Counter())
    }
  }

  /// The gauge for these label values, the same for every asker.
  public func gauge(_ description: GaugeDescription, _ labelValues: String...) -> Gauge {
    register(description.base, kind: "gauge", labelValues) {
      if case .gauge(let gauge) = $0 { gauge } else { nil }
    } make: {
      .gauge(Gauge())
    }
  }

  /// The histogram for these label values, the same for every asker.
  public func histogram(_ description: HistogramDescription, _ labelValues: String...) -> Histogram {
    register(description.base, kind: "histogram", labelValues) {
      if case .histogram(let histogram) = $0 { histogram } else { nil }
    } make: {
      .histogram(Histogram(bounds: description.bounds, unit: description.unit))
    }
  }

  /// A gauge that is asked for its value, on the thread that shows the figures. A later reader replaces an earlier.
  public func observe(
    _ description: GaugeDescription, _ labelValues: String..., read: @escaping @Sendable () -> Double
  ) {
    replace(description.base, kind: "gauge", labelValues, with: .reader(read))
  }

  /// A counter that is asked for its value, on the thread that shows the figures. A later reader replaces an earlier.
  public func observe(
    _ description: CounterDescription, _ labelValues: String..., read: @escaping @Sendable () -> Double
  ) {
    replace(description.base, kind: "counter", labelValues, with: .reader(read))
  }

  /// Forgets all series whose first label has this value: those of a topic that is gone.
  public func removeSeries(firstLabel value: String) {
    families.withLock { families in
      for name in families.keys { families[name]?.removeSeries(firstLabel: value) }
    }
  }

  /// All figures in Prometheus's text format.
  public func exposition() -> String {
    let families = families.withLock { Array($0.values) }
    return families.sorted { $0.description.name < $1.description.name }.map(\.exposition).joined()
  }

  private func register<Instrument>(
    _ description: MetricDescription, kind: String, _ labelValues: [String],
    as cast: (MetricFamily.Series) -> Instrument?, make: () -> MetricFamily.Series
  ) -> Instrument {
    let series = families.withLock { families in
      families[description.name, default: MetricFamily(description, kind: kind)]
        .series(for: labelValues, of: description, kind: kind, make: make)
    }
    guard let instrument = cast(series) else {
      preconditionFailure("\(description.name) is registered as something else")
    }
    return instrument
  }

  private func replace(
    _ description: MetricDescription, kind: String, _ labelValues: [String], with series: MetricFamily.Series
  ) {
    families.withLock { families in
      families[description.name, default: MetricFamily(description, kind: kind)]
        .replace(labelValues, of: description, kind: kind, with: series)
    }
  }
}
