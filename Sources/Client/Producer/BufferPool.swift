internal import Bytes
internal import Synchronization

/// The memory in which records wait until they are acknowledged: bounded, and used again.
///
/// Invariant: `outstandingBytes <= bytesMax`. Memory comes back by itself when the last slice of it is gone, on
/// whichever thread that happens.
final class BufferPool: Sendable {
  private struct State {
    var outstandingBytes = 0
    var cachedBytes = 0
    var cached: [Int: [Address]] = [:]
    var isWanted = false
  }
  private struct Address: @unchecked Sendable { let pointer: UnsafeMutableRawPointer }

  /// The least that is given out.
  static let capacityMin = 4 << 10
  private static let cachedBytesMax = 16 << 20

  /// How much may be given out at once.
  let bytesMax: Int
  private let state = Mutex(State())
  private let onRoom: @Sendable () -> Void

  /// A pool of `bytesMax` bytes; `onRoom` is called when memory came back after `allocate` had refused.
  init(bytesMax: Int, onRoom: @escaping @Sendable () -> Void = {}) {
    self.bytesMax = bytesMax
    self.onRoom = onRoom
  }

  deinit {
    state.withLock { state in
      for addresses in state.cached.values { for address in addresses { address.pointer.deallocate() } }
    }
  }

  /// How much is given out at the moment.
  var outstandingBytes: Int { state.withLock { $0.outstandingBytes } }

  /// At least `capacity` bytes, or nil if that would be over the bound; then `onRoom` tells when to ask again.
  func allocate(_ capacity: Int) -> ByteStorage? {
    let size = Self.rounded(capacity)
    let found: Address?? = state.withLock { state in
      guard state.outstandingBytes + size <= bytesMax else {
        state.isWanted = true
        return .none
      }
      state.outstandingBytes += size
      guard let address = state.cached[size]?.popLast() else { return .some(nil) }
      state.cachedBytes -= size
      return .some(address)
    }
    guard let found else { return nil }
    let base = found?.pointer ?? .allocate(byteCount: size, alignment: 16)
    return ByteStorage(base: base, capacity: size) { [self] base, size in give(back: Address(pointer: base), size) }
  }

  private func give(back address: Address, _ size: Int) {
    let (isKept, isWanted) = state.withLock { state in
      state.outstandingBytes -= size
      defer { state.isWanted = false }
      guard state.cachedBytes + size <= Self.cachedBytesMax else { return (false, state.isWanted) }
      state.cachedBytes += size
      state.cached[size, default: []].append(address)
      return (true, state.isWanted)
    }
    if !isKept { address.pointer.deallocate() }
    if isWanted { onRoom() }
  }

  /// The size that is given out for a wish: powers of two, so that memory fits the next wish too.
  static func rounded(_ capacity: Int) -> Int {
    if capacity <= capacityMin { return capacityMin }
    return 1 << (Int.bitWidth - (capacity - 1).leadingZeroBitCount)
  }
}
