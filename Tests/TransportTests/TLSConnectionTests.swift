import COpenSSL
import Model
import Runtime
import Testing

@testable import Transport

/// A socket that takes as many bytes as it is told to.
private final class NarrowLink: ByteLink {
  /// How many bytes `tryWrite` takes.
  var room = Int.max
  private(set) var written: [UInt8] = []
  private(set) var isClosed = false
  private var pending: (bytes: [UInt8], done: (Bool) -> Void)?

  func startReading() {}

  func tryWrite(_ bytes: UnsafeRawBufferPointer) -> WriteResult {
    let count = pending == nil ? min(room, bytes.count) : 0
    written.append(contentsOf: bytes[..<count])
    return .wrote(count)
  }

  func write(owned base: UnsafeMutableRawPointer, range: Range<Int>, done: @escaping (Bool) -> Void) {
    pending = (Array(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)), done)
  }

  func close() {
    isClosed = true
    let pending = self.pending
    self.pending = nil
    pending?.done(false)
  }

  /// The socket has room again.
  func drain() {
    room = .max
    guard let pending else { return }
    self.pending = nil
    written.append(contentsOf: pending.bytes)
    pending.done(true)
  }

  func takeWritten() -> [UInt8] {
    defer { written = [] }
    return written
  }
}

/// What the server's connection carries in these tests: echoes, or sends what it is given.
private final class Carried: TLSConnectionDelegate {
  var received: [UInt8] = []
  var toSend: [UInt8] = []
  var isFinished = false
  var closedReason: String?

  func connectionSecured() {}
  func plaintextReceived(_ bytes: UnsafeRawBufferPointer) -> Bool {
    received.append(contentsOf: bytes)
    return true
  }
  func fillPlaintext(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, toSend.count)
    buffer.copyBytes(from: toSend[..<count])
    toSend.removeFirst(count)
    return count
  }
  func connectionClosed(_ reason: String) { closedReason = reason }
}

/// OpenSSL as a client of its own, over memory.
private final class MemoryClient {
  let ssl: OpaquePointer
  private let input = BIO_new(BIO_s_mem())!
  private let output = BIO_new(BIO_s_mem())!

  init(_ context: OpaquePointer) {
    ssl = SSL_new(context)
    SSL_set_connect_state(ssl)
    var offer: [UInt8] = [2, UInt8(ascii: "h"), UInt8(ascii: "2")]
    SSL_set_alpn_protos(ssl, &offer, 3)
    SSL_set_bio(ssl, input, output)
  }

  deinit { SSL_free(ssl) }

  /// Takes the server's bytes; answers with its own.
  func exchange(_ bytes: [UInt8]) -> [UInt8] {
    _ = BIO_write(input, bytes, Int32(bytes.count))
    if SSL_is_init_finished(ssl) == 0 { _ = SSL_do_handshake(ssl) }
    return takeOutput()
  }

  func write(_ bytes: [UInt8]) -> [UInt8] {
    _ = SSL_write(ssl, bytes, Int32(bytes.count))
    return takeOutput()
  }

  /// Everything that can be decrypted.
  func read() -> [UInt8] {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = SSL_read(ssl, &chunk, Int32(chunk.count))
      guard count > 0 else { return all }
      all.append(contentsOf: chunk[..<Int(count)])
    }
  }

  func takeOutput() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 256 << 10)
    let count = BIO_read(output, &bytes, Int32(bytes.count))
    return Array(bytes.prefix(Int(max(count, 0))))
  }
}

/// A connection with its two ends; on one loop.
private final class Scene {
  let link = NarrowLink()
  let carried = Carried()
  let client: MemoryClient
  let connection: TLSConnection
  private let context: OpaquePointer

  init(_ loop: EventLoop, _ tls: TLSContext) throws {
    context = SSL_CTX_new(TLS_client_method())
    client = MemoryClient(context)
    connection = try TLSConnection(
      link: link, tls: try tls.makeSession(), buffers: .current(loop), delegate: carried)
    connection.start()
  }

  deinit {
    connection.closed(nil)
    SSL_CTX_free(context)
  }

  func deliver(_ bytes: [UInt8]) {
    var bytes = bytes
    bytes.withUnsafeMutableBytes { connection.received($0) }
  }

  func shakeHands() {
    var flight = client.exchange([])
    for _ in 0..<5 where !flight.isEmpty {
      deliver(flight)
      flight = client.exchange(link.takeWritten())
    }
  }
}

@Suite("a TLS connection")
struct TLSConnectionTests {
  /// Runs `body` on a loop with a server's context.
  private func onLoop(_ body: @escaping @Sendable (EventLoop, TLSContext) throws -> Void) async throws {
    let folder = TestFolder()
    let authority = try TestAuthority("nodes")
    let own = try authority.issue("server", names: "DNS:localhost")
    let tls = try TLSContext(
      .server,
      TLSConfiguration(
        certificatePath: folder.write("server.pem", own.certificate), keyPath: folder.write("server.key", own.key),
        nodeAuthorityPath: folder.write("ca.pem", authority.pem), requireClientCertificate: false))
    let group = try EventLoopGroup(count: 1, name: "tls")
    defer { group.stop() }
    let loop = group.loops[0]
    try await LoopBound((), on: loop).run { _ in try body(loop, tls) }
  }

