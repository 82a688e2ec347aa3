import Bytes
import CMessages
import Glibc

/// Scratch memory for one conversion: taken piece by piece, given back all at once.
///
/// Belongs to one thread. What is taken is valid until `reset`.
package final class Arena {
  /// The same memory for protobuf-c.
  let allocator: UnsafeMutablePointer<ProtobufCAllocator>
  private let memory: UnsafeMutablePointer<ArenaMemory>
  /// Where small messages are packed that go out at once; what is taken from it outlives `reset`.
  let messages = ByteCutter(chunkBytes: 4 << 10)

  init() {
    memory = .allocate(capacity: 1)
    memory.initialize(to: ArenaMemory())
    allocator = .allocate(capacity: 1)
    allocator.initialize(
      to: ProtobufCAllocator(
        alloc: { memory, count in memory.unsafelyUnwrapped.assumingMemoryBound(to: ArenaMemory.self).pointee.take(count)
        },
        free: { memory, piece in
          memory.unsafelyUnwrapped.assumingMemoryBound(to: ArenaMemory.self).pointee.giveBack(piece)
        },
        allocator_data: UnsafeMutableRawPointer(memory)))
  }

  deinit {
    memory.pointee.releaseAll()
    memory.deinitialize(count: 1)
    memory.deallocate()
    allocator.deallocate()
  }

  /// `count` bytes, aligned to 16, not initialised.
  func raw(_ count: Int) -> UnsafeMutableRawPointer {
    guard let piece = memory.pointee.take(count) else { fatalError("out of memory: \(count) bytes") }
    return piece
  }

  /// Forgets everything that was taken.
  func reset() { memory.pointee.reset() }

  /// The calling thread's own.
  package static var ofThisThread: Arena {
    if let stored = pthread_getspecific(key) { return Unmanaged<Arena>.fromOpaque(stored).takeUnretainedValue() }
    let arena = Arena()
    pthread_setspecific(key, Unmanaged.passRetained(arena).toOpaque())
    return arena
  }

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let status = pthread_key_create(&key) { arena in
      if let arena { Unmanaged<Arena>.fromOpaque(arena).release() }
    }
    precondition(status == 0, "no thread-specific data left")
    return key
  }()
}

/// The memory behind an arena: a chunk to take small pieces from, and what was allocated beside it.
private struct ArenaMemory {
  private static let firstChunkBytes = 64 << 10
  private static let laterChunkBytesMax = 4 << 20

  private let firstChunk: UnsafeMutableRawPointer
  private var chunk: UnsafeMutableRawPointer
  private var chunkBytes: Int
  private var used = 0
  /// Later chunks and large pieces, in the order of their allocation.
  private var blocks: [UnsafeMutableRawPointer] = []

  init() {
    firstChunk = .allocate(byteCount: Self.firstChunkBytes, alignment: 16)
    chunk = firstChunk
    chunkBytes = Self.firstChunkBytes
  }

  mutating func take(_ count: Int) -> UnsafeMutableRawPointer? {
    guard count >= 0, count < .max - 15 else { return nil }
    let rounded = (count + 15) & ~15
    if rounded <= chunkBytes - used {
      defer { used += rounded }
      return chunk + used
    }
    if rounded > Self.firstChunkBytes / 4 { return allocate(rounded) }
    let bytes = min(chunkBytes * 2, Self.laterChunkBytesMax)
    guard let next = allocate(bytes) else { return nil }
    chunk = next
    chunkBytes = bytes
    used = rounded
    return next
  }

  private mutating func allocate(_ bytes: Int) -> UnsafeMutableRawPointer? {
    guard let block = malloc(bytes) else { return nil }
    blocks.append(block)
    return block
  }

  /// Frees a large piece if it was the last; everything else waits for the reset.
  mutating func giveBack(_ piece: UnsafeMutableRawPointer?) {
    guard let piece, let last = blocks.last, piece == last, piece != chunk else { return }
    blocks.removeLast()
    free(piece)
  }

  mutating func reset() {
    used = 0
    guard !blocks.isEmpty else { return }
    for block in blocks { free(block) }
    blocks = []
    chunk = firstChunk
    chunkBytes = Self.firstChunkBytes
  }

  mutating func releaseAll() {
    reset()
    firstChunk.deallocate()
  }
}
