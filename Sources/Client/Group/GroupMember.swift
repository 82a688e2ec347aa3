internal import Model

/// A member of a consumer group, as the group's coordinator sees it: decides what to tell it and what to do about its
/// answers.
///
/// It is `joining` (its next heartbeat has epoch 0, and it owns nothing), `member` (it has an epoch and may read what it
/// owns), `leaving` (it owns nothing any more and says so) or `gone`.
///
/// Invariant: a partition that was taken away stays in `owned`, and so in every heartbeat, until whoever reads it has let
/// it go. So nobody else gets it before.
struct GroupMember {
  /// What the member says in a heartbeat.
  struct Heartbeat: Hashable {
    /// Numbers the heartbeats: an answer to an older one than the last is of no interest.
    var number: Int
    var epoch: Int32
    /// Said at joining only.
    var topics: [String]
    var owned: [TopicPartition]
    /// How long the coordinator may hold the call.
    var wait: Duration
    /// When to give the call up. Never later than the session's end, so that the member knows when it is out.
    var timeout: Duration
  }

  /// What the coordinator answered.
  struct Answer: Hashable {
    var epoch: Int32
    var assignment: Set<TopicPartition>
    var heartbeatInterval: Duration = .seconds(5)
    var sessionTimeout: Duration = .seconds(45)
  }

  /// What whoever runs the member has to do, in this order.
  enum Effect: Hashable {
    /// Send it after a while; it supersedes the one under way.
    case send(Heartbeat, after: Duration)
    /// Begin to read these.
    case acquire([TopicPartition])
    /// Stop reading these, commit what was read, then call `released`.
    case release([TopicPartition])
    /// Stop reading these at once: they may belong to others already, nothing can be committed.
    case lose([TopicPartition])
    /// The member cannot go on.
    case fail(NewswireError)
  }

  private enum State: Hashable { case joining, member, leaving, gone }

  /// An answer that comes sooner than this, without news, is not waited for again at once.
  static let answerPauseMin: Duration = .milliseconds(200)
  /// How long an answer may take beyond the time for which the call is held.
  static let answerTimeout: Duration = .seconds(5)

  let topics: [String]
  let isStatic: Bool
  let pause: RetryPause
  private var state = State.joining
  /// The epoch to commit with; nil as long as there is none.
  private(set) var epoch: Int32?
  /// What is read, or is being let go.
  private(set) var owned: Set<TopicPartition> = []
  private var releasing: Set<TopicPartition> = []
  private var assignment: Set<TopicPartition> = []
  private var latestNumber = 0
  private var sentAt = Instant(0)
  private var lastContact: Instant?
  private var heartbeatInterval: Duration = .seconds(5)
  private var sessionTimeout: Duration = .seconds(45)
  private var failures = 0

  init(topics: [String], isStatic: Bool, pause: RetryPause = RetryPause()) {
    self.topics = topics
    self.isStatic = isStatic
    self.pause = pause
  }

  /// True once the member has left or failed.
  var isGone: Bool { state == .gone }

  /// Joins the group.
  mutating func start(now: Instant) -> [Effect] { [heartbeat(now: now)] }

  /// The coordinator has answered the heartbeat of this number.
  mutating func answered(_ number: Int, _ answer: Answer, now: Instant) -> [Effect] {
    guard number == latestNumber else { return [] }
    switch state {
    case .gone: return []
    case .leaving:
      state = .gone
      return []
    case .joining, .member: break
    }
    let isNews = state == .joining || answer.epoch != epoch || answer.assignment != assignment
    state = .member
    epoch = answer.epoch
    assignment = answer.assignment
    heartbeatInterval = answer.heartbeatInterval
    sessionTimeout = answer.sessionTimeout
    lastContact = sentAt
    failures = 0

    var effects = reconcile()
    let isTooSoon = !isNews && effects.isEmpty && now - sentAt < Self.answerPauseMin
    effects.append(heartbeat(now: now, after: isTooSoon ? min(heartbeatInterval, .milliseconds(500)) : .zero))
    return effects
  }

  /// The heartbeat of this number failed.
  mutating func failed(
    _ number: Int, _ error: NewswireError, now: Instant, using generator: inout some RandomNumberGenerator
  ) -> [Effect] {
    guard number == latestNumber else { return [] }
    switch state {
    case .gone: return []
    case .leaving:
      // Nothing is owned any more; the session's end tells the group what this could not.
      state = .gone
      return []
    case .joining, .member: break
    }
    failures += 1
    let delay = pause.delay(attempt: failures, using: &generator)
    switch error.reason {
    case .unknownMemberID, .fencedMemberEpoch:
      return rejoin(now: now, after: failures == 1 ? .zero : delay)
    case _ where error.isRetriable || error.concernsLeadership:
      if let lastContact, now - lastContact >= sessionTimeout { return rejoin(now: now, after: delay) }
      return [heartbeat(now: now, after: delay)]
    default:
      state = .gone
      return giveUpAll() + [.fail(error)]
    }
  }

  /// Whoever read these partitions has let them go.
  mutating func released(_ partitions: [TopicPartition], now: Instant) -> [Effect] {
    let mine = partitions.filter { releasing.remove($0) != nil }
    guard !mine.isEmpty, state == .member else { return [] }
    owned.subtract(mine)
    return reconcile() + [heartbeat(now: now)]
  }

  /// Leaves the group. Everything must have been let go.
  mutating func leave(now: Instant) -> [Effect] {
    // A join that is under way may succeed: the group is told in any case.
    guard state == .member || (state == .joining && latestNumber > 0) else {
      state = .gone
      return []
    }
    state = .leaving
    owned = []
    releasing = []
    return [heartbeat(now: now)]
  }

  // MARK: -

  /// What has to be let go and what may be read, by the last answer.
  private mutating func reconcile() -> [Effect] {
    let revoked = owned.subtracting(assignment).subtracting(releasing).sorted()
    let added = assignment.subtracting(owned).sorted()
    releasing.formUnion(revoked)
    owned.formUnion(added)
    var effects: [Effect] = []
    if !revoked.isEmpty { effects.append(.release(revoked)) }
    if !added.isEmpty { effects.append(.acquire(added)) }
    return effects
  }

  private mutating func rejoin(now: Instant, after delay: Duration) -> [Effect] {
    state = .joining
    epoch = nil
    lastContact = nil
    return giveUpAll() + [heartbeat(now: now, after: delay)]
  }

  private mutating func giveUpAll() -> [Effect] {
    let lost = owned.sorted()
    owned = []
    releasing = []
    assignment = []
    return lost.isEmpty ? [] : [.lose(lost)]
  }

  private mutating func heartbeat(now: Instant, after delay: Duration = .zero) -> Effect {
    latestNumber += 1
    sentAt = now + delay
    var beat = Heartbeat(
      number: latestNumber, epoch: 0, topics: [], owned: owned.sorted(), wait: .zero, timeout: Self.answerTimeout)
    switch state {
    case .joining: beat.topics = topics
    case .leaving: beat.epoch = isStatic ? -2 : -1
    case .member, .gone:
      beat.epoch = epoch ?? 0
      beat.wait = heartbeatInterval
      let sessionLeft = lastContact.map { $0 + sessionTimeout - sentAt } ?? sessionTimeout
      beat.timeout = max(.seconds(1), min(heartbeatInterval + Self.answerTimeout, sessionLeft))
    }
    return .send(beat, after: delay)
  }
}
