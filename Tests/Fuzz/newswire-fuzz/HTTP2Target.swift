import Bytes
import Model

@testable import Transport

/// Bytes as what a peer sends, to a server or to a client: the first byte says to whom, the second how they are cut.
func fuzzHTTP2(_ bytes: UnsafeRawBufferPointer) {
  guard let (role, behindRole) = choice(bytes), let (cut, rest) = choice(behindRole) else { return }
  let end = FuzzedEnd(role % 2 == 0 ? .server : .client)
  // A server hears the preface first; with it left out the fuzzer would guess 24 bytes for ever.
  let preface: [UInt8] = role % 2 == 0 && role & 2 == 0 ? Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) : []
  end.take(preface + rest, pieces: cut + 1)
}

/// One end of a connection that answers every request and forgets everything.
private final class FuzzedEnd: HTTP2SessionDelegate, HTTP2StreamHandler {
  private var session: HTTP2Session!
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 512 << 10, alignment: 16)

  init(_ role: HTTP2Role) {
    session = HTTP2Session(role: role, limits: HTTP2Limits(), delegate: self)
    if role == .client {
      for path in ["/a/b", "/c/d"] { _ = session.openStream(Self.request(path), handler: self) }
    }
  }

  deinit { buffer.deallocate() }

  func take(_ bytes: [UInt8], pieces: Int) {
    bytes.withUnsafeBytes { all in
      var start = 0
      while start < all.count {
        let end = min(start + pieces, all.count)
        guard session.receive(UnsafeRawBufferPointer(rebasing: all[start..<end]), at: Instant(Int64(start))) else {
          break
        }
        while session.fill(buffer) > 0 {}
        start = end
      }
    }
    session.close("the input is over")
  }

  private static func request(_ path: String) -> HeaderBlock {
    let block = HeaderBlock()
    for (name, value) in [
      (":method", "POST"), (":scheme", "https"), (":authority", "localhost"), (":path", path),
      ("content-type", "application/grpc"), ("te", "trailers"),
    ] { block.append(name, value) }
    return block
  }

  func requestReceived(_ stream: HTTP2Stream, headers: HeaderBlock) {
    stream.handler = self
    for index in 0..<headers.count { _ = headers[index].name.count + headers[index].value.count }
  }

  func sessionNeedsFlush() {}
  func streamEnded() {}
  func settingsReceived() {}
  func pingAnswered(_ opaque: UInt64) {}
  func goAwayReceived(lastStreamID: Int32, code: UInt32, debugText: String) {}
  func headersReceived(_ headers: HeaderBlock) {}
  func messageReceived(_ message: ByteSlice, isCompressed: Bool) {
    if isCompressed { _ = try? GzipCodec.decompress(message, bytesMax: 1 << 16) }
  }
  func messageRefused(_ refusal: MessageRefusal) {}
  func trailersReceived(_ trailers: HeaderBlock) {}
  func endReceived() {}
  func writable() {}
  func streamClosed(_ end: StreamEnd) {}
}
