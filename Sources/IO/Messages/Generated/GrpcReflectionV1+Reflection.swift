// swift-format-ignore-file
// Generated from grpc/reflection/v1/reflection.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CMessages

extension GrpcReflectionV1 {
  /// The message `grpc.reflection.v1.ServerReflectionRequest`.
  public struct ServerReflectionRequest: Message {
    /// The field `host` of `grpc.reflection.v1.ServerReflectionRequest`.
    public var host: String = ""
    /// The oneof `message_request` of `grpc.reflection.v1.ServerReflectionRequest`.
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

    /// The oneof `message_request` of `grpc.reflection.v1.ServerReflectionRequest`.
    public enum OneOfMessageRequest: Hashable, Sendable {
      /// The field `file_by_filename` of `grpc.reflection.v1.ServerReflectionRequest`.
      case fileByFilename(String)
      /// The field `file_containing_symbol` of `grpc.reflection.v1.ServerReflectionRequest`.
      case fileContainingSymbol(String)
      /// The field `file_containing_extension` of `grpc.reflection.v1.ServerReflectionRequest`.
      case fileContainingExtension(GrpcReflectionV1.ExtensionRequest)
      /// The field `all_extension_numbers_of_type` of `grpc.reflection.v1.ServerReflectionRequest`.
      case allExtensionNumbersOfType(String)
      /// The field `list_services` of `grpc.reflection.v1.ServerReflectionRequest`.
      case listServices(String)
    }
  }

  /// The message `grpc.reflection.v1.ExtensionRequest`.
  public struct ExtensionRequest: Message {
    /// The field `containing_type` of `grpc.reflection.v1.ExtensionRequest`.
    public var containingType: String = ""
    /// The field `extension_number` of `grpc.reflection.v1.ExtensionRequest`.
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

  /// The message `grpc.reflection.v1.ServerReflectionResponse`.
  public struct ServerReflectionResponse: Message {
    /// The field `valid_host` of `grpc.reflection.v1.ServerReflectionResponse`.
    public var validHost: String = ""
    /// The field `original_request` of `grpc.reflection.v1.ServerReflectionResponse`.
    public var originalRequest: GrpcReflectionV1.ServerReflectionRequest? = nil
    /// The oneof `message_response` of `grpc.reflection.v1.ServerReflectionResponse`.
    public var messageResponse: OneOfMessageResponse? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      validHost: String = "",
      originalRequest: GrpcReflectionV1.ServerReflectionRequest? = nil,
      messageResponse: OneOfMessageResponse? = nil
    ) {
      self.validHost = validHost
      self.originalRequest = originalRequest
      self.messageResponse = messageResponse
    }

    /// The oneof `message_response` of `grpc.reflection.v1.ServerReflectionResponse`.
    public enum OneOfMessageResponse: Hashable, Sendable {
      /// The field `file_descriptor_response` of `grpc.reflection.v1.ServerReflectionResponse`.
      case fileDescriptorResponse(GrpcReflectionV1.FileDescriptorResponse)
      /// The field `all_extension_numbers_response` of `grpc.reflection.v1.ServerReflectionResponse`.
      case allExtensionNumbersResponse(GrpcReflectionV1.ExtensionNumberResponse)
      /// The field `list_services_response` of `grpc.reflection.v1.ServerReflectionResponse`.
      case listServicesResponse(GrpcReflectionV1.ListServiceResponse)
      /// The field `error_response` of `grpc.reflection.v1.ServerReflectionResponse`.
      case errorResponse(GrpcReflectionV1.ErrorResponse)
    }
  }

  /// The message `grpc.reflection.v1.FileDescriptorResponse`.
  public struct FileDescriptorResponse: Message {
    /// The field `file_descriptor_proto` of `grpc.reflection.v1.FileDescriptorResponse`.
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

  /// The message `grpc.reflection.v1.ExtensionNumberResponse`.
  public struct ExtensionNumberResponse: Message {
    /// The field `base_type_name` of `grpc.reflection.v1.ExtensionNumberResponse`.
    public var baseTypeName: String = ""
    /// The field `extension_number` of `grpc.reflection.v1.ExtensionNumberResponse`.
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

  /// The message `grpc.reflection.v1.ListServiceResponse`.
  public struct ListServiceResponse: Message {
    /// The field `service` of `grpc.reflection.v1.ListServiceResponse`.
    public var service: [GrpcReflectionV1.ServiceResponse] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      service: [GrpcReflectionV1.ServiceResponse] = []
    ) {
      self.service = service
    }
  }

  /// The message `grpc.reflection.v1.ServiceResponse`.
  public struct ServiceResponse: Message {
    /// The field `name` of `grpc.reflection.v1.ServiceResponse`.
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

  /// The message `grpc.reflection.v1.ErrorResponse`.
  public struct ErrorResponse: Message {
    /// The field `error_code` of `grpc.reflection.v1.ErrorResponse`.
    public var errorCode: Int32 = 0
    /// The field `error_message` of `grpc.reflection.v1.ErrorResponse`.
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

