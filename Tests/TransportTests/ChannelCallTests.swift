import Messages
import Model
import Runtime
import Synchronization
import Testing

@testable import Transport

@Suite("Channel: calls", .timeLimit(.minutes(1)))
struct ChannelCallTests {
  private let client: ClientLoop

  init() throws { client = try ClientLoop() }

  @Test("a unary call brings the answer and its metadata, awaited and by callback, from any thread")
  func unary() async throws {
    let server = try await ClearServer { router in
      router.unary(Echo.unary) { request, call in
        call.initialMetadata.add("who", call.context.metadata.first("who") ?? "")
        call.trailers.add("raw-bin", binary: [1, 2])
        call.reply(request)
      }
    }
    let channel = client.channel([server.address.port])
    var options = CallOptions()
    options.metadata.add("who", "me")
    let request = Parcel(typeURL: "hello", value: [UInt8](repeating: 7, count: 200_000))
    let response = try await channel.respond(Echo.unary, request, options: options)
    #expect(response.message == request)
    #expect(response.initialMetadata.first("who") == "me")
    #expect(response.trailers.firstBinary("raw-bin") == [1, 2])
    #expect(!response.wasCompressed)
    let answer = Signal<(Result<Response<Parcel>, Status>, isOnLoop: Bool)>()
    let loop = client.loop
    channel.unary(Echo.unary, request) { answer.send(($0, loop.isCurrent)) }
    let (result, isOnLoop) = try await answer.next()
    #expect(try result.get().message == request)
    #expect(isOnLoop)
    #expect(await channel.state == .ready)
    await server.stop()
    client.stop()
  }

  @Test("a refusal comes back as it was given")
  func refusals() async throws {
    let refusal = Refusal(.unknownTopic, "no topic news", metadata: ["topic": "news"], field: "topic")
    let server = try await ClearServer { router in
      router.unary(Echo.unary) { _, call in call.fail(Status(refusal)) }
    }
    let channel = client.channel([server.address.port])
    let status = await failure { _ = try await channel.unary(Echo.unary, Parcel()) }
    #expect(status.code == .notFound)
    #expect(status.refusal == refusal)
    await server.stop()
    client.stop()
  }

  @Test("a deadline ends the call here and there")
  func deadline() async throws {
    let (begun, ended) = (Counter(), Signal<CallEnd>())
    let server = try await ClearServer { router in
      router.unary(Echo.hold) { _, call in
        begun.increment()
        call.onCancel = { ended.send($0) }
      }
    }
    let channel = client.channel([server.address.port])
    // A machine that is busy may not come to send a call within a short time: then a longer one.
    var timeout = Duration.milliseconds(20)
    while begun.value == 0 {
      timeout *= 2
      let options = CallOptions(timeout: timeout)
      let status = await failure { _ = try await channel.unary(Echo.hold, Parcel(), options: options) }
      #expect(status.code == .deadlineExceeded)
    }
    let end = try await ended.next()
    #expect(end == .deadlineExceeded || end == .cancelled)
    await server.stop()
    client.stop()
  }

  @Test("a cancelled task cancels its call, before and after it was made")
  func cancellation() async throws {
    let begun = Signal<Void>()
    let ended = Signal<CallEnd>()
    let server = try await ClearServer { router in
      router.unary(Echo.hold) { _, call in
        call.onCancel = { ended.send($0) }
        begun.send()
      }
    }
    let channel = client.channel([server.address.port])
    let task = Task { await failure { _ = try await channel.unary(Echo.hold, Parcel()) } }
    try await begun.next()
    task.cancel()
    #expect(await task.value.code == .cancelled)
    #expect(try await ended.next() == .cancelled)
    let late = Task {
      while !Task.isCancelled { await Task.yield() }
      return await failure { _ = try await channel.unary(Echo.hold, Parcel()) }
    }
    late.cancel()
    #expect(await late.value.code == .cancelled)
    await server.stop()
    client.stop()
  }

