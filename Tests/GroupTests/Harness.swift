import Group
import Model
import Testing

/// A shard under test: its log keeps what it appends, at once unless told to wait.
struct Harness {
  var shard: GroupShard
  var now = Instant(1_000_000_000)
  var time = Timestamp(1_700_000_000_000)
  /// Every written record, in order.
  var log: [GroupRecord] = []
  var unwritten: [(records: [GroupRecord], id: WriteID)] = []
  var answers: [RequestToken: Result<GroupReply, Refusal>] = [:]
  var resignations: [Refusal] = []
  var writesAtOnce = true
  private var nextToken: UInt64 = 1

  static let orders = GroupTopic(id: UUID128(high: 0, low: 1), partitionCount: 6)
  static let payments = GroupTopic(id: UUID128(high: 0, low: 2), partitionCount: 4)

  init(
    topics: [String: GroupTopic] = ["orders": orders, "payments": payments], policy: GroupPolicy = GroupPolicy(),
    log: [GroupRecord] = [], epoch: ShardEpoch = ShardEpoch(1)
  ) throws {
    shard = GroupShard(
      index: PartitionIndex(7), epoch: epoch, owner: GroupCoordinatorID(1), topics: try Self.named(topics),
      policy: policy)
    self.log = log
    handle(.opened)
    handle(.recordsReplayed(self.log))
  }

  static func named(_ topics: [String: GroupTopic]) throws -> GroupTopics {
    GroupTopics(
      Dictionary(uniqueKeysWithValues: try topics.map { (try TopicName($0.key), $0.value) }))
  }

  @discardableResult
  mutating func handle(_ event: GroupShard.Event) -> [GroupShard.Effect] {
    var effects: [GroupShard.Effect] = []
    shard.handle(event, at: now, time: time, into: &effects)
    for effect in effects {
      switch effect {
      case .append(let records, let id): unwritten.append((records, id))
      case .reply(let token, let answer):
        #expect(answers[token] == nil, "a call is answered once")
        answers[token] = answer
      case .resign(let refusal): resignations.append(refusal)
      }
    }
    if writesAtOnce { write() }
    return effects
  }

  /// What was appended is on the replicas; the groups are those that the log alone gives.
  mutating func write() {
    guard let last = unwritten.last else { return }
    log += unwritten.flatMap(\.records)
    unwritten = []
    handle(.written(upTo: last.id))
    if shard.isActive {
      #expect(replayed(log) == shard.table)
      #expect(replayed(compacted(log)) == shard.table)
    }
  }

  mutating func send(_ request: GroupRequest) -> RequestToken {
    let token = RequestToken(nextToken)
    nextToken += 1
    handle(.requestReceived(request, token))
    return token
  }

  @discardableResult
  mutating func ask(_ request: GroupRequest) throws -> GroupReply {
    let token = send(request)
    return try #require(answers[token], "no answer yet").get()
  }

  mutating func refusal(_ request: GroupRequest) -> ErrorReason? {
    let token = send(request)
    guard case .failure(let refusal) = answers[token] else { return nil }
    return refusal.reason
  }

  mutating func pass(_ duration: Duration) {
    now = now + duration
    time = Timestamp(time.rawValue + duration.milliseconds)
    handle(.timeElapsed)
  }

  func group(_ name: String = "g") throws -> ConsumerGroup {
    try #require(shard.table.groups[try GroupID(name)])
  }
}

func replayed(_ log: [GroupRecord]) -> GroupTable {
  var table = GroupTable()
  for record in log { table.apply(record) }
  return table
}

/// What compaction leaves of a log: of each key the last record.
func compacted(_ log: [GroupRecord]) -> [GroupRecord] {
  var seen: Set<GroupRecord.Key> = []
  return log.reversed().filter { seen.insert($0.key).inserted && !$0.isTombstone }.reversed()
}

/// A client of the group: it knows what answers have told it, and nothing else.
struct Client {
  let group: String
  let id: String
  var instance: String?
  var topics: [String]
  var epoch = MemberEpoch.zero
  var owned: Set<TopicPartition> = []
  var hasJoined = false

  init(_ id: String, group: String = "g", instance: String? = nil, topics: [String] = ["orders"]) {
    self.group = group
    self.id = id
    self.instance = instance
    self.topics = topics
  }

  func heartbeat(_ step: GroupHeartbeat.Step? = nil, wait: Duration = .zero) throws -> GroupHeartbeat {
    let step = step ?? (hasJoined ? .stay(epoch) : .join)
    return GroupHeartbeat(
      group: try GroupID(group), member: try MemberID(id), instanceID: try instance.map { try InstanceID($0) },
      step: step, subscription: step == .join ? try topics.map { try TopicName($0) } : nil, owned: owned, wait: wait)
  }

  /// Does what the answer says.
  mutating func take(_ reply: GroupHeartbeat.Reply) {
    hasJoined = reply.epoch != nil
    epoch = reply.epoch ?? .zero
    owned = Set(reply.assignment)
  }

  /// Sends a heartbeat and does what the answer says.
  @discardableResult
  mutating func beat(_ harness: inout Harness, _ step: GroupHeartbeat.Step? = nil) throws -> GroupHeartbeat.Reply {
    guard case .heartbeat(let reply) = try harness.ask(.heartbeat(try heartbeat(step))) else { throw UnexpectedReply() }
    take(reply)
    return reply
  }

  var committer: CommitOffsets.Committer {
    get throws { CommitOffsets.Committer(id: try MemberID(id), epoch: epoch) }
  }
}

struct UnexpectedReply: Error {}

func place(_ topic: GroupTopic, _ partition: Int) -> TopicPartition {
  TopicPartition(topic: topic.id, partition: PartitionIndex(Int32(partition)))
}

func places(_ topic: GroupTopic) -> Set<TopicPartition> {
  Set((0..<topic.partitionCount).map { place(topic, $0) })
}
