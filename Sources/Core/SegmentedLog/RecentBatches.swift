internal import Model

/// Where the batches lie that this process appended last, so that reading the tail needs no look at the disk.
///
/// The last few hundred are all there; of those before, one about every 64 KiB. At most some thousand in all.
struct RecentBatches: Hashable, Sendable {
  private struct Entry: Hashable {
    let offset: Int64
    /// The position within the segment; the top bit is set if batches were left out behind this one.
    var bits: UInt32
    var position: Int { Int(bits & 0x7fff_ffff) }
    var isFollowedAtOnce: Bool { bits & 0x8000_0000 == 0 }
  }

  private var entries: [Entry] = []
  /// How many entries at the front have been thinned out already.
  private var thinned = 0

  private static let exactMax = 512
  private static let thinnedMax = 2048
  private static let spacing = 64 << 10

  /// Notes a batch; batches are noted in the order of their offsets.
  mutating func append(offset: Offset, position: Int) {
    entries.append(Entry(offset: offset.rawValue, bits: UInt32(position)))
    if entries.count - thinned >= Self.exactMax { thin() }
  }

  private mutating func thin() {
    let thinEnd = thinned + Self.exactMax / 2
    var kept = thinned
    for index in thinned..<thinEnd {
      if kept > 0 {
        let before = entries[kept - 1]
        let next = entries[index + 1]
        // Without this entry the stretch from the one before to the next one must stay short and in one segment.
        let isFirstOfSegment = entries[index].position == 0
        if !isFirstOfSegment, next.position > before.position, next.position - before.position <= Self.spacing {
          entries[kept - 1].bits |= 0x8000_0000
          continue
        }
      }
      entries[kept] = entries[index]
      kept += 1
    }
    entries.removeSubrange(kept..<thinEnd)
    thinned = kept
    if thinned > Self.thinnedMax {
      entries.removeFirst(Self.thinnedMax / 2)
      thinned -= Self.thinnedMax / 2
    }
  }

  /// Forgets the batches from `endOffset` on.
  mutating func truncate(to endOffset: Offset) {
    let count = entries.partitioningIndex { $0.offset >= endOffset.rawValue }
    entries.removeSubrange(count...)
    thinned = min(thinned, entries.count)
  }

  /// Forgets the batches before `offset`.
  mutating func removeBefore(_ offset: Offset) {
    let count = entries.partitioningIndex { $0.offset >= offset.rawValue }
    entries.removeFirst(count)
    thinned = max(0, thinned - count)
  }

  /// Where the batch starts that `offset` lies in, if that is known.
  func position(containing offset: Offset, logEndOffset: Offset) -> (offset: Offset, position: Int)? {
    let next = entries.partitioningIndex { $0.offset > offset.rawValue }
    guard next > 0, offset < logEndOffset else { return nil }
    let entry = entries[next - 1]
    guard entry.isFollowedAtOnce || entry.offset == offset.rawValue else { return nil }
    return (Offset(entry.offset), entry.position)
  }

  /// The last known batch start that is at most `offsetMax` and at most `positionMax`, among those from `offset` on.
  func lastStart(from offset: Offset, offsetMax: Offset, positionMax: Int) -> (offset: Offset, position: Int)? {
    let first = entries.partitioningIndex { $0.offset >= offset.rawValue }
    let end = entries.partitioningIndex { entry in
      entry.offset > offsetMax.rawValue || entry.offset >= offset.rawValue && entry.position > positionMax
    }
    guard end > first else { return nil }
    return (Offset(entries[end - 1].offset), entries[end - 1].position)
  }

  /// True if the batch that starts at `offset` is the last one.
  func isLast(_ offset: Offset) -> Bool { entries.last?.offset == offset.rawValue }

  /// The start of the batch right behind the one that starts at `offset`, if both are known.
  func start(after offset: Offset) -> (offset: Offset, position: Int)? {
    let index = entries.partitioningIndex { $0.offset >= offset.rawValue }
    guard index + 1 < entries.count, entries[index].offset == offset.rawValue, entries[index].isFollowedAtOnce
    else { return nil }
    return (Offset(entries[index + 1].offset), entries[index + 1].position)
  }
}

extension Array {
  /// The first index from which on `belongsBehind` holds; it must not hold before any index where it does not.
  func partitioningIndex(where belongsBehind: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = low + (high - low) / 2
      if belongsBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
