import Group
import Model
import Testing

@Suite("Members and their partitions")
struct ReconciliationTests {
  @Test("the first member gets every partition at once")
  func firstMember() throws {
    var harness = try Harness()
    var alone = Client("a")
    let reply = try alone.beat(&harness)
    #expect(reply.epoch == MemberEpoch(1))
    #expect(Set(reply.assignment) == places(Harness.orders))
    #expect(reply.assignment == reply.assignment.sorted())
    #expect(try harness.group().state == .stable)
  }

  @Test("a partition goes to its new owner only after the old one has given it up")
  func oneOwner() throws {
    var harness = try Harness()
    var first = Client("a")
    try first.beat(&harness)
    var second = Client("b")
    let joined = try second.beat(&harness)
    #expect(joined.epoch == MemberEpoch(2))
    #expect(joined.assignment.isEmpty, "all partitions are still with the first member")
    #expect(try harness.group().state == .reconciling)

    let told = try #require(try first.heartbeat().step == .stay(MemberEpoch(1)) ? first.beat(&harness) : nil)
    #expect(told.epoch == MemberEpoch(1), "it stays in its epoch until it has given up")
    #expect(told.assignment.count == 3)
    #expect(try second.beat(&harness).assignment.isEmpty, "told is not given up")

    #expect(try first.beat(&harness).epoch == MemberEpoch(2))
    let received = try second.beat(&harness)
    #expect(received.assignment.count == 3)
    #expect(first.owned.isDisjoint(with: second.owned))
    #expect(first.owned.union(second.owned) == places(Harness.orders))
    #expect(try harness.group().state == .stable)
  }

  @Test("what a member keeps does not stop while others move")
  func incremental() throws {
    var harness = try Harness()
    var first = Client("a")
    try first.beat(&harness)
    let before = first.owned
    var second = Client("b")
    try second.beat(&harness)
    try first.beat(&harness)
    #expect(first.owned.isSubset(of: before))
    #expect(first.owned.count == 3)
  }

  @Test("a member that leaves frees its partitions at once")
  func leaving() throws {
    var harness = try Harness()
    var (first, second) = try settledPair(&harness)
    #expect(try first.beat(&harness, .leave).epoch == nil)
    #expect(try second.beat(&harness).assignment.count == 6)
    #expect(try harness.group().members.count == 1)
    first.hasJoined = true
    #expect(harness.refusal(.heartbeat(try first.heartbeat(.stay(MemberEpoch(2))))) == .unknownMemberID)
  }

  private func settledPair(_ harness: inout Harness) throws -> (Client, Client) {
    var first = Client("a")
    var second = Client("b")
    try first.beat(&harness)
    try second.beat(&harness)
    try first.beat(&harness)
    try first.beat(&harness)
    try second.beat(&harness)
    return (first, second)
  }

  @Test("a silent member is thrown out after the session timeout, and a heartbeat puts that off")
  func sessionTimeout() throws {
    var harness = try Harness()
    var (first, second) = try settledPair(&harness)
    harness.pass(.seconds(44))
    try second.beat(&harness)
    harness.pass(.seconds(1))
    #expect(try harness.group().memberIDs == [try MemberID("b")])
    #expect(harness.refusal(.heartbeat(try first.heartbeat())) == .unknownMemberID)
    #expect(try second.beat(&harness).assignment.count == 6)
    first.hasJoined = false
    first.owned = []
    #expect(try first.beat(&harness).epoch != nil)
  }

  @Test("a member that does not give up partitions in time is thrown out")
  func rebalanceTimeout() throws {
    var harness = try Harness()
    var stubborn = Client("a")
    try stubborn.beat(&harness)
    var second = Client("b")
    try second.beat(&harness)
    let told = try stubborn.heartbeat()
    try harness.ask(.heartbeat(told))
    for _ in 0..<29 {
      harness.pass(.seconds(10))
      try harness.ask(.heartbeat(told))
      try second.beat(&harness)
    }
    #expect(second.owned.isEmpty)
    harness.pass(.seconds(10))
    #expect(try harness.group().memberIDs == [try MemberID("b")])
    #expect(try second.beat(&harness).assignment.count == 6)
  }

