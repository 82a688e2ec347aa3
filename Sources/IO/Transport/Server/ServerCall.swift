import Bytes
import Model
import Runtime

/// One call as the server sees it, in bytes. Belongs to its connection's loop.
///
/// The object serves one call after another, as the stream does: whoever keeps it compares `generation` before use.
final class ServerCall {
  /// Where a call is. It only moves downwards, until the object's next call begins.
  private enum Phase {
    /// Unary: the one request is awaited, or here but not yet known to be the only one.
    case collecting(ByteSlice?)
    /// Unary: the handler has it.
    case running
    /// The receiver gets messages as they come.
    case streaming(any CallReceiver)
    /// Nobody here is interested any more.
    case over
  }

  private static let noHeaders = HeaderBlock()

  /// Goes up when the object's call is over.
  private(set) var generation: UInt32 = 0
  private let stream: HTTP2Stream
  private let connection: ServerConnection
  private var phase = Phase.over
  private var route: Route?
  private var headers: HeaderBlock
  private var deadline: Instant?
  private var deadlineTimer: LoopTimer?
  private var requestsAreGzip = false
  private var acceptsGzip = false
  private var isAnswered = false
  /// True if the last request message came compressed.
  private(set) var requestWasCompressed = false
  /// Called once if the call is over before it was answered.
  var cancelled: ((CallEnd) -> Void)?
  /// Goes ahead of the first message.
  var initialMetadata = Metadata()

  init(stream: HTTP2Stream, connection: ServerConnection) {
    self.stream = stream
    self.connection = connection
    headers = stream.incoming
  }

  var loop: EventLoop { connection.facts.loop }
  /// True once no answer is awaited any more.
  var isOver: Bool { isAnswered }
  var isWritable: Bool { stream.isWritable }
  var queuedBytes: Int { stream.queuedBytes }
  /// What the handler may keep.
  var context: CallContext {
    CallContext(path: route?.path ?? "", deadline: deadline, facts: connection.facts, headers: headers)
  }

  // MARK: The beginning

  /// A request's headers are complete.
  func begin(_ block: HeaderBlock) {
    headers = block
    isAnswered = false
    initialMetadata = Metadata()
    let request = RequestFacts(block)
    acceptsGzip = request.acceptsGzip
    requestsAreGzip = request.encoding == .gzip
    route = connection.router.routes.find(request.path)
    guard accepts(request), let route else { return }
    setDeadline(request.timeout)
    guard !isAnswered else { return }
    if let authorize = connection.router.authorize, let refusal = authorize(context) { return fail(refusal) }
    switch route.action {
    case .unary: phase = .collecting(nil)
    case .stream(let open):
      if let receiver = open(self), !isAnswered { phase = .streaming(receiver) }
    }
  }

  /// Answers what is no gRPC call of a method that exists; false if it did.
  private func accepts(_ request: RequestFacts) -> Bool {
    guard headers.listBytes <= stream.headerListBytesMax else {
      let limit = stream.headerListBytesMax
      fail(Status(.resourceExhausted, "the request has \(headers.listBytes) bytes of headers; the limit is \(limit)"))
      return false
    }
    guard request.isPost, request.isGRPC else {
      refuseHTTP(request)
      return false
    }
    if route == nil {
      fail(Status(.unimplemented, "there is no method \(request.pathText) here"))
    } else if request.encoding == .unknown {
      let name = headers.text("grpc-encoding") ?? ""
      fail(
        Status(.unimplemented, "messages compressed with \"\(name)\" cannot be read; gzip can"), acceptEncoding: true)
    } else if request.hasMalformedTimeout {
      fail(Status(.internal, "the header grpc-timeout is malformed"))
    } else if request.hasBinaryMetadata {
      do throws(Status) { _ = try headers.metadata() } catch { fail(error) }
    }
    return !isAnswered
  }

