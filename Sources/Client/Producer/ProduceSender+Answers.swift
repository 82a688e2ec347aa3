internal import Bytes
internal import Messages
internal import Model
internal import RecordBatch
internal import Runtime
internal import Transport

// MARK: - What becomes of requests

extension ProduceSender {
  /// The `attempt`-th sending of a request has been answered.
  func answered(
    _ turn: ProduceScheduler.Turn, _ attempt: Int, _ route: ClusterLink.Route,
    _ result: Result<Response<NewswireV1.ProduceResponse>, Status>
  ) {
    // Given up meanwhile, or sent elsewhere.
    guard scheduler.awaits(turn.slot, turn.number, attempt: attempt) else { return }
    switch result {
    case .success(let response):
      if let detail = response.message.partitions.first?.error ?? response.message.error {
        failed(turn, NewswireError(detail))
      } else {
        scheduler.succeeded(turn.slot, turn.number)
        written(turn, response.message.partitions.first, topicID: response.message.topicID)
      }
    case .failure(let status):
      let error = route.explained(NewswireError(status))
      if error.reason == .unavailable { link.noteUnreachable(turn.broker) }
      failed(turn, error)
    }
    tellInOrder(turn.slot)
    pump()
  }

  /// The broker that had the request leads no more, and has not answered.
  func lost(_ turn: ProduceScheduler.Turn, _ attempt: Int) {
    guard scheduler.awaits(turn.slot, turn.number, attempt: attempt) else { return }
    failed(
      turn,
      NewswireError(
        .outcomeUnknown,
        "broker \(turn.broker) has not answered, and another one leads \(partition(of: turn.slot)) now"))
    tellInOrder(turn.slot)
    pump()
  }

  private func written(
    _ turn: ProduceScheduler.Turn, _ answer: NewswireV1.ProducedPartition?, topicID: [UInt8] = []
  ) {
    guard let partition = requests[turn.number]?.partition else { return }
    let offset = answer.map(\.baseOffset).flatMap { $0 >= 0 && options.acks != .none ? $0 : nil }
    requests[turn.number]?.result = .success(
      RecordMetadata(
        topic: partition.topic, partition: partition.partition,
        offset: offset, leaderEpoch: answer?.leaderEpoch ?? 0,
        replicas: answer?.replicas ?? 0, replicasSynced: answer?.replicasSynced ?? 0))
    noteAcknowledged(turn, topicID, offset, answer)
  }

  private func failed(_ turn: ProduceScheduler.Turn, _ error: NewswireError) {
    let slot = turn.slot
    guard let request = requests[turn.number] else { return }
    let wasBroken = scheduler.isBroken(slot)
    let verdict = scheduler.failed(
      slot, turn.number, error: error, openedAt: request.run.openedAt, now: loop.now, mayRepeat: failure == nil,
      using: &random)
    switch verdict {
    case .written: written(turn, nil)
    case .retry(let delay, let refreshesMetadata):
      if refreshesMetadata { link.refresh(request.partition.topic) }
      guard let delay else { break }
      loop.schedule(after: delay) { [weak self] in
        guard let self, !self.isStopped else { return }
        self.scheduler.rested(slot, leader: self.leader(of: slot))
        self.pump()
      }
    case .misplaced: doubt(slot, error, wasBroken: wasBroken)
    case .fail:
      requests[turn.number]?.result = .failure(error)
      if error.reason == .fencedProducerEpoch, let id = numbers.removeValue(forKey: slot)?.next.id {
        identity?.discard(id)
      }
    }
    link.learn(request.partition, from: error)
  }

  /// Tells of everything that nothing before it keeps waiting.
  private func tellInOrder(_ slot: Slot) {
    while let number = scheduler.popOver(slot) {
      guard let request = requests.removeValue(forKey: number), let result = request.result else { continue }
      finish(request.run, request.partition, bytes: request.bytes.count, result)
    }
    if let failure { return failAllQueued(slot, failure) }
    renumber(slot)
    goOn(slot)
  }

  private func finish(
    _ run: ProduceRun, _ partition: TopicPartition, bytes: Int, _ result: Result<RecordMetadata, NewswireError>
  ) {
    // The listeners first, so that they have heard of everything when a flush ends.
    tell(Acknowledged(run, partition, bytes: bytes, latency: loop.now - run.openedAt, result))
    shared.settle(run, result)
    if case .failure(let error) = result { stopAfter(error) }
  }

  // MARK: Numbers

