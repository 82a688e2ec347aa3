import Bytes
import CFaultyDisk
import DiskIO
import Foundation
import Model
import RecordBatch
import Runtime
import SegmentedLog
import Testing

@Suite("Partition logs on a real disk")
struct PartitionLogTests {
  @Test("what was appended is read back with its offset and epoch, and the received bytes stay as they were")
  func roundTrip() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let log = try await bench.open(bench.folder())
    let received = try ByteSlice(batch(3))
    let before = received.array
    let place = try await log.answers { log, completion in
      let place = try log.append(received, leaderEpoch: LeaderEpoch(4), sync: .immediately, now: wallClock()) {
        result in
        completion(result.map { log.syncedEndOffset })
      }
      #expect(place.baseOffset == Offset(0) && place.nextOffset == Offset(3))
    }
    #expect(place == Offset(3))
    #expect(received.array == before)
    #expect(try await log.read(1) == stamped(before, 0, epoch: 4))
    #expect(
      try Array(Data(contentsOf: URL(fileURLWithPath: bench.file("00000000000000000000.log"))))
        == stamped(before, 0, epoch: 4))
    #expect(try await log.read(3) == [])
    try await log.close()
  }

  @Test("whoever is answered may append at once")
  func appendFromAnswer() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let log = try await bench.open(bench.folder())
    let content = try ByteSlice(batch(1))
    let end = try await log.answers { log, completion in
      try log.append(content, leaderEpoch: .zero, sync: .immediately, now: wallClock()) { first in
        guard case .success = first else { return completion(first.map { log.syncedEndOffset }) }
        do throws(LogFailure) {
          try log.append(content, leaderEpoch: .zero, sync: .immediately, now: wallClock()) { second in
            completion(second.map { log.syncedEndOffset })
          }
        } catch { completion(.failure(error)) }
      }
    }
    #expect(end == Offset(2))
    try await log.close()
  }

  @Test("with log append time the records have the leader's time, and the checksum is right")
  func logAppendTime() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let log = try await bench.open(bench.folder())
    let content = try batch(2)
    let newest = try await log.answers { log, completion in
      let place = try log.append(
        ByteSlice(content), leaderEpoch: .zero, sync: .immediately, now: wallClock(), logAppendTime: Timestamp(99)
      ) { completion($0.map { Timestamp(0) }) }
      #expect(place.maxTimestamp == Timestamp(99))
    }
    #expect(newest == Timestamp(0))
    try await log.read(0).withUnsafeBytes { bytes in
      let view = try RecordBatchView(bytes)
      try view.validate(decompressor: nil)
      #expect(view.header.maxTimestamp == Timestamp(99))
      #expect(view.header.attributes.timestampType == .logAppendTime)
    }
    try await log.close()
  }

  @Test("many appends of one tick become durable together and are read in whole batches")
  func group() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let log = try await bench.open(bench.folder())
    let batches = try (0..<700).map { try batch(1 + $0 % 3, bytes: 50) }
    let places = try await log.append(batches)
    let firsts: [Int64] = (0..<700).map { index in Int64(index / 3 * 6) + [0, 1, 3][index % 3] }
    #expect(places.map(\.baseOffset.rawValue) == firsts)
    #expect(try await log.get { $0.syncedEndOffset } == places.last?.nextOffset)
    let all = zip(batches, places).flatMap { stamped($0, $1.baseOffset.rawValue) }
    #expect(try await log.read(0) == all)
    #expect(try await log.get { $0.sizeInBytes } == all.count)
    #expect(try await bench.on { bench.thread.waitingBytes } == 0)
    try await log.close()
  }

  @Test("what goes past the page cache is there as it was written, between what does not, and after a kill")
  func pastCache() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    var all: [UInt8] = []
    let sizes = [70_000, 10, 131_072, 4_096, 300_001, 2_500_000, 65_536, 17]
    let log = try await bench.open(bench.folder())
    for (round, size) in (sizes + sizes).enumerated() {
      try await log.get { $0.passesCache = round % 4 != 3 }
      let batches = try (1...3).map { try batch(2, bytes: size / $0) }
      let places = try await log.append(batches)
      all += zip(batches, places).flatMap { stamped($0, $1.baseOffset.rawValue) }
    }
    #expect(try await log.read(0, bytesMax: 1 << 30) == all)
    let name = bench.file("00000000000000000000.log")
    #expect(try Data(contentsOf: URL(fileURLWithPath: name)) == Data(all))

    let killed = try bench.folder().open(Workbench.partition(0), configuration: LogConfiguration(), now: wallClock())
    #expect(killed.logEndOffset == Offset(Int64(sizes.count * 12)))
  }

  @Test("a batch that nobody waits for is synced soon, and with flush=os only written")
  func demands() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let log = try await bench.open(bench.folder())
    _ = try await log.append([batch()], sync: .soon)
    #expect(try await log.get { $0.syncedEndOffset } == Offset(1))
    _ = try await log.append([batch()], sync: .never)
    #expect(try await log.get { [$0.syncedEndOffset, $0.writtenEndOffset] } == [Offset(1), Offset(2)])
    try await log.close()
    #expect(try await log.get { $0.syncedEndOffset } == Offset(2))
  }

  @Test("logs whose batches nobody waits for are synced together, time and again")
  func together() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let folder = try bench.folder()
    let (one, other) = (try await bench.open(folder, 0), try await bench.open(folder, 1))
    for round in Int64(1)...3 {
      // Not one after the other: both wait for the same sync.
      async let first = one.append([batch()], sync: .soon)
      async let second = other.append([batch()], sync: .soon)
      _ = try await (first, second)
      #expect(try await one.get { $0.syncedEndOffset } == Offset(round))
      #expect(try await other.get { $0.syncedEndOffset } == Offset(round))
    }
    try await one.close()
    try await other.close()
  }

  @Test("many logs that are written at the same time are synced, each with its own end")
  func manyLogs() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let folder = try bench.folder()
    var logs: [TestLog] = []
    for index in 0..<40 { logs.append(try await bench.open(folder, Int32(index))) }
    let content = try batch(2)
    for round in 1...5 {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (index, log) in logs.enumerated() where index % round == 0 {
          group.addTask { _ = try await log.append([content, content]) }
        }
        try await group.waitForAll()
      }
    }
    for (index, log) in logs.enumerated() {
      let rounds = (1...5).count { index % $0 == 0 }
      #expect(try await log.get { $0.syncedEndOffset } == Offset(Int64(rounds * 4)))
      #expect(try await log.read(0).count == rounds * 2 * content.count)
    }
  }

  @Test("a log goes on after it was closed, and after its process was killed", arguments: [true, false])
  func reopen(closed: Bool) async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let configuration = LogConfiguration(segmentBytesMax: 2000, indexIntervalBytes: 200, checkpointBytes: 900)
    let folder = try bench.folder()
    var expected: [UInt8] = []
    for round in 0..<4 {
      let log = try await bench.open(folder, 0, configuration)
      let report = try await log.get { $0.report }
      #expect(report.wasClean == (closed || round == 0))
      let start = Int64(expected.isEmpty ? 0 : round * 20)
      #expect(try await log.get { $0.logEndOffset } == Offset(start))
      for index in 0..<20 {
        let content = try batch()
        _ = try await log.append([content], epoch: Int32(round))
        expected += stamped(content, start + Int64(index), epoch: Int32(round))
      }
      var found: [UInt8] = []
      var offset: Int64 = 0
      while case let bytes = try await log.read(offset, bytesMax: 500), !bytes.isEmpty {
        found += bytes
        offset = Int64(found.count / 78)
      }
      #expect(found == expected)
      if closed { try await log.close() }
    }
  }

  @Test("the first record at or after a time, and the newest one")
  func byTime() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let log = try await bench.open(bench.folder(), 0, LogConfiguration(segmentBytesMax: 1000))
    _ = try await log.append((0..<50).map { try batch(2, timestamp: 1000 * Int64($0)) })
    func find(_ timestamp: Int64) async throws -> Offset? {
      try await log.answers { log, completion in
        log.offset(atOrAfter: Timestamp(timestamp), below: Offset(100)) { completion($0.map { $0?.offset }) }
      }
    }
    #expect(try await find(0) == Offset(0))
    #expect(try await find(20_001) == Offset(41))
    #expect(try await find(20_002) == Offset(42))
    #expect(try await find(50_000) == nil)
    let newest = try await log.answers { log, completion in
      log.newest(below: log.writtenEndOffset) { completion($0) }
    }
    #expect(newest == TimestampedOffset(timestamp: Timestamp(49_001), offset: Offset(99)))
    try await log.close()
  }

  @Test("deleted records stay deleted, and whole segments leave the disk")
  func deleteRecords() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let folder = try bench.folder()
    let log = try await bench.open(folder, 0, LogConfiguration(segmentBytesMax: 800))
    _ = try await log.append((0..<40).map { _ in try batch() })
    let segments = try await log.get { $0.segmentsCount }
    try await log.answers { (log, completion: @escaping (Result<Void, LogFailure>) -> Void) in
      log.deleteRecords(before: Offset(25), completion: completion)
    }
    #expect(try await log.get { $0.logStartOffset } == Offset(25))
    #expect(try await log.get { $0.segmentsCount } < segments)
    let again = try await bench.open(folder)
    #expect(try await again.get { $0.logStartOffset } == Offset(25))
    #expect(try await again.read(25).prefix(78) == stamped(batch(), 25)[...])
    let outside = try await again.answers { log, completion in
      log.read(from: Offset(3), bytesMax: 1, below: Offset(40), completion: completion)
    }
    guard case .outOfRange(let range) = outside else {
      Issue.record("offset 3 was found")
      return
    }
    #expect(range == Offset(25)..<Offset(40))
  }

  @Test("what is deleted is durable before its deletion is")
  func deleteUnsynced() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let log = try await bench.open(bench.folder())
    for _ in 0..<4 { _ = try await log.append([batch(2)], sync: .never) }
    #expect(try await log.get { $0.syncedEndOffset } == Offset(0))
    try await log.answers { (log, completion: @escaping (Result<Void, LogFailure>) -> Void) in
      log.deleteRecords(before: Offset(7), completion: completion)
    }
    let ends = try await log.get { $0.ends }
    #expect(ends.settledStartOffset == Offset(7) && ends.syncedEndOffset == Offset(8))
    try await log.close()
  }

  @Test("a cut log goes on from where it was cut")
  func truncate() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let folder = try bench.folder()
    let log = try await bench.open(folder, 0, LogConfiguration(segmentBytesMax: 800))
    _ = try await log.append((0..<40).map { _ in try batch(2) })
    let end = try await log.answers { log, completion in log.truncate(to: Offset(33), completion: completion) }
    #expect(end == Offset(32))
    let next = try await log.append([batch()], epoch: 7)
    #expect(next.first?.baseOffset == Offset(32))
    #expect(try await log.read(32) == stamped(batch(), 32, epoch: 7))
    let again = try await bench.open(folder)
    #expect(try await again.get { $0.logEndOffset } == Offset(33))
    #expect(try await again.get { $0.epochs.latest } == LeaderEpoch(7))
  }

  @Test("a log that was cut knows its producers again, also if the process ended before it had read them")
  func producers() async throws {
    func sent(_ sequence: Int32) throws -> [UInt8] {
      var builder = RecordBatchBuilder()
      builder.append(key: nil, value: [1], timestamp: Timestamp(1000))
      return try builder.build(
        producer: ProducerStamp(id: ProducerID(7), epoch: ProducerEpoch(0), baseSequence: sequence))
    }
    let next = try sent(10).withUnsafeBytes { try RecordBatchHeader(decoding: $0) }
    let bench = try Workbench()
    defer { bench.stop() }
    let folder = try bench.folder()
    let log = try await bench.open(folder)
    _ = try await log.append((0..<40).map { try sent($0) })
    _ = try await log.answers { log, completion in log.truncate(to: Offset(10), completion: completion) }
    // The manifest of the cut is there as soon as something behind it has been written.
    _ = try await log.append([batch()])
    for log in [log, try await bench.open(folder)] {
      var checks = 0
      while try await log.get({ $0.history.producers.verdict(on: next) }) != .next, checks < 1000 {
        checks += 1
        try await Task.sleep(for: .milliseconds(5))
      }
      #expect(checks < 1000)
    }
  }

  @Test("a full disk refuses the write with its own reason")
  func fullDisk() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let log = try await bench.open(try bench.folder())
    let file = bench.file("00000000000000000000.log")
    let fault = Fault(.full, file, calls: faulty_write, times: .max)
    defer { fault.end() }
    await #expect(throws: LogFailure.diskFull(operation: "writing", file: file)) {
      _ = try await log.append([batch()])
    }
    #expect(try await log.get { $0.logEndOffset } == Offset(0))
  }

  @Test("a damaged batch is answered as damage, and the others are read")
  func damage() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let folder = try bench.folder()
    let log = try await bench.open(folder)
    _ = try await log.append((0..<10).map { _ in try batch() })
    try await log.close()
    let file = bench.file("00000000000000000000.log")
    var content = try Data(contentsOf: URL(fileURLWithPath: file))
    content[3 * 78 + 70] ^= 1
    try content.write(to: URL(fileURLWithPath: file))
    let again = try await bench.open(folder)
    #expect(try await again.read(0).count == 3 * 78)
    #expect(try await again.read(4).count == 6 * 78)
    await #expect {
      _ = try await again.read(3)
    } throws: { error in
      (error as? LogFailure)?.reason == .dataCorrupt
    }
  }

  @Test("a log on one loop serves callers on another")
  func twoLoops() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let log = try await bench.open(bench.folder())
    let other = try EventLoop(name: "other")
    other.start()
    defer { other.stop() }
    let content = try batch(2)
    let answers = try await LoopBound(log.bound, on: other).run { bound in
      // What one loop asks of another is answered in the order in which it was asked.
      (0..<50).map { _ in
        AsyncStream<Offset> { continuation in
          bound.execute { log in
            _ = try? log.append(ByteSlice(content), leaderEpoch: .zero, sync: .immediately, now: wallClock()) { _ in
              continuation.yield(log.syncedEndOffset)
              continuation.finish()
            }
          }
        }
      }
    }
    var synced: [Offset] = []
    for answer in answers { for await offset in answer { synced.append(offset) } }
    #expect(synced.count == 50)
    #expect(synced.last == Offset(100))
    #expect(zip(synced, 1...).allSatisfy { $0 >= Offset(2 * Int64($1)) })
    try await log.close()
  }

  @Test("a checkpoint bounds what is read after a crash")
  func checkpoint() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let folder = try bench.folder()
    let configuration = LogConfiguration(checkpointBytes: 64 * 1000, retentionAge: nil)
    let log = try await bench.open(folder, 0, configuration)
    _ = try await log.append([batch(1, bytes: 2000)])
    try await log.get { $0.applyRetention(now: wallClock(), highWatermark: .zero) }
    _ = try await log.append([batch()])
    let again = try await bench.open(folder, 0, configuration)
    #expect(try await again.get { $0.report.scannedBytes } == batch().count)
    #expect(try await again.get { $0.logEndOffset } == Offset(2))
  }
}
