// swift-format-ignore-file
// Generated from newswire/internal/v1/metadata_records.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CMessages

extension NewswireInternalV1 {
  /// The types of metadata records, as they stand before each record.
  public struct MetadataRecordType: RawRepresentable, Hashable, Sendable {
    /// The number on the wire; one that is not listed here comes from a newer program.
    public var rawValue: Int32
    /// The value with this number.
    public init(rawValue: Int32) { self.rawValue = rawValue }
    /// Never written.
    public static let unspecified = Self(rawValue: 0)
    /// FeatureLevelRecord.
    public static let featureLevel = Self(rawValue: 1)
    /// ClusterCreatedRecord.
    public static let clusterCreated = Self(rawValue: 2)
    /// NodeRegisteredRecord of a coordinator: it is the active one from here on.
    public static let coordinatorActivated = Self(rawValue: 3)
    /// BrokerRegisteredRecord.
    public static let brokerRegistered = Self(rawValue: 4)
    /// BrokerAvailabilityRecord.
    public static let brokerAvailability = Self(rawValue: 5)
    /// BrokerDrainRecord.
    public static let brokerDrain = Self(rawValue: 6)
    /// BrokerRemovedRecord.
    public static let brokerRemoved = Self(rawValue: 7)
    /// NodeRegisteredRecord of a group coordinator.
    public static let groupCoordinatorRegistered = Self(rawValue: 8)
    /// GroupCoordinatorLivenessRecord.
    public static let groupCoordinatorLiveness = Self(rawValue: 9)
    /// GroupShardOwnerRecord.
    public static let groupShardOwner = Self(rawValue: 10)
    /// TopicCreatedRecord.
    public static let topicCreated = Self(rawValue: 11)
    /// TopicDeletedRecord.
    public static let topicDeleted = Self(rawValue: 12)
    /// TopicConfigurationRecord.
    public static let topicConfiguration = Self(rawValue: 13)
    /// PartitionRecord: the topic has one more partition.
    public static let partitionCreated = Self(rawValue: 14)
    /// PartitionRecord: the partition is in a new state.
    public static let partitionChanged = Self(rawValue: 15)
    /// ProducerIdsAllocatedRecord.
    public static let producerIDsAllocated = Self(rawValue: 16)
    /// RequestRememberedRecord.
    public static let requestRemembered = Self(rawValue: 17)
    /// BrokerFoldersRecord.
    public static let brokerFolders = Self(rawValue: 18)
  }

  /// Whether a broker can lead.
  public struct BrokerAvailabilityState: RawRepresentable, Hashable, Sendable {
    /// The number on the wire; one that is not listed here comes from a newer program.
    public var rawValue: Int32
    /// The value with this number.
    public init(rawValue: Int32) { self.rawValue = rawValue }
    /// Never written.
    public static let unspecified = Self(rawValue: 0)
    /// It neither leads nor is in sync with others.
    public static let fenced = Self(rawValue: 1)
    /// It leads and follows.
    public static let active = Self(rawValue: 2)
    /// It is on its way out and gets nothing new.
    public static let shuttingDown = Self(rawValue: 3)
  }

