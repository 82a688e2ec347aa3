import InteropMessages
import Model
import Transport

/// Streams of requests, of answers, of both.
extension TestCases {
  private typealias Output = GrpcTesting.StreamingOutputCallRequest

  func clientStreaming() async throws {
    let stream = makeChannel().stream(Service.streamingInputCall)
    for size in [27_182, 8, 1_828, 45_904] {
      try await stream.send(GrpcTesting.StreamingInputCallRequest(payload: zeros(size)))
    }
    try await expectTotal(74_922, stream)
  }

  func clientCompressedStreaming() async throws {
    let channel = makeChannel()
    let compressed = GrpcTesting.StreamingInputCallRequest(
      payload: zeros(27_182), expectCompressed: .init(value: true))
    let plain = GrpcTesting.StreamingInputCallRequest(
      payload: zeros(45_904), expectCompressed: .init(value: false))
    let lying = channel.stream(Service.streamingInputCall)
    try await expectStatus(.invalidArgument) { () async throws(Status) in
      try await lying.send(compressed)
      lying.finishSending()
      _ = try await lying.next()
    }
    let stream = channel.stream(Service.streamingInputCall, options: CallOptions(compress: true))
    try await stream.send(compressed)
    try await stream.send(plain, compress: false)
    try await expectTotal(73_086, stream)
  }

  func serverStreaming() async throws {
    let sizes = [31_415, 9, 2_653, 58_979]
    let stream = makeChannel().stream(Service.streamingOutputCall)
    try await stream.send(Output(responseParameters: sizes.map { .init(size: Int32($0)) }))
    stream.finishSending()
    var found = 0
    for try await answer in stream {
      guard found < sizes.count else { throw CaseFailure("more than \(sizes.count) answers") }
      try expect(answer.payload, zeros: sizes[found])
      found += 1
    }
    try expect(found, sizes.count, "answers")
  }

  func serverCompressedStreaming() async throws {
    let wanted = [(31_415, true), (92_653, false)]
    let stream = makeChannel().stream(Service.streamingOutputCall)
    try await stream.send(
      Output(responseParameters: wanted.map { .init(size: Int32($0.0), compressed: .init(value: $0.1)) }))
    stream.finishSending()
    for (size, compress) in wanted {
      guard let answer = try await stream.nextReceived() else { throw CaseFailure("an answer is missing") }
      try expect(answer.wasCompressed, compress, "the answer's compression")
      try expect(answer.message.payload, zeros: size)
    }
    try await expectEnd(stream)
  }

  func pingPong() async throws {
    let stream = makeChannel().stream(Service.fullDuplexCall)
    for (request, answer) in [(27_182, 31_415), (8, 9), (1_828, 2_653), (45_904, 58_979)] {
      try await stream.send(Output(responseParameters: [.init(size: Int32(answer))], payload: zeros(request)))
      try expect(try await stream.next()?.payload, zeros: answer)
    }
    stream.finishSending()
    try await expectEnd(stream)
  }

  func emptyStream() async throws {
    let stream = makeChannel().stream(Service.fullDuplexCall)
    stream.finishSending()
    try await expectEnd(stream)
  }

  private func expectTotal(
    _ total: Int32,
    _ stream: ClientStream<GrpcTesting.StreamingInputCallRequest, GrpcTesting.StreamingInputCallResponse>
  ) async throws {
    stream.finishSending()
    try expect(try await stream.next()?.aggregatedPayloadSize, total, "the sum of sizes")
    try await expectEnd(stream)
  }

  private func expectEnd<Request, Answer>(_ stream: ClientStream<Request, Answer>) async throws {
    guard try await stream.next() == nil else { throw CaseFailure("an answer too many") }
    try expect(await stream.status.code, .ok, "status")
  }
}
