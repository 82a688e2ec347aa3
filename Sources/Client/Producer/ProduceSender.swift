internal import Bytes
internal import Compression
internal import Messages
internal import Model
internal import RecordBatch
internal import Runtime
internal import Transport

/// Sends what the accumulator has ready, as the scheduler decides, and tells what became of it.
///
/// Belongs to the client's loop.
final class ProduceSender {
  /// A request that is under way, or rests before it is repeated.
  private struct Request {
    let run: ProduceRun
    let partition: TopicPartition
    let bytes: ByteSlice
    var attempts = 0
  }

  private static let sweepInterval: Duration = .seconds(1)

  private let bound: LoopBound<ClusterLink>
  private let loop: EventLoop
  private let shared: ProducerShared
  private let options: ProducerOptions
  private let compressor: Compressor
  private var scheduler: ProduceScheduler
  private var requests: [Slot: Request] = [:]
  private var partitions: [Slot: TopicPartition] = [:]
  private var lingerTimer: (at: Instant, timer: LoopTimer)?
  private var sweepTimer: LoopTimer?
  private var streams: [AsyncStream<Acknowledged>.Continuation] = []
  private var listener: Int?
  private var closer: Int?
  private var idleActions: [() -> Void] = []
  private var random = SystemRandom()
  private var isStopped = false

  init(link: LoopBound<ClusterLink>, loop: EventLoop, shared: ProducerShared, options: ProducerOptions) {
    bound = link
    self.loop = loop
    self.shared = shared
    self.options = options
    let level = options.compressionLevel
    compressor = { (codec, bytes) throws(RecordBatchError) in
      do throws(CompressionError) {
        return try codec.compress(bytes, level: level)
      } catch {
        throw .codecUnavailable(codec)
      }
    }
    scheduler = ProduceScheduler(requestsMax: max(options.requestsInFlight, 1), retry: options.retryRules)
  }

  private var link: ClusterLink { bound.value }

  // MARK: Life

  func start() {
    listener = link.listen { [weak self] change in self?.metadataChanged(change) }
    closer = link.addCloser { [weak self] in self?.failEverything() }
  }

  /// Nothing is under way any more: hears nothing, tells nobody.
  func stop() {
    guard !isStopped else { return }
    isStopped = true
    if let listener { link.unlisten(listener) }
    if let closer { link.removeCloser(closer) }
    sweepTimer?.cancel()
    lingerTimer?.timer.cancel()
    for stream in streams { stream.finish() }
    streams = []
  }

  func listen(_ stream: AsyncStream<Acknowledged>.Continuation) {
    if isStopped { stream.finish() } else { streams.append(stream) }
  }

  /// Nobody holds the producer any more: `action`, then silence, once all that it was given is written.
  func whenIdle(_ action: @escaping () -> Void) {
    shared.close()
    idleActions.append(action)
    pump()
  }

  private func failEverything() {
    shared.close()
    let error = NewswireError.closed("the client")
    let pending = shared.collect(now: loop.now, isIdle: true).ready
    for slot in requests.keys.sorted() {
      guard let request = requests.removeValue(forKey: slot) else { continue }
      finish(request.run, request.partition, bytes: request.bytes.count, .failure(error))
    }
    for slot in Set(pending).union(partitions.keys).sorted() { failQueued(slot, error, openedBefore: loop.now) }
    stop()
  }

  // MARK: Metadata

  /// A topic's partitions and leaders are known, or have changed.
  func updated(_ topic: MetadataCache.Topic) {
    shared.update(topic: topic.name, partitionCount: topic.partitions.count, available: link.cache.led(topic.name))
    for slot in scheduler.leaderless { scheduler.becameReady(slot, leader: leader(of: slot)) }
    pump()
  }

  private func metadataChanged(_ change: MetadataCache.Change) {
    switch change {
    case .topic(let name):
      // Topics that nobody has written to are of no interest.
      if let topic = link.cache.topics[name], shared.knows(name) { updated(topic) }
    case .deleted(let name): giveUp(topic: name)
    case .nodes: break
    }
  }

