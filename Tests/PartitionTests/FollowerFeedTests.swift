import Model
import Partition
import Testing

/// A feed whose reads a test answers, one effect at a time.
private struct FeedBench {
  var feed: FollowerFeed
  var quota: ByteQuota
  var now = Instant(0)
  private(set) var effects: [FeedEffect] = []

  init(_ limits: FollowerFeed.Limits = small, quota: Int = 1 << 30) {
    feed = FollowerFeed(limits)
    self.quota = ByteQuota(bytesPerSecond: quota, at: Instant(0))
  }

  static var small: FollowerFeed.Limits {
    var limits = FollowerFeed.Limits()
    limits.readBytesMax = 100
    limits.underWayBytesMax = 400
    limits.newsPause = .milliseconds(5)
    return limits
  }

  mutating func handle(_ event: FeedEvent) {
    feed.handle(event, at: now, quota: &quota, into: &effects)
  }

  /// The follower agrees with the log at `position`, and the log has 10 bytes a record up to `end`.
  mutating func agree(
    _ place: TopicPartition, at position: Int64 = 0, end: Int64, credit: Int = 1000, catchingUp: Bool = false
  ) {
    handle(.agreed(place, position: Offset(position), creditBytes: credit, told: news(end, catchingUp: catchingUp)))
  }

  mutating func grow(_ place: TopicPartition, to end: Int64, watermark: Int64 = 0, catchingUp: Bool = false) {
    handle(.grown(place, news(end, watermark: watermark, catchingUp: catchingUp)))
  }

  /// What its turn leads to; reads are not answered.
  mutating func turn() -> [FeedEffect] {
    effects = []
    handle(.turnCame)
    return effects
  }

  /// Turns until nothing more is to be read, each read answered with what was asked for.
  mutating func run(ends: [TopicPartition: Int64]) -> [FeedEffect] {
    var all: [FeedEffect] = []
    while true {
      let turn = turn()
      all += turn
      let reads = turn.reads
      guard !reads.isEmpty else { return all }
      for read in reads { answer(read, end: ends[read.place] ?? 0) }
    }
  }

  mutating func answer(_ read: FeedRead, end: Int64) {
    let count = min(Int64(max(1, read.bytesMax / 10)), end - read.from.rawValue)
    handle(.sent(read, bytes: Int(count) * 10, nextOffset: read.from + count))
  }
}

private func news(_ end: Int64, watermark: Int64 = 0, catchingUp: Bool = false) -> FeedNews {
  FeedNews(
    writtenEndOffset: Offset(end), highWatermark: Offset(watermark), logStartOffset: .zero, isCatchingUp: catchingUp)
}

private func place(_ partition: Int32) -> TopicPartition {
  TopicPartition(topic: UUID128(high: 1, low: 1), partition: PartitionIndex(partition))
}

extension [FeedEffect] {
  fileprivate var reads: [FeedRead] { compactMap { if case .read(let read) = $0 { read } else { nil } } }
  fileprivate var readPlaces: [Int32] { reads.map(\.place.partition.rawValue) }
  fileprivate var told: [Int32] {
    compactMap { if case .tell(let place, _) = $0 { place.partition.rawValue } else { nil } }
  }
  fileprivate var wakes: [Instant] { compactMap { if case .wake(let at) = $0 { at } else { nil } } }
}

@Suite("What a leader sends to a follower")
struct FollowerFeedTests {
  private let a = place(0)
  private let b = place(1)
  private let c = place(2)

  @Test("begins at the follower's end and goes on until its own")
  func fromTheEnd() throws {
    var bench = FeedBench()
    bench.agree(a, at: 5, end: 30)
    let reads = bench.run(ends: [a: 30]).reads
    #expect(reads.map(\.from.rawValue) == [5, 15, 25])
    #expect(reads.map(\.bytesMax) == [100, 100, 100])
    let firstOutcome = bench.run(ends: [a: 30])
    #expect(firstOutcome == [])
    bench.grow(a, to: 31)
    let secondOutcome = bench.run(ends: [a: 31])
    #expect(secondOutcome.reads.map(\.from.rawValue) == [30])
  }

  @Test("is nothing before the logs agree, and nothing after the partition was dropped")
  func onlyAgreed() {
    var bench = FeedBench()
    bench.grow(a, to: 30)
    let firstOutcome = bench.turn()
    #expect(firstOutcome == [])
    bench.agree(a, end: 30)
    bench.handle(.dropped(a))
    let secondOutcome = bench.turn()
    #expect(secondOutcome == [])
  }

