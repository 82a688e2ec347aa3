import COpenSSL

/// Why a certificate cannot be made, read or written.
public struct CertificateError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What failed and what to do, in words for the user.
  public let description: String

  /// A failure described by `description`.
  public init(_ description: String) {
    self.description = description
  }

  /// A failure of OpenSSL's, with its own words behind.
  static func library(_ what: String) -> CertificateError {
    let code = ERR_get_error()
    ERR_clear_error()
    let reason = ERR_reason_error_string(code).map { String(cString: $0) }
    return CertificateError(reason.map { "\(what): \($0)" } ?? what)
  }
}
