import ClusterMetadata
import Group
import Model
import Partition
import RecordBatch

/// The shell around one shard's decisions: writes to the shard's partition on whichever broker leads it, one write after
/// another, and loads the shard anew, under another number, when a write fails.
final class SimulatedShard {
  private let place: TopicPartition
  /// The epoch of this ownership.
  let epoch: ShardEpoch
  private unowned let node: GroupCoordinatorProcess
  private let world: World
  private var topics: GroupTopics
  private var core: GroupShard
  /// Grows with each loading: what an earlier one still brings is ignored.
  private var generation = 0
  private var completions: [RequestToken: (Result<GroupReply, Refusal>) -> Void] = [:]
  private var nextToken: UInt64 = 0
  private var pending: [(records: [GroupRecord], id: WriteID)] = []
  private var isWriting = false
  private var writer: BrokerReplica.Writer?
  private var isClosed = false
  /// The newest call of each member: an older one was made on a connection that has ended.
  private var newestCalls: [Address: UInt64] = [:]

  private static var policy: GroupPolicy {
    var policy = GroupPolicy()
    policy.heartbeatInterval = .milliseconds(500)
    policy.sessionTimeout = .seconds(4)
    policy.defaultRebalanceTimeout = .seconds(5)
    return policy
  }

  init(_ place: TopicPartition, epoch: ShardEpoch, topics: GroupTopics, of node: GroupCoordinatorProcess) {
    self.place = place
    self.epoch = epoch
    self.topics = topics
    self.node = node
    world = node.world
    core = GroupShard(index: place.partition, epoch: epoch, owner: node.id, topics: topics, policy: Self.policy)
  }

  func open() {
    generation += 1
    pending = []
    isWriting = false
    writer = nil
    core = GroupShard(index: place.partition, epoch: epoch, owner: node.id, topics: topics, policy: Self.policy)
    handle(.opened)
  }

  func close(_ refusal: Refusal) {
    isClosed = true
    generation += 1
    handle(.lost(refusal))
  }

  func change(_ topics: GroupTopics) {
    self.topics = topics
    handle(.topicsChanged(topics, deleted: []))
  }

  func tick() {
    if !isClosed { handle(.timeElapsed) }
  }

  /// Asks; of one caller only the newest call counts.
  func submit(
    _ request: GroupRequest, from caller: Address, number: UInt64,
    _ reply: @escaping (Result<GroupReply, Refusal>) -> Void
  ) {
    guard number > newestCalls[caller] ?? 0 else { return }
    newestCalls[caller] = number
    nextToken += 1
    completions[RequestToken(nextToken)] = reply
    handle(.requestReceived(request, RequestToken(nextToken)))
  }

  private func handle(_ event: GroupShard.Event) {
    var effects: [GroupShard.Effect] = []
    let time = Timestamp(1_700_000_000_000 + world.now.rawValue / 1_000_000)
    core.handle(event, at: world.now, time: time, into: &effects)
    for effect in effects {
      switch effect {
      case .append(let records, let id): pending.append((records, id))
      case .reply(let token, let answer): completions.removeValue(forKey: token)?(answer)
      case .resign: isClosed = true
      }
    }
    writeNext()
  }

  // MARK: Writing

  private func writeNext() {
    guard !isWriting, !isClosed, let first = pending.first else { return }
    isWriting = true
    if case .fenced? = first.records.first {
      pending.removeFirst()
      return load(first.records)
    }
    guard let writer else { return world.violate("OneOwner", place, "a shard writes before its fence stands") }
    let records = pending.flatMap(\.records)
    let last = pending[pending.count - 1].id
    pending = []
    append(records, by: writer) { [self] answer in
      isWriting = false
      switch answer {
      case .success: handle(.written(upTo: last))
      case .failure(let refusal): reload(after: refusal)
      }
    }
  }

