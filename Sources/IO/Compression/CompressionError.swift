public import RecordBatch

/// Why bytes cannot be compressed or decompressed.
public struct CompressionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong with the bytes.
  public enum Reason: Hashable, Sendable {
    /// They are not what the codec writes.
    case corrupt(String)
    /// More than this many bytes would come out.
    case exceedsLimit(Int)
    /// There is no memory for it.
    case outOfMemory
  }

  /// The codec that was asked for.
  public let codec: CompressionCodec
  /// What is wrong.
  public let reason: Reason

  /// The whole in words for the user.
  public var description: String {
    switch reason {
    case .corrupt(let detail): "not valid \(codec): \(detail)"
    case .exceedsLimit(let limit): "over \(limit) bytes come out of \(codec)"
    case .outOfMemory: "no memory for \(codec)"
    }
  }
}
