import CNghttp2
import Model

/// One HTTP/2 connection without its socket: bytes go in by `receive` and come out by `fill`. Both roles.
///
/// Belongs to one loop. Owns its stream objects and uses them again; `close` breaks its ties.
final class HTTP2Session {
  /// A stream that was answered in full while the peer's side is still open.
  private struct Answered {
    let stream: HTTP2Stream
    let generation: UInt32
    /// When bytes of the peer first came afterwards.
    var since: Instant?
  }

  /// How many streams above the limit are refused one by one. More than that end the connection: nghttp2 knows no
  /// other answer to a peer that breaks the limit it has acknowledged, so it is told of a higher one than the peer.
  private static let streamsOverMax = 1000

  /// How long a peer may go on sending on a stream that was answered.
  private static let lateSendingTime = Duration.seconds(1)

  let role: HTTP2Role
  let limits: HTTP2Limits
  /// Who moves the bytes; nil after `close`.
  private(set) var delegate: (any HTTP2SessionDelegate)?
  /// How many streams are open.
  private(set) var openStreams = 0
  /// True once a GOAWAY of ours has said that no new streams will be taken.
  private(set) var isDraining = false
  /// What the peer did wrong, if it did.
  private(set) var failure: String?

  private let nghttp2: OpaquePointer
  private let memory = SessionMemory()
  private var all: [HTTP2Stream] = []
  private var idle: [HTTP2Stream] = []
  private var writable: [HTTP2Stream] = []
  private var answered: [Answered] = []
  /// The one that was asked for last: most of what comes in concerns the same one as what came before.
  private var latest: HTTP2Stream?
  private var guardian: AbuseGuard
  private var now = Instant(0)
  private var isTerminated = false

  // The buffer that is being filled.
  private var target: UnsafeMutableRawBufferPointer = .init(start: nil, count: 0)
  private var filled = 0

  init(role: HTTP2Role, limits: HTTP2Limits, delegate: any HTTP2SessionDelegate) {
    self.role = role
    self.limits = limits
    self.delegate = delegate
    guardian = AbuseGuard(limits.abuse)
    nghttp2 = makeSession(role, limits, memory)
    nghttp2_session_set_user_data(nghttp2, Unmanaged.passUnretained(self).toOpaque())
    submitSettings()
  }

  deinit { nghttp2_session_del(nghttp2) }

  // MARK: Bytes

  /// Takes bytes that came from the peer; false if the connection must end (after a last `fill`).
  func receive(_ bytes: UnsafeRawBufferPointer, at now: Instant) -> Bool {
    guard !isTerminated else { return false }
    self.now = now
    if !answered.isEmpty { stopLateSenders() }
    let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let result = nghttp2_session_mem_recv(nghttp2, base, bytes.count)
    if result < 0 {
      let code: HTTP2ErrorCode = result == Int(NGHTTP2_ERR_FLOODED.rawValue) ? .enhanceYourCalm : .protocolError
      terminate(code, String(cString: nghttp2_strerror(Int32(result))))
    }
    return !isTerminated
  }

