// swift-format-ignore-file
// Generated from grpc/testing/test.proto by Protos/generate.sh. Change that, not this.

public import Messages

extension GrpcTesting {
  /// The service `grpc.testing.TestService`.
  public enum TestService {
    /// The service's full name.
    public static let serviceName = "grpc.testing.TestService"
    /// The method `/grpc.testing.TestService/EmptyCall`.
    public static let emptyCall = Method<GrpcTesting.Empty, GrpcTesting.Empty>(
      path: "/grpc.testing.TestService/EmptyCall", kind: .unary)
    /// The method `/grpc.testing.TestService/UnaryCall`.
    public static let unaryCall = Method<GrpcTesting.SimpleRequest, GrpcTesting.SimpleResponse>(
      path: "/grpc.testing.TestService/UnaryCall", kind: .unary)
    /// The method `/grpc.testing.TestService/CacheableUnaryCall`.
    public static let cacheableUnaryCall = Method<GrpcTesting.SimpleRequest, GrpcTesting.SimpleResponse>(
      path: "/grpc.testing.TestService/CacheableUnaryCall", kind: .unary)
    /// The method `/grpc.testing.TestService/StreamingOutputCall`.
    public static let streamingOutputCall = Method<GrpcTesting.StreamingOutputCallRequest, GrpcTesting.StreamingOutputCallResponse>(
      path: "/grpc.testing.TestService/StreamingOutputCall", kind: .serverStreaming)
    /// The method `/grpc.testing.TestService/StreamingInputCall`.
    public static let streamingInputCall = Method<GrpcTesting.StreamingInputCallRequest, GrpcTesting.StreamingInputCallResponse>(
      path: "/grpc.testing.TestService/StreamingInputCall", kind: .clientStreaming)
    /// The method `/grpc.testing.TestService/FullDuplexCall`.
    public static let fullDuplexCall = Method<GrpcTesting.StreamingOutputCallRequest, GrpcTesting.StreamingOutputCallResponse>(
      path: "/grpc.testing.TestService/FullDuplexCall", kind: .bidirectional)
    /// The method `/grpc.testing.TestService/HalfDuplexCall`.
    public static let halfDuplexCall = Method<GrpcTesting.StreamingOutputCallRequest, GrpcTesting.StreamingOutputCallResponse>(
      path: "/grpc.testing.TestService/HalfDuplexCall", kind: .bidirectional)
    /// The method `/grpc.testing.TestService/UnimplementedCall`.
    public static let unimplementedCall = Method<GrpcTesting.Empty, GrpcTesting.Empty>(
      path: "/grpc.testing.TestService/UnimplementedCall", kind: .unary)
    /// All of its methods.
    public static let methods: [(path: String, kind: CallKind)] = [
      ("/grpc.testing.TestService/EmptyCall", .unary),
      ("/grpc.testing.TestService/UnaryCall", .unary),
      ("/grpc.testing.TestService/CacheableUnaryCall", .unary),
      ("/grpc.testing.TestService/StreamingOutputCall", .serverStreaming),
      ("/grpc.testing.TestService/StreamingInputCall", .clientStreaming),
      ("/grpc.testing.TestService/FullDuplexCall", .bidirectional),
      ("/grpc.testing.TestService/HalfDuplexCall", .bidirectional),
      ("/grpc.testing.TestService/UnimplementedCall", .unary),
    ]
  }

  /// The service `grpc.testing.UnimplementedService`.
  public enum UnimplementedService {
    /// The service's full name.
    public static let serviceName = "grpc.testing.UnimplementedService"
    /// The method `/grpc.testing.UnimplementedService/UnimplementedCall`.
    public static let unimplementedCall = Method<GrpcTesting.Empty, GrpcTesting.Empty>(
      path: "/grpc.testing.UnimplementedService/UnimplementedCall", kind: .unary)
    /// All of its methods.
    public static let methods: [(path: String, kind: CallKind)] = [
      ("/grpc.testing.UnimplementedService/UnimplementedCall", .unary),
    ]
  }

