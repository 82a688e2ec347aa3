public import Model

/// What there is to be sent of a partition that this broker leads.
public struct FeedNews: Hashable, Sendable {
  /// Everything before can be read from the log.
  public var writtenEndOffset: Offset
  /// How far the log may be seen.
  public var highWatermark: Offset
  /// The first offset of the log.
  public var logStartOffset: Offset
  /// True for a follower that is not in sync: it gets what the others leave, and gains on the leader by a quota.
  public var isCatchingUp: Bool

  /// The state of a leader's log.
  public init(writtenEndOffset: Offset, highWatermark: Offset, logStartOffset: Offset, isCatchingUp: Bool) {
    self.writtenEndOffset = writtenEndOffset
    self.highWatermark = highWatermark
    self.logStartOffset = logStartOffset
    self.isCatchingUp = isCatchingUp
  }
}

/// A look into the leader's log for the follower.
public struct FeedRead: Hashable, Sendable {
  /// The partition.
  public let place: TopicPartition
  /// Tells it apart from looks for what the follower had asked before.
  public let turn: UInt64
  /// Where to read on.
  public let from: Offset
  /// About so many bytes; one batch at least.
  public let bytesMax: Int
}

/// What has happened between a leader and a follower's lane.
public enum FeedEvent: Hashable, Sendable {
  /// The logs agree up to `position`, and the follower takes so many bytes from there on. It is told these news by the
  /// answer.
  case agreed(TopicPartition, position: Offset, creditBytes: Int, told: FeedNews)
  /// The follower takes so many bytes more.
  case creditGiven(TopicPartition, bytes: Int)
  /// The leader's log has grown, or more of it may be seen.
  case grown(TopicPartition, FeedNews)
  /// The follower gets nothing more of the partition, unless it asks again.
  case dropped(TopicPartition)
  /// So many bytes of batches were read and sent, up to `nextOffset`; none if there were none after all.
  case sent(FeedRead, bytes: Int, nextOffset: Offset)
  /// It is time to see what can be sent: after other events, and when it was asked to be woken.
  case turnCame
}

/// What is to be done for a follower's lane.
public enum FeedEffect: Hashable, Sendable {
  /// Read batches and send them with the newest news. `sent` tells how that went.
  case read(FeedRead)
  /// Send the newest news without batches; the next one that will come begins at this offset.
  case tell(TopicPartition, nextOffset: Offset)
  /// Say at this moment, at the latest, that its turn came. Asked for anew at each turn: one that comes too early, by a
  /// clock that is not quite right, loses nothing.
  case wake(at: Instant)
}
