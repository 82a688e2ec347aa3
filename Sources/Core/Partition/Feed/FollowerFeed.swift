public import Model

/// What one lane of a leader sends to one lane of a follower: whose turn it is, how much, and when.
///
/// Partitions take turns. A partition has the credit that the follower gives it, overdrawn by at most one batch, and all
/// together have a bound on what is under way: sent, and not yet on the follower's disk. Followers that catch up come
/// after those that are in sync, within a quota and half of that bound. The quota counts only what brings a follower
/// closer to the log's end: as much as the log has grown since the logs agreed comes on top. So a follower gains on its
/// leader by the quota, however fast that is written to. A high watermark goes out with the next batches, or, if
/// there are none, by itself, but not at once after something else: where batches flow it costs no message.
public struct FollowerFeed: Sendable {
  /// How much, and how often.
  public struct Limits: Hashable, Sendable {
    /// One delivery has about so many bytes at most.
    public var readBytesMax = 1 << 20
    /// So many bytes may be under way.
    public var underWayBytesMax = 8 << 20
    /// News without batches come no sooner than this after whatever was sent of the partition last.
    public var newsPause = Duration.milliseconds(5)

    /// The defaults.
    public init() {}
  }

  private enum Queue: Hashable {
    case live, catchUp
  }

  /// A partition that the follower gets.
  private struct Entry {
    /// Grows with each question of the follower.
    let turn: UInt64
    var position: Offset
    var credit: Int
    /// Sent, or being read, and not yet given back as credit.
    var underWay = 0
    var news: FeedNews
    var told: FeedNews
    /// So many records the log has grown by and the quota has not been spared yet.
    var grownBy: Int64 = 0
    /// Bytes set aside for the look that is under way.
    var reading: Int?
    var queue: Queue?
    var awaitsTelling = false
    var sentAt: Instant

    var canRead: Bool { reading == nil && credit > 0 && position < news.writtenEndOffset }
    var hasNews: Bool { news.highWatermark != told.highWatermark || news.logStartOffset != told.logStartOffset }

    /// How many of the bytes only make up for what the log has grown by.
    mutating func spare(records: Int64, bytes: Int) -> Int {
      let spared = min(records, grownBy)
      guard spared > 0 else { return 0 }
      grownBy -= spared
      return Int(Double(bytes) * (Double(spared) / Double(records)))
    }
  }

  private let limits: Limits
  private var entries: [TopicPartition: Entry] = [:]
  private var live = TurnQueue()
  private var catchUp = TurnQueue()
  /// Partitions with news, in the order in which those came.
  private var untold: [TopicPartition] = []
  private var underWay = 0
  private var lastTurn: UInt64 = 0

  /// A feed of nothing.
  public init(_ limits: Limits = Limits()) { self.limits = limits }

  /// True if the follower gets the partition.
  public func has(_ place: TopicPartition) -> Bool { entries[place] != nil }

  /// True if it is still of use what `read` finds.
  public func awaits(_ read: FeedRead) -> Bool {
    entries[read.place].map { $0.turn == read.turn && $0.reading != nil } ?? false
  }

  /// Takes in what has happened, and puts what is to be done behind `effects`: something only when its turn came.
  public mutating func handle(
    _ event: FeedEvent, at now: Instant, quota: inout ByteQuota, into effects: inout [FeedEffect]
  ) {
    switch event {
    case .agreed(let place, let position, let credit, let told): agreed(place, position, credit, told, now)
    case .creditGiven(let place, let bytes): creditGiven(place, bytes)
    case .grown(let place, let news): grown(place, news)
    case .dropped(let place): drop(place)
    case .sent(let read, let bytes, let nextOffset): sent(read, bytes, nextOffset, now, &quota)
    case .turnCame: takeTurns(now, &quota, into: &effects)
    }
  }

  // MARK: Events

  private mutating func agreed(
    _ place: TopicPartition, _ position: Offset, _ credit: Int, _ told: FeedNews, _ now: Instant
  ) {
    drop(place)
    lastTurn += 1
    entries[place] = Entry(
      turn: lastTurn, position: position, credit: credit, news: told, told: told, sentAt: now)
    enqueue(place)
  }

  private mutating func creditGiven(_ place: TopicPartition, _ bytes: Int) {
    guard let entry = entries[place], bytes > 0 else { return }
    // What is being read has not been sent yet: nobody can have taken it.
    let taken = min(bytes, entry.underWay - (entry.reading ?? 0))
    entries[place]?.underWay -= taken
    underWay -= taken
    let (credit, overflow) = entry.credit.addingReportingOverflow(bytes)
    entries[place]?.credit = overflow ? .max / 2 : credit
    enqueue(place)
  }

