public import Model
public import RecordBatch

/// The log of one replica: segments of record batches, as a value that decides and does no work itself.
///
/// Events and requests enter, effects leave; the same order of requests and events gives the same effects. Who performs
/// the effects keeps the batches' bytes: the log only knows their headers.
///
/// `logStartOffset <= syncedEnd.offset <= writtenEnd.offset <= logEndOffset`
public struct SegmentedLog: Sendable {
  /// What a log can do at the moment.
  public enum State: Hashable, Sendable {
    /// Reads and appends.
    case open
    /// A full disk has kept the log from writing down that it was cut: until `mend` has, nothing is appended.
    case stalled(LogFailure)
    /// The disk failed in a way that leaves unknown what it holds: nothing is appended any more, for this reason.
    case failed(LogFailure)
    /// Closed in order: nothing is appended any more.
    case closed

    /// True if the log goes on, now or when there is room again.
    public var isLasting: Bool {
      switch self {
      case .open, .stalled: true
      case .failed, .closed: false
      }
    }
  }

  /// One segment: a run of batches in a file of its own.
  struct Segment: Hashable, Sendable {
    let id: SegmentID
    /// Includes batches that are still on their way to the disk.
    var sizeInBytes: Int
    var offsetIndexBytes: Int
    var timeIndexBytes: Int
    let createdAt: Timestamp
    var newest: TimestampedOffset?
    /// What its files hold, batches on their way and drained index entries included; nil if a cut left it unknown.
    var checksums: SegmentChecksums?

    var base: Offset { id.base }
  }

  /// The replica that the log belongs to.
  public let partition: TopicPartition
  /// How segments are cut and kept. May be changed at any time; what exists is not cut anew.
  public var configuration: LogConfiguration
  /// What the log can do at the moment.
  public internal(set) var state = State.open
  /// The first offset that may still be read. Durable before it is answered. Never moves back.
  public internal(set) var logStartOffset: Offset
  /// Behind the last batch that was accepted, whether it has been written or not.
  public internal(set) var end: LogPosition
  /// Behind the last batch that the operating system has.
  public internal(set) var writtenEnd: LogPosition
  /// Behind the last batch that survives a loss of power.
  public internal(set) var syncedEnd: LogPosition
  /// The leader epochs of all batches.
  public internal(set) var epochs: LeaderEpochHistory
  /// The producers of all batches.
  public internal(set) var producers: ProducerStates
  /// How far the log has been cleaned.
  public internal(set) var cleaned: CleanedState
  /// Grows whenever a segment leaves the log, or is replaced: whoever looked there meanwhile has to look again.
  public internal(set) var layout: UInt32 = 0
  /// Grows whenever effects that were asked for must not be performed any more.
  public internal(set) var generation: UInt32 = 0

  let identity = LogIdentity()
  var segments: [Segment]
  var index: IndexBuilder
  var recent = RecentBatches()
  /// From here on this process has seen every batch whole; what lies before is checked when it is read.
  var seenFrom: Offset
  /// The last checkpoint that is known to be durable.
  var checkpoint: Checkpoint
  /// The last cut, as long as no manifest on the disk has it.
  var unwrittenCut: UnwrittenCut?
  /// Segments that the log does not consist of any more, and whose files may still be there.
  var unremoved: [SegmentID] = []
  /// Where the last checkpoint that was asked for ends.
  var checkpointRequested: LogPosition
  /// True as long as the disk may have more of the last segment than memory shows: a process before may have cut it, and
  /// then met a sync that failed.
  var mayHaveRemains = false

  /// Entries are written to the index files when so many bytes of them have gathered.
  static let indexBytesPendingMax = 4096

  /// The log that a manifest describes, with everything up to its checkpoint durable.
  init(manifest: Manifest, configuration: LogConfiguration) {
    partition = manifest.partition
    self.configuration = configuration
    logStartOffset = manifest.logStartOffset
    epochs = manifest.epochs
    producers = manifest.producers
    cleaned = manifest.cleaned
    segments = manifest.segments.map {
      Segment(
        id: $0.id, sizeInBytes: $0.sizeInBytes, offsetIndexBytes: $0.offsetIndexBytes,
        timeIndexBytes: $0.timeIndexBytes, createdAt: $0.createdAt, newest: $0.newest, checksums: $0.checksums)
    }
    let active = segments[segments.count - 1]
    end = LogPosition(offset: manifest.checkpointOffset, segment: active.id, position: active.sizeInBytes)
    writtenEnd = end
    syncedEnd = end
    seenFrom = end.offset
    checkpoint = Checkpoint(
      end: end, isClean: manifest.isClean, logStartOffset: manifest.logStartOffset,
      offsetIndexBytes: active.offsetIndexBytes,
      timeIndexBytes: active.timeIndexBytes, checksums: active.checksums)
    checkpointRequested = end
    index = IndexBuilder(
      base: active.base, intervalBytes: configuration.indexIntervalBytes, offsetBytes: active.offsetIndexBytes,
      timeBytes: active.timeIndexBytes, newest: active.newest)
  }

