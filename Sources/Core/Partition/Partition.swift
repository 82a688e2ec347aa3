public import Model
public import SegmentedLog

/// One replica of a partition on this broker: what it may be asked and what it answers, as a value that does no work.
///
/// The log's shell does the work and reports how far it is. Whoever owns the partition hands events in, and does what
/// comes out, in order.
public struct Partition: Sendable {
  /// What this replica is at the moment.
  public enum Role: Sendable {
    /// It takes writes and reads, in this leadership.
    case leader(Leadership)
    /// Another broker leads: writes and reads are refused with its name. Copying from it is to come.
    case follower(leader: BrokerID, epoch: LeaderEpoch)
    /// Nobody leads, or this replica has not heard of its role yet.
    case leaderless(epoch: LeaderEpoch?)
    /// Its log cannot be used, for this reason, until the broker starts again.
    case failed(Refusal)
  }

  /// The replica's place in the world.
  public let id: TopicPartition
  /// The topic's name, for messages.
  public let topic: TopicName
  /// This broker.
  public let broker: BrokerID
  /// What it is at the moment.
  public internal(set) var role = Role.leaderless(epoch: nil)
  /// How far its log is.
  public internal(set) var log: LogEnds
  /// The topic's configuration.
  public internal(set) var configuration: TopicConfiguration
  /// The highest number of a writer that fences others, as far as this leadership and the metadata know.
  ///
  /// A later leader may know a lower one for a while. It still takes no records of a fenced writer, only another first
  /// one: a writer's records name the leader epoch in which the writer began, and one that begins anew reads the log
  /// first, where it finds its successor.
  var writerEpoch: Int64?

  /// A replica whose log has been opened, and that has not heard of its role yet.
  public init(
    id: TopicPartition, topic: TopicName, broker: BrokerID, configuration: TopicConfiguration, log: LogEnds
  ) {
    self.id = id
    self.topic = topic
    self.broker = broker
    self.configuration = configuration
    self.log = log
  }

  /// The partition in words.
  public var name: String { "\(topic)-\(id.partition)" }

  /// Takes in what has happened at the time of day `now`, and puts what follows from it behind `effects`.
  public mutating func handle(_ event: PartitionEvent, at now: Timestamp, into effects: inout [PartitionEffect]) {
    switch event {
    case .roleAssigned(let assignment): assign(assignment, into: &effects)
    case .writersFenced(let least): writerEpoch = max(writerEpoch ?? least, least)
    case .configurationChanged(let configuration): self.configuration = configuration
    case .produceReceived(let request): produce(request, at: now, into: &effects)
    case .logAdvanced(let ends): logAdvanced(ends, into: &effects)
    case .appendsGivenUp(let refusal, let ends): appendsGivenUp(refusal, ends, into: &effects)
    case .logFailed(let refusal): logFailed(refusal, into: &effects)
    case .replicaReported(let broker, let end): replicaReported(broker, end, into: &effects)
    case .produceTimedOut(let request): giveUp([request], unknownOutcome("the time for its answer is over"), &effects)
    }
  }

  // MARK: Roles

  private mutating func assign(_ assignment: PartitionAssignment, into effects: inout [PartitionEffect]) {
    if case .failed = role { return }
    if let known = knownEpoch, assignment.leaderEpoch < known { return }
    if case .leader(var leadership) = role {
      if assignment.leader == broker, assignment.leaderEpoch == leadership.epoch {
        leadership.change(to: assignment)
        role = .leader(leadership)
        return advanceWatermark(into: &effects)
      }
      giveUp(leadership.requests, unknownOutcome("the leadership has ended"), &effects)
    }
    switch assignment.leader {
    case broker:
      role = .leader(Leadership(assignment, broker: broker, highWatermark: log.logStartOffset))
      advanceWatermark(into: &effects)
    case let leader?: role = .follower(leader: leader, epoch: assignment.leaderEpoch)
    case nil: role = .leaderless(epoch: assignment.leaderEpoch)
    }
  }

