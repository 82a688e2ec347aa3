import Bytes
import Compression
import Messages
import Model
import RecordBatch
import Runtime
import Synchronization
import Transport

nonisolated(unsafe) let testDecompressor: Decompressor = decompressRecords

extension FakeCluster {
  func router(_ id: Int32) -> Router {
    var router = Router()
    addMetadata(&router, id)
    addBroker(&router, id)
    addGroups(&router)
    return router
  }

  // MARK: Metadata

  private func addMetadata(_ router: inout Router, _ id: Int32) {
    router.unary(NewswireV1.Metadata.describeCluster) { [self] (_, _) async throws in
      .init(clusterID: "fake", nodes: nodes, activeCoordinatorID: 1, metadataOffset: state.withLock { $0.version })
    }
    router.unary(NewswireV1.Metadata.describeTopics) { [self] request, _ in
      if request.topics.isEmpty { return .init(topics: topics(nil)) }
      let found = topics(request.topics.map(\.topic))
      guard found.count == request.topics.count else { throw refusal(.unknownTopic) }
      return .init(topics: found)
    }
    router.serverStreaming(NewswireV1.Metadata.watchTopics) { [self] request, writer, _ in
      var seen: Int64 = -1
      while !Task.isCancelled {
        let version = state.withLock { $0.version }
        if version != seen {
          seen = version
          try await writer.write(
            .init(topics: topics(request.topics.map(\.topic)), nodes: nodes, complete: true, metadataOffset: version))
        }
        try await Task.sleep(for: .milliseconds(2))
      }
    }
    router.unary(NewswireV1.Coordinator.createTopics) { [self] request, _ in
      .init(
        topics: request.topics.map { topic in
          if state.withLock({ $0.topics[topic.name] != nil }) {
            return .init(
              topic: topic.name,
              error: .init(code: 6, reason: "TOPIC_ALREADY_EXISTS", message: "there is \(topic.name) already"))
          }
          if !request.validateOnly { create(topic.name, partitions: max(1, Int(topic.partitions))) }
          return .init(topic: topic.name, partitions: max(1, topic.partitions), replicationFactor: 1)
        })
    }
  }

  private var nodes: [NewswireV1.Node] {
    state.withLock { state in
      state.addresses.sorted { $0.key < $1.key }.flatMap { id, address in
        [NewswireV1.NodeRole.coordinator, .broker, .groupCoordinator].map {
          .init(role: $0, id: id, host: "127.0.0.1", port: Int32(address.port), state: .active, version: "fake")
        }
      }
    }
  }

  private func topics(_ names: [String]?) -> [NewswireV1.TopicDescription] {
    state.withLock { state in
      (names ?? state.topics.keys.sorted()).compactMap { name in
        guard let topic = state.topics[name] else { return nil }
        return .init(
          topic: name, topicID: topic.id.bytes,
          partitions: topic.leaders.indices.map { index in
            .init(partition: Int32(index), leaderID: topic.leaders[index], leaderEpoch: topic.epochs[index])
          }, replicationFactor: 1)
      }
    }
  }

  // MARK: Records