  /// The topic does not exist (any more): what has waited for it for a while has waited in vain.
  private func giveUp(topic: String) {
    let error = NewswireError(.unknownTopic, "topic \(topic) does not exist any more")
    let latest = Instant(loop.now.rawValue - link.configuration.unknownTopicPatience.nanoseconds)
    for slot in scheduler.leaderless where partition(of: slot).topic == topic {
      giveUp(slot, error, openedBefore: latest)
    }
  }

  private func partition(of slot: Slot) -> TopicPartition {
    if let known = partitions[slot] { return known }
    let partition = shared.partition(of: slot)
    partitions[slot] = partition
    return partition
  }

  private func leader(of slot: Slot) -> Int32? { link.cache.leader(of: partition(of: slot)) }

  // MARK: Sending

  /// Sends whatever may be sent now.
  func pump() {
    guard !isStopped else { return }
    let isIdle = requests.isEmpty && scheduler.leaderless.isEmpty
    let collected = shared.collect(now: loop.now, isIdle: isIdle)
    for slot in collected.ready { scheduler.becameReady(slot, leader: leader(of: slot)) }
    while let (slot, broker) = scheduler.next(leaderOf: { leader(of: $0) }) { send(slot, to: broker) }
    for slot in scheduler.leaderless { link.refresh(partition(of: slot).topic) }
    scheduleLinger(collected.next)
    if requests.isEmpty, scheduler.leaderless.isEmpty {
      finishIdleActions()
    } else if sweepTimer == nil {
      sweepTimer = loop.schedule(after: Self.sweepInterval) { [weak self] in self?.sweep() }
    }
  }

  private func finishIdleActions() {
    guard !idleActions.isEmpty else { return }
    let actions = idleActions
    idleActions = []
    stop()
    for action in actions { action() }
  }

  private func scheduleLinger(_ next: Instant?) {
    guard let next else { return }
    if let running = lingerTimer {
      guard next < running.at else { return }
      running.timer.cancel()
    }
    let timer = loop.schedule(after: next - loop.now) { [weak self] in
      self?.lingerTimer = nil
      self?.pump()
    }
    lingerTimer = (next, timer)
  }

  private func send(_ slot: Slot, to broker: Int32) {
    if requests[slot] == nil {
      guard let run = shared.take(slot) else { return scheduler.ended(slot) }
      let bytes = run.finished(codec: options.codec, compressor: compressor)
      requests[slot] = Request(run: run, partition: partition(of: slot), bytes: bytes)
    }
    requests[slot]!.attempts += 1
    let request = requests[slot]!
    let message = NewswireV1.ProduceRequest(
      topic: request.partition.topic, partition: request.partition.partition, acks: acks,
      timeout: .init(options.requestTimeout), batches: .bytes(request.bytes))
    let route = link.route(to: broker)
    var call = CallOptions(timeout: options.requestTimeout + .seconds(2))
    if route.isDirect { call.metadata.add("newswire-forward", "never") }
    let me = LoopBound(self, on: loop)
    let attempt = request.attempts
    route.channel.unary(NewswireV1.Broker.produce, message, options: call) { result in
      me.value.answered(slot, attempt, broker, route, result)
    }
  }

  private var acks: NewswireV1.Acks {
    switch options.acks {
    case .none: .none
    case .leader: .leader
    case .all: .all
    }
  }

  // MARK: Answers

  private func answered(
    _ slot: Slot, _ attempt: Int, _ broker: Int32, _ route: ClusterLink.Route,
    _ result: Result<Response<NewswireV1.ProduceResponse>, Status>
  ) {
    // Given up meanwhile.
    guard let request = requests[slot], request.attempts == attempt else { return }
    switch result {
    case .success(let response):
      if let detail = response.message.partitions.first?.error ?? response.message.error {
        failed(slot, request, NewswireError(detail))
      } else {
        written(slot, request, response.message.partitions.first)
      }
    case .failure(let status):
      let error = route.explained(NewswireError(status))
      if error.reason == .unavailable { link.noteUnreachable(broker) }
      failed(slot, request, error)
    }
    pump()
  }

