import Model
import Runtime
import Synchronization
import Testing

@Suite("A loop that ends")
struct EndingLoopTests {
  /// Starts a timer and a connection when its socket is closed, as whatever wants to try again does.
  private final class Stubborn: TCPSocketDelegate, @unchecked Sendable {
    let outcome = Mutex<[String]>([])
    let loop: EventLoop
    let port: Int

    init(loop: EventLoop, port: Int) {
      self.loop = loop
      self.port = port
    }

    func received(_ bytes: UnsafeMutableRawBufferPointer) {}
    func readEnded() {}
    func closed(_ error: RuntimeError?) {
      outcome.withLock { $0.append("closed") }
      loop.schedule(after: .zero) { self.outcome.withLock { $0.append("timer") } }.cancel()
      loop.schedule(after: .seconds(1)) { self.outcome.withLock { $0.append("timer") } }
      loop.connect(to: "127.0.0.1", port: port, timeout: .seconds(1)) { result in
        if case .failure = result { self.outcome.withLock { $0.append("refused") } }
      }
    }
  }

  @Test(
    "what is closed at the end of a loop may ask for timers and connections: they come to nothing",
    .timeLimit(.minutes(1)))
  func stubborn() async throws {
    let loop = try EventLoop(name: "ending")
    loop.start()
    let stubborn: Stubborn = try await withCheckedThrowingContinuation { continuation in
      loop.execute {
        do {
          let listener = try loop.listen(on: SocketAddress(host: "127.0.0.1", port: 0)) { _ in }
          let stubborn = Stubborn(loop: loop, port: listener.address.port)
          loop.connect(to: "127.0.0.1", port: listener.address.port, timeout: .seconds(5)) { result in
            if case .success(let socket) = result { socket.delegate = stubborn }
            continuation.resume(returning: stubborn)
          }
        } catch { continuation.resume(throwing: error) }
      }
    }
    loop.stop()
    #expect(stubborn.outcome.withLock { $0 } == ["closed", "refused"])
  }
}
