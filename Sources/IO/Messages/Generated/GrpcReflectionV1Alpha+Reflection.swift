// swift-format-ignore-file
// Generated from grpc/reflection/v1alpha/reflection.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CMessages

extension GrpcReflectionV1Alpha {
  /// The message `grpc.reflection.v1alpha.ServerReflectionRequest`.
  public struct ServerReflectionRequest: Message {
    /// The field `host` of `grpc.reflection.v1alpha.ServerReflectionRequest`.
    public var host: String = ""
    /// The oneof `message_request` of `grpc.reflection.v1alpha.ServerReflectionRequest`.
    public var messageRequest: OneOfMessageRequest? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      host: String = "",
      messageRequest: OneOfMessageRequest? = nil
    ) {
      self.host = host
      self.messageRequest = messageRequest
    }

    /// The oneof `message_request` of `grpc.reflection.v1alpha.ServerReflectionRequest`.
    public enum OneOfMessageRequest: Hashable, Sendable {
      /// The field `file_by_filename` of `grpc.reflection.v1alpha.ServerReflectionRequest`.
      case fileByFilename(String)
      /// The field `file_containing_symbol` of `grpc.reflection.v1alpha.ServerReflectionRequest`.
      case fileContainingSymbol(String)
      /// The field `file_containing_extension` of `grpc.reflection.v1alpha.ServerReflectionRequest`.
      case fileContainingExtension(GrpcReflectionV1Alpha.ExtensionRequest)
      /// The field `all_extension_numbers_of_type` of `grpc.reflection.v1alpha.ServerReflectionRequest`.
      case allExtensionNumbersOfType(String)
      /// The field `list_services` of `grpc.reflection.v1alpha.ServerReflectionRequest`.
      case listServices(String)
    }
  }

  /// The message `grpc.reflection.v1alpha.ExtensionRequest`.
  public struct ExtensionRequest: Message {
    /// The field `containing_type` of `grpc.reflection.v1alpha.ExtensionRequest`.
    public var containingType: String = ""
    /// The field `extension_number` of `grpc.reflection.v1alpha.ExtensionRequest`.
    public var extensionNumber: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      containingType: String = "",
      extensionNumber: Int32 = 0
    ) {
      self.containingType = containingType
      self.extensionNumber = extensionNumber
    }
  }

  /// The message `grpc.reflection.v1alpha.ServerReflectionResponse`.
  public struct ServerReflectionResponse: Message {
    /// The field `valid_host` of `grpc.reflection.v1alpha.ServerReflectionResponse`.
    public var validHost: String = ""
    /// The field `original_request` of `grpc.reflection.v1alpha.ServerReflectionResponse`.
    public var originalRequest: GrpcReflectionV1Alpha.ServerReflectionRequest? = nil
    /// The oneof `message_response` of `grpc.reflection.v1alpha.ServerReflectionResponse`.
    public var messageResponse: OneOfMessageResponse? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      validHost: String = "",
      originalRequest: GrpcReflectionV1Alpha.ServerReflectionRequest? = nil,
      messageResponse: OneOfMessageResponse? = nil
    ) {
      self.validHost = validHost
      self.originalRequest = originalRequest
      self.messageResponse = messageResponse
    }

    /// The oneof `message_response` of `grpc.reflection.v1alpha.ServerReflectionResponse`.
    public enum OneOfMessageResponse: Hashable, Sendable {
      /// The field `file_descriptor_response` of `grpc.reflection.v1alpha.ServerReflectionResponse`.
      case fileDescriptorResponse(GrpcReflectionV1Alpha.FileDescriptorResponse)
      /// The field `all_extension_numbers_response` of `grpc.reflection.v1alpha.ServerReflectionResponse`.
      case allExtensionNumbersResponse(GrpcReflectionV1Alpha.ExtensionNumberResponse)
      /// The field `list_services_response` of `grpc.reflection.v1alpha.ServerReflectionResponse`.
      case listServicesResponse(GrpcReflectionV1Alpha.ListServiceResponse)
      /// The field `error_response` of `grpc.reflection.v1alpha.ServerReflectionResponse`.
      case errorResponse(GrpcReflectionV1Alpha.ErrorResponse)
    }
  }

  /// The message `grpc.reflection.v1alpha.FileDescriptorResponse`.
  public struct FileDescriptorResponse: Message {
    /// The field `file_descriptor_proto` of `grpc.reflection.v1alpha.FileDescriptorResponse`.
    public var fileDescriptorProto: [[UInt8]] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      fileDescriptorProto: [[UInt8]] = []
    ) {
      self.fileDescriptorProto = fileDescriptorProto
    }
  }

  /// The message `grpc.reflection.v1alpha.ExtensionNumberResponse`.
  public struct ExtensionNumberResponse: Message {
    /// The field `base_type_name` of `grpc.reflection.v1alpha.ExtensionNumberResponse`.
    public var baseTypeName: String = ""
    /// The field `extension_number` of `grpc.reflection.v1alpha.ExtensionNumberResponse`.
    public var extensionNumber: [Int32] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      baseTypeName: String = "",
      extensionNumber: [Int32] = []
    ) {
      self.baseTypeName = baseTypeName
      self.extensionNumber = extensionNumber
    }
  }

  /// The message `grpc.reflection.v1alpha.ListServiceResponse`.
  public struct ListServiceResponse: Message {
    /// The field `service` of `grpc.reflection.v1alpha.ListServiceResponse`.
    public var service: [GrpcReflectionV1Alpha.ServiceResponse] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      service: [GrpcReflectionV1Alpha.ServiceResponse] = []
    ) {
      self.service = service
    }
  }

  /// The message `grpc.reflection.v1alpha.ServiceResponse`.
  public struct ServiceResponse: Message {
    /// The field `name` of `grpc.reflection.v1alpha.ServiceResponse`.
    public var name: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      name: String = ""
    ) {
      self.name = name
    }
  }

  /// The message `grpc.reflection.v1alpha.ErrorResponse`.
  public struct ErrorResponse: Message {
    /// The field `error_code` of `grpc.reflection.v1alpha.ErrorResponse`.
    public var errorCode: Int32 = 0
    /// The field `error_message` of `grpc.reflection.v1alpha.ErrorResponse`.
    public var errorMessage: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      errorCode: Int32 = 0,
      errorMessage: String = ""
    ) {
      self.errorCode = errorCode
      self.errorMessage = errorMessage
    }
  }

  /// The service `grpc.reflection.v1alpha.ServerReflection`.
  public enum ServerReflection {
    /// The service's full name.
    public static let serviceName = "grpc.reflection.v1alpha.ServerReflection"
    /// The method `/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo`.
    public static let serverReflectionInfo = Method<GrpcReflectionV1Alpha.ServerReflectionRequest, GrpcReflectionV1Alpha.ServerReflectionResponse>(
      path: "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", kind: .bidirectional)
    /// All of its methods.
    public static let methods: [(path: String, kind: CallKind)] = [
      ("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", .bidirectional),
    ]
  }
}

