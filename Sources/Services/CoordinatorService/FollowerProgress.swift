internal import ClusterMetadata
internal import Model
internal import Synchronization

/// How far each node has applied the metadata, as its heartbeats say.
///
/// A change is answered when the nodes have heard of it: who creates a topic can write to it at once. A node that is
/// slow or lost holds an answer up for a bounded time only, so nothing depends on it.
final class FollowerProgress: Sendable {
  /// A node that follows the metadata.
  enum Follower: Hashable, Sendable {
    case broker(BrokerID)
    case groupCoordinator(GroupCoordinatorID)
  }

  private struct Waiter {
    var missing: Set<Follower>
    let end: MetadataOffset
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var applied: [Follower: MetadataOffset] = [:]
    var waiting: [UInt64: Waiter] = [:]
    var nextWaiter: UInt64 = 0
  }

  private static let waitMax = Duration.seconds(1)
  private let state = Mutex(State())

  /// `follower` has applied everything before `end`.
  func note(_ follower: Follower, appliedEnd end: MetadataOffset) {
    let done = state.withLock { state in
      state.applied[follower] = end
      var done: [CheckedContinuation<Void, Never>] = []
      for (id, var waiter) in state.waiting where waiter.end <= end && waiter.missing.remove(follower) != nil {
        state.waiting[id] = waiter.missing.isEmpty ? nil : waiter
        if waiter.missing.isEmpty { done.append(waiter.continuation) }
      }
      return done
    }
    for continuation in done { continuation.resume() }
  }

  /// Waits until every node at work has applied what is in `image`, or has had time enough.
  func settle(_ image: MetadataImage) async {
    let brokers = image.brokers.filter { $0.availability == .active }.map { Follower.broker($0.id) }
    let others = image.groupCoordinators.filter(\.isLive).map { Follower.groupCoordinator($0.id) }
    let followers = Set(brokers + others)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await Task.sleep(for: Self.waitMax) }
      group.addTask { await self.wait(for: followers, until: image.endOffset) }
      await group.next()
      group.cancelAll()
    }
  }

  private func wait(for followers: Set<Follower>, until end: MetadataOffset) async {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDone = state.withLock { state in
          let missing = followers.filter { (state.applied[$0] ?? .zero) < end }
          // A cancellation from now on finds the waiter.
          if missing.isEmpty || Task.isCancelled { return true }
          state.waiting[id] = Waiter(missing: missing, end: end, continuation: continuation)
          return false
        }
        if isDone { continuation.resume() }
      }
    } onCancel: {
      let waiter = state.withLock { $0.waiting.removeValue(forKey: id) }
      waiter?.continuation.resume()
    }
  }
}
