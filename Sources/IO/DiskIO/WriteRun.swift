internal import Bytes
internal import Glibc
internal import SegmentedLog

/// Batches that follow one another in a segment and go to the disk in one call.
struct WriteRun {
  private static let countMax = 500
  let start: LogPosition
  let generation: UInt32
  private var operations: [DiskOperation] = []
  private var ends: [LogPosition] = []

  /// A run that will probably have `count` batches.
  init(start: LogPosition, generation: UInt32, count: Int) {
    self.start = start
    self.generation = generation
    operations.reserveCapacity(min(count, Self.countMax))
    ends.reserveCapacity(min(count, Self.countMax))
  }

  var end: LogPosition { ends.last ?? start }

  func isFollowed(by place: LogPosition, generation: UInt32) -> Bool {
    generation == self.generation && place.segment == end.segment && place.position == end.position
      && operations.count < Self.countMax
  }

  mutating func append(_ operation: DiskOperation, end: LogPosition) {
    operations.append(operation)
    ends.append(end)
  }

  /// The end of the last batch of which all bytes are among the first `count`.
  func end(within count: Int) -> LogPosition? { ends.last { $0.position - start.position <= count } }

  /// Writes the batches to `file`; with `memory`, whole blocks of a large run go past the page cache by way of it.
  func write(
    to file: FileReference, past memory: AlignedMemory?, of files: PartitionFiles, progress: (Int) -> Void
  ) throws(LogFailure) {
    var parts = WriteParts(operations)
    // The slices keep their memory alive until the operations are let go.
    defer { withExtendedLifetime(operations) {} }
    /// Only failures tell it.
    func name() -> String { files.path(.records(start.segment)) }
    var position = start.position
    if let memory, let blocks = AlignedMemory.blocks(from: position, to: end.position) {
      try file.withDescriptor { (descriptor) throws(LogFailure) in
        try parts.write(descriptor, upTo: blocks.lowerBound - position, at: position, file: name(), progress: progress)
      }
      position = try write(blocks, of: &parts, past: memory, of: files, name(), progress)
    }
    try file.withDescriptor { (descriptor) throws(LogFailure) in
      try parts.write(descriptor, upTo: end.position - position, at: position, file: name(), progress: progress)
    }
  }

  /// Writes whole blocks past the page cache, if the file system can; answers where it has stopped.
  private func write(
    _ blocks: Range<Int>, of parts: inout WriteParts, past memory: AlignedMemory, of files: PartitionFiles,
    _ name: String, _ progress: (Int) -> Void
  ) throws(LogFailure) -> Int {
    guard let file = try files.openPastCache(.records(start.segment)) else { return blocks.lowerBound }
    var position = blocks.lowerBound
    while position < blocks.upperBound {
      var ahead = parts
      let bytes = memory.fill(min(blocks.upperBound - position, memory.byteCount), from: &ahead)
      do throws(LogFailure) {
        try file.withDescriptor { (descriptor) throws(LogFailure) in
          try SystemCalls.write(descriptor, UnsafeRawBufferPointer(bytes), at: position, file: name)
        }
      } catch {
        guard case .disk(_, _, EINVAL, _) = error else { throw error }
        // Other blocks than these, or none at all: what is left goes the common way.
        files.staysInCache()
        return position
      }
      parts = ahead
      position += bytes.count
      progress(bytes.count)
    }
    return position
  }
}

/// Bytes in many places, taken from the front.
struct WriteParts {
  private var parts: [iovec] = []
  private var first = 0

  /// The operations must live on as long as this does.
  init(_ operations: [DiskOperation]) {
    parts.reserveCapacity(2 * operations.count)
    for operation in operations {
      append(operation.head)
      append(operation.body)
    }
  }

  private mutating func append(_ slice: ByteSlice) {
    guard let storage = slice.storage else { return }
    parts.append(iovec(iov_base: storage.base + slice.offset, iov_len: slice.count))
  }

  /// The next bytes that lie together, at most `count`.
  mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
    guard first < parts.count, count > 0 else { return nil }
    let part = parts[first]
    let taken = min(count, part.iov_len)
    if taken == part.iov_len {
      first += 1
    } else {
      parts[first] = iovec(iov_base: part.iov_base + taken, iov_len: part.iov_len - taken)
    }
    return UnsafeRawBufferPointer(start: part.iov_base, count: taken)
  }

  /// Writes the next `count` bytes from `position` of the file on.
  mutating func write(
    _ descriptor: Int32, upTo count: Int, at position: Int, file: @autoclosure () -> String,
    progress: (Int) -> Void
  ) throws(LogFailure) {
    var left = count
    var taken: [iovec] = []
    taken.reserveCapacity(parts.count - first)
    while let bytes = take(left) {
      taken.append(iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count))
      left -= bytes.count
    }
    try SystemCalls.write(descriptor, &taken, at: position, file: file(), progress: progress)
  }
}
