public import Model
public import SegmentedLog

/// What one replica may do for its partition: whether it leads, and how far readers may see.
///
/// A value that decides; the log and the callers are its surroundings'.
public struct PartitionReplica: Hashable, Sendable {
  /// A leadership, as the metadata gave it.
  public struct Leadership: Hashable, Sendable {
    /// The epoch under which the replica leads: every batch that it appends carries it.
    public let epoch: LeaderEpoch
    /// How many replicas the partition has.
    public let replicasCount: Int
    /// How many of them are in sync, the leader included.
    public let inSyncCount: Int

    /// The leadership of a partition under `epoch`.
    public init(epoch: LeaderEpoch, replicasCount: Int, inSyncCount: Int) {
      self.epoch = epoch
      self.replicasCount = replicasCount
      self.inSyncCount = inSyncCount
    }
  }

  /// What the replica is to its partition.
  public enum Role: Hashable, Sendable {
    /// Another broker leads, or nobody does: nothing is appended or read here.
    case follower
    /// This broker leads: it takes records and gives them back.
    case leader(Leadership)
  }

  /// The first place that is safe: what is written in the log, and what survives a loss of power.
  public enum Safety: Hashable, Sendable {
    /// Records count once the disk has them (`flush=disk`).
    case synced
    /// Records count once the operating system has them (`flush=os`).
    case written
  }

  /// How messages name the partition.
  public let name: String
  /// What the replica is at the moment.
  public private(set) var role = Role.follower
  /// The newest leader epoch that the metadata has told of, whoever leads.
  public private(set) var leaderEpoch = LeaderEpoch.zero
  /// The first offset not known to be safe on every in-sync replica. Exclusive.
  ///
  /// `logStartOffset <= highWatermark <= logEndOffset`. Never moves back within a leader epoch.
  public private(set) var highWatermark: Offset
  /// When a record counts as safe here.
  public var safety = Safety.synced
  /// How many in-sync replicas a write with acks=all needs.
  public var inSyncMin = 1

  /// The replica of the partition that messages call `name`, whose log is safe up to `syncedEnd`.
  public init(name: String, syncedEnd: Offset) {
    self.name = name
    highWatermark = syncedEnd
  }

  /// The leadership, if the replica leads.
  public var leadership: Leadership? {
    if case .leader(let leadership) = role { leadership } else { nil }
  }

  /// Takes what the metadata says; true if the replica led and does not any more, or leads under another epoch.
  public mutating func assign(_ newRole: Role, leaderEpoch epoch: LeaderEpoch) -> Bool {
    guard epoch >= leaderEpoch else { return false }
    let old = leadership?.epoch
    leaderEpoch = epoch
    role = newRole
    return old != nil && old != leadership?.epoch
  }

  /// Takes how far the log has come; true if readers see more than before.
  ///
  /// With one replica what is safe here is safe everywhere.
  public mutating func logAdvanced(written: Offset, synced: Offset) -> Bool {
    let end =
      switch safety {
      case .synced: synced
      case .written: written
      }
    guard end > highWatermark else { return false }
    highWatermark = end
    return true
  }

  // MARK: Checks

  /// The leadership under which a caller who knows `epoch` is served; refuses those who know another one.
  public func leadership(knownAs epoch: LeaderEpoch?) throws(Refusal) -> Leadership {
    guard let leadership else { throw Refusal(.notLeader, "this broker does not lead \(name)") }
    guard let epoch, epoch != leadership.epoch else { return leadership }
    let metadata = ["leader_epoch": "\(leadership.epoch)"]
    guard epoch > leadership.epoch else {
      throw Refusal(
        .fencedLeaderEpoch, "\(name) is led under epoch \(leadership.epoch), and the caller knows epoch \(epoch)",
        metadata: metadata)
    }
    throw Refusal(
      .unknownLeaderEpoch, "\(name) is led under epoch \(leadership.epoch); this broker has not heard of \(epoch)",
      metadata: metadata)
  }

  /// Refuses a write that could not become safe on as many replicas as the topic asks for.
  public func checkInSync(_ leadership: Leadership) throws(Refusal) {
    guard leadership.inSyncCount < inSyncMin else { return }
    throw Refusal(
      .notEnoughReplicas,
      "\(name) has \(leadership.inSyncCount) in-sync replicas, and min.insync.replicas asks for \(inSyncMin)")
  }

  /// Refuses to read from an offset that the log does not have.
  public func checkRange(_ offset: Offset, logStart: Offset, logEnd: Offset) throws(Refusal) {
    guard offset < logStart || offset > logEnd else { return }
    throw outOfRange(offset, logStart: logStart)
  }

  /// The refusal of an offset outside of the log.
  public func outOfRange(_ offset: Offset, logStart: Offset) -> Refusal {
    Refusal(
      .offsetOutOfRange, "offset \(offset) is not in \(name), which has \(logStart) to \(highWatermark)",
      metadata: ["log_start_offset": "\(logStart)", "log_end_offset": "\(highWatermark)"])
  }

  /// Refuses a reader whose last record was written under `epoch` if the log went another way since then.
  public func checkHistory(
    _ epoch: LeaderEpoch?, before offset: Offset, in epochs: LeaderEpochHistory, logEnd: Offset
  ) throws(Refusal) {
    guard let epoch else { return }
    guard epoch <= leaderEpoch else {
      throw Refusal(
        .unknownLeaderEpoch, "\(name) is led under epoch \(leaderEpoch); this broker has not heard of \(epoch)",
        metadata: ["leader_epoch": "\(leaderEpoch)"])
    }
    guard let (_, end) = epochs.end(of: epoch, logEndOffset: logEnd), end < offset else { return }
    throw Refusal(
      .fencedLeaderEpoch, "in \(name) the epoch \(epoch) ended at offset \(end), before offset \(offset)",
      metadata: ["end_offset": "\(end)", "leader_epoch": "\(leaderEpoch)"])
  }
}
