internal import RecordBatch

/// The frame around every file of Newswire's own: what it is, its version, its length and a checksum over all of it.
///
/// Layout, big-endian: kind u32, version u16, zero u16, body length u32, CRC-32C u32 of everything else, body.
public enum SealedFile {
  /// The bytes in front of the body.
  static let headBytes = 16

  /// The file's bytes around `body`.
  public static func seal(kind: UInt32, version: UInt16, body: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(headBytes + body.count)
    bytes.appendBigEndian(kind)
    bytes.appendBigEndian(version)
    bytes.appendBigEndian(UInt16(0))
    bytes.appendBigEndian(UInt32(body.count))
    bytes.appendBigEndian(UInt32(0))
    bytes.append(contentsOf: body)
    let checksum = checksum(of: bytes)
    bytes.withUnsafeMutableBytes { $0.storeBigEndian(checksum, at: 12) }
    return bytes
  }

  /// The body and the version of the file `name`; throws if a bit of it is not as it was sealed.
  public static func open(
    _ bytes: [UInt8], kind: UInt32, versionMax: UInt16, name: String
  ) throws(LogFailure) -> (version: UInt16, body: [UInt8]) {
    func damaged(_ position: Int, _ finding: String) -> LogFailure {
      .damaged(file: name, position: position, finding: finding)
    }
    guard bytes.count >= headBytes else { throw damaged(bytes.count, "it has only \(bytes.count) bytes") }
    func number<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) -> T {
      bytes.withUnsafeBytes { $0.bigEndian(type, at: offset) }
    }
    guard number(UInt32.self, at: 0) == kind else { throw damaged(0, "it is not a file of this kind") }
    let length = Int(number(UInt32.self, at: 8))
    guard length == bytes.count - headBytes else {
      throw damaged(8, "it states \(length) bytes and has \(bytes.count - headBytes)")
    }
    guard number(UInt32.self, at: 12) == checksum(of: bytes) else { throw damaged(12, "its checksum is wrong") }
    let version = number(UInt16.self, at: 4)
    guard version >= 1, version <= versionMax else { throw .unsupportedVersion(file: name, version: version) }
    return (version, Array(bytes[headBytes...]))
  }

  private static func checksum(of bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBytes { bytes in
      var checksum = CRC32C()
      checksum.update(bytes.part(0..<12))
      checksum.update(bytes.part(headBytes..<bytes.count))
      return checksum.value
    }
  }
}

/// Takes apart the body of a sealed file; every step checks that the bytes are there.
public struct BodyReader {
  private let body: [UInt8]
  private let name: String
  private var position = 0

  /// A reader of `body`, which is from the file `name`.
  public init(_ body: [UInt8], name: String) {
    self.body = body
    self.name = name
  }

  /// The next big-endian number.
  public mutating func number<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type) throws(LogFailure) -> T {
    let size = MemoryLayout<T>.size
    guard body.count - position >= size else { throw fault("it ends in the middle of a field") }
    defer { position += size }
    return body.withUnsafeBytes { $0.bigEndian(type, at: position) }
  }

  /// A count of things that take at least `bytesEach`, checked against what is left.
  public mutating func count(bytesEach: Int) throws(LogFailure) -> Int {
    let count = Int(try number(UInt32.self))
    guard count <= (body.count - position) / bytesEach else { throw fault("it states an impossible count of \(count)") }
    return count
  }

  /// The next `count` bytes.
  public mutating func bytes(_ count: Int) throws(LogFailure) -> [UInt8] {
    guard count >= 0, body.count - position >= count else { throw fault("it ends in the middle of a field") }
    defer { position += count }
    return Array(body[position..<position + count])
  }

  /// Checks that nothing is left.
  public func finish() throws(LogFailure) {
    guard position == body.count else { throw fault("\(body.count - position) bytes are left over") }
  }

  /// A finding about the place that the reader has reached.
  public func fault(_ finding: String) -> LogFailure {
    .damaged(file: name, position: SealedFile.headBytes + position, finding: finding)
  }
}
