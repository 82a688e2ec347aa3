import Model
import Partition
import SegmentedLog

/// Somebody who deletes the oldest records of a partition now and then.
final class TrimmingClient: PartitionClient {
  override init(_ index: Int, place: TopicPartition, brokers: [BrokerID], in world: World) {
    super.init(index, place: place, brokers: brokers, in: world)
    rest()
  }

  private func rest() {
    world.after(world.milliseconds(1000...6000), self) { [self] in trim() }
  }

  private func trim() {
    world.count(.operations)
    let share = world.chance(0.05) ? 100 : Int64(world.pick(1...40))
    world.call(from: self, to: .broker(leader), timeout: world.milliseconds(300...3000)) { [place] process, reply in
      guard let replica = (process as? BrokerProcess)?.replica(place) else {
        return reply(Result<Offset, Refusal>.failure(Refusal(.leaderNotAvailable, "no replica")))
      }
      replica.deleteRecords(before: Self.offset(share, of: replica.partition), completion: reply)
    } completion: { [self] answer in
      if case .success? = answer {} else { findLeader() }
      rest()
    }
  }

  /// Behind so many hundredths of what can be read.
  private static func offset(_ share: Int64, of partition: Partition) -> Offset? {
    guard share < 100, let end = partition.highWatermark else { return nil }
    let start = partition.log.logStartOffset
    return Offset(start.rawValue + (end - start) * share / 100)
  }
}
