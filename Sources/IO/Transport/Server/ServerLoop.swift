import Model
import Runtime

/// What a server has on one loop: a listener and connections. Belongs to the loop.
final class ServerLoop {
  private let loop: EventLoop
  private let shared: ServerShared
  private var listeners: [Listener] = []
  private var connections: [ObjectIdentifier: HTTP2Connection] = [:]
  private var isDraining = false
  private var drained: [() -> Void] = []

  init(loop: EventLoop, shared: ServerShared) {
    self.loop = loop
    self.shared = shared
  }

  /// Listens; the answer is the address with its real port.
  func listen(_ address: SocketAddress, sharing: Bool) throws(RuntimeError) -> SocketAddress {
    guard !isDraining else {
      throw RuntimeError(code: 0, operation: "listen on \(address)", message: "the server is shutting down")
    }
    let listener = try loop.listen(on: address, sharing: sharing) { [weak self] socket in
      if let self { self.accept(socket) } else { socket.close() }
    }
    listeners.append(listener)
    return listener.address
  }

  private func accept(_ socket: TCPSocket) {
    guard !isDraining else { return socket.close() }
    guard let descriptor = socket.descriptor, descriptor < shared.descriptorsEnd else {
      return refuse(
        socket, "\(shared.descriptorsEnd) files and connections are open already: raise the limit of open files")
    }
    guard shared.reserveConnection() else {
      return refuse(socket, "there are \(shared.options.connectionsMax) connections already")
    }
    do throws(TLSError) {
      let facts = ConnectionFacts(
        loop: loop, remoteAddress: socket.remoteAddress, peer: nil, node: shared.options.node)
      let owner = ServerConnection(server: self, router: shared.router, facts: facts)
      let connection = try HTTP2Connection(
        socket: socket, tls: try shared.tls?.makeSession(), role: .server, options: shared.options.connection,
        owner: owner)
      connections[ObjectIdentifier(connection)] = connection
      connection.start()
    } catch {
      shared.releaseConnection()
      shared.report(
        ConnectionReport(
          kind: .handshakeFailed, remoteAddress: socket.remoteAddress, reason: error.description))
      socket.close()
    }
  }

  private func refuse(_ socket: TCPSocket, _ reason: String) {
    shared.report(ConnectionReport(kind: .overLimit, remoteAddress: socket.remoteAddress, reason: reason))
    socket.close()
  }

  func connectionClosed(_ connection: HTTP2Connection, reason: String, wasReady: Bool) {
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    shared.releaseConnection()
    if !wasReady {
      shared.report(
        ConnectionReport(kind: .handshakeFailed, remoteAddress: connection.remoteAddress, reason: reason))
    } else if connection.session.failure != nil {
      shared.report(
        ConnectionReport(kind: .protocolViolated, remoteAddress: connection.remoteAddress, reason: reason))
    }
    if connections.isEmpty { tellDrained() }
  }

  /// Takes no new connections.
  func stopListening() {
    for listener in listeners { listener.close() }
    listeners = []
  }

  // MARK: Shutting down

  /// Stops listening and lets the calls end; `done` is called when the last connection is gone.
  func drain(_ done: @escaping () -> Void) {
    isDraining = true
    stopListening()
    drained.append(done)
    if connections.isEmpty { return tellDrained() }
    for connection in connections.values { connection.drain() }
  }

  /// Ends the calls that are still under way.
  func abortCalls() {
    let status = Status(.unavailable, "the server is shutting down")
    for connection in connections.values {
      connection.session.refuseNewStreams()
      for stream in connection.session.openStreamObjects {
        (stream.handler as? ServerCall)?.abort(status, .failed(status))
      }
    }
  }

  /// Closes what is left.
  func closeAll() {
    for connection in connections.values { connection.close("the server is shutting down") }
  }

  private func tellDrained() {
    let drained = self.drained
    self.drained = []
    for done in drained { done() }
  }
}
