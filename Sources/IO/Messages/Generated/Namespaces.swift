// swift-format-ignore-file
// Generated from the packages of all .proto files by Protos/generate.sh. Change that, not this.

/// The messages and services of the package `google.protobuf`.
public enum GoogleProtobuf {}
/// The messages and services of the package `google.rpc`.
public enum GoogleRpc {}
/// The messages and services of the package `grpc.health.v1`.
public enum GrpcHealthV1 {}
/// The messages and services of the package `grpc.reflection.v1`.
public enum GrpcReflectionV1 {}
/// The messages and services of the package `grpc.reflection.v1alpha`.
public enum GrpcReflectionV1Alpha {}
/// The messages and services of the package `newswire.internal.v1`.
public enum NewswireInternalV1 {}
/// The messages and services of the package `newswire.v1`.
public enum NewswireV1 {}
