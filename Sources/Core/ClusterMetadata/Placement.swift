public import Model

/// A broker that can take replicas, and what it holds already.
public struct PlacementBroker: Hashable, Sendable {
  /// The broker.
  public var id: BrokerID
  /// Where it stands.
  public var rack: String?
  /// Its disk folders.
  public var folders: [UUID128]
  /// How many partitions it leads, or would lead if all preferred leaders did.
  public var leaderCount: Int
  /// How many replicas it holds.
  public var replicaCount: Int
  /// How many replicas lie in each of its folders.
  public var replicasPerFolder: [UUID128: Int]

  /// A broker that holds nothing unless told otherwise.
  public init(
    id: BrokerID, rack: String? = nil, folders: [UUID128] = [], leaderCount: Int = 0, replicaCount: Int = 0,
    replicasPerFolder: [UUID128: Int] = [:]
  ) {
    self.id = id
    self.rack = rack
    self.folders = folders
    self.leaderCount = leaderCount
    self.replicaCount = replicaCount
    self.replicasPerFolder = replicasPerFolder
  }
}

/// Chooses where the replicas of one topic's new partitions go.
///
/// Leaders are spread evenly first over the topic, then over the cluster; then replicas, over racks before brokers.
/// The same brokers give the same places.
public struct Placement: Sendable {
  private var brokers: [PlacementBroker]
  /// How many of the topic's partitions each broker leads and holds, beside `brokers`.
  private var topicLeaders: [Int]
  private var topicReplicas: [Int]

  /// Places partitions of a topic that has `present` already.
  public init(brokers: [PlacementBroker], present: [PartitionState] = []) {
    self.brokers = brokers.sorted { $0.id < $1.id }
    topicLeaders = self.brokers.map { broker in present.count { $0.targetOrReplicas.first == broker.id } }
    topicReplicas = self.brokers.map { broker in present.count { $0.concerns(broker.id) } }
  }

  /// The replicas of the next partition, the preferred leader first. Needs as many brokers as `replicationFactor`.
  public mutating func place(replicationFactor: Int) -> [ReplicaPlace] {
    precondition(replicationFactor >= 1 && replicationFactor <= brokers.count, "too few brokers for a placement")
    guard
      let leader = best({ [topicLeaders[$0], brokers[$0].leaderCount, topicReplicas[$0], brokers[$0].replicaCount] })
    else { return [] }
    var chosen = [leader]
    while chosen.count < replicationFactor {
      let racks = chosen.map { brokers[$0].rack }
      let next = best { candidate in
        guard !chosen.contains(candidate) else { return nil }
        let rackUses = brokers[candidate].rack.map { rack in racks.count { $0 == rack } } ?? 0
        // Ties go to the brokers behind the leader in turn, so that not the same ones always follow each other.
        let turn = (candidate - leader + brokers.count) % brokers.count
        return [rackUses, topicReplicas[candidate], brokers[candidate].replicaCount, turn]
      }
      guard let next else { break }
      chosen.append(next)
    }
    topicLeaders[leader] += 1
    brokers[leader].leaderCount += 1
    return chosen.map { take($0) }
  }

  /// Places a replica on exactly this broker, for a partition whose brokers the caller has chosen.
  public mutating func place(on id: BrokerID) -> ReplicaPlace {
    guard let index = brokers.firstIndex(where: { $0.id == id }) else { return ReplicaPlace(broker: id, folder: nil) }
    return take(index)
  }

  /// The partition's brokers with another one instead of `leaving`; nil if there is none. Who holds it already comes
  /// first: nothing needs to be copied there.
  mutating func replacement(for leaving: BrokerID, in present: [BrokerID], besides holders: [BrokerID]) -> [BrokerID]? {
    let staying = present.filter { $0 != leaving }
    guard let added = another(beside: staying, avoiding: [leaving], preferring: holders) else { return nil }
    return present.map { $0 == leaving ? added : $0 }
  }

  /// The brokers of `state` when it has `factor` replicas; nil if there are too few. Those that are not in sync go first.
  mutating func resized(_ state: PartitionState, to factor: Int) -> [BrokerID]? {
    var chosen = state.targetOrReplicas
    let inSync = chosen.filter(state.isr.contains)
    if chosen.count > factor { chosen = (inSync + chosen.filter { !inSync.contains($0) }).prefix(factor).map { $0 } }
    while chosen.count < factor {
      guard let added = another(beside: chosen, avoiding: [], preferring: state.replicas.map(\.broker)) else {
        return nil
      }
      chosen.append(added)
    }
    return state.targetOrReplicas.filter(chosen.contains) + chosen.filter { !state.targetOrReplicas.contains($0) }
  }

  /// The same brokers, that one first which is preferred as a leader least often.
  mutating func withFairLeader(_ chosen: [BrokerID]) -> [BrokerID] {
    let candidates = brokers.indices.filter { chosen.contains(brokers[$0].id) }
    guard let leader = candidates.min(by: { (topicLeaders[$0], $0) < (topicLeaders[$1], $1) }) else { return chosen }
    if let former = brokers.firstIndex(where: { $0.id == chosen.first }) { topicLeaders[former] -= 1 }
    topicLeaders[leader] += 1
    let id = brokers[leader].id
    return [id] + chosen.filter { $0 != id }
  }

  private mutating func another(
    beside present: [BrokerID], avoiding: [BrokerID], preferring holders: [BrokerID]
  ) -> BrokerID? {
    let racks = present.compactMap { id in brokers.first { $0.id == id }?.rack }
    let found = best { candidate in
      let broker = brokers[candidate]
      guard !present.contains(broker.id), !avoiding.contains(broker.id) else { return nil }
      let rackUses = broker.rack.map { rack in racks.count { $0 == rack } } ?? 0
      return [holders.contains(broker.id) ? 0 : 1, rackUses, topicReplicas[candidate], broker.replicaCount]
    }
    return found.map { take($0).broker }
  }

  private mutating func take(_ index: Int) -> ReplicaPlace {
    topicReplicas[index] += 1
    brokers[index].replicaCount += 1
    let counts = brokers[index].replicasPerFolder
    let folder = brokers[index].folders.min { (counts[$0] ?? 0, $0) < (counts[$1] ?? 0, $1) }
    if let folder { brokers[index].replicasPerFolder[folder, default: 0] += 1 }
    return ReplicaPlace(broker: brokers[index].id, folder: folder)
  }

  /// The index of the broker whose ranks are least, in the order of the ids where they are equal.
  private func best(_ ranks: (Int) -> [Int]?) -> Int? {
    brokers.indices.compactMap { index in ranks(index).map { (index, $0) } }
      .min { $0.1.lexicographicallyPrecedes($1.1) }?.0
  }
}
