import COpenSSL
import CShims
import Synchronization

/// Certificates and rules that many connections share. TLS 1.3 and ALPN `h2` only, no resumption.
///
/// `reload()` reads the files anew: connections made from then on use them, those that exist go on.
public final class TLSContext: Sendable {
  /// Which end of a connection a context is for.
  public enum Role: Sendable {
    /// Accepts connections, and asks callers for a certificate.
    case server
    /// Makes connections, and checks the server's name.
    case client
  }

  /// Which end this context is for.
  public let role: Role
  /// The files and rules.
  public let configuration: TLSConfiguration
  private let loaded: Mutex<LoadedTLSContext>

  /// Reads and checks the files; throws what is wrong with which of them.
  public init(_ role: Role, _ configuration: TLSConfiguration) throws(TLSError) {
    self.role = role
    self.configuration = configuration
    loaded = Mutex(try LoadedTLSContext(role, configuration))
  }

  /// Reads the files again. If anything is wrong with them, throws, and what was loaded before stays in use.
  public func reload() throws(TLSError) {
    let fresh = try LoadedTLSContext(role, configuration)
    loaded.withLock { $0 = fresh }
  }

  /// The TLS of one new connection. A client gives the name or address that the server's certificate must have.
  func makeSession(serverName: String? = nil) throws(TLSError) -> TLSSession {
    try TLSSession(loaded.withLock { $0 }, role: role, serverName: serverName)
  }
}

/// One reading of a context's files.
final class LoadedTLSContext: @unchecked Sendable {
  let pointer: OpaquePointer
  private let nodeAuthority: [X509Certificate]
  private let clientAuthority: [X509Certificate]

