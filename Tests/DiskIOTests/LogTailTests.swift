import Bytes
import DiskIO
import Foundation
import Model
import Runtime
import SegmentedLog
import Testing

@Suite("Reading at the end of a log")
struct LogTailTests {
  /// What one read of a log gave.
  private struct Found: Sendable {
    let bytes: [UInt8]
    let isInMemory: Bool
    let next: Offset
    let storage: ObjectIdentifier?
  }

  private func read(_ log: TestLog, _ offset: Offset, bytesMax: Int = 1 << 20) async throws -> Found? {
    let answer = try await log.answers { log, completion in
      log.read(from: offset, bytesMax: bytesMax, below: log.writtenEndOffset, completion: completion)
    }
    guard case .read(let read) = answer else { return nil }
    let bytes = try read.batches.contents().array
    guard case .bytes(let slice) = read.batches else {
      return Found(bytes: bytes, isInMemory: false, next: read.nextOffset, storage: nil)
    }
    return Found(
      bytes: bytes, isInMemory: true, next: read.nextOffset, storage: slice.storage.map { ObjectIdentifier($0) })
  }

  @Test("what is written while somebody waits at the end is read from memory, by all of them the same")
  func follow() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let log = try await bench.open(bench.folder())
    let content = try batch(2, bytes: 100)
    _ = try await log.append([content])
    #expect(try await read(log, Offset(0))?.isInMemory == false)
    #expect(try await read(log, Offset(2)) == nil)
    _ = try await log.append([content, content])
    let first = try #require(try await read(log, Offset(2)))
    let second = try #require(try await read(log, Offset(2)))
    #expect(first.isInMemory && first.bytes == stamped(content, 2) + stamped(content, 4) && first.next == Offset(6))
    #expect(second.bytes == first.bytes && second.storage == first.storage)
    #expect(try await read(log, Offset(3), bytesMax: 1)?.bytes == stamped(content, 2))
    let older = try #require(try await read(log, Offset(0)))
    #expect(!older.isInMemory && older.bytes.count == 3 * content.count)
    try await log.close()
  }

  @Test("a read that reaches beyond a piece of memory gives what is in it, and the next one goes on")
  func pieces() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let log = try await bench.open(bench.folder())
    let content = try batch(1, bytes: 10_000)
    #expect(try await read(log, Offset(0)) == nil)
    for _ in 0..<8 { _ = try await log.append([content], sync: .never) }
    var offset = Offset(0)
    var steps: [Int64] = []
    while let found = try await read(log, offset) {
      #expect(found.isInMemory)
      #expect(found.bytes == (offset.rawValue..<found.next.rawValue).flatMap { stamped(content, $0) })
      offset = found.next
      steps.append(offset.rawValue)
    }
    #expect(steps == [6, 8])
    try await log.close()
  }

  @Test("memory is given up when nobody reads there any more, and is not used for large batches")
  func rest() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let log = try await bench.open(bench.folder())
    #expect(try await read(log, Offset(0)) == nil)
    _ = try await log.append([batch(1, bytes: 40_000), batch(1)])
    #expect(try await read(log, Offset(0), bytesMax: 1)?.isInMemory == false)
    #expect(try await read(log, Offset(1))?.isInMemory == true)
    func pass() async throws {
      try await log.get { $0.applyRetention(now: wallClock(), highWatermark: Offset(0)) }
      _ = try await log.append([batch(1)])
    }
    try await pass()
    #expect(try await read(log, Offset(2))?.isInMemory == true)
    try await pass()
    try await pass()
    #expect(try await read(log, Offset(4))?.isInMemory == false)
    try await log.close()
  }

  @Test("many logs keep a bounded amount")
  func bound() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let folder = try bench.folder()
    var kept = 0
    var logs: [TestLog] = []
    for index in 0..<300 {
      let log = try await bench.open(folder, Int32(index))
      logs.append(log)
      #expect(try await read(log, Offset(0)) == nil)
      _ = try await log.append([batch(1)], sync: .never)
      let found = try #require(try await read(log, Offset(0)))
      #expect(try found.bytes == stamped(batch(1), 0))
      if found.isInMemory { kept += 1 }
    }
    #expect(kept == 256 && logs.count == 300)
  }

  @Test("whatever is appended, cut off and deleted, memory and file say the same", arguments: 0..<8)
  func model(seed: Int) async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    var random = Seeded(UInt64(seed))
    let log = try await bench.open(
      bench.folder(), 0, LogConfiguration(segmentBytesMax: 40_000, retentionBytes: 100_000))
    var written: [(offset: Offset, bytes: [UInt8])] = []
    var reads = 0
    for _ in 0..<300 {
      let start = try await log.get { $0.logStartOffset }
      let end = try await log.get { $0.logEndOffset }
      switch Int.random(in: 0..<20, using: &random) {
      case 0:
        let point = Offset(Int64.random(in: start.rawValue...end.rawValue, using: &random))
        let cut = try await log.answers { log, completion in log.truncate(to: point, completion: completion) }
        written.removeAll { $0.offset >= cut }
      case 1:
        try await log.get { $0.applyRetention(now: wallClock(), highWatermark: $0.syncedEndOffset) }
      case 2...9:
        let content = try batch(
          1 + Int.random(in: 0..<4, using: &random), bytes: Int.random(in: 0..<6000, using: &random),
          timestamp: wallClock().rawValue - Int64(Int.random(in: 0..<1000, using: &random)))
        let place = try await log.append([content], epoch: 3)[0]
        written.append((place.baseOffset, stamped(content, place.baseOffset.rawValue, epoch: 3)))
      default:
        let offset = max(start, Offset(max(0, end.rawValue - Int64(Int.random(in: 0..<12, using: &random)))))
        guard let found = try await read(log, offset, bytesMax: Int.random(in: 0..<60_000, using: &random)) else {
          #expect(offset >= end)
          continue
        }
        reads += found.isInMemory ? 1 : 0
        let below = written.prefix { $0.offset <= offset }.count
        var expected: [UInt8] = []
        for batch in written[max(0, below - 1)...] where batch.offset < found.next { expected += batch.bytes }
        #expect(found.bytes == expected)
      }
    }
    #expect(reads > 20)
  }
}
