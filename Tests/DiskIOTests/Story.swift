import Bytes
import DiskIO
import Foundation
import Model
import RecordBatch
import Runtime
import SegmentedLog
import Testing

/// A log's life in a few hundred system calls, and what was promised in it: batches in groups, large ones past the page
/// cache, segments, checkpoints, deleted records, a cut, reads of everything, and an orderly end.
final class Story {
  static let configuration = LogConfiguration(
    segmentBytesMax: 110_000, indexIntervalBytes: 3000, checkpointBytes: 60_000, retentionAge: nil)

  private let log: TestLog
  private var written = 0
  /// Every batch that was ever at an offset, as it would be read.
  private(set) var attempts: [Int64: [[UInt8]]] = [:]
  /// Batches that were acknowledged as synced.
  private(set) var acknowledged: [Int64: [UInt8]] = [:]
  /// Where the log may begin.
  private(set) var starts: ClosedRange<Int64> = 0...0
  /// What was refused.
  private(set) var failures: [LogFailure] = []
  /// Why it could not be closed in order.
  private(set) var closeFailure: LogFailure?
  /// What could not be read at first.
  private(set) var readFailures: [LogFailure] = []

  init(_ log: TestLog) { self.log = log }

  func run() async throws {
    for round in 0..<4 {
      try await log.get { $0.passesCache = round % 2 == 1 }
      await append([300, 40, 9000])
      if round % 2 == 1 { await append([90_000]) }
      if round % 2 == 1 { await deleteRecords() }
      if round == 2 { await cut() }
      try await log.get {
        $0.applyRetention(now: wallClock(), highWatermark: $0.syncedEndOffset)
        $0.takeCheckpoint()
      }
      await append([30])
      try await mend()
      await append([20])
      try await readAll()
    }
  }

  func close() async {
    let count = failures.count
    await noting { try await log.close() }
    if failures.count > count { closeFailure = failures.removeLast() }
  }

  /// Lets a log go on that a full disk has stopped.
  private func mend() async throws {
    for _ in 0..<1000 {
      guard case .stalled = try await log.get({ $0.state }) else { return }
      try await log.get { $0.mend() }
      try await Task.sleep(for: .milliseconds(2))
    }
    Issue.record("the log stays as it is although there is room again")
  }

  private func noting(_ body: () async throws -> Void) async {
    do { try await body() } catch {
      if let failure = error as? LogFailure { failures.append(failure) } else { Issue.record("\(error)") }
    }
  }

  /// Appends batches of such sizes in one tick.
  func append(_ sizes: [Int], sync: SyncDemand = .immediately) async {
    do {
      let batches = try sizes.map { size in
        written += 1
        return try batch(2, bytes: size, timestamp: 1_700_000_000_000 + Int64(written) * 1000)
      }
      let outcomes = await log.appendEach(batches, sync: sync)
      for (content, outcome) in zip(batches, outcomes) {
        let offset = outcome.place?.baseOffset.rawValue
        if let offset { attempts[offset, default: []].append(stamped(content, offset)) }
        switch outcome.result {
        case .failure(let failure): failures.append(failure)
        case .success: if let offset, sync != .never { acknowledged[offset] = stamped(content, offset) }
        }
      }
    } catch { Issue.record("\(error)") }
  }

  private func deleteRecords() async {
    guard let last = acknowledged.keys.max() else { return }
    starts = starts.lowerBound...last
    await noting {
      try await log.answers { (log, completion: @escaping (Result<Void, LogFailure>) -> Void) in
        log.deleteRecords(before: Offset(last), completion: completion)
      }
      starts = last...last
    }
  }

  /// Cuts off what was never acknowledged.
  private func cut() async {
    guard let end = try? await log.get({ $0.logEndOffset }) else { return }
    await append([50, 60], sync: .never)
    await noting {
      let _: Offset = try await log.answers { log, completion in log.truncate(to: end, completion: completion) }
    }
  }

