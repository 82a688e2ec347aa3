// swift-format-ignore-file
// Generated from newswire/internal/v1/broker_lifecycle.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CMessages

extension NewswireInternalV1 {
  /// Asks which process answers.
  public struct IdentifyProcessRequest: Message {
    /// The message with every field at its default.
    public init() {}
  }

  /// The process that answers.
  public struct IdentifyProcessResponse: Message {
    /// The 16 bytes that it made at its start and registers with.
    public var incarnation: [UInt8] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      incarnation: [UInt8] = []
    ) {
      self.incarnation = incarnation
    }
  }

  /// A place where a node can be reached.
  public struct ListenerAddress: Message {
    /// The listener's name, such as "default" or "internal".
    public var name: String = ""
    /// The host name or address that others shall use.
    public var host: String = ""
    /// The port that others shall use.
    public var port: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      name: String = "",
      host: String = "",
      port: Int32 = 0
    ) {
      self.name = name
      self.host = host
      self.port = port
    }
  }

  /// A process that wants to be a broker.
  public struct RegisterBrokerRequest: Message {
    /// Its id.
    public var brokerID: Int32 = 0
    /// 16 random bytes made at the process's start: a registration that is repeated is told from another process.
    public var incarnation: [UInt8] = []
    /// The cluster's id from its disk folders, 16 bytes; empty if they are new.
    public var clusterID: [UInt8] = []
    /// Where it can be reached.
    public var listeners: [NewswireInternalV1.ListenerAddress] = []
    /// The rack or zone it stands in; may be empty.
    public var rack: String = ""
    /// The ids of its disk folders that are at work, 16 bytes each.
    public var folderIDs: [[UInt8]] = []
    /// The version of its software.
    public var softwareVersion: String = ""
    /// The newest feature level that it understands.
    public var featureLevelMax: Int32 = 0
    /// Whether the last process of this id stopped cleanly.
    public var cleanShutdown: Bool = false
    /// Replicas that hold less than an earlier process had safely on disk. One that lies in a folder that is missing need
    /// not be named. Only in the first registration of a process.
    public var damagedLogs: [NewswireInternalV1.DamagedLog] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      brokerID: Int32 = 0,
      incarnation: [UInt8] = [],
      clusterID: [UInt8] = [],
      listeners: [NewswireInternalV1.ListenerAddress] = [],
      rack: String = "",
      folderIDs: [[UInt8]] = [],
      softwareVersion: String = "",
      featureLevelMax: Int32 = 0,
      cleanShutdown: Bool = false,
      damagedLogs: [NewswireInternalV1.DamagedLog] = []
    ) {
      self.brokerID = brokerID
      self.incarnation = incarnation
      self.clusterID = clusterID
      self.listeners = listeners
      self.rack = rack
      self.folderIDs = folderIDs
      self.softwareVersion = softwareVersion
      self.featureLevelMax = featureLevelMax
      self.cleanShutdown = cleanShutdown
      self.damagedLogs = damagedLogs
    }
  }

  /// A replica that came back with less than it had.
  public struct DamagedLog: Message {
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// The leader epoch of the last batch that is left; -1 if none is.
    public var lastEpoch: Int32 = 0
    /// The end of what is left, exclusive.
    public var endOffset: Int64 = 0
    /// The newest leader epoch that the broker knew when it found the damage. The replica begins anew in a later one, in
    /// which nobody counts on what it once held.
    public var leaderEpoch: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      lastEpoch: Int32 = 0,
      endOffset: Int64 = 0,
      leaderEpoch: Int32 = 0
    ) {
      self.topicID = topicID
      self.partition = partition
      self.lastEpoch = lastEpoch
      self.endOffset = endOffset
      self.leaderEpoch = leaderEpoch
    }
  }

  /// The process is a broker.
  public struct RegisterBrokerResponse: Message {
    /// Its epoch, greater than every earlier one of this id.
    public var brokerEpoch: Int64 = 0
    /// The cluster's id, 16 bytes.
    public var clusterID: [UInt8] = []
    /// How long the lease lasts, from the sending of a heartbeat, in milliseconds.
    public var leaseMs: Int32 = 0
    /// How often to send a heartbeat, in milliseconds.
    public var heartbeatIntervalMs: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      brokerEpoch: Int64 = 0,
      clusterID: [UInt8] = [],
      leaseMs: Int32 = 0,
      heartbeatIntervalMs: Int32 = 0
    ) {
      self.brokerEpoch = brokerEpoch
      self.clusterID = clusterID
      self.leaseMs = leaseMs
      self.heartbeatIntervalMs = heartbeatIntervalMs
    }
  }

  /// A broker is alive.
  public struct BrokerHeartbeatRequest: Message {
    /// Its id.
    public var brokerID: Int32 = 0
    /// Its epoch.
    public var brokerEpoch: Int64 = 0
    /// The first metadata offset that it has not applied yet.
    public var metadataOffset: Int64 = 0
    /// True if it wants to stop as soon as its leaderships are away.
    public var wantShutdown: Bool = false
    /// The ids of the disk folders that have failed, 16 bytes each: nothing in them can be led or followed.
    public var failedFolderIDs: [[UInt8]] = []
    /// The ids of the disk folders that are full, 16 bytes each: what is in them is led only if no other replica can lead.
    public var fullFolderIDs: [[UInt8]] = []
    /// Replicas that were found to be damaged since the registration, until they are no members any more.
    public var damagedLogs: [NewswireInternalV1.DamagedLog] = []
    /// How large partitions are that it leads: those that have changed much since it last said so, and all now and then.
    public var partitionSizes: [NewswireInternalV1.PartitionSize] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      brokerID: Int32 = 0,
      brokerEpoch: Int64 = 0,
      metadataOffset: Int64 = 0,
      wantShutdown: Bool = false,
      failedFolderIDs: [[UInt8]] = [],
      fullFolderIDs: [[UInt8]] = [],
      damagedLogs: [NewswireInternalV1.DamagedLog] = [],
      partitionSizes: [NewswireInternalV1.PartitionSize] = []
    ) {
      self.brokerID = brokerID
      self.brokerEpoch = brokerEpoch
      self.metadataOffset = metadataOffset
      self.wantShutdown = wantShutdown
      self.failedFolderIDs = failedFolderIDs
      self.fullFolderIDs = fullFolderIDs
      self.damagedLogs = damagedLogs
      self.partitionSizes = partitionSizes
    }
  }

  /// How large a partition is.
  public struct PartitionSize: Message {
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// The bytes of one replica.
    public var sizeBytes: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      sizeBytes: Int64 = 0
    ) {
      self.topicID = topicID
      self.partition = partition
      self.sizeBytes = sizeBytes
    }
  }

  /// What the coordinator thinks of it.
  public struct BrokerHeartbeatResponse: Message {
    /// True if it is fenced: it leads nothing until it has caught up with the metadata.
    public var fenced: Bool = false
    /// True if it may stop now.
    public var mayShutDown: Bool = false
    /// How long the lease lasts, from the sending of the request, in milliseconds.
    public var leaseMs: Int32 = 0
    /// The first metadata offset that is not committed: with everything before it the broker knows of every change that
    /// was made before it sent the heartbeat.
    public var metadataEndOffset: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      fenced: Bool = false,
      mayShutDown: Bool = false,
      leaseMs: Int32 = 0,
      metadataEndOffset: Int64 = 0
    ) {
      self.fenced = fenced
      self.mayShutDown = mayShutDown
      self.leaseMs = leaseMs
      self.metadataEndOffset = metadataEndOffset
    }
  }

  /// Changes of in-sync sets.
  public struct AlterPartitionsRequest: Message {
    /// The leader that asks.
    public var brokerID: Int32 = 0
    /// Its epoch.
    public var brokerEpoch: Int64 = 0
    /// The changes.
    public var partitions: [NewswireInternalV1.PartitionAlteration] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      brokerID: Int32 = 0,
      brokerEpoch: Int64 = 0,
      partitions: [NewswireInternalV1.PartitionAlteration] = []
    ) {
      self.brokerID = brokerID
      self.brokerEpoch = brokerEpoch
      self.partitions = partitions
    }
  }

  /// One partition's new in-sync set.
  public struct PartitionAlteration: Message {
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// The leader epoch under which the leader asks.
    public var leaderEpoch: Int32 = 0
    /// The partition epoch that the change starts from.
    public var partitionEpoch: Int32 = 0
    /// The in-sync set that shall be.
    public var inSyncReplicas: [NewswireInternalV1.InSyncReplica] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      leaderEpoch: Int32 = 0,
      partitionEpoch: Int32 = 0,
      inSyncReplicas: [NewswireInternalV1.InSyncReplica] = []
    ) {
      self.topicID = topicID
      self.partition = partition
      self.leaderEpoch = leaderEpoch
      self.partitionEpoch = partitionEpoch
      self.inSyncReplicas = inSyncReplicas
    }
  }

  /// A member of an in-sync set.
  public struct InSyncReplica: Message {
    /// The broker.
    public var brokerID: Int32 = 0
    /// The epoch of the process that was in sync: one that restarted meanwhile is refused.
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

  /// What became of the changes.
  public struct AlterPartitionsResponse: Message {
    /// One for each of the request, in its order.
    public var partitions: [NewswireInternalV1.PartitionAlterationResult] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      partitions: [NewswireInternalV1.PartitionAlterationResult] = []
    ) {
      self.partitions = partitions
    }
  }

  /// What became of one change.
  public struct PartitionAlterationResult: Message {
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// Why it was refused, from the catalogue (such as FENCED_LEADER_EPOCH); empty if it was made.
    public var reason: String = ""
    /// What happened in words, if it was refused.
    public var message: String = ""
    /// The leader of now.
    public var leaderID: Int32 = 0
    /// The leader epoch of now.
    public var leaderEpoch: Int32 = 0
    /// The partition epoch of now.
    public var partitionEpoch: Int32 = 0
    /// The in-sync set of now.
    public var inSyncReplicas: [Int32] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      reason: String = "",
      message: String = "",
      leaderID: Int32 = 0,
      leaderEpoch: Int32 = 0,
      partitionEpoch: Int32 = 0,
      inSyncReplicas: [Int32] = []
    ) {
      self.topicID = topicID
      self.partition = partition
      self.reason = reason
      self.message = message
      self.leaderID = leaderID
      self.leaderEpoch = leaderEpoch
      self.partitionEpoch = partitionEpoch
      self.inSyncReplicas = inSyncReplicas
    }
  }

  /// A broker wants to stop.
  public struct ControlledShutdownRequest: Message {
    /// Its id.
    public var brokerID: Int32 = 0
    /// Its epoch.
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

  /// How far the moving is.
  public struct ControlledShutdownResponse: Message {
    /// How many partitions it still leads and others could lead. At 0 it may stop.
    public var leadersLeft: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      leadersLeft: Int32 = 0
    ) {
      self.leadersLeft = leadersLeft
    }
  }

  /// A broker has no producer ids left.
  public struct AllocateProducerIdsRequest: Message {
    /// Its id.
    public var brokerID: Int32 = 0
    /// Its epoch.
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

  /// Producer ids that nobody else gives out.
  public struct AllocateProducerIdsResponse: Message {
    /// The first.
    public var firstProducerID: Int64 = 0
    /// How many.
    public var count: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      firstProducerID: Int64 = 0,
      count: Int32 = 0
    ) {
      self.firstProducerID = firstProducerID
      self.count = count
    }
  }

  /// Answered by coordinators to brokers (role `broker` in the certificate, with the id that the request claims).
  public enum BrokerLifecycle {
    /// The service's full name.
    public static let serviceName = "newswire.internal.v1.BrokerLifecycle"
    /// Registers a process as broker; the answer's epoch fences every earlier process of the same id.
    ///
    /// Errors: CLUSTER_MISMATCH, COORDINATOR_NOT_AVAILABLE, UNSUPPORTED_VERSION, INVALID_REQUEST (another process of this
    /// id is alive).
    public static let registerBroker = Method<NewswireInternalV1.RegisterBrokerRequest, NewswireInternalV1.RegisterBrokerResponse>(
      path: "/newswire.internal.v1.BrokerLifecycle/RegisterBroker", kind: .unary)
    /// Keeps the broker's lease, counted from the sending of the request.
    ///
    /// Errors: FENCED_BROKER_EPOCH (register anew).
    public static let brokerHeartbeat = Method<NewswireInternalV1.BrokerHeartbeatRequest, NewswireInternalV1.BrokerHeartbeatResponse>(
      path: "/newswire.internal.v1.BrokerLifecycle/BrokerHeartbeat", kind: .unary)
    /// A leader asks for changes of in-sync sets.
    ///
    /// Errors: FENCED_BROKER_EPOCH.
    public static let alterPartitions = Method<NewswireInternalV1.AlterPartitionsRequest, NewswireInternalV1.AlterPartitionsResponse>(
      path: "/newswire.internal.v1.BrokerLifecycle/AlterPartitions", kind: .unary)
    /// The broker wants to stop: leaderships are moved away first.
    ///
    /// Errors: FENCED_BROKER_EPOCH.
    public static let controlledShutdown = Method<NewswireInternalV1.ControlledShutdownRequest, NewswireInternalV1.ControlledShutdownResponse>(
      path: "/newswire.internal.v1.BrokerLifecycle/ControlledShutdown", kind: .unary)
    /// Takes a block of producer ids, which the broker then gives out one by one.
    ///
    /// Errors: FENCED_BROKER_EPOCH.
    public static let allocateProducerIds = Method<NewswireInternalV1.AllocateProducerIdsRequest, NewswireInternalV1.AllocateProducerIdsResponse>(
      path: "/newswire.internal.v1.BrokerLifecycle/AllocateProducerIds", kind: .unary)
    /// All of its methods.
    public static let methods: [(path: String, kind: CallKind)] = [
      ("/newswire.internal.v1.BrokerLifecycle/RegisterBroker", .unary),
      ("/newswire.internal.v1.BrokerLifecycle/BrokerHeartbeat", .unary),
      ("/newswire.internal.v1.BrokerLifecycle/AlterPartitions", .unary),
      ("/newswire.internal.v1.BrokerLifecycle/ControlledShutdown", .unary),
      ("/newswire.internal.v1.BrokerLifecycle/AllocateProducerIds", .unary),
    ]
  }

  /// Answered by brokers and group coordinators to coordinators.
  public enum NodeProcess {
    /// The service's full name.
    public static let serviceName = "newswire.internal.v1.NodeProcess"
    /// Which process answers at this address: asked when the connection of a registered one is lost.
    ///
    /// Errors: none of its own.
    public static let identifyProcess = Method<NewswireInternalV1.IdentifyProcessRequest, NewswireInternalV1.IdentifyProcessResponse>(
      path: "/newswire.internal.v1.NodeProcess/IdentifyProcess", kind: .unary)
    /// All of its methods.
    public static let methods: [(path: String, kind: CallKind)] = [
      ("/newswire.internal.v1.NodeProcess/IdentifyProcess", .unary),
    ]
  }
}

