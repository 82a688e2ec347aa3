/// How a member of a group reads and commits.
public struct GroupConsumerOptions: Sendable {
  /// Where a partition is read from for which the group has no offset yet, or whose offset lies outside the log.
  public var resetPolicy = ResetPolicy.earliest
  /// How often what was dealt with is committed by itself; nil: never, you call `commit`.
  ///
  /// A record counts as dealt with when the next one is asked for. It is committed too when partitions are given up and
  /// when the member closes.
  public var autoCommitInterval: Duration? = .seconds(5)
  /// Makes the member a static one: under the same name it gets its partitions back when it returns in time.
  public var instanceID: String?
  /// How partitions are shared out: "uniform" or "range"; nil: as the group does already, at first uniform.
  public var assignor: String?
  /// How long the member may take to give up partitions before it is thrown out.
  public var rebalanceTimeout: Duration = .seconds(300)
  /// How records are read.
  public var consuming = ConsumerOptions()
  /// What to call when partitions come and go.
  public var listener = RebalanceListener()

  /// The defaults.
  public init() {}
}

/// What a program does when its partitions change. Heartbeats go on meanwhile.
public struct RebalanceListener: Sendable {
  /// The member begins to read these.
  public var onAssigned: @Sendable ([TopicPartition]) async -> Void
  /// The member gives these up: their records are not delivered any more, and can be committed in here for the last time.
  public var onRevoked: @Sendable ([TopicPartition]) async -> Void
  /// These were taken away because the group had not heard from the member: others may read them already.
  public var onLost: @Sendable ([TopicPartition]) async -> Void

  /// A listener that does what it is given.
  public init(
    onAssigned: @escaping @Sendable ([TopicPartition]) async -> Void = { _ in },
    onRevoked: @escaping @Sendable ([TopicPartition]) async -> Void = { _ in },
    onLost: @escaping @Sendable ([TopicPartition]) async -> Void = { _ in }
  ) {
    self.onAssigned = onAssigned
    self.onRevoked = onRevoked
    self.onLost = onLost
  }
}
