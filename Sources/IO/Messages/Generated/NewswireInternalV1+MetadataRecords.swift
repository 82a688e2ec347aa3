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
    /// BrokerRegisteredRecord.
    public static let brokerRegistered = Self(rawValue: 3)
    /// BrokerFencingChangedRecord.
    public static let brokerFencingChanged = Self(rawValue: 4)
    /// BrokerRemovedRecord.
    public static let brokerRemoved = Self(rawValue: 5)
    /// TopicCreatedRecord.
    public static let topicCreated = Self(rawValue: 6)
    /// TopicDeletedRecord.
    public static let topicDeleted = Self(rawValue: 7)
    /// TopicConfigChangedRecord.
    public static let topicConfigChanged = Self(rawValue: 8)
    /// PartitionCreatedRecord.
    public static let partitionCreated = Self(rawValue: 9)
    /// PartitionChangedRecord.
    public static let partitionChanged = Self(rawValue: 10)
    /// ProducerIdsAllocatedRecord.
    public static let producerIDsAllocated = Self(rawValue: 11)
    /// RequestRememberedRecord.
    public static let requestRemembered = Self(rawValue: 12)
    /// NodeRegisteredRecord.
    public static let nodeRegistered = Self(rawValue: 13)
    /// NodeRemovedRecord.
    public static let nodeRemoved = Self(rawValue: 14)
    /// GroupShardOwnerRecord.
    public static let groupShardOwner = Self(rawValue: 15)
  }

  /// What a node does.
  public struct InternalRole: RawRepresentable, Hashable, Sendable {
    /// The number on the wire; one that is not listed here comes from a newer program.
    public var rawValue: Int32
    /// The value with this number.
    public init(rawValue: Int32) { self.rawValue = rawValue }
    /// Not said; never written.
    public static let unspecified = Self(rawValue: 0)
    /// A coordinator.
    public static let coordinator = Self(rawValue: 1)
    /// A broker.
    public static let broker = Self(rawValue: 2)
    /// A group coordinator.
    public static let groupCoordinator = Self(rawValue: 3)
  }

  /// Which versions of records may be written from here on.
  public struct FeatureLevelRecord: Message {
    /// The feature's name; "metadata" is the log itself.
    public var feature: String = ""
    /// The level that is in force from here on.
    public var level: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      feature: String = "",
      level: Int32 = 0
    ) {
      self.feature = feature
      self.level = level
    }
  }

  /// The cluster begins.
  public struct ClusterCreatedRecord: Message {
    /// The cluster's id, 16 bytes.
    public var clusterID: [UInt8] = []
    /// When, in milliseconds since 1970.
    public var timestampMs: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      clusterID: [UInt8] = [],
      timestampMs: Int64 = 0
    ) {
      self.clusterID = clusterID
      self.timestampMs = timestampMs
    }
  }

  /// A process has registered as broker. It is fenced until a BrokerFencingChangedRecord says otherwise.
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
    /// When, in milliseconds since 1970.
    public var timestampMs: Int64 = 0

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
      softwareVersion: String = "",
      timestampMs: Int64 = 0
    ) {
      self.brokerID = brokerID
      self.brokerEpoch = brokerEpoch
      self.incarnation = incarnation
      self.listeners = listeners
      self.rack = rack
      self.folderIDs = folderIDs
      self.softwareVersion = softwareVersion
      self.timestampMs = timestampMs
    }
  }

  /// A broker counts as dead or alive, or is being emptied or stopped.
  public struct BrokerFencingChangedRecord: Message {
    /// Its id.
    public var brokerID: Int32 = 0
    /// Its epoch.
    public var brokerEpoch: Int64 = 0
    /// True if it leads nothing.
    public var fenced: Bool = false
    /// True while it is being emptied.
    public var draining: Bool = false
    /// True while it is on its way out.
    public var shuttingDown: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      brokerID: Int32 = 0,
      brokerEpoch: Int64 = 0,
      fenced: Bool = false,
      draining: Bool = false,
      shuttingDown: Bool = false
    ) {
      self.brokerID = brokerID
      self.brokerEpoch = brokerEpoch
      self.fenced = fenced
      self.draining = draining
      self.shuttingDown = shuttingDown
    }
  }

  /// A broker is forgotten.
  public struct BrokerRemovedRecord: Message {
    /// Its id.
    public var brokerID: Int32 = 0
    /// Its last epoch.
    public var brokerEpoch: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      brokerID: Int32 = 0,
      brokerEpoch: Int64 = 0
    ) {
      self.brokerID = brokerID
      self.brokerEpoch = brokerEpoch
    }
  }

  /// A topic begins; its partitions follow, then its configuration.
  public struct TopicCreatedRecord: Message {
    /// Its id, 16 bytes.
    public var topicID: [UInt8] = []
    /// Its name.
    public var name: String = ""
    /// True for the cluster's own.
    public var `internal`: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topicID: [UInt8] = [],
      name: String = "",
      internal: Bool = false
    ) {
      self.topicID = topicID
      self.name = name
      self.internal = `internal`
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

  /// One key of a topic's configuration has another value.
  public struct TopicConfigChangedRecord: Message {
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The key.
    public var key: String = ""
    /// The value.
    ///
    /// Nil if it is not there.
    public var value: String? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topicID: [UInt8] = [],
      key: String = "",
      value: String? = nil
    ) {
      self.topicID = topicID
      self.key = key
      self.value = value
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

  /// A partition begins.
  public struct PartitionCreatedRecord: Message {
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// The state it begins in.
    public var state: NewswireInternalV1.PartitionState? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      state: NewswireInternalV1.PartitionState? = nil
    ) {
      self.topicID = topicID
      self.partition = partition
      self.state = state
    }
  }

  /// A partition has another state.
  public struct PartitionChangedRecord: Message {
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// The whole state from here on.
    public var state: NewswireInternalV1.PartitionState? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      state: NewswireInternalV1.PartitionState? = nil
    ) {
      self.topicID = topicID
      self.partition = partition
      self.state = state
    }
  }

  /// Who holds and who leads a partition.
  public struct PartitionState: Message {
    /// The broker that leads it.
    ///
    /// Nil if it is not there.
    public var leaderID: Int32? = nil
    /// Counts its leaders.
    public var leaderEpoch: Int32 = 0
    /// Counts its changes.
    public var partitionEpoch: Int32 = 0
    /// Who holds it, the preferred leader first.
    public var replicas: [NewswireInternalV1.ReplicaPlacement] = []
    /// The brokers in sync.
    public var inSyncReplicas: [Int32] = []
    /// The brokers that left the in-sync set while it was too small, and still hold everything acknowledged.
    public var eligibleLeaders: [Int32] = []
    /// While it is being moved: who shall hold it in the end.
    public var targetReplicas: [Int32] = []
    /// True from an election that took all that lived until the leader has said that its log is whole.
    public var recovering: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      leaderID: Int32? = nil,
      leaderEpoch: Int32 = 0,
      partitionEpoch: Int32 = 0,
      replicas: [NewswireInternalV1.ReplicaPlacement] = [],
      inSyncReplicas: [Int32] = [],
      eligibleLeaders: [Int32] = [],
      targetReplicas: [Int32] = [],
      recovering: Bool = false
    ) {
      self.leaderID = leaderID
      self.leaderEpoch = leaderEpoch
      self.partitionEpoch = partitionEpoch
      self.replicas = replicas
      self.inSyncReplicas = inSyncReplicas
      self.eligibleLeaders = eligibleLeaders
      self.targetReplicas = targetReplicas
      self.recovering = recovering
    }
  }

  /// Producer ids are in a broker's hands: nobody gives them out again.
  public struct ProducerIdsAllocatedRecord: Message {
    /// The first id that is still free.
    public var nextProducerID: Int64 = 0
    /// The broker that got those before.
    public var brokerID: Int32 = 0
    /// Its epoch.
    public var brokerEpoch: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      nextProducerID: Int64 = 0,
      brokerID: Int32 = 0,
      brokerEpoch: Int64 = 0
    ) {
      self.nextProducerID = nextProducerID
      self.brokerID = brokerID
      self.brokerEpoch = brokerEpoch
    }
  }

  /// An administrative change was made: the same request is answered, not repeated.
  public struct RequestRememberedRecord: Message {
    /// The caller's id of the request.
    public var requestID: String = ""
    /// The method, such as "/newswire.v1.Coordinator/CreateTopics".
    public var method: String = ""
    /// Who asked: the certificate's name.
    public var principal: String = ""
    /// The answer, as a serialized message.
    public var response: [UInt8] = []
    /// When, in milliseconds since 1970.
    public var timestampMs: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      requestID: String = "",
      method: String = "",
      principal: String = "",
      response: [UInt8] = [],
      timestampMs: Int64 = 0
    ) {
      self.requestID = requestID
      self.method = method
      self.principal = principal
      self.response = response
      self.timestampMs = timestampMs
    }
  }

  /// A coordinator or group coordinator has registered.
  public struct NodeRegisteredRecord: Message {
    /// What it does.
    public var role: NewswireInternalV1.InternalRole = .init(rawValue: 0)
    /// Its id.
    public var nodeID: Int32 = 0
    /// Its epoch: greater than every earlier one of this role and id.
    public var nodeEpoch: Int64 = 0
    /// The 16 bytes it made at its start.
    public var incarnation: [UInt8] = []
    /// Where it can be reached.
    public var listeners: [NewswireInternalV1.ListenerAddress] = []
    /// The rack or zone it stands in; may be empty.
    public var rack: String = ""
    /// The version of its software.
    public var softwareVersion: String = ""
    /// When, in milliseconds since 1970.
    public var timestampMs: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      role: NewswireInternalV1.InternalRole = .init(rawValue: 0),
      nodeID: Int32 = 0,
      nodeEpoch: Int64 = 0,
      incarnation: [UInt8] = [],
      listeners: [NewswireInternalV1.ListenerAddress] = [],
      rack: String = "",
      softwareVersion: String = "",
      timestampMs: Int64 = 0
    ) {
      self.role = role
      self.nodeID = nodeID
      self.nodeEpoch = nodeEpoch
      self.incarnation = incarnation
      self.listeners = listeners
      self.rack = rack
      self.softwareVersion = softwareVersion
      self.timestampMs = timestampMs
    }
  }

  /// A coordinator or group coordinator is gone.
  public struct NodeRemovedRecord: Message {
    /// What it did.
    public var role: NewswireInternalV1.InternalRole = .init(rawValue: 0)
    /// Its id.
    public var nodeID: Int32 = 0
    /// Its epoch.
    public var nodeEpoch: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      role: NewswireInternalV1.InternalRole = .init(rawValue: 0),
      nodeID: Int32 = 0,
      nodeEpoch: Int64 = 0
    ) {
      self.role = role
      self.nodeID = nodeID
      self.nodeEpoch = nodeEpoch
    }
  }

  /// A shard of the groups has another owner.
  public struct GroupShardOwnerRecord: Message {
    /// The shard: a partition of `__consumer_offsets`.
    public var shard: Int32 = 0
    /// The group coordinator that owns it.
    ///
    /// Nil if it is not there.
    public var groupCoordinatorID: Int32? = nil
    /// The owner's node epoch.
    public var nodeEpoch: Int64 = 0
    /// Counts the owners: each has a higher number than all before it. It fences the shard's log.
    public var shardEpoch: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      shard: Int32 = 0,
      groupCoordinatorID: Int32? = nil,
      nodeEpoch: Int64 = 0,
      shardEpoch: Int64 = 0
    ) {
      self.shard = shard
      self.groupCoordinatorID = groupCoordinatorID
      self.nodeEpoch = nodeEpoch
      self.shardEpoch = shardEpoch
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
    self.feature = CValue.string(wire.pointee.feature)
    self.level = wire.pointee.level
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__FeatureLevelRecord>, in arena: Arena) {
    newswire__internal__v1__feature_level_record__init(wire)
    wire.pointee.feature = arena.string(self.feature)
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
    self.timestampMs = wire.pointee.timestamp_ms
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__ClusterCreatedRecord>, in arena: Arena) {
    newswire__internal__v1__cluster_created_record__init(wire)
    wire.pointee.cluster_id = arena.bytes(self.clusterID)
    wire.pointee.timestamp_ms = self.timestampMs
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
    self.timestampMs = wire.pointee.timestamp_ms
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
    wire.pointee.timestamp_ms = self.timestampMs
  }
}

