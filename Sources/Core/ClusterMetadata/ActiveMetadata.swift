import Model

/// What the active coordinator has beside the committed image: the draft of what is to come, who is alive, and the
/// answers that wait for records to be committed.
struct ActiveMetadata: Sendable {
  private var draft: Draft
  private var brokerLeases = Leases<BrokerID>()
  private var groupCoordinatorLeases = Leases<GroupCoordinatorID>()
  private var suspicions = Suspicions()
  private var rollCall = RollCall()
  private var balance: Balance
  /// Answers in the order of the offsets up to which records must be committed before they leave.
  private var parked: [ParkedAnswer] = []
  /// What has been proposed and is not committed yet, from the committed end on.
  private var proposed: [MetadataRecord] = []
  private let policy: MetadataPolicy

  private struct ParkedAnswer {
    let token: RequestToken
    let answer: Result<MetadataReply, Refusal>
    let end: MetadataOffset
  }

  /// Everybody who was alive gets a new lease: nobody's last heartbeat is known.
  init(image: MetadataImage, policy: MetadataPolicy, at now: Instant) {
    draft = Draft(image: image, policy: policy)
    self.policy = policy
    balance = Balance(at: now, policy)
    for broker in image.brokers where broker.availability != .fenced {
      brokerLeases.renew(broker.id, until: now + policy.lease)
    }
    for coordinator in image.groupCoordinators where coordinator.isLive {
      groupCoordinatorLeases.renew(coordinator.id, until: now + policy.lease)
    }
  }

  var nextDeadline: Instant? {
    [brokerLeases.nextEnd, groupCoordinatorLeases.nextEnd, suspicions.nextDeadline, balance.nextStep]
      .compactMap { $0 }.min()
  }

  mutating func begin(
    _ registration: CoordinatorRegistration, newCluster: ClusterIdentity, into effects: inout [ClusterMetadata.Effect]
  ) {
    propose(into: &effects) { draft in
      if draft.image.cluster == nil {
        draft.emit(.featureLevelSet(.first))
        draft.emit(.clusterCreated(newCluster))
      }
      let known = draft.image.coordinators.first { $0.id == registration.id }
      if known != registration || draft.image.activeCoordinator != registration.id {
        draft.emit(.coordinatorActivated(registration))
      }
    }
    callRoll(into: &effects)
  }

  /// Answers everything that waits: whether its records will be committed is not known here any more.
  mutating func abandon(into effects: inout [ClusterMetadata.Effect]) {
    for waiting in parked {
      let refusal = Refusal(
        .coordinatorNotAvailable, "this coordinator is no longer the active one; the request may have been carried out")
      effects.append(.reply(waiting.token, .failure(refusal)))
    }
    parked = []
  }

  mutating func decide(
    _ request: MetadataRequest, _ token: RequestToken, committedEnd: MetadataOffset, at now: Instant,
    into effects: inout [ClusterMetadata.Effect]
  ) {
    var answer: Result<MetadataReply, Refusal>
    do throws(Refusal) {
      answer = .success(try reply(to: request, at: now))
    } catch {
      precondition(draft.records.isEmpty, "a refused request must not change anything")
      answer = .failure(error)
    }
    propose(into: &effects) { _ in }
    parked.append(ParkedAnswer(token: token, answer: answer, end: draft.image.endOffset))
    self.answer(upTo: committedEnd, into: &effects)
    if case .success = answer, let process = request.sender, let dead = rollCall.answered(process, isDead: false) {
      fence(dead, into: &effects)
    }
    if case .failure(let refusal) = answer, refusal.reason == .idInUse { lookForOther(request, into: &effects) }
  }

  /// A process wants the id of another one: if that is dead, it need not wait for the lease.
  private mutating func lookForOther(_ request: MetadataRequest, into effects: inout [ClusterMetadata.Effect]) {
    guard let process = draft.rival(of: request), !suspicions.contains(process), !rollCall.awaits(process) else {
      return
    }
    suspicions.begin(process)
    probe(process, into: &effects)
  }

  /// `count` records more are committed, up to `end`.
  mutating func committed(_ count: Int, upTo end: MetadataOffset, into effects: inout [ClusterMetadata.Effect]) {
    proposed.removeFirst(min(count, proposed.count))
    answer(upTo: end, into: &effects)
  }

  /// What was proposed from `offset` on will never be committed: the draft goes back, and whoever saw it is refused.
  mutating func takeBack(
    from offset: MetadataOffset, _ refusal: Refusal, committed: MetadataImage, at now: Instant,
    into effects: inout [ClusterMetadata.Effect]
  ) {
    proposed.removeLast(proposed.count - Int(offset - committed.endOffset))
    draft = Draft(image: committed, policy: policy)
    for record in proposed { draft.emit(record) }
    _ = draft.takeRecords()
    let kept = parked.partitioningIndex { $0.end > offset }
    effects += parked[kept...].map { .reply($0.token, .failure(refusal)) }
    parked.removeLast(parked.count - kept)
    // Who could not be fenced is tried again when another lease is over.
    for broker in draft.image.brokers where broker.availability != .fenced && brokerLeases.end(of: broker.id) == nil {
      brokerLeases.renew(broker.id, until: now + policy.lease)
    }
    for node in draft.image.groupCoordinators where node.isLive && groupCoordinatorLeases.end(of: node.id) == nil {
      groupCoordinatorLeases.renew(node.id, until: now + policy.lease)
    }
  }

