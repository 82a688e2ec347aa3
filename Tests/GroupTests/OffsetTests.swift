import Group
import Model
import Testing

@Suite("Committed offsets")
struct OffsetTests {
  private let orders = Harness.orders

  private func commit(
    _ harness: inout Harness, _ client: Client?, _ offsets: [(Int, Int64)], metadata: String = ""
  ) throws -> [ErrorReason?] {
    let commits = offsets.map {
      CommitOffsets.Commit(
        place: place(orders, $0.0), offset: Offset($0.1), leaderEpoch: LeaderEpoch(3), metadata: metadata)
    }
    let request = CommitOffsets(group: try GroupID("g"), member: try client?.committer, offsets: commits)
    guard case .offsetsCommitted(let refusals) = try harness.ask(.commitOffsets(request)) else {
      throw UnexpectedReply()
    }
    return refusals.map { $0?.reason }
  }

  private func fetch(_ harness: inout Harness, _ partitions: [Int]?) throws -> [Int64?] {
    let request = FetchOffsets(group: try GroupID("g"), places: partitions?.map { place(orders, $0) })
    guard case .offsets(let fetched) = try harness.ask(.fetchOffsets(request)) else { throw UnexpectedReply() }
    return fetched.map { $0.committed?.offset.rawValue }
  }

