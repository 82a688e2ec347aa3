import Model
import Testing

@testable import NewswireClient

@Suite("Who may send when")
struct ProduceSchedulerTests {
  private var random = FixedRandom()

  private func scheduler(requests: Int = 5) -> ProduceScheduler {
    ProduceScheduler(requestsMax: requests, retry: RetryRules())
  }

  private func drain(_ scheduler: inout ProduceScheduler, leaders: [Int32?]) -> [Slot] {
    var slots: [Slot] = []
    while let next = scheduler.next(leaderOf: { leaders[$0] }) { slots.append(next.slot) }
    return slots
  }

  @Test("a partition has one request under way at most")
  func oneAtATime() {
    var scheduler = scheduler()
    scheduler.becameReady(0, leader: 1)
    #expect(drain(&scheduler, leaders: [1]) == [0])
    scheduler.becameReady(0, leader: 1)
    #expect(drain(&scheduler, leaders: [1]) == [])
    scheduler.ended(0)
    scheduler.becameReady(0, leader: 1)
    #expect(drain(&scheduler, leaders: [1]) == [0])
  }

  @Test("a broker gets a bounded number of requests, and the next in turn when one is answered")
  func brokerBound() {
    var scheduler = scheduler(requests: 2)
    for slot in 0..<4 { scheduler.becameReady(slot, leader: 1) }
    scheduler.becameReady(4, leader: 2)
    let leaders: [Int32?] = [1, 1, 1, 1, 2]
    #expect(Set(drain(&scheduler, leaders: leaders)) == [0, 1, 4])
    #expect(scheduler.inFlight == 3)
    scheduler.ended(1)
    #expect(drain(&scheduler, leaders: leaders) == [2])
    scheduler.ended(0)
    #expect(drain(&scheduler, leaders: leaders) == [3])
  }

  @Test("a partition whose leader changed while it waited goes to the new one")
  func leaderChange() {
    var scheduler = scheduler(requests: 1)
    scheduler.becameReady(0, leader: 1)
    scheduler.becameReady(1, leader: 1)
    let first = scheduler.next(leaderOf: { _ in 1 })
    #expect(first?.slot == 0)
    scheduler.ended(0)
    let second = scheduler.next(leaderOf: { _ in 2 })
    #expect(second?.slot == 1)
    #expect(second?.broker == 2)
  }

  @Test("a partition without a leader waits for the metadata")
  func leaderless() {
    var scheduler = scheduler()
    scheduler.becameReady(0, leader: nil)
    #expect(scheduler.standing(of: 0) == .leaderless)
    #expect(scheduler.leaderless == [0])
    #expect(drain(&scheduler, leaders: [nil]) == [])
    scheduler.becameReady(0, leader: 3)
    #expect(drain(&scheduler, leaders: [3]) == [0])
  }

  @Test("a failed request rests and is repeated; nothing else of its partition goes before")
  func resting() throws {
    var scheduler = scheduler()
    var random = random
    scheduler.becameReady(0, leader: 1)
    _ = drain(&scheduler, leaders: [1])
    let verdict = scheduler.failed(
      0, error: error(.notEnoughReplicas, isRetriable: true), attempt: 1, openedAt: .ms(0), now: .ms(10), using: &random
    )
    guard case .retry(let delay, refreshesMetadata: false) = verdict else {
      Issue.record("\(verdict)")
      return
    }
    #expect(delay >= .milliseconds(40) && delay <= .milliseconds(60))
    scheduler.becameReady(0, leader: 1)
    #expect(drain(&scheduler, leaders: [1]) == [])
    scheduler.rested(0, leader: 2)
    #expect(scheduler.next(leaderOf: { _ in 2 })?.broker == 2)
  }

  @Test(
    "what is worth repeating",
    arguments: [
      (error(.notLeader, isRetriable: true), true, true),
      (error(.unavailable), true, true),
      (error(.outcomeUnknown), true, true),
      (error(.diskFull, isRetriable: true), true, false),
      (error(.messageTooLarge), false, false),
      (error(.permissionDenied), false, false),
      (error(.closed, isRetriable: true), false, false),
    ])
  func worthRepeating(error: NewswireError, isRepeated: Bool, refreshes: Bool) {
    var random = random
    let verdict = RetryRules().verdict(error, attempt: 1, openedAt: .ms(0), now: .ms(0), using: &random)
    switch verdict {
    case .fail: #expect(!isRepeated)
    case .retry(_, let refreshesMetadata):
      #expect(isRepeated)
      #expect(refreshesMetadata == refreshes)
    }
  }

  @Test("nothing is repeated beyond the delivery timeout, nor what may have been written if so wished")
  func bounds() {
    var random = random
    let late = RetryRules(deliveryTimeout: .seconds(1))
      .verdict(error(.notLeader, isRetriable: true), attempt: 1, openedAt: .ms(0), now: .ms(990), using: &random)
    #expect(late == .fail)
    let careful = RetryRules(repeatsUnknownOutcome: false)
      .verdict(error(.unavailable, isRetriable: true), attempt: 1, openedAt: .ms(0), now: .ms(0), using: &random)
    #expect(careful == .fail)
  }

  @Test("a flush ends when every record before it is answered, whatever came later")
  func flush() {
    var tracker = FlushTracker()
    #expect(tracker.wait(for: [:]) == nil)
    let first = tracker.wait(for: [0: 10, 1: 5])!
    let second = tracker.wait(for: [0: 12])!
    #expect(tracker.answered(0, endNumber: 9) == [])
    #expect(tracker.answered(0, endNumber: 11) == [])
    #expect(tracker.answered(1, endNumber: 5) == [first])
    #expect(tracker.answered(0, endNumber: 20) == [second])
    #expect(tracker.isEmpty)
  }

  @Test("pauses double up to the longest")
  func pauses() {
    var random = random
    let pause = RetryPause(initial: .milliseconds(100), longest: .seconds(1))
    for (attempt, middle) in [(1, 100), (2, 200), (3, 400), (4, 800), (5, 1000), (60, 1000)] {
      let delay = pause.delay(attempt: attempt, using: &random)
      #expect(delay >= .milliseconds(middle) * 0.79 && delay <= .milliseconds(middle) * 1.21)
    }
  }
}
