internal import Bytes
internal import ClusterMetadata
internal import DiskIO
internal import Model
internal import Node
internal import Observability
internal import RecordBatch
internal import Runtime
internal import SegmentedLog

/// The metadata log on the coordinator's disk: one record batch for each append, so that all of it is there or none.
///
/// Belongs to one loop. Metadata offsets are the log's own; `synced` answers are the commit of a single coordinator.
final class MetadataLog {
  /// A log and what it holds.
  struct Restored {
    let log: MetadataLog
    let image: MetadataImage
  }

  /// The metadata log is a partition of no topic.
  private static let place = TopicPartition(
    topic: TopicID(high: 0, low: 1), partition: PartitionIndex(0))
  private static let readBytes = 4 << 20

  private let folder: LogFolder
  private let thread: DiskThread
  private let log: PartitionLog

  private init(folder: LogFolder, thread: DiskThread, log: PartitionLog) {
    self.folder = folder
    self.thread = thread
    self.log = log
  }

  /// Opens the log in `folder`, or makes it, and reads it from its beginning.
  static func open(folder path: String, loop: EventLoop, logger: Logger) async throws -> LoopBound<Restored> {
    var random = SystemRandom()
    let folder = try LogFolder(path: path, random: &random)
    var configuration = LogConfiguration()
    configuration.retentionAge = nil
    let opened = try folder.open(place, configuration: configuration, now: wallClock())
    let log = try await LoopBound((), on: loop).run { _ in
      let thread = DiskThread(loop: loop)
      return LoopBound(MetadataLog(folder: folder, thread: thread, log: PartitionLog(opened, on: thread)), on: loop)
    }
    var image = MetadataImage()
    while let bytes = try await log.next(after: image.endOffset) {
      try image.apply(batches: bytes)
    }
    do throws(LogFailure) {
      if let cluster = image.cluster { try folder.bind(to: cluster.id) }
    } catch {
      // The log itself says whose it is; the mark on the folder can wait for a start with room.
      guard error.isPassing else { throw error }
      logger.warning("folder not marked as the cluster's", ["cause": "\(error)"])
    }
    logger.info("metadata restored", ["records": .init(image.endOffset.rawValue)])
    return try await log.run { [image] in LoopBound(Restored(log: $0, image: image), on: loop) }
  }

  /// Writes records behind all before them, the first at `offset`, and syncs them.
  func append(
    _ records: [[UInt8]], at offset: MetadataOffset, completion: @escaping (Result<Void, any Error>) -> Void
  ) {
    var builder = RecordBatchBuilder(capacity: records.reduce(128) { $0 + $1.count + 16 })
    let now = wallClock()
    for record in records { builder.append(key: nil, value: record, timestamp: now) }
    do {
      let batch = ByteSlice(try builder.build())
      let appended = try log.append(batch, leaderEpoch: .zero, sync: .immediately, now: now) { result in
        completion(result.mapError { $0 as any Error })
      }
      precondition(appended.baseOffset.rawValue == offset.rawValue, "the metadata log went its own way")
    } catch {
      completion(.failure(error))
    }
  }

  /// Ends the log in order, so that the next start need not look for damage.
  func close(completion: @escaping @Sendable () -> Void) {
    log.close { _ in completion() }
  }

  fileprivate func read(
    after end: MetadataOffset, completion: @escaping (Result<Payload?, any Error>) -> Void
  ) {
    let from = Offset(end.rawValue)
    log.read(from: from, bytesMax: Self.readBytes, below: log.logEndOffset) { result in
      completion(
        result.mapError { $0 as any Error }.flatMap { answer in
          switch answer {
          case .read(let read): .success(read.batches)
          case .nothing: .success(nil)
          case .lookUp: .failure(Refusal(.internal, "a read was answered with a search"))
          case .outOfRange(let range):
            .failure(
              Refusal(.dataCorrupt, "the metadata log begins at offset \(range.lowerBound) and \(end) is needed"))
          }
        })
    }
  }
}

extension LoopBound<MetadataLog> {
  /// The bytes of the next batches; nil at the end.
  fileprivate func next(after end: MetadataOffset) async throws -> ByteSlice? {
    let batches = try await withCheckedThrowingContinuation { continuation in
      execute { log in log.read(after: end) { continuation.resume(with: $0) } }
    }
    guard let batches else { return nil }
    do throws(LogFailure) { return try batches.contents() } catch { throw error.refusal("the metadata log") }
  }
}

extension MetadataImage {
  /// Applies the records of whole batches as they stand in the metadata log.
  fileprivate mutating func apply(batches bytes: ByteSlice) throws {
    try bytes.withUnsafeBytes { buffer in
      var batches = RecordBatchSequence(buffer)
      while let batch = try batches.next() {
        try batch.validateChecksum()
        var reader = RecordReader(records: batch.storedRecords, header: batch.header)
        while let record = try reader.next() {
          let offset = MetadataOffset(record.offset(in: batch.header).rawValue)
          guard offset >= endOffset else { continue }
          guard offset == endOffset, let value = record.value else {
            throw Refusal(.dataCorrupt, "the metadata log has offset \(offset) where \(endOffset) is due")
          }
          let bytes = ByteSlice(copying: UnsafeRawBufferPointer(rebasing: batch.storedRecords[value]))
          apply(try MetadataCodec.decode(bytes), at: offset)
        }
      }
    }
  }
}
