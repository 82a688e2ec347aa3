// swift-format-ignore-file
// Generated from google/rpc/status.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CMessages

extension GoogleRpc {
  /// The message `google.rpc.Status`.
  public struct Status: Message {
    /// The field `code` of `google.rpc.Status`.
    public var code: Int32 = 0
    /// The field `message` of `google.rpc.Status`.
    public var message: String = ""
    /// The field `details` of `google.rpc.Status`.
    public var details: [GoogleProtobuf.AnyMessage] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      code: Int32 = 0,
      message: String = "",
      details: [GoogleProtobuf.AnyMessage] = []
    ) {
      self.code = code
      self.message = message
      self.details = details
    }
  }
}

extension GoogleRpc.Status: WireMessage {
  /// The message's full name.
  public static let messageName = "google.rpc.Status"
  package typealias Wire = Google__Rpc__Status
  package static let schema = MessageSchema(of: Google__Rpc__Status.self, google__rpc__status__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Google__Rpc__Status>) {
    self.code = wire.pointee.code
    self.message = CValue.string(wire.pointee.message)
    self.details = CValue.messages(wire.pointee.details, wire.pointee.n_details)
  }

  package func fill(_ wire: UnsafeMutablePointer<Google__Rpc__Status>, in arena: Arena) {
    google__rpc__status__init(wire)
    wire.pointee.code = self.code
    wire.pointee.message = arena.string(self.message)
    (wire.pointee.n_details, wire.pointee.details) = arena.messages(self.details)
  }
}
