import Bytes
import CNghttp2

/// One call on a connection. Belongs to the connection's loop.
///
/// The object serves one stream after another: who keeps it beyond `streamClosed` compares `generation` before use.
final class HTTP2Stream {
  /// How the sending side ends.
  private enum Ending {
    case open
    case plain
    case trailers(HeaderBlock)
    case okTrailers
  }

  /// How much a peer may send on after it was answered, before it is told to stop.
  private static let discardedBytesMax = 64 << 10

  /// The session; nil once the connection is gone.
  private(set) var session: HTTP2Session?
  /// The number of the stream on the connection.
  private(set) var id: Int32 = 0
  /// Goes up whenever the object's stream begins or ends.
  private(set) var generation: UInt32 = 0
  /// Who hears what comes in. A server's stays for the object's next stream, to be used again.
  var handler: (any HTTP2StreamHandler)?

  // Receiving.
  private(set) var incoming = HeaderBlock()
  private var hasFinalHeaders = false
  private var assembler = MessageAssembler()
  private var isDiscarding = false
  private var discarded = 0
  private var waiting: [(message: ByteSlice, isCompressed: Bool)] = []
  private var waitingBytes = 0
  private var isDelivering = false
  private var endHasCome = false
  private var uncredited = 0
  /// True while messages are held back.
  private(set) var isPaused = false

  // Sending.
  private var outbound = OutboundQueue()
  private var ending = Ending.open
  private var hasSubmittedHeaders = false
  /// Client: true once the request's headers have been written.
  var isRequestSent = false
  private var isDeferred = false
  private var wasFull = false
  /// Server: true once our last frame has been written.
  private(set) var isAnswerSent = false

  init(session: HTTP2Session) {
    self.session = session
  }

  /// True from its first header to its end.
  var isOpen: Bool { id != 0 }
  /// How many bytes wait to be sent.
  var queuedBytes: Int { outbound.count }
  /// True if the peer has ended its side.
  var isRemoteEnded: Bool { endHasCome }
  /// True as long as more should be queued; when it turns true again, the handler hears `writable`.
  var isWritable: Bool { outbound.count < (session?.limits.writableMarkBytes ?? 0) }
  /// The longest list of headers that is taken.
  var headerListBytesMax: Int { session?.limits.headerListBytesMax ?? 0 }
  /// The longest message that is taken.
  var messageBytesMax: Int { session?.limits.messageBytesMax ?? 0 }
  /// True if headers were sent or queued.
  var hasSentHeaders: Bool { hasSubmittedHeaders }

  // MARK: Sending

  /// Server: sends the answer's headers; with `endOfStream` they are all there is.
  func send(headers: HeaderBlock, endOfStream: Bool = false) {
    headers.withNameValues { submitAnswer($0, $1, hasBody: !endOfStream) }
  }

  /// Server: sends headers that never change.
  func send(headers: StaticHeaders) {
    submitAnswer(headers.base, headers.count, hasBody: true)
  }

  /// Queues a gRPC message; a server's headers must have been sent.
  func send(message head: ByteSlice, payload: Payload, isCompressed: Bool) {
    guard isOpen, case .open = ending else { return }
    outbound.append(message: head, payload, isCompressed: isCompressed)
    queued()
  }

  /// Queues bytes that are not a gRPC message.
  func send(raw bytes: ByteSlice) {
    guard isOpen, case .open = ending else { return }
    outbound.append(raw: bytes)
    queued()
  }

  /// Ends our side once everything queued has gone.
  func finish() { end(.plain) }

  /// Server: ends our side with trailers once everything queued has gone.
  func finish(trailers: HeaderBlock) { end(.trailers(trailers)) }

  /// Server: ends our side with `grpc-status: 0`.
  func finishOK() { end(.okTrailers) }

  /// Ends the stream at once, both ways. What was queued is not sent.
  func reset(_ code: HTTP2ErrorCode) {
    guard isOpen, let session else { return }
    outbound.removeAll()
    isDiscarding = true
    session.submitReset(id, code)
  }

