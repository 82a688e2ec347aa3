internal import Messages
internal import Model
internal import Node
internal import Synchronization
internal import Transport

/// Gives out producer ids, of which the coordinator hands over a block at a time.
final class ProducerIDs: Sendable {
  private struct State {
    var epoch: Int64?
    var block: Range<Int64> = 0..<0
  }

  private static let timeout = Duration.seconds(10)
  private let coordinators: Channel
  private let broker: BrokerID
  private let state = Mutex(State())

  init(coordinators: Channel, broker: BrokerID) {
    self.coordinators = coordinators
    self.broker = broker
  }

  func registered(_ epoch: Int64) { state.withLock { $0.epoch = epoch } }

  /// An id that nobody else gets.
  func next() async throws -> ProducerID {
    while true {
      let epoch: Int64?
      let id: Int64?
      (id, epoch) = state.withLock { ($0.block.popFirst(), $0.epoch) }
      // 0 is what a caller sends who forgets to name the producer.
      if id == 0 { continue }
      if let id { return ProducerID(id) }
      guard let epoch else {
        throw Refusal(.coordinatorNotAvailable, "this broker has not been able to register yet")
      }
      try await takeBlock(epoch)
    }
  }

  private func takeBlock(_ epoch: Int64) async throws {
    let request = NewswireInternalV1.AllocateProducerIdsRequest(brokerID: broker.rawValue, brokerEpoch: epoch)
    let response: NewswireInternalV1.AllocateProducerIdsResponse
    do {
      response = try await coordinators.unary(
        NewswireInternalV1.BrokerLifecycle.allocateProducerIds, request,
        options: CallOptions(timeout: Self.timeout, waitForReady: true))
    } catch {
      throw error.refusal ?? Refusal(.coordinatorNotAvailable, "no producer ids can be had: \(error.message)")
    }
    let (end, overflow) = response.firstProducerID.addingReportingOverflow(Int64(response.count))
    guard response.firstProducerID >= 0, response.count > 0, !overflow else {
      throw Refusal(.internal, "the coordinator gave out no producer ids")
    }
    state.withLock { state in
      if state.block.isEmpty { state.block = response.firstProducerID..<end }
    }
  }
}
