internal import Model

/// Decides which partition sends when: one request at a time for each partition, so that its order is kept over
/// repetitions, and a bounded number for each broker.
///
/// A partition is `idle` or `ready` (it has something to take, and waits for its turn), `sending` (one request is under
/// way), `resting` (it waits to repeat that request) or `leaderless` (it waits for the metadata).
struct ProduceScheduler {
  /// What a partition does at the moment.
  enum Standing: Hashable {
    case idle
    case ready
    case sending(broker: Int32)
    case resting
    case leaderless
  }

  /// What to do with a request that was not answered well.
  enum Verdict: Hashable {
    /// Send the same bytes again after a while, to whoever leads then.
    case retry(after: Duration, refreshesMetadata: Bool)
    /// Give the records up.
    case fail
  }

  private struct Lane {
    var inFlight = 0
    var waiting = Queue<Slot>()
  }

  let requestsMax: Int
  let retry: RetryRules
  private var standings: [Standing] = []
  private var lanes: [Int32: Lane] = [:]
  private var turns = Queue<Int32>()

  init(requestsMax: Int, retry: RetryRules) {
    precondition(requestsMax > 0, "a broker must get a request now and then")
    self.requestsMax = requestsMax
    self.retry = retry
  }

  func standing(of slot: Slot) -> Standing { slot < standings.count ? standings[slot] : .idle }

  /// How many requests are under way.
  var inFlight: Int { lanes.values.reduce(0) { $0 + $1.inFlight } }

  /// Partitions that have something to send and nobody to send it to, in rising order.
  var leaderless: [Slot] { standings.indices.filter { standings[$0] == .leaderless } }

  /// The partition has something to send, and `leader` leads it.
  mutating func becameReady(_ slot: Slot, leader: Int32?) {
    while standings.count <= slot { standings.append(.idle) }
    switch standings[slot] {
    case .idle, .leaderless: queue(slot, leader)
    case .ready, .sending, .resting: break
    }
  }

  /// The next partition whose turn it is, and the broker to send to; nil if nobody may send at the moment.
  ///
  /// `leaderOf` tells who leads now, which may have changed while the partition waited.
  mutating func next(leaderOf: (Slot) -> Int32?) -> (slot: Slot, broker: Int32)? {
    while let broker = turns.popFirst() {
      while lanes[broker]!.inFlight < requestsMax, let slot = lanes[broker]!.waiting.popFirst() {
        guard standings[slot] == .ready else { continue }
        let leader = leaderOf(slot)
        guard leader == broker else {
          queue(slot, leader)
          continue
        }
        standings[slot] = .sending(broker: broker)
        lanes[broker]!.inFlight += 1
        if !lanes[broker]!.waiting.isEmpty { turns.append(broker) }
        return (slot, broker)
      }
      // A full broker gets its turn back when an answer comes; one without partitions when there is one.
    }
    return nil
  }

  /// The request of a partition has ended, well or for good.
  mutating func ended(_ slot: Slot) {
    release(slot)
    standings[slot] = .idle
  }

  /// The request of a partition failed as `error` says, for the `attempt`-th time. It was first due at `openedAt`.
  mutating func failed(
    _ slot: Slot, error: NewswireError, attempt: Int, openedAt: Instant, now: Instant,
    using generator: inout some RandomNumberGenerator
  ) -> Verdict {
    release(slot)
    let verdict = retry.verdict(error, attempt: attempt, openedAt: openedAt, now: now, using: &generator)
    standings[slot] = verdict == .fail ? .idle : .resting
    return verdict
  }

  /// The rest before a repetition is over.
  mutating func rested(_ slot: Slot, leader: Int32?) {
    guard standings[slot] == .resting else { return }
    queue(slot, leader)
  }

  private mutating func queue(_ slot: Slot, _ leader: Int32?) {
    guard let leader else {
      standings[slot] = .leaderless
      return
    }
    standings[slot] = .ready
    lanes[leader, default: Lane()].waiting.append(slot)
    turns.append(leader)
  }

  /// The broker that had the request can take another one.
  private mutating func release(_ slot: Slot) {
    guard case .sending(let broker) = standings[slot] else { return }
    lanes[broker]!.inFlight -= 1
    if !lanes[broker]!.waiting.isEmpty { turns.append(broker) }
  }
}

/// When a request is worth repeating.
struct RetryRules: Hashable, Sendable {
  var pause = RetryPause()
  /// How long records may take from `send` to their acknowledgement, repetitions included.
  var deliveryTimeout: Duration = .seconds(120)
  /// Whether to send again what may have been written already.
  var repeatsUnknownOutcome = true

  func verdict(
    _ error: NewswireError, attempt: Int, openedAt: Instant, now: Instant,
    using generator: inout some RandomNumberGenerator
  ) -> ProduceScheduler.Verdict {
    guard isWorthwhile(error) else { return .fail }
    let delay = pause.delay(attempt: attempt, using: &generator)
    guard now + delay < openedAt + deliveryTimeout else { return .fail }
    return .retry(after: delay, refreshesMetadata: error.concernsLeadership)
  }

  private func isWorthwhile(_ error: NewswireError) -> Bool {
    switch error.reason {
    case .outcomeUnknown, .deadlineExceeded, .unavailable, .cancelled: repeatsUnknownOutcome
    case .closed: false
    // The broker may not have heard yet of a topic that was made just now; one that was deleted the metadata tell.
    case .unknownTopic: true
    default: error.isRetriable
    }
  }
}

extension NewswireError {
  /// True if the same reading can succeed later.
  var isWorthRepeating: Bool { isRetriable || concernsLeadership }

  /// True if the caller's picture of who leads may be old.
  var concernsLeadership: Bool {
    switch reason {
    case .notLeader, .fencedLeaderEpoch, .unknownLeaderEpoch, .leaderNotAvailable, .brokerNotAvailable, .unavailable,
      .deadlineExceeded, .outcomeUnknown, .cancelled, .unknownTopic:
      true
    default: reason.rawValue == "SHUTTING_DOWN"
    }
  }
}
