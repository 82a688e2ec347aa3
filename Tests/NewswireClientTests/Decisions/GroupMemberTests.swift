import Model
import Testing

import struct NewswireClient.TopicPartition

@testable import NewswireClient

@Suite("A member of a group")
struct GroupMemberTests {
  private let p = (0..<4).map { TopicPartition("t", $0) }

  private func answer(_ epoch: Int32, _ partitions: TopicPartition...) -> GroupMember.Answer {
    .init(epoch: epoch, assignment: Set(partitions))
  }

  /// The heartbeat among the effects.
  private func sent(_ effects: [GroupMember.Effect]) -> GroupMember.Heartbeat? {
    for case .send(let heartbeat, _) in effects { return heartbeat }
    return nil
  }

  /// A member of epoch 1 that reads p0 and p1; the heartbeat under way has number 2.
  private func member() -> GroupMember {
    var member = GroupMember(topics: ["t"], isStatic: false)
    _ = member.start(now: .ms(0))
    _ = member.answered(1, answer(1, p[0], p[1]), now: .ms(1))
    return member
  }

  @Test("it joins with epoch 0 and its topics, and owning nothing")
  func joins() {
    var member = GroupMember(topics: ["t"], isStatic: false)
    let first = sent(member.start(now: .ms(0)))
    #expect(first == .init(number: 1, epoch: 0, topics: ["t"], owned: [], wait: .zero, timeout: .seconds(5)))
    #expect(member.epoch == nil)
    let effects = member.answered(1, answer(3, p[1], p[0]), now: .ms(1))
    #expect(effects.first == .acquire([p[0], p[1]]))
    let second = sent(effects)
    #expect(
      second
        == .init(number: 2, epoch: 3, topics: [], owned: [p[0], p[1]], wait: .seconds(5), timeout: .seconds(10)))
    #expect(member.epoch == 3)
  }

  @Test("what is taken away is owned until it has been let go, and only then said to be free")
  func revokes() {
    var member = member()
    let effects = member.answered(2, answer(2, p[0]), now: .ms(2000))
    #expect(effects.first == .release([p[1]]))
    #expect(sent(effects)?.owned == [p[0], p[1]])
    #expect(member.owned == [p[0], p[1]])
    // The answer to that changes nothing: the release is under way.
    #expect(member.answered(3, answer(2, p[0]), now: .ms(4000)).count == 1)
    let after = member.released([p[1]], now: .ms(4100))
    #expect(sent(after)?.owned == [p[0]])
    #expect(sent(after)?.number == 5)
    #expect(member.released([p[1]], now: .ms(4200)) == [])
  }

  @Test("what comes back while it is let go is taken up again afterwards")
  func comesBack() {
    var member = member()
    _ = member.answered(2, answer(2, p[0]), now: .ms(2000))
    _ = member.answered(3, answer(3, p[0], p[1]), now: .ms(2100))
    let effects = member.released([p[1]], now: .ms(2200))
    #expect(effects.first == .acquire([p[1]]))
    #expect(sent(effects)?.owned == [p[0], p[1]])
  }

  @Test("the answer to a heartbeat that was superseded is of no interest")
  func superseded() {
    var member = member()
    _ = member.answered(2, answer(2, p[0]), now: .ms(2000))
    #expect(member.answered(2, answer(9, p[3]), now: .ms(2001)) == [])
    #expect(member.epoch == 2)
  }

  @Test(
    "a member that the group does not know any more gives everything up and joins again",
    arguments: [NewswireError.Reason.unknownMemberID, .fencedMemberEpoch])
  func fenced(reason: NewswireError.Reason) {
    var member = member()
    var random = FixedRandom()
    let effects = member.failed(2, error(reason), now: .ms(10), using: &random)
    #expect(effects.first == .lose([p[0], p[1]]))
    #expect(sent(effects)?.epoch == 0)
    #expect(sent(effects)?.topics == ["t"])
    #expect(member.owned.isEmpty)
    #expect(member.epoch == nil)
  }

  @Test("a coordinator that cannot be reached is asked again, and the reading goes on until the session is over")
  func unreachable() {
    var member = member()
    var random = FixedRandom()
    let gone = error(.unavailable, isRetriable: true)
    let early = member.failed(2, gone, now: .ms(10_000), using: &random)
    #expect(sent(early)?.epoch == 1)
    #expect(early.count == 1)
    #expect(sent(early)!.timeout == .seconds(10))
    let later = member.failed(3, gone, now: .ms(40_000), using: &random)
    #expect(sent(later)!.timeout < .seconds(5))
    let over = member.failed(4, gone, now: .ms(45_000), using: &random)
    #expect(over.first == .lose([p[0], p[1]]))
    #expect(sent(over)?.epoch == 0)
  }

  @Test(
    "an error that will not pass ends the membership",
    arguments: [NewswireError.Reason.fencedInstanceID, .permissionDenied])
  func fatal(reason: NewswireError.Reason) {
    var member = member()
    var random = FixedRandom()
    let effects = member.failed(2, error(reason), now: .ms(10), using: &random)
    #expect(effects == [.lose([p[0], p[1]]), .fail(error(reason))])
    #expect(member.isGone)
    #expect(member.answered(2, answer(1), now: .ms(11)) == [])
  }

  @Test("it leaves with the epoch that says so", arguments: [(false, Int32(-1)), (true, -2)])
  func leaves(isStatic: Bool, epoch: Int32) {
    var member = GroupMember(topics: ["t"], isStatic: isStatic)
    _ = member.start(now: .ms(0))
    _ = member.answered(1, answer(1, p[0]), now: .ms(1))
    let effects = member.leave(now: .ms(2))
    #expect(sent(effects)?.epoch == epoch)
    #expect(sent(effects)?.owned == [])
    #expect(member.answered(3, answer(epoch), now: .ms(3)) == [])
    #expect(member.isGone)
  }

  @Test("one that has not joined yet leaves without a word")
  func leavesEarly() {
    var member = GroupMember(topics: ["t"], isStatic: false)
    #expect(member.leave(now: .ms(1)) == [])
    #expect(member.isGone)
  }

  @Test("one that is joining says that it leaves, since the join may succeed")
  func leavesWhileJoining() {
    var random = FixedRandom()
    var member = GroupMember(topics: ["t"], isStatic: false)
    _ = member.start(now: .ms(0))
    #expect(sent(member.leave(now: .ms(1)))?.epoch == -1)
    #expect(member.answered(1, answer(1, p[0]), now: .ms(2)) == [])
    #expect(member.failed(2, error(.unknownMemberID), now: .ms(3), using: &random) == [])
    #expect(member.isGone)
  }

  @Test("a coordinator that does not hold the call is not asked without a pause")
  func noBusyLoop() {
    var member = member()
    let effects = member.answered(2, answer(1, p[0], p[1]), now: .ms(2))
    guard case .send(_, let delay) = effects.last else {
      Issue.record("\(effects)")
      return
    }
    #expect(delay == .milliseconds(500))
    let held = member.answered(3, answer(1, p[0], p[1]), now: .ms(6000))
    #expect(held.last.map { if case .send(_, .zero) = $0 { true } else { false } } == true)
  }
}