  /// Appends the records, all or none; `completion` comes only as long as nothing has been loaded anew.
  private func append(
    _ records: [GroupRecord], by writer: BrokerReplica.Writer,
    _ completion: @escaping (Result<ProduceAcknowledgement, Refusal>) -> Void
  ) {
    let expected = generation
    let number = world.groupChecker.note(GroupWrite(records: records, writer: writer.number))
    var builder = RecordBatchBuilder()
    let value = withUnsafeBytes(of: number) { Array($0) }
    builder.append(key: nil, value: value, timestamp: Timestamp(1_700_000_000_000))
    // The number stands in the log, so that every later leader knows it, too.
    let stamp = ProducerStamp(id: ProducerID(ofWriter: writer.number), epoch: ProducerEpoch(0), baseSequence: -1)
    guard let batch = try? builder.build(producer: stamp) else { return }
    toLeader(timeout: .seconds(3)) { replica, reply in
      replica.produce([batch], acks: .all, by: writer, completion: reply)
    } completion: { [self] answer in
      guard generation == expected else { return }
      completion(answer ?? .failure(Refusal(.outcomeUnknown, "no answer came")))
    }
  }

  private func toLeader<Answer>(
    timeout: Duration, _ body: @escaping (BrokerReplica, @escaping (Result<Answer, Refusal>) -> Void) -> Void,
    completion: @escaping (Result<Answer, Refusal>?) -> Void
  ) {
    guard let leader = node.image.partition(place)?.leader else {
      return world.after(.zero, node) { completion(.failure(Refusal(.leaderNotAvailable, "the shard has no leader"))) }
    }
    world.call(from: node, to: .broker(leader), timeout: timeout, isRepeatable: false) { [place] process, reply in
      guard let replica = (process as? BrokerProcess)?.replica(place) else {
        return reply(Result<Answer, Refusal>.failure(Refusal(.leaderNotAvailable, "no replica")))
      }
      body(replica, reply)
    } completion: {
      completion($0)
    }
  }

  // MARK: Loading

  /// Writes this ownership's fence, then reads everything before it, then goes to work.
  private func load(_ fence: [GroupRecord]) {
    let writer = BrokerReplica.Writer(number: epoch.writerEpoch(load: node.nextLoad()))
    append(fence, by: writer) { [self] answer in
      switch answer {
      case .success(let acknowledgement):
        self.writer = BrokerReplica.Writer(number: writer.number, leaderEpoch: acknowledgement.leaderEpoch)
        replay(from: .zero, before: acknowledgement.baseOffset ?? .zero, fence)
      case .failure(let refusal): reload(after: refusal)
      }
    }
  }

  private func replay(from offset: Offset, before end: Offset, _ fence: [GroupRecord]) {
    guard offset < end else {
      isWriting = false
      world.count(.shardsLoaded)
      return handle(.recordsReplayed(fence))
    }
    let expected = generation
    toLeader(timeout: .seconds(1)) { replica, reply in
      reply(replica.read(from: offset).map(\.batches))
    } completion: { [self] answer in
      guard generation == expected else { return }
      guard case .success(let batches)? = answer, let last = batches.last else {
        return reload(after: Refusal(.leaderNotAvailable, "the shard cannot be read up to its fence"))
      }
      let records = batches.filter { $0.header.baseOffset < end }.compactMap { world.groupChecker.write(in: $0) }
        .flatMap(\.records).filter { record in
          // A fence of this very ownership before the last one is of an earlier try to load.
          if case .fenced(epoch, _) = record { false } else { true }
        }
      handle(.recordsReplayed(records))
      replay(from: last.header.nextOffset, before: end, fence)
    }
  }

  private func reload(after refusal: Refusal) {
    generation += 1
    // What waits rests on what may not have been written.
    pending = []
    handle(.lost(Refusal(.coordinatorNotAvailable, "the shard is loaded anew: \(refusal.message)")))
    let expected = generation
    world.after(.milliseconds(200), node) { [self] in
      if !isClosed, generation == expected { open() }
    }
  }
}
