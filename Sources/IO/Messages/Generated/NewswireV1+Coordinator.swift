// swift-format-ignore-file
// Generated from newswire/v1/coordinator.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CMessages

extension NewswireV1 {
  /// Where a value was set.
  public struct ConfigSource: RawRepresentable, Hashable, Sendable {
    /// The number on the wire; one that is not listed here comes from a newer program.
    public var rawValue: Int32
    /// The value with this number.
    public init(rawValue: Int32) { self.rawValue = rawValue }
    /// Not said; never in an answer.
    public static let unspecified = Self(rawValue: 0)
    /// Nowhere: it is the built-in default.
    public static let `default` = Self(rawValue: 1)
    /// For this topic.
    public static let topic = Self(rawValue: 2)
    /// For the whole cluster.
    public static let cluster = Self(rawValue: 3)
  }

  /// Who may become leader.
  public struct ElectionKind: RawRepresentable, Hashable, Sendable {
    /// The number on the wire; one that is not listed here comes from a newer program.
    public var rawValue: Int32
    /// The value with this number.
    public init(rawValue: Int32) { self.rawValue = rawValue }
    /// The same as ELECTION_KIND_PREFERRED.
    public static let unspecified = Self(rawValue: 0)
    /// The first of the partition's replicas, if it is in sync.
    public static let preferred = Self(rawValue: 1)
    /// Any replica that lives, for a partition that would have no leader otherwise. **Acknowledged records may be lost**:
    /// the one with the greatest last leader epoch and end is taken, and what only others had is gone. The partitions must
    /// be named.
    public static let unclean = Self(rawValue: 2)
  }

