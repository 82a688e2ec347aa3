import Model

/// How a channel connects, and what it allows.
public struct ChannelOptions: Hashable, Sendable {
  /// How long one attempt may take until TLS and HTTP/2 are settled.
  public var connectTimeout: Duration = .seconds(20)
  /// How long to wait between rounds of attempts.
  public var backoff = Backoff()
  /// The name that the server's certificate must have, and that calls ask for; nil: the host that is connected to.
  public var serverNameOverride: String?
  /// The longest message that is taken, compressed or not.
  public var messageBytesMax = 4 << 20
  /// How many bytes of one stream may be under way before they are used.
  public var streamWindowBytes = 8 << 20
  /// How many bytes of all streams together may be under way.
  public var connectionWindowBytes = 64 << 20
  /// Above this many queued bytes a stream holds whoever sends on it.
  public var writableMarkBytes = 512 << 10
  /// How often a silent connection is asked for a sign of life; nil: never.
  public var keepaliveInterval: Duration? = .seconds(30)
  /// How long it may take to answer that.
  public var keepaliveTimeout: Duration = .seconds(10)
  /// How many calls may wait for a connection, or for the server to allow one more stream.
  public var waitingCallsMax = 10_000
  /// How long running calls may go on after `close()`.
  public var closeGrace: Duration = .seconds(5)
  /// The first word of `user-agent`.
  public var userAgent = "grpc-swift-newswire/1.0"

  /// The defaults.
  public init() {}
}

/// The pauses between rounds of connection attempts: longer each time, and spread so that clients do not come together.
public struct Backoff: Hashable, Sendable {
  /// The pause after the first round that failed.
  public var initial: Duration
  /// No pause is longer, but for the jitter.
  public var max: Duration
  /// How much longer each pause is than the one before.
  public var multiplier: Double
  /// A pause is up to this share shorter or longer.
  public var jitter: Double

  /// gRPC's own defaults.
  public init(
    initial: Duration = .seconds(1), max: Duration = .seconds(120), multiplier: Double = 1.6, jitter: Double = 0.2
  ) {
    self.initial = initial
    self.max = max
    self.multiplier = multiplier
    self.jitter = jitter
  }

  /// The pause after `failures` rounds in a row have failed; 1 or more.
  func pause(afterFailures failures: Int, using generator: inout some RandomNumberGenerator) -> Duration {
    var seconds = Double(initial.nanoseconds) / 1e9
    let longest = Double(self.max.nanoseconds) / 1e9
    for _ in 1..<Swift.max(failures, 1) where seconds < longest { seconds *= multiplier }
    return .seconds(Swift.min(seconds, longest) * Double.random(in: (1 - jitter)...(1 + jitter), using: &generator))
  }
}

/// What one call asks for.
public struct CallOptions: Hashable, Sendable {
  /// How long the caller waits; the server is told. nil: for ever.
  public var timeout: Duration?
  /// What goes with the request.
  public var metadata: Metadata
  /// True: wait for a connection until the deadline. False: fail while the server cannot be reached.
  public var waitForReady: Bool
  /// True: requests go out compressed with gzip.
  public var compress: Bool

  /// Options for a call.
  public init(
    timeout: Duration? = nil, metadata: Metadata = Metadata(), waitForReady: Bool = false, compress: Bool = false
  ) {
    self.timeout = timeout
    self.metadata = metadata
    self.waitForReady = waitForReady
    self.compress = compress
  }
}

/// The answer to a call with one answer, and what came with it.
public struct Response<Message: Sendable>: Sendable {
  /// The answer.
  public var message: Message
  /// The metadata before it.
  public var initialMetadata: Metadata
  /// The metadata behind it.
  public var trailers: Metadata
  /// True if the answer came compressed.
  public var wasCompressed: Bool

  /// The same answer with something made of its message.
  public func map<Other: Sendable>(_ transform: (Message) throws -> Other) rethrows -> Response<Other> {
    Response<Other>(
      message: try transform(message), initialMetadata: initialMetadata, trailers: trailers,
      wasCompressed: wasCompressed)
  }
}
