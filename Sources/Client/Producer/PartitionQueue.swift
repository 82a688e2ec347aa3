internal import Bytes
internal import Model
internal import RecordBatch

/// The records of one partition that have not been taken yet: sealed batches, and one that is still open.
///
/// Batches lie one behind the other in a chunk of memory. The chunk grows with the traffic: whoever writes little holds
/// little memory, whoever writes much gets several batches out in one request.
struct PartitionQueue {
  /// The batch that records are added to.
  struct OpenBatch {
    var writer = RecordBatchWriter()
    let start: Int
    let firstNumber: Int64
    let ordinal: Int64
    let openedAt: Instant
  }

  let topic: String
  let partition: Int32
  private(set) var sealed = Queue<SealedBatch>()
  private(set) var open: OpenBatch?
  /// True if the open batch has waited long enough: it goes with the next request, and takes records until then.
  private var isOpenDue = false
  /// The number that the next record will have.
  private(set) var nextNumber: Int64 = 0
  /// True as long as the sender has been told that there is something to take.
  var isListed = false
  private var chunk: ByteStorage?
  /// Where the chunk's free part starts when no batch is open.
  private var chunkUsed = 0
  private var nextCapacity = BufferPool.capacityMin

  init(topic: String, partition: Int32) {
    self.topic = topic
    self.partition = partition
  }

  var isEmpty: Bool { sealed.isEmpty && open == nil }

  /// True if there is something to take.
  var isReady: Bool { !sealed.isEmpty || isOpenDue }

  /// When the oldest record came that can be taken.
  var oldest: Instant? { sealed.first?.openedAt ?? (isOpenDue ? open?.openedAt : nil) }

  /// What became of a record.
  enum Appended { case added, addedAndSealed, opened, noMemory }

  /// Adds a record, of at most `sizeMax` bytes when encoded, to the open batch, or opens one.
  mutating func append(
    key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, headers: [RecordHeader], timestamp: Timestamp,
    ordinal: Int64, sizeMax: Int, limits: RecordAccumulator.Limits, pool: BufferPool, now: () -> Instant
  ) -> Appended {
    var hasSealed = false
    if open != nil {
      if write(key, value, headers, timestamp, limits) { return .added }
      // Either the batch is full, or the chunk is.
      if open!.writer.sizeInBytes + sizeMax > limits.batchBytes {
        seal()
        hasSealed = true
      } else {
        guard moveToLargerChunk(sizeMax, limits, pool) else { return .noMemory }
        let fits = write(key, value, headers, timestamp, limits)
        precondition(fits, "a chunk that was made for the record cannot take it")
        return .added
      }
    }
    let need = RecordBatchHeader.byteCount + sizeMax
    if chunk.map({ $0.capacity - chunkUsed < need }) ?? true {
      guard makeChunk(atLeast: need, limits, pool) else { return .noMemory }
    }
    open = OpenBatch(start: chunkUsed, firstNumber: nextNumber, ordinal: ordinal, openedAt: now())
    let fits = write(key, value, headers, timestamp, limits)
    precondition(fits, "a chunk that was made for the record cannot take it")
    if open!.writer.sizeInBytes >= limits.batchBytes {
      seal()
      hasSealed = true
    }
    return hasSealed ? .addedAndSealed : .opened
  }

  /// Ends the open batch.
  mutating func seal() {
    guard let open, let chunk else { return }
    chunkUsed = open.start + open.writer.sizeInBytes
    sealed.append(
      SealedBatch(
        storage: chunk, start: open.start, writer: open.writer, firstNumber: open.firstNumber, ordinal: open.ordinal,
        openedAt: open.openedAt))
    self.open = nil
    isOpenDue = false
  }

  /// The open batch has waited long enough.
  mutating func openBecameDue() { isOpenDue = open != nil }

  /// Takes out what one request can carry: batches that lie together, at least one.
  mutating func take(slot: Slot, bytesMax: Int) -> ProduceRun? {
    if isOpenDue { seal() }
    guard let first = sealed.popFirst() else { return nil }
    var batches = [first]
    while let next = sealed.first, next.storage === first.storage, next.start == batches.last!.end,
      next.end - first.start <= bytesMax
    {
      batches.append(next)
      _ = sealed.popFirst()
    }
    if isEmpty { letChunkGo() }
    return ProduceRun(slot: slot, batches: batches)
  }

  // MARK: Memory

  private mutating func write(
    _ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?, _ headers: [RecordHeader],
    _ timestamp: Timestamp, _ limits: RecordAccumulator.Limits
  ) -> Bool {
    let start = open!.start
    // The first record of a batch may be larger than a batch should be.
    let room = chunk!.capacity - start
    let count = open!.writer.isEmpty ? room : min(room, limits.batchBytes)
    let memory = UnsafeMutableRawBufferPointer(start: chunk!.base + start, count: count)
    guard open!.writer.append(key: key, value: value, headers: headers, timestamp: timestamp, to: memory) else {
      return false
    }
    nextNumber += 1
    return true
  }

  private mutating func makeChunk(
    atLeast need: Int, _ limits: RecordAccumulator.Limits, _ pool: BufferPool
  ) -> Bool {
    // The chunk before was used up before anybody took from it, or it was the first.
    if let chunk { nextCapacity = min(max(nextCapacity, chunk.capacity) * 2, limits.chunkBytesMax) }
    let fresh = pool.allocate(max(need, nextCapacity)) ?? pool.allocate(need)
    guard let fresh else { return false }
    chunk = fresh
    chunkUsed = 0
    return true
  }

  /// Gives the open batch, which has room but whose chunk has not, a chunk of its own.
  private mutating func moveToLargerChunk(
    _ sizeMax: Int, _ limits: RecordAccumulator.Limits, _ pool: BufferPool
  ) -> Bool {
    guard let old = open, let oldChunk = chunk else { return false }
    guard makeChunk(atLeast: old.writer.sizeInBytes + sizeMax, limits, pool), let chunk else { return false }
    chunk.base.copyMemory(from: oldChunk.base + old.start, byteCount: old.writer.sizeInBytes)
    open = OpenBatch(
      writer: old.writer, start: 0, firstNumber: old.firstNumber, ordinal: old.ordinal, openedAt: old.openedAt)
    return true
  }

  /// Nothing is left to be taken: holds no memory until the next record, and then as much as was used now.
  private mutating func letChunkGo() {
    nextCapacity = BufferPool.rounded(chunkUsed)
    chunk = nil
    chunkUsed = 0
  }
}
