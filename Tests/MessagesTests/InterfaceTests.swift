import Bytes
import InteropMessages
import Messages
import Testing

@Suite("The interface")
struct InterfaceTests {
  /// The bytes of `full` with a payload, written by Google's own implementation.
  static let foreign = """
    08ffffffffffffffffff01108080808080808080800118ffffffff0f20ffffffffffffffffff01280330ffffffffffffffffff013d07000000\
    4108000000000000004df7ffffff51f6ffffffffffffff5d0000c03f61000000000000d0bf6801720c6772c3bcc39f6520f09f979e7a0200ff\
    8001ffffffffffffffffff018a0108080112046c65616692010c0001ffffffffffffffffff019a010b01feffffffffffffffff01a201100100\
    000000000000ffffffffffffffffaa01080000000000002040b201020100ba010c01ffffffffffffffffff0100c20100c2010161ca0100ca01\
    0101d20100d201090a0208020a03120178da01070802120374776fda010d08ffffffffffffffffff011200e201070a016212020803e201040a\
    001200e80100f20100c23e03070809
    """

  @Test("what another implementation wrote is read")
  func foreignBytes() throws {
    let digits = Array(Self.foreign.utf8)
    let bytes = try stride(from: 0, to: digits.count, by: 2).map { index in
      try #require(UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16))
    }
    var expected = full
    expected.payload = .bytes(ByteSlice([7, 8, 9]))
    #expect(try Everything(decoding: bytes) == expected)
  }

  @Test("a produce in batches is what the interface says, byte by byte")
  func produceBytes() {
    let request = NewswireV1.ProduceRequest(
      topic: "t", partition: 0, acks: .all, correlationID: 5, batches: .bytes(ByteSlice([1, 2])))
    #expect(request.serialized == [0x0A, 1, 0x74, 0x18, 0, 0x20, 3, 0x38, 5, 0xC2, 0x3E, 2, 1, 2])
  }

  @Test("methods have gRPC's paths and kinds")
  func methods() {
    #expect(NewswireV1.Broker.produce.path == "/newswire.v1.Broker/Produce")
    #expect(NewswireV1.Broker.produce.kind == .unary)
    #expect(NewswireV1.Broker.produceStream.kind == .bidirectional)
    #expect(NewswireV1.Broker.consume.kind == .serverStreaming)
    #expect(GrpcTesting.TestService.streamingInputCall.kind == .clientStreaming)
    #expect(NewswireV1.Metadata.methods.map(\.path).contains("/newswire.v1.Metadata/WatchTopics"))
    #expect(GrpcHealthV1.Health.serviceName == "grpc.health.v1.Health")
    #expect(GrpcReflectionV1Alpha.ServerReflection.serverReflectionInfo.path.hasPrefix("/grpc.reflection.v1alpha."))
  }

  @Test("a status carries its details, packed as Any")
  func statusDetails() throws {
    let info = GoogleRpc.ErrorInfo(
      reason: "NOT_LEADER", domain: "newswire", metadata: ["leader_address": "b:9191", "leader_epoch": "4"])
    let retry = GoogleRpc.RetryInfo(retryDelay: .init(.milliseconds(250)))
    let status = GoogleRpc.Status(code: 14, message: "no", details: [.init(packing: info), .init(packing: retry)])
    let received = try GoogleRpc.Status(decoding: status.serialized)
    #expect(received.details[0].typeURL == "type.googleapis.com/google.rpc.ErrorInfo")
    #expect(try received.details[0].unpacked(as: GoogleRpc.ErrorInfo.self) == info)
    #expect(try received.details[1].unpacked(as: GoogleRpc.ErrorInfo.self) == nil)
    #expect(try received.details[1].unpacked(as: GoogleRpc.RetryInfo.self)?.retryDelay?.duration == .milliseconds(250))
  }

  @Test(
    "spans go there and back",
    arguments: [.zero, .seconds(3), .milliseconds(-1500), .nanoseconds(1), .nanoseconds(-1)] as [Duration])
  func spans(span: Duration) {
    #expect(GoogleProtobuf.Duration(span).duration == span)
  }

  @Test("a span beyond 10,000 years is cut to that, and one from the wire never traps")
  func extremeSpans() {
    #expect(GoogleProtobuf.Duration(.seconds(Int64.max)) == .init(seconds: 315_576_000_000))
    #expect(GoogleProtobuf.Duration(.seconds(Int64.min)) == .init(seconds: -315_576_000_000))
    #expect(GoogleProtobuf.Duration(seconds: .max, nanos: .max).duration > .zero)
    #expect(GoogleProtobuf.Duration(seconds: .min, nanos: .min).duration < .zero)
  }

  @Test("reflection gets every public file, each behind those that it imports, and none that is internal")
  func descriptors() {
    let names = FileDescriptors.all.map(\.name)
    #expect(names.contains("newswire/v1/broker.proto"))
    #expect(names.contains("grpc/health/v1/health.proto"))
    #expect(names.contains("grpc/reflection/v1alpha/reflection.proto"))
    #expect(names.contains("google/rpc/error_details.proto"))
    #expect(!names.contains { $0.contains("internal") || $0.contains("testing") })
    #expect(names.firstIndex(of: "newswire/v1/types.proto")! < names.firstIndex(of: "newswire/v1/broker.proto")!)
    #expect(FileDescriptors.all.allSatisfy { $0.bytes.starts(with: [0x0A, UInt8($0.name.utf8.count)] + $0.name.utf8) })
  }
}
