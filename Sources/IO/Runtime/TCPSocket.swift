internal import CShims
internal import CUV

/// What a socket tells the one who uses it. All calls come on the socket's loop.
public protocol TCPSocketDelegate: AnyObject {
  /// Bytes have arrived. They lie in the loop's own read buffer and are lent for the duration of the call.
  func received(_ bytes: UnsafeMutableRawBufferPointer)
  /// The peer will send nothing more; it may still read.
  func readEnded()
  /// The last call: the socket is gone, by `close()` (nil) or by a failure.
  func closed(_ error: RuntimeError?)
}

/// How much of a write the kernel took.
public enum WriteResult {
  /// This many bytes; 0 or fewer than offered means that the socket is full.
  case wrote(Int)
  /// The connection is broken.
  case failed(RuntimeError)
}

/// A TCP connection on one loop. Belongs to that loop's thread.
///
/// libuv's handle keeps the object alive until `closed` has been called.
public final class TCPSocket {
  /// Who hears of bytes and of the end; held until the end.
  public var delegate: (any TCPSocketDelegate)?
  /// The loop that it belongs to.
  public unowned let loop: EventLoop
  /// The peer's numeric address and port.
  public private(set) lazy var remoteAddress: String = peerAddress()

  /// The connection's descriptor; nil once it is closed.
  public var descriptor: Int32? {
    var descriptor: Int32 = -1
    return uv_fileno(asHandle(handle), &descriptor) == 0 ? descriptor : nil
  }

  let handle = UnsafeMutablePointer<uv_tcp_t>.allocate(capacity: 1)
  private let request = UnsafeMutablePointer<uv_write_t>.allocate(capacity: 1)
  private var writeDone: ((Bool) -> Void)?
  private var closing = false
  private var failure: RuntimeError?

  init(loop: EventLoop) {
    self.loop = loop
    must(uv_tcp_init(loop.uv, handle), "uv_tcp_init")
    handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
  }

  deinit {
    handle.deallocate()
    request.deallocate()
  }

  /// Turns off the waiting for more bytes to send; done for every connection.
  func configure() {
    uv_tcp_nodelay(handle, 1)
    uv_tcp_keepalive(handle, 1, 60)
  }

  /// Lets bytes come in. May be called again after `stopReading`.
  public func startReading() {
    guard !closing else { return }
    let result = uv_read_start(asStream(handle), allocate, readCallback)
    if result < 0 && result != UV_EALREADY.rawValue { fail(result, "read from \(remoteAddress)") }
  }

  /// Leaves further bytes in the kernel, and so holds the peer.
  public func stopReading() {
    guard !closing else { return }
    uv_read_stop(asStream(handle))
  }

  /// Offers bytes to the kernel without waiting.
  public func tryWrite(_ bytes: UnsafeRawBufferPointer) -> WriteResult {
    guard !closing else { return .wrote(0) }
    var buffer = uvBuffer(UnsafeMutableRawPointer(mutating: bytes.baseAddress!), bytes.count)
    let result = uv_try_write(asStream(handle), &buffer, 1)
    if result >= 0 { return .wrote(Int(result)) }
    if result == UV_EAGAIN.rawValue { return .wrote(0) }
    return .failed(RuntimeError(code: result, operation: "write to \(remoteAddress)"))
  }

  /// Writes `range` of a buffer that stays the caller's, untouched, until `done` is called with true for success.
  ///
  /// One such write at a time; `tryWrite` takes nothing meanwhile.
  public func write(
    owned base: UnsafeMutableRawPointer, range: Range<Int>, done: @escaping (Bool) -> Void
  ) {
    precondition(writeDone == nil, "a second write while one is under way")
    guard !closing else { return done(false) }
    writeDone = done
    var buffer = uvBuffer(base + range.lowerBound, range.count)
    request.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    let result = uv_write(request, asStream(handle), &buffer, 1) { request, status in
      Unmanaged<TCPSocket>.fromOpaque(request!.pointee.data)._withUnsafeGuaranteedRef { $0.wrote(status) }
    }
    if result < 0 { wrote(result) }
  }

  private func wrote(_ status: Int32) {
    guard let done = writeDone else { return }
    writeDone = nil
    if status < 0 && status != UV_ECANCELED.rawValue { fail(status, "write to \(remoteAddress)") }
    done(status >= 0)
  }

  /// Ends the connection; bytes not yet written are lost. `closed` follows later.
  public func close() {
    guard !closing else { return }
    closing = true
    uv_close(asHandle(handle), socketClosed)
  }

  fileprivate func fail(_ code: Int32, _ operation: String) {
    if failure == nil { failure = RuntimeError(code: code, operation: operation) }
    close()
  }

  fileprivate func read(_ count: Int, _ base: UnsafeMutablePointer<CChar>?) {
    if count > 0 {
      delegate?.received(UnsafeMutableRawBufferPointer(start: base, count: count))
    } else if count == Int(UV_EOF.rawValue) {
      uv_read_stop(asStream(handle))
      delegate?.readEnded()
    } else if count < 0 {
      fail(Int32(count), "read from \(remoteAddress)")
    }
  }

  fileprivate func ended() {
    let delegate = self.delegate
    self.delegate = nil
    delegate?.closed(failure)
  }

  private func peerAddress() -> String {
    guard let descriptor else { return "a closed connection" }
    return numericAddress(descriptor, newswire_peer_address) ?? "an unknown address"
  }
}

@inline(__always)
func asStream(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutablePointer<uv_stream_t> {
  pointer.assumingMemoryBound(to: uv_stream_t.self)
}

private func uvBuffer(_ base: UnsafeMutableRawPointer, _ count: Int) -> uv_buf_t {
  uv_buf_t(base: base.assumingMemoryBound(to: CChar.self), len: count)
}

func numericAddress(
  _ descriptor: Int32, _ ask: (Int32, UnsafeMutablePointer<CChar>?, Int, UnsafeMutablePointer<Int32>?) -> Int32
) -> String? {
  var port: Int32 = 0
  var host = [CChar](repeating: 0, count: 64)
  guard ask(descriptor, &host, host.count, &port) == 0 else { return nil }
  let text = host.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  return text.contains(":") ? "[\(text)]:\(port)" : "\(text):\(port)"
}

@inline(__always)
private func socket(_ data: UnsafeMutableRawPointer?, _ body: (TCPSocket) -> Void) {
  Unmanaged<TCPSocket>.fromOpaque(data!)._withUnsafeGuaranteedRef { body($0) }
}

private let allocate: uv_alloc_cb = { handle, _, buffer in
  socket(handle!.pointee.data) { socket in
    let memory = socket.loop.readBuffer
    buffer!.pointee = uvBuffer(memory.baseAddress!, memory.count)
  }
}

private let readCallback: uv_read_cb = { stream, count, buffer in
  socket(stream!.pointee.data) { $0.read(count, buffer?.pointee.base) }
}

/// The handle's memory is libuv's until here: the only place where it lets go of the object.
private let socketClosed: uv_close_cb = { handle in
  Unmanaged<TCPSocket>.fromOpaque(handle!.pointee.data).takeRetainedValue().ended()
}

/// Closes a socket, a listener or the loop's own wake-up that is still open when its loop ends.
func closeSocketAtEnd(_ handle: UnsafeMutablePointer<uv_handle_t>) {
  guard let data = handle.pointee.data else { return uv_close(handle, nil) }
  switch Unmanaged<AnyObject>.fromOpaque(data).takeUnretainedValue() {
  case let socket as TCPSocket: socket.close()
  case let listener as Listener: listener.close()
  default: uv_close(handle, nil)
  }
}