  /// Asks for new topics.
  public struct CreateTopicsRequest: Message {
    /// The topics; at most 1,000.
    public var topics: [NewswireV1.NewTopic] = []
    /// Only check, change nothing.
    public var validateOnly: Bool = false
    /// Makes the call safe to repeat; see the service.
    public var requestID: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topics: [NewswireV1.NewTopic] = [],
      validateOnly: Bool = false,
      requestID: String = ""
    ) {
      self.topics = topics
      self.validateOnly = validateOnly
      self.requestID = requestID
    }
  }

  /// A topic to be made.
  public struct NewTopic: Message {
    /// Its name: 1 to 249 of the characters a-z, A-Z, 0-9, '.', '_', '-'; not "." or "..".
    public var name: String = ""
    /// How many partitions; 0: the cluster's default (1). At most 10,000.
    public var partitions: Int32 = 0
    /// On how many brokers each record lies; 0: the cluster's default, which is 3, or as many as there are brokers if
    /// fewer.
    public var replicationFactor: Int32 = 0
    /// Where its partitions lie, if the caller wants to say so: one for each partition, and then `partitions` and
    /// `replication_factor` are 0 or agree. Empty: spread over brokers and racks.
    public var assignments: [NewswireV1.ReplicaAssignment] = []
    /// Configuration that differs from the defaults, such as "retention.ms" to "3600000". `DescribeConfigs` lists the
    /// keys.
    public var configs: [String: String] = [:]

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      name: String = "",
      partitions: Int32 = 0,
      replicationFactor: Int32 = 0,
      assignments: [NewswireV1.ReplicaAssignment] = [],
      configs: [String: String] = [:]
    ) {
      self.name = name
      self.partitions = partitions
      self.replicationFactor = replicationFactor
      self.assignments = assignments
      self.configs = configs
    }
  }

  /// Where one partition lies.
  public struct ReplicaAssignment: Message {
    /// The partition's number.
    public var partition: Int32 = 0
    /// The ids of the brokers that hold it, the preferred leader first; none twice.
    public var replicas: [Int32] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      partition: Int32 = 0,
      replicas: [Int32] = []
    ) {
      self.partition = partition
      self.replicas = replicas
    }
  }

  /// The topics that were made.
  public struct CreateTopicsResponse: Message {
    /// One for each of the request, in its order.
    public var topics: [NewswireV1.CreatedTopic] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topics: [NewswireV1.CreatedTopic] = []
    ) {
      self.topics = topics
    }
  }

  /// A topic that was made, or why not.
  public struct CreatedTopic: Message {
    /// Its name.
    public var topic: String = ""
    /// Its id, 16 bytes; empty with `validate_only`.
    public var topicID: [UInt8] = []
    /// How many partitions it has.
    public var partitions: Int32 = 0
    /// On how many brokers each record lies.
    public var replicationFactor: Int32 = 0
    /// Set if it was refused.
    public var error: NewswireV1.ErrorDetail? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partitions: Int32 = 0,
      replicationFactor: Int32 = 0,
      error: NewswireV1.ErrorDetail? = nil
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partitions = partitions
      self.replicationFactor = replicationFactor
      self.error = error
    }
  }

  /// Asks for the end of topics.
  public struct DeleteTopicsRequest: Message {
    /// The topics; at most 1,000.
    public var topics: [NewswireV1.TopicReference] = []
    /// Only check, change nothing.
    public var validateOnly: Bool = false
    /// Makes the call safe to repeat; see the service.
    public var requestID: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topics: [NewswireV1.TopicReference] = [],
      validateOnly: Bool = false,
      requestID: String = ""
    ) {
      self.topics = topics
      self.validateOnly = validateOnly
      self.requestID = requestID
    }
  }

  /// What became of them.
  public struct DeleteTopicsResponse: Message {
    /// One for each of the request, in its order.
    public var topics: [NewswireV1.DeletedTopic] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topics: [NewswireV1.DeletedTopic] = []
    ) {
      self.topics = topics
    }
  }

  /// A topic that was deleted, or why not.
  public struct DeletedTopic: Message {
    /// Its name.
    public var topic: String = ""
    /// Its id, 16 bytes.
    public var topicID: [UInt8] = []
    /// Set if it was refused.
    public var error: NewswireV1.ErrorDetail? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      error: NewswireV1.ErrorDetail? = nil
    ) {
      self.topic = topic
      self.topicID = topicID
      self.error = error
    }
  }

  /// Asks for changes of topics.
  public struct AlterTopicsRequest: Message {
    /// The changes; at most 1,000, one for a topic.
    public var topics: [NewswireV1.TopicAlteration] = []
    /// Only check, change nothing.
    public var validateOnly: Bool = false
    /// Makes the call safe to repeat; see the service.
    public var requestID: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topics: [NewswireV1.TopicAlteration] = [],
      validateOnly: Bool = false,
      requestID: String = ""
    ) {
      self.topics = topics
      self.validateOnly = validateOnly
      self.requestID = requestID
    }
  }

  /// What shall be different about one topic. All of it happens, or nothing.
  public struct TopicAlteration: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes; may stand instead of the name.
    public var topicID: [UInt8] = []
    /// Configuration to set; keys that are not named stay as they are.
    public var setConfigs: [String: String] = [:]
    /// Keys that shall have their default again.
    public var resetConfigs: [String] = []
    /// How many partitions there shall be in all; 0: as many as now.
    public var partitions: Int32 = 0
    /// Where the new partitions lie, if the caller wants to say so: one for each new one.
    public var assignments: [NewswireV1.ReplicaAssignment] = []
    /// On how many brokers each record shall lie; 0: as many as now. Replicas are added or taken away as
    /// `ReassignPartitions` does it.
    public var replicationFactor: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      setConfigs: [String: String] = [:],
      resetConfigs: [String] = [],
      partitions: Int32 = 0,
      assignments: [NewswireV1.ReplicaAssignment] = [],
      replicationFactor: Int32 = 0
    ) {
      self.topic = topic
      self.topicID = topicID
      self.setConfigs = setConfigs
      self.resetConfigs = resetConfigs
      self.partitions = partitions
      self.assignments = assignments
      self.replicationFactor = replicationFactor
    }
  }

  /// What became of it.
  public struct AlterTopicsResponse: Message {
    /// One for each of the request, in its order.
    public var topics: [NewswireV1.AlteredTopic] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topics: [NewswireV1.AlteredTopic] = []
    ) {
      self.topics = topics
    }
  }

  /// A topic that was changed, or why not.
  public struct AlteredTopic: Message {
    /// Its name.
    public var topic: String = ""
    /// Its id, 16 bytes.
    public var topicID: [UInt8] = []
    /// How many partitions it has now.
    public var partitions: Int32 = 0
    /// Set if it was refused.
    public var error: NewswireV1.ErrorDetail? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partitions: Int32 = 0,
      error: NewswireV1.ErrorDetail? = nil
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partitions = partitions
      self.error = error
    }
  }

  /// Asks what is configured.
  public struct DescribeConfigsRequest: Message {
    /// Of which topics, at most 1,000; none means: the defaults that a new topic would have.
    public var topics: [NewswireV1.TopicReference] = []
    /// Only these keys, which must exist; none means all.
    public var keys: [String] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topics: [NewswireV1.TopicReference] = [],
      keys: [String] = []
    ) {
      self.topics = topics
      self.keys = keys
    }
  }

  /// What is configured.
  public struct DescribeConfigsResponse: Message {
    /// One for each topic of the request, in its order, or a single one without a name for the defaults.
    public var topics: [NewswireV1.TopicConfigs] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topics: [NewswireV1.TopicConfigs] = []
    ) {
      self.topics = topics
    }
  }

  /// One topic's configuration.
  public struct TopicConfigs: Message {
    /// The topic's name; empty for the defaults of new topics.
    public var topic: String = ""
    /// The topic's id, 16 bytes; empty for the defaults of new topics.
    public var topicID: [UInt8] = []
    /// The keys, sorted by name.
    public var configs: [NewswireV1.ConfigEntry] = []
    /// Set if the topic could not be described.
    public var error: NewswireV1.ErrorDetail? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      configs: [NewswireV1.ConfigEntry] = [],
      error: NewswireV1.ErrorDetail? = nil
    ) {
      self.topic = topic
      self.topicID = topicID
      self.configs = configs
      self.error = error
    }
  }

  /// A key and all that there is to know about it.
  public struct ConfigEntry: Message {
    /// Its name, such as "retention.ms".
    public var name: String = ""
    /// The value in force.
    public var value: String = ""
    /// The value that it has when nobody sets it.
    public var defaultValue: String = ""
    /// Where the value in force was set.
    public var source: NewswireV1.ConfigSource = .init(rawValue: 0)
    /// What kind of value it takes, such as "int64" or "one of: delete, compact".
    public var type: String = ""
    /// What it means, in which unit, and when one would change it.
    public var meaning: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      name: String = "",
      value: String = "",
      defaultValue: String = "",
      source: NewswireV1.ConfigSource = .init(rawValue: 0),
      type: String = "",
      meaning: String = ""
    ) {
      self.name = name
      self.value = value
      self.defaultValue = defaultValue
      self.source = source
      self.type = type
      self.meaning = meaning
    }
  }

  /// Asks for new leaders.
  public struct ElectLeadersRequest: Message {
    /// Of which partitions, at most 10,000; none means: of all that have another leader than the preferred one.
    public var partitions: [NewswireV1.PartitionReference] = []
    /// Who may become leader.
    public var kind: NewswireV1.ElectionKind = .init(rawValue: 0)
    /// Only check, change nothing.
    public var validateOnly: Bool = false
    /// Makes the call safe to repeat; see the service.
    public var requestID: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      partitions: [NewswireV1.PartitionReference] = [],
      kind: NewswireV1.ElectionKind = .init(rawValue: 0),
      validateOnly: Bool = false,
      requestID: String = ""
    ) {
      self.partitions = partitions
      self.kind = kind
      self.validateOnly = validateOnly
      self.requestID = requestID
    }
  }

  /// Who leads now.
  public struct ElectLeadersResponse: Message {
    /// One for each partition of the request, in its order; or, if it named none, for each that changed.
    public var partitions: [NewswireV1.ElectedLeader] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      partitions: [NewswireV1.ElectedLeader] = []
    ) {
      self.partitions = partitions
    }
  }

  /// A partition's leader after the election.
  public struct ElectedLeader: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition's number.
    public var partition: Int32 = 0
    /// The broker that leads it now.
    public var leaderID: Int32 = 0
    /// The leader's epoch.
    public var leaderEpoch: Int32 = 0
    /// Set if it was refused.
    public var error: NewswireV1.ErrorDetail? = nil
    /// After an unclean election: the end of the leader's log. What was acknowledged behind it is lost.
    public var logEndOffset: Int64 = 0
    /// After an unclean election: the brokers that may hold acknowledged records which the leader does not hold.
    public var passedOver: [Int32] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      leaderID: Int32 = 0,
      leaderEpoch: Int32 = 0,
      error: NewswireV1.ErrorDetail? = nil,
      logEndOffset: Int64 = 0,
      passedOver: [Int32] = []
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partition = partition
      self.leaderID = leaderID
      self.leaderEpoch = leaderEpoch
      self.error = error
      self.logEndOffset = logEndOffset
      self.passedOver = passedOver
    }
  }

  /// Asks for partitions to be moved.
  public struct ReassignPartitionsRequest: Message {
    /// The moves; at most 10,000.
    public var partitions: [NewswireV1.PartitionReassignment] = []
    /// Only check, change nothing.
    public var validateOnly: Bool = false
    /// Makes the call safe to repeat; see the service.
    public var requestID: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      partitions: [NewswireV1.PartitionReassignment] = [],
      validateOnly: Bool = false,
      requestID: String = ""
    ) {
      self.partitions = partitions
      self.validateOnly = validateOnly
      self.requestID = requestID
    }
  }

  /// Where one partition shall lie.
  public struct PartitionReassignment: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes; may stand instead of the name.
    public var topicID: [UInt8] = []
    /// The partition's number.
    public var partition: Int32 = 0
    /// The ids of the brokers that shall hold it, the preferred leader first. Empty: end a move that is under way, and
    /// stay with the replicas of before.
    public var replicas: [Int32] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      replicas: [Int32] = []
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partition = partition
      self.replicas = replicas
    }
  }

  /// What became of it.
  public struct ReassignPartitionsResponse: Message {
    /// One for each of the request, in its order.
    public var partitions: [NewswireV1.ReassignedPartition] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      partitions: [NewswireV1.ReassignedPartition] = []
    ) {
      self.partitions = partitions
    }
  }

  /// A partition whose move has begun, or why not.
  public struct ReassignedPartition: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition's number.
    public var partition: Int32 = 0
    /// The brokers that hold it now.
    public var replicas: [Int32] = []
    /// The brokers that shall hold it in the end; empty if nothing is being moved.
    public var targetReplicas: [Int32] = []
    /// Set if it was refused.
    public var error: NewswireV1.ErrorDetail? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      replicas: [Int32] = [],
      targetReplicas: [Int32] = [],
      error: NewswireV1.ErrorDetail? = nil
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partition = partition
      self.replicas = replicas
      self.targetReplicas = targetReplicas
      self.error = error
    }
  }

  /// Asks for a broker to be emptied.
  public struct DrainBrokerRequest: Message {
    /// The broker.
    public var brokerID: Int32 = 0
    /// End the draining instead: the broker may hold new partitions again. What has moved stays where it is.
    public var cancel: Bool = false
    /// Only check, change nothing: tells how much there would be to move.
    public var validateOnly: Bool = false
    /// Makes the call safe to repeat; see the service.
    public var requestID: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      brokerID: Int32 = 0,
      cancel: Bool = false,
      validateOnly: Bool = false,
      requestID: String = ""
    ) {
      self.brokerID = brokerID
      self.cancel = cancel
      self.validateOnly = validateOnly
      self.requestID = requestID
    }
  }

  /// How far it is.
  public struct DrainBrokerResponse: Message {
    /// How many partitions the broker still leads.
    public var leadersLeft: Int32 = 0
    /// How many replicas it still holds. At 0 the broker is empty and may be stopped and removed.
    public var replicasLeft: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      leadersLeft: Int32 = 0,
      replicasLeft: Int32 = 0
    ) {
      self.leadersLeft = leadersLeft
      self.replicasLeft = replicasLeft
    }
  }

  /// Asks for a broker to be forgotten.
  public struct RemoveBrokerRequest: Message {
    /// The broker.
    public var brokerID: Int32 = 0
    /// Only check, change nothing.
    public var validateOnly: Bool = false
    /// Makes the call safe to repeat; see the service.
    public var requestID: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      brokerID: Int32 = 0,
      validateOnly: Bool = false,
      requestID: String = ""
    ) {
      self.brokerID = brokerID
      self.validateOnly = validateOnly
      self.requestID = requestID
    }
  }

  /// The broker is forgotten.
  public struct RemoveBrokerResponse: Message {
    /// The message with every field at its default.
    public init() {}
  }

  /// Changes the cluster. Any coordinator takes any call and passes it on to the active one.
  ///
  /// Every change has a `request_id`: text of the caller's choice, up to 64 bytes, best a fresh UUID. The cluster
  /// remembers which topics the last 4,096 changes of topics under an id have created, deleted or altered: the same call
  /// again under the same id is answered as the first time for these and tries only what was refused, so a caller that
  /// lost the answer may simply repeat the call. Empty: each call is a change of its own. Elections and draining may be
  /// repeated without an id; a broker that has been removed is UNKNOWN_BROKER the second time.
  ///
  /// With `validate_only` everything is checked and answered as for the real call, and nothing is changed.
  ///
  /// A call about topics or partitions succeeds as a whole, and each of them that was refused has `error`, also if it is
  /// the only one. A change is answered when it is durable and the nodes at work have heard of it (a slow one is waited
  /// for one second at most).
  ///
  /// Errors of every call: COORDINATOR_NOT_AVAILABLE (no coordinator is active), PERMISSION_DENIED, INVALID_REQUEST,
  /// RESOURCE_EXHAUSTED (too many requests wait for the metadata log).
  public enum Coordinator {
    /// The service's full name.
    public static let serviceName = "newswire.v1.Coordinator"
    /// Creates topics; when the call returns they can be written to.
    ///
    /// Errors: TOPIC_ALREADY_EXISTS, INVALID_TOPIC_NAME, INVALID_PARTITION_COUNT, INVALID_REPLICATION_FACTOR (more than
    /// there are brokers), INVALID_CONFIGURATION, BROKER_NOT_AVAILABLE (no broker is ready for it), UNKNOWN_BROKER (an
    /// assignment names it), RESOURCE_EXHAUSTED (the cluster would have more than 200,000 partitions).
    public static let createTopics = Method<NewswireV1.CreateTopicsRequest, NewswireV1.CreateTopicsResponse>(
      path: "/newswire.v1.Coordinator/CreateTopics", kind: .unary)
    /// Deletes topics with all their records. There is no way back.
    ///
    /// Errors: UNKNOWN_TOPIC, PERMISSION_DENIED (one of the cluster's own).
    public static let deleteTopics = Method<NewswireV1.DeleteTopicsRequest, NewswireV1.DeleteTopicsResponse>(
      path: "/newswire.v1.Coordinator/DeleteTopics", kind: .unary)
    /// Changes topics' configuration, or adds partitions. Partitions are never removed. With more partitions, keys that
    /// are new or old may go to another partition than before.
    ///
    /// Errors: UNKNOWN_TOPIC, PERMISSION_DENIED (one of the cluster's own), INVALID_CONFIGURATION, INVALID_PARTITION_COUNT
    /// (fewer than now), and for new partitions those of CreateTopics.
    public static let alterTopics = Method<NewswireV1.AlterTopicsRequest, NewswireV1.AlterTopicsResponse>(
      path: "/newswire.v1.Coordinator/AlterTopics", kind: .unary)
    /// What is configured: each key's value, its default, where the value was set and what it means.
    ///
    /// Errors: UNKNOWN_TOPIC, INVALID_CONFIGURATION (no such key; the whole call is refused).
    public static let describeConfigs = Method<NewswireV1.DescribeConfigsRequest, NewswireV1.DescribeConfigsResponse>(
      path: "/newswire.v1.Coordinator/DescribeConfigs", kind: .unary)
    /// Makes leaders anew: the preferred ones, or, where a partition has lost all that may lead, any replica that lives.
    ///
    /// Errors: UNKNOWN_TOPIC, PARTITION_OUT_OF_RANGE, LEADER_NOT_AVAILABLE (no replica may lead).
    public static let electLeaders = Method<NewswireV1.ElectLeadersRequest, NewswireV1.ElectLeadersResponse>(
      path: "/newswire.v1.Coordinator/ElectLeaders", kind: .unary)
    /// Moves partitions to other brokers: new replicas are added, catch up, and the old ones go when the new ones are in
    /// sync. The call returns when the move is decided; some partitions are moved at a time, the others wait.
    /// `Metadata.DescribeTopics` shows how far it is: while `target_replicas` is not empty, the move is under way.
    ///
    /// Errors: UNKNOWN_TOPIC, PARTITION_OUT_OF_RANGE, INVALID_REPLICATION_FACTOR, UNKNOWN_BROKER, BROKER_NOT_AVAILABLE (a
    /// broker to be added is not at work, or is being drained), NOT_ENOUGH_REPLICAS (what is to go holds what no other
    /// replica holds).
    public static let reassignPartitions = Method<NewswireV1.ReassignPartitionsRequest, NewswireV1.ReassignPartitionsResponse>(
      path: "/newswire.v1.Coordinator/ReassignPartitions", kind: .unary)
    /// Moves everything away from a broker: first what it leads, then its replicas. The broker goes on serving meanwhile.
    /// Call it again to see how far it is.
    ///
    /// Leaders move where another in-sync replica can lead. A replica moves if there is a broker that can take it;
    /// otherwise it stays until there is one.
    ///
    /// Errors: UNKNOWN_BROKER.
    public static let drainBroker = Method<NewswireV1.DrainBrokerRequest, NewswireV1.DrainBrokerResponse>(
      path: "/newswire.v1.Coordinator/DrainBroker", kind: .unary)
    /// Forgets a broker that has been drained or is gone for ever. Its id may be used again.
    ///
    /// Errors: UNKNOWN_BROKER, BROKER_IN_USE (it is still at work or still holds replicas).
    public static let removeBroker = Method<NewswireV1.RemoveBrokerRequest, NewswireV1.RemoveBrokerResponse>(
      path: "/newswire.v1.Coordinator/RemoveBroker", kind: .unary)
    /// All of its methods.
    public static let methods: [(path: String, kind: CallKind)] = [
      ("/newswire.v1.Coordinator/CreateTopics", .unary),
      ("/newswire.v1.Coordinator/DeleteTopics", .unary),
      ("/newswire.v1.Coordinator/AlterTopics", .unary),
      ("/newswire.v1.Coordinator/DescribeConfigs", .unary),
      ("/newswire.v1.Coordinator/ElectLeaders", .unary),
      ("/newswire.v1.Coordinator/ReassignPartitions", .unary),
      ("/newswire.v1.Coordinator/DrainBroker", .unary),
      ("/newswire.v1.Coordinator/RemoveBroker", .unary),
    ]
  }
}

