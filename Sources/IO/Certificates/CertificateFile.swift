import COpenSSL
import Glibc

/// Reading and writing PEM files: whole or not at all.
public enum CertificateFile {
  /// The most bytes that a file may have.
  public static let bytesMax = 1 << 20

  /// Reads a whole file.
  public static func read(_ path: String) throws(CertificateError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("read", path) }
    defer { close(descriptor) }
    var contents: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure("read", path) }
      guard count > 0 else { return contents }
      contents += buffer.prefix(count)
      guard contents.count <= bytesMax else { throw CertificateError("\(path) is too large for certificates") }
    }
  }

  /// Writes a file so that it is there whole or not at all, whatever happens; it never has wider rights than `mode`.
  public static func write(
    _ contents: [UInt8], to path: String, mode: UInt32, overwriting: Bool
  ) throws(CertificateError) {
    var random = [UInt8](repeating: 0, count: 8)
    RAND_bytes(&random, Int32(random.count))
    let temporary = "\(path).\(random.map { String($0, radix: 16) }.joined()).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failure("write", path) }
    defer { unlink(temporary) }
    let isWritten = writeAll(contents, to: descriptor) && fchmod(descriptor, mode) == 0 && fsync(descriptor) == 0
    let reason = errno
    close(descriptor)
    guard isWritten else { throw failure("write", path, reason) }
    // A link is refused if the name is taken; a rename replaces what is there.
    guard (overwriting ? rename(temporary, path) : link(temporary, path)) == 0 else { throw failure("write", path) }
    try syncFolder(of: path)
  }

  private static func writeAll(_ contents: [UInt8], to descriptor: Int32) -> Bool {
    var rest = contents[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func syncFolder(of path: String) throws(CertificateError) {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("sync", folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("sync", folder) }
  }

  private static func failure(_ what: String, _ path: String, _ code: Int32 = errno) -> CertificateError {
    CertificateError("cannot \(what) \(path): \(String(cString: strerror(code)))")
  }
}