  private func setDeadline(_ timeout: Duration?) {
    deadline = timeout.map { loop.now + $0 }
    guard let timeout else { return }
    guard timeout > .zero else { return fail(Status(.deadlineExceeded, "the deadline had passed on arrival")) }
    deadlineTimer = loop.schedule(after: timeout) { [weak self] in self?.deadlinePassed() }
  }

  private func deadlinePassed() {
    deadlineTimer = nil
    guard !isAnswered else { return }
    abort(Status(.deadlineExceeded, "the deadline passed before the call was done"), .deadlineExceeded)
  }

  // MARK: The answer

  /// Sends the headers ahead of the first message; later calls do nothing.
  func sendHeaders(mayCompress: Bool = false) {
    guard !isAnswered, !stream.hasSentHeaders else { return }
    let isGzip = mayCompress && acceptsGzip
    guard !initialMetadata.isEmpty else {
      return stream.send(headers: isGzip ? StaticHeaders.gzipAnswer : StaticHeaders.answer)
    }
    let block = HeaderBlock()
    block.append(":status", "200")
    block.append("content-type", "application/grpc")
    if isGzip { block.append("grpc-encoding", GzipCodec.name) }
    block.append(initialMetadata)
    stream.send(headers: block)
  }

  /// Queues a message. `compress` counts only if the caller can read gzip, and the first message asked for it too.
  func send(_ head: ByteSlice, _ payload: Payload, compress: Bool = false) {
    guard !isAnswered else { return }
    guard head.count + payload.count <= UInt32.max else {
      return fail(Status(.internal, "an answer of \(head.count + payload.count) bytes does not fit a message"))
    }
    sendHeaders(mayCompress: compress)
    if compress, acceptsGzip, case .bytes(let bytes) = payload {
      do throws(Status) {
        let packed = try GzipCodec.compress([head, bytes])
        stream.send(message: packed, payload: .none, isCompressed: true)
      } catch { fail(error) }
    } else {
      stream.send(message: head, payload: payload, isCompressed: false)
    }
  }

  /// Ends the call well.
  func finish(_ trailers: Metadata = Metadata()) {
    guard !isAnswered else { return }
    guard stream.hasSentHeaders else { return end(Status(.ok, "", trailers: trailers)) }
    isAnswered = true
    cancelDeadline()
    if trailers.isEmpty { stream.finishOK() } else { stream.finish(trailers: connection.trailers(trailers)) }
    if case .running = phase { phase = .over }
    if !stream.isRemoteEnded { stream.discardIncoming() }
  }

  /// Ends the call with a status that is not `ok`. What was queued still goes out first.
  func fail(_ status: Status, acceptEncoding: Bool = false) {
    guard !isAnswered else { return }
    end(status, acceptEncoding: acceptEncoding)
  }

  private func end(_ status: Status, acceptEncoding: Bool = false) {
    isAnswered = true
    cancelDeadline()
    let block = HeaderBlock()
    if stream.hasSentHeaders {
      block.append(status)
      stream.finish(trailers: block)
    } else {
      block.append(":status", "200")
      block.append("content-type", "application/grpc")
      if acceptEncoding { block.append("grpc-accept-encoding", GzipCodec.accepted) }
      block.append(initialMetadata)
      block.append(status)
      stream.send(headers: block, endOfStream: true)
    }
    switch phase {
    case .collecting, .running: phase = .over
    case .streaming, .over: break
    }
    if !stream.isRemoteEnded { stream.discardIncoming() }
  }

  /// Ends the call without its handler, and tells the handler so.
  func abort(_ status: Status, _ end: CallEnd) {
    guard !isAnswered else { return }
    if end == .deadlineExceeded, stream.queuedBytes > 0 {
      // The caller has stopped reading, and would never come to the status.
      isAnswered = true
      cancelDeadline()
      stream.reset(.cancel)
    } else {
      fail(status)
    }
    conclude(end)
  }

