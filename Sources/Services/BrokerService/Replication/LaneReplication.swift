internal import ClusterMetadata
internal import DiskIO
internal import Model
internal import Partition
internal import Runtime
internal import Transport

/// What replication goes by on every lane.
struct ReplicationSettings: Sendable {
  /// How this broker shows other brokers who it is.
  let tls: TLSContext
  /// So much one lane gives to followers that catch up.
  let catchUpBytesPerSecond: Int
}

/// How the replicas of one lane speak with their leaders and followers on other brokers. Belongs to the lane's loop.
final class LaneReplication {
  /// Asked too early: a follower may know the new leader before that knows itself.
  private struct EarlyQuestion {
    let place: TopicPartition
    let feeder: FollowerFeeder
    let position: ReplicaPosition
    let creditBytes: Int
  }

  private unowned let lane: BrokerLane
  private let settings: ReplicationSettings
  private let quota: CatchUpQuota
  private var isClosed = false

  // As a follower.
  private var links: [BrokerID: LeaderLink] = [:]
  /// Whom each replica follows.
  private var leaders: [TopicPartition: BrokerID] = [:]

  // As a leader.
  private var feeders: [ObjectIdentifier: FollowerFeeder] = [:]
  private var feedersCount = 0
  private var followers: [TopicPartition: [FollowerFeeder]] = [:]
  private var early: [TopicPartition: [EarlyQuestion]] = [:]
  /// Those whose partitions have another role now.
  private var ripe: [EarlyQuestion] = []
  private var grown: [TopicPartition: LocalPartition] = [:]
  private var due: [FollowerFeeder] = []
  private var isTurnComing = false

  init(_ lane: BrokerLane, _ settings: ReplicationSettings) {
    self.lane = lane
    self.settings = settings
    quota = CatchUpQuota(ByteQuota(bytesPerSecond: settings.catchUpBytesPerSecond, at: lane.loop.now))
  }

  // MARK: Replicas that follow

  /// A replica tells its leader where it is, and waits to hear whether their logs agree.
  func ask(_ leader: BrokerID, _ position: ReplicaPosition, for partition: LocalPartition) {
    guard !isClosed else { return }
    let place = partition.place
    if let before = leaders[place], before != leader { leave(before, place) }
    leaders[place] = leader
    let link = links[leader] ?? LeaderLink(to: leader, from: lane, settings)
    links[leader] = link
    link.ask(position, for: partition)
  }

  /// A replica tells its leader what it holds.
  func tell(_ leader: BrokerID, leaderEpoch: LeaderEpoch, held: Offset, logStart: Offset, for partition: LocalPartition)
  {
    guard leaders[partition.place] == leader else { return }
    links[leader]?.tell(leaderEpoch, held, logStart, for: partition.place)
  }

  private func leave(_ leader: BrokerID, _ place: TopicPartition) {
    leaders[place] = nil
    guard let link = links[leader] else { return }
    link.forget(place)
    guard link.isIdle else { return }
    // Another replica may follow the same leader at once.
    let me = LoopBound(self, on: lane.loop)
    lane.loop.handOver(to: lane.loop) { me.value.endIfIdle(leader) }
  }

  private func endIfIdle(_ leader: BrokerID) {
    guard let link = links[leader], link.isIdle else { return }
    link.shut()
    links[leader] = nil
  }

  // MARK: Both

  /// The replica has another role now, or is here no more.
  func forget(_ place: TopicPartition) {
    if let leader = leaders[place] { leave(leader, place) }
    for feeder in followers.removeValue(forKey: place) ?? [] { feeder.drop(place) }
    guard let questions = early.removeValue(forKey: place), !questions.isEmpty else { return }
    ripe += questions
    turnIsComing()
  }

  /// The metadata may name other processes and addresses of brokers.
  func metadataChanged() {
    for (_, link) in links.sorted(by: { $0.key < $1.key }) { link.metadataChanged() }
    for feeder in feeders.values {
      if let refusal = lane.image.fence(of: feeder.member) { feeder.outlet.end(refusal) }
    }
  }

  /// Speaks with nobody any more.
  func close() {
    isClosed = true
    for link in links.values { link.shut() }
    links = [:]
    leaders = [:]
    for feeder in feeders.values { feeder.outlet.end(Refusal(.shuttingDown, "this broker is stopping")) }
  }

  // MARK: Replicas that lead

  /// A follower's stream has begun.
  func followerCame(_ outlet: FollowerOutlet) {
    guard !isClosed else { return outlet.end(Refusal(.shuttingDown, "this broker is stopping")) }
    feedersCount += 1
    feeders[ObjectIdentifier(outlet)] = FollowerFeeder(outlet, number: feedersCount, on: lane, quota)
  }

  /// It is over.
  func followerLeft(_ outlet: FollowerOutlet) {
    guard let feeder = feeders.removeValue(forKey: ObjectIdentifier(outlet)) else { return }
    feeder.end()
    for (place, others) in followers where others.contains(where: { $0 === feeder }) {
      followers[place] = others.filter { $0 !== feeder }
    }
    for (place, questions) in early { early[place] = questions.filter { $0.feeder !== feeder } }
  }

