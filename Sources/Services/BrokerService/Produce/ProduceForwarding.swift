internal import Bytes
internal import ClusterMetadata
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
  /// Records that their producer has numbered are tried again until somebody has taken them: whoever leads knows what is
  /// in the log. Others only as long as they cannot have arrived: what is sent twice is written twice.
  func run() async throws -> (NewswireV1.ProducedPartition, String) {
    do {
      return try await calls.routing.route(
        context, responsible: { () throws(Refusal) in try calls.responsible(for: place) }, mayRepeat: mayRepeat,
        local: appendHere
      ) { channel, options in
        let response = try await ask(channel, options)
        return try response.map { message in
          guard let part = message.partitions.first else {
            throw Refusal(.internal, "the leader's answer to a produce names no partition")
          }
          if let error = part.error { throw Refusal(detail: error) }
          return (part, response.trailers.first(CallRouting.nodeKey) ?? calls.nodeName)
        }
      }
    } catch let status as Status where status.refusal == nil && !status.isUnprocessed {
      throw Refusal(.outcomeUnknown, "the records may or may not have reached the leader: \(status.message)")
    }
  }

  private func mayRepeat(_ error: any Error) -> Bool {
    let refusal = (error as? Refusal) ?? (error as? Status)?.refusal
    if write.isNumbered, refusal?.reason == .outcomeUnknown { return true }
    let didNotArrive = refusal != nil || (error as? Status)?.isUnprocessed ?? false
    return CallRouting.isPassing(error) && (didNotArrive || write.isNumbered)
  }

  /// Asks the leader. Numbered records are taken to the next one as soon as that is known: a leader that has been
  /// stopped or cut off answers nobody for a long time.
  private func ask(
    _ channel: Channel, _ options: CallOptions
  ) async throws -> Transport.Response<NewswireV1.ProduceResponse> {
    guard write.isNumbered else {
      return try await channel.respond(NewswireV1.Broker.produce, request(), options: options)
    }
    return try await withThrowingTaskGroup(of: Transport.Response<NewswireV1.ProduceResponse>.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await channel.respond(NewswireV1.Broker.produce, request(), options: options) }
      group.addTask { throw try await otherLeader(than: channel) }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
    }
  }

  /// Waits until the partition is led from elsewhere, or in another epoch.
  private func otherLeader(than channel: Channel) async throws -> Refusal {
    var image = calls.view.image
    let epoch = image.partition(place)?.leaderEpoch
    while let state = image.partition(place), state.leaderEpoch == epoch, let leader = state.leader,
      let address = image.broker(leader)?.registration.listeners.first,
      calls.channels.channel(to: address, on: context.loop) === channel
    {
      image = try await calls.view.image(after: image.endOffset)
    }
    return Refusal(.leaderNotAvailable, "another broker leads partition \(place.partition) now")
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
