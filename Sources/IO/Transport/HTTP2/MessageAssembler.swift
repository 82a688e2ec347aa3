import Bytes

/// Puts the messages of one stream together, each straight into memory of its own.
struct MessageAssembler {
  private var prefix: UInt64 = 0
  private var prefixCount = 0
  private var length = 0
  private var filled = 0
  /// Where the message is put together; that of a small one stays, for the next one.
  private var storage: ByteStorage?

  /// Up to so many bytes memory is used again, once nobody refers to the message in it any more.
  private static let keptBytesMax = 1 << 10

  /// True between messages: where a stream may end.
  var isAtBoundary: Bool { prefixCount == 0 }

  /// What happened to the bytes that were handed in.
  enum Step {
    /// All are used; the message goes on.
    case needsMore
    /// A message is complete; the rest of the bytes belongs to the next.
    case message(ByteSlice, isCompressed: Bool)
    /// The message will not be taken.
    case refused(MessageRefusal)
  }

  /// Forgets what has come so far.
  mutating func reset() {
    prefixCount = 0
    prefix = 0
    if let storage, storage.capacity > Self.keptBytesMax { self.storage = nil }
  }

  /// Takes what it can use from the front of `bytes`. Sizes are checked before memory is taken.
  mutating func take(_ bytes: inout UnsafeRawBufferPointer, messageBytesMax: Int) -> Step {
    if prefixCount < 5 {
      while prefixCount < 5 {
        guard let byte = bytes.first else { return .needsMore }
        prefix = prefix << 8 | UInt64(byte)
        prefixCount += 1
        bytes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
      }
      if let refusal = begin(messageBytesMax) { return .refused(refusal) }
    }
    let count = min(length - filled, bytes.count)
    if count > 0, let storage {
      (storage.base + filled).copyMemory(from: bytes.baseAddress!, byteCount: count)
      MessageMemory.shared.charge(storage, count)
      filled += count
      bytes = UnsafeRawBufferPointer(rebasing: bytes[count...])
    }
    guard filled == length else { return .needsMore }
    let message = length == 0 ? .empty : storage.map { ByteSlice($0, count: length) } ?? .empty
    let isCompressed = prefix >> 32 == 1
    reset()
    return .message(message, isCompressed: isCompressed)
  }

  private mutating func begin(_ messageBytesMax: Int) -> MessageRefusal? {
    let flag = prefix >> 32
    length = Int(prefix & 0xffff_ffff)
    filled = 0
    guard flag <= 1 else { return .malformed("a message begins with flag \(flag); only 0 and 1 exist") }
    guard length <= messageBytesMax else { return .tooLarge(announced: length, limit: messageBytesMax) }
    if length >= MessageMemory.pooledBytesMin, !ReceiveBudget.shared.hasRoom(for: length) {
      return .overBudget(announced: length)
    }
    if length > 0 { takeMemory() }
    return nil
  }

  private mutating func takeMemory() {
    guard length <= Self.keptBytesMax else { return storage = MessageMemory.shared.storage(for: length) }
    if storage.map({ $0.capacity >= length }) ?? false, isKnownUniquelyReferenced(&storage) { return }
    // Somewhat more than is needed, so that most of what comes next fits in as well.
    storage = ByteStorage(capacity: max(128, 1 << (Int.bitWidth - (length - 1).leadingZeroBitCount)))
  }
}
