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

  static let command = Command(
    "produce", summary: "write records: each line of standard input is one",
    details: """
      Keys choose the partition as Kafka's Java client does (murmur2); records of one partition keep their order. Memory is
      bounded: who writes faster than the cluster takes it waits. Says at the end how many records were written, and ends
      with status 1 if some were not.
      """,
    arguments: [CommonOptions.topic],
    options: ConnectionOptions.all + [separator, partition] + ProducerChoices.all + [CommonOptions.output],
    examples: [
      .init("one record", "echo hello | newswire produce news"),
      .init("keys before a tab", "newswire produce lines --key-separator $'\\t' < keyed.tsv"),
      .init("what happens from now on, compressed", "tail -f app.log | newswire produce logs --compression zstd"),
    ]
  ) { arguments in
    let interruption = try Interruption()
    let status = try await inCluster { client, arguments in
      try await run(client, arguments, interruption)
    }(arguments)
    return interruption.isInterrupted ? Interruption.status : status
  }

  private static func run(_ client: NewswireClient, _ arguments: Arguments, _ interruption: Interruption) async throws {
    var options = ProducerChoices.options(arguments)
    let acknowledgements = Acknowledgements()
    options.onAcknowledgement = { acknowledgements.add($0) }
    let producer = client.producer(options)
    let lines = LineReader(
      descriptor: STDIN_FILENO, interruption: interruption.descriptor, lineBytesMax: options.recordBytesMax)
    let topic = arguments.value(CommonOptions.topic)
    let separator = arguments[separator].map { Array($0.utf8) }
    let partition = arguments[partition]
    var progress = Progress("written")
    var bytes: Int64 = 0
    var failure: (any Error)?
    do {
      while acknowledgements.error == nil, let line = try lines.next() {
        bytes += Int64(line.count)
        try await send(line, to: producer, topic, partition, separator, number: lines.count)
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
    let written = acknowledgements.records
    let elapsed = progress.elapsed
    try arguments.show(
      text: "\(grouped(written)) records (\(bytesText(bytes))) written to \(topic) in \(inSeconds(elapsed)) s: "
        + "\(rateText(written, bytes, elapsed))\n",
      json: [
        "topic": .string(topic), "records": JSON(written), "failed": JSON(acknowledgements.failed),
        "bytes": JSON(bytes),
        "seconds": JSON(elapsed.seconds),
      ])
    if let failure {
      throw CommandError("\(grouped(written)) of \(grouped(Int64(lines.count))) lines are written: \(failure)")
    }
  }

  private static func send(
    _ line: UnsafeRawBufferPointer, to producer: Producer, _ topic: String, _ partition: Int32?, _ separator: [UInt8]?,
    number: Int
  ) async throws {
    var key: UnsafeRawBufferPointer?
    var value = line
    if let separator {
      guard let parts = split(line, at: separator) else {
        throw CommandError(
          "line \(number) has no \(jsonQuoted(String(decoding: separator, as: UTF8.self))) to end its key")
      }
      (key, value) = parts
    }
    if try producer.tryEnqueue(topic: topic, partition: partition, key: key, value: value) { return }
    try await producer.enqueue(
      ProducerRecord(topic: topic, partition: partition, key: key.map { Array($0) }, value: Array(value)))
  }
}

extension ValueKind where Value == String {
  /// A text of at least one character.
  static var nonEmptyText: ValueKind {
    ValueKind(placeholder: "TEXT", expectation: "a text of at least one character") { $0.isEmpty ? nil : $0 }
  }
}
