internal import Glibc

/// The lines of a file or pipe, in bounded memory.
final class LineReader {
  private let descriptor: Int32
  /// Reading ends as soon as this can be read from.
  private let interruption: Int32?
  private let lineBytesMax: Int
  private var buffer: UnsafeMutableRawBufferPointer
  /// What has been read and not yet given out.
  private var held: Range<Int> = 0..<0
  /// Up to here there is no newline in `held`.
  private var searched = 0
  private var isAtEnd = false
  /// How many lines have been given out.
  private(set) var count = 0

  init(descriptor: Int32, interruption: Int32? = nil, lineBytesMax: Int, bufferBytes: Int = 256 << 10) {
    self.descriptor = descriptor
    self.interruption = interruption
    self.lineBytesMax = lineBytesMax
    buffer = .allocate(byteCount: bufferBytes, alignment: 16)
  }

  deinit { buffer.deallocate() }

  /// The next line without its newline, lent until the next call; nil at the end. The last one needs no newline.
  func next() throws -> UnsafeRawBufferPointer? {
    while true {
      if let newline = find() {
        let line = held.lowerBound..<newline
        held = newline + 1..<held.upperBound
        searched = held.lowerBound
        return try give(line)
      }
      if isAtEnd {
        guard !held.isEmpty else { return nil }
        defer { held = held.upperBound..<held.upperBound }
        return try give(held)
      }
      guard held.count <= lineBytesMax else { throw tooLong() }
      try readMore()
    }
  }

  private func find() -> Int? {
    let base = buffer.baseAddress!
    let rest = held.upperBound - searched
    if rest > 0, let found = memchr(base + searched, 10, rest) { return found - UnsafeMutableRawPointer(base) }
    searched = held.upperBound
    return nil
  }

  private func give(_ line: Range<Int>) throws -> UnsafeRawBufferPointer {
    guard line.count <= lineBytesMax else { throw tooLong() }
    count += 1
    return UnsafeRawBufferPointer(rebasing: buffer[line])
  }

  private func tooLong() -> CommandError {
    CommandError("line \(count + 1) is longer than \(lineBytesMax) bytes, the most that a record may have")
  }

  private func readMore() throws {
    if held.lowerBound > 0 {
      buffer.baseAddress!.copyMemory(from: buffer.baseAddress! + held.lowerBound, byteCount: held.count)
      held = 0..<held.count
      searched = held.upperBound
    }
    if held.upperBound == buffer.count { grow() }
    guard waitForInput() else {
      isAtEnd = true
      return
    }
    let count = read(descriptor, buffer.baseAddress! + held.upperBound, buffer.count - held.upperBound)
    if count < 0, errno == EINTR || errno == EAGAIN { return }
    guard count >= 0 else { throw CommandError.system("cannot read the input") }
    if count == 0 { isAtEnd = true }
    held = held.lowerBound..<held.upperBound + count
  }

  private func grow() {
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.count * 2, alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[held]))
    buffer.deallocate()
    buffer = larger
  }

  /// False if reading has been interrupted.
  private func waitForInput() -> Bool {
    guard let interruption else { return true }
    var wanted = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: interruption, events: Int16(POLLIN), revents: 0),
    ]
    while poll(&wanted, 2, -1) < 0, errno == EINTR {}
    return wanted[1].revents == 0
  }
}

/// What stands before and behind the first separator in a line; nil if there is none.
func split(
  _ line: UnsafeRawBufferPointer, at separator: [UInt8]
) -> (key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)? {
  guard let place = line.firstRange(of: separator)?.lowerBound else { return nil }
  return (
    UnsafeRawBufferPointer(rebasing: line[..<place]),
    UnsafeRawBufferPointer(rebasing: line[(place + separator.count)...])
  )
}

extension UnsafeRawBufferPointer {
  /// Where the bytes of `pattern` stand first.
  fileprivate func firstRange(of pattern: [UInt8]) -> Range<Int>? {
    guard let base = baseAddress, let first = pattern.first, count >= pattern.count else { return nil }
    let lastStart = count - pattern.count
    var start = 0
    while start <= lastStart, let found = memchr(base + start, Int32(first), lastStart - start + 1) {
      let place = UnsafeRawPointer(found) - base
      if memcmp(base + place, pattern, pattern.count) == 0 { return place..<place + pattern.count }
      start = place + 1
    }
    return nil
  }
}
