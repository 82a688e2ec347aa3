internal import Messages
internal import Model
internal import Runtime
internal import Transport

/// The id under which a producer numbers its records. Asks for it, as often as it takes.
///
/// Belongs to the client's loop.
final class ProducerIdentity {
  private static let timeout = Duration.seconds(5)

  private let bound: LoopBound<ClusterLink>
  private let loop: EventLoop
  private let onNews: () -> Void
  /// The id; nil as long as there is none.
  private(set) var id: ProducerID?
  /// Why there is none yet.
  private(set) var lastError: NewswireError?
  /// Why there will be none: nothing that asking again would change.
  private(set) var refusal: NewswireError?
  private var isAsking = false
  private var attempts = 0
  private var random = SystemRandom()

  /// `onNews` is called on the loop when there is an id, or a refusal.
  init(link: LoopBound<ClusterLink>, loop: EventLoop, onNews: @escaping () -> Void) {
    bound = link
    self.loop = loop
    self.onNews = onNews
  }

  /// Asks for an id, unless there is one or it is on its way.
  func ask() {
    guard id == nil, !isAsking, !bound.value.isClosed else { return }
    isAsking = true
    let candidates = bound.value.channels(.broker)
    let me = LoopBound(self, on: loop)
    candidates[attempts % candidates.count].unary(
      NewswireV1.Broker.allocateProducer, .init(), options: CallOptions(timeout: Self.timeout)
    ) { result in
      me.value.answered(result)
    }
  }

  /// Those who waited have been told: whoever comes next may ask again.
  func forgetRefusal() { refusal = nil }

  /// The id is of no use any more.
  func discard(_ id: ProducerID) {
    if self.id == id { self.id = nil }
  }

  private func answered(_ result: Result<Response<NewswireV1.AllocateProducerResponse>, Status>) {
    switch result {
    case .success(let response):
      isAsking = false
      attempts = 0
      id = ProducerID(response.message.producerID)
      onNews()
    case .failure(let status):
      let error = NewswireError(status)
      lastError = error
      guard error.isRetriable || error.reason == .unsupported else {
        isAsking = false
        refusal = error
        return onNews()
      }
      attempts += 1
      let pause = RetryPause().delay(attempt: attempts, using: &random)
      loop.schedule(after: pause) { [weak self] in
        self?.isAsking = false
        self?.ask()
      }
    }
  }
}
