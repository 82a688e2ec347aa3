import Model
import Runtime
import Synchronization
import Testing

@Suite("A loop that everybody has forgotten", .timeLimit(.minutes(1)))
struct ForgottenLoopTests {
  /// A started loop whose only reference is weak when this returns.
  private func forget(_ ran: AsyncStream<Void>.Continuation) throws -> () -> EventLoop? {
    let loop = try EventLoop(name: "forgotten")
    loop.start()
    loop.execute { [weak loop] in
      // A timer far enough ahead that the last reference is surely gone by then.
      loop?.schedule(after: .milliseconds(50)) { ran.yield() }
    }
    return { [weak loop] in loop }
  }

  @Test("goes on until it is stopped, and is gone then")
  func goesOn() async throws {
    let (stream, ran) = AsyncStream<Void>.makeStream()
    let loop = try forget(ran)
    var iterator = stream.makeAsyncIterator()
    await iterator.next()
    try #require(loop() != nil)
    loop()?.stop()
    #expect(loop() == nil)
  }
}
