internal import CShims
internal import CUV
internal import Glibc

/// A listening socket on one loop. Belongs to that loop's thread.
public final class Listener {
  /// Where it listens, with the real port if the system chose one.
  public let address: SocketAddress
  private unowned let loop: EventLoop
  private let handle = UnsafeMutablePointer<uv_tcp_t>.allocate(capacity: 1)
  private let accept: (TCPSocket) -> Void
  private var closing = false
  /// Held back so that, with no descriptor left, a connection can be taken and closed instead of spinning on it.
  private var reserve: Int32 = open("/dev/null", O_RDONLY | O_CLOEXEC)

  fileprivate init(
    loop: EventLoop, on address: SocketAddress, sharing: Bool, backlog: Int32, accept: @escaping (TCPSocket) -> Void
  ) throws(RuntimeError) {
    self.loop = loop
    self.accept = accept
    let descriptor = address.withSockaddr { newswire_bind_tcp($0, $1, sharing ? 1 : 0) }
    try Runtime.check(descriptor, "listen on \(address)")
    must(uv_tcp_init(loop.uv, handle), "uv_tcp_init")
    must(uv_tcp_open(handle, descriptor), "uv_tcp_open")
    let bound = numericAddress(descriptor, newswire_local_address).flatMap(SocketAddress.split)
    self.address = try SocketAddress(host: bound?.host ?? address.host, port: bound?.port ?? address.port)
    handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    let result = uv_listen(asStream(handle), backlog) { stream, status in
      Unmanaged<Listener>.fromOpaque(stream!.pointee.data)._withUnsafeGuaranteedRef { $0.incoming(status) }
    }
    if result < 0 {
      close()
      throw RuntimeError(code: result, operation: "listen on \(address)")
    }
  }

  deinit {
    handle.deallocate()
    if reserve >= 0 { Glibc.close(reserve) }
  }

  /// Stops listening; connections that were accepted stay.
  public func close() {
    guard !closing else { return }
    closing = true
    uv_close(asHandle(handle)) { handle in
      Unmanaged<Listener>.fromOpaque(handle!.pointee.data).release()
    }
  }

  private func incoming(_ status: Int32) {
    if status == UV_EMFILE.rawValue || status == UV_ENFILE.rawValue { return shedOne() }
    guard status >= 0, !closing else { return }
    let socket = TCPSocket(loop: loop)
    guard uv_accept(asStream(handle), asStream(socket.handle)) >= 0 else { return socket.close() }
    socket.configure()
    accept(socket)
  }

  /// The descriptor limit is reached: gives up the one held back, takes the connection with it and closes it.
  private func shedOne() {
    guard reserve >= 0 else { return }
    Glibc.close(reserve)
    var listening: Int32 = -1
    if uv_fileno(asHandle(handle), &listening) == 0 {
      let refused = Glibc.accept(listening, nil, nil)
      if refused >= 0 { Glibc.close(refused) }
    }
    reserve = open("/dev/null", O_RDONLY | O_CLOEXEC)
  }
}

extension EventLoop {
  /// Listens on `address` and hands every connection, not yet reading, to `accept` on this loop.
  ///
  /// With `sharing`, other loops may listen on the same address; the kernel spreads the connections (SO_REUSEPORT).
  public func listen(
    on address: SocketAddress, sharing: Bool = false, backlog: Int32 = 1024, accept: @escaping (TCPSocket) -> Void
  ) throws(RuntimeError) -> Listener {
    precondition(isCurrent, "not on loop \(name)")
    return try Listener(loop: self, on: address, sharing: sharing, backlog: backlog, accept: accept)
  }
}
