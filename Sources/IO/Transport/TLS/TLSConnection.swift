import COpenSSL
import Runtime

/// The three things a connection needs of its socket, so that it can be tested without one.
protocol ByteLink: AnyObject {
  func startReading()
  func tryWrite(_ bytes: UnsafeRawBufferPointer) -> WriteResult
  func write(owned base: UnsafeMutableRawPointer, range: Range<Int>, done: @escaping (Bool) -> Void)
  func close()
}

extension TCPSocket: ByteLink {}

/// What a connection carries: takes plaintext, gives plaintext. Called on the connection's loop.
protocol TLSConnectionDelegate: AnyObject {
  /// The handshake is done (at once without TLS).
  func connectionSecured()
  /// Bytes have come; false if no more are wanted.
  func plaintextReceived(_ bytes: UnsafeRawBufferPointer) -> Bool
  /// Writes what is to be sent; the answer is how much.
  func fillPlaintext(_ buffer: UnsafeMutableRawBufferPointer) -> Int
  /// True if there is nothing more to say: the connection closes.
  var isFinished: Bool { get }
  /// The last call; why the connection ended.
  func connectionClosed(_ reason: String)
}

/// TLS on one socket, or none if made without a context. Belongs to the socket's loop.
///
/// Encrypts into the loop's shared buffer, which goes to the socket as one; what the socket does not take keeps the
/// whole buffer until it has gone, and the loop goes on with another one.
final class TLSConnection: TCPSocketDelegate {
  /// From the handshake to the end of the socket.
  private enum Phase {
    case handshake
    case open
    /// We have said all; the peer's last bytes are passed over, so that it can read ours before the socket closes.
    case lingering
    case closed
  }

  /// How long the peer has to read our last words.
  private static let lingerTime = Duration.seconds(1)
  /// How much may wait behind a write that is under way: answers to KeyUpdate and alerts, never data.
  private static let lateBytesMax = 64 << 10

  /// How many full buffers a connection may send before the others of its loop get their turn.
  private static let buffersAtOnce = 4

  let tls: TLSSession?
  private let buffers: LoopBuffers
  private let link: any ByteLink
  private let bio: UnsafeMutablePointer<LoopBIO>
  private var delegate: (any TLSConnectionDelegate)?
  private var phase = Phase.handshake
  private var reason: String?
  private var isMarked = false
  private var isWriting = false
  private var late: [UInt8] = []
  private var lingerTimer: LoopTimer?

  /// A connection over `link`. The socket's delegate must be set to it.
  init(
    link: any ByteLink, tls: TLSSession?, buffers: LoopBuffers, delegate: any TLSConnectionDelegate
  ) throws(TLSError) {
    self.link = link
    self.tls = tls
    self.buffers = buffers
    self.delegate = delegate
    bio = .allocate(capacity: 1)
    bio.initialize(to: LoopBIO(buffers: buffers))
    guard let tls else { return }
    guard let made = LoopBIO.make(bio) else { throw TLSError("OpenSSL cannot make a BIO: out of memory") }
    SSL_set_bio(tls.ssl, made, made)
  }

  deinit { bio.deallocate() }

  /// Begins: reads, and as a client sends its first message.
  func start() {
    link.startReading()
    if tls == nil { secured() } else { shakeHands() }
  }

  /// Sends what there is to send at the end of this tick.
  func setNeedsFlush() {
    guard !isMarked else { return }
    isMarked = true
    buffers.mark(self)
  }

  /// Ends the connection at once; the delegate hears of it later.
  func close(_ reason: String) {
    guard phase != .closed else { return }
    phase = .closed
    if self.reason == nil { self.reason = reason }
    buffers.wireCount = 0
    lingerTimer?.cancel()
    link.close()
  }

  // MARK: From the socket

  func received(_ bytes: UnsafeMutableRawBufferPointer) {
    guard let tls else { return receivedInTheClear(bytes) }
    guard phase == .handshake || phase == .open else { return }
    bio.pointee.input = UnsafeRawPointer(bytes.baseAddress)
    bio.pointee.inputCount = bytes.count
    ERR_clear_error()
    if phase == .handshake { shakeHands() }
    if phase == .open { decrypt(tls) }
    bio.pointee.input = nil
    bio.pointee.inputCount = 0
    // Answers to KeyUpdate, alerts: they must leave the shared buffer before another connection uses it.
    if phase == .open { flushWire() }
  }

  func readEnded() {
    close("the peer closed the connection")
  }

  func closed(_ error: RuntimeError?) {
    phase = .closed
    lingerTimer?.cancel()
    let delegate = self.delegate
    self.delegate = nil
    delegate?.connectionClosed(reason ?? error?.description ?? "the connection was closed")
  }

  private func receivedInTheClear(_ bytes: UnsafeMutableRawBufferPointer) {
    guard phase == .open, let delegate else { return }
    if !delegate.plaintextReceived(UnsafeRawBufferPointer(bytes)) { pumpAndEnd() } else { setNeedsFlush() }
  }

  // MARK: Reading