  @Test("what was committed is fetched again, with its leader epoch, its text and its time")
  func roundTrip() throws {
    var harness = try Harness()
    var member = Client("a")
    try member.beat(&harness)
    #expect(try commit(&harness, member, [(0, 10), (1, 20)], metadata: "note") == [nil, nil])
    #expect(try fetch(&harness, [1, 0, 5]) == [20, 10, nil])
    #expect(try fetch(&harness, nil) == [10, 20])
    let kept = try harness.group().offsets[place(orders, 0)]
    #expect(
      kept
        == CommittedOffset(
          offset: Offset(10), leaderEpoch: LeaderEpoch(3), metadata: "note", committedAt: harness.time))
  }

  @Test("a group that does not exist has no offsets")
  func unknownGroup() throws {
    var harness = try Harness()
    #expect(try fetch(&harness, [0]) == [nil])
    #expect(try fetch(&harness, nil) == [])
  }

  @Test("without a member id, only a group without members takes offsets")
  func simpleCommits() throws {
    var harness = try Harness()
    #expect(try commit(&harness, nil, [(0, 5)]) == [nil])
    #expect(try harness.group().state == .empty)
    var member = Client("a")
    try member.beat(&harness)
    let request = CommitOffsets(group: try GroupID("g"), offsets: [.init(place: place(orders, 0), offset: Offset(1))])
    #expect(harness.refusal(.commitOffsets(request)) == .unknownMemberID)
  }

  @Test("a member commits in its present epoch, or in the one before while it still has the partition")
  func fencing() throws {
    var harness = try Harness()
    var first = Client("a")
    try first.beat(&harness)
    let inEpochOne = first
    var second = Client("b")
    try second.beat(&harness)
    try first.beat(&harness)
    let given = inEpochOne.owned.subtracting(first.owned).map { Int($0.partition.rawValue) }
    let kept = first.owned.map { Int($0.partition.rawValue) }
    #expect(try commit(&harness, inEpochOne, [(given[0], 7)]) == [nil], "it may still read what it was told to give up")
    try first.beat(&harness)
    #expect(try commit(&harness, inEpochOne, [(given[0], 9), (kept[0], 9)]) == [.staleMemberEpoch, nil])
    #expect(try commit(&harness, first, [(given[0], 9)]) == [.staleMemberEpoch])
    #expect(try fetch(&harness, [given[0]]) == [7])
  }

  @Test("who is not a member, or in no epoch of his, commits nothing")
  func strangers() throws {
    var harness = try Harness()
    var member = Client("a")
    try member.beat(&harness)
    func refusal(_ client: Client) throws -> ErrorReason? {
      let request = CommitOffsets(
        group: try GroupID("g"), member: try client.committer,
        offsets: [.init(place: place(orders, 0), offset: Offset(1))])
      return harness.refusal(.commitOffsets(request))
    }
    #expect(try refusal(Client("stranger")) == .unknownMemberID)
    member.epoch = MemberEpoch(9)
    #expect(try refusal(member) == .fencedMemberEpoch)
    let fetch = FetchOffsets(group: try GroupID("g"), member: try member.committer)
    #expect(harness.refusal(.fetchOffsets(fetch)) == .fencedMemberEpoch)
  }

  @Test("an offset of an unknown topic or partition, or with a long text, is refused by itself")
  func badOffsets() throws {
    var harness = try Harness()
    let unknown = TopicPartition(topic: UUID128(high: 3, low: 3), partition: PartitionIndex(0))
    let commits = [
      CommitOffsets.Commit(place: unknown, offset: Offset(1)),
      CommitOffsets.Commit(place: place(orders, 6), offset: Offset(1)),
      CommitOffsets.Commit(place: place(orders, -1), offset: Offset(1)),
      CommitOffsets.Commit(place: place(orders, 0), offset: Offset(1), metadata: String(repeating: "x", count: 4097)),
      CommitOffsets.Commit(place: place(orders, 1), offset: Offset(1)),
      CommitOffsets.Commit(place: place(orders, 1), offset: Offset(-1)),
    ]
    let reply = try harness.ask(.commitOffsets(CommitOffsets(group: try GroupID("g"), offsets: commits)))
    guard case .offsetsCommitted(let refusals) = reply else { throw UnexpectedReply() }
    #expect(
      refusals.map { $0?.reason } == [
        .unknownTopic, .partitionOutOfRange, .partitionOutOfRange, .invalidRequest, nil, .invalidRequest,
      ])
    let many = CommitOffsets(group: try GroupID("g"), offsets: Array(repeating: commits[4], count: 10_001))
    #expect(harness.refusal(.commitOffsets(many)) == .invalidRequest)
  }

  @Test("a commit is answered when it is written, and a fetch sees it only then")
  func durability() throws {
    var harness = try Harness()
    harness.writesAtOnce = false
    let commit = CommitOffsets(group: try GroupID("g"), offsets: [.init(place: place(orders, 0), offset: Offset(4))])
    let committed = harness.send(.commitOffsets(commit))
    let fetched = harness.send(.fetchOffsets(FetchOffsets(group: try GroupID("g"))))
    #expect(harness.answers[committed] == nil)
    #expect(harness.answers[fetched] == nil)
    harness.write()
    #expect(harness.answers[committed] != nil)
    #expect(harness.answers[fetched] != nil)
  }

  @Test("offsets are kept for a time after the group is empty, then the group is forgotten")
  func expiry() throws {
    var policy = GroupPolicy()
    policy.sessionTimeout = .seconds(86_400)
    var harness = try Harness(policy: policy)
    var member = Client("a")
    try member.beat(&harness)
    _ = try commit(&harness, member, [(0, 5)])
    for _ in 0..<16 {
      harness.pass(.seconds(43_200))
      try member.beat(&harness)
    }
    #expect(try fetch(&harness, [0]) == [5], "a group with members keeps its offsets")
    try member.beat(&harness, .leave)
    harness.pass(.seconds(7 * 86_400 - 1))
    #expect(try fetch(&harness, [0]) == [5])
    harness.pass(.seconds(601))
    #expect(harness.shard.table.groups.isEmpty)
    #expect(compacted(harness.log).allSatisfy { if case .fenced = $0 { true } else { false } })
  }

  @Test("the offsets of a deleted topic are forgotten; those of one that is merely not known yet are not")
  func deletedTopics() throws {
    var harness = try Harness()
    _ = try commit(&harness, nil, [(0, 5)])
    harness.handle(.topicsChanged(GroupTopics(), deleted: []))
    #expect(try fetch(&harness, nil) == [5])
    harness.handle(.topicsChanged(GroupTopics(), deleted: [orders.id]))
    #expect(try fetch(&harness, nil) == [])
  }

  @Test("offsets are reset only while the group has no members")
  func resets() throws {
    var harness = try Harness()
    _ = try commit(&harness, nil, [(0, 5)])
    let id = try GroupID("g")
    let resets = [
      OffsetReset(place: place(orders, 0), offset: Offset(2)), .init(place: place(orders, 9), offset: .zero),
    ]
    func reset(validateOnly: Bool) throws -> [ResetOffset] {
      guard
        case .offsetsReset(let results) = try harness.ask(.resetOffsets(id, resets, validateOnly: validateOnly))
      else { throw UnexpectedReply() }
      return results
    }
    #expect(try reset(validateOnly: true).map(\.old) == [Offset(5), nil])
    #expect(try fetch(&harness, [0]) == [5])
    let results = try reset(validateOnly: false)
    #expect(try results[0].new.get() == Offset(2))
    #expect(throws: Refusal.self) { try results[1].new.get() }
    #expect(try fetch(&harness, [0]) == [2])
    var member = Client("a")
    try member.beat(&harness)
    #expect(harness.refusal(.resetOffsets(id, resets, validateOnly: true)) == .groupNotEmpty)
  }

  @Test("offsets are deleted unless a member reads their topic")
  func deletion() throws {
    var harness = try Harness()
    _ = try commit(&harness, nil, [(0, 5), (1, 6)])
    let id = try GroupID("g")
    guard
      case .offsetsDeleted(let deleted) = try harness.ask(
        .deleteOffsets(id, [place(orders, 0)], validateOnly: false))
    else { throw UnexpectedReply() }
    #expect(deleted.map(\.refusal) == [nil])
    #expect(try fetch(&harness, nil) == [6])
    var member = Client("a")
    try member.beat(&harness)
    guard case .offsetsDeleted(let refused) = try harness.ask(.deleteOffsets(id, nil, validateOnly: false)) else {
      throw UnexpectedReply()
    }
    #expect(refused.map(\.refusal?.reason) == [.groupNotEmpty])
    #expect(harness.refusal(.deleteOffsets(try GroupID("none"), nil, validateOnly: false)) == .unknownGroup)
  }
}
