// swift-format-ignore-file
// Generated from grpc/testing/messages.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CInteropMessages
public import Messages

extension GrpcTesting {
  /// The enum `grpc.testing.PayloadType`.
  public struct PayloadType: RawRepresentable, Hashable, Sendable {
    /// The number on the wire; one that is not listed here comes from a newer program.
    public var rawValue: Int32
    /// The value with this number.
    public init(rawValue: Int32) { self.rawValue = rawValue }
    /// `COMPRESSABLE`.
    public static let compressable = Self(rawValue: 0)
  }

  /// The enum `grpc.testing.GrpclbRouteType`.
  public struct GrpclbRouteType: RawRepresentable, Hashable, Sendable {
    /// The number on the wire; one that is not listed here comes from a newer program.
    public var rawValue: Int32
    /// The value with this number.
    public init(rawValue: Int32) { self.rawValue = rawValue }
    /// `GRPCLB_ROUTE_TYPE_UNKNOWN`.
    public static let unknown = Self(rawValue: 0)
    /// `GRPCLB_ROUTE_TYPE_FALLBACK`.
    public static let fallback = Self(rawValue: 1)
    /// `GRPCLB_ROUTE_TYPE_BACKEND`.
    public static let backend = Self(rawValue: 2)
  }

  /// The message `grpc.testing.BoolValue`.
  public struct BoolValue: Message {
    /// The field `value` of `grpc.testing.BoolValue`.
    public var value: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      value: Bool = false
    ) {
      self.value = value
    }
  }

  /// The message `grpc.testing.Payload`.
  public struct Payload: Message {
    /// The field `type` of `grpc.testing.Payload`.
    public var type: GrpcTesting.PayloadType = .init(rawValue: 0)
    /// The field `body` of `grpc.testing.Payload`.
    public var body: [UInt8] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      type: GrpcTesting.PayloadType = .init(rawValue: 0),
      body: [UInt8] = []
    ) {
      self.type = type
      self.body = body
    }
  }

  /// The message `grpc.testing.EchoStatus`.
  public struct EchoStatus: Message {
    /// The field `code` of `grpc.testing.EchoStatus`.
    public var code: Int32 = 0
    /// The field `message` of `grpc.testing.EchoStatus`.
    public var message: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      code: Int32 = 0,
      message: String = ""
    ) {
      self.code = code
      self.message = message
    }
  }

  /// The message `grpc.testing.SimpleRequest`.
  public struct SimpleRequest: Message {
    /// The field `response_type` of `grpc.testing.SimpleRequest`.
    public var responseType: GrpcTesting.PayloadType = .init(rawValue: 0)
    /// The field `response_size` of `grpc.testing.SimpleRequest`.
    public var responseSize: Int32 = 0
    /// The field `payload` of `grpc.testing.SimpleRequest`.
    public var payload: GrpcTesting.Payload? = nil
    /// The field `fill_username` of `grpc.testing.SimpleRequest`.
    public var fillUsername: Bool = false
    /// The field `fill_oauth_scope` of `grpc.testing.SimpleRequest`.
    public var fillOauthScope: Bool = false
    /// The field `response_compressed` of `grpc.testing.SimpleRequest`.
    public var responseCompressed: GrpcTesting.BoolValue? = nil
    /// The field `response_status` of `grpc.testing.SimpleRequest`.
    public var responseStatus: GrpcTesting.EchoStatus? = nil
    /// The field `expect_compressed` of `grpc.testing.SimpleRequest`.
    public var expectCompressed: GrpcTesting.BoolValue? = nil
    /// The field `fill_server_id` of `grpc.testing.SimpleRequest`.
    public var fillServerID: Bool = false
    /// The field `fill_grpclb_route_type` of `grpc.testing.SimpleRequest`.
    public var fillGrpclbRouteType: Bool = false
    /// The field `orca_per_query_report` of `grpc.testing.SimpleRequest`.
    public var orcaPerQueryReport: GrpcTesting.TestOrcaReport? = nil
    /// The field `orca_oob_report` of `grpc.testing.SimpleRequest`.
    public var orcaOobReport: GrpcTesting.TestOrcaReport? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      responseType: GrpcTesting.PayloadType = .init(rawValue: 0),
      responseSize: Int32 = 0,
      payload: GrpcTesting.Payload? = nil,
      fillUsername: Bool = false,
      fillOauthScope: Bool = false,
      responseCompressed: GrpcTesting.BoolValue? = nil,
      responseStatus: GrpcTesting.EchoStatus? = nil,
      expectCompressed: GrpcTesting.BoolValue? = nil,
      fillServerID: Bool = false,
      fillGrpclbRouteType: Bool = false,
      orcaPerQueryReport: GrpcTesting.TestOrcaReport? = nil,
      orcaOobReport: GrpcTesting.TestOrcaReport? = nil
    ) {
      self.responseType = responseType
      self.responseSize = responseSize
      self.payload = payload
      self.fillUsername = fillUsername
      self.fillOauthScope = fillOauthScope
      self.responseCompressed = responseCompressed
      self.responseStatus = responseStatus
      self.expectCompressed = expectCompressed
      self.fillServerID = fillServerID
      self.fillGrpclbRouteType = fillGrpclbRouteType
      self.orcaPerQueryReport = orcaPerQueryReport
      self.orcaOobReport = orcaOobReport
    }
  }

  /// The message `grpc.testing.SimpleResponse`.
  public struct SimpleResponse: Message {
    /// The field `payload` of `grpc.testing.SimpleResponse`.
    public var payload: GrpcTesting.Payload? = nil
    /// The field `username` of `grpc.testing.SimpleResponse`.
    public var username: String = ""
    /// The field `oauth_scope` of `grpc.testing.SimpleResponse`.
    public var oauthScope: String = ""
    /// The field `server_id` of `grpc.testing.SimpleResponse`.
    public var serverID: String = ""
    /// The field `grpclb_route_type` of `grpc.testing.SimpleResponse`.
    public var grpclbRouteType: GrpcTesting.GrpclbRouteType = .init(rawValue: 0)
    /// The field `hostname` of `grpc.testing.SimpleResponse`.
    public var hostname: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      payload: GrpcTesting.Payload? = nil,
      username: String = "",
      oauthScope: String = "",
      serverID: String = "",
      grpclbRouteType: GrpcTesting.GrpclbRouteType = .init(rawValue: 0),
      hostname: String = ""
    ) {
      self.payload = payload
      self.username = username
      self.oauthScope = oauthScope
      self.serverID = serverID
      self.grpclbRouteType = grpclbRouteType
      self.hostname = hostname
    }
  }

  /// The message `grpc.testing.StreamingInputCallRequest`.
  public struct StreamingInputCallRequest: Message {
    /// The field `payload` of `grpc.testing.StreamingInputCallRequest`.
    public var payload: GrpcTesting.Payload? = nil
    /// The field `expect_compressed` of `grpc.testing.StreamingInputCallRequest`.
    public var expectCompressed: GrpcTesting.BoolValue? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      payload: GrpcTesting.Payload? = nil,
      expectCompressed: GrpcTesting.BoolValue? = nil
    ) {
      self.payload = payload
      self.expectCompressed = expectCompressed
    }
  }

  /// The message `grpc.testing.StreamingInputCallResponse`.
  public struct StreamingInputCallResponse: Message {
    /// The field `aggregated_payload_size` of `grpc.testing.StreamingInputCallResponse`.
    public var aggregatedPayloadSize: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      aggregatedPayloadSize: Int32 = 0
    ) {
      self.aggregatedPayloadSize = aggregatedPayloadSize
    }
  }

  /// The message `grpc.testing.ResponseParameters`.
  public struct ResponseParameters: Message {
    /// The field `size` of `grpc.testing.ResponseParameters`.
    public var size: Int32 = 0
    /// The field `interval_us` of `grpc.testing.ResponseParameters`.
    public var intervalUs: Int32 = 0
    /// The field `compressed` of `grpc.testing.ResponseParameters`.
    public var compressed: GrpcTesting.BoolValue? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      size: Int32 = 0,
      intervalUs: Int32 = 0,
      compressed: GrpcTesting.BoolValue? = nil
    ) {
      self.size = size
      self.intervalUs = intervalUs
      self.compressed = compressed
    }
  }

  /// The message `grpc.testing.StreamingOutputCallRequest`.
  public struct StreamingOutputCallRequest: Message {
    /// The field `response_type` of `grpc.testing.StreamingOutputCallRequest`.
    public var responseType: GrpcTesting.PayloadType = .init(rawValue: 0)
    /// The field `response_parameters` of `grpc.testing.StreamingOutputCallRequest`.
    public var responseParameters: [GrpcTesting.ResponseParameters] = []
    /// The field `payload` of `grpc.testing.StreamingOutputCallRequest`.
    public var payload: GrpcTesting.Payload? = nil
    /// The field `response_status` of `grpc.testing.StreamingOutputCallRequest`.
    public var responseStatus: GrpcTesting.EchoStatus? = nil
    /// The field `orca_oob_report` of `grpc.testing.StreamingOutputCallRequest`.
    public var orcaOobReport: GrpcTesting.TestOrcaReport? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      responseType: GrpcTesting.PayloadType = .init(rawValue: 0),
      responseParameters: [GrpcTesting.ResponseParameters] = [],
      payload: GrpcTesting.Payload? = nil,
      responseStatus: GrpcTesting.EchoStatus? = nil,
      orcaOobReport: GrpcTesting.TestOrcaReport? = nil
    ) {
      self.responseType = responseType
      self.responseParameters = responseParameters
      self.payload = payload
      self.responseStatus = responseStatus
      self.orcaOobReport = orcaOobReport
    }
  }

  /// The message `grpc.testing.StreamingOutputCallResponse`.
  public struct StreamingOutputCallResponse: Message {
    /// The field `payload` of `grpc.testing.StreamingOutputCallResponse`.
    public var payload: GrpcTesting.Payload? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      payload: GrpcTesting.Payload? = nil
    ) {
      self.payload = payload
    }
  }

  /// The message `grpc.testing.ReconnectParams`.
  public struct ReconnectParams: Message {
    /// The field `max_reconnect_backoff_ms` of `grpc.testing.ReconnectParams`.
    public var maxReconnectBackoffMs: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      maxReconnectBackoffMs: Int32 = 0
    ) {
      self.maxReconnectBackoffMs = maxReconnectBackoffMs
    }
  }

  /// The message `grpc.testing.ReconnectInfo`.
  public struct ReconnectInfo: Message {
    /// The field `passed` of `grpc.testing.ReconnectInfo`.
    public var passed: Bool = false
    /// The field `backoff_ms` of `grpc.testing.ReconnectInfo`.
    public var backoffMs: [Int32] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      passed: Bool = false,
      backoffMs: [Int32] = []
    ) {
      self.passed = passed
      self.backoffMs = backoffMs
    }
  }

  /// The message `grpc.testing.LoadBalancerStatsRequest`.
  public struct LoadBalancerStatsRequest: Message {
    /// The field `num_rpcs` of `grpc.testing.LoadBalancerStatsRequest`.
    public var numRpcs: Int32 = 0
    /// The field `timeout_sec` of `grpc.testing.LoadBalancerStatsRequest`.
    public var timeoutSec: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      numRpcs: Int32 = 0,
      timeoutSec: Int32 = 0
    ) {
      self.numRpcs = numRpcs
      self.timeoutSec = timeoutSec
    }
  }

  /// The message `grpc.testing.LoadBalancerStatsResponse`.
  public struct LoadBalancerStatsResponse: Message {
    /// The field `rpcs_by_peer` of `grpc.testing.LoadBalancerStatsResponse`.
    public var rpcsByPeer: [String: Int32] = [:]
    /// The field `num_failures` of `grpc.testing.LoadBalancerStatsResponse`.
    public var numFailures: Int32 = 0
    /// The field `rpcs_by_method` of `grpc.testing.LoadBalancerStatsResponse`.
    public var rpcsByMethod: [String: GrpcTesting.LoadBalancerStatsResponse.RpcsByPeer] = [:]

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      rpcsByPeer: [String: Int32] = [:],
      numFailures: Int32 = 0,
      rpcsByMethod: [String: GrpcTesting.LoadBalancerStatsResponse.RpcsByPeer] = [:]
    ) {
      self.rpcsByPeer = rpcsByPeer
      self.numFailures = numFailures
      self.rpcsByMethod = rpcsByMethod
    }

    /// The message `grpc.testing.LoadBalancerStatsResponse.RpcsByPeer`.
    public struct RpcsByPeer: Message {
      /// The field `rpcs_by_peer` of `grpc.testing.LoadBalancerStatsResponse.RpcsByPeer`.
      public var rpcsByPeer: [String: Int32] = [:]

      /// The message with every field at its default.
      public init() {}

      /// The message with these fields; what is left out has its default.
      public init(
        rpcsByPeer: [String: Int32] = [:]
      ) {
        self.rpcsByPeer = rpcsByPeer
      }
    }
  }

  /// The message `grpc.testing.LoadBalancerAccumulatedStatsRequest`.
  public struct LoadBalancerAccumulatedStatsRequest: Message {
    /// The message with every field at its default.
    public init() {}
  }

  /// The message `grpc.testing.LoadBalancerAccumulatedStatsResponse`.
  public struct LoadBalancerAccumulatedStatsResponse: Message {
    /// The field `num_rpcs_started_by_method` of `grpc.testing.LoadBalancerAccumulatedStatsResponse`.
    public var numRpcsStartedByMethod: [String: Int32] = [:]
    /// The field `num_rpcs_succeeded_by_method` of `grpc.testing.LoadBalancerAccumulatedStatsResponse`.
    public var numRpcsSucceededByMethod: [String: Int32] = [:]
    /// The field `num_rpcs_failed_by_method` of `grpc.testing.LoadBalancerAccumulatedStatsResponse`.
    public var numRpcsFailedByMethod: [String: Int32] = [:]
    /// The field `stats_per_method` of `grpc.testing.LoadBalancerAccumulatedStatsResponse`.
    public var statsPerMethod: [String: GrpcTesting.LoadBalancerAccumulatedStatsResponse.MethodStats] = [:]

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      numRpcsStartedByMethod: [String: Int32] = [:],
      numRpcsSucceededByMethod: [String: Int32] = [:],
      numRpcsFailedByMethod: [String: Int32] = [:],
      statsPerMethod: [String: GrpcTesting.LoadBalancerAccumulatedStatsResponse.MethodStats] = [:]
    ) {
      self.numRpcsStartedByMethod = numRpcsStartedByMethod
      self.numRpcsSucceededByMethod = numRpcsSucceededByMethod
      self.numRpcsFailedByMethod = numRpcsFailedByMethod
      self.statsPerMethod = statsPerMethod
    }

    /// The message `grpc.testing.LoadBalancerAccumulatedStatsResponse.MethodStats`.
    public struct MethodStats: Message {
      /// The field `rpcs_started` of `grpc.testing.LoadBalancerAccumulatedStatsResponse.MethodStats`.
      public var rpcsStarted: Int32 = 0
      /// The field `result` of `grpc.testing.LoadBalancerAccumulatedStatsResponse.MethodStats`.
      public var result: [Int32: Int32] = [:]

      /// The message with every field at its default.
      public init() {}

      /// The message with these fields; what is left out has its default.
      public init(
        rpcsStarted: Int32 = 0,
        result: [Int32: Int32] = [:]
      ) {
        self.rpcsStarted = rpcsStarted
        self.result = result
      }
    }
  }

  /// The message `grpc.testing.ClientConfigureRequest`.
  public struct ClientConfigureRequest: Message {
    /// The field `types` of `grpc.testing.ClientConfigureRequest`.
    public var types: [GrpcTesting.ClientConfigureRequest.RpcType] = []
    /// The field `metadata` of `grpc.testing.ClientConfigureRequest`.
    public var metadata: [GrpcTesting.ClientConfigureRequest.Metadata] = []
    /// The field `timeout_sec` of `grpc.testing.ClientConfigureRequest`.
    public var timeoutSec: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      types: [GrpcTesting.ClientConfigureRequest.RpcType] = [],
      metadata: [GrpcTesting.ClientConfigureRequest.Metadata] = [],
      timeoutSec: Int32 = 0
    ) {
      self.types = types
      self.metadata = metadata
      self.timeoutSec = timeoutSec
    }

    /// The enum `grpc.testing.ClientConfigureRequest.RpcType`.
    public struct RpcType: RawRepresentable, Hashable, Sendable {
      /// The number on the wire; one that is not listed here comes from a newer program.
      public var rawValue: Int32
      /// The value with this number.
      public init(rawValue: Int32) { self.rawValue = rawValue }
      /// `EMPTY_CALL`.
      public static let emptyCall = Self(rawValue: 0)
      /// `UNARY_CALL`.
      public static let unaryCall = Self(rawValue: 1)
    }

    /// The message `grpc.testing.ClientConfigureRequest.Metadata`.
    public struct Metadata: Message {
      /// The field `type` of `grpc.testing.ClientConfigureRequest.Metadata`.
      public var type: GrpcTesting.ClientConfigureRequest.RpcType = .init(rawValue: 0)
      /// The field `key` of `grpc.testing.ClientConfigureRequest.Metadata`.
      public var key: String = ""
      /// The field `value` of `grpc.testing.ClientConfigureRequest.Metadata`.
      public var value: String = ""

      /// The message with every field at its default.
      public init() {}

      /// The message with these fields; what is left out has its default.
      public init(
        type: GrpcTesting.ClientConfigureRequest.RpcType = .init(rawValue: 0),
        key: String = "",
        value: String = ""
      ) {
        self.type = type
        self.key = key
        self.value = value
      }
    }
  }

  /// The message `grpc.testing.ClientConfigureResponse`.
  public struct ClientConfigureResponse: Message {
    /// The message with every field at its default.
    public init() {}
  }

  /// The message `grpc.testing.TestOrcaReport`.
  public struct TestOrcaReport: Message {
    /// The field `cpu_utilization` of `grpc.testing.TestOrcaReport`.
    public var cpuUtilization: Double = 0
    /// The field `memory_utilization` of `grpc.testing.TestOrcaReport`.
    public var memoryUtilization: Double = 0
    /// The field `request_cost` of `grpc.testing.TestOrcaReport`.
    public var requestCost: [String: Double] = [:]
    /// The field `utilization` of `grpc.testing.TestOrcaReport`.
    public var utilization: [String: Double] = [:]

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      cpuUtilization: Double = 0,
      memoryUtilization: Double = 0,
      requestCost: [String: Double] = [:],
      utilization: [String: Double] = [:]
    ) {
      self.cpuUtilization = cpuUtilization
      self.memoryUtilization = memoryUtilization
      self.requestCost = requestCost
      self.utilization = utilization
    }
  }
}

