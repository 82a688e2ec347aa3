internal import Configuration
internal import NewswireClient

/// `newswire groups`.
enum GroupCommands {
  private static let group = CommandArgument("GROUP", .text, help: "the group's name")
  private static let groups = CommandArgument("GROUP", .text, count: .oneOrMore, help: "the groups' names")

  static let command = Command(
    "groups", summary: "list, describe, reset and delete consumer groups", options: ConnectionOptions.all,
    examples: [
      .init("how far a group is", "newswire groups describe readers"),
      .init("let it read everything again", "newswire groups reset-offsets readers --topic news --to earliest"),
    ],
    subcommands: [list, describe, resetOffsets, delete])

  // MARK: list

  private static let list = Command(
    "list", summary: "list groups", options: [CommonOptions.output],
    examples: [.init("all groups", "newswire groups list")],
    action: inCluster { client, arguments in
      let groups = try await client.admin.listGroups()
      var table = Table([("GROUP", .left), ("STATE", .left), ("MEMBERS", .right)])
      for group in groups { table.add(group.name, group.state.rawValue, "\(group.memberCount)") }
      let values = groups.map { group -> JSON in
        ["group": .string(group.name), "state": .string(group.state.rawValue), "members": JSON(group.memberCount)]
      }
      try arguments.show(table: table, json: .array(values))
    })

  // MARK: describe

  private static let describe = Command(
    "describe", summary: "show a group's members, and how far behind they are", arguments: [group],
    options: [CommonOptions.output],
    examples: [.init("members and lag", "newswire groups describe readers")],
    action: inCluster { client, arguments in
      let group = try await client.admin.describeGroup(arguments.value(group))
      try arguments.show(text: text(group), json: json(group))
    })

  private static func text(_ group: GroupDescription) -> String {
    var text = """
      group              \(group.name)
      state              \(group.state.rawValue)
      epoch              \(group.epoch)
      assignor           \(shown(group.assignor))
      lag                \(shown(group.lag))
      group coordinator  \(group.coordinatorID) (shard \(group.shard))

      """
    if !group.members.isEmpty {
      var members = Table([
        ("MEMBER", .left), ("EPOCH", .right), ("CLIENT", .left), ("ADDRESS", .left), ("PARTITIONS", .left),
      ])
      for member in group.members {
        members.add(
          member.instanceID ?? member.id, "\(member.epoch)", shown(member.clientID), shown(member.clientAddress),
          shown(partitionsText(member.assignment)))
      }
      text += "\n" + members.text
    }
    if !group.progress.isEmpty {
      var progress = Table([
        ("TOPIC", .left), ("PARTITION", .right), ("COMMITTED", .right), ("END", .right), ("LAG", .right),
        ("LAG (S)", .right), ("MEMBER", .left),
      ])
      for entry in group.progress {
        progress.add(
          entry.partition.topic, "\(entry.partition.partition)", shown(entry.committedOffset),
          shown(entry.logEndOffset), shown(entry.lagRecords), entry.lagTime.map { fixed($0.seconds, 1) } ?? absent,
          shown(entry.memberID))
      }
      text += "\n" + progress.text
    }
    return text
  }

  private static func json(_ group: GroupDescription) -> JSON {
    [
      "group": .string(group.name), "state": .string(group.state.rawValue), "epoch": JSON(group.epoch),
      "assignor": .string(group.assignor), "lag": JSON(group.lag), "shard": JSON(group.shard),
      "group_coordinator": JSON(group.coordinatorID), "members": .array(group.members.map(json)),
      "offsets": .array(group.progress.map(json)),
    ]
  }

  private static func json(_ member: MemberDescription) -> JSON {
    [
      "id": .string(member.id), "instance_id": JSON(member.instanceID), "epoch": JSON(member.epoch),
      "client_id": .string(member.clientID), "client_address": .string(member.clientAddress),
      "rack": .string(member.rack), "topics": .array(member.topics.map { .string($0) }),
      "assignment": json(member.assignment), "target_assignment": json(member.targetAssignment),
    ]
  }

