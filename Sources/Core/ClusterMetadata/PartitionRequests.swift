public import Model

/// An administrator wants other leaders.
public struct ElectLeaders: Hashable, Sendable {
  /// Which partitions; nil for all whose preferred replica does not lead.
  public var partitions: [Target]?
  /// Who may become leader.
  public var kind: Kind
  /// True if nothing is to be changed, only checked.
  public var validateOnly: Bool

  /// The partitions are to have the leaders that `kind` allows.
  public init(partitions: [Target]?, kind: Kind = .preferred, validateOnly: Bool = false) {
    self.partitions = partitions
    self.kind = kind
    self.validateOnly = validateOnly
  }

  /// Who may become leader.
  public enum Kind: Hashable, Sendable {
    /// The first of the replicas, if it is in sync.
    case preferred
    /// For a partition that nobody leads: any replica that lives and whose end is known. Acknowledged records may be lost.
    case unclean([TopicPartition: [BrokerID: LogPosition]])
  }

  /// One partition as the administrator names it.
  public struct Target: Hashable, Sendable {
    /// The topic.
    public var topic: TopicReference
    /// The partition.
    public var partition: PartitionIndex

    /// Partition `partition` of `topic`.
    public init(topic: TopicReference, partition: PartitionIndex) {
      self.topic = topic
      self.partition = partition
    }
  }

  /// What became of one partition.
  public struct Outcome: Hashable, Sendable {
    /// The partition as the administrator named it.
    public let target: Target
    /// Who leads it now.
    public let leader: Result<BrokerID, Refusal>
    /// After an unclean election: how far the leader's log goes. What was acknowledged behind it is lost.
    public var end: LogPosition?
    /// After an unclean election: who may hold acknowledged records which the leader does not hold.
    public var passedOver: [BrokerID] = []
  }
}

/// An administrator wants partitions moved to other brokers, or moves ended. Each is decided by itself.
public struct ReassignPartitions: Hashable, Sendable {
  /// The moves.
  public var moves: [Move]
  /// True if nothing is to be changed, only checked.
  public var validateOnly: Bool

  /// A wish for `moves`.
  public init(moves: [Move], validateOnly: Bool = false) {
    self.moves = moves
    self.validateOnly = validateOnly
  }

  /// Where one partition shall lie.
  public struct Move: Hashable, Sendable {
    /// The partition as the administrator names it.
    public var target: ElectLeaders.Target
    /// The brokers that shall hold it, the preferred leader first; empty to end a move and stay as before.
    public var replicas: [BrokerID]

    /// `target` shall lie on `replicas`.
    public init(_ target: ElectLeaders.Target, to replicas: [BrokerID]) {
      self.target = target
      self.replicas = replicas
    }
  }
}