extension GrpcTesting.BoolValue: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.BoolValue"
  package typealias Wire = Grpc__Testing__BoolValue
  package static let schema = MessageSchema(of: Grpc__Testing__BoolValue.self, grpc__testing__bool_value__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__BoolValue>) {
    self.value = wire.pointee.value != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__BoolValue>, in arena: Arena) {
    grpc__testing__bool_value__init(wire)
    wire.pointee.value = self.value ? 1 : 0
  }
}

extension GrpcTesting.Payload: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.Payload"
  package typealias Wire = Grpc__Testing__Payload
  package static let schema = MessageSchema(of: Grpc__Testing__Payload.self, grpc__testing__payload__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__Payload>) {
    self.type = .init(rawValue: Int32(bitPattern: wire.pointee.type.rawValue))
    self.body = CValue.bytes(wire.pointee.body)
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__Payload>, in arena: Arena) {
    grpc__testing__payload__init(wire)
    wire.pointee.type = .init(UInt32(bitPattern: self.type.rawValue))
    wire.pointee.body = arena.bytes(self.body)
  }
}

extension GrpcTesting.EchoStatus: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.EchoStatus"
  package typealias Wire = Grpc__Testing__EchoStatus
  package static let schema = MessageSchema(of: Grpc__Testing__EchoStatus.self, grpc__testing__echo_status__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__EchoStatus>) {
    self.code = wire.pointee.code
    self.message = CValue.string(wire.pointee.message)
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__EchoStatus>, in arena: Arena) {
    grpc__testing__echo_status__init(wire)
    wire.pointee.code = self.code
    wire.pointee.message = arena.string(self.message)
  }
}

