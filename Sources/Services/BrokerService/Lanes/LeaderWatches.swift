internal import ClusterMetadata
internal import Model

/// Who wants to hear when a partition is to be read from elsewhere. Belongs to one loop.
final class LeaderWatches {
  private struct Watch {
    let isTrue: (MetadataImage) -> Bool
    let body: () -> Void
  }

  private var watches: [Int: Watch] = [:]
  private var next = 0

  /// Calls `body` once, with the first metadata of which `isTrue` does not hold; the answer takes it back.
  func watch(while isTrue: @escaping (MetadataImage) -> Bool, _ body: @escaping () -> Void) -> Int {
    next += 1
    watches[next] = Watch(isTrue: isTrue, body: body)
    return next
  }

  func stop(_ watch: Int) { watches[watch] = nil }

  /// There is newer metadata.
  func changed(to image: MetadataImage) {
    let over = watches.filter { !$0.value.isTrue(image) }
    for (id, watch) in over.sorted(by: { $0.key < $1.key }) {
      watches[id] = nil
      watch.body()
    }
  }
}
