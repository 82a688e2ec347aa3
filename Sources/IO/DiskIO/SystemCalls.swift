internal import Bytes
internal import CShims
internal import Glibc
internal import Runtime
internal import SegmentedLog

/// The operating system's calls on files, with errors in words. Each names its operation and file.
enum SystemCalls {
  static func failure(_ operation: String, _ file: String, code: Int32 = errno) -> LogFailure {
    switch code {
    case ENOSPC, EDQUOT, EFBIG: .diskFull(operation: operation, file: file)
    case EMFILE, ENFILE: .outOfDescriptors(operation: operation, file: file)
    default: .disk(operation: operation, file: file, code: code, message: String(cString: strerror(code)))
    }
  }

  /// The flag `O_DIRECT` of open(2), which C headers only show to those who ask for extensions.
  #if arch(arm) || arch(arm64)
    static let pastCache: Int32 = 0o200000
  #else
    static let pastCache: Int32 = 0o40000
  #endif

  /// A descriptor of the file at `path`; `flags` beside reading, writing and closing on exec.
  static func open(_ path: String, flags: Int32) throws(LogFailure) -> Int32 {
    let descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC | flags, 0o640)
    guard descriptor >= 0 else { throw failure(flags & O_CREAT == 0 ? "opening" : "creating", path) }
    return descriptor
  }

  /// Writes all bytes of `parts`, one behind the other, from `position` on; `progress` hears of every part of it.
  static func write(
    _ descriptor: Int32, _ parts: inout [iovec], at position: Int, file: @autoclosure () -> String,
    progress: (Int) -> Void = { _ in }
  ) throws(LogFailure) {
    var position = position
    var first = 0
    while first < parts.count {
      let count = min(parts.count - first, 1024)
      let written = parts.withUnsafeBufferPointer { buffer in
        pwritev(descriptor, buffer.baseAddress! + first, Int32(count), off_t(position))
      }
      guard written >= 0 else {
        let code = errno
        if code == EINTR { continue }
        throw failure("writing", file(), code: code)
      }
      // A disk that takes nothing without saying why would be asked for ever.
      guard written > 0 || parts[first].iov_len == 0 else { throw failure("writing", file(), code: ENOSPC) }
      position += written
      progress(written)
      var rest = written
      while first < parts.count, rest >= parts[first].iov_len {
        rest -= parts[first].iov_len
        first += 1
      }
      if rest > 0 {
        parts[first].iov_base += rest
        parts[first].iov_len -= rest
      }
    }
  }

  static func write(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at position: Int, file: String
  ) throws(LogFailure) {
    guard !bytes.isEmpty else { return }
    var parts = [iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)]
    try write(descriptor, &parts, at: position, file: file)
  }

  static func write(_ descriptor: Int32, _ bytes: [UInt8], at position: Int, file: String) throws(LogFailure) {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(LogFailure) in try write(descriptor, buffer, at: position, file: file) }
    }
    try result.get()
  }

  /// Reads until `buffer` is full or the file ends; answers how much.
  static func read(
    _ descriptor: Int32, at position: Int, into buffer: UnsafeMutableRawBufferPointer, file: String
  ) throws(LogFailure) -> Int {
    var done = 0
    while done < buffer.count, let base = buffer.baseAddress {
      let rest = UnsafeMutableRawBufferPointer(start: base + done, count: buffer.count - done)
      let count = try readOnce(descriptor, at: position + done, into: rest, file: file)
      if count == 0 { break }
      done += count
    }
    return done
  }

  static func read(
    _ file: FileReference, at position: Int, into buffer: UnsafeMutableRawBufferPointer, name: String
  ) throws(LogFailure) -> Int {
    try file.withDescriptor { (descriptor) throws(LogFailure) in
      try read(descriptor, at: position, into: buffer, file: name)
    }
  }

  /// Reads what there is at once; answers how much.
  static func readOnce(
    _ descriptor: Int32, at position: Int, into buffer: UnsafeMutableRawBufferPointer, file: String
  ) throws(LogFailure) -> Int {
    while true {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(position))
      if count >= 0 { return count }
      guard errno == EINTR else { throw failure("reading", file) }
    }
  }

  static func syncData(_ file: FileReference, name: @autoclosure () -> String) throws(LogFailure) {
    try file.withDescriptor { (descriptor) throws(LogFailure) in try syncData(descriptor, file: name()) }
  }

  /// No reason makes it passing, want of room neither: what the disk holds after a failed sync is not known.
  private static func failedSync(_ file: String, code: Int32 = errno) -> LogFailure {
    .disk(operation: "syncing", file: file, code: code, message: String(cString: strerror(code)))
  }

  /// Makes the file's bytes durable. A failure is final: what the disk holds afterwards is not known.
  static func syncData(_ descriptor: Int32, file: @autoclosure () -> String) throws(LogFailure) {
    guard fdatasync(descriptor) == 0 else {
      let code = errno
      throw failedSync(file(), code: code)
    }
  }

  /// Makes everything durable that was written to the disk on which the folder lies. A failure is final.
  static func syncDisk(_ descriptor: Int32, folder: String) throws(LogFailure) {
    let code = -newswire_sync_file_system(descriptor)
    guard code == 0 else { throw failedSync(folder, code: code) }
  }

  /// Has the file's synced bytes from `position` on read from the disk when they are wanted again.
  static func forgetCached(_ descriptor: Int32, from position: Int, file: String) throws(LogFailure) {
    // Memory is given up by whole pages, which may be large ones.
    let start = position & ~((2 << 20) - 1)
    let code = posix_fadvise(descriptor, off_t(start), 0, POSIX_FADV_DONTNEED)
    guard code == 0 else { throw failure("reading anew", file, code: code) }
  }

  /// Makes a folder's entries durable.
  static func syncFolder(_ path: String) throws(LogFailure) {
    let descriptor = try openFolder(path)
    defer { close(descriptor) }
    try syncFolder(descriptor, path)
  }

  static func openFolder(_ path: String) throws(LogFailure) -> Int32 {
    let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("opening", path) }
    return descriptor
  }

  /// A failure is final, even for want of room: which names the disk holds afterwards is not known.
  private static func syncFolder(_ descriptor: Int32, _ path: String) throws(LogFailure) {
    guard fsync(descriptor) == 0 else { throw failedSync(path) }
  }

  /// The folder that holds the file or folder at `path`.
  static func parent(of path: String) -> String {
    let whole = path.split(separator: "/").dropLast().joined(separator: "/")
    if path.hasPrefix("/") { return "/" + whole }
    return whole.isEmpty ? "." : whole
  }

  /// Puts a whole new file in the place of `name`: write beside, sync, rename, sync the folder.
  ///
  /// After a failure that passes, the old file is still there.
  static func replace(_ name: String, in folder: String, with bytes: [UInt8]) throws(LogFailure) {
    let names = try openFolder(folder)
    defer { close(names) }
    let path = folder + "/" + name
    let beside = path + besideSuffix
    let descriptor = try open(beside, flags: O_CREAT | O_TRUNC)
    do {
      defer { close(descriptor) }
      try write(descriptor, bytes, at: 0, file: beside)
      try syncData(descriptor, file: beside)
    } catch {
      unlink(beside)
      throw error
    }
    guard rename(beside, path) == 0 else { throw failure("renaming", beside) }
    try syncFolder(names, folder)
  }

  private static let besideSuffix = ".new"

  /// Writes a whole new file beside `name`, not durable yet. After a failure there is none.
  static func writeBeside(_ name: String, in folder: String, _ bytes: [UInt8]) throws(LogFailure) {
    let beside = folder + "/" + name + besideSuffix
    let descriptor = try open(beside, flags: O_CREAT | O_TRUNC)
    defer { close(descriptor) }
    do { try write(descriptor, bytes, at: 0, file: beside) } catch {
      unlink(beside)
      throw error
    }
  }

  /// Puts the file that was written beside in the place of `name`, not durable yet.
  static func replaceByBeside(_ name: String, in folder: String) throws(LogFailure) {
    let path = folder + "/" + name
    guard rename(path + besideSuffix, path) == 0 else { throw failure("renaming", path + besideSuffix) }
  }

  /// All bytes of a small file; nil if it is not there.
  static func contents(_ path: String, bytesMax: Int) throws(LogFailure) -> [UInt8]? {
    guard let size = try size(path) else { return nil }
    guard size <= bytesMax else { throw .damaged(file: path, position: bytesMax, finding: "it has \(size) bytes") }
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("opening", path) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: size)
    let result = bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(LogFailure) in try read(descriptor, at: 0, into: buffer, file: path) }
    }
    bytes.removeLast(size - (try result.get()))
    return bytes
  }

  /// The bytes of a file; nil if it is not there.
  static func size(_ path: String) throws(LogFailure) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT { return nil }
      throw failure("looking at", path)
    }
    return Int(status.st_size)
  }

  /// How many files the process may have open at once.
  static func descriptorsMax() -> Int {
    FileLimit.current.map { Int(clamping: min($0, 1 << 20)) } ?? 1024
  }

  static func makeFolder(_ path: String) throws(LogFailure) {
    guard mkdir(path, 0o750) == 0 || errno == EEXIST else { throw failure("creating", path) }
  }

  /// The names in a folder, without `.` and `..`, sorted.
  static func names(in folder: String) throws(LogFailure) -> [String] {
    guard let stream = opendir(folder) else { throw failure("listing", folder) }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw failure("listing", folder) }
    return names.sorted()
  }

  /// Removes a folder and the files in it; what is gone already is fine.
  static func removeFolder(_ path: String) throws(LogFailure) {
    for name in try names(in: path) {
      guard unlink(path + "/" + name) == 0 || errno == ENOENT else { throw failure("removing", path + "/" + name) }
    }
    guard rmdir(path) == 0 || errno == ENOENT else { throw failure("removing", path) }
  }
}
