internal import ClusterMetadata
internal import Group
internal import Model
internal import Node
internal import Observability
internal import Runtime

/// The shell around the decisions about one shard's groups: gives them a clock, the shard's log and callers.
///
/// Belongs to one loop. Writes go to the log one after another, all that gathered meanwhile in one batch. When a write
/// fails, nobody knows what the log holds: the shard is loaded anew, under another number, so that what is left of the
/// failed write is refused if it arrives later.
final class ShardNode {
  typealias Completion = @Sendable (Result<GroupReply, Refusal>) -> Void

  private let loop: EventLoop
  private let log: ShardLog
  private let policy: GroupPolicy
  private let logger: Logger
  private let metrics: GroupCoordinatorMetrics
  private let owner: GroupCoordinatorID
  /// The epoch of this ownership.
  let epoch: ShardEpoch
  private var topics: GroupTopics
  private var core: GroupShard
  /// Grows with each loading: what an earlier one still brings is ignored.
  private var generation = 0
  private var completions: [RequestToken: Completion] = [:]
  private var nextToken: UInt64 = 0
  private var pending: [(records: [GroupRecord], id: WriteID)] = []
  private var isWriting = false
  /// Who writes: the last loading, once its fence stands in the log.
  private var writer: ShardWriter?
  private var isClosed = false
  private var timer: LoopTimer?

  private let loads: LoadNumbers

  private static let reloadAfter = Duration.milliseconds(200)
  private static let requestsMax = 10_000
  /// The most records that one write gathers.
  private static let recordsPerWriteMax = 2_000

  init(
    log: ShardLog, epoch: ShardEpoch, owner: GroupCoordinatorID, topics: GroupTopics, policy: GroupPolicy,
    loads: LoadNumbers, logger: Logger, metrics: GroupCoordinatorMetrics
  ) {
    self.loads = loads
    loop = log.loop
    self.log = log
    self.epoch = epoch
    self.owner = owner
    self.topics = topics
    self.policy = policy
    self.logger = logger
    self.metrics = metrics
    core = GroupShard(index: log.shard, epoch: epoch, owner: owner, topics: topics, policy: policy)
  }

  /// Begins to load the shard.
  func open() {
    generation += 1
    pending = []
    isWriting = false
    writer = nil
    core = GroupShard(index: log.shard, epoch: epoch, owner: owner, topics: topics, policy: policy)
    handle(.opened)
  }

  /// The shard is not this node's any more.
  func close(_ refusal: Refusal) {
    isClosed = true
    generation += 1
    timer?.cancel()
    timer = nil
    handle(.lost(refusal))
  }

  /// Asks; `completion` comes on this loop. The token takes the question back.
  func submit(_ request: GroupRequest, completion: @escaping Completion) -> RequestToken {
    metrics.requests.add()
    nextToken += 1
    let token = RequestToken(nextToken)
    guard completions.count < Self.requestsMax else {
      completion(.failure(Refusal(.resourceExhausted, "shard \(log.shard) has \(Self.requestsMax) calls under way")))
      return token
    }
    completions[token] = completion
    handle(.requestReceived(request, token))
    return token
  }

  /// Nobody waits for the answer any more.
  func cancel(_ token: RequestToken) {
    guard let completion = completions.removeValue(forKey: token) else { return }
    handle(.requestCancelled(token))
    completion(.failure(Refusal(.deadlineExceeded, "the caller does not wait any more")))
  }

  /// The cluster's topics have changed.
  func change(_ topics: GroupTopics, deleted: [TopicID]) {
    self.topics = topics
    handle(.topicsChanged(topics, deleted: deleted))
  }

  // MARK: Events and effects

  private func handle(_ event: GroupShard.Event) {
    var effects: [GroupShard.Effect] = []
    core.handle(event, at: loop.now, time: wallClock(), into: &effects)
    for effect in effects {
      switch effect {
      case .append(let records, let id): pending.append((records, id))
      case .reply(let token, let result):
        if case .failure = result { metrics.refusals.add() }
        completions.removeValue(forKey: token)?(result)
      case .resign(let refusal):
        logger.notice("shard given up", ["shard": "\(log.shard)", "cause": "\(refusal.message)"])
        isClosed = true
      }
    }
    armTimer()
    writeNext()
  }

