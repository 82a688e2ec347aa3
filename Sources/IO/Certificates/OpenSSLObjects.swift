import COpenSSL

/// A certificate of OpenSSL's that is released with the last reference. Not changed once it is shared.
final class X509Handle: @unchecked Sendable {
  let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) { self.pointer = pointer }
  deinit { X509_free(pointer) }
}

/// A private key of OpenSSL's that is released with the last reference. Never changed.
final class KeyHandle: @unchecked Sendable {
  let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) { self.pointer = pointer }
  deinit { EVP_PKEY_free(pointer) }
}

/// Memory that OpenSSL writes to or reads from.
final class MemoryBIO {
  let pointer: OpaquePointer

  init() throws(CertificateError) {
    guard let made = BIO_new(BIO_s_mem()) else { throw .library("no memory for a certificate") }
    pointer = made
  }

  /// Holds a copy of `bytes`, to be read by OpenSSL.
  convenience init(_ bytes: [UInt8]) throws(CertificateError) {
    try self.init()
    let written = BIO_write(pointer, bytes, Int32(clamping: bytes.count))
    guard bytes.isEmpty || written == bytes.count else { throw .library("no memory for a certificate") }
  }

  deinit { BIO_free(pointer) }

  /// Everything that OpenSSL has written.
  var contents: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(pointer))
    let count = BIO_read(pointer, &bytes, Int32(clamping: bytes.count))
    return Array(bytes.prefix(Int(max(0, count))))
  }
}

/// The certificates in a PEM text, in its order; at least one.
func certificates(inPEM text: [UInt8], of source: String) throws(CertificateError) -> [X509Handle] {
  let input = try MemoryBIO(text)
  var found: [X509Handle] = []
  while let certificate = PEM_read_bio_X509(input.pointer, nil, refusePassphrase, nil) {
    found.append(X509Handle(certificate))
  }
  ERR_clear_error()
  guard !found.isEmpty else { throw CertificateError("\(source) holds no certificate in PEM form") }
  return found
}

/// The private key in a PEM text.
func privateKey(inPEM text: [UInt8], of source: String) throws(CertificateError) -> KeyHandle {
  let input = try MemoryBIO(text)
  guard let key = PEM_read_bio_PrivateKey(input.pointer, nil, refusePassphrase, nil) else {
    throw .library("\(source) holds no private key in PEM form without a passphrase")
  }
  return KeyHandle(key)
}

/// Keeps OpenSSL from asking at the terminal.
private func refusePassphrase(
  _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int32, _ isWriting: Int32, _ context: UnsafeMutableRawPointer?
) -> Int32 {
  -1
}