  init(_ role: TLSContext.Role, _ configuration: TLSConfiguration) throws(TLSError) {
    nodeAuthority = try Self.authority(configuration.nodeAuthorityPath)
    clientAuthority =
      if role == .server, let path = configuration.clientAuthorityPath { try Self.authority(path) } else { [] }
    guard let context = SSL_CTX_new(role == .server ? TLS_server_method() : TLS_client_method()) else {
      throw TLSError("OpenSSL cannot make a context: \(TLSErrorQueue.take() ?? "out of memory")")
    }
    pointer = context
    guard shims_tls_restrict(context) == 1,
      SSL_CTX_set_ciphersuites(
        context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") == 1
    else { throw TLSError("OpenSSL refuses TLS 1.3: \(TLSErrorQueue.take() ?? "unknown reason")") }
    Self.requireHTTP2(context, role)
    trust(configuration, role)
    try useOwnCertificate(configuration, role)
  }

  deinit { SSL_CTX_free(pointer) }

  /// Which authority vouches for the first certificate of a verified chain: the nearest one in it.
  func authority(ofChain chain: OpaquePointer) -> PeerIdentity.Authority? {
    for index in 0..<max(OPENSSL_sk_num(chain), 0) {
      guard let raw = OPENSSL_sk_value(chain, index) else { continue }
      let certificate = OpaquePointer(raw)
      if nodeAuthority.contains(where: { X509_cmp($0.pointer, certificate) == 0 }) { return .node }
      if clientAuthority.contains(where: { X509_cmp($0.pointer, certificate) == 0 }) { return .client }
    }
    return nil
  }

  /// The certificates of an authority, of which at least one must be valid now: old ones may stay while they roll.
  private static func authority(_ path: String) throws(TLSError) -> [X509Certificate] {
    let certificates = try PEMFile.certificates(path)
    let problems = certificates.compactMap { X509Certificate.timeProblem(of: $0.pointer) }
    if problems.count == certificates.count, let problem = problems.first {
      throw TLSError("\(path): the authority's certificate \(problem)")
    }
    return certificates
  }

  private static func requireHTTP2(_ context: OpaquePointer, _ role: TLSContext.Role) {
    let offer: [UInt8] = [2, UInt8(ascii: "h"), UInt8(ascii: "2")]
    if role == .client {
      SSL_CTX_set_alpn_protos(context, offer, UInt32(offer.count))
      return
    }
    SSL_CTX_set_alpn_select_cb(
      context,
      { _, chosen, chosenCount, offered, offeredCount, _ in
        guard let offered, let chosen, let chosenCount else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        var index = 0
        while index < Int(offeredCount) {
          let length = Int(offered[index])
          guard index + 1 + length <= Int(offeredCount) else { break }
          let isHTTP2 =
            length == 2 && offered[index + 1] == UInt8(ascii: "h") && offered[index + 2] == UInt8(ascii: "2")
          if isHTTP2 {
            chosen.pointee = offered + index + 1
            chosenCount.pointee = UInt8(length)
            return SSL_TLSEXT_ERR_OK
          }
          index += 1 + length
        }
        return SSL_TLSEXT_ERR_ALERT_FATAL
      }, nil)
  }

  private func trust(_ configuration: TLSConfiguration, _ role: TLSContext.Role) {
    let store = SSL_CTX_get_cert_store(pointer)
    for certificate in nodeAuthority + clientAuthority {
      X509_STORE_add_cert(store, certificate.pointer)
      if role == .server { SSL_CTX_add_client_CA(pointer, certificate.pointer) }
    }
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(pointer), UInt(X509_V_FLAG_PARTIAL_CHAIN))
    let mustShow = role == .server && configuration.requireClientCertificate
    SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | (mustShow ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), TLSSession.verified)
  }

  private func useOwnCertificate(_ configuration: TLSConfiguration, _ role: TLSContext.Role) throws(TLSError) {
    guard let path = configuration.certificatePath else {
      if role == .server { throw TLSError("a server needs a certificate; none is configured") }
      return
    }
    guard let keyPath = configuration.keyPath else { throw TLSError("\(path): the private key is not configured") }
    let chain = try PEMFile.certificates(path)
    if let problem = X509Certificate.timeProblem(of: chain[0].pointer) {
      throw TLSError("\(path): the certificate \(problem)")
    }
    try PEMFile.withPrivateKey(keyPath) { (key) throws(TLSError) in
      guard X509_check_private_key(chain[0].pointer, key) == 1 else {
        ERR_clear_error()
        throw TLSError("\(keyPath): the private key does not match the certificate in \(path)")
      }
      guard SSL_CTX_use_certificate(pointer, chain[0].pointer) == 1, SSL_CTX_use_PrivateKey(pointer, key) == 1 else {
        throw TLSError("\(path): cannot be used: \(TLSErrorQueue.take() ?? "unknown reason")")
      }
    }
    for certificate in chain.dropFirst() {
      guard shims_tls_add_chain_certificate(pointer, certificate.pointer) == 1 else {
        throw TLSError("\(path): a certificate of the chain cannot be used")
      }
    }
    try checkOwnAuthority(configuration, chain, path)
  }

  private func checkOwnAuthority(
    _ configuration: TLSConfiguration, _ chain: [X509Certificate], _ path: String
  ) throws(TLSError) {
    guard let expected = configuration.ownAuthority else { return }
    let authorityPath = expected == .node ? configuration.nodeAuthorityPath : configuration.clientAuthorityPath
    guard let authorityPath else { return }
    let issuers = chain.dropFirst() + (try PEMFile.certificates(authorityPath))
    let isIssued = issuers.contains { issuer in
      guard X509_check_issued(issuer.pointer, chain[0].pointer) == X509_V_OK else { return false }
      return X509_verify(chain[0].pointer, X509_get0_pubkey(issuer.pointer)) == 1
    }
    ERR_clear_error()
    guard isIssued else {
      let issuer = X509Certificate.issuer(of: chain[0].pointer)
      throw TLSError("\(path): the certificate was issued by \(issuer), not by the authority in \(authorityPath)")
    }
  }
}
