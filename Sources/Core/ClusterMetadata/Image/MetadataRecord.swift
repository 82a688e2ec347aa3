public import Model

/// One fact of the cluster's metadata, as the metadata log keeps it and the feed carries it.
///
/// Records say what has become true, never what was asked for: applying them cannot fail, and applying them in order
/// gives the same image everywhere.
public enum MetadataRecord: Hashable, Sendable {
  /// The cluster uses formats and rules of this level from here on.
  case featureLevelSet(FeatureLevel)
  /// The cluster came into being.
  case clusterCreated(ClusterIdentity)
  /// A coordinator is the active one from here on, and this is what it says of itself.
  case coordinatorActivated(CoordinatorRegistration)
  /// A broker's process registered; it is fenced.
  case brokerRegistered(BrokerRegistration)
  /// A broker became able or unable to lead.
  case brokerAvailabilityChanged(BrokerID, BrokerAvailability)
  /// An operator asked to empty a broker, or took that back.
  case brokerDrainChanged(BrokerID, isDraining: Bool)
  /// Other disk folders of a broker than before are not at work.
  case brokerFoldersChanged(BrokerID, FolderFaults)
  /// A broker is gone for good.
  case brokerRemoved(BrokerID)
  /// A group coordinator's process registered; it is live.
  case groupCoordinatorRegistered(GroupCoordinatorRegistration)
  /// A group coordinator's lease ran out, or holds again.
  case groupCoordinatorLivenessChanged(GroupCoordinatorID, isLive: Bool)
  /// A shard of groups changed its owner.
  case groupShardOwnerChanged(shard: PartitionIndex, GroupShardOwner)
  /// A topic came into being, without partitions yet.
  case topicCreated(TopicID, TopicName, overrides: [String: String])
  /// A topic is gone with all its partitions.
  case topicDeleted(TopicID)
  /// A topic sets exactly these configurations itself from here on.
  case topicConfigurationChanged(TopicID, overrides: [String: String])
  /// A topic has one more partition. The index is the number of partitions it had.
  case partitionCreated(TopicPartition, PartitionState)
  /// A partition is in a new state.
  case partitionChanged(TopicPartition, PartitionState)
  /// All producer ids below this one have been given out.
  case producerIDsAllocated(end: ProducerID)
  /// A request of an administrator has been carried out; asked again, it is answered and not repeated.
  case requestRemembered(RememberedRequest)
}

/// Which cluster this is.
public struct ClusterIdentity: Hashable, Sendable {
  /// Names the cluster for ever; every disk folder carries it.
  public let id: UUID128
  /// The name in the certificates of its nodes.
  public let name: String

  /// The cluster `name`, for ever `id`.
  public init(id: UUID128, name: String) {
    self.id = id
    self.name = name
  }
}

/// What a request of an administrator has brought about.
public struct RememberedRequest: Hashable, Sendable {
  /// The request's own id, made by the caller, with the call's name before it.
  public let id: String
  /// The topics for which it succeeded.
  public let topics: [TopicOutcome]

  /// One topic for which a request succeeded.
  public struct TopicOutcome: Hashable, Sendable {
    /// The topic's name then.
    public let name: String
    /// The topic.
    public let id: TopicID

    /// The request succeeded for the topic `name`, which is `id`.
    public init(name: String, id: TopicID) {
      self.name = name
      self.id = id
    }
  }

  /// The request `id` succeeded for `topics`.
  public init(id: String, topics: [TopicOutcome]) {
    self.id = id
    self.topics = topics
  }
}
