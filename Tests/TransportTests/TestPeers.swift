import Bytes
import Glibc
import Messages
import Model
import Runtime
import Synchronization
import Testing

@testable import Transport

/// The messages and methods of the tests: a name and bytes.
typealias Parcel = GoogleProtobuf.AnyMessage

enum Echo {
  static let unary = Method<Parcel, Parcel>(path: "/test.Echo/Unary", kind: .unary)
  static let hold = Method<Parcel, Parcel>(path: "/test.Echo/Hold", kind: .unary)
  static let download = Method<Parcel, Parcel>(path: "/test.Echo/Download", kind: .serverStreaming)
  static let upload = Method<Parcel, Parcel>(path: "/test.Echo/Upload", kind: .clientStreaming)
  static let both = Method<Parcel, Parcel>(path: "/test.Echo/Both", kind: .bidirectional)
}

/// A value that tests wait for.
final class Signal<Value: Sendable>: Sendable {
  private let stream: AsyncStream<Value>
  private let continuation: AsyncStream<Value>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream() }

  func send(_ value: Value) { continuation.yield(value) }

  /// The next value.
  func next() async throws -> Value {
    for await value in stream { return value }
    throw CancellationError()
  }
}

extension Signal where Value == Void {
  func send() { send(()) }
}

/// A loop for a client, and a server in the clear on loops of its own.
final class ClearServer: Sendable {
  let group: EventLoopGroup
  let server: Server
  let address: SocketAddress

  init(
    port: Int = 0, loops: Int = 1, options change: (inout ServerOptions) -> Void = { _ in },
    _ build: (inout Router) -> Void
  ) async throws {
    var options = ServerOptions()
    change(&options)
    group = try EventLoopGroup(count: loops, name: "server")
    var router = Router()
    build(&router)
    server = Server(group: group, tls: nil, options: options, router: router)
    do {
      address = try await server.listen(SocketAddress(host: "127.0.0.1", port: port))
    } catch {
      group.stop()
      throw error
    }
  }

  /// Ends everything at once.
  func stop() async {
    await server.shutdown(grace: .zero)
    group.stop()
  }
}

/// The far end of a connection that does what a test tells it, right or wrong. Belongs to its loop.
final class ScriptedServer: HTTP2ConnectionOwner, @unchecked Sendable {
  typealias Script = (HTTP2Stream, HeaderBlock, HTTP2Connection) -> Void

  let loop: EventLoop
  private(set) var port = 0
  private var listener: Listener?
  private var script: Script?
  private var connections: [HTTP2Connection] = []

  /// Listens on a loop of its own and answers by `script`, which runs there.
  static func start(_ script: @escaping @Sendable (HTTP2Stream, HeaderBlock, HTTP2Connection) -> Void) async throws
    -> ScriptedServer
  {
    let server = ScriptedServer(loop: try EventLoop(name: "scripted"))
    server.loop.start()
    try await LoopBound(server, on: server.loop).run { try $0.listen(script) }
    return server
  }

  private init(loop: EventLoop) { self.loop = loop }

  private func listen(_ script: @escaping Script) throws {
    self.script = script
    let listener = try loop.listen(on: SocketAddress(host: "127.0.0.1", port: 0)) { [unowned self] socket in
      do {
        let connection = try HTTP2Connection(
          socket: socket, tls: nil, role: .server, options: HTTP2ConnectionOptions(), owner: self)
        connections.append(connection)
        connection.start()
      } catch { Issue.record(error) }
    }
    port = listener.address.port
    self.listener = listener
  }

  func stop() { loop.stop() }

  func requestReceived(_ stream: HTTP2Stream, headers: HeaderBlock, on connection: HTTP2Connection) {
    stream.handler = RecordingHandler()
    script?(stream, headers, connection)
  }

  func connectionReady(_ connection: HTTP2Connection) {}
  func settingsChanged(_ connection: HTTP2Connection) {}
  func goAwayReceived(_ connection: HTTP2Connection, lastStreamID: Int32, code: UInt32, debugText: String) {}
  func streamEnded(_ connection: HTTP2Connection) {}
  func connectionClosed(_ connection: HTTP2Connection, reason: String, wasReady: Bool) {}
}

extension HTTP2Stream {
  /// The whole answer to a unary call, by the book.
  func answer(_ parcel: Parcel) { answer(parcel.serialized) }
}

/// A client's loop with channels on it; all end with `stop`.
final class ClientLoop: Sendable {
  let loop: EventLoop

  init() throws {
    loop = try EventLoop(name: "client")
    loop.start()
  }

  func channel(_ ports: [Int], _ change: (inout ChannelOptions) -> Void = { _ in }) -> Channel {
    var options = ChannelOptions()
    options.backoff = Backoff(initial: .milliseconds(20), max: .milliseconds(100))
    change(&options)
    return Channel(addresses: ports.map { ("127.0.0.1", $0) }, tls: nil, loop: loop, options: options)
  }

  func stop() { loop.stop() }
}

/// Stops a thread until another one lets it go on.
final class Blocker: @unchecked Sendable {
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(semaphore, 0, 0) }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func wait() { sem_wait(semaphore) }
  func release() { sem_post(semaphore) }
}

private let portsGiven = Atomic<Int>(0)

/// A port on which nobody listens, below those that the system gives away by itself: no other test gets it.
func privatePort() -> Int {
  while true {
    let turn = portsGiven.wrappingAdd(1, ordering: .relaxed).newValue
    let port = 30_100 + (Int(getpid()) * 50 + turn) % 2_600
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    address.sin_port = UInt16(port).bigEndian
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if result == 0 { return port }
  }
}

/// How a call failed; records an issue if it did not.
func failure(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async -> Status {
  do {
    try await body()
  } catch let status as Status {
    return status
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
  }
  Issue.record("the call ended well", sourceLocation: sourceLocation)
  return .ok
}