extension NewswireInternalV1.IdentifyProcessRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.IdentifyProcessRequest"
  package typealias Wire = Newswire__Internal__V1__IdentifyProcessRequest
  package static let schema = MessageSchema(of: Newswire__Internal__V1__IdentifyProcessRequest.self, newswire__internal__v1__identify_process_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__IdentifyProcessRequest>) {
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__IdentifyProcessRequest>, in arena: Arena) {
    newswire__internal__v1__identify_process_request__init(wire)
  }
}

extension NewswireInternalV1.IdentifyProcessResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.IdentifyProcessResponse"
  package typealias Wire = Newswire__Internal__V1__IdentifyProcessResponse
  package static let schema = MessageSchema(of: Newswire__Internal__V1__IdentifyProcessResponse.self, newswire__internal__v1__identify_process_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__IdentifyProcessResponse>) {
    self.incarnation = CValue.bytes(wire.pointee.incarnation)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__IdentifyProcessResponse>, in arena: Arena) {
    newswire__internal__v1__identify_process_response__init(wire)
    wire.pointee.incarnation = arena.bytes(self.incarnation)
  }
}

extension NewswireInternalV1.ListenerAddress: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.ListenerAddress"
  package typealias Wire = Newswire__Internal__V1__ListenerAddress
  package static let schema = MessageSchema(of: Newswire__Internal__V1__ListenerAddress.self, newswire__internal__v1__listener_address__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__ListenerAddress>) {
    self.name = CValue.string(wire.pointee.name)
    self.host = CValue.string(wire.pointee.host)
    self.port = wire.pointee.port
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__ListenerAddress>, in arena: Arena) {
    newswire__internal__v1__listener_address__init(wire)
    wire.pointee.name = arena.string(self.name)
    wire.pointee.host = arena.string(self.host)
    wire.pointee.port = self.port
  }
}

