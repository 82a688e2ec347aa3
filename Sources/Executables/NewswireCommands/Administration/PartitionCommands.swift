internal import Configuration
internal import NewswireClient

/// `newswire partitions`.
enum PartitionCommands {
  private static let topics = CommandArgument(
    "TOPIC", .text, count: .any, help: "the topics' names; all topics if none is given")
  private static let unhealthy = CommandFlag(
    "unhealthy", help: "only partitions without a leader, or with replicas that are not in sync")

  static let command = Command(
    "partitions", summary: "show where partitions lie, who leads them, what they hold; move them, change leaders",
    options: ConnectionOptions.all,
    examples: [.init("partitions that need attention", "newswire partitions list --unhealthy")],
    subcommands: [list, describe, VerifyCommand.command, MoveCommands.reassign, MoveCommands.elect])

  private static let list = Command(
    "list", summary: "list partitions", arguments: [topics], options: [unhealthy, CommonOptions.output],
    examples: [
      .init("of one topic", "newswire partitions list news"),
      .init("those that need attention", "newswire partitions list --unhealthy"),
    ],
    action: inCluster { client, arguments in
      let names = arguments.all(topics)
      let found =
        try await names.isEmpty
        ? client.admin.listTopics(includeInternal: true) : client.admin.describeTopics(names)
      let partitions = found.flatMap { topic in topic.partitions.map { (topic.name, $0) } }
        .filter { !arguments.contains(unhealthy) || !isHealthy($0.1) }
      try arguments.show(
        table: table(partitions),
        json: .array(
          partitions.map { .object([.init(name: "topic", value: .string($0.0))] + members($0.1)) }))
    })

  private static let describe = Command(
    "describe", summary: "show what a topic's partitions hold", arguments: [CommonOptions.topic],
    options: [CommonOptions.output],
    examples: [.init("offsets and records", "newswire partitions describe news")],
    action: inCluster { client, arguments in
      let name = arguments.value(CommonOptions.topic)
      let topics = try await client.admin.describeTopics([name])
      let earliest = try await client.admin.listOffsets(topic: name, .earliest)
      let latest = try await client.admin.listOffsets(topic: name, .latest)
      var logs: [Int32: [Int32: LogDescription]] = [:]
      for topic in topics { logs = await Self.logs(of: topic, client) }
      let isCompacted = logs.values.contains { $0.values.contains { $0.compaction != nil } }
      var columns: [(title: String, alignment: Table.Alignment)] = [
        ("PARTITION", .right), ("LEADER", .right), ("EPOCH", .right), ("FIRST OFFSET", .right), ("END OFFSET", .right),
        (isCompacted ? "OFFSETS" : "RECORDS", .right), ("REPLICAS", .left), ("IN SYNC", .left), ("STATE", .left),
        ("READ THROUGH", .left),
      ]
      if isCompacted { columns.append(("COMPACTION", .left)) }
      var table = Table(columns)
      var values: [JSON] = []
      for partition in topics.flatMap(\.partitions) {
        let id = TopicPartition(name, partition.partition)
        let first = earliest[id]?.offset
        let end = latest[id]?.offset
        let count = if let first, let end { Optional(end - first) } else { Int64?.none }
        let replicas = logs[partition.partition] ?? [:]
        let problems = replicas.compactMapValues(\.problem)
        let row = [
          "\(partition.partition)", shown(partition.leader), "\(partition.leaderEpoch)", shown(first), shown(end),
          shown(count), numbersText(partition.replicas), numbersText(partition.inSyncReplicas),
          state(partition, problems), ScrubWords.text(replicas),
        ]
        table.add(isCompacted ? row + [CompactionWords.text(replicas)] : row)
        values.append(
          .object(
            members(partition) + [
              .init(name: "first_offset", value: JSON(first)), .init(name: "end_offset", value: JSON(end)),
              .init(name: "state", value: .string(state(partition, problems))),
              .init(name: "compaction", value: CompactionWords.json(replicas)),
              .init(name: "scrub", value: ScrubWords.json(replicas)),
            ]))
      }
      try arguments.show(table: table, json: ["topic": .string(name), "partitions": .array(values)])
    })

  /// Partitions with their topics' names, for people.
  static func table(_ partitions: [(String, PartitionDescription)]) -> Table {
    var table = Table([
      ("TOPIC", .left), ("PARTITION", .right), ("LEADER", .right), ("EPOCH", .right), ("REPLICAS", .left),
      ("IN SYNC", .left), ("STATE", .left),
    ])
    for (topic, partition) in partitions {
      table.add(
        topic, "\(partition.partition)", shown(partition.leader), "\(partition.leaderEpoch)",
        numbersText(partition.replicas), numbersText(partition.inSyncReplicas), state(partition))
    }
    return table
  }

  /// A partition for programs.
  static func members(_ partition: PartitionDescription) -> [JSON.Member] {
    func numbers(_ list: [Int32]) -> JSON { .array(list.map { JSON($0) }) }
    return [
      .init(name: "partition", value: JSON(partition.partition)), .init(name: "leader", value: JSON(partition.leader)),
      .init(name: "leader_epoch", value: JSON(partition.leaderEpoch)),
      .init(name: "replicas", value: numbers(partition.replicas)),
      .init(name: "in_sync_replicas", value: numbers(partition.inSyncReplicas)),
      .init(name: "eligible_leaders", value: numbers(partition.eligibleLeaders)),
      .init(name: "offline_replicas", value: numbers(partition.offlineReplicas)),
      .init(name: "target_replicas", value: numbers(partition.targetReplicas)),
    ]
  }

  private static func isHealthy(_ partition: PartitionDescription) -> Bool {
    partition.leader != nil && partition.inSyncReplicas.count >= partition.replicas.count
  }

  /// What there is to say of a partition, in words; `problems` are those that its brokers have told of themselves.
  static func state(_ partition: PartitionDescription, _ problems: [Int32: String] = [:]) -> String {
    var words: [String] = []
    if partition.leader == nil {
      words.append(partition.eligibleLeaders.isEmpty ? "no leader" : "no leader until one of its members is back")
    }
    if !partition.targetReplicas.isEmpty { words.append("moving to \(numbersText(partition.targetReplicas))") }
    for broker in partition.replicas {
      if let problem = problems[broker] {
        words.append("broker \(broker): \(problem)")
      } else if partition.offlineReplicas.contains(broker) {
        words.append("broker \(broker): the broker or its disk is not at work")
      } else if partition.leader != nil, !partition.inSyncReplicas.contains(broker) {
        words.append("broker \(broker): behind")
      }
    }
    return words.isEmpty ? "ok" : words.joined(separator: "; ")
  }

  /// What the brokers say of a topic's replicas: by partition and broker.
  private static func logs(
    of topic: TopicDescription, _ client: NewswireClient
  ) async -> [Int32: [Int32: LogDescription]] {
    var logs: [Int32: [Int32: LogDescription]] = [:]
    for broker in Set(topic.partitions.flatMap(\.replicas)).sorted() {
      // A broker that does not answer is known to be offline, or will be soon.
      let held = try? await client.admin.describeLogs(broker: broker, topics: [topic.name], timeout: .seconds(3))
      for log in held?.logs ?? [] { logs[log.partition.partition, default: [:]][broker] = log }
    }
    return logs
  }
}

extension LogDescription {
  /// What is wrong with the replica, as its broker says.
  fileprivate var problem: String? {
    error?.message ?? folder.flatMap { folder in folder.error.map { "disk folder \(folder.path): \($0.message)" } }
  }
}