extension GrpcReflectionV1Alpha.ServerReflectionRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.reflection.v1alpha.ServerReflectionRequest"
  package typealias Wire = Grpc__Reflection__V1alpha__ServerReflectionRequest
  package static let schema = MessageSchema(of: Grpc__Reflection__V1alpha__ServerReflectionRequest.self, grpc__reflection__v1alpha__server_reflection_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Reflection__V1alpha__ServerReflectionRequest>) {
    self.host = CValue.string(wire.pointee.host)
    switch wire.pointee.message_request_case.rawValue {
    case 3: self.messageRequest = .fileByFilename(CValue.string(wire.pointee.file_by_filename))
    case 4: self.messageRequest = .fileContainingSymbol(CValue.string(wire.pointee.file_containing_symbol))
    case 5: self.messageRequest = .fileContainingExtension(CValue.message(wire.pointee.file_containing_extension))
    case 6: self.messageRequest = .allExtensionNumbersOfType(CValue.string(wire.pointee.all_extension_numbers_of_type))
    case 7: self.messageRequest = .listServices(CValue.string(wire.pointee.list_services))
    default: break
    }
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Reflection__V1alpha__ServerReflectionRequest>, in arena: Arena) {
    grpc__reflection__v1alpha__server_reflection_request__init(wire)
    wire.pointee.host = arena.string(self.host)
    switch self.messageRequest {
    case .fileByFilename(let value)?:
      wire.pointee.message_request_case = .init(3)
      wire.pointee.file_by_filename = arena.string(value)
    case .fileContainingSymbol(let value)?:
      wire.pointee.message_request_case = .init(4)
      wire.pointee.file_containing_symbol = arena.string(value)
    case .fileContainingExtension(let value)?:
      wire.pointee.message_request_case = .init(5)
      wire.pointee.file_containing_extension = arena.message(value)
    case .allExtensionNumbersOfType(let value)?:
      wire.pointee.message_request_case = .init(6)
      wire.pointee.all_extension_numbers_of_type = arena.string(value)
    case .listServices(let value)?:
      wire.pointee.message_request_case = .init(7)
      wire.pointee.list_services = arena.string(value)
    case nil: break
    }
  }
}

