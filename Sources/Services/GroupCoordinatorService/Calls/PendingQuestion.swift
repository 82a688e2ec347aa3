internal import ClusterMetadata
internal import Group
internal import Model
internal import Synchronization

/// A question on its way to a shard, whose asker may give up before, while or after it arrives.
final class PendingQuestion: Sendable {
  private enum State {
    case onItsWay
    case asked(RequestToken)
    case cancelled
  }

  private let state = Mutex(State.onItsWay)

  /// The shard has it under `token`; true if nobody waits any more.
  func asked(_ token: RequestToken) -> Bool {
    state.withLock { state in
      if case .cancelled = state { return true }
      state = .asked(token)
      return false
    }
  }

  /// Nobody waits any more; the token, if the shard has the question.
  func cancelled() -> RequestToken? {
    state.withLock { state in
      defer { state = .cancelled }
      if case .asked(let token) = state { return token }
      return nil
    }
  }
}
