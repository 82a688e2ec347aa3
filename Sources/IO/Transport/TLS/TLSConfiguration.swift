/// Where the certificates are, and what is asked of the other end.
public struct TLSConfiguration: Hashable, Sendable {
  /// PEM: the own certificate, then those between it and its authority. nil only for clients without one.
  public var certificatePath: String?
  /// PEM: the private key of the own certificate, without a passphrase.
  public var keyPath: String?
  /// PEM: the certificates of the authority for nodes. Clients trust servers under this one alone.
  public var nodeAuthorityPath: String
  /// PEM: the certificates of the authority for clients. nil: only nodes may call this server.
  public var clientAuthorityPath: String?
  /// Servers: false lets callers in that show no certificate. One that is shown is always checked.
  public var requireClientCertificate: Bool
  /// Which authority must have issued the own certificate; asked when the files are loaded. nil: not asked.
  public var ownAuthority: PeerIdentity.Authority?

  /// Files and rules for a context.
  public init(
    certificatePath: String?, keyPath: String?, nodeAuthorityPath: String, clientAuthorityPath: String? = nil,
    requireClientCertificate: Bool = true, ownAuthority: PeerIdentity.Authority? = nil
  ) {
    self.certificatePath = certificatePath
    self.keyPath = keyPath
    self.nodeAuthorityPath = nodeAuthorityPath
    self.clientAuthorityPath = clientAuthorityPath
    self.requireClientCertificate = requireClientCertificate
    self.ownAuthority = ownAuthority
  }
}

/// What is wrong with a certificate, a key or a handshake, in plain words, with the file or the peer's name.
public struct TLSError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What happened, where, and what to do.
  public let description: String

  /// An error that says `description`.
  public init(_ description: String) { self.description = description }
}
