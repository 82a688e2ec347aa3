import Messages
import Model
import Runtime
import Testing

@testable import Transport

@Suite("Channel: connections", .timeLimit(.minutes(1)))
struct ChannelConnectionTests {
  private let client: ClientLoop

  init() throws { client = try ClientLoop() }

  private func echoServer(port: Int = 0) async throws -> ClearServer {
    try await ClearServer(port: port) { router in
      router.unary(Echo.unary) { request, call in call.reply(request) }
    }
  }

  @Test("without a server a call fails with the reason, one that waits goes through once there is one")
  func waitForReady() async throws {
    let port = privatePort()
    let channel = client.channel([port])
    let status = await failure { _ = try await channel.unary(Echo.unary, Parcel()) }
    #expect(status.code == .unavailable)
    #expect(status.message.contains("connection refused"), "\(status.message)")
    let waiting = Task {
      try await channel.unary(Echo.unary, Parcel(typeURL: "late"), options: CallOptions(waitForReady: true))
    }
    let impatient = await failure {
      _ = try await channel.unary(
        Echo.unary, Parcel(), options: CallOptions(timeout: .milliseconds(100), waitForReady: true))
    }
    #expect(impatient.code == .deadlineExceeded)
    #expect(impatient.message.contains("connection refused"), "\(impatient.message)")
    let server = try await echoServer(port: port)
    #expect(try await waiting.value.typeURL == "late")
    await server.stop()
    client.stop()
  }

  @Test("of several addresses the first that answers is used")
  func addresses() async throws {
    let server = try await echoServer()
    let channel = client.channel([privatePort(), server.address.port])
    #expect(try await channel.unary(Echo.unary, Parcel(typeURL: "x")).typeURL == "x")
    await server.stop()
    client.stop()
  }

  @Test("a channel outlives its server: calls fail while it is gone and work when it is back")
  func restart() async throws {
    let port = privatePort()
    var server = try await echoServer(port: port)
    let channel = client.channel([port])
    _ = try await channel.unary(Echo.unary, Parcel())
    await server.stop()
    let status = await failure { _ = try await channel.unary(Echo.unary, Parcel()) }
    #expect(status.code == .unavailable)
    server = try await echoServer(port: port)
    let options = CallOptions(timeout: .seconds(30), waitForReady: true)
    #expect(try await channel.unary(Echo.unary, Parcel(typeURL: "x"), options: options).typeURL == "x")
    await server.stop()
    client.stop()
  }

  @Test("a server that goes away lets running calls end while new ones go to its successor")
  func goAway() async throws {
    let begun = Signal<LoopBound<UnaryCall<Parcel>>>()
    let old = try await ClearServer(port: privatePort()) { router in
      router.unary(Echo.hold) { _, call in begun.send(LoopBound(call, on: call.loop)) }
    }
    let channel = client.channel([old.address.port])
    let running = Task { try await channel.unary(Echo.hold, Parcel()) }
    let held = try await begun.next()
    let shutdown = Task { await old.server.shutdown(grace: .seconds(30)) }
    // The successor can listen once the old one has stopped to.
    var successor: ClearServer?
    while successor == nil { successor = try? await echoServer(port: old.address.port) }
    var new: Parcel?
    while new == nil {
      // Calls that the old server had taken before its GOAWAY was heard are unknown there.
      new = try? await channel.unary(Echo.unary, Parcel(typeURL: "new"), options: CallOptions(waitForReady: true))
    }
    #expect(new?.typeURL == "new")
    held.execute { $0.reply(Parcel(typeURL: "old")) }
    #expect(try await running.value.typeURL == "old")
    await shutdown.value
    old.group.stop()
    await successor?.stop()
    client.stop()
  }

  @Test("more calls than the server allows at once wait for their turn")
  func streamsMax() async throws {
    let (now, most) = (Counter(), Signal<Int>())
    let held = Signal<LoopBound<UnaryCall<Parcel>>>()
    let server = try await ClearServer(options: { $0.streamsMax = 2 }) { router in
      router.unary(Echo.hold) { request, call in
        now.increment()
        most.send(now.value)
        held.send(LoopBound(call, on: call.loop))
      }
    }
    let channel = client.channel([server.address.port])
    let calls = (0..<7).map { _ in Task { try await channel.unary(Echo.hold, Parcel()) } }
    for answered in 0..<7 {
      let call = try await held.next()
      #expect(now.value <= answered + 2)
      call.execute { $0.reply(Parcel()) }
    }
    for call in calls { _ = try await call.value }
    #expect(now.value == 7)
    await server.stop()
    client.stop()
  }

