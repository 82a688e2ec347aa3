import COpenSSL
import CShims

/// What OpenSSL reads from and writes to: the bytes that have just come in, and the loop's buffer for the socket.
struct LoopBIO {
  /// Borrowed for one call of `received`.
  var input: UnsafeRawPointer?
  var inputCount = 0
  /// True if output did not fit the loop's buffer: the connection must end.
  var hasOverflowed = false
  unowned(unsafe) let buffers: LoopBuffers

  /// A BIO over `state`, whose memory must outlive it.
  static func make(_ state: UnsafeMutablePointer<LoopBIO>) -> OpaquePointer? {
    guard let bio = BIO_new(method.pointer) else { return nil }
    BIO_set_data(bio, state)
    BIO_set_init(bio, 1)
    return bio
  }

  private struct Method: @unchecked Sendable {
    let pointer: OpaquePointer
  }

  private static let method: Method = {
    let type = BIO_get_new_index() | Int32(BIO_TYPE_SOURCE_SINK)
    let method = BIO_meth_new(type, "event loop")!
    BIO_meth_set_read(method) { bio, target, count in read(bio!, target!, Int(count)) }
    BIO_meth_set_write(method) { bio, source, count in write(bio!, source!, Int(count)) }
    BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
    return Method(pointer: method)
  }()

  private static func state(_ bio: OpaquePointer) -> UnsafeMutablePointer<LoopBIO> {
    BIO_get_data(bio)!.assumingMemoryBound(to: LoopBIO.self)
  }

  private static func read(_ bio: OpaquePointer, _ target: UnsafeMutableRawPointer, _ count: Int) -> Int32 {
    let state = state(bio)
    shims_bio_clear_retry(bio)
    guard state.pointee.inputCount > 0, let input = state.pointee.input else {
      shims_bio_retry_read(bio)
      return -1
    }
    let taken = min(count, state.pointee.inputCount)
    target.copyMemory(from: input, byteCount: taken)
    state.pointee.input = input + taken
    state.pointee.inputCount -= taken
    return Int32(taken)
  }

  private static func write(_ bio: OpaquePointer, _ source: UnsafeRawPointer, _ count: Int) -> Int32 {
    let state = state(bio)
    shims_bio_clear_retry(bio)
    guard state.pointee.buffers.append(source, count) else {
      state.pointee.hasOverflowed = true
      return -1
    }
    return Int32(count)
  }
}
