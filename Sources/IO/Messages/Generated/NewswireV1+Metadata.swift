// swift-format-ignore-file
// Generated from newswire/v1/metadata.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CMessages

extension NewswireV1 {
  /// What a node does.
  public struct NodeRole: RawRepresentable, Hashable, Sendable {
    /// The number on the wire; one that is not listed here comes from a newer program.
    public var rawValue: Int32
    /// The value with this number.
    public init(rawValue: Int32) { self.rawValue = rawValue }
    /// Not said; never in an answer.
    public static let unspecified = Self(rawValue: 0)
    /// Keeps the cluster's metadata and makes its changes.
    public static let coordinator = Self(rawValue: 1)
    /// Keeps the partitions' records.
    public static let broker = Self(rawValue: 2)
    /// Keeps consumer groups and their offsets.
    public static let groupCoordinator = Self(rawValue: 3)
  }

  /// How a node is.
  public struct NodeState: RawRepresentable, Hashable, Sendable {
    /// The number on the wire; one that is not listed here comes from a newer program.
    public var rawValue: Int32
    /// The value with this number.
    public init(rawValue: Int32) { self.rawValue = rawValue }
    /// Not known.
    public static let unspecified = Self(rawValue: 0)
    /// Registered, heard of in time, at work.
    public static let active = Self(rawValue: 1)
    /// Registered, but not heard of in time, or not yet up to date: leads nothing.
    public static let fenced = Self(rawValue: 2)
    /// At work, but giving away its partitions (`Coordinator.DrainBroker`).
    public static let draining = Self(rawValue: 3)
    /// On its way out: handing over what it leads.
    public static let shuttingDown = Self(rawValue: 4)
  }

  /// Asks for the cluster.
  public struct DescribeClusterRequest: Message {
    /// The message with every field at its default.
    public init() {}
  }

