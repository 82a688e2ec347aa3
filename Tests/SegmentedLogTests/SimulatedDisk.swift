import Model
import RecordBatch
import SegmentedLog

/// A generator whose every run is the same: SplitMix64.
struct Seeded: RandomNumberGenerator {
  var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

/// The folder of one log on a disk that forgets what was not synced, tears writes at sectors and can be full.
final class SimulatedDisk: LogStorage {
  struct File {
    /// What a reader sees.
    var current: [UInt8] = []
    /// What survives a loss of power for certain.
    var durable: [UInt8] = []
  }

  /// Files as a reader sees them. The folder's own changes survive only with the next sync of the folder.
  var files: [String: File] = [:]
  private var durableNames: [String: File] = [:]
  var bytesMax = Int.max
  /// The sync with this number, counted from now, fails.
  var failingSync: Int?

  static let sector = 512

  func fileNames() -> [String] { files.keys.sorted() }

  func size(of file: LogFile) -> Int? { files[file.name]?.current.count }

  func read(_ file: LogFile, at position: Int, into buffer: UnsafeMutableRawBufferPointer) throws(LogFailure) -> Int {
    guard let content = files[file.name]?.current else {
      throw .disk(operation: "opening", file: file.name, code: 2, message: "No such file or directory")
    }
    guard position < content.count else { return 0 }
    let count = min(buffer.count, content.count - position)
    buffer.copyBytes(from: content[position..<position + count])
    return count
  }

  private var usedBytes: Int { files.values.reduce(0) { $0 + $1.current.count } }

  func write(_ name: String, at position: Int, _ bytes: [UInt8]) throws(LogFailure) {
    guard var file = files[name] else { fatalError("a write to \(name), which is not there") }
    let growth = max(0, position + bytes.count - file.current.count)
    let room = max(0, bytesMax - usedBytes)
    let written = growth <= room ? bytes.count : max(0, bytes.count - (growth - room))
    if file.current.count < position { file.current += Array(repeating: 0, count: position - file.current.count) }
    let overlap = min(written, file.current.count - position)
    file.current.replaceSubrange(position..<position + overlap, with: bytes[..<overlap])
    file.current += bytes[overlap..<written]
    files[name] = file
    guard written == bytes.count else { throw .diskFull(operation: "writing", file: name) }
  }

  func sync(_ name: String) throws(LogFailure) {
    if let left = failingSync {
      failingSync = left - 1
      if left == 0 { throw .disk(operation: "syncing", file: name, code: 5, message: "Input/output error") }
    }
    guard var file = files[name] else { return }
    file.durable = file.current
    files[name] = file
    if durableNames[name] != nil { durableNames[name] = file }
  }

  func create(_ name: String) { files[name] = File() }

  func truncate(_ name: String, to size: Int) throws(LogFailure) {
    guard var file = files[name] else { return create(name) }
    if file.current.count > size { file.current.removeLast(file.current.count - size) }
    files[name] = file
    try sync(name)
  }

  func replace(_ name: String, _ bytes: [UInt8]) throws(LogFailure) {
    guard usedBytes + bytes.count <= bytesMax else { throw .diskFull(operation: "writing", file: name) }
    files[name] = File(current: bytes, durable: bytes)
    syncFolder()
  }

  func remove(_ name: String) { files[name] = nil }

  func syncFolder() { durableNames = files }

  /// The power fails: of what was not synced, any sectors may be there and any may not.
  func losePower(using random: inout Seeded) {
    var survivors: [String: File] = [:]
    // What the folder lists is the state of its last sync, or the newer one.
    let names = Bool.random(using: &random) ? durableNames : files
    for name in names.keys.sorted() {
      guard let file = files[name] ?? names[name] else { continue }
      let longest = max(file.durable.count, file.current.count)
      let shortest = min(file.durable.count, file.current.count)
      let size = [file.durable.count, file.current.count, Int.random(in: shortest...longest, using: &random)]
        .randomElement(using: &random)!
      var content = Array((file.durable + Array(repeating: 0, count: max(0, size - file.durable.count))).prefix(size))
      for start in stride(from: 0, to: size, by: Self.sector) where Int.random(in: 0..<4, using: &random) > 0 {
        let end = min(start + Self.sector, size, file.current.count)
        if end > start { content.replaceSubrange(start..<end, with: file.current[start..<end]) }
      }
      survivors[name] = File(current: content, durable: content)
    }
    files = survivors
    durableNames = survivors
  }
}

/// Performs a log's effects over a simulated disk, as the real shell does: in order, up to the first failure.
final class SimulatedHost {
  let disk = SimulatedDisk()
  var log: SegmentedLog
  var now = Timestamp(1_700_000_000_000)
  private(set) var queue: [(effect: LogEffect, generation: UInt32)] = []
  private var bytes: [LogPosition: [UInt8]] = [:]
  private var deferredSync: (through: LogPosition, generation: UInt32)?
  private var refusedGeneration: UInt32?
  private(set) var failures: [LogFailure] = []

  static let partition = TopicPartition(topic: UUID128(high: 1, low: 2), partition: PartitionIndex(3))

  init(_ configuration: LogConfiguration = LogConfiguration()) throws(LogFailure) {
    log = try Self.open(disk, configuration, now).log
  }

  static func open(
    _ disk: SimulatedDisk, _ configuration: LogConfiguration, _ now: Timestamp
  ) throws(LogFailure) -> (log: SegmentedLog, report: RecoveryReport) {
    let recovered = try Recovery(partition: partition, configuration: configuration, now: now).perform(on: disk)
    let log = try recovered.repaired { (effect, _) throws(LogFailure) in try perform(effect, bytes: [], on: disk) }
    return (log, recovered.report)
  }

