internal import Compression
internal import RecordBatch

/// How many bytes the compressed records of one request may come to, so that a few bytes sent do not take the time and
/// the memory of many. Belongs to whoever opens them.
///
/// Two kilobytes can hold the records of 64 MiB. A batch alone may (`RecordBatchView.decompressedBytesMax`); many of
/// them one behind the other may not, and nothing that large is opened on a loop.
final class UnpackAllowance {
  private let batchBytesMax: Int
  private let bytesMax: Int
  private var bytes = 0
  /// True if a batch was not opened because too much has come, or would.
  private(set) var isUsedUp = false

  /// What is opened on a loop: about a millisecond's worth.
  static var quick: UnpackAllowance { UnpackAllowance(bytesMax: 1 << 20, batchBytesMax: 1 << 20) }

  /// For a request with batches of so many bytes: as much as one batch may have, and 32 times what was sent.
  static func request(ofBytes count: Int) -> UnpackAllowance {
    let one = RecordBatchView.decompressedBytesMax
    return UnpackAllowance(bytesMax: one + 32 * count, batchBytesMax: one)
  }

  /// For what is read ahead: whatever the first batch holds, and no others behind so much.
  static var readAhead: UnpackAllowance {
    UnpackAllowance(bytesMax: 4 << 20, batchBytesMax: RecordBatchView.decompressedBytesMax)
  }

  private init(bytesMax: Int, batchBytesMax: Int) {
    self.bytesMax = bytesMax
    self.batchBytesMax = batchBytesMax
  }

  /// Opens the records of a batch, as `RecordBatchView` asks for it.
  func open(
    _ codec: CompressionCodec, _ packed: UnsafeRawBufferPointer, _ limit: Int
  ) throws(RecordBatchError) -> [UInt8] {
    let left = bytes == 0 ? max(bytesMax, batchBytesMax) : bytesMax - bytes
    let allowed = min(limit, batchBytesMax, max(left, 0))
    do throws(CompressionError) {
      let opened = try codec.decompress(packed, limit: allowed)
      bytes += opened.count
      return opened
    } catch {
      if case .exceedsLimit = error.reason, allowed < limit { isUsedUp = true }
      throw .decompressionFailed(error.description)
    }
  }
}
