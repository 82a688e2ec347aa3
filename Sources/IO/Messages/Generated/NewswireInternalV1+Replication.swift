// swift-format-ignore-file
// Generated from newswire/internal/v1/replication.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CMessages

extension NewswireInternalV1 {
  /// Where a follower is, in some of its partitions.
  public struct ReplicateRequest: Message {
    /// The follower; in the first message, and the same or left out in later ones.
    public var brokerID: Int32 = 0
    /// The follower's epoch; in the first message, and the same or left out in later ones.
    public var brokerEpoch: Int64 = 0
    /// Partitions that are new to the stream or whose position has moved.
    public var positions: [NewswireInternalV1.ReplicaPosition] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      brokerID: Int32 = 0,
      brokerEpoch: Int64 = 0,
      positions: [NewswireInternalV1.ReplicaPosition] = []
    ) {
      self.brokerID = brokerID
      self.brokerEpoch = brokerEpoch
      self.positions = positions
    }
  }

  /// Where a follower is in one partition.
  public struct ReplicaPosition: Message {
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// The leader epoch that the follower knows.
    public var leaderEpoch: Int32 = 0
    /// The end of its log, exclusive: the next offset that it wants.
    public var logEndOffset: Int64 = 0
    /// The epoch of its last batch; together with the end it tells whether the logs agree.
    ///
    /// Nil if it is not there.
    public var lastEpoch: Int32? = nil
    /// The end, exclusive, of what counts as held: what is on its disk, or in its page cache with `flush=os`.
    public var heldOffset: Int64 = 0
    /// Its log begins here or later, also after a loss of power.
    public var logStartOffset: Int64 = 0
    /// How many bytes more it is ready to take for this partition: from its end on if it asks, else beside what it was
    /// ready to take before.
    public var creditBytes: Int64 = 0
    /// True if it no longer wants the partition.
    public var stop: Bool = false
    /// True if it asks whether the logs agree, and waits for the answer. If they do, batches come from its end on. False if
    /// it only tells what it holds and how much more it takes.
    public var asks: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      leaderEpoch: Int32 = 0,
      logEndOffset: Int64 = 0,
      lastEpoch: Int32? = nil,
      heldOffset: Int64 = 0,
      logStartOffset: Int64 = 0,
      creditBytes: Int64 = 0,
      stop: Bool = false,
      asks: Bool = false
    ) {
      self.topicID = topicID
      self.partition = partition
      self.leaderEpoch = leaderEpoch
      self.logEndOffset = logEndOffset
      self.lastEpoch = lastEpoch
      self.heldOffset = heldOffset
      self.logStartOffset = logStartOffset
      self.creditBytes = creditBytes
      self.stop = stop
      self.asks = asks
    }
  }

  /// News of one partition.
  public struct ReplicateResponse: Message {
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// The leader's epoch.
    public var leaderEpoch: Int32 = 0
    /// The end of what every in-sync replica holds, exclusive. If the logs diverge: 0 if the follower is not in sync.
    public var highWatermark: Int64 = 0
    /// The first offset that the leader has.
    public var logStartOffset: Int64 = 0
    /// The end of the leader's log, exclusive.
    public var logEndOffset: Int64 = 0
    /// The follower cuts its log back to this end of the diverging epoch, at most, and says where it is then.
    ///
    /// Nil if it is not there.
    public var truncateToOffset: Int64? = nil
    /// The last epoch in which the logs may still agree, if they diverge.
    public var truncateToEpoch: Int32 = 0
    /// Why the partition is not served, from the catalogue (such as NOT_LEADER); empty if it is.
    public var reason: String = ""
    /// The offset of the first of the batches, or of the next one that will come; of no meaning in an answer.
    public var baseOffset: Int64 = 0
    /// In an answer: where the follower said it was. Everything else is news.
    public var asked: NewswireInternalV1.ReplicaPosition? = nil
    /// The follower empties its log, which begins here then, and says where it is.
    ///
    /// Nil if it is not there.
    public var beginAtOffset: Int64? = nil
    /// What the reason means here, in words.
    public var reasonText: String = ""
    /// Batches as they lie in the leader's log.
    public var batches: Bytes.Payload = .none

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      leaderEpoch: Int32 = 0,
      highWatermark: Int64 = 0,
      logStartOffset: Int64 = 0,
      logEndOffset: Int64 = 0,
      truncateToOffset: Int64? = nil,
      truncateToEpoch: Int32 = 0,
      reason: String = "",
      baseOffset: Int64 = 0,
      asked: NewswireInternalV1.ReplicaPosition? = nil,
      beginAtOffset: Int64? = nil,
      reasonText: String = "",
      batches: Bytes.Payload = .none
    ) {
      self.topicID = topicID
      self.partition = partition
      self.leaderEpoch = leaderEpoch
      self.highWatermark = highWatermark
      self.logStartOffset = logStartOffset
      self.logEndOffset = logEndOffset
      self.truncateToOffset = truncateToOffset
      self.truncateToEpoch = truncateToEpoch
      self.reason = reason
      self.baseOffset = baseOffset
      self.asked = asked
      self.beginAtOffset = beginAtOffset
      self.reasonText = reasonText
      self.batches = batches
    }
  }

  /// Answered by brokers to brokers.
  public enum Replication {
    /// The service's full name.
    public static let serviceName = "newswire.internal.v1.Replication"
    /// One stream for each pair of brokers and lane: the follower says where it is, the leader pushes what is new.
    ///
    /// Errors: FENCED_BROKER_EPOCH.
    public static let replicate = Method<NewswireInternalV1.ReplicateRequest, NewswireInternalV1.ReplicateResponse>(
      path: "/newswire.internal.v1.Replication/Replicate", kind: .bidirectional)
    /// All of its methods.
    public static let methods: [(path: String, kind: CallKind)] = [
      ("/newswire.internal.v1.Replication/Replicate", .bidirectional),
    ]
  }
}