  /// The cluster.
  public struct DescribeClusterResponse: Message {
    /// The cluster's id: a UUID in its usual form of 36 characters, made when the cluster was.
    public var clusterID: String = ""
    /// All nodes, sorted by role and id.
    public var nodes: [NewswireV1.Node] = []
    /// The id of the coordinator that makes changes at the moment. Calls may go to any coordinator.
    ///
    /// Nil if it is not there.
    public var activeCoordinatorID: Int32? = nil
    /// How many metadata records this node has seen: of two answers the one with the higher number is newer.
    public var metadataOffset: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      clusterID: String = "",
      nodes: [NewswireV1.Node] = [],
      activeCoordinatorID: Int32? = nil,
      metadataOffset: Int64 = 0
    ) {
      self.clusterID = clusterID
      self.nodes = nodes
      self.activeCoordinatorID = activeCoordinatorID
      self.metadataOffset = metadataOffset
    }
  }

  /// A process of the cluster.
  public struct Node: Message {
    /// What it does.
    public var role: NewswireV1.NodeRole = .init(rawValue: 0)
    /// Its id, unique within its role; 1 or more.
    public var id: Int32 = 0
    /// The host name or address under which it can be reached by the caller: that of the listener on which the caller
    /// came.
    public var host: String = ""
    /// The port that goes with `host`.
    public var port: Int32 = 0
    /// The rack or zone it stands in; empty if not said.
    public var rack: String = ""
    /// How it is.
    public var state: NewswireV1.NodeState = .init(rawValue: 0)
    /// The version of its software, such as "1.0.0".
    public var version: String = ""
    /// For later: since when it is registered. Now 0.
    public var registeredTimestampMs: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      role: NewswireV1.NodeRole = .init(rawValue: 0),
      id: Int32 = 0,
      host: String = "",
      port: Int32 = 0,
      rack: String = "",
      state: NewswireV1.NodeState = .init(rawValue: 0),
      version: String = "",
      registeredTimestampMs: Int64 = 0
    ) {
      self.role = role
      self.id = id
      self.host = host
      self.port = port
      self.rack = rack
      self.state = state
      self.version = version
      self.registeredTimestampMs = registeredTimestampMs
    }
  }

  /// Asks for topics.
  public struct DescribeTopicsRequest: Message {
    /// Which topics; none means all, by pages. At most 1,000.
    public var topics: [NewswireV1.TopicReference] = []
    /// Whether "all" includes the cluster's own topics, such as `__consumer_offsets`. Default: no.
    public var includeInternal: Bool = false
    /// How many topics the answer may have at most when all are asked for. Default and most: 500. Topics with many
    /// partitions make the page shorter: at most 20,000 partitions are on it, unless one topic alone has more.
    public var pageSize: Int32 = 0
    /// Where to go on: the last answer's `next_page_token`. Empty: from the start.
    public var pageToken: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topics: [NewswireV1.TopicReference] = [],
      includeInternal: Bool = false,
      pageSize: Int32 = 0,
      pageToken: String = ""
    ) {
      self.topics = topics
      self.includeInternal = includeInternal
      self.pageSize = pageSize
      self.pageToken = pageToken
    }
  }

  /// Topics.
  public struct DescribeTopicsResponse: Message {
    /// The topics: in the order of the request if it named them, else by name. One that does not exist has `error`.
    public var topics: [NewswireV1.TopicDescription] = []
    /// What to send as `page_token` for the next page; empty if this was the last.
    public var nextPageToken: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topics: [NewswireV1.TopicDescription] = [],
      nextPageToken: String = ""
    ) {
      self.topics = topics
      self.nextPageToken = nextPageToken
    }
  }

  /// A topic and its partitions.
  public struct TopicDescription: Message {
    /// Its name.
    public var topic: String = ""
    /// Its id, 16 bytes.
    public var topicID: [UInt8] = []
    /// True if it is the cluster's own: readable, but written by the services alone.
    public var `internal`: Bool = false
    /// Its partitions, all of them, by number.
    public var partitions: [NewswireV1.PartitionDescription] = []
    /// On how many brokers each record lies when all is well.
    public var replicationFactor: Int32 = 0
    /// What has been set for this topic alone; `Coordinator.DescribeConfigs` tells the rest.
    public var configs: [String: String] = [:]
    /// Set if the topic could not be described, and then nothing else but its name or id is.
    public var error: NewswireV1.ErrorDetail? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      internal: Bool = false,
      partitions: [NewswireV1.PartitionDescription] = [],
      replicationFactor: Int32 = 0,
      configs: [String: String] = [:],
      error: NewswireV1.ErrorDetail? = nil
    ) {
      self.topic = topic
      self.topicID = topicID
      self.internal = `internal`
      self.partitions = partitions
      self.replicationFactor = replicationFactor
      self.configs = configs
      self.error = error
    }
  }

  /// A partition: where its records lie and who leads it.
  public struct PartitionDescription: Message {
    /// Its number, from 0 on.
    public var partition: Int32 = 0
    /// The id of the broker that takes its records.
    ///
    /// Nil if it is not there.
    public var leaderID: Int32? = nil
    /// Counts its leaders: each has a higher number than all before it.
    public var leaderEpoch: Int32 = 0
    /// Counts the changes of its leader, replicas and in-sync replicas.
    public var partitionEpoch: Int32 = 0
    /// The ids of the brokers that hold it, the preferred leader first.
    public var replicas: [Int32] = []
    /// Those of them that have everything that was acknowledged to acks=all.
    public var inSyncReplicas: [Int32] = []
    /// Those that left the in-sync replicas while too few were left, and still hold everything acknowledged: they may
    /// lead.
    public var eligibleLeaders: [Int32] = []
    /// Those of `replicas` whose broker, or whose disk, is not at work now.
    public var offlineReplicas: [Int32] = []
    /// Set while the replicas are being changed: the brokers that are to hold it in the end.
    public var targetReplicas: [Int32] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      partition: Int32 = 0,
      leaderID: Int32? = nil,
      leaderEpoch: Int32 = 0,
      partitionEpoch: Int32 = 0,
      replicas: [Int32] = [],
      inSyncReplicas: [Int32] = [],
      eligibleLeaders: [Int32] = [],
      offlineReplicas: [Int32] = [],
      targetReplicas: [Int32] = []
    ) {
      self.partition = partition
      self.leaderID = leaderID
      self.leaderEpoch = leaderEpoch
      self.partitionEpoch = partitionEpoch
      self.replicas = replicas
      self.inSyncReplicas = inSyncReplicas
      self.eligibleLeaders = eligibleLeaders
      self.offlineReplicas = offlineReplicas
      self.targetReplicas = targetReplicas
    }
  }

  /// Asks to be told of topics.
  public struct WatchTopicsRequest: Message {
    /// Which topics; none means all. At most 10,000.
    public var topics: [NewswireV1.TopicReference] = []
    /// Whether "all" includes the cluster's own topics. Default: no.
    public var includeInternal: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topics: [NewswireV1.TopicReference] = [],
      includeInternal: Bool = false
    ) {
      self.topics = topics
      self.includeInternal = includeInternal
    }
  }

  /// What changed, or, at first, how it is.
  public struct WatchTopicsResponse: Message {
    /// Topics that are new or have changed, each complete.
    public var topics: [NewswireV1.TopicDescription] = []
    /// Topics that exist no more.
    public var deletedTopics: [NewswireV1.TopicReference] = []
    /// All nodes, whenever one of them has come, changed or gone, and in the first answer; else empty.
    public var nodes: [NewswireV1.Node] = []
    /// True once everything asked for has been told, from this answer on; before, the picture is not yet complete.
    public var complete: Bool = false
    /// How many metadata records are in the picture.
    public var metadataOffset: Int64 = 0
    /// The cluster's id, a UUID of 36 characters; in the first answer.
    public var clusterID: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topics: [NewswireV1.TopicDescription] = [],
      deletedTopics: [NewswireV1.TopicReference] = [],
      nodes: [NewswireV1.Node] = [],
      complete: Bool = false,
      metadataOffset: Int64 = 0,
      clusterID: String = ""
    ) {
      self.topics = topics
      self.deletedTopics = deletedTopics
      self.nodes = nodes
      self.complete = complete
      self.metadataOffset = metadataOffset
      self.clusterID = clusterID
    }
  }

  /// The cluster as a client needs to know it. Every node answers, from its own copy of the cluster's metadata: the copy
  /// can be some milliseconds behind, never wrong.
  ///
  /// Errors of every call: COORDINATOR_NOT_AVAILABLE (the node has not heard from a coordinator since it began).
  public enum Metadata {
    /// The service's full name.
    public static let serviceName = "newswire.v1.Metadata"
    /// The cluster's id, its nodes and which coordinator is active.
    ///
    /// Errors: none of its own.
    public static let describeCluster = Method<NewswireV1.DescribeClusterRequest, NewswireV1.DescribeClusterResponse>(
      path: "/newswire.v1.Metadata/DescribeCluster", kind: .unary)
    /// Topics and their partitions, by name or all of them by pages.
    ///
    /// Errors: UNKNOWN_TOPIC, as `error` of the topic, also if it is the only one; INVALID_REQUEST (`page_token` is not
    /// one that this call gave out).
    public static let describeTopics = Method<NewswireV1.DescribeTopicsRequest, NewswireV1.DescribeTopicsResponse>(
      path: "/newswire.v1.Metadata/DescribeTopics", kind: .unary)
    /// First everything asked for, then each change as it happens, until the caller ends the call: a client learns of a
    /// new leader without polling. A topic that does not exist yet may be watched: it is told when it is created.
    ///
    /// Errors: UNAVAILABLE when the node shuts down; open the call again at another node.
    public static let watchTopics = Method<NewswireV1.WatchTopicsRequest, NewswireV1.WatchTopicsResponse>(
      path: "/newswire.v1.Metadata/WatchTopics", kind: .serverStreaming)
    /// All of its methods.
    public static let methods: [(path: String, kind: CallKind)] = [
      ("/newswire.v1.Metadata/DescribeCluster", .unary),
      ("/newswire.v1.Metadata/DescribeTopics", .unary),
      ("/newswire.v1.Metadata/WatchTopics", .serverStreaming),
    ]
  }
}