extension GrpcTesting.SimpleRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.SimpleRequest"
  package typealias Wire = Grpc__Testing__SimpleRequest
  package static let schema = MessageSchema(of: Grpc__Testing__SimpleRequest.self, grpc__testing__simple_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__SimpleRequest>) {
    self.responseType = .init(rawValue: Int32(bitPattern: wire.pointee.response_type.rawValue))
    self.responseSize = wire.pointee.response_size
    if let message = wire.pointee.payload { self.payload = .init(wire: message) }
    self.fillUsername = wire.pointee.fill_username != 0
    self.fillOauthScope = wire.pointee.fill_oauth_scope != 0
    if let message = wire.pointee.response_compressed { self.responseCompressed = .init(wire: message) }
    if let message = wire.pointee.response_status { self.responseStatus = .init(wire: message) }
    if let message = wire.pointee.expect_compressed { self.expectCompressed = .init(wire: message) }
    self.fillServerID = wire.pointee.fill_server_id != 0
    self.fillGrpclbRouteType = wire.pointee.fill_grpclb_route_type != 0
    if let message = wire.pointee.orca_per_query_report { self.orcaPerQueryReport = .init(wire: message) }
    if let message = wire.pointee.orca_oob_report { self.orcaOobReport = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__SimpleRequest>, in arena: Arena) {
    grpc__testing__simple_request__init(wire)
    wire.pointee.response_type = .init(UInt32(bitPattern: self.responseType.rawValue))
    wire.pointee.response_size = self.responseSize
    if let message = self.payload { wire.pointee.payload = arena.message(message) }
    wire.pointee.fill_username = self.fillUsername ? 1 : 0
    wire.pointee.fill_oauth_scope = self.fillOauthScope ? 1 : 0
    if let message = self.responseCompressed { wire.pointee.response_compressed = arena.message(message) }
    if let message = self.responseStatus { wire.pointee.response_status = arena.message(message) }
    if let message = self.expectCompressed { wire.pointee.expect_compressed = arena.message(message) }
    wire.pointee.fill_server_id = self.fillServerID ? 1 : 0
    wire.pointee.fill_grpclb_route_type = self.fillGrpclbRouteType ? 1 : 0
    if let message = self.orcaPerQueryReport { wire.pointee.orca_per_query_report = arena.message(message) }
    if let message = self.orcaOobReport { wire.pointee.orca_oob_report = arena.message(message) }
  }
}