  /// Opens the folder again, as a new process does; what was queued is forgotten.
  @discardableResult
  func reopen() throws(LogFailure) -> RecoveryReport {
    queue = []
    bytes = [:]
    deferredSync = nil
    refusedGeneration = nil
    let recovered = try Self.open(disk, log.configuration, now)
    log = recovered.log
    return recovered.report
  }

  @discardableResult
  func append(_ batch: [UInt8], epoch: Int32 = 0, sync: Bool = true) throws -> (place: LogPosition, bytes: [UInt8]) {
    var batch = batch
    let header = try batch.withUnsafeBytes { try RecordBatchHeader(decoding: $0) }
    var effects: [LogEffect] = []
    let place = log.append(header, leaderEpoch: LeaderEpoch(epoch), now: now, sync: sync, into: &effects)
    batch.withUnsafeMutableBytes {
      RecordBatchStamp.stamp($0, baseOffset: place.offset, leaderEpoch: LeaderEpoch(epoch))
    }
    bytes[place] = batch
    enqueue(effects)
    return (place, batch)
  }

  func enqueue(_ effects: [LogEffect]) { queue += effects.map { ($0, log.generation) } }

  /// Asks the log for something and queues what it answers.
  func ask(_ request: (inout SegmentedLog, inout [LogEffect]) -> Void) {
    var effects: [LogEffect] = []
    request(&log, &effects)
    enqueue(effects)
  }

  /// Performs the oldest effects; `deferSyncs` puts plain syncs off as long as it may.
  func perform(_ count: Int = .max, deferSyncs: Bool = false) throws {
    var left = count
    while left > 0, !queue.isEmpty {
      let (effect, generation) = queue.removeFirst()
      left -= 1
      if let refused = refusedGeneration, generation <= refused { continue }
      switch effect {
      case .sync(let through, indexes: false) where deferSyncs:
        deferredSync = (through, generation)
        continue
      case .write(let at, _, _) where deferredSync.map { $0.through.segment == at.segment } ?? true: break
      case .writeIndex: break
      default: try performDeferredSync()
      }
      if let refused = refusedGeneration, generation <= refused { continue }
      perform(effect, generation)
    }
    if queue.isEmpty { try performDeferredSync() }
  }

  private func performDeferredSync() throws {
    guard let (through, generation) = deferredSync else { return }
    deferredSync = nil
    perform(.sync(through: through, indexes: false), generation)
  }

  private func perform(_ effect: LogEffect, _ generation: UInt32) {
    var content: [UInt8] = []
    if case .write(let at, _, _) = effect { content = bytes[at] ?? [] }
    var more: [LogEffect] = []
    do {
      if let event = try Self.perform(effect, bytes: content, on: disk) {
        log.handle(event, generation: generation, into: &more)
      }
    } catch {
      failures.append(error)
      refusedGeneration = generation
      log.handle(.failed(error), generation: generation, into: &more)
    }
    enqueue(more)
  }

  private static func perform(
    _ effect: LogEffect, bytes: [UInt8], on disk: SimulatedDisk
  ) throws(LogFailure) -> LogEvent? {
    switch effect {
    case .write(let at, _, let end):
      try disk.write(LogFile.records(at.segment).name, at: at.position, bytes)
      return .written(end)
    case .writeIndex(let file, let position, let bytes):
      try disk.write(file.name, at: position, bytes)
    case .sync(let through, let indexes):
      for file in indexes ? LogFile.segment(through.segment) : [.records(through.segment)] {
        try disk.sync(file.name)
      }
      return .synced(through)
    case .createSegment(let base):
      for file in LogFile.segment(base) { disk.create(file.name) }
    case .replaceManifest(let checkpoint, let bytes):
      try disk.replace(LogFile.manifest.name, bytes)
      return .checkpointed(checkpoint)
    case .replaceIndex(let file, let bytes):
      try disk.replace(file.name, bytes)
    case .truncate(let file, let size):
      try disk.truncate(file.name, to: size)
    case .removeSegments(let bases):
      for base in bases { for file in LogFile.segment(base) { disk.remove(file.name) } }
    }
    return nil
  }

  /// The bytes that a read from `offset` gives, through memory or the disk; nil if there is nothing to read.
  func read(
    from offset: Offset, bytesMax: Int = 1 << 20, below limit: Offset? = nil, hint: LogPosition? = nil
  ) throws -> (found: FoundBatches, bytes: [UInt8])? {
    var found: FoundBatches?
    switch log.read(from: offset, bytesMax: bytesMax, below: limit ?? log.logEndOffset, hint: hint) {
    case .nothing: return nil
    case .outOfRange(let range): throw Unexpected(what: "offset \(offset) is outside \(range)")
    case .found(let batches): found = batches
    case .lookUp(let lookUp): found = try lookUp.perform(on: disk).batches
    }
    guard let found else { return nil }
    let content = disk.files[LogFile.records(found.start.segment).name]!.current
    return (found, Array(content[found.start.position..<found.start.position + found.sizeInBytes]))
  }
}

struct Unexpected: Error { let what: String }

/// A batch of `count` records, the values filled with something recognisable.
func batch(_ count: Int = 1, bytes: Int = 10, timestamp: Int64 = 1_700_000_000_000, fill: UInt8 = 0x41) -> [UInt8] {
  var builder = RecordBatchBuilder()
  for index in 0..<count {
    builder.append(
      key: nil, value: Array(repeating: fill, count: bytes), timestamp: Timestamp(timestamp + Int64(index)))
  }
  return (try? builder.build()) ?? []
}
