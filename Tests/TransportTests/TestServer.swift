import Bytes
import Messages
import Model
import Runtime
import Synchronization

@testable import Transport

typealias Question = GrpcHealthV1.HealthCheckRequest
typealias Answer = GrpcHealthV1.HealthCheckResponse

/// Methods of all kinds; their messages carry a text and a number.
enum TestMethods {
  static let unary = Method<Question, Answer>(path: "/test.Test/Unary", kind: .unary)
  static let serverStreaming = Method<Question, Answer>(path: "/test.Test/ServerStreaming", kind: .serverStreaming)
  static let clientStreaming = Method<Question, Answer>(path: "/test.Test/ClientStreaming", kind: .clientStreaming)
  static let bidirectional = Method<Question, Answer>(path: "/test.Test/Bidirectional", kind: .bidirectional)
}

extension Answer {
  init(_ number: Int) { self.init(status: .init(rawValue: Int32(number))) }
  var number: Int { Int(status.rawValue) }
}

/// What happens, in order, for a test that waits for it.
final class Journal: Sendable {
  private let entries = Mutex<[String]>([])

  func add(_ entry: String) { entries.withLock { $0.append(entry) } }

  var all: [String] { entries.withLock { $0 } }

  /// Waits up to five seconds for `entry`.
  func contains(_ entry: String) async -> Bool { await contains(anyOf: [entry]) }

  /// Waits up to five seconds for one of `wanted`.
  func contains(anyOf wanted: [String]) async -> Bool {
    for _ in 0..<500 {
      if all.contains(where: wanted.contains) { return true }
      try? await Task.sleep(for: .milliseconds(10))
    }
    return false
  }
}

/// A server on the loopback interface with certificates of its own, and clients for it.
final class TestServer: Sendable {
  let group: EventLoopGroup
  let clients: EventLoopGroup
  let server: Server
  let address: SocketAddress
  let reports = Journal()
  private let folder = TestFolder()
  private let clientTLS: TLSContext
  private let anonymousTLS: TLSContext

  init(
    loops: Int = 1, options: ServerOptions = ServerOptions(), inTheClear: Bool = false, _ build: (inout Router) -> Void
  ) async throws {
    let nodes = try TestAuthority("nodes")
    let callers = try TestAuthority("clients")
    let nodePath = folder.write("nodes.pem", nodes.pem)
    let callerPath = folder.write("clients.pem", callers.pem)
    let own = try nodes.issue("server", names: "DNS:localhost,IP:127.0.0.1,URI:newswire://test/broker/1")
    let serverTLS = try TLSContext(
      .server,
      TLSConfiguration(
        certificatePath: folder.write("server.pem", own.certificate), keyPath: folder.write("server.key", own.key),
        nodeAuthorityPath: nodePath, clientAuthorityPath: callerPath))
    let caller = try callers.issue("alice", names: "URI:newswire://test/client/alice")
    clientTLS = try TLSContext(
      .client,
      TLSConfiguration(
        certificatePath: folder.write("alice.pem", caller.certificate), keyPath: folder.write("alice.key", caller.key),
        nodeAuthorityPath: nodePath))
    anonymousTLS = try TLSContext(
      .client, TLSConfiguration(certificatePath: nil, keyPath: nil, nodeAuthorityPath: nodePath))
    group = try EventLoopGroup(count: loops, name: "server")
    clients = try EventLoopGroup(count: 1, name: "client")
    var router = Router()
    build(&router)
    server = Server(
      group: group, tls: inTheClear ? nil : serverTLS, options: options, router: router
    ) { [reports] report in reports.add("\(report.kind): \(report.reason)") }
    address = try await server.listen(SocketAddress(host: "127.0.0.1", port: 0))
  }

  deinit {
    clients.stop()
    group.stop()
  }

  /// A channel to the server, with the certificate of a client called alice.
  func channel(anonymous: Bool = false, _ change: (inout ChannelOptions) -> Void = { _ in }) -> Channel {
    var options = ChannelOptions()
    options.backoff = Backoff(initial: .milliseconds(10), max: .milliseconds(50))
    change(&options)
    return Channel(
      host: "127.0.0.1", port: address.port, tls: anonymous ? anonymousTLS : clientTLS, loop: clients.loops[0],
      options: options)
  }

  /// Sends one request with any headers and answers what came back.
  func raw(_ headers: [(String, String)], body: [UInt8] = []) async throws -> RawAnswer {
    let tls = clientTLS
    let port = address.port
    let loop = clients.loops[0]
    return await withCheckedContinuation { continuation in
      loop.execute {
        let call = RawCall(headers, body) { continuation.resume(returning: $0) }
        loop.connect(to: "127.0.0.1", port: port, timeout: .seconds(5)) { result in
          guard case .success(let socket) = result, let session = try? tls.makeSession(serverName: "127.0.0.1"),
            let connection = try? HTTP2Connection(
              socket: socket, tls: session, role: .client, options: HTTP2ConnectionOptions(), owner: call)
          else { return continuation.resume(returning: RawAnswer()) }
          connection.start()
        }
      }
    }
  }
}

/// What a request brought, as HTTP/2 saw it.
struct RawAnswer: Sendable {
  var headers: [String: String] = [:]
  var trailers: [String: String] = [:]
}

/// A connection for one request.
private final class RawCall: HTTP2ConnectionOwner, HTTP2StreamHandler {
  private let headers: HeaderBlock
  private let body: [UInt8]
  private var answer = RawAnswer()
  private var done: ((RawAnswer) -> Void)?
  private var connection: HTTP2Connection?

  init(_ headers: [(String, String)], _ body: [UInt8], _ done: @escaping (RawAnswer) -> Void) {
    self.headers = .of(headers)
    self.body = body
    self.done = done
  }

  func connectionReady(_ connection: HTTP2Connection) {
    self.connection = connection
    let stream = connection.session.openStream(headers, handler: self)
    stream?.send(raw: ByteSlice(body))
    stream?.finish()
  }

  func requestReceived(_ stream: HTTP2Stream, headers: HeaderBlock, on connection: HTTP2Connection) {}
  func settingsChanged(_ connection: HTTP2Connection) {}
  func goAwayReceived(_ connection: HTTP2Connection, lastStreamID: Int32, code: UInt32, debugText: String) {}
  func streamEnded(_ connection: HTTP2Connection) {}
  func connectionClosed(_ connection: HTTP2Connection, reason: String, wasReady: Bool) { finish() }

  func headersReceived(_ headers: HeaderBlock) { answer.headers = headers.dictionary }
  func trailersReceived(_ trailers: HeaderBlock) { answer.trailers = trailers.dictionary }
  func messageReceived(_ message: ByteSlice, isCompressed: Bool) {}
  func messageRefused(_ refusal: MessageRefusal) {}
  func endReceived() {}
  func writable() {}
  func streamClosed(_ end: StreamEnd) {
    finish()
    connection?.drain()
    connection = nil
  }

  private func finish() {
    done?(answer)
    done = nil
  }
}