extension NewswireV1.CreateTopicsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.CreateTopicsRequest"
  package typealias Wire = Newswire__V1__CreateTopicsRequest
  package static let schema = MessageSchema(of: Newswire__V1__CreateTopicsRequest.self, newswire__v1__create_topics_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__CreateTopicsRequest>) {
    self.topics = CValue.messages(wire.pointee.topics, wire.pointee.n_topics)
    self.validateOnly = wire.pointee.validate_only != 0
    self.requestID = CValue.string(wire.pointee.request_id)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__CreateTopicsRequest>, in arena: Arena) {
    newswire__v1__create_topics_request__init(wire)
    (wire.pointee.n_topics, wire.pointee.topics) = arena.messages(self.topics)
    wire.pointee.validate_only = self.validateOnly ? 1 : 0
    wire.pointee.request_id = arena.string(self.requestID)
  }
}

extension NewswireV1.NewTopic: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.NewTopic"
  package typealias Wire = Newswire__V1__NewTopic
  package static let schema = MessageSchema(of: Newswire__V1__NewTopic.self, newswire__v1__new_topic__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__NewTopic>) {
    self.name = CValue.string(wire.pointee.name)
    self.partitions = wire.pointee.partitions
    self.replicationFactor = wire.pointee.replication_factor
    self.assignments = CValue.messages(wire.pointee.assignments, wire.pointee.n_assignments)
    self.configs = CValue.dictionary(wire.pointee.configs, wire.pointee.n_configs) {
      (CValue.string($0.pointee.key), CValue.string($0.pointee.value))
    }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__NewTopic>, in arena: Arena) {
    newswire__v1__new_topic__init(wire)
    wire.pointee.name = arena.string(self.name)
    wire.pointee.partitions = self.partitions
    wire.pointee.replication_factor = self.replicationFactor
    (wire.pointee.n_assignments, wire.pointee.assignments) = arena.messages(self.assignments)
    (wire.pointee.n_configs, wire.pointee.configs) = arena.dictionary(self.configs, newswire__v1__new_topic__configs_entry__init) {
      entry, key, value in
      entry.pointee.key = arena.string(key)
      entry.pointee.value = arena.string(value)
    }
  }
}

