internal import Bytes
internal import ClusterMetadata
internal import Group
internal import Messages
internal import Model
internal import Node
internal import RecordBatch
internal import Runtime
internal import Transport

/// Who writes to a shard's partition: one loading of the shard by one owner.
///
/// Whoever writes under a higher number fences it, for ever: the log knows the highest. A writer also names the leader
/// epoch in which it began: in another one it begins anew, and reads first what may have come in between.
struct ShardWriter: Hashable, Sendable {
  /// The number under which it writes.
  let epoch: Int64
  /// Where its fence record stands.
  let fence: Offset
  /// The leader epoch in which it began.
  let leaderEpoch: LeaderEpoch
}

/// One partition of `__consumer_offsets`, on whichever broker leads it.
struct ShardLog: Sendable {
  private typealias API = NewswireV1
  private static let callTimeout = Duration.seconds(10)
  private static let readBytes: Int32 = 1 << 20
  /// The records of one write go into batches of this size; a write of more is refused by the limits of groups.
  private static let batchBytesMax = 900 << 10

  let shard: PartitionIndex
  let view: MetadataView
  let channels: NodeChannels
  let loop: EventLoop

  /// Begins to write under `epoch` with a fence record; every writer with a lower number is fenced from then on.
  func begin(_ fence: [GroupRecord], under epoch: Int64, at time: Timestamp) async throws -> ShardWriter {
    let written = try await append(fence, under: epoch, in: nil, at: time)
    return ShardWriter(
      epoch: epoch, fence: Offset(written.baseOffset), leaderEpoch: LeaderEpoch(written.leaderEpoch))
  }

  /// Appends the records, all or none. They are safe on all in-sync replicas then.
  func append(_ records: [GroupRecord], by writer: ShardWriter, at time: Timestamp) async throws {
    _ = try await append(records, under: writer.epoch, in: writer.leaderEpoch, at: time)
  }

  private func append(
    _ records: [GroupRecord], under epoch: Int64, in leaderEpoch: LeaderEpoch?, at time: Timestamp
  ) async throws -> API.ProducedPartition {
    var builder = RecordBatchBuilder(capacity: 4096)
    for record in records {
      let (key, value) = GroupRecordCodec.encode(record)
      builder.append(key: key, value: value, timestamp: time)
    }
    guard builder.sizeInBytes <= Self.batchBytesMax else {
      throw Refusal(.resourceExhausted, "a change of a group takes \(builder.sizeInBytes) bytes; split it")
    }
    // The number stands in the log, so that every later leader knows it, too.
    let stamp = ProducerStamp(id: ProducerID(ofWriter: epoch), epoch: ProducerEpoch(0), baseSequence: -1)
    let batch = try builder.build(producer: stamp)
    let (topic, channel) = try leader()
    let request = API.ProduceRequest(
      topicID: topic.bytes, partition: shard.rawValue, acks: .all, leaderEpoch: leaderEpoch?.rawValue,
      writerEpoch: epoch, batches: .bytes(ByteSlice(batch)))
    var metadata = Metadata()
    metadata.add(CallRouting.forwardKey, "never")
    let response = try await answer {
      try await channel.unary(
        NewswireV1.Broker.produce, request,
        options: CallOptions(timeout: Self.callTimeout, metadata: metadata, waitForReady: true))
    }
    guard let result = response.partitions.first else {
      throw Refusal(.internal, "the answer to a produce names no partition")
    }
    if let error = result.error { throw Refusal(detail: error) }
    return result
  }

  /// Reads all records before `end`, a few at a time, in order.
  func replay(before end: Offset, _ body: ([GroupRecord]) async throws -> Void) async throws {
    var next: Int64 = 0
    while next < end.rawValue {
      let (topic, channel) = try leader()
      let partition = API.FetchPartition(
        topicID: topic.bytes, partition: shard.rawValue, offset: next, maxBytes: Self.readBytes)
      let response = try await channel.unary(
        NewswireV1.Broker.fetch, API.FetchRequest(partitions: [partition], form: .batches),
        options: CallOptions(timeout: Self.callTimeout, waitForReady: true))
      guard let fetched = response.partitions.first else {
        throw Refusal(.internal, "the answer to a fetch names no partition")
      }
      if let error = fetched.error {
        let refusal = Refusal(detail: error)
        // Records before the start have been deleted; what is left begins there.
        if refusal.reason == .offsetOutOfRange, fetched.logStartOffset > next {
          next = fetched.logStartOffset
          continue
        }
        throw refusal
      }
      guard let batches = response.batches.slice, fetched.nextOffset > next else {
        throw Refusal(.leaderNotAvailable, "shard \(shard) cannot be read up to its fence at offset \(end)")
      }
      try await body(try records(in: batches, from: Offset(next), before: end))
      next = fetched.nextOffset
    }
  }

  private func records(in bytes: ByteSlice, from start: Offset, before end: Offset) throws -> [GroupRecord] {
    var result: [GroupRecord] = []
    try bytes.withUnsafeBytes { buffer in
      var batches = RecordBatchSequence(buffer)
      while let batch = try batches.next() {
        try batch.validateChecksum()
        var reader = RecordReader(records: batch.storedRecords, header: batch.header)
        while let record = try reader.next() {
          let offset = record.offset(in: batch.header)
          guard offset >= start, offset < end else { continue }
          func slice(_ range: Range<Int>?) -> ByteSlice? {
            range.map { ByteSlice(copying: UnsafeRawBufferPointer(rebasing: batch.storedRecords[$0])) }
          }
          result.append(try GroupRecordCodec.decode(key: slice(record.key), value: slice(record.value)))
        }
      }
    }
    return result
  }

  private func leader() throws(Refusal) -> (TopicID, Channel) {
    let image = view.image
    guard let topic = image.topic(named: MetadataImage.consumerOffsetsName), let state = topic[shard] else {
      throw Refusal(.leaderNotAvailable, "\(MetadataImage.consumerOffsetsName) does not exist yet")
    }
    guard let leader = state.leader.flatMap({ image.broker($0) }), let address = leader.registration.listeners.first
    else {
      throw Refusal(
        .leaderNotAvailable, "partition \(shard) of \(MetadataImage.consumerOffsetsName) has no leader at the moment")
    }
    return (topic.id, channels.channel(to: address, on: loop))
  }
}