  /// Sends the answers whose records, and all that they saw, are committed.
  private mutating func answer(upTo committedEnd: MetadataOffset, into effects: inout [ClusterMetadata.Effect]) {
    let ready = parked.partitioningIndex { $0.end > committedEnd }
    effects += parked[..<ready].map { .reply($0.token, $0.answer) }
    parked.removeFirst(ready)
  }

  private mutating func propose(into effects: inout [ClusterMetadata.Effect], _ decision: (inout Draft) -> Void) {
    decision(&draft)
    draft.beginMoves()
    let records = draft.takeRecords()
    guard !records.isEmpty else { return }
    proposed += records
    let first = MetadataOffset(draft.image.endOffset.rawValue - Int64(records.count))
    effects.append(.append(records, at: first))
  }

  private mutating func reply(to request: MetadataRequest, at now: Instant) throws(Refusal) -> MetadataReply {
    switch request {
    case .registerBroker(let request):
      let id = request.registration.id
      let (epoch, cluster) = try draft.registerBroker(request, isLive: brokerLeases.holds(id, at: now))
      brokerLeases.renew(id, until: now + policy.lease)
      return .brokerRegistered(epoch, cluster)
    case .brokerHeartbeat(let heartbeat):
      let reply = try draft.brokerHeartbeat(heartbeat)
      suspicions.drop(.broker(heartbeat.id, heartbeat.epoch))
      balance.note(heartbeat.sizes, by: heartbeat.id, draft.image)
      brokerLeases.renew(heartbeat.id, until: now + policy.lease)
      return .brokerHeartbeat(reply)
    case .alterPartitions(let request): return .partitionsAltered(try draft.alterPartitions(request))
    case .allocateProducerIDs(let id, let epoch):
      return .producerIDsAllocated(try draft.allocateProducerIDs(id, epoch))
    case .registerGroupCoordinator(let request):
      let id = request.registration.id
      let isLive = groupCoordinatorLeases.holds(id, at: now)
      let (epoch, cluster) = try draft.registerGroupCoordinator(request, isLive: isLive)
      groupCoordinatorLeases.renew(id, until: now + policy.lease)
      return .groupCoordinatorRegistered(epoch, cluster)
    case .groupCoordinatorHeartbeat(let heartbeat):
      let reply = try draft.groupCoordinatorHeartbeat(heartbeat)
      suspicions.drop(.groupCoordinator(heartbeat.id, heartbeat.epoch))
      groupCoordinatorLeases.renew(heartbeat.id, until: now + policy.lease)
      return .groupCoordinatorHeartbeat(reply)
    case .ensureConsumerOffsets(let id): return .consumerOffsets(try draft.ensureConsumerOffsets(id))
    case .createTopics(let request): return .topicsCreated(try draft.createTopics(request))
    case .deleteTopics(let request): return .topicsDeleted(try draft.deleteTopics(request))
    case .alterTopics(let request): return .topicsAltered(try draft.alterTopics(request))
    case .electLeaders(let request): return .leadersElected(draft.electLeaders(request))
    case .reassignPartitions(let request): return .partitionsReassigned(draft.reassignPartitions(request))
    case .drainBroker(let id, let isDraining, let validateOnly):
      return .brokerDrained(try draft.drainBroker(id, isDraining: isDraining, validateOnly: validateOnly))
    case .removeBroker(let id, let validateOnly):
      let isLive = brokerLeases.holds(id, at: now)
      try draft.removeBroker(id, isLive: isLive, validateOnly: validateOnly)
      return .brokerRemoved
    }
  }
}

// MARK: Who lives

extension ActiveMetadata {
  /// The connection of a node is gone: it is looked for.
  mutating func suspect(_ node: LostNode, into effects: inout [ClusterMetadata.Effect]) {
    guard let process = draft.process(of: node) else { return }
    suspicions.begin(process)
    probe(process, into: &effects)
  }

  private func probe(_ process: RegisteredProcess, into effects: inout [ClusterMetadata.Effect]) {
    effects.append(.probe(process, at: draft.listeners(of: process)))
  }

