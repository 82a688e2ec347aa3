internal import Bytes
internal import Glibc
internal import Model
internal import SegmentedLog
internal import Synchronization

/// The open files of one disk folder's logs: opened when first used, the longest unused closed when there are many.
///
/// Closing means forgetting: whoever still reads a file keeps it open by its reference.
final class FileCache: Sendable {
  struct Key: Hashable {
    let log: UInt32
    let file: LogFile
    /// A second descriptor of the file, whose writes go past the page cache.
    var isPastCache = false
  }

  private struct State {
    var files: [Key: (reference: FileReference, lastUse: UInt64)] = [:]
    var clock: UInt64 = 0
    var logsCount: UInt32 = 0
    /// How often a file was forgotten.
    var removals: UInt64 = 0
  }

  private let state = Mutex(State())
  private let filesMax: Int
  /// Descriptors from here on are not kept: the process needs some that no file holds for long.
  let descriptorsEnd = SystemCalls.descriptorsMax() - 16
  /// True until the file system has refused writes past the page cache.
  private let canPassCache = Atomic<Bool>(true)

  init(filesMax: Int) { self.filesMax = filesMax }

  /// True if writes may go past the page cache.
  var passesCache: Bool { canPassCache.load(ordering: .relaxed) }

  /// Writes past the page cache are not possible here.
  func staysInCache() { canPassCache.store(false, ordering: .relaxed) }

  /// A number that no other log of this cache has.
  func nextLog() -> UInt32 {
    state.withLock { state in
      state.logsCount += 1
      return state.logsCount
    }
  }

  func file(_ key: Key) -> FileReference? {
    state.withLock { state in
      state.clock += 1
      guard var entry = state.files[key] else { return nil }
      entry.lastUse = state.clock
      state.files[key] = entry
      return entry.reference
    }
  }

  /// Taken before a file is opened that another thread may replace meanwhile.
  var removals: UInt64 { state.withLock { $0.removals } }

  /// Keeps the file, unless one was forgotten since there were so many `removals`: it may be the one that is gone.
  func insert(_ reference: FileReference, _ key: Key, since removals: UInt64? = nil) {
    // References die outside the lock: closing a file may take its time.
    let forgotten = state.withLock { state -> [FileReference] in
      guard removals ?? state.removals == state.removals else { return [] }
      state.clock += 1
      state.files[key] = (reference, state.clock)
      return state.files.count > filesMax ? Self.forgetHalf(&state) : []
    }
    _ = forgotten
  }

  func remove(_ key: Key) {
    let forgotten = state.withLock { state in
      state.removals += 1
      defer {
        // A dictionary keeps the room for the most that it ever had.
        if state.files.isEmpty { state.files = [:] }
      }
      return state.files.removeValue(forKey: key)
    }
    _ = forgotten
  }

  /// Makes room when the process may not open more files.
  func forgetHalf() {
    let forgotten = state.withLock { Self.forgetHalf(&$0) }
    _ = forgotten
  }

  private static func forgetHalf(_ state: inout State) -> [FileReference] {
    let uses = state.files.values.map(\.lastUse).sorted()
    guard !uses.isEmpty else { return [] }
    let limit = uses[uses.count / 2]
    let old = state.files.filter { $0.value.lastUse <= limit }
    for key in old.keys { state.files[key] = nil }
    return old.values.map(\.reference)
  }
}

/// The files of one partition's folder, for any thread.
struct PartitionFiles: LogStorage, Sendable {
  /// The disk folder, whose name all its logs share, and the partition: there may be many logs.
  private let parent: String
  private let partition: TopicPartition
  private let cache: FileCache
  private let log: UInt32

  init(_ partition: TopicPartition, in parent: String, cache: FileCache) {
    self.parent = parent
    self.partition = partition
    self.cache = cache
    log = cache.nextLog()
  }

  /// The partition's folder.
  var path: String { "\(parent)/\(partition)" }

  /// The disk folder that the partition's folder lies in.
  var folder: ObjectIdentifier { ObjectIdentifier(cache) }

  func path(_ file: LogFile) -> String { path + "/" + file.name }

  /// The file, opened if it is not open yet.
  func open(_ file: LogFile) throws(LogFailure) -> FileReference {
    if let open = cache.file(.init(log: log, file: file)) { return open }
    return try open(file, flags: 0)
  }

  /// The file, for writes of whole blocks past the page cache; nil if the file system has no such thing.
  func openPastCache(_ file: LogFile) throws(LogFailure) -> FileReference? {
    guard cache.passesCache else { return nil }
    if let open = cache.file(.init(log: log, file: file, isPastCache: true)) { return open }
    do { return try open(file, flags: SystemCalls.pastCache, isPastCache: true) } catch {
      guard case .disk(_, _, EINVAL, _) = error else { throw error }
      staysInCache()
      return nil
    }
  }

  /// Writes past the page cache are not possible here.
  func staysInCache() { cache.staysInCache() }

  /// A new and empty file.
  func create(_ file: LogFile) throws(LogFailure) -> FileReference {
    try open(file, flags: O_CREAT | O_TRUNC)
  }

  private func open(_ file: LogFile, flags: Int32, isPastCache: Bool = false) throws(LogFailure) -> FileReference {
    let removals = flags & O_CREAT == 0 ? cache.removals : nil
    let descriptor: Int32
    do { descriptor = try SystemCalls.open(path(file), flags: flags) } catch {
      guard case .outOfDescriptors = error else { throw error }
      cache.forgetHalf()
      descriptor = try SystemCalls.open(path(file), flags: flags)
    }
    if Int(descriptor) >= cache.descriptorsEnd { cache.forgetHalf() }
    let reference = FileReference(descriptor: descriptor) { close($0) }
    cache.insert(reference, .init(log: log, file: file, isPastCache: isPastCache), since: removals)
    return reference
  }

  /// Forgets the open file: it has been replaced or removed.
  func forget(_ file: LogFile) {
    cache.remove(.init(log: log, file: file))
    cache.remove(.init(log: log, file: file, isPastCache: true))
  }

  func fileNames() throws(LogFailure) -> [String] { try SystemCalls.names(in: path) }

  func size(of file: LogFile) throws(LogFailure) -> Int? { try SystemCalls.size(path(file)) }

  func read(_ file: LogFile, at position: Int, into buffer: UnsafeMutableRawBufferPointer) throws(LogFailure) -> Int {
    try SystemCalls.read(try open(file), at: position, into: buffer, name: path(file))
  }

  func readAnew(_ file: LogFile, from position: Int) throws(LogFailure) {
    try open(file).withDescriptor { (descriptor) throws(LogFailure) in
      try SystemCalls.syncData(descriptor, file: path(file))
      try SystemCalls.forgetCached(descriptor, from: position, file: path(file))
    }
  }
}
