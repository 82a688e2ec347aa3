public import Bytes

/// A protobuf message as a value.
///
/// Generated for every message of the `.proto` files; the bytes are read and written by protobuf-c.
public protocol Message: Hashable, Sendable {
  /// The message with every field at its default.
  init()
  /// The message's full name, such as `newswire.v1.ProduceRequest`.
  static var messageName: String { get }
  /// Reads the message from its bytes.
  ///
  /// Strict: what is malformed in any way is refused, as are strings that are not UTF-8 or hold a NUL, and a single
  /// sub-message given twice. Unknown fields are skipped. The payload (field 1000) stays a part of `bytes`, not a copy.
  init(decoding bytes: ByteSlice) throws(MessageError)
  /// The message as bytes, its payload by reference.
  func encoded() -> EncodedMessage
}

extension Message {
  /// Reads the message from its bytes.
  public init(decoding bytes: [UInt8]) throws(MessageError) {
    try self.init(decoding: ByteSlice(bytes))
  }

  /// The message as one run of bytes. Its payload must not be a file.
  public var serialized: [UInt8] {
    let encoded = encoded()
    guard let payload = encoded.payload.slice else { preconditionFailure("the payload lies in a file") }
    return encoded.head.array + payload.array
  }
}

/// A message as it goes to the wire: `head`, then the bytes of `payload`.
public struct EncodedMessage: Sendable {
  /// All bytes but the payload's own; the payload's tag and length are its end.
  public var head: ByteSlice
  /// The bytes of field 1000, where they have been all along.
  public var payload: Payload

  /// A message of these bytes.
  public init(head: ByteSlice, payload: Payload = .none) {
    self.head = head
    self.payload = payload
  }

  /// How many bytes the whole message has.
  public var count: Int { head.count + payload.count }
}

/// Bytes that are not the message that they should be.
public struct MessageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, with the names of message and field.
  public let message: String

  /// An error that says `message`.
  public init(message: String) {
    self.message = message
  }

  /// The same as `message`.
  public var description: String { message }
}

/// Which side of a call sends more than one message.
public enum CallKind: Hashable, Sendable {
  /// One request, one response.
  case unary
  /// Many requests, one response.
  case clientStreaming
  /// One request, many responses.
  case serverStreaming
  /// Many of both.
  case bidirectional
}

/// A method of a service: where it is called and which messages it takes and gives.
public struct Method<Request: Message, Response: Message>: Sendable {
  /// The HTTP/2 path, such as `/newswire.v1.Broker/Produce`.
  public let path: String
  /// Which side sends more than one message.
  public let kind: CallKind

  /// The method at this path.
  public init(path: String, kind: CallKind) {
    self.path = path
    self.kind = kind
  }
}
