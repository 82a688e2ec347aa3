internal import Messages
internal import Runtime

/// Which offset of a partition is looked for.
public enum OffsetQuery: Hashable, Sendable {
  /// The first that can still be read.
  case earliest
  /// The one that the next record will have.
  case latest
  /// That of the first record with this time (milliseconds since 1970) or a later one.
  case timestamp(Int64)
  /// That of the record with the greatest timestamp.
  case maxTimestamp

  var message: NewswireV1.ListOffsetsPartition.OneOfAt {
    switch self {
    case .earliest: .earliest(true)
    case .latest: .latest(true)
    case .timestamp(let time): .timestampMs(time)
    case .maxTimestamp: .maxTimestamp(true)
    }
  }
}

/// An offset that was found.
public struct ListedOffset: Hashable, Sendable {
  /// The offset; nil if there is no such record.
  public let offset: Int64?
  /// The record's time, if a time was looked for.
  public let timestamp: Int64
  /// The leader epoch under which the record was written.
  public let leaderEpoch: Int32
}

/// Up to where records are deleted.
public enum DeletionBound: Hashable, Sendable {
  /// Everything before this offset.
  case offset(Int64)
  /// Everything that may be seen now.
  case everything
}

extension Admin {
  /// Finds offsets in partitions.
  public func listOffsets(_ queries: [TopicPartition: OffsetQuery]) async throws -> [TopicPartition: ListedOffset] {
    try await atLeaders(queries) { leader, queries in
      let request = NewswireV1.ListOffsetsRequest(
        partitions: queries.map { .init(topic: $0.key.topic, partition: $0.key.partition, at: $0.value.message) })
      let answer = try await cluster.call(broker: leader, NewswireV1.Broker.listOffsets, request)
      return answer.partitions.map { found in
        (
          TopicPartition(found.topic, found.partition), found.error,
          ListedOffset(offset: found.offset, timestamp: found.timestampMs, leaderEpoch: found.leaderEpoch)
        )
      }
    }
  }

  /// Finds an offset in every partition of a topic.
  public func listOffsets(topic: String, _ query: OffsetQuery) async throws -> [TopicPartition: ListedOffset] {
    let known = try await cluster.resolve(topic)
    let partitions = known.partitions.indices.map { TopicPartition(topic, Int32($0)) }
    return try await listOffsets(Dictionary(uniqueKeysWithValues: partitions.map { ($0, query) }))
  }

  /// Deletes records. Returns the first offset of each partition that can still be read.
  @discardableResult
  public func deleteRecords(_ bounds: [TopicPartition: DeletionBound]) async throws -> [TopicPartition: Int64] {
    try await atLeaders(bounds) { leader, bounds in
      let request = NewswireV1.DeleteRecordsRequest(
        partitions: bounds.map { partition, bound in
          let before: NewswireV1.DeleteRecordsPartition.OneOfBefore =
            switch bound {
            case .offset(let offset): .beforeOffset(offset)
            case .everything: .everything(true)
            }
          return .init(topic: partition.topic, partition: partition.partition, before: before)
        })
      let answer = try await cluster.call(broker: leader, NewswireV1.Broker.deleteRecords, request)
      return answer.partitions.map { (TopicPartition($0.topic, $0.partition), $0.error, $0.logStartOffset) }
    }
  }

  /// Asks the leader of each partition, and the new one where it has changed, until all have answered.
  private func atLeaders<Question: Sendable, Answer: Sendable>(
    _ questions: [TopicPartition: Question],
    _ ask: (Int32, [(key: TopicPartition, value: Question)]) async throws -> [(
      partition: TopicPartition, error: NewswireV1.ErrorDetail?, answer: Answer
    )]
  ) async throws -> [TopicPartition: Answer] {
    for topic in Set(questions.keys.map(\.topic)).sorted() { _ = try await cluster.resolve(topic) }
    let deadline = ContinuousClock.now + cluster.configuration.requestTimeout
    let pause = RetryPause()
    var random = SystemRandom()
    var open = questions
    var answers: [TopicPartition: Answer] = [:]
    var attempt = 0
    while !open.isEmpty {
      let asked = open.keys.sorted()
      let leaders = try await cluster.run(cluster.link) { link in asked.map { link.cache.leader(of: $0) } }
      var failure = NewswireError(.leaderNotAvailable, "partition \(asked[0]) has no leader", isRetriable: true)
      let groups = Dictionary(grouping: zip(asked, leaders)) { $0.1 }
      for (leader, members) in groups.sorted(by: { $0.key ?? -1 < $1.key ?? -1 }) {
        guard let leader else { continue }
        for found in try await ask(leader, members.map { ($0.0, open[$0.0]!) }) {
          if let error = found.error.map({ NewswireError($0) }) {
            guard error.isRetriable else { throw error }
            failure = error
          } else {
            answers[found.partition] = found.answer
            open[found.partition] = nil
          }
        }
      }
      guard !open.isEmpty else { break }
      attempt += 1
      let delay = pause.delay(attempt: attempt, using: &random)
      guard .now + delay < deadline else { throw failure }
      let topics = Set(open.keys.map(\.topic)).sorted()
      cluster.link.execute { link in topics.forEach { link.refresh($0) } }
      try await Task.sleep(for: delay)
    }
    return answers
  }
}
