internal import Bytes
internal import DiskIO
internal import Messages
internal import Model
internal import Observability
internal import Partition
internal import Runtime
internal import SegmentedLog

/// What followers of one lane that catch up may get at the moment, all together. Belongs to the lane's loop.
final class CatchUpQuota {
  var left: ByteQuota

  init(_ quota: ByteQuota) { left = quota }
}

/// What one lane sends to one lane of a follower: does what `FollowerFeed` decides. Belongs to the lane's loop.
final class FollowerFeeder {
  /// A partition that the follower gets.
  private struct Fed {
    let partition: LocalPartition
    let topicID: [UInt8]
    var hint: BatchPlace?
    /// False until batches have been looked at since the follower asked: it may ask because it was sent a damaged one.
    var isChecked = false
  }

  private static let retryAfter = Duration.seconds(1)

  let outlet: FollowerOutlet
  /// Streams that came later have higher numbers.
  let number: Int
  private let lane: BrokerLane
  private let quota: CatchUpQuota
  private var feed = FollowerFeed()
  private var fed: [TopicPartition: Fed] = [:]
  /// What partitions take that have asked and are not answered yet.
  private var asking: [TopicPartition: Int] = [:]
  private var effects: [FeedEffect] = []
  private var outgoing: [NewswireInternalV1.ReplicateResponse] = []
  private var timer: (timer: LoopTimer, at: Instant)?
  private(set) var isOver = false
  /// True while a turn is due.
  var isDue = false

  init(_ outlet: FollowerOutlet, number: Int, on lane: BrokerLane, _ quota: CatchUpQuota) {
    self.outlet = outlet
    self.number = number
    self.lane = lane
    self.quota = quota
  }

  var member: InSyncSet.Member { outlet.member }

  /// How many bytes of the partition the follower takes if it is answered that the logs agree.
  func creditAsked(_ place: TopicPartition) -> Int { asking[place] ?? 0 }

  // MARK: Events

  /// The follower asks, and takes so many bytes if the answer is that the logs agree.
  func asked(_ place: TopicPartition, creditBytes: Int) {
    drop(place)
    asking[place] = creditBytes
  }

  /// Tells the follower the answer, and feeds it if the logs agree.
  func answer(
    _ position: ReplicaPosition, _ answer: FollowerAnswer, of place: TopicPartition, _ partition: LocalPartition?
  ) {
    let credit = asking.removeValue(forKey: place)
    outgoing.append(NewswireInternalV1.ReplicateResponse(place, position, answer))
    guard case .agreed(let highWatermark, let logStart) = answer, let credit, let partition else { return }
    var told = news(of: partition)
    told.highWatermark = highWatermark
    told.logStartOffset = logStart
    fed[place] = Fed(partition: partition, topicID: place.topic.bytes)
    handle(.agreed(place, position: position.logEndOffset, creditBytes: credit, told: told))
  }

  func creditGiven(_ place: TopicPartition, _ bytes: Int) {
    handle(.creditGiven(place, bytes: bytes))
  }

  /// The partition's log has grown; true if the follower gets it.
  func grown(_ partition: LocalPartition) -> Bool {
    guard fed[partition.place] != nil else { return false }
    handle(.grown(partition.place, news(of: partition)))
    return true
  }

  func drop(_ place: TopicPartition) {
    asking[place] = nil
    guard fed.removeValue(forKey: place) != nil else { return }
    handle(.dropped(place))
  }

  /// The stream is over.
  func end() {
    isOver = true
    timer?.timer.cancel()
    timer = nil
    fed = [:]
    asking = [:]
    outgoing = []
  }

  private func news(of partition: LocalPartition) -> FeedNews {
    var isCatchingUp = false
    if case .leader(let leadership) = partition.state.role {
      isCatchingUp = !leadership.inSync.committed.contains(member.broker)
    }
    return FeedNews(
      writtenEndOffset: partition.log.writtenEndOffset, highWatermark: partition.state.highWatermark ?? .zero,
      logStartOffset: partition.log.logStartOffset, isCatchingUp: isCatchingUp)
  }

  private func handle(_ event: FeedEvent) {
    feed.handle(event, at: lane.loop.now, quota: &quota.left, into: &effects)
  }

