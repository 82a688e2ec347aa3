internal import ClusterMetadata
internal import Messages
internal import Model
internal import Node
internal import Partition
internal import Runtime
internal import Transport

/// One call of `Replicate` from a follower's lane: takes what it says to the lanes that lead, and sends what they give.
/// Belongs to the call's loop.
final class ReplicateStream: StreamHandler {
  private static let positionsMax = 50_000

  private let call: StreamCall<NewswireInternalV1.ReplicateRequest, NewswireInternalV1.ReplicateResponse>
  private let lanes: BrokerLanes
  private let nodeName: String
  /// The follower, once it has said who it is.
  private var outlet: FollowerOutlet?
  private var isOver = false

  init(
    _ call: StreamCall<NewswireInternalV1.ReplicateRequest, NewswireInternalV1.ReplicateResponse>, _ lanes: BrokerLanes,
    nodeName: String
  ) {
    self.call = call
    self.lanes = lanes
    self.nodeName = nodeName
  }

  func onMessage(_ request: NewswireInternalV1.ReplicateRequest) {
    guard !isOver else { return }
    do throws(Refusal) {
      let outlet = if let outlet { outlet } else { try begin(request) }
      guard outlet.member.says(request) else {
        throw Refusal(.invalidRequest, "the stream is that of another broker or epoch", field: "broker_epoch")
      }
      guard request.positions.count <= Self.positionsMax else {
        throw Refusal(.invalidRequest, "there are \(request.positions.count) positions", field: "positions")
      }
      try pass(request.positions, outlet)
    } catch {
      end(error)
    }
  }

  /// Hears who the follower is; it must be who its certificate says, and the present process of that broker.
  private func begin(_ request: NewswireInternalV1.ReplicateRequest) throws(Refusal) -> FollowerOutlet {
    try call.context.requireNode(.broker, id: request.brokerID)
    let member = InSyncSet.Member(broker: BrokerID(request.brokerID), epoch: BrokerEpoch(request.brokerEpoch))
    let lane = lanes.here(call.loop)
    if let refusal = lane.image.fence(of: member) { throw refusal }
    let outlet = FollowerOutlet(member, LoopBound(self, on: call.loop))
    self.outlet = outlet
    for lane in lanes.all { lane.execute { $0.replication.followerCame(outlet) } }
    call.sendHeaders()
    return outlet
  }

  private func pass(_ positions: [NewswireInternalV1.ReplicaPosition], _ outlet: FollowerOutlet) throws(Refusal) {
    var words: [FollowerWord] = []
    words.reserveCapacity(positions.count)
    for position in positions { words.append(try FollowerWord(position, of: outlet.member)) }
    guard let first = words.first else { return }
    let owner = lanes.owner(of: first.place)
    // As a rule all partitions of a follower's lane are those of one lane here.
    guard words.contains(where: { lanes.owner(of: $0.place).loop !== owner.loop }) else {
      return owner.execute { [words] in $0.replication.followerSaid(words, outlet) }
    }
    for lane in lanes.all {
      let own = words.filter { lanes.owner(of: $0.place).loop === lane.loop }
      if !own.isEmpty { lane.execute { $0.replication.followerSaid(own, outlet) } }
    }
  }

  func send(_ messages: [NewswireInternalV1.ReplicateResponse]) {
    guard !isOver else { return }
    for message in messages { call.send(message) }
  }

  func onHalfClose() {
    guard !isOver else { return }
    leave()
    call.finish()
  }

  func onWritable() {}

  func onClosed(_ end: CallEnd) { leave() }

  /// Ends the call for this reason.
  func end(_ refusal: Refusal) {
    guard !isOver else { return }
    leave()
    call.finish(Status(refusal, node: nodeName))
  }

  private func leave() {
    isOver = true
    guard let outlet = outlet.take() else { return }
    for lane in lanes.all { lane.execute { $0.replication.followerLeft(outlet) } }
  }
}

extension InSyncSet.Member {
  /// True if a message names this process, or leaves it out.
  fileprivate func says(_ request: NewswireInternalV1.ReplicateRequest) -> Bool {
    request.brokerID == 0 && request.brokerEpoch == 0
      || request.brokerID == broker.rawValue && request.brokerEpoch == epoch.rawValue
  }
}

extension MetadataImage {
  /// Why a process may not follow: another one is registered in its place. nil if it may, also if it is newer than what
  /// this image knows.
  func fence(of member: InSyncSet.Member) -> Refusal? {
    guard let broker = broker(member.broker) else {
      return Refusal(.fencedBrokerEpoch, "no broker \(member.broker) is registered, as far as is known here")
    }
    guard member.epoch < broker.epoch else { return nil }
    return Refusal(
      .fencedBrokerEpoch, "broker \(member.broker) is registered under epoch \(broker.epoch), not \(member.epoch)")
  }
}