extension NewswireV1.ReplicaAssignment: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ReplicaAssignment"
  package typealias Wire = Newswire__V1__ReplicaAssignment
  package static let schema = MessageSchema(of: Newswire__V1__ReplicaAssignment.self, newswire__v1__replica_assignment__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ReplicaAssignment>) {
    self.partition = wire.pointee.partition
    self.replicas = CValue.numbers(wire.pointee.replicas, wire.pointee.n_replicas)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ReplicaAssignment>, in arena: Arena) {
    newswire__v1__replica_assignment__init(wire)
    wire.pointee.partition = self.partition
    (wire.pointee.n_replicas, wire.pointee.replicas) = arena.numbers(self.replicas)
  }
}

extension NewswireV1.CreateTopicsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.CreateTopicsResponse"
  package typealias Wire = Newswire__V1__CreateTopicsResponse
  package static let schema = MessageSchema(of: Newswire__V1__CreateTopicsResponse.self, newswire__v1__create_topics_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__CreateTopicsResponse>) {
    self.topics = CValue.messages(wire.pointee.topics, wire.pointee.n_topics)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__CreateTopicsResponse>, in arena: Arena) {
    newswire__v1__create_topics_response__init(wire)
    (wire.pointee.n_topics, wire.pointee.topics) = arena.messages(self.topics)
  }
}