extension GrpcTesting.SimpleResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.SimpleResponse"
  package typealias Wire = Grpc__Testing__SimpleResponse
  package static let schema = MessageSchema(of: Grpc__Testing__SimpleResponse.self, grpc__testing__simple_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__SimpleResponse>) {
    if let message = wire.pointee.payload { self.payload = .init(wire: message) }
    self.username = CValue.string(wire.pointee.username)
    self.oauthScope = CValue.string(wire.pointee.oauth_scope)
    self.serverID = CValue.string(wire.pointee.server_id)
    self.grpclbRouteType = .init(rawValue: Int32(bitPattern: wire.pointee.grpclb_route_type.rawValue))
    self.hostname = CValue.string(wire.pointee.hostname)
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__SimpleResponse>, in arena: Arena) {
    grpc__testing__simple_response__init(wire)
    if let message = self.payload { wire.pointee.payload = arena.message(message) }
    wire.pointee.username = arena.string(self.username)
    wire.pointee.oauth_scope = arena.string(self.oauthScope)
    wire.pointee.server_id = arena.string(self.serverID)
    wire.pointee.grpclb_route_type = .init(UInt32(bitPattern: self.grpclbRouteType.rawValue))
    wire.pointee.hostname = arena.string(self.hostname)
  }
}

