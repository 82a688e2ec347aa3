internal import COpenSSL
internal import CShims
internal import Glibc
internal import Model
internal import Runtime

/// A sender and a receiver over one TLS 1.3 connection with blocking calls, each on a thread of its own.
struct TLSPipe: Sendable {
  /// What it took, in seconds.
  struct Cost: Sendable {
    let seconds: Double
    let sender: Double
    let receiver: Double
  }

  let certificate: String
  let key: String
  let batchBytes: Int
  let totalBytes: Int
  /// What is received is appended to this file, which is synced behind each batch and removed at the end; nil: dropped.
  let file: String?

  func run() async throws -> Cost {
    let (listener, port) = try listen()
    defer { close(listener) }
    let receiving = try EventLoop(name: "receiver")
    let sending = try EventLoop(name: "sender")
    for loop in [receiving, sending] { loop.start() }
    defer { for loop in [receiving, sending] { loop.stop() } }
    let began = monotonicNow()
    async let received = LoopBound((), on: receiving).run { _ in try receive(listener) }
    async let sent = LoopBound((), on: sending).run { _ in try send(port) }
    let (sender, receiver) = try await (sent, received)
    return Cost(seconds: (monotonicNow() - began).seconds, sender: sender, receiver: receiver)
  }

  // MARK: The two ends; each answers with its thread's processor time

  private func receive(_ listener: Int32) throws -> Double {
    let socket = accept(listener, nil, nil)
    guard socket >= 0 else { throw CommandError.system("cannot accept a connection") }
    defer { close(socket) }
    let session = try TLSPipeSession(TLS_server_method(), socket, certificate: certificate, key: key)
    let output = try file.map { try create($0) }
    defer {
      if let output, let file {
        close(output)
        unlink(file)
      }
    }
    try session.finish(SSL_accept(session.ssl), "accept")
    let began = threadTime()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: batchBytes, alignment: 4096)
    defer { buffer.deallocate() }
    for _ in 0..<totalBytes / batchBytes {
      try session.receive(into: buffer)
      guard let output else { continue }
      try StandardStreams.write(UnsafeRawBufferPointer(buffer), to: output)
      guard fdatasync(output) == 0 else { throw CommandError.system("cannot sync \(file ?? "")") }
    }
    // The sender waits for this: the end is when all is on disk.
    try session.send(UnsafeRawBufferPointer(rebasing: buffer[0..<1]))
    return threadTime() - began
  }

  private func send(_ port: UInt16) throws -> Double {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(socket) }
    var address = loopback(port)
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw CommandError.system("cannot connect to the receiver") }
    let session = try TLSPipeSession(TLS_client_method(), socket, certificate: certificate, key: key)
    try session.finish(SSL_connect(session.ssl), "connect")
    let began = threadTime()
    let batch = UnsafeMutableRawBufferPointer.allocate(byteCount: batchBytes, alignment: 4096)
    defer { batch.deallocate() }
    batch.copyBytes(from: Values(count: batchBytes)[0])
    for _ in 0..<totalBytes / batchBytes { try session.send(UnsafeRawBufferPointer(batch)) }
    try session.receive(into: UnsafeMutableRawBufferPointer(rebasing: batch[0..<1]))
    return threadTime() - began
  }

  // MARK: The system

  private func listen() throws -> (Int32, UInt16) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && Glibc.listen(listener, 1) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    guard isListening else { throw CommandError.system("cannot listen on 127.0.0.1") }
    return (listener, UInt16(bigEndian: address.sin_port))
  }

  private func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    return address
  }

  private func create(_ path: String) throws -> Int32 {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CommandError.system("cannot write \(path)") }
    return descriptor
  }

  private func threadTime() -> Double { processorTime(CLOCK_THREAD_CPUTIME_ID) }
}

/// One end of a TLS connection over a blocking socket. Nobody's name is checked: both ends are this process.
private final class TLSPipeSession {
  let ssl: OpaquePointer
  private let context: OpaquePointer

  init(_ method: OpaquePointer?, _ socket: Int32, certificate: String, key: String) throws {
    guard let context = SSL_CTX_new(method), shims_tls_restrict(context) != 0,
      SSL_CTX_use_certificate_chain_file(context, certificate) == 1,
      SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1, let ssl = SSL_new(context),
      SSL_set_fd(ssl, socket) == 1
    else { throw CommandError("cannot use the certificate \(certificate) with the key \(key)") }
    self.context = context
    self.ssl = ssl
    var one: Int32 = 1
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit {
    SSL_free(ssl)
    SSL_CTX_free(context)
  }

  func finish(_ result: Int32, _ what: String) throws {
    guard result == 1 else { throw CommandError("cannot \(what) the TLS connection") }
  }

  func send(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = SSL_write(ssl, rest.baseAddress, Int32(rest.count))
      guard count > 0 else { throw CommandError("the TLS connection broke while sending") }
      rest = UnsafeRawBufferPointer(rebasing: rest[Int(count)...])
    }
  }

  func receive(into bytes: UnsafeMutableRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = SSL_read(ssl, rest.baseAddress, Int32(rest.count))
      guard count > 0 else { throw CommandError("the TLS connection broke while receiving") }
      rest = UnsafeMutableRawBufferPointer(rebasing: rest[Int(count)...])
    }
  }
}
