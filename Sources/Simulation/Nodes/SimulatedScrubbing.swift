import Model
import SegmentedLog

/// Reads the replicas of a broker through, one after another, to find what has rotted.
final class SimulatedScrubbing {
  private unowned let broker: BrokerProcess
  private let world: World
  /// The replica whose turn it was last, and how far it has been read.
  private var place: TopicPartition?
  private var behind: SegmentCheck.CheckedPlace?

  private static let pieceBytes = 8 << 10

  init(on broker: BrokerProcess, in world: World) {
    self.broker = broker
    self.world = world
  }

  /// Reads one piece. To be called now and then.
  func timeElapsed() {
    guard let replica = nextReplica() else { return }
    guard replica.storage.log.state.isLasting, !broker.hasDamage(of: replica.place),
      let check = replica.storage.log.check(behind: behind, bytesMax: Self.pieceBytes)
    else { return behind = nil }
    do throws(LogFailure) {
      let outcome = try check.perform(on: replica.storage.disk)
      behind = outcome.reached
      if outcome.isIndexWrong {
        world.count(.damagesScrubbed)
        try replica.storage.rebuildIndexes(of: check.segment.id)
      }
    } catch {
      behind = nil
      world.count(.damagesScrubbed)
      replica.found(error)
    }
  }

  /// The one under way, as long as there is more of it; else the next one.
  private func nextReplica() -> BrokerReplica? {
    let replicas = broker.sortedReplicas
    if behind != nil, let current = replicas.first(where: { $0.place == place }) { return current }
    let next = replicas.first { replica in place.map { $0 < replica.place } ?? true } ?? replicas.first
    place = next?.place
    behind = nil
    return next
  }
}
