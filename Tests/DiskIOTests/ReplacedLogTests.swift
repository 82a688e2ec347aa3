import Bytes
import CFaultyDisk
import Model
import RecordBatch
import Runtime
import SegmentedLog
import Testing

@testable import DiskIO

/// What is read of a log may be another one's by the time that it has been read: a replica is put aside and begun anew
/// in the same place, segments are removed.
@Suite("Logs that others take the place of")
struct ReplacedLogTests {
  private static let configuration = LogConfiguration(segmentBytesMax: 2000, indexIntervalBytes: 300)

  /// A log that has been put aside, and the one that was begun in its place, with other batches.
  private func replaced(
    on bench: Workbench, _ body: (TestLog) async throws -> Void
  ) async throws -> (old: TestLog, new: TestLog) {
    let folder = try bench.folder()
    _ = try await bench.open(folder, 0, Self.configuration).append((0..<40).map { _ in try batch(2, bytes: 50) })
    let old = try await bench.open(folder, 0, Self.configuration)
    try await body(old)
    try await old.close()
    try folder.quarantine(Workbench.partition(0))
    let new = try await bench.open(folder, 0, Self.configuration)
    _ = try await new.append((0..<60).map { _ in try batch(3, bytes: 70) })
    return (old, new)
  }

  private func perform(_ check: SegmentCheck, of log: TestLog) async throws -> SegmentCheck.Outcome {
    try await log.answers { log, completion in log.perform(check, completion: completion) }
  }

  @Test("a replica that was put aside and begun anew between two pieces of a pass is read from its start, and is sound")
  func scrubbing() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    var place: SegmentCheck.CheckedPlace?
    var suspect: SegmentCheck?
    let (_, new) = try await replaced(on: bench) { log in
      for _ in 0..<5 {
        suspect = try await log.get { [place] in $0.check(behind: place, bytesMax: 500) }
        place = try await perform(try #require(suspect), of: log).reached
      }
    }
    let known = try #require(suspect)
    #expect(place?.position.position != 0)
    await #expect(throws: LogFailure.closed) { try await perform(known, of: new) }
    var starts: [LogPosition] = []
    while let check = try await new.get({ [place, suspect] log in
      log.check(behind: place, suspect: suspect, bytesMax: 500)
    }) {
      starts.append(check.start.position)
      place = try await perform(check, of: new).reached
    }
    #expect(starts.first == LogPosition(offset: .zero, segment: SegmentID(.zero), position: 0))
    #expect(place?.position.offset == Offset(180))
  }

  @Test("a read that comes too late for its log says that this is closed, not that a disk or another log is bad")
  func lateReads() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    var searches: [BatchLookUp] = []
    let (old, new) = try await replaced(on: bench) { log in
      for offset in stride(from: Int64(1), to: 80, by: 7) {
        let answer = try await log.get { log in
          try log.read(from: Offset(offset), bytesMax: 1, below: log.writtenEndOffset)
        }
        guard case .lookUp(let search) = answer else { continue }
        searches.append(search)
      }
    }
    #expect(searches.count > 5)
    var closedCount = 0
    for search in searches {
      // Files that are open still are what they were.
      do { _ = try await old.answers { log, completion in log.look(up: search, completion: completion) } } catch {
        #expect(error as? LogFailure == .closed)
        closedCount += 1
      }
    }
    #expect(closedCount > 0)
    #expect(try await new.read(0).isEmpty == false)
  }

  @Test("segments that go while producers are looked for in them are no failure: it is looked again in what is left")
  func producers() async throws {
    func sent(_ sequence: Int32) throws -> [UInt8] {
      var builder = RecordBatchBuilder()
      builder.append(key: nil, value: [1], timestamp: Timestamp(1000))
      return try builder.build(
        producer: ProducerStamp(id: ProducerID(7), epoch: ProducerEpoch(0), baseSequence: sequence))
    }
    let bench = try Workbench()
    defer { bench.stop() }
    let log = try await bench.open(try bench.folder(), 0, Self.configuration)
    _ = try await log.append([sent(0)] + (0..<40).map { _ in try batch(1, bytes: 200) } + [sent(1)])
    let failures = WorkQueue<LogFailure>()
    let owner = Owner(failures: failures)
    let gate = WorkQueue<Void>()
    try await log.answers { (log: PartitionLog, completion: @escaping (Result<Void, LogFailure>) -> Void) in
      log.owner = owner
      log.truncate(to: Offset(41)) { _ in
        log.deleteRecords(before: Offset(35)) { completion($0) }
      }
      // The reading thread comes to the producers when the segments have gone.
      log.look { (_) throws(LogFailure) in
        _ = gate.takeAll()
      } completion: { _ in
      }
    }
    gate.close()
    for _ in 0..<1000 where try await log.get({ $0.log.producerLookUp(now: wallClock()) != nil }) {
      try await Task.sleep(for: .milliseconds(5))
    }
    #expect(try await log.get { $0.log.producerLookUp(now: wallClock()) == nil })
    failures.close()
    #expect(failures.takeAll() == nil)
  }

  @Test("a log that waits for room is closed only when nothing of it is under way to its files any more")
  func stalled() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let log = try await bench.open(try bench.folder(), 0, Self.configuration)
    _ = try await log.append((0..<40).map { _ in try batch(2, bytes: 50) })
    let full = Fault(.full, "\(bench.path)*/manifest*", times: .max)
    _ = try await log.answers { log, completion in log.truncate(to: Offset(10), completion: completion) }
    for _ in 0..<1000 where try await log.get({ $0.state == .open }) { try await Task.sleep(for: .milliseconds(5)) }
    #expect(try await log.get { if case .stalled = $0.state { true } else { false } })
    full.end()
    let held = Fault(.held, "\(bench.path)*", times: .max)
    try await log.get { $0.mend() }
    for _ in 0..<1000 where held.changedCount == 0 { try await Task.sleep(for: .milliseconds(5)) }
    let order = WorkQueue<String>()
    try await log.get { log in log.close { _ in _ = order.append(["the log was closed"]) } }
    _ = order.append(["the disk went on"])
    held.end()
    var seen: [String] = []
    while seen.count < 2 { seen += try #require(order.takeAll()) }
    #expect(seen == ["the disk went on", "the log was closed"])
    #expect(try await log.get { $0.state } == .closed)
  }

  @Test("an open file is not kept if one was forgotten while it was opened: it may be the one that is gone")
  func files() throws {
    let cache = FileCache(filesMax: 10)
    let key = FileCache.Key(log: cache.nextLog(), file: .records(SegmentID(.zero)))
    func insert(since removals: UInt64?) -> Bool {
      cache.insert(FileReference(descriptor: -1) { _ in }, key, since: removals)
      return cache.file(key) != nil
    }
    let before = cache.removals
    cache.remove(key)
    #expect(!insert(since: before))
    #expect(insert(since: cache.removals))
    cache.remove(key)
    #expect(insert(since: nil))
  }
}

/// Hands on the failures that a log tells of.
private final class Owner: PartitionLogOwner, Sendable {
  let failures: WorkQueue<LogFailure>

  init(failures: WorkQueue<LogFailure>) { self.failures = failures }

  func logProgressed(_ failure: LogFailure?) { if let failure { _ = failures.append([failure]) } }

  func compactionFailed(_ failure: LogFailure) { _ = failures.append([failure]) }

  var marksEnd: Offset? { nil }
}
