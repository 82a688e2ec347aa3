public import Model

/// A topic as a caller names it.
public enum TopicReference: Hashable, Sendable, CustomStringConvertible {
  /// By its present name.
  case name(String)
  /// By its id.
  case id(TopicID)

  /// The name or the id, cut to what fits into an error.
  public var description: String {
    switch self {
    case .name(let name): "\"\(name.prefix(TopicName.lengthMax))\""
    case .id(let id): "\(id)"
    }
  }
}

/// An administrator wants new topics. Each is created or refused by itself.
public struct CreateTopics: Hashable, Sendable {
  /// Made by the caller, so that a retry is answered and not repeated; nil for none.
  public var requestID: String?
  /// True if nothing is to be created, only checked.
  public var validateOnly: Bool
  /// The topics.
  public var topics: [NewTopic]

  /// One new topic.
  public struct NewTopic: Hashable, Sendable {
    /// The id that it will have: random, made by the shell.
    public var id: TopicID
    /// The name as the user wrote it.
    public var name: String
    /// How many partitions; nil for the cluster's default.
    public var partitionCount: Int?
    /// How many replicas each; nil for the cluster's default.
    public var replicationFactor: Int?
    /// The brokers of each partition, the preferred leader first; nil if the cluster is to choose.
    public var assignments: [[BrokerID]]?
    /// What the topic sets itself.
    public var overrides: [String: String]

    /// The new topic `name`.
    public init(
      id: TopicID, name: String, partitionCount: Int? = nil, replicationFactor: Int? = nil,
      assignments: [[BrokerID]]? = nil, overrides: [String: String] = [:]
    ) {
      self.id = id
      self.name = name
      self.partitionCount = partitionCount
      self.replicationFactor = replicationFactor
      self.assignments = assignments
      self.overrides = overrides
    }
  }

  /// A topic that was, or with `validateOnly` would be, created.
  public struct Created: Hashable, Sendable {
    /// Its id.
    public let id: TopicID
    /// Its name.
    public let name: TopicName
    /// How many partitions it has.
    public let partitionCount: Int
    /// How many replicas each has.
    public let replicationFactor: Int
  }

  /// A wish for `topics`.
  public init(requestID: String? = nil, validateOnly: Bool = false, topics: [NewTopic]) {
    self.requestID = requestID
    self.validateOnly = validateOnly
    self.topics = topics
  }
}

/// An administrator wants topics gone. Each is deleted or refused by itself.
public struct DeleteTopics: Hashable, Sendable {
  /// Made by the caller, so that a retry is answered and not repeated; nil for none.
  public var requestID: String?
  /// True if nothing is to be deleted, only checked.
  public var validateOnly: Bool
  /// The topics.
  public var topics: [TopicReference]

  /// A wish for `topics` to be gone.
  public init(requestID: String? = nil, validateOnly: Bool = false, topics: [TopicReference]) {
    self.requestID = requestID
    self.validateOnly = validateOnly
    self.topics = topics
  }
}

/// An administrator wants topics changed. Each is changed, or refused, by itself.
public struct AlterTopics: Hashable, Sendable {
  /// Made by the caller, so that a retry is answered and not repeated; nil for none.
  public var requestID: String?
  /// True if nothing is to be changed, only checked.
  public var validateOnly: Bool
  /// One change for each topic.
  public var changes: [Change]

  /// What is to be different about one topic.
  public struct Change: Hashable, Sendable {
    /// The topic.
    public var topic: TopicReference
    /// Configurations that it sets itself from now on.
    public var set: [String: String]
    /// Configurations for which the default counts from now on.
    public var unset: [String]
    /// How many partitions it is to have in all, never fewer than it has; nil for as many as now.
    public var partitionCount: Int?
    /// The brokers of each added partition; nil if the cluster is to choose.
    public var assignments: [[BrokerID]]?
    /// How many replicas each partition is to have; nil for as many as now.
    public var replicationFactor: Int?

    /// A change of `topic`.
    public init(
      topic: TopicReference, set: [String: String] = [:], unset: [String] = [], partitionCount: Int? = nil,
      assignments: [[BrokerID]]? = nil, replicationFactor: Int? = nil
    ) {
      self.topic = topic
      self.set = set
      self.unset = unset
      self.partitionCount = partitionCount
      self.assignments = assignments
      self.replicationFactor = replicationFactor
    }
  }

  /// A wish for `changes`.
  public init(requestID: String? = nil, validateOnly: Bool = false, changes: [Change]) {
    self.requestID = requestID
    self.validateOnly = validateOnly
    self.changes = changes
  }
}