  /// Looks for everybody who was alive: nobody's connection to this coordinator can be lost that there has not been.
  private mutating func callRoll(into effects: inout [ClusterMetadata.Effect]) {
    let living =
      draft.image.brokers.filter { $0.availability != .fenced }.map { RegisteredProcess.broker($0.id, $0.epoch) }
      + draft.image.groupCoordinators.filter(\.isLive).map { .groupCoordinator($0.id, $0.epoch) }
    rollCall.begin(living)
    for process in living { probe(process, into: &effects) }
  }

  /// A process that is not there any more is dead; one that answers, or of which nothing is certain, has its lease.
  mutating func probed(
    _ process: RegisteredProcess, _ finding: ProbeFinding, at now: Instant,
    into effects: inout [ClusterMetadata.Effect]
  ) {
    let isDead =
      switch finding {
      case .refused: true
      case .answered(let incarnation): incarnation != draft.incarnation(of: process)
      case .unclear: false
      }
    if rollCall.awaits(process) {
      if let dead = rollCall.answered(process, isDead: isDead) { fence(dead, into: &effects) }
    } else if isDead {
      fence([process], into: &effects)
    } else if case .unclear = finding {
      suspicions.foundNothing(process, at: now)
    } else {
      suspicions.drop(process)
    }
  }

  /// The processes are dead, but for those in whose place others have registered since.
  mutating func fence(_ processes: [RegisteredProcess], into effects: inout [ClusterMetadata.Effect]) {
    var brokers: [BrokerID] = []
    var coordinators: [GroupCoordinatorID] = []
    for process in processes {
      suspicions.drop(process)
      switch process {
      case .broker(let id, let epoch):
        guard draft.image.broker(id)?.epoch == epoch else { continue }
        brokerLeases.drop(id)
        brokers.append(id)
      case .groupCoordinator(let id, let epoch):
        guard draft.image.groupCoordinator(id)?.epoch == epoch else { continue }
        groupCoordinatorLeases.drop(id)
        coordinators.append(id)
      }
    }
    propose(into: &effects) { draft in
      draft.changeAvailability(of: brokers, to: .fenced)
      for id in coordinators { draft.changeLiveness(of: id, to: false) }
    }
  }

  /// Does what is due: fences whose lease has run out, looks for the lost again, and balances a little.
  mutating func expire(at now: Instant, into effects: inout [ClusterMetadata.Effect]) {
    let brokers = brokerLeases.expired(at: now)
    for id in brokers { brokerLeases.drop(id) }
    let coordinators = groupCoordinatorLeases.expired(at: now)
    for id in coordinators { groupCoordinatorLeases.drop(id) }
    for process in suspicions.due(at: now) { probe(process, into: &effects) }
    let isStep = balance.takeStep(at: now, policy)
    let unusable = isStep ? balance.look(at: draft.image) : []
    let sizes = balance.sizes
    propose(into: &effects) { [policy] draft in
      draft.changeAvailability(of: brokers, to: .fenced)
      for id in coordinators { draft.changeLiveness(of: id, to: false) }
      guard isStep else { return }
      draft.replanDrains(without: unusable)
      if policy.balances { draft.balance(sizes) }
    }
  }
}

extension MetadataRequest {
  /// Who lives, since it has sent this heartbeat.
  fileprivate var sender: RegisteredProcess? {
    switch self {
    case .brokerHeartbeat(let heartbeat): .broker(heartbeat.id, heartbeat.epoch)
    case .groupCoordinatorHeartbeat(let heartbeat): .groupCoordinator(heartbeat.id, heartbeat.epoch)
    default: nil
    }
  }
}

extension Draft {
  /// Who is registered under the id that `request` asks for.
  fileprivate func rival(of request: MetadataRequest) -> RegisteredProcess? {
    switch request {
    case .registerBroker(let request):
      image.broker(request.registration.id).map { .broker($0.id, $0.epoch) }
    case .registerGroupCoordinator(let request):
      image.groupCoordinator(request.registration.id).map { .groupCoordinator($0.id, $0.epoch) }
    default: nil
    }
  }

  /// The registration of `node`, if it counts as alive.
  fileprivate func process(of node: LostNode) -> RegisteredProcess? {
    switch node {
    case .broker(let id):
      image.broker(id).flatMap { $0.availability == .fenced ? nil : .broker(id, $0.epoch) }
    case .groupCoordinator(let id):
      image.groupCoordinator(id).flatMap { $0.isLive ? .groupCoordinator(id, $0.epoch) : nil }
    }
  }

  fileprivate func listeners(of process: RegisteredProcess) -> [ListenerAddress] {
    switch process {
    case .broker(let id, _): image.broker(id)?.registration.listeners ?? []
    case .groupCoordinator(let id, _): image.groupCoordinator(id)?.registration.listeners ?? []
    }
  }

  fileprivate func incarnation(of process: RegisteredProcess) -> UUID128? {
    switch process {
    case .broker(let id, _): image.broker(id)?.registration.incarnation
    case .groupCoordinator(let id, _): image.groupCoordinator(id)?.registration.incarnation
    }
  }
}
