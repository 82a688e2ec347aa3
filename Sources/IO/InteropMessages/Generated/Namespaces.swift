// swift-format-ignore-file
// Generated from the packages of all .proto files by Protos/generate.sh. Change that, not this.

/// The messages and services of the package `grpc.testing`.
public enum GrpcTesting {}
/// The messages and services of the package `newswire.testing.v1`.
public enum NewswireTestingV1 {}
