/// What has become of figures since they were measured before.
struct Comparison: Sendable {
  /// One figure, then and now.
  struct Row: Hashable, Sendable {
    let measured: String
    let figure: Figure
    let before: Double
    let now: Double

    var ratio: Double { before == 0 ? (now == 0 ? 1 : .infinity) : now / before }
    /// What the change means; what is within the noise of a measurement means nothing.
    var verdict: Verdict {
      let worsening = figure.isBetterIfMore ? 1 / ratio : ratio
      return worsening > 1 + figure.noise ? .worse : worsening < 1 / (1 + figure.noise) ? .better : .same
    }
  }

  enum Verdict: String, Sendable {
    case better
    case worse
    case same = ""
  }

  /// A figure that can be compared.
  struct Figure: Hashable, Sendable {
    let name: String
    /// Where it stands in a result as JSON.
    let path: [String]
    let isBetterIfMore: Bool
    /// The share by which it differs from run to run although nothing has changed.
    let noise: Double
  }

  static let figures: [Figure] =
    [
      Figure(name: "records/s", path: ["records_per_second"], isBetterIfMore: true, noise: 0.05),
      Figure(name: "MB/s", path: ["megabytes_per_second"], isBetterIfMore: true, noise: 0.05),
    ]
    + ["client", "broker"].flatMap { side in
      [
        Figure(name: "\(side) CPU s/GB", path: ["\(side)_cpu_seconds_per_gb"], isBetterIfMore: false, noise: 0.05),
        Figure(
          name: "\(side) CPU us/record", path: ["\(side)_cpu_microseconds_per_record"], isBetterIfMore: false,
          noise: 0.05),
      ]
    }
    + (BenchResult.shares.map(\.name) + ["max"]).map {
      Figure(name: "latency \($0) (ms)", path: ["latency_ms", $0], isBetterIfMore: false, noise: 0.1)
    }

  let rows: [Row]
  /// Settings that were others then: comparing says little.
  let differences: [String]

  /// Compares a report with the one in a file.
  init(_ report: BenchReport, beforeIn path: String) throws {
    guard let bytes = SystemText.bytes(path, max: 64 << 20) else { throw CommandError.system("cannot read \(path)") }
    let before: JSON
    do {
      before = try bytes.withUnsafeBytes { try JSON($0) }
    } catch let error as JSONError {
      throw CommandError("\(path) is no report of newswire bench: \(error)")
    }
    guard case .array(let results)? = before["results"] else {
      throw CommandError("\(path) is no report of newswire bench: it has no results; make one by --output json")
    }
    self.init(report, before, results)
  }

  init(_ report: BenchReport, _ before: JSON, _ results: [JSON]) {
    var rows: [Row] = []
    for now in report.results.map(\.json) {
      guard let measured = now["measured"], let then = results.first(where: { $0["measured"] == measured }),
        case .string(let name) = measured
      else { continue }
      for figure in Self.figures {
        guard let old = then.number(at: figure.path), let new = now.number(at: figure.path) else { continue }
        rows.append(Row(measured: name, figure: figure, before: old, now: new))
      }
    }
    self.rows = rows
    differences = report.settings.compactMap { setting in
      let then = before["settings"]?[setting.name] ?? .null
      return then.isSame(as: setting.value) ? nil : "\(setting.name) was \(then.text) and is \(setting.value.text)"
    }
  }

  /// What has become worse.
  var worse: [Row] { rows.filter { $0.verdict == .worse } }

  /// For people.
  var text: String {
    var table = Table([
      ("COMPARED", .left), ("FIGURE", .left), ("BEFORE", .right), ("NOW", .right), ("RATIO", .right), ("", .left),
    ])
    for row in rows {
      table.add(
        row.measured, row.figure.name, fixed(row.before, 3), fixed(row.now, 3), fixed(row.ratio, 2),
        row.verdict.rawValue)
    }
    var lines = table.text
    if !differences.isEmpty { lines += "Not the same was measured: \(differences.joined(separator: "; ")).\n" }
    let got = worse.map { "\($0.measured), \($0.figure.name): \(fixed($0.ratio, 2)) times" }
    return lines + (got.isEmpty ? "Nothing got worse.\n" : "Worse: \(got.joined(separator: "; ")).\n")
  }

  /// For programs.
  var json: JSON {
    .array(
      rows.map { row in
        .object([
          .init(name: "measured", value: .string(row.measured)),
          .init(name: "figure", value: .string(row.figure.name)), .init(name: "before", value: JSON(row.before)),
          .init(name: "now", value: JSON(row.now)), .init(name: "ratio", value: JSON(row.ratio)),
          .init(name: "verdict", value: .string(row.verdict.rawValue)),
        ])
      })
  }
}

extension JSON {
  /// A number that stands where the names lead to.
  fileprivate func number(at path: [String]) -> Double? {
    var value = self
    for name in path {
      guard let member = value[name] else { return nil }
      value = member
    }
    return switch value {
    case .integer(let number): Double(number)
    case .number(let number): number
    case .null, .bool, .string, .array, .object: nil
    }
  }

  /// Whether two values mean the same: a number may be written as 5 or as 5.0.
  fileprivate func isSame(as other: JSON) -> Bool {
    if let number = number(at: []), let same = other.number(at: []) { return number == same }
    return self == other
  }
}
