internal import NewswireClient

/// How far replicas have been compacted, for people and for programs.
enum CompactionWords {
  /// One sentence for each replica; replicas that are alike share one.
  static func text(_ replicas: [Int32: LogDescription]) -> String {
    let words = replicas.sorted { $0.key < $1.key }.compactMap { broker, log in
      log.compaction.map { (broker, text($0)) }
    }
    guard let first = words.first else { return "-" }
    if words.allSatisfy({ $0.1 == first.1 }) { return first.1 }
    return words.map { "broker \($0.0): \($0.1)" }.joined(separator: "; ")
  }

  static func text(_ compaction: LogCompaction) -> String {
    let rest = "cleaned to \(compaction.cleanedEndOffset), \(percent(compaction.dirtyRatio)) not clean"
    guard let run = compaction.run else { return rest }
    if let error = run.error { return "\(rest); last cleaning broken off: \(error.message)" }
    guard let ended = run.endedMs else {
      // What is not clean is read twice: once to find the keys, once to be made anew.
      let all = Double(run.passBytes + compaction.dirtyBytes)
      let done = all > 0 ? min(1, Double(run.readBytes) / all) : 0
      return "\(rest); cleaning to \(run.targetEndOffset), \(percent(done)) done"
    }
    let seconds = Double(max(0, ended - run.startedMs)) / 1000
    return "\(rest); last cleaning removed \(run.removedCount) of \(run.recordCount) records in "
      + "\(Double(Int(seconds * 10)) / 10) s"
  }

  private static func percent(_ part: Double) -> String { "\(Int(max(0, min(1, part)) * 100 + 0.5))%" }

  static func json(_ replicas: [Int32: LogDescription]) -> JSON {
    .array(
      replicas.sorted { $0.key < $1.key }.compactMap { broker, log in
        log.compaction.map { compaction in
          [
            "broker": JSON(broker), "cleaned_end_offset": JSON(compaction.cleanedEndOffset),
            "compared_end_offset": JSON(compaction.comparedEndOffset), "dirty_bytes": JSON(compaction.dirtyBytes),
            "dirty_ratio": JSON(compaction.dirtyRatio), "run": compaction.run.map(json) ?? .null,
          ]
        }
      })
  }

  private static func json(_ run: LogCompaction.Run) -> JSON {
    [
      "started_ms": JSON(run.startedMs), "ended_ms": JSON(run.endedMs), "passes": JSON(run.passes),
      "target_end_offset": JSON(run.targetEndOffset), "pass_bytes": JSON(run.passBytes),
      "read_bytes": JSON(run.readBytes), "written_bytes": JSON(run.writtenBytes),
      "replaced_bytes": JSON(run.replacedBytes), "record_count": JSON(run.recordCount),
      "removed_count": JSON(run.removedCount), "error": JSON(run.error?.message),
    ]
  }
}
