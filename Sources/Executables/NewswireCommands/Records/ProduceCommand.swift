internal import Configuration
internal import Glibc
internal import NewswireClient

/// `newswire produce`: one record per line of standard input.
enum ProduceCommand {
  private static let separator = CommandOption(
    "key-separator", short: "k", .nonEmptyText, help: "what stands between key and value; without it, lines have no key"
  )
  private static let partition = CommandOption<Int32>(
    "partition", short: "p", .number(0...Int32.max), help: "the partition; by key, or spread, if not given")
  private static let format = CommandOption<RecordFormat>(
    "format", .choice, default: "value", help: "each line is a value, or a record in JSON")
  private static let header = CommandOption<Header>(
    "header", short: "H", .header, repeatable: true, help: "a note that every record gets")

  static let command = Command(
    "produce", summary: "write records: each line of standard input is one",
    details: """
      Keys choose the partition as Kafka's Java client does (murmur2); records of one partition keep their order. Memory is
      bounded: who writes faster than the cluster takes it waits. Says at the end how many records were written. A record
      that cannot be written within two minutes, or at all, ends it with status 1: no later ones are begun, and it says up
      to which line all are written. Ctrl-C sends what has been read, and ends with status 130.

      With --format json a line is what `newswire consume --format json` prints: key and value, or key_base64 and
      value_base64 for bytes that are not UTF-8, headers, timestamp_ms. All may be missing; a record without a value deletes
      its key from a compacted topic. Where the record lay before (topic, partition, offset) is not taken over.
      """,
    arguments: [CommonOptions.topic],
    options: ConnectionOptions.all + [separator, partition, format, header] + ProducerChoices.all
      + [CommonOptions.output],
    examples: [
      .init("one record", "echo hello | newswire produce news"),
      .init("keys before a tab", "newswire produce lines --key-separator $'\\t' < keyed.tsv"),
      .init("what happens from now on, compressed", "tail -f app.log | newswire produce logs --compression zstd"),
      .init(
        "a copy, bytes, headers and times included",
        "newswire consume old --format json --until-end | newswire produce new --format json"),
    ],
    exitStatuses: [.init(Interruption.status, "ended by Ctrl-C; what had been read is written")]
  ) { arguments in
    guard arguments.value(format) == .value || arguments[separator] == nil else {
      throw UsageError("a record in JSON has its key in a member: --key-separator and --format json exclude each other")
    }
    let interruption = try Interruption()
    let status = try await inCluster { client, arguments in
      try await run(client, arguments, interruption)
    }(arguments)
    return interruption.isInterrupted ? Interruption.status : status
  }

  private static func run(_ client: NewswireClient, _ arguments: Arguments, _ interruption: Interruption) async throws {
    var options = ProducerChoices.options(arguments)
    let acknowledgements = Acknowledgements()
    options.afterFailure = .stop
    options.onAcknowledgement = { answer in
      acknowledgements.add(answer)
      // No need to wait for the next line.
      if answer.error != nil { interruption.interrupt() }
    }
    let producer = client.producer(options)
    let isJSON = arguments.value(format) == .json
    // Base64 and escapes make a line longer than its record.
    let lines = LineReader(
      descriptor: STDIN_FILENO, interruption: interruption.descriptor,
      lineBytesMax: options.recordBytesMax * (isJSON ? 6 : 1))
    let topic = arguments.value(CommonOptions.topic)
    let records = LineRecords(
      topic: topic, partition: arguments[partition], format: arguments.value(format),
      keySeparator: arguments[separator], headers: arguments.all(header))
    if isatty(STDIN_FILENO) == 1 { StandardStreams.warn("Each line is a record; Ctrl-D ends.") }
    var progress = Progress("written", beside: STDIN_FILENO)
    var bytes: Int64 = 0
    var failure: (any Error)?
    do {
      while let line = try lines.next(), acknowledgements.error == nil {
        bytes += Int64(line.count)
        try await records.send(line, number: lines.count, to: producer)
        progress.update(records: acknowledgements.records, bytes: bytes)
      }
    } catch {
      failure = error
    }
    do {
      try await producer.close()
    } catch {
      failure = failure ?? error
    }
    progress.clear()
    if let cause = acknowledgements.error { failure = cause }
    // What failed from the first record on needs no figures.
    if let failure, acknowledgements.records == 0, arguments.value(CommonOptions.output) == .table { throw failure }
    try report(acknowledgements, topic, bytes: bytes, progress.elapsed, arguments)
    if let failure {
      throw CommandError("\(extent(acknowledgements, lines: lines.count)): \(explanation(of: failure))")
    }
  }

  /// Which lines are written.
  private static func extent(_ acknowledgements: Acknowledgements, lines: Int) -> String {
    let written = "\(grouped(acknowledgements.records)) of \(grouped(Int64(lines))) lines are written"
    guard let before = acknowledgements.firstFailed else { return written }
    let line = grouped(before + 1)
    return "\(written), all before line \(line) among them; from line \(line) on some may be missing"
  }

  private static func report(
    _ acknowledgements: Acknowledgements, _ topic: String, bytes: Int64, _ elapsed: Duration, _ arguments: Arguments
  ) throws {
    let written = acknowledgements.records
    try arguments.show(
      text: "\(grouped(written)) records (\(bytesText(bytes))) written to \(topic) in \(inSeconds(elapsed)) s: "
        + "\(rateText(written, bytes, elapsed))\n",
      json: [
        "topic": .string(topic), "records": JSON(written), "failed": JSON(acknowledgements.failed),
        "bytes": JSON(bytes), "seconds": JSON(elapsed.seconds),
      ])
  }
}

extension ValueKind where Value == Header {
  /// A note's name and text.
  static var header: ValueKind {
    ValueKind(placeholder: "NAME=TEXT", expectation: "a name and a text such as source=web") { text in
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return parts.count == 2 && !parts[0].isEmpty ? Header(String(parts[0]), String(parts[1])) : nil
    }
  }
}

extension ValueKind where Value == String {
  /// A text of at least one character.
  static var nonEmptyText: ValueKind {
    ValueKind(placeholder: "TEXT", expectation: "a text of at least one character") { $0.isEmpty ? nil : $0 }
  }
}