  /// The service `grpc.testing.ReconnectService`.
  public enum ReconnectService {
    /// The service's full name.
    public static let serviceName = "grpc.testing.ReconnectService"
    /// The method `/grpc.testing.ReconnectService/Start`.
    public static let start = Method<GrpcTesting.ReconnectParams, GrpcTesting.Empty>(
      path: "/grpc.testing.ReconnectService/Start", kind: .unary)
    /// The method `/grpc.testing.ReconnectService/Stop`.
    public static let stop = Method<GrpcTesting.Empty, GrpcTesting.ReconnectInfo>(
      path: "/grpc.testing.ReconnectService/Stop", kind: .unary)
    /// All of its methods.
    public static let methods: [(path: String, kind: CallKind)] = [
      ("/grpc.testing.ReconnectService/Start", .unary),
      ("/grpc.testing.ReconnectService/Stop", .unary),
    ]
  }

  /// The service `grpc.testing.LoadBalancerStatsService`.
  public enum LoadBalancerStatsService {
    /// The service's full name.
    public static let serviceName = "grpc.testing.LoadBalancerStatsService"
    /// The method `/grpc.testing.LoadBalancerStatsService/GetClientStats`.
    public static let getClientStats = Method<GrpcTesting.LoadBalancerStatsRequest, GrpcTesting.LoadBalancerStatsResponse>(
      path: "/grpc.testing.LoadBalancerStatsService/GetClientStats", kind: .unary)
    /// The method `/grpc.testing.LoadBalancerStatsService/GetClientAccumulatedStats`.
    public static let getClientAccumulatedStats = Method<GrpcTesting.LoadBalancerAccumulatedStatsRequest, GrpcTesting.LoadBalancerAccumulatedStatsResponse>(
      path: "/grpc.testing.LoadBalancerStatsService/GetClientAccumulatedStats", kind: .unary)
    /// All of its methods.
    public static let methods: [(path: String, kind: CallKind)] = [
      ("/grpc.testing.LoadBalancerStatsService/GetClientStats", .unary),
      ("/grpc.testing.LoadBalancerStatsService/GetClientAccumulatedStats", .unary),
    ]
  }

  /// The service `grpc.testing.XdsUpdateHealthService`.
  public enum XdsUpdateHealthService {
    /// The service's full name.
    public static let serviceName = "grpc.testing.XdsUpdateHealthService"
    /// The method `/grpc.testing.XdsUpdateHealthService/SetServing`.
    public static let setServing = Method<GrpcTesting.Empty, GrpcTesting.Empty>(
      path: "/grpc.testing.XdsUpdateHealthService/SetServing", kind: .unary)
    /// The method `/grpc.testing.XdsUpdateHealthService/SetNotServing`.
    public static let setNotServing = Method<GrpcTesting.Empty, GrpcTesting.Empty>(
      path: "/grpc.testing.XdsUpdateHealthService/SetNotServing", kind: .unary)
    /// All of its methods.
    public static let methods: [(path: String, kind: CallKind)] = [
      ("/grpc.testing.XdsUpdateHealthService/SetServing", .unary),
      ("/grpc.testing.XdsUpdateHealthService/SetNotServing", .unary),
    ]
  }

  /// The service `grpc.testing.XdsUpdateClientConfigureService`.
  public enum XdsUpdateClientConfigureService {
    /// The service's full name.
    public static let serviceName = "grpc.testing.XdsUpdateClientConfigureService"
    /// The method `/grpc.testing.XdsUpdateClientConfigureService/Configure`.
    public static let configure = Method<GrpcTesting.ClientConfigureRequest, GrpcTesting.ClientConfigureResponse>(
      path: "/grpc.testing.XdsUpdateClientConfigureService/Configure", kind: .unary)
    /// All of its methods.
    public static let methods: [(path: String, kind: CallKind)] = [
      ("/grpc.testing.XdsUpdateClientConfigureService/Configure", .unary),
    ]
  }
}