  /// A log without records, and the effects that make its files. It starts at `logStartOffset`.
  public static func create(
    _ partition: TopicPartition, configuration: LogConfiguration, logStartOffset: Offset = .zero, now: Timestamp,
    into effects: inout [LogEffect]
  ) -> SegmentedLog {
    let segment = Manifest.Segment(
      id: SegmentID(logStartOffset), sizeInBytes: 0, offsetIndexBytes: 0, timeIndexBytes: 0, createdAt: now,
      newest: nil,
      checksums: SegmentChecksums())
    let manifest = Manifest(
      partition: partition, logStartOffset: logStartOffset, checkpointOffset: logStartOffset, isClean: true,
      segments: [segment], epochs: LeaderEpochHistory(), producers: ProducerStates(),
      cleaned: CleanedState(start: logStartOffset))
    let log = SegmentedLog(manifest: manifest, configuration: configuration)
    effects.append(.createSegment(segment.id))
    effects.append(log.manifestEffect(isClean: true))
    return log
  }

  /// The offset behind the last batch that was accepted: the next batch's first.
  public var logEndOffset: Offset { end.offset }

  /// The bytes of all batches in the log.
  public var sizeInBytes: Int { segments.reduce(0) { $0 + $1.sizeInBytes } }

  /// How many segments there are.
  public var segmentsCount: Int { segments.count }

  /// The segments, oldest first: offsets, bytes, the newest record's time, and whether it is still written to.
  public var segmentFacts:
    [(id: SegmentID, offsets: Range<Offset>, sizeInBytes: Int, newest: Timestamp?, isActive: Bool)]
  {
    segments.indices.map { index in
      let isActive = index == segments.count - 1
      let end = isActive ? self.end.offset : segments[index + 1].base
      let segment = segments[index]
      return (segment.id, segment.base..<end, segment.sizeInBytes, segment.newest?.timestamp, isActive)
    }
  }

  /// The newest record's time and offset; nil if no batch has been appended to what is left of the log.
  public var newest: TimestampedOffset? {
    segments.reduce(nil) { best, segment in
      guard let newest = segment.newest else { return best }
      return best.map { newest.timestamp > $0.timestamp ? newest : $0 } ?? newest
    }
  }

  /// Puts a batch behind the last one, and says where. The log must be open.
  ///
  /// `batch` is the header as it will stand in the log but for its offset and epoch, which the caller stamps from
  /// the answer. `leaderEpoch` is not older than any in the log. With `sync` the batch becomes durable as soon as the
  /// disk can; without, at the next sync.
  public mutating func append(
    _ batch: RecordBatchHeader, leaderEpoch: LeaderEpoch, now: Timestamp, sync: Bool,
    into effects: inout [LogEffect]
  ) -> LogPosition {
    precondition(state == .open, "append to a log that is not open")
    cutRemains(into: &effects)
    if mustRoll(before: batch, now: now) { roll(now: now, into: &effects) }
    let place = end
    epochs.append(leaderEpoch, at: place.offset)
    producers.note(batch, at: place.offset, now: now)
    end.offset = place.offset + Int64(batch.lastOffsetDelta) + 1
    end.position += batch.sizeInBytes
    if batch.isCleaned { cleaned.copiedCleaned(upTo: end.offset) }
    index.add(
      lastOffset: end.offset - 1, maxTimestamp: batch.newestTimestamp, position: place.position,
      sizeInBytes: batch.sizeInBytes)
    recent.append(offset: place.offset, position: place.position)
    segments[segments.count - 1].checksums?.add(
      batch, at: place.offset.rawValue, leaderEpoch: leaderEpoch.rawValue)
    noteActive()
    effects.append(.write(at: place, sizeInBytes: batch.sizeInBytes, end: end))
    if index.offsetPending.count + index.timePending.count >= Self.indexBytesPendingMax { writeIndexes(into: &effects) }
    if bytesSinceCheckpoint >= configuration.checkpointBytes {
      writeCheckpoint(into: &effects)
    } else if sync {
      effects.append(.sync(through: end, indexes: false))
    }
    return place
  }

  /// Asks for a sync of everything accepted so far.
  public func sync(into effects: inout [LogEffect]) {
    guard state == .open, syncedEnd.offset < end.offset else { return }
    effects.append(.sync(through: end, indexes: false))
  }

