internal import Messages
internal import Model
internal import Runtime
internal import Transport

/// The stream on which a node tells how the cluster changes: opened for the topics that are in use, and opened again
/// when it breaks or when there are more of them.
///
/// Belongs to the client's loop.
final class MetadataWatch {
  private static let topicsMax = 1000
  /// How long more topics are waited for before the stream is opened for them.
  private static let gathering: Duration = .milliseconds(20)

  private unowned let link: ClusterLink
  private var topics: Set<String> = []
  private var generation = 0
  private var call: ClientStreamCall<NewswireV1.WatchTopicsRequest, NewswireV1.WatchTopicsResponse>?
  private var timer: LoopTimer?
  private var failures = 0
  private var random = SystemRandom()
  private let pause = RetryPause(initial: .milliseconds(100), longest: .seconds(5))

  init(link: ClusterLink) { self.link = link }

  /// Watches this topic too.
  func include(_ topic: String) {
    guard topics.insert(topic).inserted else { return }
    if timer == nil { open(after: Self.gathering) }
  }

  func close() {
    generation += 1
    timer?.cancel()
    call?.cancel()
    call = nil
  }

  private func open(after delay: Duration) {
    timer = link.loop.schedule(after: delay) { [weak self] in
      guard let self, !self.link.isClosed else { return }
      self.timer = nil
      self.open()
    }
  }

  private func open() {
    generation += 1
    call?.cancel()
    let channels = link.channels(nil)
    let handler = Handler(watch: self, generation: generation)
    let fresh: ClientStreamCall<NewswireV1.WatchTopicsRequest, NewswireV1.WatchTopicsResponse> =
      channels[failures % channels.count].open(NewswireV1.Metadata.watchTopics, handler: handler)
    call = fresh
    let references = topics.count > Self.topicsMax ? [] : topics.sorted().map { NewswireV1.TopicReference(topic: $0) }
    fresh.send(.init(topics: references, includeInternal: true))
    fresh.finishSending()
  }

  private func received(_ answer: NewswireV1.WatchTopicsResponse) {
    failures = 0
    link.apply(.init(answer))
  }

  private func ended() {
    call = nil
    failures += 1
    guard timer == nil, !link.isClosed else { return }
    open(after: pause.delay(attempt: failures, using: &random))
  }

  /// Hears one opening of the stream.
  private final class Handler: ClientStreamHandler {
    private weak let watch: MetadataWatch?
    private let generation: Int

    init(watch: MetadataWatch, generation: Int) {
      self.watch = watch
      self.generation = generation
    }

    private var current: MetadataWatch? { watch?.generation == generation ? watch : nil }

    func onHeaders(_ metadata: Metadata) {}
    func onMessage(_ message: NewswireV1.WatchTopicsResponse) { current?.received(message) }
    func onWritable() {}
    func onClosed(_ status: Status) { current?.ended() }
  }
}
