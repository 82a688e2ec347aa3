public import Model
internal import RecordBatch

/// What opening a log's folder found.
public struct RecoveredLog: Sendable {
  /// The log, with everything in it durable once `repairs` have been performed.
  public let log: SegmentedLog
  /// What has to be done to the files, in order, before the log may be used.
  public let repairs: [LogEffect]
  /// What to tell the operator.
  public let report: RecoveryReport
}

extension RecoveredLog {
  /// Performs the repairs, by a function that performs one effect, and answers the log as it is afterwards.
  ///
  /// A full disk does not keep a log from being read: what cannot be written now comes with a later checkpoint.
  public func repaired(
    by perform: (LogEffect, _ generation: UInt32) throws(LogFailure) -> LogEvent?
  ) throws(LogFailure) -> SegmentedLog {
    var log = log
    var more: [LogEffect] = []
    for effect in repairs {
      do throws(LogFailure) {
        if let event = try perform(effect, log.generation) {
          log.handle(event, generation: log.generation, into: &more)
        }
      } catch {
        guard error.isPassing, !isNew else { throw error }
        // The batches themselves were made durable by the first repair, which needs no room.
        log.handle(.failed(error), generation: log.generation, into: &more)
        break
      }
    }
    for effect in more { _ = try perform(effect, log.generation) }
    return log
  }

  private var isNew: Bool {
    repairs.contains { if case .createSegment = $0 { true } else { false } }
  }
}

/// How a log was found.
public struct RecoveryReport: Hashable, Sendable {
  /// True if the log had been closed in order, so that nothing had to be read.
  public var wasClean: Bool
  /// The bytes behind the checkpoint that were read and checked.
  public var scannedBytes: Int
  /// The bytes of a torn tail that were cut off: never acknowledged as synced.
  public var cutBytes: Int
  /// Why the tail was cut, if it was.
  public var finding: String?
}

/// Opens the folder of a log: believes what the last checkpoint says, checks what lies behind it as the disk has it.
public struct Recovery: Sendable {
  /// The replica that the folder should hold.
  public let partition: TopicPartition
  /// How its segments are cut and kept.
  public let configuration: LogConfiguration
  /// The time of day, for the first segment of a new log.
  public let time: Timestamp

  /// The opening of `partition`'s folder at the time `now`.
  public init(partition: TopicPartition, configuration: LogConfiguration, now: Timestamp) {
    self.partition = partition
    self.configuration = configuration
    time = now
  }

  /// Looks at the folder. An empty one becomes a new log; a damaged one is refused.
  public func perform(on storage: some LogStorage) throws(LogFailure) -> RecoveredLog {
    let files = try storage.fileNames().compactMap { LogFile(name: $0) }
    guard files.contains(.manifest) else { return try create(files, on: storage) }
    guard let size = try storage.size(of: .manifest) else { throw missing(.manifest) }
    guard size <= Manifest.bytesMax else {
      throw .damaged(file: LogFile.manifest.name, position: size, finding: "it has \(size) bytes")
    }
    let manifest = try Manifest(decoding: try storage.bytes(.manifest, at: 0, count: size))
    guard manifest.partition == partition else {
      throw .wrongFolder("the folder of \(partition) holds the log of \(manifest.partition)")
    }
    let recordsSize = try checkSegments(manifest, files, on: storage)
    var repairs: [LogEffect] = []
    let listed = Set(manifest.segments.map(\.id))
    let leftOver = Set(files.compactMap(\.segment)).subtracting(listed)
    if !leftOver.isEmpty { repairs.append(.removeSegments(leftOver.sorted())) }
    return try scan(manifest, recordsSize: recordsSize, on: storage, repairs: repairs)
  }

  /// A folder without a manifest is new, or was left by a start that did not get far. It must hold no batches.
  private func create(_ files: [LogFile], on storage: some LogStorage) throws(LogFailure) -> RecoveredLog {
    for file in files {
      guard try storage.size(of: file) ?? 0 == 0 else {
        throw .damaged(file: LogFile.manifest.name, position: 0, finding: "it is missing although \(file) is there")
      }
    }
    var repairs: [LogEffect] = []
    let log = SegmentedLog.create(partition, configuration: configuration, now: time, into: &repairs)
    return RecoveredLog(
      log: log, repairs: repairs,
      report: RecoveryReport(wasClean: true, scannedBytes: 0, cutBytes: 0, finding: nil))
  }

