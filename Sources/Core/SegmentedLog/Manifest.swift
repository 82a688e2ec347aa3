public import Model
internal import RecordBatch

/// What a log consists of up to its last checkpoint. All of it was durable before the manifest was written.
///
/// It is the recovery checkpoint, the leader-epoch history, the log's start and the clean-shutdown mark in one file
/// that is replaced as a whole: recovery reads the last segment from the stated size on, and nothing else.
public struct Manifest: Hashable, Sendable {
  /// One segment as it was at the checkpoint.
  public struct Segment: Hashable, Sendable {
    /// Which one it is.
    public var id: SegmentID
    /// The bytes of its batches.
    public var sizeInBytes: Int
    /// The bytes of its offset index.
    public var offsetIndexBytes: Int
    /// The bytes of its time index.
    public var timeIndexBytes: Int
    /// When it was begun.
    public var createdAt: Timestamp
    /// Its newest record.
    public var newest: TimestampedOffset?
    /// What its files hold; nil if that is not known. From version 4 on.
    var checksums: SegmentChecksums?

    /// Its first offset.
    public var base: Offset { id.base }
  }

  /// The replica that the log belongs to.
  public var partition: TopicPartition
  /// The first offset that may still be read.
  public var logStartOffset: Offset
  /// The offset behind the last segment's stated bytes.
  public var checkpointOffset: Offset
  /// True if the log was closed in order behind this checkpoint, and nothing was written since.
  public var isClean: Bool
  /// All segments, oldest first; at least one.
  public var segments: [Segment]
  /// The leader epochs up to the checkpoint.
  public var epochs: LeaderEpochHistory
  /// The producers up to the checkpoint. From version 2 on.
  public var producers: ProducerStates
  /// How far the log has been cleaned. From version 3 on, as are the segments' cleanings.
  public var cleaned: CleanedState

  static let kind: UInt32 = 0x4e57_4c4d
  static let version: UInt16 = 5
  /// A file that is larger is none.
  static let bytesMax = 64 << 20

  /// The file's bytes.
  public func encoded() -> [UInt8] {
    var body: [UInt8] = []
    body.append(contentsOf: partition.topic.bytes)
    body.appendBigEndian(partition.partition.rawValue)
    body.appendBigEndian(logStartOffset.rawValue)
    body.appendBigEndian(checkpointOffset.rawValue)
    body.append(isClean ? 1 : 0)
    body.appendBigEndian(UInt32(segments.count))
    for segment in segments {
      body.appendBigEndian(segment.base.rawValue)
      body.appendBigEndian(UInt32(segment.sizeInBytes))
      body.appendBigEndian(UInt32(segment.offsetIndexBytes))
      body.appendBigEndian(UInt32(segment.timeIndexBytes))
      body.appendBigEndian(segment.createdAt.rawValue)
      body.append(segment.newest == nil ? 0 : 1)
      body.appendBigEndian(segment.newest?.timestamp.rawValue ?? 0)
      body.appendBigEndian(segment.newest?.offset.rawValue ?? 0)
      body.appendBigEndian(segment.id.cleaning)
      body.append(segment.checksums == nil ? 0 : 1)
      body.appendBigEndian(segment.checksums?.records ?? 0)
      body.appendBigEndian(segment.checksums?.offsetIndex ?? 0)
      body.appendBigEndian(segment.checksums?.timeIndex ?? 0)
    }
    body.appendBigEndian(UInt32(epochs.entries.count))
    for entry in epochs.entries {
      body.appendBigEndian(entry.epoch.rawValue)
      body.appendBigEndian(entry.startOffset.rawValue)
    }
    producers.append(to: &body)
    cleaned.append(to: &body)
    return SealedFile.seal(kind: Self.kind, version: Self.version, body: body)
  }

