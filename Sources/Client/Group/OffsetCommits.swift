internal import Messages
internal import Model
internal import Runtime
internal import Transport

/// Commits a member's offsets one call after the other, so that no offset moves back, and fetches them.
///
/// Belongs to the client's loop.
final class OffsetCommits {
  private struct Commit {
    var offsets: [TopicPartition: GroupSession.Offset]
    /// True if somebody said these very offsets; only then may one go back.
    let isExplicit: Bool
    let done: GroupSession.Done
    let deadline: Instant
    var attempts = 0
  }

  private static let timeout: Duration = .seconds(5)

  private unowned let session: GroupSession
  private var waiting = Queue<Commit>()
  /// The one that is under way, or waits to be repeated.
  private var current: Commit?
  private var committed: [TopicPartition: GroupSession.Offset] = [:]
  private let pause = RetryPause()
  private var random = SystemRandom()

  init(session: GroupSession) { self.session = session }

  func commit(
    _ offsets: [TopicPartition: GroupSession.Offset], isExplicit: Bool, _ done: @escaping GroupSession.Done
  ) {
    guard !session.isOver else { return done(.failure(.closed("the client"))) }
    let patience = session.cluster.configuration.requestTimeout
    waiting.append(
      Commit(offsets: offsets, isExplicit: isExplicit, done: done, deadline: session.loop.now + patience))
    if current == nil { next() }
  }

  private func next() {
    guard var commit = waiting.popFirst() else { return }
    // What was committed already need not be so again, nor does what somebody said go back by itself.
    commit.offsets = commit.offsets.filter { partition, offset in
      guard let before = committed[partition] else { return true }
      return commit.isExplicit ? offset != before : offset.next > before.next
    }
    if commit.offsets.isEmpty { return finish(commit, .success(())) }
    current = commit
    send(commit)
  }

  private func finish(_ commit: Commit, _ result: Result<Void, NewswireError>) {
    current = nil
    commit.done(result)
    if current == nil { next() }
  }

  /// The client is closed: tells all who wait.
  func close() {
    var next = current
    current = nil
    while let commit = next {
      commit.done(.failure(.closed("the client")))
      next = waiting.popFirst()
    }
  }

  private func send(_ commit: Commit) {
    guard let epoch = session.epoch else {
      let error = NewswireError(
        .unknownMemberID, "the member belongs to no group at the moment: its partitions may be others' by now")
      return finish(commit, .failure(error))
    }
    let request = NewswireV1.CommitOffsetsRequest(
      group: session.group, memberID: session.memberID, memberEpoch: epoch,
      offsets: commit.offsets.sorted { $0.key < $1.key }.map { partition, offset in
        .init(
          topic: partition.topic, partition: partition.partition, offset: offset.next,
          leaderEpoch: offset.leaderEpoch)
      })
    let me = LoopBound(self, on: session.loop)
    session.coordinator.unary(
      NewswireV1.GroupCoordinator.commitOffsets, request, options: CallOptions(timeout: Self.timeout)
    ) { [session = LoopBound(session, on: session.loop)] result in
      _ = session
      me.value.answered(commit, epoch, result)
    }
  }

  private func answered(
    _ commit: Commit, _ epoch: Int32, _ result: Result<Response<NewswireV1.CommitOffsetsResponse>, Status>
  ) {
    // Told of the client's end already.
    guard current != nil else { return }
    var error: NewswireError?
    switch result {
    case .success(let response):
      session.noteAnswer(response.trailers)
      error = response.message.offsets.lazy.compactMap(\.error).first.map { NewswireError($0) }
      for offset in response.message.offsets where offset.error == nil {
        let partition = TopicPartition(offset.topic, offset.partition)
        committed[partition] = commit.offsets[partition]
      }
    case .failure(let status): error = NewswireError(status)
    }
    error = error.map { session.noteFailure($0) }
    guard let error else { return finish(commit, .success(())) }
    // The epoch may have changed while the call was under way: the member then has a new one, or soon.
    let isStale = error.reason == .fencedMemberEpoch && (session.epoch != epoch || commit.attempts < 3)
    guard isStale || error.isRetriable else { return finish(commit, .failure(error)) }
    var again = commit
    again.attempts += 1
    let delay = pause.delay(attempt: again.attempts, using: &random)
    guard session.loop.now + delay < commit.deadline else { return finish(commit, .failure(error)) }
    session.loop.schedule(after: delay) { [session, weak self] in
      guard !session.isOver else { return }
      self?.send(again)
    }
  }

  /// The group's offsets of these partitions; those that have none are missing. Tries until it is answered or refused.
  func fetch(
    _ partitions: [TopicPartition], attempt: Int = 1,
    _ done: @escaping @Sendable (Result<[TopicPartition: Int64], NewswireError>) -> Void
  ) {
    for partition in partitions { committed[partition] = nil }
    let request = NewswireV1.FetchOffsetsRequest(
      group: session.group, topics: NewswireV1.TopicPartitions.grouped(partitions))
    let me = LoopBound(self, on: session.loop)
    let session = LoopBound(session, on: session.loop)
    session.value.coordinator.unary(
      NewswireV1.GroupCoordinator.fetchOffsets, request, options: CallOptions(timeout: Self.timeout)
    ) { result in
      var error: NewswireError
      switch result {
      case .success(let response):
        guard let refusal = response.message.offsets.lazy.compactMap(\.error).first else {
          return done(.success(Self.offsets(response.message)))
        }
        error = NewswireError(refusal)
      case .failure(let status): error = NewswireError(status)
      }
      error = session.value.noteFailure(error)
      guard error.isRetriable else { return done(.failure(error)) }
      let commits = me.value
      let delay = commits.pause.delay(attempt: attempt, using: &commits.random)
      session.value.loop.schedule(after: delay) {
        _ = session
        me.value.fetch(partitions, attempt: attempt + 1, done)
      }
    }
  }

  private static func offsets(_ answer: NewswireV1.FetchOffsetsResponse) -> [TopicPartition: Int64] {
    var found: [TopicPartition: Int64] = [:]
    for offset in answer.offsets {
      if let next = offset.offset { found[TopicPartition(offset.topic, offset.partition)] = next }
    }
    return found
  }
}
