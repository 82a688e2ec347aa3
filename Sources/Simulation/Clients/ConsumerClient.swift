import Model
import Partition
import RecordBatch

/// A consumer of one partition, from its beginning on. It checks what it reads by what was written: nothing is missing,
/// nothing comes twice, and each producer's records come in their order.
final class ConsumerClient: PartitionClient {
  private(set) var offset = Offset.zero
  /// The next sequence number of each producer.
  private var sequences: [ProducerID: Int32] = [:]

  override init(_ index: Int, place: TopicPartition, brokers: [BrokerID], in world: World) {
    super.init(index, place: place, brokers: brokers, in: world)
    poll()
  }

  private func poll() {
    world.after(world.milliseconds(5...60), self) { [self] in fetch() }
  }

  private func fetch() {
    world.count(.operations)
    let from = offset
    world.call(from: self, to: .broker(leader), timeout: .milliseconds(800)) { [place] process, reply in
      guard let replica = (process as? BrokerProcess)?.replica(place) else {
        return reply(Result<[SimulatedLog.Stored], Refusal>.failure(Refusal(.leaderNotAvailable, "no replica")))
      }
      reply(replica.read(from: from).map(\.batches))
    } completion: { [self] answer in
      switch answer {
      case .success(let batches)?: for batch in batches { take(batch.header) }
      case .failure(let refusal)? where refusal.reason == .offsetOutOfRange:
        world.violate(
          "ReadsAreCommitted", place, "a consumer at \(from) was told that it is out of range: \(refusal.message)")
      case .failure, nil: findLeader()
      }
      poll()
    }
  }

  private func take(_ header: RecordBatchHeader) {
    guard header.nextOffset > offset else { return }
    world.count(.batchesRead)
    guard header.baseOffset == offset else {
      return world.violate("OffsetsAreDense", place, "a consumer at \(offset) was given \(header.baseOffset) next")
    }
    offset = header.nextOffset
    guard let stamp = header.producer else { return }
    let next = sequences[stamp.id] ?? 0
    guard stamp.baseSequence == next else {
      return world.violate(
        "IdempotentOnce", place,
        "a consumer read number \(stamp.baseSequence) of producer \(stamp.id) at \(header.baseOffset), where \(next) is next"
      )
    }
    sequences[stamp.id] = next + header.lastOffsetDelta + 1
  }
}
