// swift-format-ignore-file
// Generated from grpc/health/v1/health.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CMessages

extension GrpcHealthV1 {
  /// The message `grpc.health.v1.HealthCheckRequest`.
  public struct HealthCheckRequest: Message {
    /// The field `service` of `grpc.health.v1.HealthCheckRequest`.
    public var service: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      service: String = ""
    ) {
      self.service = service
    }
  }

  /// The message `grpc.health.v1.HealthCheckResponse`.
  public struct HealthCheckResponse: Message {
    /// The field `status` of `grpc.health.v1.HealthCheckResponse`.
    public var status: GrpcHealthV1.HealthCheckResponse.ServingStatus = .init(rawValue: 0)

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      status: GrpcHealthV1.HealthCheckResponse.ServingStatus = .init(rawValue: 0)
    ) {
      self.status = status
    }

    /// The enum `grpc.health.v1.HealthCheckResponse.ServingStatus`.
    public struct ServingStatus: RawRepresentable, Hashable, Sendable {
      /// The number on the wire; one that is not listed here comes from a newer program.
      public var rawValue: Int32
      /// The value with this number.
      public init(rawValue: Int32) { self.rawValue = rawValue }
      /// `UNKNOWN`.
      public static let unknown = Self(rawValue: 0)
      /// `SERVING`.
      public static let serving = Self(rawValue: 1)
      /// `NOT_SERVING`.
      public static let notServing = Self(rawValue: 2)
      /// `SERVICE_UNKNOWN`.
      public static let serviceUnknown = Self(rawValue: 3)
    }
  }

  /// The service `grpc.health.v1.Health`.
  public enum Health {
    /// The service's full name.
    public static let serviceName = "grpc.health.v1.Health"
    /// The method `/grpc.health.v1.Health/Check`.
    public static let check = Method<GrpcHealthV1.HealthCheckRequest, GrpcHealthV1.HealthCheckResponse>(
      path: "/grpc.health.v1.Health/Check", kind: .unary)
    /// The method `/grpc.health.v1.Health/Watch`.
    public static let watch = Method<GrpcHealthV1.HealthCheckRequest, GrpcHealthV1.HealthCheckResponse>(
      path: "/grpc.health.v1.Health/Watch", kind: .serverStreaming)
    /// All of its methods.
    public static let methods: [(path: String, kind: CallKind)] = [
      ("/grpc.health.v1.Health/Check", .unary),
      ("/grpc.health.v1.Health/Watch", .serverStreaming),
    ]
  }
}

extension GrpcHealthV1.HealthCheckRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.health.v1.HealthCheckRequest"
  package typealias Wire = Grpc__Health__V1__HealthCheckRequest
  package static let schema = MessageSchema(of: Grpc__Health__V1__HealthCheckRequest.self, grpc__health__v1__health_check_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Health__V1__HealthCheckRequest>) {
    self.service = CValue.string(wire.pointee.service)
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Health__V1__HealthCheckRequest>, in arena: Arena) {
    grpc__health__v1__health_check_request__init(wire)
    wire.pointee.service = arena.string(self.service)
  }
}

extension GrpcHealthV1.HealthCheckResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.health.v1.HealthCheckResponse"
  package typealias Wire = Grpc__Health__V1__HealthCheckResponse
  package static let schema = MessageSchema(of: Grpc__Health__V1__HealthCheckResponse.self, grpc__health__v1__health_check_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Health__V1__HealthCheckResponse>) {
    self.status = .init(rawValue: Int32(bitPattern: wire.pointee.status.rawValue))
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Health__V1__HealthCheckResponse>, in arena: Arena) {
    grpc__health__v1__health_check_response__init(wire)
    wire.pointee.status = .init(UInt32(bitPattern: self.status.rawValue))
  }
}