  private static func json(_ entry: GroupProgress) -> JSON {
    [
      "topic": .string(entry.partition.topic), "partition": JSON(entry.partition.partition),
      "member_id": JSON(entry.memberID), "committed_offset": JSON(entry.committedOffset),
      "log_end_offset": JSON(entry.logEndOffset), "lag_records": JSON(entry.lagRecords),
      "lag_seconds": JSON(entry.lagTime?.seconds), "commit_timestamp_ms": JSON(entry.commitTimestamp),
    ]
  }

  private static func json(_ partitions: [TopicPartition]) -> JSON {
    .array(
      byTopic(partitions).map { topic, numbers in
        ["topic": .string(topic), "partitions": .array(numbers.map { JSON($0) })]
      })
  }

  private static func partitionsText(_ partitions: [TopicPartition]) -> String {
    byTopic(partitions).map { "\($0.topic):\(numbersText($0.numbers))" }.joined(separator: " ")
  }

  private static func byTopic(_ partitions: [TopicPartition]) -> [(topic: String, numbers: [Int32])] {
    Dictionary(grouping: partitions, by: \.topic).sorted { $0.key < $1.key }
      .map { ($0.key, $0.value.map(\.partition).sorted()) }
  }

  // MARK: reset-offsets

  private static let topic = CommandOption<TopicChoice>(
    "topic", short: "t", .topicChoice, repeatable: true,
    help: "a topic, or some of its partitions; without any, all for which the group has an offset")
  private static let to = CommandOption<OffsetReset>(
    "to", .offsetReset,
    help: "where to: earliest, latest, an offset, a time (2026-07-01T12:00:00Z), or so long ago (10m)")
  private static let shift = CommandOption<Int>(
    "shift", .integer(-1_000_000_000_000...1_000_000_000_000), help: "so many records on, or back if negative")

  private static let resetOffsets = Command(
    "reset-offsets", summary: "set how far a group counts as having read",
    details: "The group must have no members: end them first. --dry-run shows what would be set.",
    arguments: [group], options: [topic, to, shift, CommonOptions.dryRun, CommonOptions.output],
    examples: [
      .init("read everything again", "newswire groups reset-offsets readers --topic news --to earliest"),
      .init("what would the last hour be?", "newswire groups reset-offsets readers --to 1h --dry-run"),
      .init("ten records back in two partitions", "newswire groups reset-offsets readers --topic news:0,3 --shift=-10"),
    ],
    action: inCluster { client, arguments in
      var topics: TopicSelection = [:]
      for choice in arguments.all(topic) { topics[choice.topic, default: []] += choice.partitions }
      let position: OffsetReset
      switch (arguments[to], arguments[shift]) {
      case (let to?, nil): position = to
      case (nil, let count?): position = .shift(Int64(count))
      default: throw UsageError("say where to: either --to earliest|latest|OFFSET|TIME, or --shift N")
      }
      let items = try await client.admin.resetOffsets(
        group: arguments.value(group), topics: topics, to: position,
        validateOnly: arguments.contains(CommonOptions.dryRun))
      let changes = items.compactMap { try? $0.get() }
      var table = Table([("TOPIC", .left), ("PARTITION", .right), ("OLD OFFSET", .right), ("NEW OFFSET", .right)])
      for change in changes {
        table.add(
          change.partition.topic, "\(change.partition.partition)", shown(change.oldOffset), shown(change.newOffset))
      }
      let values = changes.map { change -> JSON in
        [
          "topic": .string(change.partition.topic), "partition": JSON(change.partition.partition),
          "old_offset": JSON(change.oldOffset), "new_offset": JSON(change.newOffset),
        ]
      }
      try arguments.show(table: table, json: .array(values))
      try throwFailures(items)
    })

  // MARK: delete

  private static let delete = Command(
    "delete", summary: "delete groups with their offsets", details: "They must have no members.", arguments: [groups],
    options: [CommonOptions.dryRun, CommonOptions.output],
    examples: [.init("a group", "newswire groups delete readers")],
    action: inCluster { client, arguments in
      let items = try await client.admin.deleteGroups(
        arguments.all(groups), validateOnly: arguments.contains(CommonOptions.dryRun))
      try arguments.showDeleted(items, "group")
    })
}
