internal import Bytes
internal import Model
internal import RecordBatch

/// How one partition's records are numbered: under which id and epoch, and which number comes next.
struct ProducerNumbers: Hashable {
  /// The stamp of the next batch.
  private(set) var next: ProducerStamp

  /// The first records under this id.
  init(_ id: ProducerID) { next = ProducerStamp(id: id, epoch: ProducerEpoch(0), baseSequence: 0) }

  /// Numbers so many records; returns the first one's stamp.
  mutating func number(_ count: Int) -> ProducerStamp {
    defer { next = next.behind(Int32(count)) }
    return next
  }

  /// Begins anew in the next epoch, which fences everything that is still under way in this one; false if there is none.
  mutating func beginAnew() -> Bool {
    guard next.epoch.rawValue < .max else { return false }
    next = ProducerStamp(id: next.id, epoch: ProducerEpoch(next.epoch.rawValue + 1), baseSequence: 0)
    return true
  }
}

extension ByteSlice {
  /// A copy of the batches that it holds, numbered from `producer` on.
  func renumbered(from producer: ProducerStamp) -> ByteSlice {
    let storage = ByteStorage(capacity: count)
    let copy = UnsafeMutableRawBufferPointer(start: storage.base, count: count)
    withUnsafeBytes { copy.copyMemory(from: $0) }
    var stamp = producer
    var position = 0
    while let header = try? RecordBatchHeader(decoding: UnsafeRawBufferPointer(rebasing: copy[position...])) {
      let batch = UnsafeMutableRawBufferPointer(rebasing: copy[position..<position + header.sizeInBytes])
      RecordBatchStamp.stampProducer(batch, stamp)
      stamp = stamp.behind(header.recordsCount)
      position += header.sizeInBytes
    }
    return ByteSlice(storage, count: count)
  }
}