extension NewswireInternalV1.RegisterBrokerRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.RegisterBrokerRequest"
  package typealias Wire = Newswire__Internal__V1__RegisterBrokerRequest
  package static let schema = MessageSchema(of: Newswire__Internal__V1__RegisterBrokerRequest.self, newswire__internal__v1__register_broker_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__RegisterBrokerRequest>) {
    self.brokerID = wire.pointee.broker_id
    self.incarnation = CValue.bytes(wire.pointee.incarnation)
    self.clusterID = CValue.bytes(wire.pointee.cluster_id)
    self.listeners = CValue.messages(wire.pointee.listeners, wire.pointee.n_listeners)
    self.rack = CValue.string(wire.pointee.rack)
    self.folderIDs = CValue.array(wire.pointee.folder_ids, wire.pointee.n_folder_ids) { CValue.bytes($0) }
    self.softwareVersion = CValue.string(wire.pointee.software_version)
    self.featureLevelMax = wire.pointee.feature_level_max
    self.cleanShutdown = wire.pointee.clean_shutdown != 0
    self.damagedLogs = CValue.messages(wire.pointee.damaged_logs, wire.pointee.n_damaged_logs)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__RegisterBrokerRequest>, in arena: Arena) {
    newswire__internal__v1__register_broker_request__init(wire)
    wire.pointee.broker_id = self.brokerID
    wire.pointee.incarnation = arena.bytes(self.incarnation)
    wire.pointee.cluster_id = arena.bytes(self.clusterID)
    (wire.pointee.n_listeners, wire.pointee.listeners) = arena.messages(self.listeners)
    wire.pointee.rack = arena.string(self.rack)
    (wire.pointee.n_folder_ids, wire.pointee.folder_ids) = arena.array(self.folderIDs) { arena.bytes($0) }
    wire.pointee.software_version = arena.string(self.softwareVersion)
    wire.pointee.feature_level_max = self.featureLevelMax
    wire.pointee.clean_shutdown = self.cleanShutdown ? 1 : 0
    (wire.pointee.n_damaged_logs, wire.pointee.damaged_logs) = arena.messages(self.damagedLogs)
  }
}