  private func armTimer() {
    timer?.cancel()
    timer = nil
    guard !isClosed, let deadline = core.nextDeadline else { return }
    timer = loop.schedule(after: max(deadline - loop.now, .zero)) { [weak self] in self?.handle(.timeElapsed) }
  }

  // MARK: Writing

  private func writeNext() {
    guard !isWriting, !isClosed, let first = pending.first else { return }
    if case .fenced? = first.records.first {
      pending.removeFirst()
      return load(first.records)
    }
    var records: [GroupRecord] = []
    var last = first.id
    while let next = pending.first, records.isEmpty || records.count + next.records.count <= Self.recordsPerWriteMax {
      records += next.records
      last = next.id
      pending.removeFirst()
    }
    guard let writer else { preconditionFailure("a shard writes before its fence stands") }
    isWriting = true
    metrics.records.add(records.count)
    Self.write(records, upTo: last, by: writer, log, generation, LoopBound(self, on: loop))
  }

  private static func write(
    _ records: [GroupRecord], upTo last: WriteID, by writer: ShardWriter, _ log: ShardLog, _ generation: Int,
    _ node: LoopBound<ShardNode>
  ) {
    Task {
      let result: Result<Void, Refusal>
      do {
        try await log.append(records, by: writer, at: wallClock())
        result = .success(())
      } catch {
        result = .failure(refusal(error))
      }
      node.execute { $0.written(upTo: last, result, generation) }
    }
  }

  private func written(upTo id: WriteID, _ result: Result<Void, Refusal>, _ generation: Int) {
    guard generation == self.generation else { return }
    isWriting = false
    switch result {
    case .success: handle(.written(upTo: id))
    case .failure(let refusal): reload(after: refusal)
    }
  }

  // MARK: Loading

  /// Writes this ownership's fence, then reads everything before it, then goes to work.
  private func load(_ fence: [GroupRecord]) {
    isWriting = true
    Self.load(fence, epoch, under: epoch.writerEpoch(load: loads.next()), log, generation, LoopBound(self, on: loop))
  }

  private static func load(
    _ fence: [GroupRecord], _ ownEpoch: ShardEpoch, under writerEpoch: Int64, _ log: ShardLog, _ generation: Int,
    _ node: LoopBound<ShardNode>
  ) {
    Task {
      do {
        let writer = try await log.begin(fence, under: writerEpoch, at: wallClock())
        try await log.replay(before: writer.fence) { records in
          // A fence of this very ownership before the last one is of an earlier try to load.
          let past = records.filter { record in
            if case .fenced(ownEpoch, _) = record { false } else { true }
          }
          try await node.run { $0.replayed(past, generation) }
        }
        try await node.run { $0.loaded(fence, by: writer, generation) }
      } catch {
        let refusal = refusal(error)
        node.execute { node in
          if generation == node.generation { node.reload(after: refusal) }
        }
      }
    }
  }

  private func loaded(_ fence: [GroupRecord], by writer: ShardWriter, _ generation: Int) {
    guard generation == self.generation else { return }
    isWriting = false
    self.writer = writer
    replayed(fence, generation)
    logger.debug("shard loaded", ["shard": "\(log.shard)", "records": .init(writer.fence.rawValue)])
  }

  private func replayed(_ records: [GroupRecord], _ generation: Int) {
    guard generation == self.generation else { return }
    handle(.recordsReplayed(records))
  }

  private func reload(after refusal: Refusal) {
    generation += 1
    // What waits rests on what may not have been written.
    pending = []
    metrics.reloads.add()
    logger.once(
      key: "shard \(log.shard) \(refusal.message)", .warning, "shard loaded anew",
      ["shard": "\(log.shard)", "cause": "\(refusal.message)"])
    handle(.lost(Refusal(.coordinatorNotAvailable, "shard \(log.shard) is loaded anew: \(refusal.message)")))
    let expected = generation
    loop.schedule(after: Self.reloadAfter) { [weak self] in
      guard let self, !self.isClosed, self.generation == expected else { return }
      self.open()
    }
  }

  private static func refusal(_ error: any Error) -> Refusal {
    (error as? Refusal) ?? Refusal(.coordinatorNotAvailable, "\(error)")
  }
}
