internal import Synchronization

/// Where batches come from, one after the other, for one reader.
protocol BatchSource: AnyObject, Sendable {
  /// The next batch; nil at the end. What was handed out before has been dealt with.
  func next() async throws -> ConsumedBatch?
}

/// Batches as they come from brokers. Every iteration reads for itself; one task at a time.
public struct ConsumedBatches: AsyncSequence, Sendable {
  /// What comes.
  public typealias Element = ConsumedBatch
  /// A `NewswireError`, or `CancellationError`.
  public typealias Failure = any Error

  let begin: @Sendable () -> any BatchSource

  init(_ begin: @escaping @Sendable () -> any BatchSource) { self.begin = begin }

  /// Begins to read.
  public func makeAsyncIterator() -> Iterator { Iterator(source: begin()) }

  /// A place in the batches.
  public struct Iterator: AsyncIteratorProtocol {
    let source: any BatchSource
    private var latest: ConsumedBatch?

    init(source: any BatchSource) { self.source = source }

    /// The next batch; nil at the end. The one before counts as dealt with.
    public mutating func next() async throws -> ConsumedBatch? { try await next(isolation: #isolation) }

    /// The next batch, without leaving the caller's actor; nil at the end. The one before counts as dealt with.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> ConsumedBatch? {
      if let latest { latest.progress?.advance(to: latest.nextOffset, leaderEpoch: latest.leaderEpoch) }
      latest = nil
      latest = try await source.next()
      return latest
    }
  }
}

/// Records one by one. Every iteration reads for itself; one task at a time.
public struct ConsumedRecords: AsyncSequence, Sendable {
  /// What comes.
  public typealias Element = ConsumedRecord
  /// A `NewswireError`, or `CancellationError`.
  public typealias Failure = any Error

  private let batches: ConsumedBatches

  init(_ batches: ConsumedBatches) { self.batches = batches }

  /// Begins to read.
  public func makeAsyncIterator() -> Iterator { Iterator(source: batches.begin()) }

  /// A place in the records.
  public struct Iterator: AsyncIteratorProtocol {
    private let source: any BatchSource
    private var cursor: RecordCursor?
    private var partition = TopicPartition("", 0)
    private var progress: PartitionProgress?
    private var leaderEpoch: Int32 = 0
    private var batchEnd: Int64 = 0
    /// Where the record that was handed out last stands.
    private var latestOffset: Int64?

    init(source: any BatchSource) { self.source = source }

    /// The next record; nil at the end. The one before counts as dealt with.
    public mutating func next() async throws -> ConsumedRecord? { try await next(isolation: #isolation) }

    /// The next record, without leaving the caller's actor; nil at the end. The one before counts as dealt with.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> ConsumedRecord? {
      while true {
        if let record = try nextOfBatch() { return record }
        guard let batch = try await source.next() else { return nil }
        partition = batch.partition
        progress = batch.progress
        leaderEpoch = batch.leaderEpoch
        batchEnd = batch.nextOffset
        cursor = RecordCursor(batch)
      }
    }

    private mutating func nextOfBatch() throws -> ConsumedRecord? {
      guard cursor != nil else { return nil }
      if let latestOffset { progress?.advance(to: latestOffset + 1, leaderEpoch: leaderEpoch) }
      latestOffset = nil
      if progress?.isRevoked ?? false {
        cursor = nil
        return nil
      }
      if let record = try cursor!.next() {
        latestOffset = record.offset
        return ConsumedRecord(record, partition)
      }
      // Compaction may have left offsets without records behind the last one.
      progress?.advance(to: batchEnd, leaderEpoch: leaderEpoch)
      cursor = nil
      return nil
    }
  }
}

/// Joins a queue to what fills it, which is made after the queue.
final class RoomSignal: Sendable {
  private let action = Mutex<(@Sendable () -> Void)?>(nil)

  func connect(_ action: @escaping @Sendable () -> Void) { self.action.withLock { $0 = action } }

  func signal() {
    let action = action.withLock { $0 }
    action?()
  }
}
