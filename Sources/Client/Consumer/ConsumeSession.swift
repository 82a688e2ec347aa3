internal import Bytes
internal import Messages
internal import Model
internal import Runtime
internal import Transport

/// Reads partitions into a queue: opens the streams that the plan wants, and follows leaders.
///
/// Belongs to the client's loop.
final class ConsumeSession {
  /// So often in a row a partition may be sent with something wrong before the reader hears of it.
  private static let wrongMax = 10
  private static let replicaAvoidance = Duration.seconds(30)

  private let bound: LoopBound<ClusterLink>
  private let loop: EventLoop
  private let queue: RecordQueue
  private let options: ConsumerOptions
  private let rack: String
  private let untilEnd: Bool
  private let outlivesTopics: Bool
  private var plan: FetchPlan
  private var streams: [FetchPlan.StreamID: ConsumeStream] = [:]
  private var progress: [TopicPartition: PartitionProgress] = [:]
  private var wakeTimer: (at: Instant, timer: LoopTimer)?
  private var listener: Int?
  private var closer: Int?
  private var isClosed = false
  private var isHeld = false
  private var random = SystemRandom()
  /// Partitions that are read from their leaders until then, because a replica nearby refused.
  private var leadersOnly: [TopicPartition: Instant] = [:]
  /// Partitions of which something has come that is not what was written, and how often in a row: the broker is asked
  /// to look before it sends, so that it finds out.
  private var wrong: [TopicPartition: Int] = [:]

  init(
    link: LoopBound<ClusterLink>, queue: RecordQueue, options: ConsumerOptions, configuration: ClientConfiguration,
    untilEnd: Bool, outlivesTopics: Bool = false
  ) {
    bound = link
    loop = link.loop
    self.queue = queue
    self.options = options
    rack = configuration.rack
    self.untilEnd = untilEnd
    self.outlivesTopics = outlivesTopics
    plan = FetchPlan(
      resetPolicy: options.onOffsetOutOfRange, unknownTopicPatience: configuration.unknownTopicPatience)
  }

  private var link: ClusterLink { bound.value }

  /// Begins to read more partitions.
  func assign(_ starts: [FetchPlan.Start], progress: [TopicPartition: PartitionProgress] = [:]) {
    guard !isClosed else { return }
    if listener == nil {
      listener = link.listen { [weak self] change in self?.metadataChanged(change) }
      closer = link.addCloser { [weak self] in self?.queue.finish(NewswireError.closed("the client")) }
    }
    self.progress.merge(progress) { $1 }
    plan.assign(starts)
    carryOn()
  }

