// swift-format-ignore-file
// Generated from grpc/testing/empty.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CInteropMessages
public import Messages

extension GrpcTesting {
  /// The message `grpc.testing.Empty`.
  public struct Empty: Message {
    /// The message with every field at its default.
    public init() {}
  }
}

extension GrpcTesting.Empty: WireMessage {
  /// The message's full name.
  public static let messageName = "grpc.testing.Empty"
  package typealias Wire = Grpc__Testing__Empty
  package static let schema = MessageSchema(of: Grpc__Testing__Empty.self, grpc__testing__empty__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Grpc__Testing__Empty>) {
  }

  package func fill(_ wire: UnsafeMutablePointer<Grpc__Testing__Empty>, in arena: Arena) {
    grpc__testing__empty__init(wire)
  }
}