extension NewswireV1.DescribeClusterRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DescribeClusterRequest"
  package typealias Wire = Newswire__V1__DescribeClusterRequest
  package static let schema = MessageSchema(of: Newswire__V1__DescribeClusterRequest.self, newswire__v1__describe_cluster_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DescribeClusterRequest>) {
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DescribeClusterRequest>, in arena: Arena) {
    newswire__v1__describe_cluster_request__init(wire)
  }
}

extension NewswireV1.DescribeClusterResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DescribeClusterResponse"
  package typealias Wire = Newswire__V1__DescribeClusterResponse
  package static let schema = MessageSchema(of: Newswire__V1__DescribeClusterResponse.self, newswire__v1__describe_cluster_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DescribeClusterResponse>) {
    self.clusterID = CValue.string(wire.pointee.cluster_id)
    self.nodes = CValue.messages(wire.pointee.nodes, wire.pointee.n_nodes)
    if wire.pointee.active_coordinator_presence_case.rawValue == 3 { self.activeCoordinatorID = wire.pointee.active_coordinator_id }
    self.metadataOffset = wire.pointee.metadata_offset
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DescribeClusterResponse>, in arena: Arena) {
    newswire__v1__describe_cluster_response__init(wire)
    wire.pointee.cluster_id = arena.string(self.clusterID)
    (wire.pointee.n_nodes, wire.pointee.nodes) = arena.messages(self.nodes)
    if let value = self.activeCoordinatorID {
      wire.pointee.active_coordinator_presence_case = .init(3)
      wire.pointee.active_coordinator_id = value
    }
    wire.pointee.metadata_offset = self.metadataOffset
  }
}

