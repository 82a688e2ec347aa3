import Model
import Runtime
import Testing

/// Answers every byte with the same byte.
private final class Echo: TCPSocketDelegate {
  private let socket: TCPSocket
  init(_ socket: TCPSocket) { self.socket = socket }
  func received(_ bytes: UnsafeMutableRawBufferPointer) { _ = socket.tryWrite(UnsafeRawBufferPointer(bytes)) }
  func readEnded() { socket.close() }
  func closed(_ error: RuntimeError?) {}
}

/// Notes what it hears.
private final class Listening: TCPSocketDelegate, @unchecked Sendable {
  let heard: AsyncStream<[UInt8]>
  private let continuation: AsyncStream<[UInt8]>.Continuation
  init() { (heard, continuation) = AsyncStream.makeStream() }
  func received(_ bytes: UnsafeMutableRawBufferPointer) { continuation.yield(Array(bytes)) }
  func readEnded() { continuation.finish() }
  func closed(_ error: RuntimeError?) { continuation.finish() }
}

private func connect(_ loop: EventLoop, host: String = "127.0.0.1", port: Int) async throws -> LoopBound<TCPSocket> {
  try await withCheckedThrowingContinuation { continuation in
    loop.execute {
      loop.connect(to: host, port: port, timeout: .seconds(5)) { result in
        continuation.resume(with: result.map { LoopBound($0, on: loop) })
      }
    }
  }
}

@Suite("TCP")
struct TCPTests {
  private func withEchoServer(
    loops: Int, _ body: (EventLoopGroup, Int) async throws -> Void
  ) async throws {
    let group = try EventLoopGroup(count: loops, name: "tcp")
    defer { group.stop() }
    let server = group.loops[0]
    let port = try await onLoop(server) {
      try server.listen(on: SocketAddress(host: "127.0.0.1", port: 0)) { socket in
        socket.delegate = Echo(socket)
        socket.startReading()
      }.address.port
    }
    try await body(group, port)
  }

  @Test("bytes come back from a server on the same loop and on another", arguments: [1, 2])
  func echo(loops: Int) async throws {
    try await withEchoServer(loops: loops) { group, port in
      let socket = try await connect(group.loops[loops - 1], port: port)
      let listening = Listening()
      socket.execute { socket in
        socket.delegate = listening
        socket.startReading()
        _ = [1, 2, 3].withUnsafeBytes { socket.tryWrite(UnsafeRawBufferPointer(rebasing: $0[0..<1])) }
      }
      var iterator = listening.heard.makeAsyncIterator()
      #expect(await iterator.next() == [1])
      socket.execute { $0.close() }
      #expect(await iterator.next() == nil)
    }
  }

  @Test("a name is resolved before connecting")
  func names() async throws {
    try await withEchoServer(loops: 1) { group, port in
      let socket = try await connect(group.loops[0], host: "localhost", port: port)
      #expect(try await socket.run { $0.remoteAddress } == "127.0.0.1:\(port)")
    }
  }

  @Test("a refused connection says so, with the address")
  func refused() async throws {
    let loop = try EventLoop(name: "refused")
    loop.start()
    defer { loop.stop() }
    let port = try await onLoop(loop) {
      let listener = try loop.listen(on: SocketAddress(host: "127.0.0.1", port: 0)) { $0.close() }
      listener.close()
      return listener.address.port
    }
    await #expect {
      _ = try await connect(loop, port: port)
    } throws: { error in
      "\(error)" == "connect to 127.0.0.1:\(port): connection refused"
    }
  }

  @Test("a socket that is full hands the rest over in one write and takes more afterwards")
  func fullSocket() async throws {
    let loop = try EventLoop(name: "full")
    loop.start()
    defer { loop.stop() }
    let reader = Listening()
    let port = try await onLoop(loop) {
      try loop.listen(on: SocketAddress(host: "127.0.0.1", port: 0)) { socket in
        socket.delegate = reader
        // The reader waits, so that the writer meets a full socket.
        loop.schedule(after: .milliseconds(20)) { socket.startReading() }
      }.address.port
    }
    let socket = try await connect(loop, port: port)
    let total = 64 << 20
    socket.execute { socket in
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: total, alignment: 16)
      memory.initializeMemory(as: UInt8.self, repeating: 7)
      guard case .wrote(let taken) = socket.tryWrite(UnsafeRawBufferPointer(memory)), taken < total else { return }
      socket.write(owned: memory.baseAddress!, range: taken..<total) { _ in
        memory.deallocate()
        socket.close()
      }
    }
    var received = 0
    for await bytes in reader.heard { received += bytes.count }
    #expect(received == total)
  }

  @Test(
    "host and port are taken apart, IPv6 in brackets, and nothing else passes",
    arguments: [
      ("a:1", "a", 1), ("[::1]:9190", "::1", 9190), ("1.2.3.4:0", "1.2.3.4", 0),
    ])
  func splitting(text: String, host: String, port: Int) throws {
    let parts = try #require(SocketAddress.split(text))
    #expect(parts == (host, port))
  }

  @Test("what is no host and port is refused", arguments: ["", "a", ":1", "a:", "a:70000", "::1:9", "a:-1", "a:+1"])
  func notAddresses(text: String) {
    #expect(SocketAddress.split(text) == nil)
  }
}
