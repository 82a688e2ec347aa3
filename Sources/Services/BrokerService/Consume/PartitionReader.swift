internal import Bytes
internal import DiskIO
internal import Messages
internal import Model
internal import Partition
internal import RecordBatch
internal import Runtime
internal import SegmentedLog

/// Where a reader begins in a partition.
enum ConsumeStart: Sendable {
  case offset(Offset)
  case timestamp(Timestamp)
  case beginning
  case end
}

/// How a reader wants to have it.
struct ReadWishes: Sendable {
  let isStructured: Bool
  /// How many bytes one answer has at most.
  let bytesMax: Int
  /// End where the partition ended when the call began.
  let untilEnd: Bool
  /// The leader epoch that the caller knows; another one is refused.
  var leaderKnownAs: LeaderEpoch?
  /// The caller's rack: a replica that stands there may be read instead of the leader. Empty: the leader is read.
  var rack = ""
  /// Nothing is sent that has not been held against its checksum.
  var isChecked = false
  /// A follower may be read.
  var mayFollow: Bool { !rack.isEmpty }
}

/// What became of one wish for more.
enum ReadStep: Sendable {
  /// Records, or news.
  case answer(NewswireV1.ConsumeResponse)
  /// There is nothing; the reader will be woken when that may have changed.
  case waiting
  /// It is over, for this reason.
  case failed(Refusal)
}

/// Reads one partition for one caller. Belongs to the partition's loop.
final class PartitionReader {
  private typealias API = NewswireV1
  /// Up to so many bytes records are taken apart on the loop.
  private static let quickBytesMax = 64 << 10

  private let partition: LocalPartition
  private let wishes: ReadWishes
  /// Called on the partition's loop, after a step said `waiting`.
  private let wake: () -> Void
  private let topicID: [UInt8]
  private var position: Offset
  /// Where the reading ends; nil: never.
  let end: Offset?
  private var hint: BatchPlace?
  /// What has been taken apart and not been asked for yet, the next one last.
  private var prepared: [NewswireV1.ConsumeResponse] = []
  private var hasAnswered = false
  /// True while what was read last was not what it should be: it is looked at on the disk before anything is said.
  private var isSuspicious = false
  private var waiter: Int?
  private var isCancelled = false

  private init(
    _ partition: LocalPartition, from position: Offset, until end: Offset?, _ wishes: ReadWishes,
    wake: @escaping () -> Void
  ) {
    self.partition = partition
    self.position = position
    self.end = end
    self.wishes = wishes
    self.wake = wake
    topicID = partition.place.topic.bytes
  }

  /// Finds where to begin. `previousEnd` is where an earlier reader of the same call was to end.
  static func open(
    _ partition: LocalPartition, at start: ConsumeStart, leaderEpoch: LeaderEpoch?, previousEnd: Offset?,
    _ wishes: ReadWishes, wake: @escaping () -> Void,
    completion: @escaping (Result<PartitionReader, Refusal>) -> Void
  ) {
    let log = partition.log
    do throws(Refusal) {
      let bounds = try partition.state.offsets(leaderEpoch: wishes.leaderKnownAs, mayFollow: wishes.mayFollow)
      func make(_ position: Offset) -> PartitionReader {
        let end = wishes.untilEnd ? previousEnd ?? bounds.limit : nil
        return PartitionReader(partition, from: position, until: end, wishes, wake: wake)
      }
      switch start {
      case .beginning: completion(.success(make(bounds.logStartOffset)))
      case .end: completion(.success(make(bounds.limit)))
      case .offset(let offset):
        // Whoever has read in another epoch learns that first: of offsets it may know more than this replica.
        if let refusal = partition.state.divergence(of: leaderEpoch, before: offset, in: log.epochs) { throw refusal }
        partition.bounds(from: offset, mayFollow: wishes.mayFollow) { completion($0.map { _ in make(offset) }) }
      case .timestamp(let time):
        log.offset(atOrAfter: time, below: bounds.limit) { found in
          switch found {
          case .success(let found): completion(.success(make(found?.offset ?? bounds.limit)))
          case .failure(let failure): completion(.failure(partition.refusal(failure)))
          }
        }
      }
    } catch {
      completion(.failure(error))
    }
  }

  /// Takes the next step. Not to be called before the last one has been answered.
  func next(bytesMax: Int, _ completion: @escaping (ReadStep) -> Void) {
    guard !isCancelled else { return }
    if let answer = prepared.popLast() { return completion(.answer(answer)) }
    do throws(Refusal) {
      let bounds = try partition.bounds(from: position, mayFollow: wishes.mayFollow)
      guard end.map({ position < $0 }) ?? true else { return completion(.answer(news())) }
      let read: LogReadAnswer
      do throws(LogFailure) {
        read = try partition.log.read(
          from: position, bytesMax: bytesMax, below: bounds.limit, hint: hint, checked: wishes.isChecked || isSuspicious
        )
      } catch { throw partition.refusal(error) }
      switch read {
      case .nothing: wait(completion)
      case .read(let read): take(read, bytesMax, completion)
      case .outOfRange(let range):
        throw Refusal(
          .offsetOutOfRange, "offset \(position) is not in \(partition.state.name) any more",
          metadata: ["log_start_offset": "\(range.lowerBound)", "log_end_offset": "\(range.upperBound)"])
      case .lookUp(let search): look(up: search, bytesMax, completion)
      }
    } catch {
      completion(.failed(error))
    }
  }

  /// Nobody asks any more.
  func cancel() {
    isCancelled = true
    prepared = []
    if let waiter = waiter.take() { partition.stopWaiting(waiter) }
  }

  // MARK: Steps

