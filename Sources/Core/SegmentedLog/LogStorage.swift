public import Model
internal import RecordBatch

/// What recovery and searches need of a log's folder: reading only.
///
/// They run to their end in one go, beside the loop, over the real disk or a simulated one.
public protocol LogStorage {
  /// The names of all files in the folder, in any order.
  func fileNames() throws(LogFailure) -> [String]
  /// The bytes of a file; nil if it is not there.
  func size(of file: LogFile) throws(LogFailure) -> Int?
  /// Reads from `position` on, as much as fits into `buffer` or is there; answers how much.
  func read(_ file: LogFile, at position: Int, into buffer: UnsafeMutableRawBufferPointer) throws(LogFailure) -> Int
  /// Makes durable what is in memory of the file, and has what follows `position` read from the disk from now on.
  ///
  /// After a sync that failed, memory goes on showing bytes that never got to the disk, and the next sync succeeds.
  func readAnew(_ file: LogFile, from position: Int) throws(LogFailure)
}

extension LogStorage {
  /// `count` bytes from `position` on; fewer if the file ends before.
  func bytes(_ file: LogFile, at position: Int, count: Int) throws(LogFailure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let result = bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(LogFailure) in try read(file, at: position, into: buffer) }
    }
    bytes.removeLast(count - min(count, try result.get()))
    return bytes
  }
}

/// What is known of a segment when a search in it begins.
public struct SegmentExtent: Hashable, Sendable {
  /// Which one it is.
  public let id: SegmentID
  /// Behind its last batch that may be read.
  public let end: LogPosition
  /// The bytes of its offset index.
  public let offsetIndexBytes: Int
  /// The bytes of its time index.
  public let timeIndexBytes: Int

  /// Its first offset.
  public var base: Offset { id.base }
  /// Where its first batch starts.
  var start: LogPosition { LogPosition(offset: id.base, segment: id, position: 0) }
}

/// What stands at a place of a segment.
enum ScannedBatch {
  /// A batch with a plausible header that fits into the segment.
  case batch(RecordBatchHeader)
  /// The end of the segment.
  case end
  /// Something else, in words.
  case invalid(String)
}

/// Reads a segment's batches one after another through a window, whatever the sizes that its bytes claim.
struct SegmentScanner<Storage: LogStorage> {
  let storage: Storage
  let file: LogFile
  /// Nothing is read from here on.
  let end: Int
  private var window: [UInt8] = []
  private var windowStart = 0
  private let windowBytes: Int

  init(storage: Storage, segment: SegmentID, end: Int, windowBytes: Int = 256 << 10) {
    self.storage = storage
    file = .records(segment)
    self.end = end
    self.windowBytes = windowBytes
  }

  /// Lends `count` bytes from `position` on; fewer if the file or the segment ends before.
  mutating func withBytes<R>(
    at position: Int, count: Int, _ body: (UnsafeRawBufferPointer) -> R
  ) throws(LogFailure) -> R {
    let count = min(count, end - position)
    if position < windowStart || position + count > windowStart + window.count {
      window = try storage.bytes(file, at: position, count: min(max(count, windowBytes), end - position))
      windowStart = position
    }
    let start = position - windowStart
    let have = min(count, window.count - start)
    return window.withUnsafeBytes { body($0.part(start..<start + max(0, have))) }
  }

  /// The batch at `position`, whose first offset must be `expected` or, if the log may have holes, above.
  mutating func batch(at position: Int, expected: Offset?) throws(LogFailure) -> ScannedBatch {
    guard position < end else { return .end }
    let room = end - position
    return try withBytes(at: position, count: RecordBatchHeader.byteCount) { bytes in
      let header: RecordBatchHeader
      do { header = try RecordBatchHeader(decoding: bytes) } catch { return .invalid("\(error)") }
      guard header.sizeInBytes <= room else {
        return .invalid("a record batch states \(header.sizeInBytes) bytes where \(room) are left")
      }
      if let expected, header.baseOffset != expected {
        return .invalid("a record batch states offset \(header.baseOffset) where \(expected) is due")
      }
      return .batch(header)
    }
  }

  /// True if the batch's bytes are those that its checksum was made of.
  mutating func isChecksumRight(_ header: RecordBatchHeader, at position: Int) throws(LogFailure) -> Bool {
    try checksum(from: position + 21, to: position + header.sizeInBytes) == header.checksum
  }

  /// The checksum of the bytes between two places; nil if the segment ends before.
  mutating func checksum(from start: Int, to end: Int) throws(LogFailure) -> UInt32? {
    var checksum = CRC32C()
    var place = start
    while place < end {
      let read = try withBytes(at: place, count: min(windowBytes, end - place)) { bytes in
        checksum.update(bytes)
        return bytes.count
      }
      guard read > 0 else { return nil }
      place += read
    }
    return checksum.value
  }
}
