import COpenSSL
import Glibc

/// A certificate authority that lives in memory, for tests.
final class TestAuthority {
  private let key: OpaquePointer
  private let certificate: OpaquePointer
  private let name: String

  init(_ name: String, validFor seconds: Int = 3600, validFrom start: Int = -60) throws {
    self.name = name
    key = try makeKey()
    certificate = try makeCertificate(
      subject: name, key: key, issuer: name, start: start, end: seconds,
      extensions: [(NID_basic_constraints, "critical,CA:TRUE")])
    X509_sign(certificate, key, EVP_sha256())
  }

  deinit {
    X509_free(certificate)
    EVP_PKEY_free(key)
  }

  /// The authority's certificate in PEM form.
  var pem: String { certificatePEM(certificate) }

  /// A certificate with its key. `names` as OpenSSL writes them: `DNS:localhost,URI:newswire://test/broker/1`.
  func issue(_ subject: String, names: String, validFor seconds: Int = 3600, validFrom start: Int = -60) throws
    -> (certificate: String, key: String)
  {
    let leafKey = try makeKey()
    defer { EVP_PKEY_free(leafKey) }
    let leaf = try makeCertificate(
      subject: subject, key: leafKey, issuer: name, start: start, end: seconds,
      extensions: names.isEmpty ? [] : [(NID_subject_alt_name, names)])
    defer { X509_free(leaf) }
    X509_sign(leaf, key, EVP_sha256())
    return (certificatePEM(leaf), keyPEM(leafKey))
  }
}

/// A folder that goes away with the object, for the files of one test.
final class TestFolder: Sendable {
  let path: String

  init() {
    var template = Array("/tmp/newswire-test-XXXXXX".utf8CString)
    path = String(cString: mkdtemp(&template))
  }

  deinit {
    guard let folder = opendir(path) else { return }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      unlink("\(path)/\(name)")
    }
    closedir(folder)
    rmdir(path)
  }

  /// Writes a file and answers its path.
  @discardableResult
  func write(_ name: String, _ text: String) -> String {
    let file = "\(path)/\(name)"
    let stream = fopen(file, "w")
    fputs(text, stream)
    fclose(stream)
    return file
  }
}

struct TestCertificateError: Error {}

private func makeKey() throws -> OpaquePointer {
  guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil) else { throw TestCertificateError() }
  defer { EVP_PKEY_CTX_free(context) }
  var key: OpaquePointer?
  guard EVP_PKEY_keygen_init(context) == 1,
    EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) == 1, EVP_PKEY_keygen(context, &key) == 1,
    let key
  else { throw TestCertificateError() }
  return key
}

private func makeCertificate(
  subject: String, key: OpaquePointer, issuer: String, start: Int, end: Int, extensions: [(Int32, String)]
) throws -> OpaquePointer {
  guard let certificate = X509_new() else { throw TestCertificateError() }
  X509_set_version(certificate, 2)
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), Int.random(in: 1..<(1 << 40)))
  X509_gmtime_adj(X509_getm_notBefore(certificate), start)
  X509_gmtime_adj(X509_getm_notAfter(certificate), end)
  X509_set_pubkey(certificate, key)
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", mbstringUTF8, subject, -1, -1, 0)
  X509_NAME_add_entry_by_txt(X509_get_issuer_name(certificate), "CN", mbstringUTF8, issuer, -1, -1, 0)
  for (kind, value) in extensions {
    guard let made = X509V3_EXT_conf_nid(nil, nil, kind, value) else { throw TestCertificateError() }
    X509_add_ext(certificate, made, -1)
    X509_EXTENSION_free(made)
  }
  return certificate
}

private let mbstringUTF8: Int32 = 0x1000

private func certificatePEM(_ certificate: OpaquePointer) -> String { pem { PEM_write_bio_X509($0, certificate) } }

private func keyPEM(_ key: OpaquePointer) -> String {
  pem { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
}

private func pem(_ write: (OpaquePointer) -> Int32) -> String {
  let bio = BIO_new(BIO_s_mem())!
  defer { BIO_free(bio) }
  _ = write(bio)
  var bytes = [UInt8](repeating: 0, count: 8192)
  let count = Int(BIO_read(bio, &bytes, Int32(bytes.count)))
  return String(decoding: bytes.prefix(count), as: UTF8.self)
}
