internal import Bytes
internal import ClusterMetadata
internal import Messages
internal import Model
internal import Node
internal import Observability
internal import Partition
internal import RecordBatch
internal import Runtime
internal import Transport

/// One produce on its way: planned, handed over to the partitions' logs, answered once. Belongs to its caller's loop.
final class ProduceOperation {
  private typealias API = NewswireV1
  typealias Completion = (Result<NewswireV1.ProduceResponse, Refusal>, _ answeredBy: String) -> Void

  /// The longest that a produce waits.
  private static let timeoutMax = Duration.seconds(30)

  private let calls: BrokerCalls
  private let context: CallContext
  private let lane: BrokerLane
  private let arrived: Instant
  /// Let go of when it is over, with the memory that it came in.
  private var request: NewswireV1.ProduceRequest
  private var acks = Acks.all
  private var topic: CalledTopic?
  private var parts: [NewswireV1.ProducedPartition] = []
  private var writes: [PartitionWrite] = []
  private var unanswered = 0
  private var notHandedOver = 0
  private var answeredBy: String
  private var completion: Completion?
  /// Called once, when what comes after this request may be begun: its place in the logs is certain.
  private var handedOver: (() -> Void)?
  /// What else of its stream is under way to other brokers.
  private let window: ForwardWindow?
  private var waitingNumber: Int?
  /// When the caller is told that the outcome is not known.
  private(set) var deadline = Instant(.max)

  init(
    _ request: NewswireV1.ProduceRequest, _ context: CallContext, _ calls: BrokerCalls,
    window: ForwardWindow? = nil, handedOver: (() -> Void)? = nil, completion: @escaping Completion
  ) {
    self.window = window
    self.request = request
    self.context = context
    self.calls = calls
    self.handedOver = handedOver
    self.completion = completion
    lane = calls.lanes.here(context.loop)
    arrived = context.loop.now
    answeredBy = calls.nodeName
  }

  /// Begins. The completion comes at once if the request is refused, else later, always on the caller's loop.
  func start() {
    calls.metrics.produceRequests.add()
    do throws(Refusal) {
      let called = try check()
      let topic = called.topic
      self.topic = called
      deadline = arrived + (try timeout())
      waitingNumber = lane.await(self)
      let (now, turn) = (wallClock(), lane.nextTurn())
      if !ProducePlan.isHeavy(request, topic.configuration) {
        let allowance = request.batches.count > 0 ? UnpackAllowance.quick : nil
        do throws(Refusal) {
          return hand(over: try ProducePlan(request, topic: topic, now: now, turn: turn, allowance: allowance))
        } catch {
          // Few bytes with many records in them.
          guard allowance?.isUsedUp == true else { throw error }
        }
      }
      besideLoop(context.loop) { [request] in
        Result { () throws(Refusal) in try ProducePlan(request, topic: topic, now: now, turn: turn) }
      } completion: { [self] plan in
        do throws(Refusal) { hand(over: try plan.get()) } catch { finish(.failure(error)) }
      }
    } catch {
      finish(.failure(error))
    }
  }

  /// Too much time has passed: nobody knows what became of it.
  func expire() {
    finish(.failure(Refusal(.outcomeUnknown, "the records were not safe everywhere after \(deadline - arrived)")))
  }

  // MARK: Checks

  private func check() throws(Refusal) -> CalledTopic {
    if lane.isStopping { throw Refusal(.shuttingDown, "this broker is stopping") }
    let called = try lane.topic(called: request.topic, id: request.topicID)
    let topic = called.topic
    if topic.name.isInternal, context.callingNode == nil {
      throw Refusal(.permissionDenied, "\"\(topic.name)\" is the cluster's own: only its nodes write to it")
    }
    if let partition = request.partition { _ = try topic.state(of: partition) }
    switch request.acks {
    case .unspecified, .all: acks = .all
    case .leader: acks = .leader
    case .none: acks = .none
    default:
      throw Refusal(.invalidRequest, "acks \(request.acks.rawValue) does not exist", field: "acks")
    }
    if let epoch = request.leaderEpoch, epoch < 0 {
      throw Refusal(.invalidRequest, "leader_epoch is \(epoch)", field: "leader_epoch")
    }
    guard request.transactionalID.isEmpty else {
      throw Refusal(.unsupported, "transactions do not exist yet", field: "transactional_id")
    }
    try checkWriter(of: topic)
    return called
  }

