internal import Messages
internal import Transport

/// One call of `Replicate` to a leader. Belongs to the link's loop.
///
/// What comes after the link has turned to another call reaches nobody.
final class LeaderStream: ClientStreamHandler {
  private weak var link: LeaderLink?
  private var call: ClientStreamCall<NewswireInternalV1.ReplicateRequest, NewswireInternalV1.ReplicateResponse>?

  init(_ link: LeaderLink) { self.link = link }

  func open(_ channel: Channel, saying hello: NewswireInternalV1.ReplicateRequest) {
    let call: ClientStreamCall<NewswireInternalV1.ReplicateRequest, NewswireInternalV1.ReplicateResponse> =
      channel.open(NewswireInternalV1.Replication.replicate, options: CallOptions(waitForReady: true), handler: self)
    self.call = call
    call.send(hello)
  }

  func send(_ request: NewswireInternalV1.ReplicateRequest) { call?.send(request) }

  func close() {
    link = nil
    let call = call.take()
    call?.cancel()
  }

  func onHeaders(_ metadata: Metadata) { link?.connected(self) }
  func onMessage(_ message: NewswireInternalV1.ReplicateResponse) { link?.received(message, on: self) }
  func onWritable() {}

  func onClosed(_ status: Status) {
    call = nil
    link?.closed(self, status)
  }
}
