internal import Messages
internal import Model
internal import Runtime
internal import Transport

/// Runs a member of a group: sends its heartbeats, reads what it is assigned, commits.
///
/// Belongs to the client's loop. `GroupMember` decides; this does.
final class GroupSession {
  /// An offset to be committed.
  struct Offset: Hashable {
    var next: Int64
    var leaderEpoch: Int32?
  }

  /// How long a member that leaves waits for the reader to deal with what it has in hands.
  private static let readerPatience: Duration = .seconds(1)

  typealias Done = @Sendable (Result<Void, NewswireError>) -> Void

  let cluster: Cluster
  let loop: EventLoop
  let queue: RecordQueue
  let group: String
  let memberID: String
  let options: GroupConsumerOptions
  private var member: GroupMember
  private let reading: ConsumeSession
  private lazy var commits = OffsetCommits(session: self)
  private var progress: [TopicPartition: PartitionProgress] = [:]
  private var heartbeatTimer: LoopTimer?
  private var commitTimer: LoopTimer?
  private var closer: Int?
  private var hasJoined = false
  private var isLeaving = false
  private var leavers: [@Sendable () -> Void] = []
  private var coordinatorIndex: Int
  private var owner: Int32?
  private var random = SystemRandom()

  init(
    cluster: Cluster, queue: RecordQueue, group: String, memberID: String, topics: [String],
    options: GroupConsumerOptions
  ) {
    self.cluster = cluster
    loop = cluster.loop
    self.queue = queue
    self.group = group
    self.memberID = memberID
    self.options = options
    // Members of one group ask the same node, those of different groups different ones.
    coordinatorIndex = Int(javaHashCode(group) & 0x7fff_ffff)
    member = GroupMember(topics: topics, isStatic: options.instanceID != nil)
    var consuming = options.consuming
    consuming.onOffsetOutOfRange = options.resetPolicy
    reading = ConsumeSession(
      link: cluster.link, queue: queue, options: consuming, configuration: cluster.configuration, untilEnd: false,
      outlivesTopics: true)
  }

  private var link: ClusterLink { cluster.link.value }
  /// The epoch to commit with; nil while the member belongs to no group.
  var epoch: Int32? { member.epoch }
  var assignment: [TopicPartition] { progress.keys.sorted() }
  /// True once the client is closed: nothing can be said to the group any more.
  var isOver: Bool { link.isClosed }

  // MARK: Life

  /// Joins the group; whatever fails from now on ends the records.
  func join() {
    guard !hasJoined, !isLeaving else { return }
    hasJoined = true
    closer = link.addCloser { [queue, weak self] in
      queue.finish(NewswireError.closed("the client"))
      self?.commits.close()
      self?.left()
    }
    let me = LoopBound(self, on: loop)
    Task { [cluster, topics = member.topics] in
      do {
        // The nodes must be known before a group coordinator can be called, and misspelt topics told.
        for topic in topics { _ = try await cluster.resolve(topic) }
        me.execute { $0.begin() }
      } catch {
        me.execute { $0.queue.finish(error) }
      }
    }
  }

  private func begin() {
    guard !isLeaving else { return }
    perform(member.start(now: loop.now))
    if let interval = options.autoCommitInterval {
      commitTimer = loop.schedule(every: interval) { [weak self] in self?.commitProcessed(nil) { _ in } }
    }
  }

  /// The reader has caught up.
  func resume() { reading.resume() }

  /// Gives everything up and leaves; `done` is called when the group knows, or cannot be told.
  func leave(_ done: @escaping @Sendable () -> Void) {
    leavers.append(done)
    guard !isLeaving, !link.isClosed else {
      if member.isGone || link.isClosed { left() }
      return
    }
    isLeaving = true
    commitTimer?.cancel()
    let partitions = assignment
    reading.close()
    // A loop that was left by `break` may keep its iterator, and with it the record, for as long as the program lives.
    loop.schedule(after: Self.readerPatience) { [queue] in queue.giveBack() }
    letGo(partitions) { session in
      session.perform(session.member.leave(now: session.loop.now))
      if session.member.isGone { session.left() }
    }
  }

