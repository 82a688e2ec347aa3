internal import DiskIO
internal import Model
internal import Observability
internal import Runtime
internal import Transport

/// The lanes of all loops: which one owns which partition.
final class BrokerLanes: Sendable {
  let all: [LoopBound<BrokerLane>]
  /// Until when this broker may take itself for a leader.
  let lease = BrokerLease()
  private let disks: [DiskThread]

  init(
    _ loops: EventLoopGroup, broker: BrokerID, coordinators: Channel, replication: ReplicationSettings,
    scrub: ScrubSettings, health: DiskHealth, metrics: BrokerMetrics, logger: Logger
  ) {
    disks = loops.loops.map { DiskThread(loop: $0) }
    all = disks.map { [lease] disk in
      let lane = BrokerLane(
        disk: disk, broker: broker, coordinators: coordinators, replication: replication, scrub: scrub, health: health,
        lease: lease, metrics: metrics, logger: logger)
      return LoopBound(lane, on: disk.loop)
    }
  }

  /// Ends the disk threads, once all logs are closed. Blocks.
  func stopDisks() {
    for disk in disks { disk.stop() }
  }

  /// The lane of the loop on which this is called.
  func here(_ loop: EventLoop) -> BrokerLane {
    for lane in all where lane.loop === loop { return lane.value }
    preconditionFailure("loop \(loop.name) has no lane")
  }

  /// The lane that owns `place`, in every run the same.
  func owner(of place: TopicPartition) -> LoopBound<BrokerLane> {
    let hash = (place.topic.high ^ place.topic.low) &+ UInt64(UInt32(bitPattern: place.partition.rawValue))
    return all[Int(hash % UInt64(all.count))]
  }

  /// Does something with a replica on its own loop and waits for what `body` answers.
  func on<Answer: Sendable>(
    _ place: TopicPartition,
    _ body: @escaping @Sendable (LocalPartition, @escaping (Result<Answer, Refusal>) -> Void) throws -> Void
  ) async throws -> Answer {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Answer, any Error>) in
      owner(of: place).execute { lane in
        do {
          try body(try lane.partition(place)) { continuation.resume(with: $0) }
        } catch {
          continuation.resume(throwing: error)
        }
      }
    }
  }

  /// Runs `body` on every lane, on all at once, and waits for all.
  func onAll<Answer: Sendable>(
    _ body: @escaping @Sendable (BrokerLane, @escaping (Answer) -> Void) -> Void
  ) async -> [Answer] {
    await withTaskGroup(of: (index: Int, answer: Answer).self) { group in
      for (index, lane) in all.enumerated() {
        group.addTask {
          let answer = await withCheckedContinuation { (continuation: CheckedContinuation<Answer, Never>) in
            lane.execute { lane in body(lane) { continuation.resume(returning: $0) } }
          }
          return (index, answer)
        }
      }
      var answers: [(index: Int, answer: Answer)] = []
      for await answer in group { answers.append(answer) }
      return answers.sorted { $0.index < $1.index }.map(\.answer)
    }
  }
}
