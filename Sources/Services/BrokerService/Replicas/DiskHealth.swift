internal import DiskIO
internal import Messages
internal import Model
internal import Observability
internal import SegmentedLog
internal import Synchronization

/// What is wrong with this broker's disks: folders that have failed or are full, replicas that are damaged.
///
/// The coordinator hears of all of it with each registration and heartbeat, and moves what others can lead.
final class DiskHealth: Sendable {
  /// Why a replica cannot be used, and what is left of it.
  struct Damage: Sendable {
    let lastEpoch: LeaderEpoch?
    let endOffset: Offset
    /// The newest leader epoch that was known when the damage was found.
    let leaderEpoch: LeaderEpoch
    /// The registration under which it was found; nil if that was before the first one.
    let registration: BrokerEpoch?
    let refusal: Refusal
  }

  private struct State {
    var failed: [UUID128: Refusal] = [:]
    var full: [UUID128: Refusal] = [:]
    var damaged: [TopicPartition: Damage] = [:]
  }

  private static let toldMax = 1000
  private let state = Mutex(State())
  private let changed = Mutex<(@Sendable () -> Void)?>(nil)
  private let logger: Logger

  init(logger: Logger) { self.logger = logger }

  /// Calls `body`, on any thread, after each change.
  func onChange(_ body: @escaping @Sendable () -> Void) { changed.withLock { $0 = body } }

  /// Takes in what opening the replicas has shown.
  func take(_ found: [FoundReplica]) {
    for replica in found {
      guard case .failure(let failure) = replica.outcome else { continue }
      if case .disk = failure { failed(replica.folder, failure) }
      if case .damaged = failure {
        damaged(
          replica.place,
          Damage(
            lastEpoch: nil, endOffset: .zero, leaderEpoch: .zero, registration: nil,
            refusal: failure.refusal("partition \(replica.place)")))
      }
    }
  }

  // MARK: Folders

  /// The folder cannot be used until the broker starts again: what its disk holds is not known any more.
  func failed(_ folder: UUID128, _ failure: LogFailure) {
    let isNew = state.withLock { state in
      state.full[folder] = nil
      defer { state.failed[folder] = state.failed[folder] ?? failure.refusal("this disk folder is not used any more") }
      return state.failed[folder] == nil
    }
    guard isNew else { return }
    logger.error("disk folder failed", ["folder": "\(folder)", "cause": "\(failure)"])
    tellChanged()
  }

  /// The folder has no room. What others can lead moves away until there is some.
  func full(_ folder: UUID128, _ failure: LogFailure) {
    let isNew = state.withLock { state in
      guard state.failed[folder] == nil, state.full[folder] == nil else { return false }
      state.full[folder] = failure.refusal("this disk folder is full")
      return true
    }
    guard isNew else { return }
    logger.error("disk folder full", ["folder": "\(folder)", "cause": "\(failure)"])
    tellChanged()
  }

  /// The folder has room again.
  func hasRoom(_ folder: UUID128) {
    guard state.withLock({ $0.full.removeValue(forKey: folder) }) != nil else { return }
    logger.info("disk folder has room again", ["folder": "\(folder)"])
    tellChanged()
  }

  /// The folders that are full.
  var fullFolders: [UUID128] { state.withLock { $0.full.keys.sorted() } }

  /// The folders that have failed.
  var failedFolders: [UUID128] { state.withLock { $0.failed.keys.sorted() } }

  /// Why the folder is not at work; nil if it is.
  func problem(of folder: UUID128) -> Refusal? { state.withLock { $0.failed[folder] ?? $0.full[folder] } }

  /// Why nothing in the folder can be used; nil if it can.
  func failure(of folder: UUID128) -> Refusal? { state.withLock { $0.failed[folder] } }

  // MARK: Replicas

  /// The replica holds less than it had. It is mended from the others, once it is no member any more.
  func damaged(_ place: TopicPartition, _ damage: Damage) {
    let isNew = state.withLock { state in
      defer { state.damaged[place] = state.damaged[place] ?? damage }
      return state.damaged[place] == nil
    }
    guard isNew else { return }
    logger.error("replica damaged", ["partition": "\(place)", "cause": "\(damage.refusal.message)"])
    tellChanged()
  }

  /// The replica begins anew, or is here no more.
  func forget(_ place: TopicPartition) { _ = state.withLock { $0.damaged.removeValue(forKey: place) } }

  /// Why the replica is not used; nil if it is.
  func damage(of place: TopicPartition) -> Damage? { state.withLock { $0.damaged[place] } }

  /// The damaged replicas, as the coordinator is told of them: not too many at a time.
  var damagedLogs: [NewswireInternalV1.DamagedLog] {
    state.withLock { $0.damaged }.sorted { $0.key < $1.key }.prefix(Self.toldMax).map { place, damage in
      NewswireInternalV1.DamagedLog(
        topicID: place.topic.bytes, partition: place.partition.rawValue, lastEpoch: damage.lastEpoch?.rawValue ?? -1,
        endOffset: damage.endOffset.rawValue, leaderEpoch: damage.leaderEpoch.rawValue)
    }
  }

  private func tellChanged() { changed.withLock { $0 }?() }
}