extension NewswireV1.CreatedTopic: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.CreatedTopic"
  package typealias Wire = Newswire__V1__CreatedTopic
  package static let schema = MessageSchema(of: Newswire__V1__CreatedTopic.self, newswire__v1__created_topic__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__CreatedTopic>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partitions = wire.pointee.partitions
    self.replicationFactor = wire.pointee.replication_factor
    if let message = wire.pointee.error { self.error = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__CreatedTopic>, in arena: Arena) {
    newswire__v1__created_topic__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partitions = self.partitions
    wire.pointee.replication_factor = self.replicationFactor
    if let message = self.error { wire.pointee.error = arena.message(message) }
  }
}

extension NewswireV1.DeleteTopicsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DeleteTopicsRequest"
  package typealias Wire = Newswire__V1__DeleteTopicsRequest
  package static let schema = MessageSchema(of: Newswire__V1__DeleteTopicsRequest.self, newswire__v1__delete_topics_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DeleteTopicsRequest>) {
    self.topics = CValue.messages(wire.pointee.topics, wire.pointee.n_topics)
    self.validateOnly = wire.pointee.validate_only != 0
    self.requestID = CValue.string(wire.pointee.request_id)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DeleteTopicsRequest>, in arena: Arena) {
    newswire__v1__delete_topics_request__init(wire)
    (wire.pointee.n_topics, wire.pointee.topics) = arena.messages(self.topics)
    wire.pointee.validate_only = self.validateOnly ? 1 : 0
    wire.pointee.request_id = arena.string(self.requestID)
  }
}

