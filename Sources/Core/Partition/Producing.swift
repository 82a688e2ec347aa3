internal import Model
internal import RecordBatch
internal import SegmentedLog

extension Partition {
  /// Records may be this much newer than the leader's clock; a day that far ahead would keep a segment for ever.
  static let timestampAheadMax: Int64 = 3_600_000

  mutating func produce(
    _ request: ProduceBatches, at now: Timestamp, into effects: inout [PartitionEffect]
  ) {
    if let refusal = notLeader() ?? epochMismatch(request.leaderEpoch) ?? objection(to: request, at: now) {
      effects.append(.refuse(request.request, refusal))
      return
    }
    guard let first = request.batches.first, var leadership = takeLeadership() else { return }
    if let writerEpoch = request.writerEpoch { self.writerEpoch = writerEpoch }
    let logAppendTime = configuration.timestampType == .logAppendTime ? now : nil
    let baseOffset = log.logEndOffset
    var maxTimestamp = logAppendTime ?? first.maxTimestamp
    for (index, batch) in request.batches.enumerated() {
      effects.append(
        .append(
          AppendBatch(
            request: request.request, index: index, baseOffset: log.logEndOffset, leaderEpoch: leadership.epoch,
            logAppendTime: logAppendTime, sync: sync(request.acks))))
      log.logEndOffset = log.logEndOffset + Int64(batch.lastOffsetDelta) + 1
      if logAppendTime == nil { maxTimestamp = max(maxTimestamp, batch.maxTimestamp) }
    }
    let waiting = Leadership.Waiting(
      request: request.request, acks: request.acks, baseOffset: baseOffset, nextOffset: log.logEndOffset,
      maxTimestamp: maxTimestamp)
    if request.acks == .none {
      let acknowledgement = ProduceAcknowledgement(
        baseOffset: baseOffset, nextOffset: log.logEndOffset, leaderEpoch: leadership.epoch,
        maxTimestamp: maxTimestamp, replicas: 0, replicasSynced: 0, logStartOffset: log.logStartOffset)
      effects.append(.acknowledge(request.request, acknowledgement))
    } else {
      leadership.wait(waiting)
    }
    role = .leader(leadership)
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
    if let writerEpoch = request.writerEpoch, let fence = self.writerEpoch, writerEpoch < fence {
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
    guard leadership.isr.count < needed else { return nil }
    return Refusal(
      .notEnoughReplicas, "\(name) has \(leadership.isr.count) replicas in sync, but acks=all needs \(needed)",
      metadata: ["in_sync_replicas": "\(leadership.isr.count)", "min_in_sync_replicas": "\(needed)"])
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
