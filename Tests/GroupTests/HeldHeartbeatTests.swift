import Group
import Model
import Testing

@Suite("Held heartbeats")
struct HeldHeartbeatTests {
  private func settled(_ harness: inout Harness) throws -> Client {
    var member = Client("a")
    try member.beat(&harness)
    return member
  }

  @Test("a heartbeat is held until something changes for its member")
  func heldUntilChange() throws {
    var harness = try Harness()
    let member = try settled(&harness)
    let token = harness.send(.heartbeat(try member.heartbeat(wait: .seconds(5))))
    #expect(harness.answers[token] == nil)
    var second = Client("b")
    try second.beat(&harness)
    guard case .success(.heartbeat(let told)) = harness.answers[token] else { throw UnexpectedReply() }
    #expect(told.assignment.count == 3)
  }

  @Test("a held member hears at once that a partition is free")
  func freedPartition() throws {
    var harness = try Harness()
    var first = try settled(&harness)
    var second = Client("b")
    try second.beat(&harness)
    let token = harness.send(.heartbeat(try second.heartbeat(wait: .seconds(5))))
    try first.beat(&harness)
    #expect(harness.answers[token] == nil)
    try first.beat(&harness)
    guard case .success(.heartbeat(let received)) = harness.answers[token] else { throw UnexpectedReply() }
    #expect(received.assignment.count == 3)
  }

  @Test("a held heartbeat is answered at the end of its wait, which is at most the heartbeat interval")
  func endOfWait() throws {
    var harness = try Harness()
    let member = try settled(&harness)
    let token = harness.send(.heartbeat(try member.heartbeat(wait: .seconds(60))))
    harness.pass(.milliseconds(4999))
    #expect(harness.answers[token] == nil)
    harness.pass(.milliseconds(1))
    #expect(try harness.answers[token]?.get() != nil)
  }

  @Test("a newer heartbeat of the same member supersedes a held one")
  func superseded() throws {
    var harness = try Harness()
    let member = try settled(&harness)
    let older = harness.send(.heartbeat(try member.heartbeat(wait: .seconds(5))))
    let newer = harness.send(.heartbeat(try member.heartbeat(wait: .seconds(5))))
    guard case .failure(let refusal) = harness.answers[older] else { throw UnexpectedReply() }
    #expect(refusal.reason == .heartbeatSuperseded)
    #expect(harness.answers[newer] == nil)
  }

  @Test("an answer that is still being written is superseded too: its member never acts on it")
  func supersededWhileWritten() throws {
    var harness = try Harness()
    harness.writesAtOnce = false
    let member = Client("a")
    let older = harness.send(.heartbeat(try member.heartbeat()))
    let newer = harness.send(.heartbeat(try member.heartbeat()))
    harness.write()
    guard case .failure(let refusal) = harness.answers[older] else { throw UnexpectedReply() }
    #expect(refusal.reason == .heartbeatSuperseded)
    guard case .success(.heartbeat(let reply)) = harness.answers[newer] else { throw UnexpectedReply() }
    #expect(reply.assignment.count == 6)
  }

  @Test("a member whose answer got lost is answered at once")
  func lostAnswer() throws {
    var harness = try Harness()
    var first = try settled(&harness)
    var second = Client("b")
    try second.beat(&harness)
    try first.beat(&harness)
    let beforeLoss = first
    try first.beat(&harness)
    let token = harness.send(.heartbeat(try beforeLoss.heartbeat(wait: .seconds(5))))
    #expect(try harness.answers[token]?.get() != nil)
  }

  @Test("a heartbeat that nobody waits for any more is forgotten")
  func cancelled() throws {
    var harness = try Harness()
    let member = try settled(&harness)
    let token = harness.send(.heartbeat(try member.heartbeat(wait: .seconds(5))))
    harness.handle(.requestCancelled(token))
    harness.pass(.seconds(5))
    #expect(harness.answers[token] == nil)
    #expect(try harness.group().members.count == 1)
  }

  @Test("a member that does not own what it was told is not held for long")
  func unsettled() throws {
    var harness = try Harness()
    var member = try settled(&harness)
    member.owned = []
    let token = harness.send(.heartbeat(try member.heartbeat(wait: .seconds(5))))
    #expect(harness.answers[token] == nil)
    harness.pass(.milliseconds(500))
    #expect(try harness.answers[token]?.get() != nil)
  }

  @Test("a held member that is thrown out learns it at once")
  func expelled() throws {
    var policy = GroupPolicy()
    policy.sessionTimeout = .seconds(3)
    var harness = try Harness(policy: policy)
    let member = try settled(&harness)
    let token = harness.send(.heartbeat(try member.heartbeat(wait: .seconds(5))))
    harness.pass(.seconds(3))
    guard case .failure(let refusal) = harness.answers[token] else { throw UnexpectedReply() }
    #expect(refusal.reason == .unknownMemberID)
  }
}
