import InteropMessages
import Model
import Transport

/// What a case found that should not be.
struct CaseFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// The cases of gRPC's interoperability test descriptions, by their published names.
struct TestCases: Sendable {
  typealias Body = @Sendable (TestCases) async throws -> Void

  let soak: SoakOptions
  let makeChannel: @Sendable () -> Channel

  /// Every case, in the order of the descriptions.
  private static let table: [(name: String, body: Body)] = [
    ("empty_unary", { try await $0.emptyUnary() }), ("large_unary", { try await $0.largeUnary() }),
    ("client_compressed_unary", { try await $0.clientCompressedUnary() }),
    ("server_compressed_unary", { try await $0.serverCompressedUnary() }),
    ("client_streaming", { try await $0.clientStreaming() }),
    ("client_compressed_streaming", { try await $0.clientCompressedStreaming() }),
    ("server_streaming", { try await $0.serverStreaming() }),
    ("server_compressed_streaming", { try await $0.serverCompressedStreaming() }),
    ("ping_pong", { try await $0.pingPong() }), ("empty_stream", { try await $0.emptyStream() }),
    ("custom_metadata", { try await $0.customMetadata() }),
    ("status_code_and_message", { try await $0.statusCodeAndMessage() }),
    ("special_status_message", { try await $0.specialStatusMessage() }),
    ("unimplemented_method", { try await $0.unimplementedMethod() }),
    ("unimplemented_service", { try await $0.unimplementedService() }),
    ("cancel_after_begin", { try await $0.cancelAfterBegin() }),
    ("cancel_after_first_response", { try await $0.cancelAfterFirstResponse() }),
    ("timeout_on_sleeping_server", { try await $0.timeoutOnSleepingServer() }),
    ("rpc_soak", { try await $0.rpcSoak() }), ("channel_soak", { try await $0.channelSoak() }),
  ]

  /// The names of all cases, in order.
  static let names = table.map(\.name)
  /// The cases by name.
  static let all = Dictionary(uniqueKeysWithValues: table.map { ($0.name, $0.body) })
}

typealias Service = GrpcTesting.TestService

/// What the descriptions call a payload: that many zeros.
func zeros(_ count: Int) -> GrpcTesting.Payload { GrpcTesting.Payload(body: [UInt8](repeating: 0, count: count)) }

/// Fails the case unless both are the same.
func expect<Value: Equatable>(_ found: Value, _ wanted: Value, _ what: String) throws {
  guard found == wanted else { throw CaseFailure("\(what): \(found) instead of \(wanted)") }
}

/// Fails the case unless the payload is that many zeros.
func expect(_ payload: GrpcTesting.Payload?, zeros count: Int) throws {
  guard let payload else { throw CaseFailure("no payload") }
  try expect(payload.body.count, count, "bytes of payload")
  guard payload.body.allSatisfy({ $0 == 0 }) else { throw CaseFailure("the payload is not all zeros") }
}

/// Fails the case unless the body fails with this code, and this message if one is given.
func expectStatus(
  _ code: StatusCode, _ message: String? = nil, _ body: () async throws(Status) -> Void
) async throws {
  do {
    try await body()
  } catch {
    try expect(error.code, code, "status (\(error.message))")
    if let message { try expect(error.message, message, "message") }
    return
  }
  throw CaseFailure("the call ended well instead of with \(code)")
}
