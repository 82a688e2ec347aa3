import COpenSSL
import CShims
import Model

/// The TLS of one connection: OpenSSL's object and what it knows of the peer. Loop-confined like the connection.
final class TLSSession {
  /// OpenSSL's `SSL`; the connection gives it its BIOs and drives it.
  let ssl: OpaquePointer
  private let context: LoadedTLSContext
  private let serverName: String?
  private var certificateProblem: String?

  init(_ context: LoadedTLSContext, role: TLSContext.Role, serverName: String?) throws(TLSError) {
    guard let ssl = SSL_new(context.pointer) else {
      throw TLSError("OpenSSL cannot make a connection: \(TLSErrorQueue.take() ?? "out of memory")")
    }
    self.ssl = ssl
    self.context = context
    self.serverName = serverName
    SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
    switch role {
    case .server: SSL_set_accept_state(ssl)
    case .client:
      SSL_set_connect_state(ssl)
      try requireName(serverName)
    }
  }

  deinit { SSL_free(ssl) }

  /// True once the handshake has settled on HTTP/2.
  var speaksHTTP2: Bool {
    var name: UnsafePointer<UInt8>?
    var count: UInt32 = 0
    SSL_get0_alpn_selected(ssl, &name, &count)
    guard let name, count == 2 else { return false }
    return name[0] == UInt8(ascii: "h") && name[1] == UInt8(ascii: "2")
  }

  /// Who the peer is, after a handshake; nil if it showed no certificate or its check failed.
  var peerIdentity: PeerIdentity? {
    guard SSL_get_verify_result(ssl) == Int(X509_V_OK), let certificate = SSL_get0_peer_certificate(ssl),
      let chain = SSL_get0_verified_chain(ssl), let authority = context.authority(ofChain: chain)
    else { return nil }
    return PeerIdentity(
      uriNames: X509Certificate.alternativeNames(GEN_URI, of: certificate),
      dnsNames: X509Certificate.alternativeNames(GEN_DNS, of: certificate),
      commonName: X509Certificate.commonName(of: certificate), authority: authority)
  }

  /// Why the handshake (or the first read, which brings a TLS 1.3 server's refusal) failed. Empties the error queue.
  func takeFailure() -> TLSError {
    let queued = TLSErrorQueue.take()
    return TLSError(certificateProblem ?? queued ?? "the connection ended")
  }

  /// Called by OpenSSL for each certificate of the peer's chain; notes the first problem in words while it is at hand.
  static let verified: @convention(c) (Int32, OpaquePointer?) -> Int32 = { isGood, store in
    guard isGood == 0, let store,
      let ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
      let session = SSL_get_ex_data(OpaquePointer(ssl), 0)
    else { return isGood }
    Unmanaged<TLSSession>.fromOpaque(session).takeUnretainedValue().note(
      X509_STORE_CTX_get_error(store), X509_STORE_CTX_get_current_cert(store))
    return isGood
  }

  private func note(_ result: Int32, _ certificate: OpaquePointer?) {
    let reason = String(cString: X509_verify_cert_error_string(Int(result)))
    guard let certificate else {
      certificateProblem = "the peer's certificate was refused: \(reason)"
      return
    }
    let subject = X509Certificate.subject(of: certificate)
    switch result {
    case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID:
      let problem = X509Certificate.timeProblem(of: certificate) ?? "is not valid now"
      certificateProblem = "the peer's certificate (\(subject)) \(problem)"
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
      X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
      X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_CERT_SIGNATURE_FAILURE:
      let issuer = X509Certificate.issuer(of: certificate)
      certificateProblem = "the peer's certificate (\(subject)) was issued by \(issuer), which is not trusted here"
    case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
      let names = X509Certificate.alternativeNames(GEN_DNS, of: certificate)
      certificateProblem =
        "the server's certificate (\(subject)) is not for \(serverName ?? "it"); its names are: "
        + (names.isEmpty ? "none" : names.joined(separator: ", "))
    default: certificateProblem = "the peer's certificate (\(subject)) was refused: \(reason)"
    }
  }

  /// The server must show a certificate for this name or address, among its subject alternative names.
  private func requireName(_ name: String?) throws(TLSError) {
    guard let name, !name.isEmpty else { throw TLSError("a client needs the name of the server that it calls") }
    let parameters = SSL_get0_param(ssl)
    if X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1 { return }
    ERR_clear_error()
    X509_VERIFY_PARAM_set_hostflags(
      parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
    guard SSL_set1_host(ssl, name) == 1, shims_tls_set_server_name(ssl, name) == 1 else {
      throw TLSError("\"\(name)\" cannot be the name of a server")
    }
  }
}
