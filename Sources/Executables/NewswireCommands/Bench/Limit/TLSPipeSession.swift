internal import COpenSSL
internal import CShims
internal import Glibc

/// One end of a TLS connection over a blocking socket. Nobody's name is checked: both ends are this process.
final class TLSPipeSession {
  /// What Newswire's nodes and clients agree on.
  static let cipherSuite = "TLS_AES_128_GCM_SHA256"

  let ssl: OpaquePointer
  private let context: OpaquePointer
  /// Holds what has been encrypted until a batch is complete; the SSL's own.
  private var gathering: OpaquePointer?

  init(_ method: OpaquePointer?, _ socket: Int32, certificate: String, key: String) throws {
    guard let context = SSL_CTX_new(method), shims_tls_restrict(context) != 0,
      SSL_CTX_set_ciphersuites(context, Self.cipherSuite) == 1,
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

  /// Takes four whole TLS records, some 64 KiB, from the socket at once, instead of one after the other.
  ///
  /// OpenSSL reads ahead only where a record begins: what ends within a record costs a read of its own for the rest.
  func readAhead() {
    let recordBytes = 5 + 16_384 + 1 + 16
    // In front of a record's head OpenSSL leaves what brings the payload to a multiple of 8.
    let alignment = 3
    SSL_set_read_ahead(ssl, 1)
    SSL_set_default_read_buffer_len(ssl, alignment + 4 * recordBytes)
  }

  /// Gives the socket so much at once, instead of one record after the other.
  func gatherWrites(_ bytes: Int) throws {
    guard let socket = SSL_get_wbio(ssl), let buffer = BIO_new(BIO_f_buffer()),
      BIO_int_ctrl(buffer, BIO_C_SET_BUFF_SIZE, bytes + bytes / 128, 1) > 0
    else { throw CommandError("OpenSSL cannot make a buffer: out of memory") }
    // Both ends hold the socket: the SSL for reading, the buffer for writing.
    BIO_up_ref(socket)
    SSL_set0_wbio(ssl, BIO_push(buffer, socket))
    gathering = buffer
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
    if let gathering, BIO_ctrl(gathering, BIO_CTRL_FLUSH, 0, nil) <= 0 {
      throw CommandError("the TLS connection broke while sending")
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