  /// Reads everything that is synced, each piece a second time if the first was refused.
  private func readAll() async throws {
    guard try await log.get({ $0.state == .open }) else { return }
    var offset = try await log.get { $0.logStartOffset.rawValue }
    let end = try await log.get { $0.syncedEndOffset.rawValue }
    while offset < end {
      do {
        offset = try await readPiece(offset, end)
      } catch let failure as LogFailure {
        readFailures.append(failure)
        offset = try await readPiece(offset, end)
      }
    }
  }

  private func readPiece(_ offset: Int64, _ end: Int64) async throws -> Int64 {
    let answer: LogReadAnswer = try await log.answers { log, completion in
      log.read(from: Offset(offset), bytesMax: 40_000, below: Offset(end), completion: completion)
    }
    guard case .read(let read) = answer else {
      Issue.record("there is nothing at \(offset), before \(end)")
      return end
    }
    let next = try check(Array(try read.batches.contents().array), from: read.baseOffset.rawValue)
    #expect(next == read.nextOffset.rawValue)
    return max(next, offset + 1)
  }

  /// Holds batches against those that were written; answers where they end.
  func check(_ bytes: [UInt8], from base: Int64) throws -> Int64 {
    var offset = base
    var rest = bytes[...]
    while rest.count >= RecordBatchHeader.byteCount {
      let header = try rest.withUnsafeBytes { try RecordBatchHeader(decoding: $0) }
      let content = Array(rest.prefix(header.sizeInBytes))
      #expect(header.baseOffset.rawValue == offset)
      #expect(attempts[offset]?.contains(content) == true, "something else stands at \(offset)")
      if let promised = acknowledged[offset] { #expect(content == promised, "\(offset) is another batch now") }
      offset = header.nextOffset.rawValue
      rest = rest.dropFirst(content.count)
    }
    return offset
  }

  /// What is on the disk now, for who comes after: everything that was acknowledged, and nothing that was not written.
  func checkKept(_ again: TestLog) async throws {
    let start = try await again.get { $0.logStartOffset.rawValue }
    let end = try await again.get { $0.logEndOffset.rawValue }
    #expect(starts.contains(start), "the log begins at \(start), not within \(starts)")
    if let last = acknowledged.keys.max() { #expect(end > last, "the log ends at \(end)") }
    var offset = start
    while offset < end {
      let bytes = try await again.read(offset)
      let next = try check(bytes, from: offset)
      guard next > offset else {
        Issue.record("nothing can be read at \(offset), before \(end)")
        return
      }
      offset = next
    }
  }
}

extension TestLog {
  struct Outcome: Sendable {
    var place: PartitionLog.Appended?
    var result: Result<Void, LogFailure>
  }

  /// Appends all batches in one tick, and waits until it is known what has become of each.
  func appendEach(_ batches: [[UInt8]], sync: SyncDemand) async -> [Outcome] {
    await withCheckedContinuation { continuation in
      bound.execute { log in
        nonisolated(unsafe) var outcomes: [Outcome?] = Array(repeating: nil, count: batches.count)
        nonisolated(unsafe) var places: [PartitionLog.Appended?] = Array(repeating: nil, count: batches.count)
        func settle(_ index: Int, _ result: Result<Void, LogFailure>) {
          precondition(outcomes[index] == nil, "a batch is answered twice")
          outcomes[index] = Outcome(place: places[index], result: result)
          guard outcomes.allSatisfy({ $0 != nil }) else { return }
          continuation.resume(returning: outcomes.compactMap { $0 })
        }
        for (index, batch) in batches.enumerated() {
          do throws(LogFailure) {
            places[index] = try log.append(
              ByteSlice(batch), leaderEpoch: .zero, sync: sync, now: wallClock()
            ) { settle(index, $0) }
          } catch { settle(index, .failure(error)) }
        }
      }
    }
  }
}
