import Bytes
import Model

@testable import Transport

/// Hears everything that happens on one stream.
final class RecordingHandler: HTTP2StreamHandler {
  enum Event: Equatable {
    case headers([String: String])
    case message([UInt8], isCompressed: Bool)
    case refused(MessageRefusal)
    case trailers([String: String])
    case end
    case writable
    case closed(StreamEnd)
  }

  private(set) var events: [Event] = []
  /// Called for each message, if set.
  var onMessage: ((ByteSlice) -> Void)?
  /// Called at the peer's end, if set.
  var onEnd: (() -> Void)?

  func headersReceived(_ headers: HeaderBlock) { events.append(.headers(headers.dictionary)) }
  func messageReceived(_ message: ByteSlice, isCompressed: Bool) {
    events.append(.message(message.array, isCompressed: isCompressed))
    onMessage?(message)
  }
  func messageRefused(_ refusal: MessageRefusal) { events.append(.refused(refusal)) }
  func trailersReceived(_ trailers: HeaderBlock) { events.append(.trailers(trailers.dictionary)) }
  func endReceived() {
    events.append(.end)
    onEnd?()
  }
  func writable() { events.append(.writable) }
  func streamClosed(_ end: StreamEnd) { events.append(.closed(end)) }

  var messages: [[UInt8]] {
    events.compactMap { if case .message(let bytes, _) = $0 { bytes } else { nil } }
  }
  var end: StreamEnd? {
    for case .closed(let end) in events { return end }
    return nil
  }
}

extension HeaderBlock {
  /// The fields by name; for names that occur once.
  var dictionary: [String: String] {
    var result: [String: String] = [:]
    for index in 0..<count {
      result[String(decoding: self[index].name, as: UTF8.self)] = String(decoding: self[index].value, as: UTF8.self)
    }
    return result
  }

  /// A block of these fields.
  static func of(_ fields: [(String, String)]) -> HeaderBlock {
    let block = HeaderBlock()
    for field in fields { block.append(field.0, field.1) }
    return block
  }

  /// The headers of a request by POST.
  static func request(_ path: String, _ more: [(String, String)] = []) -> HeaderBlock {
    of(
      [
        (":method", "POST"), (":scheme", "https"), (":authority", "localhost"), (":path", path),
        ("content-type", "application/grpc"), ("te", "trailers"),
      ] + more)
  }
}

/// One end of a connection without sockets.
final class SessionEnd: HTTP2SessionDelegate {
  private(set) var session: HTTP2Session!
  private(set) var requests: [(stream: HTTP2Stream, headers: [String: String], handler: RecordingHandler)] = []
  private(set) var pongs: [UInt64] = []
  private(set) var goAways: [(lastStreamID: Int32, code: UInt32)] = []
  private(set) var settingsCount = 0
  /// Called for each request, once its handler is set.
  var onRequest: ((HTTP2Stream, RecordingHandler) -> Void)?

  init(_ role: HTTP2Role, _ limits: HTTP2Limits = HTTP2Limits()) {
    session = HTTP2Session(role: role, limits: limits, delegate: self)
  }

  func sessionNeedsFlush() {}
  func requestReceived(_ stream: HTTP2Stream, headers: HeaderBlock) {
    let handler = RecordingHandler()
    stream.handler = handler
    requests.append((stream, headers.dictionary, handler))
    onRequest?(stream, handler)
  }
  func streamEnded() {}
  func settingsReceived() { settingsCount += 1 }
  func pingAnswered(_ opaque: UInt64) { pongs.append(opaque) }
  func goAwayReceived(lastStreamID: Int32, code: UInt32, debugText: String) { goAways.append((lastStreamID, code)) }

  /// Everything that waits to be sent.
  func output(_ bufferBytes: Int = 512 << 10) -> [UInt8] {
    var all: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferBytes, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = session.fill(buffer)
      if count == 0 { return all }
      all.append(contentsOf: buffer[..<count])
    }
  }

  /// Takes bytes in, in pieces; false if the connection must end.
  @discardableResult
  func input(_ bytes: [UInt8], pieces: Int = 16 << 10, at now: Instant = Instant(0)) -> Bool {
    var isAlive = true
    bytes.withUnsafeBytes { all in
      var start = 0
      while start < all.count, isAlive {
        let end = min(start + pieces, all.count)
        isAlive = session.receive(UnsafeRawBufferPointer(rebasing: all[start..<end]), at: now)
        start = end
      }
    }
    return isAlive
  }
}

/// A client and a server that hear each other.
final class SessionPair {
  let client: SessionEnd
  let server: SessionEnd
  /// How many bytes arrive at once.
  var pieces = 16 << 10

  init(client: HTTP2Limits = HTTP2Limits(), server: HTTP2Limits = HTTP2Limits()) {
    self.client = SessionEnd(.client, client)
    self.server = SessionEnd(.server, server)
    pump()
  }

  deinit {
    client.session.close("the test is over")
    server.session.close("the test is over")
  }

  /// Carries bytes both ways until both are silent.
  func pump() {
    while true {
      let toServer = client.output()
      server.input(toServer, pieces: pieces)
      let toClient = server.output()
      client.input(toClient, pieces: pieces)
      if toServer.isEmpty, toClient.isEmpty { return }
    }
  }

  /// Opens a stream and sends its headers.
  func open(_ path: String = "/test.Test/Method") throws -> (stream: HTTP2Stream, handler: RecordingHandler) {
    let handler = RecordingHandler()
    guard let stream = client.session.openStream(.request(path), handler: handler) else { throw NoStream() }
    return (stream, handler)
  }

  struct NoStream: Error {}
}

extension HTTP2Stream {
  func send(_ bytes: [UInt8]) { send(message: ByteSlice(bytes), payload: .none, isCompressed: false) }

  /// Server: the whole answer.
  func answer(_ bytes: [UInt8]) {
    send(headers: .answer)
    send(bytes)
    finishOK()
  }
}
