import InteropMessages
import Messages
import Model
import Runtime
import Transport

/// `grpc.testing.TestService` as gRPC's test descriptions want it. `UnimplementedCall` is left out on purpose.
enum TestService {
  static let initialKey = "x-grpc-test-echo-initial"
  static let trailingKey = "x-grpc-test-echo-trailing-bin"
  /// No tester asks for more; sizes come from outside.
  private static let payloadBytesMax: Int32 = 64 << 20

  static func register(on router: inout Router) {
    router.unary(GrpcTesting.TestService.emptyCall) { _, call in
      call.reply(GrpcTesting.Empty())
    }
    router.unary(GrpcTesting.TestService.unaryCall, unaryCall)
    router.unary(GrpcTesting.TestService.cacheableUnaryCall, unaryCall)
    router.stream(GrpcTesting.TestService.streamingInputCall) { SizeCounter($0) }
    router.serverStreaming(GrpcTesting.TestService.streamingOutputCall) { request, writer, context in
      echoMetadata(context)
      try await answer(request, writer)
    }
    router.bidirectional(GrpcTesting.TestService.fullDuplexCall) { requests, writer, context in
      echoMetadata(context)
      for try await request in requests { try await answer(request, writer) }
    }
    router.bidirectional(GrpcTesting.TestService.halfDuplexCall) { requests, writer, context in
      echoMetadata(context)
      var all: [GrpcTesting.StreamingOutputCallRequest] = []
      for try await request in requests { all.append(request) }
      for request in all { try await answer(request, writer) }
    }
  }

  private static func unaryCall(
    _ request: GrpcTesting.SimpleRequest, _ call: UnaryCall<GrpcTesting.SimpleResponse>
  ) {
    let metadata = call.context.metadata
    if let text = metadata.first(initialKey) { call.initialMetadata.add(initialKey, text) }
    if let bytes = metadata.firstBinary(trailingKey) { call.trailers.add(trailingKey, binary: bytes) }
    if let problem = compressionProblem(request.expectCompressed, wasCompressed: call.requestWasCompressed) {
      return call.fail(problem)
    }
    if let status = request.responseStatus, status.code != 0 { return call.fail(Status(echoing: status)) }
    do {
      call.isAnswerCompressed = request.responseCompressed?.value == true
      call.reply(GrpcTesting.SimpleResponse(payload: try payload(of: request.responseSize)))
    } catch {
      call.fail(error)
    }
  }

  private static func answer(
    _ request: GrpcTesting.StreamingOutputCallRequest,
    _ writer: ResponseWriter<GrpcTesting.StreamingOutputCallResponse>
  ) async throws {
    if let status = request.responseStatus, status.code != 0 { throw Status(echoing: status) }
    if request.responseParameters.contains(where: { $0.compressed?.value == true }) {
      writer.sendHeaders(mayCompress: true)
    }
    for wanted in request.responseParameters {
      if wanted.intervalUs > 0 { try await Task.sleep(for: .microseconds(wanted.intervalUs)) }
      try await writer.write(
        GrpcTesting.StreamingOutputCallResponse(payload: try payload(of: wanted.size)),
        compress: wanted.compressed?.value == true)
    }
  }

  private static func echoMetadata(_ context: CallContext) {
    let metadata = context.metadata
    if let text = metadata.first(initialKey) { context.answer?.initial.add(initialKey, text) }
    if let bytes = metadata.firstBinary(trailingKey) { context.answer?.trailers.add(trailingKey, binary: bytes) }
  }

  private static func payload(of size: Int32) throws(Status) -> GrpcTesting.Payload {
    guard (0...payloadBytesMax).contains(size) else {
      throw Status(.invalidArgument, "a payload of \(size) bytes cannot be made")
    }
    return GrpcTesting.Payload(body: [UInt8](repeating: 0, count: Int(size)))
  }

  /// What is wrong if a request that said how it would come came otherwise.
  fileprivate static func compressionProblem(
    _ expected: GrpcTesting.BoolValue?, wasCompressed: Bool
  ) -> Status? {
    guard let expected, expected.value != wasCompressed else { return nil }
    return Status(
      .invalidArgument, "the request came \(wasCompressed ? "" : "un")compressed, unlike its expect_compressed says")
  }
}

/// Adds up the sizes of the payloads that come.
private final class SizeCounter: StreamHandler {
  typealias Call = StreamCall<GrpcTesting.StreamingInputCallRequest, GrpcTesting.StreamingInputCallResponse>

  private let call: Call
  private var total: Int32 = 0

  init(_ call: Call) { self.call = call }

  func onMessage(_ request: GrpcTesting.StreamingInputCallRequest) {
    if let problem = TestService.compressionProblem(
      request.expectCompressed, wasCompressed: call.requestWasCompressed)
    {
      return call.finish(problem)
    }
    total &+= Int32(truncatingIfNeeded: request.payload?.body.count ?? 0)
  }

  func onHalfClose() {
    call.send(GrpcTesting.StreamingInputCallResponse(aggregatedPayloadSize: total))
    call.finish()
  }

  func onWritable() {}
  func onClosed(_ end: CallEnd) {}
}

extension Status {
  /// The status that a tester asks to be answered with.
  fileprivate init(echoing status: GrpcTesting.EchoStatus) {
    self.init(StatusCode(rawValue: Int(status.code)) ?? .unknown, status.message)
  }
}