  /// Lets a partition's numbers begin anew, once nothing is under way that has old ones.
  ///
  /// Some have been given up, or the leader does not know them any more: because the producer has been silent for long, or
  /// because it has lost what was acknowledged, which is found out and told first. In the new epoch nothing can come in
  /// between that was sent before.
  func renumber(_ slot: Slot) {
    guard let misplaced = scheduler.renumberable(slot) else { return }
    if doubts[slot] != nil { return clearDoubt(slot) }
    if numbers[slot]?.beginAnew() != true {
      // The next id begins at its own first epoch.
      if let worn = numbers.removeValue(forKey: slot) { identity?.discard(worn.next.id) }
      guard let id = identity?.id else {
        wantsID.insert(slot)
        return
      }
      numbers[slot] = ProducerNumbers(id)
    }
    for number in misplaced {
      guard let request = requests[number], let stamp = numbers[slot]?.number(request.run.recordsCount) else {
        continue
      }
      requests[number]?.bytes = request.bytes.renumbered(from: stamp)
    }
    scheduler.renumbered(slot, leader: leader(of: slot))
  }

  /// There is an id, or there will be none.
  func identified() {
    if identity?.id != nil {
      let slots = wantsID.sorted()
      wantsID = []
      for slot in slots { renumber(slot) }
    }
    pump()
  }

  // MARK: Giving up

  /// The topic does not exist (any more): what has waited for it for a while has waited in vain.
  func giveUp(topic: String) {
    let error = NewswireError(.unknownTopic, "topic \(topic) does not exist any more")
    let latest = Instant(loop.now.rawValue - link.configuration.unknownTopicPatience.nanoseconds)
    for slot in scheduler.leaderless where partition(of: slot).topic == topic {
      giveUp(slot, error, openedBefore: latest)
    }
  }

  /// Gives up what has waited for a leader, or for an id, beyond the delivery timeout.
  func sweep() {
    let latest = Instant(loop.now.rawValue - options.deliveryTimeout.nanoseconds)
    for slot in scheduler.leaderless {
      let name = partition(of: slot)
      let error = NewswireError(
        .leaderNotAvailable,
        "partition \(name) has had no leader for \(options.deliveryTimeout); bring its brokers back", isRetriable: true)
      giveUp(slot, error, openedBefore: latest)
    }
    if let identity, identity.id == nil {
      let cause = identity.lastError.map { ": \($0.message)" } ?? ""
      let error = NewswireError(
        .coordinatorNotAvailable, "no producer id could be had within \(options.deliveryTimeout)\(cause)",
        isRetriable: true)
      for slot in partitions.keys.sorted() { giveUp(slot, error, openedBefore: latest) }
    }
    pump()
  }

  /// Gives up what a partition has had for too long and cannot send.
  func giveUp(_ slot: Slot, _ error: NewswireError, openedBefore latest: Instant) {
    for request in scheduler.requests(of: slot) where request.stage == .due || request.stage == .misplaced {
      if let opened = requests[request.number]?.run.openedAt, opened <= latest { giveUp(slot, request.number, error) }
    }
    if scheduler.requests(of: slot).isEmpty { failQueued(slot, error, openedBefore: latest) }
    if !shared.isReady(slot) { scheduler.hasNothingMore(slot) }
  }

  /// Gives up one request.
  func giveUp(_ slot: Slot, _ number: ProduceWindow.Number, _ error: NewswireError) {
    if requests[number]?.result == nil { requests[number]?.result = .failure(error) }
    scheduler.gaveUp(slot, number)
    tellInOrder(slot)
  }

  /// Gives up all records that have not been taken yet, once there is an answer to those before them.
  func failAllQueued(_ slot: Slot, _ error: NewswireError) {
    guard scheduler.requests(of: slot).isEmpty else { return }
    failQueued(slot, error, openedBefore: Instant(.max))
    scheduler.hasNothingMore(slot)
  }

  /// Gives up records that have not been taken yet.
  func failQueued(_ slot: Slot, _ error: NewswireError, openedBefore latest: Instant) {
    while let oldest = shared.oldest(slot), oldest <= latest, let run = shared.take(slot) {
      finish(run, partition(of: slot), bytes: 0, .failure(error))
    }
  }
}

extension Acknowledged {
  /// What became of the records of `run`.
  fileprivate init(
    _ run: ProduceRun, _ partition: TopicPartition, bytes: Int, latency: Duration,
    _ result: Result<RecordMetadata, NewswireError>
  ) {
    self.init(
      first: RecordMetadata(
        topic: partition.topic, partition: partition.partition, offset: nil, leaderEpoch: 0, replicas: 0,
        replicasSynced: 0),
      recordCount: run.recordsCount, ordinal: run.ordinal, byteCount: bytes, latency: latency, error: nil)
    switch result {
    case .success(let metadata): first = metadata
    case .failure(let failure): error = failure
    }
  }
}