  /// Writes what is to be sent to `buffer`; the answer is how many bytes. 0: nothing more for now.
  func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard nghttp2_session_want_write(nghttp2) != 0 else { return 0 }
    target = buffer
    filled = 0
    let result = nghttp2_session_send(nghttp2)
    if result != 0 { fail(String(cString: nghttp2_strerror(result))) }
    if !writable.isEmpty { tellWritable() }
    return filled
  }

  /// True when nothing more will be read or written: the connection can end.
  var isFinished: Bool {
    if isTerminated, failure != nil, nghttp2_session_want_write(nghttp2) == 0 { return true }
    return nghttp2_session_want_read(nghttp2) == 0 && nghttp2_session_want_write(nghttp2) == 0
  }

  /// The streams that are open now.
  var openStreamObjects: [HTTP2Stream] { all.filter(\.isOpen) }

  /// How many streams the peer lets us have open at once; more wait inside the session.
  var remoteStreamsMax: Int {
    Int(nghttp2_session_get_remote_settings(nghttp2, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS))
  }

  /// Asks the owner to call `fill` soon.
  func needsFlush() { delegate?.sessionNeedsFlush() }

  /// The connection is gone: every open stream hears of it. Never call it from a stream's handler.
  func close(_ reason: String) {
    guard delegate != nil else { return }
    isTerminated = true
    delegate = nil
    for stream in all {
      if stream.isOpen {
        openStreams -= 1
        stream.close(role == .client && !stream.isRequestSent ? .unprocessed(reason) : .connectionLost(reason))
      }
      stream.detach()
      stream.handler = nil
    }
    all = []
    idle = []
    latest = nil
    writable = []
    answered = []
  }

  // MARK: The connection

  /// Client: opens a stream; `endOfStream` if it has no body. Nil if the connection takes no more streams.
  func openStream(
    _ headers: HeaderBlock, endOfStream: Bool = false, handler: any HTTP2StreamHandler
  ) -> HTTP2Stream? {
    guard delegate != nil, !isTerminated, !isDraining, nghttp2_session_check_request_allowed(nghttp2) != 0 else {
      return nil
    }
    let stream = takeStream()
    let opaque = Unmanaged.passUnretained(stream).toOpaque()
    let id = headers.withNameValues { fields, count in
      guard !endOfStream else { return nghttp2_submit_request(nghttp2, nil, fields, count, nil, opaque) }
      var provider = dataProvider(opaque)
      return nghttp2_submit_request(nghttp2, nil, fields, count, &provider, opaque)
    }
    guard id > 0 else {
      idle.append(stream)
      return nil
    }
    stream.begin(id: id)
    stream.handler = handler
    openStreams += 1
    needsFlush()
    return stream
  }

  /// Sends a ping; the delegate hears `pingAnswered` with the same number.
  func ping(_ opaque: UInt64) {
    withUnsafeBytes(of: opaque.bigEndian) {
      _ = nghttp2_submit_ping(
        nghttp2, UInt8(NGHTTP2_FLAG_NONE.rawValue), $0.baseAddress!.assumingMemoryBound(to: UInt8.self))
    }
    needsFlush()
  }

  /// Server: tells the peer that no new streams will be taken soon; those that it opens meanwhile are still served.
  func announceShutdown() {
    guard role == .server, !isDraining, !isTerminated else { return }
    nghttp2_submit_shutdown_notice(nghttp2)
    needsFlush()
  }

  /// Takes no new streams from now on; the session is finished when the open ones are.
  func refuseNewStreams() {
    guard !isDraining, !isTerminated else { return }
    isDraining = true
    nghttp2_submit_goaway(
      nghttp2, UInt8(NGHTTP2_FLAG_NONE.rawValue), nghttp2_session_get_last_proc_stream_id(nghttp2),
      HTTP2ErrorCode.noError.rawValue, nil, 0)
    needsFlush()
  }

  /// Ends the connection at once with GOAWAY; `reason` is for the log.
  func terminate(_ code: HTTP2ErrorCode, _ reason: String) {
    guard !isTerminated else { return }
    fail(reason)
    nghttp2_session_terminate_session(nghttp2, code.rawValue)
    needsFlush()
  }

  private func fail(_ reason: String) {
    isTerminated = true
    if failure == nil { failure = reason }
  }

  private func submitSettings() {
    var settings = [
      nghttp2_settings_entry(
        settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue), value: UInt32(limits.streamWindowBytes)),
      nghttp2_settings_entry(
        settings_id: Int32(NGHTTP2_SETTINGS_MAX_FRAME_SIZE.rawValue), value: UInt32(limits.frameBytesMax)),
      nghttp2_settings_entry(
        settings_id: Int32(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue), value: UInt32(limits.headerListBytesMax)),
    ]
    switch role {
    case .server:
      settings.append(
        nghttp2_settings_entry(
          settings_id: Int32(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS.rawValue),
          value: UInt32(limits.streamsMax + Self.streamsOverMax)))
    case .client:
      settings.append(nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_ENABLE_PUSH.rawValue), value: 0))
    }
    nghttp2_submit_settings(nghttp2, UInt8(NGHTTP2_FLAG_NONE.rawValue), &settings, settings.count)
    nghttp2_session_set_local_window_size(
      nghttp2, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, Int32(limits.connectionWindowBytes))
  }

  // MARK: What streams ask for

  func submitAnswer(
    _ stream: HTTP2Stream, _ fields: UnsafeMutablePointer<nghttp2_nv>, _ count: Int, hasBody: Bool
  ) {
    if hasBody {
      var provider = dataProvider(Unmanaged.passUnretained(stream).toOpaque())
      nghttp2_submit_response(nghttp2, stream.id, fields, count, &provider)
    } else {
      nghttp2_submit_response(nghttp2, stream.id, fields, count, nil)
    }
    needsFlush()
  }

  func submitTrailers(_ id: Int32, _ fields: UnsafeMutablePointer<nghttp2_nv>, _ count: Int) {
    nghttp2_submit_trailer(nghttp2, id, fields, count)
  }

  func submitReset(_ id: Int32, _ code: HTTP2ErrorCode) {
    nghttp2_submit_rst_stream(nghttp2, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, code.rawValue)
    needsFlush()
  }

  func resume(_ id: Int32) {
    nghttp2_session_resume_data(nghttp2, id)
    needsFlush()
  }

  func consume(_ id: Int32, _ count: Int) {
    nghttp2_session_consume_stream(nghttp2, id, count)
    needsFlush()
  }

  func becameWritable(_ stream: HTTP2Stream) { writable.append(stream) }

  private func tellWritable() {
    let streams = writable
    writable.removeAll(keepingCapacity: true)
    for stream in streams where stream.isOpen { stream.handler?.writable() }
  }

  /// Resets the streams on which the peer goes on sending for too long.
  private func stopLateSenders() {
    for index in answered.indices.reversed() {
      if answered[index].since != nil { break }
      answered[index].since = now
    }
    let current = answered.prefix { now - ($0.since ?? now) >= Self.lateSendingTime }
    for late in current where late.stream.generation == late.generation { submitReset(late.stream.id, .noError) }
    answered.removeFirst(current.count)
    if answered.count > limits.streamsMax { answered.removeAll { $0.stream.generation != $0.generation } }
  }

  private func takeStream() -> HTTP2Stream {
    if let stream = idle.popLast() { return stream }
    let stream = HTTP2Stream(session: self)
    all.append(stream)
    return stream
  }
}

