/// An open file that closes itself when nobody refers to it any more.
public final class FileReference: Sendable {
  private let descriptor: Int32
  private let onRelease: @Sendable (Int32) -> Void

  /// Takes over `descriptor`; `onRelease` closes it.
  public init(descriptor: Int32, onRelease: @escaping @Sendable (Int32) -> Void) {
    self.descriptor = descriptor
    self.onRelease = onRelease
  }

  deinit { onRelease(descriptor) }

  /// Lends the descriptor to `body` and stays open meanwhile.
  ///
  /// There is no other way to it: a number that outlives its reference may name another file already.
  @inline(__always)
  public func withDescriptor<R, E: Error>(_ body: (Int32) throws(E) -> R) throws(E) -> R {
    defer { withExtendedLifetime(self) {} }
    return try body(descriptor)
  }
}

/// A range of an open file, whose bytes never change: a part of a log.
public struct FileRange: Sendable {
  /// The file.
  public let file: FileReference
  /// Where the range starts, in bytes from the start of the file.
  public let offset: Int
  /// How many bytes it has.
  public let count: Int

  /// `count` bytes of `file` from `offset` on.
  public init(file: FileReference, offset: Int, count: Int) {
    self.file = file
    self.offset = offset
    self.count = count
  }
}

/// The large `bytes` field of a message (field 1000): never copied, wherever it lies.
public enum Payload: Sendable {
  /// Bytes in memory; also those of a message that was received.
  case bytes(ByteSlice)
  /// Bytes of a file, read only when they go out to the socket.
  case file(FileRange)

  /// Not there.
  public static let none = Payload.bytes(.empty)

  /// How many bytes it has.
  public var count: Int {
    switch self {
    case .bytes(let slice): slice.count
    case .file(let range): range.count
    }
  }

  /// The bytes, if they are in memory.
  public var slice: ByteSlice? {
    if case .bytes(let slice) = self { slice } else { nil }
  }
}

extension Payload: Hashable {
  /// The same bytes in memory, or the same range of the same open file.
  public static func == (lhs: Payload, rhs: Payload) -> Bool {
    switch (lhs, rhs) {
    case (.bytes(let a), .bytes(let b)): a == b
    case (.file(let a), .file(let b)): a.file === b.file && a.offset == b.offset && a.count == b.count
    default: false
    }
  }
  /// Feeds what `==` compares.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .bytes(let slice): hasher.combine(slice)
    case .file(let range):
      hasher.combine(ObjectIdentifier(range.file))
      hasher.combine(range.offset)
    }
  }
}
