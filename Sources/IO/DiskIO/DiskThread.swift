internal import Bytes
internal import Model
public import Runtime
internal import SegmentedLog
internal import Synchronization

/// The disk work of one event loop: for each disk folder a thread that writes, and one that reads what is not in memory.
///
/// Group commit: what the loop asks for in one tick is handed over at its end. The writing thread takes all there is,
/// writes it, syncs each file once, and tells the loop with one wake. While it syncs, the next group gathers. A disk
/// that takes its time holds up the logs that lie on it, and no others.
public final class DiskThread: Sendable {
  /// The loop whose logs are written.
  public let loop: EventLoop
  /// The most bytes that may wait to be written to one folder; appends beyond are refused.
  public let waitingBytesMax: Int
  /// What the loop's logs may keep for those who read at their ends.
  let tailMemory = TailMemory()
  private let folders = Mutex<[ObjectIdentifier: FolderThreads]>([:])
  /// What the loop has gathered in this tick.
  private let gathering: LoopBound<Gathering>

  /// What has been asked for since the last hand-over. The loop's own.
  private final class Gathering {
    /// The folders with logs that want something.
    var folders: [FolderThreads] = []
    /// Memory for stamped batch headers.
    let heads = ByteCutter()
  }

  /// The disk threads of `loop`. The loop must be running, or started before anything is appended.
  public init(loop: EventLoop, waitingBytesMax: Int = 64 << 20) {
    self.loop = loop
    self.waitingBytesMax = waitingBytesMax
    gathering = LoopBound(Gathering(), on: loop)
    gathering.execute { [weak self] _ in loop.addTickHook { self?.handOver() } }
  }

  /// Finishes what has been handed over and ends the threads. Close the logs first.
  public func stop() {
    for folder in folders.withLock({ Array($0.values) }) { folder.stop() }
  }

  /// Bytes of batches that disks have not confirmed yet. On the loop only.
  public var waitingBytes: Int {
    folders.withLock { Array($0.values) }.reduce(0) { $0 + $1.gathering.value.waitingBytes }
  }

  /// The threads for the folder that these files lie in, started with its first log.
  func threads(for files: PartitionFiles) -> FolderThreads {
    folders.withLock { folders in
      if let known = folders[files.folder] { return known }
      let new = FolderThreads(loop)
      folders[files.folder] = new
      return new
    }
  }

  func gather(_ log: PartitionLog) {
    let folder = log.threads
    if folder.gathering.value.logs.isEmpty { gathering.value.folders.append(folder) }
    folder.gathering.value.logs.append(log)
  }

  private func handOver() {
    let gathering = gathering.value
    guard !gathering.folders.isEmpty else { return }
    for folder in gathering.folders { folder.handOver() }
    gathering.folders.removeAll(keepingCapacity: true)
  }

  /// A copy of a batch's first bytes that may be changed before anybody else sees it.
  func copyHead(_ bytes: ByteSlice, count: Int) -> (head: ByteSlice, bytes: UnsafeMutableRawBufferPointer) {
    let (storage, offset) = gathering.value.heads.room(for: count)
    let target = UnsafeMutableRawBufferPointer(start: storage.base + offset, count: count)
    bytes.withUnsafeBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    return (ByteSlice(storage, offset: offset, count: count), target)
  }
}
