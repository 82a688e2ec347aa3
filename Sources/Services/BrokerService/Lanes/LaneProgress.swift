internal import Model
internal import Synchronization

/// How far all lanes of this broker go by the metadata: only what every lane knows counts as applied.
final class LaneProgress: Sendable {
  private let ends: Mutex<[MetadataOffset]>

  init(laneCount: Int) {
    ends = Mutex(Array(repeating: .zero, count: laneCount))
  }

  /// The end of the metadata by which every lane goes.
  var end: MetadataOffset { ends.withLock { $0.min() ?? .zero } }

  /// Lane `index` goes by the metadata up to `end` now; true if that has brought all of them further.
  func note(_ index: Int, _ end: MetadataOffset) -> Bool {
    ends.withLock { ends in
      let before = ends.min()
      ends[index] = end
      return ends.min() != before
    }
  }
}
