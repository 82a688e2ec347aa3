internal import NewswireClient

/// Compares the replicas of a partition, byte for byte, by sums over pieces of their logs.
///
/// One replica is the measure, the leader if it can be; where another one differs, ever smaller pieces find the batch.
struct ReplicaComparison: Sendable {
  /// What became of one replica.
  enum Finding: Hashable, Sendable {
    /// It has the same bytes from the start to the end of what was compared.
    case equal
    /// It has what the others have, but only up to here.
    case behind(end: Int64)
    /// From this offset on it has something else.
    case differs(from: Int64)
    /// What it has from this offset on is not what was once written there.
    case damaged(from: Int64, String)
    /// It could not be asked, or has nothing to compare.
    case absent(String)
  }

  /// Sums up a replica's records: broker, offsets, most bytes.
  typealias Sum = @Sendable (Int32, Range<Int64>, Int32) async throws -> LogChecksum

  private static let pieceBytes: Int32 = 16 << 20
  /// How often a log's start may move forward meanwhile.
  private static let startsMax = 100

  private let sum: Sum
  /// The offsets that are compared; the start moves when a replica deletes its oldest records meanwhile.
  private(set) var offsets: Range<Int64>
  /// What was found of each broker so far.
  private(set) var findings: [Int32: Finding] = [:]
  /// How many bytes were compared.
  private(set) var comparedBytes: Int64 = 0
  /// The brokers that are still compared, the measure first.
  private var brokers: [Int32]

  /// A comparison of these brokers' replicas over `offsets`; the first broker is the measure.
  init(_ brokers: [Int32], offsets: Range<Int64>, sum: @escaping Sum) {
    self.brokers = brokers
    self.offsets = offsets
    self.sum = sum
  }

  /// Compares until the end, or until nothing is left to compare with.
  mutating func run() async {
    var next = offsets.lowerBound
    var startsLeft = Self.startsMax
    while next < offsets.upperBound, let measure = brokers.first {
      guard let piece = await self.sum(measure, next..<offsets.upperBound) else { continue }
      if piece.offsets.lowerBound > next, startsLeft > 0 {
        startsLeft -= 1
        move(to: piece.offsets.lowerBound, &next)
        continue
      }
      guard piece.offsets.upperBound > next else {
        findings[measure] = piece.error.map { .damaged(from: next, $0.message) } ?? .behind(end: next)
        brokers.removeFirst()
        continue
      }
      var start = next
      for broker in brokers.dropFirst() {
        guard let other = await self.sum(broker, next..<piece.offsets.upperBound) else { continue }
        if other.offsets.lowerBound > next, other.offsets.lowerBound > piece.offsets.lowerBound {
          start = max(start, other.offsets.lowerBound)
        } else if !other.isSame(as: piece) {
          await found(broker, other, piece, measure)
        }
      }
      if start > next, startsLeft > 0 {
        startsLeft -= 1
        move(to: start, &next)
        continue
      }
      comparedBytes += piece.sizeBytes
      next = piece.offsets.upperBound
      if let error = piece.error {
        findings[measure] = .damaged(from: next, error.message)
        brokers.removeAll { $0 == measure }
      }
    }
    for broker in brokers { findings[broker] = .equal }
  }

  /// Holds each replica against its own checksums, where they need not hold the same.
  mutating func checkAlone(_ offsets: Range<Int64>) async {
    for broker in brokers {
      var next = offsets.lowerBound
      while next < offsets.upperBound, let piece = await sum(broker, next..<offsets.upperBound) {
        if let error = piece.error {
          findings[broker] = .damaged(from: piece.offsets.upperBound, error.message)
          brokers.removeAll { $0 == broker }
          break
        }
        // What is cut through by the end of the range is looked at later on.
        guard piece.offsets.upperBound > next else { break }
        next = piece.offsets.upperBound
      }
    }
  }

  private mutating func move(to start: Int64, _ next: inout Int64) {
    next = min(start, offsets.upperBound)
    if comparedBytes == 0 { offsets = next..<offsets.upperBound }
  }

  /// A replica's sum; nil if it cannot be had, and then the replica is out of the comparison.
  private mutating func sum(
    _ broker: Int32, _ offsets: Range<Int64>, bytesMax: Int32 = pieceBytes
  ) async -> LogChecksum? {
    do {
      return try await sum(broker, offsets, bytesMax)
    } catch {
      findings[broker] = .absent("\(error)")
      brokers.removeAll { $0 == broker }
      return nil
    }
  }

  /// A replica is not like the measure within `piece`: finds out where and how.
  private mutating func found(
    _ broker: Int32, _ other: LogChecksum, _ piece: LogChecksum, _ measure: Int32
  ) async {
    let start = piece.offsets.lowerBound
    if let error = other.error {
      // It may not be asked again: damage that was found is mended.
      let before = other.sizeBytes == 0 ? nil : await sum(measure, start..<other.offsets.upperBound)
      let isSame = before?.isSame(as: other) ?? true
      findings[broker] = isSame ? .damaged(from: other.offsets.upperBound, error.message) : .differs(from: start)
      brokers.removeAll { $0 == broker }
      return
    }
    let same = await self.same(broker, measure, piece)
    brokers.removeAll { $0 == broker }
    guard findings[broker] == nil else { return }
    if other.offsets.upperBound <= same {
      findings[broker] = .behind(end: same)
    } else {
      findings[broker] = .differs(from: same)
    }
  }

  /// How far both hold the same batches within `piece`, in which they do not: halves it until one batch is left.
  private mutating func same(_ broker: Int32, _ measure: Int32, _ piece: LogChecksum) async -> Int64 {
    var start = piece.offsets.lowerBound
    var bytes = piece.sizeBytes
    while start < piece.offsets.upperBound {
      bytes /= 2
      let range = start..<piece.offsets.upperBound
      guard let half = await sum(measure, range, bytesMax: Int32(clamping: max(1, bytes))),
        half.offsets.upperBound > start,
        let other = await sum(broker, start..<half.offsets.upperBound)
      else { return start }
      if other.isSame(as: half) {
        start = half.offsets.upperBound
      } else if bytes <= 1 {
        return start
      }
    }
    return start
  }
}

extension LogChecksum {
  fileprivate func isSame(as other: LogChecksum) -> Bool {
    offsets == other.offsets && sizeBytes == other.sizeBytes && crc32c == other.crc32c
  }
}
