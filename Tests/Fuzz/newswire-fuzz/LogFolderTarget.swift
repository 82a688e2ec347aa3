import Compression
import Model

@testable import RecordBatch
@testable import SegmentedLog

/// What the first byte of an input says about the folder that the rest describes.
private struct Shape: OptionSet {
  let rawValue: Int
  /// The manifest keeps whatever checksum the input gives it.
  static let bareManifest = Shape(rawValue: 1)
  /// Batches keep whatever checksums the input gives them.
  static let bareBatches = Shape(rawValue: 2)
  /// There is no manifest.
  static let noManifest = Shape(rawValue: 4)
  /// There are no index files.
  static let noIndexes = Shape(rawValue: 8)
}

private let configuration = LogConfiguration(segmentBytesMax: 4096, indexIntervalBytes: 200, checkpointBytes: 2048)

/// Bytes as the folder of a log: the manifest's body, then records, offset index and time index of each segment.
///
/// A folder that opens must open again as it was, take a batch, find everything that it holds, and be cut anywhere.
func fuzzLogFolder(_ bytes: UnsafeRawBufferPointer) {
  guard let (number, rest) = choice(bytes) else { return }
  let (folder, partition) = folder(Shape(rawValue: number), Parts(rest))
  let recovery = Recovery(partition: partition, configuration: configuration, now: Timestamp(0))
  guard let opened = try? recovery.perform(on: folder) else { return }
  var log = OpenLog(log: opened.log, folder: folder)
  log.folder.perform(opened.repairs, of: &log.log)
  log.reopen(recovery)
  log.read()
  log.append()
  log.reopen(recovery)
  log.read()
  log.rebuildIndexes()
  log.cut(to: log.log.logStartOffset + (log.log.logEndOffset - log.log.logStartOffset) / 2)
  log.reopen(recovery)
  log.read()
}

private func folder(_ shape: Shape, _ input: Parts) -> (MemoryFolder, TopicPartition) {
  var parts = input
  let first = parts.next()
  let manifestBytes =
    shape.contains(.bareManifest) ? first : SealedFile.seal(kind: Manifest.kind, version: Manifest.version, body: first)
  let manifest = try? Manifest(decoding: manifestBytes)
  var folder = MemoryFolder()
  if !shape.contains(.noManifest) { folder.files[.manifest] = manifestBytes }
  for base in (manifest?.segments.map(\.id) ?? [SegmentID(.zero)]).prefix(8) {
    var records = parts.next()
    if !shape.contains(.bareBatches) { mendBatches(&records) }
    folder.files[.records(base)] = records
    let indexes = [parts.next(), parts.next()]
    guard !shape.contains(.noIndexes) else { continue }
    folder.files[.offsetIndex(base)] = indexes[0]
    folder.files[.timeIndex(base)] = indexes[1]
  }
  let nowhere = TopicPartition(topic: UUID128(high: 0, low: 0), partition: PartitionIndex(0))
  return (folder, manifest?.partition ?? nowhere)
}

/// Gives each batch the checksum that fits it.
func mendBatches(_ records: inout [UInt8]) {
  records.withUnsafeMutableBytes { bytes in
    var position = 0
    while let header = try? RecordBatchHeader(decoding: UnsafeRawBufferPointer(rebasing: bytes[position...])),
      position + header.sizeInBytes <= bytes.count
    {
      let end = position + header.sizeInBytes
      let checked = UnsafeRawBufferPointer(rebasing: bytes[position + RecordBatchHeader.checkedFrom..<end])
      bytes.storeBigEndian(CRC32C.checksum(of: checked), at: position + 17)
      position = end
    }
  }
}

/// A log that opened, with the folder that it lies in.
private struct OpenLog {
  var log: SegmentedLog
  var folder: MemoryFolder

  /// A log that was opened opens again, and is the same.
  mutating func reopen(_ recovery: Recovery) {
    let again: RecoveredLog
    do { again = try recovery.perform(on: folder) } catch {
      fatalError("what was opened does not open again: \(error)")
    }
    guard again.log.end == log.end, again.log.logStartOffset == log.logStartOffset, again.log.epochs == log.epochs,
      again.report.cutBytes == 0
    else { fatalError("what was opened is another log when it is opened again: \(log) \(again)") }
    log = again.log
    folder.perform(again.repairs, of: &log)
  }

  /// Reads from start to end, and looks for times. Damage may be found; nothing else may happen.
  func read() {
    let limit = log.writtenEnd.offset
    var offset = log.logStartOffset
    var reads = 0
    while offset < limit, reads < 100 {
      guard let found = find(offset, limit) else { break }
      guard found.start.offset <= offset, found.nextOffset > offset, found.nextOffset <= limit else {
        fatalError("asked for \(offset), found \(found)")
      }
      check(found)
      offset = found.nextOffset
      reads += 1
    }
    for time in [Int64.min, 0, 1_700_000_000_003, .max] {
      _ = try? log.timeLookUp(Timestamp(time), below: limit)?.perform(on: folder, decompressor: decompressRecords)
    }
  }

