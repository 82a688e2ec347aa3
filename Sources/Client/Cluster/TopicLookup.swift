internal import Messages
internal import Model
internal import Runtime
internal import Transport

/// Asks nodes for topics: those that somebody waits for, and those whose leaders seem to have changed.
///
/// Belongs to the client's loop. A topic is asked for once at a time.
final class TopicLookup {
  typealias Completion = (Result<MetadataCache.Topic, NewswireError>) -> Void

  private struct Waiting {
    var completions: [Completion] = []
    /// When "no such topic" is believed.
    var patience: Instant
    /// When it is given up for any other reason.
    var deadline: Instant
  }

  private static let refreshPause: Duration = .milliseconds(100)

  private unowned let link: ClusterLink
  private var waiting: [String: Waiting] = [:]
  private var asked: Set<String> = []
  private var askedAt: [String: Instant] = [:]
  private var isAskingForNodes = false
  private var attempts = 0
  private let pause = RetryPause()
  private var random = SystemRandom()

  init(link: ClusterLink) { self.link = link }

  func resolve(_ topic: String, _ completion: @escaping Completion) {
    if let known = link.cache.topics[topic], !link.cache.nodes.isEmpty { return completion(.success(known)) }
    let now = link.loop.now
    waiting[
      topic,
      default: Waiting(
        patience: now + link.configuration.unknownTopicPatience, deadline: now + link.patience)
    ].completions.append(completion)
    if link.cache.nodes.isEmpty { askForNodes() }
    ask(for: topic)
  }

  func refresh(_ topic: String) {
    let now = link.loop.now
    let earliest = (askedAt[topic] ?? Instant(0)) + Self.refreshPause
    guard !asked.contains(topic) else { return }
    if askedAt[topic] == nil || earliest <= now {
      ask(for: topic)
    } else {
      asked.insert(topic)
      link.loop.schedule(after: earliest - now) { [weak self] in
        self?.asked.remove(topic)
        self?.ask(for: topic)
      }
    }
  }

  /// Something is known that was not before, by whichever way.
  func metadataChanged() {
    guard !link.cache.nodes.isEmpty else { return }
    for topic in waiting.keys.sorted() {
      if let known = link.cache.topics[topic] { finish(topic, .success(known)) }
    }
  }

  func close() {
    for topic in waiting.keys.sorted() { finish(topic, .failure(.closed("the client"))) }
  }

  // MARK: -

  private func finish(_ topic: String, _ result: Result<MetadataCache.Topic, NewswireError>) {
    for completion in waiting.removeValue(forKey: topic)?.completions ?? [] { completion(result) }
  }

  private func ask(for topic: String) {
    guard !link.isClosed, asked.insert(topic).inserted else { return }
    askedAt[topic] = link.loop.now
    let request = NewswireV1.DescribeTopicsRequest(topics: [.init(topic: topic)])
    let me = LoopBound(self, on: link.loop)
    link.channels(nil)[attempts % link.channels(nil).count].unary(
      NewswireV1.Metadata.describeTopics, request, options: CallOptions(timeout: .seconds(5))
    ) { result in
      me.value.answered(topic, result)
    }
  }

  private func answered(_ topic: String, _ result: Result<Response<NewswireV1.DescribeTopicsResponse>, Status>) {
    asked.remove(topic)
    switch result {
    case .success(let response):
      if let refusal = response.message.topics.first(where: { $0.topic == topic })?.error {
        failed(topic, NewswireError(refusal))
      } else {
        attempts = 0
        link.apply(.init(response.message))
        if waiting[topic] != nil, link.cache.nodes.isEmpty { askForNodes() }
      }
    case .failure(let status): failed(topic, NewswireError(status))
    }
  }

  private func failed(_ topic: String, _ error: NewswireError) {
    guard let waiter = waiting[topic] else {
      if error.reason == .unknownTopic { link.noteUnknown(topic) }
      return
    }
    let now = link.loop.now
    let isUnknown = error.reason == .unknownTopic
    let isWorthwhile = isUnknown ? now < waiter.patience : error.isRetriable && now < waiter.deadline
    guard isWorthwhile else { return finish(topic, .failure(error)) }
    if !isUnknown { attempts += 1 }
    again { $0.ask(for: topic) }
  }

  private func askForNodes() {
    guard !isAskingForNodes, !link.isClosed else { return }
    isAskingForNodes = true
    let me = LoopBound(self, on: link.loop)
    link.channels(nil)[attempts % link.channels(nil).count].unary(
      NewswireV1.Metadata.describeCluster, .init(), options: CallOptions(timeout: .seconds(5))
    ) { result in
      let me = me.value
      me.isAskingForNodes = false
      switch result {
      case .success(let response): me.link.apply(.init(response.message))
      case .failure(let status): me.nodesFailed(NewswireError(status))
      }
      guard me.link.cache.nodes.isEmpty, !me.waiting.isEmpty else { return }
      me.again { $0.askForNodes() }
    }
  }

  private func nodesFailed(_ error: NewswireError) {
    attempts += 1
    for topic in waiting.keys.sorted() where !error.isRetriable || waiting[topic]!.deadline <= link.loop.now {
      finish(topic, .failure(error))
    }
  }

  private func again(_ body: @escaping (TopicLookup) -> Void) {
    let delay = pause.delay(attempt: min(attempts + 1, 5), using: &random)
    link.loop.schedule(after: delay) { [weak self] in
      if let self { body(self) }
    }
  }
}