  private mutating func grown(_ place: TopicPartition, _ news: FeedNews) {
    guard let entry = entries[place] else { return }
    entries[place]?.news = news
    entries[place]?.grownBy += max(0, news.writtenEndOffset - entry.news.writtenEndOffset)
    if entry.news.isCatchingUp != news.isCatchingUp { entries[place]?.queue = nil }
    enqueue(place)
  }

  private mutating func drop(_ place: TopicPartition) {
    guard let entry = entries.removeValue(forKey: place) else { return }
    underWay -= entry.underWay
  }

  private mutating func sent(
    _ read: FeedRead, _ bytes: Int, _ nextOffset: Offset, _ now: Instant, _ quota: inout ByteQuota
  ) {
    guard var entry = entries[read.place], entry.turn == read.turn, let reserved = entry.reading.take() else { return }
    let spared = entry.spare(records: nextOffset - read.from, bytes: bytes)
    if entry.news.isCatchingUp { quota.giveBack(reserved - bytes + spared) }
    entry.underWay += bytes - reserved
    underWay += bytes - reserved
    entry.credit -= bytes
    if bytes > 0 {
      entry.position = max(entry.position, nextOffset)
      entry.told = entry.news
      entry.sentAt = now
    } else {
      // Nothing there: not again before the log has grown.
      entry.news.writtenEndOffset = min(entry.news.writtenEndOffset, entry.position)
    }
    entries[read.place] = entry
    enqueue(read.place)
  }

  /// Gives the partition a turn, if it has something to send, and has its news told.
  private mutating func enqueue(_ place: TopicPartition) {
    guard let entry = entries[place] else { return }
    if entry.queue == nil, entry.canRead {
      entries[place]?.queue = entry.news.isCatchingUp ? .catchUp : .live
      if entry.news.isCatchingUp { catchUp.append(place) } else { live.append(place) }
    }
    if entry.hasNews, !entry.awaitsTelling {
      entries[place]?.awaitsTelling = true
      untold.append(place)
    }
  }

  // MARK: Turns

  private mutating func takeTurns(_ now: Instant, _ quota: inout ByteQuota, into effects: inout [FeedEffect]) {
    while underWay < limits.underWayBytesMax, let place = live.popFirst() {
      read(place, .live, into: &effects)
    }
    while underWay < limits.underWayBytesMax / 2, !catchUp.isEmpty {
      guard quota.isOpen(at: now) else {
        effects.append(.wake(at: quota.opensAt))
        break
      }
      guard let place = catchUp.popFirst() else { break }
      quota.take(read(place, .catchUp, into: &effects))
    }
    tellNews(now, into: &effects)
  }

  /// Has batches of the partition read; the answer is how many bytes were set aside for them.
  @discardableResult
  private mutating func read(_ place: TopicPartition, _ queue: Queue, into effects: inout [FeedEffect]) -> Int {
    // What has left its queue meanwhile is passed over.
    guard let entry = entries[place], entry.queue == queue else { return 0 }
    entries[place]?.queue = nil
    guard entry.canRead else { return 0 }
    let bytes = min(limits.readBytesMax, entry.credit)
    entries[place]?.reading = bytes
    entries[place]?.underWay += bytes
    underWay += bytes
    effects.append(.read(FeedRead(place: place, turn: entry.turn, from: entry.position, bytesMax: bytes)))
    return bytes
  }

  private mutating func tellNews(_ now: Instant, into effects: inout [FeedEffect]) {
    guard !untold.isEmpty else { return }
    var later: [TopicPartition] = []
    var next: Instant?
    for place in untold {
      guard let entry = entries[place], entry.awaitsTelling else { continue }
      let due = entry.sentAt + limits.newsPause
      // Batches that are on their way to it tell the news as well.
      guard entry.hasNews, entry.reading == nil else {
        entries[place]?.awaitsTelling = false
        continue
      }
      guard due <= now else {
        later.append(place)
        next = min(next ?? due, due)
        continue
      }
      entries[place]?.awaitsTelling = false
      entries[place]?.told = entry.news
      entries[place]?.sentAt = now
      effects.append(.tell(place, nextOffset: entry.position))
    }
    untold = later
    if let next { effects.append(.wake(at: next)) }
  }
}
