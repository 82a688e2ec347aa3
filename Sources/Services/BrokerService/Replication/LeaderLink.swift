internal import Bytes
internal import ClusterMetadata
internal import DiskIO
internal import Messages
internal import Model
internal import Observability
internal import Partition
internal import Runtime
internal import Transport

/// The way from one lane to one leader, for all replicas of the lane that follow it. Belongs to the lane's loop.
///
/// It is made when the first of them asks, and made anew as long as one of them follows.
final class LeaderLink {
  private enum State {
    /// There is nobody to speak with, or nothing to say.
    case closed
    /// The next attempt comes by itself.
    case resting(LoopTimer)
    /// The call is made; the leader has not said a word yet.
    case opening(LeaderStream)
    /// Both can speak.
    case open(LeaderStream, since: Instant)
  }

  /// A replica that follows.
  private struct Follower {
    let partition: LocalPartition
    var intake = ReplicaIntake()
  }

  private static let wordsMax = 5_000
  private static let pauses = Duration.milliseconds(50)...Duration.seconds(1)
  /// A call that has lasted so long was a good one.
  private static let goodAfter = Duration.seconds(2)

  let leader: BrokerID
  private let lane: BrokerLane
  private let settings: ReplicationSettings
  private var state = State.closed
  private var followers: [TopicPartition: Follower] = [:]
  /// This process, as it speaks to the leader.
  private var own: InSyncSet.Member?
  /// The leader's process, and the way to it.
  private var target: (epoch: BrokerEpoch, address: ListenerAddress, channel: Channel)?
  private var pause = pauses.lowerBound
  /// What is to be said at the end of what is happening now.
  private var words: [NewswireInternalV1.ReplicaPosition] = []
  /// Where among them a partition tells what it holds.
  private var tellings: [TopicPartition: Int] = [:]

  init(to leader: BrokerID, from lane: BrokerLane, _ settings: ReplicationSettings) {
    self.leader = leader
    self.lane = lane
    self.settings = settings
  }

  /// True if no replica follows.
  var isIdle: Bool { followers.isEmpty }

  // MARK: What the replicas say

  /// Says where the replica is. As long as there is no connection nothing is said: each replica asks when there is one.
  func ask(_ position: ReplicaPosition, for partition: LocalPartition) {
    let place = partition.place
    var follower = followers[place] ?? Follower(partition: partition)
    follower.intake.asked(position)
    followers[place] = follower
    if own != position.replica {
      own = position.replica
      shut()
    }
    guard case .open = state else { return open() }
    tellings[place] = nil
    say(position.wire(place, creditBytes: ReplicaIntake.creditBytes))
  }

  func tell(_ epoch: LeaderEpoch, _ held: Offset, _ logStart: Offset, for place: TopicPartition) {
    guard case .open = state, let credit = followers[place]?.intake.holds(held) else { return }
    if let index = tellings[place] {
      words[index].heldOffset = held.rawValue
      words[index].logStartOffset = logStart.rawValue
      words[index].creditBytes += Int64(credit)
    } else {
      tellings[place] = words.count
      say(
        NewswireInternalV1.ReplicaPosition(
          topicID: place.topic.bytes, partition: place.partition.rawValue, leaderEpoch: epoch.rawValue,
          heldOffset: held.rawValue, logStartOffset: logStart.rawValue, creditBytes: Int64(credit)))
    }
  }

  /// The replica follows this leader no more.
  func forget(_ place: TopicPartition) {
    guard followers.removeValue(forKey: place) != nil, case .open = state else { return }
    tellings[place] = nil
    say(
      NewswireInternalV1.ReplicaPosition(
        topicID: place.topic.bytes, partition: place.partition.rawValue, stop: true))
  }

  private func say(_ word: NewswireInternalV1.ReplicaPosition) {
    words.append(word)
    guard words.count == 1 else { return }
    let me = LoopBound(self, on: lane.loop)
    lane.loop.handOver(to: lane.loop) { me.value.speak() }
  }

  private func speak() {
    let words = self.words
    self.words = []
    tellings = [:]
    guard case .open(let stream, _) = state else { return }
    for start in stride(from: 0, to: words.count, by: Self.wordsMax) {
      stream.send(
        NewswireInternalV1.ReplicateRequest(positions: Array(words[start..<min(start + Self.wordsMax, words.count)])))
    }
  }

  // MARK: The connection

