internal import Model

/// Why something was not done: every error that this library throws, apart from `CancellationError`.
///
/// Programs decide by `reason` and `isRetriable`; `message` is for people and says what happened, where and what to do.
///
/// ```swift
/// do {
///   try await admin.createTopic("orders", partitions: 6)
/// } catch let error as NewswireError where error.reason == .topicAlreadyExists {
///   // good enough
/// }
/// ```
public struct NewswireError: Error, Hashable, Sendable {
  /// A name from the cluster's catalogue of reasons, or one of this library's own. Names never change.
  public struct Reason: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The name as it stands in answers, such as `NOT_LEADER`.
    public let rawValue: String
    /// The reason with this name, also one that this version does not know.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The name.
    public var description: String { rawValue }
  }

  /// Why.
  public let reason: Reason
  /// What happened, where, and what to do, in plain words.
  public let message: String
  /// True if the same call can succeed later without anybody changing anything.
  public let isRetriable: Bool
  /// What a program needs to react, such as `log_start_offset` and `log_end_offset` beside `OFFSET_OUT_OF_RANGE`.
  public let metadata: [String: String]

  /// An error of this reason.
  public init(_ reason: Reason, _ message: String, isRetriable: Bool = false, metadata: [String: String] = [:]) {
    self.reason = reason
    self.message = message
    self.isRetriable = isRetriable
    self.metadata = metadata
  }
}

extension NewswireError: CustomStringConvertible {
  /// Message and reason in one line.
  public var description: String { "\(message) (\(reason))" }
}

extension NewswireError.Reason {
  /// The cluster has lost records that it had acknowledged to a producer; the metadata tell which, as far as it is known.
  public static let acknowledgedRecordsLost = Self(rawValue: "ACKNOWLEDGED_RECORDS_LOST")
  /// The client, producer or consumer was closed.
  public static let closed = Self(rawValue: "CLOSED")
  /// No node could be reached, or the connection broke.
  public static let unavailable = Self(rawValue: "UNAVAILABLE")
  /// The call was given up, by the caller or by a node.
  public static let cancelled = Self(rawValue: "CANCELLED")
  /// A certificate, key or address of the client's own configuration is of no use.
  public static let invalidClientConfiguration = Self(rawValue: "INVALID_CLIENT_CONFIGURATION")

