/// Every reason for which a call can be refused: the `reason` of the `google.rpc.ErrorInfo` that goes with the status.
///
/// One catalogue for all services. Names never change once published.
public enum ErrorReason: String, CaseIterable, Sendable {
  case brokerInUse = "BROKER_IN_USE"
  case brokerNotAvailable = "BROKER_NOT_AVAILABLE"
  case clusterMismatch = "CLUSTER_MISMATCH"
  case corruptRecordBatch = "CORRUPT_RECORD_BATCH"
  case coordinatorNotAvailable = "COORDINATOR_NOT_AVAILABLE"
  case dataCorrupt = "DATA_CORRUPT"
  case deadlineExceeded = "DEADLINE_EXCEEDED"
  case diskFailed = "DISK_FAILED"
  case diskFull = "DISK_FULL"
  case duplicateSequence = "DUPLICATE_SEQUENCE"
  case fencedBrokerEpoch = "FENCED_BROKER_EPOCH"
  case fencedInstanceID = "FENCED_INSTANCE_ID"
  case fencedLeaderEpoch = "FENCED_LEADER_EPOCH"
  case fencedMemberEpoch = "FENCED_MEMBER_EPOCH"
  case fencedPartitionEpoch = "FENCED_PARTITION_EPOCH"
  case fencedProducerEpoch = "FENCED_PRODUCER_EPOCH"
  case groupFull = "GROUP_FULL"
  case groupNotEmpty = "GROUP_NOT_EMPTY"
  case heartbeatSuperseded = "HEARTBEAT_SUPERSEDED"
  case idInUse = "ID_IN_USE"
  case ineligibleReplica = "INELIGIBLE_REPLICA"
  case `internal` = "INTERNAL"
  case invalidConfiguration = "INVALID_CONFIGURATION"
  case invalidPartitionCount = "INVALID_PARTITION_COUNT"
  case invalidReplicationFactor = "INVALID_REPLICATION_FACTOR"
  case invalidRequest = "INVALID_REQUEST"
  case invalidTopicName = "INVALID_TOPIC_NAME"
  case leaderNotAvailable = "LEADER_NOT_AVAILABLE"
  case messageTooLarge = "MESSAGE_TOO_LARGE"
  case notEnoughReplicas = "NOT_ENOUGH_REPLICAS"
  case notGroupCoordinator = "NOT_GROUP_COORDINATOR"
  case notLeader = "NOT_LEADER"
  case offsetOutOfRange = "OFFSET_OUT_OF_RANGE"
  case outOfOrderSequence = "OUT_OF_ORDER_SEQUENCE"
  case outcomeUnknown = "OUTCOME_UNKNOWN"
  case partitionOutOfRange = "PARTITION_OUT_OF_RANGE"
  case permissionDenied = "PERMISSION_DENIED"
  case resourceExhausted = "RESOURCE_EXHAUSTED"
  case shuttingDown = "SHUTTING_DOWN"
  case staleMemberEpoch = "STALE_MEMBER_EPOCH"
  case topicAlreadyExists = "TOPIC_ALREADY_EXISTS"
  case unauthenticated = "UNAUTHENTICATED"
  case unknownBroker = "UNKNOWN_BROKER"
  case unknownGroup = "UNKNOWN_GROUP"
  case unknownLeaderEpoch = "UNKNOWN_LEADER_EPOCH"
  case unknownMemberID = "UNKNOWN_MEMBER_ID"
  case unknownProducerID = "UNKNOWN_PRODUCER_ID"
  case unknownTopic = "UNKNOWN_TOPIC"
  case unreleasedInstanceID = "UNRELEASED_INSTANCE_ID"
  case unsupported = "UNSUPPORTED"
  case unsupportedCompression = "UNSUPPORTED_COMPRESSION"
  case unsupportedVersion = "UNSUPPORTED_VERSION"
}

/// The status codes of gRPC, by their numbers on the wire.
public enum StatusCode: Int, CaseIterable, Sendable {
  case ok = 0
  case cancelled, unknown, invalidArgument, deadlineExceeded, notFound, alreadyExists, permissionDenied
  case resourceExhausted, failedPrecondition, aborted, outOfRange, unimplemented, `internal`, unavailable
  case dataLoss, unauthenticated
}

extension ErrorReason {
  /// What a caller should know of a reason, wherever it occurs.
  public struct Entry: Sendable {
    /// The status code that goes with it.
    public let code: StatusCode
    /// True if the very same call can succeed later without anybody changing anything.
    public let isRetriable: Bool
    /// What to do, in plain words.
    public let advice: String
  }