  /// Which formats and rules the whole cluster uses from here on.
  public struct FeatureLevelRecord: Message {
    /// The level, from 1 on.
    public var level: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      level: Int32 = 0
    ) {
      self.level = level
    }
  }

  /// The cluster begins.
  public struct ClusterCreatedRecord: Message {
    /// The cluster's id, 16 bytes.
    public var clusterID: [UInt8] = []
    /// The name in the certificates of its nodes.
    public var name: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      clusterID: [UInt8] = [],
      name: String = ""
    ) {
      self.clusterID = clusterID
      self.name = name
    }
  }

  /// A coordinator or group coordinator has registered.
  public struct NodeRegisteredRecord: Message {
    /// Its id.
    public var nodeID: Int32 = 0
    /// Its epoch; 0 for coordinators.
    public var nodeEpoch: Int64 = 0
    /// The 16 bytes it made at its start; empty for coordinators.
    public var incarnation: [UInt8] = []
    /// Where it can be reached.
    public var listeners: [NewswireInternalV1.ListenerAddress] = []
    /// The rack or zone it stands in; may be empty.
    public var rack: String = ""
    /// The version of its software.
    public var softwareVersion: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      nodeID: Int32 = 0,
      nodeEpoch: Int64 = 0,
      incarnation: [UInt8] = [],
      listeners: [NewswireInternalV1.ListenerAddress] = [],
      rack: String = "",
      softwareVersion: String = ""
    ) {
      self.nodeID = nodeID
      self.nodeEpoch = nodeEpoch
      self.incarnation = incarnation
      self.listeners = listeners
      self.rack = rack
      self.softwareVersion = softwareVersion
    }
  }

  /// A process has registered as broker. It is fenced until a BrokerAvailabilityRecord says otherwise.
  public struct BrokerRegisteredRecord: Message {
    /// Its id.
    public var brokerID: Int32 = 0
    /// Its epoch.
    public var brokerEpoch: Int64 = 0
    /// The 16 bytes it made at its start.
    public var incarnation: [UInt8] = []
    /// Where it can be reached.
    public var listeners: [NewswireInternalV1.ListenerAddress] = []
    /// The rack or zone it stands in; may be empty.
    public var rack: String = ""
    /// The ids of its disk folders, 16 bytes each.
    public var folderIDs: [[UInt8]] = []
    /// The version of its software.
    public var softwareVersion: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      brokerID: Int32 = 0,
      brokerEpoch: Int64 = 0,
      incarnation: [UInt8] = [],
      listeners: [NewswireInternalV1.ListenerAddress] = [],
      rack: String = "",
      folderIDs: [[UInt8]] = [],
      softwareVersion: String = ""
    ) {
      self.brokerID = brokerID
      self.brokerEpoch = brokerEpoch
      self.incarnation = incarnation
      self.listeners = listeners
      self.rack = rack
      self.folderIDs = folderIDs
      self.softwareVersion = softwareVersion
    }
  }

  /// A broker became able or unable to lead.
  public struct BrokerAvailabilityRecord: Message {
    /// Its id.
    public var brokerID: Int32 = 0
    /// Its state from here on.
    public var availability: NewswireInternalV1.BrokerAvailabilityState = .init(rawValue: 0)

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      brokerID: Int32 = 0,
      availability: NewswireInternalV1.BrokerAvailabilityState = .init(rawValue: 0)
    ) {
      self.brokerID = brokerID
      self.availability = availability
    }
  }

  /// An operator asked to empty a broker, or took that back.
  public struct BrokerDrainRecord: Message {
    /// Its id.
    public var brokerID: Int32 = 0
    /// True while it is to be emptied.
    public var draining: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      brokerID: Int32 = 0,
      draining: Bool = false
    ) {
      self.brokerID = brokerID
      self.draining = draining
    }
  }

  /// A broker is forgotten.
  public struct BrokerRemovedRecord: Message {
    /// Its id.
    public var brokerID: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      brokerID: Int32 = 0
    ) {
      self.brokerID = brokerID
    }
  }

  /// A group coordinator counts as dead or alive.
  public struct GroupCoordinatorLivenessRecord: Message {
    /// Its id.
    public var nodeID: Int32 = 0
    /// True while its lease holds.
    public var live: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      nodeID: Int32 = 0,
      live: Bool = false
    ) {
      self.nodeID = nodeID
      self.live = live
    }
  }

  /// A shard of groups has another owner.
  public struct GroupShardOwnerRecord: Message {
    /// The shard: a partition of `__consumer_offsets`.
    public var shard: Int32 = 0
    /// The group coordinator that owns it.
    ///
    /// Nil if it is not there.
    public var groupCoordinatorID: Int32? = nil
    /// The owner's registration; 0 without an owner.
    public var nodeEpoch: Int64 = 0
    /// Rises with each change of owner.
    public var shardEpoch: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      shard: Int32 = 0,
      groupCoordinatorID: Int32? = nil,
      nodeEpoch: Int64 = 0,
      shardEpoch: Int32 = 0
    ) {
      self.shard = shard
      self.groupCoordinatorID = groupCoordinatorID
      self.nodeEpoch = nodeEpoch
      self.shardEpoch = shardEpoch
    }
  }

  /// One key that a topic sets itself.
  public struct ConfigurationOverride: Message {
    /// The key.
    public var key: String = ""
    /// Its value, as the user wrote it.
    public var value: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      key: String = "",
      value: String = ""
    ) {
      self.key = key
      self.value = value
    }
  }

  /// A topic begins; its partitions follow.
  public struct TopicCreatedRecord: Message {
    /// Its id, 16 bytes.
    public var topicID: [UInt8] = []
    /// Its name.
    public var name: String = ""
    /// What it sets itself, by key.
    public var overrides: [NewswireInternalV1.ConfigurationOverride] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topicID: [UInt8] = [],
      name: String = "",
      overrides: [NewswireInternalV1.ConfigurationOverride] = []
    ) {
      self.topicID = topicID
      self.name = name
      self.overrides = overrides
    }
  }

  /// A topic ends, with its partitions and configuration.
  public struct TopicDeletedRecord: Message {
    /// Its id, 16 bytes.
    public var topicID: [UInt8] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topicID: [UInt8] = []
    ) {
      self.topicID = topicID
    }
  }

  /// A topic sets exactly these keys itself from here on.
  public struct TopicConfigurationRecord: Message {
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// What it sets itself, by key.
    public var overrides: [NewswireInternalV1.ConfigurationOverride] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topicID: [UInt8] = [],
      overrides: [NewswireInternalV1.ConfigurationOverride] = []
    ) {
      self.topicID = topicID
      self.overrides = overrides
    }
  }

  /// A replica of a partition.
  public struct ReplicaPlacement: Message {
    /// The broker that holds it.
    public var brokerID: Int32 = 0
    /// The broker's disk folder, 16 bytes; empty while the broker has not chosen one.
    public var folderID: [UInt8] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      brokerID: Int32 = 0,
      folderID: [UInt8] = []
    ) {
      self.brokerID = brokerID
      self.folderID = folderID
    }
  }

  /// A partition begins, or has changed.
  public struct PartitionRecord: Message {
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// The broker that leads.
    ///
    /// Nil if it is not there.
    public var leaderID: Int32? = nil
    /// Rises with each change of leader.
    public var leaderEpoch: Int32 = 0
    /// Rises with each change of anything here.
    public var partitionEpoch: Int32 = 0
    /// The replicas; the first is the preferred leader.
    public var replicas: [NewswireInternalV1.ReplicaPlacement] = []
    /// The replicas that hold everything acknowledged.
    public var inSyncReplicas: [Int32] = []
    /// Replicas that left the in-sync set when it was at its least, and still hold everything acknowledged.
    public var eligibleLeaders: [Int32] = []
    /// The brokers that shall hold it in the end, the preferred leader first; empty if nothing is being moved.
    public var targetReplicas: [Int32] = []
    /// Those of `replicas` that were added to become members of `target_replicas`, and go if the move is ended early.
    public var addingReplicas: [Int32] = []
    /// Those of the in-sync and eligible replicas that came back with less than they had.
    public var damagedReplicas: [NewswireInternalV1.DamagedReplica] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      leaderID: Int32? = nil,
      leaderEpoch: Int32 = 0,
      partitionEpoch: Int32 = 0,
      replicas: [NewswireInternalV1.ReplicaPlacement] = [],
      inSyncReplicas: [Int32] = [],
      eligibleLeaders: [Int32] = [],
      targetReplicas: [Int32] = [],
      addingReplicas: [Int32] = [],
      damagedReplicas: [NewswireInternalV1.DamagedReplica] = []
    ) {
      self.topicID = topicID
      self.partition = partition
      self.leaderID = leaderID
      self.leaderEpoch = leaderEpoch
      self.partitionEpoch = partitionEpoch
      self.replicas = replicas
      self.inSyncReplicas = inSyncReplicas
      self.eligibleLeaders = eligibleLeaders
      self.targetReplicas = targetReplicas
      self.addingReplicas = addingReplicas
      self.damagedReplicas = damagedReplicas
    }
  }

  /// A replica that came back with less than it had, while no other was there to lead.
  public struct DamagedReplica: Message {
    /// The broker that holds it.
    public var brokerID: Int32 = 0
    /// The leader epoch of the last batch that is left; -1 if none is.
    public var lastEpoch: Int32 = 0
    /// The end of what is left, exclusive.
    public var endOffset: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      brokerID: Int32 = 0,
      lastEpoch: Int32 = 0,
      endOffset: Int64 = 0
    ) {
      self.brokerID = brokerID
      self.lastEpoch = lastEpoch
      self.endOffset = endOffset
    }
  }

  /// Which of a broker's disk folders are not at work.
  public struct BrokerFoldersRecord: Message {
    /// The broker's id.
    public var brokerID: Int32 = 0
    /// The ids of those that have failed, 16 bytes each.
    public var failedFolderIDs: [[UInt8]] = []
    /// The ids of those that are full, 16 bytes each.
    public var fullFolderIDs: [[UInt8]] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      brokerID: Int32 = 0,
      failedFolderIDs: [[UInt8]] = [],
      fullFolderIDs: [[UInt8]] = []
    ) {
      self.brokerID = brokerID
      self.failedFolderIDs = failedFolderIDs
      self.fullFolderIDs = fullFolderIDs
    }
  }

  /// All producer ids below one have been given out.
  public struct ProducerIdsAllocatedRecord: Message {
    /// The first id that has not been given out.
    public var nextProducerID: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      nextProducerID: Int64 = 0
    ) {
      self.nextProducerID = nextProducerID
    }
  }

  /// A topic for which a remembered request succeeded.
  public struct RememberedTopic: Message {
    /// The topic's name then.
    public var name: String = ""
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      name: String = "",
      topicID: [UInt8] = []
    ) {
      self.name = name
      self.topicID = topicID
    }
  }

  /// A request of an administrator has been carried out.
  public struct RequestRememberedRecord: Message {
    /// The id that the caller gave it, with the call's name before it.
    public var requestID: String = ""
    /// The topics for which it succeeded.
    public var topics: [NewswireInternalV1.RememberedTopic] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      requestID: String = "",
      topics: [NewswireInternalV1.RememberedTopic] = []
    ) {
      self.requestID = requestID
      self.topics = topics
    }
  }
}

