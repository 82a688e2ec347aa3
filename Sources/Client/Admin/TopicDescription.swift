internal import Messages
internal import Model

/// A topic and its partitions.
public struct TopicDescription: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// Its id, a UUID of 36 characters: one that is created again under the same name has another.
  public let id: String
  /// True if it is the cluster's own.
  public let isInternal: Bool
  /// Its partitions, by number.
  public let partitions: [PartitionDescription]
  /// On how many brokers each record lies when all is well.
  public let replicationFactor: Int32
  /// What has been set for this topic alone.
  public let configs: [String: String]

  init(_ message: NewswireV1.TopicDescription) {
    name = message.topic
    id = TopicID(bytes: message.topicID)?.description ?? ""
    isInternal = message.internal
    partitions = message.partitions.map { PartitionDescription($0) }
    replicationFactor = message.replicationFactor
    configs = message.configs
  }
}

/// A partition: where its records lie and who leads it.
public struct PartitionDescription: Hashable, Sendable {
  /// Its number.
  public let partition: Int32
  /// The broker that takes its records; nil: none at the moment.
  public let leader: Int32?
  /// Counts its leaders.
  public let leaderEpoch: Int32
  /// The brokers that hold it, the preferred leader first.
  public let replicas: [Int32]
  /// Those of them that have everything acknowledged.
  public let inSyncReplicas: [Int32]
  /// Those that are not in sync, yet may lead because they hold everything acknowledged.
  public let eligibleLeaders: [Int32]
  /// Those whose broker or disk is not at work.
  public let offlineReplicas: [Int32]
  /// The brokers that are to hold it when a move has ended; empty if none is under way.
  public let targetReplicas: [Int32]

  init(_ message: NewswireV1.PartitionDescription) {
    partition = message.partition
    leader = message.leaderID
    leaderEpoch = message.leaderEpoch
    replicas = message.replicas
    inSyncReplicas = message.inSyncReplicas
    eligibleLeaders = message.eligibleLeaders
    offlineReplicas = message.offlineReplicas
    targetReplicas = message.targetReplicas
  }
}

/// A key of the configuration and all that there is to know about it.
public struct ConfigEntry: Hashable, Sendable {
  /// Where a value was set.
  public enum Source: String, Hashable, Sendable {
    /// Nowhere: it is the built-in default.
    case builtIn = "default"
    /// For the topic.
    case topic
    /// For the whole cluster.
    case cluster
    /// Not known.
    case unknown
  }

  /// Its name, such as `retention.ms`.
  public let name: String
  /// The value in force.
  public let value: String
  /// The value it has when nobody sets it.
  public let defaultValue: String
  /// Where the value in force was set.
  public let source: Source
  /// What kind of value it takes.
  public let type: String
  /// What it means, and when one would change it.
  public let meaning: String

  init(_ message: NewswireV1.ConfigEntry) {
    name = message.name
    value = message.value
    defaultValue = message.defaultValue
    type = message.type
    meaning = message.meaning
    source =
      switch message.source {
      case .default: .builtIn
      case .topic: .topic
      case .cluster: .cluster
      default: .unknown
      }
  }
}
