import Model
import Partition
import RecordBatch
import SegmentedLog

/// What becomes of one replica's older records: retention, and the cleaning of a compacted log, step by step.
final class SimulatedCleaning {
  private unowned let replica: BrokerReplica
  private unowned let broker: BrokerProcess
  /// As long as it is not abandoned there is a replica.
  private let storage: SimulatedLog
  private let world: World
  private var cleaner: LogCleaner<CleaningDisk>?
  /// The log's segments as the pass knows them.
  private var layout: UInt32 = 0
  /// How far the run goes, in as many passes as it takes.
  private var target: Offset?

  private static let codecs = RecordCodecs(
    decompress: { (_, _, _) throws(RecordBatchError) in throw .invalidLength(0) },
    compress: { (_, _) throws(RecordBatchError) in throw .invalidLength(0) })

  init(of replica: BrokerReplica, on broker: BrokerProcess, in world: World) {
    self.replica = replica
    storage = replica.storage
    self.broker = broker
    self.world = world
  }

  /// Does what is due. To be called now and then.
  func timeElapsed() {
    guard storage.log.state == .open, !storage.isAbandoned else { return }
    applyRetention()
    guard cleaner == nil, storage.log.configuration.compaction != nil else { return }
    storage.rollForCompaction(now: broker.timestamp)
    beginPass()
  }

  private func applyRetention() {
    guard let highWatermark = replica.partition.highWatermark else { return }
    let now = broker.timestamp
    let gone = storage.applyRetention(now: now, highWatermark: highWatermark)
    guard !gone.isEmpty else { return }
    world.count(.startsMoved)
    world.cleaningChecker.retained(replica.place, storage.log, gone, at: now, below: highWatermark)
    replica.handle(.logAdvanced(storage.log.ends))
    broker.logGrew(replica)
  }

  // MARK: Compaction

  private func beginPass() {
    let highWatermark = world.wiring.cleanableEnd(replica.partition.knownWatermark, of: replica.partition)
    guard
      let plan = storage.log.compactionPlan(
        now: broker.timestamp, highWatermark: highWatermark, upTo: target, marksEnd: marksEnd)
    else {
      target = nil
      return
    }
    target = target ?? plan.dirtyEnd
    layout = storage.log.layout
    cleaner = LogCleaner(
      plan, on: CleaningDisk(disk: storage.disk, syncs: world.wiring.syncsCleanedSegments),
      // Now and then there is not room for all keys.
      keyBytesMax: world.chance(0.3) ? 1 : 1 << 12, secret: KeySecret(low: 1, high: 2), codecs: Self.codecs)
    goOn()
  }

  private var marksEnd: Offset? { world.wiring.marksEnd(replica.partition.marksEnd) }

  private func goOn() {
    world.after(world.microseconds(100...20_000), broker) { [self] in step() }
  }

  private func step() {
    guard !storage.isAbandoned, var current = cleaner.take() else { return }
    do throws(LogFailure) {
      switch try current.step() {
      case .working:
        cleaner = current
        goOn()
      case .swap(let segment):
        guard put(segment) else { return giveUp(segment) }
        cleaner = current
        goOn()
      case .finished(let pass):
        guard storage.finish(pass) else { return target = nil }
        world.count(.logsCleaned)
        beginPass()
      }
    } catch { failed(error) }
  }

  private func put(_ segment: CleanedSegment) -> Bool {
    guard layout == storage.log.layout, let (old, new) = storage.swap(in: segment, marksEnd: marksEnd) else {
      return false
    }
    layout = storage.log.layout
    world.count(.segmentsCleaned)
    world.trace(
      replica.place, "broker \(broker.id) puts \(segment.id) in the place of \(old.count) batches: \(new.count)")
    world.cleaningChecker.cleaned(replica.place, storage.log, from: old, to: new, by: broker.id)
    broker.onSwap?()
    return true
  }

  private func giveUp(_ segment: CleanedSegment) {
    target = nil
    for file in LogFile.segment(segment.id) { storage.disk.remove(file.name) }
  }

  /// A full disk costs nothing but room, and it is tried again.
  private func failed(_ failure: LogFailure) {
    target = nil
    // What the log does not consist of any more may have become anything.
    guard layout == storage.log.layout else { return }
    switch failure {
    case .damaged: replica.found(failure)
    case _ where failure.isPassing: break
    default:
      world.count(.logsFailed)
      broker.onLogFailed?()
    }
  }
}
