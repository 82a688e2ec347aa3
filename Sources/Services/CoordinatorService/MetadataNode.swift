internal import Bytes
internal import ClusterMetadata
internal import Model
internal import Node
internal import Observability
internal import Runtime
internal import SegmentedLog
internal import Transport

/// The shell around the decisions about the cluster's metadata: gives them a clock, a log and callers.
///
/// Belongs to one loop. Events go in, effects come out and are carried out in order: records are written and synced,
/// then they are committed, then the answers leave that waited for them.
final class MetadataNode {
  typealias Completion = @Sendable (Result<MetadataReply, Refusal>) -> Void

  /// The committed metadata, as everybody on this node reads it.
  let view: MetadataView
  private let loop: EventLoop
  private let log: MetadataLog
  private let logger: Logger
  private let probe: ProcessProbe
  /// The process cannot go on: what was decided can no longer be written.
  private let onFailure: @Sendable (any Error) -> Void
  private var core: ClusterMetadata
  private var tail: CommittedTail
  private var completions: [RequestToken: Completion] = [:]
  private var nextToken: UInt64 = 0
  private var timer: LoopTimer?
  private var random = SystemRandom()
  private var offsetsTopicAsked = false
  /// Grows whenever records are given up: what was appended before has no say any more.
  private var generation = 0
  private static let retryAfter = Duration.seconds(1)

  init(
    loop: EventLoop, restored: MetadataLog.Restored, policy: MetadataPolicy, view: MetadataView, tls: TLSContext,
    logger: Logger, onFailure: @escaping @Sendable (any Error) -> Void
  ) {
    self.loop = loop
    self.log = restored.log
    self.view = view
    self.logger = logger
    self.onFailure = onFailure
    probe = ProcessProbe(loop: loop, tls: tls)
    core = ClusterMetadata(image: restored.image, policy: policy)
    tail = CommittedTail(end: restored.image.endOffset)
    view.publish(restored.image)
  }

  /// This coordinator begins to decide; a new cluster gets the name and a random id.
  func activate(_ registration: CoordinatorRegistration, clusterName: String) {
    let cluster = ClusterIdentity(id: UUID128(random: &random), name: clusterName)
    handle(.activated(registration, newCluster: cluster))
  }

  /// Asks for a change; `completion` comes on this loop when the change is committed or refused.
  func submit(_ request: MetadataRequest, completion: @escaping Completion) {
    guard completions.count < Self.requestsMax else {
      let refusal = Refusal(.resourceExhausted, "\(Self.requestsMax) requests wait for the metadata log already")
      return completion(.failure(refusal))
    }
    nextToken += 1
    let token = RequestToken(nextToken)
    completions[token] = completion
    handle(.requestReceived(request, token))
  }

  private static let requestsMax = 10_000

  /// The committed records from `offset` on, encoded, at most `limit`; nil if they are no longer kept one by one.
  func committedRecords(from offset: MetadataOffset, limit: Int) -> [[UInt8]]? {
    tail.records(from: offset, limit: limit)
  }

  /// A node no longer follows the metadata: its process may have died.
  func connectionLost(_ node: LostNode) { handle(.connectionLost(node)) }

  /// Writes nothing more and lets the log end cleanly.
  func stop(completion: @escaping @Sendable () -> Void) {
    timer?.cancel()
    timer = nil
    handle(.deactivated)
    log.close(completion: completion)
  }

  private func handle(_ event: ClusterMetadata.Event) {
    var effects: [ClusterMetadata.Effect] = []
    core.handle(event, at: loop.now, into: &effects)
    for effect in effects { carryOut(effect) }
    armTimer()
  }

  private func carryOut(_ effect: ClusterMetadata.Effect) {
    switch effect {
    case .append(let records, let offset):
      let encoded = records.map(MetadataCodec.encode)
      log.append(encoded, at: offset) { [weak self, generation] result in
        guard let self, generation == self.generation else { return }
        switch result {
        case .success: written(records, encoded, at: offset)
        case .failure(let error): notWritten(from: offset, error)
        }
      }
    case .reply(let token, let result):
      completions.removeValue(forKey: token)?(result)
    case .probe(let process, let addresses):
      probe.look(at: addresses) { [weak self] finding in
        self?.probed(process, finding)
      }
    }
  }

  private func probed(_ process: RegisteredProcess, _ finding: ProbeFinding) {
    logger.info("connection of a node lost", ["node": "\(process)", "found": "\(finding)"])
    handle(.processProbed(process, finding))
  }

  private func written(_ records: [MetadataRecord], _ encoded: [[UInt8]], at offset: MetadataOffset) {
    tail.append(encoded, at: offset)
    // The image goes out before the answers: who has an answer finds its effect in the metadata.
    var effects: [ClusterMetadata.Effect] = []
    core.handle(.recordsCommitted(records, at: offset), at: loop.now, into: &effects)
    view.publish(core.committed)
    for effect in effects { carryOut(effect) }
    armTimer()
    ensureConsumerOffsets()
  }

  /// A full disk costs the changes that it has no room for, and those that build on them; what there is can be read.
  /// Another failure leaves unknown what the disk holds, and is the end.
  private func notWritten(from offset: MetadataOffset, _ error: any Error) {
    generation += 1
    if let failure = error as? LogFailure, failure.isPassing, core.committed.cluster != nil {
      logger.once(key: "not written \(failure)", .error, "metadata not written", ["cause": "\(failure)"])
      return handle(.recordsGivenUp(failure.refusal("the metadata log"), from: offset))
    }
    logger.error("the metadata log cannot be written", ["cause": "\(error)"])
    handle(.deactivated)
    onFailure(error)
  }

  /// `__consumer_offsets` is created as soon as there is somebody to need it and somebody to hold it.
  private func ensureConsumerOffsets() {
    let image = core.committed
    guard !offsetsTopicAsked, image.groupShards.isEmpty, image.groupCoordinators.contains(where: \.isLive),
      image.brokers.contains(where: { $0.availability == .active })
    else { return }
    offsetsTopicAsked = true
    submit(.ensureConsumerOffsets(UUID128(random: &random))) { [bound = LoopBound(self, on: loop), logger] result in
      if case .failure(let refusal) = result {
        logger.warning("the topic of committed offsets cannot be created yet", ["cause": "\(refusal)"])
        bound.execute { node in
          node.offsetsTopicAsked = false
          node.loop.schedule(after: Self.retryAfter) { [weak node] in node?.ensureConsumerOffsets() }
        }
      }
    }
  }

  private func armTimer() {
    timer?.cancel()
    timer = nil
    guard let deadline = core.nextDeadline else { return }
    timer = loop.schedule(after: max(deadline - loop.now, .zero)) { [weak self] in
      self?.handle(.timeElapsed)
    }
  }
}

/// The last committed records, encoded, for nodes that are only a little behind.
struct CommittedTail {
  private static let keep = 20_000
  private var start: MetadataOffset
  private var records: [[UInt8]] = []

  init(end: MetadataOffset) { start = end }

  mutating func append(_ encoded: [[UInt8]], at offset: MetadataOffset) {
    precondition(offset == start + Int64(records.count), "committed records must come in order")
    records += encoded
    // Cut in large pieces, so that each record is moved seldom.
    guard records.count >= 2 * Self.keep else { return }
    let surplus = records.count - Self.keep
    records.removeFirst(surplus)
    start = start + Int64(surplus)
  }

  func records(from offset: MetadataOffset, limit: Int) -> [[UInt8]]? {
    let index = offset - start
    guard index >= 0, index <= Int64(records.count) else { return nil }
    return Array(records[Int(index)...].prefix(limit))
  }
}