  private func wait(_ completion: (ReadStep) -> Void) {
    guard hasAnswered else { return completion(.answer(news())) }
    waiter = partition.whenChanged { [weak self] in
      self?.waiter = nil
      self?.wake()
    }
    completion(.waiting)
  }

  private func look(up search: BatchLookUp, _ bytesMax: Int, _ completion: @escaping (ReadStep) -> Void) {
    partition.log.look(up: search) { [self] result in
      guard !isCancelled else { return }
      switch result {
      case .success(let read?): take(read, bytesMax, completion)
      case .success(nil): wait(completion)
      case .failure(let failure): completion(.failed(partition.refusal(failure)))
      }
    }
  }

  private func take(_ read: LogRead, _ bytesMax: Int, _ completion: @escaping (ReadStep) -> Void) {
    hint = read.next
    partition.countRead(read.batches.count)
    guard wishes.isStructured else {
      position = read.nextOffset
      var answer = news()
      answer.batches = read.batches
      return completion(.answer(answer))
    }
    let from = position
    if read.batches.count <= Self.quickBytesMax {
      let parts = PartsRead.take(from: read, at: from, bytesMax: bytesMax, .quick)
      if let parts = parts.present { return take(parts, bytesMax, completion) }
    }
    besideLoop(partition.loop) {
      PartsRead.take(from: read, at: from, bytesMax: bytesMax, .readAhead)
    } completion: { [self] parts in
      guard !isCancelled else { return }
      take(parts.present ?? .failure(.overloaded(waitingBytes: read.batches.count)), bytesMax, completion)
    }
  }

  private func take(
    _ parts: Result<PartsRead, LogFailure>, _ bytesMax: Int, _ completion: @escaping (ReadStep) -> Void
  ) {
    switch parts {
    // The log may have been cut while it was read: only what a look at the disk confirms is damage.
    case .failure where !isSuspicious:
      isSuspicious = true
      self.next(bytesMax: bytesMax, completion)
    case .failure(let failure): completion(.failed(partition.refusal(failure)))
    case .success(let read):
      isSuspicious = false
      for part in read.parts {
        position = part.nextOffset
        var answer = news()
        answer.records = part.records
        prepared.append(answer)
      }
      position = read.nextOffset
      prepared.reverse()
      // Batches without a record for this caller are passed over.
      self.next(bytesMax: bytesMax, completion)
    }
  }

  /// An answer without records, as things stand at `position`.
  private func news() -> NewswireV1.ConsumeResponse {
    hasAnswered = true
    let visible = partition.state.visible
    let highWatermark = (visible?.end ?? position).rawValue
    return API.ConsumeResponse(
      topic: partition.state.topic.description, topicID: topicID, partition: partition.place.partition.rawValue,
      highWatermark: highWatermark, logStartOffset: partition.log.logStartOffset.rawValue,
      lastStableOffset: highWatermark, nextOffset: position.rawValue,
      leaderEpoch: visible?.epoch.rawValue ?? 0, caughtUp: position.rawValue >= highWatermark,
      end: end.map { position >= $0 } ?? false)
  }
}

/// Some records of a partition, taken out of their batches.
struct StructuredRecords: Sendable {
  let records: [NewswireV1.Record]
  /// Where they end, exclusive.
  let nextOffset: Offset

}

/// Records that were taken out of what was read of a log.
struct PartsRead: Sendable {
  let parts: [StructuredRecords]
  /// Where to read on: the end of what was read, or of the last batch that could be opened.
  let nextOffset: Offset

  /// Takes out the records at `offset` and behind it, in parts of about `bytesMax` bytes. Batches are opened as far as
  /// `allowance` goes; nil if that is not even the first.
  static func take(
    from read: LogRead, at offset: Offset, bytesMax: Int, _ allowance: UnpackAllowance
  ) -> Result<PartsRead?, LogFailure> {
    Result { () throws(LogFailure) in
      let bytes = try read.batches.contents()
      do throws(RecordBatchError) {
        return try bytes.withUnsafeBytes { bytes throws(RecordBatchError) in
          try open(bytes, of: read, PartsOfRecords(from: offset, bytesMax: bytesMax), allowance)
        }
      } catch {
        throw .damaged(file: "a segment", position: read.position, finding: "\(error)")
      }
    }
  }

  private static func open(
    _ bytes: UnsafeRawBufferPointer, of read: LogRead, _ empty: PartsOfRecords, _ allowance: UnpackAllowance
  ) throws(RecordBatchError) -> PartsRead? {
    var parts = empty
    var batches = RecordBatchSequence(bytes)
    var expected = read.baseOffset
    while let batch = try batches.next() {
      try batch.validateChecksum()
      // What the checksum leaves out, the batches beside it fix.
      guard batch.header.baseOffset == expected else {
        throw .invalidField("baseOffset", batch.header.baseOffset.rawValue)
      }
      do throws(RecordBatchError) { try parts.add(batch, allowance.open) } catch {
        guard allowance.isUsedUp else { throw error }
        return expected > empty.from ? PartsRead(parts: parts.finish(at: expected), nextOffset: expected) : nil
      }
      expected = batch.header.nextOffset
    }
    guard expected == read.nextOffset else { throw .invalidField("lastOffset", expected.rawValue - 1) }
    return PartsRead(parts: parts.finish(at: expected), nextOffset: expected)
  }
}

extension Result where Success == PartsRead?, Failure == LogFailure {
  /// The result, unless it is that there is nothing.
  fileprivate var present: Result<PartsRead, LogFailure>? {
    switch self {
    case .success(let parts): parts.map { .success($0) }
    case .failure(let failure): .failure(failure)
    }
  }
}
