// swift-format-ignore-file
// Generated from google/protobuf/duration.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CMessages

extension GoogleProtobuf {
  /// The message `google.protobuf.Duration`.
  public struct Duration: Message {
    /// The field `seconds` of `google.protobuf.Duration`.
    public var seconds: Int64 = 0
    /// The field `nanos` of `google.protobuf.Duration`.
    public var nanos: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      seconds: Int64 = 0,
      nanos: Int32 = 0
    ) {
      self.seconds = seconds
      self.nanos = nanos
    }
  }
}

extension GoogleProtobuf.Duration: WireMessage {
  /// The message's full name.
  public static let messageName = "google.protobuf.Duration"
  package typealias Wire = Google__Protobuf__Duration
  package static let schema = MessageSchema(of: Google__Protobuf__Duration.self, google__protobuf__duration__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Google__Protobuf__Duration>) {
    self.seconds = wire.pointee.seconds
    self.nanos = wire.pointee.nanos
  }

  package func fill(_ wire: UnsafeMutablePointer<Google__Protobuf__Duration>, in arena: Arena) {
    google__protobuf__duration__init(wire)
    wire.pointee.seconds = self.seconds
    wire.pointee.nanos = self.nanos
  }
}