  /// Shards of groups are written by their owners alone, each under its number: there is no way around the fence.
  private func checkWriter(of topic: Topic) throws(Refusal) {
    guard topic.name.description == MetadataImage.consumerOffsetsName else {
      guard request.writerEpoch == nil else {
        throw Refusal(.invalidRequest, "\"\(topic.name)\" has no numbered writers", field: "writer_epoch")
      }
      return
    }
    guard let node = context.callingNode, node.role == .groupCoordinator else {
      throw Refusal(.permissionDenied, "\"\(topic.name)\" is written by group coordinators only")
    }
    guard let writerEpoch = request.writerEpoch, (0..<ProducerID.reservedMin.rawValue).contains(writerEpoch),
      request.partition != nil, acks == .all
    else {
      throw Refusal(
        .invalidRequest, "a write to \"\(topic.name)\" names partition and writer_epoch, and waits for all replicas",
        field: "writer_epoch")
    }
  }

  private func timeout() throws(Refusal) -> Duration {
    guard let timeout = request.timeout?.duration, timeout != .zero else { return Self.timeoutMax }
    guard timeout > .zero else { throw Refusal(.invalidRequest, "timeout is negative", field: "timeout") }
    return min(timeout, Self.timeoutMax)
  }

  /// Some producer ids are the cluster's own. A numbered writer's batches carry its number.
  private func checkProducers(of plan: ProducePlan) -> Refusal? {
    if let writerEpoch = request.writerEpoch {
      let id = ProducerID(ofWriter: writerEpoch)
      guard plan.writes.allSatisfy({ $0.headers.allSatisfy { $0.producer?.id == id } }) else {
        return Refusal(
          .invalidRequest, "the batches of writer \(writerEpoch) do not carry its number as producer id \(id)",
          field: "batches")
      }
      return nil
    }
    for write in plan.writes {
      for header in write.headers {
        guard let producer = header.producer, producer.id >= .reservedMin else { continue }
        guard context.callingNode == nil else { return nil }
        return Refusal(
          .permissionDenied, "producer id \(producer.id) is the cluster's own: only its nodes write under it",
          field: "producer.producer_id")
      }
    }
    return nil
  }

  // MARK: Handing over

  private func hand(over plan: ProducePlan) {
    guard completion != nil, let topic else { return }
    if let refusal = checkProducers(of: plan) { return finish(.failure(refusal)) }
    writes = plan.writes
    unanswered = writes.count
    notHandedOver = writes.count
    parts = writes.map {
      API.ProducedPartition(
        partition: $0.partition.rawValue, recordCount: Int32($0.recordCount), recordIndexes: $0.recordIndexes)
    }
    guard let window else { return handOver(topic) }
    let places = writes.map { (topic.place($0.partition), $0.producer) }
    window.whenFree(for: Dictionary(places) { $1 }) { [self] in handOver(topic) }
  }

  private func handOver(_ topic: CalledTopic) {
    guard completion != nil else { return }
    for index in writes.indices {
      if topic.leader(of: writes[index].partition) == calls.id { append(index, topic) } else { forward(index, topic) }
    }
  }

  private func append(_ index: Int, _ topic: CalledTopic) {
    let place = topic.place(writes[index].partition)
    let owner = calls.lanes.owner(of: place)
    let write = BatchesToAppend(
      batches: writes[index].batches, headers: writes[index].headers, acks: acks,
      leaderEpoch: request.leaderEpoch.map { LeaderEpoch($0) }, writerEpoch: request.writerEpoch)
    guard owner.loop !== context.loop else {
      Self.append(place, write, on: owner.value) { self.appended(index, $0) }
      return wasHandedOver()
    }
    let me = LoopBound(self, on: context.loop)
    let isAwaited = handedOver != nil
    context.loop.handOver(to: owner.loop) {
      Self.append(place, write, on: owner.value) { outcome in
        owner.loop.handOver(to: me.loop) { me.value.appended(index, outcome) }
      }
      // A refusal has gone ahead of this: what comes next then waits until another broker has taken the write.
      if isAwaited { owner.loop.handOver(to: me.loop) { me.value.wasHandedOver() } }
    }
  }

  private static func append(
    _ place: TopicPartition, _ write: BatchesToAppend, on lane: BrokerLane,
    completion: @escaping LocalPartition.Completion
  ) {
    do throws(Refusal) {
      try lane.partition(place).append(write, at: wallClock(), completion: completion)
    } catch {
      completion(.failure(error))
    }
  }

