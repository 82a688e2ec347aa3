import Model

/// What the owner of a shard has while it answers: the groups, the members' sessions, and what is under way.
struct ActiveShard: Sendable {
  /// One member of one group.
  struct MemberKey: Hashable, Sendable {
    let group: GroupID
    let member: MemberID
  }

  /// What can be due.
  enum Deadline: Hashable, Sendable {
    /// The member has been silent for too long.
    case session(MemberKey)
    /// The member has been too slow to give up partitions.
    case rebalance(MemberKey)
    /// The member's held heartbeat has been held for long enough.
    case hold(MemberKey)
    /// It is time to look for offsets that need not be kept.
    case expiry
  }

  /// What is known of a member beside what is written down.
  struct Session: Sendable {
    /// The heartbeat that was received last; its answer may have left.
    var heartbeat: RequestToken?
    /// True while that heartbeat is held.
    var isHeld = false
    /// What the last answer said.
    var told: GroupHeartbeat.Reply?
  }

  var table: GroupTable
  var topics: GroupTopics
  let policy: GroupPolicy
  var sessions: [MemberKey: Session] = [:]
  /// The members whose heartbeat is held, by its token.
  var held: [RequestToken: MemberKey] = [:]
  var deadlines = Deadlines<Deadline>()
  /// What the event that is being handled has made true so far.
  private(set) var records: [GroupRecord] = []
  /// The answers that it has led to so far.
  private var answers: [(token: RequestToken, answer: Result<GroupReply, Refusal>)] = []
  var outbox = Outbox()
  /// The moment of the event that is being handled.
  private(set) var instant: Instant
  /// The time of day then.
  private(set) var time: Timestamp

  init(table: GroupTable, topics: GroupTopics, policy: GroupPolicy, at now: Instant, time: Timestamp) {
    self.table = table
    self.topics = topics
    self.policy = policy
    instant = now
    self.time = time
    _ = outbox.nextWrite()
    outbox.written(upTo: WriteID(1))
  }

  var nextDeadline: Instant? { deadlines.next }

  /// Every member gets a new session: nobody's last heartbeat is known.
  mutating func begin(into effects: inout [GroupShard.Effect]) {
    for id in table.groupIDs {
      for member in table.groups[id]?.memberIDs ?? [] {
        let key = MemberKey(group: id, member: member)
        renewSession(of: key)
        watchRevocation(of: key)
      }
      rebalanceIfTopicsChanged(id)
    }
    deadlines.set(.expiry, to: instant + policy.expiryInterval)
    flush(into: &effects)
  }

  mutating func decide(
    _ request: GroupRequest, _ token: RequestToken, at now: Instant, time: Timestamp,
    into effects: inout [GroupShard.Effect]
  ) {
    (instant, self.time) = (now, time)
    do throws(Refusal) {
      if let reply = try reply(to: request, token) { answer(token, .success(reply)) }
    } catch {
      precondition(records.isEmpty, "a refused request must not change anything")
      answer(token, .failure(error))
    }
    flush(into: &effects)
  }

  /// nil if the answer comes later.
  private mutating func reply(to request: GroupRequest, _ token: RequestToken) throws(Refusal) -> GroupReply? {
    switch request {
    case .heartbeat(let heartbeat): try self.heartbeat(heartbeat, token).map { .heartbeat($0) }
    case .commitOffsets(let request): .offsetsCommitted(try commitOffsets(request))
    case .fetchOffsets(let request): .offsets(try fetchOffsets(request))
    case .listGroups(let request): .groups(listGroups(request))
    case .describeGroup(let id): .group(try describeGroup(id))
    case .deleteGroup(let id, let validateOnly): try deleteGroup(id, validateOnly: validateOnly)
    case .deleteOffsets(let id, let places, let validateOnly):
      .offsetsDeleted(try deleteOffsets(of: id, places, validateOnly: validateOnly))
    case .resetOffsets(let id, let resets, let validateOnly):
      .offsetsReset(try resetOffsets(of: id, resets, validateOnly: validateOnly))
    }
  }

  mutating func written(upTo id: WriteID, into effects: inout [GroupShard.Effect]) {
    outbox.written(upTo: id)
    effects += outbox.takeReady()
  }

  /// Answers everything that waits.
  mutating func abandon(_ refusal: Refusal, into effects: inout [GroupShard.Effect]) {
    effects += outbox.takeAll(refusing: refusal)
    effects += held.keys.sorted().map { .reply($0, .failure(refusal)) }
    held = [:]
  }

  mutating func cancel(_ token: RequestToken) {
    guard let key = held.removeValue(forKey: token) else { return }
    sessions[key]?.isHeld = false
    deadlines.clear(.hold(key))
  }

  mutating func changeTopics(
    _ topics: GroupTopics, deleted: [TopicID], at now: Instant, time: Timestamp,
    into effects: inout [GroupShard.Effect]
  ) {
    (instant, self.time) = (now, time)
    self.topics = topics
    let gone = Set(deleted)
    for id in table.groupIDs {
      for place in (table.groups[id]?.offsets.keys.sorted() ?? []) where gone.contains(place.topic) {
        emit(.offsetRemoved(id, place))
      }
      rebalanceIfTopicsChanged(id)
    }
    flush(into: &effects)
  }

  mutating func timeElapsed(at now: Instant, time: Timestamp, into effects: inout [GroupShard.Effect]) {
    (instant, self.time) = (now, time)
    var expelled: [GroupID: [MemberID]] = [:]
    while let due = deadlines.takeDue(at: now) {
      switch due {
      case .session(let key), .rebalance(let key): expelled[key.group, default: []].append(key.member)
      case .hold(let key): release(key)
      case .expiry:
        expireOffsets()
        deadlines.set(.expiry, to: now + policy.expiryInterval)
      }
    }
    for (id, members) in expelled.sorted(by: { $0.key < $1.key }) { expel(members, from: id) }
    flush(into: &effects)
  }

  /// `record` becomes true.
  mutating func emit(_ record: GroupRecord) {
    table.apply(record)
    records.append(record)
  }

  /// The answer leaves as soon as everything that it rests on is written.
  mutating func answer(_ token: RequestToken, _ answer: Result<GroupReply, Refusal>) {
    answers.append((token, answer))
  }

  /// Sends what the event has led to. Of several records with one key only the last is written.
  private mutating func flush(into effects: inout [GroupShard.Effect]) {
    if !records.isEmpty {
      var seen: Set<GroupRecord.Key> = []
      let latest = records.reversed().filter { seen.insert($0.key).inserted }.reversed()
      effects.append(.append(Array(latest), outbox.nextWrite()))
      records = []
    }
    for (token, answer) in answers { outbox.park(token, answer) }
    answers = []
    effects += outbox.takeReady()
  }
}
