public import Model

/// How a call ended, as gRPC says it: a code, a message for people, details for programs.
///
/// Thrown where a call fails; `ok` is the only one that is no failure.
public struct Status: Error, Hashable, Sendable {
  /// The kind of outcome.
  public var code: StatusCode
  /// What happened, for people. Any text: it is percent-encoded on the wire.
  public var message: String
  /// A serialized `google.rpc.Status`, or nothing: `grpc-status-details-bin`.
  public var details: [UInt8]
  /// The metadata that came, or goes, with the status.
  public var trailers: Metadata
  /// True if the server surely never worked on the call: it may be made again without harm. Not on the wire.
  public internal(set) var isUnprocessed = false

  /// The call did what it should.
  public static let ok = Status(.ok, "")

  /// An outcome of kind `code`; `message` says what happened and where.
  public init(_ code: StatusCode, _ message: String, details: [UInt8] = [], trailers: Metadata = Metadata()) {
    self.code = code
    self.message = message
    self.details = details
    self.trailers = trailers
  }
}

extension Status: CustomStringConvertible {
  /// Code and message in one line.
  public var description: String { message.isEmpty ? "\(code)" : "\(code): \(message)" }
}

extension Status {
  /// The status of a number on the wire; numbers that gRPC does not know mean `unknown`.
  init(wireCode: Int, message: String) {
    self.init(StatusCode(rawValue: wireCode) ?? .unknown, message)
  }

  /// What an answer without `grpc-status` means, by its HTTP status: it came from something that is not gRPC.
  init(httpStatus: Int) {
    let code: StatusCode =
      switch httpStatus {
      case 400, 431: .internal
      case 401: .unauthenticated
      case 403: .permissionDenied
      case 404: .unimplemented
      case 429, 502, 503, 504: .unavailable
      default: .unknown
      }
    self.init(code, "the server answered with HTTP status \(httpStatus) instead of a gRPC status")
  }

  /// What a stream that the peer reset means, by the HTTP/2 error code of its RST_STREAM.
  init(resetCode: UInt32) {
    let (code, meaning): (StatusCode, String) =
      switch HTTP2ErrorCode(rawValue: resetCode) {
      case .refusedStream: (.unavailable, "the peer refused the stream before working on it")
      case .cancel: (.cancelled, "the peer cancelled the call")
      case .enhanceYourCalm: (.resourceExhausted, "the peer asks for less load (ENHANCE_YOUR_CALM)")
      case .inadequateSecurity: (.permissionDenied, "the peer finds the connection not secure enough")
      case .http11Required: (.unknown, "the peer wants HTTP/1.1")
      case .some(let known): (.internal, "the peer reset the stream (\(known))")
      case nil: (.internal, "the peer reset the stream (code \(resetCode))")
      }
    self.init(code, meaning)
  }
}

/// The error codes of HTTP/2 (RFC 9113, section 7).
enum HTTP2ErrorCode: UInt32, Sendable {
  case noError, protocolError, internalError, flowControlError, settingsTimeout, streamClosed, frameSizeError
  case refusedStream, cancel, compressionError, connectError, enhanceYourCalm, inadequateSecurity, http11Required
}
