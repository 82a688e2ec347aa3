internal import Configuration
internal import NewswireClient

/// `newswire consume`: records to standard output.
enum ConsumeCommand {
  private static let group = CommandOption(
    "group", short: "g", .nonEmptyText.named("GROUP"),
    help: "read as a member of this group, which shares the partitions")
  private static let from = CommandOption<StartPosition>(
    "from", short: "f", .startPosition, default: "beginning",
    help: "where to begin: beginning, end, an offset, a time (2026-07-01T12:00:00Z), or so long ago (10m)")
  private static let partition = CommandOption<Int32>(
    "partition", short: "p", .number(0...Int32.max), repeatable: true, help: "only this partition")
  private static let maxRecords = CommandOption(
    "max-records", short: "n", .integer(1...Int.max), help: "end after so many records")
  private static let untilEnd = CommandFlag(
    "until-end", help: "end where the topic ends now, instead of waiting for more")
  private static let format = CommandOption<RecordFormat>(
    "format", .choice, default: "value", help: "each value as a line, or each record as a line of JSON")
  private static let separator = CommandOption(
    "key-separator", short: "k", .nonEmptyText, help: "print the key too, and this between key and value")

  static let command = Command(
    "consume", summary: "read records to standard output",
    details: """
      Reads all partitions of a topic, each in its order, and goes on with what comes until Ctrl-C, or until the program
      that it writes to has enough; both end it with status 0.

      With --group, the members of the group share the partitions, and the group remembers how far it has read: a record
      counts as read once it has been written to standard output. There --from says only where to begin in partitions that
      the group has not read yet, and is `beginning` or `end`.

      Values are written as they are, whatever their bytes. With --format json, keys and values that are not UTF-8 stand as
      key_base64 and value_base64; `newswire produce --format json` reads it again.
      """,
    arguments: [CommonOptions.topic],
    options: ConnectionOptions.all + [group, from, partition, maxRecords, untilEnd, format, separator],
    examples: [
      .init("everything that is there", "newswire consume news --from beginning --until-end"),
      .init("the last ten minutes, and what comes", "newswire consume news --from 10m"),
      .init("with keys and offsets", "newswire consume news --format json"),
      .init("keys before a tab", "newswire consume news --key-separator $'\\t'"),
      .init("one offset", "newswire consume news --partition 2 --from 1042 --max-records 1"),
      .init("as one of several workers", "newswire consume news --group readers"),
    ]
  ) { arguments in
    guard arguments.value(format) == .value || arguments[separator] == nil else {
      throw UsageError("JSON has the key in a member: --key-separator and --format json exclude each other")
    }
    let interruption = try Interruption()
    let position = arguments.value(from)
    if arguments[group] != nil {
      guard position == .beginning || position == .end else {
        throw UsageError(
          "a group knows how far it has read: --from is beginning or end; see 'newswire groups reset-offsets'")
      }
      guard arguments.all(partition).isEmpty else {
        throw UsageError("the members of a group share all partitions: --partition and --group exclude each other")
      }
    }
    return try await inCluster { client, arguments in
      try await run(client, arguments, interruption)
    }(arguments)
  }

  private static func run(_ client: NewswireClient, _ arguments: Arguments, _ interruption: Interruption) async throws {
    let topic = arguments.value(CommonOptions.topic)
    let output = RecordOutput(
      arguments.value(format), keySeparator: arguments[separator], recordsMax: arguments[maxRecords])
    let attention = Task {
      try await StandardStreams.readerGone()
      interruption.interrupt()
    }
    defer { attention.cancel() }
    guard let name = arguments[group] else {
      let chosen = arguments.all(partition)
      let batches = client.consumer().batches(
        topic, partitions: chosen.isEmpty ? nil : chosen, from: arguments.value(from),
        untilEnd: arguments.contains(untilEnd))
      let reading = Task { try await output.drain(batches) }
      interruption.onInterruption { reading.cancel() }
      do {
        try await reading.value
      } catch  where interruption.isInterrupted && !(error is StandardStreams.ReaderGone) {}
      return output.finish()
    }
    var options = GroupConsumerOptions()
    options.resetPolicy = arguments.value(from) == .end ? .latest : .earliest
    let member = client.groupConsumer(group: name, topics: [topic], options)
    interruption.onInterruption { Task { try? await member.close() } }
    let watch = try await arguments.contains(untilEnd) ? GroupEndWatch(client, group: name, topic: topic) : nil
    let watching = watch.map { watch in
      Task {
        try await watch.wait { output.positions }
        try await member.close()
      }
    }
    defer { watching?.cancel() }
    do {
      // Only record by record can be committed exactly up to the last one that was wanted: no other asks for the next.
      if arguments[maxRecords] == nil {
        try await output.drain(member.batches)
      } else {
        if let last = try await output.drain(member.records) { try await member.commit(through: last) }
      }
    } catch {
      try? await member.close()
      throw error
    }
    try await member.close()
    output.finish()
  }
}
