public import Model

/// Everything that nodes and administrators ask of the active coordinator and that can change the metadata.
///
/// What only reads is answered from the committed image.
public enum MetadataRequest: Hashable, Sendable {
  /// A broker's process begins.
  case registerBroker(RegisterBroker)
  /// A broker lives.
  case brokerHeartbeat(BrokerHeartbeat)
  /// A leader asks for another in-sync set.
  case alterPartitions(AlterPartitions)
  /// A broker needs ids for idempotent producers.
  case allocateProducerIDs(BrokerID, BrokerEpoch)
  /// A group coordinator's process begins.
  case registerGroupCoordinator(RegisterGroupCoordinator)
  /// A group coordinator lives.
  case groupCoordinatorHeartbeat(GroupCoordinatorHeartbeat)
  /// `__consumer_offsets` is needed; it is created as the topic of this id unless it exists.
  case ensureConsumerOffsets(TopicID)
  /// An administrator wants new topics.
  case createTopics(CreateTopics)
  /// An administrator wants topics gone.
  case deleteTopics(DeleteTopics)
  /// An administrator wants topics changed.
  case alterTopics(AlterTopics)
  /// An administrator wants other leaders.
  case electLeaders(ElectLeaders)
  /// An administrator wants partitions moved to other brokers.
  case reassignPartitions(ReassignPartitions)
  /// An administrator wants a broker empty, or no longer so.
  case drainBroker(BrokerID, isDraining: Bool, validateOnly: Bool)
  /// An administrator has taken a broker away for good.
  case removeBroker(BrokerID, validateOnly: Bool)
}

/// The answer to a `MetadataRequest`, in the case of the same name.
public enum MetadataReply: Hashable, Sendable {
  /// The broker is registered under this epoch, in this cluster.
  case brokerRegistered(BrokerEpoch, ClusterIdentity)
  /// The broker's lease holds anew.
  case brokerHeartbeat(BrokerHeartbeat.Reply)
  /// Each partition's state after the change, in the order of the request.
  case partitionsAltered([Result<PartitionState, Refusal>])
  /// The ids are the broker's to give out.
  case producerIDsAllocated(Range<Int64>)
  /// The group coordinator is registered under this epoch, in this cluster.
  case groupCoordinatorRegistered(GroupCoordinatorEpoch, ClusterIdentity)
  /// The group coordinator's lease holds anew.
  case groupCoordinatorHeartbeat(GroupCoordinatorHeartbeat.Reply)
  /// `__consumer_offsets` exists and is this topic.
  case consumerOffsets(TopicID)
  /// What became of each topic, in the order of the request.
  case topicsCreated([Result<CreateTopics.Created, Refusal>])
  /// The id of each deleted topic, in the order of the request.
  case topicsDeleted([Result<TopicID, Refusal>])
  /// The id of each changed topic, in the order of the request.
  case topicsAltered([Result<TopicID, Refusal>])
  /// Who leads each partition now, in the order of the request.
  case leadersElected([ElectLeaders.Outcome])
  /// Each partition's state after the move was decided, in the order of the request.
  case partitionsReassigned([Result<PartitionState, Refusal>])
  /// What a draining broker still holds.
  case brokerDrained(BrokerLoad)
  /// The broker is forgotten.
  case brokerRemoved
}

/// A broker's process begins: who it is and what it has.
public struct RegisterBroker: Hashable, Sendable {
  /// What it tells of itself; the epoch in it is ignored.
  public var registration: BrokerRegistration
  /// The cluster that its disk folders belong to; nil if they are new.
  public var clusterID: UUID128?
  /// The feature levels that its program understands.
  public var featureLevels: ClosedRange<FeatureLevel>
  /// Replicas that hold less than an earlier process had safely on disk, and how far they go.
  public var damaged: [TopicPartition: LogPosition]

  /// A broker that asks to be registered.
  public init(
    registration: BrokerRegistration, clusterID: UUID128?,
    featureLevels: ClosedRange<FeatureLevel> = .first ... .first, damaged: [TopicPartition: LogPosition] = [:]
  ) {
    self.registration = registration
    self.clusterID = clusterID
    self.featureLevels = featureLevels
    self.damaged = damaged
  }
}

/// A replica has been found to hold less than it had, by a process that goes on.
public struct FoundDamage: Hashable, Sendable {
  /// What is left of it.
  public var end: LogPosition
  /// The newest leader epoch that its broker knew then. In a later one nobody counts on what it once held.
  public var leaderEpoch: LeaderEpoch

  /// The part before `end` is left, found in `leaderEpoch`.
  public init(end: LogPosition, leaderEpoch: LeaderEpoch) {
    self.end = end
    self.leaderEpoch = leaderEpoch
  }
}

