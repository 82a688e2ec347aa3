import COpenSSL
import CShims

/// What OpenSSL left in the thread's error queue, turned into words.
enum TLSErrorQueue {
  /// Reading PEM stopped because there was no further block.
  static func isEndOfPEM(_ error: UInt) -> Bool {
    error == 0 || matches(error, library: ERR_LIB_PEM, reason: PEM_R_NO_START_LINE)
  }

  /// Takes the first error out of the queue and empties it; nil if there was none.
  static func take() -> String? {
    let error = ERR_get_error()
    ERR_clear_error()
    return error == 0 ? nil : words(error)
  }

  /// An alert of the peer or a finding of our own, as an operator would say it.
  private static func words(_ error: UInt) -> String {
    guard shims_tls_error_library(error) == ERR_LIB_SSL else { return reasonText(error) }
    switch shims_tls_error_reason(error) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED: return "the peer asks for a certificate and none was shown"
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA: return "the peer does not know the authority that issued our certificate"
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED: return "the peer finds our certificate expired"
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,
      SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, SSL_R_TLSV1_ALERT_DECRYPT_ERROR:
      return "the peer refuses our certificate (\(reasonText(error)))"
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED: return "the peer denies access"
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_WRONG_SSL_VERSION:
      return "no common version of TLS: 1.3 is needed"
    case SSL_R_NO_SHARED_CIPHER, SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE: return "no common cipher"
    case SSL_R_NO_APPLICATION_PROTOCOL, SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
      return "the other end does not speak HTTP/2 (ALPN \"h2\")"
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: return "the caller showed no certificate"
    case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST: return "the caller speaks plain HTTP, not TLS"
    case SSL_R_WRONG_VERSION_NUMBER: return "the other end does not speak TLS"
    case SSL_R_UNEXPECTED_EOF_WHILE_READING: return "the connection ended in the middle of the handshake"
    default: return reasonText(error)
    }
  }

  private static func reasonText(_ error: UInt) -> String {
    ERR_reason_error_string(error).map { String(cString: $0) } ?? "TLS error \(error)"
  }

  private static func matches(_ error: UInt, library: Int32, reason: Int32) -> Bool {
    shims_tls_error_library(error) == library && shims_tls_error_reason(error) == reason
  }
}
