import Runtime
import Testing

@testable import Transport

/// A link whose other end is silent.
private final class SilentLink: ByteLink {
  weak var delegate: (any TCPSocketDelegate)?
  private let loop: EventLoop

  init(_ loop: EventLoop) { self.loop = loop }

  func startReading() {}
  func tryWrite(_ bytes: UnsafeRawBufferPointer) -> WriteResult { .wrote(bytes.count) }
  func write(owned base: UnsafeMutableRawPointer, range: Range<Int>, done: @escaping (Bool) -> Void) { done(true) }
  func close() {
    let link = LoopBound(self, on: loop)
    loop.execute { link.value.delegate?.closed(nil) }
  }
}

private final class SilentOwner: HTTP2ConnectionOwner {
  private let journal: Journal
  var connection: HTTP2Connection?

  init(_ journal: Journal) { self.journal = journal }

  func connectionReady(_ connection: HTTP2Connection) { journal.add("ready") }
  func requestReceived(_ stream: HTTP2Stream, headers: HeaderBlock, on connection: HTTP2Connection) {}
  func settingsChanged(_ connection: HTTP2Connection) {}
  func goAwayReceived(_ connection: HTTP2Connection, lastStreamID: Int32, code: UInt32, debugText: String) {}
  func streamEnded(_ connection: HTTP2Connection) {}
  func connectionClosed(_ connection: HTTP2Connection, reason: String, wasReady: Bool) {
    journal.add("closed: \(reason)")
    self.connection = nil
  }
}

@Suite("an HTTP/2 connection")
struct HTTP2ConnectionTests {
  /// What becomes of a connection that gets `bytes` and then nothing more.
  private func silence(after bytes: [UInt8], _ change: @escaping @Sendable (inout HTTP2ConnectionOptions) -> Void)
    async throws -> Journal
  {
    let journal = Journal()
    let group = try EventLoopGroup(count: 1, name: "silence")
    defer { group.stop() }
    let loop = group.loops[0]
    try await LoopBound((), on: loop).run { _ in
      var options = HTTP2ConnectionOptions()
      change(&options)
      let link = SilentLink(loop)
      let owner = SilentOwner(journal)
      let connection = try HTTP2Connection(
        link: link, remoteAddress: "nowhere", loop: loop, tls: nil, role: .server, options: options, owner: owner)
      link.delegate = connection.socketDelegate
      owner.connection = connection
      connection.start()
      var bytes = bytes
      bytes.withUnsafeMutableBytes { connection.socketDelegate.received($0) }
    }
    for _ in 0..<500 where !journal.all.contains(where: { $0.hasPrefix("closed") }) {
      try await Task.sleep(for: .milliseconds(10))
    }
    return journal
  }

  @Test("gives up on a peer that does not answer a ping")
  func keepalive() async throws {
    let journal = try await silence(after: RawFrame.preface + RawFrame.settings) {
      $0.keepalive = KeepaliveTimes(idle: .milliseconds(30), timeout: .milliseconds(30))
    }
    #expect(journal.all == ["ready", "closed: no answer to a ping within 30 ms"])
  }

  @Test("gives up on a peer that begins, but never sends its settings")
  func handshake() async throws {
    let journal = try await silence(after: Array(RawFrame.preface.prefix(10))) {
      $0.handshakeTimeout = .milliseconds(30)
    }
    #expect(journal.all == ["closed: the handshake was not done within 30 ms"])
  }
}
