internal import CUV

/// The operating system refused something: which operation, on what, and its own words.
public struct RuntimeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The system's error number, negative as libuv gives it (`-ECONNREFUSED`).
  public let code: Int32
  /// What was attempted, such as `listen on 127.0.0.1:9191`.
  public let operation: String
  /// The system's words, such as `connection refused`.
  public let message: String

  /// An error with words of its own.
  public init(code: Int32, operation: String, message: String) {
    self.code = code
    self.operation = operation
    self.message = message
  }

  /// The error that libuv (or a negative errno) names.
  public init(code: Int32, operation: String) {
    self.init(code: code, operation: operation, message: String(cString: uv_strerror(code)))
  }

  /// Operation and cause in one line.
  public var description: String { "\(operation): \(message)" }
}

/// Throws what libuv answered, if it was an error.
func check(_ result: Int32, _ operation: @autoclosure () -> String) throws(RuntimeError) {
  if result < 0 { throw RuntimeError(code: result, operation: operation()) }
}

/// For calls that fail only if this module uses libuv wrongly.
func must(_ result: Int32, _ operation: StaticString) {
  precondition(result >= 0, "\(operation): \(String(cString: uv_strerror(result)))")
}
