internal import Synchronization

/// Calls something once, when it has been stepped on often enough.
final class Countdown: Sendable {
  private let left: Atomic<Int>
  private let done: @Sendable () -> Void

  init(_ count: Int, done: @escaping @Sendable () -> Void) {
    precondition(count > 0, "nothing to count")
    left = Atomic(count)
    self.done = done
  }

  func step() {
    if left.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { done() }
  }
}
