internal import Synchronization

/// How far a partition has been dealt with by whoever reads its records: shared by the reader and by what commits.
final class PartitionProgress: Sendable {
  private let offset = Atomic<Int64>(-1)
  private let epoch = Atomic<Int32>(-1)
  private let revoked = Atomic<Bool>(false)

  /// The next offset to read, and the epoch of the last record's leader; nil as long as nothing was dealt with.
  var processed: (offset: Int64, leaderEpoch: Int32)? {
    let offset = offset.load(ordering: .acquiring)
    return offset < 0 ? nil : (offset, epoch.load(ordering: .relaxed))
  }

  /// Everything before `next` has been dealt with.
  func advance(to next: Int64, leaderEpoch: Int32) {
    epoch.store(leaderEpoch, ordering: .relaxed)
    offset.store(next, ordering: .releasing)
  }

  /// True from the moment the partition's records are not to be delivered any more.
  var isRevoked: Bool { revoked.load(ordering: .relaxed) }

  func revoke() { revoked.store(true, ordering: .relaxed) }
}