  private func addBroker(_ router: inout Router, _ id: Int32) {
    router.unary(NewswireV1.Broker.allocateProducer) { [self] (_, _) async throws in
      let fault = state.withLock { $0.idFaults.popLast() }
      if let fault { throw refusal(fault) }
      return .init(
        producerID: state.withLock { state in
          state.producerIDs += 1
          return state.producerIDs
        })
    }
    router.unary(NewswireV1.Broker.produce) { [self] request, context in
      let partition = Int(request.partition ?? -1)
      let place = "\(request.topic)-\(partition)"
      let fault = state.withLock { state in
        state.produceCalls += 1
        state.inFlight[place, default: 0] += 1
        state.inFlightMost = max(state.inFlightMost, state.inFlight[place]!)
        return state.faults.isEmpty ? nil : state.faults.removeFirst()
      }
      defer { state.withLock { $0.inFlight[place]! -= 1 } }
      if case .refuse(let reason)? = fault { throw refusal(reason) }
      if case .delay(let delay)? = fault { try await Task.sleep(for: delay) }
      try checkLeader(request.topic, partition, at: id, context)
      let (base, count) = try append(request.topic, partition, request.batches.slice?.array ?? [])
      switch fault {
      case .loseAnswerAndProducers?:
        state.withLock { $0.topics[request.topic]!.logs[partition].producers = [:] }
        fallthrough
      case .loseAnswer?: throw Status(.unavailable, "the answer is lost")
      default: break
      }
      return .init(
        topic: request.topic,
        partitions: [
          .init(partition: Int32(partition), baseOffset: base, recordCount: count, replicas: 1, replicasSynced: 1)
        ])
    }
    router.serverStreaming(NewswireV1.Broker.consume) { [self] request, writer, context in
      state.withLock { $0.consumeOpened += 1 }
      try await consume(request, writer, context, at: id)
    }
    router.unary(NewswireV1.Broker.listOffsets) { [self] request, context in
      .init(
        partitions: try request.partitions.map { asked in
          try checkLeader(asked.topic, Int(asked.partition), at: id, context)
          let log = state.withLock { $0.topics[asked.topic]!.logs[Int(asked.partition)] }
          let offset = if case .earliest = asked.at { log.start } else { log.end }
          return .init(topic: asked.topic, partition: asked.partition, offset: offset)
        })
    }
  }

  private func consume(
    _ request: NewswireV1.ConsumeRequest, _ writer: ResponseWriter<NewswireV1.ConsumeResponse>,
    _ context: CallContext, at id: Int32
  ) async throws {
    var positions = request.partitions.map { start($0) }
    var open = Set(positions.indices)
    var told: Set<Int> = []
    while !open.isEmpty, !Task.isCancelled {
      for index in open.sorted() {
        let asked = request.partitions[index]
        var answer = NewswireV1.ConsumeResponse(topic: asked.topic, partition: asked.partition!)
        do {
          try checkLeader(asked.topic, Int(asked.partition!), at: id, context)
          let log = state.withLock { $0.topics[asked.topic]!.logs[Int(asked.partition!)] }
          guard (log.start...log.end).contains(positions[index]) else {
            throw refusal(.offsetOutOfRange, ["log_start_offset": "\(log.start)", "log_end_offset": "\(log.end)"])
          }
          let batch = log.batches.first { $0.end > positions[index] }
          answer.highWatermark = log.end
          answer.logStartOffset = log.start
          answer.nextOffset = batch?.end ?? log.end
          answer.batches = batch.map { .bytes(ByteSlice($0.bytes)) } ?? .none
          answer.end = request.untilEnd && answer.nextOffset == log.end
          if batch == nil, !answer.end, !told.insert(index).inserted { continue }
          positions[index] = answer.nextOffset
          if answer.end { open.remove(index) }
        } catch let status as Status {
          if request.partitions.count == 1 { throw status }
          open.remove(index)
          let reason = status.refusal!.reason
          answer.error = .init(
            code: Int32(status.code.rawValue), reason: reason.rawValue, message: status.message,
            retriable: reason.entry.isRetriable, metadata: status.refusal!.metadata)
        }
        try await writer.write(answer)
      }
      try await Task.sleep(for: .milliseconds(2))
    }
  }

  private func start(_ asked: NewswireV1.ConsumePartition) -> Int64 {
    state.withLock { state in
      let log = state.topics[asked.topic]?.logs[Int(asked.partition ?? 0)] ?? Log()
      return switch asked.start {
      case .offset(let offset): offset
      case .end: log.end
      case .timestampMs(let time): log.batches.first { $0.newest >= time }?.base ?? log.end
      case .beginning, nil: log.start
      }
    }
  }
}
