internal import CUV
internal import Glibc

/// A numeric address and a port to listen on.
public struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
  /// The numeric host, such as `127.0.0.1` or `::`.
  public let host: String
  /// 0 to 65535; 0 lets the system choose.
  public let port: Int
  private let isIPv6: Bool

  /// Checks that `host` is numeric (`localhost` counts as `127.0.0.1`) and `port` is one.
  public init(host: String, port: Int) throws(RuntimeError) {
    let host = host == "localhost" ? "127.0.0.1" : host
    var six = in6_addr()
    var four = in_addr()
    isIPv6 = inet_pton(AF_INET6, host, &six) == 1
    guard isIPv6 || inet_pton(AF_INET, host, &four) == 1, (0...65535).contains(port) else {
      throw RuntimeError(
        code: UV_EINVAL.rawValue, operation: "address \(host):\(port)",
        message: "a numeric IPv4 or IPv6 address and a port from 0 to 65535 are needed")
    }
    self.host = host
    self.port = port
  }

  /// `host:port`, with brackets around an IPv6 address.
  public var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Splits `host:port` or `[v6]:port`; the host need not be numeric. Nil if there is no valid port.
  public static func split(_ text: String) -> (host: String, port: Int)? {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let digits = text[text.index(after: colon)...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(digits), port <= 65535
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    return host.isEmpty ? nil : (String(host), port)
  }

  /// Lends the address as the C structure that libuv and the system take.
  func withSockaddr<R>(_ body: (UnsafePointer<sockaddr>, Int) -> R) -> R {
    var storage = sockaddr_storage()
    return withUnsafeMutablePointer(to: &storage) { pointer in
      let raw = UnsafeMutableRawPointer(pointer)
      let size: Int
      if isIPv6 {
        size = MemoryLayout<sockaddr_in6>.size
        uv_ip6_addr(host, Int32(port), raw.assumingMemoryBound(to: sockaddr_in6.self))
      } else {
        size = MemoryLayout<sockaddr_in>.size
        uv_ip4_addr(host, Int32(port), raw.assumingMemoryBound(to: sockaddr_in.self))
      }
      return body(UnsafeRawPointer(raw).assumingMemoryBound(to: sockaddr.self), size)
    }
  }
}
