import Bytes
import Model

/// The five bytes before every message: a flag and a length.
struct MessagePrefix: Hashable, Sendable {
  /// How many bytes a prefix has.
  static let count = 5

  /// True if the message is compressed as `grpc-encoding` says.
  var isCompressed: Bool
  /// How many bytes the message has on the wire.
  var length: UInt32

  /// The prefix as it goes on the wire.
  var bytes: [UInt8] {
    [isCompressed ? 1 : 0] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) }
  }

  /// Writes the prefix to `target`, which has room for it.
  func write(to target: UnsafeMutableRawPointer) {
    target.storeBytes(of: isCompressed ? 1 : 0, as: UInt8.self)
    target.storeBytes(of: length.bigEndian, toByteOffset: 1, as: UInt32.self)
  }
}

/// A message as it came, still compressed if its flag says so.
struct ReceivedMessage: Hashable, Sendable {
  /// The message without its prefix.
  let bytes: ByteSlice
  /// True if it is compressed as `grpc-encoding` says.
  let isCompressed: Bool

  /// What it took of the stream's window.
  var wireCount: Int { MessagePrefix.count + bytes.count }
}

/// Puts the messages of one stream together from the pieces in which DATA frames bring them.
struct MessageReader {
  private let messageBytesMax: Int
  private var prefix: UInt64 = 0
  private var prefixCount = 0
  private var storage: ByteStorage?
  private var length = 0
  private var filled = 0

  /// A reader that refuses messages of more than `messageBytesMax` bytes before it takes memory for them.
  init(messageBytesMax: Int) {
    self.messageBytesMax = messageBytesMax
  }

  /// True between messages: where a stream may end.
  var isAtBoundary: Bool { prefixCount == 0 }

  /// Takes what it can use from the front of `bytes`; returns the next whole message, or nil once all are used up.
  mutating func next(from bytes: inout UnsafeRawBufferPointer) throws(Status) -> ReceivedMessage? {
    if prefixCount < MessagePrefix.count {
      let take = min(MessagePrefix.count - prefixCount, bytes.count)
      for byte in bytes[..<take] { prefix = prefix << 8 | UInt64(byte) }
      prefixCount += take
      bytes = UnsafeRawBufferPointer(rebasing: bytes[take...])
      guard prefixCount == MessagePrefix.count else { return nil }
      try begin()
    }
    let take = min(length - filled, bytes.count)
    if take > 0, let storage {
      UnsafeMutableRawBufferPointer(start: storage.base + filled, count: take)
        .copyMemory(from: .init(rebasing: bytes[..<take]))
      filled += take
      bytes = UnsafeRawBufferPointer(rebasing: bytes[take...])
    }
    return filled == length ? end() : nil
  }

  private mutating func begin() throws(Status) {
    let flag = prefix >> 32
    guard flag <= 1 else { throw Status(.internal, "a message starts with flag \(flag); only 0 and 1 exist") }
    let announced = Int(prefix & 0xffff_ffff)
    guard announced <= messageBytesMax else {
      throw Status(
        .resourceExhausted, "a message of \(announced) bytes is over the limit of \(messageBytesMax) bytes")
    }
    length = announced
    filled = 0
    storage = announced == 0 ? nil : ByteStorage(capacity: announced)
  }

  private mutating func end() -> ReceivedMessage {
    let bytes = storage.map { ByteSlice($0, count: length) } ?? .empty
    let isCompressed = prefix >> 32 == 1
    storage = nil
    prefix = 0
    prefixCount = 0
    return ReceivedMessage(bytes: bytes, isCompressed: isCompressed)
  }
}