  /// Checks that every segment is there with the bytes that were durable; answers the last one's size.
  private func checkSegments(
    _ manifest: Manifest, _ files: [LogFile], on storage: some LogStorage
  ) throws(LogFailure) -> Int {
    var lastSize = 0
    for (index, segment) in manifest.segments.enumerated() {
      let file = LogFile.records(segment.id)
      guard let size = try storage.size(of: file) else { throw missing(file) }
      let isLast = index == manifest.segments.count - 1
      guard size >= segment.sizeInBytes else {
        throw .damaged(
          file: file.name, position: size,
          finding: "it has \(size) bytes, but \(segment.sizeInBytes) had been made durable")
      }
      guard isLast || size == segment.sizeInBytes else {
        throw .damaged(
          file: file.name, position: segment.sizeInBytes,
          finding: "\(size - segment.sizeInBytes) bytes follow the end of a closed segment")
      }
      lastSize = size
    }
    return lastSize
  }

  private func missing(_ file: LogFile) -> LogFailure {
    .damaged(file: file.name, position: 0, finding: "it is missing")
  }

  private func scan(
    _ manifest: Manifest, recordsSize: Int, on storage: some LogStorage, repairs: [LogEffect]
  ) throws(LogFailure) -> RecoveredLog {
    var repairs = repairs
    var manifest = manifest
    let last = manifest.segments.count - 1
    let id = manifest.segments[last].id
    let offsetSize = try storage.size(of: .offsetIndex(id)) ?? -1
    let timeSize = try storage.size(of: .timeIndex(id)) ?? -1
    let areIndexesThere =
      offsetSize >= manifest.segments[last].offsetIndexBytes && timeSize >= manifest.segments[last].timeIndexBytes
    let checkpointPosition = manifest.segments[last].sizeInBytes
    if !areIndexesThere {
      // Without them the whole segment is read once more, and they are made anew.
      manifest.segments[last].offsetIndexBytes = 0
      manifest.segments[last].timeIndexBytes = 0
    }
    // What an index has behind the checkpoint counts for nothing, and is written over.
    let isClean = areIndexesThere && recordsSize == checkpointPosition
    var log = SegmentedLog(manifest: manifest, configuration: configuration)
    // Not now: most logs are not written to soon, and many are opened at once.
    log.mayHaveRemains = true
    guard !isClean else {
      return RecoveredLog(
        log: log, repairs: repairs,
        report: RecoveryReport(wasClean: manifest.isClean, scannedBytes: 0, cutBytes: 0, finding: nil))
    }

    let start =
      areIndexesThere
      ? log.end : LogPosition(offset: id.base, segment: id, position: 0)
    if !areIndexesThere { log.restartIndex() }
    // The process before may have met a sync that failed: what counts is what is there after a loss of power.
    try storage.readAnew(.records(id), from: start.position)
    var tail = TailScan(log: log, start: start, now: time)
    let finding = try tail.run(on: storage, recordsSize: recordsSize)
    log = tail.log
    let report = RecoveryReport(
      wasClean: false, scannedBytes: recordsSize - start.position, cutBytes: recordsSize - log.end.position,
      finding: finding)
    // What was read is durable, and the old checkpoint leads to it: the next one can wait until the log is in use.
    guard finding != nil || !areIndexesThere else { return RecoveredLog(log: log, repairs: repairs, report: report) }
    log.cutRemains(into: &repairs)
    repairs.append(.truncate(.offsetIndex(id), sizeInBytes: manifest.segments[last].offsetIndexBytes))
    repairs.append(.truncate(.timeIndex(id), sizeInBytes: manifest.segments[last].timeIndexBytes))
    log.writeCheckpoint(into: &repairs)
    return RecoveredLog(log: log, repairs: repairs, report: report)
  }
}
