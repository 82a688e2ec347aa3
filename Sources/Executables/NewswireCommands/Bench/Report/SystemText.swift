internal import Glibc

/// Files of the system and of the user's, as text.
enum SystemText {
  /// A small file as it is; nil if it cannot be read.
  static func read(_ path: String, bytesMax: Int = 1 << 16) -> String? {
    bytes(path, max: bytesMax).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes of a file, as many as `max`; nil if it cannot be read.
  static func bytes(_ path: String, max: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < max {
      let count = Glibc.read(descriptor, &buffer, min(buffer.count, max - bytes.count))
      guard count >= 0 else { return nil }
      if count == 0 { break }
      bytes += buffer.prefix(count)
    }
    return bytes
  }

  /// Writes a file anew.
  static func write(_ text: String, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw CommandError.system("cannot write \(path)") }
    defer { close(descriptor) }
    try StandardStreams.write(text, to: descriptor)
  }
}
