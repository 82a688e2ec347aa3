// swift-format-ignore-file
// Generated from newswire/internal/v1/group_lifecycle.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CMessages

extension NewswireInternalV1 {
  /// A process that wants to be a group coordinator.
  public struct RegisterGroupCoordinatorRequest: Message {
    /// Its id.
    public var nodeID: Int32 = 0
    /// 16 random bytes made at the process's start.
    public var incarnation: [UInt8] = []
    /// The cluster's id, 16 bytes; empty if it does not know it yet.
    public var clusterID: [UInt8] = []
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
      incarnation: [UInt8] = [],
      clusterID: [UInt8] = [],
      listeners: [NewswireInternalV1.ListenerAddress] = [],
      rack: String = "",
      softwareVersion: String = ""
    ) {
      self.nodeID = nodeID
      self.incarnation = incarnation
      self.clusterID = clusterID
      self.listeners = listeners
      self.rack = rack
      self.softwareVersion = softwareVersion
    }
  }

  /// The process is a group coordinator.
  public struct RegisterGroupCoordinatorResponse: Message {
    /// Its epoch, greater than every earlier one of this id.
    public var nodeEpoch: Int64 = 0
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
      nodeEpoch: Int64 = 0,
      clusterID: [UInt8] = [],
      leaseMs: Int32 = 0,
      heartbeatIntervalMs: Int32 = 0
    ) {
      self.nodeEpoch = nodeEpoch
      self.clusterID = clusterID
      self.leaseMs = leaseMs
      self.heartbeatIntervalMs = heartbeatIntervalMs
    }
  }

  /// A group coordinator is alive.
  public struct GroupCoordinatorHeartbeatRequest: Message {
    /// Its id.
    public var nodeID: Int32 = 0
    /// Its epoch.
    public var nodeEpoch: Int64 = 0
    /// The first metadata offset that it has not applied yet.
    public var metadataOffset: Int64 = 0
    /// True if it wants to stop as soon as its shards are away.
    public var wantShutdown: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      nodeID: Int32 = 0,
      nodeEpoch: Int64 = 0,
      metadataOffset: Int64 = 0,
      wantShutdown: Bool = false
    ) {
      self.nodeID = nodeID
      self.nodeEpoch = nodeEpoch
      self.metadataOffset = metadataOffset
      self.wantShutdown = wantShutdown
    }
  }

  /// What the coordinator thinks of it.
  public struct GroupCoordinatorHeartbeatResponse: Message {
    /// True if it may stop now.
    public var mayShutDown: Bool = false
    /// How long the lease lasts, from the sending of the request, in milliseconds.
    public var leaseMs: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      mayShutDown: Bool = false,
      leaseMs: Int32 = 0
    ) {
      self.mayShutDown = mayShutDown
      self.leaseMs = leaseMs
    }
  }

  /// Answered by coordinators to group coordinators (with the id that the request claims).
  public enum GroupLifecycle {
    /// The service's full name.
    public static let serviceName = "newswire.internal.v1.GroupLifecycle"
    /// Registers a process as group coordinator; the answer's epoch fences every earlier process of the same id.
    ///
    /// Errors: CLUSTER_MISMATCH, COORDINATOR_NOT_AVAILABLE, INVALID_REQUEST (another process of this id is alive).
    public static let registerGroupCoordinator = Method<NewswireInternalV1.RegisterGroupCoordinatorRequest, NewswireInternalV1.RegisterGroupCoordinatorResponse>(
      path: "/newswire.internal.v1.GroupLifecycle/RegisterGroupCoordinator", kind: .unary)
    /// Keeps the lease, counted from the sending of the request. Which shards it owns comes with the metadata.
    ///
    /// Errors: FENCED_BROKER_EPOCH (register anew).
    public static let groupCoordinatorHeartbeat = Method<NewswireInternalV1.GroupCoordinatorHeartbeatRequest, NewswireInternalV1.GroupCoordinatorHeartbeatResponse>(
      path: "/newswire.internal.v1.GroupLifecycle/GroupCoordinatorHeartbeat", kind: .unary)
    /// All of its methods.
    public static let methods: [(path: String, kind: CallKind)] = [
      ("/newswire.internal.v1.GroupLifecycle/RegisterGroupCoordinator", .unary),
      ("/newswire.internal.v1.GroupLifecycle/GroupCoordinatorHeartbeat", .unary),
    ]
  }
}

