internal import Bytes
internal import Messages
internal import Model
internal import Partition
internal import RecordBatch

// How positions, answers and deliveries go between brokers.

/// What a follower says of one partition.
struct FollowerWord: Sendable {
  /// What it wants with that.
  enum Matter: Sendable {
    /// To hear whether the logs agree.
    case asks(ReplicaPosition)
    /// To tell what it holds in a leader epoch, and from where on.
    case tells(LeaderEpoch, held: Offset, logStart: Offset)
    /// Nothing more of the partition.
    case stops
  }

  private static let creditBytesMax: Int64 = 1 << 30

  let place: TopicPartition
  let matter: Matter
  /// How many bytes more it takes.
  let creditBytes: Int

  /// Reads what `member` says; refuses what nobody can mean.
  init(_ wire: NewswireInternalV1.ReplicaPosition, of member: InSyncSet.Member) throws(Refusal) {
    guard let place = TopicPartition(wire.topicID, wire.partition) else {
      throw Refusal(.invalidRequest, "a position names no partition", field: "positions")
    }
    self.place = place
    guard wire.leaderEpoch >= 0, wire.logEndOffset >= 0, wire.heldOffset >= 0, wire.logStartOffset >= 0,
      wire.lastEpoch ?? 0 >= 0, 0...Self.creditBytesMax ~= wire.creditBytes
    else {
      throw Refusal(.invalidRequest, "the position in partition \(place) cannot be one", field: "positions")
    }
    creditBytes = Int(wire.creditBytes)
    if wire.stop {
      matter = .stops
    } else if wire.asks {
      matter = .asks(ReplicaPosition(wire, of: member))
    } else {
      matter = .tells(
        LeaderEpoch(wire.leaderEpoch), held: Offset(wire.heldOffset), logStart: Offset(wire.logStartOffset))
    }
  }
}

extension TopicPartition {
  /// The partition that a message names; nil if it cannot be one.
  init?(_ topicID: [UInt8], _ partition: Int32) {
    guard partition >= 0, let topic = UUID128(bytes: topicID) else { return nil }
    self.init(topic: topic, partition: PartitionIndex(partition))
  }
}

extension ReplicaPosition {
  fileprivate init(_ wire: NewswireInternalV1.ReplicaPosition, of member: InSyncSet.Member) {
    self.init(
      replica: member, leaderEpoch: LeaderEpoch(wire.leaderEpoch), logEndOffset: Offset(wire.logEndOffset),
      lastEpoch: wire.lastEpoch.map { LeaderEpoch($0) }, heldOffset: Offset(wire.heldOffset),
      logStartOffset: Offset(wire.logStartOffset))
  }

  /// The question whether the logs agree there.
  func wire(_ place: TopicPartition, creditBytes: Int = 0) -> NewswireInternalV1.ReplicaPosition {
    NewswireInternalV1.ReplicaPosition(
      topicID: place.topic.bytes, partition: place.partition.rawValue, leaderEpoch: leaderEpoch.rawValue,
      logEndOffset: logEndOffset.rawValue, lastEpoch: lastEpoch?.rawValue, heldOffset: heldOffset.rawValue,
      logStartOffset: logStartOffset.rawValue, creditBytes: Int64(creditBytes), asks: true)
  }
}

extension NewswireInternalV1.ReplicateResponse {
  /// A leader's answer to where a follower is.
  init(_ place: TopicPartition, _ position: ReplicaPosition, _ answer: FollowerAnswer) {
    self.init(topicID: place.topic.bytes, partition: place.partition.rawValue, asked: position.wire(place))
    leaderEpoch = position.leaderEpoch.rawValue
    switch answer {
    case .agreed(let highWatermark, let logStart):
      self.highWatermark = highWatermark.rawValue
      logStartOffset = logStart.rawValue
    case .diverged(let epoch, let endOffset, let acknowledged):
      self.highWatermark = acknowledged.rawValue
      truncateToEpoch = epoch.rawValue
      truncateToOffset = endOffset.rawValue
    case .beginAt(let offset): beginAtOffset = offset.rawValue
    case .refused(let refusal):
      reason = refusal.reason.rawValue
      reasonText = refusal.message
    }
  }

