import Glibc
import Runtime

/// What all connections of one loop share: the buffers through which their bytes pass, and the list of those that
/// have something to send. Belongs to the loop's thread, and ends with it.
final class LoopBuffers {
  /// Plaintext on its way out: what is encrypted at once.
  static let stagingBytes = 512 << 10
  /// Ciphertext of a whole staging buffer, and room for handshake messages besides.
  static let wireBytes = stagingBytes + (64 << 10)
  private static let spareMax = 16

  /// The loop.
  let loop: EventLoop
  /// Decrypted bytes, lent to whoever takes them.
  let plaintext = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 4096)
  /// Frames that are being written.
  let staging = UnsafeMutableRawBufferPointer.allocate(byteCount: stagingBytes, alignment: 4096)
  /// Bytes for the socket. Not empty only between an encryption and the flush that follows at once.
  private(set) var wire = UnsafeMutableRawPointer.allocate(byteCount: wireBytes, alignment: 4096)
  var wireCount = 0
  private var spares: [UnsafeMutableRawPointer] = []
  private var marked: [TLSConnection] = []
  private var postponed: [TLSConnection] = []

  private init(_ loop: EventLoop) {
    self.loop = loop
    loop.addTickHook { [unowned self] in self.flush() }
  }

  deinit {
    plaintext.deallocate()
    staging.deallocate()
    wire.deallocate()
    for spare in spares { spare.deallocate() }
  }

  /// The buffers of the loop on whose thread this is called.
  static func current(_ loop: EventLoop) -> LoopBuffers {
    precondition(loop.isCurrent, "not on loop \(loop.name)")
    if let pointer = pthread_getspecific(threadKey) {
      return Unmanaged<LoopBuffers>.fromOpaque(pointer).takeUnretainedValue()
    }
    let fresh = LoopBuffers(loop)
    pthread_setspecific(threadKey, Unmanaged.passRetained(fresh).toOpaque())
    return fresh
  }

  /// Appends to the bytes for the socket; false if there is no room.
  func append(_ bytes: UnsafeRawPointer, _ count: Int) -> Bool {
    guard Self.wireBytes - wireCount >= count else { return false }
    (wire + wireCount).copyMemory(from: bytes, byteCount: count)
    wireCount += count
    return true
  }

  /// Gives the buffer away as it is, and goes on with another one.
  func handOver() -> UnsafeMutableRawPointer {
    let given = wire
    wire = spares.popLast() ?? .allocate(byteCount: Self.wireBytes, alignment: 4096)
    wireCount = 0
    return given
  }

  /// Takes back what `handOver` gave away.
  func giveBack(_ buffer: UnsafeMutableRawPointer) {
    if spares.count < Self.spareMax { spares.append(buffer) } else { buffer.deallocate() }
  }

  /// Flushes `connection` at the end of this tick.
  func mark(_ connection: TLSConnection) { marked.append(connection) }

  /// Flushes `connection` in the next tick: it has had its share of this one.
  func postpone(_ connection: TLSConnection) { postponed.append(connection) }

  private func flush() {
    guard !marked.isEmpty else { return }
    var index = 0
    while index < marked.count {
      marked[index].pump()
      index += 1
    }
    marked.removeAll(keepingCapacity: true)
    guard !postponed.isEmpty else { return }
    swap(&marked, &postponed)
    // A job keeps the loop from sleeping on them.
    loop.execute {}
  }
}

/// Where each loop's thread keeps its buffers; they go when the thread ends.
private let threadKey: pthread_key_t = {
  var key = pthread_key_t()
  let result = pthread_key_create(&key) { pointer in
    if let pointer { Unmanaged<LoopBuffers>.fromOpaque(pointer).release() }
  }
  precondition(result == 0, "no thread-local storage")
  return key
}()