  /// The service `grpc.reflection.v1.ServerReflection`.
  public enum ServerReflection {
    /// The service's full name.
    public static let serviceName = "grpc.reflection.v1.ServerReflection"
    /// The method `/grpc.reflection.v1.ServerReflection/ServerReflectionInfo`.
    public static let serverReflectionInfo = Method<GrpcReflectionV1.ServerReflectionRequest, GrpcReflectionV1.ServerReflectionResponse>(
      path: "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", kind: .bidirectional)
    /// All of its methods.
    public static let methods: [(path: String, kind: CallKind)] = [
      ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", .bidirectional),
    ]
  }
}

extension GrpcReflectionV1.ServerReflectionRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.reflection.v1.ServerReflectionRequest"
  package typealias Wire = Grpc__Reflection__V1__ServerReflectionRequest
  package static let schema = MessageSchema(of: Grpc__Reflection__V1__ServerReflectionRequest.self, grpc__reflection__v1__server_reflection_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Reflection__V1__ServerReflectionRequest>) {
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

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Reflection__V1__ServerReflectionRequest>, in arena: Arena) {
    grpc__reflection__v1__server_reflection_request__init(wire)
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

extension GrpcReflectionV1.ExtensionRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.reflection.v1.ExtensionRequest"
  package typealias Wire = Grpc__Reflection__V1__ExtensionRequest
  package static let schema = MessageSchema(of: Grpc__Reflection__V1__ExtensionRequest.self, grpc__reflection__v1__extension_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Reflection__V1__ExtensionRequest>) {
    self.containingType = CValue.string(wire.pointee.containing_type)
    self.extensionNumber = wire.pointee.extension_number
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Reflection__V1__ExtensionRequest>, in arena: Arena) {
    grpc__reflection__v1__extension_request__init(wire)
    wire.pointee.containing_type = arena.string(self.containingType)
    wire.pointee.extension_number = self.extensionNumber
  }
}

extension GrpcReflectionV1.ServerReflectionResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.reflection.v1.ServerReflectionResponse"
  package typealias Wire = Grpc__Reflection__V1__ServerReflectionResponse
  package static let schema = MessageSchema(of: Grpc__Reflection__V1__ServerReflectionResponse.self, grpc__reflection__v1__server_reflection_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Reflection__V1__ServerReflectionResponse>) {
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

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Reflection__V1__ServerReflectionResponse>, in arena: Arena) {
    grpc__reflection__v1__server_reflection_response__init(wire)
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

extension GrpcReflectionV1.FileDescriptorResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.reflection.v1.FileDescriptorResponse"
  package typealias Wire = Grpc__Reflection__V1__FileDescriptorResponse
  package static let schema = MessageSchema(of: Grpc__Reflection__V1__FileDescriptorResponse.self, grpc__reflection__v1__file_descriptor_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Reflection__V1__FileDescriptorResponse>) {
    self.fileDescriptorProto = CValue.array(wire.pointee.file_descriptor_proto, wire.pointee.n_file_descriptor_proto) { CValue.bytes($0) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Reflection__V1__FileDescriptorResponse>, in arena: Arena) {
    grpc__reflection__v1__file_descriptor_response__init(wire)
    (wire.pointee.n_file_descriptor_proto, wire.pointee.file_descriptor_proto) = arena.array(self.fileDescriptorProto) { arena.bytes($0) }
  }
}

extension GrpcReflectionV1.ExtensionNumberResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.reflection.v1.ExtensionNumberResponse"
  package typealias Wire = Grpc__Reflection__V1__ExtensionNumberResponse
  package static let schema = MessageSchema(of: Grpc__Reflection__V1__ExtensionNumberResponse.self, grpc__reflection__v1__extension_number_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Reflection__V1__ExtensionNumberResponse>) {
    self.baseTypeName = CValue.string(wire.pointee.base_type_name)
    self.extensionNumber = CValue.numbers(wire.pointee.extension_number, wire.pointee.n_extension_number)
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Reflection__V1__ExtensionNumberResponse>, in arena: Arena) {
    grpc__reflection__v1__extension_number_response__init(wire)
    wire.pointee.base_type_name = arena.string(self.baseTypeName)
    (wire.pointee.n_extension_number, wire.pointee.extension_number) = arena.numbers(self.extensionNumber)
  }
}

extension GrpcReflectionV1.ListServiceResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.reflection.v1.ListServiceResponse"
  package typealias Wire = Grpc__Reflection__V1__ListServiceResponse
  package static let schema = MessageSchema(of: Grpc__Reflection__V1__ListServiceResponse.self, grpc__reflection__v1__list_service_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Reflection__V1__ListServiceResponse>) {
    self.service = CValue.messages(wire.pointee.service, wire.pointee.n_service)
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Reflection__V1__ListServiceResponse>, in arena: Arena) {
    grpc__reflection__v1__list_service_response__init(wire)
    (wire.pointee.n_service, wire.pointee.service) = arena.messages(self.service)
  }
}

extension GrpcReflectionV1.ServiceResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.reflection.v1.ServiceResponse"
  package typealias Wire = Grpc__Reflection__V1__ServiceResponse
  package static let schema = MessageSchema(of: Grpc__Reflection__V1__ServiceResponse.self, grpc__reflection__v1__service_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Reflection__V1__ServiceResponse>) {
    self.name = CValue.string(wire.pointee.name)
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Reflection__V1__ServiceResponse>, in arena: Arena) {
    grpc__reflection__v1__service_response__init(wire)
    wire.pointee.name = arena.string(self.name)
  }
}

extension GrpcReflectionV1.ErrorResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.reflection.v1.ErrorResponse"
  package typealias Wire = Grpc__Reflection__V1__ErrorResponse
  package static let schema = MessageSchema(of: Grpc__Reflection__V1__ErrorResponse.self, grpc__reflection__v1__error_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Reflection__V1__ErrorResponse>) {
    self.errorCode = wire.pointee.error_code
    self.errorMessage = CValue.string(wire.pointee.error_message)
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Reflection__V1__ErrorResponse>, in arena: Arena) {
    grpc__reflection__v1__error_response__init(wire)
    wire.pointee.error_code = self.errorCode
    wire.pointee.error_message = arena.string(self.errorMessage)
  }
}
