import Model
import Runtime
import Synchronization
import Testing

@testable import Node

@Suite("A time limit")
struct TimeLimitTests {
  @Test("work that ends in time is waited for")
  func inTime() async {
    let done = Atomic<Bool>(false)
    let inTime = await finishes(within: .seconds(60)) { done.store(true, ordering: .sequentiallyConsistent) }
    #expect(inTime && done.load(ordering: .sequentiallyConsistent))
  }

  @Test("work that ends never, whatever it is told, is left behind", .timeLimit(.minutes(1)))
  func never() async {
    let (forever, end) = AsyncStream<Void>.makeStream()
    let inTime = await finishes(within: .milliseconds(20)) {
      // A task of its own does not hear of a cancellation.
      await Task.detached { for await _ in forever {} }.value
    }
    #expect(!inTime)
    end.finish()
  }
}
