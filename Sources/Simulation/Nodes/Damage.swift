import ClusterMetadata
import Model

/// Why a replica cannot be used, as its broker's process remembers it, and what is left of it.
struct Damage {
  let lastEpoch: LeaderEpoch?
  let endOffset: Offset
  /// The newest leader epoch that was known when the damage was found.
  let leaderEpoch: LeaderEpoch
  /// The registration under which it was found; nil if that was before the first one.
  let registration: BrokerEpoch?

  /// How far the replica goes.
  var end: LogPosition { LogPosition(lastEpoch: lastEpoch, endOffset: endOffset) }

  /// What the coordinator is told of it.
  var found: FoundDamage { FoundDamage(end: end, leaderEpoch: leaderEpoch) }

  /// True if nobody counts on what the replica once held, so that it may begin anew: it is no member, in a leader epoch
  /// or under a registration that came after the damage.
  func isOver(on broker: BrokerID, registeredAs epoch: BrokerEpoch, in state: PartitionState) -> Bool {
    state.leader != nil && state.leader != broker && !state.isr.contains(broker)
      && !state.eligibleLeaders.contains(broker) && (state.leaderEpoch > leaderEpoch || registration != epoch)
  }
}
