public import Runtime
import Synchronization

/// What the loops of one server have in common.
final class ServerShared: Sendable {
  let options: ServerOptions
  let tls: TLSContext?
  let router: Router
  let report: @Sendable (ConnectionReport) -> Void
  /// Descriptors from here on are not for connections.
  let descriptorsEnd = FileLimit.connectionsEnd()
  private let connections = Atomic<Int>(0)

  init(
    options: ServerOptions, tls: TLSContext?, router: Router, report: @escaping @Sendable (ConnectionReport) -> Void
  ) {
    self.options = options
    self.tls = tls
    self.router = router
    self.report = report
  }

  var connectionCount: Int { connections.load(ordering: .relaxed) }

  /// Counts one more connection; false if that would be one too many.
  func reserveConnection() -> Bool {
    let count = connections.wrappingAdd(1, ordering: .relaxed).newValue
    if count <= options.connectionsMax { return true }
    releaseConnection()
    return false
  }

  func releaseConnection() { connections.wrappingSubtract(1, ordering: .relaxed) }
}

/// A gRPC server: listens on every loop of a group and calls the router's handlers.
///
/// Keep it as long as it shall take connections, and end it with `shutdown`.
public final class Server: Sendable {
  /// How long the last words of aborted calls may take.
  private static let lastWords = Duration.milliseconds(500)

  private let shared: ServerShared
  private let parts: [LoopBound<ServerLoop>]

  /// A server that does not listen yet. Without `tls` it speaks HTTP/2 in the clear.
  ///
  /// `report` hears, on any loop, of connections that failed: log each cause once.
  public init(
    group: EventLoopGroup, tls: TLSContext?, options: ServerOptions = ServerOptions(), router: Router,
    report: @escaping @Sendable (ConnectionReport) -> Void = { _ in }
  ) {
    let shared = ServerShared(options: options, tls: tls, router: router, report: report)
    self.shared = shared
    parts = group.loops.map { LoopBound(ServerLoop(loop: $0, shared: shared), on: $0) }
    ReceiveBudget.shared.setLimit(options.receivedBytesMax)
  }

  /// How many connections there are.
  public var connectionCount: Int { shared.connectionCount }

  /// Listens on every loop; the answer has the real port if `address` left it to the system.
  public func listen(_ address: SocketAddress) async throws -> SocketAddress {
    let isShared = parts.count > 1
    if isShared, address.port != 0 {
      // With SO_REUSEPORT another process on the port would go unnoticed: try without it first.
      try await parts[0].run { [loop = parts[0].loop] _ in
        try loop.listen(on: address) { $0.close() }.close()
      }
    }
    let real = try await parts[0].run { try $0.listen(address, sharing: isShared) }
    do {
      for part in parts.dropFirst() { _ = try await part.run { try $0.listen(real, sharing: true) } }
    } catch {
      for part in parts { part.execute { $0.stopListening() } }
      throw error
    }
    return real
  }

  /// Takes no new connections; those that there are go on.
  public func stopListening() {
    for part in parts { part.execute { $0.stopListening() } }
  }

  /// Stops listening, tells every peer (GOAWAY), waits up to `grace` for calls to end, then ends them and closes.
  public func shutdown(grace: Duration) async {
    await withTaskGroup(of: Void.self) { group in
      for part in parts { group.addTask { await self.drain(part, grace) } }
    }
  }

  private func drain(_ part: LoopBound<ServerLoop>, _ grace: Duration) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      part.execute { server in
        let loop = part.loop
        let timer = loop.schedule(after: grace) {
          server.abortCalls()
          loop.schedule(after: Self.lastWords) { server.closeAll() }
        }
        server.drain {
          timer.cancel()
          continuation.resume()
        }
      }
    }
  }
}