  @Test("carries bytes both ways, and says goodbye when it is done")
  func bothWays() async throws {
    try await onLoop { loop, tls in
      let scene = try Scene(loop, tls)
      scene.shakeHands()
      scene.deliver(scene.client.write([1, 2, 3]))
      #expect(scene.carried.received == [1, 2, 3])
      scene.carried.toSend = [UInt8](repeating: 7, count: 1_500_000)
      scene.connection.pump()
      _ = scene.client.exchange(scene.link.takeWritten())
      #expect(scene.client.read().count == 1_500_000)
      scene.carried.isFinished = true
      scene.connection.pump()
      _ = scene.client.exchange(scene.link.takeWritten())
      _ = scene.client.read()
      #expect(SSL_get_shutdown(scene.client.ssl) & SSL_RECEIVED_SHUTDOWN != 0)
      scene.connection.close("done")
      #expect(scene.link.isClosed)
    }
  }

  @Test("what a full socket does not take goes out later, in order and whole")
  func fullSocket() async throws {
    try await onLoop { loop, tls in
      let scene = try Scene(loop, tls)
      scene.shakeHands()
      scene.link.room = 1000
      scene.carried.toSend = (0..<1_200_000).map { UInt8(truncatingIfNeeded: $0 / 1000) }
      let all = scene.carried.toSend
      scene.connection.pump()
      let left = scene.carried.toSend.count
      #expect(left > 0)
      scene.connection.pump()
      #expect(scene.carried.toSend.count == left, "nothing is encrypted while a write is under way")
      scene.link.drain()
      scene.connection.pump()
      _ = scene.client.exchange(scene.link.takeWritten())
      #expect(scene.client.read() == all)
      scene.connection.close("done")
    }
  }

  @Test("answers a KeyUpdate while a write is under way, behind it")
  func keyUpdate() async throws {
    try await onLoop { loop, tls in
      let scene = try Scene(loop, tls)
      scene.shakeHands()
      scene.link.room = 100
      scene.carried.toSend = [UInt8](repeating: 5, count: 100_000)
      scene.connection.pump()
      #expect(SSL_key_update(scene.client.ssl, SSL_KEY_UPDATE_REQUESTED) == 1)
      scene.deliver(scene.client.write([9]))
      #expect(scene.carried.received == [9])
      scene.link.drain()
      scene.carried.toSend = [6, 6]
      scene.connection.pump()
      _ = scene.client.exchange(scene.link.takeWritten())
      let read = scene.client.read()
      #expect(read.count == 100_002)
      #expect(read.suffix(2) == [6, 6])
      #expect(!scene.link.isClosed)
      scene.connection.close("done")
    }
  }

  @Test("gives up on a peer that asks for key updates without reading the answers")
  func keyUpdateFlood() async throws {
    try await onLoop { loop, tls in
      let scene = try Scene(loop, tls)
      scene.shakeHands()
      scene.link.room = 0
      scene.carried.toSend = [1]
      scene.connection.pump()
      for _ in 0..<10_000 where !scene.link.isClosed {
        SSL_key_update(scene.client.ssl, SSL_KEY_UPDATE_REQUESTED)
        scene.deliver(scene.client.write([9]))
      }
      #expect(scene.link.isClosed)
    }
  }

  @Test("sends an alert for a broken handshake, and leaves the peer a moment to read it")
  func brokenHandshake() async throws {
    try await onLoop { loop, tls in
      let scene = try Scene(loop, tls)
      scene.deliver([22, 3, 1, 0, 4, 1, 0, 0, 0])
      #expect(scene.link.written.first == 21, "a TLS record with an alert")
      #expect(!scene.link.isClosed)
      scene.connection.readEnded()
      #expect(scene.link.isClosed)
    }
  }

  @Test("says what it was that is not TLS")
  func notTLS() async throws {
    try await onLoop { loop, tls in
      let scene = try Scene(loop, tls)
      scene.deliver(Array("GET / HTTP/1.1\r\n\r\n".utf8))
      scene.connection.closed(nil)
      #expect(scene.carried.closedReason == "TLS: the caller speaks plain HTTP, not TLS")
    }
  }

  @Test("survives any bytes, before and after the handshake", arguments: 1...60 as ClosedRange<UInt64>)
  func randomBytes(seed: UInt64) async throws {
    try await onLoop { loop, tls in
      var random = Xorshift(state: seed &* 0x9e37_79b9_7f4a_7c15 | 1)
      let scene = try Scene(loop, tls)
      if seed % 2 == 0 { scene.shakeHands() }
      for _ in 0..<10 {
        let isRecord = random.next() % 2 == 0
        let body = (0..<Int(random.next() % 200 + 1)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        scene.deliver(isRecord ? [22, 3, 3, 0, UInt8(body.count)] + body : body)
      }
      scene.connection.close("done")
      scene.connection.closed(nil)
      #expect(scene.carried.received.isEmpty)
      #expect(scene.carried.closedReason != nil)
    }
  }
}
