internal import Model
internal import Runtime
internal import Synchronization

/// A member of a consumer group: reads the partitions that the group gives it, and remembers how far it has read.
///
/// It joins when its records are first asked for. Partitions come and go as other members do, without stopping the others.
/// A partition that is given up has its last record dealt with and committed before another member gets it.
///
/// ```swift
/// let member = client.groupConsumer(group: "billing", topics: ["orders"])
/// for try await record in member.records {
///   try await bill(record)       // dealt with when the next record is asked for
/// }
/// try await member.close()
/// ```
///
/// A loop that is left, by `break` or by an error, has not dealt with the record that it was left at: that one comes again
/// when the records are next asked for, here or at another member. If it was dealt with, say so by `commit(through:)`.
public final class GroupConsumer: Sendable {
  /// The group's name.
  public let group: String
  /// The name that this member chose for itself.
  public let memberID: String
  private let cluster: Cluster
  private let session: LoopBound<GroupSession>
  private let queue: RecordQueue
  private let hasJoined = Mutex(false)

  init(cluster: Cluster, group: String, topics: [String], options: GroupConsumerOptions) {
    self.cluster = cluster
    self.group = group
    var random = SystemRandom()
    let memberID = UUID128(random: &random).description
    self.memberID = memberID
    let room = RoomSignal()
    let queue = RecordQueue(bytesMax: options.consuming.bufferBytes) { room.signal() }
    self.queue = queue
    let session = LoopBound(
      GroupSession(
        cluster: cluster, queue: queue, group: group, memberID: memberID, topics: topics, options: options),
      on: cluster.loop)
    room.connect { session.execute { $0.resume() } }
    self.session = session
  }

  deinit {
    let cluster = cluster
    session.execute { $0.leave { _ = cluster } }
  }

  /// The records of the member's partitions, one by one. One task reads at a time.
  public var records: ConsumedRecords { ConsumedRecords(batches) }

  /// The same in batches as they come: for throughput.
  public var batches: ConsumedBatches {
    ConsumedBatches { [self] in GroupSource(member: self) }
  }

  /// The partitions that the member reads at the moment.
  public var assignment: [TopicPartition] {
    get async throws {
      try cluster.checkOpen()
      return try await cluster.run(session) { $0.assignment }
    }
  }

  /// Commits what has been dealt with: of all partitions that are read. Never goes back behind what was committed before.
  public func commit() async throws {
    try await wait { session, done in session.commitProcessed(nil, done) }
  }

  /// Commits these offsets: of each partition the *next* to be read.
  public func commit(_ offsets: [TopicPartition: Int64]) async throws {
    try await wait { session, done in
      session.commit(offsets.mapValues { GroupSession.Offset(next: $0, leaderEpoch: nil) }, done)
    }
  }

  /// Commits that this record and all before it in its partition have been dealt with.
  public func commit(through record: ConsumedRecord) async throws {
    try await commit([TopicPartition(record.topic, record.partition): record.offset + 1])
  }

  /// Gives up all partitions, commits, if that is done by itself, and leaves the group; its records end.
  ///
  /// What a reader has in hands it has a second to deal with; else it comes again at another member. Cancelling the task
  /// ends the waiting; the member leaves all the same.
  public func close() async throws {
    try await wait { session, done in session.leave { done(.success(())) } }
  }

  private func wait(
    _ body: @escaping @Sendable (GroupSession, @escaping @Sendable (Result<Void, NewswireError>) -> Void) -> Void
  ) async throws {
    try cluster.checkOpen()
    let answer = PendingAnswer<Void>()
    try await cluster.run(session) { session in body(session) { answer.give($0.mapError { $0 as any Error }) } }
    try await answer.wait()
  }

  fileprivate func next() async throws -> ConsumedBatch? {
    let isFirst = hasJoined.withLock { hasJoined in
      defer { hasJoined = true }
      return !hasJoined
    }
    if isFirst {
      try cluster.checkOpen()
      session.execute { $0.join() }
    }
    return try await queue.next()
  }

  fileprivate func letGo(_ rest: ConsumedBatch?) { queue.giveBack(rest) }
}

/// One reading of a member's records. What it has in hands and has not dealt with is given back when it is let go.
private final class GroupSource: BatchSource {
  private let member: GroupConsumer
  private let latest = Mutex<ConsumedBatch?>(nil)

  init(member: GroupConsumer) { self.member = member }

  deinit {
    var rest = latest.withLock { $0 }
    if let batch = rest {
      let next = max(batch.firstOffset, batch.progress?.processed?.offset ?? 0)
      if next < batch.nextOffset { rest!.firstOffset = next } else { rest = nil }
    }
    member.letGo(rest)
  }

  func next() async throws -> ConsumedBatch? {
    latest.withLock { $0 = nil }
    let batch = try await member.next()
    latest.withLock { $0 = batch }
    return batch
  }
}
