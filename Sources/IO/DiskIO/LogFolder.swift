internal import Bytes
internal import Glibc
public import Model
public import RecordBatch
public import SegmentedLog
internal import Synchronization

/// Opens a compressed records block, on any thread: codec, bytes, and the most bytes that may come out.
public typealias LogDecompressor =
  @Sendable (CompressionCodec, UnsafeRawBufferPointer, Int) throws(RecordBatchError) -> [UInt8]

/// A log that has been opened and checked, on its way to the loop that will own it.
public struct OpenedLog: Sendable {
  let decisions: LogDecisions
  let files: PartitionFiles
  let decompressor: LogDecompressor?
  /// What opening the folder found.
  public let report: RecoveryReport
  /// The replica.
  public var partition: TopicPartition { decisions.log.partition }
  /// Behind the last batch.
  public var logEndOffset: Offset { decisions.log.logEndOffset }
}

/// The value that decides for a log, in one place from its opening on: it is large, and thousands are handed on at once.
///
/// Belongs to whoever has opened it, and then to the log's loop.
final class LogDecisions: @unchecked Sendable {
  var log: SegmentedLog

  init(_ log: SegmentedLog) { self.log = log }
}

/// A disk folder that holds replicas, with an identity of its own: a replica is assigned to a broker and a folder.
///
/// One process at a time holds it, by a lock. All its methods block; call them beside the loops.
public final class LogFolder: Sendable {
  /// Where it is.
  public let path: String
  /// Names the folder for ever, wherever it is mounted.
  public let id: UUID128
  private let cluster: Mutex<UUID128?>
  private let lock: Mutex<Int32?>
  private let cache: FileCache
  private let decompressor: LogDecompressor?

  private static let kind: UInt32 = 0x4e57_4644
  private static let identityName = "folder"
  private static let deletedSuffix = ".deleted"
  private static let damagedSuffix = ".damaged"

  /// Opens the folder at `path`, or makes it with an id from `random`. Throws if another process holds it.
  ///
  /// `decompressor` serves searches by time. `openFilesMax` bounds the segment files that are kept open; by default a
  /// quarter of what the process may open, divided among `folderCount` such folders.
  public init(
    path: String, random: inout some RandomNumberGenerator, openFilesMax: Int? = nil, folderCount: Int = 1,
    decompressor: LogDecompressor? = nil
  ) throws(LogFailure) {
    self.path = path
    self.decompressor = decompressor
    cache = FileCache(filesMax: max(openFilesMax ?? SystemCalls.descriptorsMax() / 4 / folderCount, 8))
    try SystemCalls.makeFolder(path)
    let descriptor = try Self.takeLock(path)
    lock = Mutex(descriptor)
    do throws(LogFailure) {
      let name = path + "/" + Self.identityName
      if let bytes = try SystemCalls.contents(name, bytesMax: 4096) {
        let identity = try Self.decode(bytes, name)
        id = identity.id
        cluster = Mutex(identity.cluster)
        // A process that was killed may have left names here that would not outlive a loss of power.
        try SystemCalls.syncFolder(path)
      } else {
        guard try Self.partitions(in: path).isEmpty else {
          throw LogFailure.damaged(
            file: name, position: 0, finding: "it is missing although the folder holds replicas")
        }
        id = UUID128(random: &random)
        cluster = Mutex(nil)
        // A parent that this process may not read is the operator's, and so is the folder's name in it.
        let parent = SystemCalls.parent(of: path)
        if access(parent, R_OK) == 0 { try SystemCalls.syncFolder(parent) }
        try SystemCalls.replace(Self.identityName, in: path, with: Self.encode(id, nil))
      }
      for name in try SystemCalls.names(in: path) where name.hasSuffix(Self.deletedSuffix) {
        try SystemCalls.removeFolder(path + "/" + name)
      }
    } catch {
      Glibc.close(descriptor)
      throw error
    }
  }

  deinit { release() }

  /// Lets others have the folder. Its logs must have been closed, and nothing may be asked of it any more.
  public func release() {
    guard let descriptor = lock.withLock({ $0.take() }) else { return }
    // A child that is just being started may have the descriptor, too: closing ours alone would leave it locked.
    flock(descriptor, LOCK_UN)
    Glibc.close(descriptor)
  }

