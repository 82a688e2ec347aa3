import COpenSSL
import CShims
import Glibc
public import Model

/// What stands in a certificate, for people and error messages.
public struct CertificateDescription: Hashable, Sendable {
  /// Whose it is, as one line.
  public let subject: String
  /// Who issued it, as one line.
  public let issuer: String
  /// The serial number in hexadecimal digits.
  public let serial: String
  /// The URI names, such as `newswire://CLUSTER/broker/3`.
  public let uriNames: [String]
  /// The names of hosts.
  public let dnsNames: [String]
  /// The IP addresses.
  public let addresses: [String]
  /// The first moment of its life.
  public let notBefore: Timestamp
  /// The last moment of its life.
  public let notAfter: Timestamp
  /// True if it may issue others.
  public let isAuthority: Bool
  /// The SHA-256 of the certificate in hexadecimal digits.
  public let fingerprint: String
  let organization: String?
  let organizationalUnit: String?

  /// Reads all certificates of a PEM text, in its order.
  public static func all(inPEM text: [UInt8], source: String) throws(CertificateError) -> [CertificateDescription] {
    try certificates(inPEM: text, of: source).map(CertificateDescription.init)
  }

  /// The owner, if one of the URI names says so properly.
  public var nodeName: NodeName? {
    uriNames.lazy.compactMap { try? NodeName($0) }.first
  }

  /// When it ends, as `Nov 23 08:00:00 2026 GMT`.
  public var notAfterText: String {
    let time = ASN1_TIME_set(nil, time_t(notAfter.rawValue / 1000))
    defer { ASN1_STRING_free(time) }
    guard let output = try? MemoryBIO(), ASN1_TIME_print(output.pointer, time) == 1 else { return "?" }
    return String(decoding: output.contents, as: UTF8.self)
  }

  init(_ handle: X509Handle) {
    let certificate = handle.pointer
    let subjectName = X509_get_subject_name(certificate)
    subject = oneLine(subjectName)
    issuer = oneLine(X509_get_issuer_name(certificate))
    organization = text(NID_organizationName, of: subjectName)
    organizationalUnit = text(NID_organizationalUnitName, of: subjectName)
    let number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nil)
    defer { BN_free(number) }
    let digits = BN_bn2hex(number)
    defer { CRYPTO_free(digits, nil, 0) }
    serial = digits.map { String(cString: $0).lowercased() } ?? ""
    notBefore = timestamp(X509_get0_notBefore(certificate))
    notAfter = timestamp(X509_get0_notAfter(certificate))
    isAuthority = X509_check_ca(certificate) == 1
    var digest = [UInt8](repeating: 0, count: 32)
    X509_digest(certificate, EVP_sha256(), &digest, nil)
    fingerprint = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let names = alternativeNames(of: certificate)
    uriNames = names.filter { $0.kind == GEN_URI }.map(\.text)
    dnsNames = names.filter { $0.kind == GEN_DNS }.map(\.text)
    addresses = names.filter { $0.kind == GEN_IPADD }.map(\.text)
  }
}

private func oneLine(_ name: OpaquePointer?) -> String {
  guard let output = try? MemoryBIO(), shims_certificates_print_name(output.pointer, name) >= 0 else { return "?" }
  return String(decoding: output.contents, as: UTF8.self)
}

private func text(_ id: Int32, of name: OpaquePointer?) -> String? {
  let index = X509_NAME_get_index_by_NID(name, id, -1)
  guard index >= 0, let value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)) else { return nil }
  let bytes = UnsafeBufferPointer(start: ASN1_STRING_get0_data(value), count: Int(ASN1_STRING_length(value)))
  return String(decoding: bytes, as: UTF8.self)
}

private func timestamp(_ time: UnsafePointer<ASN1_TIME>?) -> Timestamp {
  var parts = tm()
  guard ASN1_TIME_to_tm(time, &parts) == 1 else { return Timestamp(0) }
  return Timestamp(Int64(timegm(&parts)) * 1000)
}

private func alternativeNames(of certificate: OpaquePointer) -> [(kind: Int32, text: String)] {
  guard let found = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
  let names = OpaquePointer(found)
  defer { GENERAL_NAMES_free(names) }
  return (0..<shims_certificates_names_count(names)).compactMap { index in
    var bytes: UnsafePointer<UInt8>?
    var count: Int32 = 0
    let kind = shims_certificates_name(names, index, &bytes, &count)
    guard kind >= 0 else { return nil }
    let value = Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
    return (kind, kind == GEN_IPADD ? addressText(value) : String(decoding: value, as: UTF8.self))
  }
}

private func addressText(_ bytes: [UInt8]) -> String {
  var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
  guard bytes.count == 4 || bytes.count == 16,
    inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count)) != nil
  else { return "?" }
  return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
