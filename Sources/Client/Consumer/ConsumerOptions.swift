/// How a consumer reads.
public struct ConsumerOptions: Hashable, Sendable {
  /// What to do where an offset lies outside the log, because what was there has been deleted meanwhile.
  public var onOffsetOutOfRange = ResetPolicy.fail
  /// How many bytes one answer of a broker has at most, unless a single batch is larger.
  public var answerBytes = 1 << 20
  /// How many bytes may wait to be read; then brokers are held back. What is under way comes on top.
  public var bufferBytes = 16 << 20
  /// Whether batches are checked against their checksums.
  public var checksChecksums = true

  /// The defaults.
  public init() {}
}
