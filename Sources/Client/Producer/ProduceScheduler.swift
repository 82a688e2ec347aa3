internal import Model

/// Decides which partition sends when: so many requests at a time for each partition that its order is kept over
/// repetitions, and a bounded number for each broker.
///
/// Records with numbers keep their order by those, and several requests of a partition are under way; without them it is
/// one at a time.
struct ProduceScheduler {
  /// A request that is to be sent now.
  struct Turn: Hashable {
    let slot: Slot
    let number: ProduceWindow.Number
    let broker: Int32
    /// True if its records are still to be taken.
    let isNew: Bool
  }

  /// What to do with a request that was not answered well.
  enum Verdict: Hashable {
    /// Nothing: it is in the log.
    case written
    /// It will be sent again; the partition rests so long, unless it does already.
    case retry(after: Duration?, refreshesMetadata: Bool)
    /// It is not in the log and needs another number, as soon as `renumberable` says.
    case misplaced
    /// Give the records up.
    case fail
  }

  private struct Lane {
    var inFlight = 0
    var waiting = Queue<Slot>()
  }

  let requestsMax: Int
  /// So many requests of one partition are under way.
  let windowMax: Int
  let retry: RetryRules
  private var windows: [ProduceWindow] = []
  private var lanes: [Int32: Lane] = [:]
  private var turns = Queue<Int32>()
  private var nextNumber: ProduceWindow.Number = 0
  /// Partitions that have something to send and nobody to send it to.
  private var orphans: Set<Slot> = []

  init(requestsMax: Int, windowMax: Int, retry: RetryRules) {
    precondition(requestsMax > 0 && windowMax > 0, "a broker must get a request now and then")
    self.requestsMax = requestsMax
    self.windowMax = windowMax
    self.retry = retry
  }

  /// True if requests carry numbers.
  private var isNumbered: Bool { windowMax > 1 }

  /// How many requests are under way.
  var inFlight: Int { lanes.values.reduce(0) { $0 + $1.inFlight } }

  /// Partitions that have something to send and nobody to send it to, in rising order.
  var leaderless: [Slot] { orphans.sorted() }

  /// The requests of a partition, oldest first.
  func requests(of slot: Slot) -> [ProduceWindow.Request] { slot < windows.count ? windows[slot].requests : [] }

  /// How often the request has been sent.
  func attempts(_ slot: Slot, _ number: ProduceWindow.Number) -> Int { windows[slot][number]?.attempts ?? 0 }

  // MARK: Whose turn it is

  /// The partition has more records to take, and `leader` leads it.
  mutating func becameReady(_ slot: Slot, leader: Int32?) {
    while windows.count <= slot { windows.append(ProduceWindow()) }
    windows[slot].hasMore = true
    queue(slot, leader)
  }

  /// The partition has no records left to take.
  mutating func hasNothingMore(_ slot: Slot) {
    guard slot < windows.count else { return }
    windows[slot].hasMore = false
    if !windows[slot].hasWork(countMax: windowMax) { orphans.remove(slot) }
  }

  /// The next request whose turn it is; nil if nobody may send at the moment.
  ///
  /// `leaderOf` tells who leads now, which may have changed while the partition waited.
  mutating func next(leaderOf: (Slot) -> Int32?) -> Turn? {
    while let broker = turns.popFirst() {
      while lanes[broker]!.inFlight < requestsMax, let slot = lanes[broker]!.waiting.popFirst() {
        windows[slot].isQueued = false
        let leader = leaderOf(slot)
        guard leader == broker else {
          queue(slot, leader)
          continue
        }
        guard let sent = windows[slot].send(to: broker, fresh: nextNumber, countMax: windowMax) else { continue }
        if sent.isNew { nextNumber += 1 }
        lanes[broker]!.inFlight += 1
        if !lanes[broker]!.waiting.isEmpty { turns.append(broker) }
        queue(slot, leader)
        return Turn(slot: slot, number: sent.number, broker: broker, isNew: sent.isNew)
      }
      // A full broker gets its turn back when an answer comes; one without partitions when there is one.
    }
    return nil
  }

  private mutating func queue(_ slot: Slot, _ leader: Int32?) {
    guard !windows[slot].isQueued, windows[slot].hasWork(countMax: windowMax) else {
      if !windows[slot].hasWork(countMax: windowMax) { orphans.remove(slot) }
      return
    }
    guard let leader else {
      orphans.insert(slot)
      return
    }
    orphans.remove(slot)
    windows[slot].isQueued = true
    windows[slot].leader = leader
    lanes[leader, default: Lane()].waiting.append(slot)
    turns.append(leader)
  }

  /// The broker that had the request can take another one.
  private mutating func release(_ broker: Int32?) {
    guard let broker else { return }
    lanes[broker]!.inFlight -= 1
    if !lanes[broker]!.waiting.isEmpty { turns.append(broker) }
  }

