internal import ClusterMetadata
internal import DiskIO
internal import Messages
internal import Model
internal import Node
internal import Partition
internal import Runtime
internal import SegmentedLog
internal import Transport

extension BrokerCalls {
  private static let itemsMax = 10_000

  /// `ListOffsets`: the first, the next, or by time.
  func listOffsets(
    _ request: API.ListOffsetsRequest, _ context: CallContext
  ) async throws -> API.ListOffsetsResponse {
    let partitions = try await each(request.partitions, context) { [self] item, topic, place in
      try await onLeader(
        place, context, API.Broker.listOffsets, API.ListOffsetsRequest(partitions: [item]),
        local: { [self] in try await listOffset(item, place) }, remote: { try $0.partitions.first.orMissing() })
    } refused: { item, topic, refusal in
      API.ListedOffset(
        topic: topic?.name.description ?? item.topic, topicID: topic?.id.bytes ?? item.topicID,
        partition: item.partition, error: API.ErrorDetail(refusal))
    } place: { [self] in
      (try view.image.topic(called: $0.topic, id: $0.topicID), $0.partition)
    }
    context.answer?.trailers = trailers
    return API.ListOffsetsResponse(partitions: partitions)
  }

  private func listOffset(
    _ item: API.ListOffsetsPartition, _ place: TopicPartition
  ) async throws -> API.ListedOffset {
    try await lanes.on(place) { partition, completion in
      let bounds = try partition.state.offsets()
      let log = partition.log
      var listed = API.ListedOffset(
        topic: partition.state.topic.description, topicID: place.topic.bytes, partition: item.partition)
      func answer(_ offset: Offset, _ epoch: LeaderEpoch?) {
        listed.offset = offset.rawValue
        listed.leaderEpoch = (epoch ?? bounds.leaderEpoch).rawValue
        completion(.success(listed))
      }
      func found(_ result: Result<TimestampedOffset?, LogFailure>) {
        switch result {
        case .success(let found?):
          listed.timestampMs = found.timestamp.rawValue
          answer(found.offset, log.epochs.epoch(at: found.offset))
        case .success(nil): completion(.success(listed))
        case .failure(let failure): completion(.failure(partition.refusal(failure)))
        }
      }
      switch item.at {
      case .earliest(true): answer(log.logStartOffset, log.epochs.epoch(at: log.logStartOffset))
      case nil, .latest(true): answer(bounds.limit, nil)
      case .timestampMs(let time):
        log.offset(atOrAfter: Timestamp(time), below: bounds.limit, completion: found)
      case .maxTimestamp(true): log.newest(below: bounds.limit, completion: found)
      case .earliest, .latest, .maxTimestamp:
        throw Refusal(.invalidRequest, "what to look for must be true", field: "partitions.at")
      }
    }
  }

  /// `DeleteRecords`: trims logs before an offset.
  func deleteRecords(
    _ request: API.DeleteRecordsRequest, _ context: CallContext
  ) async throws -> API.DeleteRecordsResponse {
    let partitions = try await each(request.partitions, context) { [self] item, topic, place in
      if topic.name.isInternal, context.callingNode == nil {
        throw Refusal(.permissionDenied, "\"\(topic.name)\" is the cluster's own: only its nodes delete from it")
      }
      return try await onLeader(
        place, context, API.Broker.deleteRecords, API.DeleteRecordsRequest(partitions: [item]),
        local: { [self] in try await deleteRecords(item, place) }, remote: { try $0.partitions.first.orMissing() })
    } refused: { item, topic, refusal in
      API.DeletedRecords(
        topic: topic?.name.description ?? item.topic, topicID: topic?.id.bytes ?? item.topicID,
        partition: item.partition, error: API.ErrorDetail(refusal))
    } place: { [self] in
      (try view.image.topic(called: $0.topic, id: $0.topicID), $0.partition)
    }
    context.answer?.trailers = trailers
    return API.DeleteRecordsResponse(partitions: partitions)
  }

  private func deleteRecords(
    _ item: API.DeleteRecordsPartition, _ place: TopicPartition
  ) async throws -> API.DeletedRecords {
    try await lanes.on(place) { partition, completion in
      let wanted: Offset?
      switch item.before {
      case .everything(true): wanted = nil
      case .beforeOffset(let before): wanted = Offset(before)
      case nil, .everything(false):
        throw Refusal(.invalidRequest, "up to where to delete must be given", field: "partitions.before")
      }
      partition.deleteRecords(before: wanted) { result in
        completion(
          result.map { start in
            API.DeletedRecords(
              topic: partition.state.topic.description, topicID: place.topic.bytes, partition: item.partition,
              logStartOffset: start.rawValue)
          })
      }
    }
  }

  // MARK: Items

  /// Answers each item of a call by itself, in order: what is refused says so in its place.
  private func each<Item: Sendable, Answer: Sendable>(
    _ items: [Item], _ context: CallContext,
    _ body: @escaping @Sendable (Item, Topic, TopicPartition) async throws -> Answer,
    refused: @escaping @Sendable (Item, Topic?, Refusal) -> Answer,
    place: @escaping @Sendable (Item) throws -> (Topic, Int32)
  ) async throws -> [Answer] {
    guard items.count <= Self.itemsMax else {
      throw Refusal(.invalidRequest, "more than \(Self.itemsMax) partitions are given", field: "partitions")
    }
    return await withTaskGroup(of: (Int, Answer).self) { group in
      for (index, item) in items.enumerated() {
        group.addTask(executorPreference: context.loop) {
          var found: Topic?
          do {
            let (topic, partition) = try place(item)
            found = topic
            _ = try topic.state(of: partition)
            return (index, try await body(item, topic, topic.place(partition)))
          } catch {
            return (index, refused(item, found, Refusal(error)))
          }
        }
      }
      var answers = [Answer?](repeating: nil, count: items.count)
      for await (index, answer) in group { answers[index] = answer }
      return answers.compactMap(\.self)
    }
  }

  /// Does something where the partition's leader is; harmless if it is done twice.
  private func onLeader<Request: Message, Response: Message, Answer: Sendable>(
    _ place: TopicPartition, _ context: CallContext, _ method: Method<Request, Response>, _ request: Request,
    local: @escaping @Sendable () async throws -> Answer,
    remote: @escaping @Sendable (Response) throws -> Answer
  ) async throws -> Answer {
    try await routing.route(
      context, responsible: { () throws(Refusal) in try responsible(for: place) },
      local: local
    ) { channel, options in
      try await channel.respond(method, request, options: options).map(remote)
    }
  }
}

extension Optional {
  /// The item that another broker's answer must have.
  fileprivate func orMissing() throws(Refusal) -> Wrapped {
    guard let self else { throw Refusal(.internal, "the leader's answer names no partition") }
    return self
  }
}
