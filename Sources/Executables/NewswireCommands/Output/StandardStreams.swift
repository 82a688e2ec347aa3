internal import Glibc

/// The process's output: whole pieces at once, and no complaint when nobody reads any more.
enum StandardStreams {
  /// Nobody reads what is written: the command ends as if it had been told to.
  struct ReaderGone: Error {}

  /// Writes a line to standard output.
  static func say(_ line: String) { try? write(line + "\n", to: STDOUT_FILENO) }

  /// Writes a line to standard error.
  static func warn(_ line: String) { try? write(line + "\n", to: STDERR_FILENO) }

  /// Writes a text to standard output; throws if nobody reads it.
  static func print(_ text: String) throws { try write(text, to: STDOUT_FILENO) }

  /// Writes a text.
  static func write(_ text: String, to descriptor: Int32) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0), to: descriptor) }
  }

  /// Waits until nobody reads standard output any more; for ever, if it is no pipe.
  ///
  /// So a command that waits for records ends with the one that it writes to, as soon as that has enough.
  static func readerGone() async throws {
    while true {
      var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
      if poll(&output, 1, 0) > 0, Int32(output.revents) & (Int32(POLLERR) | Int32(POLLHUP)) != 0 { return }
      try await Task.sleep(for: .milliseconds(300))
    }
  }

  /// Writes all bytes.
  static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&wanted, 1, -1)
        continue
      }
      guard count >= 0 else {
        if errno == EPIPE { throw ReaderGone() }
        throw CommandError("cannot write the output: \(String(cString: strerror(errno)))")
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }
}

/// Why a command failed, with what to do about it, in words for the user.
struct CommandError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// A failure of the system's, with its own words behind.
  static func system(_ what: String, _ code: Int32 = errno) -> CommandError {
    CommandError("\(what): \(String(cString: strerror(code)))")
  }
}
