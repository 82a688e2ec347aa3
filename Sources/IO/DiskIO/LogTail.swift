internal import Bytes
internal import SegmentedLog
internal import Synchronization

/// The newest small batches of a log, in memory for those who read at its end: what has just been written is neither
/// read from its file again, nor once for each reader.
///
/// It is kept as long as somebody reads there. Belongs to the log's loop.
struct LogTail {
  /// Larger batches are left to the page cache: to copy them costs more than to ask for them.
  private static let batchBytesMax = 16 << 10
  private static let chunkBytes = 64 << 10

  /// Batches that follow each other in one segment.
  private struct Chunk {
    let storage: ByteStorage
    /// Where in the segment the first of them starts.
    let segment: SegmentID
    let position: Int
    var count = 0
  }

  private let memory: TailMemory
  /// At most two, the newest last.
  private var chunks: [Chunk] = []
  /// The log's layout that the positions belong to.
  private var layout: UInt32 = 0
  private var isWanted = false
  /// True if somebody has read here since the last `rest`.
  private var wasRead = false

  init(_ memory: TailMemory) { self.memory = memory }

  /// Somebody has read up to the end of the log, and will want what comes next.
  mutating func want() {
    isWanted = true
    wasRead = true
  }

  /// Gives up its memory if nobody has read here since it was called last.
  mutating func rest() {
    if !wasRead {
      isWanted = false
      chunks = []
    }
    wasRead = false
  }

  /// Gives up its memory until something is appended: nothing has come for a while, and who reads here has got it all.
  mutating func letGo() { chunks = [] }

  /// Takes in a batch that was appended at `place`, if anybody wants it.
  mutating func append(_ head: UnsafeRawBufferPointer, _ body: ByteSlice, at place: LogPosition, layout: UInt32) {
    let count = head.count + body.count
    guard isWanted, count <= Self.batchBytesMax, hasRoom(for: count, at: place, layout) else { return }
    var chunk = chunks[chunks.count - 1]
    let target = UnsafeMutableRawBufferPointer(start: chunk.storage.base + chunk.count, count: count)
    target.copyMemory(from: head)
    body.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: target[head.count...]).copyMemory(from: $0) }
    chunk.count += count
    chunks[chunks.count - 1] = chunk
  }

  /// Makes sure that the last chunk ends at `place` and can take so much; false if there is no memory for that.
  private mutating func hasRoom(for count: Int, at place: LogPosition, _ layout: UInt32) -> Bool {
    if layout != self.layout {
      chunks = []
      self.layout = layout
    }
    if let last = chunks.last, last.segment == place.segment, last.position + last.count == place.position,
      last.count + count <= Self.chunkBytes
    {
      return true
    }
    if chunks.count > 1 { chunks.removeFirst() }
    guard let storage = memory.take(Self.chunkBytes) else { return false }
    chunks.append(Chunk(storage: storage, segment: place.segment, position: place.position))
    return true
  }

  /// How many bytes are here in one piece from `start` on; nil if there are none.
  func count(from start: LogPosition, layout: UInt32) -> Int? {
    chunk(at: start, layout).map { $0.position + $0.count - start.position }
  }

  /// The bytes of these batches, if all of them are here in one piece.
  mutating func bytes(of batches: FoundBatches, layout: UInt32) -> ByteSlice? {
    guard let chunk = chunk(at: batches.start, layout) else { return nil }
    let offset = batches.start.position - chunk.position
    guard offset + batches.sizeInBytes <= chunk.count else { return nil }
    wasRead = true
    return ByteSlice(chunk.storage, offset: offset, count: batches.sizeInBytes)
  }

  private func chunk(at place: LogPosition, _ layout: UInt32) -> Chunk? {
    guard layout == self.layout else { return nil }
    return chunks.last {
      $0.segment == place.segment && $0.position <= place.position && place.position < $0.position + $0.count
    }
  }
}

/// The memory for the tails of one loop's logs; readers that are slow to send hold some of it, too.
final class TailMemory: Sendable {
  private static let bytesMax = 16 << 20

  private let used = Atomic<Int>(0)

  /// So much memory; nil if too much is in use.
  func take(_ count: Int) -> ByteStorage? {
    guard used.add(count, ordering: .relaxed).newValue <= Self.bytesMax else {
      used.subtract(count, ordering: .relaxed)
      return nil
    }
    return ByteStorage(base: .allocate(byteCount: count, alignment: 16), capacity: count) { [self] base, count in
      base.deallocate()
      used.subtract(count, ordering: .relaxed)
    }
  }
}