  /// Answers a browser, or whoever else does not speak gRPC, in HTTP's own terms.
  private func refuseHTTP(_ request: RequestFacts) {
    isAnswered = true
    let (status, text): (String, String) =
      if route == nil {
        ("404", "There is no method \(request.pathText) here. This server speaks gRPC.\n")
      } else if !request.isPost {
        ("405", "Methods of gRPC are called by POST.\n")
      } else {
        ("415", "The content-type must be application/grpc.\n")
      }
    let block = HeaderBlock()
    block.append(":status", status)
    if status == "405" { block.append("allow", "POST") }
    block.append("content-type", "text/plain; charset=utf-8")
    block.append("content-length", String(text.utf8.count))
    stream.send(headers: block, endOfStream: request.isHead)
    if !request.isHead {
      stream.send(raw: ByteSlice(Array(text.utf8)))
      stream.finish()
    }
    if !stream.isRemoteEnded { stream.discardIncoming() }
  }

  // MARK: Back-pressure

  func pauseReceiving() { stream.pauseReceiving() }
  func resumeReceiving() { stream.resumeReceiving() }

  // MARK: The end

  private func cancelDeadline() {
    deadlineTimer?.cancel()
    deadlineTimer = nil
  }

  /// Tells the handler, once, that the call is over.
  private func conclude(_ end: CallEnd) {
    let phase = self.phase
    let cancelled = self.cancelled
    self.phase = .over
    self.cancelled = nil
    switch phase {
    case .streaming(let receiver): receiver.closed(end)
    case .collecting, .running, .over: if end != .finished { cancelled?(end) }
    }
  }
}

extension ServerCall: HTTP2StreamHandler {
  func messageReceived(_ message: ByteSlice, isCompressed: Bool) {
    do throws(Status) {
      let plain = isCompressed ? try decompress(message) : message
      requestWasCompressed = isCompressed
      take(plain)
    } catch { abort(error, .failed(error)) }
  }

  private func take(_ message: ByteSlice) {
    switch phase {
    case .collecting(nil): phase = .collecting(message)
    case .collecting: fail(Status(.internal, "more than one request message for a method that takes one"))
    case .streaming(let receiver): receiver.messageReceived(message)
    case .running, .over: break
    }
  }

  private func decompress(_ message: ByteSlice) throws(Status) -> ByteSlice {
    guard requestsAreGzip else {
      throw Status(.internal, "a message is marked as compressed, but the call has no grpc-encoding")
    }
    return try GzipCodec.decompress(message, bytesMax: stream.messageBytesMax)
  }

  func endReceived() {
    switch phase {
    case .collecting(let message?):
      guard case .unary(let handler)? = route?.action else { return }
      phase = .running
      handler(self, message)
    case .collecting(nil): fail(Status(.internal, "no request message for a method that takes one"))
    case .streaming(let receiver): receiver.halfClosed()
    case .running, .over: break
    }
  }

  func messageRefused(_ refusal: MessageRefusal) {
    let status =
      switch refusal {
      case .tooLarge(let announced, let limit):
        Status(.resourceExhausted, "a message of \(announced) bytes is over the limit of \(limit) bytes")
      case .overBudget(let announced):
        Status(.resourceExhausted, "no room for a message of \(announced) bytes now; try again later")
      case .malformed(let words): Status(.internal, words)
      }
    abort(status, .failed(status))
  }

  func writable() {
    if case .streaming(let receiver) = phase { receiver.writable() }
  }

  func streamClosed(_ end: StreamEnd) {
    cancelDeadline()
    let wasAnswered = isAnswered
    isAnswered = true
    switch end {
    case .finished: conclude(wasAnswered ? .finished : .cancelled)
    case .reset(let code):
      conclude(wasAnswered && code == HTTP2ErrorCode.noError.rawValue ? .finished : .cancelled)
    case .unprocessed: conclude(.cancelled)
    case .connectionLost(let reason): conclude(.connectionLost(reason))
    }
    generation &+= 1
    cancelled = nil
    // Lets the stream use its block again, if nobody else keeps it.
    headers = Self.noHeaders
  }

  func headersReceived(_ headers: HeaderBlock) {}
  func trailersReceived(_ trailers: HeaderBlock) {}
}
