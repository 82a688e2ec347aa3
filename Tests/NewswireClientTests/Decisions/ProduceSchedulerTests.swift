import Model
import Testing

@testable import NewswireClient

@Suite("Who may send when")
struct ProduceSchedulerTests {
  private var random = FixedRandom()

  private func scheduler(requests: Int = 5, window: Int = 1) -> ProduceScheduler {
    ProduceScheduler(requestsMax: requests, windowMax: window, retry: RetryRules())
  }

  private func drain(_ scheduler: inout ProduceScheduler, leaders: [Int32?]) -> [ProduceScheduler.Turn] {
    var turns: [ProduceScheduler.Turn] = []
    while let next = scheduler.next(leaderOf: { leaders[$0] }) { turns.append(next) }
    return turns
  }

  /// Sends as many new requests of partition 0 as may be sent.
  private func fill(_ scheduler: inout ProduceScheduler, leader: Int32 = 1) -> [ProduceWindow.Number] {
    var numbers: [ProduceWindow.Number] = []
    while true {
      scheduler.becameReady(0, leader: leader)
      guard let turn = scheduler.next(leaderOf: { _ in leader }) else { return numbers }
      #expect(turn.isNew)
      numbers.append(turn.number)
    }
  }

  private func fail(
    _ scheduler: inout ProduceScheduler, _ number: ProduceWindow.Number, _ reason: NewswireError.Reason,
    isRetriable: Bool = false, now: Instant = .ms(10)
  ) -> ProduceScheduler.Verdict {
    var random = random
    return scheduler.failed(
      0, number, error: error(reason, isRetriable: isRetriable), openedAt: .ms(0), now: now, using: &random)
  }

  @Test("without numbers a partition has one request under way at most")
  func oneAtATime() {
    var scheduler = scheduler()
    scheduler.becameReady(0, leader: 1)
    let turns = drain(&scheduler, leaders: [1])
    #expect(turns.map(\.slot) == [0])
    scheduler.becameReady(0, leader: 1)
    #expect(drain(&scheduler, leaders: [1]) == [])
    scheduler.succeeded(0, turns[0].number)
    #expect(scheduler.popOver(0) == turns[0].number)
    scheduler.becameReady(0, leader: 1)
    #expect(drain(&scheduler, leaders: [1]).count == 1)
  }

  @Test("with numbers it has five, and the oldest without an answer is never further behind the newest")
  func window() {
    var scheduler = scheduler(requests: 10, window: 5)
    let numbers = fill(&scheduler)
    #expect(numbers.count == 5)
    for number in numbers[1...] { scheduler.succeeded(0, number) }
    #expect(scheduler.popOver(0) == nil)
    #expect(fill(&scheduler) == [])
    scheduler.succeeded(0, numbers[0])
    #expect((0..<5).map { _ in scheduler.popOver(0) } == numbers)
    #expect(fill(&scheduler).count == 5)
  }

  @Test("a broker gets a bounded number of requests, and the next in turn when one is answered")
  func brokerBound() {
    var scheduler = scheduler(requests: 2)
    for slot in 0..<4 { scheduler.becameReady(slot, leader: 1) }
    scheduler.becameReady(4, leader: 2)
    let leaders: [Int32?] = [1, 1, 1, 1, 2]
    let turns = drain(&scheduler, leaders: leaders)
    #expect(Set(turns.map(\.slot)) == [0, 1, 4])
    #expect(scheduler.inFlight == 3)
    scheduler.succeeded(1, turns.first { $0.slot == 1 }!.number)
    #expect(drain(&scheduler, leaders: leaders).map(\.slot) == [2])
    scheduler.succeeded(0, turns.first { $0.slot == 0 }!.number)
    #expect(drain(&scheduler, leaders: leaders).map(\.slot) == [3])
  }

  @Test("a partition whose leader changed while it waited goes to the new one")
  func leaderChange() {
    var scheduler = scheduler(requests: 1)
    scheduler.becameReady(0, leader: 1)
    scheduler.becameReady(1, leader: 1)
    let first = drain(&scheduler, leaders: [1, 1])
    #expect(first.map(\.slot) == [0])
    scheduler.succeeded(0, first[0].number)
    let second = scheduler.next(leaderOf: { _ in 2 })
    #expect(second?.slot == 1)
    #expect(second?.broker == 2)
  }

