import Model
import Runtime

/// Who uses a connection: the server, or a channel. Called on the connection's loop.
protocol HTTP2ConnectionOwner: AnyObject {
  /// TLS is up and the peer's SETTINGS have come.
  func connectionReady(_ connection: HTTP2Connection)
  /// Server: a request's headers are complete. Sets the stream's handler.
  func requestReceived(_ stream: HTTP2Stream, headers: HeaderBlock, on connection: HTTP2Connection)
  /// The peer's SETTINGS have changed `session.remoteStreamsMax`, perhaps.
  func settingsChanged(_ connection: HTTP2Connection)
  /// The peer takes no new streams. Those above `lastStreamID` end as refused.
  func goAwayReceived(_ connection: HTTP2Connection, lastStreamID: Int32, code: UInt32, debugText: String)
  /// A stream has ended.
  func streamEnded(_ connection: HTTP2Connection)
  /// The last call: why the connection ended. `wasReady` is false if it never came to `connectionReady`.
  func connectionClosed(_ connection: HTTP2Connection, reason: String, wasReady: Bool)
}

/// How the two ends find out that the other one is gone.
struct KeepaliveTimes: Sendable {
  /// After this long without a byte a ping is sent.
  var idle: Duration = .seconds(30)
  /// And after this long without an answer the connection is given up.
  var timeout: Duration = .seconds(20)
}

/// What a connection is made with.
struct HTTP2ConnectionOptions: Sendable {
  var limits = HTTP2Limits()
  var keepalive = KeepaliveTimes()
  /// How long TLS and the peer's SETTINGS may take.
  var handshakeTimeout: Duration = .seconds(10)
}

/// HTTP/2 over TLS on one socket: a session with its connection, timers and pings. Belongs to the socket's loop.
final class HTTP2Connection {
  /// The number of the ping that goes with the announcement of a shutdown.
  private static let drainPing: UInt64 = 0x6e77_6472_6169_6e00
  private static let keepalivePing: UInt64 = 0x6e77_616c_6976_6500
  /// How long a peer may take to hear of a shutdown before it is carried out.
  private static let drainNotice = Duration.seconds(1)

  /// The loop.
  let loop: EventLoop
  /// The peer's address.
  let remoteAddress: String
  /// Who the peer is, once ready; nil if it showed no certificate.
  private(set) var peer: PeerIdentity?
  /// True from `connectionReady` to the end.
  private(set) var isReady = false
  /// True once `drain` was called.
  private(set) var isDraining = false
  /// The streams.
  private(set) var session: HTTP2Session!
  private var connection: TLSConnection!
  private var owner: (any HTTP2ConnectionOwner)?
  private let options: HTTP2ConnectionOptions
  private var handshakeTimer: LoopTimer?
  private var keepaliveTimer: LoopTimer?
  private var pingTimer: LoopTimer?
  private var drainTimer: LoopTimer?
  private var lastReceived: Instant

  /// A connection over a socket that was accepted or made on its loop. Without `tls` in the clear.
  convenience init(
    socket: TCPSocket, tls: TLSSession?, role: HTTP2Role, options: HTTP2ConnectionOptions,
    owner: any HTTP2ConnectionOwner
  ) throws(TLSError) {
    try self.init(
      link: socket, remoteAddress: socket.remoteAddress, loop: socket.loop, tls: tls, role: role, options: options,
      owner: owner)
    socket.delegate = connection
  }

  init(
    link: any ByteLink, remoteAddress: String, loop: EventLoop, tls: TLSSession?, role: HTTP2Role,
    options: HTTP2ConnectionOptions, owner: any HTTP2ConnectionOwner
  ) throws(TLSError) {
    self.loop = loop
    self.remoteAddress = remoteAddress
    self.options = options
    self.owner = owner
    lastReceived = loop.now
    connection = try TLSConnection(link: link, tls: tls, buffers: .current(loop), delegate: self)
    session = HTTP2Session(role: role, limits: options.limits, delegate: self)
  }

