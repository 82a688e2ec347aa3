import Messages
import Model
import Runtime
import Testing

@testable import Transport

@Suite("a server")
struct ServerTests {
  @Test("answers inline, and from a task, on one loop and on two", arguments: [1, 2])
  func unary(loops: Int) async throws {
    let server = try await TestServer(loops: loops) { router in
      router.unary(TestMethods.unary) { question, call in
        call.trailers.add("x-length", "\(question.service.utf8.count)")
        call.reply(Answer(question.service.utf8.count))
      }
      router.unary(
        Method<Question, Answer>(path: "/test.Test/Task", kind: .unary),
        async: { question, context in
          await Task.yield()
          context.answer?.initial.add("x-peer", context.peer?.uriNames.first ?? "nobody")
          context.answer?.trailers.add("x-echo", context.metadata.first("x-word") ?? "nothing")
          return Answer(7)
        })
    }
    let channel = server.channel()
    let inline = try await channel.respond(TestMethods.unary, Question(service: "four"))
    #expect(inline.message.number == 4)
    #expect(inline.trailers.first("x-length") == "4")
    var metadata = Metadata()
    metadata.add("x-word", "swordfish")
    let task = try await channel.respond(
      Method<Question, Answer>(path: "/test.Test/Task", kind: .unary), Question(),
      options: CallOptions(metadata: metadata))
    #expect(task.message.number == 7)
    #expect(task.initialMetadata.first("x-peer") == "newswire://test/client/alice")
    #expect(task.trailers.first("x-echo") == "swordfish")
  }

  @Test("speaks HTTP/2 in the clear if it is told to")
  func inTheClear() async throws {
    let server = try await TestServer(inTheClear: true) { router in
      router.unary(TestMethods.unary) { question, call in call.reply(Answer(question.service.utf8.count)) }
    }
    let text = String(repeating: "x", count: 1_000_000)
    let channel = Channel(host: "127.0.0.1", port: server.address.port, tls: nil, loop: server.clients.loops[0])
    #expect(try await channel.unary(TestMethods.unary, Question(service: text)).number == 1_000_000)
  }

  @Test("answers what a handler throws")
  func failures() async throws {
    let server = try await TestServer { router in
      router.unary(
        TestMethods.unary,
        async: { question, _ in
          if question.service == "refusal" { throw Refusal(.unknownTopic, "there is no topic x") }
          if question.service == "status" { throw Status(.aborted, "no ☃ today") }
          throw CancellationError()
        })
    }
    let channel = server.channel()
    func status(_ text: String) async -> Status? {
      do throws(Status) {
        _ = try await channel.unary(TestMethods.unary, Question(service: text))
        return nil
      } catch { return error }
    }
    let refused = await status("refusal")
    #expect(refused?.code == .notFound)
    #expect(refused?.refusal?.reason == .unknownTopic)
    let aborted = await status("status")
    #expect(aborted?.code == .aborted && aborted?.message == "no ☃ today")
    #expect(await status("cancelled")?.code == .cancelled)
  }

  @Test("streams both ways")
  func streams() async throws {
    let server = try await TestServer { router in
      router.serverStreaming(
        TestMethods.serverStreaming,
        async: { question, writer, _ in
          for number in 0..<question.service.utf8.count { try await writer.write(Answer(number)) }
        })
      router.clientStreaming(
        TestMethods.clientStreaming,
        async: { questions, _ in
          var sum = 0
          for try await question in questions { sum += question.service.utf8.count }
          return Answer(sum)
        })
      router.bidirectional(
        TestMethods.bidirectional,
        async: { questions, writer, _ in
          for try await question in questions { try await writer.write(Answer(question.service.utf8.count)) }
        })
    }
    let channel = server.channel()
    let down = channel.stream(TestMethods.serverStreaming)
    try await down.send(Question(service: "abcde"))
    down.finishSending()
    var numbers: [Int] = []
    for try await answer in down { numbers.append(answer.number) }
    #expect(numbers == [0, 1, 2, 3, 4])

    let up = channel.stream(TestMethods.clientStreaming)
    for _ in 0..<100 { try await up.send(Question(service: "ab")) }
    up.finishSending()
    #expect(try await up.next()?.number == 200)

    let both = channel.stream(TestMethods.bidirectional)
    for length in 0..<50 {
      try await both.send(Question(service: String(repeating: "x", count: length)))
      #expect(try await both.next()?.number == length)
    }
    both.finishSending()
    #expect(try await both.next() == nil)
  }