extension NewswireV1.DeleteTopicsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DeleteTopicsResponse"
  package typealias Wire = Newswire__V1__DeleteTopicsResponse
  package static let schema = MessageSchema(of: Newswire__V1__DeleteTopicsResponse.self, newswire__v1__delete_topics_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DeleteTopicsResponse>) {
    self.topics = CValue.messages(wire.pointee.topics, wire.pointee.n_topics)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DeleteTopicsResponse>, in arena: Arena) {
    newswire__v1__delete_topics_response__init(wire)
    (wire.pointee.n_topics, wire.pointee.topics) = arena.messages(self.topics)
  }
}

extension NewswireV1.DeletedTopic: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DeletedTopic"
  package typealias Wire = Newswire__V1__DeletedTopic
  package static let schema = MessageSchema(of: Newswire__V1__DeletedTopic.self, newswire__v1__deleted_topic__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DeletedTopic>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    if let message = wire.pointee.error { self.error = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DeletedTopic>, in arena: Arena) {
    newswire__v1__deleted_topic__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    if let message = self.error { wire.pointee.error = arena.message(message) }
  }
}

extension NewswireV1.AlterTopicsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.AlterTopicsRequest"
  package typealias Wire = Newswire__V1__AlterTopicsRequest
  package static let schema = MessageSchema(of: Newswire__V1__AlterTopicsRequest.self, newswire__v1__alter_topics_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__AlterTopicsRequest>) {
    self.topics = CValue.messages(wire.pointee.topics, wire.pointee.n_topics)
    self.validateOnly = wire.pointee.validate_only != 0
    self.requestID = CValue.string(wire.pointee.request_id)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__AlterTopicsRequest>, in arena: Arena) {
    newswire__v1__alter_topics_request__init(wire)
    (wire.pointee.n_topics, wire.pointee.topics) = arena.messages(self.topics)
    wire.pointee.validate_only = self.validateOnly ? 1 : 0
    wire.pointee.request_id = arena.string(self.requestID)
  }
}

extension NewswireV1.TopicAlteration: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.TopicAlteration"
  package typealias Wire = Newswire__V1__TopicAlteration
  package static let schema = MessageSchema(of: Newswire__V1__TopicAlteration.self, newswire__v1__topic_alteration__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__TopicAlteration>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.setConfigs = CValue.dictionary(wire.pointee.set_configs, wire.pointee.n_set_configs) {
      (CValue.string($0.pointee.key), CValue.string($0.pointee.value))
    }
    self.resetConfigs = CValue.array(wire.pointee.reset_configs, wire.pointee.n_reset_configs) { CValue.string($0) }
    self.partitions = wire.pointee.partitions
    self.assignments = CValue.messages(wire.pointee.assignments, wire.pointee.n_assignments)
    self.replicationFactor = wire.pointee.replication_factor
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__TopicAlteration>, in arena: Arena) {
    newswire__v1__topic_alteration__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    (wire.pointee.n_set_configs, wire.pointee.set_configs) = arena.dictionary(self.setConfigs, newswire__v1__topic_alteration__set_configs_entry__init) {
      entry, key, value in
      entry.pointee.key = arena.string(key)
      entry.pointee.value = arena.string(value)
    }
    (wire.pointee.n_reset_configs, wire.pointee.reset_configs) = arena.array(self.resetConfigs) { arena.string($0) }
    wire.pointee.partitions = self.partitions
    (wire.pointee.n_assignments, wire.pointee.assignments) = arena.messages(self.assignments)
    wire.pointee.replication_factor = self.replicationFactor
  }
}

extension NewswireV1.AlterTopicsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.AlterTopicsResponse"
  package typealias Wire = Newswire__V1__AlterTopicsResponse
  package static let schema = MessageSchema(of: Newswire__V1__AlterTopicsResponse.self, newswire__v1__alter_topics_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__AlterTopicsResponse>) {
    self.topics = CValue.messages(wire.pointee.topics, wire.pointee.n_topics)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__AlterTopicsResponse>, in arena: Arena) {
    newswire__v1__alter_topics_response__init(wire)
    (wire.pointee.n_topics, wire.pointee.topics) = arena.messages(self.topics)
  }
}

extension NewswireV1.AlteredTopic: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.AlteredTopic"
  package typealias Wire = Newswire__V1__AlteredTopic
  package static let schema = MessageSchema(of: Newswire__V1__AlteredTopic.self, newswire__v1__altered_topic__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__AlteredTopic>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partitions = wire.pointee.partitions
    if let message = wire.pointee.error { self.error = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__AlteredTopic>, in arena: Arena) {
    newswire__v1__altered_topic__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partitions = self.partitions
    if let message = self.error { wire.pointee.error = arena.message(message) }
  }
}

extension NewswireV1.DescribeConfigsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DescribeConfigsRequest"
  package typealias Wire = Newswire__V1__DescribeConfigsRequest
  package static let schema = MessageSchema(of: Newswire__V1__DescribeConfigsRequest.self, newswire__v1__describe_configs_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DescribeConfigsRequest>) {
    self.topics = CValue.messages(wire.pointee.topics, wire.pointee.n_topics)
    self.keys = CValue.array(wire.pointee.keys, wire.pointee.n_keys) { CValue.string($0) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DescribeConfigsRequest>, in arena: Arena) {
    newswire__v1__describe_configs_request__init(wire)
    (wire.pointee.n_topics, wire.pointee.topics) = arena.messages(self.topics)
    (wire.pointee.n_keys, wire.pointee.keys) = arena.array(self.keys) { arena.string($0) }
  }
}

