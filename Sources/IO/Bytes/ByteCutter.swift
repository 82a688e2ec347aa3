/// Cuts small pieces out of larger memory, so that not each takes memory of its own. Belongs to one thread.
///
/// A piece keeps all the memory that it was cut from: it is for what is let go soon.
public final class ByteCutter {
  private let chunkBytes: Int
  private var chunk: ByteStorage?
  private var used = 0

  /// Cuts from pieces of `chunkBytes`.
  public init(chunkBytes: Int = 16 << 10) {
    self.chunkBytes = chunkBytes
  }

  /// Room for `count` bytes, not initialised: to be written before a slice of it is handed out.
  public func room(for count: Int) -> (storage: ByteStorage, offset: Int) {
    guard count <= chunkBytes / 8 else { return (ByteStorage(capacity: count), 0) }
    if let chunk, used + count <= chunkBytes {
      defer { used += count }
      return (chunk, used)
    }
    used = count
    // What nobody refers to any more is written anew.
    if isKnownUniquelyReferenced(&chunk), let chunk { return (chunk, 0) }
    let fresh = ByteStorage(capacity: chunkBytes)
    chunk = fresh
    return (fresh, 0)
  }
}