extension NewswireInternalV1.DamagedLog: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.DamagedLog"
  package typealias Wire = Newswire__Internal__V1__DamagedLog
  package static let schema = MessageSchema(of: Newswire__Internal__V1__DamagedLog.self, newswire__internal__v1__damaged_log__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__DamagedLog>) {
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    self.lastEpoch = wire.pointee.last_epoch
    self.endOffset = wire.pointee.end_offset
    self.leaderEpoch = wire.pointee.leader_epoch
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__DamagedLog>, in arena: Arena) {
    newswire__internal__v1__damaged_log__init(wire)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    wire.pointee.last_epoch = self.lastEpoch
    wire.pointee.end_offset = self.endOffset
    wire.pointee.leader_epoch = self.leaderEpoch
  }
}

extension NewswireInternalV1.RegisterBrokerResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.RegisterBrokerResponse"
  package typealias Wire = Newswire__Internal__V1__RegisterBrokerResponse
  package static let schema = MessageSchema(of: Newswire__Internal__V1__RegisterBrokerResponse.self, newswire__internal__v1__register_broker_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__RegisterBrokerResponse>) {
    self.brokerEpoch = wire.pointee.broker_epoch
    self.clusterID = CValue.bytes(wire.pointee.cluster_id)
    self.leaseMs = wire.pointee.lease_ms
    self.heartbeatIntervalMs = wire.pointee.heartbeat_interval_ms
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__RegisterBrokerResponse>, in arena: Arena) {
    newswire__internal__v1__register_broker_response__init(wire)
    wire.pointee.broker_epoch = self.brokerEpoch
    wire.pointee.cluster_id = arena.bytes(self.clusterID)
    wire.pointee.lease_ms = self.leaseMs
    wire.pointee.heartbeat_interval_ms = self.heartbeatIntervalMs
  }
}

