internal import Synchronization

/// Where those wait who found no memory for their record.
///
/// Take `generation` before trying, and `wait(after:)` with it when that failed: what became free in between is not
/// missed.
final class RoomGate: Sendable {
  private struct State {
    var generation = 0
    var nextTicket = 0
    var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
    var isClosed = false
  }

  private let state = Mutex(State())

  var generation: Int { state.withLock { $0.generation } }

  /// Lets everybody try again.
  func open() {
    let waiting = state.withLock { state in
      state.generation += 1
      defer { state.waiting = [:] }
      return state.waiting
    }
    for continuation in waiting.values { continuation.resume() }
  }

  /// Lets everybody try again, for good: nobody waits from now on.
  func close() {
    state.withLock { $0.isClosed = true }
    open()
  }

  /// Waits until there may be room; throws if the task is cancelled.
  func wait(after generation: Int) async throws {
    let ticket = state.withLock { state in
      state.nextTicket += 1
      return state.nextTicket
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isOver = state.withLock { state in
          if state.generation != generation || state.isClosed || Task.isCancelled { return true }
          state.waiting[ticket] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
      try Task.checkCancellation()
    } onCancel: {
      let continuation = state.withLock { $0.waiting.removeValue(forKey: ticket) }
      continuation?.resume(throwing: CancellationError())
    }
  }
}
