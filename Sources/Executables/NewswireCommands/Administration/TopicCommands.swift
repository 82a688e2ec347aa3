internal import Configuration
internal import NewswireClient

/// `newswire topics`.
enum TopicCommands {
  private static let name = CommandArgument("NAME", .text, help: "the topic's name")
  private static let partitions = CommandOption<Int32>(
    "partitions", short: "p", .number(1...100_000), help: "how many partitions; the cluster's default if not given")
  private static let replicationFactor = CommandOption<Int32>(
    "replication-factor", short: "r", .number(1...100),
    help: "on how many brokers each record lies; the cluster's default if not given")
  private static let config = CommandOption<NamedValue>(
    "config", short: "c", .namedValue, repeatable: true, help: "a setting that differs from the default")

  static let command = Command(
    "topics", summary: "create, list, describe, alter and delete topics", options: ConnectionOptions.all,
    examples: [
      .init("a topic with 6 partitions", "newswire topics create news --partitions 6"),
      .init("all topics", "newswire topics list"),
    ],
    subcommands: [create, list, describe, alter, delete])

  // MARK: create

  private static let unlessExists = CommandFlag("if-not-exists", help: "be content if the topic is there already")

  private static let create = Command(
    "create", summary: "create a topic", arguments: [name],
    options: [partitions, replicationFactor, config, unlessExists, CommonOptions.dryRun, CommonOptions.output],
    examples: [
      .init("with 6 partitions", "newswire topics create news --partitions 6"),
      .init(
        "that keeps the latest record of each key", "newswire topics create prices --config cleanup.policy=compact"),
    ],
    action: inCluster { client, arguments in
      let name = arguments.value(name)
      do {
        let created = try await client.admin.createTopic(
          name, partitions: arguments[partitions], replicationFactor: arguments[replicationFactor],
          configs: try settings(arguments.all(config)), validateOnly: arguments.contains(CommonOptions.dryRun))
        let done = arguments.contains(CommonOptions.dryRun) ? "could be created" : "created"
        try arguments.show(
          text: "Topic \(created.name) \(done): \(created.partitions) partitions, "
            + "replication factor \(created.replicationFactor)\n",
          json: [
            "topic": .string(created.name), "partitions": JSON(created.partitions),
            "replication_factor": JSON(created.replicationFactor),
          ])
      } catch let error as NewswireError where error.reason == .topicAlreadyExists && arguments.contains(unlessExists) {
        try arguments.show(text: "Topic \(name) is there already\n", json: ["topic": .string(name)])
      }
    })

  /// Settings by key; the same key twice is a mistake.
  private static func settings(_ values: [NamedValue]) throws -> [String: String] {
    var settings: [String: String] = [:]
    for value in values where settings.updateValue(value.value, forKey: value.name) != nil {
      throw UsageError("--config \(value.name) is given twice")
    }
    return settings
  }

  // MARK: list

  private static let internalToo = CommandFlag("internal", help: "list the cluster's own topics too")

  private static let list = Command(
    "list", summary: "list topics", options: [internalToo, CommonOptions.output],
    examples: [.init("names alone", "newswire topics list --output json | jq -r .[].topic")],
    action: inCluster { client, arguments in
      let topics = try await client.admin.listTopics(includeInternal: arguments.contains(internalToo))
      var table = Table([("TOPIC", .left), ("PARTITIONS", .right), ("REPLICATION FACTOR", .right), ("CONFIG", .left)])
      for topic in topics {
        table.add(
          topic.name, "\(topic.partitions.count)", "\(topic.replicationFactor)", shown(configText(topic.configs)))
      }
      try arguments.show(table: table, json: .array(topics.map { json($0, withPartitions: false) }))
    })

  // MARK: describe

  private static let allConfig = CommandFlag("all-config", help: "show settings that have their default too")

  private static let describe = Command(
    "describe", summary: "show topics with their partitions and settings", arguments: [CommonOptions.topics],
    options: [allConfig, CommonOptions.output],
    examples: [.init("everything about a topic", "newswire topics describe news --all-config")],
    action: inCluster { client, arguments in
      let topics = try await client.admin.describeTopics(arguments.all(CommonOptions.topics))
      var texts: [String] = []
      var values: [JSON] = []
      for topic in topics {
        let configs = try await client.admin.describeConfigs(topic: topic.name)
        let shown = arguments.contains(allConfig) ? configs : configs.filter { $0.source != .builtIn }
        texts.append(text(topic, shown))
        values.append(json(topic, withPartitions: true, configs: shown))
      }
      try arguments.show(text: texts.joined(separator: "\n"), json: .array(values))
    })