extension NewswireInternalV1.BrokerHeartbeatRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.BrokerHeartbeatRequest"
  package typealias Wire = Newswire__Internal__V1__BrokerHeartbeatRequest
  package static let schema = MessageSchema(of: Newswire__Internal__V1__BrokerHeartbeatRequest.self, newswire__internal__v1__broker_heartbeat_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__BrokerHeartbeatRequest>) {
    self.brokerID = wire.pointee.broker_id
    self.brokerEpoch = wire.pointee.broker_epoch
    self.metadataOffset = wire.pointee.metadata_offset
    self.wantShutdown = wire.pointee.want_shutdown != 0
    self.failedFolderIDs = CValue.array(wire.pointee.failed_folder_ids, wire.pointee.n_failed_folder_ids) { CValue.bytes($0) }
    self.fullFolderIDs = CValue.array(wire.pointee.full_folder_ids, wire.pointee.n_full_folder_ids) { CValue.bytes($0) }
    self.damagedLogs = CValue.messages(wire.pointee.damaged_logs, wire.pointee.n_damaged_logs)
    self.partitionSizes = CValue.messages(wire.pointee.partition_sizes, wire.pointee.n_partition_sizes)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__BrokerHeartbeatRequest>, in arena: Arena) {
    newswire__internal__v1__broker_heartbeat_request__init(wire)
    wire.pointee.broker_id = self.brokerID
    wire.pointee.broker_epoch = self.brokerEpoch
    wire.pointee.metadata_offset = self.metadataOffset
    wire.pointee.want_shutdown = self.wantShutdown ? 1 : 0
    (wire.pointee.n_failed_folder_ids, wire.pointee.failed_folder_ids) = arena.array(self.failedFolderIDs) { arena.bytes($0) }
    (wire.pointee.n_full_folder_ids, wire.pointee.full_folder_ids) = arena.array(self.fullFolderIDs) { arena.bytes($0) }
    (wire.pointee.n_damaged_logs, wire.pointee.damaged_logs) = arena.messages(self.damagedLogs)
    (wire.pointee.n_partition_sizes, wire.pointee.partition_sizes) = arena.messages(self.partitionSizes)
  }
}

