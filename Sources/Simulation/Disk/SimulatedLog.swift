import Model
import RecordBatch
import SegmentedLog

/// A log over a simulated disk: performs what the log asks for, in order and after a while, and tells what came of it.
final class SimulatedLog {
  /// A batch as it stands in the log.
  struct Stored {
    let header: RecordBatchHeader
    let bytes: [UInt8]
    let place: LogPosition
  }

  var log: SegmentedLog
  let disk: SimulatedDisk
  /// Everything in the log, by offset.
  var batches: [Stored] = []
  /// Called when the log has got further, or has failed.
  var onProgress: ((LogFailure?) -> Void)?
  /// Called when reading the log has failed.
  var onDamage: ((LogFailure) -> Void)?
  /// Called for each batch that was never written and has been given up.
  var onGivenUp: ((RecordBatchHeader) -> Void)?
  /// Called when the manifest on the disk says that the log starts here.
  /// True once the log is of no interest any more.
  private(set) var isAbandoned = false
  private let world: World
  /// Whom the work belongs to: it ends when this dies.
  unowned var process: Process?
  private var queue: [(effect: LogEffect, generation: UInt32)] = []
  private var bytes: [LogPosition: [UInt8]] = [:]
  private var isWorking = false
  private var refusedGeneration: UInt32?
  var effects: [LogEffect] = []
  private var isLookingUp = false
  private var whenIdle: [() -> Void] = []
  /// How much longer everything takes.
  var slowness = 1

  init(
    _ place: TopicPartition, _ configuration: LogConfiguration, on disk: SimulatedDisk, of process: Process? = nil,
    in world: World, now: Timestamp
  ) throws(LogFailure) {
    self.disk = disk
    self.world = world
    self.process = process
    let recovered = try Recovery(partition: place, configuration: configuration, now: now).perform(on: disk)
    if recovered.report.cutBytes > 0 { world.count(.tailsCut) }
    log = try recovered.repaired { (effect, _) throws(LogFailure) in try disk.perform(effect) }
    batches = readAll()
    lookUpProducers()
  }

  /// Everything that was once written to what the log holds: where bits have flipped it is known beside the disk.
  private func readAll() -> [Stored] {
    log.segmentFacts.flatMap { read($0.id, sizeInBytes: $0.sizeInBytes) }
  }

  func read(_ segment: SegmentID, sizeInBytes: Int) -> [Stored] {
    guard let content = disk.files[LogFile.records(segment).name]?.current else { return [] }
    var found: [Stored] = []
    var place = LogPosition(offset: segment.base, segment: segment, position: 0)
    while place.position < sizeInBytes {
      let bytes = content[place.position..<min(sizeInBytes, content.count)]
      guard let stored = Self.stored(disk.spoiled[place] ?? Array(bytes), at: place) else { break }
      found.append(stored)
      place = LogPosition(
        offset: stored.header.nextOffset, segment: segment, position: place.position + stored.bytes.count)
    }
    return found
  }

  static func stored(_ bytes: [UInt8], at place: LogPosition) -> Stored? {
    guard let header = try? bytes.withUnsafeBytes({ try RecordBatchHeader(decoding: $0) }),
      header.baseOffset == place.offset, header.sizeInBytes <= bytes.count
    else { return nil }
    return Stored(header: header, bytes: Array(bytes.prefix(header.sizeInBytes)), place: place)
  }

  /// A record in a batch.
  struct Record: Hashable {
    let offset: Offset
    let key: [UInt8]?
    let value: [UInt8]?
  }

  /// A batch's records.
  static func records(of stored: Stored) -> [Record] {
    stored.bytes.withUnsafeBytes { bytes in
      guard let view = try? RecordBatchView(bytes) else { return [] }
      var reader = RecordReader(records: view.storedRecords, header: view.header)
      var records: [Record] = []
      while let record = try? reader.next() {
        records.append(
          Record(
            offset: record.offset(in: view.header), key: record.key.map { Array(view.storedRecords[$0]) },
            value: record.value.map { Array(view.storedRecords[$0]) }))
      }
      return records
    }
  }

  /// The values of a batch's records.
  static func values(of stored: Stored) -> [[UInt8]] { records(of: stored).map { $0.value ?? [] } }

  /// The batches from `offset` on that end at or before `limit`.
  func batches(from offset: Offset, below limit: Offset, max count: Int) -> ArraySlice<Stored> {
    let start = firstIndex(endingBehind: offset)
    var end = start
    while end < batches.count, end - start < count, batches[end].header.nextOffset <= limit { end += 1 }
    return batches[start..<end]
  }

