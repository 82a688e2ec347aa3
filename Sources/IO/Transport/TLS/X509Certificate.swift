import COpenSSL
import CShims
import Glibc

/// A certificate that OpenSSL has read; owns it.
final class X509Certificate: @unchecked Sendable {
  let pointer: OpaquePointer

  /// Takes over `pointer`.
  init(owning pointer: OpaquePointer) { self.pointer = pointer }

  deinit { X509_free(pointer) }

  /// The subject's common name; empty if there is none or it has a NUL in it.
  static func commonName(of certificate: OpaquePointer) -> String {
    guard let subject = X509_get_subject_name(certificate) else { return "" }
    let index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1)
    guard index >= 0, let data = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)) else { return "" }
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = ASN1_STRING_to_UTF8(&bytes, data)
    guard count >= 0, let bytes else { return "" }
    defer { CRYPTO_free(bytes, nil, 0) }
    return text(UnsafeBufferPointer(start: bytes, count: Int(count))) ?? ""
  }

  /// The subject alternative names of one kind (`GEN_URI`, `GEN_DNS`). Names with a NUL in them are left out.
  static func alternativeNames(_ kind: Int32, of certificate: OpaquePointer) -> [String] {
    guard let raw = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
    let names = OpaquePointer(raw)
    defer { GENERAL_NAMES_free(names) }
    return (0..<max(OPENSSL_sk_num(names), 0)).compactMap { index in
      var found: Int32 = -1
      guard let name = OPENSSL_sk_value(names, index)?.assumingMemoryBound(to: GENERAL_NAME.self),
        let value = GENERAL_NAME_get0_value(name, &found), found == kind
      else { return nil }
      let string = value.assumingMemoryBound(to: ASN1_STRING.self)
      return text(UnsafeBufferPointer(start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string))))
    }
  }

  /// What is wrong with the certificate's time of validity now, if anything is.
  static func timeProblem(of certificate: OpaquePointer) -> String? {
    if let end = X509_get0_notAfter(certificate), X509_cmp_current_time(end) < 0 { return "expired on \(date(end))" }
    if let start = X509_get0_notBefore(certificate), X509_cmp_current_time(start) > 0 {
      return "is not valid before \(date(start)); check the clock"
    }
    return nil
  }

  /// The subject in one line, for messages.
  static func subject(of certificate: OpaquePointer) -> String { line(X509_get_subject_name(certificate)) }

  /// The issuer in one line, for messages.
  static func issuer(of certificate: OpaquePointer) -> String { line(X509_get_issuer_name(certificate)) }

  /// The text of these bytes; nil if a NUL in them could deceive whoever compares it.
  private static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    bytes.contains(0) ? nil : String(decoding: bytes, as: UTF8.self)
  }

  private static func date(_ time: UnsafePointer<ASN1_TIME>) -> String {
    printed { ASN1_TIME_print($0, time) }
  }

  private static func line(_ name: OpaquePointer?) -> String {
    guard let name else { return "(no name)" }
    return printed { shims_tls_print_name($0, name) }
  }

  private static func printed(_ body: (OpaquePointer) -> Int32) -> String {
    guard let bio = BIO_new(BIO_s_mem()) else { return "" }
    defer { BIO_free(bio) }
    _ = body(bio)
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = BIO_read(bio, &bytes, Int32(bytes.count))
    return String(decoding: bytes.prefix(Int(max(count, 0))), as: UTF8.self)
  }
}

/// Certificates and keys in PEM files.
enum PEMFile {
  /// No certificate or key file is larger: what is, is the wrong file.
  private static let bytesMax = 1 << 20

  /// Every certificate in the file, at least one.
  static func certificates(_ path: String) throws(TLSError) -> [X509Certificate] {
    let bytes = try read(path)
    return try withBIO(bytes) { (bio) throws(TLSError) in
      var certificates: [X509Certificate] = []
      while let pointer = PEM_read_bio_X509(bio, nil, noPassphrase, nil) {
        certificates.append(X509Certificate(owning: pointer))
      }
      let error = ERR_peek_last_error()
      ERR_clear_error()
      guard !certificates.isEmpty else {
        throw TLSError("\(path): holds no certificate in PEM form (\"-----BEGIN CERTIFICATE-----\")")
      }
      guard TLSErrorQueue.isEndOfPEM(error) else {
        throw TLSError("\(path): the certificate after number \(certificates.count) is damaged")
      }
      return certificates
    }
  }

  /// Runs `body` with the private key in the file.
  static func withPrivateKey<R>(_ path: String, _ body: (OpaquePointer) throws(TLSError) -> R) throws(TLSError) -> R {
    let bytes = try read(path)
    return try withBIO(bytes) { (bio) throws(TLSError) in
      guard let key = PEM_read_bio_PrivateKey(bio, nil, noPassphrase, nil) else {
        ERR_clear_error()
        throw TLSError(
          String(decoding: bytes, as: UTF8.self).contains("ENCRYPTED")
            ? "\(path): the private key is protected by a passphrase; store it without one"
            : "\(path): holds no private key in PEM form (\"-----BEGIN PRIVATE KEY-----\")")
      }
      defer { EVP_PKEY_free(key) }
      return try body(key)
    }
  }

  /// Answers that there is no passphrase, where OpenSSL would ask on the terminal.
  private static let noPassphrase:
    @convention(c) (UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?)
      -> Int32 = { _, _, _, _ in -1 }

  private static func withBIO<R>(_ bytes: [UInt8], _ body: (OpaquePointer) throws(TLSError) -> R) throws(TLSError) -> R
  {
    guard let bio = BIO_new(BIO_s_mem()), BIO_write(bio, bytes, Int32(bytes.count)) == Int32(bytes.count) else {
      throw TLSError("out of memory while reading certificates")
    }
    defer { BIO_free(bio) }
    ERR_clear_error()
    return try body(bio)
  }

  private static func read(_ path: String) throws(TLSError) -> [UInt8] {
    func failure() -> TLSError { TLSError("\(path): cannot be read: \(String(cString: strerror(errno)))") }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      guard count >= 0 else { throw failure() }
      guard count > 0 else { return bytes }
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= bytesMax else { throw TLSError("\(path): is too large for a certificate or key file") }
    }
  }
}
