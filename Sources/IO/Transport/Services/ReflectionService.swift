public import Messages
import Model

/// `grpc.reflection.v1.ServerReflection`, and the same as `v1alpha`: tools can call this server without `.proto` files.
public struct ReflectionService: Sendable {
  private let index: DescriptorIndex

  /// Answers from these files: name and serialized `FileDescriptorProto`.
  public init(files: [(name: String, bytes: [UInt8])] = FileDescriptors.all) {
    index = DescriptorIndex(files)
  }

  /// Adds both versions. The services that it lists are those that are on the router by now, so call it last.
  public func register(on router: inout Router) {
    let own = [GrpcReflectionV1.ServerReflection.serviceName, GrpcReflectionV1Alpha.ServerReflection.serviceName]
    let routed = router.paths.compactMap { $0.split(separator: "/").first.map(String.init) }
    let services = Set(routed + own).intersection(index.services).sorted()
    router.bidirectional(GrpcReflectionV1.ServerReflection.serverReflectionInfo) { requests, writer, _ in
      for try await request in requests {
        try await writer.write(answer(to: request, services: services))
      }
    }
    // Both versions have the same messages, byte for byte.
    router.bidirectional(GrpcReflectionV1Alpha.ServerReflection.serverReflectionInfo) { requests, writer, _ in
      for try await request in requests {
        let same = try GrpcReflectionV1.ServerReflectionRequest(decoding: request.serialized)
        let answer = answer(to: same, services: services)
        try await writer.write(GrpcReflectionV1Alpha.ServerReflectionResponse(decoding: answer.serialized))
      }
    }
  }

  /// The answer to one question.
  func answer(
    to request: GrpcReflectionV1.ServerReflectionRequest, services: [String]
  ) -> GrpcReflectionV1.ServerReflectionResponse {
    GrpcReflectionV1.ServerReflectionResponse(
      validHost: request.host, originalRequest: request, messageResponse: contents(request.messageRequest, services))
  }

  private func contents(
    _ question: GrpcReflectionV1.ServerReflectionRequest.OneOfMessageRequest?, _ services: [String]
  ) -> GrpcReflectionV1.ServerReflectionResponse.OneOfMessageResponse {
    switch question {
    case .fileByFilename(let name): file(name, orElse: "there is no file \"\(name)\"")
    case .fileContainingSymbol(let symbol):
      file(index.file(ofSymbol: symbol), orElse: "nothing is called \"\(symbol)\"")
    case .fileContainingExtension(let wanted):
      file(
        index.file(ofExtension: wanted.extensionNumber, of: wanted.containingType),
        orElse: "\"\(wanted.containingType)\" has no extension \(wanted.extensionNumber)")
    case .allExtensionNumbersOfType(let type):
      if let numbers = index.extensionNumbers(of: type) {
        .allExtensionNumbersResponse(.init(baseTypeName: type, extensionNumber: numbers))
      } else {
        error(.notFound, "there is no message \"\(type)\"")
      }
    case .listServices: .listServicesResponse(.init(service: services.map { .init(name: $0) }))
    case nil: error(.invalidArgument, "the request asks nothing")
    }
  }

  private func file(
    _ name: String?, orElse complaint: String
  ) -> GrpcReflectionV1.ServerReflectionResponse.OneOfMessageResponse {
    guard let name, let files = index.fileWithImports(name) else { return error(.notFound, complaint) }
    return .fileDescriptorResponse(.init(fileDescriptorProto: files.map(\.bytes)))
  }

  private func error(
    _ code: StatusCode, _ message: String
  ) -> GrpcReflectionV1.ServerReflectionResponse.OneOfMessageResponse {
    .errorResponse(.init(errorCode: Int32(code.rawValue), errorMessage: message))
  }
}