  @Test("numbered requests that are under way to an old leader go to the new one at once, the oldest first")
  func takeover() {
    var scheduler = scheduler(window: 5)
    let numbers = fill(&scheduler)
    scheduler.succeeded(0, numbers[1])
    scheduler.leaderChanged(0, to: 2)
    let turns = drain(&scheduler, leaders: [2])
    #expect(turns.map(\.number) == [numbers[0]] + numbers[2...])
    #expect(turns.allSatisfy { $0.broker == 2 && !$0.isNew })
    #expect(scheduler.inFlight == 4)
    #expect(!scheduler.awaits(0, numbers[0], attempt: 1) && scheduler.awaits(0, numbers[0], attempt: 2))
    scheduler.leaderChanged(0, to: 2)
    #expect(drain(&scheduler, leaders: [2]) == [])

    var unnumbered = self.scheduler()
    _ = fill(&unnumbered)
    unnumbered.leaderChanged(0, to: 2)
    #expect(drain(&unnumbered, leaders: [2]) == [])
  }

  @Test("a partition without a leader waits for the metadata")
  func leaderless() {
    var scheduler = scheduler()
    scheduler.becameReady(0, leader: nil)
    #expect(scheduler.leaderless == [0])
    #expect(drain(&scheduler, leaders: [nil]) == [])
    scheduler.leaderChanged(0, to: 3)
    #expect(scheduler.leaderless == [])
    #expect(drain(&scheduler, leaders: [3]).map(\.slot) == [0])
    scheduler.becameReady(1, leader: nil)
    scheduler.hasNothingMore(1)
    #expect(scheduler.leaderless == [])
  }

  @Test("a failed request rests and is repeated; nothing new of its partition goes before", arguments: [1, 5])
  func resting(window: Int) {
    var scheduler = scheduler(window: window)
    let numbers = fill(&scheduler)
    guard
      case .retry(let delay?, refreshesMetadata: false) = fail(
        &scheduler, numbers[0], .notEnoughReplicas, isRetriable: true)
    else {
      Issue.record("no repetition")
      return
    }
    #expect(delay >= .milliseconds(40) && delay <= .milliseconds(60))
    for number in numbers[1...] {
      #expect(fail(&scheduler, number, .notLeader, isRetriable: true) == .retry(after: nil, refreshesMetadata: true))
    }
    scheduler.becameReady(0, leader: 1)
    #expect(drain(&scheduler, leaders: [1]) == [])
    scheduler.rested(0, leader: 2)
    let again = drain(&scheduler, leaders: [2])
    #expect(again.map(\.number) == numbers && again.allSatisfy { $0.broker == 2 })
  }

  @Test("what is in the log already is written")
  func duplicate() {
    var scheduler = scheduler(window: 5)
    let numbers = fill(&scheduler)
    #expect(fail(&scheduler, numbers[0], .duplicateSequence) == .written)
    #expect(scheduler.popOver(0) == numbers[0])
    #expect(scheduler.renumberable(0) == nil)
  }

  @Test("after a gap, numbers begin anew once nobody knows the old ones any more")
  func gap() {
    var scheduler = scheduler(window: 5)
    let numbers = fill(&scheduler)
    #expect(fail(&scheduler, numbers[0], .messageTooLarge) == .fail)
    #expect(scheduler.popOver(0) == numbers[0])
    // The third comes before the second: it may be that only this one is missing.
    guard case .retry = fail(&scheduler, numbers[2], .outOfOrderSequence) else {
      Issue.record("given up")
      return
    }
    #expect(fail(&scheduler, numbers[1], .outOfOrderSequence) == .misplaced)
    scheduler.succeeded(0, numbers[3])
    #expect(scheduler.renumberable(0) == nil)
    scheduler.rested(0, leader: 1)
    scheduler.becameReady(0, leader: 1)
    #expect(drain(&scheduler, leaders: [1]).map(\.number) == [numbers[2]])
    #expect(fail(&scheduler, numbers[2], .outOfOrderSequence) == .misplaced)
    #expect(fail(&scheduler, numbers[4], .unknownProducerID) == .misplaced)
    #expect(scheduler.renumberable(0) == [numbers[1], numbers[2], numbers[4]])
    #expect(drain(&scheduler, leaders: [1]) == [])
    scheduler.renumbered(0, leader: 1)
    #expect(drain(&scheduler, leaders: [1]).prefix(3).map(\.number) == [numbers[1], numbers[2], numbers[4]])
    #expect(scheduler.renumberable(0) == nil)
  }