  /// The same as a reader gets them, about so many bytes: what this process has not seen whole is looked up on the disk,
  /// and everything if `isChecked`. Throws `damaged` where bits have flipped.
  func read(
    from offset: Offset, below limit: Offset, bytesMax: Int, isChecked: Bool = false
  ) throws(LogFailure) -> ArraySlice<Stored> {
    var known = batches(from: offset, below: limit, bytesMax: bytesMax)
    guard let first = known.first, isChecked || disk.isSpoiled,
      case .lookUp(let search) = log.read(
        from: offset, bytesMax: bytesMax, below: limit, deleted: true, checked: isChecked)
    else { return known }
    guard let found = try search.perform(on: disk).batches else { return [] }
    guard found.start == first.place else {
      throw .damaged(
        file: "\(found.start)", position: found.start.position, finding: "\(first.place) is where it was written")
    }
    while let last = known.last, last.header.nextOffset > found.nextOffset { known.removeLast() }
    return known
  }

  /// The batches from `offset` on that end at or before `limit`: one, and others up to so many bytes.
  private func batches(from offset: Offset, below limit: Offset, bytesMax: Int) -> ArraySlice<Stored> {
    let start = firstIndex(endingBehind: offset)
    var end = start
    var bytes = 0
    while end < batches.count, batches[end].header.nextOffset <= limit {
      bytes += batches[end].bytes.count
      guard end == start || bytes <= bytesMax else { break }
      end += 1
    }
    return batches[start..<end]
  }

  /// Those that were written before this process began: only the disk has them.
  var coldBatches: [Stored] {
    batches.filter { batch in
      guard case .lookUp = log.read(from: batch.header.baseOffset, bytesMax: 1, below: log.writtenEnd.offset) else {
        return false
      }
      return true
    }
  }

  private func firstIndex(endingBehind offset: Offset) -> Int {
    var low = 0
    var high = batches.count
    while low < high {
      let middle = (low + high) / 2
      if batches[middle].header.nextOffset > offset { high = middle } else { low = middle + 1 }
    }
    return low
  }

  // MARK: What it is asked to do

  func append(
    _ batch: [UInt8], leaderEpoch: LeaderEpoch, sync: SyncDemand, now: Timestamp
  ) throws -> Stored {
    var batch = batch
    var header = try batch.withUnsafeBytes { try RecordBatchHeader(decoding: $0) }
    let place = log.append(header, leaderEpoch: leaderEpoch, now: now, sync: sync != .never, into: &effects)
    batch.withUnsafeMutableBytes { RecordBatchStamp.stamp($0, baseOffset: place.offset, leaderEpoch: leaderEpoch) }
    header.baseOffset = place.offset
    header.leaderEpoch = leaderEpoch
    let stored = Stored(header: header, bytes: batch, place: place)
    bytes[place] = batch
    batches.append(stored)
    ask()
    return stored
  }

  /// Cuts the log so that it ends at `offset` or before; `completion` comes when that has been asked for.
  func truncate(to offset: Offset, now: Timestamp, completion: @escaping (Result<Void, LogFailure>) -> Void) {
    afterAll { [self] in
      do throws(LogFailure) {
        try checkOpen()
        guard !log.isHollow(cutAt: offset) else {
          return restart(at: log.ends.keptStartOffset, now: now, completion: completion)
        }
        let point = try log.cutLookUp(to: offset).perform(on: disk)
        log.truncate(to: point, into: &effects)
        while let last = batches.last, last.header.baseOffset >= log.logEndOffset { batches.removeLast() }
        ask()
        lookUpProducers()
        completion(.success(()))
      } catch { completion(.failure(error)) }
    }
  }

  private func checkOpen() throws(LogFailure) {
    switch log.state {
    case .open: return
    case .stalled(let failure), .failed(let failure): throw failure
    case .closed: throw .closed
    }
  }

  /// Tries again what a full disk has kept the log from, and what could not be read.
  func mend() {
    lookUpProducers()
    guard case .stalled = log.state, queue.isEmpty, !isWorking else { return }
    log.mend(into: &effects)
    ask()
  }

