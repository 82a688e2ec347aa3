internal import Synchronization

/// What has come and was not read yet: filled by the loop, emptied by the one task that reads.
///
/// Bounded by holding the brokers back: `isFull` after an `append` says so, and `onRoom` when that is over. A partition
/// can be withdrawn; what the reader has in hands of it counts until the reader comes back for more.
final class RecordQueue: Sendable {
  private typealias Reader = CheckedContinuation<ConsumedBatch?, any Error>

  private struct State {
    var batches = Queue<ConsumedBatch>()
    var byteCount = 0
    var wasFull = false
    var reader: Reader?
    var inHands: TopicPartition?
    var releases: [(partition: TopicPartition, done: @Sendable () -> Void)] = []
    var end: Result<Void, any Error>?

    /// True if it was full, and is so no more.
    mutating func madeRoom(_ bytesMax: Int) -> Bool {
      guard wasFull, byteCount <= bytesMax / 2 else { return false }
      wasFull = false
      return true
    }
  }

  private let state = Mutex(State())
  let bytesMax: Int
  private let onRoom: @Sendable () -> Void

  init(bytesMax: Int, onRoom: @escaping @Sendable () -> Void) {
    self.bytesMax = max(bytesMax, 1)
    self.onRoom = onRoom
  }

  var isFull: Bool { state.withLock { $0.byteCount >= bytesMax } }

  // MARK: The loop's side

  /// Adds a batch; true if the brokers should be held back.
  func append(_ batch: ConsumedBatch) -> Bool {
    let (reader, isFull): (Reader?, Bool) = state.withLock { state in
      guard state.end == nil else { return (nil, false) }
      if let reader = state.reader.take() {
        state.inHands = batch.partition
        return (reader, false)
      }
      state.batches.append(batch)
      state.byteCount += batch.byteCount
      if state.byteCount >= bytesMax { state.wasFull = true }
      return (nil, state.wasFull)
    }
    reader?.resume(returning: batch)
    return isFull
  }

  /// Nothing more comes: what is there may still be read, then reading ends, with the error if there is one.
  func finish(_ error: (any Error)? = nil) {
    let result: Result<Void, any Error> = error.map { .failure($0) } ?? .success(())
    let reader: Reader? = state.withLock { state in
      if state.end == nil { state.end = result }
      return state.reader.take()
    }
    reader?.resume(with: result.map { nil })
  }

  /// Takes out what waits of a partition; `done` is called, here or later, when the reader has none of it in hands.
  func withdraw(_ partition: TopicPartition, done: @escaping @Sendable () -> Void) {
    let (isDone, hasRoom) = state.withLock { state in
      state.batches.removeAll { $0.partition == partition }
      state.byteCount = 0
      state.batches.forEach { state.byteCount += $0.byteCount }
      let hasRoom = state.madeRoom(bytesMax)
      guard state.inHands == partition else { return (true, hasRoom) }
      state.releases.append((partition, done))
      return (false, hasRoom)
    }
    if hasRoom { onRoom() }
    if isDone { done() }
  }

  // MARK: The reader's side

  /// The next batch; nil at the end. The one before has been dealt with.
  func next() async throws -> ConsumedBatch? {
    giveBack()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        take(continuation)
      }
    } onCancel: {
      let reader = state.withLock { $0.reader.take() }
      reader?.resume(throwing: CancellationError())
    }
  }

  /// The reader has dealt with what it had in hands, but for `rest`, which comes again next.
  func giveBack(_ rest: ConsumedBatch? = nil) {
    let releases = state.withLock { state in
      state.inHands = nil
      if let rest, !(rest.progress?.isRevoked ?? false) {
        state.batches.prepend(rest)
        state.byteCount += rest.byteCount
      }
      defer { state.releases = [] }
      return state.releases
    }
    for release in releases { release.done() }
  }

  private func take(_ continuation: Reader) {
    let (answer, hasRoom): (Result<ConsumedBatch?, any Error>?, Bool) = state.withLock { state in
      if Task.isCancelled { return (.failure(CancellationError()), false) }
      precondition(state.reader == nil, "a sequence of records is read by two tasks at once")
      guard let batch = state.batches.popFirst() else {
        if let end = state.end { return (end.map { nil }, false) }
        state.reader = continuation
        return (nil, false)
      }
      state.inHands = batch.partition
      state.byteCount -= batch.byteCount
      return (.success(batch), state.madeRoom(bytesMax))
    }
    if hasRoom { onRoom() }
    if let answer { continuation.resume(with: answer) }
  }
}