  private func left() {
    heartbeatTimer?.cancel()
    if let closer { link.removeCloser(closer) }
    queue.finish()
    let waiting = leavers
    leavers = []
    for done in waiting { done() }
  }

  // MARK: Heartbeats

  private func perform(_ effects: [GroupMember.Effect]) {
    for effect in effects {
      switch effect {
      case .send(let heartbeat, let delay): send(heartbeat, after: delay)
      case .acquire(let partitions): acquire(partitions)
      case .release(let partitions): release(partitions)
      case .lose(let partitions): lose(partitions)
      case .fail(let error):
        queue.finish(error)
        reading.close()
      }
    }
  }

  private func send(_ heartbeat: GroupMember.Heartbeat, after delay: Duration) {
    heartbeatTimer?.cancel()
    heartbeatTimer = nil
    guard delay > .zero else { return send(heartbeat) }
    heartbeatTimer = loop.schedule(after: delay) { [weak self] in self?.send(heartbeat) }
  }

  private func send(_ heartbeat: GroupMember.Heartbeat) {
    guard !link.isClosed else { return }
    var request = NewswireV1.HeartbeatRequest(
      group: group, memberID: memberID, instanceID: options.instanceID ?? "", memberEpoch: heartbeat.epoch,
      topics: heartbeat.topics, rack: cluster.configuration.rack, assignor: options.assignor ?? "",
      owned: NewswireV1.TopicPartitions.grouped(heartbeat.owned),
      rebalanceTimeout: .init(options.rebalanceTimeout), clientID: cluster.configuration.clientID)
    if heartbeat.wait > .zero { request.wait = .init(heartbeat.wait) }
    let me = LoopBound(self, on: loop)
    coordinator.unary(
      NewswireV1.GroupCoordinator.heartbeat, request, options: CallOptions(timeout: heartbeat.timeout)
    ) { result in
      me.value.answered(heartbeat.number, result)
    }
  }

  /// The group coordinator that did the work last, else any: it passes on what belongs to another one.
  var coordinator: Channel {
    if let owner, let address = link.cache.address(.groupCoordinator, owner) { return link.channel(address) }
    let channels = link.channels(.groupCoordinator)
    return channels[coordinatorIndex % channels.count]
  }

  /// An answer has come, and says who did the work.
  func noteAnswer(_ trailers: Metadata) {
    guard let node = trailers.first("newswire-node"), node.hasPrefix("group-coordinator/") else { return }
    owner = Int32(node.drop { $0 != "/" }.dropFirst())
  }

  /// A call has failed: perhaps another coordinator does better. Returns the error as it is to be understood.
  func noteFailure(_ error: NewswireError) -> NewswireError {
    if error.isRetriable || error.reason == .deadlineExceeded {
      owner = nil
      coordinatorIndex += 1
    }
    let isNobody = error.reason == .unsupported && link.cache.nodes(.groupCoordinator).isEmpty
    return isNobody ? .nobody(.groupCoordinator) : error
  }

  private func answered(_ number: Int, _ result: Result<Response<NewswireV1.HeartbeatResponse>, Status>) {
    switch result {
    case .success(let response):
      noteAnswer(response.trailers)
      let answer = response.message
      var assigned: Set<TopicPartition> = []
      for group in answer.assignment {
        for partition in group.partitions { assigned.insert(TopicPartition(group.topic, partition)) }
      }
      perform(
        member.answered(
          number,
          GroupMember.Answer(
            epoch: answer.memberEpoch, assignment: assigned,
            heartbeatInterval: answer.heartbeatInterval?.duration ?? .seconds(5),
            sessionTimeout: answer.sessionTimeout?.duration ?? .seconds(45)), now: loop.now))
    case .failure(let status):
      let error = noteFailure(NewswireError(status))
      perform(member.failed(number, error, now: loop.now, using: &random))
    }
    if member.isGone { left() }
  }

