public import RecordBatch

extension CompressionCodec {
  /// Compresses as Kafka's clients do: a gzip stream, xerial's snappy framing, an LZ4 or Zstandard frame.
  ///
  /// A level outside of `levels` counts as the nearest one; without one the codec's default is used.
  public func compress(_ bytes: UnsafeRawBufferPointer, level: Int? = nil) throws(CompressionError) -> [UInt8] {
    let level = level.flatMap { level in levels.map { min(max(level, $0.lowerBound), $0.upperBound) } }
    return switch self {
    case .none: Array(bytes)
    case .gzip: try Deflater.compress(bytes, level: level)
    case .snappy: try XerialSnappy.compress(bytes)
    case .lz4: try LZ4Frame.compress(bytes, level: level)
    case .zstd: try ZstdCompressor.compress(bytes, level: level)
    }
  }

  /// Decompresses what any of Kafka's clients writes; refuses what would come to more than `limit` bytes.
  ///
  /// Sizes that the bytes state are checked before memory is taken; without them memory grows with what comes out.
  public func decompress(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(CompressionError) -> [UInt8] {
    let limit = min(max(limit, 0), 1 << 40)
    if self != .none, bytes.isEmpty { throw corrupt("there is not one byte") }
    switch self {
    case .none:
      guard bytes.count <= limit else { throw exceeded(limit) }
      return Array(bytes)
    case .gzip: return try Inflater.decompress(bytes, limit: limit)
    case .snappy: return try XerialSnappy.decompress(bytes, limit: limit)
    case .lz4: return try LZ4Frame.decompress(bytes, limit: limit)
    case .zstd: return try ZstdDecompressor.decompress(bytes, limit: limit)
    }
  }

  /// The levels that the codec knows, the fastest first; nil if it knows none.
  public var levels: ClosedRange<Int>? {
    switch self {
    case .none, .snappy: nil
    case .gzip: 1...9
    case .lz4: 1...12
    case .zstd: -7...22
    }
  }

  /// The codec of this name, as configurations and messages use it.
  public init?(name: String) {
    guard let codec = Self.allCases.first(where: { $0.description == name }) else { return nil }
    self = codec
  }

  func corrupt(_ detail: String) -> CompressionError { CompressionError(codec: self, reason: .corrupt(detail)) }
  func exceeded(_ limit: Int) -> CompressionError { CompressionError(codec: self, reason: .exceedsLimit(limit)) }
  var outOfMemory: CompressionError { CompressionError(codec: self, reason: .outOfMemory) }
}

/// Opens the compressed records of a batch: what `RecordBatch` asks to be handed.
public func decompressRecords(
  _ codec: CompressionCodec, _ bytes: UnsafeRawBufferPointer, _ limit: Int
) throws(RecordBatchError) -> [UInt8] {
  do throws(CompressionError) {
    return try codec.decompress(bytes, limit: limit)
  } catch {
    throw .decompressionFailed(error.description)
  }
}

/// Compresses the records of a batch at the codec's default level: what `RecordBatch` asks to be handed.
public func compressRecords(
  _ codec: CompressionCodec, _ bytes: UnsafeRawBufferPointer
) throws(RecordBatchError) -> [UInt8] {
  do throws(CompressionError) {
    return try codec.compress(bytes)
  } catch {
    throw .codecUnavailable(codec)
  }
}
