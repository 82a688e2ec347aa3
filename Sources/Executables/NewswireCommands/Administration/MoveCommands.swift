internal import Configuration
internal import NewswireClient

/// `newswire partitions reassign` and `newswire partitions elect`.
enum MoveCommands {
  private static let moves = CommandArgument("MOVE", .move, count: .oneOrMore, help: "TOPIC:PARTITION=BROKER,BROKER,…")
  private static let cancel = CommandFlag(
    "cancel", help: "end moves that are under way, and stay with the replicas of before; MOVE is TOPIC:PARTITION then")

  static let reassign = Command(
    "reassign", summary: "move partitions to other brokers",
    details: """
      New replicas are added and catch up; the old ones go when the new ones are in sync. The first broker is the \
      preferred leader. Some partitions are moved at a time, the others wait. 'newswire partitions list' shows how far it \
      is.
      """,
    arguments: [moves], options: [cancel, CommonOptions.dryRun, CommonOptions.output],
    examples: [
      .init("partition 0 to brokers 2, 3 and 4", "newswire partitions reassign news:0=2,3,4"),
      .init("no, leave it where it was", "newswire partitions reassign --cancel news:0"),
    ],
    action: inCluster { client, arguments in
      var wanted: [TopicPartition: [Int32]] = [:]
      for move in arguments.all(moves) {
        guard move.brokers.isEmpty == arguments.contains(cancel) else {
          throw UsageError(
            arguments.contains(cancel)
              ? "--cancel takes TOPIC:PARTITION without brokers" : "\(move.partition) needs its brokers: =1,2,3")
        }
        guard wanted.updateValue(move.brokers, forKey: move.partition) == nil else {
          throw UsageError("\(move.partition) is named twice")
        }
      }
      let items = try await client.admin.reassignPartitions(
        wanted, validateOnly: arguments.contains(CommonOptions.dryRun))
      let done = items.compactMap { try? $0.get() }
      try arguments.show(text: done.map { text($0, arguments) }.joined(), json: .array(done.map(json)))
      try throwFailures(items)
    })

  private static func text(_ partition: ReassignedPartition, _ arguments: Arguments) -> String {
    let place = numbersText(partition.replicas)
    let isDry = arguments.contains(CommonOptions.dryRun)
    guard !partition.targetReplicas.isEmpty else {
      return "\(partition.partition) \(isDry ? "would lie" : "lies") on \(place)\n"
    }
    return
      "\(partition.partition) \(isDry ? "would move" : "moves") from \(place) to \(numbersText(partition.targetReplicas))\n"
  }

  private static func json(_ partition: ReassignedPartition) -> JSON {
    [
      "topic": .string(partition.partition.topic), "partition": JSON(partition.partition.partition),
      "replicas": .array(partition.replicas.map { JSON($0) }),
      "target_replicas": .array(partition.targetReplicas.map { JSON($0) }),
    ]
  }

  // MARK: elect

  private static let choices = CommandArgument(
    "TOPIC[:N,…]", .topicChoice, count: .any, help: "topics, or some of their partitions; all if none is given")
  private static let unclean = CommandFlag(
    "unclean", help: "for partitions that nobody leads: let the fullest replica lead that lives")
  private static let acceptLoss = CommandFlag(
    "accept-loss", help: "yes, do the unclean election, and lose what only others hold")