  private var knownEpoch: LeaderEpoch? {
    switch role {
    case .leader(let leadership): leadership.epoch
    case .follower(_, let epoch): epoch
    case .leaderless(let epoch): epoch
    case .failed: nil
    }
  }

  /// The refusal of whoever needs the leader, if this replica is not.
  func notLeader() -> Refusal? {
    switch role {
    case .leader: return nil
    case .failed(let refusal): return refusal
    case .follower(let leader, let epoch):
      return Refusal(
        .notLeader, "broker \(broker) does not lead \(name); broker \(leader) does",
        metadata: ["leader_id": "\(leader)", "leader_epoch": "\(epoch)"])
    case .leaderless(let epoch):
      let metadata = epoch.map { ["leader_epoch": "\($0)"] } ?? [:]
      return Refusal(.leaderNotAvailable, "\(name) has no leader at the moment", metadata: metadata)
    }
  }

  /// The refusal of a caller that knows another leader epoch than the present one.
  func epochMismatch(_ epoch: LeaderEpoch?) -> Refusal? {
    guard let epoch, case .leader(let leadership) = role, epoch != leadership.epoch else { return nil }
    let metadata = ["leader_epoch": "\(leadership.epoch)"]
    guard epoch < leadership.epoch else {
      return Refusal(
        .unknownLeaderEpoch, "broker \(broker) leads \(name) in epoch \(leadership.epoch) and knows of no \(epoch)",
        metadata: metadata)
    }
    return Refusal(
      .fencedLeaderEpoch, "\(name) is led in epoch \(leadership.epoch) now, not in \(epoch)", metadata: metadata)
  }

  func unknownOutcome(_ cause: String) -> Refusal {
    Refusal(.outcomeUnknown, "the records may or may not be in \(name): \(cause)")
  }

  // MARK: The log's answers

  private mutating func logAdvanced(_ ends: LogEnds, into effects: inout [PartitionEffect]) {
    log = ends
    guard var leadership = takeLeadership() else { return }
    leadership.answerWritten(ends, into: &effects)
    leadership.advanceWatermark(log: log, configuration: configuration, into: &effects)
    role = .leader(leadership)
  }

  /// Moves the leadership out of the role, so that its lists are changed in place and not copied. The caller puts it back.
  mutating func takeLeadership() -> Leadership? {
    guard case .leader(let leadership) = role else { return nil }
    role = .leaderless(epoch: leadership.epoch)
    return leadership
  }

  private mutating func appendsGivenUp(
    _ refusal: Refusal, _ ends: LogEnds, into effects: inout [PartitionEffect]
  ) {
    log = ends
    if case .leader(let leadership) = role {
      giveUp(leadership.requests(beyond: ends.logEndOffset), refusal, &effects)
    }
    logAdvanced(ends, into: &effects)
  }

  private mutating func logFailed(_ refusal: Refusal, into effects: inout [PartitionEffect]) {
    if case .leader(let leadership) = role { giveUp(leadership.requests, refusal, &effects) }
    role = .failed(refusal)
  }

  private mutating func replicaReported(
    _ replica: BrokerID, _ end: Offset, into effects: inout [PartitionEffect]
  ) {
    guard var leadership = takeLeadership() else { return }
    leadership.note(replica, end)
    leadership.advanceWatermark(log: log, configuration: configuration, into: &effects)
    role = .leader(leadership)
  }

  /// Moves the high watermark as far as every in-sync replica allows, and answers who waited for it.
  private mutating func advanceWatermark(into effects: inout [PartitionEffect]) {
    guard var leadership = takeLeadership() else { return }
    leadership.advanceWatermark(log: log, configuration: configuration, into: &effects)
    role = .leader(leadership)
  }

  private mutating func giveUp(_ requests: [RequestID], _ refusal: Refusal, _ effects: inout [PartitionEffect]) {
    guard case .leader(var leadership) = role else { return }
    for request in requests where leadership.forget(request) {
      effects.append(.refuse(request, refusal))
    }
    role = .leader(leadership)
  }
}