  /// There was nothing to take for a new request.
  mutating func dropped(_ slot: Slot, _ number: ProduceWindow.Number) {
    release(windows[slot].move(number, to: .over))
    windows[slot].drop(number)
  }

  // MARK: What becomes of requests

  /// True if the answer to the `attempt`-th sending of the request is still waited for.
  func awaits(_ slot: Slot, _ number: ProduceWindow.Number, attempt: Int) -> Bool {
    guard slot < windows.count, let request = windows[slot][number], case .sending = request.stage else { return false }
    return request.attempts == attempt
  }

  /// The request is written.
  mutating func succeeded(_ slot: Slot, _ number: ProduceWindow.Number) {
    release(windows[slot].move(number, to: .over))
  }

  /// The request has been given up by the caller's decision.
  mutating func gaveUp(_ slot: Slot, _ number: ProduceWindow.Number) {
    release(windows[slot].move(number, to: .over))
    if isNumbered { windows[slot].broke() }
  }

  /// A request failed as `error` says. It was first due at `openedAt`, and is not sent again unless it `mayRepeat`.
  mutating func failed(
    _ slot: Slot, _ number: ProduceWindow.Number, error: NewswireError, openedAt: Instant, now: Instant,
    mayRepeat: Bool = true, using generator: inout some RandomNumberGenerator
  ) -> Verdict {
    if isNumbered, error.reason == .duplicateSequence {
      succeeded(slot, number)
      return .written
    }
    guard mayRepeat else {
      gaveUp(slot, number)
      return .fail
    }
    let attempt = windows[slot][number]?.attempts ?? 1
    switch retry.verdict(error, attempt: attempt, openedAt: openedAt, now: now, using: &generator) {
    case .fail:
      gaveUp(slot, number)
      return .fail
    case .retry(let delay, let refreshesMetadata):
      if isNumbered, error.leavesOutcomeOpen { windows[slot].lostAnswer(number) }
      if isNumbered, asksForNewNumbers(error, slot, number) {
        release(windows[slot].move(number, to: .misplaced))
        windows[slot].broke()
        return .misplaced
      }
      release(windows[slot].move(number, to: .due))
      let restsAlready = windows[slot].isResting
      windows[slot].isResting = true
      return .retry(after: restsAlready ? nil : delay, refreshesMetadata: refreshesMetadata)
    }
  }

  /// True if the leader will never take the number: it does not know the producer any more, or it misses what came before.
  ///
  /// What it misses has been given up, or it was acknowledged and is lost. The latter is certain only if the request was
  /// sent when nothing before it was under way: one that overtakes another is refused in the same way.
  private func asksForNewNumbers(_ error: NewswireError, _ slot: Slot, _ number: ProduceWindow.Number) -> Bool {
    let window = windows[slot]
    guard window.isFirstOpen(number), let request = window[number] else { return false }
    return error.reason == .unknownProducerID
      || error.reason == .outOfOrderSequence && (window.isBroken || request.wasFirst)
  }

  /// The rest before a repetition is over.
  mutating func rested(_ slot: Slot, leader: Int32?) {
    windows[slot].isResting = false
    queue(slot, leader)
  }

  /// Another broker leads the partition: with numbers, what is under way elsewhere is sent there at once.
  mutating func leaderChanged(_ slot: Slot, to leader: Int32) {
    guard slot < windows.count, windows[slot].leader != leader || orphans.contains(slot) else { return }
    windows[slot].leader = leader
    for request in windows[slot].requests where isNumbered {
      guard case .sending(let broker) = request.stage, broker != leader else { continue }
      release(windows[slot].move(request.number, to: .due))
      windows[slot].lostAnswer(request.number)
    }
    windows[slot].isResting = false
    queue(slot, leader)
  }

  /// What is under way without numbers to another broker than the one that leads now: an answer may never come.
  func stranded(_ slot: Slot, besides leader: Int32) -> [(turn: Turn, attempt: Int)] {
    guard !isNumbered else { return [] }
    return requests(of: slot).compactMap { request in
      guard case .sending(let broker) = request.stage, broker != leader else { return nil }
      return (Turn(slot: slot, number: request.number, broker: broker, isNew: false), request.attempts)
    }
  }

  /// The request that can be told of next: all before it have been.
  mutating func popOver(_ slot: Slot) -> ProduceWindow.Number? { windows[slot].popOver() }

  // MARK: Numbers

  /// True once the leader may expect numbers of the partition that will not come.
  func isBroken(_ slot: Slot) -> Bool { slot < windows.count && windows[slot].isBroken }

  /// The requests that need other numbers, maybe none; nil if all numbers of the partition are still good.
  func renumberable(_ slot: Slot) -> [ProduceWindow.Number]? { windows[slot].renumberable }

  /// The partition's numbers have begun anew.
  mutating func renumbered(_ slot: Slot, leader: Int32?) {
    windows[slot].renumbered()
    queue(slot, leader)
  }
}
