/// What a measurement came to.
struct BenchResult: Sendable {
  /// What was measured.
  var name: String
  let records: Int64
  /// The bytes of the records' values.
  let bytes: Int64
  let seconds: Double
  /// Processor time of this process, in seconds.
  var clientCPU: Double?
  /// Processor time of all brokers, in seconds; nil if their processes are not known.
  var brokerCPU: Double?
  /// What `latency` is the latency of.
  var latencyOf = ""
  var latency: LatencyHistogram?

  private static let shares: [(name: String, share: Double)] = [
    ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999),
  ]

  private var gigabytes: Double { Double(bytes) / 1e9 }
  private func perGigabyte(_ seconds: Double?) -> Double? {
    seconds.flatMap { gigabytes > 0 ? $0 / gigabytes : nil }
  }
  private func microsecondsPerRecord(_ seconds: Double?) -> Double? {
    seconds.flatMap { records > 0 ? $0 * 1e6 / Double(records) : nil }
  }

  /// All results, one in a line.
  static func table(_ results: [BenchResult]) -> Table {
    var table = Table([
      ("MEASURED", .left), ("RECORDS", .right), ("SECONDS", .right), ("RECORDS/S", .right), ("MB/S", .right),
      ("CLIENT CPU S/GB", .right), ("BROKER CPU S/GB", .right), ("BROKER CPU US/RECORD", .right),
    ])
    for result in results {
      func number(_ value: Double?) -> String { value.map { fixed($0, 2) } ?? absent }
      table.add(
        result.name, grouped(result.records), fixed(result.seconds, 3),
        grouped(Int64(Double(result.records) / max(result.seconds, 1e-9))),
        fixed(Double(result.bytes) / max(result.seconds, 1e-9) / 1e6, 2), number(result.perGigabyte(result.clientCPU)),
        number(result.perGigabyte(result.brokerCPU)), number(result.microsecondsPerRecord(result.brokerCPU)))
    }
    return table
  }

  /// The latencies, one in a line; nil if there are none.
  static func latencyTable(_ results: [BenchResult]) -> Table? {
    let measured = results.filter { $0.latency?.count ?? 0 > 0 }
    guard !measured.isEmpty else { return nil }
    var table = Table(
      [("LATENCY (MS)", .left), ("COUNT", .right), ("MIN", .right)] + shares.map { ($0.name.uppercased(), .right) }
        + [("MAX", .right)])
    for result in measured {
      guard let latency = result.latency else { continue }
      func milliseconds(_ nanoseconds: Int64?) -> String { fixed(Double(nanoseconds ?? 0) / 1e6, 3) }
      table.add(
        [result.latencyOf, grouped(latency.count), milliseconds(latency.least)]
          + shares.map { milliseconds(latency.percentile($0.share)) } + [milliseconds(latency.greatest)])
    }
    return table
  }

  /// For programs.
  var json: JSON {
    let rate = seconds > 0 ? Double(records) / seconds : 0
    var members: [JSON.Member] = [
      .init(name: "measured", value: .string(name)), .init(name: "records", value: JSON(records)),
      .init(name: "bytes", value: JSON(bytes)), .init(name: "seconds", value: JSON(seconds)),
      .init(name: "records_per_second", value: JSON(rate)),
      .init(name: "megabytes_per_second", value: JSON(seconds > 0 ? Double(bytes) / seconds / 1e6 : 0)),
      .init(name: "client_cpu_seconds", value: JSON(clientCPU)),
      .init(name: "client_cpu_seconds_per_gb", value: JSON(perGigabyte(clientCPU))),
      .init(name: "broker_cpu_seconds", value: JSON(brokerCPU)),
      .init(name: "broker_cpu_seconds_per_gb", value: JSON(perGigabyte(brokerCPU))),
      .init(name: "broker_cpu_microseconds_per_record", value: JSON(microsecondsPerRecord(brokerCPU))),
    ]
    if let latency, latency.count > 0 {
      func milliseconds(_ nanoseconds: Int64?) -> JSON { JSON(nanoseconds.map { Double($0) / 1e6 }) }
      var values: [JSON.Member] = [
        .init(name: "of", value: .string(latencyOf)), .init(name: "count", value: JSON(latency.count)),
        .init(name: "min", value: milliseconds(latency.least)),
        .init(name: "mean", value: JSON(latency.mean.map { $0 / 1e6 })),
      ]
      values += Self.shares.map { .init(name: $0.name, value: milliseconds(latency.percentile($0.share))) }
      values.append(.init(name: "max", value: milliseconds(latency.greatest)))
      members.append(.init(name: "latency_ms", value: .object(values)))
    }
    return .object(members)
  }
}
