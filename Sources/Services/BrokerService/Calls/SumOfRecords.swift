internal import Bytes
internal import DiskIO
internal import Messages
internal import Model
internal import Node
internal import Partition
internal import RecordBatch
internal import Runtime
internal import SegmentedLog

/// A sum over the records of one replica, taken in pieces beside the loop, so that replicas can be compared.
///
/// Each batch is also held against its own checksum: a difference then says which replica is the damaged one.
struct SumOfRecords: Sendable {
  private static let bytesMax: Int32 = 16 << 20
  private static let pieceBytes = 1 << 20

  private let place: TopicPartition
  private let range: Range<Offset>
  private let bytesMax: Int

  /// What a caller asks for, once it is known that it names one partition.
  init(_ asked: NewswireV1.ChecksumRange, _ wanted: [TopicID: Set<PartitionIndex>]?) throws(Refusal) {
    guard let wanted, wanted.count == 1, let (topic, partitions) = wanted.first, partitions.count == 1,
      let partition = partitions.first
    else {
      throw Refusal(.invalidRequest, "a checksum is taken of one partition: name it in topics", field: "topics")
    }
    guard 0 <= asked.startOffset, asked.startOffset <= asked.endOffset else {
      throw Refusal(
        .invalidRequest, "offsets \(asked.startOffset) to \(asked.endOffset) are no range", field: "checksum")
    }
    guard (0...Self.bytesMax).contains(asked.bytesMax) else {
      throw Refusal(
        .invalidRequest, "checksum.bytes_max is \(asked.bytesMax); 0 to \(Self.bytesMax) are possible",
        field: "checksum.bytes_max")
    }
    place = TopicPartition(topic: topic, partition: partition)
    range = Offset(asked.startOffset)..<Offset(asked.endOffset)
    bytesMax = Int(asked.bytesMax == 0 ? Self.bytesMax : asked.bytesMax)
  }

  /// Sums up until the range, the log or the bytes end, or something is wrong with what lies there: the replica is to be
  /// mended then.
  func perform(on lanes: BrokerLanes) async -> NewswireV1.LogChecksum {
    var sum = RunningSum()
    var refusal: Refusal?
    do {
      sum.reached(try await start(on: lanes))
      while sum.end < range.upperBound, sum.bytes < bytesMax {
        let bytes = min(Self.pieceBytes, bytesMax - sum.bytes)
        guard let piece = try await piece(from: sum.end, bytesMax: bytes, on: lanes) else { break }
        let end = sum.end
        sum = await adding(piece, to: sum, on: lanes.owner(of: place).loop)
        if let failure = sum.failure {
          refusal = try await lanes.on(place) { partition, answer in
            // What was cut off while it was read, or belongs to another log by now, says nothing of this one.
            answer(.success(partition.refusal(partition.log.knows(piece.next) ? failure : .closed)))
          }
        }
        guard refusal == nil, sum.end > end else { break }
      }
    } catch {
      refusal = error as? Refusal ?? Refusal(.diskFailed, "\(error)")
    }
    return sum.message(refusal)
  }

  private func adding(_ piece: LogRead, to sum: RunningSum, on loop: EventLoop) async -> RunningSum {
    await withCheckedContinuation { (answer: CheckedContinuation<RunningSum, Never>) in
      loop.execute {
        besideLoop(loop) {
          sum.adding(piece)
        } completion: {
          answer.resume(returning: $0)
        }
      }
    }
  }

  private func start(on lanes: BrokerLanes) async throws -> Offset {
    try await lanes.on(place) { [range] partition, completion in
      completion(.success(min(max(range.lowerBound, partition.log.logStartOffset), range.upperBound)))
    }
  }

  /// The next batches; nil if there are none below the range's end.
  private func piece(from offset: Offset, bytesMax: Int, on lanes: BrokerLanes) async throws -> LogRead? {
    try await lanes.on(place) { [range] partition, completion in
      partition.log.read(from: offset, bytesMax: bytesMax, below: range.upperBound, tail: false) { result in
        switch result {
        case .success(.read(let read)): completion(.success(read))
        case .success: completion(.success(nil))
        case .failure(let failure): completion(.failure(partition.refusal(failure)))
        }
      }
    }
  }
}

/// A sum under way.
private struct RunningSum: Sendable {
  private(set) var start: Offset?
  private(set) var end = Offset.zero
  private(set) var bytes = 0
  private var checksum = CRC32C()
  /// What was wrong behind `end`.
  private(set) var failure: LogFailure?

  mutating func reached(_ offset: Offset) { end = offset }

  /// The sum with the batches of `piece`, as far as they are whole. Blocks.
  func adding(_ piece: LogRead) -> RunningSum {
    var sum = self
    do throws(LogFailure) {
      let contents = try piece.batches.contents()
      if sum.start == nil { sum.start = piece.baseOffset }
      try contents.withUnsafeBytes { bytes in Result { () throws(LogFailure) in try sum.add(bytes, of: piece) } }.get()
    } catch {
      sum.failure = error
    }
    return sum
  }

  private mutating func add(_ bytes: UnsafeRawBufferPointer, of piece: LogRead) throws(LogFailure) {
    var position = 0
    end = piece.baseOffset
    while position < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
      guard let header = try? RecordBatchHeader(decoding: rest), header.baseOffset == end,
        header.sizeInBytes <= rest.count, header.sizeInBytes > 21,
        CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: rest[21..<header.sizeInBytes])) == header.checksum
      else {
        throw .damaged(
          file: LogFile.records(piece.next.position.segment).name, position: piece.position + position,
          finding: "the batch at offset \(end) is not what its own checksum says")
      }
      checksum.update(UnsafeRawBufferPointer(rebasing: rest[..<header.sizeInBytes]))
      position += header.sizeInBytes
      self.bytes += header.sizeInBytes
      end = header.nextOffset
    }
  }

  func message(_ refusal: Refusal?) -> NewswireV1.LogChecksum {
    NewswireV1.LogChecksum(
      startOffset: (start ?? end).rawValue, endOffset: end.rawValue, sizeBytes: Int64(bytes),
      crc32c: checksum.value, error: refusal.map { NewswireV1.ErrorDetail($0) })
  }
}