  private func submitAnswer(_ fields: UnsafeMutablePointer<nghttp2_nv>, _ count: Int, hasBody: Bool) {
    guard isOpen, let session, !hasSubmittedHeaders else { return }
    hasSubmittedHeaders = true
    if !hasBody { ending = .plain }
    session.submitAnswer(self, fields, count, hasBody: hasBody)
  }

  private func queued() {
    if !isWritable { wasFull = true }
    resume()
  }

  private func end(_ ending: Ending) {
    guard isOpen, case .open = self.ending else { return }
    self.ending = ending
    resume()
  }

  private func resume() {
    guard let session else { return }
    if isDeferred {
      isDeferred = false
      session.resume(id)
    } else {
      session.needsFlush()
    }
  }

  // MARK: Called by the session while it sends

  /// What the next DATA frame may carry: a count and flags, or `NGHTTP2_ERR_DEFERRED`.
  func nextData(atMost limit: Int, flags: UnsafeMutablePointer<UInt32>) -> Int {
    let count = min(limit, outbound.count)
    flags.pointee = UInt32(NGHTTP2_DATA_FLAG_NO_COPY.rawValue)
    guard count == outbound.count else { return count }
    switch ending {
    case .open:
      guard count == 0 else { return count }
      isDeferred = true
      return Int(NGHTTP2_ERR_DEFERRED.rawValue)
    case .plain:
      flags.pointee |= UInt32(NGHTTP2_DATA_FLAG_EOF.rawValue)
    case .trailers(let block):
      flags.pointee |= UInt32(NGHTTP2_DATA_FLAG_EOF.rawValue | NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue)
      block.withNameValues { session?.submitTrailers(id, $0, $1) }
    case .okTrailers:
      flags.pointee |= UInt32(NGHTTP2_DATA_FLAG_EOF.rawValue | NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue)
      session?.submitTrailers(id, StaticHeaders.okTrailers.base, StaticHeaders.okTrailers.count)
    }
    return count
  }

  /// Moves what `nextData` announced; false if it could not be read.
  func moveData(_ count: Int, to target: UnsafeMutableRawPointer) -> Bool {
    guard outbound.count >= count, outbound.move(count, to: target) else { return false }
    if wasFull, isWritable {
      wasFull = false
      session?.becameWritable(self)
    }
    return true
  }

  /// Server: our last frame has been written. A peer that still sends may finish what it is at; see `dataReceived`.
  func answerSent() { isAnswerSent = true }

  // MARK: Receiving

  /// Holds messages back, and by flow control the peer too, until `resumeReceiving`.
  func pauseReceiving() { isPaused = true }

  /// Lets messages come again, those that were held back first.
  func resumeReceiving() {
    guard isPaused else { return }
    isPaused = false
    deliverWaiting()
  }

  /// Drops whatever else the peer sends on this stream.
  func discardIncoming() {
    isDiscarding = true
    assembler.reset()
    dropWaiting()
    credit()
  }

  // MARK: Called by the session while it receives

  func begin(id: Int32) {
    self.id = id
    generation &+= 1
    if isKnownUniquelyReferenced(&incoming) { incoming.removeAll() } else { incoming = HeaderBlock() }
    hasFinalHeaders = false
    assembler.reset()
    isDiscarding = false
    discarded = 0
    isAnswerSent = false
    isDelivering = false
    endHasCome = false
    isPaused = false
    uncredited = 0
    outbound.removeAll()
    ending = .open
    hasSubmittedHeaders = false
    isRequestSent = false
    isDeferred = false
    wasFull = false
  }

  /// A header field of the block that is coming in; false to give the stream up.
  func fieldReceived(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, listBytesMax: Int) -> Bool {
    if incoming.listBytes + name.count + value.count + 32 > listBytesMax {
      incoming.countOnly(nameCount: name.count, valueCount: value.count)
      return incoming.listBytes <= listBytesMax * 16
    }
    incoming.append(name, value)
    return true
  }

