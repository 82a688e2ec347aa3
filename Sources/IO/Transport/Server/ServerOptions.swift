/// The limits and times of a server. The defaults suit a service of a cluster.
public struct ServerOptions: Sendable {
  /// How refusals name this node; nil leaves the name out.
  public var node: String?
  /// The longest request message; longer ones are refused with `RESOURCE_EXHAUSTED`.
  public var messageBytesMax = 4 << 20
  /// The longest list of request headers, as HTTP/2 counts it.
  public var headerListBytesMax = 16 << 10
  /// How many calls one connection may have under way.
  public var streamsMax = 1000
  /// How many bytes of one call may be under way before the handler has taken what came.
  public var streamWindowBytes = 4 << 20
  /// How many bytes of one connection may be under way.
  public var connectionWindowBytes = 64 << 20
  /// How many bytes of answers a call queues before it says that it is not writable.
  public var writableMarkBytes = 512 << 10
  /// How many connections there may be at once, over all loops; further ones are closed at once.
  public var connectionsMax = 10_000
  /// How many received bytes the whole process may hold; large messages beyond are refused.
  public var receivedBytesMax = 256 << 20
  /// How long TLS and HTTP/2 may take to get going.
  public var handshakeTimeout: Duration = .seconds(10)
  /// After this long without a byte a connection is pinged.
  public var keepaliveIdle: Duration = .seconds(30)
  /// And after this long without an answer it is given up.
  public var keepaliveTimeout: Duration = .seconds(20)

  /// The defaults.
  public init() {}

  var connection: HTTP2ConnectionOptions {
    var limits = HTTP2Limits()
    limits.streamsMax = streamsMax
    limits.streamWindowBytes = streamWindowBytes
    limits.connectionWindowBytes = connectionWindowBytes
    limits.headerListBytesMax = headerListBytesMax
    limits.messageBytesMax = messageBytesMax
    limits.writableMarkBytes = writableMarkBytes
    return HTTP2ConnectionOptions(
      limits: limits, keepalive: KeepaliveTimes(idle: keepaliveIdle, timeout: keepaliveTimeout),
      handshakeTimeout: handshakeTimeout)
  }
}

/// Something about a connection that an operator may want to know.
public struct ConnectionReport: Hashable, Sendable {
  /// What happened to the connection.
  public enum Kind: Hashable, Sendable {
    /// It never came to the first call: TLS, certificates, the protocol, a timeout.
    case handshakeFailed
    /// The peer broke the rules of HTTP/2, or did too much of what costs us.
    case protocolViolated
    /// There are as many connections as allowed.
    case overLimit
  }

  /// What happened to the connection.
  public let kind: Kind
  /// The peer's address.
  public let remoteAddress: String
  /// Why, in words.
  public let reason: String
}