  private func find(_ offset: Offset, _ limit: Offset) -> FoundBatches? {
    switch log.read(from: offset, bytesMax: 300, below: limit) {
    case .found(let found): return found
    case .lookUp(let search): return (try? search.perform(on: folder))?.batches
    case .nothing: return nil
    case .outOfRange(let range): fatalError("\(offset) is in the log, but not in \(range)")
    }
  }

  /// What is handed to a reader is whole batches with the right offsets.
  private func check(_ found: FoundBatches) {
    var records = folder.files[.records(found.start.segment)] ?? []
    let end = found.start.position + found.sizeInBytes
    guard end <= records.count else { fatalError("\(found) is not in \(records.count) bytes") }
    records = Array(records[found.start.position..<end])
    let next = records.withUnsafeBytes { bytes in
      (try? RecordBatchSequence.split(bytes, countMax: .max))?.reduce(found.start.offset as Offset?) { next, range in
        let batch = try? RecordBatchView(bytes.part(range))
        guard let batch, batch.header.baseOffset == next, (try? batch.validateChecksum()) != nil else { return nil }
        return batch.header.nextOffset
      }
    }
    guard next == found.nextOffset else { fatalError("\(found) is no run of batches") }
  }

  mutating func append() {
    // Nobody writes so many records.
    guard log.logEndOffset < Offset(1 << 60), var batch = try? sampleBatch(3),
      let header = try? batch.withUnsafeBytes({ try RecordBatchHeader(decoding: $0) })
    else { return }
    let epoch = max(log.epochs.latest ?? .zero, .zero)
    var effects: [LogEffect] = []
    let place = log.append(header, leaderEpoch: epoch, now: Timestamp(0), sync: true, into: &effects)
    batch.withUnsafeMutableBytes { RecordBatchStamp.stamp($0, baseOffset: place.offset, leaderEpoch: epoch) }
    folder.perform(effects, of: &log, batch: batch)
  }

  mutating func rebuildIndexes() {
    for id in log.segments.map(\.id) {
      guard let rebuilt = try? log.indexRebuild(ofSegment: id)?.perform(on: folder) else { continue }
      var effects: [LogEffect] = []
      log.installIndexes(rebuilt, into: &effects)
      folder.perform(effects, of: &log)
    }
  }

  mutating func cut(to offset: Offset) {
    guard let point = try? log.cutLookUp(to: offset).perform(on: folder) else { return }
    guard point.place.offset <= offset else { fatalError("cut at \(point.place) instead of \(offset)") }
    var effects: [LogEffect] = []
    log.truncate(to: point, into: &effects)
    folder.perform(effects, of: &log)
  }
}

/// Logs as they are left: new, with several segments and epochs, closed, killed, without indexes, with a torn tail.
func logFolderSeeds() throws -> [[UInt8]] {
  let partition = TopicPartition(topic: UUID128(high: 1, low: 2), partition: PartitionIndex(3))
  var seeds: [[UInt8]] = []
  for (count, isClosed) in [(0, true), (4, false), (4, true), (60, false), (60, true)] {
    let recovery = Recovery(partition: partition, configuration: configuration, now: Timestamp(0))
    let created = try recovery.perform(on: MemoryFolder())
    var (log, folder) = (created.log, MemoryFolder())
    folder.perform(created.repairs, of: &log)
    for index in 0..<count {
      var batch = try sampleBatch(3 + index % 3)
      let header = try batch.withUnsafeBytes { try RecordBatchHeader(decoding: $0) }
      let epoch = LeaderEpoch(Int32(index / 20))
      var effects: [LogEffect] = []
      let place = log.append(header, leaderEpoch: epoch, now: Timestamp(0), sync: true, into: &effects)
      batch.withUnsafeMutableBytes { RecordBatchStamp.stamp($0, baseOffset: place.offset, leaderEpoch: epoch) }
      folder.perform(effects, of: &log, batch: batch)
    }
    if isClosed {
      var effects: [LogEffect] = []
      log.close(into: &effects)
      folder.perform(effects, of: &log)
    }
    let files = log.segments.flatMap { LogFile.segment($0.id).map { folder.files[$0] ?? [] } }
    let body = Array((folder.files[.manifest] ?? []).dropFirst(SealedFile.headBytes))
    let parts = Parts.joined([body] + files)
    seeds += [0, Shape.bareBatches.rawValue, Shape.noIndexes.rawValue].map { [UInt8($0)] + parts }
    seeds.append([0] + parts.dropLast(100))
  }
  return seeds
}