  /// The answer in it, if it is one; `member` is who asked. Throws what is wrong with it.
  func answer(to member: InSyncSet.Member) throws(MalformedDelivery) -> (ReplicaPosition, FollowerAnswer)? {
    guard let asked else { return nil }
    guard asked.leaderEpoch >= 0, asked.logEndOffset >= 0, asked.heldOffset >= 0, asked.logStartOffset >= 0,
      asked.lastEpoch ?? 0 >= 0, highWatermark >= 0, logStartOffset >= 0, truncateToOffset ?? 0 >= 0,
      truncateToEpoch >= 0,
      beginAtOffset ?? 0 >= 0
    else { throw MalformedDelivery("an answer has a negative number") }
    let position = ReplicaPosition(asked, of: member)
    if !reason.isEmpty {
      return (position, .refused(Refusal(ErrorReason(rawValue: reason) ?? .internal, reasonText)))
    }
    if let beginAtOffset { return (position, .beginAt(Offset(beginAtOffset))) }
    if let truncateToOffset {
      return (
        position,
        .diverged(
          epoch: LeaderEpoch(truncateToEpoch), endOffset: Offset(truncateToOffset),
          acknowledged: Offset(highWatermark))
      )
    }
    return (position, .agreed(highWatermark: Offset(highWatermark), logStartOffset: Offset(logStartOffset)))
  }
}

/// What is wrong with what a leader has sent.
struct MalformedDelivery: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Batches of a leader's log that a follower has got, checked as bytes.
struct Delivery {
  private static let batchesMax = 100_000

  let leaderEpoch: LeaderEpoch
  let baseOffset: Offset
  let nextOffset: Offset
  let batches: [ByteSlice]
  let headers: [RecordBatchHeader]
  let highWatermark: Offset
  let logStartOffset: Offset

  /// Checks lengths, checksums, and that one batch follows on the other, from the offset on that is named.
  init(_ wire: NewswireInternalV1.ReplicateResponse) throws(MalformedDelivery) {
    guard wire.leaderEpoch >= 0, wire.baseOffset >= 0, wire.highWatermark >= 0, wire.logStartOffset >= 0 else {
      throw MalformedDelivery("a number is negative")
    }
    leaderEpoch = LeaderEpoch(wire.leaderEpoch)
    baseOffset = Offset(wire.baseOffset)
    highWatermark = Offset(wire.highWatermark)
    logStartOffset = Offset(wire.logStartOffset)
    let bytes = wire.batches.slice ?? .empty
    guard !bytes.isEmpty else {
      batches = []
      headers = []
      nextOffset = baseOffset
      return
    }
    let found: ([Range<Int>], [RecordBatchHeader])
    do throws(RecordBatchError) {
      found = try bytes.withUnsafeBytes { bytes throws(RecordBatchError) in try Self.check(bytes) }
    } catch {
      throw MalformedDelivery("\(error)")
    }
    headers = found.1
    batches = found.0.map { bytes[$0] }
    var end = baseOffset
    for header in headers {
      guard header.baseOffset == end, header.leaderEpoch != nil else {
        throw MalformedDelivery("a batch has the offset \(header.baseOffset) where \(end) is due")
      }
      end = header.nextOffset
    }
    nextOffset = end
  }

  private init(_ delivery: Delivery, beginningWith gap: [UInt8], _ header: RecordBatchHeader) {
    leaderEpoch = delivery.leaderEpoch
    highWatermark = delivery.highWatermark
    logStartOffset = delivery.logStartOffset
    nextOffset = delivery.nextOffset
    baseOffset = header.baseOffset
    batches = [ByteSlice(gap)] + delivery.batches.dropFirst()
    headers = [header] + delivery.headers.dropFirst()
  }

  /// The delivery for a log that ends at `end`, maybe within the first batch: in a leader's log that has been cleaned,
  /// one batch without records may stand for several that this log still has, and for more.
  func following(on end: Offset) -> Delivery {
    guard let first = headers.first, first.isGap, first.baseOffset < end, end < first.nextOffset,
      let epoch = first.leaderEpoch
    else { return self }
    let gap = RecordBatchHeader.gap(end..<first.nextOffset, leaderEpoch: epoch)
    guard let header = try? gap.withUnsafeBytes({ try RecordBatchHeader(decoding: $0) }) else { return self }
    return Delivery(self, beginningWith: gap, header)
  }

  private static func check(
    _ bytes: UnsafeRawBufferPointer
  ) throws(RecordBatchError) -> ([Range<Int>], [RecordBatchHeader]) {
    var ranges: [Range<Int>] = []
    var headers: [RecordBatchHeader] = []
    var sequence = RecordBatchSequence(bytes)
    while let batch = try sequence.next() {
      guard ranges.count < batchesMax else { throw .tooManyBatches(batchesMax) }
      try batch.validateChecksum()
      ranges.append(sequence.position - batch.bytes.count..<sequence.position)
      headers.append(batch.header)
    }
    return (ranges, headers)
  }
}
