internal import Configuration
internal import NewswireClient

/// Options of commands that produce.
enum ProducerChoices {
  static let acks = CommandOption<ProducerOptions.Acknowledgement>(
    "acks", .acknowledgement, default: "all",
    help: "when a record counts as written: all (on every in-sync replica, on disk), 1 (at the leader), 0 (at once)")
  static let compression = CommandOption<ProducerOptions.Compression>(
    "compression", .choice, default: "none", help: "how batches are compressed")
  static let batchBytes = CommandOption(
    "batch-bytes", .size(1 << 10...(3 << 20)), default: "128KiB", help: "how large a batch gets")
  static let linger = CommandOption(
    "linger", .duration(.zero ... .seconds(60)), default: "5ms",
    help: "how long a record waits for others to go with it")

  /// Whether records are numbered.
  enum Idempotence: String, CaseIterable, Sendable { case on, off }
  static let idempotence = CommandOption<Idempotence>(
    "idempotence", .choice, default: "on",
    help: "on: records are numbered, and written once although they are sent twice; off: a lost answer can double them")

  static let all: [any CommandLineOption] = [acks, compression, batchBytes, linger, idempotence]

  static func options(_ arguments: Arguments) -> ProducerOptions {
    var options = ProducerOptions()
    options.acks = arguments.value(acks)
    options.compression = arguments.value(compression)
    options.isIdempotent = arguments.value(idempotence) == .on
    options.batchBytes = arguments.value(batchBytes)
    options.requestBytes = max(options.requestBytes, options.batchBytes)
    options.linger = arguments.value(linger)
    return options
  }
}

extension ValueKind where Value == ProducerOptions.Acknowledgement {
  static var acknowledgement: ValueKind {
    ValueKind(placeholder: "all|1|0", expectation: "all, 1 or 0") { text in
      switch text {
      case "all", "-1": .all
      case "1", "leader": .leader
      case "0", "none": ProducerOptions.Acknowledgement.none
      default: nil
      }
    }
  }
}