  func restart(at offset: Offset, now: Timestamp, completion: @escaping (Result<Void, LogFailure>) -> Void) {
    afterAll { [self] in
      do throws(LogFailure) {
        try checkOpen()
        log.restart(at: offset, now: now, into: &effects)
        batches = []
        ask()
        completion(.success(()))
      } catch { completion(.failure(error)) }
    }
  }

  func deleteRecords(before offset: Offset) {
    guard log.state == .open else { return }
    let offset = min(offset, log.logEndOffset)
    guard offset <= log.syncedEnd.offset else {
      log.sync(into: &effects)
      ask()
      return afterAll { [self] in if offset <= log.syncedEnd.offset { deleteRecords(before: offset) } }
    }
    guard offset > log.ends.settledStartOffset else { return }
    log.deleteRecords(before: offset, into: &effects)
    forgetDeleted()
    ask()
    onProgress?(nil)
  }

  /// What lay in segments that are gone is not there any more.
  func forgetDeleted() {
    let first = log.segmentFacts.first?.offsets.lowerBound ?? .zero
    let count = batches.firstIndex { $0.header.baseOffset >= first } ?? batches.count
    batches.removeFirst(count)
  }

  /// Reads again what has to be known of producers, once all is written.
  private func lookUpProducers() {
    guard !isLookingUp, log.state.isLasting, log.producerLookUp(now: Timestamp(0)) != nil else { return }
    isLookingUp = true
    afterAll { [self] in
      isLookingUp = false
      // A log that has failed meanwhile names files that never came to be.
      guard log.state.isLasting, let search = log.producerLookUp(now: Timestamp(0)) else { return }
      do throws(LogFailure) {
        log.resolveProducers(try search.perform(on: disk))
        world.count(.producersLookedUp)
      } catch { onDamage?(error) }
    }
  }

  private func afterAll(_ body: @escaping () -> Void) {
    if queue.isEmpty, !isWorking { body() } else { whenIdle.append(body) }
  }

  // MARK: The disk

  func ask() {
    queue += effects.map { ($0, log.generation) }
    effects = []
    work()
  }

  private func work() {
    guard !isWorking, !queue.isEmpty else { return }
    isWorking = true
    let delay = world.microseconds(100...(world.chance(0.02) ? 20_000 : 1500))
    world.after(delay * slowness, process) { [self] in
      let todo = queue
      queue = []
      let failure = perform(todo)
      isWorking = false
      ask()
      onProgress?(failure)
      if queue.isEmpty, !isWorking {
        let waiting = whenIdle
        whenIdle = []
        for body in waiting { body() }
      }
    }
  }

  private func perform(_ todo: [(effect: LogEffect, generation: UInt32)]) -> LogFailure? {
    var failure: LogFailure?
    for (effect, generation) in todo {
      if let refused = refusedGeneration, generation <= refused { continue }
      do throws(LogFailure) {
        if let event = try perform(effect) {
          log.handle(event, generation: generation, into: &effects)
        }
      } catch {
        failure = error
        refusedGeneration = error.refusedGeneration(of: generation)
        log.handle(.failed(error), generation: generation, into: &effects)
        while let last = batches.last, last.header.baseOffset >= log.logEndOffset {
          onGivenUp?(last.header)
          batches.removeLast()
        }
      }
    }
    if failure != nil, log.state.isLasting {
      log.sync(into: &effects)
      lookUpProducers()
    }
    return failure
  }

  private func perform(_ effect: LogEffect) throws(LogFailure) -> LogEvent? {
    guard case .write(let at, _, _) = effect else { return try disk.perform(effect) }
    return try disk.perform(effect, bytes: bytes.removeValue(forKey: at) ?? [])
  }

  /// Makes everything durable, as the process ends in order.
  func close() {
    if case .open = log.state { log.close(into: &effects) }
    for (effect, _) in queue + effects.map({ ($0, log.generation) }) {
      do throws(LogFailure) { _ = try perform(effect) } catch { break }
    }
    abandon()
  }

  /// The log is deleted: nothing of it is of interest any more.
  func abandon() {
    isAbandoned = true
    queue = []
    whenIdle = []
    onProgress = nil
    onGivenUp = nil
    onDamage = nil
  }

  /// The process dies: of what was under way, a beginning may have reached the disk.
  func breakOff() {
    for (effect, generation) in queue.prefix(world.pick(0...queue.count)) {
      if let refusedGeneration, generation <= refusedGeneration { continue }
      do throws(LogFailure) { _ = try perform(effect) } catch { break }
    }
    queue = []
  }
}
