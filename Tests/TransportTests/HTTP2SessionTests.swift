import Bytes
import Glibc
import Model
import Testing

@testable import Transport

@Suite("an HTTP/2 session")
struct HTTP2SessionTests {
  @Test("carries a request and its answer, whatever the pieces in which bytes arrive", arguments: [1, 7, 16384])
  func echo(pieces: Int) throws {
    let pair = SessionPair()
    pair.pieces = pieces
    pair.server.onRequest = { stream, handler in
      handler.onMessage = { [unowned handler] in handler.onEnd = { [bytes = $0.array] in stream.answer(bytes) } }
    }
    let (stream, handler) = try pair.open("/a.B/C")
    stream.send([1, 2, 3])
    stream.finish()
    pair.pump()
    #expect(pair.server.requests.map(\.headers[":path"]) == ["/a.B/C"])
    #expect(
      handler.events == [
        .headers([":status": "200", "content-type": "application/grpc"]), .message([1, 2, 3], isCompressed: false),
        .trailers(["grpc-status": "0"]), .end, .closed(.finished),
      ])
    #expect(pair.server.requests[0].handler.end == .finished)
    #expect(pair.client.session.openStreams == 0 && pair.server.session.openStreams == 0)
  }

  @Test("uses its stream objects again and tells their calls apart by generation")
  func recycling() throws {
    let pair = SessionPair()
    pair.server.onRequest = { stream, handler in handler.onEnd = { stream.answer([]) } }
    var seen: [ObjectIdentifier] = []
    var generations: [UInt32] = []
    for _ in 0..<3 {
      let (stream, handler) = try pair.open()
      seen.append(ObjectIdentifier(stream))
      generations.append(stream.generation)
      stream.send([])
      stream.finish()
      pair.pump()
      #expect(handler.messages == [[]])
    }
    #expect(Set(seen).count == 1)
    #expect(generations == [1, 3, 5])
  }

  @Test("sends a part of a file as payload, behind the head of its message")
  func filePayload() throws {
    let folder = TestFolder()
    let path = folder.write("part", String(repeating: "0123456789", count: 40_000))
    let file = FileReference(descriptor: Glibc.open(path, O_RDONLY)) { Glibc.close($0) }
    let pair = SessionPair()
    pair.server.onRequest = { stream, handler in
      handler.onEnd = {
        stream.send(headers: .answer)
        let part = FileRange(file: file, offset: 5, count: 300_000)
        stream.send(message: ByteSlice([42]), payload: .file(part), isCompressed: false)
        stream.finishOK()
      }
    }
    let (stream, handler) = try pair.open()
    stream.finish()
    pair.pump()
    #expect(handler.messages.count == 1)
    #expect(handler.messages.first?.count == 300_001)
    #expect(handler.messages.first?.prefix(4) == [42, 53, 54, 55])
  }

  @Test("resets a stream whose file turns out to be shorter than announced")
  func shortFile() throws {
    let folder = TestFolder()
    let path = folder.write("short", "abc")
    let file = FileReference(descriptor: Glibc.open(path, O_RDONLY)) { Glibc.close($0) }
    let pair = SessionPair()
    pair.server.onRequest = { stream, _ in
      stream.send(headers: .answer)
      stream.send(
        message: .empty, payload: .file(FileRange(file: file, offset: 0, count: 100)), isCompressed: false)
      stream.finishOK()
    }
    let (_, handler) = try pair.open()
    pair.pump()
    #expect(handler.end == .reset(code: HTTP2ErrorCode.internalError.rawValue))
    #expect(pair.client.goAways.isEmpty)
  }

  @Test("holds a sender while the receiver is paused, and lets it go on afterwards without loss")
  func backPressure() throws {
    var limits = HTTP2Limits()
    limits.streamWindowBytes = 64 << 10
    limits.writableMarkBytes = 32 << 10
    let pair = SessionPair(client: limits, server: limits)
    pair.server.onRequest = { stream, _ in stream.pauseReceiving() }
    let (stream, handler) = try pair.open()
    for number in 0..<100 { stream.send([UInt8](repeating: UInt8(number), count: 10_000)) }
    stream.finish()
    pair.pump()
    let request = pair.server.requests[0]
    #expect(request.handler.messages.isEmpty)
    #expect(!stream.isWritable)
    #expect(stream.queuedBytes >= 100 * 10_005 - (64 << 10))
    request.stream.resumeReceiving()
    pair.pump()
    #expect(request.handler.messages.map { $0[0] } == (0..<100).map { UInt8($0) })
    #expect(request.handler.events.last == .end)
    #expect(handler.events.contains(.writable))
    #expect(stream.isWritable)
  }

  @Test("a paused stream does not hold the other streams of its connection")
  func pausedStreamLeavesOthersAlone() throws {
    var limits = HTTP2Limits()
    limits.streamWindowBytes = 64 << 10
    limits.connectionWindowBytes = 128 << 10
    let pair = SessionPair(client: limits, server: limits)
    pair.server.onRequest = { stream, handler in
      if stream.id < 40 { stream.pauseReceiving() } else { handler.onEnd = { stream.answer([7]) } }
    }
    for _ in 0..<20 {
      let (stream, _) = try pair.open()
      stream.send([UInt8](repeating: 1, count: 100_000))
    }
    pair.pump()
    let (stream, handler) = try pair.open()
    stream.send([UInt8](repeating: 2, count: 500_000))
    stream.finish()
    pair.pump()
    #expect(handler.messages == [[7]])
  }

  @Test("refuses a message over the limit by its announced size, before taking memory for it")
  func tooLarge() throws {
    var limits = HTTP2Limits()
    limits.messageBytesMax = 1000
    let pair = SessionPair(server: limits)
    let (stream, _) = try pair.open()
    stream.send([UInt8](repeating: 0, count: 1001))
    stream.send([1])
    stream.finish()
    pair.pump()
    #expect(pair.server.requests[0].handler.events == [.refused(.tooLarge(announced: 1001, limit: 1000))])
  }

  @Test("refuses a stream that ends inside a message, and flags that do not exist")
  func malformedMessages() throws {
    let pair = SessionPair()
    let (first, _) = try pair.open()
    first.send(raw: ByteSlice([0, 0, 0, 0, 5, 1, 2]))
    first.finish()
    let (second, _) = try pair.open()
    second.send(raw: ByteSlice([2, 0, 0, 0, 0]))
    second.finish()
    pair.pump()
    #expect(
      pair.server.requests.map(\.handler.events) == [
        [.refused(.malformed("the stream ended inside a message"))],
        [.refused(.malformed("a message begins with flag 2; only 0 and 1 exist"))],
      ])
  }

  @Test("a client's reset reaches the server, and the server's answer the client that still sends")
  func resets() throws {
    let pair = SessionPair()
    let (cancelled, cancelledHandler) = try pair.open()
    pair.pump()
    cancelled.reset(.cancel)
    pair.pump()
    #expect(pair.server.requests[0].handler.end == .reset(code: HTTP2ErrorCode.cancel.rawValue))
    #expect(cancelledHandler.end == .reset(code: HTTP2ErrorCode.cancel.rawValue))

    pair.server.onRequest = { stream, _ in stream.answer([1]) }
    let (_, handler) = try pair.open()
    pair.pump()
    #expect(handler.messages == [[1]])
    #expect(handler.end == .finished)
    #expect(pair.server.requests[1].handler.end == .finished)
  }

  @Test("a finished stream hands over what was held back for a slow reader")
  func finishedStreamKeepsNothingBack() throws {
    let pair = SessionPair()
    pair.server.onRequest = { stream, handler in handler.onEnd = { stream.answer([9]) } }
    let (stream, handler) = try pair.open()
    stream.pauseReceiving()
    stream.finish()
    pair.pump()
    #expect(handler.messages == [[9]])
    #expect(handler.events.suffix(2) == [.end, .closed(.finished)])
  }

  @Test("every open stream hears that the connection is lost, and those never sent that they may be tried again")
  func connectionLost() throws {
    let pair = SessionPair()
    let (_, sent) = try pair.open()
    pair.pump()
    let (_, unsent) = try pair.open()
    pair.client.session.close("cable cut")
    #expect(sent.end == .connectionLost("cable cut"))
    #expect(unsent.end == .unprocessed("cable cut"))
    #expect(pair.client.session.openStream(.request("/a.B/C"), handler: RecordingHandler()) == nil)
  }

  @Test("answers pings")
  func pings() {
    let pair = SessionPair()
    pair.server.session.ping(0x0102_0304_0506_0708)
    pair.pump()
    #expect(pair.server.pongs == [0x0102_0304_0506_0708])
  }

  @Test("a draining server serves what is under way, refuses what is new, and is then finished")
  func draining() throws {
    let pair = SessionPair()
    let (stream, handler) = try pair.open()
    pair.pump()
    pair.server.session.announceShutdown()
    pair.pump()
    #expect(pair.client.goAways.map(\.lastStreamID) == [.max])
    pair.server.session.refuseNewStreams()
    pair.pump()
    #expect(pair.client.goAways.map(\.lastStreamID) == [.max, 1])
    #expect(pair.client.session.openStream(.request("/a.B/C"), handler: RecordingHandler()) == nil)
    #expect(!pair.server.session.isFinished)
    stream.finish()
    pair.server.requests[0].stream.answer([1])
    pair.pump()
    #expect(handler.messages == [[1]])
    #expect(pair.server.session.isFinished)
  }

  @Test("a list of headers over the limit is counted but not kept")
  func longHeaders() throws {
    let pair = SessionPair()
    let more = (0..<30).map { ("x-long-\($0)", String(repeating: "v", count: 1000)) }
    let handler = RecordingHandler()
    var kept: (count: Int, bytes: Int) = (0, 0)
    pair.server.onRequest = { stream, _ in kept = (stream.incoming.count, stream.incoming.listBytes) }
    _ = pair.client.session.openStream(.request("/a.B/C", more), handler: handler)
    pair.pump()
    #expect(kept.count < 25)
    #expect(kept.bytes > 30_000)
  }

  @Test("the budget of the process refuses large messages when it is used up, and is given back")
  func budget() throws {
    let before = ReceiveBudget.shared.heldBytes
    let pair = SessionPair()
    let (stream, _) = try pair.open()
    pair.server.onRequest = nil
    stream.send([UInt8](repeating: 1, count: 100_000))
    pair.pump()
    var storage: ByteStorage? = MessageMemory.shared.storage(for: 50_000)
    MessageMemory.shared.charge(storage!, 50_000)
    #expect(ReceiveBudget.shared.heldBytes >= before)
    storage = nil
    #expect(pair.server.requests[0].handler.messages.first?.count == 100_000)
  }
}
