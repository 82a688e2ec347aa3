internal import Messages
internal import Runtime
internal import Synchronization
internal import Transport

/// The cluster, as everything that one client made holds it: a loop, and on it the link to the nodes.
final class Cluster: Sendable {
  let configuration: ClientConfiguration
  let loop: EventLoop
  let link: LoopBound<ClusterLink>
  private let isStopped = Mutex(false)
  private let isClosing = Atomic(false)

  init(_ configuration: ClientConfiguration) throws {
    self.configuration = configuration
    let bootstrap = try NodeAddress.list(configuration.bootstrap)
    let tls = try Self.tls(configuration.security)
    do {
      loop = try EventLoop(name: "newswire-client")
    } catch {
      throw NewswireError(.unavailable, "the client cannot start its event loop: \(error)")
    }
    link = LoopBound(ClusterLink(configuration, bootstrap: bootstrap, tls: tls, loop: loop), on: loop)
    loop.start()
  }

  deinit { shutDown() }

  private static func tls(_ security: ClientConfiguration.Security) throws -> TLSContext? {
    guard case .tls(let authority, let certificate, let key) = security else { return nil }
    let configuration = TLSConfiguration(certificatePath: certificate, keyPath: key, nodeAuthorityPath: authority)
    do {
      return try TLSContext(.client, configuration)
    } catch {
      throw NewswireError(.invalidClientConfiguration, error.description)
    }
  }

  /// Throws once the client is closed: nothing runs on its loop any more.
  func checkOpen() throws(NewswireError) {
    if isClosing.load(ordering: .relaxed) { throw .closed("the client") }
  }

  /// Runs `body` on the client's loop; throws once the client is closed.
  func run<Value, Answer: Sendable>(
    _ bound: LoopBound<Value>, _ body: @escaping @Sendable (Value) throws -> Answer
  ) async throws -> Answer {
    try checkOpen()
    do {
      return try await bound.run(body)
    } catch is RuntimeError {
      throw NewswireError.closed("the client")
    }
  }

  /// Ends everything, gives those who wait a moment to hear of it, then stops the loop.
  func close() async {
    isClosing.store(true, ordering: .relaxed)
    link.execute { $0.close() }
    try? await Task.sleep(for: .milliseconds(20))
    shutDown()
  }

  /// Stops the loop; from its own thread, a moment later by another one.
  func shutDown() {
    let isFirst = isStopped.withLock { isStopped in
      defer { isStopped = true }
      return !isStopped
    }
    guard isFirst else { return }
    isClosing.store(true, ordering: .relaxed)
    if loop.isCurrent {
      Task.detached { [loop, link] in
        link.execute { $0.close() }
        loop.stop()
      }
    } else {
      link.execute { $0.close() }
      loop.stop()
    }
  }

  /// Calls a node of the role that the method's service lives on; repeats while that can help and there is time.
  ///
  /// Only for calls that may be made twice.
  func call<Request: Message, Answer: Message>(
    _ role: MetadataCache.Role?, _ method: Method<Request, Answer>, _ request: Request, timeout: Duration? = nil
  ) async throws -> Answer {
    if role != nil { try await learnNodes(timeout) }
    return try await call({ $0.channels(role) }, method, request, timeout: timeout) { error in
      let isKnown = try await self.run(self.link) { link in role.map { !link.cache.nodes($0).isEmpty } ?? true }
      guard error.reason == .unsupported, !isKnown, let role else { return error }
      // Somebody else was asked for want of a node of that role; perhaps one has come meanwhile.
      try await self.learnNodes(timeout, again: true)
      return .nobody(role)
    }
  }

  /// Asks who is in the cluster, unless that is known.
  private func learnNodes(_ timeout: Duration?, again: Bool = false) async throws {
    try checkOpen()
    let isKnown = try await run(link) { !$0.cache.nodes.isEmpty }
    guard again || !isKnown else { return }
    let answer = try await call(nil, NewswireV1.Metadata.describeCluster, .init(), timeout: timeout)
    link.execute { $0.apply(.init(answer)) }
  }

  /// The same for the broker with this id, or for any that passes the call on.
  func call<Request: Message, Answer: Message>(
    broker: Int32, _ method: Method<Request, Answer>, _ request: Request, timeout: Duration? = nil
  ) async throws -> Answer {
    try checkOpen()
    let isKnown = try await run(link) { $0.cache.address(.broker, broker) != nil }
    if !isKnown { try await learnNodes(timeout, again: true) }
    return try await call({ [$0.route(to: broker).channel] }, method, request, timeout: timeout) { error in
      try await self.run(self.link) { $0.route(to: broker).explained(error) }
    }
  }

  private func call<Request: Message, Answer: Message>(
    _ channels: @escaping @Sendable (ClusterLink) -> [Channel], _ method: Method<Request, Answer>, _ request: Request,
    timeout: Duration?, explain: (NewswireError) async throws -> NewswireError = { $0 }
  ) async throws -> Answer {
    let patience = try await run(link) { $0.patience }
    let deadline = ContinuousClock.now + min(timeout ?? patience, patience)
    let pause = RetryPause()
    var random = SystemRandom()
    var attempt = 0
    var previous: NewswireError?
    while true {
      try Task.checkCancellation()
      try checkOpen()
      let candidates = try await run(link) { link in
        try link.checkOpen()
        return channels(link)
      }
      let left = deadline - .now
      let options = CallOptions(timeout: min(max(left, .milliseconds(1)), max(left * 0.5, .seconds(5))))
      let failure: NewswireError
      do {
        return try await candidates[attempt % candidates.count].unary(method, request, options: options)
      } catch {
        try Task.checkCancellation()
        failure = try await explain(NewswireError(error))
      }
      attempt += 1
      guard failure.isRetriable || failure.reason == .deadlineExceeded else { throw failure }
      // The other nodes are asked at once, then all again after a pause.
      let round = attempt % candidates.count == 0 ? attempt / candidates.count : 0
      let delay = round == 0 ? .zero : pause.delay(attempt: round, using: &random)
      guard .now + delay < deadline else {
        // The last try had little time left: why the one before failed says more.
        throw failure.reason == .deadlineExceeded && previous?.reason == .unavailable ? previous! : failure
      }
      previous = failure
      if delay > .zero { try await Task.sleep(for: delay) }
    }
  }

  /// Waits until a topic and the nodes are known.
  func resolve(_ topic: String) async throws -> MetadataCache.Topic {
    try checkOpen()
    let answer = PendingAnswer<MetadataCache.Topic>()
    try await run(link) { $0.resolve(topic) { answer.give($0.mapError { $0 as any Error }) } }
    return try await answer.wait()
  }
}
