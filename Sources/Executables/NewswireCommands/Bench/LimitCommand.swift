internal import Configuration
internal import Runtime

/// `newswire bench limit`: what TLS and the disk of this machine allow, without anything of Newswire between.
enum LimitCommand {
  private static let size = CommandOption(
    "bytes", .size(1 << 20...(1 << 40)), default: "1GB", help: "how much is sent")
  private static let folder = CommandOption(
    "data", short: "d", .path.named("DIR"), environment: "NEWSWIRE_DATA",
    help: "a folder on the disk to measure; the current one if not given")

  static let command = Command(
    "limit", summary: "measure what a plain TLS connection and the disk can do, for comparison",
    details: """
      The least that a broker must do, as fast as it can be done, over one TLS 1.3 connection on this machine. Produced: a
      receiver reads 64 KiB at a time, appends to a file and syncs it (fdatasync) behind each batch. Consumed: a sender
      reads a file from the page cache batch by batch. The columns of the broker are that thread, those of the client the
      thread at the other end; a record is a batch. Uses --cert and --key for the connection.
      """,
    options: [size, folder, ProducerChoices.batchBytes, MemoryWarmer.option, CommonOptions.output],
    examples: [.init("batches of 1 MiB", "newswire bench limit --batch-bytes 1MiB")]
  ) { arguments in
    let batch = arguments.value(ProducerChoices.batchBytes)
    let total = max(1, arguments.value(size) / batch) * batch
    let (certificate, key) = try ConnectionOptions.ownCertificate(arguments)
    let file = "\(arguments[folder] ?? ".")/bench-limit.tmp"
    var results: [BenchResult] = []
    for work in [TLSPipe.Work.append(file), .read(file)] {
      let pipe = TLSPipe(certificate: certificate, key: key, batchBytes: batch, totalBytes: total, work: work)
      try MemoryWarmer.warm(arguments.value(MemoryWarmer.option))
      let cost = try await pipe.run()
      var result = BenchResult(
        name: "", records: Int64(total / batch), bytes: Int64(total), seconds: cost.seconds)
      switch work {
      case .append: (result.name, result.brokerCPU, result.clientCPU) = ("limit, produced", cost.receiver, cost.sender)
      case .read: (result.name, result.brokerCPU, result.clientCPU) = ("limit, consumed", cost.sender, cost.receiver)
      }
      results.append(result)
    }
    do {
      try BenchCommands.report(results, arguments)
    } catch is StandardStreams.ReaderGone {}
    return 0
  }
}