extension NewswireInternalV1.BrokerFencingChangedRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.BrokerFencingChangedRecord"
  package typealias Wire = Newswire__Internal__V1__BrokerFencingChangedRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__BrokerFencingChangedRecord.self, newswire__internal__v1__broker_fencing_changed_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__BrokerFencingChangedRecord>) {
    self.brokerID = wire.pointee.broker_id
    self.brokerEpoch = wire.pointee.broker_epoch
    self.fenced = wire.pointee.fenced != 0
    self.draining = wire.pointee.draining != 0
    self.shuttingDown = wire.pointee.shutting_down != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__BrokerFencingChangedRecord>, in arena: Arena) {
    newswire__internal__v1__broker_fencing_changed_record__init(wire)
    wire.pointee.broker_id = self.brokerID
    wire.pointee.broker_epoch = self.brokerEpoch
    wire.pointee.fenced = self.fenced ? 1 : 0
    wire.pointee.draining = self.draining ? 1 : 0
    wire.pointee.shutting_down = self.shuttingDown ? 1 : 0
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
    self.brokerEpoch = wire.pointee.broker_epoch
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__BrokerRemovedRecord>, in arena: Arena) {
    newswire__internal__v1__broker_removed_record__init(wire)
    wire.pointee.broker_id = self.brokerID
    wire.pointee.broker_epoch = self.brokerEpoch
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
    self.internal = wire.pointee.internal != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__TopicCreatedRecord>, in arena: Arena) {
    newswire__internal__v1__topic_created_record__init(wire)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.name = arena.string(self.name)
    wire.pointee.internal = self.internal ? 1 : 0
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

extension NewswireInternalV1.TopicConfigChangedRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.TopicConfigChangedRecord"
  package typealias Wire = Newswire__Internal__V1__TopicConfigChangedRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__TopicConfigChangedRecord.self, newswire__internal__v1__topic_config_changed_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__TopicConfigChangedRecord>) {
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.key = CValue.string(wire.pointee.key)
    if wire.pointee.value_presence_case.rawValue == 3 { self.value = CValue.string(wire.pointee.value) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__TopicConfigChangedRecord>, in arena: Arena) {
    newswire__internal__v1__topic_config_changed_record__init(wire)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.key = arena.string(self.key)
    if let value = self.value {
      wire.pointee.value_presence_case = .init(3)
      wire.pointee.value = arena.string(value)
    }
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

extension NewswireInternalV1.PartitionCreatedRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.PartitionCreatedRecord"
  package typealias Wire = Newswire__Internal__V1__PartitionCreatedRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__PartitionCreatedRecord.self, newswire__internal__v1__partition_created_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__PartitionCreatedRecord>) {
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    if let message = wire.pointee.state { self.state = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__PartitionCreatedRecord>, in arena: Arena) {
    newswire__internal__v1__partition_created_record__init(wire)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    if let message = self.state { wire.pointee.state = arena.message(message) }
  }
}

extension NewswireInternalV1.PartitionChangedRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.PartitionChangedRecord"
  package typealias Wire = Newswire__Internal__V1__PartitionChangedRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__PartitionChangedRecord.self, newswire__internal__v1__partition_changed_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__PartitionChangedRecord>) {
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    if let message = wire.pointee.state { self.state = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__PartitionChangedRecord>, in arena: Arena) {
    newswire__internal__v1__partition_changed_record__init(wire)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    if let message = self.state { wire.pointee.state = arena.message(message) }
  }
}

