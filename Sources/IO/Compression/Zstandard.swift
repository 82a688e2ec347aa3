import CZstd
import RecordBatch

/// Writes Zstandard frames that state their size.
final class ZstdCompressor: @unchecked Sendable {
  private let context: OpaquePointer

  private static let pool = ContextPool<ZstdCompressor>()

  private init?() {
    guard let made = ZSTD_createCCtx() else { return nil }
    context = made
  }

  deinit { ZSTD_freeCCtx(context) }

  static func compress(_ bytes: UnsafeRawBufferPointer, level: Int?) throws(CompressionError) -> [UInt8] {
    guard let compressor = pool.take(ZstdCompressor.init) else { throw CompressionCodec.zstd.outOfMemory }
    defer { if ZSTD_sizeof_CCtx(compressor.context) <= keptContextBytesMax { pool.give(compressor) } }
    return try .filled(capacity: ZSTD_compressBound(bytes.count)) { output throws(CompressionError) in
      let written = ZSTD_compressCCtx(
        compressor.context, output.baseAddress, output.count, bytes.baseAddress, bytes.count,
        Int32(level ?? Int(ZSTD_CLEVEL_DEFAULT)))
      guard ZSTD_isError(written) == 0 else { throw CompressionCodec.zstd.outOfMemory }
      return written
    }
  }
}

/// A context that has grown larger is not kept.
private let keptContextBytesMax = 8 << 20

/// Reads Zstandard frames, also several behind one another, whether or not they state their size.
final class ZstdDecompressor: @unchecked Sendable {
  private let context: OpaquePointer

  private static let pool = ContextPool<ZstdDecompressor>()

  /// A frame that does not state its size may ask for a window of 8 MiB, as much as every decoder should have and as
  /// every level but the "ultra" ones wants; without a bound seven bytes take 128 MiB.
  private static let windowLogMax: Int32 = 23

  private init?() {
    guard let made = ZSTD_createDCtx() else { return nil }
    context = made
    ZSTD_DCtx_setParameter(made, ZSTD_d_windowLogMax, Self.windowLogMax)
  }

  deinit { ZSTD_freeDCtx(context) }

  static func decompress(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(CompressionError) -> [UInt8] {
    guard let decompressor = pool.take(ZstdDecompressor.init) else { throw CompressionCodec.zstd.outOfMemory }
    defer { if ZSTD_sizeof_DCtx(decompressor.context) <= keptContextBytesMax { pool.give(decompressor) } }
    try checkMagic(bytes)
    if let size = try decompressor.statedSize(bytes, limit: limit) {
      return try decompressor.decompressAtOnce(bytes, size: size)
    }
    return try decompressor.decompressInSteps(bytes, limit: limit)
  }

  /// Throws unless a frame of today's format begins here, or one to be skipped. The library still reads the formats from
  /// before 2016, in which its bound on windows does not hold.
  private static func checkMagic(_ bytes: UnsafeRawBufferPointer) throws(CompressionError) {
    let magic = bytes.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard bytes.count >= 4, magic == 0xfd2f_b528 || magic & 0xffff_fff0 == 0x184d_2a50 else {
      throw CompressionCodec.zstd.corrupt("there is no frame")
    }
  }

  /// What comes out of `bytes`, if they are a single frame that says so. A size over the limit is refused at once.
  private func statedSize(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(CompressionError) -> Int? {
    // ZSTD_CONTENTSIZE_ERROR and _UNKNOWN, macros with casts: -2 and -1.
    let size = ZSTD_getFrameContentSize(bytes.baseAddress, bytes.count)
    guard size != UInt64.max - 1 else { throw CompressionCodec.zstd.corrupt("there is no frame") }
    guard size != UInt64.max else { return nil }
    guard size <= limit else { throw CompressionCodec.zstd.exceeded(limit) }
    return ZSTD_findFrameCompressedSize(bytes.baseAddress, bytes.count) == bytes.count ? Int(size) : nil
  }

  private func decompressAtOnce(_ bytes: UnsafeRawBufferPointer, size: Int) throws(CompressionError) -> [UInt8] {
    try .filled(capacity: size) { output throws(CompressionError) in
      let written = ZSTD_decompressDCtx(context, output.baseAddress, size, bytes.baseAddress, bytes.count)
      guard ZSTD_isError(written) == 0 else {
        throw CompressionCodec.zstd.corrupt(String(cString: ZSTD_getErrorName(written)))
      }
      return written
    }
  }

  private func decompressInSteps(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(CompressionError) -> [UInt8] {
    ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
    var output = try OutputBuffer(.zstd, expected: bytes.count * 4, limit: limit)
    var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
    while true {
      let room = try output.spare()
      let before = input.pos
      var step = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
      let hint = ZSTD_decompressStream(context, &step, &input)
      guard ZSTD_isError(hint) == 0 else {
        throw CompressionCodec.zstd.corrupt(String(cString: ZSTD_getErrorName(hint)))
      }
      try output.advance(by: step.pos)
      if hint == 0 {
        if input.pos == input.size { return output.array }
        try Self.checkMagic(UnsafeRawBufferPointer(rebasing: bytes[input.pos...]))
      }
      guard input.pos > before || step.pos > 0 else {
        throw CompressionCodec.zstd.corrupt("the frame ends too early")
      }
    }
  }
}
