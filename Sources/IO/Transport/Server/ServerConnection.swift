import Model
import Runtime

/// A connection of the server: makes calls of its streams. Belongs to its loop.
final class ServerConnection: HTTP2ConnectionOwner {
  let router: Router
  private(set) var facts: ConnectionFacts
  private let server: ServerLoop
  /// The last trailers of a call that ended well: most have the same.
  private var latestTrailers: (metadata: Metadata, block: HeaderBlock)?

  init(server: ServerLoop, router: Router, facts: ConnectionFacts) {
    self.server = server
    self.router = router
    self.facts = facts
  }

  func connectionReady(_ connection: HTTP2Connection) {
    facts = ConnectionFacts(
      loop: facts.loop, remoteAddress: facts.remoteAddress, peer: connection.peer, node: facts.node)
  }

  func requestReceived(_ stream: HTTP2Stream, headers: HeaderBlock, on connection: HTTP2Connection) {
    let call = (stream.handler as? ServerCall) ?? ServerCall(stream: stream, connection: self)
    stream.handler = call
    call.begin(headers)
  }

  /// The trailers of a call that ends well with `metadata`. They are not to be changed.
  func trailers(_ metadata: Metadata) -> HeaderBlock {
    if let latestTrailers, latestTrailers.metadata == metadata { return latestTrailers.block }
    let block = HeaderBlock()
    block.append(Status(.ok, "", trailers: metadata))
    latestTrailers = (metadata, block)
    return block
  }

  func settingsChanged(_ connection: HTTP2Connection) {}
  func goAwayReceived(_ connection: HTTP2Connection, lastStreamID: Int32, code: UInt32, debugText: String) {}
  func streamEnded(_ connection: HTTP2Connection) {}

  func connectionClosed(_ connection: HTTP2Connection, reason: String, wasReady: Bool) {
    server.connectionClosed(connection, reason: reason, wasReady: wasReady)
  }
}
