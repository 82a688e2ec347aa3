import Model

/// The metadata of a call: names with values in the order in which they were added; a name may occur more than once.
///
/// Names are lower case. A name that ends in `-bin` has values of raw bytes (base64 on the wire), every other one
/// printable ASCII. Names that HTTP/2 and gRPC keep for themselves never appear here.
public struct Metadata: Hashable, Sendable {
  /// One value, in the form that its name asks for.
  public enum Value: Hashable, Sendable {
    /// The value of an ordinary name.
    case text(String)
    /// The value of a name that ends in `-bin`.
    case binary([UInt8])
  }

  /// One name with one value.
  public struct Entry: Hashable, Sendable {
    /// The name, lower case.
    public let key: String
    /// The value.
    public let value: Value
  }

  /// Everything, in order.
  public private(set) var all: [Entry] = []

  /// No metadata.
  public init() {}

  /// True if there is nothing.
  public var isEmpty: Bool { all.isEmpty }

  /// The first text under `key`.
  public func first(_ key: String) -> String? {
    for entry in all where entry.key == key {
      if case .text(let text) = entry.value { return text }
    }
    return nil
  }

  /// The first bytes under `key`, which ends in `-bin`.
  public func firstBinary(_ key: String) -> [UInt8]? {
    for entry in all where entry.key == key {
      if case .binary(let bytes) = entry.value { return bytes }
    }
    return nil
  }

  /// Every value under `key`, in order.
  public func values(_ key: String) -> [Value] {
    all.compactMap { $0.key == key ? $0.value : nil }
  }

  /// Adds a text under `key`, a valid name that does not end in `-bin`. What is not printable ASCII becomes `?`.
  public mutating func add(_ key: String, _ text: String) {
    precondition(Self.isValidKey(key) && !Self.isBinary(key), "not a metadata name for text: \(key)")
    all.append(Entry(key: key, value: .text(Self.printable(text))))
  }

  /// Adds bytes under `key`, a valid name that ends in `-bin`.
  public mutating func add(_ key: String, binary bytes: [UInt8]) {
    precondition(Self.isValidKey(key) && Self.isBinary(key), "not a metadata name for bytes: \(key)")
    all.append(Entry(key: key, value: .binary(bytes)))
  }

  /// Adds everything in `other` behind what is here.
  public mutating func add(_ other: Metadata) {
    all.append(contentsOf: other.all)
  }

  /// Takes every value under `key` away.
  public mutating func remove(_ key: String) {
    all.removeAll { $0.key == key }
  }

  /// True if `key` may name metadata: `a-z 0-9 - _ .`, not empty, and not one that HTTP/2 or gRPC keeps for itself.
  public static func isValidKey(_ key: String) -> Bool {
    !key.isEmpty && key.utf8.allSatisfy(isKeyByte) && !isReserved(key)
  }

  /// True if values under `key` are bytes.
  public static func isBinary(_ key: String) -> Bool { key.utf8.suffix(4).elementsEqual("-bin".utf8) }

  /// True for names that the protocol itself uses, and that never reach a handler.
  static func isReserved(_ key: String) -> Bool {
    switch key {
    case "connection", "content-length", "content-type", "host", "keep-alive", "proxy-connection", "te", "trailer",
      "transfer-encoding", "upgrade":
      true
    default: key.utf8.first == UInt8(ascii: ":") || key.utf8.starts(with: "grpc-".utf8)
    }
  }

  private static let protocolPrefix = Array("grpc-".utf8)

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
      UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  private static func printable(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) { return text }
    return String(text.unicodeScalars.map { (0x20...0x7e).contains($0.value) ? Character($0) : "?" })
  }
}

extension Metadata {
  /// Takes in a header as it came from the wire. Reserved names are passed over; several `-bin` values may be joined
  /// by commas, as proxies do.
  mutating func receive(wireName: UnsafeRawBufferPointer, wireValue: UnsafeRawBufferPointer) throws(Status) {
    guard wireName.first != UInt8(ascii: ":"), !wireName.starts(with: Self.protocolPrefix) else { return }
    let name = String(decoding: wireName, as: UTF8.self)
    guard !Self.isReserved(name) else { return }
    guard Self.isBinary(name) else {
      all.append(Entry(key: name, value: .text(String(decoding: wireValue, as: UTF8.self))))
      return
    }
    for part in wireValue.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      guard let bytes = Base64.decode(UnsafeRawBufferPointer(rebasing: part)) else {
        throw Status(.internal, "the metadata value of \(name) is not base64")
      }
      all.append(Entry(key: name, value: .binary(bytes)))
    }
  }
}

extension Metadata.Entry {
  /// The value as it goes on the wire.
  var wireValue: String {
    switch value {
    case .text(let text): text
    case .binary(let bytes): Base64.encode(bytes)
    }
  }
}