  @Test("no more calls wait than allowed")
  func waitingMax() async throws {
    let port = privatePort()
    let channel = client.channel([port]) { $0.waitingCallsMax = 2 }
    let ended = Signal<StatusCode>()
    for _ in 0..<2 {
      channel.unary(Echo.unary, Parcel(), options: CallOptions(waitForReady: true)) { result in
        if case .failure(let status) = result { ended.send(status.code) }
      }
    }
    let refused = await failure {
      _ = try await channel.unary(Echo.unary, Parcel(), options: CallOptions(waitForReady: true))
    }
    #expect(refused.code == .resourceExhausted)
    channel.close()
    for _ in 0..<2 { #expect(try await ended.next() == .unavailable) }
    client.stop()
  }

  @Test("a server that falls silent is given up")
  func keepalive() async throws {
    let held = Signal<Void>()
    let server = try await ClearServer { router in
      router.unary(Echo.hold) { _, _ in held.send() }
    }
    let channel = client.channel([server.address.port]) {
      $0.keepaliveInterval = .milliseconds(50)
      $0.keepaliveTimeout = .milliseconds(50)
    }
    let call = Task { await failure { _ = try await channel.unary(Echo.hold, Parcel()) } }
    try await held.next()
    let released = Signal<Void>()
    let blocked = Task {
      await withCheckedContinuation { continuation in
        server.group.loops[0].execute {
          // The whole loop stands still until the client has given up.
          let semaphore = Blocker()
          Task {
            _ = try? await released.next()
            semaphore.release()
          }
          semaphore.wait()
          continuation.resume()
        }
      }
    }
    let status = await call.value
    released.send()
    await blocked.value
    #expect(status.code == .unavailable)
    #expect(status.message.contains("no answer to a ping"), "\(status.message)")
    await server.stop()
    client.stop()
  }

  @Test("a closed channel lets running calls end, and refuses new ones")
  func close() async throws {
    let begun = Signal<LoopBound<UnaryCall<Parcel>>>()
    let server = try await ClearServer { router in
      router.unary(Echo.hold) { _, call in begun.send(LoopBound(call, on: call.loop)) }
    }
    let channel = client.channel([server.address.port])
    let running = Task { try await channel.unary(Echo.hold, Parcel()) }
    let held = try await begun.next()
    channel.close()
    let status = await failure { _ = try await channel.unary(Echo.hold, Parcel()) }
    #expect(status.code == .unavailable)
    #expect(status.message == "the channel is closed")
    held.execute { $0.reply(Parcel(typeURL: "kept")) }
    #expect(try await running.value.typeURL == "kept")
    #expect(await channel.state == .closed)
    await server.stop()
    client.stop()
  }

  @Test("a closed channel ends what still runs after the grace")
  func closeGrace() async throws {
    let begun = Signal<Void>()
    let server = try await ClearServer { router in
      router.unary(Echo.hold) { _, _ in begun.send() }
    }
    let channel = client.channel([server.address.port]) { $0.closeGrace = .milliseconds(20) }
    let running = Task { await failure { _ = try await channel.unary(Echo.hold, Parcel()) } }
    try await begun.next()
    channel.close()
    let status = await running.value
    #expect(status.code == .unavailable)
    #expect(status.message.contains("the channel was closed"))
    await server.stop()
    client.stop()
  }

  @Test("a server with a certificate from elsewhere is refused in words that help")
  func wrongAuthority() async throws {
    let folder = TestFolder()
    let authority = try TestAuthority("node authority")
    let leaf = try authority.issue("broker 1", names: "DNS:localhost")
    let serverTLS = try TLSContext(
      .server,
      TLSConfiguration(
        certificatePath: folder.write("b.pem", leaf.certificate), keyPath: folder.write("b.key", leaf.key),
        nodeAuthorityPath: folder.write("ca.pem", authority.pem), requireClientCertificate: false))
    let group = try EventLoopGroup(count: 1, name: "server")
    let server = Server(group: group, tls: serverTLS, router: Router())
    let address = try await server.listen(SocketAddress(host: "127.0.0.1", port: 0))
    let other = folder.write("other.pem", try TestAuthority("elsewhere").pem)
    for (path, words) in [
      (other, "was issued by CN=node authority, which is not trusted here"),
      ("\(folder.path)/ca.pem", "is not for 127.0.0.1; its names are: localhost"),
    ] {
      let tls = try TLSContext(
        .client, TLSConfiguration(certificatePath: nil, keyPath: nil, nodeAuthorityPath: path))
      let channel = Channel(host: "127.0.0.1", port: address.port, tls: tls, loop: client.loop)
      let status = await failure { _ = try await channel.unary(Echo.unary, Parcel()) }
      #expect(status.code == .unavailable)
      #expect(status.message.contains(words), "\(status.message)")
    }
    await server.shutdown(grace: .zero)
    group.stop()
    client.stop()
  }
}
