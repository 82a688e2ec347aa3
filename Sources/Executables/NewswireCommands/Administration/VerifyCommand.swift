internal import Configuration
internal import NewswireClient

/// `newswire partitions verify`: whether all replicas hold the same.
enum VerifyCommand {
  private static let only = CommandOption<Int32>(
    "partition", .number(0...Int32.max), help: "only this partition; by default all of them")
  /// How long one broker may take for one answer.
  private static let patience = Duration.seconds(10)

  static let command = Command(
    "verify",
    summary:
      "compare a topic's replicas, byte for byte, below the high watermark; where they have been compacted, each for itself",
    arguments: [CommonOptions.topic], options: [only, CommonOptions.output],
    examples: [
      .init("all partitions of a topic", "newswire partitions verify news"),
      .init("one partition, for a program", "newswire partitions verify news --partition 3 --output json"),
    ],
    action: inCluster { client, arguments in
      let name = arguments.value(CommonOptions.topic)
      let described = try await client.admin.describeTopics([name]).flatMap(\.partitions)
      let chosen = described.filter { partition in arguments[only].map { $0 == partition.partition } ?? true }
      guard !chosen.isEmpty else {
        throw CommandError("topic \(name) has \(described.count) partitions: 0 to \(described.count - 1)")
      }
      var reports: [ReplicaReport] = []
      for partition in chosen { reports.append(await verify(partition, of: name, client)) }
      try arguments.show(text: text(reports), json: json(name, reports))
      let bad = reports.filter { !$0.isEqual }.map { "\($0.partition.partition)" }
      guard bad.isEmpty else {
        throw CommandError(
          "not all replicas of \(name) are known to hold the same: see partition \(bad.joined(separator: ", "))")
      }
    })

  private static func verify(
    _ partition: PartitionDescription, of topic: String, _ client: NewswireClient
  ) async -> ReplicaReport {
    let id = TopicPartition(topic, partition.partition)
    var logs: [Int32: LogDescription] = [:]
    var absent: [Int32: ReplicaComparison.Finding] = [:]
    for broker in partition.replicas {
      do {
        let held = try await client.admin.describeLogs(broker: broker, topics: [topic], timeout: patience).logs
        if let log = held.first(where: { $0.partition == id }) {
          if let error = log.error { absent[broker] = .absent("not at work: \(error)") }
          logs[broker] = log
        } else {
          absent[broker] = .absent("broker \(broker) has no replica of it yet")
        }
      } catch {
        absent[broker] = .absent("unreachable: \(error)")
      }
    }
    let present = partition.replicas.filter { absent[$0] == nil }
    let order = present.filter { $0 == partition.leader } + present.filter { $0 != partition.leader }
    let start = order.compactMap { logs[$0]?.logStartOffset }.max() ?? 0
    let end = measureEnd(order, partition, logs)
    // Each replica is compacted when it likes: before this offset their bytes are theirs alone.
    let compacted = order.compactMap { logs[$0]?.compaction?.comparedEndOffset }.max() ?? 0
    let common = min(max(start, compacted), max(start, end))
    var comparison = ReplicaComparison(order, offsets: common..<max(common, end)) { broker, offsets, bytes in
      try await client.admin.checksum(of: id, broker: broker, offsets: offsets, bytesMax: bytes, timeout: patience)
    }
    await comparison.checkAlone(start..<common)
    await comparison.run()
    return ReplicaReport(
      partition: partition, offsets: comparison.offsets, compactedFrom: start < common ? start : nil,
      comparedBytes: comparison.comparedBytes, logs: logs,
      findings: absent.merging(comparison.findings) { first, _ in first })
  }

  /// The high watermark that the leader knows; without a leader, the greatest that any replica knows.
  private static func measureEnd(
    _ order: [Int32], _ partition: PartitionDescription, _ logs: [Int32: LogDescription]
  ) -> Int64 {
    if let leader = partition.leader, order.first == leader, let log = logs[leader], log.isLeader {
      return log.highWatermark
    }
    return order.compactMap { logs[$0]?.highWatermark }.max() ?? 0
  }

  // MARK: What is shown

