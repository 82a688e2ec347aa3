import Bytes
import Messages
import Model
import Runtime
import Testing

@testable import Transport

@Suite("Channel: servers that misbehave", .timeLimit(.minutes(1)))
struct ChannelFaultTests {
  private let client: ClientLoop

  init() throws { client = try ClientLoop() }

  /// How a call ends with a server that acts by `script`.
  private func status(
    _ script: @escaping @Sendable (HTTP2Stream, HeaderBlock, HTTP2Connection) -> Void
  ) async throws -> Status {
    let server = try await ScriptedServer.start(script)
    let channel = client.channel([server.port])
    let status = await failure { _ = try await channel.unary(Echo.unary, Parcel()) }
    server.stop()
    client.stop()
    return status
  }

  @Test("a stream that the server did not look at is opened again, with its messages")
  func transparentRetry() async throws {
    let count = Counter()
    let server = try await ScriptedServer.start { stream, _, _ in
      count.increment()
      if count.value <= 2 { return stream.reset(.refusedStream) }
      let handler = RecordingHandler()
      stream.handler = handler
      handler.onEnd = { stream.answer(handler.messages[0]) }
    }
    let channel = client.channel([server.port])
    #expect(try await channel.unary(Echo.unary, Parcel(typeURL: "again")).typeURL == "again")
    #expect(count.value == 3)
    server.stop()
    client.stop()
  }

  @Test("a server that refuses every stream is not asked for ever")
  func endlessRefusal() async throws {
    let count = Counter()
    let status = try await status { stream, _, _ in
      count.increment()
      stream.reset(.refusedStream)
    }
    #expect(status.code == .unavailable)
    #expect(count.value == 6)
  }

  @Test(
    "a reset means what its code says",
    arguments: [
      (HTTP2ErrorCode.cancel, StatusCode.cancelled), (.enhanceYourCalm, .resourceExhausted),
      (.internalError, .internal),
    ])
  func resets(code: HTTP2ErrorCode, expected: StatusCode) async throws {
    #expect(try await status { stream, _, _ in stream.reset(code) }.code == expected)
  }

  @Test("a server that hangs up in the middle of a call makes it unavailable")
  func hangUp() async throws {
    let status = try await status { stream, _, connection in
      stream.send(headers: .answer)
      connection.close("the test wants it")
    }
    #expect(status.code == .unavailable)
    #expect(status.message.contains("the connection was lost"))
  }

  @Test(
    "an answer that is not gRPC is told apart",
    arguments: [
      ([(":status", "503")], StatusCode.unavailable, "HTTP status 503"),
      ([(":status", "200"), ("content-type", "text/html")], .unknown, "text/html"),
      ([(":status", "200"), ("content-type", "application/grpc"), ("grpc-encoding", "br")], .internal, "\"br\""),
      ([(":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "x")], .unknown, ""),
      ([(":status", "200"), ("content-type", "application/grpc"), ("x-bin", "!")], .internal, "x-bin"),
    ] as [([(String, String)], StatusCode, String)])
  func foreign(headers: [(String, String)], code: StatusCode, words: String) async throws {
    let status = try await status { stream, _, _ in stream.send(headers: .of(headers), endOfStream: true) }
    #expect(status.code == code)
    #expect(words.isEmpty || status.message.contains(words), "\(status.message)")
  }

  @Test("an end without a status, with no answer or with two, is no success")
  func wrongCounts() async throws {
    let server = try await ScriptedServer.start { stream, headers, _ in
      let parcel = Parcel().serialized
      switch headers.text("kind") {
      case "none":
        stream.send(headers: .answer)
        stream.finishOK()
      case "two":
        stream.send(headers: .answer)
        stream.send(parcel)
        stream.send(parcel)
        stream.finishOK()
      default:
        stream.send(headers: .answer)
        stream.send(parcel)
        stream.finish()
      }
    }
    let channel = client.channel([server.port])
    for (kind, code) in [("none", StatusCode.internal), ("two", .internal), ("no status", .unknown)] {
      var options = CallOptions()
      options.metadata.add("kind", kind)
      let status = await failure { _ = try await channel.unary(Echo.unary, Parcel(), options: options) }
      #expect(status.code == code, "\(kind): \(status)")
    }
    server.stop()
    client.stop()
  }

  @Test("bytes that are no message, or marked compressed without a word, fail the call")
  func damage() async throws {
    for (bytes, isCompressed) in [([UInt8]([0xff, 0xff]), false), (Parcel(typeURL: "x").serialized, true)] {
      let client = try ClientLoop()
      let server = try await ScriptedServer.start { stream, _, _ in
        stream.send(headers: .answer)
        stream.send(message: ByteSlice(bytes), payload: .none, isCompressed: isCompressed)
        stream.finishOK()
      }
      let channel = client.channel([server.port])
      let status = await failure { _ = try await channel.unary(Echo.unary, Parcel()) }
      #expect(status.code == .internal)
      server.stop()
      client.stop()
    }
    client.stop()
  }

  @Test("a server that decides before the client is done ends the call with its status")
  func early() async throws {
    let server = try await ScriptedServer.start { stream, _, _ in
      stream.send(
        headers: .of([
          (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "7"), ("grpc-message", "no%21"),
        ]), endOfStream: true)
    }
    let stream = client.channel([server.port]).stream(Echo.upload)
    let status = await stream.status
    #expect(status.code == .permissionDenied)
    #expect(status.message == "no!")
    let late = await failure { try await stream.send(Parcel()) }
    #expect(late.code == .permissionDenied)
    server.stop()
    client.stop()
  }

  @Test("a server that hangs up before HTTP/2 has begun is an attempt that failed")
  func noHandshake() async throws {
    let loop = try EventLoop(name: "rude")
    loop.start()
    let port = try await LoopBound(loop, on: loop).run { loop in
      try loop.listen(on: SocketAddress(host: "127.0.0.1", port: 0)) { $0.close() }.address.port
    }
    let channel = client.channel([port])
    let status = await failure { _ = try await channel.unary(Echo.unary, Parcel()) }
    #expect(status.code == .unavailable)
    #expect(status.message.hasPrefix("127.0.0.1:\(port): "))
    loop.stop()
    client.stop()
  }
}
