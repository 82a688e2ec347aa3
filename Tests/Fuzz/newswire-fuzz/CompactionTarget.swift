import Compression
import Model

@testable import RecordBatch
@testable import SegmentedLog

private let rules = LogConfiguration(
  segmentBytesMax: 1500, indexIntervalBytes: 200, checkpointBytes: 4096, retentionAge: nil,
  compaction: CompactionRules(deleteRetention: .zero, dirtyRatioMin: 0))

/// Bytes as batches that somebody has written to a compacted log, which is then cleaned, in one pass or in several: what
/// was accepted by the checks of a produce is never called damaged, every key keeps its last value, and what is left
/// opens again.
func fuzzCompaction(_ bytes: UnsafeRawBufferPointer) {
  guard let (number, rest) = choice(bytes) else { return }
  var log = CompactedLog()
  var content = Array(rest)
  mendBatches(&content)
  content.withUnsafeBytes { all in
    for range in (try? RecordBatchSequence.split(all, countMax: 200)) ?? [] { log.append(Array(all[range])) }
  }
  let before = log.lastValues()
  log.clean(keyBytesMax: number % 2 == 0 ? 1 << 16 : 400)
  guard log.lastValues() == before else { fatalError("a key has lost its last value") }
  log.reopen()
  guard log.lastValues() == before else { fatalError("a key has lost its last value after a start") }
}

private final class CleaningFolder: CompactionStorage {
  var folder = MemoryFolder()

  func fileNames() -> [String] { folder.fileNames() }
  func size(of file: LogFile) -> Int? { folder.size(of: file) }
  func read(_ file: LogFile, at position: Int, into buffer: UnsafeMutableRawBufferPointer) throws(LogFailure) -> Int {
    try folder.read(file, at: position, into: buffer)
  }
  func readAnew(_ file: LogFile, from position: Int) {}
  func create(_ file: LogFile) { folder.files[file] = [] }
  func write(_ bytes: UnsafeRawBufferPointer, to file: LogFile, at position: Int) {
    folder.write(file, at: position, Array(bytes))
  }
  func sync(_ files: [LogFile]) {}
}

private struct CompactedLog {
  private static let partition = TopicPartition(topic: UUID128(high: 1, low: 2), partition: PartitionIndex(0))
  private static let codecs = RecordCodecs(decompress: decompressRecords, compress: compressRecords)
  private let storage = CleaningFolder()
  private var log: SegmentedLog

  init() {
    let recovery = Recovery(partition: Self.partition, configuration: rules, now: Timestamp(0))
    guard let created = try? recovery.perform(on: storage) else { fatalError("an empty folder does not open") }
    log = created.log
    storage.folder.perform(created.repairs, of: &log)
  }

  mutating func append(_ batch: [UInt8]) {
    var batch = batch
    let header = batch.withUnsafeBytes { bytes -> RecordBatchHeader? in
      guard let view = try? RecordBatchView(bytes), !view.header.attributes.hasDeleteHorizon,
        (try? view.validate(decompressor: decompressRecords, decompressedBytesMax: 1 << 18, requiresKeys: true)) != nil
      else { return nil }
      return view.header
    }
    guard let header else { return }
    var effects: [LogEffect] = []
    let place = log.append(header, leaderEpoch: .zero, now: Timestamp(0), sync: true, into: &effects)
    batch.withUnsafeMutableBytes { RecordBatchStamp.stamp($0, baseOffset: place.offset, leaderEpoch: .zero) }
    storage.folder.perform(effects, of: &log, batch: batch)
  }

  /// The last value of each key; a key whose last record is the mark of a deleted one has none.
  func lastValues() -> [[UInt8]: [UInt8]] {
    var values: [[UInt8]: [UInt8]] = [:]
    for segment in log.segments {
      let records = storage.folder.files[.records(segment.id)] ?? []
      records.withUnsafeBytes { all in
        var batches = RecordBatchSequence(all)
        while let batch = try? batches.next() {
          try? batch.forEachRecord(decompressor: decompressRecords) { record, block in
            guard let key = record.key, !batch.header.attributes.isControl else { return }
            values[Array(block[key])] = record.value.map { Array(block[$0]) }
          }
        }
      }
    }
    return values
  }

  mutating func clean(keyBytesMax: Int) {
    let now = Timestamp(Int64.max / 4)
    var effects: [LogEffect] = []
    log.rollForCompaction(now: now, into: &effects)
    storage.folder.perform(effects, of: &log)
    var target: Offset?
    for _ in 0..<50 {
      guard let plan = log.compactionPlan(now: now, highWatermark: log.syncedEnd.offset, upTo: target) else { return }
      target = target ?? plan.dirtyEnd
      var cleaner = LogCleaner(
        plan, on: storage, keyBytesMax: keyBytesMax, secret: KeySecret(low: 1, high: 2), codecs: Self.codecs)
      pass(&cleaner)
    }
  }

  private mutating func pass(_ cleaner: inout LogCleaner<CleaningFolder>) {
    while true {
      let step: LogCleaner<CleaningFolder>.Step
      do throws(LogFailure) { step = try cleaner.step() } catch {
        fatalError("what was accepted is damage now: \(error)")
      }
      var effects: [LogEffect] = []
      switch step {
      case .working: continue
      case .swap(let segment):
        guard log.swap(in: segment, into: &effects) else { fatalError("a segment is refused that nobody has changed") }
        storage.folder.perform(effects, of: &log)
      case .finished(let pass):
        _ = log.finish(pass, into: &effects)
        storage.folder.perform(effects, of: &log)
        return
      }
    }
  }

  mutating func reopen() {
    let recovery = Recovery(partition: Self.partition, configuration: rules, now: Timestamp(0))
    do throws(LogFailure) {
      let again = try recovery.perform(on: storage)
      guard again.log.end == log.end else { fatalError("a cleaned log ends at \(again.log.end), not at \(log.end)") }
      log = again.log
      storage.folder.perform(again.repairs, of: &log)
    } catch { fatalError("what was cleaned does not open: \(error)") }
  }
}

func compactionSeeds() throws -> [[UInt8]] {
  func batch(_ keys: [UInt8], _ codec: CompressionCodec, mark: Bool = false) throws -> [UInt8] {
    var builder = RecordBatchBuilder()
    for (index, key) in keys.enumerated() {
      builder.append(
        key: [key], value: mark ? nil : Array(repeating: key, count: 60), timestamp: Timestamp(1000 + Int64(index)))
    }
    return try builder.build(codec: codec, compressor: compressRecords)
  }
  var seeds: [[UInt8]] = []
  for codec in CompressionCodec.allCases {
    var all: [UInt8] = []
    for keys in [[1, 2, 3], [2, 4], [1], [5, 6, 7, 2], [9], [1, 2]] as [[UInt8]] { all += try batch(keys, codec) }
    all += try batch([4, 9], codec, mark: true)
    all += try batch([6, 8, 10, 11], codec)
    seeds.append([0] + all)
    seeds.append([1] + all + all + all)
  }
  return seeds
}
