internal import CUV
internal import Glibc
internal import Model

/// A connection that is being made: resolves the name, then tries its addresses in order. Belongs to its loop's thread.
///
/// Ends exactly once: with a socket, with an error, with the timeout, or silently by `cancel()`.
public final class ConnectAttempt {
  private unowned let loop: EventLoop
  private let target: String
  private var completion: ((Result<TCPSocket, RuntimeError>) -> Void)?
  private var timer: LoopTimer?
  private var candidates: [sockaddr_storage] = []
  private var socket: TCPSocket?
  private var lastError: RuntimeError?

  fileprivate init(
    loop: EventLoop, target: String, completion: @escaping (Result<TCPSocket, RuntimeError>) -> Void
  ) {
    self.loop = loop
    self.target = target
    self.completion = completion
  }

  /// Gives up; the completion is not called any more.
  public func cancel() {
    completion = nil
    finish()
  }

  fileprivate func start(host: String, port: Int, timeout: Duration) {
    timer = loop.schedule(after: timeout) { [weak self] in
      guard let self else { return }
      self.end(
        .failure(
          RuntimeError(
            code: UV_ETIMEDOUT.rawValue, operation: "connect to \(self.target)",
            message: "no answer within \(timeout)")))
    }
    if let address = try? SocketAddress(host: host, port: port) {
      candidates = [address.withSockaddr { pointer, size in storage(of: pointer, size: size) }]
      tryNext()
    } else {
      resolve(host, port)
    }
  }

  private func resolve(_ host: String, _ port: Int) {
    let request = UnsafeMutablePointer<uv_getaddrinfo_t>.allocate(capacity: 1)
    request.pointee.data = Unmanaged.passRetained(self).toOpaque()
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    let result = uv_getaddrinfo(
      loop.uv, request,
      { request, status, list in
        let attempt = Unmanaged<ConnectAttempt>.fromOpaque(request!.pointee.data).takeRetainedValue()
        attempt.resolved(status, list)
        uv_freeaddrinfo(list)
        request!.deallocate()
      }, host, String(port), &hints)
    if result < 0 {
      Unmanaged<ConnectAttempt>.fromOpaque(request.pointee.data).release()
      request.deallocate()
      end(.failure(RuntimeError(code: result, operation: "look up \(host)")))
    }
  }

  private func resolved(_ status: Int32, _ list: UnsafeMutablePointer<addrinfo>?) {
    guard completion != nil else { return }
    if status < 0 { return end(.failure(RuntimeError(code: status, operation: "look up \(target)"))) }
    var entry = list
    while let info = entry?.pointee {
      if let address = info.ai_addr { candidates.append(storage(of: address, size: Int(info.ai_addrlen))) }
      entry = info.ai_next
    }
    tryNext()
  }

  private func tryNext() {
    guard completion != nil else { return }
    guard !candidates.isEmpty else {
      let fallback = RuntimeError(
        code: UV_EAI_NONAME.rawValue, operation: "connect to \(target)", message: "the name has no address")
      return end(.failure(lastError ?? fallback))
    }
    var address = candidates.removeFirst()
    let socket = TCPSocket(loop: loop)
    self.socket = socket
    let request = UnsafeMutablePointer<uv_connect_t>.allocate(capacity: 1)
    request.pointee.data = Unmanaged.passRetained(self).toOpaque()
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        uv_tcp_connect(request, socket.handle, $0) { request, status in
          let attempt = Unmanaged<ConnectAttempt>.fromOpaque(request!.pointee.data).takeRetainedValue()
          request!.deallocate()
          attempt.connected(status)
        }
      }
    }
    if result < 0 {
      Unmanaged<ConnectAttempt>.fromOpaque(request.pointee.data).release()
      request.deallocate()
      connected(result)
    }
  }

  private func connected(_ status: Int32) {
    guard completion != nil, let socket else { return }
    if status < 0 {
      lastError = RuntimeError(code: status, operation: "connect to \(target)")
      self.socket = nil
      socket.close()
      return tryNext()
    }
    socket.configure()
    self.socket = nil
    end(.success(socket))
  }

  private func end(_ result: Result<TCPSocket, RuntimeError>) {
    let completion = self.completion
    self.completion = nil
    finish()
    completion?(result)
  }

  private func finish() {
    timer?.cancel()
    timer = nil
    socket?.close()
    socket = nil
  }
}

private func storage(of address: UnsafePointer<sockaddr>, size: Int) -> sockaddr_storage {
  var storage = sockaddr_storage()
  withUnsafeMutableBytes(of: &storage) { bytes in
    bytes.copyMemory(from: UnsafeRawBufferPointer(start: address, count: min(size, bytes.count)))
  }
  return storage
}

extension EventLoop {
  /// Connects to `host` (a name or a numeric address) within `timeout`; the socket handed over does not read yet.
  @discardableResult
  public func connect(
    to host: String, port: Int, timeout: Duration,
    completion: @escaping (Result<TCPSocket, RuntimeError>) -> Void
  ) -> ConnectAttempt {
    precondition(isCurrent, "not on loop \(name)")
    guard !isEnding else {
      let attempt = ConnectAttempt(loop: self, target: "\(host):\(port)") { _ in }
      completion(
        .failure(RuntimeError(code: UV_ECANCELED.rawValue, operation: "connect to \(host):\(port)")))
      return attempt
    }
    let attempt = ConnectAttempt(loop: self, target: "\(host):\(port)", completion: completion)
    attempt.start(host: host, port: port, timeout: timeout)
    return attempt
  }
}
