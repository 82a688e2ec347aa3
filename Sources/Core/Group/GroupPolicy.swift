/// What the operator has settled for the decisions about groups.
public struct GroupPolicy: Hashable, Sendable {
  /// How often members send a heartbeat.
  public var heartbeatInterval: Duration = .seconds(5)
  /// How long a member may be silent before its partitions go to others.
  public var sessionTimeout: Duration = .seconds(45)
  /// How long a member may take to give up partitions where it does not say.
  public var defaultRebalanceTimeout: Duration = .seconds(300)
  /// The longest that a member may take to give up partitions.
  public var rebalanceTimeoutMax: Duration = .seconds(1800)
  /// How long a held heartbeat waits at most while the member does not own what it has been told to.
  public var unsettledHoldMax: Duration = .milliseconds(500)
  /// How many members a group may have.
  public var membersPerGroupMax = 1_000
  /// How many groups a shard may have.
  public var groupsPerShardMax = 20_000
  /// How many topics a member may subscribe to.
  public var subscriptionMax = 1_000
  /// How many partitions one request may name.
  public var partitionsPerRequestMax = 10_000
  /// How long the text that goes with a committed offset may be.
  public var offsetMetadataBytesMax = 4_096
  /// How long offsets are kept after the group has become empty, or was last committed to without members.
  public var offsetsRetention: Duration = .seconds(7 * 86_400)
  /// How often offsets that need not be kept are looked for.
  public var expiryInterval: Duration = .seconds(600)

  /// The defaults.
  public init() {}
}
