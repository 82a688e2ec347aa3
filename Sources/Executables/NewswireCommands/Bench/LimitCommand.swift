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
      Sends bytes over one TLS 1.3 connection on this machine, to a receiver that appends them to a file and syncs it
      (fdatasync) behind each batch; then once more to one that drops them. Uses --cert and --key for the connection. The
      columns of the broker are the receiver's thread, those of the client the sender's; a record is a batch.
      """,
    options: [size, folder, ProducerChoices.batchBytes, CommonOptions.output],
    examples: [.init("batches of 1 MiB", "newswire bench limit --batch-bytes 1MiB")]
  ) { arguments in
    let batch = arguments.value(ProducerChoices.batchBytes)
    let total = arguments.value(size) / batch * batch
    let (certificate, key) = try ConnectionOptions.ownCertificate(arguments)
    let folder = arguments[folder] ?? "."
    var results: [BenchResult] = []
    for (name, file) in [("TLS, synced", "\(folder)/bench-limit.tmp"), ("TLS, dropped", nil)] {
      let pipe = TLSPipe(certificate: certificate, key: key, batchBytes: batch, totalBytes: total, file: file)
      let cost = try await pipe.run()
      results.append(
        BenchResult(
          name: name, records: Int64(total / batch), bytes: Int64(total), seconds: cost.seconds,
          clientCPU: cost.sender, brokerCPU: cost.receiver))
    }
    do {
      try BenchCommands.report(results, arguments)
    } catch is StandardStreams.ReaderGone {}
    return 0
  }
}