extension GrpcTesting.StreamingInputCallRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.StreamingInputCallRequest"
  package typealias Wire = Grpc__Testing__StreamingInputCallRequest
  package static let schema = MessageSchema(of: Grpc__Testing__StreamingInputCallRequest.self, grpc__testing__streaming_input_call_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__StreamingInputCallRequest>) {
    if let message = wire.pointee.payload { self.payload = .init(wire: message) }
    if let message = wire.pointee.expect_compressed { self.expectCompressed = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__StreamingInputCallRequest>, in arena: Arena) {
    grpc__testing__streaming_input_call_request__init(wire)
    if let message = self.payload { wire.pointee.payload = arena.message(message) }
    if let message = self.expectCompressed { wire.pointee.expect_compressed = arena.message(message) }
  }
}

extension GrpcTesting.StreamingInputCallResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.StreamingInputCallResponse"
  package typealias Wire = Grpc__Testing__StreamingInputCallResponse
  package static let schema = MessageSchema(of: Grpc__Testing__StreamingInputCallResponse.self, grpc__testing__streaming_input_call_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__StreamingInputCallResponse>) {
    self.aggregatedPayloadSize = wire.pointee.aggregated_payload_size
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__StreamingInputCallResponse>, in arena: Arena) {
    grpc__testing__streaming_input_call_response__init(wire)
    wire.pointee.aggregated_payload_size = self.aggregatedPayloadSize
  }
}

extension GrpcTesting.ResponseParameters: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.ResponseParameters"
  package typealias Wire = Grpc__Testing__ResponseParameters
  package static let schema = MessageSchema(of: Grpc__Testing__ResponseParameters.self, grpc__testing__response_parameters__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__ResponseParameters>) {
    self.size = wire.pointee.size
    self.intervalUs = wire.pointee.interval_us
    if let message = wire.pointee.compressed { self.compressed = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__ResponseParameters>, in arena: Arena) {
    grpc__testing__response_parameters__init(wire)
    wire.pointee.size = self.size
    wire.pointee.interval_us = self.intervalUs
    if let message = self.compressed { wire.pointee.compressed = arena.message(message) }
  }
}

