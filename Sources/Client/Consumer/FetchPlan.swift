internal import Model

/// Decides which streams a reader of partitions has open: at first one to each leader, with all that it leads.
///
/// A partition `waits` (for its leader to be known, or for a pause to pass), is `read` on one stream, or has `ended`.
/// Partitions that come later get a stream of their own, so that the others are not interrupted; when a leader has too
/// many streams, they become one. A partition that goes is cut out by opening the rest of its stream anew.
struct FetchPlan {
  /// Names a stream for as long as the reader lives; later ones have higher numbers.
  typealias StreamID = Int

  /// A partition as a stream begins to read it.
  struct Start: Hashable {
    var partition: TopicPartition
    var position: StartPosition
  }

  /// What the reader has to do.
  enum Effect: Hashable {
    /// Read these partitions from this broker.
    case open(StreamID, leader: Int32, [Start])
    /// End a stream; what still comes on it is of no interest.
    case cancel(StreamID)
    /// Ask who leads the topic's partitions.
    case refresh(topic: String)
    /// Call `plan` again at this time.
    case wake(Instant)
    /// The partition cannot be read.
    case failed(TopicPartition, NewswireError)
  }

  private enum Reading: Hashable {
    case waits(until: Instant?)
    case read(StreamID)
    case ended
  }

  private struct Entry {
    var position: StartPosition
    var reading = Reading.waits(until: nil)
    var failures = 0
    /// Since when nodes have said that there is no such topic; nil if the last one knew it.
    var unknownSince: Instant?
  }

  private struct Stream {
    let leader: Int32
    var partitions: Set<TopicPartition>
  }

  static let streamsPerLeaderMax = 8
  /// So often in a row a damaged replica is asked again: another one will lead, if there is one.
  static let corruptMax = 30

  let resetPolicy: ResetPolicy
  let pause: RetryPause
  /// How long "no such topic" is not believed: a node may not have heard yet of a topic that was made just now.
  let unknownTopicPatience: Duration
  private var entries: [TopicPartition: Entry] = [:]
  private var streams: [StreamID: Stream] = [:]
  private var nextStream = 0
  private var pendingEffects: [Effect] = []

  init(
    resetPolicy: ResetPolicy, pause: RetryPause = RetryPause(), unknownTopicPatience: Duration = .seconds(2)
  ) {
    self.resetPolicy = resetPolicy
    self.pause = pause
    self.unknownTopicPatience = unknownTopicPatience
  }

  /// The partitions that are read or wait to be, in order.
  var partitions: [TopicPartition] { entries.keys.sorted() }

  /// True if there are partitions and all of them have ended.
  var isFinished: Bool { !entries.isEmpty && entries.values.allSatisfy { $0.reading == .ended } }

  /// Where a partition stands: what would be read next.
  func position(of partition: TopicPartition) -> StartPosition? { entries[partition]?.position }

  // MARK: Events

  /// These partitions are to be read too, or from elsewhere.
  mutating func assign(_ starts: [Start]) {
    for start in starts {
      if entries[start.partition] != nil { unassign([start.partition]) }
      entries[start.partition] = Entry(position: start.position)
    }
  }

  /// These partitions are not to be read any more.
  mutating func unassign(_ partitions: [TopicPartition]) {
    for partition in partitions {
      guard let entry = entries.removeValue(forKey: partition) else { continue }
      guard case .read(let id) = entry.reading else { continue }
      streams[id]!.partitions.remove(partition)
      close(id)
    }
  }

  /// Records have come; false if nobody wants them any more.
  mutating func received(
    _ partition: TopicPartition, on id: StreamID, nextOffset: Int64, isEnd: Bool
  ) -> Bool {
    guard entries[partition]?.reading == .read(id) else { return false }
    entries[partition]!.position = .offset(nextOffset)
    entries[partition]!.failures = 0
    entries[partition]!.unknownSince = nil
    if isEnd {
      entries[partition]!.reading = .ended
      streams[id]!.partitions.remove(partition)
    }
    return true
  }

  /// A stream tells that a partition cannot be read on it (any more), and goes on for the others.
  mutating func partitionFailed(
    _ partition: TopicPartition, on id: StreamID, error: NewswireError, now: Instant,
    using generator: inout some RandomNumberGenerator
  ) {
    guard entries[partition]?.reading == .read(id) else { return }
    streams[id]!.partitions.remove(partition)
    if streams[id]!.partitions.isEmpty { close(id) }
    fail(partition, error, now, using: &generator)
  }

  /// A stream has ended: badly if there is an error, else because the broker had nothing more to send.
  mutating func streamEnded(
    _ id: StreamID, error: NewswireError?, now: Instant, using generator: inout some RandomNumberGenerator
  ) {
    guard let stream = streams.removeValue(forKey: id) else { return }
    let reason =
      error ?? NewswireError(.unavailable, "broker \(stream.leader) ended the stream", isRetriable: true)
    for partition in stream.partitions.sorted() { fail(partition, reason, now, using: &generator) }
  }

