import Glibc

/// What the headers of a request ask for, found in one pass; its pointers are lent by the block.
struct RequestFacts {
  /// How the request's messages are compressed.
  enum Encoding {
    case identity, gzip, unknown
  }

  private(set) var path = UnsafeRawBufferPointer(start: nil, count: 0)
  private(set) var isPost = false
  private(set) var isHead = false
  private(set) var isGRPC = false
  private(set) var encoding = Encoding.identity
  private(set) var acceptsGzip = false
  private(set) var hasBinaryMetadata = false
  private(set) var timeout: Duration?
  private(set) var hasMalformedTimeout = false

  init(_ block: HeaderBlock) {
    for index in 0..<block.count {
      let field = block[index]
      read(field.name, field.value)
    }
  }

  /// The path as it is named in answers.
  var pathText: String { String(decoding: path.prefix(256), as: UTF8.self) }

  private mutating func read(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
    switch name.count {
    case 5 where name.equals(":path"): path = value
    case 7 where name.equals(":method"):
      isPost = value.equals("POST")
      isHead = value.equals("HEAD")
    case 12 where name.equals("content-type"): isGRPC = Self.isGRPC(value)
    case 12 where name.equals("grpc-timeout"):
      timeout = TimeoutHeader.parse(value)
      hasMalformedTimeout = timeout == nil
    case 13 where name.equals("grpc-encoding"):
      encoding = value.equals("gzip") ? .gzip : value.equals("identity") ? .identity : .unknown
    case 20 where name.equals("grpc-accept-encoding"): acceptsGzip = Self.names(value, "gzip")
    default:
      if name.count > 4, UnsafeRawBufferPointer(rebasing: name.suffix(4)).equals("-bin") { hasBinaryMetadata = true }
    }
  }

  /// `application/grpc`, also with a suffix (`+proto`) or parameters.
  private static func isGRPC(_ value: UnsafeRawBufferPointer) -> Bool {
    let prefix = 16
    guard value.count >= prefix, UnsafeRawBufferPointer(rebasing: value[..<prefix]).equals("application/grpc") else {
      return false
    }
    return value.count == prefix || value[prefix] == UInt8(ascii: "+") || value[prefix] == UInt8(ascii: ";")
  }

  /// True if the list of names, separated by commas, has `wanted` among them.
  private static func names(_ list: UnsafeRawBufferPointer, _ wanted: StaticString) -> Bool {
    var rest = list[...]
    while !rest.isEmpty {
      let part = rest.prefix { $0 != UInt8(ascii: ",") }
      let name = part.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != UInt8(ascii: " ") }
      if UnsafeRawBufferPointer(rebasing: name).equals(wanted) { return true }
      rest = rest.dropFirst(part.count + 1)
    }
    return false
  }
}

extension UnsafeRawBufferPointer {
  /// True if these are the bytes of `text`.
  @inline(__always)
  func equals(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    guard let baseAddress else { return true }
    return memcmp(baseAddress, text.utf8Start, count) == 0
  }
}
