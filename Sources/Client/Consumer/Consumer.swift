internal import Runtime
internal import Synchronization

/// Reads partitions, from a position on, live or up to the end. It keeps no offsets in the cluster: for that, be a member
/// of a group.
///
/// Each sequence reads for itself, from the first time its records are asked for until it ends or is let go. Leaders are
/// followed; what was read is not read again. Records of one partition come in order.
///
/// ```swift
/// let consumer = client.consumer()
/// for try await record in consumer.records("orders", from: .timestamp(yesterday)) {
///   print(record.offset, record.text ?? "")
/// }
/// ```
public final class Consumer: Sendable {
  private let cluster: Cluster
  private let options: ConsumerOptions

  init(cluster: Cluster, options: ConsumerOptions) {
    self.cluster = cluster
    self.options = options
  }

  /// The records of a topic, or of some of its partitions.
  ///
  /// `untilEnd`: only what is there when the reading begins; else it goes on for ever with what comes.
  public func records(
    _ topic: String, partitions: [Int32]? = nil, from position: StartPosition = .beginning, untilEnd: Bool = false
  ) -> ConsumedRecords {
    ConsumedRecords(batches(topic, partitions: partitions, from: position, untilEnd: untilEnd))
  }

  /// The records of these partitions, each from its own position on.
  public func records(_ starts: [TopicPartition: StartPosition], untilEnd: Bool = false) -> ConsumedRecords {
    ConsumedRecords(batches(starts, untilEnd: untilEnd))
  }

  /// The same as `records`, in batches as they come: for throughput.
  public func batches(
    _ topic: String, partitions: [Int32]? = nil, from position: StartPosition = .beginning, untilEnd: Bool = false
  ) -> ConsumedBatches {
    source(untilEnd) { cluster in
      let known = try await cluster.resolve(topic)
      let chosen = partitions ?? known.partitions.indices.map { Int32($0) }
      return try chosen.map { number in
        try Self.check(TopicPartition(topic, number), known)
        return FetchPlan.Start(partition: TopicPartition(topic, number), position: position)
      }
    }
  }

  /// The same as `records`, in batches as they come: for throughput.
  public func batches(_ starts: [TopicPartition: StartPosition], untilEnd: Bool = false) -> ConsumedBatches {
    source(untilEnd) { cluster in
      for topic in Set(starts.keys.map(\.topic)).sorted() {
        let known = try await cluster.resolve(topic)
        for partition in starts.keys where partition.topic == topic { try Self.check(partition, known) }
      }
      return starts.map { FetchPlan.Start(partition: $0.key, position: $0.value) }
    }
  }

  private static func check(_ partition: TopicPartition, _ topic: MetadataCache.Topic) throws {
    guard topic.partitions.indices.contains(Int(partition.partition)) else {
      throw NewswireError(
        .partitionOutOfRange,
        "topic \(topic.name) has \(topic.partitions.count) partitions, numbered from 0; there is no \(partition.partition)",
        metadata: ["partition_count": "\(topic.partitions.count)"])
    }
  }

  private func source(
    _ untilEnd: Bool, _ starts: @escaping @Sendable (Cluster) async throws -> [FetchPlan.Start]
  ) -> ConsumedBatches {
    ConsumedBatches { [cluster, options] in
      ConsumerSource(cluster: cluster, options: options, untilEnd: untilEnd, starts: starts)
    }
  }
}

/// One reading of a consumer's sequence: begins with the first batch that is asked for.
private final class ConsumerSource: BatchSource {
  private let cluster: Cluster
  private let starts: @Sendable (Cluster) async throws -> [FetchPlan.Start]
  private let session: LoopBound<ConsumeSession>
  private let queue: RecordQueue
  private let hasBegun = Atomic(false)

  init(
    cluster: Cluster, options: ConsumerOptions, untilEnd: Bool,
    starts: @escaping @Sendable (Cluster) async throws -> [FetchPlan.Start]
  ) {
    self.cluster = cluster
    self.starts = starts
    let room = RoomSignal()
    queue = RecordQueue(bytesMax: options.bufferBytes) { room.signal() }
    let session = LoopBound(
      ConsumeSession(
        link: cluster.link, queue: queue, options: options, configuration: cluster.configuration,
        untilEnd: untilEnd),
      on: cluster.loop)
    room.connect { session.execute { $0.resume() } }
    self.session = session
  }

  deinit { session.execute { $0.close() } }

  func next() async throws -> ConsumedBatch? {
    if !hasBegun.exchange(true, ordering: .relaxed) {
      let starts = try await starts(cluster)
      if starts.isEmpty { return nil }
      session.execute { $0.assign(starts) }
    }
    return try await queue.next()
  }
}
