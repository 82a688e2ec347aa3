import CLZ4
import RecordBatch

/// LZ4's frame format. Written with independent blocks of 64 KiB, the only ones that Kafka's Java client reads.
final class LZ4Frame: @unchecked Sendable {
  private let context: OpaquePointer

  private static let pool = ContextPool<LZ4Frame>()

  private init?() {
    var made: OpaquePointer?
    guard LZ4F_isError(LZ4F_createDecompressionContext(&made, UInt32(LZ4F_VERSION))) == 0, let made else { return nil }
    context = made
  }

  deinit { LZ4F_freeDecompressionContext(context) }

  static func compress(_ bytes: UnsafeRawBufferPointer, level: Int?) throws(CompressionError) -> [UInt8] {
    var preferences = LZ4F_preferences_t()
    preferences.frameInfo.blockSizeID = LZ4F_max64KB
    preferences.frameInfo.blockMode = LZ4F_blockIndependent
    preferences.compressionLevel = Int32(level ?? 0)
    return try .filled(capacity: LZ4F_compressFrameBound(bytes.count, &preferences)) {
      output throws(CompressionError) in
      let written = LZ4F_compressFrame(output.baseAddress, output.count, bytes.baseAddress, bytes.count, &preferences)
      guard LZ4F_isError(written) == 0 else { throw CompressionCodec.lz4.outOfMemory }
      return written
    }
  }

  static func decompress(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(CompressionError) -> [UInt8] {
    guard let frame = pool.take(LZ4Frame.init) else { throw CompressionCodec.lz4.outOfMemory }
    // A context that has met a broken frame is not kept: its reset forgets to forget how much that frame promised.
    let output = try frame.decompress(bytes, limit: limit)
    pool.give(frame)
    return output
  }

  private func decompress(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(CompressionError) -> [UInt8] {
    LZ4F_resetDecompressionContext(context)
    let stated = try statedSize(bytes)
    guard stated <= limit else { throw CompressionCodec.lz4.exceeded(limit) }
    var output = try OutputBuffer(.lz4, expected: stated > 0 ? stated : bytes.count * 4, limit: limit)
    var read = 0
    while true {
      let input = UnsafeRawBufferPointer(rebasing: bytes[read...])
      let room = try output.spare()
      var consumed = input.count
      var produced = room.count
      let hint = LZ4F_decompress(context, room.baseAddress, &produced, input.baseAddress, &consumed, nil)
      guard LZ4F_isError(hint) == 0 else {
        throw CompressionCodec.lz4.corrupt(String(cString: LZ4F_getErrorName(hint)))
      }
      read += consumed
      try output.advance(by: produced)
      if hint == 0, read == bytes.count { return output.array }
      guard consumed > 0 || produced > 0 else { throw CompressionCodec.lz4.corrupt("the frame ends too early") }
    }
  }

  /// The number of bytes that the first frame says it holds; 0 if it does not say.
  private func statedSize(_ bytes: UnsafeRawBufferPointer) throws(CompressionError) -> Int {
    var information = LZ4F_frameInfo_t()
    var consumed = bytes.count
    let hint = LZ4F_getFrameInfo(context, &information, bytes.baseAddress, &consumed)
    guard LZ4F_isError(hint) == 0 else {
      throw CompressionCodec.lz4.corrupt(String(cString: LZ4F_getErrorName(hint)))
    }
    LZ4F_resetDecompressionContext(context)
    return Int(clamping: information.contentSize)
  }
}