extension NewswireInternalV1.FeatureLevelRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.FeatureLevelRecord"
  package typealias Wire = Newswire__Internal__V1__FeatureLevelRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__FeatureLevelRecord.self, newswire__internal__v1__feature_level_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__FeatureLevelRecord>) {
    self.level = wire.pointee.level
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__FeatureLevelRecord>, in arena: Arena) {
    newswire__internal__v1__feature_level_record__init(wire)
    wire.pointee.level = self.level
  }
}

extension NewswireInternalV1.ClusterCreatedRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.ClusterCreatedRecord"
  package typealias Wire = Newswire__Internal__V1__ClusterCreatedRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__ClusterCreatedRecord.self, newswire__internal__v1__cluster_created_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__ClusterCreatedRecord>) {
    self.clusterID = CValue.bytes(wire.pointee.cluster_id)
    self.name = CValue.string(wire.pointee.name)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__ClusterCreatedRecord>, in arena: Arena) {
    newswire__internal__v1__cluster_created_record__init(wire)
    wire.pointee.cluster_id = arena.bytes(self.clusterID)
    wire.pointee.name = arena.string(self.name)
  }
}

extension NewswireInternalV1.NodeRegisteredRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.NodeRegisteredRecord"
  package typealias Wire = Newswire__Internal__V1__NodeRegisteredRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__NodeRegisteredRecord.self, newswire__internal__v1__node_registered_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__NodeRegisteredRecord>) {
    self.nodeID = wire.pointee.node_id
    self.nodeEpoch = wire.pointee.node_epoch
    self.incarnation = CValue.bytes(wire.pointee.incarnation)
    self.listeners = CValue.messages(wire.pointee.listeners, wire.pointee.n_listeners)
    self.rack = CValue.string(wire.pointee.rack)
    self.softwareVersion = CValue.string(wire.pointee.software_version)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__NodeRegisteredRecord>, in arena: Arena) {
    newswire__internal__v1__node_registered_record__init(wire)
    wire.pointee.node_id = self.nodeID
    wire.pointee.node_epoch = self.nodeEpoch
    wire.pointee.incarnation = arena.bytes(self.incarnation)
    (wire.pointee.n_listeners, wire.pointee.listeners) = arena.messages(self.listeners)
    wire.pointee.rack = arena.string(self.rack)
    wire.pointee.software_version = arena.string(self.softwareVersion)
  }
}