  @Test("tells a handler that nobody waits any more: deadline, cancellation")
  func cancellation() async throws {
    let journal = Journal()
    let server = try await TestServer { router in
      router.unary(TestMethods.unary) { _, call in
        journal.add("called")
        call.onCancel = { end in journal.add("over: \(end), \(call.isCancelled)") }
      }
    }
    let channel = server.channel()
    // On a busy machine a call can be over before it arrives: then another one gets more time.
    var timeout = Duration.milliseconds(50)
    repeat {
      let options = CallOptions(timeout: timeout)
      let late = await #expect(throws: Status.self) {
        try await channel.unary(TestMethods.unary, Question(), options: options)
      }
      #expect(late?.code == .deadlineExceeded)
      timeout *= 2
    } while !journal.all.contains("called") && timeout < .seconds(30)
    #expect(await journal.contains(anyOf: ["over: deadlineExceeded, true", "over: cancelled, true"]))
    let calls = journal.all.count { $0 == "called" }
    let task = Task { try await channel.unary(TestMethods.unary, Question()) }
    while journal.all.count(where: { $0 == "called" }) == calls { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    #expect(await journal.contains("over: cancelled, true"))
  }

  @Test("ends a call at its deadline even if the caller does not")
  func ownDeadline() async throws {
    let journal = Journal()
    let server = try await TestServer { router in
      router.unary(TestMethods.unary) { _, call in call.onCancel = { journal.add("over: \($0)") } }
    }
    let answer = try await server.raw(
      grpcHeaders(TestMethods.unary.path, [("grpc-timeout", "20m")]), body: [0, 0, 0, 0, 0])
    #expect(answer.headers["grpc-status"] == "4")
    #expect(await journal.contains("over: deadlineExceeded"))
  }

  @Test("a slow reader holds the writer")
  func backPressure() async throws {
    let written = Journal()
    let server = try await TestServer { router in
      router.unary(TestMethods.unary) { _, call in call.reply(Answer(1)) }
      router.serverStreaming(
        Method<Question, Question>(path: "/test.Test/Flood", kind: .serverStreaming),
        async: { _, writer, _ in
          for _ in 0..<200 {
            try await writer.write(Question(service: String(repeating: "x", count: 100_000)))
            written.add("one")
          }
        })
    }
    let channel = server.channel {
      $0.streamWindowBytes = 256 << 10
      $0.connectionWindowBytes = 1 << 20
    }
    let stream = channel.stream(Method<Question, Question>(path: "/test.Test/Flood", kind: .serverStreaming))
    try await stream.send(Question())
    stream.finishSending()
    _ = try await stream.next()
    try await Task.sleep(for: .milliseconds(200))
    let held = written.all.count
    #expect(held < 60)
    #expect(try await channel.unary(TestMethods.unary, Question()).number == 1)
    var rest = 1
    for try await _ in stream { rest += 1 }
    #expect(rest == 200)
    #expect(written.all.count == 200)
  }

  @Test("asks who may call, once per call and before the handler")
  func authorization() async throws {
    let server = try await TestServer { router in
      router.authorize = { context in
        context.path == TestMethods.unary.path ? Status(.permissionDenied, "not you, \(context.peer!)") : nil
      }
      router.unary(TestMethods.unary) { _, call in call.reply(Answer(1)) }
    }
    let denied = await #expect(throws: Status.self) { try await server.channel().unary(TestMethods.unary, Question()) }
    #expect(denied?.code == .permissionDenied)
    #expect(denied?.message == "not you, newswire://test/client/alice")
  }

