// swift-format-ignore-file
// Generated from the packages of all .proto files by Protos/generate.sh. Change that, not this.

package import Messages

/// The messages and services of the package `grpc.testing`.
public enum GrpcTesting {
  /// Every message, for tests and fuzzing.
  package static let everyMessage: [any WireMessage.Type] = [
    GrpcTesting.Empty.self,
    GrpcTesting.BoolValue.self,
    GrpcTesting.Payload.self,
    GrpcTesting.EchoStatus.self,
    GrpcTesting.SimpleRequest.self,
    GrpcTesting.SimpleResponse.self,
    GrpcTesting.StreamingInputCallRequest.self,
    GrpcTesting.StreamingInputCallResponse.self,
    GrpcTesting.ResponseParameters.self,
    GrpcTesting.StreamingOutputCallRequest.self,
    GrpcTesting.StreamingOutputCallResponse.self,
    GrpcTesting.ReconnectParams.self,
    GrpcTesting.ReconnectInfo.self,
    GrpcTesting.LoadBalancerStatsRequest.self,
    GrpcTesting.LoadBalancerStatsResponse.self,
    GrpcTesting.LoadBalancerStatsResponse.RpcsByPeer.self,
    GrpcTesting.LoadBalancerAccumulatedStatsRequest.self,
    GrpcTesting.LoadBalancerAccumulatedStatsResponse.self,
    GrpcTesting.LoadBalancerAccumulatedStatsResponse.MethodStats.self,
    GrpcTesting.ClientConfigureRequest.self,
    GrpcTesting.ClientConfigureRequest.Metadata.self,
    GrpcTesting.ClientConfigureResponse.self,
    GrpcTesting.TestOrcaReport.self,
  ]
}

/// The messages and services of the package `newswire.testing.v1`.
public enum NewswireTestingV1 {
  /// Every message, for tests and fuzzing.
  package static let everyMessage: [any WireMessage.Type] = [
    NewswireTestingV1.Leaf.self,
    NewswireTestingV1.Everything.self,
    NewswireTestingV1.Everything.Inner.self,
  ]
}
