public import Model

/// The place of one replica: a broker, and the disk folder on it.
public struct ReplicaPlace: Hashable, Sendable {
  /// The broker.
  public let broker: BrokerID
  /// The broker's disk folder; nil until the broker has chosen one.
  public let folder: UUID128?

  /// A replica on `broker`, in `folder`.
  public init(broker: BrokerID, folder: UUID128?) {
    self.broker = broker
    self.folder = folder
  }
}

/// Everything that the metadata says of one partition.
///
/// `leader` is in `isr`, `isr` and `eligibleLeaders` are disjoint parts of `replicas`, and `isr` is never empty once
/// the partition exists: its last members stay in it even while they are down, because they hold what was
/// acknowledged. Only the coordinator changes it.
public struct PartitionState: Hashable, Sendable {
  /// Where the replicas are; the first is the preferred leader.
  public let replicas: [ReplicaPlace]
  /// The replicas that hold everything acknowledged, in the order of `replicas`.
  public let isr: [BrokerID]
  /// Replicas that left the in-sync set when it was at its least, and still hold everything acknowledged.
  public let eligibleLeaders: [BrokerID]
  /// Who leads; nil while nobody can.
  public let leader: BrokerID?
  /// Rises with each change of leader, and when a leader's broker registers again.
  public let leaderEpoch: LeaderEpoch
  /// Rises with each change of anything here.
  public let epoch: PartitionEpoch

  /// A partition in exactly this state.
  public init(
    replicas: [ReplicaPlace], isr: [BrokerID], eligibleLeaders: [BrokerID] = [], leader: BrokerID?,
    leaderEpoch: LeaderEpoch, epoch: PartitionEpoch
  ) {
    self.replicas = replicas
    self.isr = isr
    self.eligibleLeaders = eligibleLeaders
    self.leader = leader
    self.leaderEpoch = leaderEpoch
    self.epoch = epoch
  }

  /// True if `broker` has a replica of it.
  public func hasReplica(on broker: BrokerID) -> Bool { replicas.contains { $0.broker == broker } }
}

/// A topic and its partitions.
public struct Topic: Hashable, Sendable {
  /// Names it for ever.
  public let id: TopicID
  /// Its name at present.
  public let name: TopicName
  /// What the topic sets itself, as the user wrote it.
  public internal(set) var overrides: [String: String]
  /// The configuration that follows from `overrides` and the defaults.
  public internal(set) var configuration: TopicConfiguration
  /// Its partitions, by index without a gap.
  public internal(set) var partitions: [PartitionState]

  /// The state of partition `index`, or nil if the topic has none of that index.
  public subscript(index: PartitionIndex) -> PartitionState? {
    partitions.indices.contains(Int(index.rawValue)) ? partitions[Int(index.rawValue)] : nil
  }
}
