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

/// A replica that came back with less than it had safely on disk, and what is left of it.
public struct DamagedReplica: Hashable, Sendable {
  /// The broker that holds it.
  public let broker: BrokerID
  /// How far its log goes.
  public let end: LogPosition

  /// The replica on `broker`, of which the part before `end` is left.
  public init(broker: BrokerID, end: LogPosition) {
    self.broker = broker
    self.end = end
  }
}

/// How far a log goes. Of two logs of a partition the one with the greater position holds more of what was acknowledged
/// last: the later epoch counts before the later offset.
public struct LogPosition: Hashable, Comparable, Sendable {
  /// The leader epoch of the last batch; nil if there is none.
  public let lastEpoch: LeaderEpoch?
  /// The end of the log, exclusive.
  public let endOffset: Offset

  /// A log that ends at `endOffset`, with a batch of `lastEpoch`.
  public init(lastEpoch: LeaderEpoch?, endOffset: Offset) {
    self.lastEpoch = lastEpoch
    self.endOffset = endOffset
  }

  /// The position of a log that holds nothing.
  public static let nothing = LogPosition(lastEpoch: nil, endOffset: .zero)

  /// True if a log that ends at `left` holds less.
  public static func < (left: LogPosition, right: LogPosition) -> Bool {
    let (one, other) = (left.lastEpoch?.rawValue ?? -1, right.lastEpoch?.rawValue ?? -1)
    return (one, left.endOffset) < (other, right.endOffset)
  }
}

/// Everything that the metadata says of one partition.
///
/// `leader` is in `isr`, `isr` and `eligibleLeaders` are disjoint parts of `replicas`, and `isr` is never empty once
/// the partition exists: its last members stay in it even while they are down, because they hold what was
/// acknowledged. Only the coordinator changes it.
public struct PartitionState: Hashable, Sendable {
  /// Where the replicas are; the first is the preferred leader.
  public internal(set) var replicas: [ReplicaPlace]
  /// The replicas that hold everything acknowledged, in the order of `replicas`.
  public internal(set) var isr: [BrokerID]
  /// Replicas that left the in-sync set when it was at its least, and still hold everything acknowledged.
  public internal(set) var eligibleLeaders: [BrokerID]
  /// Members of `isr` and `eligibleLeaders` that came back with less than they had, while none of the others was there
  /// to lead. They lead only when all members are like that and have come back: then the one that holds most does.
  public internal(set) var damaged: [DamagedReplica]
  /// The brokers that shall hold it in the end, the preferred leader first; empty if nothing is being moved.
  public internal(set) var target: [BrokerID]
  /// Those of `replicas` that were added to become members of `target`. Empty while a move waits for its turn.
  public internal(set) var adding: [BrokerID]
  /// Who leads; nil while nobody can.
  public internal(set) var leader: BrokerID?
  /// Rises with each change of leader, and when a leader's broker registers again.
  public internal(set) var leaderEpoch: LeaderEpoch
  /// Rises with each change of anything here.
  public internal(set) var epoch: PartitionEpoch

  /// A partition in exactly this state.
  public init(
    replicas: [ReplicaPlace], isr: [BrokerID], eligibleLeaders: [BrokerID] = [], damaged: [DamagedReplica] = [],
    target: [BrokerID] = [], adding: [BrokerID] = [], leader: BrokerID?, leaderEpoch: LeaderEpoch,
    epoch: PartitionEpoch
  ) {
    self.replicas = replicas
    self.isr = isr
    self.eligibleLeaders = eligibleLeaders
    self.damaged = damaged
    self.target = target
    self.adding = adding
    self.leader = leader
    self.leaderEpoch = leaderEpoch
    self.epoch = epoch
  }

  /// On how many brokers each record lies when all is well; replicas that are being added do not count yet.
  public var replicationFactor: Int { replicas.count - adding.count }

  /// The disk folder in which `broker` has its replica; nil if it has none, or has not chosen yet.
  public func folder(on broker: BrokerID) -> UUID128? { replicas.first { $0.broker == broker }?.folder }

  /// True if `broker` has a replica of it.
  public func hasReplica(on broker: BrokerID) -> Bool { replicas.contains { $0.broker == broker } }

  /// True if `broker` has a replica of it, or shall have one.
  public func concerns(_ broker: BrokerID) -> Bool { hasReplica(on: broker) || target.contains(broker) }

  /// The state after `change`: the partition's epoch rises if anything differs, the leader's if the leader does, or if a
  /// replica goes. It may come back with nothing, and no leader must believe then that it holds what it once held.
  func after(_ change: (inout PartitionState) -> Void) -> PartitionState {
    var next = self
    change(&next)
    guard next != self else { return self }
    let isSmaller = !replicas.allSatisfy { next.hasReplica(on: $0.broker) }
    if next.leader != leader || isSmaller { next.leaderEpoch = max(next.leaderEpoch, leaderEpoch.next) }
    next.epoch = epoch.next
    return next
  }
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