  // MARK: Turns

  /// Sends what it is time for.
  func takeTurn() {
    guard !isOver else { return }
    repeat {
      effects.removeAll(keepingCapacity: true)
      handle(.turnCame)
      let todo = effects
      for effect in todo { perform(effect) }
    } while effects.contains(where: \.isRead)
    effects.removeAll(keepingCapacity: true)
    guard !outgoing.isEmpty else { return }
    outlet.send(outgoing, from: lane.loop)
    outgoing = []
  }

  private func perform(_ effect: FeedEffect) {
    switch effect {
    case .read(let read): look(read)
    case .tell(let place, let offset):
      if let fed = fed[place] { outgoing.append(delivery(of: fed, at: offset)) }
    case .wake(let moment): wake(at: moment)
    }
  }

  private func wake(at moment: Instant) {
    if let timer, timer.at <= moment { return }
    timer?.timer.cancel()
    let due = lane.loop.schedule(after: max(moment - lane.loop.now, .milliseconds(1))) { [weak self] in
      guard let self else { return }
      timer = nil
      lane.replication.turnIsDue(self)
    }
    timer = (due, moment)
  }

  // MARK: The log

  private func look(_ read: FeedRead) {
    guard let fed = fed[read.place] else { return }
    do throws(LogFailure) {
      let log = fed.partition.log
      switch try log.read(
        from: read.from, bytesMax: read.bytesMax, below: log.writtenEndOffset, hint: fed.hint, deleted: true,
        checked: !fed.isChecked)
      {
      case .nothing: handle(.sent(read, bytes: 0, nextOffset: read.from))
      case .read(let found): send(found, read)
      case .outOfRange: askAgain(read.place)
      case .lookUp(let search): look(up: search, read)
      }
    } catch { failed(read, error) }
  }

  private func look(up search: BatchLookUp, _ read: FeedRead) {
    guard let log = fed[read.place]?.partition.log else { return }
    log.look(up: search) { [weak self] result in
      guard let self, !isOver else { return }
      switch result {
      case .success(let found?): send(found, read)
      case .success(nil): handle(.sent(read, bytes: 0, nextOffset: read.from))
      case .failure(let failure): failed(read, failure)
      }
      lane.replication.turnIsDue(self)
    }
  }

  private func send(_ found: LogRead, _ read: FeedRead) {
    // What was asked for meanwhile begins elsewhere.
    guard feed.awaits(read), let fed = fed[read.place] else { return }
    self.fed[read.place]?.hint = found.next
    self.fed[read.place]?.isChecked = true
    var message = delivery(of: fed, at: found.baseOffset)
    message.batches = found.batches
    outgoing.append(message)
    lane.metrics.replicatedOut.add(found.batches.count)
    handle(.sent(read, bytes: found.batches.count, nextOffset: found.nextOffset))
  }

  private func delivery(of fed: Fed, at offset: Offset) -> NewswireInternalV1.ReplicateResponse {
    let partition = fed.partition
    return NewswireInternalV1.ReplicateResponse(
      topicID: fed.topicID, partition: partition.place.partition.rawValue,
      leaderEpoch: partition.state.leaderEpoch?.rawValue ?? 0,
      highWatermark: (partition.state.highWatermark ?? .zero).rawValue,
      logStartOffset: partition.log.logStartOffset.rawValue, logEndOffset: partition.log.logEndOffset.rawValue,
      baseOffset: offset.rawValue)
  }

  private func failed(_ read: FeedRead, _ failure: LogFailure) {
    guard feed.awaits(read), let partition = fed[read.place]?.partition else { return }
    _ = partition.refusal(failure)
    _ = lane.loop.schedule(after: Self.retryAfter) { [weak self] in
      guard let self, !isOver, feed.awaits(read) else { return }
      askAgain(read.place)
      lane.replication.turnIsDue(self)
    }
  }

  /// Lets the follower see that it has missed something: it asks again then.
  private func askAgain(_ place: TopicPartition) {
    guard let fed = fed[place] else { return }
    outgoing.append(delivery(of: fed, at: fed.partition.log.logEndOffset + 1))
    drop(place)
  }
}

extension FeedEffect {
  fileprivate var isRead: Bool { if case .read = self { true } else { false } }
}
