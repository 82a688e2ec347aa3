import InteropMessages
import Model
import Transport

/// Metadata, status, cancellation, deadlines.
extension TestCases {
  func customMetadata() async throws {
    let channel = makeChannel()
    var metadata = Metadata()
    metadata.add(TestService.initialKey, "test_initial_metadata_value")
    metadata.add(TestService.trailingKey, binary: [0xab, 0xab, 0xab])
    let options = CallOptions(metadata: metadata)
    let answer = try await channel.respond(
      Service.unaryCall, GrpcTesting.SimpleRequest(responseSize: 314_159, payload: zeros(271_828)), options: options)
    try expectEcho(answer.initialMetadata, answer.trailers)
    let stream = channel.stream(Service.fullDuplexCall, options: options)
    try await stream.send(
      GrpcTesting.StreamingOutputCallRequest(responseParameters: [.init(size: 314_159)], payload: zeros(271_828)))
    stream.finishSending()
    try expect(try await stream.next()?.payload, zeros: 314_159)
    guard try await stream.next() == nil else { throw CaseFailure("an answer too many") }
    try expectEcho(try await stream.initialMetadata, await stream.status.trailers)
  }

  private func expectEcho(_ initial: Metadata, _ trailers: Metadata) throws {
    try expect(initial.first(TestService.initialKey), "test_initial_metadata_value", "initial metadata")
    try expect(trailers.firstBinary(TestService.trailingKey), [0xab, 0xab, 0xab], "trailing metadata")
  }

  func statusCodeAndMessage() async throws {
    let channel = makeChannel()
    let wanted = GrpcTesting.EchoStatus(code: 2, message: "test status message")
    try await expectStatus(.unknown, wanted.message) { () async throws(Status) in
      _ = try await channel.unary(Service.unaryCall, GrpcTesting.SimpleRequest(responseStatus: wanted))
    }
    let stream = channel.stream(Service.fullDuplexCall)
    try await expectStatus(.unknown, wanted.message) { () async throws(Status) in
      try await stream.send(GrpcTesting.StreamingOutputCallRequest(responseStatus: wanted))
      stream.finishSending()
      while try await stream.next() != nil {}
    }
  }

  func cancelAfterBegin() async throws {
    let stream = makeChannel().stream(Service.streamingInputCall)
    stream.cancel()
    try expect(await stream.status.code, .cancelled, "status")
  }

  func cancelAfterFirstResponse() async throws {
    let stream = makeChannel().stream(Service.fullDuplexCall)
    try await stream.send(
      GrpcTesting.StreamingOutputCallRequest(responseParameters: [.init(size: 31_415)], payload: zeros(27_182)))
    try expect(try await stream.next()?.payload, zeros: 31_415)
    stream.cancel()
    try expect(await stream.status.code, .cancelled, "status")
  }

  func timeoutOnSleepingServer() async throws {
    let stream = makeChannel().stream(Service.fullDuplexCall, options: CallOptions(timeout: .milliseconds(1)))
    try await expectStatus(.deadlineExceeded) { () async throws(Status) in
      try await stream.send(GrpcTesting.StreamingOutputCallRequest(payload: zeros(27_182)))
      while try await stream.next() != nil {}
    }
  }
}
