import Model
import RecordBatch
import SegmentedLog

extension SimulatedLog {
  /// From now on segments are cut and kept so.
  func configure(_ configuration: LogConfiguration) { log.configuration = configuration }

  /// Closes the last segment when it is old enough to be cleaned.
  func rollForCompaction(now: Timestamp) {
    log.rollForCompaction(now: now, into: &effects)
    ask()
  }

  /// Deletes what the configuration no longer keeps; answers the batches that have gone.
  func applyRetention(now: Timestamp, highWatermark: Offset) -> [Stored] {
    let start = log.logStartOffset
    log.applyRetention(now: now, highWatermark: min(highWatermark, log.syncedEnd.offset), into: &effects)
    let gone = batches.prefix { $0.header.nextOffset <= log.logStartOffset }.filter { $0.header.nextOffset > start }
    forgetDeleted()
    ask()
    return log.logStartOffset > start ? gone : []
  }

  /// Puts a cleaned segment in its place: answers what stood there before, and what does now; nil if it is of no use.
  func swap(in segment: CleanedSegment, marksEnd: Offset?) -> (old: [Stored], new: [Stored])? {
    guard log.swap(in: segment, marksEnd: marksEnd, into: &effects),
      let fact = log.segmentFacts.first(where: { $0.id == segment.id })
    else { return nil }
    let start = batches.firstIndex { $0.header.baseOffset >= fact.offsets.lowerBound } ?? batches.count
    let end = batches.firstIndex { $0.header.baseOffset >= fact.offsets.upperBound } ?? batches.count
    let old = Array(batches[start..<end])
    let new = read(segment.id, sizeInBytes: fact.sizeInBytes)
    batches.replaceSubrange(start..<end, with: new)
    ask()
    return (old, new)
  }

  /// Makes the indexes of a closed segment anew.
  func rebuildIndexes(of segment: SegmentID) throws(LogFailure) {
    guard let rebuild = log.indexRebuild(ofSegment: segment) else { return }
    log.installIndexes(try rebuild.perform(on: disk), into: &effects)
    ask()
  }

  /// Notes that a pass has come to its end; false if the log has changed.
  func finish(_ pass: CleanedPass) -> Bool {
    guard log.finish(pass, into: &effects) else { return false }
    ask()
    return true
  }
}

/// A disk as a cleaning uses it.
struct CleaningDisk: CompactionStorage {
  let disk: SimulatedDisk
  /// False if files are not made durable, against the rule.
  let syncs: Bool

  func fileNames() -> [String] { disk.fileNames() }

  func size(of file: LogFile) -> Int? { disk.size(of: file) }

  func read(_ file: LogFile, at position: Int, into buffer: UnsafeMutableRawBufferPointer) throws(LogFailure) -> Int {
    try disk.read(file, at: position, into: buffer)
  }

  func readAnew(_ file: LogFile, from position: Int) { disk.readAnew(file, from: position) }

  func create(_ file: LogFile) throws(LogFailure) { try disk.create(file) }

  func write(_ bytes: UnsafeRawBufferPointer, to file: LogFile, at position: Int) throws(LogFailure) {
    try disk.write(bytes, to: file, at: position)
  }

  func sync(_ files: [LogFile]) throws(LogFailure) {
    if syncs { try disk.sync(files) } else { disk.syncFolder() }
  }
}