extension NewswireV1.DescribeConfigsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DescribeConfigsResponse"
  package typealias Wire = Newswire__V1__DescribeConfigsResponse
  package static let schema = MessageSchema(of: Newswire__V1__DescribeConfigsResponse.self, newswire__v1__describe_configs_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DescribeConfigsResponse>) {
    self.topics = CValue.messages(wire.pointee.topics, wire.pointee.n_topics)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DescribeConfigsResponse>, in arena: Arena) {
    newswire__v1__describe_configs_response__init(wire)
    (wire.pointee.n_topics, wire.pointee.topics) = arena.messages(self.topics)
  }
}

extension NewswireV1.TopicConfigs: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.TopicConfigs"
  package typealias Wire = Newswire__V1__TopicConfigs
  package static let schema = MessageSchema(of: Newswire__V1__TopicConfigs.self, newswire__v1__topic_configs__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__TopicConfigs>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.configs = CValue.messages(wire.pointee.configs, wire.pointee.n_configs)
    if let message = wire.pointee.error { self.error = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__TopicConfigs>, in arena: Arena) {
    newswire__v1__topic_configs__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    (wire.pointee.n_configs, wire.pointee.configs) = arena.messages(self.configs)
    if let message = self.error { wire.pointee.error = arena.message(message) }
  }
}

extension NewswireV1.ConfigEntry: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ConfigEntry"
  package typealias Wire = Newswire__V1__ConfigEntry
  package static let schema = MessageSchema(of: Newswire__V1__ConfigEntry.self, newswire__v1__config_entry__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ConfigEntry>) {
    self.name = CValue.string(wire.pointee.name)
    self.value = CValue.string(wire.pointee.value)
    self.defaultValue = CValue.string(wire.pointee.default_value)
    self.source = .init(rawValue: Int32(bitPattern: wire.pointee.source.rawValue))
    self.type = CValue.string(wire.pointee.type)
    self.meaning = CValue.string(wire.pointee.meaning)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ConfigEntry>, in arena: Arena) {
    newswire__v1__config_entry__init(wire)
    wire.pointee.name = arena.string(self.name)
    wire.pointee.value = arena.string(self.value)
    wire.pointee.default_value = arena.string(self.defaultValue)
    wire.pointee.source = .init(UInt32(bitPattern: self.source.rawValue))
    wire.pointee.type = arena.string(self.type)
    wire.pointee.meaning = arena.string(self.meaning)
  }
}

extension NewswireV1.ElectLeadersRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ElectLeadersRequest"
  package typealias Wire = Newswire__V1__ElectLeadersRequest
  package static let schema = MessageSchema(of: Newswire__V1__ElectLeadersRequest.self, newswire__v1__elect_leaders_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ElectLeadersRequest>) {
    self.partitions = CValue.messages(wire.pointee.partitions, wire.pointee.n_partitions)
    self.kind = .init(rawValue: Int32(bitPattern: wire.pointee.kind.rawValue))
    self.validateOnly = wire.pointee.validate_only != 0
    self.requestID = CValue.string(wire.pointee.request_id)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ElectLeadersRequest>, in arena: Arena) {
    newswire__v1__elect_leaders_request__init(wire)
    (wire.pointee.n_partitions, wire.pointee.partitions) = arena.messages(self.partitions)
    wire.pointee.kind = .init(UInt32(bitPattern: self.kind.rawValue))
    wire.pointee.validate_only = self.validateOnly ? 1 : 0
    wire.pointee.request_id = arena.string(self.requestID)
  }
}

extension NewswireV1.ElectLeadersResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ElectLeadersResponse"
  package typealias Wire = Newswire__V1__ElectLeadersResponse
  package static let schema = MessageSchema(of: Newswire__V1__ElectLeadersResponse.self, newswire__v1__elect_leaders_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ElectLeadersResponse>) {
    self.partitions = CValue.messages(wire.pointee.partitions, wire.pointee.n_partitions)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ElectLeadersResponse>, in arena: Arena) {
    newswire__v1__elect_leaders_response__init(wire)
    (wire.pointee.n_partitions, wire.pointee.partitions) = arena.messages(self.partitions)
  }
}

extension NewswireV1.ElectedLeader: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ElectedLeader"
  package typealias Wire = Newswire__V1__ElectedLeader
  package static let schema = MessageSchema(of: Newswire__V1__ElectedLeader.self, newswire__v1__elected_leader__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ElectedLeader>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    self.leaderID = wire.pointee.leader_id
    self.leaderEpoch = wire.pointee.leader_epoch
    if let message = wire.pointee.error { self.error = .init(wire: message) }
    self.logEndOffset = wire.pointee.log_end_offset
    self.passedOver = CValue.numbers(wire.pointee.passed_over, wire.pointee.n_passed_over)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ElectedLeader>, in arena: Arena) {
    newswire__v1__elected_leader__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    wire.pointee.leader_id = self.leaderID
    wire.pointee.leader_epoch = self.leaderEpoch
    if let message = self.error { wire.pointee.error = arena.message(message) }
    wire.pointee.log_end_offset = self.logEndOffset
    (wire.pointee.n_passed_over, wire.pointee.passed_over) = arena.numbers(self.passedOver)
  }
}

