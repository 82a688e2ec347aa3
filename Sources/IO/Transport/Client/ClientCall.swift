import Bytes
import Messages
import Model
import Runtime

/// A message of an answer, as it was before compression.
struct ReceivedMessage: Sendable {
  var bytes: ByteSlice
  var wasCompressed: Bool
}

/// Who hears what becomes of a call. Called on the channel's loop.
protocol ClientCallHandler: AnyObject {
  /// The server has begun to answer.
  func answerBegan(_ metadata: Metadata)
  /// A message has come; the next one follows unless receiving was paused.
  func messageReceived(_ message: ReceivedMessage)
  /// What was queued has gone down under the mark.
  func writable()
  /// The call is over: the last event, exactly one.
  func ended(_ status: Status)
}

/// One call, from the moment it is made until it has ended: waits for a connection, then is a stream on it.
///
/// Belongs to the channel's loop from `start` on. A stream that the server surely did not work on is opened again with
/// what was sent on it, as long as that is kept: until the answer begins, and up to `keptBytesMax` beyond one message.
final class ClientCall {
  private enum State {
    /// Not on the wire yet, or again.
    case waiting
    /// On the wire.
    case open(HTTP2Stream)
    /// Over.
    case ended
  }

  private struct OutgoingMessage {
    var head: ByteSlice
    var payload: Payload
    var isCompressed: Bool
    var count: Int { head.count + payload.count }
  }

  private static let keptBytesMax = 1 << 20
  private static let reopensMax = 5

  let options: CallOptions
  /// True while it stands in the channel's queue, which keeps this.
  var isWaiting = false
  private let core: ChannelCore
  /// Keeps the channel open until the call has ended.
  private var channel: Channel?
  private let headers: CallHeaders
  private var handler: (any ClientCallHandler)?
  private var state = State.waiting
  private var reader = AnswerReader()
  private var kept: [OutgoingMessage] = []
  private var keptBytes = 0
  private var canReopen = true
  private var reopens = 0
  private var isFinished = false
  private var isPaused = false
  private var wasFull = false
  private var deadline: Instant?
  private var timer: LoopTimer?

  /// A call that has not been made yet; may be prepared on any thread.
  init(
    _ core: ChannelCore, of channel: Channel, path: String, options: CallOptions, handler: any ClientCallHandler
  ) {
    self.core = core
    self.channel = channel
    self.options = options
    self.handler = handler
    headers = CallHeaders(
      path: path, authority: core.authority, scheme: core.scheme, userAgent: core.options.userAgent)
  }

  /// True once the handler has heard of the end.
  var isEnded: Bool {
    if case .ended = state { true } else { false }
  }

  /// Makes the call.
  func start() {
    guard !isEnded else { return }
    if let timeout = options.timeout {
      deadline = core.loop.now + timeout
      timer = core.loop.schedule(after: max(timeout, .zero)) { [weak self] in self?.deadlinePassed() }
    }
    core.start(self)
  }

  /// The caller is not interested any more.
  func cancel(_ status: Status = Status(.cancelled, "the caller cancelled the call")) {
    if case .open(let stream) = state { stream.reset(.cancel) }
    end(status)
  }

  /// Ends the call without a word to the server: there is none, or the stream is over.
  func end(_ status: Status) {
    guard !isEnded else { return }
    var status = status
    // On no wire, or on one whose server has said that it did nothing.
    if case .waiting = state { status.isUnprocessed = true }
    state = .ended
    timer?.cancel()
    timer = nil
    kept = []
    core.ended(self)
    let handler = self.handler
    self.handler = nil
    handler?.ended(status)
    channel = nil
  }

  private func deadlinePassed() {
    let waited = options.timeout.map { $0.inWords } ?? "its time"
    let report = if case .waiting = state { ": \(core.connectionReport)" } else { "" }
    cancel(Status(.deadlineExceeded, "no answer within \(waited)\(report)"))
  }
}

// MARK: - Sending

extension ClientCall {
  /// False while more should not be queued; `writable` tells when that changes.
  var isWritable: Bool {
    switch state {
    case .waiting: keptBytes < core.options.writableMarkBytes
    case .open(let stream): stream.isWritable
    case .ended: false
    }
  }

