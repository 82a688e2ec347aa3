import Bytes
import Compression
import DiskIO
import Foundation
import Model
import RecordBatch
import Runtime
import SegmentedLog
import Testing

@Suite("A compacted log on a real disk")
struct CompactionTests {
  static let configuration = LogConfiguration(
    segmentBytesMax: 20_000, checkpointBytes: 100_000, retentionAge: nil,
    compaction: CompactionRules(dirtyRatioMin: 0))

  static func compactor(keyBytesMax: Int = 1 << 20, bytesPerSecond: Int = 1 << 30) -> Compactor {
    Compactor(
      Compactor.Settings(bytesPerSecond: bytesPerSecond, keyBytesMax: keyBytesMax),
      codecs: RecordCodecs(decompress: decompressRecords, compress: compressRecords))
  }

  /// Batches of records with keys; the value says which write it was.
  static func batches(_ writes: Range<Int>, keys: Int, codec: CompressionCodec = .none) throws -> [[UInt8]] {
    try writes.map { write in
      var builder = RecordBatchBuilder()
      for part in 0..<4 {
        let key = "key \((write * 4 + part) * 7919 % keys)"
        builder.append(
          key: Array(key.utf8), value: Array("\(write * 4 + part) \(String(repeating: "v", count: 80))".utf8),
          timestamp: Timestamp(1_700_000_000_000 + Int64(write)))
      }
      return try builder.build(codec: codec, compressor: compressRecords)
    }
  }

  /// Everything a reader gets, key by key, and how many records that were.
  static func read(_ log: TestLog) async throws -> (latest: [String: String], count: Int) {
    var latest: [String: String] = [:]
    var count = 0
    var offset = try await log.get { $0.logStartOffset }
    let end = try await log.get { $0.writtenEndOffset }
    while offset < end {
      let from = offset
      let answer: LogReadAnswer = try await log.answers { log, completion in
        log.read(from: from, bytesMax: 50_000, below: end, completion: completion)
      }
      guard case .read(let read) = answer else { throw Missing(what: "offset \(offset)") }
      try read.batches.contents().withUnsafeBytes { bytes in
        var sequence = RecordBatchSequence(bytes)
        while let batch = try sequence.next() {
          try batch.validateChecksum()
          try batch.forEachRecord(decompressor: decompressRecords) { record, block in
            guard let key = record.key, let value = record.value else { return }
            latest[String(decoding: block[key], as: UTF8.self)] = String(decoding: block[value], as: UTF8.self)
            count += 1
          }
        }
      }
      offset = read.nextOffset
    }
    return (latest, count)
  }

  private struct Missing: Error { let what: String }

  static func compact(_ log: TestLog, by compactor: Compactor) async throws -> CompactionRun {
    try await log.get { log in
      log.compactIfDue(by: compactor, now: wallClock(), highWatermark: log.syncedEndOffset)
    }
    for _ in 0..<2000 {
      if let run = try await log.get({ $0.compactionRun }), run.endedAt != nil { return run }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw Missing(what: "the end of the cleaning")
  }

  @Test(
    "a cleaning in the background leaves the last value of each key, in every codec",
    arguments: CompressionCodec.allCases)
  func cleaned(codec: CompressionCodec) async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let folder = try bench.folder()
    let log = try await bench.open(folder, 0, Self.configuration)
    _ = try await log.append(try Self.batches(0..<600, keys: 100, codec: codec))
    let before = try await Self.read(log)
    let sizeBefore = try await log.get { $0.sizeInBytes }
    let compactor = Self.compactor()
    let run = try await Self.compact(log, by: compactor)
    #expect(run.failure == nil && run.passes == 1 && run.removedCount > 0)
    let after = try await Self.read(log)
    #expect(after.latest == before.latest && after.count < before.count)
    let sizeAfter = try await log.get { $0.sizeInBytes }
    #expect(sizeAfter < sizeBefore && run.replacedBytes - run.writtenBytes == sizeBefore - sizeAfter)
    compactor.stop()
    try await log.close()
    let again = try await bench.open(folder, 0, Self.configuration)
    #expect(try await Self.read(again).latest == before.latest)
    try await again.close()
  }

  @Test("writes and reads go on while a log is cleaned in many passes, and it is deleted in the middle of one")
  func busy() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let folder = try bench.folder()
    let log = try await bench.open(folder, 0, Self.configuration)
    _ = try await log.append(try Self.batches(0..<1000, keys: 700))
    let compactor = Self.compactor(keyBytesMax: 4000)
    async let cleaning = Self.compact(log, by: compactor)
    for round in 10..<30 {
      _ = try await log.append(try Self.batches(round * 100..<round * 100 + 20, keys: 700))
      _ = try await Self.read(log)
    }
    let run = try await cleaning
    #expect(run.failure == nil && run.passes > 2)
    let latest = try await Self.read(log).latest
    let writes = Array(0..<1000) + (10..<30).flatMap { Array($0 * 100..<$0 * 100 + 20) }
    var expected: [String: String] = [:]
    for write in writes {
      for part in 0..<4 {
        let number = write * 4 + part
        expected["key \(number * 7919 % 700)"] = "\(number) \(String(repeating: "v", count: 80))"
      }
    }
    #expect(latest == expected)
    compactor.stop()
    let slow = Self.compactor(bytesPerSecond: 100_000)
    try await log.get { log in
      log.compactIfDue(by: slow, now: wallClock(), highWatermark: log.syncedEndOffset)
    }
    try await Task.sleep(for: .milliseconds(50))
    try await log.close()
    try folder.delete(Workbench.partition(0))
    let names = try FileManager.default.contentsOfDirectory(atPath: bench.path)
    #expect(!names.contains { $0.hasPrefix(Workbench.partition(0).description) })
    slow.stop()
  }

  @Test("what a follower cuts below a cleaning is given up with everything that the cleaning relied on")
  func cutBelow() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let log = try await bench.open(try bench.folder(), 0, Self.configuration)
    _ = try await log.append(try Self.batches(0..<600, keys: 100))
    let compactor = Self.compactor()
    defer { compactor.stop() }
    _ = try await Self.compact(log, by: compactor)
    let compared = try await log.get { $0.cleaned.comparedEnd }
    let above: Offset = try await log.answers { log, done in log.truncate(to: compared + 8, completion: done) }
    #expect(above == compared + 8)
    let below: Offset = try await log.answers { log, done in log.truncate(to: compared - 8, completion: done) }
    #expect(below == .zero)
    _ = try await log.append(try Self.batches(0..<5, keys: 100))
    #expect(try await Self.read(log).count == 20)
    try await log.close()
  }
}