  /// What takes the socket's bytes, for links that are not sockets.
  var socketDelegate: any TCPSocketDelegate { connection }

  /// Begins. The owner hears `connectionReady`, or `connectionClosed`.
  func start() {
    handshakeTimer = loop.schedule(after: options.handshakeTimeout) { [weak self] in
      guard let self else { return }
      self.close("the handshake was not done within \(self.options.handshakeTimeout.inWords)")
    }
    connection.start()
  }

  /// Lets the open streams end and then closes; a server first gives the peer notice.
  func drain() {
    guard !isDraining else { return }
    isDraining = true
    guard session.role == .server, isReady else { return session.refuseNewStreams() }
    session.announceShutdown()
    session.ping(Self.drainPing)
    drainTimer = loop.schedule(after: Self.drainNotice) { [weak self] in self?.session.refuseNewStreams() }
  }

  /// Ends the connection at once, and its streams with it.
  func close(_ reason: String) {
    connection.close(reason)
  }

  private func watchIdleness() {
    keepaliveTimer = loop.schedule(every: options.keepalive.idle) { [weak self] in
      // Half of it is enough: what came just after the last look must not put the question off by a whole interval.
      guard let self, self.pingTimer == nil, self.loop.now - self.lastReceived >= self.options.keepalive.idle / 2 else {
        return
      }
      let sent = self.loop.now
      self.session.ping(Self.keepalivePing)
      self.pingTimer = self.loop.schedule(after: self.options.keepalive.timeout) { [weak self] in
        self?.pingTimedOut(sent)
      }
    }
  }

  private func pingTimedOut(_ sent: Instant) {
    pingTimer = nil
    if lastReceived <= sent { close("no answer to a ping within \(options.keepalive.timeout.inWords)") }
  }

  private func cancelTimers() {
    for timer in [handshakeTimer, keepaliveTimer, pingTimer, drainTimer] { timer?.cancel() }
  }
}

extension HTTP2Connection: TLSConnectionDelegate {
  func connectionSecured() {
    guard let tls = connection.tls else { return }
    peer = tls.peerIdentity
    if session.role == .client, !tls.speaksHTTP2 { close("the server does not speak HTTP/2 (ALPN \"h2\")") }
  }

  func plaintextReceived(_ bytes: UnsafeRawBufferPointer) -> Bool {
    lastReceived = loop.now
    return session.receive(bytes, at: lastReceived)
  }

  func fillPlaintext(_ buffer: UnsafeMutableRawBufferPointer) -> Int { session.fill(buffer) }

  var isFinished: Bool { session.isFinished }

  func connectionClosed(_ reason: String) {
    cancelTimers()
    let words = session.failure.map { "HTTP/2: \($0)" } ?? reason
    session.close(words)
    let owner = self.owner
    self.owner = nil
    owner?.connectionClosed(self, reason: words, wasReady: isReady)
    isReady = false
  }
}

extension HTTP2Connection: HTTP2SessionDelegate {
  func sessionNeedsFlush() { connection?.setNeedsFlush() }

  func requestReceived(_ stream: HTTP2Stream, headers: HeaderBlock) {
    if let owner { owner.requestReceived(stream, headers: headers, on: self) } else { stream.reset(.refusedStream) }
  }

  func streamEnded() { owner?.streamEnded(self) }

  func settingsReceived() {
    guard !isReady else {
      owner?.settingsChanged(self)
      return
    }
    isReady = true
    handshakeTimer?.cancel()
    handshakeTimer = nil
    watchIdleness()
    owner?.connectionReady(self)
  }

  func pingAnswered(_ opaque: UInt64) {
    if opaque == Self.drainPing, isDraining { session.refuseNewStreams() }
    if opaque == Self.keepalivePing {
      pingTimer?.cancel()
      pingTimer = nil
    }
  }

  func goAwayReceived(lastStreamID: Int32, code: UInt32, debugText: String) {
    owner?.goAwayReceived(self, lastStreamID: lastStreamID, code: code, debugText: debugText)
  }
}
