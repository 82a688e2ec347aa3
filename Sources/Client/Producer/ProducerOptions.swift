internal import Compression
internal import RecordBatch

/// How a producer collects, compresses and sends records. The defaults are the safe ones.
public struct ProducerOptions: Sendable {
  /// When a record counts as written.
  public enum Acknowledgement: Hashable, Sendable {
    /// At once, before anything is written: records can be lost, and nobody knows where they are.
    case none
    /// When the leader has written it; lost if the leader is lost before another replica has it.
    case leader
    /// When every in-sync replica has it, on its disk unless the topic says otherwise.
    case all
  }

  /// How batches are compressed.
  public enum Compression: String, CaseIterable, Sendable {
    /// Not at all.
    case none
    /// Small, slow.
    case gzip
    /// Fast, not so small.
    case snappy
    /// The fastest.
    case lz4
    /// Small and fast: the best choice for most.
    case zstd
  }

  /// What is done when a request may have been written but its answer was lost.
  public enum UnknownOutcome: Hashable, Sendable {
    /// It is sent again: nothing is lost, and nothing is written twice unless `isIdempotent` is off.
    case sendAgain
    /// It fails with `OUTCOME_UNKNOWN` or `UNAVAILABLE`: nothing is written twice, but nobody knows whether it was.
    case fail
  }

  /// What is done with other records once some have been given up.
  public enum AfterFailure: Hashable, Sendable {
    /// They are written: those behind a gap follow it in their order.
    case goOn
    /// Nothing is begun any more: what has not been sent is given up too, and the producer takes no more.
    case stop
  }

  /// When a record counts as written.
  public var acks = Acknowledgement.all
  /// Whether records are numbered, so that what is sent again is not written again, and several requests of a partition
  /// are under way at once in a certain order. Not with `acks` `none`, where nothing is known of any record.
  public var isIdempotent = true
  /// How batches are compressed.
  public var compression = Compression.none
  /// The codec's level; nil: its own default.
  public var compressionLevel: Int?
  /// How large a batch gets. It goes out when it is full, or when `linger` is over.
  public var batchBytes = 128 << 10
  /// How long a record waits for others to go with it.
  public var linger: Duration = .milliseconds(5)
  /// How much one request carries: batches of one partition that wait together go out together.
  public var requestBytes = 1 << 20
  /// The largest record. The topic's `max.message.bytes` bounds it too.
  public var recordBytesMax = 1 << 20
  /// How much memory records may take until they are acknowledged. Who sends more waits.
  public var bufferBytes = 64 << 20
  /// How many requests are under way to one broker; of one partition at most five, and only one if they are not numbered,
  /// so that order is kept.
  public var requestsInFlight = 5
  /// How long a record may take from `send` to its acknowledgement, repetitions included.
  public var deliveryTimeout: Duration = .seconds(120)
  /// How long the replicas may take for one request.
  public var requestTimeout: Duration = .seconds(30)
  /// What is done when an answer was lost.
  public var unknownOutcome = UnknownOutcome.sendAgain
  /// What is done once records have been given up, because they were refused or `deliveryTimeout` was over, or once the
  /// cluster has lost records that were acknowledged.
  public var afterFailure = AfterFailure.goOn
  /// Called for each request that has been answered or given up, on the client's own thread: be quick, and do not block.
  public var onAcknowledgement: (@Sendable (Acknowledged) -> Void)?

  /// Called when the cluster has lost records that it had acknowledged to this producer, on the client's own thread: be
  /// quick, and do not block. `flush` and `close` tell it too, by an error.
  public var onLoss: (@Sendable (LostRecords) -> Void)?

  /// The defaults.
  public init() {}

  var limits: RecordAccumulator.Limits {
    let batch = max(batchBytes, 1 << 10)
    return .init(
      batchBytes: batch, requestBytes: min(max(requestBytes, batch), 3 << 20), recordBytesMax: recordBytesMax,
      linger: max(linger, .zero))
  }

  var numbersRecords: Bool { isIdempotent && acks != .none }

  var codec: CompressionCodec {
    switch compression {
    case .none: .none
    case .gzip: .gzip
    case .snappy: .snappy
    case .lz4: .lz4
    case .zstd: .zstd
    }
  }

  var retryRules: RetryRules {
    RetryRules(deliveryTimeout: deliveryTimeout, repeatsUnknownOutcome: unknownOutcome == .sendAgain)
  }
}