extension NewswireInternalV1.BrokerRegisteredRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.BrokerRegisteredRecord"
  package typealias Wire = Newswire__Internal__V1__BrokerRegisteredRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__BrokerRegisteredRecord.self, newswire__internal__v1__broker_registered_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__BrokerRegisteredRecord>) {
    self.brokerID = wire.pointee.broker_id
    self.brokerEpoch = wire.pointee.broker_epoch
    self.incarnation = CValue.bytes(wire.pointee.incarnation)
    self.listeners = CValue.messages(wire.pointee.listeners, wire.pointee.n_listeners)
    self.rack = CValue.string(wire.pointee.rack)
    self.folderIDs = CValue.array(wire.pointee.folder_ids, wire.pointee.n_folder_ids) { CValue.bytes($0) }
    self.softwareVersion = CValue.string(wire.pointee.software_version)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__BrokerRegisteredRecord>, in arena: Arena) {
    newswire__internal__v1__broker_registered_record__init(wire)
    wire.pointee.broker_id = self.brokerID
    wire.pointee.broker_epoch = self.brokerEpoch
    wire.pointee.incarnation = arena.bytes(self.incarnation)
    (wire.pointee.n_listeners, wire.pointee.listeners) = arena.messages(self.listeners)
    wire.pointee.rack = arena.string(self.rack)
    (wire.pointee.n_folder_ids, wire.pointee.folder_ids) = arena.array(self.folderIDs) { arena.bytes($0) }
    wire.pointee.software_version = arena.string(self.softwareVersion)
  }
}