  /// Queues a message; `compress` counts only if the call's options ask for compression.
  func send(_ message: EncodedMessage, compress: Bool = true) {
    guard !isFinished, !isEnded else { return }
    let outgoing = outgoing(message, compress: compress && options.compress)
    if canReopen, kept.isEmpty || keptBytes + outgoing.count <= Self.keptBytesMax || !isOpen {
      kept.append(outgoing)
      keptBytes += outgoing.count
    } else {
      forget()
    }
    if case .open(let stream) = state { send(outgoing, on: stream) }
    if !isWritable { wasFull = true }
  }

  /// Says that no more messages follow.
  func finishSending() {
    guard !isFinished, !isEnded else { return }
    isFinished = true
    if case .open(let stream) = state { stream.finish() }
  }

  private var isOpen: Bool {
    if case .open = state { true } else { false }
  }

  /// Goes out on a connection; false if that takes no more streams.
  func open(on session: HTTP2Session) -> Bool {
    guard case .waiting = state else { return true }
    let timeLeft = deadline.map { $0 - core.loop.now }
    guard let stream = session.openStream(headers.block(options, timeLeft: timeLeft), handler: self) else {
      return false
    }
    state = .open(stream)
    if isPaused { stream.pauseReceiving() }
    for message in kept { send(message, on: stream) }
    if isFinished { stream.finish() }
    if keptBytes > Self.keptBytesMax, kept.count > 1 { forget() }
    if wasFull, stream.isWritable { writable() }
    return true
  }

  private func send(_ message: OutgoingMessage, on stream: HTTP2Stream) {
    stream.send(message: message.head, payload: message.payload, isCompressed: message.isCompressed)
  }

  /// What is on the wire stays there: the call cannot be opened again.
  private func forget() {
    canReopen = false
    kept = []
    keptBytes = 0
  }

  private func outgoing(_ message: EncodedMessage, compress: Bool) -> OutgoingMessage {
    if compress, let payload = message.payload.slice,
      let compressed = try? GzipCodec.compress([message.head, payload])
    {
      return OutgoingMessage(head: compressed, payload: .none, isCompressed: true)
    }
    return OutgoingMessage(head: message.head, payload: message.payload, isCompressed: false)
  }
}

// MARK: - Receiving

extension ClientCall: HTTP2StreamHandler {
  /// Holds further messages back, and by flow control the server too.
  func pauseReceiving() {
    isPaused = true
    if case .open(let stream) = state { stream.pauseReceiving() }
  }

  /// Lets messages come again.
  func resumeReceiving() {
    isPaused = false
    if case .open(let stream) = state { stream.resumeReceiving() }
  }

  func headersReceived(_ block: HeaderBlock) {
    guard isOpen else { return }
    forget()
    do {
      try reader.headers(block)
      handler?.answerBegan(reader.initialMetadata)
    } catch {
      cancel(error)
    }
  }

  func messageReceived(_ message: ByteSlice, isCompressed: Bool) {
    guard isOpen else { return }
    do {
      let bytes = try reader.message(message, isCompressed: isCompressed, bytesMax: core.options.messageBytesMax)
      handler?.messageReceived(ReceivedMessage(bytes: bytes, wasCompressed: isCompressed))
    } catch {
      cancel(error)
    }
  }

  func messageRefused(_ refusal: MessageRefusal) {
    switch refusal {
    case .tooLarge(let announced, let limit):
      cancel(Status(.resourceExhausted, "the answer has \(announced) bytes; at most \(limit) are allowed"))
    case .overBudget(let announced):
      cancel(
        Status(.resourceExhausted, "no memory for an answer of \(announced) bytes: too much has not been used yet"))
    case .malformed(let reason):
      cancel(Status(.internal, "the answer is malformed: \(reason)"))
    }
  }

  func trailersReceived(_ trailers: HeaderBlock) { reader.trailers(trailers) }

  func endReceived() {
    guard case .open(let stream) = state else { return }
    // The server has decided without waiting for the rest of our messages.
    if !isFinished { stream.reset(.noError) }
    end(reader.end)
  }

  func writable() {
    guard wasFull, isWritable else { return }
    wasFull = false
    handler?.writable()
  }

  func streamClosed(_ end: StreamEnd) {
    guard isOpen else { return }
    switch end {
    case .finished: self.end(reader.end)
    case .reset(let code): self.end(Status(resetCode: code))
    case .connectionLost(let reason): self.end(Status(.unavailable, "the connection was lost: \(reason)"))
    case .unprocessed(let reason):
      guard canReopen, reopens < Self.reopensMax else {
        state = .waiting
        return self.end(Status(.unavailable, "the server did not take the call: \(reason)"))
      }
      reopens += 1
      state = .waiting
      core.startAgain(self)
    }
  }
}