  /// A follower has said something of partitions of this lane.
  func followerSaid(_ words: [FollowerWord], _ outlet: FollowerOutlet) {
    guard let feeder = feeders[ObjectIdentifier(outlet)], !isClosed else { return }
    for word in words where !isOvertaken(feeder, word.place) {
      switch word.matter {
      case .asks(let position): asked(word.place, position, word.creditBytes, feeder)
      case .tells(let epoch, let held, let logStart):
        lane.replica(of: word.place)?.followerHolds(feeder.member, epoch, held, from: logStart)
        feeder.creditGiven(word.place, word.creditBytes)
      case .stops: stop(word.place, feeder)
      }
    }
    turnIsDue(feeder)
  }

  /// True if the follower has asked by a newer stream since: what still comes by this one was said before.
  private func isOvertaken(_ feeder: FollowerFeeder, _ place: TopicPartition) -> Bool {
    followers[place]?.contains { $0.member == feeder.member && $0.number > feeder.number } ?? false
  }

  private func asked(
    _ place: TopicPartition, _ position: ReplicaPosition, _ creditBytes: Int, _ feeder: FollowerFeeder
  ) {
    stop(place, feeder)
    feeder.asked(place, creditBytes: creditBytes)
    followers[place, default: []].append(feeder)
    if let partition = lane.replica(of: place) { return partition.followerAsked(position) }
    let refusal = Refusal(.leaderNotAvailable, "partition \(place) is not ready on this broker")
    refused(place, position, refusal, creditBytes, feeder, nil)
  }

  private func stop(_ place: TopicPartition, _ feeder: FollowerFeeder) {
    feeder.drop(place)
    followers[place] = followers[place]?.filter { $0 !== feeder }
    early[place] = early[place]?.filter { $0.feeder !== feeder }
  }

  /// A leader tells a follower whether their logs agree.
  func answer(_ position: ReplicaPosition, _ answer: FollowerAnswer, for partition: LocalPartition) {
    let place = partition.place
    guard let feeder = followers[place]?.last(where: { $0.member == position.replica }) else { return }
    if case .refused(let refusal) = answer {
      refused(place, position, refusal, feeder.creditAsked(place), feeder, partition)
    } else {
      // A follower's process has one stream for a partition: the newest.
      for other in followers[place] ?? [] where other !== feeder && other.member.broker == feeder.member.broker {
        stop(place, other)
      }
      // What is written goes out while it is being synced here.
      if case .agreed = answer { partition.log.tellsWritten = true }
      feeder.answer(position, answer, of: place, partition)
    }
    turnIsDue(feeder)
  }

  /// Who asks before this broker knows that it leads is answered again as soon as it does.
  private func refused(
    _ place: TopicPartition, _ position: ReplicaPosition, _ refusal: Refusal, _ creditBytes: Int,
    _ feeder: FollowerFeeder, _ partition: LocalPartition?
  ) {
    feeder.answer(position, .refused(refusal), of: place, partition)
    switch refusal.reason {
    case .notLeader, .leaderNotAvailable, .unknownLeaderEpoch:
      early[place, default: []].append(
        EarlyQuestion(place: place, feeder: feeder, position: position, creditBytes: creditBytes))
    default: break
    }
  }

  /// A leader's log has grown, or more of it may be seen.
  func logGrew(_ partition: LocalPartition) {
    guard let feeders = followers[partition.place], !feeders.isEmpty else { return }
    grown[partition.place] = partition
    turnIsComing()
  }

  // MARK: Turns

  /// The feeder may have something to send.
  func turnIsDue(_ feeder: FollowerFeeder) {
    guard !feeder.isDue else { return }
    feeder.isDue = true
    due.append(feeder)
    turnIsComing()
  }

  /// Looks what is to be sent once everything else that is waiting has happened.
  private func turnIsComing() {
    guard !isTurnComing else { return }
    isTurnComing = true
    let me = LoopBound(self, on: lane.loop)
    lane.loop.handOver(to: lane.loop) { me.value.takeTurns() }
  }

  private func takeTurns() {
    isTurnComing = false
    askEarlyQuestions()
    let grown = self.grown
    self.grown.removeAll(keepingCapacity: true)
    for (place, partition) in grown {
      for feeder in followers[place] ?? [] where feeder.grown(partition) {
        guard !feeder.isDue else { continue }
        feeder.isDue = true
        due.append(feeder)
      }
    }
    let due = self.due
    self.due = []
    for feeder in due {
      feeder.isDue = false
      feeder.takeTurn()
    }
  }

  private func askEarlyQuestions() {
    let questions = ripe
    ripe = []
    for question in questions where !question.feeder.isOver {
      asked(question.place, question.position, question.creditBytes, question.feeder)
    }
  }
}