extension NewswireV1.Node: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.Node"
  package typealias Wire = Newswire__V1__Node
  package static let schema = MessageSchema(of: Newswire__V1__Node.self, newswire__v1__node__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__Node>) {
    self.role = .init(rawValue: Int32(bitPattern: wire.pointee.role.rawValue))
    self.id = wire.pointee.id
    self.host = CValue.string(wire.pointee.host)
    self.port = wire.pointee.port
    self.rack = CValue.string(wire.pointee.rack)
    self.state = .init(rawValue: Int32(bitPattern: wire.pointee.state.rawValue))
    self.version = CValue.string(wire.pointee.version)
    self.registeredTimestampMs = wire.pointee.registered_timestamp_ms
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__Node>, in arena: Arena) {
    newswire__v1__node__init(wire)
    wire.pointee.role = .init(UInt32(bitPattern: self.role.rawValue))
    wire.pointee.id = self.id
    wire.pointee.host = arena.string(self.host)
    wire.pointee.port = self.port
    wire.pointee.rack = arena.string(self.rack)
    wire.pointee.state = .init(UInt32(bitPattern: self.state.rawValue))
    wire.pointee.version = arena.string(self.version)
    wire.pointee.registered_timestamp_ms = self.registeredTimestampMs
  }
}

extension NewswireV1.DescribeTopicsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DescribeTopicsRequest"
  package typealias Wire = Newswire__V1__DescribeTopicsRequest
  package static let schema = MessageSchema(of: Newswire__V1__DescribeTopicsRequest.self, newswire__v1__describe_topics_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DescribeTopicsRequest>) {
    self.topics = CValue.messages(wire.pointee.topics, wire.pointee.n_topics)
    self.includeInternal = wire.pointee.include_internal != 0
    self.pageSize = wire.pointee.page_size
    self.pageToken = CValue.string(wire.pointee.page_token)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DescribeTopicsRequest>, in arena: Arena) {
    newswire__v1__describe_topics_request__init(wire)
    (wire.pointee.n_topics, wire.pointee.topics) = arena.messages(self.topics)
    wire.pointee.include_internal = self.includeInternal ? 1 : 0
    wire.pointee.page_size = self.pageSize
    wire.pointee.page_token = arena.string(self.pageToken)
  }
}

extension NewswireV1.DescribeTopicsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DescribeTopicsResponse"
  package typealias Wire = Newswire__V1__DescribeTopicsResponse
  package static let schema = MessageSchema(of: Newswire__V1__DescribeTopicsResponse.self, newswire__v1__describe_topics_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DescribeTopicsResponse>) {
    self.topics = CValue.messages(wire.pointee.topics, wire.pointee.n_topics)
    self.nextPageToken = CValue.string(wire.pointee.next_page_token)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DescribeTopicsResponse>, in arena: Arena) {
    newswire__v1__describe_topics_response__init(wire)
    (wire.pointee.n_topics, wire.pointee.topics) = arena.messages(self.topics)
    wire.pointee.next_page_token = arena.string(self.nextPageToken)
  }
}

extension NewswireV1.TopicDescription: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.TopicDescription"
  package typealias Wire = Newswire__V1__TopicDescription
  package static let schema = MessageSchema(of: Newswire__V1__TopicDescription.self, newswire__v1__topic_description__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__TopicDescription>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.internal = wire.pointee.internal != 0
    self.partitions = CValue.messages(wire.pointee.partitions, wire.pointee.n_partitions)
    self.replicationFactor = wire.pointee.replication_factor
    self.configs = CValue.dictionary(wire.pointee.configs, wire.pointee.n_configs) {
      (CValue.string($0.pointee.key), CValue.string($0.pointee.value))
    }
    if let message = wire.pointee.error { self.error = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__TopicDescription>, in arena: Arena) {
    newswire__v1__topic_description__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.internal = self.internal ? 1 : 0
    (wire.pointee.n_partitions, wire.pointee.partitions) = arena.messages(self.partitions)
    wire.pointee.replication_factor = self.replicationFactor
    (wire.pointee.n_configs, wire.pointee.configs) = arena.dictionary(self.configs, newswire__v1__topic_description__configs_entry__init) {
      entry, key, value in
      entry.pointee.key = arena.string(key)
      entry.pointee.value = arena.string(value)
    }
    if let message = self.error { wire.pointee.error = arena.message(message) }
  }
}

