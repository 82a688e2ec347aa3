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
  /// A request that has been taken, and not been told of yet.
  struct Request {
    let run: ProduceRun
    let partition: TopicPartition
    var bytes: ByteSlice
    /// What became of it, as long as others have to be told of first.
    var result: Result<RecordMetadata, NewswireError>?
  }

  private static let sweepInterval: Duration = .seconds(1)
  /// A broker that has lost its leadership may take so long to say what became of a request without numbers.
  private static let farewell: Duration = .seconds(1)
  /// So many batches a leader remembers of each producer.
  private static let windowMax = 5

  let bound: LoopBound<ClusterLink>
  let loop: EventLoop
  let shared: ProducerShared
  let options: ProducerOptions
  private let compressor: Compressor
  var scheduler: ProduceScheduler
  var requests: [ProduceWindow.Number: Request] = [:]
  private(set) var partitions: [Slot: TopicPartition] = [:]
  /// How the records of each partition are numbered.
  var numbers: [Slot: ProducerNumbers] = [:]
  /// Up to where the records of each partition are acknowledged.
  var acknowledged: [Slot: AcknowledgedEnd] = [:]
  /// Partitions whose numbers begin anew once it is known whether records are lost.
  var doubts: [Slot: LossDoubt] = [:]
  /// Partitions whose numbers begin anew as soon as there is another id.
  var wantsID: Set<Slot> = []
  /// Nil if records are not numbered.
  private(set) var identity: ProducerIdentity?
  private var lingerTimer: (at: Instant, timer: LoopTimer)?
  private var sweepTimer: LoopTimer?
  private var streams: [AsyncStream<Acknowledged>.Continuation] = []
  private var listener: Int?
  private var closer: Int?
  private var idleActions: [() -> Void] = []
  /// Why nothing is begun any more: records have been given up, and the others are not to go on without them.
  private(set) var failure: NewswireError?
  var random = SystemRandom()
  private(set) var isStopped = false

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
    scheduler = ProduceScheduler(
      requestsMax: max(options.requestsInFlight, 1), windowMax: options.numbersRecords ? Self.windowMax : 1,
      retry: options.retryRules)
    if options.numbersRecords {
      identity = ProducerIdentity(link: link, loop: loop) { [weak self] in self?.identified() }
    }
  }

  var link: ClusterLink { bound.value }

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

  /// Tells those who listen.
  func tell(_ acknowledged: @autoclosure () -> Acknowledged) {
    guard options.onAcknowledgement != nil || !streams.isEmpty else { return }
    let told = acknowledged()
    options.onAcknowledgement?(told)
    for stream in streams { stream.yield(told) }
  }

  /// Nobody holds the producer any more: `action`, then silence, once all that it was given is written.
  func whenIdle(_ action: @escaping () -> Void) {
    shared.close()
    idleActions.append(action)
    pump()
  }

  private func failEverything() {
    failRest(.closed("the client")) { _ in true }
    stop()
  }

  /// Records have been given up: gives up those that have not been sent too, if nothing is to go on without them.
  func stopAfter(_ error: NewswireError) {
    guard options.afterFailure == .stop, failure == nil else { return }
    failure = error
    shared.close()
    loop.schedule(after: .zero) { [weak self] in
      guard let self, !self.isStopped else { return }
      self.failRest(error) { $0 == .due || $0 == .misplaced }
      self.pump()
    }
  }

  /// Gives up what has not been taken, and those requests that are at such a stage.
  private func failRest(_ error: NewswireError, where isToFail: (ProduceWindow.Stage) -> Bool) {
    shared.close()
    let pending = shared.collect(now: loop.now, isIdle: true).ready
    for slot in Set(pending).union(partitions.keys).sorted() {
      for request in scheduler.requests(of: slot) where isToFail(request.stage) { giveUp(slot, request.number, error) }
      failAllQueued(slot, error)
    }
  }

  // MARK: Metadata

  /// A topic's partitions and leaders are known, or have changed.
  func updated(_ topic: MetadataCache.Topic) {
    shared.update(topic: topic.name, partitionCount: topic.partitions.count, available: link.cache.led(topic.name))
    for (slot, partition) in partitions where partition.topic == topic.name {
      guard let leader = leader(of: slot) else { continue }
      giveUpSoon(scheduler.stranded(slot, besides: leader))
      if failure == nil { scheduler.leaderChanged(slot, to: leader) }
    }
    pump()
  }

  /// Waits a little for those who lead no more; one that hangs would be waited for as long as a request may take.
  private func giveUpSoon(_ stranded: [(turn: ProduceScheduler.Turn, attempt: Int)]) {
    guard !stranded.isEmpty else { return }
    loop.schedule(after: Self.farewell) { [weak self] in
      guard let self, !isStopped else { return }
      for (turn, attempt) in stranded { lost(turn, attempt) }
    }
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

  func partition(of slot: Slot) -> TopicPartition {
    if let known = partitions[slot] { return known }
    let partition = shared.partition(of: slot)
    partitions[slot] = partition
    return partition
  }

  func leader(of slot: Slot) -> Int32? { link.cache.leader(of: partition(of: slot)) }

  // MARK: Sending

  /// Sends whatever may be sent now.
  func pump() {
    guard !isStopped else { return }
    let isIdle = requests.isEmpty && scheduler.leaderless.isEmpty
    let collected = shared.collect(now: loop.now, isIdle: isIdle)
    for slot in collected.ready { scheduler.becameReady(slot, leader: leader(of: slot)) }
    scheduleLinger(collected.next)
    let canSend = failure == nil && isIdentified()
    if canSend {
      while let turn = scheduler.next(leaderOf: { leader(of: $0) }) { send(turn) }
    }
    for slot in scheduler.leaderless { link.refresh(partition(of: slot).topic) }
    if canSend || failure != nil, requests.isEmpty, scheduler.leaderless.isEmpty {
      finishIdleActions()
    } else if sweepTimer == nil {
      sweepTimer = loop.schedule(after: Self.sweepInterval) { [weak self] in
        self?.sweepTimer = nil
        self?.sweep()
      }
    }
  }

  /// True if records can be numbered, or need not be.
  private func isIdentified() -> Bool {
    guard let identity, identity.id == nil else { return true }
    let waiting = partitions.keys.sorted().filter { shared.isReady($0) || !scheduler.requests(of: $0).isEmpty }
    guard !waiting.isEmpty else { return true }
    if let refusal = identity.refusal {
      identity.forgetRefusal()
      for slot in waiting { giveUp(slot, refusal, openedBefore: loop.now) }
      return true
    }
    identity.ask()
    return false
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

  private func send(_ turn: ProduceScheduler.Turn) {
    let slot = turn.slot
    if turn.isNew {
      guard let run = shared.take(slot) else { return scheduler.dropped(slot, turn.number) }
      let bytes = run.finished(codec: options.codec, compressor: compressor, producer: stamp(slot, run.recordsCount))
      requests[turn.number] = Request(run: run, partition: partition(of: slot), bytes: bytes)
      goOn(slot)
    }
    guard let request = requests[turn.number] else { return scheduler.dropped(slot, turn.number) }
    let message = NewswireV1.ProduceRequest(
      topic: request.partition.topic, partition: request.partition.partition, acks: acks,
      timeout: .init(options.requestTimeout), batches: .bytes(request.bytes))
    let route = link.route(to: turn.broker)
    var call = CallOptions(timeout: options.requestTimeout + .seconds(2))
    if route.isDirect { call.metadata.add("newswire-forward", "never") }
    let me = LoopBound(self, on: loop)
    let attempt = scheduler.attempts(slot, turn.number)
    route.channel.unary(NewswireV1.Broker.produce, message, options: call) { result in
      me.value.answered(turn, attempt, route, result)
    }
  }

  private func stamp(_ slot: Slot, _ count: Int) -> ProducerStamp? {
    guard let id = identity?.id else { return nil }
    return numbers[slot, default: ProducerNumbers(id)].number(count)
  }

  /// The partition may have more.
  func goOn(_ slot: Slot) {
    if shared.isReady(slot) { scheduler.becameReady(slot, leader: leader(of: slot)) }
  }

  private var acks: NewswireV1.Acks {
    switch options.acks {
    case .none: .none
    case .leader: .leader
    case .all: .all
    }
  }
}