  private static func takeLock(_ path: String) throws(LogFailure) -> Int32 {
    let name = path + "/lock"
    let descriptor = try SystemCalls.open(name, flags: O_CREAT)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      Glibc.close(descriptor)
      guard code == EWOULDBLOCK else { throw SystemCalls.failure("locking", name, code: code) }
      throw .wrongFolder("\(path) is in use by another process")
    }
    return descriptor
  }

  // MARK: Identity

  /// The cluster that the folder belongs to; nil until it has been bound to one.
  public var clusterID: UUID128? { cluster.withLock { $0 } }

  /// Binds a new folder to its cluster, durably. Throws if it belongs to another one.
  public func bind(to clusterID: UUID128) throws(LogFailure) {
    if let bound = self.clusterID {
      guard bound == clusterID else {
        throw .wrongFolder("\(path) belongs to cluster \(bound), not to \(clusterID)")
      }
      return
    }
    try SystemCalls.replace(Self.identityName, in: path, with: Self.encode(id, clusterID))
    cluster.withLock { $0 = clusterID }
  }

  private static func encode(_ id: UUID128, _ cluster: UUID128?) -> [UInt8] {
    SealedFile.seal(kind: kind, version: 1, body: id.bytes + (cluster?.bytes ?? []))
  }

  private static func decode(_ bytes: [UInt8], _ name: String) throws(LogFailure) -> (id: UUID128, cluster: UUID128?) {
    let (_, body) = try SealedFile.open(bytes, kind: kind, versionMax: 1, name: name)
    guard let id = UUID128(bytes: body.prefix(16)), body.count == 16 || body.count == 32 else {
      throw .damaged(file: name, position: 16, finding: "it names no folder")
    }
    return (id, UUID128(bytes: body.dropFirst(16)))
  }

  /// How large the folder's disk is, and how much of it is free, in bytes.
  public func space() throws(LogFailure) -> (total: Int, free: Int) {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { throw SystemCalls.failure("looking at", path) }
    return (Int(status.f_blocks) * Int(status.f_frsize), Int(status.f_bavail) * Int(status.f_frsize))
  }

  // MARK: Partitions

  /// The replicas that have a folder here.
  public func partitions() throws(LogFailure) -> [TopicPartition] { try Self.partitions(in: path) }

  private static func partitions(in path: String) throws(LogFailure) -> [TopicPartition] {
    try SystemCalls.names(in: path).compactMap { name in
      guard name.utf8.count > 37, let topic = UUID128(String(name.prefix(36))), name.dropFirst(36).first == "-",
        let index = Int32(name.dropFirst(37)), index >= 0
      else { return nil }
      let partition = TopicPartition(topic: topic, partition: PartitionIndex(index))
      return partition.description == name ? partition : nil
    }
  }

  /// Opens the log of a replica, or makes a new one; checks what a crash may have left and repairs what can be.
  public func open(
    _ partition: TopicPartition, configuration: LogConfiguration, now: Timestamp
  ) throws(LogFailure) -> OpenedLog {
    let folder = path + "/" + partition.description
    if try SystemCalls.size(folder) == nil {
      try SystemCalls.makeFolder(folder)
      try SystemCalls.syncFolder(path)
    }
    let files = PartitionFiles(partition, in: path, cache: cache)
    // It is read once, and never written in place.
    defer { files.forget(.manifest) }
    let recovered = try Recovery(partition: partition, configuration: configuration, now: now).perform(on: files)
    // The killed process may have replaced the manifest and not lived to make that durable.
    if !recovered.report.wasClean { try SystemCalls.syncFolder(folder) }
    let writer = LogWriter(files: files)
    let log = try recovered.repaired { (effect, generation) throws(LogFailure) in
      writer.performAlone(DiskOperation(effect: effect, generation: generation))
      let event = writer.takeOutcomes().last?.event
      if case .failed(let failure) = event { throw failure }
      return event
    }
    // Thousands are opened that are not written to soon.
    if let active = log.segmentFacts.last?.id { for file in LogFile.segment(active) { files.forget(file) } }
    return OpenedLog(
      decisions: LogDecisions(log), files: files, decompressor: decompressor, report: recovered.report)
  }

  /// Opens many logs at once on `threadsCount` threads, and answers each one's outcome in the same order.
  public func open(
    _ wanted: [(partition: TopicPartition, configuration: LogConfiguration)], now: Timestamp, threadsCount: Int = 4
  ) -> [Result<OpenedLog, LogFailure>] {
    let next = Atomic<Int>(0)
    let results = Mutex([Result<OpenedLog, LogFailure>?](repeating: nil, count: wanted.count))
    withThreads(min(threadsCount, wanted.count)) {
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < wanted.count else { return }
        let (partition, configuration) = wanted[index]
        let result = Result { () throws(LogFailure) in
          try self.open(partition, configuration: configuration, now: now)
        }
        results.withLock { $0[index] = result }
      }
    }
    return results.withLock { $0.map { $0 ?? .failure(.closed) } }
  }

  /// Removes a replica's folder, and what was put aside of it. Once this has returned it does not come back, even if
  /// the power fails.
  public func delete(_ partition: TopicPartition) throws(LogFailure) {
    let folder = path + "/" + partition.description
    let aside = folder + Self.damagedSuffix
    if try SystemCalls.size(aside) != nil { try SystemCalls.removeFolder(aside) }
    guard try SystemCalls.size(folder) != nil else { return }
    let doomed = folder + Self.deletedSuffix
    try rename(folder, to: doomed)
    try SystemCalls.removeFolder(doomed)
  }

  /// Puts a damaged replica's folder aside, under a name of its own, so that a new log can begin. What was put aside
  /// before is removed.
  public func quarantine(_ partition: TopicPartition) throws(LogFailure) {
    let folder = path + "/" + partition.description
    guard try SystemCalls.size(folder) != nil else { return }
    try rename(folder, to: folder + Self.damagedSuffix)
  }

  private func rename(_ folder: String, to name: String) throws(LogFailure) {
    if try SystemCalls.size(name) != nil { try SystemCalls.removeFolder(name) }
    guard Glibc.rename(folder, name) == 0 else { throw SystemCalls.failure("renaming", folder) }
    try SystemCalls.syncFolder(path)
  }
}

/// Runs `body` on `count` threads and waits for all of them.
private func withThreads(_ count: Int, _ body: @escaping @Sendable () -> Void) {
  let threads = (0..<max(count, 0)).map { NamedThread("open-\($0)", body) }
  for thread in threads { thread.join() }
}
