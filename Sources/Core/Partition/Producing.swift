internal import Model
internal import RecordBatch
internal import SegmentedLog

extension Partition {
  /// Records may be this much newer than the leader's clock; a day that far ahead would keep a segment for ever.
  static let timestampAheadMax: Int64 = 3_600_000

  mutating func produce(
    _ request: ProduceBatches, at moment: Moment, into effects: inout [PartitionEffect]
  ) {
    if let present = leaderEpoch, let contradiction = epochFromNowhere(moment.history.epochs, present) {
      // Nothing can follow on such a log.
      logContradicted(contradiction, into: &effects)
    }
    if let refusal = notLeader() ?? epochMismatch(request.leaderEpoch) ?? objection(to: request, at: moment.timestamp) {
      effects.append(.refuse(request.request, refusal))
      return
    }
    let places: [Place]
    do throws(Refusal) {
      places = try self.places(of: request.batches, moment)
    } catch {
      effects.append(.refuse(request.request, error))
      return
    }
    guard let first = places.first, var leadership = takeLeadership() else { return }
    let logAppendTime = configuration.timestampType == .logAppendTime ? moment.timestamp : nil
    for (index, place) in places.enumerated() where place.isNew {
      guard let baseOffset = place.baseOffset else { continue }
      effects.append(
        .append(
          AppendBatch(
            request: request.request, index: index, baseOffset: baseOffset, leaderEpoch: leadership.epoch,
            logAppendTime: logAppendTime, sync: sync(request.acks))))
      log.logEndOffset = place.nextOffset
    }
    let isRepeated = !places.contains { $0.isNew }
    let isForgotten = !places.contains { $0.baseOffset != nil }
    let isWhole = zip(places, places.dropFirst()).allSatisfy { $0.nextOffset == $1.baseOffset }
    let waiting = Leadership.Waiting(
      request: request.request, acks: request.acks, baseOffset: isWhole ? first.baseOffset : nil,
      nextOffset: places.reduce(first.nextOffset) { max($0, $1.nextOffset) },
      maxTimestamp: places.reduce(first.maxTimestamp) { max($0, $1.maxTimestamp) }, isRepeated: isRepeated,
      refusal: isForgotten
        ? Refusal(.duplicateSequence, "\(name) has these records already, further back than it remembers") : nil)
    if request.acks == .none {
      let acknowledgement = ProduceAcknowledgement(
        baseOffset: waiting.baseOffset, nextOffset: waiting.nextOffset, leaderEpoch: leadership.epoch,
        maxTimestamp: waiting.maxTimestamp, replicas: 0, replicasSynced: 0, logStartOffset: log.logStartOffset,
        isRepeated: isRepeated)
      effects.append(.acknowledge(request.request, acknowledgement))
      role = .leader(leadership)
      return
    }
    leadership.wait(waiting)
    // What stands in the log already may be as safe as it has to be.
    if isRepeated { leadership.answerWritten(log, configuration: configuration, into: &effects) }
    role = .leader(leadership)
    if isRepeated { advanceWatermark(into: &effects) }
  }

  /// Where a batch stands, or will stand.
  private struct Place {
    let isNew: Bool
    /// Nil if it stands somewhere before `nextOffset`.
    let baseOffset: Offset?
    let nextOffset: Offset
    let maxTimestamp: Timestamp
  }

  /// Where the batches get to: behind the log's end, or, if this is a retry, where they are already.
  private func places(of batches: [RecordBatchHeader], _ moment: Moment) throws(Refusal) -> [Place] {
    var places: [Place] = []
    places.reserveCapacity(batches.count)
    var end = log.logEndOffset
    for (index, batch) in batches.enumerated() {
      switch moment.history.producers.verdict(on: batch, ahead: batches[..<index]) {
      case .next:
        let next = end + Int64(batch.lastOffsetDelta) + 1
        let isLeaderTime = configuration.timestampType == .logAppendTime
        places.append(
          Place(
            isNew: true, baseOffset: end, nextOffset: next,
            maxTimestamp: isLeaderTime ? moment.timestamp : batch.maxTimestamp))
        end = next
      case .duplicate(let baseOffset, let nextOffset, let maxTimestamp):
        places.append(
          Place(isNew: false, baseOffset: baseOffset, nextOffset: nextOffset, maxTimestamp: maxTimestamp))
      case .old(let end):
        places.append(Place(isNew: false, baseOffset: nil, nextOffset: end, maxTimestamp: batch.maxTimestamp))
      case .refused(let reason, let words): throw Refusal(reason, "\(name): \(words)")
      }
    }
    return places
  }

  private func sync(_ acks: Acks) -> SyncDemand {
    if configuration.flush == .os { return .never }
    return acks == .all ? .immediately : .soon
  }

  /// Why the request cannot be taken, if it cannot: then nothing of it is appended.
  private func objection(to request: ProduceBatches, at now: Timestamp) -> Refusal? {
    guard !request.batches.isEmpty else {
      return Refusal(.invalidRequest, "the request for \(name) has no records", field: "records")
    }
    if let writerEpoch = request.writerEpoch, let fence = writerEpochMin, writerEpoch < fence {
      return Refusal(
        .fencedProducerEpoch, "\(name) is written by a newer owner: \(fence), not \(writerEpoch)",
        metadata: ["writer_epoch": "\(fence)"])
    }
    if request.acks == .all, let refusal = tooFewReplicas() { return refusal }
    for batch in request.batches {
      if let refusal = objection(to: batch, at: now) { return refusal }
    }
    return nil
  }

  private func tooFewReplicas() -> Refusal? {
    guard case .leader(let leadership) = role else { return nil }
    let needed = leadership.insyncReplicasMin(configuration)
    let count = leadership.inSync.committed.count
    guard count < needed else { return nil }
    return Refusal(
      .notEnoughReplicas, "\(name) has \(count) replicas in sync, but acks=all needs \(needed)",
      metadata: ["in_sync_replicas": "\(count)", "min_in_sync_replicas": "\(needed)"])
  }

  private func objection(to batch: RecordBatchHeader, at now: Timestamp) -> Refusal? {
    guard batch.sizeInBytes <= configuration.messageBytesMax else {
      return Refusal(
        .messageTooLarge,
        "a record batch of \(batch.sizeInBytes) bytes for \(name), which takes \(configuration.messageBytesMax)",
        metadata: ["max_message_bytes": "\(configuration.messageBytesMax)"])
    }
    guard !batch.attributes.isControl else {
      return Refusal(.invalidRequest, "a control batch for \(name): only the cluster itself writes those")
    }
    guard !batch.attributes.isTransactional else {
      return Refusal(.unsupported, "a transactional batch for \(name): transactions are not supported yet")
    }
    let newest = batch.maxTimestamp.rawValue
    if configuration.timestampType == .createTime, newest > now.rawValue &+ Self.timestampAheadMax {
      return Refusal(
        .invalidRequest,
        "a record for \(name) has the time \(newest), more than an hour ahead of the broker's clock (\(now))",
        field: "timestamp_ms")
    }
    return nil
  }
}
