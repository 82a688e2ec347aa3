/// Where a service is reached: a host's name or address, and a port.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
  /// A name, an IPv4 address, or an IPv6 address without brackets.
  public let host: String
  /// 0 to 65535; 0 only where any free port will do.
  public let port: Int

  /// Wraps a host and a port that are known to be right.
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads `host:port` or `[ipv6]:port`; the port may be left out if there is a default. Nil for anything else.
  public init?(_ text: String, defaultPort: Int? = nil) {
    let hostText: Substring
    let rest: Substring
    if text.first == "[" {
      guard let end = text.firstIndex(of: "]") else { return nil }
      hostText = text[text.index(after: text.startIndex)..<end]
      rest = text[text.index(after: end)...]
      guard hostText.utf8.allSatisfy({ isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") })
      else { return nil }
    } else {
      hostText = text.prefix { $0 != ":" }
      rest = text[hostText.endIndex...]
      guard hostText.utf8.allSatisfy(isHostByte) else { return nil }
    }
    guard !hostText.isEmpty, hostText.utf8.count <= 255 else { return nil }
    if rest.isEmpty, let defaultPort {
      self.init(host: String(hostText), port: defaultPort)
      return
    }
    let digits = rest.dropFirst()
    guard rest.first == ":", digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let port = Int(digits), port <= 65_535
    else { return nil }
    self.init(host: String(hostText), port: port)
  }

  /// `host:port`, IPv6 addresses in brackets: what `init(_:)` reads.
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

private func isHexDigit(_ byte: UInt8) -> Bool { Character(UnicodeScalar(byte)).isHexDigit && byte < 128 }

private func isHostByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
    return true
  default: return false
  }
}

extension ValueKind where Value == Endpoint {
  /// One `host:port`.
  public static func endpoint(defaultPort: Int? = nil) -> ValueKind {
    ValueKind(placeholder: "HOST:PORT", expectation: "an address such as broker-1:9191 or [::1]:9191") {
      Endpoint($0, defaultPort: defaultPort)
    }
  }
}

extension ValueKind where Value == [Endpoint] {
  /// One or more `host:port` with commas between them.
  public static func endpoints(defaultPort: Int? = nil) -> ValueKind {
    ValueKind(
      placeholder: "HOST:PORT[,…]", expectation: "a list of addresses such as broker-1:9191,broker-2:9191"
    ) { text in
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      let endpoints = parts.compactMap { Endpoint(String($0), defaultPort: defaultPort) }
      return endpoints.count == parts.count ? endpoints : nil
    }
  }
}

/// A name and what it is set to: `retention.ms=1000`.
public struct NamedValue: Hashable, Sendable {
  /// What stands before the first `=`. Not empty.
  public let name: String
  /// What stands behind it. May be empty.
  public let value: String

  /// Sets `name` to `value`.
  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

extension ValueKind where Value == NamedValue {
  /// `NAME=VALUE`.
  public static let namedValue = ValueKind(placeholder: "K=V", expectation: "a setting such as retention.ms=1000") {
    guard let equals = $0.firstIndex(of: "="), equals != $0.startIndex else { return nil }
    return NamedValue(name: String($0[..<equals]), value: String($0[$0.index(after: equals)...]))
  }
}
