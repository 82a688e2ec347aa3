internal import Configuration
internal import Runtime

/// `newswire bench limit`: what TLS and the disk of this machine allow, without anything of Newswire between.
enum LimitCommand {
  private static let size = CommandOption(
    "bytes", .size(1 << 20...(1 << 40)), default: "1GB", help: "how much is sent in each measurement")
  private static let folder = CommandOption(
    "data", short: "d", .path.named("DIR"), environment: "NEWSWIRE_DATA",
    help: "a folder on the disk to measure; the current one if not given")
  private static let batchBytes = CommandOption(
    "batch-bytes", .size(1 << 10...(64 << 20)), repeatable: true,
    help: "how much is written, synced, read and sent at once; 128KiB and 1MiB if not given")
  private static let warmMemory = CommandOption(
    "warm-memory", .size(0...(1 << 40)),
    help: "touch so much memory before each measurement and give it back: on virtual machines the first touch is slow; "
      + "twice what is sent if not given")

  /// What is measured.
  private enum Kind: String, CaseIterable, Sendable {
    case synced
    case unsynced
    case consumed
  }
  private static let kinds = CommandOption<Kind>(
    "only", .choice, repeatable: true,
    help: "synced: produced, each batch synced; unsynced: produced, without; consumed; all of them if not given")

  static let command = Command(
    "limit", summary: "measure what a plain TLS connection and the disk can do, for comparison",
    details: """
      The least that a broker must do, as fast as it can be done, over one TLS 1.3 connection on this machine, with the
      cipher that Newswire uses, in full TLS records of 16 KiB. Produced: a receiver reads 64 KiB at a time, and appends
      each batch to a file by one write; it syncs it (fdatasync) behind each batch, or not at all. Consumed: a sender reads
      a file from the page cache, a batch by one read, and sends it by one write.

      The columns of the broker are that thread, those of the client the thread at the other end; a record is a batch.
      Uses --cert and --key for the connection.
      """,
    options: [size, folder, batchBytes, kinds, warmMemory] + BenchReport.options,
    examples: [
      .init("everything", "newswire bench limit"),
      .init("batches of 1 MiB, synced", "newswire bench limit --batch-bytes 1MiB --only synced"),
    ]
  ) { arguments in
    let machine = Machine.current()
    let (certificate, key) = try ConnectionOptions.ownCertificate(arguments)
    let bytes = arguments.value(size)
    let warm = arguments[warmMemory] ?? 2 * bytes
    let file = "\(arguments[folder] ?? ".")/bench-limit.tmp"
    let chosen = arguments.all(kinds)
    let batches = arguments.all(batchBytes)
    var results: [BenchResult] = []
    for kind in chosen.isEmpty ? Kind.allCases : chosen {
      for batch in batches.isEmpty ? [128 << 10, 1 << 20] : batches {
        try MemoryWarmer.warm(warm)
        let total = max(1, bytes / batch) * batch
        results.append(try await measure(kind, certificate, key, batch: batch, total: total, file))
      }
    }
    let settings: [JSON.Member] = [
      .init(name: "bytes", value: JSON(bytes)), .init(name: "cipher", value: .string(TLSPipeSession.cipherSuite)),
      .init(name: "warm_memory", value: JSON(warm)),
    ]
    do {
      try BenchReport(results, settings, on: machine, arguments).show(arguments)
    } catch is StandardStreams.ReaderGone {}
    return 0
  }

  private static func measure(
    _ kind: Kind, _ certificate: String, _ key: String, batch: Int, total: Int, _ file: String
  ) async throws -> BenchResult {
    let work: TLSPipe.Work = kind == .consumed ? .read(file) : .append(file, syncs: kind == .synced)
    let pipe = TLSPipe(certificate: certificate, key: key, batchBytes: batch, totalBytes: total, work: work)
    let used = try await pipe.run()
    let cost =
      kind == .consumed
      ? ProcessCosts.Cost(client: used.receiver, brokers: used.sender)
      : ProcessCosts.Cost(client: used.sender, brokers: used.receiver)
    let size = batch % (1 << 20) == 0 ? "\(batch >> 20) MiB" : "\(batch >> 10) KiB"
    return BenchResult(
      name: "limit, \(kind == .consumed ? "consumed" : "produced, \(kind.rawValue)"), \(size)",
      records: Int64(total / batch), bytes: Int64(total), seconds: used.seconds, cost: cost,
      settings: [
        .init(name: "kind", value: .string(kind.rawValue)), .init(name: "batch_bytes", value: JSON(batch)),
      ])
  }
}
