import Messages
import Testing

@testable import Transport

@Suite("Reflection")
struct ReflectionTests {
  private let service = ReflectionService()

  private func ask(
    _ question: GrpcReflectionV1.ServerReflectionRequest.OneOfMessageRequest?
  ) -> GrpcReflectionV1.ServerReflectionResponse.OneOfMessageResponse? {
    let request = GrpcReflectionV1.ServerReflectionRequest(host: "h", messageRequest: question)
    let response = service.answer(to: request, services: ["a.B"])
    #expect(response.validHost == "h")
    #expect(response.originalRequest == request)
    return response.messageResponse
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    try #require(FileDescriptors.all.first { $0.name == name }).bytes
  }

  @Test(
    "a file is found by what it defines",
    arguments: [
      "grpc.health.v1.Health", "grpc.health.v1.Health.Watch", "grpc.health.v1.HealthCheckResponse",
      "grpc.health.v1.HealthCheckResponse.status", "grpc.health.v1.HealthCheckResponse.ServingStatus",
      "grpc.health.v1.HealthCheckResponse.SERVING",
    ])
  func symbols(symbol: String) throws {
    let name = try #require(FileDescriptors.all.first { $0.name.hasSuffix("health.proto") }).name
    #expect(
      ask(.fileContainingSymbol(symbol)) == .fileDescriptorResponse(.init(fileDescriptorProto: [try bytes(name)])))
  }

  @Test("a file comes with everything that it imports, itself first, each once")
  func imports() throws {
    let broker = try #require(FileDescriptors.all.first { $0.name.hasSuffix("broker.proto") }).name
    guard case .fileDescriptorResponse(let answer) = ask(.fileByFilename(broker)) else {
      Issue.record("no file")
      return
    }
    #expect(answer.fileDescriptorProto.first == (try bytes(broker)))
    #expect(answer.fileDescriptorProto.count > 1)
    #expect(Set(answer.fileDescriptorProto).count == answer.fileDescriptorProto.count)
  }

  @Test("what does not exist is not found, what is not asked is invalid")
  func errors() {
    let questions: [(GrpcReflectionV1.ServerReflectionRequest.OneOfMessageRequest?, Int32)] = [
      (.fileByFilename("nowhere.proto"), 5), (.fileContainingSymbol("no.Such"), 5), (.fileContainingSymbol(""), 5),
      (.fileContainingExtension(.init(containingType: "grpc.health.v1.HealthCheckRequest", extensionNumber: 9)), 5),
      (.allExtensionNumbersOfType("no.Such"), 5), (nil, 3),
    ]
    for (question, code) in questions {
      guard case .errorResponse(let error) = ask(question) else {
        Issue.record("answered: \(String(describing: question))")
        continue
      }
      #expect(error.errorCode == code)
      #expect(!error.errorMessage.isEmpty)
    }
  }

  @Test("services are listed, and a message without extensions has none")
  func lists() {
    #expect(ask(.listServices("")) == .listServicesResponse(.init(service: [.init(name: "a.B")])))
    let type = "grpc.health.v1.HealthCheckRequest"
    #expect(
      ask(.allExtensionNumbersOfType(type))
        == .allExtensionNumbersResponse(.init(baseTypeName: type, extensionNumber: [])))
  }

  @Test("an extension is found by its type and number, at the top and inside a message")
  func extensions() {
    func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] { [number << 3 | 2, UInt8(bytes.count)] + bytes }
    func text(_ number: UInt8, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }
    func extend(_ name: String, _ number: UInt8) -> [UInt8] { text(1, name) + text(2, ".p.M") + [3 << 3, number] }
    let message = field(4, text(1, "M") + field(6, extend("inner", 7)))
    let file = text(1, "f.proto") + text(2, "p") + message + field(7, extend("outer", 100))
    let index = DescriptorIndex([("f.proto", file)])
    #expect(index.extensionNumbers(of: "p.M") == [7, 100])
    #expect(index.file(ofExtension: 100, of: "p.M") == "f.proto")
    #expect(index.file(ofExtension: 8, of: "p.M") == nil)
    #expect(index.file(ofSymbol: "p.M.inner") == "f.proto")
    #expect(index.file(ofSymbol: "p.outer") == "f.proto")
    #expect(DescriptorIndex([("cut.proto", Array(file.dropLast(3)))]).file(ofSymbol: "p.M") == "cut.proto")
  }
}
