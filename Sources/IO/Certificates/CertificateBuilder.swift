import COpenSSL
import CShims
import Glibc
import Model

/// Puts a certificate together, field by field, and signs it.
struct CertificateBuilder {
  private let handle: X509Handle
  private var certificate: OpaquePointer { handle.pointer }

  init(subject: [(key: String, value: String)], key: KeyHandle) throws(CertificateError) {
    guard let made = X509_new() else { throw .library("no memory for a certificate") }
    handle = X509Handle(made)
    let name = X509_get_subject_name(certificate)
    var isDone = X509_set_version(certificate, 2) == 1 && X509_set_pubkey(certificate, key.pointer) == 1
    for (key, value) in subject {
      isDone = isDone && X509_NAME_add_entry_by_txt(name, key, MBSTRING_UTF8, value, -1, -1, 0) == 1
    }
    guard isDone, Self.setRandomSerial(certificate) else { throw .library("a certificate cannot be made") }
  }

  /// Sets the first and the last second of its life, both since 1970.
  func setLife(from start: Int64, to end: Int64) throws(CertificateError) {
    let times = [start, end].map { ASN1_TIME_set(nil, time_t($0)) }
    defer { times.forEach { ASN1_STRING_free($0) } }
    guard start < end, times.allSatisfy({ $0 != nil }), X509_set1_notBefore(certificate, times[0]) == 1,
      X509_set1_notAfter(certificate, times[1]) == 1
    else { throw CertificateError("a certificate cannot end before it starts, or beyond the year 9999") }
  }

  /// Adds extensions in OpenSSL's syntax; `issuer` is nil for a certificate that signs itself.
  func add(_ extensions: [(id: Int32, value: String)], issuer: X509Handle?) throws(CertificateError) {
    var context = X509V3_CTX()
    X509V3_set_ctx(&context, issuer?.pointer ?? certificate, certificate, nil, nil, 0)
    context.db = nil
    for (id, value) in extensions {
      guard let made = X509V3_EXT_conf_nid(nil, &context, id, value) else {
        throw .library("the certificate cannot hold \"\(value.prefix(300))\"")
      }
      defer { X509_EXTENSION_free(made) }
      guard X509_add_ext(certificate, made, -1) == 1 else { throw .library("a certificate cannot be made") }
    }
  }

  /// Signs it with the issuer's key; with its own if it is its own issuer.
  func sign(issuer: X509Handle?, key: KeyHandle) throws(CertificateError) -> X509Handle {
    let issuerName = X509_get_subject_name(issuer?.pointer ?? certificate)
    guard X509_set_issuer_name(certificate, issuerName) == 1, X509_sign(certificate, key.pointer, EVP_sha256()) > 0
    else { throw .library("a certificate cannot be signed") }
    return handle
  }

  /// 127 random bits: nobody can guess the next serial, and none is given out twice.
  private static func setRandomSerial(_ certificate: OpaquePointer) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 16)
    guard RAND_bytes(&bytes, Int32(bytes.count)) == 1 else { return false }
    bytes[0] &= 0x7f
    let number = BN_bin2bn(bytes, Int32(bytes.count), nil)
    defer { BN_free(number) }
    return BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil
  }
}

/// Makes a private key on the curve P-256.
func makeKey() throws(CertificateError) -> KeyHandle {
  guard let key = shims_certificates_generate_key() else { throw .library("a key cannot be made") }
  return KeyHandle(key)
}

/// The certificate as PEM text.
func pem(_ certificate: X509Handle) throws(CertificateError) -> [UInt8] {
  let output = try MemoryBIO()
  guard PEM_write_bio_X509(output.pointer, certificate.pointer) == 1 else {
    throw .library("a certificate is too large")
  }
  return output.contents
}

/// The key as PEM text in PKCS #8, not encrypted.
func pem(_ key: KeyHandle) throws(CertificateError) -> [UInt8] {
  let output = try MemoryBIO()
  guard PEM_write_bio_PKCS8PrivateKey(output.pointer, key.pointer, nil, nil, 0, nil, nil) == 1 else {
    throw .library("a key cannot be written")
  }
  return output.contents
}

/// Seconds since 1970.
func secondsNow() -> Int64 { Int64(time(nil)) }
