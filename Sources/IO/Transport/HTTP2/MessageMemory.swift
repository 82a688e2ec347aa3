import Bytes
import Synchronization

/// What received bytes the process holds, over all connections: what is being received, and what was handed on as
/// long as anybody keeps it. When the budget is used up, calls with large messages are refused; small ones go through.
final class ReceiveBudget: Sendable {
  /// The one of this process.
  static let shared = ReceiveBudget()

  private let limit = Atomic<Int>(256 << 20)
  private let held = Atomic<Int>(0)

  /// Sets how many bytes may be held.
  func setLimit(_ bytes: Int) { limit.store(bytes, ordering: .relaxed) }

  /// How many bytes are held now.
  var heldBytes: Int { held.load(ordering: .relaxed) }

  /// True if a message of this size may be received.
  func hasRoom(for bytes: Int) -> Bool {
    held.load(ordering: .relaxed) + bytes <= limit.load(ordering: .relaxed)
  }

  /// Counts bytes that have arrived (or have gone, if negative).
  func add(_ bytes: Int) { held.wrappingAdd(bytes, ordering: .relaxed) }
}

/// Memory for received messages, used again and again: fresh memory costs a page fault for every 4 KiB.
final class MessageMemory: Sendable {
  /// The one of this process.
  static let shared = MessageMemory()

  /// Messages below this size get memory from the system: they are not counted, and too small to be worth keeping.
  static let pooledBytesMin = 4 << 10
  /// How much unused memory is kept.
  private static let idleBytesMax = 32 << 20
  /// In front of the bytes: how many of them have been counted in the budget.
  private static let headerBytes = 64

  private struct Idle {
    var lists: [[UnsafeMutableRawPointer]] = Array(repeating: [], count: 64)
    var bytes = 0
  }

  private struct SendableIdle: @unchecked Sendable {
    var idle = Idle()
  }

  private let idle = Mutex(SendableIdle())

  /// Memory for `count` bytes, which gives itself back when nobody refers to it any more.
  func storage(for count: Int) -> ByteStorage {
    guard count >= Self.pooledBytesMin else { return ByteStorage(capacity: count) }
    let size = Self.sizeClass(count)
    let base = take(size) + Self.headerBytes
    return ByteStorage(base: base, capacity: 1 << size) { base, capacity in
      MessageMemory.shared.give(base, capacity)
    }
  }

  /// Counts `bytes` more of `storage`, as they arrive.
  func charge(_ storage: ByteStorage, _ bytes: Int) {
    guard storage.capacity >= Self.pooledBytesMin else { return }
    Self.charged(storage.base).pointee += bytes
    ReceiveBudget.shared.add(bytes)
  }

  private func take(_ size: Int) -> UnsafeMutableRawPointer {
    let reused = idle.withLock { state -> SendablePointer? in
      guard let base = state.idle.lists[size].popLast() else { return nil }
      state.idle.bytes -= 1 << size
      return SendablePointer(base)
    }
    if let reused { return reused.pointer }
    let fresh = UnsafeMutableRawPointer.allocate(byteCount: Self.headerBytes + (1 << size), alignment: 64)
    Self.charged(fresh + Self.headerBytes).initialize(to: 0)
    return fresh
  }

  private func give(_ base: UnsafeMutableRawPointer, _ capacity: Int) {
    let charged = Self.charged(base)
    ReceiveBudget.shared.add(-charged.pointee)
    charged.pointee = 0
    let memory = SendablePointer(base - Self.headerBytes)
    let isKept = idle.withLock { state in
      guard state.idle.bytes + capacity <= Self.idleBytesMax else { return false }
      state.idle.lists[capacity.trailingZeroBitCount].append(memory.pointer)
      state.idle.bytes += capacity
      return true
    }
    if !isKept { memory.pointer.deallocate() }
  }

  private static func charged(_ base: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Int> {
    (base - headerBytes).assumingMemoryBound(to: Int.self)
  }

  /// The exponent of the smallest power of two that holds `count` bytes.
  private static func sizeClass(_ count: Int) -> Int {
    Int.bitWidth - (count - 1).leadingZeroBitCount
  }
}

/// A pointer whose memory nobody else refers to.
private struct SendablePointer: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer
  init(_ pointer: UnsafeMutableRawPointer) { self.pointer = pointer }
}