  /// The metadata may name another address or another process of the leader, or this one may have become registered.
  func metadataChanged() {
    guard let target, let broker = lane.image.broker(leader) else { return open() }
    if broker.epoch != target.epoch || broker.registration.listeners.first != target.address {
      shut()
      self.target = nil
      pause = Self.pauses.lowerBound
    }
    open()
  }

  private func open() {
    guard case .closed = state, let first = followers.values.first, let channel = channel() else { return }
    // The process may have been registered anew since the replicas asked.
    let own = first.partition.state.own
    self.own = own
    let stream = LeaderStream(self)
    state = .opening(stream)
    stream.open(
      channel,
      saying: NewswireInternalV1.ReplicateRequest(brokerID: own.broker.rawValue, brokerEpoch: own.epoch.rawValue))
  }

  private func channel() -> Channel? {
    if let target { return target.channel }
    guard let broker = lane.image.broker(leader), let address = broker.registration.listeners.first else { return nil }
    let channel = Channel(
      host: address.host, port: Int(address.port), tls: settings.tls, loop: lane.loop, options: Self.options)
    target = (broker.epoch, address, channel)
    return channel
  }

  private static var options: ChannelOptions {
    var options = ChannelOptions()
    options.connectTimeout = .seconds(3)
    options.backoff = Backoff(initial: pauses.lowerBound, max: pauses.upperBound)
    options.keepaliveInterval = .seconds(3)
    options.keepaliveTimeout = .seconds(3)
    // One batch always fits, and what a leader has under way.
    options.messageBytesMax = 128 << 20
    options.streamWindowBytes = 16 << 20
    return options
  }

  /// Ends the call, if there is one.
  func shut() {
    switch state {
    case .closed: break
    case .resting(let timer): timer.cancel()
    case .opening(let stream), .open(let stream, _): stream.close()
    }
    state = .closed
    words = []
    tellings = [:]
  }

  /// The leader has taken the call.
  func connected(_ stream: LeaderStream) {
    guard case .opening(let current) = state, current === stream else { return }
    state = .open(stream, since: lane.loop.now)
    for (_, follower) in followers.sorted(by: { $0.key < $1.key }) { follower.partition.leaderConnected(leader) }
  }

  func closed(_ stream: LeaderStream, _ status: Status) {
    switch state {
    case .opening(let current) where current === stream: break
    case .open(let current, let since) where current === stream:
      if lane.loop.now - since > Self.goodAfter { pause = Self.pauses.lowerBound }
    case .closed, .resting, .opening, .open: return
    }
    state = .closed
    lane.logger.once(
      key: "leader \(leader) \(status.message)", .warning, "replication interrupted",
      ["leader": "broker \(leader)", "cause": "\(status)"])
    rest()
  }

  /// Tries again after a pause, longer each time.
  private func rest() {
    shut()
    state = .resting(
      lane.loop.schedule(after: pause) { [weak self] in
        guard let self else { return }
        state = .closed
        open()
      })
    pause = min(pause * 2, Self.pauses.upperBound)
  }

  // MARK: What the leader says

  func received(_ message: NewswireInternalV1.ReplicateResponse, on stream: LeaderStream) {
    guard case .open(let current, _) = state, current === stream, let own,
      let place = TopicPartition(message.topicID, message.partition), let partition = followers[place]?.partition
    else { return }
    do throws(MalformedDelivery) {
      if let (position, answer) = try message.answer(to: own) {
        guard followers[place]?.intake.answered(position, answer) == true else { return }
        return partition.leaderAnswered(position, answer)
      }
      let delivery = try Delivery(message).following(on: partition.log.logEndOffset)
      let bytes = message.batches.count
      guard followers[place]?.intake.delivered(bytes, nextOffset: delivery.nextOffset) == true else { return }
      lane.metrics.replicatedIn.add(bytes)
      partition.leaderDelivered(
        leaderEpoch: delivery.leaderEpoch, baseOffset: delivery.baseOffset, batches: delivery.batches,
        headers: delivery.headers, highWatermark: delivery.highWatermark, logStartOffset: delivery.logStartOffset)
    } catch {
      lane.metrics.malformedDeliveries.add()
      lane.logger.error(
        "what a leader has sent cannot be right; asking again",
        ["leader": "broker \(leader)", "partition": "\(place)", "cause": "\(error)"])
      rest()
    }
  }
}