extension NewswireInternalV1.ReplicateRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.ReplicateRequest"
  package typealias Wire = Newswire__Internal__V1__ReplicateRequest
  package static let schema = MessageSchema(of: Newswire__Internal__V1__ReplicateRequest.self, newswire__internal__v1__replicate_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__ReplicateRequest>) {
    self.brokerID = wire.pointee.broker_id
    self.brokerEpoch = wire.pointee.broker_epoch
    self.positions = CValue.messages(wire.pointee.positions, wire.pointee.n_positions)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__ReplicateRequest>, in arena: Arena) {
    newswire__internal__v1__replicate_request__init(wire)
    wire.pointee.broker_id = self.brokerID
    wire.pointee.broker_epoch = self.brokerEpoch
    (wire.pointee.n_positions, wire.pointee.positions) = arena.messages(self.positions)
  }
}

extension NewswireInternalV1.ReplicaPosition: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.ReplicaPosition"
  package typealias Wire = Newswire__Internal__V1__ReplicaPosition
  package static let schema = MessageSchema(of: Newswire__Internal__V1__ReplicaPosition.self, newswire__internal__v1__replica_position__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__ReplicaPosition>) {
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    self.leaderEpoch = wire.pointee.leader_epoch
    self.logEndOffset = wire.pointee.log_end_offset
    if wire.pointee.last_epoch_presence_case.rawValue == 5 { self.lastEpoch = wire.pointee.last_epoch }
    self.heldOffset = wire.pointee.held_offset
    self.logStartOffset = wire.pointee.log_start_offset
    self.creditBytes = wire.pointee.credit_bytes
    self.stop = wire.pointee.stop != 0
    self.asks = wire.pointee.asks != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__ReplicaPosition>, in arena: Arena) {
    newswire__internal__v1__replica_position__init(wire)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    wire.pointee.leader_epoch = self.leaderEpoch
    wire.pointee.log_end_offset = self.logEndOffset
    if let value = self.lastEpoch {
      wire.pointee.last_epoch_presence_case = .init(5)
      wire.pointee.last_epoch = value
    }
    wire.pointee.held_offset = self.heldOffset
    wire.pointee.log_start_offset = self.logStartOffset
    wire.pointee.credit_bytes = self.creditBytes
    wire.pointee.stop = self.stop ? 1 : 0
    wire.pointee.asks = self.asks ? 1 : 0
  }
}

extension NewswireInternalV1.ReplicateResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.ReplicateResponse"
  package typealias Wire = Newswire__Internal__V1__ReplicateResponse
  package static let schema = MessageSchema(of: Newswire__Internal__V1__ReplicateResponse.self, newswire__internal__v1__replicate_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__ReplicateResponse>) {
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    self.leaderEpoch = wire.pointee.leader_epoch
    self.highWatermark = wire.pointee.high_watermark
    self.logStartOffset = wire.pointee.log_start_offset
    self.logEndOffset = wire.pointee.log_end_offset
    if wire.pointee.truncation_presence_case.rawValue == 7 { self.truncateToOffset = wire.pointee.truncate_to_offset }
    self.truncateToEpoch = wire.pointee.truncate_to_epoch
    self.reason = CValue.string(wire.pointee.reason)
    self.baseOffset = wire.pointee.base_offset
    if let message = wire.pointee.asked { self.asked = .init(wire: message) }
    if wire.pointee.beginning_presence_case.rawValue == 12 { self.beginAtOffset = wire.pointee.begin_at_offset }
    self.reasonText = CValue.string(wire.pointee.reason_text)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__ReplicateResponse>, in arena: Arena) {
    newswire__internal__v1__replicate_response__init(wire)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    wire.pointee.leader_epoch = self.leaderEpoch
    wire.pointee.high_watermark = self.highWatermark
    wire.pointee.log_start_offset = self.logStartOffset
    wire.pointee.log_end_offset = self.logEndOffset
    if let value = self.truncateToOffset {
      wire.pointee.truncation_presence_case = .init(7)
      wire.pointee.truncate_to_offset = value
    }
    wire.pointee.truncate_to_epoch = self.truncateToEpoch
    wire.pointee.reason = arena.string(self.reason)
    wire.pointee.base_offset = self.baseOffset
    if let message = self.asked { wire.pointee.asked = arena.message(message) }
    if let value = self.beginAtOffset {
      wire.pointee.beginning_presence_case = .init(12)
      wire.pointee.begin_at_offset = value
    }
    wire.pointee.reason_text = arena.string(self.reasonText)
  }

  package var wirePayload: Bytes.Payload {
    get { batches }
    set { batches = newValue }
  }
}
