import Glibc
import Model

/// A folder with a cluster's authorities and the certificates that they issued, under their usual names.
public struct CertificateFolder: Sendable {
  /// The folder.
  public let path: String

  /// Where the parts of an issued certificate were written.
  public struct Files: Hashable, Sendable {
    /// The certificate; everybody may read it.
    public let certificate: String
    /// The private key; only its owner may read it.
    public let key: String

    /// A certificate and a key of other names.
    public init(certificate: String, key: String) {
      self.certificate = certificate
      self.key = key
    }
  }

  /// The folder at `path`; it need not be there yet.
  public init(_ path: String) {
    self.path = path
  }

  /// Where an authority's certificate and key are.
  public func files(of kind: AuthorityKind) -> Files {
    Files(certificate: "\(path)/\(kind.certificateFile)", key: "\(path)/\(kind.keyFile)")
  }

  /// Where an owner's certificate and key are.
  public func files(of request: CertificateRequest) -> Files {
    Files(certificate: "\(path)/\(request.fileStem).pem", key: "\(path)/\(request.fileStem)-key.pem")
  }

  /// Makes the folder, if it is not there, and the two authorities of a cluster in it.
  ///
  /// Refuses to replace an authority unless `overwriting`: everything that it issued is worthless afterwards.
  public func makeAuthorities(
    cluster: String, validity: Duration = .seconds(3650 * 86_400), overwriting: Bool = false
  ) throws(CertificateError) {
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
      throw CertificateError("cannot make the folder \(path): \(String(cString: strerror(errno)))")
    }
    if !overwriting {
      for kind in AuthorityKind.allCases { try refuseToReplace(files(of: kind)) }
    }
    for kind in AuthorityKind.allCases {
      let made = try CertificateAuthority.make(kind: kind, cluster: cluster, validity: validity)
      try write(made, to: files(of: kind), overwriting: overwriting)
    }
  }

  /// Opens one of the authorities.
  public func authority(_ kind: AuthorityKind) throws(CertificateError) -> CertificateAuthority {
    let files = files(of: kind)
    let read = IssuedCertificate(
      certificate: try CertificateFile.read(files.certificate), key: try CertificateFile.read(files.key))
    return try CertificateAuthority(read, kind: kind, source: files.certificate)
  }

  /// Issues a certificate by the authority for the owner's role, and writes it into the folder `output` or this one.
  ///
  /// Refuses to replace files that are there unless `overwriting`.
  public func issue(
    _ request: CertificateRequest, to output: CertificateFolder? = nil, overwriting: Bool = false
  ) throws(CertificateError) -> Files {
    let files = (output ?? self).files(of: request)
    if !overwriting { try refuseToReplace(files) }
    let issued = try authority(AuthorityKind(for: request.name.role)).issue(request)
    try write(issued, to: files, overwriting: overwriting)
    return files
  }

  private func refuseToReplace(_ files: Files) throws(CertificateError) {
    for file in [files.certificate, files.key] where access(file, F_OK) == 0 {
      throw CertificateError("\(file) is there already; it is not replaced unless you ask for it")
    }
  }

  /// Writes the key first: a certificate without its key is of no use, a key alone does no harm.
  private func write(_ issued: IssuedCertificate, to files: Files, overwriting: Bool) throws(CertificateError) {
    try CertificateFile.write(issued.key, to: files.key, mode: 0o600, overwriting: overwriting)
    do throws(CertificateError) {
      try CertificateFile.write(issued.certificate, to: files.certificate, mode: 0o644, overwriting: overwriting)
    } catch {
      if !overwriting { unlink(files.key) }
      throw error
    }
  }
}
