internal import COpenSSL
internal import Glibc
internal import Model
internal import Runtime

/// A sender and a receiver over one TLS 1.3 connection with blocking calls, each on a thread of its own: the least that
/// a broker must do, with as few system calls as possible. The receiver reads 64 KiB at a time and writes a batch at
/// once; the sender reads a batch at once, and sends it at once.
struct TLSPipe: Sendable {
  /// What stands at the pipe's ends.
  enum Work: Sendable {
    /// What is received is appended to this file, as a producer's broker does, which is synced behind each batch or not
    /// at all. What is sent lies in memory.
    case append(String, syncs: Bool)
    /// What is sent is read from this file, over and over, as a consumer's broker does. What is received is dropped.
    case read(String)
  }

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
  let work: Work
  /// How large the file is that is read: more than the processor's caches hold.
  private static let sourceBytes = 256 << 20

  func run() async throws -> Cost {
    let (listener, port) = try listen()
    let source = try source()
    defer {
      close(listener)
      removeFile()
    }
    let receiving = try EventLoop(name: "receiver")
    let sending = try EventLoop(name: "sender")
    for loop in [receiving, sending] { loop.start() }
    defer { for loop in [receiving, sending] { loop.stop() } }
    let began = monotonicNow()
    async let received = LoopBound((), on: receiving).run { _ in try receive(listener) }
    async let sent = LoopBound((), on: sending).run { _ in try send(port, from: source) }
    let (sender, receiver) = try await (sent, received)
    return Cost(seconds: (monotonicNow() - began).seconds, sender: sender, receiver: receiver)
  }

  // MARK: The two ends; each answers with its thread's processor time

  private func receive(_ listener: Int32) throws -> Double {
    let socket = accept(listener, nil, nil)
    guard socket >= 0 else { throw CommandError.system("cannot accept a connection") }
    defer { close(socket) }
    let session = try TLSPipeSession(TLS_server_method(), socket, certificate: certificate, key: key)
    session.readAhead()
    var output: Int32?
    var syncs = false
    if case .append(let path, let isSynced) = work {
      output = try create(path)
      syncs = isSynced
    }
    defer { if let output { close(output) } }
    try session.finish(SSL_accept(session.ssl), "accept")
    let began = threadTime()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: batchBytes, alignment: 4096)
    defer { buffer.deallocate() }
    for _ in 0..<totalBytes / batchBytes {
      try session.receive(into: buffer)
      guard let output else { continue }
      try StandardStreams.write(UnsafeRawBufferPointer(buffer), to: output)
      guard !syncs || fdatasync(output) == 0 else { throw CommandError.system("cannot sync the file") }
    }
    // The sender waits for this: the end is when all is on disk.
    try session.send(UnsafeRawBufferPointer(rebasing: buffer[0..<1]))
    return threadTime() - began
  }

  private func send(_ port: UInt16, from source: Int32?) throws -> Double {
    defer { if let source { close(source) } }
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
    try session.gatherWrites(batchBytes)
    let began = threadTime()
    let batch = UnsafeMutableRawBufferPointer.allocate(byteCount: batchBytes, alignment: 4096)
    defer { batch.deallocate() }
    batch.copyBytes(from: Values(count: batchBytes)[0])
    for number in 0..<totalBytes / batchBytes {
      if let source {
        let place = number * batchBytes % (Self.sourceBytes / batchBytes * batchBytes)
        guard pread(source, batch.baseAddress, batchBytes, off_t(place)) == batchBytes else {
          throw CommandError.system("cannot read the file")
        }
      }
      try session.send(UnsafeRawBufferPointer(batch))
    }
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

  /// The file that is sent, with something in it; nil if nothing is read.
  private func source() throws -> Int32? {
    guard case .read(let path) = work else { return nil }
    let descriptor = try create(path)
    let values = Values(count: 1 << 20)
    for number in 0..<Self.sourceBytes >> 20 { try StandardStreams.write(values[Int64(number)], to: descriptor) }
    return descriptor
  }

  private func removeFile() {
    switch work {
    case .append(let path, _), .read(let path): unlink(path)
    }
  }

  private func create(_ path: String) throws -> Int32 {
    let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CommandError.system("cannot write \(path)") }
    return descriptor
  }

  private func threadTime() -> Double { processorTime(CLOCK_THREAD_CPUTIME_ID) }
}
