package import Bytes
package import CMessages

/// A message with the C struct that protobuf-c reads and writes for it. Generated code alone conforms.
package protocol WireMessage: Message {
  /// The struct that protoc-c made.
  associatedtype Wire
  /// What protobuf-c knows of the message.
  static var schema: MessageSchema { get }
  /// Copies everything but the payload out of the struct, which has been checked.
  init(wire: UnsafePointer<Wire>)
  /// Initialises the struct and puts everything but the payload into it; what it points at lives in `arena`.
  func fill(_ wire: UnsafeMutablePointer<Wire>, in arena: Arena)
  /// The bytes of field 1000; of no effect in a message that has no such field.
  var wirePayload: Payload { get set }
}

extension WireMessage {
  package var wirePayload: Payload {
    get { .none }
    set {}
  }
}

/// What protobuf-c knows of a message: its fields by number, with their types.
package struct MessageSchema: @unchecked Sendable {
  /// The number of the field that is never copied.
  static let payloadField: UInt32 = 1000

  /// Constant memory of the generated C.
  package let descriptor: UnsafePointer<ProtobufCMessageDescriptor>

  /// The schema of the struct that `initialize` sets up.
  package init<Wire>(of wire: Wire.Type, _ initialize: (UnsafeMutablePointer<Wire>) -> Void) {
    let sample = UnsafeMutablePointer<Wire>.allocate(capacity: 1)
    defer { sample.deallocate() }
    initialize(sample)
    descriptor = UnsafeRawPointer(sample).load(as: ProtobufCMessage.self).descriptor
  }

  /// True if the message has a payload.
  var hasPayload: Bool {
    guard descriptor.pointee.n_fields > 0 else { return false }
    let last = descriptor.pointee.fields[Int(descriptor.pointee.n_fields) - 1]
    return last.id == Self.payloadField && last.type == PROTOBUF_C_TYPE_BYTES && last.label != PROTOBUF_C_LABEL_REPEATED
  }
}