  private static func text(_ topic: TopicDescription, _ configs: [ConfigEntry]) -> String {
    var text = """
      topic               \(topic.name)
      id                  \(topic.id)
      partitions          \(topic.partitions.count)
      replication factor  \(topic.replicationFactor)\(topic.isInternal ? "\ninternal            yes" : "")


      """
    if !configs.isEmpty {
      var table = Table("SETTING", "VALUE", "DEFAULT", "SET BY", "MEANING")
      for entry in configs {
        table.add(entry.name, shown(entry.value), shown(entry.defaultValue), entry.source.rawValue, entry.meaning)
      }
      text += table.text + "\n"
    }
    return text + PartitionCommands.table(topic.partitions.map { (topic.name, $0) }).text
  }

  private static func configText(_ configs: [String: String]) -> String {
    configs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }

  private static func json(_ topic: TopicDescription, withPartitions: Bool, configs: [ConfigEntry]? = nil) -> JSON {
    var members: [JSON.Member] = [
      .init(name: "topic", value: .string(topic.name)), .init(name: "id", value: .string(topic.id)),
      .init(name: "internal", value: .bool(topic.isInternal)),
      .init(name: "partition_count", value: JSON(topic.partitions.count)),
      .init(name: "replication_factor", value: JSON(topic.replicationFactor)),
    ]
    if let configs {
      members.append(.init(name: "configs", value: .array(configs.map(json))))
    } else {
      let pairs = topic.configs.sorted { $0.key < $1.key }
      members.append(
        .init(name: "configs", value: .object(pairs.map { .init(name: $0.key, value: .string($0.value)) })))
    }
    if withPartitions {
      let partitions = topic.partitions.map { JSON.object(PartitionCommands.members($0)) }
      members.append(.init(name: "partitions", value: .array(partitions)))
    }
    return .object(members)
  }

  private static func json(_ entry: ConfigEntry) -> JSON {
    [
      "name": .string(entry.name), "value": .string(entry.value), "default": .string(entry.defaultValue),
      "source": .string(entry.source.rawValue), "type": .string(entry.type), "meaning": .string(entry.meaning),
    ]
  }

  // MARK: alter and delete

  private static let reset = CommandOption(
    "reset", .text.named("KEY"), repeatable: true, help: "a setting that goes back to its default")

  private static let newReplicationFactor = CommandOption<Int32>(
    "replication-factor", short: "r", .number(1...100), help: "on how many brokers each record shall lie")

  private static let alter = Command(
    "alter", summary: "change a topic's settings or its number of replicas, or add partitions",
    details: "All of it is done, or nothing. More partitions move keys to other ones: order holds only from then on. "
      + "Replicas are added and taken away in the background; 'newswire partitions list' shows how far it is.",
    arguments: [name],
    options: [config, reset, partitions, newReplicationFactor, CommonOptions.dryRun, CommonOptions.output],
    examples: [
      .init("keep records for a day", "newswire topics alter news --config retention.ms=86400000"),
      .init("as long as by default", "newswire topics alter news --reset retention.ms"),
      .init("more partitions", "newswire topics alter news --partitions 12"),
      .init("three replicas", "newswire topics alter news --replication-factor 3"),
    ],
    action: inCluster { client, arguments in
      let name = arguments.value(name)
      let changes = try settings(arguments.all(config))
      let resets = arguments.all(reset)
      guard
        !changes.isEmpty || !resets.isEmpty || arguments[partitions] != nil || arguments[newReplicationFactor] != nil
      else {
        throw UsageError(
          "nothing to change: give --config K=V, --reset KEY, --partitions N or --replication-factor N")
      }
      let count = try await client.admin.alterTopic(
        name, set: changes, reset: resets, partitions: arguments[partitions],
        replicationFactor: arguments[newReplicationFactor],
        validateOnly: arguments.contains(CommonOptions.dryRun))
      let done = arguments.contains(CommonOptions.dryRun) ? "could be altered" : "altered"
      try arguments.show(
        text: "Topic \(name) \(done): \(count) partitions\n",
        json: ["topic": .string(name), "partitions": JSON(count)])
    })

  private static let delete = Command(
    "delete", summary: "delete topics with all their records", details: "There is no way back.",
    arguments: [CommonOptions.topics], options: [CommonOptions.dryRun, CommonOptions.output],
    examples: [.init("two topics", "newswire topics delete news old-news")],
    action: inCluster { client, arguments in
      let items = try await client.admin.deleteTopics(
        arguments.all(CommonOptions.topics), validateOnly: arguments.contains(CommonOptions.dryRun))
      try arguments.showDeleted(items, "topic")
    })
}
