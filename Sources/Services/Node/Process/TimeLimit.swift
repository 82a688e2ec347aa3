internal import Synchronization

/// Waits for `body`, but not longer than `limit`; true if it has ended by then.
///
/// A body that does not end is left behind, whether it listens to cancellation or not.
public func finishes(within limit: Duration, _ body: @escaping @Sendable () async -> Void) async -> Bool {
  let waiting = FirstAnswer()
  return await withCheckedContinuation { continuation in
    waiting.continuation.withLock { $0 = continuation }
    let timer = Task {
      try? await Task.sleep(for: limit)
      waiting.answer(false)
    }
    Task {
      await body()
      waiting.answer(true)
      timer.cancel()
    }
  }
}

/// A continuation that the first of several answers resumes.
private final class FirstAnswer: Sendable {
  let continuation = Mutex<CheckedContinuation<Bool, Never>?>(nil)

  func answer(_ value: Bool) {
    let waiting = continuation.withLock { $0.take() }
    waiting?.resume(returning: value)
  }
}
