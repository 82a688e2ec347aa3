import Model
import RecordBatch
import SegmentedLog
import Simulation

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
    let log = try recovered.repaired { (effect, _) throws(LogFailure) in try disk.perform(effect) }
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
      if let event = try disk.perform(effect, bytes: content) {
        log.handle(event, generation: generation, into: &more)
      }
    } catch {
      failures.append(error)
      refusedGeneration = error.refusedGeneration(of: generation)
      deferredSync = nil
      log.handle(.failed(error), generation: generation, into: &more)
    }
    enqueue(more)
  }

  /// The bytes that a read from `offset` gives, through memory or the disk; nil if there is nothing to read.
  func read(
    from offset: Offset, bytesMax: Int = 1 << 20, below limit: Offset? = nil, hint: BatchPlace? = nil
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
