import Model

/// Where a channel stands with its server: decides when to connect where, and what becomes of calls meanwhile.
///
/// At most one attempt is under way and at most one connection takes new calls. Connections that the server is
/// draining live on beside it and are none of this machine's business.
struct ChannelStateMachine {
  /// What is known of the attempts since the last connection that lasted.
  struct History: Hashable {
    /// The address to try next.
    var next = 0
    /// Attempts that failed in this round; a round is one attempt at each address.
    var failedInRound = 0
    /// Rounds that failed in a row.
    var failedRounds = 0
    /// Why the last one failed.
    var reason = ""
  }

  /// The states, each with what is true in it.
  enum State: Hashable {
    /// Nobody wants a connection. Leaves with the first call.
    case idle(History)
    /// An attempt at `history.next` is under way; calls wait for it. Ends in `ready`, the next attempt or `backingOff`.
    case connecting(History)
    /// A connection takes calls, since the given moment.
    case ready(History, since: Instant)
    /// Every address failed; the next round begins when the pause is over. Calls that do not wait fail at once.
    case backingOff(History)
    /// `close()` was called. Final.
    case closed
  }

  /// What the channel is to do next.
  enum Action: Hashable {
    case none
    /// Try to connect to the address with this index.
    case connect(address: Int)
    /// Fail the calls that do not wait for a connection, and come back after the pause.
    case backOff(Duration, reason: String)
    /// Give waiting calls to the connection.
    case startCalls
    /// Give up the attempt or the pause that is under way, and fail all waiting calls.
    case shutDown
  }

  /// What becomes of a new call.
  enum CallDecision: Hashable {
    /// It goes out on the connection.
    case start
    /// It waits for a connection.
    case wait
    /// It fails: there is no connection, and no attempt under way.
    case fail(reason: String)
    /// It fails: the channel is closed.
    case refuse
  }

  private(set) var state = State.idle(History())
  private let addressCount: Int
  private let backoff: Backoff

  init(addressCount: Int, backoff: Backoff) {
    precondition(addressCount > 0, "a channel without an address")
    self.addressCount = addressCount
    self.backoff = backoff
  }

  /// A call was made: what becomes of it, and what is to be done for it.
  mutating func callMade(waitForReady: Bool) -> (CallDecision, Action) {
    switch state {
    case .idle(let history):
      state = .connecting(history)
      return (.wait, .connect(address: history.next))
    case .connecting: return (.wait, .none)
    case .ready: return (.start, .none)
    case .backingOff(let history): return (waitForReady ? .wait : .fail(reason: history.reason), .none)
    case .closed: return (.refuse, .none)
    }
  }

  /// The attempt succeeded: TLS and HTTP/2 are settled.
  mutating func connected(at now: Instant) -> Action {
    guard case .connecting(let history) = state else { return .none }
    state = .ready(history, since: now)
    return .startCalls
  }

  /// The attempt failed.
  mutating func attemptFailed(_ reason: String, using generator: inout some RandomNumberGenerator) -> Action {
    guard case .connecting(let history) = state else { return .none }
    return failed(history, reason, using: &generator)
  }

  /// The pause is over. Without a call that waits, the channel rests until there is one.
  mutating func pauseElapsed(callsWait: Bool) -> Action {
    guard case .backingOff(let history) = state else { return .none }
    guard callsWait else {
      state = .idle(history)
      return .none
    }
    state = .connecting(history)
    return .connect(address: history.next)
  }

  /// The connection takes no new calls any more: lost, or the server is going away.
  ///
  /// One that did not last counts as a failed attempt, so that a server that hangs up at once is not hammered.
  mutating func connectionEnded(
    _ reason: String, callsWait: Bool, at now: Instant, using generator: inout some RandomNumberGenerator
  ) -> Action {
    guard case .ready(let history, let since) = state else { return .none }
    guard now - since >= backoff.initial else { return failed(history, reason, using: &generator) }
    let fresh = History(next: history.next, reason: reason)
    guard callsWait else {
      state = .idle(fresh)
      return .none
    }
    state = .connecting(fresh)
    return .connect(address: fresh.next)
  }

  /// The channel's owner is done with it.
  mutating func closeRequested() -> Action {
    if case .closed = state { return .none }
    state = .closed
    return .shutDown
  }

  private mutating func failed(
    _ history: History, _ reason: String, using generator: inout some RandomNumberGenerator
  ) -> Action {
    var history = history
    history.reason = reason
    history.next = (history.next + 1) % addressCount
    history.failedInRound += 1
    guard history.failedInRound == addressCount else {
      state = .connecting(history)
      return .connect(address: history.next)
    }
    history.failedInRound = 0
    history.failedRounds += 1
    state = .backingOff(history)
    return .backOff(backoff.pause(afterFailures: history.failedRounds, using: &generator), reason: reason)
  }
}