extension GrpcTesting.StreamingOutputCallRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.StreamingOutputCallRequest"
  package typealias Wire = Grpc__Testing__StreamingOutputCallRequest
  package static let schema = MessageSchema(of: Grpc__Testing__StreamingOutputCallRequest.self, grpc__testing__streaming_output_call_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__StreamingOutputCallRequest>) {
    self.responseType = .init(rawValue: Int32(bitPattern: wire.pointee.response_type.rawValue))
    self.responseParameters = CValue.messages(wire.pointee.response_parameters, wire.pointee.n_response_parameters)
    if let message = wire.pointee.payload { self.payload = .init(wire: message) }
    if let message = wire.pointee.response_status { self.responseStatus = .init(wire: message) }
    if let message = wire.pointee.orca_oob_report { self.orcaOobReport = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__StreamingOutputCallRequest>, in arena: Arena) {
    grpc__testing__streaming_output_call_request__init(wire)
    wire.pointee.response_type = .init(UInt32(bitPattern: self.responseType.rawValue))
    (wire.pointee.n_response_parameters, wire.pointee.response_parameters) = arena.messages(self.responseParameters)
    if let message = self.payload { wire.pointee.payload = arena.message(message) }
    if let message = self.responseStatus { wire.pointee.response_status = arena.message(message) }
    if let message = self.orcaOobReport { wire.pointee.orca_oob_report = arena.message(message) }
  }
}

extension GrpcTesting.StreamingOutputCallResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.StreamingOutputCallResponse"
  package typealias Wire = Grpc__Testing__StreamingOutputCallResponse
  package static let schema = MessageSchema(of: Grpc__Testing__StreamingOutputCallResponse.self, grpc__testing__streaming_output_call_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__StreamingOutputCallResponse>) {
    if let message = wire.pointee.payload { self.payload = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__StreamingOutputCallResponse>, in arena: Arena) {
    grpc__testing__streaming_output_call_response__init(wire)
    if let message = self.payload { wire.pointee.payload = arena.message(message) }
  }
}

extension GrpcTesting.ReconnectParams: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.ReconnectParams"
  package typealias Wire = Grpc__Testing__ReconnectParams
  package static let schema = MessageSchema(of: Grpc__Testing__ReconnectParams.self, grpc__testing__reconnect_params__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__ReconnectParams>) {
    self.maxReconnectBackoffMs = wire.pointee.max_reconnect_backoff_ms
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__ReconnectParams>, in arena: Arena) {
    grpc__testing__reconnect_params__init(wire)
    wire.pointee.max_reconnect_backoff_ms = self.maxReconnectBackoffMs
  }
}

extension GrpcTesting.ReconnectInfo: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.ReconnectInfo"
  package typealias Wire = Grpc__Testing__ReconnectInfo
  package static let schema = MessageSchema(of: Grpc__Testing__ReconnectInfo.self, grpc__testing__reconnect_info__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__ReconnectInfo>) {
    self.passed = wire.pointee.passed != 0
    self.backoffMs = CValue.numbers(wire.pointee.backoff_ms, wire.pointee.n_backoff_ms)
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__ReconnectInfo>, in arena: Arena) {
    grpc__testing__reconnect_info__init(wire)
    wire.pointee.passed = self.passed ? 1 : 0
    (wire.pointee.n_backoff_ms, wire.pointee.backoff_ms) = arena.numbers(self.backoffMs)
  }
}

extension GrpcTesting.LoadBalancerStatsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.LoadBalancerStatsRequest"
  package typealias Wire = Grpc__Testing__LoadBalancerStatsRequest
  package static let schema = MessageSchema(of: Grpc__Testing__LoadBalancerStatsRequest.self, grpc__testing__load_balancer_stats_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__LoadBalancerStatsRequest>) {
    self.numRpcs = wire.pointee.num_rpcs
    self.timeoutSec = wire.pointee.timeout_sec
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__LoadBalancerStatsRequest>, in arena: Arena) {
    grpc__testing__load_balancer_stats_request__init(wire)
    wire.pointee.num_rpcs = self.numRpcs
    wire.pointee.timeout_sec = self.timeoutSec
  }
}

extension GrpcTesting.LoadBalancerStatsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.LoadBalancerStatsResponse"
  package typealias Wire = Grpc__Testing__LoadBalancerStatsResponse
  package static let schema = MessageSchema(of: Grpc__Testing__LoadBalancerStatsResponse.self, grpc__testing__load_balancer_stats_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__LoadBalancerStatsResponse>) {
    self.rpcsByPeer = CValue.dictionary(wire.pointee.rpcs_by_peer, wire.pointee.n_rpcs_by_peer) {
      (CValue.string($0.pointee.key), $0.pointee.value)
    }
    self.numFailures = wire.pointee.num_failures
    self.rpcsByMethod = CValue.dictionary(wire.pointee.rpcs_by_method, wire.pointee.n_rpcs_by_method) {
      (CValue.string($0.pointee.key), CValue.message($0.pointee.value))
    }
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__LoadBalancerStatsResponse>, in arena: Arena) {
    grpc__testing__load_balancer_stats_response__init(wire)
    (wire.pointee.n_rpcs_by_peer, wire.pointee.rpcs_by_peer) = arena.dictionary(self.rpcsByPeer, grpc__testing__load_balancer_stats_response__rpcs_by_peer_entry__init) {
      entry, key, value in
      entry.pointee.key = arena.string(key)
      entry.pointee.value = value
    }
    wire.pointee.num_failures = self.numFailures
    (wire.pointee.n_rpcs_by_method, wire.pointee.rpcs_by_method) = arena.dictionary(self.rpcsByMethod, grpc__testing__load_balancer_stats_response__rpcs_by_method_entry__init) {
      entry, key, value in
      entry.pointee.key = arena.string(key)
      entry.pointee.value = arena.message(value)
    }
  }
}