extension GrpcReflectionV1Alpha.ExtensionRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.reflection.v1alpha.ExtensionRequest"
  package typealias Wire = Grpc__Reflection__V1alpha__ExtensionRequest
  package static let schema = MessageSchema(of: Grpc__Reflection__V1alpha__ExtensionRequest.self, grpc__reflection__v1alpha__extension_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Reflection__V1alpha__ExtensionRequest>) {
    self.containingType = CValue.string(wire.pointee.containing_type)
    self.extensionNumber = wire.pointee.extension_number
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Reflection__V1alpha__ExtensionRequest>, in arena: Arena) {
    grpc__reflection__v1alpha__extension_request__init(wire)
    wire.pointee.containing_type = arena.string(self.containingType)
    wire.pointee.extension_number = self.extensionNumber
  }
}

extension GrpcReflectionV1Alpha.ServerReflectionResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.reflection.v1alpha.ServerReflectionResponse"
  package typealias Wire = Grpc__Reflection__V1alpha__ServerReflectionResponse
  package static let schema = MessageSchema(of: Grpc__Reflection__V1alpha__ServerReflectionResponse.self, grpc__reflection__v1alpha__server_reflection_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Reflection__V1alpha__ServerReflectionResponse>) {
    self.validHost = CValue.string(wire.pointee.valid_host)
    if let message = wire.pointee.original_request { self.originalRequest = .init(wire: message) }
    switch wire.pointee.message_response_case.rawValue {
    case 4: self.messageResponse = .fileDescriptorResponse(CValue.message(wire.pointee.file_descriptor_response))
    case 5: self.messageResponse = .allExtensionNumbersResponse(CValue.message(wire.pointee.all_extension_numbers_response))
    case 6: self.messageResponse = .listServicesResponse(CValue.message(wire.pointee.list_services_response))
    case 7: self.messageResponse = .errorResponse(CValue.message(wire.pointee.error_response))
    default: break
    }
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Reflection__V1alpha__ServerReflectionResponse>, in arena: Arena) {
    grpc__reflection__v1alpha__server_reflection_response__init(wire)
    wire.pointee.valid_host = arena.string(self.validHost)
    if let message = self.originalRequest { wire.pointee.original_request = arena.message(message) }
    switch self.messageResponse {
    case .fileDescriptorResponse(let value)?:
      wire.pointee.message_response_case = .init(4)
      wire.pointee.file_descriptor_response = arena.message(value)
    case .allExtensionNumbersResponse(let value)?:
      wire.pointee.message_response_case = .init(5)
      wire.pointee.all_extension_numbers_response = arena.message(value)
    case .listServicesResponse(let value)?:
      wire.pointee.message_response_case = .init(6)
      wire.pointee.list_services_response = arena.message(value)
    case .errorResponse(let value)?:
      wire.pointee.message_response_case = .init(7)
      wire.pointee.error_response = arena.message(value)
    case nil: break
    }
  }
}

