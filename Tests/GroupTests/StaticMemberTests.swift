import Group
import Model
import Testing

@Suite("Static members")
struct StaticMemberTests {
  private func pair(_ harness: inout Harness) throws -> (Client, Client) {
    var first = Client("a", instance: "one")
    var second = Client("b", instance: "two")
    try first.beat(&harness)
    try second.beat(&harness)
    try first.beat(&harness)
    try first.beat(&harness)
    try second.beat(&harness)
    return (first, second)
  }

  @Test("a static member that leaves for a while keeps its partitions for its next process")
  func comingBack() throws {
    var harness = try Harness()
    var (first, second) = try pair(&harness)
    let epoch = try harness.group().metadata.epoch
    let before = first.owned
    try first.beat(&harness, .leaveForNow)
    #expect(try second.beat(&harness).assignment.count == 3)
    var successor = Client("a2", instance: "one")
    #expect(Set(try successor.beat(&harness).assignment) == before)
    #expect(try harness.group().metadata.epoch == epoch, "nobody else noticed")
    #expect(try harness.group().members.count == 2)
  }

  @Test("a static member that does not come back in time is removed")
  func stayingAway() throws {
    var harness = try Harness()
    var (first, second) = try pair(&harness)
    try first.beat(&harness, .leaveForNow)
    harness.pass(.seconds(40))
    try second.beat(&harness)
    harness.pass(.seconds(5))
    #expect(try second.beat(&harness).assignment.count == 6)
  }

  @Test("a static member that leaves for good is gone at once")
  func leavingForGood() throws {
    var harness = try Harness()
    var (first, second) = try pair(&harness)
    try first.beat(&harness, .leave)
    #expect(try second.beat(&harness).assignment.count == 6)
  }

  @Test("another process cannot take an instance id that a live member has")
  func unreleased() throws {
    var harness = try Harness()
    _ = try pair(&harness)
    let thief = Client("c", instance: "one")
    #expect(harness.refusal(.heartbeat(try thief.heartbeat())) == .unreleasedInstanceID)
  }

  @Test("the process that was replaced is fenced")
  func replaced() throws {
    var harness = try Harness()
    var (first, _) = try pair(&harness)
    let old = first
    try first.beat(&harness, .leaveForNow)
    #expect(harness.refusal(.heartbeat(try old.heartbeat())) == .fencedMemberEpoch, "who is away must join again")
    var successor = Client("a2", instance: "one")
    try successor.beat(&harness)
    #expect(harness.refusal(.heartbeat(try old.heartbeat())) == .fencedInstanceID)
    #expect(harness.refusal(.heartbeat(try old.heartbeat(.leave))) == .fencedInstanceID)
  }

  @Test("a member keeps the instance id with which it joined")
  func changedInstance() throws {
    var harness = try Harness()
    var (first, _) = try pair(&harness)
    first.instance = "three"
    #expect(harness.refusal(.heartbeat(try first.heartbeat())) == .fencedInstanceID)
    #expect(harness.refusal(.heartbeat(try first.heartbeat(.join))) == .fencedInstanceID)
  }

  @Test("only a static member can leave for a while")
  func dynamicMember() throws {
    var harness = try Harness()
    var member = Client("a")
    try member.beat(&harness)
    #expect(harness.refusal(.heartbeat(try member.heartbeat(.leaveForNow))) == .invalidRequest)
  }

  @Test("while a static member is away, what it shall no longer have goes to others")
  func rebalancedWhileAway() throws {
    var harness = try Harness()
    var first = Client("a", instance: "one")
    try first.beat(&harness)
    try first.beat(&harness, .leaveForNow)
    var second = Client("b")
    #expect(try second.beat(&harness).assignment.count == 3)
    var successor = Client("a2", instance: "one")
    #expect(try successor.beat(&harness).assignment.count == 3)
    #expect(successor.owned.isDisjoint(with: second.owned))
  }
}