extension NewswireInternalV1.RegisterGroupCoordinatorRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.RegisterGroupCoordinatorRequest"
  package typealias Wire = Newswire__Internal__V1__RegisterGroupCoordinatorRequest
  package static let schema = MessageSchema(of: Newswire__Internal__V1__RegisterGroupCoordinatorRequest.self, newswire__internal__v1__register_group_coordinator_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__RegisterGroupCoordinatorRequest>) {
    self.nodeID = wire.pointee.node_id
    self.incarnation = CValue.bytes(wire.pointee.incarnation)
    self.clusterID = CValue.bytes(wire.pointee.cluster_id)
    self.listeners = CValue.messages(wire.pointee.listeners, wire.pointee.n_listeners)
    self.rack = CValue.string(wire.pointee.rack)
    self.softwareVersion = CValue.string(wire.pointee.software_version)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__RegisterGroupCoordinatorRequest>, in arena: Arena) {
    newswire__internal__v1__register_group_coordinator_request__init(wire)
    wire.pointee.node_id = self.nodeID
    wire.pointee.incarnation = arena.bytes(self.incarnation)
    wire.pointee.cluster_id = arena.bytes(self.clusterID)
    (wire.pointee.n_listeners, wire.pointee.listeners) = arena.messages(self.listeners)
    wire.pointee.rack = arena.string(self.rack)
    wire.pointee.software_version = arena.string(self.softwareVersion)
  }
}

extension NewswireInternalV1.RegisterGroupCoordinatorResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.RegisterGroupCoordinatorResponse"
  package typealias Wire = Newswire__Internal__V1__RegisterGroupCoordinatorResponse
  package static let schema = MessageSchema(of: Newswire__Internal__V1__RegisterGroupCoordinatorResponse.self, newswire__internal__v1__register_group_coordinator_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__RegisterGroupCoordinatorResponse>) {
    self.nodeEpoch = wire.pointee.node_epoch
    self.clusterID = CValue.bytes(wire.pointee.cluster_id)
    self.leaseMs = wire.pointee.lease_ms
    self.heartbeatIntervalMs = wire.pointee.heartbeat_interval_ms
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__RegisterGroupCoordinatorResponse>, in arena: Arena) {
    newswire__internal__v1__register_group_coordinator_response__init(wire)
    wire.pointee.node_epoch = self.nodeEpoch
    wire.pointee.cluster_id = arena.bytes(self.clusterID)
    wire.pointee.lease_ms = self.leaseMs
    wire.pointee.heartbeat_interval_ms = self.heartbeatIntervalMs
  }
}

extension NewswireInternalV1.GroupCoordinatorHeartbeatRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.GroupCoordinatorHeartbeatRequest"
  package typealias Wire = Newswire__Internal__V1__GroupCoordinatorHeartbeatRequest
  package static let schema = MessageSchema(of: Newswire__Internal__V1__GroupCoordinatorHeartbeatRequest.self, newswire__internal__v1__group_coordinator_heartbeat_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__GroupCoordinatorHeartbeatRequest>) {
    self.nodeID = wire.pointee.node_id
    self.nodeEpoch = wire.pointee.node_epoch
    self.metadataOffset = wire.pointee.metadata_offset
    self.wantShutdown = wire.pointee.want_shutdown != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__GroupCoordinatorHeartbeatRequest>, in arena: Arena) {
    newswire__internal__v1__group_coordinator_heartbeat_request__init(wire)
    wire.pointee.node_id = self.nodeID
    wire.pointee.node_epoch = self.nodeEpoch
    wire.pointee.metadata_offset = self.metadataOffset
    wire.pointee.want_shutdown = self.wantShutdown ? 1 : 0
  }
}

extension NewswireInternalV1.GroupCoordinatorHeartbeatResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.GroupCoordinatorHeartbeatResponse"
  package typealias Wire = Newswire__Internal__V1__GroupCoordinatorHeartbeatResponse
  package static let schema = MessageSchema(of: Newswire__Internal__V1__GroupCoordinatorHeartbeatResponse.self, newswire__internal__v1__group_coordinator_heartbeat_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__GroupCoordinatorHeartbeatResponse>) {
    self.mayShutDown = wire.pointee.may_shut_down != 0
    self.leaseMs = wire.pointee.lease_ms
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__GroupCoordinatorHeartbeatResponse>, in arena: Arena) {
    newswire__internal__v1__group_coordinator_heartbeat_response__init(wire)
    wire.pointee.may_shut_down = self.mayShutDown ? 1 : 0
    wire.pointee.lease_ms = self.leaseMs
  }
}
