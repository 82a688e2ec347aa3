import Model
import Testing

@testable import Transport

/// Frames as bytes, right or wrong.
enum RawFrame {
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  static let settings = frame(4, 0, 0, [])

  static func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ body: [UInt8]) -> [UInt8] {
    let length = body.count
    return [
      UInt8(truncatingIfNeeded: length >> 16), UInt8(truncatingIfNeeded: length >> 8),
      UInt8(truncatingIfNeeded: length),
    ]
      + [type, flags] + (0..<4).map { UInt8(truncatingIfNeeded: stream >> (24 - 8 * $0)) } + body
  }

  /// HEADERS of a request by POST, in HPACK without its tables.
  static func request(_ stream: UInt32, end: Bool = false) -> [UInt8] {
    func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }
    let block: [UInt8] = [0x83, 0x87, 0x01] + text("localhost") + [0x04] + text("/a.B/C")
    return frame(1, end ? 5 : 4, stream, block)
  }

  static func reset(_ stream: UInt32) -> [UInt8] { frame(3, 0, stream, [0, 0, 0, 8]) }

  /// The stream of that number in order, opened and reset.
  static func requestAndReset(_ number: Int) -> [UInt8] {
    let stream = UInt32(2 * number + 1)
    return request(stream) + reset(stream)
  }

  /// Error codes of the GOAWAY frames in a server's output.
  static func goAwayCodes(_ bytes: [UInt8]) -> [UInt32] {
    var codes: [UInt32] = []
    var index = 0
    while index + 9 <= bytes.count {
      let length = Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
      if bytes[index + 3] == 7, length >= 8, index + 17 <= bytes.count {
        codes.append(bytes[(index + 13)..<(index + 17)].reduce(0) { $0 << 8 | UInt32($1) })
      }
      index += 9 + length
    }
    return codes
  }
}

@Suite("a server's session under abuse")
struct HTTP2AbuseTests {
  private static let calm = HTTP2ErrorCode.enhanceYourCalm.rawValue

  private func server() -> SessionEnd {
    let server = SessionEnd(.server)
    server.input(RawFrame.preface + RawFrame.settings)
    _ = server.output()
    return server
  }

  /// Feeds `frames` one by one, answering in between; the codes with which the server gave up.
  private func goAway(_ server: SessionEnd, _ frames: [[UInt8]], interval: Int64 = 0) -> [UInt32] {
    var codes: [UInt32] = []
    for (index, frame) in frames.enumerated() {
      let isAlive = server.input(frame, at: Instant(Int64(index) * interval))
      codes += RawFrame.goAwayCodes(server.output())
      if !isAlive { break }
    }
    server.session.close("the test is over")
    return codes
  }

  @Test("gives up on a peer that opens and resets streams without end")
  func rapidReset() {
    let frames = (0..<3000).map(RawFrame.requestAndReset)
    #expect(goAway(server(), frames) == [Self.calm])
  }

  @Test("bears resets at a rate that callers have")
  func slowResets() {
    let frames = (0..<3000).map(RawFrame.requestAndReset)
    #expect(goAway(server(), frames, interval: 10_000_000).isEmpty)
  }

  @Test("gives up on floods of pings, of settings and of empty frames")
  func floods() {
    let ping = RawFrame.frame(6, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(goAway(server(), Array(repeating: ping, count: 500)) == [Self.calm])
    #expect(goAway(server(), Array(repeating: RawFrame.settings, count: 500)) == [Self.calm])
    let empty = RawFrame.frame(0, 0, 1, [])
    #expect(goAway(server(), [RawFrame.request(1)] + Array(repeating: empty, count: 5000)) == [Self.calm])
    let priority = RawFrame.frame(2, 0, 1, [0, 0, 0, 0, 16])
    #expect(goAway(server(), Array(repeating: priority, count: 5000)) == [Self.calm])
  }

  @Test("answers what is not HTTP/2 with GOAWAY and ends the connection")
  func malformed() {
    let server = SessionEnd(.server)
    _ = server.output()
    #expect(!server.input(Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)))
    #expect(RawFrame.goAwayCodes(server.output()) == [HTTP2ErrorCode.protocolError.rawValue])
    #expect(server.session.isFinished)
    #expect(server.session.failure != nil)
    server.session.close("the test is over")
  }

  @Test(
    "ends the connection over frames that break the protocol",
    arguments: [
      RawFrame.frame(0, 0, 0, [1]),  // DATA without a stream
      RawFrame.frame(6, 0, 0, [1]),  // PING of a wrong size
      RawFrame.frame(1, 4, 2, [0x83]),  // HEADERS on a server's stream
      RawFrame.frame(1, 4, 1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]),  // HPACK nonsense
      RawFrame.frame(9, 4, 1, [0x83]),  // CONTINUATION of nothing
      RawFrame.frame(8, 0, 0, [0, 0, 0, 0]),  // WINDOW_UPDATE by nothing
      [0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1],  // a frame over the limit
    ])
  func protocolErrors(frame: [UInt8]) {
    let server = server()
    server.input(frame)
    #expect(RawFrame.goAwayCodes(server.output()).count == 1)
    #expect(server.session.isFinished)
    server.session.close("the test is over")
  }

  @Test("survives any bytes behind a proper beginning", arguments: 0..<200 as Range<UInt64>)
  func randomBytes(seed: UInt64) {
    var random = Xorshift(state: seed &* 0x9e37_79b9_7f4a_7c15 | 1)
    let server = server()
    server.onRequest = { stream, handler in handler.onEnd = { stream.answer([1]) } }
    for _ in 0..<50 {
      let type = UInt8(random.next() % 11)
      let body = (0..<Int(random.next() % 40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let isProper = random.next() % 3 == 0
      let stream = UInt32(random.next() % 9)
      let frame =
        isProper ? RawFrame.request(stream | 1) : RawFrame.frame(type, UInt8(random.next() % 64), stream, body)
      if !server.input(frame) { break }
      _ = server.output()
    }
    _ = server.output()
    server.session.close("the test is over")
    #expect(server.session.openStreams == 0)
    #expect(server.requests.allSatisfy { $0.handler.end != nil })
  }

  @Test("a list of headers far over any limit ends the connection")
  func headerBomb() {
    let server = server()
    // One indexed field of 4,000 bytes, referred to again and again.
    let value = [UInt8](repeating: UInt8(ascii: "v"), count: 4000)
    let literal: [UInt8] = [0x40, 1, UInt8(ascii: "x"), 0x7f, 0xa1, 0x1e] + value
    let block: [UInt8] = [0x83, 0x87, 0x01, 1, 0x61, 0x04, 1, 0x2f] + literal + Array(repeating: 0xbe, count: 10_000)
    #expect(goAway(server, [RawFrame.frame(1, 4, 1, block)]) == [Self.calm])
  }
}

/// A small generator with a seed.
struct Xorshift: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
