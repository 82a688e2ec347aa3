import Group
import Model
import Testing

@Suite("A shard of groups")
struct ShardTests {
  private let topics = ["orders": Harness.orders]

  @Test("an owner first writes its fence, and answers only after it has read it")
  func fencing() throws {
    var shard = GroupShard(
      index: PartitionIndex(7), epoch: ShardEpoch(4), owner: GroupCoordinatorID(2), topics: try Harness.named(topics))
    func handle(_ event: GroupShard.Event) -> [GroupShard.Effect] {
      var effects: [GroupShard.Effect] = []
      shard.handle(event, at: Instant(0), time: Timestamp(0), into: &effects)
      return effects
    }
    let request = GroupShard.Event.requestReceived(.listGroups(ListGroups()), RequestToken(1))
    guard case .reply(_, .failure(let closed)) = handle(request).first else { throw UnexpectedReply() }
    #expect(closed.reason == .notGroupCoordinator)
    let fence = GroupRecord.fenced(ShardEpoch(4), by: GroupCoordinatorID(2))
    #expect(handle(.opened) == [.append([fence], WriteID(1))])
    #expect(handle(.written(upTo: WriteID(1))).isEmpty)
    #expect(handle(.recordsReplayed([.fenced(ShardEpoch(3), by: GroupCoordinatorID(1))])).isEmpty)
    guard case .reply(_, .failure(let loading)) = handle(request).first else { throw UnexpectedReply() }
    #expect(loading.reason == .coordinatorNotAvailable)
    #expect(handle(.recordsReplayed([fence])).isEmpty)
    #expect(handle(request) == [.reply(RequestToken(1), .success(.groups([])))])
  }

  @Test("an owner that reads a later one's fence gives the shard up")
  func supersededOwner() throws {
    let log: [GroupRecord] = [
      .fenced(ShardEpoch(1), by: GroupCoordinatorID(1)), .fenced(ShardEpoch(5), by: GroupCoordinatorID(2)),
    ]
    let harness = try Harness(log: log, epoch: ShardEpoch(4))
    #expect(harness.resignations.map(\.reason) == [.notGroupCoordinator])
    #expect(!harness.shard.isActive)
  }

  @Test("a new owner goes on with the groups as they were; members notice nothing")
  func failOver() throws {
    var before = try Harness()
    var first = Client("a")
    var second = Client("b")
    for _ in 0..<3 {
      try first.beat(&before)
      try second.beat(&before)
    }
    var after = try Harness(log: before.log + [.fenced(ShardEpoch(2), by: GroupCoordinatorID(1))], epoch: ShardEpoch(2))
    #expect(after.shard.table == before.shard.table)
    let epoch = first.epoch
    #expect(try first.beat(&after).epoch == epoch)
    #expect(try second.beat(&after).assignment.count == 3)
    after.pass(.seconds(44))
    #expect(try after.group().members.count == 2, "everybody has a new session")
    after.pass(.seconds(1))
    #expect(try after.group().state == .empty)
  }

  @Test("a new owner that knows of more partitions than the last one assigns them")
  func failOverWithNewPartitions() throws {
    var before = try Harness(topics: topics)
    var member = Client("a")
    try member.beat(&before)
    let more = GroupTopic(id: Harness.orders.id, partitionCount: 7)
    var after = try Harness(
      topics: ["orders": more], log: before.log + [.fenced(ShardEpoch(2), by: GroupCoordinatorID(1))],
      epoch: ShardEpoch(2))
    after.write()
    #expect(try member.beat(&after).assignment.count == 7)
  }

  @Test("after a failed write everything that waits is refused, and nothing is answered any more")
  func failedWrite() throws {
    var harness = try Harness()
    var member = Client("a")
    try member.beat(&harness)
    let held = harness.send(.heartbeat(try member.heartbeat(wait: .seconds(5))))
    harness.writesAtOnce = false
    let joining = harness.send(.heartbeat(try Client("b", group: "other").heartbeat()))
    harness.handle(.lost(Refusal(.notGroupCoordinator, "the shard has moved")))
    for token in [held, joining] {
      guard case .failure(let refusal) = harness.answers[token] else { throw UnexpectedReply() }
      #expect(refusal.reason == .notGroupCoordinator)
    }
    #expect(harness.refusal(.listGroups(ListGroups())) == .notGroupCoordinator)
    #expect(harness.shard.nextDeadline == nil)
  }