  static let elect = Command(
    "elect", summary: "let the preferred replicas lead again, or, where records must be given up, any that lives",
    details: """
      An unclean election is for partitions whose in-sync and eligible replicas will not come back. Records that were \
      acknowledged, and that the replica does not hold which leads then, are lost for ever. Without --accept-loss the \
      command only says who would lead, and up to which offset its log goes.
      """,
    arguments: [choices], options: [unclean, acceptLoss, CommonOptions.dryRun, CommonOptions.output],
    examples: [
      .init("preferred leaders everywhere", "newswire partitions elect"),
      .init("what would be lost?", "newswire partitions elect --unclean news:3"),
      .init("lose it", "newswire partitions elect --unclean --accept-loss news:3"),
    ],
    action: inCluster { client, arguments in
      let isUnclean = arguments.contains(unclean)
      guard isUnclean || !arguments.contains(acceptLoss) else {
        throw UsageError("--accept-loss goes with --unclean")
      }
      guard !isUnclean || !arguments.all(choices).isEmpty else {
        throw UsageError("an unclean election can lose records: name the topics or partitions")
      }
      let isDry = arguments.contains(CommonOptions.dryRun) || (isUnclean && !arguments.contains(acceptLoss))
      let partitions = try await named(arguments.all(choices), onlyLeaderless: isUnclean, client)
      let items: [ItemResult<ElectedLeader>] =
        isUnclean && partitions.isEmpty
        ? [] : try await client.admin.electLeaders(partitions, unclean: isUnclean, validateOnly: isDry)
      let elected = items.compactMap { try? $0.get() }
      try arguments.show(
        text: elected.isEmpty && items.isEmpty
          ? "Nothing to elect\n" : elected.map { text($0, isUnclean, isDry) }.joined(),
        json: .array(elected.map(json)))
      try throwFailures(items)
      if isUnclean, isDry, !arguments.contains(CommonOptions.dryRun), !elected.isEmpty {
        throw CommandError("nothing was changed; add --accept-loss to give up what only the named brokers hold")
      }
    })

  /// The partitions that the choices mean; none for no choice, which stands for all.
  private static func named(
    _ choices: [TopicChoice], onlyLeaderless: Bool, _ client: NewswireClient
  ) async throws -> [TopicPartition] {
    var partitions: [TopicPartition] = []
    for choice in choices {
      let described = try await client.admin.describeTopics([choice.topic]).flatMap(\.partitions)
      let led = Set(described.filter { $0.leader != nil }.map(\.partition))
      let numbers = choice.partitions.isEmpty ? described.map(\.partition) : choice.partitions
      partitions += numbers.filter { !onlyLeaderless || !led.contains($0) }.map { TopicPartition(choice.topic, $0) }
    }
    return partitions
  }

  private static func text(_ elected: ElectedLeader, _ isUnclean: Bool, _ isDry: Bool) -> String {
    let leads = "\(elected.partition): broker \(elected.leader) \(isDry ? "would lead" : "leads")"
    guard isUnclean else { return leads + "\n" }
    return leads + " with its log up to offset \(elected.logEndOffset); what \(numbersText(elected.passedOver)) held "
      + "beyond that \(isDry ? "would be" : "is") lost\n"
  }

  private static func json(_ elected: ElectedLeader) -> JSON {
    [
      "topic": .string(elected.partition.topic), "partition": JSON(elected.partition.partition),
      "leader": JSON(elected.leader), "leader_epoch": JSON(elected.leaderEpoch),
      "log_end_offset": JSON(elected.logEndOffset), "passed_over": .array(elected.passedOver.map { JSON($0) }),
    ]
  }
}

/// Where one partition shall lie, as `news:0=2,3,4`; without brokers as `news:0`.
struct PartitionMove: Hashable, Sendable {
  let partition: TopicPartition
  let brokers: [Int32]
}

extension ValueKind where Value == PartitionMove {
  static var move: ValueKind {
    ValueKind(
      placeholder: "TOPIC:N=B,…", expectation: "a partition and its brokers, such as news:0=2,3,4"
    ) { text in
      let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = sides[0].split(separator: ":", omittingEmptySubsequences: false)
      guard name.count == 2, !name[0].isEmpty, let number = Int32(name[1]), number >= 0 else { return nil }
      let partition = TopicPartition(String(name[0]), number)
      guard sides.count == 2 else { return PartitionMove(partition: partition, brokers: []) }
      let brokers = sides[1].split(separator: ",", omittingEmptySubsequences: false).map { Int32($0) }
      guard brokers.allSatisfy({ ($0 ?? 0) > 0 }) else { return nil }
      return PartitionMove(partition: partition, brokers: brokers.compactMap { $0 })
    }
  }
}