  @Test(
    "a leader that misses what was acknowledged gets new numbers, but not because one request has overtaken another")
  func lostByTheLeader() {
    var scheduler = scheduler(window: 5)
    let numbers = fill(&scheduler)
    guard case .retry = fail(&scheduler, numbers[1], .outOfOrderSequence) else {
      Issue.record("the first may still come")
      return
    }
    scheduler.succeeded(0, numbers[0])
    #expect(scheduler.popOver(0) == numbers[0])
    // It was sent behind the first one, and so is asked for once more.
    guard case .retry = fail(&scheduler, numbers[2], .outOfOrderSequence) else {
      Issue.record("the second may still come")
      return
    }
    scheduler.rested(0, leader: 1)
    let sent = drain(&scheduler, leaders: [1]).map(\.number)
    #expect(Array(sent.prefix(2)) == [numbers[1], numbers[2]])
    #expect(!scheduler.isBroken(0))
    #expect(fail(&scheduler, numbers[1], .outOfOrderSequence) == .misplaced)
    let others = numbers[2...] + sent.dropFirst(2)
    for number in others { #expect(fail(&scheduler, number, .outOfOrderSequence) == .misplaced) }
    #expect(scheduler.renumberable(0) == [numbers[1]] + others)
  }

  @Test("whose answer was lost may be written, until it has new numbers")
  func mayBeWritten() {
    var scheduler = scheduler(window: 5)
    let numbers = fill(&scheduler)
    _ = fail(&scheduler, numbers[0], .unavailable)
    _ = fail(&scheduler, numbers[1], .notLeader, isRetriable: true)
    scheduler.leaderChanged(0, to: 2)
    #expect(scheduler.requests(of: 0).map(\.mayBeWritten) == [true, false, true, true, true])
    #expect(drain(&scheduler, leaders: [2]).count == 5)
    for number in numbers { #expect(fail(&scheduler, number, .unknownProducerID) == .misplaced) }
    scheduler.renumbered(0, leader: 2)
    #expect(scheduler.requests(of: 0).allSatisfy { !$0.mayBeWritten })
  }

  @Test("a leader that has forgotten the producer gets the same records under new numbers")
  func forgotten() {
    var scheduler = scheduler(window: 5)
    let numbers = fill(&scheduler)
    for number in numbers { #expect(fail(&scheduler, number, .unknownProducerID) == .misplaced) }
    #expect(scheduler.renumberable(0) == numbers)
  }

  @Test("what must not be repeated fails, unless it is in the log")
  func noRepetition() {
    var scheduler = scheduler(window: 5)
    var random = random
    let numbers = fill(&scheduler)
    let reasons: [(NewswireError.Reason, ProduceScheduler.Verdict)] = [
      (.notLeader, .fail), (.outOfOrderSequence, .fail), (.duplicateSequence, .written), (.unavailable, .fail),
    ]
    for (number, (reason, verdict)) in zip(numbers, reasons) {
      let found = scheduler.failed(
        0, number, error: error(reason, isRetriable: true), openedAt: .ms(0), now: .ms(1), mayRepeat: false,
        using: &random)
      #expect(found == verdict)
    }
  }

  @Test("without requests under way, numbers begin anew at once, and new requests wait for that")
  func emptyGap() {
    var scheduler = scheduler(requests: 1, window: 5)
    let numbers = fill(&scheduler)
    #expect(fail(&scheduler, numbers[0], .permissionDenied) == .fail)
    #expect(scheduler.popOver(0) == numbers[0])
    #expect(fill(&scheduler) == [])
    #expect(scheduler.renumberable(0) == [])
    scheduler.renumbered(0, leader: 1)
    #expect(fill(&scheduler).count == 1)
  }

  @Test(
    "what is worth repeating",
    arguments: [
      (error(.notLeader, isRetriable: true), true, true),
      (error(.unavailable), true, true),
      (error(.outcomeUnknown), true, true),
      (error(.diskFull, isRetriable: true), true, false),
      (error(.dataCorrupt), true, true),
      (error(.internal), true, false),
      (error(.messageTooLarge), false, false),
      (error(.permissionDenied), false, false),
      (error(.closed, isRetriable: true), false, false),
      (error(.outOfOrderSequence), true, false),
      (error(.fencedProducerEpoch), false, false),
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
