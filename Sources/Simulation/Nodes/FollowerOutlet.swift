import Model
import Partition
import RecordBatch
import SegmentedLog

/// What a broker sends to one follower's process: does what `FollowerFeed` decides.
final class FollowerOutlet {
  /// A partition that the follower gets.
  private struct Fed {
    let replica: BrokerReplica
    /// False until batches have been looked at since the follower asked: it may ask because it was sent a damaged one.
    var isChecked = false
  }

  let member: InSyncSet.Member
  private unowned let broker: BrokerProcess
  private let world: World
  private var feed = FollowerFeed(limits)
  private var fed: [TopicPartition: Fed] = [:]
  /// What partitions take that have asked and are not answered yet.
  private var asking: [TopicPartition: Int] = [:]
  private var effects: [FeedEffect] = []
  private var isDue = false
  private var wakesAt: Instant?

  /// So little that it runs out now and then.
  static let creditBytes = 8 << 10
  private static var limits: FollowerFeed.Limits {
    var limits = FollowerFeed.Limits()
    limits.readBytesMax = 2 << 10
    limits.underWayBytesMax = 32 << 10
    return limits
  }

  init(to member: InSyncSet.Member, from broker: BrokerProcess) {
    self.member = member
    self.broker = broker
    world = broker.world
  }

  // MARK: Events

  /// The follower asks, and takes so many bytes if the answer is that the logs agree.
  func asked(_ place: TopicPartition, creditBytes: Int) {
    drop(place)
    asking[place] = creditBytes
  }

  /// Tells the follower the answer, and feeds it if the logs agree.
  func answer(_ position: ReplicaPosition, _ answer: FollowerAnswer, of replica: BrokerReplica) {
    let place = replica.place
    broker.send(.answer(position, answer), of: place, to: member.broker)
    guard case .agreed(let highWatermark, let logStart) = answer, let credit = asking.removeValue(forKey: place) else {
      return
    }
    var told = news(of: replica)
    told.highWatermark = highWatermark
    told.logStartOffset = logStart
    fed[place] = Fed(replica: replica)
    handle(.agreed(place, position: position.logEndOffset, creditBytes: credit, told: told))
  }

  func creditGiven(_ place: TopicPartition, _ bytes: Int) { handle(.creditGiven(place, bytes: bytes)) }

  /// The replica's log has grown, or more of it may be seen.
  func grown(_ replica: BrokerReplica) {
    if fed[replica.place] != nil { handle(.grown(replica.place, news(of: replica))) }
  }

  func drop(_ place: TopicPartition) {
    asking[place] = nil
    if fed.removeValue(forKey: place) != nil { handle(.dropped(place)) }
  }

  private func news(of replica: BrokerReplica) -> FeedNews {
    var isCatchingUp = false
    if case .leader(let leadership) = replica.partition.role {
      isCatchingUp = !leadership.inSync.committed.contains(member.broker)
    }
    return FeedNews(
      writtenEndOffset: replica.storage.log.writtenEnd.offset, highWatermark: replica.partition.highWatermark ?? .zero,
      logStartOffset: replica.storage.log.logStartOffset, isCatchingUp: isCatchingUp)
  }

  private func handle(_ event: FeedEvent) {
    feed.handle(event, at: world.now, quota: &broker.catchUpQuota, into: &effects)
    if case .turnCame = event {} else { turnIsDue() }
  }

  // MARK: Turns

  private func turnIsDue() {
    guard !isDue else { return }
    isDue = true
    world.after(.zero, broker) { [self] in
      isDue = false
      takeTurn()
    }
  }

  private func takeTurn() {
    handle(.turnCame)
    let todo = effects
    effects = []
    for effect in todo {
      switch effect {
      case .read(let read): look(read)
      case .tell(let place, let offset):
        if let replica = fed[place]?.replica { deliver([], of: replica, at: offset) }
      case .wake(let moment): wake(at: moment)
      }
    }
  }

  private func wake(at moment: Instant) {
    if let wakesAt, wakesAt <= moment { return }
    wakesAt = moment
    world.after(max(moment - world.now, .milliseconds(1)), broker) { [self] in
      guard wakesAt == moment else { return }
      wakesAt = nil
      takeTurn()
    }
  }

  /// Now and then the disk has to be looked at, which takes a while.
  private func look(_ read: FeedRead) {
    guard world.chance(0.05) else { return send(read) }
    world.after(world.microseconds(100...5000), broker) { [self] in
      if feed.awaits(read) { send(read) }
    }
  }

  private func send(_ read: FeedRead) {
    guard let replica = fed[read.place]?.replica, feed.awaits(read) else { return }
    let isChecked = fed[read.place]?.isChecked ?? false
    let log = replica.storage.log
    guard read.from >= log.ends.keptStartOffset else { return askAgain(read.place) }
    do throws(LogFailure) {
      let batches = try replica.storage.read(
        from: read.from, below: log.writtenEnd.offset, bytesMax: read.bytesMax, isChecked: !isChecked)
      guard let first = batches.first, let last = batches.last else {
        return handle(.sent(read, bytes: 0, nextOffset: read.from))
      }
      fed[read.place]?.isChecked = true
      deliver(Array(batches), of: replica, at: first.header.baseOffset)
      let bytes = batches.reduce(0) { $0 + $1.bytes.count }
      handle(.sent(read, bytes: bytes, nextOffset: last.header.nextOffset))
    } catch {
      replica.found(error)
      world.after(.seconds(1), broker) { [self] in
        if feed.awaits(read) { askAgain(read.place) }
      }
    }
  }

  private func deliver(_ batches: [SimulatedLog.Stored], of replica: BrokerReplica, at offset: Offset) {
    guard let epoch = replica.partition.leaderEpoch, let highWatermark = replica.partition.highWatermark else { return }
    broker.send(
      .batches(epoch, offset, batches, highWatermark, replica.storage.log.logStartOffset), of: replica.place,
      to: member.broker)
  }

  /// Lets the follower see that it has missed something: it asks again then.
  private func askAgain(_ place: TopicPartition) {
    guard let replica = fed[place]?.replica else { return }
    deliver([], of: replica, at: replica.storage.log.logEndOffset + 1)
    drop(place)
  }
}
