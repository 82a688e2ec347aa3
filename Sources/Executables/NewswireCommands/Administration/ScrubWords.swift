internal import Model
internal import NewswireClient
internal import Runtime

/// When replicas were read through in search of what has rotted, for people and for programs.
enum ScrubWords {
  /// One sentence for each replica; replicas that are alike share one.
  static func text(_ replicas: [Int32: LogDescription], now: Int64 = wallClock().rawValue) -> String {
    let words = replicas.sorted { $0.key < $1.key }.map { ($0.key, text($0.value, now: now)) }
    guard let first = words.first else { return "-" }
    if words.allSatisfy({ $0.1 == first.1 }) { return first.1 }
    return words.map { "broker \($0.0): \($0.1)" }.joined(separator: "; ")
  }

  private static func text(_ log: LogDescription, now: Int64) -> String {
    guard let scrub = log.scrub else { return "not yet" }
    var parts: [String] = []
    if scrub.readBytes > 0 {
      let part = log.sizeBytes > 0 ? min(1, Double(scrub.readBytes) / Double(log.sizeBytes)) : 1
      parts.append("\(Int(part * 100))% read")
    }
    if let ended = scrub.endedMs { parts.append("\(age(now - ended)) ago") }
    if scrub.mendedCount > 0 { parts.append("\(scrub.mendedCount) files made anew") }
    return parts.isEmpty ? "not yet" : parts.joined(separator: ", ")
  }

  private static func age(_ milliseconds: Int64) -> String {
    let seconds = max(0, milliseconds / 1000)
    let units: [(Int64, String)] = [(86_400, "d"), (3600, "h"), (60, "min")]
    for (length, unit) in units where seconds >= 2 * length { return "\(seconds / length) \(unit)" }
    return "\(seconds) s"
  }

  static func json(_ replicas: [Int32: LogDescription]) -> JSON {
    .array(
      replicas.sorted { $0.key < $1.key }.compactMap { broker, log in
        log.scrub.map { scrub in
          [
            "broker": JSON(broker), "started_ms": JSON(scrub.startedMs), "ended_ms": JSON(scrub.endedMs),
            "read_bytes": JSON(scrub.readBytes), "mended_count": JSON(scrub.mendedCount),
          ]
        }
      })
  }
}
