internal import Bytes
internal import Messages
internal import Model
internal import Node
internal import Observability
internal import Partition
internal import Runtime
internal import Transport

/// One partition's part of a produce that another broker leads, or nobody at the moment.
struct ProduceForwarding: Sendable {
  let calls: BrokerCalls
  let context: CallContext
  let place: TopicPartition
  let write: PartitionWrite
  let acks: Acks
  let leaderEpoch: Int32?
  let deadline: Instant

  /// What became of it, and which node says so.
  ///
  /// It is tried again only as long as it cannot have arrived: what is sent twice is written twice.
  func run() async throws -> (NewswireV1.ProducedPartition, String) {
    let (part, node) = try await calls.routing.route(
      context, responsible: { () throws(Refusal) in try calls.responsible(for: place) },
      mayRepeat: { error in ((error as? Refusal) ?? (error as? Status)?.refusal) != nil }, local: appendHere
    ) { channel, options in
      let response = try await channel.respond(NewswireV1.Broker.produce, request(), options: options)
      return try response.map { message in
        guard let part = message.partitions.first else {
          throw Refusal(.internal, "the leader's answer to a produce names no partition")
        }
        if let error = part.error { throw Refusal(detail: error) }
        return (part, response.trailers.first(CallRouting.nodeKey) ?? calls.nodeName)
      }
    }
    return (part, node)
  }

  private func appendHere() async throws -> (NewswireV1.ProducedPartition, String) {
    let batches = BatchesToAppend(
      batches: write.batches, headers: write.headers, acks: acks, leaderEpoch: leaderEpoch.map { LeaderEpoch($0) })
    let outcome: ProduceAcknowledgement = try await calls.lanes.on(place) { partition, completion in
      partition.append(batches, at: wallClock(), completion: completion)
    }
    calls.metrics.recordsIn.add(write.recordCount)
    var part = NewswireV1.ProducedPartition(partition: place.partition.rawValue)
    if acks != .none { part.fill(outcome) }
    return (part, calls.nodeName)
  }

  private func request() -> NewswireV1.ProduceRequest {
    let wireAcks: NewswireV1.Acks =
      switch acks {
      case .none: .none
      case .leader: .leader
      case .all: .all
      }
    let left = GoogleProtobuf.Duration(max(deadline - monotonicNow(), .milliseconds(1)))
    return NewswireV1.ProduceRequest(
      topicID: place.topic.bytes, partition: place.partition.rawValue, acks: wireAcks, timeout: left,
      leaderEpoch: leaderEpoch, batches: .bytes(joined()))
  }

  private func joined() -> ByteSlice {
    guard write.batches.count > 1 else { return write.batches.first ?? .empty }
    let count = write.batches.reduce(0) { $0 + $1.count }
    let storage = ByteStorage(capacity: count)
    var position = 0
    for batch in write.batches {
      batch.withUnsafeBytes { bytes in
        UnsafeMutableRawBufferPointer(start: storage.base + position, count: bytes.count).copyMemory(from: bytes)
      }
      position += batch.count
    }
    return ByteSlice(storage, count: count)
  }
}
