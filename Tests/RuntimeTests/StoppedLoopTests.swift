import Runtime
import Testing

@Suite("A loop that was stopped", .timeLimit(.minutes(1)))
struct StoppedLoopTests {
  @Test("tells whoever waits for a job, also one that came too late")
  func tells() async throws {
    let loop = try EventLoop(name: "stopped")
    loop.start()
    let number = LoopBound(7, on: loop)
    #expect(try await number.run { $0 } == 7)
    let waiting = (0..<50).map { _ in Task { try await number.run { $0 } } }
    loop.stop()
    for task in waiting {
      switch await task.result {
      case .success(let value): #expect(value == 7)
      case .failure(let error): #expect(error is RuntimeError)
      }
    }
    await #expect(throws: RuntimeError.self) { try await number.run { $0 } }
  }
}
