internal import Messages

/// A cluster and its nodes.
public struct ClusterDescription: Hashable, Sendable {
  /// The cluster's id: a UUID of 36 characters.
  public let id: String
  /// All nodes, by role and id.
  public let nodes: [NodeDescription]
  /// The coordinator that makes changes at the moment, if one does.
  public let activeCoordinatorID: Int32?

  init(_ message: NewswireV1.DescribeClusterResponse) {
    id = message.clusterID
    nodes = message.nodes.map { NodeDescription($0) }
    activeCoordinatorID = message.activeCoordinatorID
  }
}

/// A process of a cluster.
public struct NodeDescription: Hashable, Sendable {
  /// What a node does.
  public enum Role: String, Hashable, Sendable {
    /// Keeps the cluster's metadata.
    case coordinator
    /// Keeps records.
    case broker
    /// Keeps groups and their offsets.
    case groupCoordinator = "group-coordinator"
    /// Something that this version does not know.
    case unknown
  }

  /// How a node is.
  public enum State: String, Hashable, Sendable {
    /// At work.
    case active
    /// Not heard of in time, or not up to date yet: leads nothing.
    case fenced
    /// Giving away its partitions.
    case draining
    /// Handing over what it leads, on its way out.
    case shuttingDown = "shutting-down"
    /// Not known.
    case unknown
  }

  /// What it does.
  public let role: Role
  /// Its id, unique within its role.
  public let id: Int32
  /// Where it can be reached, `host:port`.
  public let address: String
  /// The rack or zone it stands in; empty if not said.
  public let rack: String
  /// How it is.
  public let state: State
  /// The version of its software.
  public let version: String
  /// Since when it is registered, in milliseconds since 1970; nil if it is not.
  public let registeredTimestamp: Int64?

  init(_ message: NewswireV1.Node) {
    role =
      switch message.role {
      case .coordinator: .coordinator
      case .broker: .broker
      case .groupCoordinator: .groupCoordinator
      default: .unknown
      }
    state =
      switch message.state {
      case .active: .active
      case .fenced: .fenced
      case .draining: .draining
      case .shuttingDown: .shuttingDown
      default: .unknown
      }
    id = message.id
    address = NodeAddress(host: message.host, port: Int(message.port)).description
    rack = message.rack
    version = message.version
    registeredTimestamp = message.registeredTimestampMs == 0 ? nil : message.registeredTimestampMs
  }
}

/// What a broker holds.
public struct BrokerLogs: Hashable, Sendable {
  /// The broker's id.
  public let broker: Int32
  /// Its disk folders.
  public let folders: [LogFolder]
  /// Its logs, by topic and partition.
  public let logs: [LogDescription]
}

/// A disk folder of a broker.
public struct LogFolder: Hashable, Sendable {
  /// Where it is.
  public let path: String
  /// How large its disk is, in bytes.
  public let totalBytes: Int64
  /// How much of the disk is free, in bytes.
  public let freeBytes: Int64
  /// Why it is not at work, if it is not.
  public let error: NewswireError?

  init(_ message: NewswireV1.LogFolder) {
    path = message.path
    totalBytes = message.totalBytes
    freeBytes = message.freeBytes
    error = message.error.map { NewswireError($0) }
  }
}

/// One replica's log.
public struct LogDescription: Hashable, Sendable {
  /// The partition.
  public let partition: TopicPartition
  /// True if the broker leads it.
  public let isLeader: Bool
  /// The leader's epoch as the broker knows it.
  public let leaderEpoch: Int32
  /// How many bytes its segments have on disk.
  public let sizeBytes: Int64
  /// The first offset that can still be read.
  public let logStartOffset: Int64
  /// The end of the log, exclusive.
  public let logEndOffset: Int64
  /// The end of what may be seen, exclusive.
  public let highWatermark: Int64
  /// The end of what is safe on the broker's disk, exclusive.
  public let syncedOffset: Int64
  /// How many segments it has.
  public let segmentCount: Int32
  /// The disk folder that it lies in; nil if the broker does not say.
  public let folder: LogFolder?
  /// Why the replica is not at work, if it is not: then the numbers mean nothing.
  public let error: NewswireError?
  /// How far it has been compacted by key; nil if its topic is not compacted.
  public let compaction: LogCompaction?
  /// When it was read through in search of what has rotted; nil if it has not been since its broker was started.
  public let scrub: LogScrub?

  init(_ message: NewswireV1.LogDescription, _ folders: [NewswireV1.LogFolder]) {
    partition = TopicPartition(message.topic, message.partition)
    isLeader = message.leader
    leaderEpoch = message.leaderEpoch
    sizeBytes = message.sizeBytes
    logStartOffset = message.logStartOffset
    logEndOffset = message.logEndOffset
    highWatermark = message.highWatermark
    syncedOffset = message.syncedOffset
    segmentCount = message.segmentCount
    folder = folders.first { $0.folderID == message.folderID }.map { LogFolder($0) }
    error = message.error.map { NewswireError($0) }
    compaction = message.compaction.map { LogCompaction($0) }
    scrub = message.scrub.map { LogScrub($0) }
  }
}

/// The sum over whole record batches of one replica: the same for replicas that hold the same bytes.
public struct LogChecksum: Hashable, Sendable {
  /// The offsets of the batches, from the first record of the first on.
  public let offsets: Range<Int64>
  /// How many bytes the batches have.
  public let sizeBytes: Int64
  /// CRC-32C of those bytes.
  public let crc32c: UInt32
  /// What is wrong with the batch behind, if that ended the sum.
  public let error: NewswireError?

  /// A sum over these batches.
  public init(offsets: Range<Int64>, sizeBytes: Int64, crc32c: UInt32, error: NewswireError? = nil) {
    self.offsets = offsets
    self.sizeBytes = sizeBytes
    self.crc32c = crc32c
    self.error = error
  }

  init(_ message: NewswireV1.LogChecksum) {
    let end = max(message.startOffset, message.endOffset)
    self.init(
      offsets: message.startOffset..<end, sizeBytes: message.sizeBytes, crc32c: message.crc32c,
      error: message.error.map { NewswireError($0) })
  }
}

/// A partition's leader after an election.
public struct ElectedLeader: Hashable, Sendable {
  /// The partition.
  public let partition: TopicPartition
  /// The broker that leads it now.
  public let leader: Int32
  /// The leader's epoch.
  public let leaderEpoch: Int32
  /// After an unclean election: the end of the leader's log. What was acknowledged behind it is lost.
  public let logEndOffset: Int64
  /// After an unclean election: the brokers that may hold acknowledged records which the leader does not hold.
  public let passedOver: [Int32]
}

/// Where a partition lies after a move has been decided.
public struct ReassignedPartition: Hashable, Sendable {
  /// The partition.
  public let partition: TopicPartition
  /// The brokers that hold it now.
  public let replicas: [Int32]
  /// The brokers that shall hold it in the end; empty if nothing is being moved.
  public let targetReplicas: [Int32]
}