extension NewswireInternalV1.PartitionSize: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.PartitionSize"
  package typealias Wire = Newswire__Internal__V1__PartitionSize
  package static let schema = MessageSchema(of: Newswire__Internal__V1__PartitionSize.self, newswire__internal__v1__partition_size__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__PartitionSize>) {
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    self.sizeBytes = wire.pointee.size_bytes
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__PartitionSize>, in arena: Arena) {
    newswire__internal__v1__partition_size__init(wire)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    wire.pointee.size_bytes = self.sizeBytes
  }
}

extension NewswireInternalV1.BrokerHeartbeatResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.BrokerHeartbeatResponse"
  package typealias Wire = Newswire__Internal__V1__BrokerHeartbeatResponse
  package static let schema = MessageSchema(of: Newswire__Internal__V1__BrokerHeartbeatResponse.self, newswire__internal__v1__broker_heartbeat_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__BrokerHeartbeatResponse>) {
    self.fenced = wire.pointee.fenced != 0
    self.mayShutDown = wire.pointee.may_shut_down != 0
    self.leaseMs = wire.pointee.lease_ms
    self.metadataEndOffset = wire.pointee.metadata_end_offset
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__BrokerHeartbeatResponse>, in arena: Arena) {
    newswire__internal__v1__broker_heartbeat_response__init(wire)
    wire.pointee.fenced = self.fenced ? 1 : 0
    wire.pointee.may_shut_down = self.mayShutDown ? 1 : 0
    wire.pointee.lease_ms = self.leaseMs
    wire.pointee.metadata_end_offset = self.metadataEndOffset
  }
}