  /// Stops reading partitions. What has come of them already is the queue's.
  func unassign(_ partitions: [TopicPartition]) {
    for partition in partitions { progress[partition] = nil }
    plan.unassign(partitions)
    carryOn()
  }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    if let listener { link.unlisten(listener) }
    if let closer { link.removeCloser(closer) }
    wakeTimer?.timer.cancel()
    perform(plan.close())
    queue.finish()
  }

  /// The reader has caught up: brokers may send again.
  func resume() {
    guard isHeld else { return }
    isHeld = false
    for id in streams.keys.sorted() { streams[id]?.call?.resumeReceiving() }
  }

  private func hold() {
    guard !isHeld else { return }
    isHeld = true
    for id in streams.keys.sorted() { streams[id]?.call?.pauseReceiving() }
  }

  /// Who is to be read: the leader, or a replica in the reader's rack.
  ///
  /// Up to the end as it is now is what only the leader knows.
  private func source(of partition: TopicPartition) -> Int32? {
    let isFar = untilEnd || leadersOnly[partition].map { $0 > loop.now } ?? false
    return link.cache.reader(of: partition, rack: isFar ? "" : rack)
  }

  /// The partition could not be read where it was tried: the leader knows more than a replica nearby.
  private func avoidReplicas(of partition: TopicPartition) {
    if !rack.isEmpty { leadersOnly[partition] = loop.now + Self.replicaAvoidance }
  }

  // MARK: The plan

  private func metadataChanged(_ change: MetadataCache.Change) {
    switch change {
    case .topic: plan.leadersChanged { source(of: $0) }
    case .deleted(let topic): plan.topicDeleted(topic, now: loop.now)
    case .nodes: return
    }
    carryOn()
  }

  private func carryOn() {
    guard !isClosed else { return }
    perform(plan.plan(now: loop.now) { source(of: $0) })
    if untilEnd, plan.isFinished { queue.finish() }
  }

  private func perform(_ effects: [FetchPlan.Effect]) {
    for effect in effects {
      switch effect {
      case .open(let id, let leader, let starts): open(id, leader, starts)
      case .cancel(let id): streams.removeValue(forKey: id)?.call?.cancel()
      case .refresh(let topic): link.refresh(topic)
      case .wake(let at): wake(at)
      case .failed(_, let error):
        // A member of a group is told by the group which partitions there are.
        if error.reason != .unknownTopic || !outlivesTopics { queue.finish(error) }
      }
    }
  }

  private func wake(_ at: Instant) {
    if let running = wakeTimer {
      guard at < running.at else { return }
      running.timer.cancel()
    }
    let timer = loop.schedule(after: at - loop.now) { [weak self] in
      self?.wakeTimer = nil
      self?.carryOn()
    }
    wakeTimer = (at, timer)
  }

  private func open(_ id: FetchPlan.StreamID, _ leader: Int32, _ starts: [FetchPlan.Start]) {
    let route = link.route(to: leader)
    var call = CallOptions()
    if route.isDirect { call.metadata.add("newswire-forward", "never") }
    let stream = ConsumeStream(session: self, id: id, leader: leader, route: route, starts: starts)
    streams[id] = stream
    let request = NewswireV1.ConsumeRequest(
      partitions: starts.map { start in
        NewswireV1.ConsumePartition(
          topic: start.partition.topic, topicID: link.cache.topics[start.partition.topic]?.id.bytes ?? [],
          partition: start.partition.partition, start: start.position.message)
      },
      form: .batches, untilEnd: untilEnd, maxBytes: Int32(clamping: options.answerBytes), rack: rack,
      checked: starts.contains { wrong[$0.partition] != nil })
    let opened: ConsumeStream.Call = route.channel.open(NewswireV1.Broker.consume, options: call, handler: stream)
    stream.call = opened
    opened.send(request)
    opened.finishSending()
    if isHeld { opened.pauseReceiving() }
  }

  // MARK: What comes

  fileprivate func received(_ answer: NewswireV1.ConsumeResponse, on stream: ConsumeStream) {
    let partition = TopicPartition(answer.topic, answer.partition)
    if let detail = answer.error {
      let error = NewswireError(detail)
      link.learn(partition, from: error)
      avoidReplicas(of: partition)
      plan.partitionFailed(partition, on: stream.id, error: error, now: loop.now, using: &random)
      return carryOn()
    }
    let known = stream.positions[partition]
    if options.checksChecksums, let slice = answer.batches.slice,
      let finding = ReceivedBatches.fault(in: slice, from: known, until: answer.nextOffset)
    {
      return isWrong(partition, on: stream, finding)
    }
    let isWanted = plan.received(partition, on: stream.id, nextOffset: answer.nextOffset, isEnd: answer.end)
    guard isWanted else { return }
    stream.positions[partition] = answer.nextOffset
    if !wrong.isEmpty { wrong[partition] = nil }
    if let slice = answer.batches.slice, !slice.isEmpty {
      let batch = ConsumedBatch(
        partition: partition, firstOffset: known ?? answer.logStartOffset, nextOffset: answer.nextOffset,
        highWatermark: answer.highWatermark,
        leaderEpoch: answer.leaderEpoch, timestampMin: known == nil ? stream.timestamps[partition] : nil, bytes: slice,
        progress: progress[partition])
      if queue.append(batch) { hold() }
    }
    if answer.end { carryOn() }
  }

  /// What came of the partition is not what was written: it is asked for again, and nobody sees it.
  private func isWrong(_ partition: TopicPartition, on stream: ConsumeStream, _ finding: String) {
    let count = wrong[partition, default: 0] + 1
    wrong[partition] = count
    avoidReplicas(of: partition)
    let error = NewswireError(
      .corruptRecordBatch,
      "broker \(stream.leader) sent records of partition \(partition) that are damaged: \(finding)",
      isRetriable: count < Self.wrongMax)
    plan.partitionFailed(partition, on: stream.id, error: error, now: loop.now, using: &random)
    carryOn()
  }

  fileprivate func ended(_ stream: ConsumeStream, _ status: Status) {
    guard streams.removeValue(forKey: stream.id) != nil else { return }
    let error = status.code == .ok ? nil : stream.route.explained(NewswireError(status))
    if let error {
      for partition in stream.starts { avoidReplicas(of: partition.partition) }
      if error.reason == .unavailable { link.noteUnreachable(stream.leader) }
      if stream.positions.count == 1 || stream.starts.count == 1 {
        link.learn(stream.starts[0].partition, from: error)
      }
    }
    plan.streamEnded(stream.id, error: error, now: loop.now, using: &random)
    carryOn()
  }
}

/// One stream of records from one broker.
final class ConsumeStream: ClientStreamHandler {
  typealias Call = ClientStreamCall<NewswireV1.ConsumeRequest, NewswireV1.ConsumeResponse>

  let id: FetchPlan.StreamID
  let leader: Int32
  let route: ClusterLink.Route
  let starts: [FetchPlan.Start]
  /// From where on records of each partition are wanted.
  fileprivate var positions: [TopicPartition: Int64] = [:]
  /// From which time on, where no position is known yet.
  fileprivate var timestamps: [TopicPartition: Int64] = [:]
  fileprivate var call: Call?
  private weak var session: ConsumeSession?

  init(
    session: ConsumeSession, id: FetchPlan.StreamID, leader: Int32, route: ClusterLink.Route, starts: [FetchPlan.Start]
  ) {
    self.session = session
    self.id = id
    self.leader = leader
    self.route = route
    self.starts = starts
    for start in starts {
      switch start.position {
      case .offset(let offset): positions[start.partition] = offset
      case .timestamp(let time): timestamps[start.partition] = time
      case .beginning, .end: break
      }
    }
  }

  func onHeaders(_ metadata: Metadata) {}
  func onMessage(_ message: NewswireV1.ConsumeResponse) { session?.received(message, on: self) }
  func onWritable() {}

  func onClosed(_ status: Status) {
    session?.ended(self, status)
    call = nil
  }
}

extension StartPosition {
  var message: NewswireV1.ConsumePartition.OneOfStart {
    switch self {
    case .beginning: .beginning(true)
    case .end: .end(true)
    case .offset(let offset): .offset(offset)
    case .timestamp(let time): .timestampMs(time)
    }
  }
}