extension NewswireV1.ReassignPartitionsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ReassignPartitionsRequest"
  package typealias Wire = Newswire__V1__ReassignPartitionsRequest
  package static let schema = MessageSchema(of: Newswire__V1__ReassignPartitionsRequest.self, newswire__v1__reassign_partitions_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ReassignPartitionsRequest>) {
    self.partitions = CValue.messages(wire.pointee.partitions, wire.pointee.n_partitions)
    self.validateOnly = wire.pointee.validate_only != 0
    self.requestID = CValue.string(wire.pointee.request_id)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ReassignPartitionsRequest>, in arena: Arena) {
    newswire__v1__reassign_partitions_request__init(wire)
    (wire.pointee.n_partitions, wire.pointee.partitions) = arena.messages(self.partitions)
    wire.pointee.validate_only = self.validateOnly ? 1 : 0
    wire.pointee.request_id = arena.string(self.requestID)
  }
}

extension NewswireV1.PartitionReassignment: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.PartitionReassignment"
  package typealias Wire = Newswire__V1__PartitionReassignment
  package static let schema = MessageSchema(of: Newswire__V1__PartitionReassignment.self, newswire__v1__partition_reassignment__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__PartitionReassignment>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    self.replicas = CValue.numbers(wire.pointee.replicas, wire.pointee.n_replicas)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__PartitionReassignment>, in arena: Arena) {
    newswire__v1__partition_reassignment__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    (wire.pointee.n_replicas, wire.pointee.replicas) = arena.numbers(self.replicas)
  }
}

extension NewswireV1.ReassignPartitionsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ReassignPartitionsResponse"
  package typealias Wire = Newswire__V1__ReassignPartitionsResponse
  package static let schema = MessageSchema(of: Newswire__V1__ReassignPartitionsResponse.self, newswire__v1__reassign_partitions_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ReassignPartitionsResponse>) {
    self.partitions = CValue.messages(wire.pointee.partitions, wire.pointee.n_partitions)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ReassignPartitionsResponse>, in arena: Arena) {
    newswire__v1__reassign_partitions_response__init(wire)
    (wire.pointee.n_partitions, wire.pointee.partitions) = arena.messages(self.partitions)
  }
}

extension NewswireV1.ReassignedPartition: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ReassignedPartition"
  package typealias Wire = Newswire__V1__ReassignedPartition
  package static let schema = MessageSchema(of: Newswire__V1__ReassignedPartition.self, newswire__v1__reassigned_partition__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ReassignedPartition>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    self.replicas = CValue.numbers(wire.pointee.replicas, wire.pointee.n_replicas)
    self.targetReplicas = CValue.numbers(wire.pointee.target_replicas, wire.pointee.n_target_replicas)
    if let message = wire.pointee.error { self.error = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ReassignedPartition>, in arena: Arena) {
    newswire__v1__reassigned_partition__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    (wire.pointee.n_replicas, wire.pointee.replicas) = arena.numbers(self.replicas)
    (wire.pointee.n_target_replicas, wire.pointee.target_replicas) = arena.numbers(self.targetReplicas)
    if let message = self.error { wire.pointee.error = arena.message(message) }
  }
}

extension NewswireV1.DrainBrokerRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DrainBrokerRequest"
  package typealias Wire = Newswire__V1__DrainBrokerRequest
  package static let schema = MessageSchema(of: Newswire__V1__DrainBrokerRequest.self, newswire__v1__drain_broker_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DrainBrokerRequest>) {
    self.brokerID = wire.pointee.broker_id
    self.cancel = wire.pointee.cancel != 0
    self.validateOnly = wire.pointee.validate_only != 0
    self.requestID = CValue.string(wire.pointee.request_id)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DrainBrokerRequest>, in arena: Arena) {
    newswire__v1__drain_broker_request__init(wire)
    wire.pointee.broker_id = self.brokerID
    wire.pointee.cancel = self.cancel ? 1 : 0
    wire.pointee.validate_only = self.validateOnly ? 1 : 0
    wire.pointee.request_id = arena.string(self.requestID)
  }
}

extension NewswireV1.DrainBrokerResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DrainBrokerResponse"
  package typealias Wire = Newswire__V1__DrainBrokerResponse
  package static let schema = MessageSchema(of: Newswire__V1__DrainBrokerResponse.self, newswire__v1__drain_broker_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DrainBrokerResponse>) {
    self.leadersLeft = wire.pointee.leaders_left
    self.replicasLeft = wire.pointee.replicas_left
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DrainBrokerResponse>, in arena: Arena) {
    newswire__v1__drain_broker_response__init(wire)
    wire.pointee.leaders_left = self.leadersLeft
    wire.pointee.replicas_left = self.replicasLeft
  }
}

extension NewswireV1.RemoveBrokerRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.RemoveBrokerRequest"
  package typealias Wire = Newswire__V1__RemoveBrokerRequest
  package static let schema = MessageSchema(of: Newswire__V1__RemoveBrokerRequest.self, newswire__v1__remove_broker_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__RemoveBrokerRequest>) {
    self.brokerID = wire.pointee.broker_id
    self.validateOnly = wire.pointee.validate_only != 0
    self.requestID = CValue.string(wire.pointee.request_id)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__RemoveBrokerRequest>, in arena: Arena) {
    newswire__v1__remove_broker_request__init(wire)
    wire.pointee.broker_id = self.brokerID
    wire.pointee.validate_only = self.validateOnly ? 1 : 0
    wire.pointee.request_id = arena.string(self.requestID)
  }
}

extension NewswireV1.RemoveBrokerResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.RemoveBrokerResponse"
  package typealias Wire = Newswire__V1__RemoveBrokerResponse
  package static let schema = MessageSchema(of: Newswire__V1__RemoveBrokerResponse.self, newswire__v1__remove_broker_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__RemoveBrokerResponse>) {
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__RemoveBrokerResponse>, in arena: Arena) {
    newswire__v1__remove_broker_response__init(wire)
  }
}