extension NewswireInternalV1.BrokerAvailabilityRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.BrokerAvailabilityRecord"
  package typealias Wire = Newswire__Internal__V1__BrokerAvailabilityRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__BrokerAvailabilityRecord.self, newswire__internal__v1__broker_availability_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__BrokerAvailabilityRecord>) {
    self.brokerID = wire.pointee.broker_id
    self.availability = .init(rawValue: Int32(bitPattern: wire.pointee.availability.rawValue))
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__BrokerAvailabilityRecord>, in arena: Arena) {
    newswire__internal__v1__broker_availability_record__init(wire)
    wire.pointee.broker_id = self.brokerID
    wire.pointee.availability = .init(UInt32(bitPattern: self.availability.rawValue))
  }
}

extension NewswireInternalV1.BrokerDrainRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.BrokerDrainRecord"
  package typealias Wire = Newswire__Internal__V1__BrokerDrainRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__BrokerDrainRecord.self, newswire__internal__v1__broker_drain_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__BrokerDrainRecord>) {
    self.brokerID = wire.pointee.broker_id
    self.draining = wire.pointee.draining != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__BrokerDrainRecord>, in arena: Arena) {
    newswire__internal__v1__broker_drain_record__init(wire)
    wire.pointee.broker_id = self.brokerID
    wire.pointee.draining = self.draining ? 1 : 0
  }
}