  @Test("groups are listed by name, page by page, by prefix and by state")
  func listing() throws {
    var harness = try Harness()
    for name in ["b1", "a1", "b2"] {
      var member = Client("m", group: name)
      try member.beat(&harness)
      if name == "b2" { try member.beat(&harness, .leave) }
    }
    func list(_ request: ListGroups) throws -> [String] {
      guard case .groups(let groups) = try harness.ask(.listGroups(request)) else { throw UnexpectedReply() }
      return groups.map(\.id.description)
    }
    #expect(try list(ListGroups()) == ["a1", "b1", "b2"])
    #expect(try list(ListGroups(limit: 1)) == ["a1"])
    #expect(try list(ListGroups(after: try GroupID("a1"))) == ["b1", "b2"])
    #expect(try list(ListGroups(states: [.empty])) == ["b2"])
    #expect(try list(ListGroups(states: [.stable], prefix: "b")) == ["b1"])
  }

  @Test("a description tells members, what they have and shall have, and how far was read")
  func description() throws {
    var harness = try Harness()
    var member = Client("a", instance: "one")
    try member.beat(&harness)
    guard case .group(let group) = try harness.ask(.describeGroup(try GroupID("g"))) else { throw UnexpectedReply() }
    #expect(group.members.map(\.id.description) == ["a"])
    #expect(group.members[0].member.target == member.owned)
    #expect(group.offsets.count == 6)
    #expect(group.offsets.allSatisfy { $0.owner == group.members[0].id && $0.committed == nil })
    #expect(harness.refusal(.describeGroup(try GroupID("none"))) == .unknownGroup)
  }

  @Test("a group is deleted only when it has no members, with all its offsets")
  func deletion() throws {
    var harness = try Harness()
    let id = try GroupID("g")
    var member = Client("a")
    try member.beat(&harness)
    let commit = CommitOffsets(
      group: id, member: try member.committer, offsets: [.init(place: place(Harness.orders, 0), offset: Offset(4))])
    try harness.ask(.commitOffsets(commit))
    #expect(harness.refusal(.deleteGroup(id, validateOnly: false)) == .groupNotEmpty)
    try member.beat(&harness, .leave)
    #expect(try harness.ask(.deleteGroup(id, validateOnly: true)) == .groupDeleted)
    #expect(try harness.ask(.deleteGroup(id, validateOnly: false)) == .groupDeleted)
    #expect(harness.shard.table.groups.isEmpty)
    #expect(harness.refusal(.deleteGroup(id, validateOnly: false)) == .unknownGroup)
  }

  @Test("there are bounds on groups, members, subscriptions and names")
  func bounds() throws {
    var policy = GroupPolicy()
    policy.groupsPerShardMax = 1
    policy.membersPerGroupMax = 1
    policy.subscriptionMax = 1
    var harness = try Harness(policy: policy)
    var member = Client("a")
    try member.beat(&harness)
    #expect(harness.refusal(.heartbeat(try Client("b").heartbeat())) == .groupFull)
    #expect(harness.refusal(.heartbeat(try Client("b", group: "h").heartbeat())) == .resourceExhausted)
    let wide = Client("a", topics: ["orders", "payments"])
    #expect(harness.refusal(.heartbeat(try wide.heartbeat())) == .invalidRequest)
    var wordy = try Client("a").heartbeat()
    wordy.clientName = String(repeating: "x", count: 256)
    #expect(harness.refusal(.heartbeat(wordy)) == .invalidRequest)
    var mute = try Client("a").heartbeat()
    mute.subscription = nil
    #expect(harness.refusal(.heartbeat(mute)) == .invalidRequest)
    let simple = CommitOffsets(group: try GroupID("h"), offsets: [])
    #expect(harness.refusal(.commitOffsets(simple)) == .resourceExhausted)
    for wrong in ["", String(repeating: "x", count: 256), "a\0b"] {
      #expect(throws: Refusal.self) { try GroupID(wrong) }
    }
    #expect(throws: Refusal.self) { try MemberID(String(repeating: "x", count: 65)) }
  }

  @Test("names are the same only if their bytes are")
  func names() throws {
    #expect(try GroupID("caf\u{e9}") != GroupID("cafe\u{301}"))
    #expect(try Set([GroupID("a"), GroupID("a"), GroupID("b")]).count == 2)
    #expect(try GroupID("Z") < GroupID("a"))
  }
}
