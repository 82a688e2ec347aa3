internal import Messages
internal import Model
internal import Runtime
internal import Transport

/// Up to where a partition's records are acknowledged, in which leader epoch they were, and of which topic it is: there may
/// be another one of the same name by now.
struct AcknowledgedEnd: Hashable {
  let topicID: [UInt8]
  var offset: Int64
  var leaderEpoch: Int32
}

/// Why a partition's numbers are to begin anew although none has been given up.
struct LossDoubt {
  /// What the leader said.
  let error: NewswireError
  var isAsking = false
}

/// Whether a leader that does not know a producer's last number has lost what was acknowledged.
///
/// - `OUT_OF_ORDER_SEQUENCE` for a request with nothing under way before it: the leader misses what was acknowledged.
/// - `UNKNOWN_PRODUCER_ID`: it has forgotten the producer, which was silent for long, and nothing is wrong. Or it never
///   had any of its records, and then some are lost.
///
/// The log itself tells which: the end of what was acknowledged is in it, in its leader epoch, or it is not.
extension ProduceSender {
  private static let timeout = Duration.seconds(5)
  private static let pause = Duration.milliseconds(200)

  /// What the log says of the end of what was acknowledged.
  enum LossFinding: Sendable {
    /// Everything before it is there. More has been written since, by somebody.
    case kept(isFollowed: Bool)
    /// From this offset on it went another way.
    case lost(from: Int64)
    /// It could not be asked.
    case unknown(NewswireError)
  }

  func noteAcknowledged(
    _ turn: ProduceScheduler.Turn, _ topicID: [UInt8], _ offset: Int64?, _ answer: NewswireV1.ProducedPartition?
  ) {
    guard let offset, let answer, let count = requests[turn.number]?.run.recordsCount else { return }
    let end = AcknowledgedEnd(topicID: topicID, offset: offset + Int64(count), leaderEpoch: answer.leaderEpoch)
    if let known = acknowledged[turn.slot], known.topicID == topicID, known.offset >= end.offset { return }
    acknowledged[turn.slot] = end
  }

  /// A leader refuses a partition's numbers. If records had been given up before, that is why.
  func doubt(_ slot: Slot, _ error: NewswireError, wasBroken: Bool) {
    guard error.reason == .unknownProducerID || !wasBroken, doubts[slot] == nil else { return }
    doubts[slot] = LossDoubt(error: error)
  }

  /// Asks the log what it has of the partition's acknowledged records.
  func clearDoubt(_ slot: Slot) {
    guard let doubt = doubts[slot], !doubt.isAsking else { return }
    guard let end = acknowledged[slot] else { return found(slot, .kept(isFollowed: true)) }
    doubts[slot]?.isAsking = true
    let channels = link.channels(.broker)
    let channel = leader(of: slot).map { link.route(to: $0).channel } ?? channels[0]
    let partition = partition(of: slot)
    let me = LoopBound(self, on: loop)
    Self.ask(channel, partition, end) { finding in me.execute { $0.found(slot, finding) } }
  }

  private static func ask(
    _ channel: Channel, _ partition: TopicPartition, _ end: AcknowledgedEnd,
    completion: @escaping @Sendable (LossFinding) -> Void
  ) {
    Task { completion(await finding(channel, partition, end)) }
  }

  private static func finding(
    _ channel: Channel, _ partition: TopicPartition, _ end: AcknowledgedEnd
  ) async -> LossFinding {
    let stream = channel.stream(NewswireV1.Broker.consume, options: CallOptions(timeout: timeout))
    defer { stream.cancel() }
    do {
      try await stream.send(
        .init(
          partitions: [
            .init(
              topic: end.topicID.isEmpty ? partition.topic : "", topicID: end.topicID,
              partition: partition.partition, start: .offset(end.offset),
              leaderEpoch: end.leaderEpoch)
          ], form: .batches, untilEnd: true, maxBytes: 1))
      stream.finishSending()
      guard let answer = try await stream.next() else { return .kept(isFollowed: true) }
      if let error = answer.error { return finding(NewswireError(error), end) }
      return .kept(isFollowed: answer.highWatermark > end.offset)
    } catch {
      return finding(NewswireError(error), end)
    }
  }

  private static func finding(_ error: NewswireError, _ end: AcknowledgedEnd) -> LossFinding {
    func offset(_ key: String) -> Int64? { error.metadata[key].flatMap { Int64($0) } }
    if error.reason == .fencedLeaderEpoch, let divergence = offset("end_offset") { return .lost(from: divergence) }
    if error.reason == .offsetOutOfRange, let logEnd = offset("log_end_offset") {
      // Before its start it has been deleted, as was wanted.
      return logEnd < end.offset ? .lost(from: logEnd) : .kept(isFollowed: true)
    }
    // It has been deleted with its topic.
    if error.reason == .unknownTopic { return .kept(isFollowed: false) }
    return .unknown(error)
  }

  private func found(_ slot: Slot, _ finding: LossFinding) {
    guard !isStopped, let doubt = doubts[slot] else { return }
    let end = acknowledged[slot]
    let (topic, partition) = (partition(of: slot).topic, partition(of: slot).partition)
    switch finding {
    case .unknown: return askAgain(slot, doubt)
    case .lost(let first):
      doubts[slot] = nil
      acknowledged[slot] = nil
      lost(LostRecords(topic: topic, partition: partition, firstOffset: first, endOffset: end?.offset))
    case .kept where doubt.error.reason == .outOfOrderSequence:
      // What is missing was acknowledged without a place, behind the last one that is known.
      doubts[slot] = nil
      lost(LostRecords(topic: topic, partition: partition, firstOffset: nil, endOffset: end?.offset))
    case .kept(let isFollowed):
      doubts[slot] = nil
      if isFollowed { giveUpUncertain(slot, doubt.error) }
    }
    guard failure == nil else { return }
    renumber(slot)
    goOn(slot)
    pump()
  }

  /// The log could not be asked: what has waited too long is given up.
  private func askAgain(_ slot: Slot, _ doubt: LossDoubt) {
    giveUp(slot, doubt.error, openedBefore: Instant(loop.now.rawValue - options.deliveryTimeout.nanoseconds))
    link.refresh(partition(of: slot).topic)
    loop.schedule(after: Self.pause) { [weak self] in
      guard let self, !self.isStopped else { return }
      self.doubts[slot]?.isAsking = false
      self.renumber(slot)
    }
  }

  /// The leader cannot tell any more whether an earlier sending of these was written: under new numbers they might be
  /// written twice.
  private func giveUpUncertain(_ slot: Slot, _ cause: NewswireError) {
    let error = NewswireError(
      .outcomeUnknown,
      "records for partition \(partition(of: slot)) may have been written or not: an answer was lost, and its leader does "
        + "not remember this producer any more (\(cause.message))")
    for request in scheduler.requests(of: slot) where request.stage == .misplaced && request.mayBeWritten {
      giveUp(slot, request.number, error)
    }
  }

  private func lost(_ records: LostRecords) {
    options.onLoss?(records)
    shared.fail(records.error)
    stopAfter(records.error)
  }
}
