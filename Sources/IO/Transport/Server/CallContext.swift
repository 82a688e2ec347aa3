public import Model
public import Runtime
import Synchronization

/// What a server knows of a connection's other end; the same for all its calls.
final class ConnectionFacts: Sendable {
  let loop: EventLoop
  let remoteAddress: String
  let peer: PeerIdentity?
  let node: String?

  init(loop: EventLoop, remoteAddress: String, peer: PeerIdentity?, node: String?) {
    self.loop = loop
    self.remoteAddress = remoteAddress
    self.peer = peer
    self.node = node
  }
}

/// What is known of a call besides its messages. May be kept and read on any thread.
public struct CallContext: Sendable {
  /// The method, such as `/newswire.v1.Broker/Produce`.
  public let path: String
  /// When the caller stops waiting, on the clock of the loops; nil: it does not say.
  public let deadline: Instant?
  /// Metadata that an async handler sends with its answer. Callback handlers use their call's own.
  public let answer: AnswerMetadata?
  let facts: ConnectionFacts
  private let headers: HeaderBlock

  init(path: String, deadline: Instant?, facts: ConnectionFacts, headers: HeaderBlock, answer: AnswerMetadata? = nil) {
    self.path = path
    self.deadline = deadline
    self.facts = facts
    self.headers = headers
    self.answer = answer
  }

  /// Who calls, by the verified certificate; nil if none was shown.
  public var peer: PeerIdentity? { facts.peer }
  /// The caller's address.
  public var remoteAddress: String { facts.remoteAddress }
  /// The loop of the caller's connection.
  public var loop: EventLoop { facts.loop }
  /// How refusals name this node.
  public var node: String? { facts.node }

  /// The caller's metadata; made anew from the headers each time it is asked for.
  public var metadata: Metadata { (try? headers.metadata()) ?? Metadata() }

  func answering(with answer: AnswerMetadata) -> CallContext {
    CallContext(path: path, deadline: deadline, facts: facts, headers: headers, answer: answer)
  }
}

/// The metadata that goes with an answer, set from any thread while the handler runs.
public final class AnswerMetadata: Sendable {
  private let state = Mutex<(initial: Metadata, trailers: Metadata)>((Metadata(), Metadata()))

  init() {}

  /// What goes ahead of the first message. Later changes have no effect.
  public var initial: Metadata {
    get { state.withLock { $0.initial } }
    set { state.withLock { $0.initial = newValue } }
  }

  /// What goes with the status.
  public var trailers: Metadata {
    get { state.withLock { $0.trailers } }
    set { state.withLock { $0.trailers = newValue } }
  }
}

extension HeaderBlock {
  /// The fields that are the caller's own.
  func metadata() throws(Status) -> Metadata {
    var metadata = Metadata()
    for index in 0..<count {
      let field = self[index]
      try metadata.receive(wireName: field.name, wireValue: field.value)
    }
    return metadata
  }

  /// Adds metadata as it goes on the wire.
  func append(_ metadata: Metadata) {
    for entry in metadata.all { append(entry.key, entry.wireValue) }
  }

  /// Adds a status: code, message, details and metadata.
  func append(_ status: Status) {
    append("grpc-status", String(status.code.rawValue))
    if !status.message.isEmpty { append("grpc-message", PercentEncoding.encode(status.message)) }
    if !status.details.isEmpty { append("grpc-status-details-bin", Base64.encode(status.details)) }
    append(status.trailers)
  }
}