extension GrpcTesting.LoadBalancerStatsResponse.RpcsByPeer: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.LoadBalancerStatsResponse.RpcsByPeer"
  package typealias Wire = Grpc__Testing__LoadBalancerStatsResponse__RpcsByPeer
  package static let schema = MessageSchema(of: Grpc__Testing__LoadBalancerStatsResponse__RpcsByPeer.self, grpc__testing__load_balancer_stats_response__rpcs_by_peer__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__LoadBalancerStatsResponse__RpcsByPeer>) {
    self.rpcsByPeer = CValue.dictionary(wire.pointee.rpcs_by_peer, wire.pointee.n_rpcs_by_peer) {
      (CValue.string($0.pointee.key), $0.pointee.value)
    }
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__LoadBalancerStatsResponse__RpcsByPeer>, in arena: Arena) {
    grpc__testing__load_balancer_stats_response__rpcs_by_peer__init(wire)
    (wire.pointee.n_rpcs_by_peer, wire.pointee.rpcs_by_peer) = arena.dictionary(self.rpcsByPeer, grpc__testing__load_balancer_stats_response__rpcs_by_peer__rpcs_by_peer_entry__init) {
      entry, key, value in
      entry.pointee.key = arena.string(key)
      entry.pointee.value = value
    }
  }
}

extension GrpcTesting.LoadBalancerAccumulatedStatsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.LoadBalancerAccumulatedStatsRequest"
  package typealias Wire = Grpc__Testing__LoadBalancerAccumulatedStatsRequest
  package static let schema = MessageSchema(of: Grpc__Testing__LoadBalancerAccumulatedStatsRequest.self, grpc__testing__load_balancer_accumulated_stats_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__LoadBalancerAccumulatedStatsRequest>) {
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__LoadBalancerAccumulatedStatsRequest>, in arena: Arena) {
    grpc__testing__load_balancer_accumulated_stats_request__init(wire)
  }
}

extension GrpcTesting.LoadBalancerAccumulatedStatsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.LoadBalancerAccumulatedStatsResponse"
  package typealias Wire = Grpc__Testing__LoadBalancerAccumulatedStatsResponse
  package static let schema = MessageSchema(of: Grpc__Testing__LoadBalancerAccumulatedStatsResponse.self, grpc__testing__load_balancer_accumulated_stats_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__LoadBalancerAccumulatedStatsResponse>) {
    self.numRpcsStartedByMethod = CValue.dictionary(wire.pointee.num_rpcs_started_by_method, wire.pointee.n_num_rpcs_started_by_method) {
      (CValue.string($0.pointee.key), $0.pointee.value)
    }
    self.numRpcsSucceededByMethod = CValue.dictionary(wire.pointee.num_rpcs_succeeded_by_method, wire.pointee.n_num_rpcs_succeeded_by_method) {
      (CValue.string($0.pointee.key), $0.pointee.value)
    }
    self.numRpcsFailedByMethod = CValue.dictionary(wire.pointee.num_rpcs_failed_by_method, wire.pointee.n_num_rpcs_failed_by_method) {
      (CValue.string($0.pointee.key), $0.pointee.value)
    }
    self.statsPerMethod = CValue.dictionary(wire.pointee.stats_per_method, wire.pointee.n_stats_per_method) {
      (CValue.string($0.pointee.key), CValue.message($0.pointee.value))
    }
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__LoadBalancerAccumulatedStatsResponse>, in arena: Arena) {
    grpc__testing__load_balancer_accumulated_stats_response__init(wire)
    (wire.pointee.n_num_rpcs_started_by_method, wire.pointee.num_rpcs_started_by_method) = arena.dictionary(self.numRpcsStartedByMethod, grpc__testing__load_balancer_accumulated_stats_response__num_rpcs_started_by_method_entry__init) {
      entry, key, value in
      entry.pointee.key = arena.string(key)
      entry.pointee.value = value
    }
    (wire.pointee.n_num_rpcs_succeeded_by_method, wire.pointee.num_rpcs_succeeded_by_method) = arena.dictionary(self.numRpcsSucceededByMethod, grpc__testing__load_balancer_accumulated_stats_response__num_rpcs_succeeded_by_method_entry__init) {
      entry, key, value in
      entry.pointee.key = arena.string(key)
      entry.pointee.value = value
    }
    (wire.pointee.n_num_rpcs_failed_by_method, wire.pointee.num_rpcs_failed_by_method) = arena.dictionary(self.numRpcsFailedByMethod, grpc__testing__load_balancer_accumulated_stats_response__num_rpcs_failed_by_method_entry__init) {
      entry, key, value in
      entry.pointee.key = arena.string(key)
      entry.pointee.value = value
    }
    (wire.pointee.n_stats_per_method, wire.pointee.stats_per_method) = arena.dictionary(self.statsPerMethod, grpc__testing__load_balancer_accumulated_stats_response__stats_per_method_entry__init) {
      entry, key, value in
      entry.pointee.key = arena.string(key)
      entry.pointee.value = arena.message(value)
    }
  }
}