  @Test("gives each partition its turn")
  func turns() {
    var bench = FeedBench()
    for place in [a, b, c] { bench.agree(place, end: 1000, credit: 10_000) }
    var order: [Int32] = []
    for _ in 0..<4 {
      let reads = bench.turn().reads
      order += reads.map(\.place.partition.rawValue)
      for read in reads {
        bench.answer(read, end: 1000)
        bench.handle(.creditGiven(read.place, bytes: 100))
      }
    }
    #expect(order.prefix(9) == [0, 1, 2, 0, 1, 2, 0, 1, 2])
  }

  @Test("stops at the follower's credit for the partition, and goes on when it gives more")
  func credit() {
    var bench = FeedBench()
    bench.agree(a, end: 1000, credit: 150)
    bench.agree(b, end: 5)
    let effects = bench.run(ends: [a: 1000, b: 5])
    #expect(effects.reads.filter { $0.place == a }.map(\.bytesMax) == [100, 50])
    #expect(effects.readPlaces.contains(1))
    bench.handle(.creditGiven(a, bytes: 30))
    let outcome = bench.run(ends: [a: 1000])
    #expect(outcome.reads.map(\.bytesMax) == [30])
  }

  @Test("overdraws the credit by one batch at most")
  func overdrawn() throws {
    var bench = FeedBench()
    bench.agree(a, end: 1000, credit: 10)
    let read = try #require(bench.turn().reads.first)
    bench.handle(.sent(read, bytes: 90, nextOffset: Offset(9)))
    bench.handle(.creditGiven(a, bytes: 80))
    let firstOutcome = bench.turn()
    #expect(firstOutcome == [])
    bench.handle(.creditGiven(a, bytes: 10))
    let secondOutcome = bench.turn()
    #expect(secondOutcome.reads.map(\.from.rawValue) == [9])
  }

  @Test("has a bound on what is under way for all partitions together")
  func underWay() {
    var bench = FeedBench()
    for place in [a, b] { bench.agree(place, end: 1000, credit: 10_000) }
    let firstOutcome = bench.run(ends: [a: 1000, b: 1000])
    #expect(firstOutcome.reads.count == 4)
    let secondOutcome = bench.run(ends: [a: 1000, b: 1000])
    #expect(secondOutcome == [])
    bench.handle(.creditGiven(b, bytes: 100))
    let thirdOutcome = bench.run(ends: [a: 1000, b: 1000])
    #expect(thirdOutcome.reads.count == 1)
  }

  @Test("counts nothing any more as under way of a partition that was dropped")
  func droppedIsNotUnderWay() {
    var bench = FeedBench()
    for place in [a, b] { bench.agree(place, end: 1000, credit: 10_000) }
    _ = bench.run(ends: [a: 1000, b: 1000])
    bench.handle(.dropped(a))
    let outcome = bench.run(ends: [b: 1000])
    #expect(outcome.readPlaces == [1, 1])
  }

  @Test("forgets what it read for an earlier question")
  func lateRead() throws {
    var bench = FeedBench()
    bench.agree(a, at: 0, end: 1000)
    let late = try #require(bench.turn().reads.first)
    bench.agree(a, at: 7, end: 1000)
    #expect(!bench.feed.awaits(late))
    bench.handle(.sent(late, bytes: 100, nextOffset: Offset(10)))
    let outcome = bench.turn()
    #expect(outcome.reads.first?.from == Offset(7))
  }

  @Test("waits for the log to grow where there was nothing after all")
  func nothingThere() throws {
    var bench = FeedBench()
    bench.agree(a, end: 5)
    let read = try #require(bench.turn().reads.first)
    bench.handle(.sent(read, bytes: 0, nextOffset: Offset(0)))
    let firstOutcome = bench.turn()
    #expect(firstOutcome == [])
    bench.grow(a, to: 6)
    let secondOutcome = bench.turn()
    #expect(secondOutcome.reads.count == 1)
  }

  @Test("serves followers in sync before those that catch up, which get half of what may be under way")
  func liveFirst() {
    var bench = FeedBench()
    bench.agree(a, end: 1000, credit: 10_000, catchingUp: true)
    bench.agree(b, end: 10, credit: 10_000)
    let effects = bench.run(ends: [a: 1000, b: 10])
    #expect(effects.readPlaces == [1, 0])
    bench.grow(b, to: 20)
    let outcome = bench.run(ends: [a: 1000, b: 20])
    #expect(outcome.readPlaces == [1])
  }