  @Test("a server that sends faster than its reader reads is held")
  func slowReader() async throws {
    let sent = Atomic<Int>(0)
    let server = try await ClearServer { router in
      router.serverStreaming(Echo.download) { request, writer, _ in
        for number in 0..<400 {
          try await writer.write(Parcel(typeURL: "\(number)", value: [UInt8](repeating: 1, count: 64 << 10)))
          sent.store(number + 1, ordering: .relaxed)
        }
      }
    }
    let channel = client.channel([server.address.port]) { $0.streamWindowBytes = 512 << 10 }
    let stream = channel.stream(Echo.download)
    try await stream.send(Parcel())
    stream.finishSending()
    #expect(try await stream.next()?.typeURL == "0")
    // The whole is 25 MB; window, queues and the sockets' buffers hold a fraction.
    var seen = -1
    while seen != sent.load(ordering: .relaxed) {
      seen = sent.load(ordering: .relaxed)
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(seen < 300)
    var count = 1
    for try await parcel in stream {
      #expect(parcel.typeURL == "\(count)")
      count += 1
    }
    #expect(count == 400)
    await server.stop()
    client.stop()
  }

  @Test("a client that sends faster than the server reads is held")
  func slowServer() async throws {
    let gate = Signal<Void>()
    let server = try await ClearServer(options: { $0.streamWindowBytes = 256 << 10 }) { router in
      router.clientStreaming(Echo.upload) { requests, _ in
        try await gate.next()
        var count = 0
        for try await _ in requests { count += 1 }
        return Parcel(typeURL: "\(count)")
      }
    }
    let channel = client.channel([server.address.port])
    let stream = channel.stream(Echo.upload)
    let sent = Counter()
    let sender = Task {
      for _ in 0..<400 {
        try await stream.send(Parcel(value: [UInt8](repeating: 1, count: 64 << 10)))
        sent.increment()
      }
      stream.finishSending()
    }
    var seen = -1
    while seen != sent.value || seen == 0 {
      seen = sent.value
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(seen < 300)
    gate.send()
    #expect(try await stream.next()?.typeURL == "400")
    try await sender.value
    #expect(await stream.status == .ok)
    await server.stop()
    client.stop()
  }

  @Test("answers that fill the window and the end behind them reach a reader that comes late")
  func lateReader() async throws {
    let done = Signal<Void>()
    let server = try await ClearServer { router in
      router.serverStreaming(Echo.download) { _, writer, _ in
        for number in 0..<200 { try await writer.write(Parcel(typeURL: "\(number)")) }
        done.send()
      }
    }
    let channel = client.channel([server.address.port])
    let stream = channel.stream(Echo.download)
    try await stream.send(Parcel())
    stream.finishSending()
    try await done.next()
    #expect(await stream.status == .ok)
    var found: [String] = []
    for try await parcel in stream { found.append(parcel.typeURL) }
    #expect(found == (0..<200).map { "\($0)" })
    await server.stop()
    client.stop()
  }

  @Test("a stream that nobody holds any more is cancelled")
  func dropped() async throws {
    let begun = Signal<Void>()
    let ended = Signal<Bool>()
    let server = try await ClearServer { router in
      router.bidirectional(Echo.both) { requests, writer, _ in
        begun.send()
        do {
          for try await _ in requests {}
          ended.send(false)
        } catch { ended.send(true) }
      }
    }
    let channel = client.channel([server.address.port])
    do {
      let stream = channel.stream(Echo.both)
      try await stream.send(Parcel())
      try await begun.next()
    }
    #expect(try await ended.next())
    await server.stop()
    client.stop()
  }

  @Test("a channel that nobody holds any more lets its calls end")
  func droppedChannel() async throws {
    let server = try await ClearServer { router in
      router.unary(Echo.unary) { request, call in call.reply(request) }
    }
    let stream = client.channel([server.address.port]).stream(Echo.unary)
    try await stream.send(Parcel(typeURL: "x"))
    stream.finishSending()
    #expect(try await stream.next()?.typeURL == "x")
    #expect(try await stream.next() == nil)
    await server.stop()
    client.stop()
  }

  @Test("an answer over the limit fails its call alone")
  func tooLarge() async throws {
    let server = try await ClearServer { router in
      router.unary(Echo.unary) { request, call in
        call.isAnswerCompressed = request.typeURL == "gzip"
        call.reply(Parcel(value: [UInt8](repeating: 0, count: Int(request.value.first ?? 0) << 10)))
      }
    }
    let channel = client.channel([server.address.port]) { $0.messageBytesMax = 100 << 10 }
    for kind in ["", "gzip"] {
      let status = await failure { _ = try await channel.unary(Echo.unary, Parcel(typeURL: kind, value: [101])) }
      #expect(status.code == .resourceExhausted)
      #expect(try await channel.unary(Echo.unary, Parcel(typeURL: kind, value: [99])).value.count == 99 << 10)
    }
    await server.stop()
    client.stop()
  }

  @Test("callback streams hear headers, messages in order and the end")
  func callbacks() async throws {
    let server = try await ClearServer { router in
      router.bidirectional(Echo.both) { requests, writer, _ in
        for try await request in requests { try await writer.write(request) }
      }
    }
    let channel = client.channel([server.address.port])
    let ended = Signal<[String]>()
    client.loop.execute {
      let recorder = Recorder(ended)
      let call: ClientStreamCall<Parcel, Parcel> = channel.open(Echo.both, handler: recorder)
      for number in 0..<3 { call.send(Parcel(typeURL: "\(number)")) }
      call.finishSending()
    }
    #expect(try await ended.next() == ["headers", "0", "1", "2", "ok"])
    await server.stop()
    client.stop()
  }

  private final class Recorder: ClientStreamHandler {
    private var events: [String] = []
    private let done: Signal<[String]>

    init(_ done: Signal<[String]>) { self.done = done }

    func onHeaders(_ metadata: Metadata) { events.append("headers") }
    func onMessage(_ message: Parcel) { events.append(message.typeURL) }
    func onWritable() { events.append("writable") }
    func onClosed(_ status: Status) { done.send(events + ["\(status)"]) }
  }
}

/// Counts, on any thread.
final class Counter: Sendable {
  private let count = Atomic<Int>(0)
  var value: Int { count.load(ordering: .relaxed) }
  func increment() { count.wrappingAdd(1, ordering: .relaxed) }
}