extension NewswireInternalV1.BrokerRemovedRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.BrokerRemovedRecord"
  package typealias Wire = Newswire__Internal__V1__BrokerRemovedRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__BrokerRemovedRecord.self, newswire__internal__v1__broker_removed_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__BrokerRemovedRecord>) {
    self.brokerID = wire.pointee.broker_id
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__BrokerRemovedRecord>, in arena: Arena) {
    newswire__internal__v1__broker_removed_record__init(wire)
    wire.pointee.broker_id = self.brokerID
  }
}

extension NewswireInternalV1.GroupCoordinatorLivenessRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.GroupCoordinatorLivenessRecord"
  package typealias Wire = Newswire__Internal__V1__GroupCoordinatorLivenessRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__GroupCoordinatorLivenessRecord.self, newswire__internal__v1__group_coordinator_liveness_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__GroupCoordinatorLivenessRecord>) {
    self.nodeID = wire.pointee.node_id
    self.live = wire.pointee.live != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__GroupCoordinatorLivenessRecord>, in arena: Arena) {
    newswire__internal__v1__group_coordinator_liveness_record__init(wire)
    wire.pointee.node_id = self.nodeID
    wire.pointee.live = self.live ? 1 : 0
  }
}

extension NewswireInternalV1.GroupShardOwnerRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.GroupShardOwnerRecord"
  package typealias Wire = Newswire__Internal__V1__GroupShardOwnerRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__GroupShardOwnerRecord.self, newswire__internal__v1__group_shard_owner_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__GroupShardOwnerRecord>) {
    self.shard = wire.pointee.shard
    if wire.pointee.owner_presence_case.rawValue == 2 { self.groupCoordinatorID = wire.pointee.group_coordinator_id }
    self.nodeEpoch = wire.pointee.node_epoch
    self.shardEpoch = wire.pointee.shard_epoch
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__GroupShardOwnerRecord>, in arena: Arena) {
    newswire__internal__v1__group_shard_owner_record__init(wire)
    wire.pointee.shard = self.shard
    if let value = self.groupCoordinatorID {
      wire.pointee.owner_presence_case = .init(2)
      wire.pointee.group_coordinator_id = value
    }
    wire.pointee.node_epoch = self.nodeEpoch
    wire.pointee.shard_epoch = self.shardEpoch
  }
}

extension NewswireInternalV1.ConfigurationOverride: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.ConfigurationOverride"
  package typealias Wire = Newswire__Internal__V1__ConfigurationOverride
  package static let schema = MessageSchema(of: Newswire__Internal__V1__ConfigurationOverride.self, newswire__internal__v1__configuration_override__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__ConfigurationOverride>) {
    self.key = CValue.string(wire.pointee.key)
    self.value = CValue.string(wire.pointee.value)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__ConfigurationOverride>, in arena: Arena) {
    newswire__internal__v1__configuration_override__init(wire)
    wire.pointee.key = arena.string(self.key)
    wire.pointee.value = arena.string(self.value)
  }
}

extension NewswireInternalV1.TopicCreatedRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.TopicCreatedRecord"
  package typealias Wire = Newswire__Internal__V1__TopicCreatedRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__TopicCreatedRecord.self, newswire__internal__v1__topic_created_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__TopicCreatedRecord>) {
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.name = CValue.string(wire.pointee.name)
    self.overrides = CValue.messages(wire.pointee.overrides, wire.pointee.n_overrides)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__TopicCreatedRecord>, in arena: Arena) {
    newswire__internal__v1__topic_created_record__init(wire)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.name = arena.string(self.name)
    (wire.pointee.n_overrides, wire.pointee.overrides) = arena.messages(self.overrides)
  }
}

