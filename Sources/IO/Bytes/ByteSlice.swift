/// Memory that slices refer to. Written by its maker before the first slice is handed out, and again
/// only when no slice refers to it any more.
public final class ByteStorage: @unchecked Sendable {
  /// The first byte.
  public let base: UnsafeMutableRawPointer
  /// How many bytes there are.
  public let capacity: Int
  private let release: (@Sendable (UnsafeMutableRawPointer, Int) -> Void)?

  /// Fresh memory of `capacity` bytes, not initialised.
  public convenience init(capacity: Int) {
    self.init(base: .allocate(byteCount: max(capacity, 1), alignment: 16), capacity: capacity, release: nil)
  }

  /// Memory of someone else's; `release` gets it back (on any thread) when no slice refers to it any more.
  public init(
    base: UnsafeMutableRawPointer, capacity: Int, release: (@Sendable (UnsafeMutableRawPointer, Int) -> Void)?
  ) {
    self.base = base
    self.capacity = capacity
    self.release = release
  }

  deinit {
    if let release { release(base, capacity) } else { base.deallocate() }
  }
}

/// A read-only range of bytes that keeps its memory alive: what messages and payloads are passed around as.
public struct ByteSlice: Sendable {
  /// The memory; nil only for the empty slice.
  public let storage: ByteStorage?
  /// Where in the memory it starts.
  public let offset: Int
  /// How many bytes it has.
  public let count: Int

  /// No bytes at all.
  public static let empty = ByteSlice()

  /// The empty slice.
  public init() {
    storage = nil
    offset = 0
    count = 0
  }

  /// `count` bytes of `storage` from `offset` on. Both must lie within it.
  public init(_ storage: ByteStorage, offset: Int = 0, count: Int) {
    precondition(offset >= 0 && count >= 0 && offset + count <= storage.capacity, "slice outside its storage")
    self.storage = storage
    self.offset = offset
    self.count = count
  }

  /// A copy of `bytes`.
  public init(copying bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress, !bytes.isEmpty else {
      self.init()
      return
    }
    let storage = ByteStorage(capacity: bytes.count)
    storage.base.copyMemory(from: source, byteCount: bytes.count)
    self.init(storage, count: bytes.count)
  }

  /// A copy of `bytes`.
  public init(_ bytes: [UInt8]) {
    self = bytes.withUnsafeBytes { ByteSlice(copying: $0) }
  }

  /// True if there is not one byte.
  public var isEmpty: Bool { count == 0 }

  /// Lends the bytes for the duration of `body`.
  @inlinable
  public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    try body(UnsafeRawBufferPointer(start: storage.map { UnsafeRawPointer($0.base) + offset }, count: count))
  }

  /// Part of these bytes; `range` counts from the slice's own start and must lie within it.
  public subscript(range: Range<Int>) -> ByteSlice {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "slice outside the slice")
    guard let storage else { return self }
    return ByteSlice(storage, offset: offset + range.lowerBound, count: range.count)
  }

  /// A copy as an array.
  public var array: [UInt8] { withUnsafeBytes { Array($0) } }
}

extension ByteSlice: Hashable {
  /// True if both have the same bytes.
  public static func == (lhs: ByteSlice, rhs: ByteSlice) -> Bool {
    lhs.count == rhs.count && lhs.withUnsafeBytes { a in rhs.withUnsafeBytes { b in a.elementsEqual(b) } }
  }
  /// Feeds the bytes to the hasher.
  public func hash(into hasher: inout Hasher) {
    withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}
