internal import CShims
internal import CUV
internal import Glibc

/// A listening socket on one loop. Belongs to that loop's thread.
///
/// It accepts by itself, not by libuv's streams: those ask again and again, and never come back to the loop, while
/// there is no descriptor left for a connection.
public final class Listener {
  /// Where it listens, with the real port if the system chose one.
  public let address: SocketAddress
  private unowned let loop: EventLoop
  private let handle = UnsafeMutablePointer<uv_poll_t>.allocate(capacity: 1)
  private let descriptor: Int32
  private let accept: (TCPSocket) -> Void
  private var closing = false
  /// Held back so that, with no descriptor left, a connection can be taken and closed instead of waiting for ever.
  private var reserve: Int32

  /// The most connections that are taken before others on the loop get their turn.
  private static let burst = 64
  /// How long nothing is accepted when not even a refusal is possible.
  private static let rest = Duration.milliseconds(50)

  fileprivate init(
    loop: EventLoop, on address: SocketAddress, sharing: Bool, backlog: Int32, accept: @escaping (TCPSocket) -> Void
  ) throws(RuntimeError) {
    self.loop = loop
    self.accept = accept
    reserve = Self.spare()
    descriptor = address.withSockaddr { newswire_listen_tcp($0, $1, sharing ? 1 : 0, backlog) }
    let bound = numericAddress(descriptor, newswire_local_address).flatMap(SocketAddress.split)
    self.address = try SocketAddress(host: bound?.host ?? address.host, port: bound?.port ?? address.port)
    try Runtime.check(descriptor, "listen on \(address)")
    must(uv_poll_init(loop.uv, handle, descriptor), "uv_poll_init")
    handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    start()
  }

  deinit {
    handle.deallocate()
    if reserve >= 0 { Glibc.close(reserve) }
  }

  private static func spare() -> Int32 { open("/dev/null", O_RDONLY | O_CLOEXEC) }

  /// Stops listening; connections that were accepted stay.
  public func close() {
    guard !closing else { return }
    closing = true
    uv_close(asHandle(handle)) { handle in
      Unmanaged<Listener>.fromOpaque(handle!.pointee.data).release()
    }
    Glibc.close(descriptor)
  }

  private func start() {
    guard !closing else { return }
    let result = uv_poll_start(handle, Int32(UV_READABLE.rawValue)) { handle, _, _ in
      Unmanaged<Listener>.fromOpaque(handle!.pointee.data)._withUnsafeGuaranteedRef { $0.acceptAll() }
    }
    must(result, "uv_poll_start")
  }

  private func acceptAll() {
    for _ in 0..<Self.burst where !closing {
      let connection = newswire_accept(descriptor)
      switch connection {
      case 0...: take(connection)
      case -EAGAIN: return
      case -EMFILE, -ENFILE, -ENOBUFS, -ENOMEM:
        guard shedOne() else { return pause() }
      default: continue  // It was gone before it was accepted.
      }
    }
  }

  private func take(_ connection: Int32) {
    let socket = TCPSocket(loop: loop)
    guard uv_tcp_open(socket.handle, connection) >= 0 else {
      Glibc.close(connection)
      return socket.close()
    }
    socket.configure()
    accept(socket)
  }

  /// The descriptor limit is reached: gives up the one held back, takes a connection with it and closes it.
  ///
  /// False if another thread has taken what was free.
  private func shedOne() -> Bool {
    if reserve < 0 { reserve = Self.spare() }
    guard reserve >= 0 else { return false }
    Glibc.close(reserve)
    let refused = newswire_accept(descriptor)
    if refused >= 0 { Glibc.close(refused) }
    reserve = Self.spare()
    return refused >= 0
  }

  private func pause() {
    uv_poll_stop(handle)
    loop.schedule(after: Self.rest) { [weak self] in self?.start() }
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