  /// The catalogue itself.
  public var entry: Entry {
    func retry(_ code: StatusCode, _ advice: String) -> Entry { Entry(code: code, isRetriable: true, advice: advice) }
    func final(_ code: StatusCode, _ advice: String) -> Entry { Entry(code: code, isRetriable: false, advice: advice) }
    switch self {
    case .brokerInUse: return final(.failedPrecondition, "drain the broker and stop it first")
    case .brokerNotAvailable: return retry(.unavailable, "try again; if it stays, look at the broker's log")
    case .clusterMismatch: return final(.failedPrecondition, "check which cluster this node was configured for")
    case .corruptRecordBatch: return final(.invalidArgument, "build the batch anew; its bytes are not a valid batch")
    case .coordinatorNotAvailable: return retry(.unavailable, "try again; if it stays, start the coordinator")
    case .dataCorrupt: return final(.dataLoss, "look at the broker's log; restore the replica from another one")
    case .deadlineExceeded: return retry(.deadlineExceeded, "allow more time, or find out what is slow")
    case .diskFailed: return retry(.unavailable, "replace the disk; the broker's log names it")
    case .diskFull: return retry(.resourceExhausted, "free space on the node's disk, or shorten the retention")
    case .duplicateSequence: return final(.alreadyExists, "nothing: the records are in the log already")
    case .fencedBrokerEpoch: return final(.aborted, "register the broker again")
    case .fencedInstanceID: return final(.aborted, "stop the other member with the same instance id")
    case .fencedLeaderEpoch: return retry(.aborted, "refresh the metadata and try again")
    case .fencedMemberEpoch: return final(.aborted, "join the group again with epoch 0")
    case .fencedPartitionEpoch: return retry(.aborted, "refresh the metadata and try again")
    case .fencedProducerEpoch: return final(.aborted, "stop: a newer producer took over this id")
    case .groupFull: return final(.resourceExhausted, "use fewer members, or raise the group coordinator's limit")
    case .groupNotEmpty: return final(.failedPrecondition, "stop the group's members first")
    case .heartbeatSuperseded: return final(.aborted, "nothing: a newer heartbeat of this member took its place")
    case .idInUse: return retry(.alreadyExists, "stop the other node with this id, or give this one another id")
    case .ineligibleReplica: return retry(.failedPrecondition, "try again when the replica's broker is alive")
    case .internal: return final(.internal, "report it with the node's log")
    case .invalidConfiguration: return final(.invalidArgument, "correct the named key")
    case .invalidPartitionCount: return final(.invalidArgument, "choose another number of partitions")
    case .invalidReplicationFactor: return final(.invalidArgument, "choose a factor that the brokers can hold")
    case .invalidRequest: return final(.invalidArgument, "correct the named field")
    case .invalidTopicName: return final(.invalidArgument, "choose another name")
    case .leaderNotAvailable: return retry(.unavailable, "try again; the partition has no leader at the moment")
    case .messageTooLarge: return final(.invalidArgument, "send less at once, or raise max.message.bytes")
    case .notEnoughReplicas: return retry(.unavailable, "try again; if it stays, bring the missing brokers back")
    case .notGroupCoordinator: return retry(.unavailable, "refresh the metadata and call the right node")
    case .notLeader: return retry(.unavailable, "call the named leader, or leave out newswire-forward: never")
    case .offsetOutOfRange: return final(.outOfRange, "choose an offset in the range that the answer names")
    case .outOfOrderSequence:
      return final(
        .failedPrecondition,
        "send the missing records first; if they were acknowledged they are lost: go on in the producer's next epoch")
    case .outcomeUnknown: return final(.unknown, "look for the record, or send with a producer id to retry safely")
    case .partitionOutOfRange: return final(.notFound, "choose one of the topic's partitions")
    case .permissionDenied: return final(.permissionDenied, "use a certificate whose role may call this")
    case .resourceExhausted: return retry(.resourceExhausted, "slow down and try again")
    case .shuttingDown: return retry(.unavailable, "try again at another node")
    case .staleMemberEpoch: return retry(.aborted, "take the epoch of the latest heartbeat and try again")
    case .topicAlreadyExists: return final(.alreadyExists, "choose another name, or use the topic that is there")
    case .unauthenticated: return final(.unauthenticated, "present a certificate from the cluster's authority")
    case .unknownBroker: return final(.notFound, "check the broker's id")
    case .unknownGroup: return final(.notFound, "check the group's name")
    case .unknownLeaderEpoch: return retry(.unavailable, "try again; this node has not heard of that epoch yet")
    case .unknownMemberID: return final(.notFound, "join the group again with epoch 0")
    case .unknownProducerID: return final(.failedPrecondition, "go on in the producer's next epoch, from number 0")
    case .unknownTopic: return final(.notFound, "create the topic, or check its name")
    case .unreleasedInstanceID: return retry(.failedPrecondition, "stop the other member with the same instance id")
    case .unsupported: return final(.unimplemented, "use a version that supports it")
    case .unsupportedCompression: return final(.invalidArgument, "use none, gzip, snappy, lz4 or zstd")
    case .unsupportedVersion: return final(.failedPrecondition, "upgrade this node; newer data is on its disk")
    }
  }
}

/// A refusal as it travels: why, what happened in words, and what a program needs to react.
///
/// The one error type that cores return and services send. `metadata` goes into `ErrorInfo.metadata`.
public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// Why, from the catalogue.
  public let reason: ErrorReason
  /// What happened and where, in plain words; the catalogue's advice is added when it is sent.
  public let message: String
  /// What a program needs, such as `leader_address` or `log_end_offset`.
  public let metadata: [String: String]
  /// The request's field that was wrong, if one was (`google.rpc.BadRequest`).
  public let field: String?

  /// A refusal for `reason`; `message` says what happened and where.
  public init(_ reason: ErrorReason, _ message: String, metadata: [String: String] = [:], field: String? = nil) {
    self.reason = reason
    self.message = message
    self.metadata = metadata
    self.field = field
  }

  /// Reason, message and advice in one line.
  public var description: String { "\(message) (\(reason.rawValue)): \(reason.entry.advice)" }
}
