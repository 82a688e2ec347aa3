// swift-format-ignore-file
// Generated from newswire/internal/v1/metadata_feed.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CMessages

extension NewswireInternalV1 {
  /// From where on.
  public struct WatchMetadataRequest: Message {
    /// The cluster's id, 16 bytes; empty if the caller does not know it yet.
    public var clusterID: [UInt8] = []
    /// The first offset that the caller has not applied yet; 0 for everything.
    public var nextOffset: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      clusterID: [UInt8] = [],
      nextOffset: Int64 = 0
    ) {
      self.clusterID = clusterID
      self.nextOffset = nextOffset
    }
  }

  /// Records, or a part of a snapshot.
  public struct WatchMetadataResponse: Message {
    /// The cluster's id, 16 bytes; in the first answer.
    public var clusterID: [UInt8] = []
    /// True if `records` are part of a snapshot: the caller forgets what it has at the first part, and its picture is
    /// whole after the last.
    public var snapshot: Bool = false
    /// True in the first part of a snapshot.
    public var snapshotStart: Bool = false
    /// True in the last part of a snapshot.
    public var snapshotEnd: Bool = false
    /// The offset of the first of `records`; in a snapshot, the first offset that it does not include.
    public var baseOffset: Int64 = 0
    /// The records, one after the other; each is `type u16, version u16` (big-endian) and then one of the messages of
    /// metadata_records.proto.
    public var records: [[UInt8]] = []
    /// The first offset that is not committed yet, as this coordinator knows it. An answer without records tells it alone.
    public var committedOffset: Int64 = 0
    /// The term of the active coordinator.
    public var term: Int64 = 0
    /// The active coordinator's id.
    ///
    /// Nil if it is not there.
    public var activeCoordinatorID: Int32? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      clusterID: [UInt8] = [],
      snapshot: Bool = false,
      snapshotStart: Bool = false,
      snapshotEnd: Bool = false,
      baseOffset: Int64 = 0,
      records: [[UInt8]] = [],
      committedOffset: Int64 = 0,
      term: Int64 = 0,
      activeCoordinatorID: Int32? = nil
    ) {
      self.clusterID = clusterID
      self.snapshot = snapshot
      self.snapshotStart = snapshotStart
      self.snapshotEnd = snapshotEnd
      self.baseOffset = baseOffset
      self.records = records
      self.committedOffset = committedOffset
      self.term = term
      self.activeCoordinatorID = activeCoordinatorID
    }
  }

  /// Answered by every coordinator to brokers, group coordinators and other coordinators.
  public enum MetadataFeed {
    /// The service's full name.
    public static let serviceName = "newswire.internal.v1.MetadataFeed"
    /// Committed metadata records from an offset on, live; or, if they are no longer there, a snapshot first.
    ///
    /// Errors: CLUSTER_MISMATCH, OFFSET_OUT_OF_RANGE (the caller is ahead of this coordinator: try another one).
    public static let watchMetadata = Method<NewswireInternalV1.WatchMetadataRequest, NewswireInternalV1.WatchMetadataResponse>(
      path: "/newswire.internal.v1.MetadataFeed/WatchMetadata", kind: .serverStreaming)
    /// All of its methods.
    public static let methods: [(path: String, kind: CallKind)] = [
      ("/newswire.internal.v1.MetadataFeed/WatchMetadata", .serverStreaming),
    ]
  }
}

extension NewswireInternalV1.WatchMetadataRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.WatchMetadataRequest"
  package typealias Wire = Newswire__Internal__V1__WatchMetadataRequest
  package static let schema = MessageSchema(of: Newswire__Internal__V1__WatchMetadataRequest.self, newswire__internal__v1__watch_metadata_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__WatchMetadataRequest>) {
    self.clusterID = CValue.bytes(wire.pointee.cluster_id)
    self.nextOffset = wire.pointee.next_offset
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__WatchMetadataRequest>, in arena: Arena) {
    newswire__internal__v1__watch_metadata_request__init(wire)
    wire.pointee.cluster_id = arena.bytes(self.clusterID)
    wire.pointee.next_offset = self.nextOffset
  }
}

extension NewswireInternalV1.WatchMetadataResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.WatchMetadataResponse"
  package typealias Wire = Newswire__Internal__V1__WatchMetadataResponse
  package static let schema = MessageSchema(of: Newswire__Internal__V1__WatchMetadataResponse.self, newswire__internal__v1__watch_metadata_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__WatchMetadataResponse>) {
    self.clusterID = CValue.bytes(wire.pointee.cluster_id)
    self.snapshot = wire.pointee.snapshot != 0
    self.snapshotStart = wire.pointee.snapshot_start != 0
    self.snapshotEnd = wire.pointee.snapshot_end != 0
    self.baseOffset = wire.pointee.base_offset
    self.records = CValue.array(wire.pointee.records, wire.pointee.n_records) { CValue.bytes($0) }
    self.committedOffset = wire.pointee.committed_offset
    self.term = wire.pointee.term
    if wire.pointee.active_coordinator_presence_case.rawValue == 9 { self.activeCoordinatorID = wire.pointee.active_coordinator_id }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__WatchMetadataResponse>, in arena: Arena) {
    newswire__internal__v1__watch_metadata_response__init(wire)
    wire.pointee.cluster_id = arena.bytes(self.clusterID)
    wire.pointee.snapshot = self.snapshot ? 1 : 0
    wire.pointee.snapshot_start = self.snapshotStart ? 1 : 0
    wire.pointee.snapshot_end = self.snapshotEnd ? 1 : 0
    wire.pointee.base_offset = self.baseOffset
    (wire.pointee.n_records, wire.pointee.records) = arena.array(self.records) { arena.bytes($0) }
    wire.pointee.committed_offset = self.committedOffset
    wire.pointee.term = self.term
    if let value = self.activeCoordinatorID {
      wire.pointee.active_coordinator_presence_case = .init(9)
      wire.pointee.active_coordinator_id = value
    }
  }
}