extension GrpcTesting.LoadBalancerAccumulatedStatsResponse.MethodStats: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.LoadBalancerAccumulatedStatsResponse.MethodStats"
  package typealias Wire = Grpc__Testing__LoadBalancerAccumulatedStatsResponse__MethodStats
  package static let schema = MessageSchema(of: Grpc__Testing__LoadBalancerAccumulatedStatsResponse__MethodStats.self, grpc__testing__load_balancer_accumulated_stats_response__method_stats__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__LoadBalancerAccumulatedStatsResponse__MethodStats>) {
    self.rpcsStarted = wire.pointee.rpcs_started
    self.result = CValue.dictionary(wire.pointee.result, wire.pointee.n_result) {
      ($0.pointee.key, $0.pointee.value)
    }
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__LoadBalancerAccumulatedStatsResponse__MethodStats>, in arena: Arena) {
    grpc__testing__load_balancer_accumulated_stats_response__method_stats__init(wire)
    wire.pointee.rpcs_started = self.rpcsStarted
    (wire.pointee.n_result, wire.pointee.result) = arena.dictionary(self.result, grpc__testing__load_balancer_accumulated_stats_response__method_stats__result_entry__init) {
      entry, key, value in
      entry.pointee.key = key
      entry.pointee.value = value
    }
  }
}

extension GrpcTesting.ClientConfigureRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.ClientConfigureRequest"
  package typealias Wire = Grpc__Testing__ClientConfigureRequest
  package static let schema = MessageSchema(of: Grpc__Testing__ClientConfigureRequest.self, grpc__testing__client_configure_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__ClientConfigureRequest>) {
    self.types = CValue.array(wire.pointee.types, wire.pointee.n_types) { .init(rawValue: Int32(bitPattern: $0.rawValue)) }
    self.metadata = CValue.messages(wire.pointee.metadata, wire.pointee.n_metadata)
    self.timeoutSec = wire.pointee.timeout_sec
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__ClientConfigureRequest>, in arena: Arena) {
    grpc__testing__client_configure_request__init(wire)
    (wire.pointee.n_types, wire.pointee.types) = arena.array(self.types) { .init(UInt32(bitPattern: $0.rawValue)) }
    (wire.pointee.n_metadata, wire.pointee.metadata) = arena.messages(self.metadata)
    wire.pointee.timeout_sec = self.timeoutSec
  }
}

extension GrpcTesting.ClientConfigureRequest.Metadata: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.ClientConfigureRequest.Metadata"
  package typealias Wire = Grpc__Testing__ClientConfigureRequest__Metadata
  package static let schema = MessageSchema(of: Grpc__Testing__ClientConfigureRequest__Metadata.self, grpc__testing__client_configure_request__metadata__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__ClientConfigureRequest__Metadata>) {
    self.type = .init(rawValue: Int32(bitPattern: wire.pointee.type.rawValue))
    self.key = CValue.string(wire.pointee.key)
    self.value = CValue.string(wire.pointee.value)
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__ClientConfigureRequest__Metadata>, in arena: Arena) {
    grpc__testing__client_configure_request__metadata__init(wire)
    wire.pointee.type = .init(UInt32(bitPattern: self.type.rawValue))
    wire.pointee.key = arena.string(self.key)
    wire.pointee.value = arena.string(self.value)
  }
}

extension GrpcTesting.ClientConfigureResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.ClientConfigureResponse"
  package typealias Wire = Grpc__Testing__ClientConfigureResponse
  package static let schema = MessageSchema(of: Grpc__Testing__ClientConfigureResponse.self, grpc__testing__client_configure_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__ClientConfigureResponse>) {
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__ClientConfigureResponse>, in arena: Arena) {
    grpc__testing__client_configure_response__init(wire)
  }
}

extension GrpcTesting.TestOrcaReport: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.TestOrcaReport"
  package typealias Wire = Grpc__Testing__TestOrcaReport
  package static let schema = MessageSchema(of: Grpc__Testing__TestOrcaReport.self, grpc__testing__test_orca_report__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__TestOrcaReport>) {
    self.cpuUtilization = wire.pointee.cpu_utilization
    self.memoryUtilization = wire.pointee.memory_utilization
    self.requestCost = CValue.dictionary(wire.pointee.request_cost, wire.pointee.n_request_cost) {
      (CValue.string($0.pointee.key), $0.pointee.value)
    }
    self.utilization = CValue.dictionary(wire.pointee.utilization, wire.pointee.n_utilization) {
      (CValue.string($0.pointee.key), $0.pointee.value)
    }
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__TestOrcaReport>, in arena: Arena) {
    grpc__testing__test_orca_report__init(wire)
    wire.pointee.cpu_utilization = self.cpuUtilization
    wire.pointee.memory_utilization = self.memoryUtilization
    (wire.pointee.n_request_cost, wire.pointee.request_cost) = arena.dictionary(self.requestCost, grpc__testing__test_orca_report__request_cost_entry__init) {
      entry, key, value in
      entry.pointee.key = arena.string(key)
      entry.pointee.value = value
    }
    (wire.pointee.n_utilization, wire.pointee.utilization) = arena.dictionary(self.utilization, grpc__testing__test_orca_report__utilization_entry__init) {
      entry, key, value in
      entry.pointee.key = arena.string(key)
      entry.pointee.value = value
    }
  }
}