  private static func text(_ reports: [ReplicaReport]) -> String {
    var table = Table([
      ("PARTITION", .right), ("BROKER", .right), ("ROLE", .left), ("FIRST OFFSET", .right), ("END OFFSET", .right),
      ("COMPARED", .left), ("RESULT", .left),
    ])
    for report in reports {
      for broker in report.partition.replicas {
        let log = report.logs[broker].flatMap { $0.error == nil ? $0 : nil }
        table.add(
          "\(report.partition.partition)", "\(broker)", report.role(of: broker), shown(log?.logStartOffset),
          shown(log?.logEndOffset), report.comparedText,
          report.words(of: broker))
      }
    }
    let bytes = reports.reduce(0) { $0 + $1.comparedBytes }
    let equal = reports.count(where: \.isEqual)
    return table.text + "\n\(equal) of \(reports.count) partitions are equal on all their replicas; "
      + "\(bytesText(bytes)) compared with each other replica\n"
  }

  private static func json(_ topic: String, _ reports: [ReplicaReport]) -> JSON {
    [
      "topic": .string(topic), "equal": .bool(reports.allSatisfy(\.isEqual)),
      "partitions": .array(reports.map(\.json)),
    ]
  }
}

/// What was found of one partition's replicas.
struct ReplicaReport: Sendable {
  let partition: PartitionDescription
  let offsets: Range<Int64>
  /// From here to the start of `offsets` each replica was held against its own checksums only, since they are compacted.
  let compactedFrom: Int64?
  let comparedBytes: Int64
  let logs: [Int32: LogDescription]
  let findings: [Int32: ReplicaComparison.Finding]

  /// True if every replica is known to hold the same.
  var isEqual: Bool { partition.replicas.allSatisfy { findings[$0] == .equal } }

  func role(of broker: Int32) -> String {
    if broker == partition.leader { return "leader" }
    return partition.inSyncReplicas.contains(broker) ? "in sync" : "not in sync"
  }

  /// What was compared, in words.
  var comparedText: String {
    let same = "\(offsets.lowerBound) to \(offsets.upperBound)"
    return compactedFrom.map { "\(same), \($0) to \(offsets.lowerBound) each for itself" } ?? same
  }

  func words(of broker: Int32) -> String {
    switch findings[broker] {
    case .equal: "equal"
    case .behind(let end): "behind: has nothing from offset \(end) on"
    case .differs(let offset): "DIFFERS from offset \(offset) on"
    case .damaged(let offset, let finding): "DAMAGED at offset \(offset): \(finding)"
    case .absent(let why): "not compared: \(why)"
    case nil: "not compared"
    }
  }

  var json: JSON {
    .object([
      .init(name: "partition", value: JSON(partition.partition)), .init(name: "leader", value: JSON(partition.leader)),
      .init(name: "leader_epoch", value: JSON(partition.leaderEpoch)), .init(name: "equal", value: .bool(isEqual)),
      .init(name: "start_offset", value: JSON(offsets.lowerBound)),
      .init(name: "end_offset", value: JSON(offsets.upperBound)),
      .init(name: "compacted_start_offset", value: JSON(compactedFrom)),
      .init(name: "compared_bytes", value: JSON(comparedBytes)),
      .init(name: "replicas", value: .array(partition.replicas.map(json))),
    ])
  }

  private func json(of broker: Int32) -> JSON {
    let log = logs[broker]
    let (result, offset): (String, Int64?) =
      switch findings[broker] {
      case .equal: ("equal", nil)
      case .behind(let end): ("behind", end)
      case .differs(let offset): ("differs", offset)
      case .damaged(let offset, _): ("damaged", offset)
      case .absent, nil: ("not compared", nil)
      }
    return [
      "broker": JSON(broker), "result": .string(result), "offset": JSON(offset),
      "message": .string(words(of: broker)), "role": .string(role(of: broker)),
      "in_sync": .bool(partition.inSyncReplicas.contains(broker)), "log_start_offset": JSON(log?.logStartOffset),
      "log_end_offset": JSON(log?.logEndOffset), "high_watermark": JSON(log?.highWatermark),
      "size_bytes": JSON(log?.sizeBytes), "folder": JSON(log?.folder?.path),
      "folder_error": JSON(log?.folder?.error?.description),
    ]
  }
}
