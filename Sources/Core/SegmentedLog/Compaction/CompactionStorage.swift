internal import Model
internal import RecordBatch

/// What a cleaning needs of a log's folder: it reads the segments that there are and makes new ones beside them.
public protocol CompactionStorage: LogStorage {
  /// Makes an empty file, in the place of one that an earlier cleaning may have left.
  func create(_ file: LogFile) throws(LogFailure)
  /// Writes `bytes` from `position` on.
  func write(_ bytes: UnsafeRawBufferPointer, to file: LogFile, at position: Int) throws(LogFailure)
  /// Makes these files durable, and their names.
  func sync(_ files: [LogFile]) throws(LogFailure)
}

/// A new segment on its way to the disk: batches are gathered and written in large pieces.
struct SegmentOutput {
  let id: SegmentID
  private(set) var index: IndexBuilder
  private(set) var sizeInBytes = 0
  private(set) var checksums = SegmentChecksums()
  private var buffer: [UInt8] = []
  private static let bufferBytes = 1 << 20

  init(_ id: SegmentID, indexIntervalBytes: Int, on storage: some CompactionStorage) throws(LogFailure) {
    self.id = id
    index = IndexBuilder(base: id.base, intervalBytes: indexIntervalBytes)
    for file in LogFile.segment(id) { try storage.create(file) }
  }

  mutating func append(
    _ batch: UnsafeRawBufferPointer, _ header: RecordBatchHeader, on storage: some CompactionStorage
  ) throws(LogFailure) {
    guard sizeInBytes + batch.count <= Int(Int32.max) else {
      throw .diskFull(operation: "cleaning into one segment", file: LogFile.records(id).name)
    }
    index.add(
      lastOffset: header.lastOffset, maxTimestamp: header.newestTimestamp, position: sizeInBytes,
      sizeInBytes: batch.count)
    checksums.add(header, at: header.baseOffset.rawValue, leaderEpoch: header.leaderEpoch?.rawValue ?? -1)
    buffer.append(contentsOf: batch)
    sizeInBytes += batch.count
    if buffer.count >= Self.bufferBytes { try flush(on: storage) }
  }

  private mutating func flush(on storage: some CompactionStorage) throws(LogFailure) {
    try Self.write(buffer, to: .records(id), at: sizeInBytes - buffer.count, on: storage)
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes what is left, and makes everything durable.
  mutating func finish(on storage: some CompactionStorage) throws(LogFailure) {
    try flush(on: storage)
    index.addTimeEntry()
    let (offsets, times) = index.drain()
    checksums.add(offsetEntries: offsets.bytes, timeEntries: times.bytes)
    try Self.write(offsets.bytes, to: .offsetIndex(id), at: 0, on: storage)
    try Self.write(times.bytes, to: .timeIndex(id), at: 0, on: storage)
    try storage.sync(LogFile.segment(id))
  }

  private static func write(
    _ bytes: [UInt8], to file: LogFile, at position: Int, on storage: some CompactionStorage
  ) throws(LogFailure) {
    guard !bytes.isEmpty else { return }
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(LogFailure) in try storage.write(bytes, to: file, at: position) }
    }
    try result.get()
  }
}
