internal import ClusterMetadata
internal import Model

/// Who wants to hear when a partition is led from elsewhere, or in another epoch. Belongs to one loop.
final class LeaderWatches {
  private struct Watch {
    let place: TopicPartition
    let epoch: LeaderEpoch?
    let body: () -> Void
  }

  private var watches: [Int: Watch] = [:]
  private var next = 0

  /// Calls `body` once, when the leader is not the one that `image` knows; the answer takes it back.
  func watch(_ place: TopicPartition, in image: MetadataImage, _ body: @escaping () -> Void) -> Int {
    next += 1
    watches[next] = Watch(place: place, epoch: image.partition(place)?.leaderEpoch, body: body)
    return next
  }

  func stop(_ watch: Int) { watches[watch] = nil }

  /// There is newer metadata.
  func changed(to image: MetadataImage) {
    let over = watches.filter { image.partition($0.value.place)?.leaderEpoch != $0.value.epoch }
    for (id, watch) in over.sorted(by: { $0.key < $1.key }) {
      watches[id] = nil
      watch.body()
    }
  }
}