  /// The topic does not exist (any more): those of its partitions that have waited long enough wait in vain.
  mutating func topicDeleted(_ topic: String, now: Instant) {
    for partition in partitions where partition.topic == topic {
      guard case .waits = entries[partition]!.reading, isUnknownForGood(partition, now) else { continue }
      entries[partition]!.reading = .ended
      pendingEffects.append(
        .failed(partition, NewswireError(.unknownTopic, "topic \(topic) does not exist any more")))
    }
  }

  private mutating func isUnknownForGood(_ partition: TopicPartition, _ now: Instant) -> Bool {
    let since = entries[partition]!.unknownSince ?? now
    entries[partition]!.unknownSince = since
    return now - since >= unknownTopicPatience
  }

  // MARK: Decisions

  /// What has to be done now, by what is known about leaders.
  mutating func plan(now: Instant, leaderOf: (TopicPartition) -> Int32?) -> [Effect] {
    followLeaders(leaderOf)
    var effects = pendingEffects
    pendingEffects = []
    var byLeader: [Int32: [TopicPartition]] = [:]
    var unknown: Set<String> = []
    var wake: Instant?
    for partition in partitions {
      guard case .waits(let until) = entries[partition]!.reading else { continue }
      if let until, until > now {
        wake = min(wake ?? until, until)
      } else if let leader = leaderOf(partition) {
        byLeader[leader, default: []].append(partition)
      } else {
        unknown.insert(partition.topic)
        let again = now + pause.longest
        entries[partition]!.reading = .waits(until: again)
        wake = min(wake ?? again, again)
      }
    }
    effects += unknown.sorted().map { .refresh(topic: $0) }
    for (leader, partitions) in byLeader.sorted(by: { $0.key < $1.key }) {
      effects += open(partitions, at: leader)
    }
    if let wake { effects.append(.wake(wake)) }
    return effects
  }

  /// Forgets pauses of partitions whose leader has become known: the metadata have changed.
  mutating func leadersChanged(leaderOf: (TopicPartition) -> Int32?) {
    for partition in partitions {
      guard case .waits(_?) = entries[partition]!.reading, entries[partition]!.failures == 0,
        leaderOf(partition) != nil
      else { continue }
      entries[partition]!.reading = .waits(until: nil)
    }
  }

  /// Ends everything.
  mutating func close() -> [Effect] {
    defer {
      streams = [:]
      entries = [:]
    }
    return streams.keys.sorted().map { .cancel($0) }
  }

  /// Takes partitions that got another leader off their streams; the old leader has noticed it too.
  private mutating func followLeaders(_ leaderOf: (TopicPartition) -> Int32?) {
    for partition in partitions {
      guard case .read(let id) = entries[partition]!.reading, let leader = leaderOf(partition),
        leader != streams[id]!.leader
      else { continue }
      streams[id]!.partitions.remove(partition)
      entries[partition]!.reading = .waits(until: nil)
      if streams[id]!.partitions.isEmpty { close(id) }
    }
  }

  private mutating func open(_ fresh: [TopicPartition], at leader: Int32) -> [Effect] {
    var effects: [Effect] = []
    var all = fresh
    let existing = streams.filter { $0.value.leader == leader }.keys.sorted()
    if existing.count >= Self.streamsPerLeaderMax {
      for id in existing {
        effects.append(.cancel(id))
        all += streams.removeValue(forKey: id)!.partitions
      }
      all.sort()
    }
    nextStream += 1
    streams[nextStream] = Stream(leader: leader, partitions: Set(all))
    for partition in all { entries[partition]!.reading = .read(nextStream) }
    effects.append(
      .open(nextStream, leader: leader, all.map { Start(partition: $0, position: entries[$0]!.position) }))
    return effects
  }

  /// Ends a stream; those that are still read on it wait for another one.
  private mutating func close(_ id: StreamID) {
    guard let stream = streams.removeValue(forKey: id) else { return }
    for partition in stream.partitions { entries[partition]!.reading = .waits(until: nil) }
    pendingEffects.append(.cancel(id))
  }

  private mutating func fail(
    _ partition: TopicPartition, _ error: NewswireError, _ now: Instant,
    using generator: inout some RandomNumberGenerator
  ) {
    entries[partition]!.failures += 1
    let delay = pause.delay(attempt: entries[partition]!.failures, using: &generator)
    if error.reason == .offsetOutOfRange, resetPolicy != .fail {
      entries[partition]!.position = resetPolicy == .earliest ? .beginning : .end
      entries[partition]!.reading = .waits(until: now + delay)
    } else if error.reason == .dataCorrupt, entries[partition]!.failures > Self.corruptMax {
      entries[partition]!.reading = .ended
      pendingEffects.append(.failed(partition, error))
    } else if error.reason == .unknownTopic ? !isUnknownForGood(partition, now) : error.isWorthRepeating {
      entries[partition]!.reading = .waits(until: now + delay)
      if error.concernsLeadership { pendingEffects.append(.refresh(topic: partition.topic)) }
    } else {
      entries[partition]!.reading = .ended
      pendingEffects.append(.failed(partition, error))
    }
  }
}