  /// Client: a whole header block has come: interim, final or trailers.
  func answerHeadersReceived() {
    let block = incoming
    incoming = HeaderBlock()
    if hasFinalHeaders {
      handler?.trailersReceived(block)
    } else if block.value(":status")?.first != UInt8(ascii: "1") {
      hasFinalHeaders = true
      handler?.headersReceived(block)
    }
  }

  func dataReceived(_ bytes: UnsafeRawBufferPointer) {
    uncredited += bytes.count
    var rest = bytes
    let messageBytesMax = session?.limits.messageBytesMax ?? 0
    while !isDiscarding {
      switch assembler.take(&rest, messageBytesMax: messageBytesMax) {
      case .needsMore:
        return credit()
      case .message(let message, let isCompressed):
        deliver(message, isCompressed)
        if rest.isEmpty { return credit() }
      case .refused(let refusal):
        discardIncoming()
        handler?.messageRefused(refusal)
      }
    }
    discarded += rest.count
    if isAnswerSent, discarded > Self.discardedBytesMax { session?.submitReset(id, .noError) }
    credit()
  }

  func endReceived() {
    guard !endHasCome else { return }
    endHasCome = true
    guard !isDiscarding else { return }
    if !assembler.isAtBoundary {
      isDiscarding = true
      handler?.messageRefused(.malformed("the stream ended inside a message"))
    } else if waiting.isEmpty {
      handler?.endReceived()
    }
    // A server that has said all it had to say reads no more.
    if session?.role == .client, case .open = ending { reset(.noError) }
  }

  func close(_ end: StreamEnd) {
    if end == .finished, session?.role == .client, !waiting.isEmpty { deliverAllWaiting() }
    id = 0
    generation &+= 1
    outbound.removeAll()
    assembler.reset()
    dropWaiting()
    let handler = self.handler
    if session?.role == .client { self.handler = nil }
    handler?.streamClosed(end)
  }

  func detach() { session = nil }

  private func deliver(_ message: ByteSlice, _ isCompressed: Bool) {
    if isPaused || isDelivering || !waiting.isEmpty {
      waiting.append((message, isCompressed))
      let cost = Self.waitingCost(message)
      waitingBytes += cost
      ReceiveBudget.shared.add(cost)
    } else {
      handler?.messageReceived(message, isCompressed: isCompressed)
    }
  }

  private func deliverWaiting() {
    guard !isDelivering else { return }
    isDelivering = true
    let current = generation
    var done = 0
    while done < waiting.count, !isPaused, !isDiscarding {
      let next = waiting[done]
      done += 1
      handler?.messageReceived(next.message, isCompressed: next.isCompressed)
      if generation != current { return }
    }
    isDelivering = false
    guard !isDiscarding else { return }
    for next in waiting[..<done] { giveBack(Self.waitingCost(next.message)) }
    waiting.removeFirst(done)
    if waiting.isEmpty, endHasCome, !isPaused { handler?.endReceived() }
    if generation == current { credit() }
  }

  /// The stream is over, and nobody could ask for the messages that are held back any more.
  private func deliverAllWaiting() {
    let messages = waiting
    dropWaiting()
    for next in messages { handler?.messageReceived(next.message, isCompressed: next.isCompressed) }
    if endHasCome { handler?.endReceived() }
  }

  private func dropWaiting() {
    giveBack(waitingBytes)
    waiting.removeAll()
  }

  private func giveBack(_ cost: Int) {
    waitingBytes -= cost
    ReceiveBudget.shared.add(-cost)
  }

  /// What a waiting message counts in the budget beyond the memory that is counted anyway.
  private static func waitingCost(_ message: ByteSlice) -> Int {
    message.count >= MessageMemory.pooledBytesMin ? 0 : message.count + 64
  }

  /// Gives the peer credit for what has been used, in steps that are worth a frame.
  private func credit() {
    guard let session, isOpen, uncredited > 0 else { return }
    guard isDiscarding || (!isPaused && waiting.isEmpty) else { return }
    guard uncredited >= session.limits.streamWindowBytes / 4 else { return }
    session.consume(id, uncredited)
    uncredited = 0
  }
}
