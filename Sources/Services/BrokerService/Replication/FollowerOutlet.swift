internal import Messages
internal import Model
internal import Partition
internal import Runtime

/// A follower's lane, as the lanes know it that feed it: who it is, and the way to its stream.
final class FollowerOutlet: Sendable {
  /// The follower's process.
  let member: InSyncSet.Member
  private let stream: LoopBound<ReplicateStream>

  init(_ member: InSyncSet.Member, _ stream: LoopBound<ReplicateStream>) {
    self.member = member
    self.stream = stream
  }

  /// Sends messages, in order, from the lane on `loop`.
  func send(_ messages: [NewswireInternalV1.ReplicateResponse], from loop: EventLoop) {
    guard stream.loop !== loop else { return stream.value.send(messages) }
    let stream = stream
    loop.handOver(to: stream.loop) { stream.value.send(messages) }
  }

  /// Ends the stream for this reason.
  func end(_ refusal: Refusal) { stream.execute { $0.end(refusal) } }
}