  /// The named broker does not exist or is not at work.
  public static let brokerNotAvailable = Self(rawValue: "BROKER_NOT_AVAILABLE")
  /// A node failed where it should not have; its log says more.
  public static let `internal` = Self(rawValue: "INTERNAL")
  /// No coordinator is active at the moment.
  public static let coordinatorNotAvailable = Self(rawValue: "COORDINATOR_NOT_AVAILABLE")
  /// A record batch's bytes are not those that were sent.
  public static let corruptRecordBatch = Self(rawValue: "CORRUPT_RECORD_BATCH")
  /// Records on a broker's disk are damaged.
  public static let dataCorrupt = Self(rawValue: "DATA_CORRUPT")
  /// It took longer than was allowed.
  public static let deadlineExceeded = Self(rawValue: "DEADLINE_EXCEEDED")
  /// A broker's disk is full.
  public static let diskFull = Self(rawValue: "DISK_FULL")
  /// The records are in the log already.
  public static let duplicateSequence = Self(rawValue: "DUPLICATE_SEQUENCE")
  /// Another member lives under the same instance id.
  public static let fencedInstanceID = Self(rawValue: "FENCED_INSTANCE_ID")
  /// The partition has a newer leader.
  public static let fencedLeaderEpoch = Self(rawValue: "FENCED_LEADER_EPOCH")
  /// Somebody else writes under this producer's id.
  public static let fencedProducerEpoch = Self(rawValue: "FENCED_PRODUCER_EPOCH")
  /// The group does not count this member any more as who it was.
  public static let fencedMemberEpoch = Self(rawValue: "FENCED_MEMBER_EPOCH")
  /// The group has members, and this may be done only without.
  public static let groupNotEmpty = Self(rawValue: "GROUP_NOT_EMPTY")
  /// A configuration key or its value is wrong.
  public static let invalidConfiguration = Self(rawValue: "INVALID_CONFIGURATION")
  /// The number of partitions is not possible.
  public static let invalidPartitionCount = Self(rawValue: "INVALID_PARTITION_COUNT")
  /// The replication factor is not possible.
  public static let invalidReplicationFactor = Self(rawValue: "INVALID_REPLICATION_FACTOR")
  /// A field of the request is wrong.
  public static let invalidRequest = Self(rawValue: "INVALID_REQUEST")
  /// The topic's name is not allowed.
  public static let invalidTopicName = Self(rawValue: "INVALID_TOPIC_NAME")
  /// The partition has no leader at the moment.
  public static let leaderNotAvailable = Self(rawValue: "LEADER_NOT_AVAILABLE")
  /// A record or batch is larger than allowed.
  public static let messageTooLarge = Self(rawValue: "MESSAGE_TOO_LARGE")
  /// Too few replicas are in sync to write safely.
  public static let notEnoughReplicas = Self(rawValue: "NOT_ENOUGH_REPLICAS")
  /// Another group coordinator owns the group.
  public static let notGroupCoordinator = Self(rawValue: "NOT_GROUP_COORDINATOR")
  /// Another broker leads the partition.
  public static let notLeader = Self(rawValue: "NOT_LEADER")
  /// There is no such offset (any more); the metadata tell the valid range.
  public static let offsetOutOfRange = Self(rawValue: "OFFSET_OUT_OF_RANGE")
  /// The leader misses records that the producer has sent before.
  public static let outOfOrderSequence = Self(rawValue: "OUT_OF_ORDER_SEQUENCE")
  /// Whether it was done cannot be known.
  public static let outcomeUnknown = Self(rawValue: "OUTCOME_UNKNOWN")
  /// The topic has no such partition.
  public static let partitionOutOfRange = Self(rawValue: "PARTITION_OUT_OF_RANGE")
  /// The client's certificate does not give this right.
  public static let permissionDenied = Self(rawValue: "PERMISSION_DENIED")
  /// A node has too much to do.
  public static let resourceExhausted = Self(rawValue: "RESOURCE_EXHAUSTED")
  /// A topic of this name exists.
  public static let topicAlreadyExists = Self(rawValue: "TOPIC_ALREADY_EXISTS")
  /// The client showed no certificate that the cluster trusts.
  public static let unauthenticated = Self(rawValue: "UNAUTHENTICATED")
  /// There is no such group.
  public static let unknownGroup = Self(rawValue: "UNKNOWN_GROUP")
  /// The broker has not heard of that leader epoch yet.
  public static let unknownLeaderEpoch = Self(rawValue: "UNKNOWN_LEADER_EPOCH")
  /// The group does not have this member.
  public static let unknownMemberID = Self(rawValue: "UNKNOWN_MEMBER_ID")
  /// The leader does not know the producer, or does not any more.
  public static let unknownProducerID = Self(rawValue: "UNKNOWN_PRODUCER_ID")
  /// There is no such topic.
  public static let unknownTopic = Self(rawValue: "UNKNOWN_TOPIC")
  /// The cluster's version does not support it.
  public static let unsupported = Self(rawValue: "UNSUPPORTED")
}

extension NewswireError {
  static func closed(_ what: String) -> NewswireError {
    NewswireError(.closed, "\(what) has been closed")
  }

  /// What a node refused with a reason of the catalogue.
  init(_ refusal: Refusal) {
    self.init(
      Reason(rawValue: refusal.reason.rawValue), refusal.message, isRetriable: refusal.reason.entry.isRetriable,
      metadata: refusal.metadata)
  }
}
