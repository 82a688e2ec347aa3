// swift-format-ignore-file
// Generated from google/protobuf/any.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CMessages

extension GoogleProtobuf {
  /// The message `google.protobuf.Any`.
  public struct AnyMessage: Message {
    /// The field `type_url` of `google.protobuf.Any`.
    public var typeURL: String = ""
    /// The field `value` of `google.protobuf.Any`.
    public var value: [UInt8] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      typeURL: String = "",
      value: [UInt8] = []
    ) {
      self.typeURL = typeURL
      self.value = value
    }
  }
}

extension GoogleProtobuf.AnyMessage: WireMessage {
  /// The message's full name.
  public static let messageName = "google.protobuf.Any"
  package typealias Wire = Google__Protobuf__Any
  package static let schema = MessageSchema(of: Google__Protobuf__Any.self, google__protobuf__any__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Google__Protobuf__Any>) {
    self.typeURL = CValue.string(wire.pointee.type_url)
    self.value = CValue.bytes(wire.pointee.value)
  }

  package func fill(_ wire: UnsafeMutablePointer<Google__Protobuf__Any>, in arena: Arena) {
    google__protobuf__any__init(wire)
    wire.pointee.type_url = arena.string(self.typeURL)
    wire.pointee.value = arena.bytes(self.value)
  }
}
