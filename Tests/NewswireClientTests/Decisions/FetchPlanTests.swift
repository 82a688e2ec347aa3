import Model
import Testing

import struct NewswireClient.TopicPartition

@testable import NewswireClient

@Suite("Which streams are read")
struct FetchPlanTests {
  private var random = FixedRandom()
  private let a = TopicPartition("t", 0)
  private let b = TopicPartition("t", 1)
  private let c = TopicPartition("t", 2)

  private func start(_ partition: TopicPartition, _ position: StartPosition = .beginning) -> FetchPlan.Start {
    .init(partition: partition, position: position)
  }

  /// A plan that reads a and b on stream 1 from broker 1.
  private func reading() -> FetchPlan {
    var plan = FetchPlan(resetPolicy: .fail)
    plan.assign([start(a), start(b, .offset(7))])
    let effects = plan.plan(now: .ms(0)) { _ in 1 }
    #expect(effects == [.open(1, leader: 1, [start(a), start(b, .offset(7))])])
    return plan
  }

  @Test("one stream for each leader")
  func oneStreamPerLeader() {
    var plan = FetchPlan(resetPolicy: .fail)
    plan.assign([start(a), start(b, .end), start(c, .timestamp(5))])
    let effects = plan.plan(now: .ms(0)) { $0 == b ? 2 : 1 }
    #expect(
      effects == [.open(1, leader: 1, [start(a), start(c, .timestamp(5))]), .open(2, leader: 2, [start(b, .end)])])
    #expect(plan.plan(now: .ms(0)) { $0 == b ? 2 : 1 } == [])
  }

  @Test("a partition that comes later does not interrupt the others")
  func laterPartition() {
    var plan = reading()
    plan.assign([start(c)])
    #expect(plan.plan(now: .ms(0)) { _ in 1 } == [.open(2, leader: 1, [start(c)])])
  }

  @Test("too many streams to one leader become one")
  func merging() {
    var plan = FetchPlan(resetPolicy: .fail)
    for index in 0..<Int32(FetchPlan.streamsPerLeaderMax) {
      plan.assign([start(TopicPartition("t", index))])
      #expect(plan.plan(now: .ms(0)) { _ in 1 }.count == 1)
    }
    plan.assign([start(TopicPartition("u", 0))])
    let effects = plan.plan(now: .ms(0)) { _ in 1 }
    #expect(effects.count == FetchPlan.streamsPerLeaderMax + 1)
    guard case .open(9, leader: 1, let all) = effects.last else {
      Issue.record("\(effects)")
      return
    }
    #expect(all.count == 9)
  }

  @Test("a partition that goes is cut out, and the rest of its stream goes on where it was")
  func cutOut() {
    var plan = reading()
    #expect(plan.received(b, on: 1, nextOffset: 20, isEnd: false) == true)
    plan.unassign([a])
    #expect(plan.plan(now: .ms(0)) { _ in 1 } == [.cancel(1), .open(2, leader: 1, [start(b, .offset(20))])])
    #expect(plan.received(a, on: 1, nextOffset: 5, isEnd: false) == false)
    #expect(plan.received(b, on: 1, nextOffset: 30, isEnd: false) == false)
    #expect(plan.received(b, on: 2, nextOffset: 30, isEnd: false) == true)
    plan.unassign([b])
    #expect(plan.plan(now: .ms(0)) { _ in 1 } == [.cancel(2)])
  }

  @Test("a partition that got another leader is read there, from where it was")
  func leaderChange() {
    var plan = reading()
    #expect(plan.received(a, on: 1, nextOffset: 9, isEnd: false) == true)
    #expect(plan.plan(now: .ms(0)) { $0 == a ? 2 : 1 } == [.open(2, leader: 2, [start(a, .offset(9))])])
    #expect(plan.received(a, on: 1, nextOffset: 10, isEnd: false) == false)
    #expect(plan.received(b, on: 1, nextOffset: 10, isEnd: false) == true)
  }

  @Test("a refused partition waits, asks for the leader, and is read again; the others go on")
  func refusedPartition() {
    var plan = reading()
    var random = random
    plan.partitionFailed(a, on: 1, error: error(.notLeader, isRetriable: true), now: .ms(0), using: &random)
    let first = plan.plan(now: .ms(0)) { _ in 1 }
    #expect(first.first == .refresh(topic: "t"))
    guard case .wake(let at) = first.last, first.count == 2 else {
      Issue.record("\(first)")
      return
    }
    #expect(plan.received(b, on: 1, nextOffset: 8, isEnd: false) == true)
    #expect(plan.plan(now: at) { $0 == a ? 3 : 1 } == [.open(2, leader: 3, [start(a)])])
  }

  @Test("a broken stream is opened again for all its partitions")
  func brokenStream() {
    var plan = reading()
    var random = random
    _ = plan.received(a, on: 1, nextOffset: 4, isEnd: false)
    plan.streamEnded(1, error: nil, now: .ms(0), using: &random)
    let waiting = plan.plan(now: .ms(0)) { _ in 1 }
    #expect(waiting.contains(.refresh(topic: "t")))
    #expect(
      plan.plan(now: .ms(100)) { _ in 1 } == [.open(2, leader: 1, [start(a, .offset(4)), start(b, .offset(7))])])
  }

  @Test("without a leader it asks and waits; when the metadata change it goes on at once")
  func noLeader() {
    var plan = FetchPlan(resetPolicy: .fail)
    plan.assign([start(a)])
    #expect(plan.plan(now: .ms(0)) { _ in nil } == [.refresh(topic: "t"), .wake(.ms(1000))])
    #expect(plan.plan(now: .ms(10)) { _ in 1 } == [.wake(.ms(1000))])
    plan.leadersChanged { _ in 1 }
    #expect(plan.plan(now: .ms(10)) { _ in 1 } == [.open(1, leader: 1, [start(a)])])
  }

  @Test(
    "an offset outside the log",
    arguments: [(ResetPolicy.earliest, StartPosition.beginning), (.latest, .end)])
  func reset(policy: ResetPolicy, position: StartPosition) {
    var plan = FetchPlan(resetPolicy: policy)
    var random = random
    plan.assign([start(a, .offset(5))])
    _ = plan.plan(now: .ms(0)) { _ in 1 }
    plan.streamEnded(1, error: error(.offsetOutOfRange), now: .ms(0), using: &random)
    #expect(plan.plan(now: .ms(100)) { _ in 1 } == [.open(2, leader: 1, [start(a, position)])])
  }

  @Test("a broker that has not heard of the topic yet is asked again; after a while it is believed")
  func unknownTopic() {
    var plan = reading()
    var random = random
    let reason = error(.unknownTopic)
    plan.partitionFailed(a, on: 1, error: reason, now: .ms(0), using: &random)
    #expect(plan.plan(now: .ms(0)) { _ in 1 }.contains(.refresh(topic: "t")))
    plan.topicDeleted("t", now: .ms(50))
    #expect(plan.plan(now: .ms(100)) { _ in 1 } == [.open(2, leader: 1, [start(a)])])
    plan.partitionFailed(a, on: 2, error: reason, now: .ms(2100), using: &random)
    #expect(plan.plan(now: .ms(2100)) { _ in 1 } == [.cancel(2), .failed(a, reason)])
    plan.unassign([a])
    plan.assign([start(a)])
    #expect(plan.plan(now: .ms(2100)) { _ in nil }.contains(.refresh(topic: "t")))
    plan.topicDeleted("t", now: .ms(2200))
    plan.topicDeleted("t", now: .ms(4300))
    #expect(
      plan.plan(now: .ms(4300)) { _ in nil }.contains {
        if case .failed(a, _) = $0 { true } else { false }
      })
  }

  @Test("what cannot be read is told once")
  func failure() {
    var plan = reading()
    var random = random
    let reason = error(.offsetOutOfRange)
    plan.partitionFailed(b, on: 1, error: reason, now: .ms(0), using: &random)
    #expect(plan.plan(now: .ms(0)) { _ in 1 } == [.failed(b, reason)])
    #expect(plan.plan(now: .ms(5000)) { _ in 1 } == [])
  }

  @Test("reading is finished when every partition has come to its end")
  func finished() {
    var plan = reading()
    #expect(plan.received(a, on: 1, nextOffset: 3, isEnd: true) == true)
    #expect(!plan.isFinished)
    #expect(plan.received(b, on: 1, nextOffset: 7, isEnd: true) == true)
    #expect(plan.isFinished)
    #expect(plan.close() == [.cancel(1)])
  }
}
