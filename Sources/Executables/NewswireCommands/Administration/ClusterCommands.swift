internal import Configuration
internal import NewswireClient

/// `newswire cluster` and `newswire brokers`.
enum ClusterCommands {
  static let cluster = Command(
    "cluster", summary: "look at the cluster as a whole", options: ConnectionOptions.all,
    examples: [.init("all nodes", "newswire cluster describe")], subcommands: [describe])

  private static let describe = Command(
    "describe", summary: "show the cluster's id and its nodes", options: [CommonOptions.output],
    examples: [.init("for programs", "newswire cluster describe --output json")],
    action: inCluster { client, arguments in
      let cluster = try await client.admin.describeCluster()
      let active = cluster.activeCoordinatorID
      try arguments.show(
        text: "cluster             \(cluster.id)\nactive coordinator  \(shown(active))\n\n\(table(cluster.nodes).text)",
        json: [
          "cluster_id": .string(cluster.id), "active_coordinator": JSON(active),
          "nodes": .array(cluster.nodes.map { .object(members($0)) }),
        ])
    })

  private static let disks = CommandFlag("disks", help: "ask each broker for its disk folders and logs")

  static let brokers = Command(
    "brokers", summary: "list the brokers; empty one, or forget it",
    options: ConnectionOptions.all + [disks, CommonOptions.output],
    examples: [
      .init("how they are", "newswire brokers"), .init("how much they hold", "newswire brokers --disks"),
      .init("take one away", "newswire brokers drain 3 --wait"),
    ],
    subcommands: [BrokerCommands.drain, BrokerCommands.remove],
    action: inCluster { client, arguments in
      let nodes = try await client.admin.brokers()
      guard arguments.contains(disks) else {
        return try arguments.show(table: table(nodes), json: .array(nodes.map { .object(members($0)) }))
      }
      var folders = Table([
        ("BROKER", .right), ("FOLDER", .left), ("DISK", .right), ("FREE", .right), ("LOGS", .right), ("SIZE", .right),
        ("STATE", .left),
      ])
      var values: [JSON] = []
      for node in nodes where node.state != .fenced {
        let held = try await client.admin.describeLogs(broker: node.id)
        let size = held.logs.reduce(0) { $0 + $1.sizeBytes }
        for folder in held.folders {
          folders.add(
            "\(node.id)", folder.path, bytesText(folder.totalBytes), bytesText(folder.freeBytes), "\(held.logs.count)",
            bytesText(size), folder.error.map { "\($0)" } ?? "ok")
        }
        values.append(json(node, held))
      }
      try arguments.show(table: folders, json: .array(values))
    })

  private static func table(_ nodes: [NodeDescription]) -> Table {
    var table = Table([
      ("ROLE", .left), ("ID", .right), ("ADDRESS", .left), ("STATE", .left), ("RACK", .left), ("VERSION", .left),
      ("SINCE", .left),
    ])
    for node in nodes {
      table.add(
        node.role.rawValue, "\(node.id)", node.address, node.state.rawValue, shown(node.rack), shown(node.version),
        shown(node.registeredTimestamp.map(TimestampText.text)))
    }
    return table
  }

  private static func members(_ node: NodeDescription) -> [JSON.Member] {
    [
      .init(name: "role", value: .string(node.role.rawValue)), .init(name: "id", value: JSON(node.id)),
      .init(name: "address", value: .string(node.address)), .init(name: "state", value: .string(node.state.rawValue)),
      .init(name: "rack", value: .string(node.rack)), .init(name: "version", value: .string(node.version)),
      .init(name: "registered_timestamp_ms", value: JSON(node.registeredTimestamp)),
    ]
  }

  private static func json(_ node: NodeDescription, _ held: BrokerLogs) -> JSON {
    let folders = held.folders.map { folder -> JSON in
      [
        "path": .string(folder.path), "total_bytes": JSON(folder.totalBytes), "free_bytes": JSON(folder.freeBytes),
        "error": JSON(folder.error?.description),
      ]
    }
    let logs = held.logs.map { log -> JSON in
      [
        "topic": .string(log.partition.topic), "partition": JSON(log.partition.partition),
        "leader": .bool(log.isLeader), "leader_epoch": JSON(log.leaderEpoch), "size_bytes": JSON(log.sizeBytes),
        "log_start_offset": JSON(log.logStartOffset), "log_end_offset": JSON(log.logEndOffset),
        "high_watermark": JSON(log.highWatermark), "synced_offset": JSON(log.syncedOffset),
        "segment_count": JSON(log.segmentCount),
      ]
    }
    return .object(
      members(node) + [.init(name: "folders", value: .array(folders)), .init(name: "logs", value: .array(logs))])
  }
}
