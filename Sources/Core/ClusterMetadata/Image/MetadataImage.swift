public import Model

/// The cluster's metadata as it stands at one offset of the metadata log.
///
/// A value: nodes keep one, fold each committed record into it, and hand out copies. Two nodes that have applied the
/// same records hold equal images.
public struct MetadataImage: Hashable, Sendable {
  /// The offset after the last applied record.
  public internal(set) var endOffset: MetadataOffset = .zero
  /// The level of the formats and rules in use; nil before the cluster exists.
  public internal(set) var featureLevel: FeatureLevel?
  /// Which cluster this is; nil before it exists.
  public internal(set) var cluster: ClusterIdentity?
  /// The first producer id that has not been given out.
  public internal(set) var nextProducerID = ProducerID(0)

  var coordinatorsByID: [CoordinatorID: CoordinatorRegistration] = [:]
  /// The coordinator that became active last; nil before the first did.
  public internal(set) var activeCoordinator: CoordinatorID?
  var brokersByID: [BrokerID: Broker] = [:]
  var groupCoordinatorsByID: [GroupCoordinatorID: GroupCoordinator] = [:]
  var topicsByID: [TopicID: Topic] = [:]
  var topicIDs: [TopicName: TopicID] = [:]
  /// How many partitions all topics have together.
  public internal(set) var partitionCount = 0
  /// The names of all topics in order.
  public internal(set) var topicNames: [TopicName] = []
  /// The owners of the shards of groups, by the index of the shard; empty before `__consumer_offsets` exists.
  public internal(set) var groupShards: [GroupShardOwner] = []
  var rememberedByID: [String: RememberedRequest] = [:]
  /// The remembered requests' ids, oldest first.
  var rememberedOrder: [String] = []

  /// How many requests are remembered; the oldest is forgotten for a new one.
  public static let rememberedRequestsMax = 4096

  /// The image before the first record.
  public init() {}
}

// MARK: - Lookups

extension MetadataImage {
  /// All coordinators that have ever been active, by id.
  public var coordinators: [CoordinatorRegistration] { coordinatorsByID.values.sorted { $0.id < $1.id } }

  /// All registered brokers, by id.
  public var brokers: [Broker] { brokersByID.values.sorted { $0.id < $1.id } }

  /// The broker `id`, if it has ever registered and has not been removed.
  public func broker(_ id: BrokerID) -> Broker? { brokersByID[id] }

  /// All group coordinators that have ever registered, by id.
  public var groupCoordinators: [GroupCoordinator] { groupCoordinatorsByID.values.sorted { $0.id < $1.id } }

  /// The group coordinator `id`, if it has ever registered.
  public func groupCoordinator(_ id: GroupCoordinatorID) -> GroupCoordinator? { groupCoordinatorsByID[id] }

  /// How many topics there are.
  public var topicCount: Int { topicNames.count }

  /// The topic `id`.
  public func topic(_ id: TopicID) -> Topic? { topicsByID[id] }

  /// The topic that is called `name` now.
  public func topic(named name: TopicName) -> Topic? { topicIDs[name].flatMap { topicsByID[$0] } }

  /// The topic that is called `name` now; nil too if that is no name for a topic.
  public func topic(named name: String) -> Topic? {
    guard let name = try? TopicName(name) else { return nil }
    return topic(named: name)
  }

  /// One page of topics by name: those after `name` (from the first on without one), `limit` at most.
  public func topics(after name: TopicName? = nil, limit: Int) -> [Topic] {
    let start = name.map { name in topicNames.partitioningIndex { $0 > name } } ?? 0
    return topicNames[start...].prefix(max(limit, 0)).compactMap { topic(named: $0) }
  }

  /// The state of one partition.
  public func partition(_ place: TopicPartition) -> PartitionState? { topicsByID[place.topic]?[place.partition] }

  /// The partitions of `topic`, by index.
  public func partitions(of topic: Topic) -> [(place: TopicPartition, state: PartitionState)] {
    topic.partitions.enumerated().map { index, state in
      (TopicPartition(topic: topic.id, partition: PartitionIndex(Int32(index))), state)
    }
  }

  /// Every partition for which `condition` holds, by topic name and index.
  public func partitions(
    where condition: (PartitionState) -> Bool
  ) -> [(place: TopicPartition, state: PartitionState)] {
    topicNames.flatMap { name -> [(place: TopicPartition, state: PartitionState)] in
      guard let topic = topic(named: name) else { return [] }
      return partitions(of: topic).filter { condition($0.state) }
    }
  }

  /// Every partition of which `broker` holds a replica, by topic name and index.
  public func partitions(on broker: BrokerID) -> [(place: TopicPartition, state: PartitionState)] {
    partitions { $0.hasReplica(on: broker) }
  }

  /// The shard that keeps `group`, and who owns it; nil before `__consumer_offsets` exists.
  public func groupShard(of group: String) -> (shard: PartitionIndex, owner: GroupShardOwner)? {
    guard !groupShards.isEmpty else { return nil }
    let shard = Model.groupShard(of: group, shardCount: Int32(groupShards.count))
    return (shard, groupShards[Int(shard.rawValue)])
  }

  /// The least number under which the partition may be written, if it is a shard of groups: that of its present owner.
  public func writerEpochMin(of place: TopicPartition) -> Int64? {
    let index = Int(place.partition.rawValue)
    guard groupShards.indices.contains(index), topic(named: Self.consumerOffsetsName)?.id == place.topic else {
      return nil
    }
    return groupShards[index].epoch.writerEpoch(load: 0)
  }

  /// What a request brought about that is remembered under `id`.
  func remembered(_ id: String) -> RememberedRequest? { rememberedByID[id] }
}

extension Array {
  /// The first index whose element satisfies `isAfter`, where all that do come behind all that do not.
  func partitioningIndex(where isAfter: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = low + (high - low) / 2
      if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