  /// Takes a checkpoint if there is something worth it: at least a small part of what makes one come by itself.
  public mutating func takeCheckpoint(into effects: inout [LogEffect]) {
    guard state == .open, bytesSinceCheckpoint >= configuration.checkpointBytes / 256 else { return }
    writeCheckpoint(into: &effects)
  }

  /// Makes everything durable and marks the log as closed in order. It must be open or failed.
  public mutating func close(into effects: inout [LogEffect]) {
    if state == .open { writeCheckpoint(isClean: true, into: &effects) }
    state = .closed
  }

  // MARK: - Segments

  /// About how much would be read after a crash.
  public var bytesSinceCheckpoint: Int {
    end.segment == checkpointRequested.segment ? end.position - checkpointRequested.position : end.position
  }

  private func mustRoll(before batch: RecordBatchHeader, now: Timestamp) -> Bool {
    guard end.position > 0, let active = segments.last else { return false }
    return end.position + batch.sizeInBytes > configuration.segmentBytesMax
      || now.rawValue &- active.createdAt.rawValue >= configuration.rollAge.milliseconds
      || index.offsetBytes + IndexLayout.offsetEntryBytes > configuration.indexBytesMax
      || index.timeBytes + 2 * IndexLayout.timeEntryBytes > configuration.indexBytesMax
      || end.offset + Int64(batch.lastOffsetDelta) - active.base > Int64(Int32.max)
  }

  /// Closes the active segment, durably, and begins the next one.
  mutating func roll(now: Timestamp, into effects: inout [LogEffect]) {
    cutRemains(into: &effects)
    index.addTimeEntry()
    writeIndexes(into: &effects)
    effects.append(.sync(through: end, indexes: true))
    segments.append(
      Segment(
        id: SegmentID(end.offset), sizeInBytes: 0, offsetIndexBytes: 0, timeIndexBytes: 0, createdAt: now, newest: nil,
        checksums: SegmentChecksums()))
    end = LogPosition(offset: end.offset, segment: SegmentID(end.offset), position: 0)
    index = IndexBuilder(base: end.offset, intervalBytes: configuration.indexIntervalBytes)
    effects.append(.createSegment(end.segment))
    replaceManifest(isClean: false, into: &effects)
  }

  /// Copies what is known of the active segment to its place in the list.
  func activeSegment() -> Segment {
    var active = segments[segments.count - 1]
    active.sizeInBytes = end.position
    active.offsetIndexBytes = index.offsetBytes
    active.timeIndexBytes = index.timeBytes
    active.newest = index.newest
    return active
  }

  mutating func noteActive() { segments[segments.count - 1] = activeSegment() }

  mutating func writeIndexes(into effects: inout [LogEffect]) {
    let (offsets, times) = index.drain()
    segments[segments.count - 1].checksums?.add(offsetEntries: offsets.bytes, timeEntries: times.bytes)
    if !offsets.bytes.isEmpty {
      effects.append(.writeIndex(.offsetIndex(end.segment), position: offsets.position, bytes: offsets.bytes))
    }
    if !times.bytes.isEmpty {
      effects.append(.writeIndex(.timeIndex(end.segment), position: times.position, bytes: times.bytes))
    }
    noteActive()
  }

  // MARK: - Checkpoints

  /// Makes everything accepted so far durable, and then says so in a new manifest.
  mutating func writeCheckpoint(isClean: Bool = false, into effects: inout [LogEffect]) {
    index.addTimeEntry()
    writeIndexes(into: &effects)
    effects.append(.sync(through: end, indexes: true))
    replaceManifest(isClean: isClean, into: &effects)
  }

  mutating func replaceManifest(isClean: Bool, into effects: inout [LogEffect]) {
    checkpointRequested = end
    effects.append(manifestEffect(isClean: isClean))
  }

  func manifestEffect(isClean: Bool) -> LogEffect {
    let manifest = Manifest(
      partition: partition, logStartOffset: logStartOffset, checkpointOffset: end.offset, isClean: isClean,
      segments: segments.map {
        Manifest.Segment(
          id: $0.id, sizeInBytes: $0.sizeInBytes, offsetIndexBytes: $0.offsetIndexBytes,
          timeIndexBytes: $0.timeIndexBytes, createdAt: $0.createdAt, newest: $0.newest,
          checksums: $0.checksums)
      }, epochs: epochs, producers: producers, cleaned: cleaned)
    let checkpoint = Checkpoint(
      end: end, isClean: isClean, logStartOffset: logStartOffset, offsetIndexBytes: index.offsetBytes,
      timeIndexBytes: index.timeBytes, checksums: segments[segments.count - 1].checksums)
    return .replaceManifest(checkpoint, bytes: manifest.encoded())
  }
}