  private func appended(_ index: Int, _ outcome: Result<ProduceAcknowledgement, Refusal>) {
    guard completion != nil, let topic else { return }
    switch outcome {
    case .success(let outcome):
      calls.metrics.recordsIn.add(writes[index].recordCount)
      if acks != .none { parts[index].fill(outcome) }
      answered()
    case .failure(let refusal) where mayTryElsewhere(index, refusal):
      notHandedOver += 1
      forward(index, topic)
    case .failure(let refusal): refused(index, refusal)
    }
  }

  /// True if another leader may take what this one did not, or did not for certain.
  private func mayTryElsewhere(_ index: Int, _ refusal: Refusal) -> Bool {
    guard refusal.reason.comesBeforeAppending || refusal.reason == .outcomeUnknown && writes[index].isNumbered else {
      return false
    }
    return calls.routing.mayForward(context)
  }

  // MARK: Other brokers

  /// Lets the leader do it, whoever that is: waits for one, and passes the write on.
  private func forward(_ index: Int, _ topic: CalledTopic) {
    let place = topic.place(writes[index].partition)
    let forwarding = ProduceForwarding(
      calls: calls, context: context, place: place, write: writes[index], acks: acks,
      leaderEpoch: request.leaderEpoch, deadline: deadline)
    // Numbers keep the order: what comes next need not wait.
    let ticket = window.flatMap { window in writes[index].producer.map { window.enter(place, $0) } }
    let me = LoopBound(self, on: context.loop)
    Task(executorPreference: context.loop) {
      let result: Result<(API.ProducedPartition, String), Refusal>
      do {
        result = .success(try await forwarding.run())
      } catch {
        result = .failure(Refusal(error))
      }
      me.execute { [result] in $0.forwarded(index, ticket, result) }
    }
    if ticket != nil { wasHandedOver() }
  }

  private func forwarded(
    _ index: Int, _ ticket: ForwardWindow.Ticket?, _ result: Result<(NewswireV1.ProducedPartition, String), Refusal>
  ) {
    if let ticket { window?.leave(ticket) } else { wasHandedOver() }
    guard completion != nil else { return }
    switch result {
    case .success((var part, let node)):
      part.recordIndexes = parts[index].recordIndexes
      part.recordCount = parts[index].recordCount
      parts[index] = part
      answeredBy = node
      answered()
    case .failure(let refusal): refused(index, refusal)
    }
  }

  // MARK: The answer

  private func wasHandedOver() {
    notHandedOver -= 1
    guard notHandedOver == 0 else { return }
    let handedOver = handedOver.take()
    handedOver?()
  }

  /// A produce to one partition is refused as a whole; of several, the others go on.
  private func refused(_ index: Int, _ refusal: Refusal) {
    guard parts.count > 1 else { return finish(.failure(refusal)) }
    parts[index].error = API.ErrorDetail(refusal)
    answered()
  }

  private func answered() {
    unanswered -= 1
    guard unanswered == 0, let topic else { return }
    finish(
      .success(
        API.ProduceResponse(
          correlationID: request.correlationID, topic: topic.name, topicID: topic.id, partitions: parts)))
  }

  private func finish(_ result: Result<NewswireV1.ProduceResponse, Refusal>) {
    guard let completion = completion.take() else { return }
    if let waitingNumber = waitingNumber.take() { lane.stopAwaiting(waitingNumber) }
    request = API.ProduceRequest()
    writes = []
    switch result {
    case .success: calls.metrics.produceTime.observe(context.loop.now - arrived)
    case .failure: calls.metrics.produceRefusals.add()
    }
    completion(result, answeredBy)
    let handedOver = handedOver.take()
    handedOver?()
  }
}

extension NewswireV1.ProducedPartition {
  mutating func fill(_ outcome: ProduceAcknowledgement) {
    baseOffset = outcome.baseOffset?.rawValue ?? -1
    leaderEpoch = outcome.leaderEpoch.rawValue
    timestampMs = outcome.maxTimestamp.rawValue
    replicas = Int32(outcome.replicas)
    replicasSynced = Int32(outcome.replicasSynced)
    logStartOffset = outcome.logStartOffset.rawValue
    duplicate = outcome.isRepeated
  }
}

extension ErrorReason {
  /// True for a refusal that comes before anything has been appended and passes with another leader.
  fileprivate var comesBeforeAppending: Bool { self == .notLeader || self == .leaderNotAvailable }
}
