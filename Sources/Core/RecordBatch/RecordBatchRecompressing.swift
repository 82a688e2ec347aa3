/// Batches whose records are the same, packed otherwise: a topic may want another codec than its producers use.
extension RecordBatchView {
  /// The batch with its records packed by `codec`; offsets, times and producer stay as they are. At most `bytesMax`
  /// uncompressed bytes are taken in.
  public func recompressed(
    by codec: CompressionCodec, bytesMax: Int = decompressedBytesMax, decompressor: Decompressor?,
    compressor: Compressor?
  ) throws(RecordBatchError) -> [UInt8] {
    let packed = try withRecords(decompressor: decompressor, bytesMax: bytesMax) {
      (records) throws(RecordBatchError) -> [UInt8] in
      guard codec != .none else { return Array(records) }
      guard let compressor else { throw .codecUnavailable(codec) }
      return try compressor(codec, records)
    }
    var new = header
    new.attributes = new.attributes.with(codec)
    return try new.sealed([UInt8](repeating: 0, count: RecordBatchHeader.byteCount) + packed)
  }
}
