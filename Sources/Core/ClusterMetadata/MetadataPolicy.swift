/// What the operator has settled for the decisions about the cluster's metadata.
public struct MetadataPolicy: Hashable, Sendable {
  /// How long a broker or group coordinator counts as alive after its last heartbeat.
  public var lease: Duration = .seconds(5)
  /// How often they send one.
  public var heartbeatInterval: Duration = .seconds(1)
  /// How many replicas a partition gets where nobody says, if there are brokers enough.
  public var defaultReplicationFactor = 3
  /// How many replicas a partition may have.
  public var replicationFactorMax = 7
  /// How many partitions a topic gets where nobody says.
  public var defaultPartitionCount = 1
  /// How many partitions one topic may have.
  public var partitionsPerTopicMax = 10_000
  /// How many partitions the cluster may have.
  public var partitionsMax = 200_000
  /// How many topics one request may name.
  public var topicsPerRequestMax = 1_000
  /// How many partitions `__consumer_offsets` is created with; it never changes afterwards.
  public var consumerOffsetsPartitionCount = 50
  /// How many partitions are moved to other brokers at a time; the others wait.
  public var movesAtOnceMax = 20
  /// Whether leaders and replicas are spread evenly without being asked.
  public var balances = true
  /// How long the cluster rests between two steps of that.
  public var balancePause: Duration = .seconds(10)
  /// How many leaders change in one step.
  public var leadersPerBalance = 100
  /// How many replicas more than another a broker may hold before some move, if that is under a fifth of what it holds.
  public var imbalanceMax = 4
  /// How many bytes more than another a broker may hold before some move, if that is under a fifth of what it holds.
  public var imbalanceBytesMax = 1 << 30
  /// How many replicas move in one step.
  public var movesPerBalance = 4
  /// How many producer ids a broker is given at once.
  public var producerIDBlock: Int64 = 1_000

  /// The defaults.
  public init() {}
}