extension GrpcReflectionV1Alpha.FileDescriptorResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.reflection.v1alpha.FileDescriptorResponse"
  package typealias Wire = Grpc__Reflection__V1alpha__FileDescriptorResponse
  package static let schema = MessageSchema(of: Grpc__Reflection__V1alpha__FileDescriptorResponse.self, grpc__reflection__v1alpha__file_descriptor_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Reflection__V1alpha__FileDescriptorResponse>) {
    self.fileDescriptorProto = CValue.array(wire.pointee.file_descriptor_proto, wire.pointee.n_file_descriptor_proto) { CValue.bytes($0) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Reflection__V1alpha__FileDescriptorResponse>, in arena: Arena) {
    grpc__reflection__v1alpha__file_descriptor_response__init(wire)
    (wire.pointee.n_file_descriptor_proto, wire.pointee.file_descriptor_proto) = arena.array(self.fileDescriptorProto) { arena.bytes($0) }
  }
}

extension GrpcReflectionV1Alpha.ExtensionNumberResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.reflection.v1alpha.ExtensionNumberResponse"
  package typealias Wire = Grpc__Reflection__V1alpha__ExtensionNumberResponse
  package static let schema = MessageSchema(of: Grpc__Reflection__V1alpha__ExtensionNumberResponse.self, grpc__reflection__v1alpha__extension_number_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Reflection__V1alpha__ExtensionNumberResponse>) {
    self.baseTypeName = CValue.string(wire.pointee.base_type_name)
    self.extensionNumber = CValue.numbers(wire.pointee.extension_number, wire.pointee.n_extension_number)
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Reflection__V1alpha__ExtensionNumberResponse>, in arena: Arena) {
    grpc__reflection__v1alpha__extension_number_response__init(wire)
    wire.pointee.base_type_name = arena.string(self.baseTypeName)
    (wire.pointee.n_extension_number, wire.pointee.extension_number) = arena.numbers(self.extensionNumber)
  }
}

extension GrpcReflectionV1Alpha.ListServiceResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.reflection.v1alpha.ListServiceResponse"
  package typealias Wire = Grpc__Reflection__V1alpha__ListServiceResponse
  package static let schema = MessageSchema(of: Grpc__Reflection__V1alpha__ListServiceResponse.self, grpc__reflection__v1alpha__list_service_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Reflection__V1alpha__ListServiceResponse>) {
    self.service = CValue.messages(wire.pointee.service, wire.pointee.n_service)
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Reflection__V1alpha__ListServiceResponse>, in arena: Arena) {
    grpc__reflection__v1alpha__list_service_response__init(wire)
    (wire.pointee.n_service, wire.pointee.service) = arena.messages(self.service)
  }
}

extension GrpcReflectionV1Alpha.ServiceResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.reflection.v1alpha.ServiceResponse"
  package typealias Wire = Grpc__Reflection__V1alpha__ServiceResponse
  package static let schema = MessageSchema(of: Grpc__Reflection__V1alpha__ServiceResponse.self, grpc__reflection__v1alpha__service_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Reflection__V1alpha__ServiceResponse>) {
    self.name = CValue.string(wire.pointee.name)
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Reflection__V1alpha__ServiceResponse>, in arena: Arena) {
    grpc__reflection__v1alpha__service_response__init(wire)
    wire.pointee.name = arena.string(self.name)
  }
}

extension GrpcReflectionV1Alpha.ErrorResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.reflection.v1alpha.ErrorResponse"
  package typealias Wire = Grpc__Reflection__V1alpha__ErrorResponse
  package static let schema = MessageSchema(of: Grpc__Reflection__V1alpha__ErrorResponse.self, grpc__reflection__v1alpha__error_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Reflection__V1alpha__ErrorResponse>) {
    self.errorCode = wire.pointee.error_code
    self.errorMessage = CValue.string(wire.pointee.error_message)
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Reflection__V1alpha__ErrorResponse>, in arena: Arena) {
    grpc__reflection__v1alpha__error_response__init(wire)
    wire.pointee.error_code = self.errorCode
    wire.pointee.error_message = arena.string(self.errorMessage)
  }
}