extension NewswireV1.PartitionDescription: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.PartitionDescription"
  package typealias Wire = Newswire__V1__PartitionDescription
  package static let schema = MessageSchema(of: Newswire__V1__PartitionDescription.self, newswire__v1__partition_description__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__PartitionDescription>) {
    self.partition = wire.pointee.partition
    if wire.pointee.leader_presence_case.rawValue == 2 { self.leaderID = wire.pointee.leader_id }
    self.leaderEpoch = wire.pointee.leader_epoch
    self.partitionEpoch = wire.pointee.partition_epoch
    self.replicas = CValue.numbers(wire.pointee.replicas, wire.pointee.n_replicas)
    self.inSyncReplicas = CValue.numbers(wire.pointee.in_sync_replicas, wire.pointee.n_in_sync_replicas)
    self.eligibleLeaders = CValue.numbers(wire.pointee.eligible_leaders, wire.pointee.n_eligible_leaders)
    self.offlineReplicas = CValue.numbers(wire.pointee.offline_replicas, wire.pointee.n_offline_replicas)
    self.targetReplicas = CValue.numbers(wire.pointee.target_replicas, wire.pointee.n_target_replicas)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__PartitionDescription>, in arena: Arena) {
    newswire__v1__partition_description__init(wire)
    wire.pointee.partition = self.partition
    if let value = self.leaderID {
      wire.pointee.leader_presence_case = .init(2)
      wire.pointee.leader_id = value
    }
    wire.pointee.leader_epoch = self.leaderEpoch
    wire.pointee.partition_epoch = self.partitionEpoch
    (wire.pointee.n_replicas, wire.pointee.replicas) = arena.numbers(self.replicas)
    (wire.pointee.n_in_sync_replicas, wire.pointee.in_sync_replicas) = arena.numbers(self.inSyncReplicas)
    (wire.pointee.n_eligible_leaders, wire.pointee.eligible_leaders) = arena.numbers(self.eligibleLeaders)
    (wire.pointee.n_offline_replicas, wire.pointee.offline_replicas) = arena.numbers(self.offlineReplicas)
    (wire.pointee.n_target_replicas, wire.pointee.target_replicas) = arena.numbers(self.targetReplicas)
  }
}

extension NewswireV1.WatchTopicsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.WatchTopicsRequest"
  package typealias Wire = Newswire__V1__WatchTopicsRequest
  package static let schema = MessageSchema(of: Newswire__V1__WatchTopicsRequest.self, newswire__v1__watch_topics_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__WatchTopicsRequest>) {
    self.topics = CValue.messages(wire.pointee.topics, wire.pointee.n_topics)
    self.includeInternal = wire.pointee.include_internal != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__WatchTopicsRequest>, in arena: Arena) {
    newswire__v1__watch_topics_request__init(wire)
    (wire.pointee.n_topics, wire.pointee.topics) = arena.messages(self.topics)
    wire.pointee.include_internal = self.includeInternal ? 1 : 0
  }
}

extension NewswireV1.WatchTopicsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.WatchTopicsResponse"
  package typealias Wire = Newswire__V1__WatchTopicsResponse
  package static let schema = MessageSchema(of: Newswire__V1__WatchTopicsResponse.self, newswire__v1__watch_topics_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__WatchTopicsResponse>) {
    self.topics = CValue.messages(wire.pointee.topics, wire.pointee.n_topics)
    self.deletedTopics = CValue.messages(wire.pointee.deleted_topics, wire.pointee.n_deleted_topics)
    self.nodes = CValue.messages(wire.pointee.nodes, wire.pointee.n_nodes)
    self.complete = wire.pointee.complete != 0
    self.metadataOffset = wire.pointee.metadata_offset
    self.clusterID = CValue.string(wire.pointee.cluster_id)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__WatchTopicsResponse>, in arena: Arena) {
    newswire__v1__watch_topics_response__init(wire)
    (wire.pointee.n_topics, wire.pointee.topics) = arena.messages(self.topics)
    (wire.pointee.n_deleted_topics, wire.pointee.deleted_topics) = arena.messages(self.deletedTopics)
    (wire.pointee.n_nodes, wire.pointee.nodes) = arena.messages(self.nodes)
    wire.pointee.complete = self.complete ? 1 : 0
    wire.pointee.metadata_offset = self.metadataOffset
    wire.pointee.cluster_id = arena.string(self.clusterID)
  }
}