extension NewswireInternalV1.AlterPartitionsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.AlterPartitionsRequest"
  package typealias Wire = Newswire__Internal__V1__AlterPartitionsRequest
  package static let schema = MessageSchema(of: Newswire__Internal__V1__AlterPartitionsRequest.self, newswire__internal__v1__alter_partitions_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__AlterPartitionsRequest>) {
    self.brokerID = wire.pointee.broker_id
    self.brokerEpoch = wire.pointee.broker_epoch
    self.partitions = CValue.messages(wire.pointee.partitions, wire.pointee.n_partitions)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__AlterPartitionsRequest>, in arena: Arena) {
    newswire__internal__v1__alter_partitions_request__init(wire)
    wire.pointee.broker_id = self.brokerID
    wire.pointee.broker_epoch = self.brokerEpoch
    (wire.pointee.n_partitions, wire.pointee.partitions) = arena.messages(self.partitions)
  }
}

extension NewswireInternalV1.PartitionAlteration: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.PartitionAlteration"
  package typealias Wire = Newswire__Internal__V1__PartitionAlteration
  package static let schema = MessageSchema(of: Newswire__Internal__V1__PartitionAlteration.self, newswire__internal__v1__partition_alteration__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__PartitionAlteration>) {
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    self.leaderEpoch = wire.pointee.leader_epoch
    self.partitionEpoch = wire.pointee.partition_epoch
    self.inSyncReplicas = CValue.messages(wire.pointee.in_sync_replicas, wire.pointee.n_in_sync_replicas)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__PartitionAlteration>, in arena: Arena) {
    newswire__internal__v1__partition_alteration__init(wire)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    wire.pointee.leader_epoch = self.leaderEpoch
    wire.pointee.partition_epoch = self.partitionEpoch
    (wire.pointee.n_in_sync_replicas, wire.pointee.in_sync_replicas) = arena.messages(self.inSyncReplicas)
  }
}

extension NewswireInternalV1.InSyncReplica: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.InSyncReplica"
  package typealias Wire = Newswire__Internal__V1__InSyncReplica
  package static let schema = MessageSchema(of: Newswire__Internal__V1__InSyncReplica.self, newswire__internal__v1__in_sync_replica__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__InSyncReplica>) {
    self.brokerID = wire.pointee.broker_id
    self.brokerEpoch = wire.pointee.broker_epoch
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__InSyncReplica>, in arena: Arena) {
    newswire__internal__v1__in_sync_replica__init(wire)
    wire.pointee.broker_id = self.brokerID
    wire.pointee.broker_epoch = self.brokerEpoch
  }
}

extension NewswireInternalV1.AlterPartitionsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.AlterPartitionsResponse"
  package typealias Wire = Newswire__Internal__V1__AlterPartitionsResponse
  package static let schema = MessageSchema(of: Newswire__Internal__V1__AlterPartitionsResponse.self, newswire__internal__v1__alter_partitions_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__AlterPartitionsResponse>) {
    self.partitions = CValue.messages(wire.pointee.partitions, wire.pointee.n_partitions)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__AlterPartitionsResponse>, in arena: Arena) {
    newswire__internal__v1__alter_partitions_response__init(wire)
    (wire.pointee.n_partitions, wire.pointee.partitions) = arena.messages(self.partitions)
  }
}

