import COpenSSL
public import Model

/// A certificate and its private key, as PEM texts.
public struct IssuedCertificate: Hashable, Sendable {
  /// The certificate; for everybody.
  public let certificate: [UInt8]
  /// The private key, PKCS #8, not encrypted; for its owner alone.
  public let key: [UInt8]
}

/// A private authority of one cluster: its certificate, and the key that signs for it.
public final class CertificateAuthority: Sendable {
  /// Whom it issues for.
  public let kind: AuthorityKind
  /// The cluster whose names it vouches for.
  public let cluster: String
  private let certificate: X509Handle
  private let key: KeyHandle

  /// Opens an authority that `make` made. Refuses a key of another, an authority of another kind, and one that ended.
  public init(_ files: IssuedCertificate, kind: AuthorityKind, source: String = "the authority")
    throws(CertificateError)
  {
    certificate = try certificates(inPEM: files.certificate, of: source)[0]
    key = try privateKey(inPEM: files.key, of: "\(source)'s key")
    self.kind = kind
    guard X509_check_private_key(certificate.pointer, key.pointer) == 1 else {
      ERR_clear_error()
      throw CertificateError("the key of \(source) belongs to another certificate")
    }
    let description = CertificateDescription(certificate)
    guard description.isAuthority, description.organizationalUnit == Self.unit(kind),
      let cluster = description.organization
    else { throw CertificateError("\(source) is not a cluster's authority for \(kind)s: \(description.subject)") }
    guard description.notAfter.rawValue / 1000 > secondsNow() else {
      throw CertificateError("\(source) ended at \(description.notAfterText); make a new one")
    }
    self.cluster = cluster
  }

  /// Makes an authority for a cluster. Its certificate and key are to be written down before it issues anything.
  public static func make(
    kind: AuthorityKind, cluster: String, validity: Duration = .seconds(3650 * 86_400), validFrom: Timestamp? = nil
  ) throws(CertificateError) -> IssuedCertificate {
    do throws(InvalidName) {
      _ = try NodeName(cluster: cluster, role: .broker, number: 1)
    } catch {
      throw CertificateError(error.reason)
    }
    let key = try makeKey()
    let subject = [("O", cluster), ("OU", unit(kind)), ("CN", "newswire \(unit(kind))")]
    let builder = try CertificateBuilder(subject: subject, key: key)
    let life = life(from: validFrom, for: validity, notBeyond: .max)
    try builder.setLife(from: life.lowerBound, to: life.upperBound)
    try builder.add(
      [
        (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"), (NID_key_usage, "critical,keyCertSign,cRLSign"),
        (NID_subject_key_identifier, "hash"),
      ], issuer: nil)
    return IssuedCertificate(certificate: try pem(try builder.sign(issuer: nil, key: key)), key: try pem(key))
  }

  /// The authority's certificate as PEM text: what others trust.
  public func certificatePEM() throws(CertificateError) -> [UInt8] { try pem(certificate) }

  /// Makes a key and issues a certificate for it. The name must be one that this authority vouches for.
  public func issue(_ request: CertificateRequest) throws(CertificateError) -> IssuedCertificate {
    let role = request.name.role
    guard AuthorityKind(for: role) == kind else {
      throw CertificateError("the \(Self.unit(kind)) does not issue for a \(role)")
    }
    guard request.name.cluster == cluster else {
      throw CertificateError("the authority belongs to cluster \(cluster), not to \(request.name.cluster)")
    }
    let key = try makeKey()
    let builder = try CertificateBuilder(
      subject: [("O", request.name.cluster), ("OU", request.name.role.rawValue), ("CN", request.fileStem)], key: key)
    let end = CertificateDescription(certificate).notAfter.rawValue / 1000
    let life = Self.life(from: request.validFrom, for: request.validity, notBeyond: end)
    try builder.setLife(from: life.lowerBound, to: life.upperBound)
    try builder.add(
      [
        (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature"),
        (NID_ext_key_usage, request.name.role.isNode ? "serverAuth,clientAuth" : "clientAuth"),
        (NID_subject_key_identifier, "hash"), (NID_authority_key_identifier, "keyid:always"),
        (NID_subject_alt_name, request.alternativeNames),
      ], issuer: certificate)
    return IssuedCertificate(
      certificate: try pem(try builder.sign(issuer: certificate, key: self.key)), key: try pem(key))
  }

  private static func unit(_ kind: AuthorityKind) -> String { "\(kind) authority" }

  /// The seconds of a certificate's life. Without a start it begins five minutes ago, for clocks that are behind.
  private static func life(from start: Timestamp?, for validity: Duration, notBeyond end: Int64) -> ClosedRange<Int64> {
    let first = start.map { $0.rawValue / 1000 } ?? secondsNow() - 300
    let length = max(1, min(validity.components.seconds, 1 << 40))
    let last = min((start == nil ? first + 300 : first).addingReportingOverflow(length).partialValue, end)
    return first...max(first, last)
  }
}
