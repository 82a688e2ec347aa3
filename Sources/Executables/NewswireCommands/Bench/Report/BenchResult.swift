/// What a measurement came to.
struct BenchResult: Sendable {
  /// What was measured.
  let name: String
  let records: Int64
  /// The bytes of the records' values.
  let bytes: Int64
  let seconds: Double
  var cost = ProcessCosts.Cost()
  /// What distinguishes this one from others of the same run.
  var settings: [JSON.Member] = []
  /// What the latencies are the latencies of.
  var latencyOf = ""
  /// What was seen when; nil if only the end counts.
  var timeline: Timeline?
  var correction = LatencyCorrection.none

  static let shares: [(name: String, share: Double)] = [
    ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("p99.99", 0.9999),
  ]

  var recordsPerSecond: Double { Double(records) / max(seconds, 1e-9) }
  var megabytesPerSecond: Double { Double(bytes) / max(seconds, 1e-9) / 1e6 }

  /// The latencies, with what was left out; nil if there are none.
  var latency: LatencyHistogram? {
    guard let seen = timeline?.latency, seen.count > 0 else { return nil }
    return correction.applied(to: seen)
  }

  private func perGigabyte(_ seconds: Double?) -> Double? {
    seconds.flatMap { bytes > 0 ? $0 / (Double(bytes) / 1e9) : nil }
  }
  private func microsecondsPerRecord(_ seconds: Double?) -> Double? {
    seconds.flatMap { records > 0 ? $0 * 1e6 / Double(records) : nil }
  }

  // MARK: For people

  /// All results, one in a line.
  static func table(_ results: [BenchResult]) -> Table {
    var table = Table([
      ("MEASURED", .left), ("RECORDS", .right), ("SECONDS", .right), ("RECORDS/S", .right), ("MB/S", .right),
      ("CLIENT CPU S/GB", .right), ("BROKER CPU S/GB", .right), ("CLIENT CPU US/RECORD", .right),
      ("BROKER CPU US/RECORD", .right),
    ])
    for result in results {
      func number(_ value: Double?) -> String { value.map { fixed($0, 2) } ?? absent }
      table.add(
        result.name, grouped(result.records), fixed(result.seconds, 3), grouped(Int64(result.recordsPerSecond)),
        fixed(result.megabytesPerSecond, 2), number(result.perGigabyte(result.cost.client)),
        number(result.perGigabyte(result.cost.brokers)), number(result.microsecondsPerRecord(result.cost.client)),
        number(result.microsecondsPerRecord(result.cost.brokers)))
    }
    return table
  }

  /// The latencies, one kind in a line; nil if there are none.
  static func latencyTable(_ results: [BenchResult]) -> Table? {
    let measured = results.compactMap { result in
      result.latency.map { latency in
        (latency, result.latencyOf + (result.correction.isFilledIn ? ", corrected for coordinated omission" : ""))
      }
    }
    guard !measured.isEmpty else { return nil }
    var table = Table(
      [("LATENCY (MS)", .left), ("COUNT", .right), ("MIN", .right)] + shares.map { ($0.name.uppercased(), .right) }
        + [("MAX", .right)])
    for (latency, what) in measured {
      func milliseconds(_ nanoseconds: Int64?) -> String { fixed(Double(nanoseconds ?? 0) / 1e6, 3) }
      table.add(
        [what, grouped(latency.count), milliseconds(latency.least)]
          + shares.map { milliseconds(latency.percentile($0.share)) } + [milliseconds(latency.greatest)])
    }
    return table
  }

  // MARK: For programs

  var json: JSON {
    var members: [JSON.Member] = [.init(name: "measured", value: .string(name))]
    members += settings
    members += [
      .init(name: "records", value: JSON(records)), .init(name: "bytes", value: JSON(bytes)),
      .init(name: "seconds", value: JSON(seconds)), .init(name: "records_per_second", value: JSON(recordsPerSecond)),
      .init(name: "megabytes_per_second", value: JSON(megabytesPerSecond)),
    ]
    for (side, seconds) in [("client", cost.client), ("broker", cost.brokers)] {
      members += [
        .init(name: "\(side)_cpu_seconds", value: JSON(seconds)),
        .init(name: "\(side)_cpu_seconds_per_gb", value: JSON(perGigabyte(seconds))),
        .init(name: "\(side)_cpu_microseconds_per_record", value: JSON(microsecondsPerRecord(seconds))),
      ]
    }
    if !cost.servers.isEmpty {
      let servers = cost.servers.map { JSON.Member(name: $0.name, value: JSON($0.seconds)) }
      members.append(.init(name: "server_cpu_seconds", value: .object(servers)))
    }
    if let timeline { members += json(of: timeline) }
    return .object(members)
  }

  private func json(of timeline: Timeline) -> [JSON.Member] {
    var members: [JSON.Member] = []
    let seen = timeline.latency
    if let latency, seen.count > 0 {
      members += [
        .init(name: "latency_of", value: .string(latencyOf)),
        .init(name: "latency_corrected_by", value: correction.json),
        .init(name: "latency_ms", value: latency.json),
      ]
      if correction.isFilledIn { members.append(.init(name: "latency_as_seen_ms", value: seen.json)) }
    }
    let width = Double(timeline.width) / 1e9
    let intervals = timeline.intervals.enumerated().map { place, interval in
      JSON.object(
        [
          .init(name: "second", value: JSON(Double(place) * width)),
          .init(name: "records_per_second", value: JSON(Double(interval.records) / width)),
          .init(name: "megabytes_per_second", value: JSON(Double(interval.bytes) / width / 1e6)),
        ] + (interval.latency.count > 0 ? [.init(name: "latency_ms", value: interval.latency.json)] : []))
    }
    members.append(.init(name: "over_time", value: .array(intervals)))
    return members
  }
}

extension LatencyCorrection {
  /// Whether there are latencies that nobody has seen.
  fileprivate var isFilledIn: Bool {
    if case .interval = self { true } else { false }
  }
}

extension LatencyHistogram {
  /// In milliseconds, for programs.
  var json: JSON {
    func milliseconds(_ nanoseconds: Int64?) -> JSON { JSON(nanoseconds.map { Double($0) / 1e6 }) }
    var values: [JSON.Member] = [
      .init(name: "count", value: JSON(count)), .init(name: "min", value: milliseconds(least)),
      .init(name: "mean", value: JSON(mean.map { $0 / 1e6 })),
    ]
    values += BenchResult.shares.map { .init(name: $0.name, value: milliseconds(percentile($0.share))) }
    values.append(.init(name: "max", value: milliseconds(greatest)))
    return .object(values)
  }
}
