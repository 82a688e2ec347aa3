import Bytes
import Model

@testable import Transport

/// Bytes as what a peer sends, to a server or to a client: the first byte says to whom, the second how they are cut.
func fuzzHTTP2(_ bytes: UnsafeRawBufferPointer) {
  guard let (role, behindRole) = choice(bytes), let (cut, rest) = choice(behindRole) else { return }
  let end = ConnectionEnd(role % 2 == 0 ? .server : .client)
  if role % 2 == 1 {
    for path in ["/a/b", "/c/d"] { _ = end.session.openStream(.request(path), handler: AnsweredCall()) }
  }
  // A server hears the preface first; with it left out the fuzzer would guess 24 bytes for ever.
  let preface: [UInt8] = role & 3 == 0 ? Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) : []
  _ = end.take(preface + rest, pieces: cut + 1)
  end.session.close("the input is over")
}

/// One end of a connection without a socket. A server's end echoes unless it is told what to do with requests.
final class ConnectionEnd: HTTP2SessionDelegate {
  private(set) var session: HTTP2Session!
  var onRequest: (HTTP2Stream, HeaderBlock) -> Void = { stream, headers in
    stream.handler = Echo(stream)
    for index in 0..<headers.count { _ = headers[index].name.count + headers[index].value.count }
  }
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 16)
  private var time: Int64 = 0

  init(_ role: HTTP2Role) {
    var limits = HTTP2Limits()
    limits.dataFrameBytesMax = 16 << 10
    session = HTTP2Session(role: role, limits: limits, delegate: self)
  }

  deinit { buffer.deallocate() }

  /// Hands bytes to the session in pieces; answers what it has to say to them.
  func take(_ bytes: [UInt8], pieces: Int = .max) -> [UInt8] {
    var said = output()
    bytes.withUnsafeBytes { all in
      var start = 0
      while start < all.count {
        let end = min(start + min(pieces, all.count), all.count)
        time += 1_000_000
        let goesOn = session.receive(UnsafeRawBufferPointer(rebasing: all[start..<end]), at: Instant(time))
        said += output()
        guard goesOn else { break }
        start = end
      }
    }
    return said
  }

  private func output() -> [UInt8] {
    var all: [UInt8] = []
    while true {
      let count = session.fill(buffer)
      guard count > 0 else { return all }
      all += buffer[..<count]
    }
  }

  func requestReceived(_ stream: HTTP2Stream, headers: HeaderBlock) { onRequest(stream, headers) }
  func sessionNeedsFlush() {}
  func streamEnded() {}
  func settingsReceived() {}
  func pingAnswered(_ opaque: UInt64) {}
  func goAwayReceived(lastStreamID: Int32, code: UInt32, debugText: String) {}
}

extension HeaderBlock {
  /// The headers of a gRPC request.
  static func request(_ path: String) -> HeaderBlock {
    let block = HeaderBlock()
    for (name, value) in [
      (":method", "POST"), (":scheme", "https"), (":authority", "localhost"), (":path", path),
      ("content-type", "application/grpc"), ("te", "trailers"),
    ] { block.append(name, value) }
    return block
  }
}

/// A call of a client that reads whatever is answered.
final class AnsweredCall: HTTP2StreamHandler {
  private var reader = AnswerReader()
  private(set) var isClosed = false

  func headersReceived(_ headers: HeaderBlock) { try? reader.headers(headers) }
  func messageReceived(_ message: ByteSlice, isCompressed: Bool) {
    _ = try? reader.message(message, isCompressed: isCompressed, bytesMax: 1 << 16)
  }
  func messageRefused(_ refusal: MessageRefusal) {}
  func trailersReceived(_ trailers: HeaderBlock) { reader.trailers(trailers) }
  func endReceived() { _ = reader.end.refusal }
  func writable() {}
  func streamClosed(_ end: StreamEnd) {
    guard !isClosed else { fatalError("a stream was closed twice") }
    isClosed = true
  }
}

/// Sends every message back, pausing now and then.
private final class Echo: HTTP2StreamHandler {
  private unowned let stream: HTTP2Stream
  private var count = 0

  init(_ stream: HTTP2Stream) { self.stream = stream }

  func headersReceived(_ headers: HeaderBlock) {}
  func messageReceived(_ message: ByteSlice, isCompressed: Bool) {
    if count == 0 { stream.send(headers: StaticHeaders.answer) }
    count += 1
    stream.send(message: message, payload: .none, isCompressed: isCompressed)
    if count % 3 == 1 { stream.pauseReceiving() } else { stream.resumeReceiving() }
  }
  func messageRefused(_ refusal: MessageRefusal) { stream.reset(.cancel) }
  func trailersReceived(_ trailers: HeaderBlock) {}
  func endReceived() {
    if count == 0 { stream.send(headers: StaticHeaders.answer) }
    stream.finishOK()
  }
  func writable() { stream.resumeReceiving() }
  func streamClosed(_ end: StreamEnd) {}
}

/// Both sides of calls between two of this program's own ends.
func http2Seeds() -> [[UInt8]] {
  let (client, server) = (ConnectionEnd(.client), ConnectionEnd(.server))
  var (toServer, toClient): ([UInt8], [UInt8]) = ([], [])
  func talk() {
    var said = client.take([])
    while !said.isEmpty {
      toServer += said
      let answer = server.take(said)
      toClient += answer
      said = client.take(answer)
    }
  }
  var streams: [HTTP2Stream] = []
  for path in ["/newswire.v1.Broker/Produce", "/a/b"] {
    guard let stream = client.session.openStream(.request(path), handler: AnsweredCall()) else { continue }
    stream.send(message: ByteSlice([1, 2, 3]), payload: .bytes(ByteSlice([4, 5])), isCompressed: false)
    streams.append(stream)
  }
  talk()
  client.session.ping(1)
  streams.first?.finish()
  streams.last?.reset(.cancel)
  talk()
  server.session.refuseNewStreams()
  talk()
  client.session.close("the seed is made")
  server.session.close("the seed is made")
  return [[0, 255] + toServer.dropFirst(24), [2, 7] + toServer, [1, 255] + toClient, [1, 0] + toClient]
}