// MARK: - What nghttp2 reports

extension HTTP2Session {
  /// Copies a control frame; false if the buffer is full.
  func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard target.count - filled >= bytes.count else { return false }
    let copy = UnsafeMutableRawBufferPointer(rebasing: target[filled..<(filled + bytes.count)])
    copy.copyMemory(from: bytes)
    if role == .server, bytes.count > 9, bytes[3] == UInt8(NGHTTP2_SETTINGS.rawValue) { announceStreamsMax(copy) }
    filled += bytes.count
    return true
  }

  /// Puts the limit that we keep to into our SETTINGS frame, which carries the higher one that nghttp2 enforces.
  private func announceStreamsMax(_ frame: UnsafeMutableRawBufferPointer) {
    for entry in stride(from: 9, to: frame.count - 5, by: 6) {
      let setting = UInt16(bigEndian: frame.loadUnaligned(fromByteOffset: entry, as: UInt16.self))
      guard setting == UInt16(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS.rawValue) else { continue }
      frame.storeBytes(of: UInt32(limits.streamsMax).bigEndian, toByteOffset: entry + 2, as: UInt32.self)
    }
  }

  /// Writes a DATA frame straight from the stream's queue.
  func writeData(_ header: UnsafePointer<UInt8>, _ count: Int, of stream: HTTP2Stream) -> Int32 {
    guard target.count - filled >= 9 + count, let base = target.baseAddress else {
      return NGHTTP2_ERR_WOULDBLOCK.rawValue
    }
    (base + filled).copyMemory(from: header, byteCount: 9)
    guard stream.moveData(count, to: base + filled + 9) else { return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue }
    filled += 9 + count
    return 0
  }

  /// How long the next DATA frame may be: what windows, the peer and the rest of the buffer allow.
  func dataFrameBytes(_ sessionWindow: Int32, _ streamWindow: Int32, _ peerMax: UInt32) -> Int {
    let allowed = min(min(Int(sessionWindow), Int(streamWindow)), min(Int(peerMax), limits.dataFrameBytesMax))
    let room = target.count - filled - 9
    return max(1, room >= 4096 ? min(allowed, room) : allowed)
  }

  /// Server: a request begins.
  func requestBegan(_ id: Int32) {
    let stream = takeStream()
    stream.begin(id: id)
    openStreams += 1
    nghttp2_session_set_stream_user_data(nghttp2, id, Unmanaged.passUnretained(stream).toOpaque())
  }

  func fieldReceived(
    _ stream: HTTP2Stream, _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
  ) -> Int32 {
    if stream.fieldReceived(name, value, listBytesMax: limits.headerListBytesMax) { return 0 }
    terminate(.enhanceYourCalm, "a header list of more than \(limits.headerListBytesMax * 16) bytes")
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
  }

  func dataReceived(_ stream: HTTP2Stream?, _ bytes: UnsafeRawBufferPointer) {
    nghttp2_session_consume_connection(nghttp2, bytes.count)
    stream?.dataReceived(bytes)
  }

  func frameReceived(_ frame: UnsafePointer<nghttp2_frame>, _ stream: HTTP2Stream?) {
    let header = frame.pointee.hd
    let isEnd = header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
    switch UInt32(header.type) {
    case NGHTTP2_DATA.rawValue:
      if isEnd { stream?.endReceived() } else if header.length == 0 { count(.empty, "empty DATA frames") }
    case NGHTTP2_HEADERS.rawValue:
      if let stream { headersReceived(frame, stream, isEnd) }
    case NGHTTP2_RST_STREAM.rawValue:
      // Who resets what was answered in full saves us work.
      if stream?.isAnswerSent != true { count(.reset, "resets of streams") }
    case NGHTTP2_PING.rawValue: pingReceived(frame)
    case NGHTTP2_SETTINGS.rawValue:
      if header.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) == 0 {
        count(.settings, "SETTINGS frames")
        delegate?.settingsReceived()
      }
    case NGHTTP2_PRIORITY.rawValue: count(.empty, "PRIORITY frames")
    case NGHTTP2_GOAWAY.rawValue: goAwayReceived(frame)
    default: break
    }
  }

  /// A frame that breaks the protocol and that nghttp2 answers with RST_STREAM costs like a reset.
  func invalidFrameReceived() { count(.reset, "invalid frames") }

  /// Client: the request is out. Server: our last frame has gone; if the peer still sends, it may do so for a while,
  /// since some take a reset that comes with the answer for a failure.
  func frameSent(_ frame: UnsafePointer<nghttp2_frame>) {
    let header = frame.pointee.hd
    switch role {
    case .client:
      if UInt32(header.type) == NGHTTP2_HEADERS.rawValue { stream(header.stream_id)?.isRequestSent = true }
    case .server:
      let isEnd = header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
      guard isEnd, let stream = stream(header.stream_id), !stream.isRemoteEnded else { return }
      stream.answerSent()
      answered.append(Answered(stream: stream, generation: stream.generation))
    }
  }

  func streamClosed(_ stream: HTTP2Stream, _ code: UInt32) {
    guard stream.isOpen else { return }
    openStreams -= 1
    stream.close(streamEnd(stream, code))
    idle.append(stream)
    delegate?.streamEnded()
  }

  private func streamEnd(_ stream: HTTP2Stream, _ code: UInt32) -> StreamEnd {
    if code == HTTP2ErrorCode.noError.rawValue { return .finished }
    guard role == .client else { return stream.isAnswerSent ? .finished : .reset(code: code) }
    if code == HTTP2ErrorCode.refusedStream.rawValue { return .unprocessed("the peer refused the stream") }
    return stream.isRequestSent ? .reset(code: code) : .unprocessed("the request was not sent")
  }

  func stream(_ id: Int32) -> HTTP2Stream? {
    if let latest, latest.id == id, id != 0 { return latest }
    guard let opaque = nghttp2_session_get_stream_user_data(nghttp2, id) else { return nil }
    latest = Unmanaged<HTTP2Stream>.fromOpaque(opaque).takeUnretainedValue()
    return latest
  }

  private func headersReceived(_ frame: UnsafePointer<nghttp2_frame>, _ stream: HTTP2Stream, _ isEnd: Bool) {
    switch role {
    case .client:
      stream.answerHeadersReceived()
    case .server:
      if frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST {
        requestReceived(stream)
      } else {
        count(.empty, "trailers")
      }
    }
    if isEnd { stream.endReceived() }
  }

  private func requestReceived(_ stream: HTTP2Stream) {
    if openStreams > limits.streamsMax {
      stream.handler = nil
      stream.reset(.refusedStream)
    } else {
      delegate?.requestReceived(stream, headers: stream.incoming)
    }
  }

  private func pingReceived(_ frame: UnsafePointer<nghttp2_frame>) {
    guard frame.pointee.hd.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0 else { return count(.ping, "PING frames") }
    var data = frame.pointee.ping.opaque_data
    let opaque = withUnsafeBytes(of: &data) { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
    delegate?.pingAnswered(opaque)
  }

  private func goAwayReceived(_ frame: UnsafePointer<nghttp2_frame>) {
    let goAway = frame.pointee.goaway
    let text = UnsafeBufferPointer(start: goAway.opaque_data, count: min(goAway.opaque_data_len, 256))
    delegate?.goAwayReceived(
      lastStreamID: goAway.last_stream_id, code: goAway.error_code, debugText: String(decoding: text, as: UTF8.self))
  }

  private func count(_ kind: AbuseGuard.Kind, _ what: String) {
    guard role == .server, !guardian.allows(kind, at: now) else { return }
    terminate(.enhanceYourCalm, "too many \(what)")
  }
}