/// A broker lives, and this is how far it is.
public struct BrokerHeartbeat: Hashable, Sendable {
  /// The broker.
  public var id: BrokerID
  /// The epoch of its registration.
  public var epoch: BrokerEpoch
  /// The offset after the last metadata record that it has applied.
  public var appliedEndOffset: MetadataOffset
  /// True if it wants to stop and asks for its leaderships to be moved.
  public var wantsShutdown: Bool
  /// Which of its disk folders are not at work.
  public var folderFaults: FolderFaults
  /// Replicas that have been found to hold less than they had.
  public var damaged: [TopicPartition: FoundDamage]
  /// How many bytes partitions have that it leads: not all of them in each heartbeat.
  public var sizes: [TopicPartition: Int]

  /// A heartbeat of broker `id`.
  public init(
    id: BrokerID, epoch: BrokerEpoch, appliedEndOffset: MetadataOffset, wantsShutdown: Bool = false,
    folderFaults: FolderFaults = FolderFaults(), damaged: [TopicPartition: FoundDamage] = [:],
    sizes: [TopicPartition: Int] = [:]
  ) {
    self.sizes = sizes
    self.id = id
    self.epoch = epoch
    self.appliedEndOffset = appliedEndOffset
    self.wantsShutdown = wantsShutdown
    self.folderFaults = folderFaults
    self.damaged = damaged
  }

  /// What the broker should know.
  public struct Reply: Hashable, Sendable {
    /// Whether it can lead.
    public let availability: BrokerAvailability
    /// True if it may stop now: what others can lead has been moved to them.
    public let mayShutDown: Bool
    /// How long the lease holds from the sending of the heartbeat.
    public let lease: Duration
  }
}

/// A leader asks for other in-sync sets.
public struct AlterPartitions: Hashable, Sendable {
  /// The leader's broker.
  public var broker: BrokerID
  /// The epoch of its registration.
  public var brokerEpoch: BrokerEpoch
  /// One change for each partition.
  public var changes: [Change]

  /// One partition's in-sync set as its leader wants it.
  public struct Change: Hashable, Sendable {
    /// The partition.
    public var partition: TopicPartition
    /// The epoch in which the sender leads it.
    public var leaderEpoch: LeaderEpoch
    /// The partition's epoch on which the proposal builds.
    public var partitionEpoch: PartitionEpoch
    /// The proposed members, each with the registration in which it was seen to be in sync.
    public var isr: [Member]

    /// The proposal `isr` for `partition`.
    public init(
      partition: TopicPartition, leaderEpoch: LeaderEpoch, partitionEpoch: PartitionEpoch, isr: [Member]
    ) {
      self.partition = partition
      self.leaderEpoch = leaderEpoch
      self.partitionEpoch = partitionEpoch
      self.isr = isr
    }
  }

  /// A member of a proposed in-sync set.
  public struct Member: Hashable, Sendable {
    /// The replica's broker.
    public var broker: BrokerID
    /// The registration in which the leader saw it in sync.
    public var epoch: BrokerEpoch

    /// `broker`, registered under `epoch`.
    public init(broker: BrokerID, epoch: BrokerEpoch) {
      self.broker = broker
      self.epoch = epoch
    }
  }

  /// The changes that `broker` asks for.
  public init(broker: BrokerID, brokerEpoch: BrokerEpoch, changes: [Change]) {
    self.broker = broker
    self.brokerEpoch = brokerEpoch
    self.changes = changes
  }
}

/// A group coordinator's process begins: who it is.
public struct RegisterGroupCoordinator: Hashable, Sendable {
  /// What it tells of itself; the epoch in it is ignored.
  public var registration: GroupCoordinatorRegistration
  /// The cluster that it was told it belongs to; nil if it does not know yet.
  public var clusterID: UUID128?
  /// The feature levels that its program understands.
  public var featureLevels: ClosedRange<FeatureLevel>

  /// A group coordinator that asks to be registered.
  public init(
    registration: GroupCoordinatorRegistration, clusterID: UUID128? = nil,
    featureLevels: ClosedRange<FeatureLevel> = .first ... .first
  ) {
    self.registration = registration
    self.clusterID = clusterID
    self.featureLevels = featureLevels
  }
}

/// A group coordinator lives.
public struct GroupCoordinatorHeartbeat: Hashable, Sendable {
  /// The group coordinator.
  public var id: GroupCoordinatorID
  /// The epoch of its registration.
  public var epoch: GroupCoordinatorEpoch
  /// True if it wants to stop and asks for its shards to be moved.
  public var wantsShutdown: Bool

  /// A heartbeat of group coordinator `id`.
  public init(id: GroupCoordinatorID, epoch: GroupCoordinatorEpoch, wantsShutdown: Bool = false) {
    self.id = id
    self.epoch = epoch
    self.wantsShutdown = wantsShutdown
  }

  /// What the group coordinator should know.
  public struct Reply: Hashable, Sendable {
    /// True if it may stop now: its shards are with others, or nobody else lives.
    public let mayShutDown: Bool
    /// How long the lease holds from the sending of the heartbeat.
    public let lease: Duration
  }
}

/// What a broker holds.
public struct BrokerLoad: Hashable, Sendable {
  /// How many partitions have a replica on it.
  public let replicaCount: Int
  /// How many it leads.
  public let leaderCount: Int
}