  @Test("keeps those that catch up to their quota, and wakes when there is more of it")
  func quota() throws {
    var bench = FeedBench(quota: 1000)
    bench.agree(a, end: 1000, credit: 10_000, catchingUp: true)
    let effects = bench.run(ends: [a: 1000])
    #expect(effects.readPlaces == [0])
    bench.handle(.creditGiven(a, bytes: 100))
    let wake = try #require(effects.wakes.first)
    #expect(Duration.milliseconds(1)...Duration.milliseconds(2) ~= wake - bench.now)
    bench.now = wake
    let firstOutcome = bench.run(ends: [a: 1000])
    #expect(firstOutcome.readPlaces == [0])
    // A replica that is in sync does not count.
    bench.agree(b, end: 10)
    let secondOutcome = bench.run(ends: [b: 10])
    #expect(secondOutcome.readPlaces.contains(1))
  }

  /// A log of 10 bytes a record that grows by so many records each millisecond, for so long; the answer is how much the
  /// follower lacks in the end. It holds at once what it gets.
  private func lack(after milliseconds: Int, of backlog: Int64, growing: Int64, quota: Int) -> Int64 {
    var limits = FeedBench.small
    limits.readBytesMax = 1000
    limits.underWayBytesMax = 100_000
    var bench = FeedBench(limits, quota: quota)
    var (end, position) = (backlog, Int64(0))
    bench.agree(a, end: end, credit: 50_000, catchingUp: true)
    for _ in 0..<milliseconds {
      bench.now = bench.now + .milliseconds(1)
      end += growing
      bench.grow(a, to: end, catchingUp: true)
      var reads = bench.turn().reads
      while !reads.isEmpty {
        for read in reads {
          bench.answer(read, end: end)
          position = min(read.from.rawValue + Int64(read.bytesMax / 10), end)
          bench.handle(.creditGiven(a, bytes: Int(position - read.from.rawValue) * 10))
        }
        reads = bench.turn().reads
      }
    }
    return end - position
  }

  @Test("gains on a log that is written to faster than the quota, by the quota", arguments: [0, 1, 300, 3000])
  func gainsUnderLoad(growing: Int64) {
    // A megabyte a second are a hundred records in a millisecond.
    let after400 = lack(after: 400, of: 100_000, growing: growing, quota: 1_000_000)
    #expect(48_000...64_000 ~= after400)
    let after1200 = lack(after: 1200, of: 100_000, growing: growing, quota: 1_000_000)
    #expect(after1200 == 0)
  }

  @Test("asks to be woken again when its turn came too early")
  func wokenTooEarly() throws {
    var bench = FeedBench(quota: 1000)
    bench.agree(a, end: 1000, credit: 10_000, catchingUp: true)
    let wake = try #require(bench.run(ends: [a: 1000]).wakes.first)
    bench.handle(.creditGiven(a, bytes: 100))
    bench.now = Instant(wake.rawValue - 200_000)
    let early = bench.turn()
    #expect(early.reads.isEmpty && early.wakes == [wake])
    bench.now = wake
    let due = bench.turn()
    #expect(due.readPlaces == [0])
  }

  @Test("moves a partition to the others when its follower comes in sync")
  func comesInSync() {
    var bench = FeedBench(quota: 10)
    bench.agree(a, end: 1000, credit: 10_000, catchingUp: true)
    _ = bench.run(ends: [a: 1000])
    bench.grow(a, to: 1000, catchingUp: false)
    let outcome = bench.run(ends: [a: 1000])
    #expect(outcome.readPlaces == [0, 0, 0])
  }

  @Test("tells the high watermark with the next batches, if there are any")
  func watermarkWithBatches() {
    var bench = FeedBench()
    bench.agree(a, end: 0)
    bench.now = Instant(0) + .seconds(1)
    bench.grow(a, to: 10, watermark: 5)
    let effects = bench.run(ends: [a: 10])
    #expect(effects.readPlaces == [0])
    #expect(effects.told == [])
    bench.now = bench.now + .seconds(1)
    let outcome = bench.run(ends: [a: 10])
    #expect(outcome == [])
  }

