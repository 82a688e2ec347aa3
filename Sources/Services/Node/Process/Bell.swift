internal import Synchronization

/// Wakes the one task that waits for it, or the next one that does. It can be waited for again and again, also after a
/// wait that was cancelled (the iterator of an `AsyncStream` cannot: its stream is over then).
final class Bell: Sendable {
  private enum State {
    case silent
    /// It was rung while nobody waited.
    case rung
    case awaited(CheckedContinuation<Void, Never>)
  }

  private let state = Mutex(State.silent)

  /// Wakes who waits. Ringing twice before anybody waits is ringing once.
  func ring() {
    let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard case .awaited(let continuation) = state else {
        state = .rung
        return nil
      }
      state = .silent
      return continuation
    }
    waiting?.resume()
  }

  /// Waits until the bell rings or the task is cancelled. One task at a time.
  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if case .rung = state {
            state = .silent
            return true
          }
          // A cancellation from now on finds the continuation.
          if Task.isCancelled { return true }
          state = .awaited(continuation)
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
        guard case .awaited(let continuation) = state else { return nil }
        state = .silent
        return continuation
      }
      waiting?.resume()
    }
  }
}
