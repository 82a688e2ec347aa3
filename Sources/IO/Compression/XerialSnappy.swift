import CSnappy
import RecordBatch

/// Snappy as Kafka's clients exchange it: blocks behind a header, as the xerial library for Java frames them.
///
/// A bare snappy block, which some clients write, is read too.
enum XerialSnappy {
  private static let magic: [UInt8] = [0x82] + Array("SNAPPY".utf8) + [0]
  /// The magic, a version and the lowest version that can read it, each 32 bits, big-endian.
  private static let header: [UInt8] = magic + [0, 0, 0, 1, 0, 0, 0, 1]
  /// How many bytes each block holds before compression, as xerial has it.
  private static let blockBytes = 32 << 10

  static func compress(_ bytes: UnsafeRawBufferPointer) throws(CompressionError) -> [UInt8] {
    let blocks = (bytes.count + blockBytes - 1) / blockBytes
    let bound = header.count + blocks * (4 + snappy_max_compressed_length(blockBytes))
    return try .filled(capacity: bound) { output throws(CompressionError) in
      output.copyBytes(from: header)
      var written = header.count
      for block in 0..<blocks {
        let input = UnsafeRawBufferPointer(
          rebasing: bytes[block * blockBytes..<min(bytes.count, (block + 1) * blockBytes)])
        let room = UnsafeMutableRawBufferPointer(rebasing: output[(written + 4)...])
        var length = room.count
        let status = snappy_compress(
          input.baseAddress?.assumingMemoryBound(to: CChar.self), input.count,
          room.baseAddress?.assumingMemoryBound(to: CChar.self), &length)
        guard status == SNAPPY_OK else { throw CompressionCodec.snappy.outOfMemory }
        output.storeBytes(of: UInt32(length).bigEndian, toByteOffset: written, as: UInt32.self)
        written += 4 + length
      }
      return written
    }
  }

  static func decompress(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(CompressionError) -> [UInt8] {
    let blocks = bytes.starts(with: magic) ? try self.blocks(of: bytes) : [0..<bytes.count]
    var ends: [Int] = []
    var total = 0
    for block in blocks {
      total += try length(of: UnsafeRawBufferPointer(rebasing: bytes[block]))
      guard total <= limit else { throw CompressionCodec.snappy.exceeded(limit) }
      ends.append(total)
    }
    return try .filled(capacity: total) { output throws(CompressionError) in
      var start = 0
      for (block, end) in zip(blocks, ends) {
        let input = UnsafeRawBufferPointer(rebasing: bytes[block])
        let room = UnsafeMutableRawBufferPointer(rebasing: output[start..<end])
        var length = room.count
        // An empty array may have no address, and snappy wants one.
        var nowhere: CChar = 0
        let status = withUnsafeMutablePointer(to: &nowhere) { nowhere in
          snappy_uncompress(
            input.baseAddress?.assumingMemoryBound(to: CChar.self), input.count,
            room.baseAddress?.assumingMemoryBound(to: CChar.self) ?? nowhere, &length)
        }
        guard status == SNAPPY_OK, length == room.count else {
          throw CompressionCodec.snappy.corrupt("the block at byte \(block.lowerBound) is damaged")
        }
        start = end
      }
      return total
    }
  }

  /// Where the blocks lie within a framed stream; headers in its midst start another stream.
  private static func blocks(of bytes: UnsafeRawBufferPointer) throws(CompressionError) -> [Range<Int>] {
    var blocks: [Range<Int>] = []
    var position = 0
    while position < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
      if rest.starts(with: magic) {
        guard rest.count >= header.count else { throw CompressionCodec.snappy.corrupt("the header is cut off") }
        let version = UInt32(bigEndian: rest.loadUnaligned(fromByteOffset: magic.count + 4, as: UInt32.self))
        guard version <= 1 else { throw CompressionCodec.snappy.corrupt("framing version \(version) is not known") }
        position += header.count
        continue
      }
      guard rest.count >= 4 else { throw CompressionCodec.snappy.corrupt("a block's length is cut off") }
      let length = Int(UInt32(bigEndian: rest.loadUnaligned(as: UInt32.self)))
      guard length <= rest.count - 4 else { throw CompressionCodec.snappy.corrupt("the last block is cut off") }
      blocks.append(position + 4..<position + 4 + length)
      position += 4 + length
    }
    return blocks
  }

  private static func length(of block: UnsafeRawBufferPointer) throws(CompressionError) -> Int {
    var length = 0
    let status = snappy_uncompressed_length(
      block.baseAddress?.assumingMemoryBound(to: CChar.self), block.count, &length)
    guard !block.isEmpty, status == SNAPPY_OK else { throw CompressionCodec.snappy.corrupt("a block has no length") }
    return length
  }
}