extension NewswireInternalV1.TopicDeletedRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.TopicDeletedRecord"
  package typealias Wire = Newswire__Internal__V1__TopicDeletedRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__TopicDeletedRecord.self, newswire__internal__v1__topic_deleted_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__TopicDeletedRecord>) {
    self.topicID = CValue.bytes(wire.pointee.topic_id)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__TopicDeletedRecord>, in arena: Arena) {
    newswire__internal__v1__topic_deleted_record__init(wire)
    wire.pointee.topic_id = arena.bytes(self.topicID)
  }
}

extension NewswireInternalV1.TopicConfigurationRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.TopicConfigurationRecord"
  package typealias Wire = Newswire__Internal__V1__TopicConfigurationRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__TopicConfigurationRecord.self, newswire__internal__v1__topic_configuration_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__TopicConfigurationRecord>) {
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.overrides = CValue.messages(wire.pointee.overrides, wire.pointee.n_overrides)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__TopicConfigurationRecord>, in arena: Arena) {
    newswire__internal__v1__topic_configuration_record__init(wire)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    (wire.pointee.n_overrides, wire.pointee.overrides) = arena.messages(self.overrides)
  }
}

extension NewswireInternalV1.ReplicaPlacement: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.ReplicaPlacement"
  package typealias Wire = Newswire__Internal__V1__ReplicaPlacement
  package static let schema = MessageSchema(of: Newswire__Internal__V1__ReplicaPlacement.self, newswire__internal__v1__replica_placement__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__ReplicaPlacement>) {
    self.brokerID = wire.pointee.broker_id
    self.folderID = CValue.bytes(wire.pointee.folder_id)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__ReplicaPlacement>, in arena: Arena) {
    newswire__internal__v1__replica_placement__init(wire)
    wire.pointee.broker_id = self.brokerID
    wire.pointee.folder_id = arena.bytes(self.folderID)
  }
}

extension NewswireInternalV1.PartitionRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.PartitionRecord"
  package typealias Wire = Newswire__Internal__V1__PartitionRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__PartitionRecord.self, newswire__internal__v1__partition_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__PartitionRecord>) {
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    if wire.pointee.leader_presence_case.rawValue == 3 { self.leaderID = wire.pointee.leader_id }
    self.leaderEpoch = wire.pointee.leader_epoch
    self.partitionEpoch = wire.pointee.partition_epoch
    self.replicas = CValue.messages(wire.pointee.replicas, wire.pointee.n_replicas)
    self.inSyncReplicas = CValue.numbers(wire.pointee.in_sync_replicas, wire.pointee.n_in_sync_replicas)
    self.eligibleLeaders = CValue.numbers(wire.pointee.eligible_leaders, wire.pointee.n_eligible_leaders)
    self.targetReplicas = CValue.numbers(wire.pointee.target_replicas, wire.pointee.n_target_replicas)
    self.addingReplicas = CValue.numbers(wire.pointee.adding_replicas, wire.pointee.n_adding_replicas)
    self.damagedReplicas = CValue.messages(wire.pointee.damaged_replicas, wire.pointee.n_damaged_replicas)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__PartitionRecord>, in arena: Arena) {
    newswire__internal__v1__partition_record__init(wire)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    if let value = self.leaderID {
      wire.pointee.leader_presence_case = .init(3)
      wire.pointee.leader_id = value
    }
    wire.pointee.leader_epoch = self.leaderEpoch
    wire.pointee.partition_epoch = self.partitionEpoch
    (wire.pointee.n_replicas, wire.pointee.replicas) = arena.messages(self.replicas)
    (wire.pointee.n_in_sync_replicas, wire.pointee.in_sync_replicas) = arena.numbers(self.inSyncReplicas)
    (wire.pointee.n_eligible_leaders, wire.pointee.eligible_leaders) = arena.numbers(self.eligibleLeaders)
    (wire.pointee.n_target_replicas, wire.pointee.target_replicas) = arena.numbers(self.targetReplicas)
    (wire.pointee.n_adding_replicas, wire.pointee.adding_replicas) = arena.numbers(self.addingReplicas)
    (wire.pointee.n_damaged_replicas, wire.pointee.damaged_replicas) = arena.messages(self.damagedReplicas)
  }
}

