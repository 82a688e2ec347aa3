internal import Model

/// When a request is worth repeating.
struct RetryRules: Hashable, Sendable {
  /// What to do with a request that was not answered well.
  enum Verdict: Hashable {
    /// Send the same bytes again after a while, to whoever leads then.
    case retry(after: Duration, refreshesMetadata: Bool)
    /// Give the records up.
    case fail
  }

  var pause = RetryPause()
  /// How long records may take from `send` to their acknowledgement, repetitions included.
  var deliveryTimeout: Duration = .seconds(120)
  /// Whether to send again what may have been written already.
  var repeatsUnknownOutcome = true

  func verdict(
    _ error: NewswireError, attempt: Int, openedAt: Instant, now: Instant,
    using generator: inout some RandomNumberGenerator
  ) -> Verdict {
    guard isWorthwhile(error) else { return .fail }
    let delay = pause.delay(attempt: attempt, using: &generator)
    guard now + delay < openedAt + deliveryTimeout else { return .fail }
    return .retry(after: delay, refreshesMetadata: error.concernsLeadership)
  }

  private func isWorthwhile(_ error: NewswireError) -> Bool {
    switch error.reason {
    case _ where error.leavesOutcomeOpen: repeatsUnknownOutcome
    case .closed: false
    // The broker may not have heard yet of a topic that was made just now; one that was deleted the metadata tell.
    case .unknownTopic: true
    // The leader's replica is damaged: another one will lead.
    case .dataCorrupt: true
    // Something that was sent before is still on its way, or the leader is one no more and does not know it.
    case .outOfOrderSequence, .unknownProducerID: true
    default: error.isRetriable
    }
  }
}

extension NewswireError {
  /// True if the same reading can succeed later.
  var isWorthRepeating: Bool { isRetriable || concernsLeadership }

  /// True if nobody knows whether what was asked for has been done.
  var leavesOutcomeOpen: Bool {
    [.outcomeUnknown, .deadlineExceeded, .unavailable, .cancelled, .internal].contains(reason)
  }

  /// True if the caller's picture of who leads may be old.
  var concernsLeadership: Bool {
    switch reason {
    case .notLeader, .fencedLeaderEpoch, .unknownLeaderEpoch, .leaderNotAvailable, .brokerNotAvailable, .unavailable,
      .deadlineExceeded, .outcomeUnknown, .cancelled, .unknownTopic, .dataCorrupt:
      true
    default: reason.rawValue == "SHUTTING_DOWN"
    }
  }
}