  @Test("an answer that got lost is answered again; any other epoch is fenced")
  func epochs() throws {
    var harness = try Harness()
    let (first, _) = try settledPair(&harness)
    var late = first
    late.epoch = MemberEpoch(1)
    #expect(try late.beat(&harness).epoch == MemberEpoch(2))
    late.epoch = MemberEpoch(3)
    #expect(harness.refusal(.heartbeat(try late.heartbeat())) == .fencedMemberEpoch)
    late.epoch = MemberEpoch(1)
    late.owned = places(Harness.orders)
    #expect(harness.refusal(.heartbeat(try late.heartbeat())) == .fencedMemberEpoch, "it claims what is not its own")
  }

  @Test("a member that joins again under its id has given up everything, and gets its share anew")
  func rejoining() throws {
    var harness = try Harness()
    var (first, _) = try settledPair(&harness)
    first.hasJoined = false
    first.owned = []
    let reply = try first.beat(&harness)
    #expect(reply.epoch == MemberEpoch(2), "nothing changed for the group")
    #expect(reply.assignment.count == 3)
  }

  @Test("another subscription makes a new epoch")
  func subscriptionChange() throws {
    var harness = try Harness()
    var member = Client("a")
    try member.beat(&harness)
    var heartbeat = try member.heartbeat()
    heartbeat.subscription = [try TopicName("payments")]
    guard case .heartbeat(let told) = try harness.ask(.heartbeat(heartbeat)) else { throw UnexpectedReply() }
    #expect(told.assignment.isEmpty)
    member.take(told)
    #expect(Set(try member.beat(&harness).assignment) == places(Harness.payments))
    #expect(try harness.group().metadata.epoch == GroupEpoch(2))
  }

  @Test("the assignor that a member said last decides; repeating an older wish changes nothing")
  func assignorChoice() throws {
    var harness = try Harness()
    var members = [Client("a"), Client("b")]
    func beat(_ index: Int, _ assignor: Assignor) throws {
      var heartbeat = try members[index].heartbeat()
      heartbeat.assignor = assignor
      guard case .heartbeat(let reply) = try harness.ask(.heartbeat(heartbeat)) else { throw UnexpectedReply() }
      members[index].take(reply)
    }
    try beat(0, .uniform)
    try beat(1, .range)
    #expect(try harness.group().metadata.assignor == .range)
    let epoch = try harness.group().metadata.epoch
    try beat(0, .uniform)
    #expect(try harness.group().metadata.assignor == .range)
    #expect(try harness.group().metadata.epoch == epoch)
  }

  @Test("new partitions, a new topic and a deleted one reach the members")
  func topicChanges() throws {
    var harness = try Harness()
    var member = Client("a", topics: ["orders", "later"])
    try member.beat(&harness)
    #expect(member.owned == places(Harness.orders))
    let more = GroupTopic(id: Harness.orders.id, partitionCount: 8)
    let later = GroupTopic(id: UUID128(high: 0, low: 9), partitionCount: 2)
    harness.handle(.topicsChanged(try Harness.named(["orders": more, "later": later]), deleted: []))
    #expect(Set(try member.beat(&harness).assignment) == places(more).union(places(later)))
    let epoch = try harness.group().metadata.epoch
    harness.handle(.topicsChanged(try Harness.named(["orders": more, "later": later, "x": later]), deleted: []))
    #expect(try harness.group().metadata.epoch == epoch, "a topic that nobody reads is no reason")
    harness.handle(.topicsChanged(try Harness.named(["later": later]), deleted: [more.id]))
    #expect(Set(try member.beat(&harness).assignment) == places(later))
  }
}
