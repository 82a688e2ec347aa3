internal import Synchronization

/// An answer that comes once, and for which one task waits. Cancelling the task ends the waiting at once.
///
/// The first answer counts, also if it comes before anybody waits; later ones are dropped.
final class PendingAnswer<Value: Sendable>: Sendable {
  private enum State {
    /// Nobody waits yet, and nothing has come.
    case open
    /// The task waits.
    case awaited(CheckedContinuation<Value, any Error>)
    /// Something has come, and the task has not asked for it yet.
    case given(Result<Value, any Error>)
    /// The task has its answer. Final.
    case taken
  }

  private let state = Mutex(State.open)

  /// Gives the answer, unless there was one.
  func give(_ answer: Result<Value, any Error>) {
    let waiting: CheckedContinuation<Value, any Error>? = state.withLock { state in
      switch state {
      case .open:
        state = .given(answer)
        return nil
      case .awaited(let continuation):
        state = .taken
        return continuation
      case .given, .taken: return nil
      }
    }
    waiting?.resume(with: answer)
  }

  /// Waits for the answer; throws `CancellationError` when the task is cancelled before it comes. To be called once.
  nonisolated(nonsending) func wait() async throws -> Value {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let known: Result<Value, any Error>? = state.withLock { state in
          switch state {
          case .open:
            state = .awaited(continuation)
            return nil
          case .given(let answer):
            state = .taken
            return answer
          case .awaited, .taken: preconditionFailure("two tasks wait for one answer")
          }
        }
        if let known { continuation.resume(with: known) }
      }
    } onCancel: {
      give(.failure(CancellationError()))
    }
  }
}