  private func shakeHands() {
    guard let tls else { return }
    let result = SSL_do_handshake(tls.ssl)
    if result == 1 {
      flushWire()
      if phase == .handshake { secured() }
    } else if SSL_get_error(tls.ssl, result) == SSL_ERROR_WANT_READ {
      flushWire()
    } else {
      fail(tls)
    }
  }

  private func secured() {
    phase = .open
    delegate?.connectionSecured()
    setNeedsFlush()
  }

  private func decrypt(_ tls: TLSSession) {
    while phase == .open {
      let count = SSL_read(tls.ssl, buffers.plaintext.baseAddress, Int32(buffers.plaintext.count))
      guard count > 0 else { return readStopped(tls, count) }
      let bytes = UnsafeRawBufferPointer(start: buffers.plaintext.baseAddress, count: Int(count))
      guard let delegate else { return }
      if !delegate.plaintextReceived(bytes) { return pumpAndEnd() }
    }
  }

  private func readStopped(_ tls: TLSSession, _ result: Int32) {
    switch SSL_get_error(tls.ssl, result) {
    case SSL_ERROR_WANT_READ: setNeedsFlush()
    case SSL_ERROR_ZERO_RETURN: close("the peer closed the connection")
    default: fail(tls)
    }
  }

  /// TLS is broken: OpenSSL's alert goes out, then the connection ends.
  private func fail(_ tls: TLSSession) {
    reason = "TLS: \(tls.takeFailure())"
    linger()
  }

  // MARK: Writing

  /// Sends all there is to send. Called once per tick for every marked connection.
  func pump() {
    isMarked = false
    guard phase == .open, !isWriting, let delegate else { return }
    ERR_clear_error()
    for _ in 0..<Self.buffersAtOnce {
      let isSent = tls == nil ? fillInTheClear(delegate) : fillAndEncrypt(delegate)
      guard let isSent else {
        if delegate.isFinished { end() }
        return
      }
      guard isSent, phase == .open else { return }
    }
    isMarked = true
    buffers.postpone(self)
  }

  /// Nil: nothing to send. False: the socket is full, or broken.
  private func fillInTheClear(_ delegate: any TLSConnectionDelegate) -> Bool? {
    let target = UnsafeMutableRawBufferPointer(start: buffers.wire, count: LoopBuffers.wireBytes)
    let count = delegate.fillPlaintext(target)
    guard count > 0 else { return nil }
    buffers.wireCount = count
    return flushWire()
  }

  private func fillAndEncrypt(_ delegate: any TLSConnectionDelegate) -> Bool? {
    let count = delegate.fillPlaintext(buffers.staging)
    guard count > 0, let tls, let base = buffers.staging.baseAddress else { return nil }
    var done = 0
    while done < count {
      let result = SSL_write(tls.ssl, base + done, Int32(count - done))
      guard result > 0 else {
        fail(tls)
        return false
      }
      done += Int(result)
    }
    return flushWire()
  }

  /// Gives the loop's buffer to the socket; false if the socket is full or broken.
  @discardableResult
  private func flushWire() -> Bool {
    let count = buffers.wireCount
    guard count > 0 else { return !isWriting }
    if isWriting { return keepForLater(count) }
    switch link.tryWrite(UnsafeRawBufferPointer(start: buffers.wire, count: count)) {
    case .wrote(count):
      buffers.wireCount = 0
      return true
    case .wrote(let taken):
      let buffer = buffers.handOver()
      isWriting = true
      link.write(owned: buffer, range: taken..<count) { isSuccess in
        self.buffers.giveBack(buffer)
        self.written(isSuccess)
      }
      return false
    case .failed(let error):
      close(error.description)
      return false
    }
  }

  private func keepForLater(_ count: Int) -> Bool {
    buffers.wireCount = 0
    if late.count + count > Self.lateBytesMax {
      close("the peer makes us answer but does not read the answers")
    } else {
      late.append(contentsOf: UnsafeRawBufferPointer(start: buffers.wire, count: count))
    }
    return false
  }

  private func written(_ isSuccess: Bool) {
    isWriting = false
    guard isSuccess, phase != .closed else { return }
    if !late.isEmpty {
      _ = late.withUnsafeBytes { buffers.append($0.baseAddress!, $0.count) }
      late.removeAll()
      guard flushWire() else { return }
    }
    if phase == .open { setNeedsFlush() }
  }

  // MARK: Ending

  /// The session wants no more bytes: what it has to say still goes out.
  private func pumpAndEnd() {
    pump()
    if phase == .open, !isWriting { end() }
  }

  /// Says goodbye, and gives the peer time to hear it.
  private func end() {
    if let tls { SSL_shutdown(tls.ssl) }
    linger()
  }

  private func linger() {
    guard phase == .handshake || phase == .open else { return }
    phase = .lingering
    flushWire()
    guard phase == .lingering else { return }
    lingerTimer = buffers.loop.schedule(after: Self.lingerTime) { [weak self] in
      self?.close("the connection was closed")
    }
  }
}