extension NewswireInternalV1.PartitionState: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.PartitionState"
  package typealias Wire = Newswire__Internal__V1__PartitionState
  package static let schema = MessageSchema(of: Newswire__Internal__V1__PartitionState.self, newswire__internal__v1__partition_state__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__PartitionState>) {
    if wire.pointee.leader_presence_case.rawValue == 1 { self.leaderID = wire.pointee.leader_id }
    self.leaderEpoch = wire.pointee.leader_epoch
    self.partitionEpoch = wire.pointee.partition_epoch
    self.replicas = CValue.messages(wire.pointee.replicas, wire.pointee.n_replicas)
    self.inSyncReplicas = CValue.numbers(wire.pointee.in_sync_replicas, wire.pointee.n_in_sync_replicas)
    self.eligibleLeaders = CValue.numbers(wire.pointee.eligible_leaders, wire.pointee.n_eligible_leaders)
    self.targetReplicas = CValue.numbers(wire.pointee.target_replicas, wire.pointee.n_target_replicas)
    self.recovering = wire.pointee.recovering != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__PartitionState>, in arena: Arena) {
    newswire__internal__v1__partition_state__init(wire)
    if let value = self.leaderID {
      wire.pointee.leader_presence_case = .init(1)
      wire.pointee.leader_id = value
    }
    wire.pointee.leader_epoch = self.leaderEpoch
    wire.pointee.partition_epoch = self.partitionEpoch
    (wire.pointee.n_replicas, wire.pointee.replicas) = arena.messages(self.replicas)
    (wire.pointee.n_in_sync_replicas, wire.pointee.in_sync_replicas) = arena.numbers(self.inSyncReplicas)
    (wire.pointee.n_eligible_leaders, wire.pointee.eligible_leaders) = arena.numbers(self.eligibleLeaders)
    (wire.pointee.n_target_replicas, wire.pointee.target_replicas) = arena.numbers(self.targetReplicas)
    wire.pointee.recovering = self.recovering ? 1 : 0
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
    self.brokerID = wire.pointee.broker_id
    self.brokerEpoch = wire.pointee.broker_epoch
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__ProducerIdsAllocatedRecord>, in arena: Arena) {
    newswire__internal__v1__producer_ids_allocated_record__init(wire)
    wire.pointee.next_producer_id = self.nextProducerID
    wire.pointee.broker_id = self.brokerID
    wire.pointee.broker_epoch = self.brokerEpoch
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
    self.method = CValue.string(wire.pointee.method)
    self.principal = CValue.string(wire.pointee.principal)
    self.response = CValue.bytes(wire.pointee.response)
    self.timestampMs = wire.pointee.timestamp_ms
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__RequestRememberedRecord>, in arena: Arena) {
    newswire__internal__v1__request_remembered_record__init(wire)
    wire.pointee.request_id = arena.string(self.requestID)
    wire.pointee.method = arena.string(self.method)
    wire.pointee.principal = arena.string(self.principal)
    wire.pointee.response = arena.bytes(self.response)
    wire.pointee.timestamp_ms = self.timestampMs
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
    self.role = .init(rawValue: Int32(bitPattern: wire.pointee.role.rawValue))
    self.nodeID = wire.pointee.node_id
    self.nodeEpoch = wire.pointee.node_epoch
    self.incarnation = CValue.bytes(wire.pointee.incarnation)
    self.listeners = CValue.messages(wire.pointee.listeners, wire.pointee.n_listeners)
    self.rack = CValue.string(wire.pointee.rack)
    self.softwareVersion = CValue.string(wire.pointee.software_version)
    self.timestampMs = wire.pointee.timestamp_ms
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__NodeRegisteredRecord>, in arena: Arena) {
    newswire__internal__v1__node_registered_record__init(wire)
    wire.pointee.role = .init(UInt32(bitPattern: self.role.rawValue))
    wire.pointee.node_id = self.nodeID
    wire.pointee.node_epoch = self.nodeEpoch
    wire.pointee.incarnation = arena.bytes(self.incarnation)
    (wire.pointee.n_listeners, wire.pointee.listeners) = arena.messages(self.listeners)
    wire.pointee.rack = arena.string(self.rack)
    wire.pointee.software_version = arena.string(self.softwareVersion)
    wire.pointee.timestamp_ms = self.timestampMs
  }
}

extension NewswireInternalV1.NodeRemovedRecord: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.NodeRemovedRecord"
  package typealias Wire = Newswire__Internal__V1__NodeRemovedRecord
  package static let schema = MessageSchema(of: Newswire__Internal__V1__NodeRemovedRecord.self, newswire__internal__v1__node_removed_record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__NodeRemovedRecord>) {
    self.role = .init(rawValue: Int32(bitPattern: wire.pointee.role.rawValue))
    self.nodeID = wire.pointee.node_id
    self.nodeEpoch = wire.pointee.node_epoch
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__NodeRemovedRecord>, in arena: Arena) {
    newswire__internal__v1__node_removed_record__init(wire)
    wire.pointee.role = .init(UInt32(bitPattern: self.role.rawValue))
    wire.pointee.node_id = self.nodeID
    wire.pointee.node_epoch = self.nodeEpoch
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