  /// Reads the file's bytes and checks that they can describe a log.
  public init(decoding bytes: [UInt8]) throws(LogFailure) {
    let name = LogFile.manifest.name
    let (version, body) = try SealedFile.open(bytes, kind: Self.kind, versionMax: Self.version, name: name)
    var reader = BodyReader(body, name: name)
    guard let topic = UUID128(bytes: try reader.bytes(16)) else { throw reader.fault("it names no topic") }
    partition = TopicPartition(topic: topic, partition: PartitionIndex(try reader.number(Int32.self)))
    logStartOffset = Offset(try reader.number(Int64.self))
    checkpointOffset = Offset(try reader.number(Int64.self))
    isClean = try reader.number(UInt8.self) == 1
    let segmentsCount = try reader.count(bytesEach: 45)
    segments = []
    for _ in 0..<segmentsCount { segments.append(try Segment(from: &reader, version: version)) }
    let epochsCount = try reader.count(bytesEach: 12)
    var entries: [LeaderEpochHistory.Entry] = []
    for _ in 0..<epochsCount {
      let epoch = LeaderEpoch(try reader.number(Int32.self))
      entries.append(.init(epoch: epoch, startOffset: Offset(try reader.number(Int64.self))))
    }
    producers = version >= 2 ? try ProducerStates(from: &reader, endOffset: checkpointOffset) : ProducerStates()
    cleaned = version >= 3 ? try CleanedState(from: &reader, version: version) : CleanedState(start: logStartOffset)
    try reader.finish()
    guard let epochs = LeaderEpochHistory(entries: entries) else { throw reader.fault("its epochs do not grow") }
    self.epochs = epochs
    guard isPlausible else { throw reader.fault("its offsets do not fit together") }
  }

  init(
    partition: TopicPartition, logStartOffset: Offset, checkpointOffset: Offset, isClean: Bool, segments: [Segment],
    epochs: LeaderEpochHistory, producers: ProducerStates, cleaned: CleanedState
  ) {
    self.partition = partition
    self.logStartOffset = logStartOffset
    self.checkpointOffset = checkpointOffset
    self.isClean = isClean
    self.segments = segments
    self.epochs = epochs
    self.producers = producers
    self.cleaned = cleaned
  }

  private var isPlausible: Bool {
    guard let first = segments.first, let last = segments.last, first.base >= .zero,
      checkpointOffset.rawValue < Int64.max - Int64(Int32.max)
    else { return false }
    return zip(segments, segments.dropFirst()).allSatisfy { $0.base < $1.base }
      && first.base <= logStartOffset && logStartOffset <= checkpointOffset
      && last.base <= checkpointOffset && checkpointOffset - last.base <= Int64(Int32.max)
      && segments.allSatisfy { $0.sizeInBytes <= Int(Int32.max) }
      && cleaned.cleanedEnd >= .zero && cleaned.cleanedEnd <= cleaned.comparedEnd
      && cleaned.marksRemovedEnd >= .zero && cleaned.marksRemovedEnd <= cleaned.comparedEnd
      && cleaned.comparedEnd <= checkpointOffset && segments.allSatisfy { $0.id.cleaning <= cleaned.lastCleaning }
      && epochs.entries.allSatisfy {
        $0.startOffset >= .zero && $0.startOffset <= checkpointOffset && $0.epoch >= .zero
      }
  }
}

extension Manifest.Segment {
  fileprivate init(from reader: inout BodyReader, version: UInt16) throws(LogFailure) {
    let base = Offset(try reader.number(Int64.self))
    sizeInBytes = Int(try reader.number(UInt32.self))
    offsetIndexBytes = Int(try reader.number(UInt32.self))
    timeIndexBytes = Int(try reader.number(UInt32.self))
    createdAt = Timestamp(try reader.number(Int64.self))
    let hasNewest = try reader.number(UInt8.self) == 1
    let timestamp = Timestamp(try reader.number(Int64.self))
    let offset = Offset(try reader.number(Int64.self))
    newest = hasNewest ? TimestampedOffset(timestamp: timestamp, offset: offset) : nil
    id = SegmentID(base, cleaning: version >= 3 ? try reader.number(UInt32.self) : 0)
    guard version >= 4 else { return }
    let hasChecksums = try reader.number(UInt8.self) == 1
    let known = SegmentChecksums(
      records: try reader.number(UInt32.self), offsetIndex: try reader.number(UInt32.self),
      timeIndex: try reader.number(UInt32.self))
    checksums = hasChecksums ? known : nil
  }
}
