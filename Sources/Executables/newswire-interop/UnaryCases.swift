import InteropMessages
import Model
import Transport

/// One request, one answer.
extension TestCases {
  func emptyUnary() async throws {
    _ = try await makeChannel().unary(Service.emptyCall, GrpcTesting.Empty())
  }

  func largeUnary() async throws {
    try await largeCall(makeChannel())
  }

  func clientCompressedUnary() async throws {
    let channel = makeChannel()
    var request = GrpcTesting.SimpleRequest(responseSize: 314_159, payload: zeros(271_828))
    request.expectCompressed = .init(value: true)
    let lying = request
    try await expectStatus(.invalidArgument) { () async throws(Status) in
      _ = try await channel.unary(Service.unaryCall, lying)
    }
    for compress in [true, false] {
      request.expectCompressed = .init(value: compress)
      let answer = try await channel.unary(Service.unaryCall, request, options: CallOptions(compress: compress))
      try expect(answer.payload, zeros: 314_159)
    }
  }

  func serverCompressedUnary() async throws {
    let channel = makeChannel()
    for compress in [true, false] {
      var request = GrpcTesting.SimpleRequest(responseSize: 314_159, payload: zeros(271_828))
      request.responseCompressed = .init(value: compress)
      let answer = try await channel.respond(Service.unaryCall, request)
      try expect(answer.wasCompressed, compress, "the answer's compression")
      try expect(answer.message.payload, zeros: 314_159)
    }
  }

  func unimplementedMethod() async throws {
    let channel = makeChannel()
    try await expectStatus(.unimplemented) { () async throws(Status) in
      _ = try await channel.unary(Service.unimplementedCall, GrpcTesting.Empty())
    }
  }

  func unimplementedService() async throws {
    let channel = makeChannel()
    try await expectStatus(.unimplemented) { () async throws(Status) in
      _ = try await channel.unary(GrpcTesting.UnimplementedService.unimplementedCall, GrpcTesting.Empty())
    }
  }

  func specialStatusMessage() async throws {
    let channel = makeChannel()
    let message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
    let request = GrpcTesting.SimpleRequest(responseStatus: .init(code: 2, message: message))
    try await expectStatus(.unknown, message) { () async throws(Status) in
      _ = try await channel.unary(Service.unaryCall, request)
    }
  }

  /// The call that `large_unary` and the soaks make.
  func largeCall(
    _ channel: Channel, requestSize: Int = 271_828, responseSize: Int32 = 314_159, options: CallOptions = CallOptions()
  ) async throws {
    let request = GrpcTesting.SimpleRequest(responseSize: responseSize, payload: zeros(requestSize))
    let answer = try await channel.unary(Service.unaryCall, request, options: options)
    try expect(answer.payload, zeros: Int(responseSize))
  }
}
