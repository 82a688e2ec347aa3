internal import ClusterMetadata
internal import Messages
internal import Model
internal import Node
internal import Runtime
internal import Transport

/// Looks for a process at the address that it registered: is anybody there, and is it the same one?
///
/// Belongs to one loop. Every look ends within a bound.
final class ProcessProbe {
  private static let connectTimeout = Duration.milliseconds(300)
  private static let answerTimeout = Duration.milliseconds(500)
  private static let connectionRefused = Int32(-111)

  private let loop: EventLoop
  private let tls: TLSContext

  init(loop: EventLoop, tls: TLSContext) {
    self.loop = loop
    self.tls = tls
  }

  /// Looks at the first of the addresses; `completion` comes on the loop.
  func look(at addresses: [ListenerAddress], completion: @escaping (ProbeFinding) -> Void) {
    guard let address = addresses.first else { return completion(.unclear) }
    loop.connect(to: address.host, port: Int(address.port), timeout: Self.connectTimeout) { [self] result in
      switch result {
      case .failure(let error): completion(error.code == Self.connectionRefused ? .refused : .unclear)
      case .success(let socket):
        socket.close()
        ask(address, completion)
      }
    }
  }

  /// A connection alone says little: a process that is ending may still have taken it.
  private func ask(_ address: ListenerAddress, _ completion: @escaping (ProbeFinding) -> Void) {
    var options = NodeChannels.options
    options.connectTimeout = Self.answerTimeout
    let channel = Channel(host: address.host, port: Int(address.port), tls: tls, loop: loop, options: options)
    let completion = LoopBound(completion, on: loop)
    channel.unary(
      NewswireInternalV1.NodeProcess.identifyProcess, NewswireInternalV1.IdentifyProcessRequest(),
      options: CallOptions(timeout: Self.answerTimeout)
    ) { result in
      channel.close()
      let incarnation = (try? result.get()).flatMap { UUID128(bytes: $0.message.incarnation) }
      completion.value(incarnation.map { .answered(incarnation: $0) } ?? .unclear)
    }
  }
}
