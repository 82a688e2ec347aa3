internal import NewswireClient
internal import Synchronization

/// What became of the records that a command has sent.
final class Acknowledgements: Sendable {
  private struct State {
    var records: Int64 = 0
    var failed: Int64 = 0
    var error: NewswireError?
    var firstFailed: Int64?
  }

  private let state = Mutex(State())

  /// For `ProducerOptions.onAcknowledgement`.
  func add(_ answer: Acknowledged) {
    state.withLock { state in
      if let error = answer.error {
        state.failed += Int64(answer.recordCount)
        state.error = state.error ?? error
        state.firstFailed = min(state.firstFailed ?? answer.ordinal, answer.ordinal)
      } else {
        state.records += Int64(answer.recordCount)
      }
    }
  }

  /// How many records are written.
  var records: Int64 { state.withLock { $0.records } }
  /// How many have been given up.
  var failed: Int64 { state.withLock { $0.failed } }
  /// How many records came before the first that has been given up.
  var firstFailed: Int64? { state.withLock { $0.firstFailed } }
  /// Why the first ones were given up.
  var error: NewswireError? { state.withLock { $0.error } }
}