  // MARK: Partitions

  private func acquire(_ partitions: [TopicPartition]) {
    for partition in partitions { progress[partition] = PartitionProgress() }
    let tokens = progress.filter { partitions.contains($0.key) }
    let me = LoopBound(self, on: loop)
    Task { [options] in await options.listener.onAssigned(partitions) }
    commits.fetch(partitions) { result in
      let session = me.value
      switch result {
      case .success(let committed): session.read(tokens, from: committed)
      case .failure(let error): session.queue.finish(error)
      }
    }
  }

  /// Begins to read partitions, unless they were taken away again meanwhile.
  private func read(_ tokens: [TopicPartition: PartitionProgress], from committed: [TopicPartition: Int64]) {
    guard !isLeaving else { return }
    var starts: [FetchPlan.Start] = []
    for (partition, token) in tokens.sorted(by: { $0.key < $1.key }) where progress[partition] === token {
      guard !token.isRevoked else { continue }
      if let offset = committed[partition] {
        starts.append(.init(partition: partition, position: .offset(offset)))
      } else {
        switch options.resetPolicy {
        case .earliest: starts.append(.init(partition: partition, position: .beginning))
        case .latest: starts.append(.init(partition: partition, position: .end))
        case .fail:
          return queue.finish(
            NewswireError(
              .offsetOutOfRange,
              "group \(group) has no offset for partition \(partition), and the reset policy is to fail; "
                + "reset the group's offsets, or choose another policy"))
        }
      }
    }
    if !starts.isEmpty { reading.assign(starts, progress: tokens) }
  }

  private func release(_ partitions: [TopicPartition]) {
    letGo(partitions) { session in
      session.perform(session.member.released(partitions, now: session.loop.now))
    }
  }

  /// Stops reading, waits until the reader has dealt with what it has in hands, tells the listener, commits.
  private func letGo(_ partitions: [TopicPartition], then: @escaping @Sendable (GroupSession) -> Void) {
    guard !partitions.isEmpty else { return then(self) }
    for partition in partitions { progress[partition]?.revoke() }
    reading.unassign(partitions)
    let me = LoopBound(self, on: loop)
    let withdrawal = Countdown(partitions.count) {
      me.execute { session in
        Task { [options = session.options] in
          await options.listener.onRevoked(partitions)
          me.execute { $0.commitLast(partitions, then) }
        }
      }
    }
    for partition in partitions { queue.withdraw(partition) { withdrawal.step() } }
  }

  private func commitLast(_ partitions: [TopicPartition], _ then: @escaping @Sendable (GroupSession) -> Void) {
    let me = LoopBound(self, on: loop)
    let finish: Done = { _ in
      let session = me.value
      for partition in partitions { session.progress[partition] = nil }
      then(session)
    }
    if options.autoCommitInterval == nil { finish(.success(())) } else { commitProcessed(Set(partitions), finish) }
  }

  private func lose(_ partitions: [TopicPartition]) {
    for partition in partitions { progress.removeValue(forKey: partition)?.revoke() }
    reading.unassign(partitions)
    for partition in partitions { queue.withdraw(partition) {} }
    Task { [options] in await options.listener.onLost(partitions) }
  }

  // MARK: Commits

  /// Commits what the reader has dealt with: of these partitions, or of all.
  func commitProcessed(_ partitions: Set<TopicPartition>?, _ done: @escaping Done) {
    var offsets: [TopicPartition: Offset] = [:]
    for (partition, progress) in progress where partitions?.contains(partition) ?? true {
      guard let processed = progress.processed else { continue }
      offsets[partition] = Offset(next: processed.offset, leaderEpoch: processed.leaderEpoch)
    }
    commits.commit(offsets, isExplicit: false, done)
  }

  /// Commits these offsets, after all commits that were asked for before.
  func commit(_ offsets: [TopicPartition: Offset], _ done: @escaping Done) {
    commits.commit(offsets, isExplicit: true, done)
  }
}