  @Test("tells the high watermark by itself where nothing has been sent of late, and soon after where it has")
  func watermarkAlone() {
    var bench = FeedBench()
    bench.agree(a, end: 0)
    bench.now = Instant(0) + .seconds(1)
    bench.grow(a, to: 0, watermark: 1)
    let firstOutcome = bench.turn()
    #expect(firstOutcome == [.tell(a, nextOffset: Offset(0))])
    bench.now = bench.now + .milliseconds(1)
    bench.grow(a, to: 0, watermark: 2)
    let secondOutcome = bench.turn()
    #expect(secondOutcome == [.wake(at: Instant(0) + .milliseconds(1005))])
    bench.grow(a, to: 0, watermark: 3)
    let thirdOutcome = bench.turn()
    #expect(thirdOutcome == [.wake(at: Instant(0) + .milliseconds(1005))])
    bench.now = bench.now + .milliseconds(4)
    let fourthOutcome = bench.turn()
    #expect(fourthOutcome == [.tell(a, nextOffset: Offset(0))])
    bench.now = bench.now + .seconds(1)
    let fifthOutcome = bench.turn()
    #expect(fifthOutcome == [])
  }

  @Test("costs one message for many batches whose watermarks come one by one")
  func watermarksWhileBatchesFlow() {
    var bench = FeedBench()
    bench.agree(a, end: 0, credit: 1 << 20)
    var told = 0
    for step in 1...100 {
      bench.now = bench.now + .milliseconds(1)
      bench.grow(a, to: Int64(step), watermark: Int64(step - 1))
      let effects = bench.run(ends: [a: Int64(step)])
      told += effects.told.count
      #expect(effects.reads.count == 1)
      bench.handle(.creditGiven(a, bytes: 10))
      bench.grow(a, to: Int64(step), watermark: Int64(step))
      told += bench.turn().told.count
    }
    #expect(told == 0)
  }

  @Test("tells that the log begins later")
  func logStart() {
    var bench = FeedBench()
    bench.agree(a, end: 0)
    bench.now = Instant(0) + .seconds(1)
    var later = news(0)
    later.logStartOffset = Offset(3)
    bench.handle(.grown(a, later))
    let outcome = bench.turn()
    #expect(outcome == [.tell(a, nextOffset: Offset(0))])
  }
}

@Suite("What a follower lets come")
struct ReplicaIntakeTests {
  private let question = ReplicaPosition(
    replica: .init(broker: BrokerID(2), epoch: BrokerEpoch(7)), leaderEpoch: LeaderEpoch(3), logEndOffset: Offset(10),
    lastEpoch: LeaderEpoch(2), heldOffset: Offset(10))
  private let agreed = FollowerAnswer.agreed(highWatermark: .zero, logStartOffset: .zero)

  @Test("is nothing before the leader has agreed to the last question")
  func lastQuestion() {
    var intake = ReplicaIntake()
    let firstOutcome = intake.delivered(5, nextOffset: Offset(11))
    #expect(!firstOutcome)
    intake.asked(question)
    var later = question
    later.logEndOffset = Offset(8)
    intake.asked(later)
    let secondOutcome = intake.answered(question, agreed)
    #expect(!secondOutcome)
    let thirdOutcome = intake.delivered(5, nextOffset: Offset(11))
    #expect(!thirdOutcome)
    let fourthOutcome = intake.answered(later, agreed)
    #expect(fourthOutcome)
    let fifthOutcome = intake.delivered(5, nextOffset: Offset(9))
    #expect(fifthOutcome)
  }

  @Test("counts an answer once, but for a refusal, which may be taken back")
  func once() {
    var intake = ReplicaIntake()
    intake.asked(question)
    let firstOutcome = intake.answered(question, .refused(Refusal(.notLeader, "not yet")))
    #expect(firstOutcome)
    let secondOutcome = intake.answered(question, agreed)
    #expect(secondOutcome)
    let thirdOutcome = intake.answered(question, agreed)
    #expect(!thirdOutcome)
  }

  @Test("gives credit back for what the replica holds")
  func credit() {
    var intake = ReplicaIntake()
    intake.asked(question)
    _ = intake.answered(question, agreed)
    for step in 1...3 {
      let isTaken = intake.delivered(100 * step, nextOffset: Offset(10 + Int64(step)))
      #expect(isTaken)
    }
    let firstOutcome = intake.holds(Offset(10))
    #expect(firstOutcome == 0)
    let secondOutcome = intake.holds(Offset(12))
    #expect(secondOutcome == 300)
    let thirdOutcome = intake.holds(Offset(13))
    #expect(thirdOutcome == 300)
    let fourthOutcome = intake.holds(Offset(13))
    #expect(fourthOutcome == 0)
    intake.asked(question)
    let fifthOutcome = intake.holds(Offset(99))
    #expect(fifthOutcome == 0)
  }
}