extension NewswireInternalV1.DamagedReplica: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.DamagedReplica"
  package typealias Wire = Newswire__Internal__V1__DamagedReplica
  package static let schema = MessageSchema(of: Newswire__Internal__V1__DamagedReplica.self, newswire__internal__v1__damaged_replica__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__DamagedReplica>) {
    self.brokerID = wire.pointee.broker_id
    self.lastEpoch = wire.pointee.last_epoch
    self.endOffset = wire.pointee.end_offset
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__DamagedReplica>, in arena: Arena) {
    newswire__internal__v1__damaged_replica__init(wire)
    wire.pointee.broker_id = self.brokerID
    wire.pointee.last_epoch = self.lastEpoch
    wire.pointee.end_offset = self.endOffset
  }
}

extension NewswireInternalV1.BrokerFoldersRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.BrokerFoldersRecord"
  package typealias Wire = Newswire__Internal__V1__BrokerFoldersRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__BrokerFoldersRecord.self, newswire__internal__v1__broker_folders_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__BrokerFoldersRecord>) {
    self.brokerID = wire.pointee.broker_id
    self.failedFolderIDs = CValue.array(wire.pointee.failed_folder_ids, wire.pointee.n_failed_folder_ids) { CValue.bytes($0) }
    self.fullFolderIDs = CValue.array(wire.pointee.full_folder_ids, wire.pointee.n_full_folder_ids) { CValue.bytes($0) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__BrokerFoldersRecord>, in arena: Arena) {
    newswire__internal__v1__broker_folders_record__init(wire)
    wire.pointee.broker_id = self.brokerID
    (wire.pointee.n_failed_folder_ids, wire.pointee.failed_folder_ids) = arena.array(self.failedFolderIDs) { arena.bytes($0) }
    (wire.pointee.n_full_folder_ids, wire.pointee.full_folder_ids) = arena.array(self.fullFolderIDs) { arena.bytes($0) }
  }
}

extension NewswireInternalV1.ProducerIdsAllocatedRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.ProducerIdsAllocatedRecord"
  package typealias Wire = Newswire__Internal__V1__ProducerIdsAllocatedRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__ProducerIdsAllocatedRecord.self, newswire__internal__v1__producer_ids_allocated_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__ProducerIdsAllocatedRecord>) {
    self.nextProducerID = wire.pointee.next_producer_id
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__ProducerIdsAllocatedRecord>, in arena: Arena) {
    newswire__internal__v1__producer_ids_allocated_record__init(wire)
    wire.pointee.next_producer_id = self.nextProducerID
  }
}

extension NewswireInternalV1.RememberedTopic: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.RememberedTopic"
  package typealias Wire = Newswire__Internal__V1__RememberedTopic
  package static let schema = MessageSchema(of: Newswire__Internal__V1__RememberedTopic.self, newswire__internal__v1__remembered_topic__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__RememberedTopic>) {
    self.name = CValue.string(wire.pointee.name)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__RememberedTopic>, in arena: Arena) {
    newswire__internal__v1__remembered_topic__init(wire)
    wire.pointee.name = arena.string(self.name)
    wire.pointee.topic_id = arena.bytes(self.topicID)
  }
}

extension NewswireInternalV1.RequestRememberedRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.RequestRememberedRecord"
  package typealias Wire = Newswire__Internal__V1__RequestRememberedRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__RequestRememberedRecord.self, newswire__internal__v1__request_remembered_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__RequestRememberedRecord>) {
    self.requestID = CValue.string(wire.pointee.request_id)
    self.topics = CValue.messages(wire.pointee.topics, wire.pointee.n_topics)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__RequestRememberedRecord>, in arena: Arena) {
    newswire__internal__v1__request_remembered_record__init(wire)
    wire.pointee.request_id = arena.string(self.requestID)
    (wire.pointee.n_topics, wire.pointee.topics) = arena.messages(self.topics)
  }
}