extension NewswireInternalV1.PartitionAlterationResult: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.PartitionAlterationResult"
  package typealias Wire = Newswire__Internal__V1__PartitionAlterationResult
  package static let schema = MessageSchema(of: Newswire__Internal__V1__PartitionAlterationResult.self, newswire__internal__v1__partition_alteration_result__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__PartitionAlterationResult>) {
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    self.reason = CValue.string(wire.pointee.reason)
    self.message = CValue.string(wire.pointee.message)
    self.leaderID = wire.pointee.leader_id
    self.leaderEpoch = wire.pointee.leader_epoch
    self.partitionEpoch = wire.pointee.partition_epoch
    self.inSyncReplicas = CValue.numbers(wire.pointee.in_sync_replicas, wire.pointee.n_in_sync_replicas)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__PartitionAlterationResult>, in arena: Arena) {
    newswire__internal__v1__partition_alteration_result__init(wire)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    wire.pointee.reason = arena.string(self.reason)
    wire.pointee.message = arena.string(self.message)
    wire.pointee.leader_id = self.leaderID
    wire.pointee.leader_epoch = self.leaderEpoch
    wire.pointee.partition_epoch = self.partitionEpoch
    (wire.pointee.n_in_sync_replicas, wire.pointee.in_sync_replicas) = arena.numbers(self.inSyncReplicas)
  }
}

extension NewswireInternalV1.ControlledShutdownRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.ControlledShutdownRequest"
  package typealias Wire = Newswire__Internal__V1__ControlledShutdownRequest
  package static let schema = MessageSchema(of: Newswire__Internal__V1__ControlledShutdownRequest.self, newswire__internal__v1__controlled_shutdown_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__ControlledShutdownRequest>) {
    self.brokerID = wire.pointee.broker_id
    self.brokerEpoch = wire.pointee.broker_epoch
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__ControlledShutdownRequest>, in arena: Arena) {
    newswire__internal__v1__controlled_shutdown_request__init(wire)
    wire.pointee.broker_id = self.brokerID
    wire.pointee.broker_epoch = self.brokerEpoch
  }
}

extension NewswireInternalV1.ControlledShutdownResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.ControlledShutdownResponse"
  package typealias Wire = Newswire__Internal__V1__ControlledShutdownResponse
  package static let schema = MessageSchema(of: Newswire__Internal__V1__ControlledShutdownResponse.self, newswire__internal__v1__controlled_shutdown_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__ControlledShutdownResponse>) {
    self.leadersLeft = wire.pointee.leaders_left
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__ControlledShutdownResponse>, in arena: Arena) {
    newswire__internal__v1__controlled_shutdown_response__init(wire)
    wire.pointee.leaders_left = self.leadersLeft
  }
}

extension NewswireInternalV1.AllocateProducerIdsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.AllocateProducerIdsRequest"
  package typealias Wire = Newswire__Internal__V1__AllocateProducerIdsRequest
  package static let schema = MessageSchema(of: Newswire__Internal__V1__AllocateProducerIdsRequest.self, newswire__internal__v1__allocate_producer_ids_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__AllocateProducerIdsRequest>) {
    self.brokerID = wire.pointee.broker_id
    self.brokerEpoch = wire.pointee.broker_epoch
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__AllocateProducerIdsRequest>, in arena: Arena) {
    newswire__internal__v1__allocate_producer_ids_request__init(wire)
    wire.pointee.broker_id = self.brokerID
    wire.pointee.broker_epoch = self.brokerEpoch
  }
}

extension NewswireInternalV1.AllocateProducerIdsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.AllocateProducerIdsResponse"
  package typealias Wire = Newswire__Internal__V1__AllocateProducerIdsResponse
  package static let schema = MessageSchema(of: Newswire__Internal__V1__AllocateProducerIdsResponse.self, newswire__internal__v1__allocate_producer_ids_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__AllocateProducerIdsResponse>) {
    self.firstProducerID = wire.pointee.first_producer_id
    self.count = wire.pointee.count
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__AllocateProducerIdsResponse>, in arena: Arena) {
    newswire__internal__v1__allocate_producer_ids_response__init(wire)
    wire.pointee.first_producer_id = self.firstProducerID
    wire.pointee.count = self.count
  }
}