  private func written(_ slot: Slot, _ request: Request, _ answer: NewswireV1.ProducedPartition?) {
    let metadata = RecordMetadata(
      topic: request.partition.topic, partition: request.partition.partition,
      offset: options.acks == .none ? nil : answer?.baseOffset, leaderEpoch: answer?.leaderEpoch ?? 0,
      replicas: answer?.replicas ?? 0, replicasSynced: answer?.replicasSynced ?? 0)
    requests[slot] = nil
    scheduler.ended(slot)
    goOn(slot)
    finish(request.run, request.partition, bytes: request.bytes.count, .success(metadata))
  }

  private func failed(_ slot: Slot, _ request: Request, _ error: NewswireError) {
    link.learn(request.partition, from: error)
    let verdict = scheduler.failed(
      slot, error: error, attempt: request.attempts, openedAt: request.run.openedAt, now: loop.now, using: &random)
    switch verdict {
    case .retry(let delay, let refreshesMetadata):
      if refreshesMetadata { link.refresh(request.partition.topic) }
      loop.schedule(after: delay) { [weak self] in
        guard let self, !self.isStopped else { return }
        self.scheduler.rested(slot, leader: self.leader(of: slot))
        self.pump()
      }
    case .fail:
      requests[slot] = nil
      goOn(slot)
      finish(request.run, request.partition, bytes: request.bytes.count, .failure(error))
    }
  }

  /// The partition may have more.
  private func goOn(_ slot: Slot) {
    if shared.isReady(slot) { scheduler.becameReady(slot, leader: leader(of: slot)) }
  }

  private func finish(
    _ run: ProduceRun, _ partition: TopicPartition, bytes: Int, _ result: Result<RecordMetadata, NewswireError>
  ) {
    // The listeners first, so that they have heard of everything when a flush ends.
    tell(run, partition, bytes: bytes, result)
    shared.settle(run, result)
  }

  private func tell(
    _ run: ProduceRun, _ partition: TopicPartition, bytes: Int, _ result: Result<RecordMetadata, NewswireError>
  ) {
    guard options.onAcknowledgement != nil || !streams.isEmpty else { return }
    var told = Acknowledged(
      first: RecordMetadata(
        topic: partition.topic, partition: partition.partition, offset: nil, leaderEpoch: 0, replicas: 0,
        replicasSynced: 0),
      recordCount: run.recordsCount, byteCount: bytes, latency: loop.now - run.openedAt, error: nil)
    switch result {
    case .success(let metadata): told.first = metadata
    case .failure(let error): told.error = error
    }
    options.onAcknowledgement?(told)
    for stream in streams { stream.yield(told) }
  }

  // MARK: Giving up

  /// Gives up what has waited for a leader beyond the delivery timeout.
  private func sweep() {
    sweepTimer = nil
    for slot in scheduler.leaderless {
      guard let oldest = requests[slot]?.run.openedAt ?? shared.oldest(slot),
        oldest + options.deliveryTimeout <= loop.now
      else { continue }
      let name = partition(of: slot)
      let error = NewswireError(
        .leaderNotAvailable,
        "partition \(name) has had no leader for \(options.deliveryTimeout); bring its brokers back", isRetriable: true)
      giveUp(slot, error, openedBefore: Instant(loop.now.rawValue - options.deliveryTimeout.nanoseconds))
    }
    pump()
  }

  /// Gives up what a partition without a leader has had for too long.
  private func giveUp(_ slot: Slot, _ error: NewswireError, openedBefore latest: Instant) {
    if let request = requests[slot], request.run.openedAt <= latest {
      requests[slot] = nil
      finish(request.run, request.partition, bytes: request.bytes.count, .failure(error))
    }
    failQueued(slot, error, openedBefore: latest)
    if requests[slot] == nil {
      scheduler.ended(slot)
      goOn(slot)
    }
  }

  private func failQueued(_ slot: Slot, _ error: NewswireError, openedBefore latest: Instant) {
    while let oldest = shared.oldest(slot), oldest <= latest, let run = shared.take(slot) {
      finish(run, partition(of: slot), bytes: 0, .failure(error))
    }
  }
}