  @Test("answers in HTTP's own terms what is no gRPC, and in gRPC's what it cannot serve")
  func nonsense() async throws {
    let server = try await TestServer { router in
      router.unary(TestMethods.unary) { _, call in call.reply(Answer(1)) }
    }
    let path = TestMethods.unary.path
    func status(_ fields: [(String, String)], _ body: [UInt8] = []) async throws -> [String?] {
      let answer = try await server.raw(fields, body: body)
      return [answer.headers[":status"], answer.headers["grpc-status"] ?? answer.trailers["grpc-status"]]
    }
    func plain(_ method: String, _ path: String, _ type: String) -> [(String, String)] {
      [
        (":method", method), (":scheme", "https"), (":authority", "localhost"), (":path", path),
        ("content-type", type),
      ]
    }
    #expect(try await status(plain("GET", "/", "text/html")) == ["404", nil])
    #expect(try await status(plain("GET", path, "application/grpc")) == ["405", nil])
    #expect(try await status(plain("POST", path, "application/json"), [1]) == ["415", nil])
    #expect(try await status(plain("POST", path, "application/grpcx"), [1]) == ["415", nil])
    let message: [UInt8] = [0, 0, 0, 0, 0]
    #expect(try await status(grpcHeaders("/no.Such/Method"), message) == ["200", "12"])
    #expect(try await status(grpcHeaders(path, [("grpc-encoding", "snappy")]), message) == ["200", "12"])
    #expect(try await status(grpcHeaders(path, [("grpc-timeout", "soon")]), message) == ["200", "13"])
    #expect(try await status(grpcHeaders(path, [("x-some-bin", "$$")]), message) == ["200", "13"])
    #expect(
      try await status(grpcHeaders(path, [("x-long", String(repeating: "v", count: 17_000))]), message) == ["200", "8"])
    #expect(try await status(grpcHeaders(path), []) == ["200", "13"])
    #expect(try await status(grpcHeaders(path), message + message) == ["200", "13"])
    #expect(try await status(grpcHeaders(path), [0, 0, 0, 0, 2, 0xff, 0xff]) == ["200", "3"])
    #expect(try await status(grpcHeaders(path), [1, 0, 0, 0, 1, 0]) == ["200", "13"])
    #expect(try await status(grpcHeaders(path, [("te", "trailers")]), message) == ["200", "0"])
    #expect(try await status(plain("POST", path, "application/grpc+proto"), message) == ["200", "0"])
  }

  @Test("refuses callers without a certificate and says so")
  func anonymousCaller() async throws {
    let server = try await TestServer { router in
      router.unary(TestMethods.unary) { _, call in call.reply(Answer(1)) }
    }
    let refused = await #expect(throws: Status.self) {
      try await server.channel(anonymous: true).unary(TestMethods.unary, Question())
    }
    #expect(refused?.code == .unavailable)
    #expect(await server.reports.contains("handshakeFailed: TLS: the caller showed no certificate"))
  }

  @Test("closes connections beyond its limit, and those that never get going")
  func connectionLimits() async throws {
    var options = ServerOptions()
    options.connectionsMax = 1
    options.handshakeTimeout = .milliseconds(50)
    let server = try await TestServer(options: options) { router in
      router.unary(TestMethods.unary) { _, call in call.reply(Answer(1)) }
    }
    let loop = server.clients.loops[0]
    let port = server.address.port
    loop.execute { loop.connect(to: "127.0.0.1", port: port, timeout: .seconds(1)) { _ in } }
    #expect(await server.reports.contains("handshakeFailed: the handshake was not done within 50 ms"))
    let first = server.channel()
    #expect(try await first.unary(TestMethods.unary, Question()).number == 1)
    #expect(server.server.connectionCount == 1)
    let second = await #expect(throws: Status.self) { try await server.channel().unary(TestMethods.unary, Question()) }
    #expect(second?.code == .unavailable)
    #expect(await server.reports.contains("overLimit: there are 1 connections already"))
  }

  @Test("shuts down: running calls end well, those that take too long do not, new ones find nobody")
  func shutdown() async throws {
    let journal = Journal()
    let server = try await TestServer { router in
      router.unary(
        TestMethods.unary,
        async: { question, _ in
          journal.add("begun \(question.service)")
          try await Task.sleep(for: question.service == "long" ? .seconds(60) : .milliseconds(150))
          return Answer(1)
        })
    }
    let channel = server.channel()
    async let short = channel.unary(TestMethods.unary, Question(service: "short"))
    let long = Task { try await channel.unary(TestMethods.unary, Question(service: "long")) }
    #expect(await journal.contains("begun short"))
    #expect(await journal.contains("begun long"))
    await server.server.shutdown(grace: .milliseconds(400))
    #expect(try await short.number == 1)
    let aborted = await #expect(throws: Status.self) { try await long.value }
    #expect(aborted?.code == .unavailable && aborted?.message == "the server is shutting down")
    #expect(server.server.connectionCount == 0)
    await #expect(throws: Status.self) { try await server.channel().unary(TestMethods.unary, Question()) }
  }

  private func grpcHeaders(_ path: String, _ more: [(String, String)] = []) -> [(String, String)] {
    [
      (":method", "POST"), (":scheme", "https"), (":authority", "localhost"), (":path", path),
      ("content-type", "application/grpc"),
    ] + more
  }
}
